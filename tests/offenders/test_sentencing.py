"""Whatever is stored of a sentence, the law is asked about the same lengths (SOA 2003 s.82(3) and (4))."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offenders.law import eligibility, notification
from offenders.law.disposals import Disposal as Imposed
from offenders.law.periods import Length
from offenders.lengths import BadLengthError, read, words
from offenders.models import Conviction, Offence
from offenders.sentencing import bases_of, dealt, dealts
from tests.factories import ConvictionFactory, DisposalFactory, TermFactory

LENGTHS = st.builds(Length, st.integers(0, 30), st.integers(0, 40), st.integers(0, 400))
TERMS = st.lists(LENGTHS.filter(bool), min_size=1, max_size=6)


@pytest.fixture
def sexual(offender):
    return ConvictionFactory(offender=offender, offence=Offence.objects.get(code="SOA3"))


def asked(conviction, user):
    return Conviction.objects.visible_to(user).with_sentence(user).get(pk=conviction.pk)


def impose(conviction, terms=(), **more):
    disposal = DisposalFactory(offender=conviction.offender, conviction=conviction, **more)
    for position, term in enumerate(terms, start=1):
        known = {"years": term.years, "months": term.months, "days": term.days}
        TermFactory(offender=conviction.offender, disposal=disposal, position=position, **known)
    return disposal


def parts(name, length):
    return {f"{name}_{unit}": getattr(length, unit) for unit in ("years", "months", "days")}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=TERMS, overlap=LENGTHS, extension=LENGTHS, suspended=st.booleans())
def test_whatever_is_stored_has_the_length_that_the_law_adds_up(
    sexual, practitioner, terms, overlap, extension, suspended
):
    conviction = ConvictionFactory(offender=sexual.offender, offence=sexual.offence)
    impose(conviction, terms, suspended=suspended, **parts("overlap", overlap), **parts("extension", extension))

    _flags, sentence = dealt(asked(conviction, practitioner))

    law = Imposed("imprisonment", tuple(terms), overlap, suspended, extension)
    assert sentence.disposal == law
    assert sentence.disposal.length == law.length


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=TERMS, second=TERMS)
def test_sentences_of_custody_for_one_conviction_count_together(sexual, practitioner, first, second):
    conviction = ConvictionFactory(offender=sexual.offender, offence=sexual.offence)
    impose(conviction, first)
    impose(conviction, second)

    [(_flags, sentence)] = dealts(asked(conviction, practitioner))

    assert sentence.disposal.length == Imposed("imprisonment", tuple(first + second)).length


@given(length=LENGTHS.filter(bool).filter(lambda length: max(length.years, length.months, length.days) < 1000))
def test_a_length_is_read_as_it_is_written(length):
    assert read(words(length)) == length


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_length_or_is_refused(text):
    with suppress(BadLengthError):
        assert read(text)


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("2 years and 6 months", Length(2, 6)),
        ("2 years, 6 months", Length(2, 6)),
        ("2y6m", Length(2, 6)),
        ("18 Months", Length(months=18)),
        ("3 weeks", Length(days=21)),
        ("1yr 2mths 3 days", Length(1, 2, 3)),
    ],
)
def test_lengths_as_people_write_them(typed, length):
    assert read(typed) == length


def test_of_several_disposals_the_longest_counts(sexual, practitioner):
    impose(sexual, kind="community_order")
    impose(sexual, [Length(months=7)])

    _flags, sentence = dealt(asked(sexual, practitioner))

    assert sentence.disposal.kind == "imprisonment"
    assert [basis.ends_on for basis in bases_of(asked(sexual, practitioner))] == [date(2034, 2, 28)]


def test_an_indefinite_one_counts_before_all(sexual, practitioner):
    impose(sexual, [Length(months=7)])
    impose(sexual, kind="restricted_hospital_order")

    assert dealt(asked(sexual, practitioner))[1].disposal.kind == "restricted_hospital_order"


def test_what_was_replaced_no_longer_counts(sexual, practitioner):
    old = impose(sexual, [Length(years=5)])
    impose(sexual, kind="fine", replaces=old, replaced_why="corrected", replacement_reason="Wrong")

    assert dealt(asked(sexual, practitioner))[1].disposal.kind == "fine"


def test_the_last_licence_to_end_is_the_end_and_one_without_an_end_has_none(sexual, practitioner):
    impose(sexual, [Length(months=6)], ends_on=date(2027, 1, 1))
    impose(sexual, [Length(months=6)], ends_on=date(2026, 1, 1))
    assert dealt(asked(sexual, practitioner))[1].licence_ends_on == date(2027, 1, 1)

    impose(sexual, [Length(months=6)])
    assert dealt(asked(sexual, practitioner))[1].licence_ends_on is None


def test_a_conditional_discharge_counts_for_its_own_period(sexual, practitioner):
    impose(sexual, kind="conditional_discharge", discharge_months=12)

    [basis] = bases_of(asked(sexual, practitioner))

    assert basis.ends_on == date(2025, 2, 28)


def test_the_jurisdiction_reaches_the_law(offender, sexual, practitioner):
    Conviction._base_manager.update(jurisdiction="elsewhere")
    impose(sexual, [Length(years=5)])

    assert bases_of(asked(sexual, practitioner)) == []


def test_one_question_answers_as_the_law_does(sexual, practitioner, offender):
    impose(sexual, [Length(months=20)], suspended=True)
    flags, sentence = dealt(asked(sexual, practitioner))

    period = notification.period(
        regime="SOA2003",
        born_on=offender.born_on,
        relevant_on=sentence.dealt_with_on,
        disposal=Imposed("imprisonment", (Length(months=20),), suspended=True),
    )
    assert eligibility.bases(flags, sentence, offender.born_on)[0].ends_on == period.last_day
