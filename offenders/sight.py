"""Who can see a case, in words: the deciding query (offenders/visibility.py) read from the other side."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import EMERGENCY, GRANTS, Perm, allowed
from agencies.models import Agency, User
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from offenders.models import EmergencyAccess, Offender
from offenders.models.characteristic import sees_restricted
from offenders.models.grant import Basis
from offenders.models.note import is_of_the_authority
from offenders.models.patient import sees_patients
from offenders.models.purpose import Purpose
from offenders.visibility import Sight, scope_of, who_sees

# How far back, and how many, of the reasons that people gave for opening the case.
DAYS_OF_PURPOSES, PURPOSES_SHOWN = timedelta(days=28), 25


def table(offender: Offender, user: User) -> dict[str, Any]:
    """Agencies with what gives them the case, until when, to how many people; and how many see it in all."""
    sights, kept_out = who_sees(offender)
    agencies = Agency.objects.in_bulk({sight.agency for sight in sights})
    named = User.objects.in_bulk({person for sight in sights if sight.rule == "named" for person in sight.people})
    mine = {sight.agency for sight in sights if user.pk in sight.people}
    words = _words_of(offender, sights, named)
    rows = [
        {
            "agency": agencies[sight.agency].name,
            "why": words.why(sight),
            "until": words.until(sight),
            "people": len(sight.people),
            "mine": sight.agency in mine,
        }
        for sight in sights
    ]
    return {
        "rows": sorted(rows, key=lambda row: (row["agency"], row["why"])),
        "total": _people(len({person for sight in sights for person in sight.people})),
        "kept_out": _kept_out(kept_out),
        "mine": [words.why(sight) for sight in sights if user.pk in sight.people],
    }


@dataclass(frozen=True)
class Compartment:
    """A part of the record that is for some only: whether it is open to a reader, and by what."""

    name: str
    is_open: bool
    why: str


# What rooms above know to be for some only: they put theirs here when they are ready.
COMPARTMENTS: list[Callable[[Offender, User], Compartment]] = []


def mine(offender: Offender, user: User) -> dict[str, Any]:
    """Why the reader sees the case, compartment by compartment, and what he may do: asked of the rules that decide it."""
    sights = [sight for sight in who_sees(offender)[0] if user.pk in sight.people]
    agencies = Agency.objects.in_bulk({sight.agency for sight in sights})
    words, parts = _words_of(offender, sights, {user.pk: user}), offender.parts()
    return {
        "rows": [(words.why(sight), agencies[sight.agency].name, words.until(sight)) for sight in sights],
        "purpose": _purpose(offender, user),
        "compartments": [part(offender, user) for part in (_authority, _restricted, _health, _victims, *COMPARTMENTS)],
        "may": [str(perm) for perm in GRANTS if perm is not Perm.VIEW_CASE and allowed(user, perm, on=parts)],
        "emergency": offender.pk in scope_of(user).emergency,
    }


def _purpose(offender: Offender, user: User) -> str:
    """The part that is his purpose, or what he said today; nothing while he has not been asked."""
    name = offender.why(user).name
    return str(dict(Purpose.Code.choices).get(name, "" if name == EMERGENCY else name))


def _of_whom(readers: str) -> str:
    return _("It is for %s.") % readers


def _authority(offender: Offender, user: User) -> Compartment:
    is_open = is_of_the_authority(user, offender)
    readers = _("police, probation and prison of the area, and such an agency that leads the case")
    return Compartment(_("Notes and documents for the Responsible Authority"), is_open, _of_whom(readers))


def _restricted(offender: Offender, user: User) -> Compartment:
    is_open = sees_restricted(user, offender)
    readers = _("the Responsible Authority of the area and the lead agency")
    return Compartment(_("Sensitive characteristics and plans being written"), is_open, _of_whom(readers))


def _health(offender: Offender, user: User) -> Compartment:
    is_open = sees_patients(user, offender)
    readers = _("the Responsible Authority of the area, the lead agency and NHS agencies on the case")
    return Compartment(_("Detention in hospital"), is_open, _of_whom(readers))


def _victims(offender: Offender, user: User) -> Compartment:
    is_open = allowed(user, Perm.VIEW_VICTIMS, on=offender)
    readers = _("victim liaison officers with a part in the case, and the coordinators and chairs of the area")
    return Compartment(_("Victims and people at risk"), is_open, _of_whom(readers))


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


@dataclass(frozen=True)
class _Words:
    """What each line of the deciding query is called, on a case."""

    offender: Offender
    named: dict[int, User]
    emergencies: dict[str, EmergencyAccess]

    def why(self, sight: Sight) -> str:
        if sight.rule == "area":
            return _("Responsible Authority of %s") % self.offender.area.name
        if sight.rule == "emergency":
            return _("Emergency access, to read")
        if sight.rule == "granted":
            return str(Basis(sight.basis).label)
        names = ", ".join(sorted(self.named[person].name for person in sight.people if person in self.named))
        return _("Named on the case: %s") % names

    def until(self, sight: Sight) -> str:
        if row := self.emergencies.get(sight.basis):
            return _("Today at %s") % clock(row.expires_at)
        return long_date(sight.until) if sight.until else _("No end")


def _words_of(offender: Offender, sights: list[Sight], named: dict[int, User]) -> _Words:
    said = [sight.basis for sight in sights if sight.rule == "emergency"]
    rows = list(EmergencyAccess.objects.about(offender).filter(reference__in=said)) if said else []
    return _Words(offender, named, {row.reference: row for row in rows})
