"""How many different people's records one person reads in an hour: above one number it is noted, above another it stops.

Counted in the audit itself, by the index of the person, when he opens a case and it was not counted in the last half minute: so
it costs next to nothing, and a program gets half a minute further than the standard at most. Signing in again begins with a
count. Systems that call the API have limits of their own (agencies/api/throttles.py).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from agencies.access import memberships
from agencies.models import User
from agencies.models.standard import value
from assurance.access_log import DENIED
from assurance.reach import information_officers
from audit.models import AccessEvent, Act
from audit.record import record
from mappa import dates

HOUR = timedelta(hours=1)
# A count is as good for so long; while somebody is stopped he is counted each time.
SECONDS = 30
COUNTED, WARNED = "reading_counted", "reading_warned"


def reading_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: no more people in an hour than the standard; the page that says so says whom to call."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or getattr(view, "guards", None) is None:
            return None
        now = timezone.now().timestamp()
        if now - request.session.get(COUNTED, 0) < SECONDS:
            return None
        return _counted(request, request.user, now)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _counted(request: HttpRequest, user: User, now: float) -> HttpResponse | None:
    people, area = people_in_an_hour(user), _area_of(user)
    if people >= value("view_stop_people_hour", area, dates.today()):
        request.session.pop(COUNTED, None)
        record("reading.stopped", by=user, denied=True, act=Act.VIEW, people=people)
        return stopped(request, user)
    request.session[COUNTED] = now
    if people >= value("view_warn_people_hour", area, dates.today()) and _is_news(request, now):
        record("reading.many_people", by=user, act=Act.VIEW, people=people)
    return None


def _is_news(request: HttpRequest, now: float) -> bool:
    """Once an hour is enough to be noted."""
    before: float = request.session.get(WARNED, 0)
    if now - before < HOUR.total_seconds():
        return False
    request.session[WARNED] = now
    return True


def people_in_an_hour(user: User) -> int:
    """Different cases in which the user did something in the last sixty minutes."""
    rows = AccessEvent.objects.filter(actor_id=user.pk, at__gt=timezone.now() - HOUR, case_id__isnull=False)
    return rows.exclude(outcome=DENIED).order_by().values("case_id").distinct().count()


def _area_of(user: User) -> Any:
    return next((membership.agency.area for membership in memberships(user)), None)


def stopped(request: HttpRequest, user: User) -> HttpResponse:
    """Whom to call: whoever answers for how the record is used, where the user works."""
    areas = sorted({membership.agency.area_id for membership in memberships(user)})
    officers = [officer for area in areas for officer in information_officers(area)]
    answer = render(request, "assurance/stopped.html", {"officers": officers}, status=429)
    answer["Retry-After"] = str(int(HOUR.total_seconds()))
    return answer


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever was stopped does not begin anew by signing in again: only who is far from the limit need not be counted yet."""
    if people_in_an_hour(user) < value("view_warn_people_hour", None, dates.today()):
        request.session[COUNTED] = timezone.now().timestamp()
