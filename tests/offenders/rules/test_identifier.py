"""POST /api/v1/rules/identifier/: hmpps-integration.md e1, with its traps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offenders.law.identifiers import CHECK_LETTERS, KINDS, asn, judge

VALID = [
    ("pnc", "2008/0056560Z", "2008/0056560Z"),
    ("pnc", "20030011985X", "2003/0011985X"),
    ("pnc", "20120052494Q", "2012/0052494Q"),
    ("pnc", "81/34U", "1981/0000034U"),
    ("pnc", "8134U", "1981/0000034U"),
    ("pnc", "02/73319Z", "2002/0073319Z"),
    ("pnc", "0273319Z", "2002/0073319Z"),
    ("pnc", "1979/163001B", "1979/0163001B"),
    ("pnc", " 2008/56560z ", "2008/0056560Z"),
    ("pnc", "1999/0000001G", "1999/0000001G"),
    ("pnc", "2005/1234567W", "2005/1234567W"),
    ("pnc", "2024/0000042K", "2024/0000042K"),
    ("cro", "SF05/482703J", "SF05/482703J"),
    ("cro", "265416/21G", "265416/21G"),
    ("cro", "1/99w", "000001/99W"),
    ("cro", "SF99/1B", "SF99/1B"),
    ("crn", "x123456", "X123456"),
    ("crn", "AB123456", "AB123456"),
    ("noms", "a1234aa", "A1234AA"),
    ("asn", "1101ZD0100000448754K", "11/01ZD/01/00000448754K"),
    ("asn", "11/01zd/01/448754k", "11/01ZD/01/00000448754K"),
]


@pytest.mark.parametrize(("kind", "typed", "canonical"), VALID)
def test_a_number_has_one_spelling(ask, kind, typed, canonical):
    answer = ask("identifier", {"kind": kind, "value": typed})

    assert (answer["valid"], answer["canonical"], "expected_letter" in answer) == (True, canonical, False)


WRONG = [
    ("pnc", "20030011985Z", "X"),
    ("pnc", "1923[1234567A", None),
    ("pnc", "198/34U", None),
    ("pnc", "3000/0000001A", None),
    ("pnc", "2099/0000001G", None),
    ("cro", "85227/65G", "L"),
    ("cro", "SF80/655108T", "V"),
    ("cro", "SF99/000001B", "W"),
    ("crn", "X00001", None),
    ("noms", "A123AA", None),
    ("asn", "11/01ZD/01/00000448754R", "K"),
    ("asn", "11/01ZD/0100000448754K", None),
    ("asn", "11/01ZD/01/000000448754K", None),
]


@pytest.mark.parametrize(("kind", "typed", "letter"), WRONG)
def test_a_wrong_number_says_so_and_its_letter(ask, kind, typed, letter):
    answer = ask("identifier", {"kind": kind, "value": typed})

    assert (answer["valid"], answer["canonical"]) == (False, None)
    assert answer.get("expected_letter") == letter


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "passport", "value": "1"}, "kind"),
        ({"kind": "pnc", "value": ""}, "value"),
        ({"kind": "pnc", "value": 20030011985}, "value"),
        ({"kind": "pnc", "value": "1" * 101}, "value"),
        ({"kind": "pnc"}, "value"),
        ({"kind": ["pnc"], "value": "1"}, "kind"),
    ],
)
def test_what_is_no_number_is_refused(ask, asked, field):
    assert list(ask("identifier", asked, status=400)) == [field]


@given(kind=st.sampled_from(KINDS), typed=st.text(max_size=30))
def test_any_words_have_an_answer(kind, typed):
    answer = judge(kind, typed, 2026)

    assert answer.valid == (answer.canonical is not None)
    assert not answer.valid or judge(kind, answer.canonical, 2026).canonical == answer.canonical


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 10**11 - 1))
def test_one_letter_makes_an_arrest_summons_number_right(year, force, system, sequence):
    letter = CHECK_LETTERS[int(f"{force:02d}{system:02d}{year:02d}{sequence:011d}") % 23]

    canonical = f"{year:02d}/{force:02d}AB/{system:02d}/{sequence:011d}{letter}"

    assert asn(canonical) == asn(canonical.replace("/", "").lower()) == canonical
