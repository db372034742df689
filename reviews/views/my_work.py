"""My work."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from disclosures.models.request import answers_for
from disclosures.models.scheme import police_of
from mappa import dates
from reviews import my_work as work


@guarded(Perm.SIGNED_IN)
@require_safe
def my_work(request: AuthedRequest) -> HttpResponse:
    """What needs the person today, worst first."""
    today = dates.today()
    page = page_number(request.GET.get("page", ""))
    if not allowed(request.user, Perm.VIEW_CASE):
        tasks = work.work_of(request.user, today, page).tasks
        context = {"elsewhere": work.elsewhere(request.user), "tasks": tasks, "today": today}
        return render(request, "reviews/elsewhere.html", context)
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
