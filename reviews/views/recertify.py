"""Who still works in an agency, asked some times a year: each line is confirmed, changed or ended."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import AuthedRequest, Perm, guarded
from agencies.colleagues import recertifying
from agencies.models import Recertification, RecertificationLine
from agencies.reauthentication import again_when_sent
from audit.models import Act
from mappa.forms import ANSWERS
from reviews.colleagues import A_PAGE
from reviews.views.colleagues import address


@guarded(Perm.MANAGE_MEMBERSHIPS, act=Act.LIST)
@again_when_sent
@ANSWERS
def recertify(request: AuthedRequest) -> HttpResponse:
    """The open lists that the reader may answer, or one of them: its lines, and those that he ticks are confirmed."""
    lists = list(recertifying.lists_of(request.user))
    asked = request.GET.get("row", "")
    if not asked and len(lists) == 1:
        return redirect(address("recertify", row=lists[0].reference))
    if not asked:
        return render(request, "reviews/recertify_lists.html", {"lists": _named(lists)})
    found = next((row for row in lists if row.reference == asked), None)
    if found is None:
        raise Http404
    return _answered(request, found) if request.method == "POST" else _page(request, found)


def _named(lists: list[Recertification]) -> list[dict[str, Any]]:
    return [{"list": row, "url": address("recertify", row=row.reference)} for row in lists]


def _page(request: AuthedRequest, row: Recertification, error: str = "") -> HttpResponse:
    lines = _unanswered(row)
    may = recertifying.lines_left(row, request.user).order_by().values("pk")
    shown = lines.filter(pk__in=may)[:A_PAGE]
    own = lines.filter(membership__user=request.user)
    context = {
        "list": row,
        "lines": [_line(line) for line in shown],
        "left": lines.count(),
        "is_on_it": own.exists(),
        "for_others": lines.exclude(pk__in=may).exclude(pk__in=own.order_by().values("pk")).count(),
        "most": A_PAGE,
        "error": error,
        "back": address("colleagues", agency=row.agency.name),
    }
    return render(request, "reviews/recertify.html", context)


def _unanswered(row: Recertification) -> Any:
    lines = row.lines.unanswered().select_related("membership__user", "membership__role", "membership__rank")
    return lines.order_by("membership__user__name", "pk")


def _line(line: RecertificationLine) -> dict[str, Any]:
    handle = line.membership.handle
    return {
        "held": line.membership,
        "change": address("change_colleague", row=handle),
        "end": address("end_colleague", row=handle),
    }


def _answered(request: AuthedRequest, row: Recertification) -> HttpResponse:
    """Confirm what is ticked; of what somebody answered meanwhile nothing is said twice."""
    ticked = _unanswered(row).filter(membership__handle__in=request.POST.getlist("line")[:A_PAGE])
    if not ticked:
        return _page(request, row, error=_("Tick whoever still works here in this role"))
    try:
        done = recertifying.confirm_each(lines=list(ticked), by=request.user)
    except ValidationError as refusal:
        return _page(request, row, error=" ".join(refusal.messages))
    words = ngettext("%d line is confirmed.", "%d lines are confirmed.", done) % done
    messages.success(request, words)
    row.refresh_from_db()
    back = address("recertify", row=row.reference) if row.closed_at is None else reverse("reviews:colleagues")
    return redirect(back)
