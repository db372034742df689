"""Releasing the executive summary of a meeting about one person."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders.actions import Topic, lock, refuse_twice, telling
from panels.models import AgendaItem, Amendment, ExecutiveSummary
from panels.summaries import facts_of

tell = telling(Topic.MEETINGS)


@transaction.atomic
def release_summary(*, item: AgendaItem, covering: str, by: User) -> ExecutiveSummary:
    """Release what may be said of the meeting to the person himself: the facts as they are, and the chair's own words.

    It takes the place of one that was released before, which is kept.
    """
    require(by, Perm.APPROVE_MINUTES, on=item)
    offender = lock(item.offender, by=by)
    item = AgendaItem.objects.visible_to(by).select_related("meeting", "offender").get(pk=item.pk)
    if not item.meeting.is_locked:
        raise ValidationError(_("The minutes are not approved yet. Release the summary afterwards."))
    row = ExecutiveSummary(
        item=item,
        covering=covering.strip(),
        facts=[list(fact) for fact in facts_of(item, by)],
        version=Amendment.objects.version_of(item.meeting),
        released_by=by,
    )
    row.full_clean()
    newest = item.summaries.visible_to(by).values_list("pk", flat=True)[:1]
    same = item.summaries.visible_to(by).filter(pk__in=list(newest))
    refuse_twice(same.filter(covering=row.covering, facts=row.facts, version=row.version))
    row.save()
    record("summary.released", by=by, about=row, version=row.version)
    tell(offender, _("Executive summary released"), row.reference, by=by)
    return row
