"""Vetting and memberships that end: one's own, and those that somebody looks after."""

from datetime import date, timedelta
from typing import Any, TypedDict

from django.db.models import F, Q
from django.db.models.functions import Least
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import Membership, Role, User
from mappa import dates
from reviews.deadlines.access import AFTER, held

AHEAD = timedelta(days=90)
MOST = 200


class Ending(TypedDict):
    """One membership: whose, until when, how long the vetting lasts, and which of the two comes first."""

    name: str
    role: str
    agency: str
    until: date | None
    vetting: date | None
    first: date | None


@guarded(Perm.SIGNED_IN)
@require_safe
def access(request: AuthedRequest) -> HttpResponse:
    """When the person's own access ends and who renews it; and whose ends soon, for whoever looks after others'."""
    today = dates.today()
    own = [_ending(row) for row in _own(request.user, today)]
    others = _soon(request.user, today)
    context = {
        "own": own,
        "renewers": _renewers(request.user, today),
        "others": [_ending(row) for row in others[:MOST]],
        "is_cut": len(others) > MOST,
        "most": MOST,
        "today": today,
    }
    return render(request, "reviews/access.html", context)


def _own(user: User, on: date) -> Any:
    rows = held(user).filter(Q(until__isnull=True) | Q(until__gte=on - AFTER), user=user)
    return rows.order_by("agency__name", "role__position")


def _soon(user: User, on: date) -> list[Membership]:
    """Memberships of others that end within three months, or whose vetting does or has: the first to end first."""
    rows = held(user).exclude(user=user).filter(Q(until__isnull=True) | Q(until__gte=on - AFTER))
    rows = rows.filter(Q(until__lte=on + AHEAD) | Q(user__vetting_expires_on__lte=on + AHEAD))
    # Postgres leaves out what is not known.
    rows = rows.annotate(first=Least(F("until"), F("user__vetting_expires_on")))
    return list(rows.order_by("first", "user__name", "pk")[: MOST + 1])


def _renewers(user: User, on: date) -> list[str]:
    """Whom to ask: the contact points of the person's agencies, by name."""
    agencies = held(user).filter(user=user).order_by().values("agency")
    points = Membership.objects.in_force(on).filter(agency__in=agencies, role=Role.Code.CONTACT_POINT)
    found = points.exclude(user=user).select_related("user", "agency").order_by("agency__name", "user__name")
    return [f"{row.user.name}, {row.agency.name}" for row in found]


def _ending(row: Membership) -> Ending:
    vetting = row.user.vetting_expires_on
    return Ending(
        name=row.user.name,
        role=row.role.name,
        agency=row.agency.name,
        until=row.until,
        vetting=vetting,
        first=min((day for day in (row.until, vetting) if day), default=None),
    )
