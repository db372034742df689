"""Published figures, entered or made here, come out identical in tables, shares and changes (domain.md 10.6)."""

import pytest

from reviews.annual.page import drawn, laid_out
from reviews.annual.regions import compared
from reviews.annual.trends import Change, change, published_of, share
from tests.factories import AnnualReportFactory, AreaFactory, PublishedTotalFactory
from tests.factories.annual import COUNTED

ALL = ("eligible", None, None)


def entered(area, table, by_year, **of):
    for year, number in by_year.items():
        PublishedTotalFactory(area=area, table=table, year=year, number=number, **of)


@pytest.fixture
def staffordshire(db):
    """Total, level 2 and level 3, 2003-04 to 2007-08 (Hansard, HC 8 June 2009)."""
    area = AreaFactory(slug="staffordshire", name="Staffordshire")
    entered(area, "eligible", dict(zip(range(2003, 2008), (652, 722, 798, 841, 920), strict=True)))
    entered(area, "managed", dict(zip(range(2004, 2008), (298, 277, 295, 283), strict=True)), level=2)
    entered(area, "managed", dict(zip(range(2003, 2008), (48, 43, 33, 46, 37), strict=True)), level=3)
    return area


def test_staffordshire_comes_out_as_published(staffordshire):
    found = {trend.label: (trend, line) for trend, line, _table in drawn(published_of(staffordshire))}

    total, line = found["MAPPA-eligible offenders on 31 March"]
    assert [(year, shown.words) for year, shown in total.points] == [
        ("2003-04", "652"),
        ("2004-05", "722"),
        ("2005-06", "798"),
        ("2006-07", "841"),
        ("2007-08", "920"),
    ]
    assert line.summary == "920 in 2007-08, from 652 in 2003-04."
    level_2, _line = found["Managed at levels 2 and 3 in the year: level 2"]
    level_3, _line = found["Managed at levels 2 and 3 in the year: level 3"]
    assert [shown.exact for _year, shown in level_2.points] == [298, 277, 295, 283]
    assert [shown.exact for _year, shown in level_3.points] == [48, 43, 33, 46, 37]
    # A stock and two flows: level 1 is not what is left.
    assert not any("level 1" in label for label in found)
    assert change(published_of(staffordshire), 2007, ALL).words == "79 more than 841 (+9%)"


def test_west_yorkshire_comes_out_as_published(db):
    area = AreaFactory(slug="west-yorkshire", name="West Yorkshire")
    for category, number in ((None, 4044), (1, 3000), (2, 1032), (3, 12)):
        entered(area, "eligible", {2020: number}, category=category)
    entered(area, "rate", {2020: 147})
    entered(area, "notification-breaches", {2020: 47})

    found = published_of(area)[2020]

    assert share(found, ("eligible", 1, None), ALL) == 74
    assert found["rate", None, None].words == "147"
    assert found["notification-breaches", None, None].words == "47"
    assert found["eligible", 3, None].words == "12"  # it was published
    assert share(found, ("eligible", 4, None), ALL) is None


def test_bedfordshire_made_here_comes_out_as_published(area):
    """816 and 568 on 31 March 2023, from 827 a year before."""
    entered(area, "eligible", {2021: 827})
    report = AnnualReportFactory(area=area, year=2022, published=True)

    eligible = laid_out(report, published_of(area))[0]

    assert eligible.title == "Table 1: MAPPA-eligible offenders on 31 March 2023"
    assert eligible.summary == [
        "816 people were managed under MAPPA on 31 March 2023, 11 fewer than 827 (−1%) the year before.",
        "568 of these 816 (70%) were registered sexual offenders, category 1.",
    ]
    assert eligible.rows[-1] == ["Total", "568", "240", "fewer than 9", "fewer than 13", "816"]
    assert eligible.rows[0][3] == "–"  # category 3 is never at level 1


def test_north_wales_changes_as_published(other_area):
    entered(other_area, "eligible", {2021: 1244, 2022: 1262})
    entered(other_area, "returned-licence", {2021: 31, 2022: 51})

    found = published_of(other_area)

    assert change(found, 2022, ALL).words == "18 more than 1,244 (+1%)"
    assert change(found, 2022, ("returned-licence", None, None)).words == "20 more than 31 (+65%)"


def test_a_change_from_nothing_has_no_per_cent():
    assert Change(5, 0).words == "5 more than 0"
    assert Change(5, 5).words == "the same"


def test_a_correction_stands_in_place_of_what_it_corrects(area):
    first = AnnualReportFactory(area=area, year=2022, published=True)
    late = {"corrects": first, "correction_reason": "Late", "figures__content": {**COUNTED, "shpo": [9, 9, 12, 7]}}
    AnnualReportFactory(area=area, year=2022, published=True, revision=2, **late)
    AnnualReportFactory(area=area, year=2023)  # a draft is not published

    found = published_of(area)

    assert list(found) == [2022]
    assert found[2022]["shpo", None, None].words == "37"


def test_a_year_that_is_missing_breaks_the_line(area):
    entered(area, "eligible", {2019: 700, 2021: 827})

    [(_trend, line, table)] = drawn(published_of(area))

    assert line is None
    assert table.rows == [["2019-20", "700"], ["2021-22", "827"]]


def test_a_region_adds_up_only_what_every_area_published(db):
    for name, number in (("north-wales", 1262), ("dyfed-powys", 719), ("gwent", 900), ("south-wales", 2000)):
        area = AreaFactory(slug=name)
        entered(area, "eligible", {2022: number})
    entered(area, "notification-breaches", {2022: 40})

    wales = next(region for region in compared(2022) if region.name == "Wales")

    assert wales.rows[-1] == ["Together", "4,881", "–", "–", "–", "–"]
    assert ["North Wales", "1,262", "–", "–", "–", "–"] in [list(row) for row in wales.rows]
    assert wales.note == ""
    assert (
        next(region for region in compared(2022) if region.name == "London").note == "Not published yet: 1 of 1 areas."
    )
