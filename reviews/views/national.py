"""The areas side by side, for whoever holds a national role."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.reauthentication import again
from audit.models import Act
from mappa import dates
from mappa.sheets import CONTENT_TYPE, csv_of
from mappa.templatetags.mappa import long_date
from offenders.views.paper import attached
from reviews import figures
from reviews.national import BY_SLUG, VIEWS, View, compared, definition, months_ended
from reviews.period import Period

LAST = (3, 6, 12)
USUAL = 12


def asked_for(request: AuthedRequest) -> tuple[View, int, Period]:
    """By what and over how many months areas are compared; anything else is the first of each."""
    view = BY_SLUG.get(request.GET.get("by", ""), VIEWS[0])
    months = request.GET.get("last", "")
    count = int(months) if months in map(str, LAST) else USUAL
    return view, count, months_ended(count, dates.today())


def period_in_words(view: View, period: Period) -> str:
    """The months; of a stock, its day."""
    if view.is_rate:
        return _("on %s") % long_date(period.last)
    return _("%(first)s to %(last)s") % {"first": long_date(period.first), "last": long_date(period.last)}


@guarded(Perm.NATIONAL_FIGURES)
@require_safe
def national(request: AuthedRequest) -> HttpResponse:
    """One measure as a funnel of all areas, and the numbers behind it. Nobody is ranked."""
    view, months, period = asked_for(request)
    found = compared(view, period)
    how, source = definition(view)
    context = {
        "views": [
            {"url": f"?by={each.slug}&last={months}", "label": each.title, "current": each is view} for each in VIEWS
        ],
        "last": [{"url": f"?by={view.slug}&last={each}", "months": each, "current": each == months} for each in LAST],
        "view": view,
        "months": months,
        "period": period_in_words(view, period),
        "found": found,
        "rows": [list(row) for row in found.table.rows],
        "how": how,
        "source": source,
        "fresh": figures.freshness(period, [view.measure]),
    }
    return render(request, "reviews/national.html", context)


@guarded(Perm.NATIONAL_FIGURES, act=Act.EXPORT)
@require_safe
@again
def national_csv(request: AuthedRequest) -> HttpResponse:
    """The numbers behind the funnel, for a spreadsheet."""
    view, _months, period = asked_for(request)
    found = compared(view, period)
    opening = [(str(view.title), period_in_words(view, period))]
    return attached(csv_of([found.table], opening), CONTENT_TYPE, f"areas-{view.slug}.csv")
