"""What agencies commit to a case at a meeting, and what the next meeting finds of it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, User
from audit.record import record
from offenders.actions import Topic, lock, telling
from panels.actions.meetings import changed
from panels.actions.minutes import owners
from panels.actions.working import keep_unfinished
from panels.models import AgendaItem, Commitment, CommitmentReview, Meeting

tell = telling(Topic.MEETINGS)


@transaction.atomic
def record_commitment(
    *,
    item: AgendaItem,
    agency: Agency | None,
    what: str,
    how_much: str,
    from_on: date,
    until_on: date | None,
    committed_by: str,
    by: User,
) -> Commitment:
    """Record what an agency commits to a case, and who there did."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    if agency is None or agency.pk not in {owner.pk for owner in owners(item)}:
        raise ValidationError({"agency": _("Choose an agency that is invited for this person")})
    if until_on is not None and until_on < from_on:
        raise ValidationError({"until_on": _("The last day must not be before the first")})
    commitment = Commitment(
        item=item,
        agency=agency,
        what=what.strip(),
        how_much=how_much.strip(),
        from_on=from_on,
        until_on=until_on,
        committed_by=committed_by.strip(),
        recorded_by=by,
    )
    commitment.full_clean()
    commitment.save()
    changed(meeting)
    record("commitment.recorded", by=by, about=commitment, agency=agency.pk)
    tell(item.offender, _("Resources committed"), commitment.reference, by=by)
    return commitment


@transaction.atomic
def strike_commitment(*, commitment: Commitment, by: User) -> Commitment:
    """Take a commitment out of the draft, where it was written down wrongly: the minutes do not print it."""
    # Of its item: whoever has the case now reviews what was promised, and does not write these minutes.
    require(by, Perm.TAKE_MINUTES, on=commitment.item)
    meeting = keep_unfinished(commitment.item, by=by)
    found = _fresh(commitment, by=by)
    found.struck_at, found.struck_by = timezone.now(), by
    found.save(update_fields=["struck_at", "struck_by"])
    changed(meeting)
    record("commitment.struck", by=by, about=found)
    tell(found.item.offender, _("Commitment struck out"), found.reference, by=by)
    return found


def _fresh(commitment: Commitment, *, by: User) -> Commitment:
    lock(commitment.item.offender, by=by)
    rows = Commitment.objects.visible_to(by).select_related("item__offender", "item__meeting", "agency")
    found = rows.get(pk=commitment.pk)
    if found.struck_at is not None:
        raise ValidationError(
            _("This commitment was struck out of the minutes. Open the page again to see those that stand.")
        )
    return found


def reviewing(commitment: Commitment, user: User) -> AgendaItem | None:
    """Where a commitment is reviewed: at the person's next meeting whose minutes are still open."""
    meeting = commitment.item.meeting
    rows = AgendaItem.objects.visible_to(user).filter(
        offender=commitment.item.offender_id, meeting__starts_at__gt=meeting.starts_at
    )
    rows = rows.filter(meeting__state__in=[Meeting.State.PLANNED, Meeting.State.HELD])
    return rows.select_related("meeting__area", "offender").order_by("meeting__starts_at").first()


@transaction.atomic
def review_commitment(*, commitment: Commitment, finding: str, words: str, version: int, by: User) -> CommitmentReview:
    """Say at the next meeting what became of a commitment. Until its minutes are approved this may be said anew."""
    require(by, Perm.TAKE_MINUTES, on=commitment)
    found = _fresh(commitment, by=by)
    item = reviewing(found, by)
    if item is None:
        raise ValidationError(no_meeting())
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    if not Commitment.objects.visible_to(by).standing_at(item).filter(pk=found.pk).exists():
        raise ValidationError(_("An earlier meeting found this commitment to be over. Nothing was changed."))
    review = found.reviews.visible_to(by).filter(item=item).first() or CommitmentReview(item=item, commitment=found)
    if review.version != version:
        told = _("Somebody recorded meanwhile: %s. Compare it with yours, then save.") % review.get_finding_display()
        raise ValidationError(told.replace("%", "%%"), code="stale", params={"version": review.version})
    review.finding, review.words, review.by, review.version = finding, words.strip(), by, version + 1
    if finding not in {CommitmentReview.Finding.KEPT, CommitmentReview.Finding.OVER} and not review.words:
        raise ValidationError({"words": _("Enter what was not kept, and what follows")})
    review.full_clean()
    review.save()
    changed(meeting)
    record("commitment.reviewed", by=by, about=review, finding=finding)
    tell(item.offender, _("Commitment reviewed"), found.reference, by=by)
    return review


def no_meeting() -> str:
    """Why a commitment cannot be reviewed now, and what to do."""
    return _(
        "This person is on the agenda of no later meeting whose minutes are open. Put the person on an agenda first."
    )
