"""Acts for the access log, as the audit writes them."""

from datetime import timedelta

from django.utils import timezone

from agencies import sign_in
from agencies.for_audit import agency_of
from audit.models import AccessEvent, Act

assert sign_in  # what hears that somebody signs in is there from the first test on
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def acts(by, cases, *, at=None, event="offenders.overview.opened", act=Act.VIEW, purpose="", denied=False, every=1):
    """One act of somebody on each of these cases, or references that he tried, some seconds apart from a moment on.

    Without a moment the last of them is now.
    """
    first = at or timezone.now() - timedelta(seconds=every * (len(cases) - 1))
    rows = [
        AccessEvent(
            at=first + timedelta(seconds=every * number),
            event=event,
            act=act,
            agency_id=agency_of(by, None),
            actor_id=by.pk,
            case_id=getattr(case, "pk", None),
            reference=getattr(case, "reference", case or ""),
            outcome="N" if denied else "A",
            request_id=f"{number:032x}",
            ip="192.0.2.7",
            purpose=purpose,
        )
        for number, case in enumerate(cases)
    ]
    # The audit's clock is its own: it is set aside for acts of other times.
    clock = AccessEvent._meta.get_field("at")
    clock.auto_now_add = False
    try:
        return AccessEvent.objects.bulk_create(rows)
    finally:
        clock.auto_now_add = True


def open_as(client, user, path):
    client.force_login(user, backend=BACKEND)
    return client.get(path)
