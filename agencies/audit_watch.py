"""Somebody looks each hour and each night whether the audit is as it was sealed, and tells information officers when it is not."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Membership, Role, User
from agencies.outbox import post
from audit import anchoring, sealing
from audit.models import SignInEvent
from audit.verifying import verify
from mappa import dates


def verify_and_tell(*, whole: bool, erasures: bool = True) -> int:
    """Verify the seals of yesterday and today, or all; how many findings. They are told in numbers: which rows, the command says.

    Without `erasures` in some seconds, however long the history is.
    """
    today = dates.today()
    place = settings.ANCHORS_PATH
    is_there = bool(place) and os.access(place, os.X_OK) and Path(place).is_dir()
    anchors = anchoring.read(place) if is_there else {}
    report = verify(since=None if whole else today - timedelta(days=1), anchors=anchors, erasures=erasures)
    if place and not is_there:
        report.add("anchor", None, "the folder of the anchors is missing")
    elif place and anchoring.is_behind(anchors):
        report.add("anchor", None, "no good anchor of the last two days is there")
    count = len(report.problems)
    if count:
        subject = _("The audit is not as it was sealed")
        words = ngettext("%d finding.", "%d findings.", count) % count
        body = _("%(count)s Ask whoever runs the service to run manage.py verify_audit, and read docs/audit.md.")
        for officer in _information_officers():
            key = f"audit-findings:{today:%Y-%m-%d}:{count}:{officer.pk}"
            post(key=key, to=officer, subject=subject, body=body % {"count": words})
    return count


def _information_officers() -> list[User]:
    held = Membership.objects.in_force(dates.today()).filter(role=Role.Code.INFORMATION_OFFICER)
    return list(User.objects.filter(pk__in=held.values("user")))


def is_short_of_parts() -> bool:
    """Are there too few months ahead? Then events would soon be written to the part for the rest, which grows and grows."""
    return sealing.parts_ahead() < sealing.FEWEST_AHEAD


# Who guesses at passwords does it now. Read from the end of the table, for no index is by time alone.
LATELY, NEWEST = timedelta(minutes=15), 5_000
REFUSED = frozenset({"sign_in.failed", "sign_in.refused"})


def refused_sign_ins(now: datetime) -> int:
    """How many sign-ins were refused in the last minutes, whoever's: one password tried on many accounts shows in no other number."""
    newest = SignInEvent.objects.order_by("-pk").values_list("event", "at")[:NEWEST]
    return sum(event in REFUSED and now - at < LATELY for event, at in newest)
