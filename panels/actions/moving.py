"""What becomes of a meeting that was arranged: it is moved, given another chair, or cancelled, and everybody is told."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.user import system_user
from agencies.outbox import marked, post
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from offenders import grants
from offenders.actions import Topic, lock, telling
from offenders.actions.case import reason_in_words
from offenders.models import Offender
from offenders.models.grant import Basis
from panels.actions.invitations import access_until, ask_again, information_due, tell_change
from panels.actions.meetings import (
    changed,
    hold_people,
    keep_open,
    place_of,
    refuse,
    refuse_chair,
    refuse_overlap,
)
from panels.models import (
    Action,
    AgendaItem,
    Commitment,
    CommitmentReview,
    Decision,
    Invitation,
    Meeting,
    MeetingChange,
    Paragraph,
)

tell = telling(Topic.MEETINGS)
Kind = MeetingChange.Kind


@transaction.atomic
def move_meeting(
    *,
    meeting: Meeting,
    starts_at: datetime,
    length: int,
    mode: str,
    place: str,
    link: str,
    reason: str,
    sequence: int,
    by: User,
) -> Meeting:
    """Give a planned meeting another time, place or way to come. What is due before it, and access, move with it."""
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = _planned(meeting, by=by, goes_with_it=True)
    if meeting.sequence != sequence:
        words = _(
            "Someone else moved this meeting meanwhile, to %(day)s, %(time)s. Open the page again before you move it"
        )
        raise ValidationError(words % {"day": long_date(meeting.held_on), "time": clock(meeting.starts_at)})
    reason = reason_in_words(reason, missing=_("Enter why the meeting is moved"))
    change = _change(meeting, Kind.MOVED, reason, by=by)
    wanted = {
        "starts_at": starts_at,
        "length": length,
        "mode": mode,
        "place": place_of(place, mode),
        "link": link.strip(),
    }
    if all(getattr(meeting, name) == value for name, value in wanted.items()):
        raise ValidationError(_("The meeting is at this time and place already. Nothing was changed."))
    for name, value in wanted.items():
        setattr(meeting, name, value)
    hold_people([meeting.chair_id])
    refuse(meeting, by=by)
    meeting.sequence += 1
    meeting.save(update_fields=[*wanted, "minutes_due_on", "sequence"])
    change.save()
    changed(meeting)
    record("meeting.moved", by=by, about=meeting, sequence=meeting.sequence)
    _move_with_it(meeting, by=by)
    if change.was_at != meeting.starts_at:
        ask_again(meeting)
    words = _(
        "The MAPPA meeting of %(was)s is moved to %(day)s, %(time)s. Sign in to see where, and by when to send information."
    )
    _tell_everybody(
        meeting,
        subject=_("A MAPPA meeting is moved: %s") % meeting.reference,
        words=words
        % {"was": long_date(change.was_on), "day": long_date(meeting.held_on), "time": clock(meeting.starts_at)},
        path=meeting.get_absolute_url(),
        by=by,
    )
    return meeting


def _planned(meeting: Meeting, *, by: User, goes_with_it: bool = False) -> Meeting:
    """`goes_with_it`: what was written to prepare it, before its day."""
    meeting = keep_open(meeting, by=by)
    is_prepared = goes_with_it and meeting.held_on > dates.today()
    if meeting.state != Meeting.State.PLANNED or (_is_minuted(meeting) and not is_prepared):
        raise ValidationError(_("Something is recorded of this meeting already, so it stays as it is."))
    return meeting


def _is_minuted(meeting: Meeting) -> bool:
    """Is anything recorded of what happened at it? What agencies sent before it does not keep it from being called off."""
    system = system_user()
    items = list(meeting.items.visible_to(system))
    recorded = (Decision, Action, Commitment, CommitmentReview)
    return (
        bool(Paragraph.objects.outline_of(items))
        or Invitation.objects.of_meeting(meeting).exclude(attendance="").exists()
        or any(model.objects.visible_to(system).filter(item__in=items).exists() for model in recorded)
        # A lay adviser says that he was there.
        or meeting.observations.visible_to(system).filter(observed_at__isnull=False).exists()
    )


def _change(meeting: Meeting, kind: str, reason: str, *, by: User) -> MeetingChange:
    """The meeting as it is now, to be kept beside the reason why it is changed."""
    return MeetingChange(
        meeting=meeting,
        kind=kind,
        reason=reason,
        was_at=meeting.starts_at,
        was_place=meeting.place,
        was_chair=meeting.chair,
        by=by,
    )


def _cases_of(meeting: Meeting) -> Iterable[tuple[AgendaItem, Offender]]:
    """Every item of a meeting with its case locked, also where whoever calls it off does not see the case."""
    system = system_user()
    for item in meeting.items.visible_to(system).select_related("offender").order_by("offender", "pk"):
        yield item, lock(item.offender, by=system)


def _move_with_it(meeting: Meeting, *, by: User) -> None:
    """By when agencies send information, and until when the invitation shows them the case, follow from the day."""
    Invitation.objects.of_meeting(meeting).update(information_due_on=information_due(meeting))
    for item, offender in _cases_of(meeting):
        grants.last_until(
            offender=offender, basis=Basis.INVITED, source=item.reference, until=access_until(meeting), by=by
        )
        tell(offender, _("Meeting moved"), _("To %s") % long_date(meeting.held_on), by=by)


def _tell_everybody(meeting: Meeting, *, subject: str, words: str, path: str, by: User) -> None:
    """Mail every agency that is invited, the chair and who observes: a reference, a time and a link."""
    tell_change(meeting, subject=subject, words=words, off=meeting.is_cancelled)
    key = f"changed:{meeting.reference}:{meeting.version}"
    body = f"{words}\n\n{settings.BASE_URL}"
    if meeting.chair_id != by.pk:
        post(key=f"{key}:{meeting.chair_id}", to=meeting.chair, subject=marked(subject), body=f"{body}{path}")
    for row in meeting.observations.visible_to(by).standing().select_related("adviser"):
        post(
            key=f"{key}:{row.adviser_id}",
            to=row.adviser,
            subject=marked(subject),
            body=f"{body}{row.get_absolute_url()}",
        )


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User) -> Meeting:
    """Call a planned meeting off. Its people are suggested for other agendas again, and what it was to show is closed.

    What was asked for it stays on the record of each case; what was minuted is never called off.
    """
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = _planned(meeting, by=by)
    reason = reason_in_words(reason, missing=_("Enter why the meeting is cancelled"))
    _change(meeting, Kind.CANCELLED, reason, by=by).save()
    meeting.state = Meeting.State.CANCELLED
    meeting.sequence += 1
    meeting.minutes_due_on = None
    meeting.save(update_fields=["state", "sequence", "minutes_due_on"])
    changed(meeting)
    record("meeting.cancelled", by=by, about=meeting, sequence=meeting.sequence)
    # Told before access ends: afterwards an agency does not see the meeting any more.
    words = _(
        "The MAPPA meeting of %(day)s, %(time)s, does not take place. Nothing needs to be sent for it, and what the "
        "invitation let your agency see is closed."
    )
    _tell_everybody(
        meeting,
        subject=_("A MAPPA meeting is cancelled: %s") % meeting.reference,
        words=words % {"day": long_date(meeting.held_on), "time": clock(meeting.starts_at)},
        path="/",
        by=by,
    )
    for item, offender in _cases_of(meeting):
        grants.end_source(offender=offender, basis=Basis.INVITED, source=item.reference, by=by)
        tell(offender, _("Meeting cancelled"), _("It was planned for %s") % long_date(meeting.held_on), by=by)
    return meeting


@transaction.atomic
def hand_over(*, meeting: Meeting, chair: User, reason: str, by: User) -> Meeting:
    """Give a meeting another chair, who approves its minutes then. Until they are approved."""
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = keep_open(meeting, by=by)
    reason = reason_in_words(reason, missing=_("Enter why the chair changes"))
    if chair.pk == meeting.chair_id:
        raise ValidationError({"chair": _("%s chairs this meeting already") % chair.name})
    change = _change(meeting, Kind.HANDED_OVER, reason, by=by)
    meeting.chair = chair
    hold_people([meeting.chair_id])
    refuse_chair(meeting)
    if meeting.ends_at > timezone.now():
        refuse_overlap(meeting, by=by)
    _refuse_blind(meeting)
    meeting.save(update_fields=["chair"])
    change.save()
    changed(meeting)
    record("meeting.handed_over", by=by, about=meeting, chair=chair.pk)
    words = _("The MAPPA meeting of %(day)s, %(time)s, has another chair. Sign in to see who it is.")
    words = words % {"day": long_date(meeting.held_on), "time": clock(meeting.starts_at)}
    for user in {chair.pk: chair, change.was_chair_id: change.was_chair}.values():
        if user.pk != by.pk:
            post(
                key=f"chair:{meeting.reference}:{meeting.version}:{user.pk}",
                to=user,
                subject=marked(_("A MAPPA meeting has another chair: %s") % meeting.reference),
                body=f"{words}\n\n{settings.BASE_URL}{meeting.get_absolute_url()}",
            )
    return meeting


def _refuse_blind(meeting: Meeting) -> None:
    """Who chairs reads every record on the agenda."""
    seen = meeting.items.visible_to(meeting.chair).count()
    if seen != len(AgendaItem.objects.timetable_of(meeting)):
        words = _(
            "%s may not see every record on this agenda. Choose another chair; where a case was handed to another area "
            "since, ask that area to name the new chair on it"
        )
        raise ValidationError({"chair": words % meeting.chair.name})
