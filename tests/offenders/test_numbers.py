"""National Insurance numbers, ViSOR references, telephone numbers and registration marks in one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law.identifiers import BadIdentifierError, ni, visor, visor_in
from offenders.numbers import BadNumberError, mark, mark_in, telephone, telephone_in


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
