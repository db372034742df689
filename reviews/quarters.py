"""The quarters that lay readers read: fixed, completed, apart from each other, and each counted once (ADR 0020).

A quarter is published for every area four weeks after its end, from the figures as they then are, and stays so: a number that
was counted again would tell, by the step it takes, what was hidden. What is kept is only what is shown.

The families below are chosen so that no two of them, and none of them with a table of the annual report, count the same
rows: no sum or difference of what is shown is a number that somebody can know from elsewhere.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from agencies.models import Agency, AgencyKind, Area
from assessments.models import DriftPrompt
from mappa import dates
from offenders.models import Offender
from panels.models import Referral
from reviews import figures
from reviews.models import PublishedQuarter
from reviews.period import Period
from reviews.rounding import shown

MONTHS = 3
SETTLES = timedelta(days=28)
BACK = 7  # how many past quarters are published when the service is new
Kept = dict[str, list[tuple[str, list[int]]]]  # of each family its groups in their order: JSON objects keep none

LEVELS = tuple(str(int(level)) for level in Offender.Level)
OF_CASES = (AgencyKind.Duty.RESPONSIBLE_AUTHORITY, AgencyKind.Duty.CO_OPERATE, AgencyKind.Duty.ASSOCIATE)


@dataclass(frozen=True)
class Family:
    """A measure (reviews/measures/) and what lay readers read it by. A share is kept as what was met and what was not."""

    slug: str
    by: str = ""
    is_share: bool = True

    def groups(self, kinds: list[str]) -> list[str]:
        """Every group there is, whether anything was counted in it or not: that it is shown tells nothing."""
        if self.by == "level":
            return list(LEVELS)
        if self.by == "kind":
            return kinds
        return {"referrals": [*Referral.Outcome.values, ""], "drift-prompts": [*DriftPrompt.Outcome.values, ""]}.get(
            self.slug, [""]
        )


FAMILIES = (
    Family("reviews-on-time", by="level"),
    Family("attendance", by="kind"),
    Family("minutes-on-time"),
    Family("actions-on-time"),
    Family("referrals", by="detail", is_share=False),
    Family("drift-prompts", by="detail", is_share=False),
)


def quarter_of(day: date) -> Period:
    """The quarter of the calendar that a day is in; so the year of the annual report has four whole ones."""
    first = day.replace(month=day.month - (day.month - 1) % MONTHS, day=1)
    return Period(first, dates.add_months(first, MONTHS) - dates.ONE_DAY)


def ready(on: date) -> list[Period]:
    """The completed quarters that have settled, the newest first."""
    newest = quarter_of(quarter_of(on - SETTLES).first - dates.ONE_DAY)
    found = [newest]
    while len(found) < BACK:
        found.append(found[-1].before())
    return found


def publish(*, on: date) -> int:
    """Publish for every area each quarter that is ready and counted, and is not published yet. How many were made."""
    made = 0
    areas = list(Area.objects.all())
    for quarter in ready(on):
        have = set(PublishedQuarter.objects.filter(first=quarter.first).values_list("area", flat=True))
        wanted = [area for area in areas if area.pk not in have]
        if not wanted or not figures.is_settled(quarter):
            continue
        rows = hidden(wanted, quarter)
        PublishedQuarter.objects.bulk_create(
            [
                PublishedQuarter(area=area, first=quarter.first, figures=rows[area.pk], published_on=on)
                for area in wanted
            ],
            ignore_conflicts=True,  # two clocks at once publish it once
        )
        made += len(wanted)
    return made


def hidden(areas: list[Area], quarter: Period) -> dict[int, Kept]:
    """What each area's lay readers will read: the only place at which the numbers themselves are seen."""
    kinds: dict[int, list[str]] = {area.pk: [] for area in areas}
    rows = Agency.objects.filter(area__in=areas, kind__duty__in=OF_CASES).order_by("kind__position", "kind__name")
    for area_id, kind in rows.values_list("area", "kind__name"):
        if kind not in kinds[area_id]:
            kinds[area_id].append(kind)
    kept: dict[int, Kept] = {area.pk: {} for area in areas}
    for family in FAMILIES:
        by = ("area", family.by) if family.by else ("area",)
        counts = figures.count(family.slug, quarter, by=by)
        for area in areas:
            of_area = []
            for group in family.groups(kinds[area.pk]):
                key = (area.name, int(group) if family.by == "level" else group) if family.by else (area.name,)
                found = counts.get(key)
                met, whole = (found.part, found.whole) if found else (0, 0)
                counted = [shown(met), shown(whole - met)] if family.is_share else [shown(whole)]
                of_area.append((group, counted))
            kept[area.pk][family.slug] = of_area
    return kept


def published(area: Area) -> list[PublishedQuarter]:
    """The quarters of an area that may be read, the newest first."""
    return list(PublishedQuarter.objects.filter(area=area).order_by("-first"))


def elsewhere(quarter: PublishedQuarter) -> list[PublishedQuarter]:
    """The same quarter of the other areas."""
    rows = PublishedQuarter.objects.filter(first=quarter.first).exclude(area=quarter.area_id)
    return list(rows.order_by("area"))
