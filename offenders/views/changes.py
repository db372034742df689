"""The page of what was changed in a record."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from audit.models import Act
from offenders.changes import Told, changes_of
from offenders.models import Offender
from offenders.views.record import Card, Line, Part, show

COLOURS = {"Added": "green", "Changed": "blue", "Removed": "red"}


@guarded(Perm.EDIT_CASE, Offender, act=Act.LIST)
@require_safe
def changes(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What was added, changed and removed, newest first: old and new, who and when. For those who keep the record."""
    place = request.GET.get("from", "")
    told, older = changes_of(offender, request.user, place)
    part = Part(
        slug="changes-made",
        title=_("Newest first"),
        cards=[_card(change) for change in told],
        empty=_("Nothing on this page is yours to see.") if place or older else _("Nothing was changed yet."),
    )
    return show(
        request,
        offender,
        "changes",
        title=_("Changes"),
        parts=[part],
        intro=_("Kept by the database itself, and never changed. What you may not open is left out here too."),
        next=f"{request.path}?{urlencode({'from': older})}" if older else "",
        newest=request.path if place else "",
    )


def _card(change: Told) -> Card:
    lines = [Line(_("When"), change.when), Line(_("Who"), change.who)]
    return Card(
        title=change.title,
        lines=lines + [Line(label, words) for label, words in change.fields],
        tag=change.operation,
        colour=COLOURS.get(change.operation, "grey"),
    )
