"""Building an agenda: adding and removing people."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import User
from mappa import dates
from mappa.forms import attempt
from offenders.header import person_header
from offenders.law.identifiers import candidates
from offenders.models import Offender
from offenders.search import record_refused
from panels import actions
from panels.forms import PeopleForm, PersonForm, SlotForm
from panels.models import AgendaItem, Meeting
from panels.suggestions import suggestions
from panels.views.meetings import agenda_page


@guarded(Perm.SCHEDULE, Meeting)
@require_POST
def add_item(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Put people on the agenda: those ticked among the suggestions, or one by number."""
    if "person" in request.POST:
        return _add_by_number(request, meeting)
    suggested, _more = suggestions(meeting, request.user)
    form = PeopleForm(request.POST, choices=[(s["reference"], s["name"]) for s in suggested])

    def add_all(*, people: list[str], minutes: int, by: User) -> None:
        with transaction.atomic():
            for case in Offender.objects.visible_to(by).filter(reference__in=people).order_by("next_review_on", "pk"):
                actions.add_item(meeting=meeting, offender=case, minutes=minutes, by=by)

    if attempt(form, add_all, by=request.user):
        messages.success(request, _("Put on the agenda. Now invite agencies for each person."))
        return redirect(meeting)
    return agenda_page(request, meeting, people=form)


def _add_by_number(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    form = PersonForm(request.POST)

    def add_one(*, person: str, minutes: int, by: User) -> None:
        case = _named(person, by)
        if case is None:
            record_refused(person, by=by)
            raise ValidationError({"person": _("No person you can see has this number")})
        actions.add_item(meeting=meeting, offender=case, minutes=minutes, by=by)

    if attempt(form, add_one, by=request.user):
        messages.success(request, _("Put on the agenda. Now invite agencies for each person."))
        return redirect(meeting)
    return agenda_page(request, meeting, person=form)


@guarded(Perm.SCHEDULE, Meeting)
@require_POST
def add_slot(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Put a break or a standing item on the agenda, or all that are usual."""
    if "usual" in request.POST:
        return _add_usual(request, meeting)
    form = SlotForm(request.POST)
    if attempt(form, actions.add_slot, meeting=meeting, by=request.user):
        messages.success(request, _("Added at the end. Move it to its place with Up."))
        return redirect(meeting)
    return agenda_page(request, meeting, slot=form)


def _add_usual(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    try:
        added = actions.add_usual_slots(meeting=meeting, by=request.user)
        words = _("Standing items added.") if added else _("The usual standing items are on the agenda already.")
        messages.success(request, words)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(meeting)


def _named(words: str, user: User) -> Offender | None:
    cases = Offender.objects.visible_to(user)
    by_reference = cases.filter(reference=words.strip().upper()).first()
    numbers = candidates(words, dates.today().year)
    return by_reference or cases.filter(identifiers__value__in=numbers).distinct().first()


@guarded(Perm.SCHEDULE, AgendaItem)
@require_http_methods(["GET", "POST"])
def remove_item(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Ask, then take a person off the agenda."""
    if request.method == "POST":
        try:
            actions.remove_item(item=item, by=request.user)
            messages.success(request, _("Taken off the agenda. Agencies invited for this person were struck."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect(item.meeting)
    person = person_header(item.offender, request.user)
    return render(request, "panels/remove_item.html", {"item": item, "person": person})
