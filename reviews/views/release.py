"""The plan before a release: the page of a person, its paper, and what is said of a step by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Parts, Perm, allowed, guarded
from agencies.models import User
from audit.models import Act
from mappa import dates
from mappa.forms import ANSWERS, sent
from mappa.paper import Paper, Section, Table
from mappa.templatetags.mappa import long_date
from offenders.copies import copy_for
from offenders.header import person_header
from offenders.models import Offender
from offenders.views.cases import about_person
from offenders.views.paper import Sheet, hand_out_pdf
from offenders.views.record import Link, ask
from panels.actions.referrals import FIRST_MEETING
from reviews.actions.release import possible_outcomes, record_release_step
from reviews.deadlines.sources import Figure, figures_by_name
from reviews.forms.release import ReleaseStepForm
from reviews.release import steps
from reviews.release.dates import NoRelease, Release, release_of
from reviews.release.plan import ANSWER_WEEKS, SCREENING, Planned, in_words, plan

Level = Offender.Level


@dataclass(frozen=True)
class Row:
    """One step, ready to show."""

    step: Planned
    tag: str
    colour: str
    whose: str
    slips: Sequence[str]
    figures: Sequence[Figure]
    links: Sequence[Link]


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def release(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """From the day of release backwards: what is done, what is late, and what slips."""
    found = release_of(offender, request.user)
    may_edit = allowed(request.user, Perm.EDIT_CASE, on=offender)
    context = about_person(request, offender, "release") | {
        "release": found,
        "rows": _rows(offender, found, request.user) if isinstance(found, Release) else [],
        "can_plan": isinstance(found, Release),
        "add_url": reverse("offenders:add_key_date", args=[offender.reference]) if may_edit else "",
        "today": dates.today(),
    }
    return render(request, "reviews/release.html", context)


@guarded(Perm.VIEW_CASE, Offender, act=Act.DOWNLOAD)
@require_safe
def release_pdf(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The plan on paper, for one named reader; where there is none, back to the page that says why."""
    page = reverse("reviews:release", args=[offender.reference])
    found = release_of(offender, request.user)
    if isinstance(found, NoRelease):
        return redirect(page)
    sheet = Sheet(
        paper=_paper(offender, found, request.user), about=offender, event="release.plan_taken", name="release-plan"
    )
    return hand_out_pdf(request, sheet, otherwise=(page, _("Back to the plan")))


@guarded(Perm.WRITE_PLANS, Offender)
@ANSWERS
def record_step(request: AuthedRequest, offender: Offender, *, step: str) -> HttpResponse:
    """Say that a step was done, is not needed, or is to be done after all."""
    title = steps.BY_SLUG[step].title
    form = ReleaseStepForm(
        sent(request),
        outcomes=possible_outcomes(offender, step, request.user),
        initial={"on": dates.today()},
    )
    return ask(
        request,
        offender,
        "release",
        form,
        record_release_step,
        back=reverse("reviews:release", args=[offender.reference]),
        done=_("The step is recorded."),
        about={"offender": offender, "step": step},
        title=_("Before release: %s") % title,
        button=_("Record"),
        nothing=_("This case is no longer managed: nothing is planned here.") if offender.ended_on else "",
    )


def _rows(offender: Offender, found: Release, user: User) -> list[Row]:
    today, parts = dates.today(), offender.parts()
    figures = figures_by_name({name for names in _figures(offender).values() for name in names}, offender.area, today)
    links = _links(offender, parts, user)
    return [
        Row(
            step,
            *_state(step, today),
            whose=_whose(offender, step.slug),
            slips=in_words(step, found.on),
            figures=[figures[name] for name in _figures(offender)[step.slug] if name in figures],
            links=links.get(step.slug, []) if not step.is_closed else [],
        )
        for step in plan(offender, found, user)
    ]


