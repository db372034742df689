"""Opening a case in an emergency, and the end of it (access.md, rule 5). What is found of it: assurance/actions.py."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox, working_days
from agencies.access import Perm, agencies_granting, allowed, require
from agencies.models import Agency, Membership, Role, User
from agencies.models.standard import value
from agencies.models.user import system_user
from audit.models import Act
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, telling
from offenders.law import identifiers
from offenders.models import EmergencyAccess, Offender
from offenders.visibility import forget_scopes, to_open_in_emergency

tell = telling(Topic.ACCESS)


@transaction.atomic
def open_in_emergency(*, number: str, category: str, words: str, by: User) -> EmergencyAccess:
    """Open one case that one does not see, by one of its numbers, for so many minutes and to read it.

    Whether there is none of that number, or one that may not be opened so, the refusal does not tell.
    """
    require(by, Perm.BREAK_GLASS)
    # Of two openings at once the second finds the first.
    User.objects.select_for_update().get(pk=by.pk)
    offender = _numbered(number, by)
    if offender is None or not (agencies := agencies_granting(by, Perm.BREAK_GLASS, on=offender)):
        raise _nothing_to_open()
    if Offender.objects.visible_to(by).filter(pk=offender.pk).exists():
        raise ValidationError({"number": _("You see this record without an emergency. Search for it under People")})
    for earlier in EmergencyAccess.objects.visible_to(by).run_out().filter(user=by, offender=offender):
        _end(earlier, by=None)
    row = _opened(offender, agencies[0], by, category=category, words=words.strip())
    row.full_clean()
    row.save()
    forget_scopes()
    if not Offender.objects.visible_to(by).filter(pk=offender.pk).exists():
        forget_scopes()
        raise _nothing_to_open()
    record("emergency.opened", by=by, about=row, act=Act.BREAK_GLASS, category=category, urgent=row.is_urgent)
    tell(offender, _("Opened in an emergency"), _("By somebody of %s, to read it") % row.agency.name, by=by)
    _tell_of_opening(row)
    return row


def _nothing_to_open() -> ValidationError:
    words = _(
        "There is no record of this number that you can open in an emergency. Check the number, or ring MAPPA co-ordination"
    )
    return ValidationError({"number": words})


def _numbered(number: str, by: User) -> Offender | None:
    asked = number.strip().upper()
    found: Offender | None = to_open_in_emergency(
        identifiers.spellings(number, dates.today().year),
        by=by,
        visor=identifiers.visor_in(number),
        reference=asked,
    )
    return found


def _opened(offender: Offender, agency: Agency, by: User, *, category: str, words: str) -> EmergencyAccess:
    now, today, area = timezone.now(), dates.today(), offender.area
    # A day of the calendar in London, as whoever looks into it reads it.
    earlier = EmergencyAccess.objects.visible_to(by).filter(user=by, opened_at__date=today).count()
    is_urgent = offender.restricted or earlier + 1 >= value("break_glass_urgent_from", area, today)
    days = 0 if is_urgent else value("break_glass_review_working_days", area, today)
    return EmergencyAccess(
        offender=offender,
        user=by,
        agency=agency,
        category=category,
        words=words,
        was_restricted=offender.restricted,
        is_urgent=is_urgent,
        opened_at=now,
        expires_at=now + timedelta(minutes=value("break_glass_minutes", area, today)),
        review_due_on=working_days.after(today, days, area),
    )


def reviewers(row: EmergencyAccess) -> list[User]:
    """The information officers of the case's area, but for whoever opened it himself."""
    held = Membership.objects.in_force(dates.today()).filter(
        role=Role.Code.INFORMATION_OFFICER, agency__area=row.offender.area_id
    )
    return list(User.objects.filter(pk__in=held.values("user")).exclude(pk=row.user_id).order_by("pk"))


def _tell_of_opening(row: EmergencyAccess) -> None:
    """The lead officer and the area's information officers at once, by reference; the board's members too of what is urgent, and where nobody could review it."""
    offender = row.offender
    if offender.lead_officer is not None:
        outbox.tell_person(
            offender.lead_officer,
            about=offender,
            key=f"emergency:{row.reference}:lead",
            subject=_("Emergency access to %s") % offender.reference,
            words=_("Somebody opened %s in an emergency, to read it. An information officer reviews that.")
            % offender.reference,
            path=reverse("offenders:who", args=[offender.reference]),
        )
    subject = _("Emergency access %s to review") % row.reference
    if row.is_urgent:
        subject = _("Emergency access %s to review at once") % row.reference
    tell_reviewers(row, step="opened", subject=subject, words=_("%s was opened in an emergency.") % offender.reference)
    if not reviewers(row):
        _tell_the_board(row, _("The area has no information officer who could review it: name one."))
    elif row.is_urgent:
        _tell_the_board(
            row,
            _(
                "It is looked into at once: the record is restricted, or the same person had opened another that day. The area’s "
                "information officers were told and review it today."
            ),
        )


def tell_reviewers(row: EmergencyAccess, *, step: str, subject: str, words: str) -> None:
    """Mail those who review it, once a step."""
    for officer in reviewers(row):
        key = f"emergency:{row.reference}:{step}:{officer.pk}"
        outbox.tell_person(officer, about=row, key=key, subject=subject, words=words, path=row.get_absolute_url())


def _tell_the_board(row: EmergencyAccess, words: str) -> None:
    """Members of the board see no case and are given no reference: that there is something, and what to see to."""
    held = Membership.objects.in_force(dates.today()).filter(
        role=Role.Code.BOARD_MEMBER, agency__area=row.offender.area_id
    )
    opened = _("A record of %s was opened in an emergency.") % row.offender.area.name
    for member in User.objects.filter(pk__in=held.values("user")).exclude(pk=row.user_id):
        outbox.post(
            key=f"emergency:{row.reference}:board:{member.pk}",
            to=member,
            subject=outbox.marked(_("Emergency access to see to")),
            body=f"{opened} {words}\n\n{settings.BASE_URL}{reverse('reviews:board')}",
        )


@transaction.atomic
def end_emergency(*, access: EmergencyAccess, by: User) -> None:
    """End it before its time: whoever opened it, or who reviews it."""
    if by.pk != access.user_id and not allowed(by, Perm.REVIEW_EMERGENCY, on=access):
        require(by, Perm.REVIEW_EMERGENCY, on=access)
    row = _locked(access, by=by)
    if row.is_running:
        _end(row, by=by)


def _locked(access: EmergencyAccess, *, by: User) -> EmergencyAccess:
    rows = EmergencyAccess.objects.visible_to(by).select_for_update(of=("self",)).select_related("offender__area")
    return rows.get(pk=access.pk)


def _end(row: EmergencyAccess, *, by: User | None) -> None:
    """Write down that it is over: `by` somebody now, or by itself when its time was."""
    row.ended_at, row.ended_by = (timezone.now(), by) if by else (row.expires_at, None)
    row.save(update_fields=["ended_at", "ended_by"])
    forget_scopes()
    record("emergency.ended", by=by or system_user(), about=row, by_itself=by is None)
    subject = _("Emergency access %s has ended") % row.reference
    tell_reviewers(row, step="ended", subject=subject, words=_("What was opened meanwhile can be read now."))


@transaction.atomic
def end_what_ran_out(*, by: User) -> int:
    """Write down each end that came by itself, and tell those who review it. It gave nothing any more before."""
    require(by, Perm.REVIEW_EMERGENCY)
    rows = EmergencyAccess.objects.visible_to(by).run_out().select_related("offender__area")
    due = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:100])
    for row in due:
        _end(row, by=None)
    return len(due)
