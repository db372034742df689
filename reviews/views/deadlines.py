"""What falls due in this service, kind by kind: read from the one table of deadlines."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded, memberships
from audit.models import Act
from mappa import dates
from reviews.deadlines import KINDS, ROOMS
from reviews.deadlines.kind import Kind
from reviews.deadlines.sources import figures_of


@guarded(Perm.SIGNED_IN, act=Act.LIST)
@require_safe
def deadlines(request: AuthedRequest) -> HttpResponse:
    """Every kind of deadline: from when it counts, by which figures of the reader's area, what ends it, when it is reminded of."""
    own = memberships(request.user)
    area = own[0].agency.area if own else None
    figures = figures_of(KINDS, area, dates.today())
    rooms = [
        {
            "id": f"room-{number}",
            "title": title,
            "rows": [{"kind": kind, "figures": figures[kind.slug], "reminded": reminded_words(kind)} for kind in kinds],
        }
        for number, (title, kinds) in enumerate(ROOMS, start=1)
    ]
    context: dict[str, Any] = {"rooms": rooms, "area": area, "count": len(KINDS)}
    return render(request, "reviews/deadlines.html", context)


def reminded_words(kind: Kind) -> str:
    """When a kind is reminded of: "20 and 5 working days before, on the day, 1 and 5 working days after"."""
    before = [-days for days in kind.stages if days < 0]
    after = [days for days in kind.stages if days > 0]
    parts = []
    if before:
        parts.append(ngettext("%s working day before", "%s working days before", _plural(before)) % _joined(before))
    if 0 in kind.stages:
        parts.append(_("on the day"))
    if after:
        parts.append(ngettext("%s working day after", "%s working days after", _plural(after)) % _joined(after))
    return ", ".join(parts) if parts else _("not by mail")


def _plural(days: list[int]) -> int:
    return 1 if days == [1] else 2


def _joined(days: list[int]) -> str:
    *most, last = map(str, days)
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last} if most else last
