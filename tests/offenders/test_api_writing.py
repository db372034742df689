"""A system writes on behalf of a person, who may do it himself, once for each key."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from agencies.api.tokens import rotate
from agencies.models import IntegrationToken, SentOnce
from agencies.tasks import forget_old_keys
from audit.models import AccessEvent
from offenders.models import Flag, Note, Offence, Offender, Purpose
from tests.factories import IdentifierFactory, MembershipFactory, PersonalGrantFactory

SCOPES = ["cases:read", "cases:write", "notes:read", "notes:write", "flags:read"]
NOTE = {"kind": "contact", "happened_on": "2026-01-05", "text": "Rang at ten", "audience": "everyone"}


@pytest.fixture(autouse=True)
def scopes(token):
    IntegrationToken.objects.update(scopes=SCOPES)


@pytest.fixture
def send(client):
    """Post as the system, on behalf of a person."""

    def post(path, sent, person=None, key="", status=201):
        headers = {"Authorization": "Bearer a-long-random-token"}
        headers |= {"On-Behalf-Of": person.email} if person else {}
        headers |= {"Idempotency-Key": key} if key else {}
        response = client.post(f"/api/v1/{path}", sent, headers=headers, content_type="application/json")
        assert response.status_code == status, response.text
        return response.json()

    return post


@pytest.fixture
def notes(offender):
    return f"cases/{offender.reference}/notes/"


@pytest.fixture
def registration(offender, probation):
    return {
        "surname": "Winterbourne",
        "forenames": "Callum",
        "born_on": "1979-02-11",
        "crn": "X900001",
        "area": offender.area.slug,
        "lead_agency": probation.name,
        "offence": Offence.objects.filter(schedule_3=True).first().code,
        "dealt_with_on": "2024-05-01",
        "disposal": "imprisonment",
        "term_years": 4,
    }


def test_a_note_is_written_in_the_name_of_the_person(send, notes, offender, practitioner):
    made = send(notes, NOTE, practitioner)

    note = Note.objects.visible_to(practitioner).get()
    assert (note.reference, note.by, note.text) == (made["reference"], practitioner, "Rang at ten")
    event = AccessEvent.objects.get(event="api.notes_read")
    assert event.actor_id == practitioner.pk


def test_without_a_person_nothing_is_written(send, notes):
    assert "on behalf of a person" in send(notes, NOTE, status=403)["detail"]
    assert not Note._base_manager.exists()


def test_a_person_of_another_agency_cannot_be_acted_for(send, notes, outsider, housing):
    for stranger in (outsider, housing):
        send(notes, NOTE, stranger, status=401)

    assert not Note._base_manager.exists()


def test_what_the_person_may_not_do_no_system_does_for_him(send, offender, victim_liaison):
    send(f"cases/{offender.reference}/purposes/", {"purpose": "work"}, victim_liaison)

    send(f"cases/{offender.reference}/flags/", {"kind": "risk-to-staff", "notes": "x"}, victim_liaison, status=403)

    assert not Flag._base_manager.exists()


def test_what_the_system_does_not_see_it_does_not_find_for_a_person_who_does(send, other_case, practitioner):
    PersonalGrantFactory(content_object=other_case, user=practitioner)

    send(f"cases/{other_case.reference}/notes/", NOTE, practitioner, status=404)


def test_a_person_without_a_part_in_the_case_says_first_what_it_is_needed_for(
    send, token, offender, notes, area_officer
):
    MembershipFactory(user=token.user, agency=area_officer.memberships.get().agency, role_id="integration")
    assert "what the case is needed for" in send(notes, NOTE, area_officer, status=403)["detail"]

    send(f"cases/{offender.reference}/purposes/", {"purpose": "records"}, area_officer)
    send(notes, NOTE, area_officer)

    assert Purpose.objects.visible_to(area_officer).get().purpose == "records"


def test_the_same_key_is_done_once_and_answered_again(send, notes, practitioner):
    first = send(notes, NOTE, practitioner, key="k-1")
    again = send(notes, NOTE, practitioner, key="k-1", status=200)

    assert first == again
    assert Note.objects.visible_to(practitioner).count() == 1


def test_the_same_key_for_something_else_is_a_conflict(send, notes, practitioner):
    send(notes, NOTE, practitioner, key="k-1")

    answer = send(notes, NOTE | {"text": "Rang at eleven"}, practitioner, key="k-1", status=409)

    assert "another request" in answer["detail"]
    assert Note.objects.visible_to(practitioner).count() == 1


def test_a_refused_write_leaves_its_key_free(send, notes, practitioner):
    send(notes, NOTE | {"happened_on": "2090-01-05"}, practitioner, key="k-1", status=400)
    assert not SentOnce.objects.exists()

    send(notes, NOTE, practitioner, key="k-1")


@pytest.mark.parametrize("key", ["x" * 65, "a\tb"])
def test_a_key_that_is_none_is_refused(send, notes, practitioner, key):
    assert "Idempotency-Key" in send(notes, NOTE, practitioner, key=key, status=400)["errors"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "gossip"}, "kind"), ({"happened_on": "yesterday"}, "happened_on"), ({"text": ""}, "text")],
)
def test_a_note_that_makes_no_sense_is_refused_by_its_field(send, notes, practitioner, change, field):
    answer = send(notes, NOTE | change, practitioner, status=400)

    assert (list(answer["errors"]), answer["status"]) == ([field], 400)


def test_a_flag_is_put_on_the_case_once(send, offender, practitioner):
    flag = {"kind": "risk-to-staff", "notes": "Visit in pairs"}
    send(f"cases/{offender.reference}/flags/", flag, practitioner)

    again = send(f"cases/{offender.reference}/flags/", flag, practitioner, status=400)

    assert "on the case already" in str(again["errors"])


def test_a_person_is_registered_as_on_the_page(send, registration, practitioner):
    made = send("cases/", registration, practitioner, key="new")

    row = Offender.objects.visible_to(practitioner).get(reference=made["reference"])
    assert (row.full_name, row.category, row.level) == ("Winterbourne, Callum", 1, 1)
    assert AccessEvent.objects.filter(event="case.registered").count() == 1


def test_what_the_api_does_not_ask_is_not_taken_from_whoever_sends_it(send, registration, practitioner, outsider):
    forged = {"reference": "MA-2222-2222", "level": 3, "category": 1, "restricted": True, "registered_by": outsider.pk}

    send("cases/", registration | forged, practitioner)

    person = Offender.objects.visible_to(practitioner).exclude(surname="Ashdown").get()
    assert person.reference != "MA-2222-2222"
    assert (person.level, person.restricted, person.registered_by) == (1, False, practitioner)


def test_a_person_who_is_not_eligible_is_not_registered(send, registration, practitioner):
    fine = registration | {"disposal": "fine", "term_years": 0, "dealt_with_on": "1990-05-01"}

    answer = send("cases/", fine, practitioner, status=400)

    assert "eligible" in str(answer["errors"]["disposal"])
    assert not Offender._base_manager.filter(surname="Winterbourne").exists()


def test_nobody_registers_elsewhere(send, registration, practitioner):
    assert list(send("cases/", registration | {"area": "north-wales"}, practitioner, status=400)["errors"]) == ["area"]


def test_a_number_of_another_case_is_refused_in_the_words_of_the_page(send, registration, practitioner):
    send("cases/", registration, practitioner)

    again = send("cases/", registration | {"surname": "Other"}, practitioner, status=400)

    assert "Ask MAPPA co-ordination" in str(again["errors"]["crn"])


def test_somebody_who_left_is_not_acted_for(send, notes, practitioner, today):
    practitioner.memberships.update(until=today.replace(year=today.year - 1))

    send(notes, NOTE, practitioner, status=401)


def test_an_integration_is_nobody_to_act_for(send, notes, token, probation):
    other = MembershipFactory(agency=probation, role_id="integration").user

    send(notes, NOTE, other, status=401)


def test_old_keys_are_forgotten_and_new_ones_kept(send, notes, practitioner):
    send(notes, NOTE, practitioner, key="old")
    SentOnce.objects.update(at=timezone.now() - timedelta(days=8))
    send(notes, NOTE | {"text": "Rang at noon"}, practitioner, key="new")

    forget_old_keys()

    assert [row.key for row in SentOnce.objects.all()] == ["new"]


def test_that_a_number_is_held_elsewhere_is_told_and_recorded(send, registration, practitioner, other_case):
    IdentifierFactory(offender=other_case, kind="crn", value="X900001")

    told = send("cases/", registration, practitioner, status=400)

    assert "A record with this number exists" in str(told["errors"]["crn"])
    event = AccessEvent.objects.get(event="case.existence_told")
    assert (event.actor_id, event.case_id) == (practitioner.pk, other_case.pk)


def test_what_is_written_for_a_person_is_recorded_with_the_token(send, token, registration, practitioner):
    made = send("cases/", registration, practitioner)

    event = AccessEvent.objects.get(event="api.written")
    assert (event.actor_id, event.reference) == (practitioner.pk, made["reference"])
    assert event.detail == {"token": token.pk, "route": "api.cases_listed", "again": False}


def test_a_key_holds_when_the_token_was_changed_meanwhile(client, send, notes, token, practitioner):
    first = send(notes, NOTE, practitioner, key="k-1")
    _old, secret = rotate(token)
    headers = {"Authorization": f"Bearer {secret}", "On-Behalf-Of": practitioner.email, "Idempotency-Key": "k-1"}

    again = client.post(f"/api/v1/{notes}", NOTE, headers=headers, content_type="application/json")

    assert (again.status_code, again.json()) == (200, first)
    assert Note.objects.visible_to(practitioner).count() == 1


def test_a_key_holds_when_the_token_was_deleted(send, notes, token, practitioner):
    send(notes, NOTE, practitioner, key="k-1")

    token.delete()

    assert SentOnce.objects.get().key == "k-1"


def test_what_somebody_else_wrote_at_the_same_time_is_a_conflict_and_leaves_the_key_free(
    send, notes, practitioner, monkeypatch
):
    def written_meanwhile(**_asked):
        raise IntegrityError("Key (kind, value)=(crn, X123456)")

    with monkeypatch.context() as patched:
        patched.setattr("offenders.notes.add_note", written_meanwhile)
        answer = send(notes, NOTE, practitioner, key="k-1", status=409)
    send(notes, NOTE, practitioner, key="k-1")

    assert "saved already" in answer["detail"]
    assert "X123456" not in str(answer)


def test_whoever_is_held_is_registered_where_he_is(send, registration, practitioner):
    held = {"whereabouts": "custody", "place": "HMP Bedford", "since": "2024-05-01"}

    made = send("cases/", registration | held, practitioner)

    row = Offender.objects.visible_to(practitioner).get(reference=made["reference"])
    assert row.whereabouts == "custody"


def test_a_date_of_birth_that_is_known_roughly_is_registered_as_such(send, registration, practitioner):
    made = send("cases/", registration | {"born_is": "year"}, practitioner)

    assert Offender.objects.visible_to(practitioner).get(reference=made["reference"]).born_in_words == "1979"


def test_an_offence_out_of_use_is_not_registered(send, registration, practitioner):
    Offence.objects.filter(code=registration["offence"]).update(is_active=False)

    assert list(send("cases/", registration, practitioner, status=400)["errors"]) == ["offence"]
