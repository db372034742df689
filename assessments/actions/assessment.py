"""The verbs of the assessment: assess or review, countersign, send back. Each asks `require` first."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from assessments import drift
from assessments.models import Assessment, DriftPrompt
from assessments.standards import countersign_limit, review_limit
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.models import Offender

tell = telling(Topic.RISK)


def latest_of(offender: Offender, by: User) -> Assessment | None:
    """The assessment that counts now."""
    return offender.assessments.visible_to(by).select_related("assessed_by").first()


@transaction.atomic
def assess(
    *, offender: Offender, seen: str, assessed_on: date, review_on: date | None, by: User, **answers: Any
) -> Assessment:
    """Record an assessment, or the review of the last one; the case shows its overall level at once.

    `seen` is the reference of the last assessment that the writer knew of, empty for none. `answers` are the levels, the
    words and, of a review, what changed. Raises ValidationError when somebody assessed meanwhile, for a review that is
    older than what it reviews or does not say what changed, and for a review date beyond the standard.
    """
    require(by, Perm.WRITE_PLANS, on=offender)
    offender = lock(offender, by=by)
    made_today = offender.assessments.visible_to(by).filter(assessed_at__date=dates.today(), assessed_by=by)
    refuse_twice(made_today.filter(assessed_on=assessed_on, **answers))
    latest = latest_of(offender, by)
    _nobody_assessed_since(latest, seen)
    assessment = Assessment(offender=offender, previous=latest, assessed_on=assessed_on, assessed_by=by, **answers)
    assessment.full_clean()
    assessment.review_on = _review_date(assessment, review_on)
    assessment.countersign_due_on = countersign_limit(offender.area, dates.today())
    offender.assessments.visible_to(by).open().update(superseded_on=dates.today())
    assessment.save()
    offender.rosh = assessment.overall
    offender.save(update_fields=["rosh"])
    event = "assessment.reviewed" if latest else "assessment.made"
    record(event, by=by, about=assessment, overall=assessment.overall, change=assessment.change)
    tell(offender, _told(offender, reviewed=latest is not None), by=by)
    drift.answer_all(offender, DriftPrompt.Outcome.REASSESSED, assessed_on=assessed_on, by=by)
    drift.look_at(offender, DriftPrompt.Rule.ROSH_RAISED, by=by)
    return assessment


def _told(offender: Offender, *, reviewed: bool) -> str:
    level = offender.get_rosh_display().lower() if offender.rosh else _("not known")
    if reviewed:
        return _("Risk of serious harm reviewed: %s") % level
    return _("Risk of serious harm assessed: %s") % level


def _nobody_assessed_since(latest: Assessment | None, seen: str) -> None:
    if latest is None or latest.reference == seen:
        return
    words = _(
        "%(who)s recorded an assessment on %(date)s at %(time)s, after you opened this page. What you typed is still here. "
        "Compare it with the latest assessment below, and record it again if it still holds."
    )
    about = {"who": latest.assessed_by.name, "date": long_date(latest.assessed_at), "time": clock(latest.assessed_at)}
    raise ValidationError(words % about)


def _review_date(assessment: Assessment, chosen: date | None) -> date:
    """The day chosen, or the latest of the standard: what was recorded late is due at once."""
    limit = review_limit(assessment.overall, assessment.offender.area, assessment.assessed_on)
    if chosen is None:
        return limit
    if limit <= dates.today():
        words = _(
            "Leave the review date empty: by the standard for this level the review was due on %s, and is due at once"
        )
        raise ValidationError({"review_on": words % long_date(limit)})
    if not dates.today() < chosen <= limit:
        words = _("Enter a review date after today and not later than %s, the standard for this level of risk")
        raise ValidationError({"review_on": words % long_date(limit)})
    return chosen


@transaction.atomic
def countersign(*, assessment: Assessment, by: User) -> Assessment:
    """Confirm another person's assessment as a manager. It is locked from then on.

    Raises ValidationError for one's own, and for one that no longer waits.
    """
    require(by, Perm.COUNTERSIGN, on=assessment)
    assessment = _waiting(assessment, by=by)
    assessment.countersigned_at, assessment.countersigned_by = timezone.now(), by
    assessment.validate_constraints()
    assessment.save(update_fields=["countersigned_at", "countersigned_by"])
    record("assessment.countersigned", by=by, about=assessment)
    tell(assessment.offender, _("Assessment of risk countersigned"), by=by)
    return assessment


@transaction.atomic
def send_back(*, assessment: Assessment, return_reason: str, by: User) -> Assessment:
    """Not confirm another person's assessment, and say why: its writer is asked for a review. It counts until then."""
    require(by, Perm.COUNTERSIGN, on=assessment)
    assessment = _waiting(assessment, by=by)
    if not return_reason.strip():
        raise ValidationError({"return_reason": _("Enter what has to be put right")})
    assessment.returned_at, assessment.returned_by, assessment.return_reason = timezone.now(), by, return_reason
    assessment.validate_constraints()
    assessment.save(update_fields=["returned_at", "returned_by", "return_reason"])
    record("assessment.sent_back", by=by, about=assessment)
    tell(assessment.offender, _("Assessment of risk sent back"), by=by)
    return assessment


def _waiting(assessment: Assessment, *, by: User) -> Assessment:
    """The assessment, fresh, its case locked."""
    offender = lock(assessment.offender, by=by)
    found = Assessment.objects.visible_to(by).get(pk=assessment.pk)
    found.offender = offender
    if not found.is_unsigned():
        raise ValidationError(_("This assessment no longer waits to be countersigned. Nothing was changed."))
    if found.is_by(by):
        raise ValidationError(_("You made this assessment: another manager countersigns it."))
    return found
