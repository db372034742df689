"""Retention and disposal: what may go, what two people decide, and the certificates of what went. By reference alone."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, areas_granting, guarded
from agencies.asking import ask
from agencies.models import Area, User
from agencies.reauthentication import again_when_sent
from assurance import retention
from assurance.asking import DecideForm, ProposeForm
from assurance.certificate import certificate_paper
from assurance.disposing import decide_disposal, propose_disposal, take_back_disposal
from assurance.models import RecordDisposal
from audit.models import Act
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import long_date
from offenders.views.paper import Sheet, hand_out_pdf
from offenders.views.record import Card, Line, Link

State = RecordDisposal.State
COLOURS = {State.PROPOSED: "yellow", State.APPROVED: "blue", State.DONE: "green", State.REFUSED: "red"}


@guarded(Perm.KEEP_RETENTION, act=Act.LIST)
@require_safe
def due_for_disposal(request: AuthedRequest) -> HttpResponse:
    """How long what is kept, and the records whose time is over. Nothing goes by itself."""
    areas = list(Area.objects.filter(pk__in=areas_granting(request.user, Perm.KEEP_RETENTION)).order_by("name"))
    asked = request.GET.get("area", "")
    area = next((each for each in areas if each.slug == asked), areas[0])
    today = dates.today()
    rules = retention.rules_of(area, today)
    rows = retention.due(area, today, to=request.user, rules=rules)
    page = page_of(rows, request, by="ended_on")
    context = {
        "area": area,
        "areas": areas,
        "enabled": retention.is_enabled(area, today),
        "rules": rules,
        "count": rows.count(),
        "rows": retention.lines(page.rows),
        "page": page,
    }
    return render(request, "assurance/retention.html", context)


@guarded(Perm.APPROVE_DISPOSAL, act=Act.LIST)
@require_safe
def disposals(request: AuthedRequest) -> HttpResponse:
    """What is proposed, decided and done, newest first."""
    rows = RecordDisposal.objects.visible_to(request.user).select_related("area", "proposed_by")
    page = page_of(rows, request, by="proposed_at", newest_first=True)
    context = {
        "cards": [_card(row) for row in page.rows],
        "page": page,
        "may_propose": allowed(request.user, Perm.KEEP_RETENTION),
    }
    return render(request, "assurance/disposals.html", context)


def _card(row: RecordDisposal) -> Card:
    lines = [
        Line(_("Area"), row.area.name),
        Line(_("Record"), row.case_reference),
        Line(_("Why"), row.get_ground_display()),
        Line(_("Proposed"), _by(row.proposed_by, row.proposed_at)),
    ]
    colour = COLOURS.get(State(row.state), "grey")
    return Card(
        row.reference, lines, [Link(row.get_absolute_url(), _("Open"))], tag=row.get_state_display(), colour=colour
    )


def _by(user: User | None, at: object) -> str:
    return _("%(day)s by %(name)s") % {"day": long_date(at), "name": user.name} if user else ""  # type: ignore[arg-type]


@guarded(Perm.APPROVE_DISPOSAL, RecordDisposal)
@require_safe
def disposal(request: AuthedRequest, disposal: RecordDisposal) -> HttpResponse:
    """One of them: who decided what, and what was taken away."""
    is_own = disposal.proposed_by_id == request.user.pk
    found = [
        (_("Area"), disposal.area.name),
        (_("Record"), disposal.case_reference),
        (_("Why"), disposal.get_ground_display()),
        (_("Reason"), disposal.reason),
        (_("Proposed"), _by(disposal.proposed_by, disposal.proposed_at)),
        (_("Approved"), _by(disposal.approved_by, disposal.decided_at)),
        (_("Refused"), _by(disposal.refused_by, disposal.decided_at)),
        (_("Why it was refused"), disposal.refused_because),
        (_("Not carried out yet"), disposal.trouble),
        (_("Disposed of on"), long_date(disposal.done_at)),
        (_("Rows taken away"), f"{disposal.rows:,}" if disposal.done_at else ""),
        (_("Files taken away"), str(disposal.files) if disposal.done_at else ""),
        (_("Files still to be taken away"), str(len(disposal.files_left)) if disposal.files_left else ""),
        (_("Digest of the certificate"), disposal.digest),
    ]
    context = {
        "disposal": disposal,
        "colour": COLOURS.get(State(disposal.state), "grey"),
        "lines": [{"label": label, "value": value} for label, value in found if value],
        "may_decide": disposal.state == State.PROPOSED and not is_own,
        "may_take_back": disposal.state == State.PROPOSED and is_own,
        "is_done": disposal.state == State.DONE,
        "is_intact": disposal.state == State.DONE and disposal.is_intact(),
        "tables": [(name, f"{count:,}") for name, count in sorted(disposal.counts.items()) if count],
    }
    return render(request, "assurance/disposal.html", context)


@guarded(Perm.KEEP_RETENTION)
@ANSWERS
def propose(request: AuthedRequest) -> HttpResponse:
    """Which record shall go, and why."""
    return ask(
        request,
        ProposeForm(
            sent(request), initial={"case": request.GET.get("case", "")[:12], "ground": RecordDisposal.Ground.RETENTION}
        ),
        propose_disposal,
        back=reverse("assurance:disposals"),
        done=_("The disposal is proposed. A second person decides."),
        about={},
        title=_("Propose a disposal"),
        warning=_("What is disposed of is gone from every page, file and search, and cannot be brought back."),
        button=_("Propose the disposal"),
    )


@guarded(Perm.APPROVE_DISPOSAL, RecordDisposal)
@again_when_sent
@ANSWERS
def decide(request: AuthedRequest, disposal: RecordDisposal) -> HttpResponse:
    """A second person approves or refuses."""
    is_own = disposal.proposed_by_id == request.user.pk
    nothing = _("You proposed it. A second person decides: a board member or another officer.") if is_own else ""
    if disposal.state != State.PROPOSED:
        nothing = _("It is decided already.")
    return ask(
        request,
        DecideForm(sent(request)),
        decide_disposal,
        back=disposal.get_absolute_url(),
        done=_("Your decision is recorded."),
        about={"disposal": disposal},
        title=_("Decide a disposal"),
        caption=f"{disposal.reference}: {disposal.case_reference}",
        intro=f"{disposal.get_ground_display()}. {disposal.reason}",
        warning=_("If you approve, the whole record of every agency goes at once and cannot be brought back."),
        nothing=nothing,
        button=_("Save the decision"),
    )


@guarded(Perm.KEEP_RETENTION, RecordDisposal)
@ANSWERS
def take_back(request: AuthedRequest, disposal: RecordDisposal) -> HttpResponse:
    """Take back what one proposed."""
    is_open = disposal.state == State.PROPOSED and disposal.proposed_by_id == request.user.pk
    return ask(
        request,
        Form(request.POST if request.method == "POST" else None),
        take_back_disposal,
        back=disposal.get_absolute_url(),
        done=_("The proposal is taken back. The record stays."),
        about={"disposal": disposal},
        title=_("Take back the proposal"),
        caption=f"{disposal.reference}: {disposal.case_reference}",
        nothing="" if is_open else _("It is decided already, or somebody else proposed it."),
        button=_("Take it back"),
    )


@guarded(Perm.APPROVE_DISPOSAL, RecordDisposal, act=Act.DOWNLOAD)
@require_safe
def certificate(request: AuthedRequest, disposal: RecordDisposal) -> HttpResponse:
    """The certificate as PDF: numbers, days and who decided; nothing of the person."""
    if disposal.state != State.DONE:
        return redirect(disposal)
    paper = certificate_paper(disposal, request.user)
    sheet = Sheet(paper, disposal, "disposal.certificate_printed", "certificate")
    return hand_out_pdf(request, sheet, otherwise=(disposal.get_absolute_url(), _("Go back to the disposal")))
