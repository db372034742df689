"""Who can see a case, in words: the deciding query (offenders/visibility.py) read from the other side."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, User
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from offenders.models.grant import Basis
from offenders.visibility import Sight, who_sees


def table(offender: Offender, user: User) -> dict[str, Any]:
    """Agencies with what gives them the case, until when, to how many people; and how many see it in all."""
    sights, kept_out = who_sees(offender)
    agencies = Agency.objects.in_bulk({sight.agency for sight in sights})
    named = User.objects.in_bulk({person for sight in sights if sight.rule == "named" for person in sight.people})
    mine = {sight.agency for sight in sights if user.pk in sight.people}
    rows = [
        {
            "agency": agencies[sight.agency].name,
            "why": _why(sight, offender, named),
            "until": long_date(sight.until) if sight.until else _("No end"),
            "people": len(sight.people),
            "mine": sight.agency in mine,
        }
        for sight in sights
    ]
    return {
        "rows": sorted(rows, key=lambda row: (row["agency"], row["why"])),
        "total": _people(len({person for sight in sights for person in sight.people})),
        "kept_out": _kept_out(kept_out),
        "mine": [_why(sight, offender, named) for sight in sights if user.pk in sight.people],
    }


def _people(number: int) -> str:
    return ngettext("%(n)s person can see this case.", "%(n)s people can see this case.", number) % {"n": number}


def _kept_out(number: int) -> str:
    if not number:
        return ""
    words = ngettext("%(n)s person is excluded from it.", "%(n)s people are excluded from it.", number)
    return words % {"n": number}


def _why(sight: Sight, offender: Offender, named: dict[int, User]) -> str:
    if sight.rule == "area":
        return _("Responsible Authority of %s") % offender.area.name
    basis = str(Basis(sight.basis).label)
    if sight.rule == "granted":
        return basis
    names = ", ".join(sorted(named[person].name for person in sight.people))
    return _("Named on the case: %s") % names
