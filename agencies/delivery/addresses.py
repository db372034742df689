"""Addresses from which mail comes back: nothing more is sent there until somebody says that it works again (agencies.telling)."""

from django.utils import timezone

from agencies.models import User
from agencies.models.user import system_user
from audit.record import record


def came_back(person: User, address: str) -> None:
    """Note that mail came back, unless he has another address by now."""
    mine = User.objects.filter(pk=person.pk, email=address, mail_returned_at__isnull=True)
    if mine.update(mail_returned_at=timezone.now()):
        record("mail.came_back", by=system_user(), about=person)
