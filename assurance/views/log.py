"""The access log: of a case, of a person, of an agency, and one's own. Reading it is recorded like any reading."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, areas_granting, guarded
from agencies.models import Agency, User
from assurance import access_log, lines, reach
from assurance.access_log import Asked
from assurance.forms.log import AgencyForm, CaseForm, LogForm, MonthForm, WhoseForm
from assurance.models import UnusualAccess
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import ANSWERS, sent
from offenders.models import Offender
from offenders.search import is_reference
from offenders.views.cases import about_person

# People on a page of a team.
A_PAGE = 25


@guarded(Perm.ACCESS_LOG, Offender, act=Act.LIST)
@require_safe
def access_log_of_case(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Who opened the case, and what was done with it."""
    form, events = _of_case_seen(request, offender)
    context = about_person(request, offender, "access-log") | {
        "title": _("Access log"),
        "take_out": _with_filters(reverse("assurance:take_out_case", args=[offender.reference]), request),
        **_shown(request, form, events),
    }
    return render(request, "assurance/case_log.html", context)


def _of_case_seen(request: AuthedRequest, offender: Offender) -> tuple[LogForm, Any]:
    """The filters and the acts of a case for somebody who sees it: by who and what, only of what he is told in full."""
    days = _filters(request).asked()
    told = lines.without_closed(access_log.of_case(offender.pk, Asked(days.since, days.until)), request.user, offender)
    form = _filters(request, people=access_log.people_in(told))
    events = access_log.of_case(offender.pk, form.asked())
    return form, lines.without_closed(events, request.user, offender) if form.asked().is_narrow else events


def _people_of_case(case: int, request: AuthedRequest) -> list[User]:
    days = _filters(request).asked()
    return access_log.people_in(access_log.of_case(case, Asked(days.since, days.until)))


def _filters(request: AuthedRequest, people: list[User] | None = None, *, of_many: bool = False) -> LogForm:
    form = LogForm(request.GET, people=people or [], of_many=of_many)
    form.is_valid()
    return form


def _with_filters(path: str, request: AuthedRequest) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    return f"{path}?{query.urlencode()}"


def _shown(request: AuthedRequest, form: LogForm, events: Any, **hidden: str) -> dict[str, Any]:
    """What every page of the log shows. `hidden` is sent with the filters, and stays in the addresses."""
    page = access_log.page_of(events, request.GET.get("after", ""))
    first = _with_filters(request.path, request)
    return {
        "form": form,
        "hidden": hidden,
        "lines": lines.lines_of(page.events, request.user),
        "days": form.asked(),
        "previous": "" if page.is_first else first,
        "next": f"{first}&{urlencode({'after': page.next})}" if page.next else "",
    }


@guarded(Perm.REVIEW_ACCESS)
@ANSWERS
def access_logs(request: AuthedRequest) -> HttpResponse:
    """Where whoever answers for the use of the record begins: a case, a person, an agency, and what is unusual."""
    whose = WhoseForm(sent(request))
    found = reach.people_called(request.user, whose.cleaned_data["words"]) if whose.is_valid() else []
    case = CaseForm({"reference": request.GET["reference"]} if request.GET.get("reference") else None)
    if case.is_valid():
        return redirect(f"{reverse('assurance:log_of_case')}?{urlencode(case.cleaned_data)}")
    context = {
        "case": case,
        "whose": whose,
        "form": whose if whose.is_bound else case,
        "people": [{"name": person.name, "email": person.email, "url": _log_of(person)} for person in found],
        "asked": whose.is_bound and not whose.errors,
        "agency": AgencyForm(agencies=reach.agencies_answered_for(request.user)),
        "waiting": UnusualAccess.objects.visible_to(request.user).undecided().count(),
    }
    return render(request, "assurance/logs.html", context)


def _log_of(person: User) -> str:
    return f"{reverse('assurance:person_log')}?{urlencode({'who': access_log.token_of(person)})}"


@guarded(Perm.REVIEW_ACCESS)
@require_safe
def log_of_case(request: AuthedRequest) -> HttpResponse:
    """Who opened a case, by its reference alone: nothing of the case is read or shown."""
    reference = request.GET.get("reference", "")
    if not reference:
        return redirect("assurance:logs")
    case = case_answered_for(request, reference)
    record("access_log.case_read", by=request.user, about=case, act=Act.LIST)
    form = _filters(request, people=_people_of_case(case.pk, request))
    context = {
        "title": _("Access log of a case"),
        "caption": case.reference,
        "intro": _("Who opened it and what was done. What the case says is not shown, and not opened."),
        "back": reverse("assurance:logs"),
        "take_out": _with_filters(reverse("assurance:take_out"), request),
        **_shown(request, form, access_log.of_case(case.pk, form.asked()), reference=case.reference),
    }
    return render(request, "assurance/log.html", context)


def case_answered_for(request: AuthedRequest, reference: str) -> Offender:
    """The case of the user's area with a reference, of which no more than that is read; 404 where there is none."""
    user, called = request.user, reference.strip().upper()
    key = Offender.objects.called(called, areas_granting(user, Perm.REVIEW_ACCESS), to=user)
    if key is None:
        if is_reference(called):
            # The guard records the refusal: with what was tried.
            request.opened = Offender(reference=called)  # type: ignore[attr-defined]
        raise Http404
    return Offender(pk=key, reference=called)


