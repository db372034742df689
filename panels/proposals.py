"""Which agencies should come for one person, and why: from what the record has of their part in the case.

docs/panels/agenda.md says the rules in plain words.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple, TypedDict

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, User
from assessments.models import Measure
from mappa import dates
from mappa.guard import GuardedQuerySet
from mappa.templatetags.mappa import long_date
from offenders import grants
from offenders.models import (
    Address,
    Flag,
    Immigration,
    Licence,
    Monitoring,
    NotificationRequirement,
    Offender,
    OffenderGroupObjectPermission,
    Patient,
    PremisesPlace,
    Transition,
)
from offenders.models.grant import Basis, in_force
from panels.models import AgendaItem, Invitation, Meeting, Seat

Place = Offender.Whereabouts


class Proposal(NamedTuple):
    """An agency that can be invited: why it should be, and whether the invitation would let it see the case at all."""

    agency: Agency
    reasons: list[str]
    gains_access: bool


def proposals_for(item: AgendaItem, agencies: Sequence[Agency], user: User) -> list[Proposal]:
    """Each of these agencies, with the reasons for which it is proposed; without any it is not."""
    found: dict[int, list[str]] = {agency.pk: [] for agency in agencies}
    core = core_of(item.meeting)
    by_kind = list(_by_kind(item.offender, user))
    for agency in agencies:
        found[agency.pk] += _standing(agency, item, core)
        if agency.area_id == item.meeting.area_id:
            found[agency.pk] += [words for code, words in by_kind if code == agency.kind.code]
    granted = _granted(item.offender)
    for agency in agencies:
        shown = sorted({basis for basis in granted.get(agency.group_id, ()) if basis != Basis.INVITED})
        found[agency.pk] += [_("On the case: %s") % Basis(basis).label.lower() for basis in shown]
    for agency_id, words in [*_measures(item.offender, user), *_last_time(item, user)]:
        if agency_id in found:
            found[agency_id].append(words)
    return [
        Proposal(agency, found[agency.pk], not (agency.group_id in granted or _sees(agency, item.offender)))
        for agency in agencies
    ]


def core_of(meeting: Meeting) -> frozenset[int]:
    """The agencies that are core members of the meeting's panel."""
    return frozenset(Seat.objects.of_meeting(meeting).order_by().values_list("agency", flat=True))


def _standing(agency: Agency, item: AgendaItem, core: frozenset[int]) -> Iterator[str]:
    """What an agency is to every case: lead, or core of the meetings."""
    if agency.pk == item.offender.lead_agency_id:
        yield _("Leads the case")
    if agency.is_responsible_authority and agency.area_id == item.meeting.area_id:
        yield _("Responsible Authority")
    if agency.pk in core:
        yield _("Core member of the panel")


def _sees(agency: Agency, offender: Offender) -> bool:
    return agency.pk == offender.lead_agency_id or grants.sees_by_area(agency, offender)


def _granted(offender: Offender) -> dict[int, list[str]]:
    """The bases on which each group sees the case today."""
    rows = OffenderGroupObjectPermission.objects.about(offender).filter(in_force(dates.today()))
    found: dict[int, list[str]] = {}
    for group, basis in rows.values_list("group", "basis"):
        found.setdefault(group, []).append(basis)
    return found


def _measures(offender: Offender, user: User) -> Iterator[tuple[int, str]]:
    rows = Measure.objects.visible_to(user).to_do().filter(offender=offender).order_by()
    for agency, count in rows.values("agency").annotate(count=Count("pk")).values_list("agency", "count"):
        words = ngettext(
            "%(count)s measure in the risk management plan", "%(count)s measures in the risk management plan", count
        )
        yield agency, words % {"count": count}


def _last_time(item: AgendaItem, user: User) -> Iterator[tuple[int, str]]:
    earlier = AgendaItem.objects.visible_to(user).filter(
        offender=item.offender_id, meeting__starts_at__lt=item.meeting.starts_at
    )
    last = earlier.select_related("meeting").order_by("-meeting__starts_at", "-pk").first()
    if last is not None:
        words = _("Invited last time, on %s") % long_date(last.meeting.held_on)
        for agency in Invitation.objects.of_item(last).order_by().values_list("agency", flat=True):
            yield agency, words


def _by_kind(offender: Offender, user: User) -> Iterator[tuple[str, str]]:
    """What the record has that concerns a kind of agency: its code, and the reason."""
    today = dates.today()
    if offender.whereabouts == Place.CUSTODY:
        yield "prison", _("In custody")
    if offender.whereabouts == Place.HOSPITAL:
        yield "nhs-trust", _("In hospital")
    if offender.whereabouts == Place.DETENTION:
        yield "immigration", _("In immigration detention")
    # Of a compartment, such as health, only what this reader may read gives a reason.
    facts: tuple[tuple[str, GuardedQuerySet[Any], str], ...] = (
        ("probation", Licence.objects.visible_to(user).standing(), _("Supervises a licence")),
        ("probation", PremisesPlace.objects.visible_to(user).standing(), _("Place in approved premises")),
        ("electronic-monitoring", Monitoring.objects.visible_to(user).standing(), _("A tag is fitted")),
        ("police", NotificationRequirement.objects.visible_to(user).in_force(today), _("Notification requirements")),
        ("social-services", _flagged(user, "risk-to-children"), _("Flag: risk to children")),
        ("nhs-trust", Patient.objects.visible_to(user).in_force(today), _("Patient under the Mental Health Act")),
        ("immigration", _foreign(user), _("Immigration record")),
        ("yot", Transition.objects.visible_to(user).in_force(today), _("Moves from youth to adult services")),
        ("housing", Address.objects.visible_to(user).in_force(today).filter(kind="no_fixed"), _("No fixed abode")),
    )
    for code, rows, words in facts:
        if rows.filter(offender=offender).exists():
            yield code, words


def _foreign(user: User) -> GuardedQuerySet[Any]:
    return Immigration.objects.visible_to(user).in_force(dates.today()).exclude(status=Immigration.Status.CITIZEN)


def _flagged(user: User, code: str) -> GuardedQuerySet[Any]:
    return Flag.objects.visible_to(user).open().filter(kind__code=code)


class Choice(TypedDict):
    """An agency as the page offers it."""

    pk: int
    name: str
    gains_access: bool
    reasons: str
    ticked: bool


class Kind(TypedDict):
    """The agencies of a kind."""

    kind: str
    agencies: list[Choice]


def by_kind(proposals: Sequence[Proposal], ticked: set[int]) -> list[Kind]:
    """The agencies under their kinds, each with why it should come and what inviting it gives."""
    found: list[Kind] = []
    for name, rows in groupby(proposals, key=lambda proposal: str(proposal.agency.kind.name)):
        agencies = [
            Choice(
                pk=row.agency.pk,
                name=row.agency.name,
                gains_access=row.gains_access,
                reasons=". ".join(row.reasons),
                ticked=row.agency.pk in ticked,
            )
            for row in rows
        ]
        found.append(Kind(kind=name, agencies=agencies))
    return found
