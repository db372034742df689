"""Why am I seeing this: of one deadline, whose it is and by which rule, when it is due and what ends it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import User
from agencies.telling import choice_of
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.views.record import Line
from reviews.deadlines import BY_SLUG, Kind
from reviews.my_work import task
from reviews.why import Because, climbs_of, reminders_of, sources_of, why_shown


@guarded(Perm.SIGNED_IN)
@require_safe
def why(request: AuthedRequest) -> HttpResponse:
    """Of what is not shown to the person, nothing is said: it may not exist."""
    today, slug, reference = dates.today(), request.GET.get("kind", ""), request.GET.get("row", "")
    if not slug:
        return redirect("reviews:my_work")
    kind = BY_SLUG.get(slug)
    found = why_shown(kind, reference, request.user, today) if kind else None
    if kind is None or found is None:
        raise Http404
    record("deadline.explained", act=Act.VIEW, by=request.user, about=found.row, deadline=kind.slug)
    climbs = climbs_of(kind, found.row, today)
    lines = [
        Line(_("Why you"), "\n".join(found.reasons)),
        Line(_("Due"), long_date(kind.due_on(found.row))),
        Line(_("Where the day comes from"), "\n".join(sources_of(kind, found.row, today))),
        Line(_("What ends it"), str(kind.done)),
        Line(_("You are reminded"), _reminded(kind, found, request.user)),
        Line(_("If it is late, it is passed to"), "\n".join(climbs) or _("Nobody: it is yours alone.")),
    ]
    about = task(kind, found.row, is_anothers=found.is_passed_up)
    return render(request, "reviews/why.html", {"task": about, "lines": lines, "today": today})


def _reminded(kind: Kind, found: Because, user: User) -> str:
    if found.is_passed_up:
        return _("Once, when it was passed up to you.")
    stages = reminders_of(kind, found.row, found.of, dates.today(), early=choice_of(user).early)
    return "\n".join(stages) or _("Never by mail: it stands in My work.")
