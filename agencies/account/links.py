"""The link by which somebody sets a password anew: asked for by anybody, sent to whoever is known, and kept nowhere."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.models import Membership, OutboxMessage, User
from agencies.outbox import Words
from audit.record import record_sign_in
from mappa import dates, encryption

WRITER = "password"
SALT = "agencies.account.passwords"
PLACE = "password.asked"
# How long an address waits for the worker that looks for it.
WAITS_SECONDS = 10 * 60


def keep(email: str) -> str:
    """Put a typed address by, encrypted, and under which number: what is done for it here is the same whoever it is."""
    number = secrets.token_urlsafe(16)
    cache.set(_kept_under(number), encryption.encrypt(email, place=PLACE), WAITS_SECONDS)
    record_sign_in("password.reset_asked", actor_id=None, number=number)
    return number


@transaction.atomic
def send(number: str) -> bool:
    """To whom the address belongs, if he may have a link, it is sent. Once, and none when it has waited too long."""
    sealed = cache.get(_kept_under(number))
    if sealed is None:
        return False
    cache.delete(_kept_under(number))
    email = encryption.decrypt(sealed, place=PLACE)
    user = User.objects.filter(email=email, is_active=True, is_system=False).first()
    if user is None or not user.has_usable_password() or not _works_here(user):
        record_sign_in("password.reset_refused", actor_id=getattr(user, "pk", None), number=number)
        return False
    record_sign_in("password.reset_sent", actor_id=user.pk, number=number)
    return outbox.post_unwritten(key=f"{WRITER}:{user.pk}:{number}", to=user, writer=WRITER) is not None


def _kept_under(number: str) -> str:
    return f"password-asked:{number}"


def _works_here(user: User) -> bool:
    return Membership.objects.filter(user=user).in_force(dates.today()).exists()


def write(message: OutboxMessage) -> Words | None:
    """The mail with the link, which is made when it is sent and cannot be read in the outbox. None when it comes too late."""
    user = message.to
    age = (timezone.now() - message.created_at).total_seconds()
    if age > settings.PASSWORD_RESET_TIMEOUT or not user.has_usable_password() or not _works_here(user):
        return None
    link = settings.BASE_URL + reverse("reset_password", args=[token_of(user)])
    words = _("Somebody, perhaps you, asked for a new password for mappa. This link works once, within an hour:")
    otherwise = _("If it was not you, do nothing: your password stays as it is.")
    return Words(
        subject=_("A new password for mappa"),
        body=f"{words}\n\n{link}\n\n{otherwise}",
        kept=f"{words}\n\n{_('(the link is not kept)')}\n\n{otherwise}",
    )


def token_of(user: User) -> str:
    """What stands in the link. It ends with the hour, with the password and with the next sign-in."""
    return signing.dumps([user.pk, default_token_generator.make_token(user)], salt=SALT)


def whose(token: str) -> User | None:
    """Whose password the link sets, while it can."""
    try:
        found: list[Any] = signing.loads(token, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=found[0], is_active=True).first()
    return user if default_token_generator.check_token(user, found[1]) else None
