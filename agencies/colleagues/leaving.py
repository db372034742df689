"""What ends with somebody's work here: sessions, calendar, tokens, standing in, invitations, and what names him on cases.

The rooms above say what else there is (`ENDINGS`), so that everything ends in the one transaction of whoever lets him go.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agencies.colleagues.inviting import withdraw_all_of
from agencies.models import CalendarFeed, Delegation, IntegrationToken, Membership, User
from agencies.own_sessions import end_all
from agencies.second_factor import forget_proofs
from audit.record import record
from mappa import dates

# What a room above ends of a person, by name; how many rows it ended. Put there when the room is ready.
Ending = Callable[[User, User], int]
ENDINGS: dict[str, Ending] = {}


def end_what_names(person: User, *, by: User) -> dict[str, int]:
    """What was given to him by name ends: he has moved to another agency, or left."""
    return {name: ending(person, by) for name, ending in ENDINGS.items()}


@transaction.atomic
def close_account(*, person: User, by: User) -> dict[str, int]:
    """Nothing lets him in any more, from this moment on; what names him stays until it is known that he has left."""
    return {
        "sessions": end_all(person, why="access"),
        "calendars": CalendarFeed.objects.filter(user=person).delete()[0],
        "tokens": _end_tokens(person),
        "invitations": withdraw_all_of(person, by=by),
    }


@transaction.atomic
def let_go(*, person: User, by: User) -> dict[str, int]:
    """He works nowhere here any more."""
    ended = close_account(person=person, by=by) | end_what_names(person, by=by)
    ended["stand-ins"] = _end_standing_in(person, by)
    ended["proofs"] = forget_proofs(person)
    person.left_at, person.is_staff = timezone.now(), False
    person.save(update_fields=["left_at", "is_staff"])
    record("person.left", by=by, about=person, ended={name: number for name, number in ended.items() if number})
    return ended


def _end_tokens(person: User) -> int:
    today = dates.today()
    return IntegrationToken.objects.filter(user=person, expires_on__gte=today).update(expires_on=today - dates.ONE_DAY)


def _end_standing_in(person: User, by: User) -> int:
    rows = Delegation.objects.filter(Q(person=person) | Q(to=person), ended_at__isnull=True, until__gte=dates.today())
    return rows.update(ended_at=timezone.now(), ended_by=by)


def works_somewhere(person: User) -> bool:
    """Has he a membership that has not ended, begun or to begin?"""
    return Membership.objects.not_ended(dates.today()).filter(user=person).exists()


def works_at(person: User, agency_id: int) -> bool:
    """The same, in one agency."""
    return Membership.objects.not_ended(dates.today()).filter(user=person, agency=agency_id).exists()
