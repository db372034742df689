"""What every verb about a case begins and ends with: the lock, the timeline, and no second click."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import User
from mappa.eyes import past_sight
from mappa.guard import GuardedQuerySet
from offenders.models import Offender, TimelineEntry
from offenders.visibility import in_emergency_alone

REASON_LENGTH = 300


class StaleError(ValidationError):
    """Someone else saved first. Both texts are kept: theirs in the row, the other in the answer."""

    def __init__(self, theirs: Any) -> None:
        super().__init__(_("Someone else saved this section. Your text is still here."), code="stale")
        self.theirs = theirs


Topic = TimelineEntry.Topic


def tell(
    offender: Offender,
    title: str,
    text: str = "",
    *,
    topic: str = Topic.PERSON,
    restricted: bool = False,
    by: User,
) -> None:
    """Add to the timeline, in words that everyone who sees the case may read.

    Restricted is what only those who manage the case may know to have happened. A module whose verbs are of one topic
    says it once: `tell = telling(Topic.ORDERS)`.
    """
    with past_sight("an agency that was asked, or whose time on the case has ended, is told of as having answered"):
        TimelineEntry.objects.create(
            offender=offender, topic=topic, by=by, title=title, text=text, restricted=restricted
        )


def telling(topic: Topic) -> partial[None]:
    """`tell` of one topic."""
    return partial(tell, topic=topic)


def refuse_twice(same: GuardedQuerySet[Any]) -> None:
    """Raise ValidationError when the very same is recorded already. The caller holds the case's lock, or asks in vain."""
    if same.exists():
        raise ValidationError(_("You have recorded this already, perhaps by a second click. Nothing was saved twice."))


def reason_in_words(text: str, *, field: str = "reason", missing: str = "") -> str:
    """A reason as it is kept with what it explains. Raises ValidationError beside `field` for none, or too long a one."""
    reason = text.strip()
    if not reason:
        raise ValidationError({field: missing or _("Enter the reason")})
    if len(reason) > REASON_LENGTH:
        raise ValidationError({field: _("Write no more than %s characters") % REASON_LENGTH})
    return reason


def lock(offender: Offender, *, by: User, in_emergency: bool = False) -> Offender:
    """The case row, fresh and locked until the transaction ends; only for those who see it, and not by an emergency alone.

    Whoever waited may find it merged into another record, restricted or handed over: that is refused, and is no fault. What is asked
    permission of may be another row than the case, a meeting or an application: so an emergency is refused here.
    `in_emergency`: for the one verb that an emergency gives.
    """
    rows = Offender.objects.visible_to(by).select_for_update(of=("self",)).select_related("area")
    found = rows.filter(pk=offender.pk).first()
    if found is None:
        words = _("This record was merged into another meanwhile, or you no longer see it. Nothing was saved.")
        raise ValidationError(words)
    if not in_emergency and in_emergency_alone(found.pk, by):
        raise ValidationError(_("You see this record in an emergency, to read it. Nothing was saved."))
    return found
