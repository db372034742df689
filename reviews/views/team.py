"""What falls due of a team, for whoever manages it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.teams import managed_by
from audit.models import Act
from audit.record import record
from mappa import dates
from offenders.views.record import Link
from reviews import team as teams
from reviews.views.my_work import page_number, turns


@guarded(Perm.TEAM_WORK, act=Act.LIST)
@require_safe
def team(request: AuthedRequest) -> HttpResponse:
    """Each colleague in numbers: overdue, today, this week, later, and how late the oldest is."""
    today, page, agencies = dates.today(), page_number(request.GET.get("page", "")), managed_by(request.user)
    which = min(page_number(request.GET.get("team", "")), len(agencies))
    agency = agencies[which - 1]
    members, has_more = teams.team_of(agency, request.user, today, page)
    tabs = [
        {"url": f"?team={number}", "label": each.name, "current": number == which}
        for number, each in enumerate(agencies, start=1)
    ]
    context = {
        "agency": agency,
        "members": members,
        "tabs": tabs if len(tabs) > 1 else [],
        **turns(page, has_more=has_more, team=str(which)),
    }
    return render(request, "reviews/team.html", context)


@guarded(Perm.TEAM_WORK, act=Act.LIST)
@require_safe
def team_member(request: AuthedRequest) -> HttpResponse:
    """One colleague's list, of what the manager sees by himself. That it was read is recorded with whose it is."""
    if not (token := request.GET.get("who")):
        return redirect("reviews:team")
    user, today, page = request.user, dates.today(), page_number(request.GET.get("page", ""))
    person = teams.member_named(token, managed_by(user), user, today)
    if person is None:
        raise Http404
    record("team.colleague_read", act=Act.LIST, by=user, colleague=person.pk)
    found = teams.work_of_member(person, user, today, page)
    context = {
        "title": _("Tasks of a colleague"),
        "caption": str(person),
        "intro": _("What you may see of them by yourself, in the next 4 weeks."),
        "tasks": [{**task, "why_url": ""} for task in found.tasks],
        "nothing": _("Nothing that you may see is due in the next 4 weeks."),
        "today": today,
        "back": Link(reverse("reviews:team"), _("Your team")),
        **turns(page, has_more=found.has_more, who=token),
    }
    return render(request, "reviews/tasks.html", context)
