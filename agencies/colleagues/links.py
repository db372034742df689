"""The link of an invitation: 256 bits, of which a digest is kept.

It is made again from the invitation's own random number and the secret key each time its mail is tried, so that neither
the database nor its backup holds it, and a mail that is sent twice says the same.
"""

import base64
import hmac
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Invitation, OutboxMessage
from agencies.models.token import digest
from agencies.outbox import Words
from mappa.templatetags.mappa import clock, long_date

WRITER = "invitation"


def new_nonce() -> str:
    return secrets.token_urlsafe(32)


def token_of(invitation: Invitation) -> str:
    """What stands in the link."""
    key = settings.SECRET_KEY.encode()
    made = hmac.digest(key, f"mappa invitation {invitation.reference} {invitation.nonce}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def find(token: str) -> Invitation | None:
    """The invitation whose link this is, while it can be used."""
    rows = Invitation.objects.usable(timezone.now()).select_related("user", "agency", "role")
    return rows.filter(digest=digest(token)).first()


def write(message: OutboxMessage) -> Words | None:
    """The mail of an invitation, which nobody can read afterwards in the outbox. None when it is used, withdrawn, or sent anew."""
    _writer, reference, number = message.key.split(":")
    row = Invitation.objects.usable(timezone.now()).filter(reference=reference, times_sent=number).first()
    if row is None:
        return None
    about = {"role": row.role.name.lower(), "agency": row.agency.name}
    when = f"{long_date(row.expires_at)}, {clock(row.expires_at)}"
    words = _("You are invited to use mappa, as %(role)s at %(agency)s.") % about
    use = _("Open this link to accept. It works once, and until %s:") % when
    unasked = _("If you do not expect this, do not open it, and tell your agency’s contact point.")
    link = settings.BASE_URL + reverse("join", args=[token_of(row)])
    return Words(
        subject=_("You are invited to mappa"),
        body=f"{words}\n\n{use}\n\n{link}\n\n{unasked}",
        kept=f"{words}\n\n{use}\n\n{_('(the link is not kept)')}\n\n{unasked}",
    )
