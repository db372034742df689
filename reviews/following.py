"""What the finding of an audit and the recommendation of a review have in common: somebody does it by a day, and says so."""

from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from agencies.access import Perm, allowed
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions.case import reason_in_words
from offenders.models import Offender
from reviews.models import AuditFinding, Recommendation
from reviews.plain_words import refuse_naming

R = TypeVar("R", AuditFinding, Recommendation)


def may_finish(row: AuditFinding | Recommendation, user: User) -> bool:
    """Its owner, or whoever prepares board business for him."""
    return row.owner_id == user.pk or allowed(user, Perm.BOARD_PREPARE, on=row)


def require_finishing(row: AuditFinding | Recommendation, *, by: User) -> None:
    """Raise PermissionDenied unless the person may say that it is done."""
    if not may_finish(row, by):
        raise PermissionDenied(Perm.BOARD_PREPARE)


def finish(row: R, *, offender: Offender | None, outcome: str, event: str, by: User) -> R:
    """Keep that it is done, and what came of it. The caller holds its lock, and knows that its time has come."""
    if row.done_on is not None:
        raise ValidationError(_("This is done already. Nothing was saved twice."))
    refuse_naming(offender, by=by, outcome=outcome)
    row.outcome = reason_in_words(outcome, field="outcome", missing=_("Enter what was done"))
    row.done_on, row.done_by = dates.today(), by
    row.full_clean()
    row.save(update_fields=["outcome", "done_on", "done_by"])
    record(event, by=by, about=row)
    return row
