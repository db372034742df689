"""What somebody opened of a case while an emergency let him: names of pages and times, and nothing that stands there."""

from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AccessEvent
from mappa.templatetags.mappa import clock
from offenders.models import EmergencyAccess

MOST = 200


class Opened(NamedTuple):
    """One line of the access log, in words."""

    at: str
    what: str
    denied: bool


def opened_in(access: EmergencyAccess) -> tuple[list[Opened], bool]:
    """What was opened or refused from beginning to end, and whether there is more than is shown."""
    until = access.ended_at or min(access.expires_at, timezone.now())
    events = AccessEvent.objects.filter(
        actor_id=access.user_id, case_id=access.offender_id, at__range=(access.opened_at, until)
    ).order_by("at", "pk")
    found = list(events[: MOST + 1])
    return [_line(event) for event in found[:MOST]], len(found) > MOST


def _line(event: Any) -> Opened:
    return Opened(clock(event.at), in_words(event.event), event.outcome == AccessEvent.Outcome.DENIED)


def in_words(event: str) -> str:
    """ "offenders.overview.opened" as "Overview, opened"; "emergency.ended" as "Emergency, ended"."""
    *page, act = event.split(".")
    name = page[-1].replace("_", " ") if page else ""
    return _("%(page)s, %(act)s") % {"page": name.capitalize(), "act": act.replace("_", " ")}
