"""Lay advisers observe a named meeting when they are invited to it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Membership, Role, User
from agencies.models.membership import MembershipQuerySet
from agencies.outbox import marked, post
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from panels.models import Meeting, Observation


def advisers_of(area_id: int) -> MembershipQuerySet:
    """The lay advisers of an area today."""
    rows = Membership.objects.in_force(dates.today()).filter(role=Role.Code.LAY_ADVISER, agency__area=area_id)
    return rows.select_related("user").order_by("user__name", "pk")


@transaction.atomic
def invite_observer(*, meeting: Meeting, adviser: User, by: User) -> Observation:
    """Ask a lay adviser of the area to observe one meeting. He sees when and where, and its agenda without names."""
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = _to_come(meeting, by=by)
    if not advisers_of(meeting.area_id).filter(user=adviser).exists():
        raise ValidationError({"adviser": _("Choose a lay adviser of this area")})
    row = Observation(meeting=meeting, adviser=adviser, invited_by=by)
    row.full_clean()
    row.save()
    record("observer.invited", by=by, about=row, person=adviser.pk)
    words = _("You are invited to observe a MAPPA meeting on %(day)s, %(time)s. Sign in to see where.")
    words = words % {"day": long_date(meeting.held_on), "time": clock(meeting.starts_at)}
    post(
        key=f"observe:{row.reference}",
        to=adviser,
        subject=marked(_("Observe a MAPPA meeting: %s") % row.reference),
        body=f"{words}\n\n{settings.BASE_URL}{row.get_absolute_url()}",
    )
    return row


def _to_come(meeting: Meeting, *, by: User) -> Meeting:
    """The meeting, fresh and locked, before it has begun."""
    row = Meeting.objects.visible_to(by).select_for_update(of=("self",)).get(pk=meeting.pk)
    if row.is_cancelled or row.starts_at <= timezone.now():
        raise ValidationError(_("This meeting has begun, or was cancelled. Choose one to come."))
    return row


def _standing(observation: Observation, *, by: User) -> Observation:
    """The invitation, fresh and locked. Raises ValidationError when it was withdrawn or observed."""
    rows = Observation.objects.visible_to(by).select_for_update(of=("self",)).select_related("meeting", "adviser")
    row = rows.get(pk=observation.pk)
    if row.withdrawn_at:
        raise ValidationError(_("This invitation was withdrawn already."))
    if row.observed_at:
        raise ValidationError(_("It is recorded already that this meeting was observed."))
    return row


@transaction.atomic
def withdraw_observer(*, observation: Observation, by: User) -> Observation:
    """Take an invitation to observe back: the adviser sees nothing of the meeting any more."""
    require(by, Perm.SCHEDULE, on=observation)
    row = _standing(observation, by=by)
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("observer.withdrawn", by=by, about=row, person=row.adviser_id)
    words = _(
        "You are no longer invited to observe the MAPPA meeting of %(day)s, %(time)s. Ask co-ordination if you have questions."
    )
    words = words % {"day": long_date(row.meeting.held_on), "time": clock(row.meeting.starts_at)}
    post(
        key=f"observe-withdrawn:{row.reference}",
        to=row.adviser,
        subject=marked(_("You no longer observe a MAPPA meeting: %s") % row.reference),
        body=f"{words}\n\n{settings.BASE_URL}/observing/",
    )
    return row


@transaction.atomic
def confirm_observed(*, observation: Observation, by: User) -> Observation:
    """The adviser says that he was there. Nobody else says it for him."""
    require(by, Perm.VIEW_BOARD, on=observation)
    if by.pk != observation.adviser_id:
        raise ValidationError(_("Only the lay adviser who was invited says that he observed it."))
    row = _standing(observation, by=by)
    if row.meeting.is_cancelled:
        raise ValidationError(_("This meeting was cancelled, so nobody observed it."))
    if row.meeting.starts_at > timezone.now():
        raise ValidationError(_("This meeting has not begun. Say afterwards that you observed it."))
    row.observed_at = timezone.now()
    row.save(update_fields=["observed_at"])
    record("meeting.observed", by=by, about=row)
    return row
