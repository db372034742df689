"""Invented convictions that give the wanted category, by asking the law itself (offenders/law/eligibility.py)."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from offenders.law import eligibility
from offenders.law.disposals import disposal_of
from offenders.law.eligibility import Basis
from offenders.law.periods import Length
from offenders.models import Offence, Offender
from reviews.demo import people

Category = Offender.Category

GRAVE = ("SOA1", "SOA2", "SOA5", "SOA6", "SOA8")
SEXUAL = ("SOA3", "SOA7", "SOA9", "SOA14", "SOA15", "SOA48", "PCA1", "CJA160")
CAUTIONED = ("CJA160", "PCA1")
VIOLENT = ("MANSL", "KIDNAP", "FALSEIMP", "OAPA16", "OAPA18", "OAPA20", "OAPA47", "ROBBERY", "AGGBURG", "ARSON")
VIOLENT_LONGER = ("OAPA18", "OAPA18", "OAPA20", "OAPA20", "ROBBERY", "ROBBERY", "STALK4A", "SCA76", *VIOLENT)
DANGEROUS = ("STALK2A", "BATTERY", "OAPA47")
TERRORIST = ("TA5", "TA58", "TA58")
COURTS = (
    "Luton Crown Court",
    "St Albans Crown Court",
    "Caernarfon Crown Court",
    "Mold Crown Court",
    "Chester Crown Court",
    "Cambridge Crown Court",
    "Northampton Crown Court",
)


@dataclass(frozen=True)
class Conviction:
    """What a court did to somebody invented, and the limbs of the law that follow."""

    offence: str
    outcome: str
    dealt_with_on: date
    court: str
    disposal: str
    term: Length
    licence_ends_on: date | None
    born_on: date
    bases: list[Basis]


class Courts:
    """Draws convictions; knows the offences by code."""

    def __init__(self, rng: Random, on: date) -> None:
        self.rng = rng
        self.on = on
        self.offences = {offence.code: offence for offence in Offence.objects.all()}

    def convict(self, category: int) -> Conviction:
        """A conviction that makes somebody of this category today."""
        for _try in range(50):
            drawn = self._draw(category)
            if category == Category.DANGEROUS or eligibility.recorded_category(drawn.bases, self.on) == category:
                return drawn
        raise RuntimeError(f"No conviction drawn gives category {category}: the reference data has changed.")

    def _draw(self, category: int) -> Conviction:
        return {
            Category.SEXUAL: self._sexual,
            Category.VIOLENT: self._violent,
            Category.DANGEROUS: self._dangerous,
            Category.TERRORIST: self._terrorist,
        }[Category(category)]()

    def _sexual(self) -> Conviction:
        lot = self.rng.random()
        if lot < 0.42:
            return self._custody(GRAVE, months=(36, 180), days_ago=(200, 6500))
        if lot < 0.62:
            return self._custody(SEXUAL, months=(7, 29), days_ago=(100, 3200))
        if lot < 0.92:
            return self._other(SEXUAL, "community_order", days_ago=(40, 1700))
        if lot < 0.96:
            return self._other(CAUTIONED, "caution", days_ago=(20, 600))
        return self._other(GRAVE, "restricted_hospital_order", days_ago=(200, 4000))

    def _violent(self) -> Conviction:
        lot = self.rng.random()
        if lot < 0.06:
            return self._other(("MURDER",), "life", days_ago=(4000, 9000))
        if lot < 0.10:
            return self._other(VIOLENT, "hospital_order", days_ago=(200, 2500))
        return self._custody(VIOLENT_LONGER, months=(15, 132), days_ago=(60, 2400))

    def _dangerous(self) -> Conviction:
        return self._custody(DANGEROUS, months=(3, 10), days_ago=(120, 900))

    def _terrorist(self) -> Conviction:
        return self._custody(TERRORIST, months=(30, 160), days_ago=(200, 1500))

    def _custody(self, codes: tuple[str, ...], months: tuple[int, int], days_ago: tuple[int, int]) -> Conviction:
        years, rest = divmod(self.rng.randint(*months), 12)
        return self._finish(codes, "imprisonment", Length(years, rest), days_ago)

    def _other(self, codes: tuple[str, ...], disposal: str, days_ago: tuple[int, int]) -> Conviction:
        return self._finish(codes, disposal, Length(), days_ago)

    def _finish(self, codes: tuple[str, ...], disposal: str, term: Length, days_ago: tuple[int, int]) -> Conviction:
        code = self.rng.choice(codes)
        dealt_with_on = self.on - timedelta(days=self.rng.randint(*days_ago))
        outcome = "cautioned" if disposal == "caution" else "convicted"
        born_on = people.born_before(self.rng, dealt_with_on)
        # A sentence ends with its licence; a life licence and an order without a date do not.
        licence_ends_on = term.ends(dealt_with_on) if disposal == "imprisonment" else None
        offence = self.offences[code]
        bases = eligibility.bases(
            eligibility.OffenceFlags(
                schedule_3=offence.schedule_3,
                schedule_15_part=offence.schedule_15_part,
                murder=offence.murder,
                section_327_4a=offence.section_327_4a,
                relevant_terrorist=offence.relevant_terrorist,
            ),
            eligibility.Sentence(outcome, dealt_with_on, disposal_of(disposal, term), licence_ends_on),
            born_on,
        )
        return Conviction(
            offence=code,
            outcome=outcome,
            dealt_with_on=dealt_with_on,
            court="" if disposal == "caution" else self.rng.choice(COURTS),
            disposal=disposal,
            term=term,
            licence_ends_on=licence_ends_on,
            born_on=born_on,
            bases=bases,
        )
