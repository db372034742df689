"""The pages of a case: finding people, registering one, and what everybody on the case reads."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Parts, Perm, allowed, guarded, may_break_glass
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import attempt
from mappa.templatetags.mappa import due_tone, due_words, long_date, short_date
from mappa.throttle import counted_as_search
from offenders import actions, duplicates, search
from offenders.forms import PeopleForm, RegistrationForm, ReviewForm, WhoForm
from offenders.forms.identity import boxes
from offenders.header import RISK_CODES, person_header, sections
from offenders.models import Offender, Precision
from offenders.saved_views import views_for
from offenders.timeline import LATEST, events
from offenders.visibility import known_elsewhere

NAMES = 8  # other names that the overview lists; the record has them all


@guarded(Perm.VIEW_CASE, act=Act.LIST)
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: AuthedRequest) -> HttpResponse:
    """The people whose cases the user sees, by name, filtered and searched."""
    if request.method == "POST":
        return _ask(request)
    asked = search.with_words(request)
    words = asked["words"]
    # What is wrong in an address is left out: the list stays usable.
    form = PeopleForm(asked, user=request.user)
    form.is_valid()
    found = search.matching(request.user, words, form.cleaned_data)
    place = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = search.page_of(found, user=request.user, **place)
    told = search.elsewhere(request.user, words) if words else None
    shown = [person.reference for person in page.people]
    record("case.searched", act=Act.SEARCH, by=request.user, found=page.total, cases=shown)
    if not page.total:
        search.record_refused(words, by=request.user)
    context = _people_context(request, form, page, words, told)
    # A number is looked for in every record: the tags beside it would say otherwise.
    context["past_filters"] = context["filtered"] and bool(words) and "rank" not in found.query.annotations
    return render(request, "offenders/people.html", context)


@counted_as_search
def _ask(request: AuthedRequest) -> HttpResponse:
    """Keep the words in the session and put the filters into the address."""
    return search.asked_for(request, PeopleForm(request.POST, user=request.user))


def _people_context(
    request: AuthedRequest, form: PeopleForm, page: search.Page, words: str, told: str | None
) -> dict[str, Any]:
    today, asked = dates.today(), request.GET.dict()
    rows = [
        {
            "url": person.get_absolute_url(),
            "name": person.full_name,
            "born": short_date(person.born_on) if person.born_is == Precision.DAY else person.born_in_words,
            "category": person.category,
            "level": person.level,
            "rosh": RISK_CODES[Offender.Rosh(person.rosh)] if person.rosh else None,
            "lead_agency": person.lead_agency.name,
            "review": long_date(person.ended_on) if person.ended_on else due_words(person.next_review_on, today),
            "tone": "" if person.ended_on else due_tone(person.next_review_on, today),
            "ended": person.ended_on is not None,
        }
        for person in page.people
    ]
    return {
        "form": form,
        "rows": rows,
        "count": search.count_words(page.total, words),
        "chosen": (chosen := search.chosen(form, request.path, asked)),
        "filtered": len(chosen) > bool(words),
        "previous": search.address(request.path, asked, before=page.previous) if page.previous else "",
        "next": search.address(request.path, asked, after=page.next) if page.next else "",
        "told": told,
        "emergency_url": search.address(reverse("offenders:open_in_emergency"), {"search": asked.get("search", "")})
        if told and may_break_glass(request.user)
        else "",
        "can_register": allowed(request.user, Perm.EDIT_CASE),
        "can_screen": allowed(request.user, Perm.SCREEN),
        "views": views_for(request.user),
        "save_url": _address_to_save(form),
    }


def _address_to_save(form: PeopleForm) -> str:
    """Where the filters in force are given a name; nothing when there are none."""
    filters = search.filters_in_words(form)
    return search.address(reverse("offenders:save_view"), filters) if filters else ""


@guarded(Perm.EDIT_CASE)
@counted_as_search
@require_http_methods(["GET", "HEAD", "POST"])
def check_first(request: AuthedRequest) -> HttpResponse:
    """Who is to be registered, and who is registered already that may be the same person."""
    form = WhoForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= _known_already(request, form.cleaned_data)
        typed = {name: request.POST.get(name, "")[:120] for name in request.POST if name != "csrfmiddlewaretoken"}
        request.session[WHO_KEY] = typed
        if not context["alike"] and not context["told"]:
            return redirect("offenders:register")
    return render(request, "offenders/check_first.html", context)


# What was typed on the first page of a registration waits in the session and never stands in an address.
WHO_KEY = "who_is_registered"


def _known_already(request: AuthedRequest, answers: dict[str, Any]) -> dict[str, Any]:
    """The cases that the user sees and that may be of this person, and the one word about a number held elsewhere.

    That they were looked for is recorded.
    """
    who = {name: answers[name] for name in ("surname", "forenames", "born_on")}
    found = duplicates.likely(Offender.objects.visible_to(request.user), **who)
    numbers = search.numbers_in(f"{answers[name]}" for name in ("crn", "pnc"))
    held = {"identifiers__value__in": numbers, "identifiers__withdrawn_at__isnull": True}
    same_number = Offender.objects.visible_to(request.user).filter(**held).distinct()
    told = known_elsewhere(numbers, to=request.user, registering=True)
    exact = [(case, _("The same number")) for case in same_number.select_related("area", "lead_agency")]
    known = {case.pk for case, _why in exact}
    near = [(one.offender, one.birth.label) for one in found if one.offender.pk not in known]
    alike = [alike_in_words(case, str(why)) for case, why in [*exact, *near]]
    shown = [case["reference"] for case in alike]
    record("case.duplicates_looked_for", act=Act.SEARCH, by=request.user, found=len(shown), cases=shown)
    return {"alike": alike, "told": told}


def alike_in_words(case: Offender, why: str) -> dict[str, str]:
    """A case that may be of the same person, for offenders/_alike.html."""
    return {
        "url": case.get_absolute_url(),
        "name": case.full_name,
        "born": case.born_in_words,
        "why": why,
        "lead_agency": case.lead_agency.name,
        "reference": case.reference,
    }


@guarded(Perm.EDIT_CASE)
@counted_as_search
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: AuthedRequest) -> HttpResponse:
    """Register a person; the answer says which category the law gives, and why."""
    begun = request.session.get(WHO_KEY, {})
    form = RegistrationForm(request.POST or None, user=request.user, initial=_begun(begun))
    made: list[Offender] = []
    if attempt(form, lambda **answers: made.append(actions.register(**answers)), by=request.user):
        request.session.pop(WHO_KEY, None)
        messages.success(request, _derived(made[0], request))
        if made[0].category is None and allowed(request.user, Perm.SCREEN, on=made[0]):
            return redirect("offenders:decide_category", made[0].reference)
        return redirect(made[0])
    context: dict[str, Any] = {"form": form}
    refused = form.errors if form.is_bound else {}
    if {"crn", "pnc", "another_reason"} & set(refused) and not _is_incomplete(form):
        context |= _known_already(request, form.cleaned_data | _typed_numbers(request))
    return render(request, "offenders/register.html", context)


def _begun(typed: dict[str, str]) -> dict[str, Any]:
    """The first page's answers, as those of the second begin."""
    form = WhoForm(typed)
    if not typed or not form.is_valid():
        return {}
    answers = form.cleaned_data
    precision = answers["born_is"]
    return answers | {"born_on": boxes(answers["born_on"], precision), "about": precision == Precision.ABOUT}


