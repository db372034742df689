"""Amending approved minutes: one proposes other words and says why, another countersigns, and a new version is there."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders.actions import Topic, lock, telling
from offenders.actions.case import reason_in_words
from panels import seal
from panels.actions.distribution import deciders, distribute, due_after, tell_amended, to_ask
from panels.models import AgendaItem, Amendment, Decision, Invitation, Meeting, Paragraph

tell = telling(Topic.MEETINGS)

Part = Amendment.Part


def words_now(item: AgendaItem, part: str, of: Paragraph | Invitation | None, *, by: User) -> str:
    """What a part of approved minutes says in its newest version."""
    rows = Amendment.objects.visible_to(by).filter(item=item, version__isnull=False, **about(part, of))
    newest = rows.order_by("-version").first()
    if newest is not None:
        return newest.becomes
    if isinstance(of, Paragraph):
        return of.text
    if isinstance(of, Invitation):
        return of.attendance
    decision = Decision.objects.visible_to(by).filter(item=item).first()
    return str(getattr(decision, part, ""))


def about(part: str, of: Paragraph | Invitation | None) -> dict[str, Any]:
    """What an amendment is of, as its columns say it."""
    return {
        "part": part,
        "paragraph": of if isinstance(of, Paragraph) else None,
        "invitation": of if isinstance(of, Invitation) else None,
    }


def _locked(meeting: Meeting, *, by: User) -> Meeting:
    """The meeting, locked until the transaction ends. Raises ValidationError while its minutes are a draft."""
    row = Meeting.objects.visible_to(by).select_for_update(of=("self",)).select_related("area").get(pk=meeting.pk)
    if not row.is_locked:
        raise ValidationError(_("The minutes are not approved yet: change the words themselves."))
    return row


@transaction.atomic
def amend(
    *,
    item: AgendaItem,
    part: str,
    of: Paragraph | Invitation | None,
    becomes: str,
    reason: str,
    version: int,
    by: User,
) -> Amendment:
    """Propose other words for a part of approved minutes. They say it only once somebody else countersigns.

    Raises ValidationError on a draft, when the minutes were amended since `version` was read, and for words that
    change nothing.
    """
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = _locked(item.meeting, by=by)
    if Amendment.objects.version_of(meeting) != version:
        raise ValidationError(
            _("The minutes were amended since you opened this page. Read them again, then send yours.")
        )
    was, becomes = words_now(item, part, of, by=by), becomes.strip()
    if becomes == was.strip():
        raise ValidationError({"becomes": _("Change the words, or go back: these are what the minutes say")})
    if part == Part.ATTENDANCE and becomes not in Invitation.Attendance.values:
        raise ValidationError({"becomes": _("Choose whether the agency was there")})
    amendment = Amendment(
        item=item,
        **about(part, of),
        was=was,
        becomes=becomes,
        reason=reason_in_words(reason),
        proposed_by=by,
        due_on=due_after("minutes_amendment_working_days", meeting),
    )
    amendment.full_clean()
    amendment.save()
    record("amendment.proposed", by=by, about=amendment, part=part)
    for user in to_ask(amendment, by):
        _post(amendment, user, "asked", _("Amendment to countersign: %s") % amendment.reference)
    return amendment


@transaction.atomic
def decide_amendment(*, amendment: Amendment, outcome: str, reason: str, by: User) -> Amendment:
    """Countersign an amendment, which makes a new version of the minutes, or refuse it and say why. Never one's own.

    The approved words stay as they are, and so does every version between.
    """
    require(by, Perm.TAKE_MINUTES, on=amendment)
    meeting = _locked(amendment.item.meeting, by=by)
    row = Amendment.objects.visible_to(by).select_for_update(of=("self",)).get(pk=amendment.pk)
    _refuse_decision(row, meeting, outcome, by=by)
    if outcome == Amendment.Outcome.REFUSED:
        row.decision_reason = reason_in_words(reason, missing=_("Enter why it is refused"))
    else:
        row.decision_reason = reason.strip()
    row.outcome, row.decided_at, row.decided_by = outcome, timezone.now(), by
    if outcome == Amendment.Outcome.ACCEPTED:
        _seal(row, meeting, by=by)
    row.full_clean()
    row.save()
    record("amendment.decided", by=by, about=row, outcome=outcome, version=row.version)
    if row.version is not None:
        offender = lock(row.item.offender, by=by)
        tell(offender, _("Minutes amended"), _("Version %s") % row.version, by=by)
        tell_amended(meeting, row.item, row.version, by=by)
        # Who is found to have been there after all is sent the minutes.
        distribute(meeting, [row.item], by=by)
    if Amendment.objects.visible_to(row.proposed_by).filter(pk=row.pk).exists():
        _post(row, row.proposed_by, "decided", _("Amendment decided: %s") % row.reference)
    return row


def _refuse_decision(row: Amendment, meeting: Meeting, outcome: str, *, by: User) -> None:
    if row.proposed_by_id == by.pk:
        raise ValidationError(_("You proposed this. Somebody else must decide it."))
    if by.pk not in deciders(meeting, row.proposed_by):
        raise PermissionDenied(Perm.APPROVE_MINUTES)
    if row.outcome:
        raise ValidationError(_("This has been decided already. Open the page again to see how."))
    if outcome not in Amendment.Outcome.values:
        raise ValidationError({"outcome": _("Choose whether you countersign it")})


def _seal(row: Amendment, meeting: Meeting, *, by: User) -> None:
    """Make the amendment the next version of the minutes. Refused when the words it replaces are others by now."""
    if words_now(row.item, row.part, row.paragraph or row.invitation, by=by) != row.was:
        raise ValidationError(_("These words were amended meanwhile. Refuse this, and propose it anew."))
    before = seal.amendments_of(meeting)
    row.version = len(before) + 2
    row.digest = seal.of_amendment(before[-1].digest if before else meeting.digest, row)


def _post(amendment: Amendment, to: User, key: str, subject: str) -> None:
    outbox.post(
        key=f"amendment-{key}:{amendment.reference}:{to.pk}",
        to=to,
        about=amendment,
        subject=subject,
        body=_("Sign in to read it: %s") % (settings.BASE_URL + amendment.get_absolute_url()),
    )
