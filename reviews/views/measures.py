"""What every figure of the board means."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import Area
from mappa import dates
from offenders.views.record import Line
from reviews import board as boards
from reviews.figures import freshness, target
from reviews.measures import GROUPS, NOT_COUNTED, Kind, Measure
from reviews.period import Period

KINDS = {
    Kind.FLOW: lambda: _("What happened in a month"),
    Kind.STOCK: lambda: _("What there is at the end of a month; of the running month, today"),
    Kind.WAIT: lambda: _("How long something took"),
}
KEPT_BY = {
    "level": lambda: _("level"),
    "category": lambda: _("category"),
    "agency": lambda: _("agency"),
    "detail": lambda: _("outcome or kind"),
}
BETTER = {"more": lambda: _("More is better"), "fewer": lambda: _("Fewer is better"), "": lambda: _("Neither way")}


@guarded(Perm.VIEW_BOARD)
@require_safe
def measures(request: AuthedRequest) -> HttpResponse:
    """The table of measures, as the figures are counted by it."""
    today = dates.today()
    area = boards.area_asked_for(request.user, request.GET.get("area", ""))
    parts = [(heading, [_explained(measure, area) for measure in group]) for heading, group in GROUPS]
    context = {
        "area": area,
        "areas": boards.areas_of(request.user),
        "parts": parts,
        "counted_at": freshness(Period(today.replace(day=1), today)).counted_at,
        "not_counted": NOT_COUNTED,
    }
    return render(request, "reviews/measures.html", context)


@dataclass(frozen=True)
class Explained:
    """A measure on the page: its title, what is counted, and the rest folded away."""

    title: str
    counted: str
    lines: Sequence[Line]


def _explained(measure: Measure, area: Area) -> Explained:
    lines = [
        *([Line(_("Of"), str(measure.denominator))] if measure.denominator else []),
        Line(_("How"), str(measure.how)),
        Line(_("What it is"), f"{KINDS[measure.kind]()} ({measure.unit})"),
        Line(_("Told apart by"), ", ".join(KEPT_BY[name]() for name in measure.dimensions)),
        *([Line(_("Standard"), _standards(measure, area))] if measure.standards else []),
        Line(_("Source"), str(measure.source)),
        Line(_("Which way is better"), BETTER[measure.better]()),
        Line(_("What opens behind it, for members"), str(measure.opens)),
    ]
    return Explained(str(measure.title), str(measure.numerator), lines)


def _standards(measure: Measure, area: Area) -> str:
    """Each with what is in force today, by the name under which an administrator finds it."""
    found = [(name, target(name, area, dates.today())) for name in measure.standards]
    return "\n".join(f"{name}: {value}%" if value is not None else f"{name}: {_('not set')}" for name, value in found)
