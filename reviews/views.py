"""My work and the board."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from disclosures.models.request import answers_for
from disclosures.models.scheme import police_of
from mappa import dates
from reviews import board as boards
from reviews import my_work as work
from reviews.board_page import sections, tiles
from reviews.board_questions import questions
from reviews.board_words import period_words
from reviews.forms import PeriodForm, last_months
from reviews.models import BoardMeeting
from reviews.performance import Period

LAST = (3, 6, 12)
USUAL_MONTHS = 6


@guarded(Perm.SIGNED_IN)
@require_safe
def my_work(request: AuthedRequest) -> HttpResponse:
    """What needs the person today, worst first."""
    today = dates.today()
    if not allowed(request.user, Perm.VIEW_CASE):
        return render(request, "reviews/elsewhere.html", {"elsewhere": work.elsewhere(request.user)})
    page = page_number(request.GET.get("page", ""))
    found = work.work_of(request.user, today, page)
    context = {
        "today": today,
        "work": found,
        "tiles": work.tiles(request.user, found, today),
        "previous": f"?page={page - 1}#tasks" if page > 1 else "",
        "next": f"?page={page + 1}#tasks" if found.has_more else "",
        "page_length": work.PAGE,
        "answers": bool(answers_for(request.user)),
        "takes_applications": bool(police_of(request.user)),
    }
    return render(request, "reviews/my_work.html", context)


def page_number(typed: str) -> int:
    """A page from the address; anything else is the first."""
    number = int(typed[:4]) if typed.isascii() and typed.isdigit() else 1
    return min(max(number, 1), work.LAST_PAGE)


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
        "meetings": BoardMeeting.objects.filter(board__area=area, starts_at__gte=timezone.now()).select_related(
            "board"
        )[:3],
    }
    return render(request, "reviews/board.html", context)


def as_typed(period: Period) -> dict[str, str]:
    """A period as the form's two boxes hold it."""
    return {"since": f"{period.first:%Y-%m}", "until": f"{period.last:%Y-%m}"}
