"""Holding a record whole, and letting it go."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.models.user import system_user
from audit.record import record
from offenders.actions.case import Topic, tell
from offenders.models import LegalHold, Offender


@transaction.atomic
def place_hold(*, offender: Offender, source: str, reason: str, by: User) -> LegalHold:
    """Keep a record whole. Whoever calls has asked who may: a hold follows from something else, and is no act by itself."""
    hold = LegalHold(offender=offender, source=source, reason=reason, placed_by=by)
    hold.full_clean()
    hold.save()
    record("hold.placed", by=by, about=hold, source=source)
    tell(offender, _("Record held whole"), reason, topic=Topic.ACCESS, by=by)
    return hold


@transaction.atomic
def lift_hold(*, source: str, reason: str, by: User) -> None:
    """Let go what a source held, where it still does. A board that closes a review lifts it without seeing the case."""
    rows = LegalHold.objects.visible_to(system_user()).standing().select_for_update(of=("self",))
    for hold in rows.filter(source=source).select_related("offender"):
        hold.lifted_at, hold.lifted_by, hold.lifted_because = timezone.now(), by, reason
        hold.full_clean()
        hold.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        record("hold.lifted", by=by, about=hold, source=source)
        tell(hold.offender, _("Record held no more"), reason, topic=Topic.ACCESS, by=by)
