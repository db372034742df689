"""POST /api/v1/rules/notification-period/: domain.md 6.1 and 6.5."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law.disposals import Disposal, disposal_of
from offenders.law.notification import period
from offenders.law.periods import Length, Stretch
from tests.offenders.test_notification import DAYS, DISPOSALS, LENGTHS


def question(kind="imprisonment", *terms, regime="SOA2003", born="1980-01-01", on="2020-06-01", custody=(), **more):
    disposal = {"kind": kind, "terms": list(terms)} | more
    question = {"regime": regime, "date_of_birth": born, "relevant_date": on, "disposal": disposal}
    return question | {"custody": [{"from": first, "until": last} for first, last in custody]}


def months(number):
    return {"months": number}


SOA = [
    (question("imprisonment", months(30)), None),
    (question("imprisonment", months(30), born="2004-01-01"), None),
    (question("imprisonment", {"months": 29, "days": 30}), "2030-05-31"),
    (question("imprisonment", months(7), born="2004-01-01"), "2025-05-31"),
    (question("imprisonment", months(6)), "2027-05-31"),
    (question("detention", months(6), born="2004-01-01"), "2023-11-30"),
    (question("imprisonment", {"months": 6, "days": 1}), "2030-05-31"),
    (question("imprisonment", months(18), months(12)), None),
    (question("imprisonment", months(18), months(18), overlap=months(7)), "2030-05-31"),
    (question("imprisonment", months(18), months(18), overlap=months(6)), None),
    (question("imprisonment", months(18), extension=months(12)), None),
    (question("imprisonment", months(8), suspended=True), "2030-05-31"),
    (question("caution"), "2022-05-31"),
    (question("caution", born="2004-01-01"), "2021-05-31"),
    (question("conditional_discharge", discharge=months(12)), "2021-05-31"),
    (question("conditional_discharge", discharge=months(12), born="2004-01-01"), "2021-05-31"),
    (question("community_order"), "2025-05-31"),
    (question("community_order", born="2004-01-01"), "2022-11-30"),
    (question("fine", on="2024-02-29"), "2029-02-28"),
    (question("hospital_order"), "2027-05-31"),
    (question("restricted_hospital_order", born="2004-01-01"), None),
    (question("fine", custody=[("2020-07-01", "2021-06-30")]), "2025-05-31"),
]


@pytest.mark.parametrize(("asked", "last_day"), SOA)
def test_the_sexual_offences_act(ask, asked, last_day):
    answer = ask("notification-period", asked)

    assert (answer["last_day"], answer["indefinite"]) == (last_day, last_day is None)
    assert (answer["period"] is None) == answer["indefinite"]
    assert answer["starts_on"] == asked["relevant_date"]
    assert "Sexual Offences Act 2003 s.82" in answer["authority"]


def test_one_half_of_seven_years_is_three_years_and_six_months(ask):
    answer = ask("notification-period", question("imprisonment", months(6), born="2004-01-01"))

    assert answer["period"] == {"years": 3, "months": 6, "days": 0}
    assert "(2)" in answer["authority"]


CTA = [
    (question("life", regime="CTA2008"), "2050-05-31"),
    (question("imprisonment", {"years": 10}, regime="CTA2008"), "2050-05-31"),
    (question("imprisonment", {"years": 9, "months": 11}, regime="CTA2008"), "2035-05-31"),
    (question("imprisonment", {"years": 5}, regime="CTA2008"), "2035-05-31"),
    (question("imprisonment", {"years": 4, "months": 11}, regime="CTA2008"), "2030-05-31"),
    (question("hospital_order", regime="CTA2008"), "2030-05-31"),
    (question("life", regime="CTA2008", born="2003-01-01"), "2030-05-31"),
    # 10 days in custody do not count; nor do those that the longer period then reaches; days twice in custody once
    (question("hospital_order", regime="CTA2008", custody=[("2020-06-01", "2020-06-10")]), "2030-06-10"),
    (
        question(
            "hospital_order",
            regime="CTA2008",
            custody=[("2020-06-01", "2020-06-10"), ("2020-06-05", "2020-06-10"), ("2030-06-10", "2030-06-12")],
        ),
        "2030-06-13",
    ),
    (question("hospital_order", regime="CTA2008", custody=[("2019-06-01", "2020-05-31")]), "2030-05-31"),
    (question("hospital_order", regime="CTA2008", custody=[("2030-06-01", "2031-05-31")]), "2030-05-31"),
]


@pytest.mark.parametrize(("asked", "last_day"), CTA)
def test_the_counter_terrorism_act(ask, asked, last_day):
    answer = ask("notification-period", asked)

    assert (answer["last_day"], answer["indefinite"]) == (last_day, False)
    assert "Counter-Terrorism Act 2008" in answer["authority"]


@pytest.mark.parametrize(
    "asked",
    [
        question("imprisonment", months(11), regime="CTA2008"),
        question("life", regime="CTA2008", born="2004-06-02"),
        question("guardianship_order", regime="CTA2008"),
        question("fine", regime="CTA2008"),
    ],
)
def test_under_16_or_under_12_months_there_is_no_terrorism_notification(ask, asked):
    answer = ask("notification-period", asked)

    assert (answer["indefinite"], answer["period"], answer["last_day"]) == (False, None, None)
    assert "do not apply" in answer["explanation"]


REFUSED = [
    (question("imprisonment"), "disposal.terms"),
    (question("caution", months(1)), "disposal.terms"),
    (question("imprisonment", months(0)), "disposal.terms.0"),
    (question("imprisonment", {"months": -1}), "disposal.terms.0.months"),
    (question("imprisonment", {"weeks": 1}), "disposal.terms.0.weeks"),
    (question("imprisonment", months(6), overlap=months(3)), "disposal.overlap"),
    (question("imprisonment", months(6), months(6), overlap=months(9)), "disposal.overlap"),
    (question("imprisonment", {"days": 1}, {"days": 1}, overlap={"days": 4}), "disposal.overlap"),
    (question("imprisonment", {"days": 4}, overlap={"days": 1}), "disposal.overlap"),
    (question("imprisonment", {"years": 2}, months(6), overlap={"months": 6, "days": 1}), "disposal.overlap"),
    (question("imprisonment", months(6), months(6), overlap={"days": 185}), "disposal.overlap"),
    (question("imprisonment", months(6), months(6), overlap={}), "disposal.overlap"),
    (question("conditional_discharge"), "disposal.discharge"),
    (question("fine", discharge=months(6)), "disposal.discharge"),
    (question("fine", suspended=True), "disposal.suspended"),
    (question("life", extension=months(6)), "disposal.extension"),
    (question("prison", months(6)), "disposal.kind"),
    (question("fine", born="2020-06-02"), "relevant_date"),
    (question("fine", on="2020-02-30"), "relevant_date"),
    (question("fine", on="1899-12-31"), "relevant_date"),
    (question("fine", custody=[("2020-07-02", "2020-07-01")]), "custody.0.until"),
    (question("fine", regime="SOA"), "regime"),
    (question("fine") | {"custody": {}}, "custody"),
    (question("fine") | {"disposal": None}, "disposal"),
]


@pytest.mark.parametrize(("asked", "field"), REFUSED)
def test_what_makes_no_sense_is_refused_at_its_field(ask, asked, field):
    answer = ask("notification-period", asked, status=400)

    assert list(answer) == [field]
    assert all(isinstance(words, str) for words in answer[field])


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ({"years": 5}, {"days": 1826}, {"years": 5}),
        ({"days": 366}, months(12), {"days": 366}),
        (months(1), {"days": 30}, months(1)),
        (months(6), months(6), {"days": 184}),
    ],
)
def test_terms_that_may_run_together_whole_are_taken(ask, first, second, overlap):
    assert ask("notification-period", question("imprisonment", first, second, overlap=overlap))["explanation"]


def test_what_does_not_apply_may_be_null(ask):
    nothing = dict.fromkeys(["overlap", "suspended", "extension", "discharge"])
    term = {"years": None, "months": 6, "days": None}

    fine = ask("notification-period", question("fine", **nothing, terms=None) | {"custody": None})
    prison = ask("notification-period", question("imprisonment", term, **nothing))

    assert (fine["last_day"], prison["last_day"]) == ("2025-05-31", "2027-05-31")


STRETCHES = st.lists(st.tuples(DAYS, DAYS).map(lambda pair: Stretch(min(pair), max(pair))), max_size=5)


@given(on=DAYS, born=DAYS, kind=st.sampled_from(DISPOSALS), term=LENGTHS, custody=STRETCHES)
def test_custody_never_shortens_the_terrorism_period_nor_moves_the_sexual_one(on, born, kind, term, custody):
    known = {"born_on": born, "relevant_on": on, "disposal": disposal_of(kind, term)}

    for regime in ("SOA2003", "CTA2008"):
        free, held = period(regime=regime, **known), period(regime=regime, **known, custody=custody)
        assert (free.period, free.starts_on) == (held.period, held.starts_on)
        assert held.last_day == free.last_day if regime == "SOA2003" else (held.last_day or on) >= (free.last_day or on)


@given(on=DAYS, born=DAYS, shorter=LENGTHS, more=LENGTHS)
def test_a_longer_sentence_never_shortens_the_terrorism_period(on, born, shorter, more):
    known = {"regime": "CTA2008", "born_on": born, "relevant_on": on}
    less = period(**known, disposal=disposal_of("imprisonment", shorter)).last_day
    longer = period(**known, disposal=disposal_of("imprisonment", shorter + more)).last_day

    assert less is None or longer >= less


@given(on=DAYS, terms=st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_consecutive_terms_are_one_sentence(on, terms):
    known = {"regime": "SOA2003", "born_on": date(1850, 1, 1), "relevant_on": on}
    apart = Disposal("imprisonment", tuple(Length(months=each) for each in terms))

    assert period(**known, disposal=apart) == period(
        **known, disposal=disposal_of("imprisonment", Length(months=sum(terms)))
    )


@given(on=DAYS, first=st.integers(1, 60), second=st.integers(1, 60), data=st.data())
def test_what_runs_together_counts_once(on, first, second, data):
    overlap = data.draw(st.integers(0, min(first, second)))
    known = {"regime": "SOA2003", "born_on": date(1850, 1, 1), "relevant_on": on}
    both = Disposal("imprisonment", (Length(months=first), Length(months=second)), overlap=Length(months=overlap))
    one = disposal_of("imprisonment", Length(months=first + second - overlap))

    assert period(**known, disposal=both).last_day == period(**known, disposal=one).last_day


@pytest.mark.parametrize(
    ("length", "months", "at_least", "more"),
    [
        (Length(months=7) - Length(days=10), 6, True, True),
        (Length(months=12) - Length(days=1), 12, False, False),
        (Length(months=12) - Length(months=6), 6, True, False),
        (Length(days=184), 6, True, False),
        (Length(days=185), 6, True, True),
        (Length(days=183), 6, False, False),
        (Length(days=365), 12, True, False),
        (Length(days=913), 30, False, False),
        (Length(days=914), 30, True, False),
        (Length(days=1825), 60, False, False),
        (Length(days=1826), 60, True, False),
        (Length(days=3650), 120, False, False),
        (Length(days=3652), 120, True, False),
        (Length(years=1, days=1) - Length(days=1), 12, True, False),
        (Length(months=11, days=30), 12, False, False),
        (Length(months=11, days=31), 12, True, False),
        (Length(months=11, days=32), 12, True, True),
    ],
)
def test_lengths_are_compared_whatever_months_they_are(length, months, at_least, more):
    assert (length.is_at_least_months(months), length.is_more_than_months(months)) == (at_least, more)
