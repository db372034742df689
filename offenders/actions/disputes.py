"""What the person says is wrong: taken down beside the fact, and decided with reasons. The record itself is corrected where it stands."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from offenders.actions.case import lock, refuse_twice, tell
from offenders.models import Dispute, Offender


@transaction.atomic
def take_dispute(
    *, offender: Offender, page: str, fact: str, claim: str, evidence: str, received_on: date, by: User
) -> Dispute:
    """Note that the person says something is wrong. From now on every reader is told."""
    require(by, Perm.ANSWER_PERSON, on=offender)
    offender, today = lock(offender, by=by), dates.today()
    if received_on > today:
        raise ValidationError({"received_on": _("The day it was received must be today or in the past")})
    refuse_twice(Dispute.objects.visible_to(by).open().filter(offender=offender, page=page, fact=fact))
    row = Dispute(
        offender=offender,
        page=page,
        fact=fact,
        claim=claim,
        evidence=evidence,
        received_on=received_on,
        due_on=dates.add_months(received_on, value("rectification_months", offender.area, today)),
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    record("dispute.taken", by=by, about=row)
    tell(offender, _("The person disputes a fact"), f"{row.get_page_display()}: {fact}", by=by)
    return row


@transaction.atomic
def decide_dispute(*, dispute: Dispute, outcome: str, reasons: str, by: User) -> None:
    """Say whether it was wrong. What was wrong is corrected on its own page first; this changes no fact."""
    require(by, Perm.ANSWER_PERSON, on=dispute)
    row = Dispute.objects.visible_to(by).select_for_update(of=("self",)).select_related("offender").get(pk=dispute.pk)
    if row.outcome:
        raise ValidationError(_("It is decided already. Open the page again to see how."))
    row.outcome, row.reasons, row.decided_at, row.decided_by = outcome, reasons, timezone.now(), by
    row.full_clean()
    row.save(update_fields=["outcome", "reasons", "decided_at", "decided_by"])
    record("dispute.decided", by=by, about=row, outcome=outcome)
    tell(row.offender, _("A disputed fact is decided"), f"{row.fact}: {row.get_outcome_display()}", by=by)
