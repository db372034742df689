"""How somebody is told what falls due: what he chose, whether mail reaches him, and his calendar's private address."""

import secrets
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.access import Perm, allowed, require
from agencies.models import CalendarFeed, MessageChoice, User
from agencies.models.token import digest
from audit.record import record


def choice_of(user: User) -> MessageChoice:
    """What he chose, or what holds for whoever chose nothing."""
    return MessageChoice.objects.filter(user=user).first() or MessageChoice(user=user)


@transaction.atomic
def choose_messages(*, rhythm: str, early: bool, weekly: bool, by: User) -> MessageChoice:
    """Keep how a person wants to be told. What is urgent, due or late he is always told."""
    require(by, Perm.SIGNED_IN)
    User.objects.select_for_update().get(pk=by.pk)
    row = choice_of(by)
    row.rhythm, row.early, row.weekly = rhythm, early, weekly
    row.full_clean(validate_unique=False)
    row.save()
    record("messages.chosen", by=by, rhythm=rhythm, early=early, weekly=weekly)
    return row


@transaction.atomic
def say_mail_works(*, person: User, by: User) -> None:
    """Send mail there again, beginning with one that proves it: he himself or an administrator says that it arrives."""
    if by.pk != person.pk and not allowed(by, Perm.REFERENCE_DATA):
        raise PermissionDenied(Perm.REFERENCE_DATA)
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.mail_returned_at is None:
        raise ValidationError(_("Mail is being sent there already."))
    outbox.post(
        key=f"mail-works:{row.pk}:{row.mail_returned_at.timestamp():.0f}",
        to=row,
        subject=_("Mail from mappa reaches you again"),
        body=_("You get mail about what falls due again. What came due meanwhile is in My work: %s")
        % (settings.BASE_URL + reverse("reviews:my_work")),
    )
    row.mail_returned_at = None
    row.save(update_fields=["mail_returned_at"])
    record("mail.works_again", by=by, about=row)


@transaction.atomic
def make_calendar(*, by: User) -> str:
    """Make the private address of a person's calendar, in place of the one he had; what is shown of it once."""
    require(by, Perm.SIGNED_IN)
    token = secrets.token_urlsafe(32)
    made: dict[str, Any] = {"digest": digest(token), "made_at": timezone.now(), "read_at": None}
    CalendarFeed.objects.update_or_create(user=by, defaults=made)
    record("calendar.address_made", by=by)
    return token


@transaction.atomic
def end_calendar(*, by: User) -> None:
    """Close the address: whoever has it reads nothing from now on."""
    require(by, Perm.SIGNED_IN)
    CalendarFeed.objects.filter(user=by).delete()
    record("calendar.address_ended", by=by)