@guarded(Perm.SIGNED_IN)
@require_safe
def person_log(request: AuthedRequest) -> HttpResponse:
    """What somebody opened: read by whoever answers for the area, and by his manager. That it was read is recorded."""
    if not (token := request.GET.get("who")):
        return redirect("assurance:mine")
    person = person_within_reach(request.user, token)
    record("access_log.person_read", by=request.user, act=Act.LIST, person=person.pk)
    form = _filters(request)
    answers = reach.answers_for_an_area(request.user)
    context = {
        "title": _("What somebody opened"),
        "caption": person.name,
        "intro": _("Cases stand there by their reference, and only those that you may know of."),
        "back": reverse("assurance:logs") if answers else reverse("assurance:team"),
        "take_out": _with_filters(reverse("assurance:take_out"), request) if answers else "",
        **_shown(request, form, access_log.of_person(person.pk, form.asked()), who=token),
    }
    return render(request, "assurance/log.html", context)


@guarded(Perm.REVIEW_ACCESS)
@require_safe
def agency_log(request: AuthedRequest) -> HttpResponse:
    """What was done for one agency, by everybody who works there."""
    if not request.GET.get("agency"):
        return redirect("assurance:logs")
    agency = agency_answered_for(request)
    record("access_log.agency_read", by=request.user, act=Act.LIST, agency=agency.pk)
    form = _filters(request, of_many=True)
    context = {
        "title": _("Access log of an agency"),
        "caption": agency.name,
        "intro": _("What everybody did for this agency. Cases stand there by their reference."),
        "back": reverse("assurance:logs"),
        "take_out": _with_filters(reverse("assurance:take_out"), request),
        **_shown(request, form, access_log.of_agency(agency.pk, form.asked()), agency=str(agency.pk)),
    }
    return render(request, "assurance/log.html", context)


def agency_answered_for(request: AuthedRequest) -> Agency:
    """The agency of the user's area that the address names; 404 for every other."""
    form = AgencyForm(request.GET, agencies=reach.agencies_answered_for(request.user))
    if not form.is_valid():
        raise Http404
    agency: Agency = form.cleaned_data["agency"]
    return agency


@guarded(Perm.ACCESS_NUMBERS)
@require_safe
def agency_numbers(request: AuthedRequest) -> HttpResponse:
    """How much an agency used the record in a month: numbers alone, for its contact points and whoever answers for the area."""
    agencies, today = reach.agencies_counted_for(request.user), dates.today()
    first = agencies.first()
    begun = {"agency": first.pk if first else "", "month": today.replace(day=1).isoformat()}
    form = MonthForm(begun | request.GET.dict(), agencies=agencies, on=today)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        month, agency = form.cleaned_data["month"], form.cleaned_data["agency"]
        last = dates.add_months(month, 1) - dates.ONE_DAY
        rows = _in_words(access_log.amounts_of(agency.pk, month, last))
        context |= {"agency": agency, "month": month, "rows": rows}
    return render(request, "assurance/numbers.html", context)


def _in_words(amounts: access_log.Amounts) -> list[tuple[str, str]]:
    lines = (
        (_("People who used it"), amounts.people),
        (_("Different cases"), amounts.cases),
        (_("Pages opened"), amounts.opened),
        (_("Changes"), amounts.changed),
        (_("Copies taken"), amounts.copied),
        (_("Refusals"), amounts.refused),
    )
    return [(label, f"{number:,}") for label, number in lines]


def person_within_reach(user: User, token: str) -> User:
    """The person of whom an address speaks; 404 where the user may not read what he opened."""
    key = access_log.named(token, reach.keys_within_reach(user))
    if key is None:
        raise Http404
    return User.objects.get(pk=key)


@guarded(Perm.TEAM_WORK)
@require_safe
def access_log_of_team(request: AuthedRequest) -> HttpResponse:
    """The colleagues whose manager the user is, each with what he opened."""
    number = request.GET.get("page", "1")
    page = max(int(number), 1) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    found = list(reach.team_of(request.user)[(page - 1) * A_PAGE : page * A_PAGE + 1])
    context = {
        "people": [{"name": person.name, "url": _log_of(person)} for person in found[:A_PAGE]],
        "previous": f"?page={page - 1}" if page > 1 else "",
        "next": f"?page={page + 1}" if len(found) > A_PAGE else "",
    }
    return render(request, "assurance/team.html", context)


@guarded(Perm.SIGNED_IN)
@require_safe
def own_access_log(request: AuthedRequest) -> HttpResponse:
    """What the signed-in person did himself: everybody can see what is known of his own use."""
    form = _filters(request)
    context = {
        "title": _("Your recent access"),
        "intro": _("Everything that you opened, searched, changed or took a copy of is recorded. This is that record."),
        "back": "/",
        "mine": True,
        **_shown(request, form, access_log.of_person(request.user.pk, form.asked())),
    }
    return render(request, "assurance/log.html", context)


def events_asked_for(request: AuthedRequest) -> tuple[Any, Asked, str, Offender | User | Agency]:
    """The acts that the address of a page asks for, when, of whom or of what: for taking them out as they stand there."""
    if reference := request.GET.get("reference"):
        case = case_answered_for(request, reference)
        asked = _filters(request, people=_people_of_case(case.pk, request)).asked()
        return access_log.of_case(case.pk, asked), asked, case.reference, case
    if request.GET.get("agency"):
        agency, asked = agency_answered_for(request), _filters(request, of_many=True).asked()
        return access_log.of_agency(agency.pk, asked), asked, agency.name, agency
    person, asked = person_within_reach(request.user, request.GET.get("who", "")), _filters(request).asked()
    return access_log.of_person(person.pk, asked), asked, person.name, person


def events_of_case(request: AuthedRequest, offender: Offender) -> tuple[Any, Asked]:
    """The acts about a case that the address of its log asks for."""
    form, events = _of_case_seen(request, offender)
    return events, form.asked()
