"""Holding a record whole, and letting it go."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.user import system_user
from audit.record import record
from mappa.reference_numbers import new_reference
from offenders.actions.case import Topic, refuse_twice, tell
from offenders.models import LegalHold, Offender

Ground = LegalHold.Ground


@transaction.atomic
def hold_record(*, offender: Offender, ground: str, reason: str, by: User) -> LegalHold:
    """Keep a record whole for a reason of its own. A review holds its record by itself, and not by this."""
    require(by, Perm.HOLD_RECORD, on=offender)
    if ground == Ground.REVIEW:
        raise ValidationError({"ground": _("A serious case review holds its record by itself. Choose another reason.")})
    same = LegalHold.objects.visible_to(by).standing().filter(offender=offender, ground=ground, reason=reason)
    refuse_twice(same)
    return place_hold(offender=offender, source="", reason=reason, ground=ground, by=by)


@transaction.atomic
def place_hold(
    *, offender: Offender, source: str, reason: str, ground: str = LegalHold.Ground.REVIEW, by: User
) -> LegalHold:
    """Keep a record whole. Whoever calls has asked who may: a hold of a review follows from the charge, and is no act by itself."""
    reference = new_reference("LH")
    hold = LegalHold(
        offender=offender, reference=reference, source=source or reference, ground=ground, reason=reason, placed_by=by
    )
    hold.full_clean()
    hold.save()
    record("hold.placed", by=by, about=hold, source=hold.source)
    tell(offender, _("Record held whole"), reason, topic=Topic.ACCESS, by=by)
    return hold


@transaction.atomic
def let_go(*, hold: LegalHold, reason: str, by: User) -> None:
    """Let a record go that somebody held, for a reason. What a review holds is let go when the review is closed."""
    require(by, Perm.HOLD_RECORD, on=hold)
    hold = LegalHold.objects.visible_to(by).select_for_update(of=("self",)).get(pk=hold.pk)
    if hold.lifted_at is not None:
        raise ValidationError(_("This hold was lifted already. Nothing was changed."))
    if hold.ground == Ground.REVIEW:
        raise ValidationError(_("A serious case review holds this record. It is let go when the review is closed."))
    lift_hold(source=hold.source, reason=reason, by=by)


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
