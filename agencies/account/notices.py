"""Mail to a person about his own account: what happened, when, and what to do if it was not he."""

import secrets

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.models import User
from mappa.templatetags.mappa import clock, long_date


def tell(user: User, subject: str, words: str) -> None:
    """Tell what happened to the account just now."""
    now = timezone.now()
    when = _("This happened on %(day)s at %(time)s.") % {"day": long_date(now), "time": clock(now)}
    otherwise = _("If this was not you, tell your agency’s contact point at once, and end your sessions here:")
    link = settings.BASE_URL + reverse("own_account")
    body = f"{words} {when}\n\n{otherwise}\n\n{link}"
    outbox.post(key=f"account:{user.pk}:{secrets.token_hex(8)}", to=user, subject=subject, body=body)
