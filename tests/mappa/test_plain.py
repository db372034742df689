"""Text reads as it is written."""

import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as some

from mappa.forms import Form
from mappa.plain import one_alphabet, plain


class Asked(Form):
    name = forms.CharField(label="Name")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Se\u0301an", "Séan"),
        ("W\u0302yn", "Ŵyn"),
        ("Ash\u200bdown", "Ashdown"),
        ("Ash\u202enwod", "Ashnwod"),
        ("\ufeffAsh\u00addown\u2069", "Ashdown"),
        ("Ash\u200ddown", "Ashdown"),
        ("Bell\x07", "Bell"),
        ("one\ntwo\tthree", "one\ntwo\tthree"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("O’Neil-Ó Sé", "O’Neil-Ó Sé"),
        ("Петр\u200dов", "Петров"),
        ("Ash\u3164\u200d\u3164down", "Ashdown"),
        ("Se\u034f\u0301an", "Séan"),
        ("김\u3000민준", "김\u3000민준"),
        ("김\u200d민준", "김민준"),
        ("王\u200d小明", "王小明"),
        ("a—\u200d—b", "a——b"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_signs_that_nobody_sees_are_left_out(typed, kept):
    assert plain(typed) == kept


@pytest.mark.parametrize(
    "sign", "\u034f\u115f\u1160\u17b4\u180b\u180e\u2065\u2800\u3164\ufe00\ufe0f\uffa0\U000e0041\U000e0100\U000e01ef"
)
def test_letters_and_marks_that_only_fill_are_left_out(sign):
    assert plain(f"Ash{sign}{sign}down") == "Ashdown"


@given(some.text())
def test_what_is_plain_stays_as_it_is_and_steers_nothing(text):
    once = plain(text)

    assert plain(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\x00\u200b\u200e\u202d\u202e\u2066\u2069\ufeff")


@pytest.mark.parametrize("name", ["Аshdown", "Ashdοwn", "Smith-Joneѕ", "Ashdօwn", "Ꭺshdown"])
def test_a_word_of_letters_that_only_look_alike_is_refused(name):
    with pytest.raises(ValidationError, match="Delete it and type it again"):
        one_alphabet(name)


@pytest.mark.parametrize(
    "name",
    ["Ashdown", "Ŵyn", "Łukasz", "Петров", "Παπαδόπουλος", "Ivanov Иванов", "王小明", "O’Neil", "Պետրոսյան", "ᏣᎳᎩ"],
)
def test_names_of_every_country_are_taken(name):
    one_alphabet(name)


def test_every_form_takes_words_without_them_and_shows_what_was_typed():
    form = Asked({"name": "Ash\u202edown", "note": "Se\u0301an\u200b said"})

    assert form.is_valid()
    assert form.cleaned_data == {"name": "Ashdown", "note": "Séan said"}
    assert form["name"].value() == "Ash\u202edown"


def test_a_name_of_nothing_but_such_signs_is_no_name():
    assert Asked({"name": "\u200b\u202e"}).errors == {"name": ["Enter an answer to “Name”"]}
