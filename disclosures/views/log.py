"""The log of disclosure: every decision about telling third parties, either way."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from disclosures.cards import state_of
from disclosures.forms import LogForm
from disclosures.forms.log import DUE, WAITING
from disclosures.models import Disclosure, DisclosureDecision
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders import search
from offenders.models import Offender
from offenders.timeline import page_from
from offenders.views.cases import about_person


@guarded(Perm.VIEW_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Every decision about telling third parties, newest first, and what the reader has not finished."""
    if request.method == "POST":
        return _search(request)
    to_whom = search.kept_words(request.session, request.GET.get("search", ""))
    # What is wrong in an address is said, and left out: the list stays usable.
    form = LogForm(request.GET.dict() | {"to_whom": to_whom})
    form.is_valid()
    entries = offender.disclosure_decisions.visible_to(request.user).filter(_chosen(form.cleaned_data, request.user))
    entries = entries.select_related("recorded_by", "disclosure")
    whole: Any = entries.annotate(
        corrected_by=F("disclosure__correction__reference"), carried_out_by=F("carried_out__reference")
    )
    place = request.GET.get("from", "")
    asked = {name: request.GET.get(name, "") for name in ("search", "decision", "due")}
    rows, older = page_from(place, whole, field="considered_at")
    context = about_person(request, offender, "disclosures") | {
        "form": form,
        "filtered": any(asked.values()),
        "rows": [_row(entry) for entry in rows],
        "drafts": [(d, long_date(d.begun_at), long_date(d.kept_until)) for d in _unfinished(offender, request.user)],
        "newest": search.address(request.path, asked) if place else "",
        "next": search.address(request.path, asked | {"from": older}) if older else "",
        # Of applications about the person only the police who deal with them learn.
        "applications": offender.scheme_applications.visible_to(request.user),
        "can_record": allowed(request.user, Perm.RECORD_DISCLOSURE, on=offender),
    }
    return render(request, "disclosures/log.html", context)


def _search(request: AuthedRequest) -> HttpResponse:
    """Keep to whom in the session, for a name does not go into an address, and the filters in the address."""
    to_whom = request.POST.get("to_whom", "").replace("\x00", "").strip()[:160]
    key = search.keep_words(request.session, to_whom) if to_whom else ""
    answers = {name: request.POST.get(name, "")[:40] for name in ("decision", "due")}
    return redirect(search.address(request.path, answers, search=key))


def _chosen(answers: dict[str, Any], user: User) -> Q:
    rule = Q()
    if to_whom := answers.get("to_whom", "").strip():
        rule &= Q(to_whom__icontains=to_whom)
    if decision := answers.get("decision"):
        rule &= Q(decision=decision)
    records = Disclosure.objects.visible_to(user)
    if answers.get("due") == DUE:
        rule &= Q(disclosure__in=records.to_review().filter(review_on__lte=dates.today()).order_by().values("pk"))
    if answers.get("due") == WAITING:
        waiting = records.awaiting_authorisation() | records.awaiting_delivery()
        rule &= Q(disclosure__in=waiting.order_by().values("pk"))
    return rule


def _unfinished(offender: Offender, user: User) -> Any:
    return offender.disclosure_drafts.visible_to(user).filter(user=user)


def _row(entry: Any) -> dict[str, Any]:
    record: Disclosure | None = getattr(entry, "disclosure", None)
    # From the joins of the list, so that no row asks again.
    corrected, carried_out = entry.corrected_by, entry.carried_out_by
    discloses = entry.decision == DisclosureDecision.Decision.YES
    if record:
        record.entry = entry
        state, colour = state_of(record, corrected=bool(corrected))
    else:
        state, colour = "", ""
    return {
        "when": long_date(entry.considered_at),
        "url": record.get_absolute_url() if record else "",
        "reference": record.reference if record else "",
        "decision": entry.get_decision_display(),
        "disclose": discloses,
        "to_whom": entry.to_whom,
        "reasons": entry.reasons,
        "against": entry.against_presumption,
        "state": state,
        "colour": colour,
        "review": long_date(record.review_on) if record and record.review_on and not corrected else "",
        "by": entry.recorded_by.name,
        "meeting": entry.meeting_reference,
        "unrecorded": discloses and not record and not carried_out,
    }
