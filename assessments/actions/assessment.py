"""The verb of the assessment."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from assessments.models import Assessment
from audit.record import record
from mappa import dates
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.models import Offender

tell = telling(Topic.RISK)


@transaction.atomic
def assess(
    *,
    offender: Offender,
    children: int,
    public: int,
    known_adult: int,
    staff: int,
    prisoners: int,
    nature: str,
    by: User,
) -> Assessment:
    """Record an assessment of risk of serious harm; the case shows its overall level at once."""
    require(by, Perm.WRITE_PLANS, on=offender)
    offender = lock(offender, by=by)
    answers = {
        "children": children,
        "public": public,
        "known_adult": known_adult,
        "staff": staff,
        "prisoners": prisoners,
        "nature": nature,
        "assessed_by": by,
    }
    refuse_twice(offender.assessments.visible_to(by).filter(assessed_at__date=dates.today(), **answers))
    assessment = Assessment(offender=offender, **answers)
    assessment.full_clean()
    assessment.save()
    offender.rosh = assessment.overall
    offender.save(update_fields=["rosh"])
    record("assessment.made", by=by, about=assessment, overall=assessment.overall)
    tell(offender, _("Risk of serious harm assessed: %s") % offender.get_rosh_display().lower(), by=by)
    return assessment
