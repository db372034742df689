"""Acts of the access log in words, as one reader may read them: who, for which agency, what, when, from where and why.

A log shows no more of a case than its reference, and that only of a case which the reader sees; whoever answers for how the
record is used reads every reference, and nothing else. What was done in a compartment is told to those who may open it in that
case; to others neither who it was, what he did nor in which case, which would tell of it as well.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q, QuerySet
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
from offenders.visibility import in_emergency_alone

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


def lines_of(events: Iterable[AccessEvent], reader: User) -> list[Line]:
    """Acts as the reader may read them: people, agencies and references in one question each."""
    rows = list(events)
    people = User.objects.in_bulk({row.actor_id for row in rows if row.actor_id})
    agencies = Agency.objects.in_bulk({row.agency_id for row in rows if row.agency_id})
    cases = references({row.case_id for row in rows if row.case_id}, reader)
    seen = _seen({row.case_id for row in rows if row.case_id}, reader)
    shut, open_cases = _shut(reader), {pk for pk, case in seen.items() if _sees_victims(reader, case)}
    # Whoever answers for the use of the record is told who it was: he finds misuse by it, and reads nothing of the case.
    with_whom = bool(areas_granting(reader, Perm.REVIEW_ACCESS))
    return [
        _line(row, people, agencies, cases, seen, closed=_closed_to(reader, row, shut, open_cases), with_whom=with_whom)
        for row in rows
    ]


def references(cases: Iterable[int], reader: User) -> dict[int, str]:
    """The references of cases that the reader may know of, by key."""
    wanted = set(cases)
    if areas_granting(reader, Perm.REVIEW_ACCESS):
        return Offender.objects.references_of(wanted, to=reader)
    return {pk: case.reference for pk, case in _seen(wanted, reader).items()}


def _seen(cases: Iterable[int], reader: User) -> dict[int, Offender]:
    wanted = set(cases)
    if not wanted:
        return {}
    rows = Offender.objects.visible_to(reader).only("pk", "reference", "area", "lead_agency")
    return rows.order_by().in_bulk(wanted)


def _shut(reader: User) -> frozenset[str]:
    """The tables of which this reader is told no more than that something was done, whichever the case."""
    return frozenset() if police_of(reader) else OF_THE_POLICE


def _sees_victims(reader: User, case: Offender) -> bool:
    shut = partial(in_emergency_alone, case.pk)
    return allowed(reader, Perm.VIEW_VICTIMS, on=Parts(area=case.area_id, lead=case.lead_agency_id, in_emergency=shut))


def _closed_to(reader: User, event: AccessEvent, shut: frozenset[str], open_cases: Collection[int]) -> bool:
    """Is it about a compartment which is shut to the reader? What somebody did himself is told to him.

    Pages of a compartment bear its name, and are about the case.
    """
    if event.actor_id == reader.pk:
        return False
    of_victims = event.kind in OF_VICTIMS or "victim" in event.event
    of_police = event.kind in OF_THE_POLICE or "scheme" in event.event
    return (of_victims and event.case_id not in open_cases) or (of_police and bool(shut))


def without_closed(events: QuerySet[AccessEvent], reader: User, case: Offender) -> QuerySet[AccessEvent]:
    """Of the acts about one case those that are told in full: a filter by who or what would tell of the others."""
    closed = Q(pk__in=[])
    if not _sees_victims(reader, case):
        closed |= Q(kind__in=OF_VICTIMS) | Q(event__contains="victim")
    if _shut(reader):
        closed |= Q(kind__in=OF_THE_POLICE) | Q(event__contains="scheme")
    return events.filter(~closed | Q(actor_id=reader.pk))


def _line(
    row: AccessEvent,
    people: Mapping[int, User],
    agencies: Mapping[int, Agency],
    cases: Mapping[int, str],
    seen: Collection[int],
    *,
    closed: bool,
    with_whom: bool,
) -> Line:
    actor, silent = people.get(row.actor_id or 0), closed and not with_whom
    reference = cases.get(row.case_id or 0, "")
    return Line(
        at=row.at,
        who=_("Not shown") if silent else _who(row, actor),
        agency=agencies[row.agency_id].name if row.agency_id and not silent else "",
        act="" if silent else row.get_act_display(),
        what=str(CLOSED) if closed else what_words(row.event),
        # In the log of a person it is known who did it: then the case is what is left out.
        case="" if silent else reference or _unknown(row, closed=closed),
        url=reverse("offenders:overview", args=[reference]) if row.case_id in seen and not silent else "",
        purpose="" if silent else purpose_words(row.purpose),
        place="" if silent else row.ip or "",
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
