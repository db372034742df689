"""At which level a case is managed, and when that is reviewed."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Area, User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.models import LevelPeriod, Offender, Review
from offenders.review_standards import review_due

tell = telling(Topic.LAW)


def latest_review(level: int, area: Area, held_on: date) -> date:
    """The last day a review may be put off to, from the standard of the level in force that day."""
    return review_due(level, held_on, area).due_on


def start_level(
    offender: Offender,
    level: int,
    reason: str,
    *,
    next_review_on: date | None,
    by: User,
    reviewed_on: date | None = None,
) -> None:
    """Begin, or go on with, a level and date its next review, within the standard.

    `reviewed_on` is the day on which the review that was open was held; without it the level moves and that review
    is superseded, which is not the same as held. The standard counts from the review, or from today.
    Raises ValidationError for a review date that has passed or is later than the standard allows, and for a case that
    has ended.
    """
    if offender.ended_on is not None:
        raise ValidationError(_("This case is no longer managed. Decide first that it is managed again."))
    today = dates.today()
    limit = latest_review(level, offender.area, reviewed_on or today)
    due_on = next_review_on or limit
    if not today < due_on <= limit:
        words = _("Enter a review date after today and not later than %(limit)s, the standard for level %(level)s")
        raise ValidationError({"next_review_on": words % {"limit": f"{limit:%-d %B %Y}", "level": level}})
    mine = offender.levels.visible_to(by).filter(until__isnull=True)
    if not mine.filter(level=level).exists():
        mine.update(until=today)
        LevelPeriod.objects.create(offender=offender, level=level, from_on=today, reason=reason, decided_by=by)
    still_open = offender.reviews.visible_to(by).open()
    if reviewed_on:
        still_open.update(held_on=reviewed_on, held_by=by)
    else:
        still_open.update(superseded_on=today)
    Review.objects.create(offender=offender, area=offender.area, level=level, due_on=due_on)
    offender.level, offender.next_review_on = level, due_on
    offender.full_clean()
    offender.save(update_fields=["level", "next_review_on", "category", "search_name", "ended_on"])


@transaction.atomic
def complete_review(*, offender: Offender, outcome: str, next_review_on: date | None, by: User) -> Offender:
    """Record that a level 1 review was held by the lead agency, what it found, and when the next is due.

    Level 2 and 3 cases are reviewed by their meeting.
    """
    require(by, Perm.WRITE_PLANS, on=offender)
    offender = lock(offender, by=by)
    if offender.level != Offender.Level.ORDINARY:
        raise ValidationError(_("A level 2 or 3 case is reviewed at its meeting: put it on an agenda."))
    refuse_twice(offender.reviews.visible_to(by).filter(held_on=dates.today(), held_by=by, outcome=outcome))
    offender.reviews.visible_to(by).open().update(outcome=outcome)
    start_level(offender, offender.level, outcome, next_review_on=next_review_on, by=by, reviewed_on=dates.today())
    record("case.reviewed", by=by, about=offender)
    tell(offender, _("Level 1 review held"), by=by)
    return offender
