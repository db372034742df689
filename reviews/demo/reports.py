"""Annual reports of an area in full: what was published before, and the report of the year that has ended."""

from datetime import date

from django.utils import timezone

from agencies.models.user import system_user
from reviews.annual.actions import due_on
from reviews.annual.counting import count
from reviews.annual.tables import definitions
from reviews.demo.agencies import Place
from reviews.models import AnnualReport, Population, PublishedTotal, Snapshot
from reviews.models.annual import first_day, last_day, year_before
from reviews.period import Period
from reviews.snapshots import freeze

INVENTED = "Invented for the demonstration"
# Published numbers by year, table, category: those of 2021-22 and 2022-23 as newspapers gave them, the others invented.
TOTALS = {
    "bedfordshire": (
        (2020, "eligible", None, 812, INVENTED),
        (2021, "eligible", None, 827, "Luton Today, on the annual report 2022-23"),
        (2022, "eligible", None, 816, "Luton Today, on the annual report 2022-23"),
        (2022, "eligible", 1, 568, "Luton Today, on the annual report 2022-23"),
        (2021, "returned-licence", None, 6, "Luton Today, on the annual report 2022-23"),
        (2022, "returned-licence", None, 7, "Luton Today, on the annual report 2022-23"),
        (2023, "eligible", None, 803, INVENTED),
        (2023, "eligible", 1, 561, INVENTED),
        (2023, "returned-licence", None, 9, INVENTED),
        (2024, "eligible", None, 778, INVENTED),
        (2024, "eligible", 1, 545, INVENTED),
        (2024, "returned-licence", None, 8, INVENTED),
    ),
    "north-wales": (
        (2021, "eligible", None, 1244, "Cambrian News, on the annual report 2022-23"),
        (2022, "eligible", None, 1262, "Cambrian News, on the annual report 2022-23"),
        (2021, "returned-licence", None, 31, "Cambrian News, on the annual report 2022-23"),
        (2022, "returned-licence", None, 51, "Cambrian News, on the annual report 2022-23"),
        (2023, "eligible", None, 1241, INVENTED),
        (2024, "eligible", None, 1206, INVENTED),
    ),
}
PEOPLE = {"bedfordshire": 605_000, "north-wales": 617_000}
WORDS = {
    "foreword": "This report says how our agencies worked together in the year, and what we learnt from it.",
    "arrangements": "The police, the Probation Service and the Prison Service are the Responsible Authority. Housing, health, "
    "education, social care, youth justice and others have a duty to co-operate with it.",
    "work": "We met four times. We audited a sample of meetings each month and looked at how often each agency came.",
    "commentary": "The number of people managed is much as it was. Most are managed at level 1 by one agency.",
    "plans": "Next year we want every agency at every meeting to which it is invited.",
}
LAY = "We watched meetings at both levels and asked about attendance. People from the area told us what worries them."


def add_reports(place: Place, on: date) -> None:
    """What was published before, and the report of the last year: for somebody to approve, or published already."""
    for year, table, category, number, source in TOTALS[place.area.slug]:
        key = {"area": place.area, "year": year, "table": table, "category": category, "level": None}
        fresh = {"number": number, "source": source, "entered_by": place.people["coordinator"]}
        PublishedTotal.objects.visible_to(system_user()).get_or_create(**key, defaults=fresh)
    last = year_before(on)
    fresh = {"people": PEOPLE[place.area.slug], "source": INVENTED}
    Population.objects.get_or_create(area=place.area, year=last, defaults=fresh)
    _write(place, last, is_published=place.area.slug == "north-wales")


def _write(place: Place, year: int, *, is_published: bool) -> None:
    if AnnualReport.objects.visible_to(system_user()).filter(area=place.area, year=year).exists():
        return
    report = AnnualReport(area=place.area, year=year, due_on=due_on(place.area, year), lay_words=LAY, **WORDS)
    report.figures = freeze(
        kind=Snapshot.Kind.ANNUAL_REPORT,
        area=place.area,
        period=Period(first_day(year), last_day(year)),
        content=count(place.area, year),
        definitions=[each.as_kept() for each in definitions()],
        by=place.people["coordinator"],
    )
    report.state = AnnualReport.State.DRAFT
    if is_published:
        report.state = AnnualReport.State.PUBLISHED
        report.approved_at = report.published_at = timezone.now()
        report.approved_by, report.published_by = place.people["board"], place.people["coordinator"]
    report.save()
    report.writers.add(place.people["coordinator"])
