"""The log's own verb: that disclosure was considered, and what was decided, with reasons."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Concern, Perm, require
from agencies.models import User
from audit.record import record
from disclosures.models import AskedAboutChildren, DisclosureDecision
from mappa import dates
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.models import Offender

tell = telling(Topic.RISK)


@transaction.atomic
def record_decision(
    *,
    offender: Offender,
    decision: str,
    to_whom: str,
    reasons: str,
    meeting_reference: str,
    children: AskedAboutChildren | None = None,
    on: Concern | None = None,
    by: User,
) -> DisclosureDecision:
    """Record what a meeting decided about disclosure, either way (domain.md 8.2).

    `children` is what the meeting answered about them; `on` is where it was decided: a chair may record it also of a case that was handed to another area since.
    Raises ValidationError without a meeting: whoever decides alone answers every test (`record_disclosure`).
    """
    require(by, Perm.RECORD_DISCLOSURE, on=on or offender)
    if not meeting_reference:
        raise ValidationError(_("Only a meeting decides without the whole record: answer the questions of one."))
    offender = lock(offender, by=by)
    refuse_twice(
        offender.disclosure_decisions.visible_to(by).filter(
            decision=decision,
            to_whom=to_whom.strip(),
            reasons=reasons,
            meeting_reference=meeting_reference,
            considered_at__date=dates.today(),
            recorded_by=by,
        )
    )
    row = DisclosureDecision(
        offender=offender, decision=decision, to_whom=to_whom.strip(), reasons=reasons, recorded_by=by
    )
    row.meeting_reference = meeting_reference
    return enter(row.answer_as(children) if children else row, by=by)


def enter(row: DisclosureDecision, *, by: User) -> DisclosureDecision:
    """Write an entry of the log and tell of it.

    The caller has asked `require`, holds the case's lock, and has refused a second click: two records may read alike here.
    """
    row.full_clean()
    row.save()
    record("disclosure.considered", by=by, about=row, decision=row.decision, presumption=row.presumption)
    tell(row.offender, _("Disclosure considered"), row.get_decision_display(), by=by)
    return row
