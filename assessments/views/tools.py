"""The pages of tools: what they gave about a person, and a new result."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from assessments import actions
from assessments.cards import gave
from assessments.forms import ResultForm, ToolForm, WithdrawalForm
from assessments.models import Tool, ToolResult
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from offenders.views.cases import about_person
from offenders.views.record import Card, Line, Link, ask

ANSWERS = require_http_methods(["GET", "HEAD", "POST"])
# Of a tool, the last result and those before it; a case has a few of each.
SHOWN = 100


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def tools(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Every result, newest first; those set aside below."""
    rows = offender.tool_results.visible_to(request.user).select_related("tool", "recorded_by", "withdrawn_by")[:SHOWN]
    can_write = allowed(request.user, Perm.WRITE_PLANS, on=offender)
    found = list(rows)
    context = about_person(request, offender, "risk") | {
        "cards": [_card(row, can_write=can_write) for row in found if not row.withdrawn_at],
        "withdrawn": [_card(row, can_write=False) for row in found if row.withdrawn_at],
        "can_write": can_write,
    }
    return render(request, "assessments/tools.html", context)


def _card(row: ToolResult, *, can_write: bool) -> Card:
    lines = [
        Line(_("Result"), gave(row)),
        Line(_("Completed"), long_date(row.completed_on)),
        Line(_("Completed by"), row.completed_by),
        Line(_("What it assesses"), row.tool.measures),
    ]
    if row.notes:
        lines.append(Line(_("Notes"), row.notes))
    if row.withdrawn_by is not None:
        about = {"who": row.withdrawn_by.name, "date": long_date(row.withdrawn_at), "why": row.withdrawal_reason}
        lines.append(Line(_("Withdrawn"), _("%(who)s, %(date)s: %(why)s") % about))
    withdraw = Link(
        reverse("assessments:withdraw_result", args=[row.reference]),
        _("Withdraw"),
        about=f"{row.tool.name}, {long_date(row.completed_on)}",
    )
    return Card(
        title=f"{row.tool.name}, {long_date(row.completed_on)}",
        lines=lines,
        links=[withdraw] if can_write else [],
        tag=_("Withdrawn") if row.withdrawn_at else "",
    )


@guarded(Perm.WRITE_PLANS, Offender)
@ANSWERS
def record_result(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Choose a tool, then say what it gave."""
    tool = Tool.objects.filter(code=request.GET.get("tool", ""), is_active=True).first()
    if tool is None:
        return _choose_tool(request, offender)
    return ask(
        request,
        offender,
        "risk",
        ResultForm(request.POST if request.method == "POST" else None, tool=tool),
        actions.record_result,
        back=_back(offender),
        done=_("The result is on the record."),
        about={"offender": offender, "tool": tool},
        title=tool.name,
        intro=tool.measures,
        button=_("Record the result"),
    )


def _choose_tool(request: AuthedRequest, offender: Offender) -> HttpResponse:
    form = ToolForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect(f"{request.path}?{urlencode({'tool': form.cleaned_data['tool'].code})}")
    return ask(
        request,
        offender,
        "risk",
        form,
        actions.record_result,
        back=_back(offender),
        done="",
        title=_("Record the result of a tool"),
        button=_("Continue"),
    )


@guarded(Perm.WRITE_PLANS, ToolResult)
@ANSWERS
def withdraw_result(request: AuthedRequest, result: ToolResult) -> HttpResponse:
    """Set aside what was recorded by mistake."""
    words: dict[str, Any] = {
        "title": _("Withdraw the result"),
        "intro": f"{result.tool.name}, {long_date(result.completed_on)}: {gave(result)}",
        "button": _("Withdraw the result"),
        "nothing": _("This result is withdrawn already.") if result.withdrawn_at else "",
    }
    return ask(
        request,
        result.offender,
        "risk",
        WithdrawalForm(request.POST if request.method == "POST" else None),
        actions.withdraw_result,
        back=result.get_absolute_url(),
        done=_("The result is withdrawn. It stays on the record."),
        about={"result": result},
        **words,
    )


def _back(offender: Offender) -> str:
    return reverse("assessments:tools", args=[offender.reference])
