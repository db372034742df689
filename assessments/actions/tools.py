"""The verbs of tools: record what one gave, and take back what was recorded by mistake. Each asks `require` first."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from assessments.models import Tool, ToolResult
from audit.record import record
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.actions.case import reason_in_words
from offenders.models import Offender

tell = telling(Topic.RISK)


@transaction.atomic
def record_result(
    *,
    offender: Offender,
    tool: Tool,
    completed_on: date,
    completed_by: str,
    band: str = "",
    score: Decimal | None = None,
    notes: str = "",
    by: User,
) -> ToolResult:
    """Record what a tool gave. Raises ValidationError for a band or score that it does not give, and for neither."""
    require(by, Perm.WRITE_PLANS, on=offender)
    offender = lock(offender, by=by)
    if not tool.is_active:
        raise ValidationError(_("This tool is no longer recorded: choose another."))
    told = {"tool": tool, "completed_on": completed_on, "band": band, "score": score}
    refuse_twice(offender.tool_results.visible_to(by).standing().filter(**told))
    row = ToolResult(offender=offender, completed_by=completed_by, notes=notes, recorded_by=by, **told)
    row.full_clean()
    row.save()
    record("tool.result_recorded", by=by, about=row, tool=tool.code)
    tell(offender, _("Result of a tool recorded"), tool.name, by=by)
    return row


@transaction.atomic
def withdraw_result(*, result: ToolResult, reason: str, by: User) -> ToolResult:
    """Take back a result that was recorded by mistake, and say why. It stays on the record, set aside."""
    require(by, Perm.WRITE_PLANS, on=result)
    reason = reason_in_words(reason)
    offender = lock(result.offender, by=by)
    row = ToolResult.objects.visible_to(by).select_related("tool").get(pk=result.pk)
    if row.withdrawn_at:
        raise ValidationError(_("This result is withdrawn already. Nothing was changed."))
    row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = timezone.now(), by, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    record("tool.result_withdrawn", by=by, about=row, tool=row.tool.code)
    tell(offender, _("Result of a tool withdrawn"), row.tool.name, by=by)
    return row
