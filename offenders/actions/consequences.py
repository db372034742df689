"""What follows when a fact changed: a conviction, a sentence, a move, the date of birth, the end of an order."""

from agencies.models import User
from offenders.actions.categories import rederive
from offenders.actions.requirements import follow_facts
from offenders.models import Offender


def follow(offender: Offender, *, by: User) -> None:
    """Notification requirements and what is due under them first, then the category, which rests on them too.

    For the verbs that change a fact, once each, after it is saved: they have asked `require` and hold the lock.
    """
    follow_facts(offender, by=by)
    rederive(offender, by=by)