def _is_incomplete(form: RegistrationForm) -> bool:
    return any(name not in form.cleaned_data for name in ("surname", "forenames", "born_on"))


def _typed_numbers(request: AuthedRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:40] for name in ("crn", "pnc")}


def _derived(offender: Offender, request: AuthedRequest) -> str:
    if offender.category is None:
        return _("Registered. The category is to be determined: MAPPA co-ordination decides it.")
    basis = offender.bases.visible_to(request.user).standing().filter(category=offender.category).first()
    known = {"category": offender.get_category_display()}
    known |= {"why": basis.explanation, "authority": basis.authority} if basis else {"why": "", "authority": ""}
    return _("Registered at level 1. %(category)s. %(why)s (%(authority)s)") % known


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def overview(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What somebody needs to know first, and what he may do next."""
    parts = offender.parts()
    context = about_person(request, offender, "overview") | {
        "heading": True,
        "events": events(offender.timeline.visible_to(request.user).select_related("by")[:LATEST]),
        "bases": offender.bases.visible_to(request.user).standing(),
        "aliases": offender.aliases.visible_to(request.user).standing()[:NAMES],
        "can_merge": allowed(request.user, Perm.SCREEN, on=parts),
        "photograph": offender.photographs.visible_to(request.user).faces().first(),
        "alert": _alert(offender),
        # They belong to the room above, and are reached from the case, by name.
        "prompts": 0
        if offender.ended_on
        else offender.drift_prompts.visible_to(request.user).of_everybody().open().count(),
        "steps": next_steps(offender, parts, request),
    }
    return render(request, "offenders/overview.html", context)


def about_person(request: AuthedRequest, offender: Offender, current: str) -> dict[str, Any]:
    """The identity bar and the tabs, which every page about a person shows."""
    return {
        "offender": offender,
        "person": person_header(offender, request.user),
        "tabs": sections(offender, current, request.user),
    }


def _alert(offender: Offender) -> str:
    due_on = offender.next_review_on
    if offender.ended_on or due_on is None or due_on >= dates.today():
        return ""
    return _("The level %(level)s review was due on %(date)s.") % {"level": offender.level, "date": long_date(due_on)}


def next_steps(offender: Offender, parts: Parts, request: AuthedRequest) -> list[dict[str, str]]:
    """What the user may do with the case now, the most pressing first; the first is the page's primary action."""
    if offender.ended_on:
        return []
    reference = [offender.reference]
    review = {"url": reverse("offenders:review", args=reference), "label": _("Record the level 1 review")}
    book = {"url": reverse("panels:meetings"), "label": _("Book a review meeting")}
    refer = {"url": reverse("panels:refer", args=reference), "label": _("Refer to level 2 or 3")}
    assess = {"url": reverse("assessments:assess", args=reference), "label": _("Assess the risk")}
    may = {perm: allowed(request.user, perm, on=parts) for perm in (Perm.WRITE_PLANS, Perm.SCHEDULE, Perm.REFER)}
    ordinary, highest = offender.level == Offender.Level.ORDINARY, offender.level == Offender.Level.ENHANCED
    overdue = bool(_alert(offender))
    steps = [
        (0 if offender.rosh is None else 4, may[Perm.WRITE_PLANS] and offender.rosh is None, assess),
        (1 if overdue else 3, may[Perm.WRITE_PLANS] and ordinary, review),
        (1, may[Perm.SCHEDULE] and not ordinary, book),
        (2, may[Perm.REFER] and not highest, refer),
    ]
    return [step for _order, wanted, step in sorted(steps, key=lambda line: line[0]) if wanted]


@guarded(Perm.WRITE_PLANS, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record a level 1 review."""
    form = ReviewForm(request.POST or None)
    if attempt(form, actions.complete_review, offender=offender, by=request.user):
        messages.success(request, _("The level 1 review is recorded, and the next one is dated."))
        return redirect(offender)
    limit = actions.latest_review(Offender.Level.ORDINARY, offender.area, dates.today())
    context = about_person(request, offender, "overview") | {
        "form": form,
        "limit": long_date(limit),
        "at_level_1": offender.level == Offender.Level.ORDINARY,
    }
    return render(request, "offenders/review.html", context)
