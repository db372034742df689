"""The board's page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from mappa import dates
from reviews import board as boards
from reviews.board_page import sections, tiles
from reviews.board_questions import questions
from reviews.board_words import period_words
from reviews.forms import PeriodForm, last_months
from reviews.models import BoardMeeting
from reviews.performance import Period

LAST = (3, 6, 12)
USUAL_MONTHS = 6


@guarded(Perm.VIEW_BOARD)
@require_safe
def board(request: AuthedRequest) -> HttpResponse:
    """How an area is doing: figures of all its cases, and none of them."""
    today = dates.today()
    area = boards.area_asked_for(request.user, request.GET.get("area", ""))
    plain = not boards.reads_all(request.user, area)
    asked = {"since", "until"} & request.GET.keys()
    form = PeriodForm(request.GET if asked else None, on=today)
    months = request.GET.get("last", "")
    period = last_months(int(months) if months in map(str, LAST) else USUAL_MONTHS, today)
    if asked and form.is_valid():
        period = form.period()
    found = boards.figures(area, period, today)
    context = {
        "area": area,
        "areas": boards.areas_of(request.user),
        "form": form if asked else PeriodForm(on=today, initial=as_typed(period)),
        "last": LAST,
        "period": period_words(period),
        "plain": plain,
        "tiles": tiles(found, plain=plain),
        "sections": sections(found, plain=plain),
        "questions": questions(found) if plain else [],
        "meetings": BoardMeeting.objects.visible_to(request.user).coming().filter(board__area=area)[:3],
    }
    return render(request, "reviews/board.html", context)


def as_typed(period: Period) -> dict[str, str]:
    """A period as the form's two boxes hold it."""
    return {"since": f"{period.first:%Y-%m}", "until": f"{period.last:%Y-%m}"}
