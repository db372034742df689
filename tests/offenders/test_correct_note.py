"""A note is never changed: a correction is a new note, and both are shown."""

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Membership
from offenders import notes
from offenders.models import Note
from tests.factories import GroupGrantFactory, NoteFactory, in_days

RIGHT = "The rent is two weeks behind"


def typed(day):
    return {"happened_on_day": day.day, "happened_on_month": day.month, "happened_on_year": day.year}


@pytest.fixture
def audience():
    return "everyone"


@pytest.fixture
def note(offender, practitioner, audience):
    return NoteFactory(offender=offender, text="The rent is paid", by=practitioner, audience=audience)


@pytest.fixture
def good():
    return {"kind": "contact", "text": RIGHT, "audience": "everyone", **typed(in_days(-1))}


@pytest.fixture
def url(note):
    return f"/people/notes/{note.reference}/correct/"


def test_both_are_shown_each_pointing_at_the_other(client, practitioner, note, url, good):
    client.force_login(practitioner)

    response = client.post(url, good, follow=True)

    correction = Note.objects.visible_to(practitioner).get(corrects=note)
    shown = {event["text"]: event["facts"] for event in response.context["events"]}
    assert f"Corrects {note.reference}" in shown[RIGHT]
    assert f"Corrected by {correction.reference}" in shown["The rent is paid"]


def test_the_form_begins_with_the_note(client, practitioner, url):
    client.force_login(practitioner)

    assert "The rent is paid" in client.get(url).text


def test_the_first_note_is_as_it_was(client, practitioner, note, url, good):
    before = Note.objects.visible_to(practitioner).filter(pk=note.pk).values().get()
    client.force_login(practitioner)

    client.post(url, good)

    assert Note.objects.visible_to(practitioner).filter(pk=note.pk).values().get() == before


def test_a_note_is_corrected_once_and_then_its_correction_is(client, practitioner, note, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    response = client.post(url, good | {"text": "Three weeks"})

    assert "corrected already" in response.text
    assert "Three weeks" in response.text
    correction = Note.objects.visible_to(practitioner).get(corrects=note)
    client.post(f"/people/notes/{correction.reference}/correct/", good | {"text": "Three weeks"})
    assert Note.objects.visible_to(practitioner).get(corrects=correction).text == "Three weeks"


@pytest.mark.parametrize("audience", ["authority"])
def test_a_correction_reaches_nobody_whom_the_note_did_not(client, practitioner, note, url, good):
    client.force_login(practitioner)

    response = client.post(url, good)

    assert "so is its correction" in " ".join(response.context["form"].errors["audience"])
    assert RIGHT in response.text
    assert Note.objects.visible_to(practitioner).get() == note


def test_who_sees_the_case_but_may_not_is_refused(client, offender, outsider, url, good):
    GroupGrantFactory(content_object=offender, group=Membership.objects.get(user=outsider).agency.group)
    client.force_login(outsider)

    assert client.get(url).status_code == 403
    assert client.post(url, good).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url, good).status_code == 404


@pytest.mark.parametrize("audience", ["authority"])
def test_who_may_not_read_the_note_cannot_tell_that_it_exists(client, granted, housing, url, good):
    client.force_login(housing)

    assert client.get(url).status_code == 404
    assert client.post(url, good).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"text": " "}, "text", "Enter the note"),
        (typed(in_days(1)), "happened_on", "must be today or in the past"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(
    client, practitioner, note, url, good, change, field, message
):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert change.get("text", RIGHT).strip() in response.text
    assert Note.objects.visible_to(practitioner).get() == note


def test_the_verb_itself_refuses_those_who_may_not(note, lay_adviser):
    with pytest.raises(PermissionDenied):
        notes.correct_note(
            note=note, kind="contact", happened_on=in_days(0), text="x", audience="everyone", by=lay_adviser
        )
