"""Amending approved minutes: what to amend, the other words, and the countersignature."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import User
from mappa.forms import attempt, sent
from offenders.views.cases import about_person
from offenders.views.record import ask
from panels import actions
from panels.actions.amendments import words_now
from panels.actions.distribution import deciders
from panels.forms import AmendAttendanceForm, AmendForm, DecideAmendmentForm
from panels.models import AgendaItem, Amendment, Invitation, Paragraph

Part = Amendment.Part


@dataclass(frozen=True)
class Amendable:
    """A part of the minutes that can be amended; `key` names it in an address."""

    key: str
    part: Part
    of: Paragraph | Invitation | None
    heading: str
    words: str


def amendable(item: AgendaItem, user: User) -> list[Amendable]:
    """What of the minutes of an item can be amended, as it stands now."""
    paragraphs = list(Paragraph.objects.visible_to(user).filter(item=item))
    # The first under each heading is named by it, those after it by their reference.
    named = {row.section: row.pk for row in reversed(paragraphs)}
    found = [
        Amendable(
            f"paragraph-{row.section if named[row.section] == row.pk else row.reference}",
            Part.PARAGRAPH,
            row,
            row.get_section_display(),
            "",
        )
        for row in paragraphs
    ]
    reasons = [part for part in Part if part not in {Part.PARAGRAPH, Part.ATTENDANCE}]
    found += [Amendable(part.value, part, None, str(part.label), "") for part in reasons]
    invited = Invitation.objects.of_item(item).select_related("agency")
    came = _("Attendance of %s")
    found += [Amendable(row.reference, Part.ATTENDANCE, row, came % row.agency.name, "") for row in invited]
    filled = [_with_words(each, item, user) for each in found]
    # A reason that nobody was asked for is not amended; an empty paragraph or attendance may be.
    return [each for each in filled if each.words or each.of]


def _with_words(each: Amendable, item: AgendaItem, user: User) -> Amendable:
    return Amendable(each.key, each.part, each.of, each.heading, words_now(item, each.part, each.of, by=user))


def in_words(part: str, words: str) -> str:
    """An attendance is kept as a code, everything else as it is read."""
    return str(Invitation.Attendance(words).label) if part == Part.ATTENDANCE and words else words


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Choose what is wrong in approved minutes, then say what they should say."""
    minutes = reverse("panels:minutes", args=[item.meeting.reference])
    if not item.meeting.is_locked:
        return redirect(item)
    choices = amendable(item, request.user)
    if "part" not in request.GET:
        lines = [(each, in_words(each.part, each.words)) for each in choices]
        context = about_person(request, item.offender, "meetings") | {"item": item, "lines": lines, "back": minutes}
        return render(request, "panels/amend.html", context)
    chosen = next((each for each in choices if each.key == request.GET["part"]), None)
    if chosen is None:
        raise Http404
    kind = AmendAttendanceForm if chosen.part == Part.ATTENDANCE else AmendForm
    version = Amendment.objects.version_of(item.meeting)
    form = kind(sent(request), initial={"becomes": chosen.words, "version": version})
    return ask(
        request,
        item.offender,
        "meetings",
        form,
        actions.amend,
        back=minutes,
        done=_("Proposed. It stands in the minutes once somebody else has countersigned it."),
        about={"item": item, "part": chosen.part, "of": chosen.of},
        title=_("Amend: %s") % chosen.heading,
        intro=_("The approved words stay. Countersigned, yours make a new version that shows both and says why."),
        button=_("Propose the amendment"),
    )


@guarded(Perm.TAKE_MINUTES, Amendment)
@require_http_methods(["GET", "POST"])
def decide_amendment(request: AuthedRequest, amendment: Amendment) -> HttpResponse:
    """What is proposed beside what stands there, and the countersignature of whoever may give it."""
    item = amendment.item
    may_decide = not amendment.outcome and request.user.pk in deciders(item.meeting, amendment.proposed_by)
    form = DecideAmendmentForm(request.POST or None)
    if request.method == "POST" and attempt(form, actions.decide_amendment, amendment=amendment, by=request.user):
        messages.success(request, _("Decided. Whoever proposed it is told."))
        return redirect("panels:minutes", item.meeting.reference)
    context: dict[str, Any] = about_person(request, item.offender, "meetings") | {
        "amendment": amendment,
        "heading": _heading(amendment),
        "was": in_words(amendment.part, amendment.was),
        "becomes": in_words(amendment.part, amendment.becomes),
        "may_decide": may_decide,
        "is_mine": amendment.proposed_by_id == request.user.pk,
        "form": form if may_decide or form.is_bound else None,
    }
    return render(request, "panels/amendment.html", context)


def _heading(amendment: Amendment) -> str:
    if amendment.paragraph:
        return str(amendment.paragraph.get_section_display())
    if amendment.invitation:
        return _("Attendance of %s") % amendment.invitation.agency.name
    return str(amendment.get_part_display())
