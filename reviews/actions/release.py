"""The one verb of planning a release: say what became of a step that no other part of the record shows."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.models import Offender
from reviews.models import ReleaseEntry
from reviews.release.steps import BY_SLUG

tell = telling(Topic.SENTENCES)
Outcome = ReleaseEntry.Outcome


def possible_outcomes(offender: Offender, step: str, user: User) -> Sequence[str]:
    """What may be said of a step; that it is to be done after all, of one of which something else was said."""
    last = ReleaseEntry.objects.visible_to(user).filter(offender=offender, step=step).first()
    again = () if last is None or last.outcome == Outcome.TO_DO else (Outcome.TO_DO,)
    return (*BY_SLUG[step].by_hand, *again)


@transaction.atomic
def record_release_step(*, offender: Offender, step: str, outcome: str, on: date, words: str, by: User) -> ReleaseEntry:
    """Say that a step before the release was done, is not needed, or is to be done after all. The last word counts."""
    require(by, Perm.WRITE_PLANS, on=offender)
    offender = lock(offender, by=by)
    if offender.ended_on is not None:
        raise ValidationError(_("This case is no longer managed. Decide first that it is managed again."))
    if outcome not in possible_outcomes(offender, step, by):
        raise ValidationError({"outcome": _("Choose one of the answers. Open the page again to see which there are.")})
    entry = ReleaseEntry(offender=offender, step=step, outcome=outcome, on=on, words=words.strip(), by=by)
    entry.full_clean()
    last = ReleaseEntry.objects.visible_to(by).filter(offender=offender, step=step)[:1].values("pk")
    refuse_twice(ReleaseEntry.objects.visible_to(by).filter(pk__in=last, outcome=outcome, on=on, words=entry.words))
    entry.save()
    record("release.step_recorded", by=by, about=entry, step=step, outcome=outcome)
    tell(offender, _("Step before release"), f"{entry.get_step_display()}: {entry.get_outcome_display()}", by=by)
    return entry
