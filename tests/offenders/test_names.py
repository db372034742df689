"""Names as words, dates as people write them, and the words that an upgrade gives to cases."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from offenders import finding, names, search
from offenders.law import identifiers
from offenders.models import NameForm, NameWord, Offender

TODAY = date(2026, 11, 22)
MARCH = date(1981, 3, 27)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("O’Neil-Ó Sé", "oneil o se"),
        ("SIOBHÁN", "siobhan"),
        ("Łukasz  Żółć", "lukasz zolc"),
        ("Straße", "strasse"),
        ("D'Arcy, J.", "darcy j"),
        ("Мухаммад", "мухаммад"),
        ("!?", ""),
    ],
)
def test_names_are_folded(typed, folded):
    assert names.fold(typed) == folded


def test_neighbours_are_words_too():
    assert names.words_of("De La Cruz", "Mary") == ("cruz", "de", "dela", "delacruz", "la", "lacruz", "mary")


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text):
    assert names.fold(names.fold(text)) == names.fold(text)


@given(st.text("abcdef", min_size=3, max_size=10), st.integers(0, 9), st.sampled_from("xyz"))
def test_one_slip_always_leaves_a_form_in_common(word, place, letter):
    place %= len(word)
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]

    for slip in (word[:place] + word[place + 1 :], word[:place] + letter + word[place:], swapped):
        assert names.shorter(word) & names.shorter(slip)


@pytest.mark.parametrize(
    "typed",
    [
        "27/3/1981",
        "27.03.81",
        "27-3-1981",
        "27 3 1981",
        "27 march 1981",
        "27th of mar 1981",
        "march 27, 1981",
        "1981-03-27",
        "27031981",
        "19810327",
        "3/27/1981",
    ],
)
def test_a_date_of_birth_is_read_as_it_is_usually_written(typed):
    rest, born = finding.born_in(f"ashdown dob {typed}", TODAY)

    assert rest.split() == ["ashdown"]
    assert (born.first, born.last, born.swapped) == (MARCH, MARCH, None)


@pytest.mark.parametrize(
    ("typed", "first", "last", "swapped"),
    [
        ("5/6/1990", date(1990, 6, 5), date(1990, 6, 5), date(1990, 5, 6)),
        ("3/1981", date(1981, 3, 1), date(1981, 3, 31), None),
        ("december 1981", date(1981, 12, 1), date(1981, 12, 31), None),
        ("about 1981", date(1979, 1, 1), date(1983, 12, 31), None),
        ("1980s", date(1980, 1, 1), date(1989, 12, 31), None),
    ],
)
def test_a_date_may_be_about_or_the_wrong_way_round(typed, first, last, swapped):
    assert finding.born_in(typed, TODAY)[1] == finding.Born(first, last, swapped)


@pytest.mark.parametrize("typed", ["31/2/1981", "99/99/9999", "april jones", "2999", "0/0/00", "1/13/13/1"])
def test_what_is_no_date_does_not_fall_over(typed):
    finding.born_in(typed, TODAY)


@pytest.mark.django_db
@given(words=st.text(max_size=40))
def test_nothing_that_is_typed_falls_over(words):
    from agencies.models.user import system_user

    list(search.matching(system_user(), words.replace("\x00", ""), {}))


@pytest.mark.parametrize(
    ("typed", "begun"),
    [
        ("04/712343", ["2004/0712343", "2004/712343"]),
        ("2004/0712343X", ["2004/0712343"]),
        ("20040712343", ["2004/0712343"]),
        ("x1234", ["X1234"]),
        ("A1234", ["A1234"]),
        ("123456/99", ["123456/99"]),
        ("Ashdown", []),
        ("1981", []),
    ],
)
def test_a_part_of_a_number_is_a_beginning(typed, begun):
    assert identifiers.beginnings(typed, 2026) == begun


@pytest.mark.parametrize("typed", ["PNC 2004/0712343W", "pnc no: 2004-0712343w", "2004 0712343 W", "04.712343.W"])
def test_a_number_is_read_with_its_label_and_marks(typed):
    assert identifiers.spellings(typed, 2026) == ["2004/0712343W"]


def test_the_upgrade_gives_each_case_its_words_and_may_run_again(offender, practitioner):
    upgrade = import_module("offenders.migrations.0007_name_words")
    Offender._base_manager.update(name_words=[], search_name="ÅSHDOWN")
    NameWord.objects.all().delete()
    NameForm.objects.all().delete()

    for _run in range(2):
        upgrade.fill(Plain(), connection.schema_editor())

    assert search.matching(practitioner, "Ashdwon Petr", {}).get() == offender
    assert Offender.objects.visible_to(practitioner).get().search_name == "ashdown peter"


class Plain:
    """The models as a migration sees them: without a guard."""

    def get_model(self, app, name):
        model = apps.get_model(app, name)
        return type("Model", (), {"objects": model._base_manager, "__new__": lambda cls, **values: model(**values)})
