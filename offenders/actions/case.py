"""What every verb about a case begins and ends with: the lock, the timeline, and no second click."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import User
from mappa.guard import GuardedQuerySet
from offenders.models import Offender, TimelineEntry


def tell(offender: Offender, title: str, text: str = "", *, by: User) -> None:
    """Add to the timeline, in words that everyone who sees the case may read."""
    TimelineEntry.objects.create(offender=offender, by=by, title=title, text=text)


def refuse_twice(same: GuardedQuerySet[Any]) -> None:
    """Raise ValidationError when the very same is recorded already. The caller holds the case's lock, or asks in vain."""
    if same.exists():
        raise ValidationError(_("You have recorded this already, perhaps by a second click. Nothing was saved twice."))


def lock(offender: Offender, *, by: User) -> Offender:
    """The case row, fresh and locked until the transaction ends; only for those who see it."""
    return Offender.objects.visible_to(by).select_for_update(of=("self",)).select_related("area").get(pk=offender.pk)
