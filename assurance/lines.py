"""Acts of the access log in words, as one reader may read them: who, for which agency, what, when, from where and why.

A log shows no more of a case than its reference, and that only of a case which the reader sees; whoever answers for how the
record is used reads every reference, and nothing else. What was done in a compartment is told to those who may open it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Parts, Perm, allowed, areas_granting
from agencies.models import Agency, User
from assurance.access_log import DENIED
from audit.models import AccessEvent
from disclosures.models.scheme import police_of
from mappa.templatetags.mappa import clock, long_date
from offenders.models import Offender
from offenders.models.purpose import Purpose

# Rows of the victims' compartment, and what the police are asked by the public, by the names of their tables.
OF_VICTIMS = frozenset(
    f"offenders.{name}" for name in ("ContactScheme", "EarlierVictim", "Victim", "VictimContact", "VictimRequest")
)
OF_THE_POLICE = frozenset({"disclosures.SchemeApplication", "disclosures.SchemeEntry"})
CLOSED = gettext_lazy("A restricted part of the record")
# Why somebody opened it, where that is not said but recorded (offenders/models/purpose.py).
PURPOSES: Mapping[str, str] = {code.value: str(code.label) for code in Purpose.Code}


@dataclass(frozen=True)
class Line:
    """One act in words; `url` leads to the case for whoever sees it."""

    at: datetime
    who: str
    agency: str
    act: str
    what: str
    case: str
    url: str
    purpose: str
    place: str
    request_id: str
    is_denied: bool

    @property
    def when(self) -> str:
        at = timezone.localtime(self.at)
        return f"{long_date(at)}, {clock(at)}"


def lines_of(events: Iterable[AccessEvent], reader: User, *, about: Offender | None = None) -> list[Line]:
    """Acts as the reader may read them: people, agencies and references in one question each.

    `about` is the case of which they all are, where they are of one.
    """
    rows = list(events)
    people = User.objects.in_bulk({row.actor_id for row in rows if row.actor_id})
    agencies = Agency.objects.in_bulk({row.agency_id for row in rows if row.agency_id})
    cases = references({row.case_id for row in rows if row.case_id}, reader)
    seen = _seen({row.case_id for row in rows if row.case_id}, reader)
    shut = _shut(reader, about)
    return [_line(row, people, agencies, cases, seen, _closed_to(reader, row, shut)) for row in rows]


def references(cases: Iterable[int], reader: User) -> dict[int, str]:
    """The references of cases that the reader may know of, by key."""
    wanted = set(cases)
    if areas_granting(reader, Perm.REVIEW_ACCESS):
        return Offender.objects.references_of(wanted)
    return _seen(wanted, reader)


def _seen(cases: Iterable[int], reader: User) -> dict[int, str]:
    wanted = set(cases)
    if not wanted:
        return {}
    rows = Offender.objects.visible_to(reader).filter(pk__in=wanted).order_by()
    return dict(rows.values_list("pk", "reference"))


def _shut(reader: User, about: Offender | None) -> frozenset[str]:
    """The tables of which this reader is told no more than that something was done."""
    on = Parts(area=about.area_id, lead=about.lead_agency_id) if about else None
    shut = frozenset[str]() if allowed(reader, Perm.VIEW_VICTIMS, on=on) else OF_VICTIMS
    return shut if police_of(reader) else shut | OF_THE_POLICE


def _closed_to(reader: User, event: AccessEvent, shut: frozenset[str]) -> bool:
    """What somebody did himself is told to him."""
    return event.actor_id != reader.pk and is_closed(event, shut)


def is_closed(event: AccessEvent, shut: frozenset[str]) -> bool:
    """Is it about a compartment which is shut to the reader? Pages of one bear its name, and are about the case."""
    if event.kind in shut:
        return True
    return (shut >= OF_VICTIMS and "victim" in event.event) or (shut >= OF_THE_POLICE and "scheme" in event.event)


def _line(
    row: AccessEvent,
    people: Mapping[int, User],
    agencies: Mapping[int, Agency],
    cases: Mapping[int, str],
    seen: Mapping[int, str],
    closed: bool,  # noqa: FBT001
) -> Line:
    actor = people.get(row.actor_id or 0)
    reference = cases.get(row.case_id or 0, "")
    return Line(
        at=row.at,
        who=_who(row, actor),
        agency=agencies[row.agency_id].name if row.agency_id else "",
        act=row.get_act_display(),
        what=str(CLOSED) if closed else what_words(row.event),
        case=reference or _unknown(row, closed=closed),
        url=reverse("offenders:overview", args=[reference]) if row.case_id in seen else "",
        purpose=purpose_words(row.purpose),
        place=row.ip or "",
        request_id=row.request_id,
        is_denied=row.outcome == DENIED,
    )


def _who(row: AccessEvent, actor: User | None) -> str:
    if actor is None:
        return _("Nobody signed in") if row.actor_id is None else _("Somebody no longer kept")
    return _("mappa itself") if actor.is_system else actor.name


def _unknown(row: AccessEvent, *, closed: bool) -> str:
    """Of no case; of one that the reader does not see; or a reference that was tried and refused, as it was typed."""
    if row.case_id:
        return _("A case that you do not see")
    return row.reference if row.outcome == DENIED and not closed else ""


def what_words(event: str) -> str:
    """ "offenders.case_notes.opened" is the page "Case notes", "case.restricted" is "Case restricted"."""
    parts = event.split(".")
    said = parts[1] if len(parts) == 3 and parts[2] in {"opened", "sent"} else " ".join(parts)
    return said.replace("_", " ").capitalize()


def purpose_words(purpose: str) -> str:
    """What was said, or the part in the case by which nothing had to be said."""
    return PURPOSES.get(purpose, purpose.capitalize())
