"""The verb of disclosure, as the foundation has it: considered, decided, with reasons."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from disclosures.models import DisclosureDecision
from mappa import dates
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.models import Offender

tell = telling(Topic.RISK)


@transaction.atomic
def record_decision(
    *, offender: Offender, decision: str, to_whom: str, reasons: str, meeting_reference: str = "", by: User
) -> DisclosureDecision:
    """Record that disclosure was considered, and the decision either way (domain.md 8.2)."""
    require(by, Perm.RECORD_DISCLOSURE, on=offender)
    offender = lock(offender, by=by)
    answers = {
        "decision": decision,
        "to_whom": to_whom.strip(),
        "reasons": reasons,
        "meeting_reference": meeting_reference,
        "recorded_by": by,
    }
    refuse_twice(offender.disclosure_decisions.visible_to(by).filter(considered_at__date=dates.today(), **answers))
    row = DisclosureDecision(offender=offender, **answers)
    row.full_clean()
    row.save()
    record("disclosure.considered", by=by, about=row, decision=decision)
    tell(offender, _("Disclosure considered"), row.get_decision_display(), by=by)
    return row
