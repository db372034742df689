"""Who can see a case, in words: the deciding query (offenders/visibility.py) read from the other side."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, User
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from offenders.models.grant import Basis
from offenders.visibility import Sight, who_sees

# How far back, and how many, of the reasons that people gave for opening the case.
DAYS_OF_PURPOSES, PURPOSES_SHOWN = timedelta(days=28), 25


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


def for_sharers(offender: Offender, user: User) -> dict[str, Any]:
    """What those who may share the case see besides: who is excluded and why, and what they may change."""
    excluded = list(offender.exclusions.visible_to(user).filter(ended_on__isnull=True).select_related("user"))
    stated = offender.purposes.visible_to(user).filter(on__gte=dates.today() - DAYS_OF_PURPOSES).select_related("user")
    return {
        "excluded": [(row.user.name, row.reason, long_date(row.made_at)) for row in excluded],
        "stated": [
            (row.user.name, row.words or row.get_purpose_display(), long_date(row.on))
            for row in stated[:PURPOSES_SHOWN]
        ],
        "links": _links(offender, excluded=bool(excluded)),
    }


def _links(offender: Offender, *, excluded: bool) -> list[dict[str, str]]:
    """What can be changed now, in the order in which it is mostly wanted."""
    lines = (
        ("name_lead_officer", _("Name the lead officer"), True),
        ("transfer", _("Transfer the case"), True),
        ("share_with", _("Share with an agency"), not offender.restricted),
        ("end_share", _("Stop sharing with an agency"), not offender.restricted),
        ("name_person", _("Name a person on the case"), True),
        ("end_naming", _("Stop naming a person"), True),
        ("exclude", _("Exclude a person"), True),
        ("end_exclusion", _("End an exclusion"), excluded),
        ("restrict", _("Restrict the case"), not offender.restricted),
        ("lift_restriction", _("Lift the restriction"), offender.restricted),
    )
    return [
        {"url": reverse(f"offenders:{route}", args=[offender.reference]), "label": label}
        for route, label, wanted in lines
        if wanted
    ]


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
