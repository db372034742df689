"""My work."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies import counts
from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from audit.models import Act
from audit.record import record
from disclosures.models.request import answers_for
from disclosures.models.scheme import police_of
from mappa import dates
from offenders.views.record import Link
from reviews import my_work as work
from reviews.passed_up import NOTES, held, passed_up_to

PASSED_UP = gettext_lazy("Late and still open, or nobody’s to do.")


@guarded(Perm.SIGNED_IN, act=Act.LIST)
@require_safe
def my_work(request: AuthedRequest) -> HttpResponse:
    """What needs the person today, worst first; then what climbed to him, and whose work he does besides."""
    user, today = request.user, dates.today()
    page, when = page_number(request.GET.get("page", "")), request.GET.get("when", "")
    when = when if when in set(work.When) else ""
    found = work.work_of(user, today, page, when)
    counts.keep(user, found.to_do_today, today)
    context = {
        "today": today,
        "work": found,
        "tabs": tabs(found, when),
        "links": links(user),
        "next_due": "" if found.total else work.next_due(user, today),
        **turns(page, has_more=found.has_more, when=when),
    }
    if page == 1 and not when:
        passed, others = _passed(user, 1, work.FEW), work.standing_in(user, today)
        context |= {"passed": passed, "standing": others}
        context["tabs"] = [*tabs(found, when), *_besides(passed, others)]
    if not allowed(user, Perm.VIEW_CASE):
        return render(request, "reviews/elsewhere.html", context | {"elsewhere": work.elsewhere(user)})
    context |= {
        "tiles": work.tiles(user, found, today),
        "answers": bool(answers_for(user)),
        "takes_applications": bool(police_of(user)),
    }
    return render(request, "reviews/my_work.html", context)


@guarded(Perm.SIGNED_IN, act=Act.LIST)
@require_safe
def passed_up(request: AuthedRequest) -> HttpResponse:
    """Everything that climbed to the person."""
    page = page_number(request.GET.get("page", ""))
    passed = _passed(request.user, page, work.PAGE)
    context = {
        "title": _("Passed up to you"),
        "intro": PASSED_UP,
        "tasks": passed["tasks"],
        "nothing": _("Nothing late has been passed up to you."),
        "today": dates.today(),
        **turns(page, has_more=passed["has_more"]),
    }
    return render(request, "reviews/tasks.html", context)


@guarded(Perm.SIGNED_IN, act=Act.LIST)
@require_safe
def standing(request: AuthedRequest) -> HttpResponse:
    """All the work of one colleague for whom the person stands in, as far as he sees it."""
    reference, page, today = request.GET.get("row", ""), page_number(request.GET.get("page", "")), dates.today()
    found = work.standing_in(request.user, today, page, reference) if reference else []
    if reference and not found:
        raise Http404
    context: dict[str, Any] = {
        "title": _("Work of colleagues who are away"),
        "tasks": [task for one in found for task in one.work.tasks],
        "nothing": _("You stand in for nobody today.") if not found else _("Nothing of this that you see is due."),
        "today": today,
    }
    for one in found:
        record(
            "stand_in.work_read", act=Act.LIST, by=request.user, about=one.delegation, person=one.delegation.person_id
        )
        context |= {"caption": str(one.delegation.person)} | turns(page, has_more=one.work.has_more, row=reference)
    return render(request, "reviews/tasks.html", context)


def _passed(user: User, page: int, length: int) -> dict[str, Any]:
    """A page of what climbed to him, the worst first, and whether there are more."""
    first = (page - 1) * length
    lines = held(passed_up_to(user), user, dates.today(), first + length + 1)[first:]
    tasks = [work.task(line.kind, line.row, str(NOTES[line.rung]), is_anothers=True) for line in lines[:length]]
    return {"tasks": tasks, "has_more": len(lines) > length}


def _besides(passed: dict[str, Any], others: list[work.Standing]) -> list[dict[str, Any]]:
    """What else stands on the page, below the person's own."""
    found: list[dict[str, Any]] = []
    if number := len(passed["tasks"]):
        count = _("more than %s") % number if passed["has_more"] else number
        found.append({"url": "#passed", "label": _("Passed up to you"), "count": count})
    for one in others:
        label = _("For %s") % one.delegation.person
        found.append({"url": f"#{one.delegation.reference}", "label": label, "count": one.work.total})
    return found


def tabs(found: work.Work, when: str) -> list[dict[str, Any]]:
    """The whole list, and each of its sections."""
    lines: list[dict[str, Any]] = [{"url": "?#tasks", "label": _("All"), "count": found.total, "current": not when}]
    for name in work.When:
        tab = {
            "url": f"?when={name}#tasks",
            "label": work.TITLES[name],
            "count": found.counts[name],
            "current": name == when,
        }
        lines.append(tab)
    return lines


def links(user: User) -> list[Link]:
    """The other pages of the room."""
    found = [Link(reverse("reviews:team"), _("Your team"))] if allowed(user, Perm.TEAM_WORK) else []
    return [
        *found,
        Link(reverse("reviews:away"), _("Standing in while somebody is away")),
        Link(reverse("reviews:messages"), _("How mappa tells you")),
        Link(reverse("reviews:deadlines"), _("What falls due, and when")),
    ]


def turns(page: int, *, has_more: bool, **kept: str) -> dict[str, str]:
    """The addresses of the pages before and after."""
    there = {name: value for name, value in kept.items() if value}
    before, after = (f"?{urlencode({**there, 'page': str(number)})}#tasks" for number in (page - 1, page + 1))
    return {"previous": before if page > 1 else "", "next": after if has_more else ""}


def page_number(typed: str) -> int:
    """A page from the address; anything else is the first."""
    number = int(typed[:4]) if typed.isascii() and typed.isdigit() else 1
    return max(number, 1)