def _state(step: Planned, today: date) -> tuple[str, str]:
    """The state in a word or two, and its colour."""
    told = (
        (step.is_closed, _("Not shown to you"), "grey"),
        (not step.is_needed, _("Not needed"), "grey"),
        (step.was_late, _("Done late"), "yellow"),
        (step.is_done, _("Done"), "green"),
        (step.on is not None, _("Arranged"), "teal"),
        (step.due < today, _("Late"), "red"),
        (step.slips, _("Slips"), "orange"),
    )
    return next(((words, colour) for holds, words, colour in told if holds), (_("To do"), "blue"))


def _figures(offender: Offender) -> dict[str, Sequence[str]]:
    """The standards by which each step is reckoned."""
    meeting = FIRST_MEETING[Level(max(offender.level, Level.ACTIVE))]
    return {
        "referral": (SCREENING,),
        "meeting": (meeting,),
        "victims": (steps.VICTIM_WEEKS,),
        **{step.slug: (step.figure,) for step in steps.STEPS},
        "licence": (steps.LICENCE.figure, ANSWER_WEEKS),
    }


def _whose(offender: Offender, slug: str) -> str:
    if slug == "meeting":
        return _("Co-ordination of %s") % offender.area.name
    if slug == "victims":
        return _("Victim liaison")
    officer = offender.lead_officer
    return f"{officer.name}, {offender.lead_agency.name}" if officer else offender.lead_agency.name


def _links(offender: Offender, parts: Parts, user: User) -> dict[str, list[Link]]:
    """What the reader may do about each step."""
    case = [offender.reference]
    ordinary = offender.level == Level.ORDINARY
    wanted: tuple[tuple[str, Perm, bool, str, list[str], str], ...] = (
        ("referral", Perm.REFER, offender.level < Level.ENHANCED, "panels:refer", case, _("Refer")),
        ("level", Perm.WRITE_PLANS, ordinary, "offenders:review", case, _("Review at level 1")),
        ("level", Perm.SCHEDULE, not ordinary, "panels:meetings", [], _("Put on an agenda")),
        ("meeting", Perm.SCHEDULE, not ordinary, "panels:meetings", [], _("Put on an agenda")),
        ("premises", Perm.EDIT_CASE, True, "offenders:propose_premises", case, _("Propose approved premises")),
        ("victims", Perm.VIEW_VICTIMS, True, "offenders:victims", case, _("Open the victims’ page")),
        ("licence", Perm.EDIT_CASE, True, "offenders:orders", case, _("Open orders and licence")),
        ("disclosure", Perm.RECORD_DISCLOSURE, True, "disclosures:record_disclosure", case, _("Record a decision")),
    )
    held = {perm: allowed(user, perm, on=parts) for perm in {line[1] for line in wanted} | {Perm.WRITE_PLANS}}
    found: dict[str, list[Link]] = {}
    for slug, perm, holds, route, args, words in wanted:
        if holds and held[perm]:
            found.setdefault(slug, []).append(Link(reverse(route, args=args), words))
    for step in steps.STEPS:
        if step.by_hand and held[Perm.WRITE_PLANS]:
            link = Link(reverse(f"reviews:release_{step.slug}", args=case), _("Say what became of it"), str(step.title))
            found.setdefault(step.slug, []).append(link)
    return found


def state_words(row: Row) -> str:
    """The state with its day and what shows it, in one line."""
    day = long_date(row.step.on) if row.step.on else ""
    return ": ".join(filter(None, [row.tag, ", ".join(filter(None, [day, row.step.shown]))]))


def _paper(offender: Offender, found: Release, user: User) -> Paper:
    person = person_header(offender, user)
    table = Table(
        _("Steps before release"),
        [_("Step"), _("Due"), _("State"), _("Whose"), _("What slips")],
        [
            [row.step.title, long_date(row.step.due), state_words(row), row.whose, " ".join(row.slips)]
            for row in _rows(offender, found, user)
        ],
    )
    facts = [(_("First day of release"), f"{long_date(found.on)}, {found.kind}")]
    return Paper(
        title=_("Plan before release"),
        opening=[", ".join(filter(None, [person["name"], person["born"], person["reference"]]))],
        sections=[Section(_("Plan"), paragraphs=[f"{words}." for words in found.notes], facts=facts, tables=[table])],
        copy=copy_for(user, offender.reference),
    )
