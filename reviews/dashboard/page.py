"""The whole page as members of the board read it, with the numbers as they are."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.dashboard import agencies, audits, people, work
from reviews.dashboard.look import ACTIVE, AUTHORITY, Look
from reviews.dashboard.part import Part, Tile, questions
from reviews.dashboard.words import change, number, percent, points, target_words
from reviews.period import Share


def tiles(look: Look) -> list[Tile]:
    """Five numbers, each with how it moved and, where there is one, its target."""
    active, overdue = look.compared("people", level=ACTIVE), look.compared("actions-overdue")
    return [
        Tile(
            number=number(active.now.whole),
            text=ngettext("person at level 2 or 3", "people at level 2 or 3", active.now.whole),
            note=change(active.now.whole, active.before),
        ),
        _share_tile(look, _("of level 2 and 3 reviews on time"), "reviews-on-time", _both_levels(look), level=ACTIVE),
        _share_tile(
            look,
            _("attendance of police, probation and prison"),
            "attendance",
            look.attendance_goal(AUTHORITY),
            duty=AUTHORITY,
        ),
        Tile(
            number=number(overdue.now.whole),
            text=ngettext("action overdue", "actions overdue", overdue.now.whole),
            note=change(overdue.now.whole, overdue.before),
        ),
        _share_tile(look, _("of minutes on time"), "minutes-on-time", look.goal("kpi_minutes_percent")),
    ]


def _both_levels(look: Look) -> int | None:
    """One target for two levels, where they have the same one; else each has its own, below."""
    goals = {look.goal(f"kpi_level_{level}_reviews_percent") for level in ACTIVE}
    return goals.pop() if len(goals) == 1 else None


def _share_tile(look: Look, text: str, slug: str, goal: int | None, **where: object) -> Tile:
    found = look.compared(slug, **where)
    return Tile(number=percent(found.now), text=text, note=_note(found.now, found.before, goal))


def _note(now: Share, before: Share | None, goal: int | None) -> str:
    """How many it is of, the target, and the points gained or lost."""
    words = [_("of %s") % number(now.whole)] if now.whole else []
    words += [target_words(goal)] if goal is not None else []
    words += [points(now, before)] if now.whole else []
    return ", ".join(words)


def parts(look: Look) -> list[Part]:
    """The figures of the page, in its order: two and two of about the same height stand side by side."""
    make = (
        (people.people, people.months),
        (people.flows, work.referrals),
        (work.reviews, people.plans),
        (work.minutes, work.disclosure),
        (work.waits, work.prompts),
        (agencies.attendance, agencies.attendance_by_month),
        (agencies.information, agencies.how_they_came),
        (agencies.overdue, audits.audits),
        (people.law,),
    )
    return [part(look) for row in make for part in row]


def to_ask(look: Look) -> list[str]:
    """Three questions that the figures raise."""
    always = [
        _("Are the people at level 2 and 3 the right ones, and who decides when somebody moves down?"),
        _("Which agency finds it hardest to finish its actions on time, and what would help?"),
        _("What did co-ordination say to those whose referrals were not accepted?"),
    ]
    return questions([*work.asked(look), *agencies.asked(look)], always)
