"""What a row asks for, in the terms of the verbs; or every reason why nobody can tell."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.models import Agency, Area, User
from mappa import dates
from mappa.forms import FIRST_YEAR, YEARS_AHEAD
from offenders.actions.transfer import officers_of
from offenders.forms.cases import places_of_registration
from offenders.imports.columns import BY_NAME, REQUIRED
from offenders.imports.reading import Reason
from offenders.imports.strings import Status, in_fields, normalise, together
from offenders.law.identifiers import BadIdentifierError, canonical
from offenders.models import Conviction, Disposal, Offence, Offender, WhereaboutsPeriod

NUMBERS = ("crn", "pnc", "noms", "cro")
Move = WhereaboutsPeriod.Move
# Where a source says that the person is now, and the move by which mappa records it.
_MOVES = {
    Offender.Whereabouts.CUSTODY: Move.RECEPTION,
    Offender.Whereabouts.HOSPITAL: Move.ADMISSION,
    Offender.Whereabouts.DETENTION: Move.DETENTION,
    Offender.Whereabouts.ABROAD: Move.ABROAD,
    Offender.Whereabouts.ABSCONDED: Move.ABSCOND,
    Offender.Whereabouts.DECEASED: Move.DEATH,
}
_ISO, _BRITISH = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII),
    re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII),
)
PLACE = "whereabouts_place"
LENGTHS = ("term_years", "term_months", "term_days")
# Only in a row with a conviction, and then these two at least.
NEEDED = ("dealt_with_on", "disposal")
OF_A_CONVICTION = (*NEEDED, "outcome", "court", *LENGTHS, "licence_ends_on")


class RefusedRowError(Exception):
    """A row waits for a person, for these reasons."""

    def __init__(self, reasons: list[Reason]) -> None:
        self.reasons = reasons
        super().__init__(", ".join(reason.code for reason in reasons))


@dataclass(frozen=True)
class Places:
    """The areas, agencies, officers and offences that rows name, read once; `leaders` only where the user may register."""

    areas: dict[str, Area]
    leaders: dict[tuple[int, str], list[Agency]]
    officers: dict[tuple[int, str], User]
    offences: dict[str, Offence]

    @classmethod
    def of(cls, user: User) -> "Places":
        leaders: dict[tuple[int, str], list[Agency]] = {}
        officers: dict[tuple[int, str], User] = {}
        mine, agencies = places_of_registration(user)
        for agency in agencies.filter(area__in=mine).select_related("kind", "area"):
            for name in {agency.name.casefold(), agency.kind.code}:
                leaders.setdefault((agency.area_id, name), []).append(agency)
            officers |= {(agency.pk, officer.email.casefold()): officer for officer in officers_of(agency)}
        areas = {name: area for area in Area.objects.all() for name in (area.slug, area.name.casefold())}
        return cls(areas, leaders, officers, {offence.code.upper(): offence for offence in Offence.objects.in_use()})

    def area_named(self, cells: dict[str, str]) -> Area | None:
        return self.areas.get(cells.get("area", "").casefold())


class Moved(NamedTuple):
    """A move as the verb takes it, and the column that says when."""

    move: str
    on: date
    place: str
    column: str


class Person(NamedTuple):
    """Who a row is about, as far as it can be read."""

    surname: str
    forenames: str
    born_on: date | None
    numbers: dict[str, str]


@dataclass(frozen=True)
class Wanted:
    """A person as the verbs register one, and what follows: more numbers, where he is, what the source said."""

    who: dict[str, Any]
    lead_officer: User | None
    numbers: dict[str, str]  # canonical, by kind
    typed: dict[str, str]
    warnings: tuple[Reason, ...]  # one for each number whose check letter does not fit
    conviction: dict[str, Any] | None
    next_review_on: date | None
    status: Status
    moves: list[Moved] = field(default_factory=list)

    @property
    def person(self) -> Person:
        return Person(self.who["surname"], self.who["forenames"], self.who["born_on"], self.numbers)

    def sure(self) -> dict[str, str]:
        """The numbers whose check letter fits, or that have none."""
        doubtful = {warning.column for warning in self.warnings}
        return {kind: value for kind, value in self.numbers.items() if kind not in doubtful}


class _Reader:
    """Reads the cells of one row and gathers what is wrong with each, so that all of it is told at once."""

    def __init__(self, cells: dict[str, str], places: Places) -> None:
        self.cells, self.places = cells, places
        self.reasons: list[Reason] = []
        self.warnings: list[Reason] = []

    def text(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def refuse(self, code: str, words: str, column: str) -> None:
        self.reasons.append(Reason(code, f"{BY_NAME[column].label}: {words}" if column else words, column))

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if not text:
            return None
        parts = [int(part) for found in [_ISO.fullmatch(text)] if found for part in found.groups()]
        parts = parts or [int(part) for found in [_BRITISH.fullmatch(text)] if found for part in found.groups()[::-1]]
        try:
            day = date(*parts)
        except (TypeError, ValueError):
            self.refuse("date", _("must be a real date like 27/03/1981 or 1981-03-27"), name)
            return None
        if not FIRST_YEAR <= day.year <= dates.today().year + YEARS_AHEAD:
            self.refuse("date", _("must have a year from %s on, and not far ahead") % FIRST_YEAR, name)
            return None
        return day

    def number(self, name: str) -> int:
        text = self.text(name)
        if not text:
            return 0
        if not re.fullmatch(r"[0-9]{1,3}", text):
            self.refuse("length", _("must be a whole number from 0 to 999"), name)
            return 0
        return int(text)

    def choice(self, name: str, choices: Any) -> str:
        """The value of a choice, by its code or its words; empty for none."""
        text = self.text(name).casefold()
        known = {
            key: value for value, label in choices for key in (value, value.replace("_", " "), str(label).casefold())
        }
        if text and text not in known:
            self.refuse("choice", _("must be one of: %s") % ", ".join(value for value, _label in choices), name)
        return str(known.get(text, ""))

    def place(self) -> tuple[Area | None, Agency | None]:
        area = self.places.area_named(self.cells)
        if area is None:
            self.refuse("area", _("there is no such area; write it like “north-wales”"), "area")
            return None, None
        named = self.places.leaders.get((area.pk, self.text("lead_agency").casefold()), [])
        if len(named) != 1:
            words = _("you register nobody for an agency of this name in this area; write its name or kind in full")
            self.refuse("agency", words, "lead_agency")
            return area, None
        return area, named[0]

    def officer(self, agency: Agency | None) -> User | None:
        """Who leads the case, of the lead agency; nobody where the row names nobody. Whoever imports does not."""
        email = self.text("lead_officer").casefold()
        if not email or agency is None:
            return None
        found = self.places.officers.get((agency.pk, email))
        if found is None:
            words = _("no practitioner of the lead agency has this e-mail address; correct it, or leave it empty")
            self.refuse("officer", words, "lead_officer")
        return found

    def identifiers(self) -> dict[str, str]:
        found = {}
        for kind in NUMBERS:
            try:
                if typed := self.text(kind):
                    found[kind] = canonical(kind, typed, dates.today().year)
            except BadIdentifierError as error:
                if not error.written:
                    self.refuse("number", str(error), kind)
                    continue
                found[kind] = error.written
                words = _(
                    "%(label)s: recorded as it stands, though the last letter would be %(letter)s: ask its source"
                )
                told = Reason("letter", words % {"label": BY_NAME[kind].label, "letter": error.expected_letter}, kind)
                self.warnings.append(told)
        if not self.text("crn") and not self.text("pnc"):
            self.refuse("number", _("a CRN or a PNC number is needed"), "crn")
        return found

    def status(self) -> Status:
        fields = in_fields(self.text("mappa_category"), self.text("mappa_level"))
        found = together(normalise(self.text("mappa")), fields)
        column = "mappa" if self.text("mappa") else "mappa_category"
        if not found.understood:
            self.refuse(
                "status", _("not understood, or it contradicts itself; write it like “CAT 2 / LEVEL 1”"), column
            )
        if (found.category, found.level) == (Offender.Category.DANGEROUS, Offender.Level.ORDINARY):
            self.refuse("category_3", _("category 3 is managed at level 2 or 3, never at level 1"), column)
        return found

    def conviction(self) -> dict[str, Any] | None:
        code = self.text("offence_code")
        if not code:
            if any(self.text(name) for name in OF_A_CONVICTION):
                self.refuse("missing", _("needed where a conviction or a sentence is given"), "offence_code")
            return None
        offence = self.places.offences.get(code.upper())
        if offence is None:
            self.refuse("offence", _("there is no such code in the list of offences"), "offence_code")
        for name in NEEDED:
            if not self.text(name):
                self.refuse("missing", _("needed where an offence is given"), name)
        return {
            "offence": offence,
            "outcome": self.choice("outcome", Conviction.Outcome.choices) or Conviction.Outcome.CONVICTED,
            "dealt_with_on": self.day("dealt_with_on"),
            "court": self.text("court"),
            "jurisdiction": self.choice("jurisdiction", Conviction.Jurisdiction.choices)
            or Conviction.Jurisdiction.HERE,
            "disposal": self.choice("disposal", Disposal.Kind.choices),
            **{name: self.number(name) for name in LENGTHS},
            "licence_ends_on": self.day("licence_ends_on"),
        }

    def moves(self, conviction: dict[str, Any] | None) -> list[Moved]:
        """The release, and the move to where the person is now, in this order: which may follow which, the verb knows."""
        released, since = self.day("released_on"), self.day("whereabouts_since")
        now, place = self.choice("whereabouts", Offender.Whereabouts.choices), self.text("whereabouts_place")
        found = [Moved(Move.RELEASE, released, "", "released_on")] if released else []
        if not self.text("whereabouts"):
            for name in ("whereabouts_since", "whereabouts_place"):
                if self.text(name):
                    self.refuse("missing", _("needed where “%s” is given") % BY_NAME[name].label, "whereabouts")
        elif now == Offender.Whereabouts.COMMUNITY:
            found += self._in_the_community(released, since, place, conviction)
        elif now and since is None:
            if not self.text("whereabouts_since"):
                self.refuse("missing", _("since when is needed"), "whereabouts_since")
        elif now and since:
            found.append(Moved(_MOVES[Offender.Whereabouts(now)], since, place, "whereabouts_since"))
        return found

    def _in_the_community(
        self, released: date | None, since: date | None, place: str, conviction: dict[str, Any] | None
    ) -> list[Moved]:
        """Since a release, where a sentence holds the person first; else he was there all along, as on the page."""
        if place:
            self.refuse("place", _("leave this empty: only somebody who is held or abroad is in such a place"), PLACE)
        if released or since is None:
            if since and since != released:
                words = _("in the community since another day than that of the release: write one of them")
                self.refuse("since", words, "whereabouts_since")
            return []
        held = conviction is not None and conviction["disposal"] in Disposal.HELD
        return [Moved(Move.RELEASE if held else Move.FOUND_HERE, since, "", "whereabouts_since")]


def person_of(cells: dict[str, str], places: Places) -> Person:
    """As `judge`, of the person alone; refuses nothing."""
    row = _Reader(cells, places)
    return Person(row.text("surname"), row.text("forenames"), row.day("born_on"), row.identifiers())


def judge(cells: dict[str, str], places: Places) -> Wanted:
    """What a row asks for. Raises RefusedRowError with everything that is wrong with it; writes nothing."""
    row = _Reader(cells, places)
    for name in REQUIRED:
        if not row.text(name):
            row.refuse("missing", _("is empty"), name)
    area, agency = row.place() if row.text("area") and row.text("lead_agency") else (None, None)
    status, conviction = row.status(), row.conviction()
    if conviction is None and not status.source:
        words = _("there is no basis: neither a conviction nor what the source says of MAPPA")
        row.refuse("no_basis", words, "offence_code")
    wanted = Wanted(
        who={
            "surname": row.text("surname"),
            "forenames": row.text("forenames"),
            "born_on": row.day("born_on"),
            "area": area,
            "lead_agency": agency,
        },
        lead_officer=row.officer(agency),
        numbers=row.identifiers(),
        typed={kind: row.text(kind) for kind in NUMBERS},
        warnings=tuple(row.warnings),
        conviction=conviction,
        next_review_on=row.day("next_review_on"),
        status=status,
        moves=row.moves(conviction),
    )
    if row.reasons:
        raise RefusedRowError(row.reasons)
    return wanted


# What the verbs call a field, and the column that it came from.
_COLUMN = {"offence": "offence_code", "move": "whereabouts", "place": PLACE}
_CODES = {"crn": "number", "pnc": "number", "typed": "number"}


def reasons_of(refusal: ValidationError) -> list[Reason]:
    """A refusal of a verb, as reasons of a row."""
    if not hasattr(refusal, "error_dict"):
        return [Reason("refused", words) for words in refusal.messages]
    found = []
    if "another_reason" in refusal.error_dict:
        # The verb speaks of a list that its page shows; who reads this finds it on the page of the row.
        return [Reason("likely", _("Somebody like this is registered already: look whether it is the same person"))]
    for name, errors in refusal.error_dict.items():
        column = _COLUMN.get(name, name)
        for error in errors:
            code = str(error.code) if error.code in {"no_category", "taken"} else _CODES.get(name, "refused")
            words = " ".join(error.messages)
            known = column if column in BY_NAME else ""
            found.append(Reason(code, f"{BY_NAME[known].label}: {words}" if known else words, known))
    return found
