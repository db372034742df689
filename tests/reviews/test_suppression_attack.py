"""Whoever reads every page, file and quarter that a lay adviser can open, and solves all of it, recovers no hidden number."""

import random
from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from agencies.models import AgencyKind
from mappa import dates
from panels.models import Referral
from reviews import quarters
from reviews.dashboard import plain
from reviews.measures import MEASURES
from reviews.models import CountedMonth, Figure, PublishedQuarter
from reviews.rounding import between
from tests.factories import AgencyFactory, AnnualReportFactory
from tests.factories.annual import COUNTED
from tests.reviews.attack import Knowledge, Page, gather, learn_table, read_all, tie_years_to_days
from tests.test_routes import PAGES

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ON = date(2026, 11, 27)
# Every page that is about no single row, whether a link leads there or not.
EVERY_PAGE = ["/" + path for path, view in PAGES if view.guards is None and "<" not in path]


@pytest.fixture
def agencies(area):
    found = []
    for code, duty in (
        ("police", "responsible_authority"),
        ("probation", "responsible_authority"),
        ("housing", "co_operate"),
    ):
        agency = AgencyFactory(area=area, kind__code=code)
        AgencyKind.objects.filter(pk=agency.kind_id).update(duty=duty)
        found.append(agency)
    return found


def counts_of(rng, agencies):
    """One quarter as it was: small numbers most of all, (measure, what it is kept by, met, missed)."""
    few = lambda: rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 22])  # noqa: E731
    for level in (1, 2, 3):
        yield "reviews-on-time", {"level": level}, few(), few()
    for agency in agencies:
        yield "attendance", {"agency": agency, "level": 2}, few(), few()
    yield "minutes-on-time", {"level": 2}, few(), few()
    yield "actions-on-time", {"agency": agencies[0]}, few(), few()
    for outcome in [*Referral.Outcome.values, ""]:
        yield "referrals", {"detail": outcome}, 0, few()


def write(area, world):
    """The figures of each quarter, as if they had been counted, and the quarters published from them."""
    for first, counts in world.items():
        Figure._base_manager.bulk_create(
            Figure(measure=slug, month=first, area=area, part=met, whole=met + missed, **kept)
            for slug, kept, met, missed in counts
        )
    months = [dates.add_months(first, ago) for first in world for ago in range(3)]
    now = "2026-11-27T04:10:00Z"
    CountedMonth.objects.bulk_create(
        CountedMonth(measure=slug, month=month, counted_at=now) for slug in MEASURES for month in months
    )
    assert quarters.publish(on=ON) > 0


def worlds(seed, agencies):
    rng = random.Random(seed)
    return {quarter.first: list(counts_of(rng, agencies)) for quarter in quarters.ready(ON)}


def another(rng, count):
    """A number that is shown as this one is, and is another."""
    may_be = between(quarters.shown(count))
    return rng.choice([n for n in range(may_be.least, may_be.most + 1) if n != count])


def everything(client):
    return read_all(client, begin=EVERY_PAGE)


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_recovered_from_all_that_a_lay_adviser_reads(client, lay_adviser, area, agencies, seed):
    write(area, worlds(seed, agencies))
    client.force_login(lay_adviser, backend=BACKEND)

    opened = everything(client)
    known = gather(opened)

    read = {where for where, *_cell in known.cells if isinstance(where, tuple)}
    assert len(read) == quarters.BACK, "every published quarter was read"
    assert {kind for kind, _text in opened.values()} >= {"text/html", "text/csv"}
    hidden = [cell for cell, (low, high) in known.cells.items() if high - low in {2, 4}]
    assert len(hidden) > 150
    assert {cell: value for cell, value in known.recovered().items() if isinstance(cell[0], tuple)} == {}


def year_of(rng):
    """Tables of an annual report, of the smallest numbers; whoever is counted on 31 March is counted in the year."""
    day, year = {}, {}
    for category, first in ((1, 400), (2, 90), (3, None), (4, 2)):
        three, two = rng.choice([0, 0, 1, 2, 4]), rng.choice([0, 1, 2, 3, 5, 6, 8, 12])
        more = rng.choice([0, 1, 2])
        day |= {f"{category}-2": two, f"{category}-3": three} | ({f"{category}-1": first + two} if first else {})
        year |= {f"{category}-2": max(0, two - more) + rng.choice([0, 1, 3]), f"{category}-3": three + more}
    return COUNTED | {"eligible": day, "managed": year}


@pytest.mark.parametrize("seed", [1, 2])
def test_with_annual_reports_too_no_small_number_is_recovered(client, lay_adviser, area, agencies, seed):
    write(area, worlds(7, agencies))
    rng = random.Random(seed)
    for year in (2024, 2025):
        AnnualReportFactory(area=area, published=True, year=year, figures__content=year_of(rng))
    client.force_login(lay_adviser, backend=BACKEND)

    known = gather(everything(client))
    tie_years_to_days(known)

    assert sum(caption.startswith("Table 2") for _where, caption, _row, _column in known.cells) > 20
    found = {cell: value for cell, value in known.recovered().items() if known.cells[cell][0] < 5}
    assert found == {}


