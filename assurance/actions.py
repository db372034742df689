"""Reviewing emergency access: by an information officer of the area, and never by whoever opened the case."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox, working_days
from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from assurance.models import EmergencyRemark
from audit.record import record
from mappa import dates
from offenders.actions.emergency import tell_reviewers
from offenders.models import EmergencyAccess

Kind = EmergencyRemark.Kind


@transaction.atomic
def review_emergency(*, access: EmergencyAccess, finding: str, words: str, by: User) -> EmergencyRemark:
    """Find it justified or not, or ask the person for more. What was found stands."""
    require(by, Perm.REVIEW_EMERGENCY, on=access)
    row = _open_one(access, by=by)
    if row.user_id == by.pk:
        raise ValidationError(_("You opened this yourself: another information officer reviews it."))
    if row.is_running and finding != Kind.QUESTION:
        raise ValidationError(_("It is still running. End it first, so that you review all that was opened."))
    remark = _say(row, kind=finding, words=words, by=by)
    if finding == Kind.QUESTION:
        _ask(row)
    else:
        row.finding, row.reviewed_at, row.reviewed_by, row.answer_due_on = finding, timezone.now(), by, None
    row.full_clean()
    row.save(update_fields=["finding", "reviewed_at", "reviewed_by", "answer_due_on"])
    record("emergency.reviewed", by=by, about=row, finding=finding)
    return remark


def _ask(row: EmergencyAccess) -> None:
    today, area = dates.today(), row.offender.area
    row.answer_due_on = working_days.after(today, value("break_glass_answer_working_days", area, today), area)
    outbox.follow(
        series=f"emergency:{row.reference}:question",
        to=row.user,
        subject=_("Say more about emergency access %s") % row.reference,
        body=_("An information officer asks you about %(reference)s.\n\n%(url)s")
        % {
            "reference": row.reference,
            "url": settings.BASE_URL + reverse("assurance:answer_emergency", args=[row.reference]),
        },
        about=row,
    )


@transaction.atomic
def answer_emergency(*, access: EmergencyAccess, words: str, by: User) -> EmergencyRemark:
    """Answer what was asked: whoever opened it, and nobody for him."""
    require(by, Perm.SIGNED_IN, on=access)
    row = _open_one(access, by=by)
    if row.user_id != by.pk:
        raise ValidationError(_("Only the person who opened the record answers."))
    if row.answer_due_on is None:
        raise ValidationError(_("You have answered already, or nothing was asked."))
    remark = _say(row, kind=Kind.ANSWER, words=words, by=by)
    row.answer_due_on = None
    row.save(update_fields=["answer_due_on"])
    record("emergency.answered", by=by, about=row)
    subject = _("Emergency access %s was explained") % row.reference
    tell_reviewers(row, step=f"answer-{remark.pk}", subject=subject, words=_("The person has answered."))
    return remark


def _open_one(access: EmergencyAccess, *, by: User) -> EmergencyAccess:
    rows = (
        EmergencyAccess.objects.visible_to(by).select_for_update(of=("self",)).select_related("offender__area", "user")
    )
    row = rows.get(pk=access.pk)
    if row.reviewed_at is not None:
        raise ValidationError(_("This was reviewed already, and stands."))
    return row


def _say(row: EmergencyAccess, *, kind: str, words: str, by: User) -> EmergencyRemark:
    remark = EmergencyRemark(access=row, kind=kind, words=words.strip(), by=by)
    remark.full_clean()
    remark.save()
    return remark
