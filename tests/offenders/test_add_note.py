"""A note is written on a case, for its audience."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Membership
from audit.models import AccessEvent
from offenders import notes
from offenders.models import Note, Offender
from tests.factories import GroupGrantFactory, NoteFactory, OffenderFactory, in_days

TEXT = "Saw him at home; the rent is paid"


def typed(day):
    return {"happened_on_day": day.day, "happened_on_month": day.month, "happened_on_year": day.year}


@pytest.fixture
def good():
    return {"kind": "home-visit", "text": TEXT, "audience": "everyone", **typed(in_days(-1))}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/notes/add/"


@pytest.mark.parametrize("person", ["practitioner", "coordinator", "chair", "victim_liaison", "housing"])
def test_whoever_works_the_case_writes_a_note(client, request, granted, offender, url, good, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    response = client.post(url, good, follow=True)

    note = Note.objects.visible_to(user).get()
    assert (note.kind, note.happened_on, note.text, note.by) == ("home-visit", in_days(-1), TEXT, user)
    assert TEXT in response.text


def test_it_is_recorded_without_its_text(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    event = AccessEvent.objects.get(event="note.added")
    assert (event.case_id, event.detail) == (offender.pk, {"kind": "home-visit", "audience": "everyone"})
    assert not offender.timeline.visible_to(practitioner).exists()


@pytest.mark.parametrize(
    ("person", "reads"),
    [("practitioner", True), ("coordinator", True), ("victim_liaison", True), ("housing", False), ("uninvited", False)],
)
def test_a_note_for_the_responsible_authority_is_read_by_it_only(request, granted, offender, chair, person, reads):
    NoteFactory(offender=offender, audience="authority", by=chair)

    assert Note.objects.visible_to(request.getfixturevalue(person)).exists() == reads


def test_who_wrote_a_note_reads_it_whoever_it_is_for(client, granted, housing, url, good):
    client.force_login(housing)

    response = client.post(url, good | {"audience": "authority"}, follow=True)

    assert TEXT in response.text


def test_a_lead_agency_elsewhere_reads_it_when_it_is_a_responsible_authority(area, outsider, chair):
    agency = Membership.objects.get(user=outsider).agency
    case = OffenderFactory(area=area, lead_agency=agency)
    GroupGrantFactory(content_object=case, group=agency.group, basis="lead")
    NoteFactory(offender=case, audience="authority", by=chair)

    assert Note.objects.visible_to(outsider).exists()


def test_an_author_who_lost_the_case_reads_it_no_more(offender, housing):
    NoteFactory(offender=offender, audience="authority", by=housing)

    assert not Note.objects.visible_to(housing).exists()


def test_a_note_of_a_restricted_case_is_read_by_nobody_unnamed(offender, practitioner):
    NoteFactory(offender=offender, audience="authority", by=practitioner)
    Offender._base_manager.update(restricted=True)

    assert not Note.objects.visible_to(practitioner).exists()


def test_who_sees_the_case_but_may_not_is_refused(client, offender, outsider, url, good):
    """A coordinator of another area, whose agency the case was shared with, looks and writes nothing."""
    GroupGrantFactory(content_object=offender, group=Membership.objects.get(user=outsider).agency.group)
    client.force_login(outsider)

    assert client.get(f"/people/{offender.reference}/timeline/").status_code == 200
    assert client.get(url).status_code == 403
    assert client.post(url, good).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url, good).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose what the note is about"),
        ({"text": " "}, "text", "Enter the note"),
        ({"audience": "nobody"}, "audience", "Select a valid choice"),
        ({"audience": ""}, "audience", "Choose who may read the note"),
        (typed(in_days(1)), "happened_on", "must be today or in the past"),
        ({"happened_on_day": "31", "happened_on_month": "2"}, "happened_on", "must be a real date"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert change.get("text", TEXT).strip() in response.text
    assert not Note.objects.visible_to(practitioner).exists()


def test_a_second_click_is_not_a_second_note(client, practitioner, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    assert "recorded this already" in client.post(url, good).text
    assert Note.objects.visible_to(practitioner).count() == 1


def test_the_verb_itself_refuses_those_who_may_not_and_what_has_not_happened(offender, lay_adviser, practitioner):
    answers = {"offender": offender, "kind": "contact", "text": "x", "audience": "everyone"}
    with pytest.raises(PermissionDenied):
        notes.add_note(**answers, happened_on=in_days(0), by=lay_adviser)
    with pytest.raises(ValidationError):
        notes.add_note(**answers, happened_on=in_days(1), by=practitioner)