def test_two_worlds_that_are_shown_alike_are_the_same_pages_to_the_last_letter(client, lay_adviser, area, agencies):
    """The proof: nothing that a lay adviser reads depends on more than what is shown of each count."""
    client.force_login(lay_adviser, backend=BACKEND)
    first = worlds(3, agencies)
    rng = random.Random(4)
    second = {
        day: [(slug, kept, met and another(rng, met), another(rng, missed)) for slug, kept, met, missed in counts]
        for day, counts in first.items()
    }
    read = []
    for world in (first, second):
        with transaction.atomic():
            write(area, world)
            read.append({url: without_tokens(text) for url, (_kind, text) in everything(client).items()})
            transaction.set_rollback(True)

    assert len(read[0]) > 10
    assert read[0] == read[1]


def without_tokens(text):
    """A page without what is made anew for each one."""
    return "\n".join(line for line in text.splitlines() if "csrf" not in line and "nonce" not in line)


def test_the_attack_recovers_numbers_from_a_page_that_gives_a_true_total(
    client, lay_adviser, area, agencies, monkeypatch
):
    """The same reading of the same page, which here says of the smallest numbers what they come to: nothing."""
    world = worlds(6, agencies)
    [newest, *_older] = world
    world[newest] = [figure for figure in world[newest] if figure[0] != "referrals"]
    write(area, world)

    def naive(look):
        part = referrals(look)
        return replace(part, table=replace(part.table, rows=[*part.table.rows, ["All", "0"]]))

    referrals = plain.referrals
    monkeypatch.setattr(plain, "referrals", naive)
    client.force_login(lay_adviser, backend=BACKEND)

    known = gather({f"/board/?quarter={newest:%Y-%m}": ("text/html", client.get("/board/").text)})

    assert {cell[1] for cell in known.recovered()} == {"Referrals and what became of them"}
    assert set(known.recovered().values()) == {0}


def page_of(caption, headings, rows):
    return render_to_string("govuk/table.html", {"id": "t", "caption": caption, "headings": headings, "rows": rows})


def attacked(*tables):
    known = Knowledge()
    for caption, headings, rows in tables:
        [table] = Page(page_of(caption, headings, rows)).tables
        learn_table(known, "naive", caption, table["rows"])
    return known


FEW = "fewer than 5"


def test_the_attack_recovers_a_small_number_beside_its_total():
    known = attacked(("People", ["Category", "People"], [["1", "40"], ["2", FEW], ["All", "43"]]))

    assert known.recovered() == {("naive", "People", "2", "People"): 3}


def test_the_attack_recovers_what_each_table_alone_would_hide():
    """By rows two are hidden in each, and so by columns: together they leave one solution."""
    known = attacked(
        (
            "People",
            ["Category", "Level 2", "Level 3", "All"],
            [["1", FEW, FEW, "8"], ["2", FEW, "9", "9"], ["All", "4", "13", "17"]],
        )
    )

    assert known.recovered()[("naive", "People", "1", "Level 2")] == 4


def test_the_attack_recovers_a_month_from_two_periods_that_overlap():
    known = attacked(
        ("January to March", ["", "Breaches"], [["Number", "12"]]),
        ("January to April", ["", "Breaches"], [["Number", "15"]]),
    )
    months = {
        (("naive", period, "Number", "Breaches")): sign
        for period, sign in (("January to March", 1), ("January to April", -1))
    }
    known.learn("April", 0, 4)
    known.relate({**months, "April": 1})

    assert known.recovered() == {"April": 3}


def test_the_attack_recovers_a_chain_of_stocks_and_flows_though_each_number_is_hidden():
    """Why lay readers read no number of people by quarter: four rounded numbers can fit in one way only."""
    known = attacked(
        ("People", ["", "Number"], [["June", FEW], ["came", FEW], ["left", FEW], ["September", "about 10"]]),
    )
    june, came, left, september = (
        ("naive", "People", name, "Number") for name in ("June", "came", "left", "September")
    )
    known.relate({june: 1, came: 1, left: -1, september: -1})

    assert known.recovered() == {june: 4, came: 4, left: 0, september: 8}


def test_a_published_quarter_says_nothing_that_is_not_hidden(area, agencies):
    write(area, worlds(5, agencies))

    numbers = [
        count
        for row in PublishedQuarter.objects.all()
        for groups in row.figures.values()
        for _name, counts in groups
        for count in counts
    ]
    assert {number % 5 for number in numbers} == {0}
