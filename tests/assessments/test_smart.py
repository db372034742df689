"""Actions and measures are somebody's, by a day, in words that can be checked; each refusal says why."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from assessments import smart

GOOD = {
    "owner": "Housing",
    "due_on": date(2026, 12, 1),
    "text": "Visit the address and report who lives there",
    "checked_how": "",
}


def faults(**change):
    return [(fault.field, fault.words) for fault in smart.faults(**GOOD | change)]


def test_an_owner_a_day_and_plain_words_are_enough():
    assert faults() == []


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"owner": None}, "agency", "nobody’s"),
        ({"due_on": None}, "due_on", "never late"),
        ({"text": "  "}, "text", "Enter what will be done"),
    ],
)
def test_without_owner_day_or_words_it_is_refused_whatever_the_reason(change, field, words):
    found = smart.faults(**GOOD | change)

    assert [(fault.field, fault.may_stand) for fault in found] == [(field, False)]
    assert words in found[0].words
    with pytest.raises(ValidationError):
        smart.refuse(found, override_reason="It must stand")


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("Monitor his use of the telephone", "Monitor", "no result"),
        ("Police are monitoring him", "monitoring", "no result"),
        ("Keep an eye on the new partner", "Keep an eye", "no result"),
        ("Visit as necessary", "as necessary", "leaves open"),
        ("Visit as and when required", "as and when required", "leaves open"),
        ("Visit where\n possible", "where possible", "leaves open"),
        ("Try to visit", "Try to", "an attempt"),
        ("Liaise with housing", "Liaise", "an attempt"),
        ("Visit asap", "asap", "no day"),
        ("Visit regularly", "regularly", "no day"),
    ],
)
def test_words_that_nobody_can_check_are_refused_and_the_reason_told(text, said, why):
    (found,) = faults(text=text)

    assert found[0] == "text"
    assert f"“{said}”" in found[1]
    assert why in found[1]


@pytest.mark.parametrize(
    "text",
    [
        "Fit electronic monitoring equipment",
        "Visit at the necessary intervals of one week",
        "Book a consideration hearing",
        "Order the retrying of the case",
    ],
)
def test_words_that_only_look_alike_pass(text):
    assert faults(text=text) == []


def test_each_manner_of_speaking_is_explained_once():
    found = faults(text="Monitor and keep monitoring, as necessary, regularly")

    assert len(found) == 3


def test_saying_how_it_is_checked_mends_the_words():
    assert faults(text="Monitor his telephone", checked_how="Police read it on the first of each month") == []


@pytest.mark.parametrize("nothing", ["n/a", "N/A.", "-", "none", "Not applicable", "…", "Yes"])
def test_what_says_nothing_is_no_check(nothing):
    (found,) = faults(text="Monitor his telephone", checked_how=nothing)

    assert found[0] == "text"


def test_a_check_that_cannot_be_checked_mends_nothing():
    (found,) = faults(text="Monitor his telephone", checked_how="Checked as appropriate")

    assert found[0] == "checked_how"


def test_a_reason_lets_words_stand():
    found = smart.faults(**GOOD | {"text": "Monitor his telephone"})

    assert smart.refuse(found, override_reason="The court’s own word") is True
    assert smart.refuse([], override_reason="") is False
    with pytest.raises(ValidationError, match="no result"):
        smart.refuse(found, override_reason="  ")
