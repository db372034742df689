"""Whom a board's business is mailed to: people of its area by role, a reference and a link, and nothing about anyone."""

from collections.abc import Iterable

from agencies import outbox
from agencies.models import Area, Membership, Role, User
from mappa import dates
from reviews.models.board import OfBoard

R = Role.Code
PREPARING = (R.COORDINATOR,)
MEMBERS = (R.COORDINATOR, R.BOARD_MEMBER)
EVERYBODY = (R.COORDINATOR, R.BOARD_MEMBER, R.LAY_ADVISER)


def people_of(area: Area, roles: Iterable[Role.Code]) -> list[User]:
    """Whoever holds one of the roles in the area today, once each."""
    rows = Membership.objects.in_force(dates.today()).filter(agency__area=area, role__in=roles)
    return list({row.user_id: row.user for row in rows.select_related("user")}.values())


def tell(
    row: OfBoard, people: Iterable[User], *, key: str, subject: str, words: str, path: str = "", but: User | None = None
) -> None:
    """Mail each of these people who may read the row, `but` whoever did it himself."""
    for user in people:
        if but is None or user.pk != but.pk:
            link = path or row.get_absolute_url()  # type: ignore[attr-defined]
            outbox.tell_person(user, about=row, key=f"{key}:{user.pk}", subject=subject, words=words, path=link)
