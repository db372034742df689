"""Identity numbers: the examples of docs/hmpps-integration.md e1, its traps, and every number there could be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law.identifiers import (
    CHECK_LETTERS,
    BadIdentifierError,
    candidates,
    canonical,
    check_letter,
    crn,
    cro,
    noms,
    pnc,
)

NOW = 2026
YEARS = st.integers(NOW - 99, NOW)
SERIALS = st.integers(0, 9_999_999)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2008/0056560Z", "2008/0056560Z"),
        ("20030011985X", "2003/0011985X"),
        ("20120052494Q", "2012/0052494Q"),
        ("81/34U", "1981/0000034U"),
        ("02/73319Z", "2002/0073319Z"),
        ("1999/0000001G", "1999/0000001G"),
        ("2005/1234567W", "2005/1234567W"),
        ("2024/0000042K", "2024/0000042K"),
        ("1979/163001B", "1979/0163001B"),  # trap: split on the slash first
        ("2008/56560z", "2008/0056560Z"),  # trap: upper case; leading zeros dropped
        (" 2008 / 0056560 z ", "2008/0056560Z"),
        ("8134U", "1981/0000034U"),
        ("0273319Z", "2002/0073319Z"),
        ("030011985X", "2003/0011985X"),  # ten characters: a full serial after a short year
        ("200311985X", "2003/0011985X"),  # ten characters: a short serial after a full year
        ("2004/0712343W", "2004/0712343W"),
    ],
)
def test_pnc_numbers_in_any_spelling_have_one_form(typed, expected):
    assert pnc(typed, NOW) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "20030011985Z",
        "1923[1234567A",
        "198/34U",
        "19812/34U",
        "2008/00565600Z",
        "2008/Z",
        "",
        "Z",
        "2008/0056560",
        "²008/1A",
    ],
)
def test_what_cannot_be_a_pnc_number_is_refused(typed):
    with pytest.raises(BadIdentifierError, match="PNC number"):
        pnc(typed, NOW)


def test_a_wrong_check_letter_says_which_was_expected():
    with pytest.raises(BadIdentifierError, match="would be X, not Z"):
        pnc("2003/0011985Z", NOW)


@pytest.mark.parametrize(("typed", "year"), [("26/1", "2026"), ("27/1", "1927"), ("00/1", "2000"), ("99/1", "1999")])
def test_a_short_year_belongs_to_the_century_that_has_begun(typed, year):
    letter = check_letter(int(year), "0000001")

    assert pnc(typed + letter, NOW) == f"{year}/0000001{letter}"


@given(year=YEARS, serial=SERIALS)
def test_every_spelling_of_a_pnc_number_comes_back_to_one(year, serial):
    letter = check_letter(year, f"{serial:07d}")
    whole = f"{year}/{serial:07d}{letter}"

    spellings = [
        whole,
        whole.replace("/", ""),
        f"{year}/{serial}{letter}",
        f"{year % 100:02d}/{serial}{letter}".lower(),
    ]

    assert {pnc(spelling, NOW) for spelling in spellings} == {whole}


@given(year=YEARS, serial=SERIALS, letter=st.sampled_from(CHECK_LETTERS))
def test_only_one_letter_of_the_alphabet_is_right(year, serial, letter):
    right = check_letter(year, f"{serial:07d}")

    if letter == right:
        assert pnc(f"{year}/{serial}{letter}", NOW)
    else:
        with pytest.raises(BadIdentifierError):
            pnc(f"{year}/{serial}{letter}", NOW)


def test_the_alphabet_has_23_letters_without_i_o_and_s():
    assert len(set(CHECK_LETTERS)) == 23
    assert not set("IOS") & set(CHECK_LETTERS)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("SF05/482703J", "SF05/482703J"),
        ("sf05/482703j", "SF05/482703J"),
        ("265416/21G", "265416/21G"),
        ("000001/99W", "000001/99W"),
        ("1/99W", "000001/99W"),
        ("SF99/1B", "SF99/1B"),
    ],
)
def test_cro_numbers_have_one_form(typed, expected):
    assert cro(typed) == expected


@pytest.mark.parametrize("typed", ["85227/65G", "SF99/000001B", "265416/2021G", "26541621G", "SF/1B", ""])
def test_what_cannot_be_a_cro_number_is_refused(typed):
    with pytest.raises(BadIdentifierError, match="CRO number"):
        cro(typed)


def test_the_external_apis_own_example_does_not_add_up():
    with pytest.raises(BadIdentifierError, match="would be V, not T"):
        cro("SF80/655108T")


@given(year=st.integers(0, 99), serial=st.integers(0, 999_999))
def test_cro_numbers_round_trip(year, serial):
    standard = f"{serial:06d}/{year:02d}{check_letter(year, f'{serial:06d}')}"
    short = f"SF{year:02d}/{serial}{check_letter(year, str(serial))}"

    assert cro(standard) == cro(standard.lower()) == standard
    assert cro(short) == short


@pytest.mark.parametrize(("typed", "expected"), [("x123456", "X123456"), ("AB 123456", "AB123456")])
def test_a_crn_has_one_or_two_letters_and_six_numbers(typed, expected):
    assert crn(typed) == expected


@pytest.mark.parametrize("typed", ["X00001", "X1234567", "123456", "ABC123456", "X12345A", "X١٢٣٤٥٦"])
def test_what_cannot_be_a_crn_is_refused(typed):
    with pytest.raises(BadIdentifierError, match="1 or 2 letters followed by 6 numbers"):
        crn(typed)


def test_a_prison_number_is_a_letter_four_numbers_and_two_letters():
    assert noms("a1234aa") == "A1234AA"
    with pytest.raises(BadIdentifierError):
        noms("A123AA")


@given(typed=st.text())
def test_any_words_at_all_are_a_number_or_not_and_nothing_breaks(typed):
    for found in candidates(typed, NOW):
        assert found in candidates(found, NOW)


@given(typed=st.text(alphabet="0123456789/SFABXYZ ", max_size=15), kind=st.sampled_from(["pnc", "cro", "crn", "noms"]))
def test_a_canonical_form_stays_as_it_is(typed, kind):
    try:
        found = canonical(kind, typed, NOW)
    except BadIdentifierError:
        return

    assert canonical(kind, found, NOW) == found
