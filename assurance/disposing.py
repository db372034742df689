"""Deciding that a record goes: one proposes, another approves. The worker carries it out (assurance/carrying_out.py)."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, require
from agencies.models import User
from assurance import retention
from assurance.carrying_out import locked, refuse_if_kept_now
from assurance.models import RecordDisposal
from assurance.tasks import dispose
from audit.record import record
from mappa import dates
from offenders import names
from offenders.models import Offender

State, Ground = RecordDisposal.State, RecordDisposal.Ground


def propose_disposal(*, case: str, ground: str, reason: str, by: User) -> RecordDisposal:
    """Propose that a record go. Raises ValidationError while it must be kept, is held or is managed."""
    require(by, Perm.KEEP_RETENTION)
    # Before the transaction, so that the record of a reference that was tried outlives the refusal.
    offender = retention.case_named(case, by=by)
    with transaction.atomic():
        require(by, Perm.KEEP_RETENTION, on=Parts(area=offender.area_id))
        retention.refuse_if_kept(offender, on=dates.today(), for_time=ground == Ground.RETENTION, to=by)
        _refuse_names(reason, offender)
        row = RecordDisposal(
            area=offender.area,
            case=offender.pk,
            case_reference=offender.reference,
            ground=ground,
            reason=reason,
            proposed_by=by,
        )
        row.full_clean()
        row.save()
        record("disposal.proposed", by=by, about=row, ground=ground)
        return row


def _refuse_names(words: str, offender: Offender) -> None:
    """The reason outlives the record, so that nothing of the person may stand in it."""
    theirs = {word for word in (*offender.name_words, *offender.alias_words) if len(word) > 2}
    if theirs & set(names.single_words(words)) or str(offender.born_on.year) in words:
        raise ValidationError({"reason": _("This is kept when the record is gone. Write it without a name or a date.")})


@transaction.atomic
def decide_disposal(*, disposal: RecordDisposal, approve: bool, reason: str, by: User) -> None:
    """Approve or refuse what somebody else proposed. What is approved the worker carries out at once."""
    require(by, Perm.APPROVE_DISPOSAL, on=disposal)
    row = locked(disposal, by, State.PROPOSED)
    if row.proposed_by_id == by.pk:
        raise ValidationError(_("You proposed it. A second person decides: a board member or another officer."))
    if not approve and not reason.strip():
        raise ValidationError({"reason": _("Say why it is refused")})
    row.decided_at = timezone.now()
    if approve:
        refuse_if_kept_now(row, to=by)
        row.state, row.approved_by = State.APPROVED, by
    else:
        row.state, row.refused_by, row.refused_because = State.REFUSED, by, reason.strip()
    row.full_clean()
    row.save(update_fields=["state", "decided_at", "approved_by", "refused_by", "refused_because"])
    record("disposal.approved" if approve else "disposal.refused", by=by, about=row)
    if approve:
        transaction.on_commit(partial(dispose.delay, row.pk), robust=True)


@transaction.atomic
def take_back_disposal(*, disposal: RecordDisposal, by: User) -> None:
    """Take back what one proposed, while nobody has decided it."""
    require(by, Perm.KEEP_RETENTION, on=disposal)
    row = locked(disposal, by, State.PROPOSED)
    if row.proposed_by_id != by.pk:
        raise ValidationError(_("Somebody else proposed it. Refuse it instead."))
    row.state = State.TAKEN_BACK
    row.save(update_fields=["state"])
    record("disposal.taken_back", by=by, about=row)
