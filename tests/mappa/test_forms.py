"""How forms speak, and what becomes of a refused action."""

import datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.template.loader import render_to_string

from mappa.forms import DateField, Form, attempt
from mappa.templatetags.mappa import error_links


class ReleaseForm(Form):
    widths = {"crn": 10}

    crn = forms.CharField(label="CRN", max_length=7, error_messages={"required": "Enter the CRN"})
    level = forms.ChoiceField(label="Level", choices=[("2", "Level 2"), ("3", "Level 3")], widget=forms.RadioSelect)
    release = DateField(label="When is the release date?", what="release date")


def release(day="", month="", year="", **others):
    typed = {"release_day": day, "release_month": month, "release_year": year}
    return ReleaseForm({"crn": "X123456", "level": "2"} | typed | others)


def refuse(error):
    def action(**_known):
        raise error

    return action


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("", "", ""), "Enter the release date"),
        (("27", "", "2026"), "The release date must include a month"),
        (("27", "", ""), "The release date must include a month and a year"),
        (("31", "2", "2026"), "The release date must be a real date"),
        (("x", "2", "2026"), "The release date must be a real date"),
        (("27", "3", "26"), "The release date must have a year of 4 numbers, for example 2026"),
        (("27", "3", "9" * 20), "The release date must be a real date"),
        (("27", "3", "1" * 5000), "The release date must be a real date"),
    ],
)
def test_a_wrong_date_says_how_to_mend_it(typed, message):
    assert release(*typed).errors["release"] == [message]


@pytest.mark.parametrize("year", ["0226", "1899", "9990", "9999"])
def test_a_date_of_another_age_is_refused(year):
    assert "must have a year from 1900 to" in release("27", "3", year).errors["release"][0]


def test_three_boxes_make_a_date():
    form = release("27", "3", "2026")

    assert form.is_valid()
    assert form.cleaned_data["release"] == datetime.date(2026, 3, 27)


def test_an_optional_date_may_be_empty():
    assert DateField(required=False).clean(["", "", ""]) is None


def test_a_wrong_date_keeps_what_was_typed_and_marks_the_box_to_mend():
    html = str(release("27", "", "2026")["release"])

    assert 'value="27"' in html
    assert html.count("govuk-input--error") == 1
    assert (
        'id="id_release_1" name="release_month" type="text" inputmode="numeric" autocomplete="off" aria-invalid' in html
    )


def test_a_known_date_fills_the_boxes():
    html = str(ReleaseForm(initial={"release": datetime.date(2026, 3, 27)})["release"])

    assert 'name="release_month" type="text" inputmode="numeric" autocomplete="off" value="3"' in html


def test_a_form_leaves_mistakes_to_us_and_not_to_the_browser():
    html = str(ReleaseForm())

    assert " required" not in html
    assert "maxlength" not in html
    assert 'class="govuk-input govuk-input--width-10"' in html


def test_an_empty_answer_without_words_of_its_own_names_the_question():
    assert release(level="").errors["level"] == ["Select an answer to “Level”"]


def test_every_error_link_lands_on_a_control():
    form = release("27", "", "2026", crn="", level="")
    form.add_error(None, "This person was referred before")

    links = error_links(form)

    assert [link["href"] for link in links] == ["#id_crn", "#id_crn", "#id_level", "#id_release_1"]
    assert all(f'id="{link["href"][1:]}"' in str(form) for link in links)


def test_the_error_summary_is_silent_without_errors():
    assert render_to_string("govuk/error_summary.html", {"form": ReleaseForm()}).strip() == ""


def test_an_action_gets_the_answers_and_what_is_known():
    seen = {}

    assert attempt(release("27", "3", "2026"), seen.update, by="Kofi")

    assert seen == {"crn": "X123456", "level": "2", "release": datetime.date(2026, 3, 27), "by": "Kofi"}


def test_an_invalid_form_runs_no_action():
    assert not attempt(release(), refuse(AssertionError("ran")))


def test_a_refusal_stands_beside_the_field_it_names_and_above_all_otherwise():
    form = release("27", "3", "2026")

    assert not attempt(form, refuse(ValidationError({"crn": "Known already", "offender": "Not in your area"})))

    assert form.errors == {"crn": ["Known already"], "__all__": ["Not in your area"]}


def test_a_refusal_without_a_field_stands_above_all():
    form = release("27", "3", "2026")

    assert not attempt(form, refuse(ValidationError("Not now")))

    assert form.non_field_errors() == ["Not now"]


def test_what_was_saved_by_a_second_click_is_told_and_not_saved_twice():
    form = release("27", "3", "2026")

    assert not attempt(form, refuse(IntegrityError()))

    assert "Nothing was saved twice" in form.non_field_errors()[0]
