"""National Insurance numbers, ViSOR references, telephone numbers and registration marks in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders import search
from offenders.law.identifiers import BadIdentifierError, check_letter, ni, spellings, visor, visor_in
from offenders.numbers import BadNumberError, mark, mark_in, telephone, telephone_in
from tests.factories import IdentifierFactory


@pytest.mark.parametrize("typed", ["AA123456C", "aa 12 34 56 c", " Aa123456c "])
def test_a_national_insurance_number_has_one_form(typed):
    assert ni(typed) == "AA123456C"


@pytest.mark.parametrize(
    "typed",
    [
        "QQ123456C",
        "DA123456A",
        "AO123456A",
        "BG123456A",
        "GB123456A",
        "ZZ123456A",
        "AA123456E",
        "AA12345A",
        "AA123456",
        "",
    ],
)
def test_what_cannot_be_a_national_insurance_number_is_refused(typed):
    with pytest.raises(BadIdentifierError, match="AA123456C"):
        ni(typed)


@pytest.mark.parametrize(("typed", "found"), [("vr 12/34", "VR12/34"), ("123456", "123456")])
def test_a_visor_reference_is_taken_as_it_is(typed, found):
    assert visor(typed) == found


@pytest.mark.parametrize("typed", ["", "7", "NONE", "1" * 30, "12!34"])
def test_what_cannot_be_a_visor_reference_is_refused(typed):
    with pytest.raises(BadIdentifierError, match="ViSOR"):
        visor(typed)


@pytest.mark.parametrize(
    ("words", "found"), [("ViSOR ref: 12 34", "1234"), ("AB99", "AB99"), ("John 99", ""), ("visor", "")]
)
def test_in_a_search_a_reference_is_one_word_or_follows_its_label(words, found):
    assert visor_in(words) == found


@pytest.mark.parametrize(
    "typed", ["07700 900982", "+44 7700 900982", "0044 7700 900 982", "+44 (0)7700-900982", "(07700) 900982"]
)
def test_a_telephone_number_has_one_form(typed):
    assert telephone(typed) == telephone_in(typed) == "+447700900982"


@pytest.mark.parametrize("typed", ["", "999", "07700", "+44 07700", "none", "+0123456789", "0770090098212345"])
def test_what_cannot_be_a_telephone_number_is_refused(typed):
    assert telephone_in(typed) == ""
    with pytest.raises(BadNumberError, match="07700"):
        telephone(typed)


def test_a_foreign_number_keeps_its_country():
    assert telephone("+33 1 99 00 12 34") == "+33199001234"


@pytest.mark.parametrize("typed", ["ab12 cde", "AB12CDE", "ab-12 cde"])
def test_a_registration_mark_has_one_form(typed):
    assert mark(typed) == "AB12CDE"


@pytest.mark.parametrize("typed", ["", "A", "AB12CDE?", "A" * 13])
def test_what_cannot_be_a_mark_is_refused(typed):
    with pytest.raises(BadNumberError):
        mark(typed)


@pytest.mark.parametrize(
    ("words", "found"),
    [("ab12 cde", "AB12CDE"), ("a123 bcd", "A123BCD"), ("ABC 123D", "ABC123D"), ("AIA 1234", "AIA1234"), ("Bo 1", "")],
)
def test_in_a_search_only_what_is_shaped_like_a_british_mark_is_one(words, found):
    assert mark_in(words) == found


@given(words=st.text())
def test_any_words_at_all_are_a_number_or_not_and_nothing_breaks(words):
    for find, form in ((telephone_in, telephone), (mark_in, mark), (visor_in, visor)):
        if found := find(words):
            assert form(found) == found


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("CRN:X123456", "X123456"),
        ("crn: x 12 34 56", "X123456"),
        ("X123456,", "X123456"),
        ("PNC:2004/0712343W", "2004/0712343W"),
        ("PNC#2004/0712343W", "2004/0712343W"),
        ("(2004/0712343W)", "2004/0712343W"),
        ("2004–0712343W", "2004/0712343W"),
        ("2004\u20110712343W", "2004/0712343W"),
        ("2004_0712343_W", "2004/0712343W"),
        ("Prison no. A1234AA", "A1234AA"),
        ("NOMIS A1234AA", "A1234AA"),
        ("12345699L", "123456/99L"),
        ("SF 99 123456 L", "SF99/123456L"),
        ("SF99123456L", "SF99/123456L"),
    ],
)
def test_a_number_is_read_with_its_label_and_however_it_is_marked(typed, number):
    assert number in spellings(typed, 2026)


@pytest.mark.parametrize("mark", ["", "-", " ", "/"])
@given(serial=st.integers(0, 999_999), year=st.integers(27, 99))
def test_every_cro_number_is_among_the_readings_of_it(mark, serial, year):
    number = f"{serial:06}/{year:02}{check_letter(year, f'{serial:06}')}"

    assert number in spellings(number.replace("/", mark), 2026)


def test_a_surname_that_looks_like_a_label_is_no_label():
    assert spellings("Ni Brien", 2026) == []


def test_what_looks_like_a_mark_or_a_telephone_number_may_be_a_reference(practitioner, offender):
    IdentifierFactory(offender=offender, kind="visor", value="AB12CDE")

    assert list(search.matching(practitioner, "AB12 CDE", {})) == []
    assert list(search.matching(practitioner, "AB12CDE", {})) == [offender]


def test_a_visor_reference_held_elsewhere_is_told_of(practitioner, other_case):
    IdentifierFactory(offender=other_case, kind="visor", value="VR12/34")

    assert search.elsewhere(practitioner, "ViSOR: VR12/34") == other_case.area.name
    assert search.elsewhere(practitioner, "VR12/35") is None


def test_a_national_insurance_number_is_found_without_its_last_letter(practitioner, offender):
    IdentifierFactory(offender=offender, kind="ni", value="AB123456C")

    assert list(search.matching(practitioner, "AB 12 34 56", {})) == [offender]
