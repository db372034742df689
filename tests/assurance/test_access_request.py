"""A person asks what is held: every row is given or withheld by a law, a second person checks it, and a pack is made."""

from datetime import timedelta

import pytest
from django.utils.formats import date_format

from agencies.models import Role
from assurance import answering_person, gathering
from assurance.models import AccessRequest, PackDecision
from assurance.views.asked import request_pack
from audit.models import AccessEvent
from mappa import dates
from tests.conftest import member
from tests.factories import (
    AccessRequestFactory,
    AddressFactory,
    AgendaItemFactory,
    ExclusionFactory,
    NoteFactory,
    PackDecisionFactory,
    ParagraphFactory,
    VictimFactory,
)

State = AccessRequest.State


@pytest.fixture
def colleague(police):
    """Anna coordinates beside Alice."""
    return member(police, Role.Code.COORDINATOR, "anna")


@pytest.fixture
def asked(offender):
    return AccessRequestFactory(offender=offender)


def said(day):
    return {"received_on_day": day.day, "received_on_month": day.month, "received_on_year": day.year}


def decide_all(asked, by, exemption=""):
    for kind in list(gathering.held(asked.offender, by)):
        rows = gathering.entries(kind.model, asked.offender, by)
        answers = {entry.row: (entry.digest, exemption) for entry in rows}
        answering_person.decide_rows(request=asked, label=kind.label, decisions=answers, by=by)


def test_a_request_is_recorded_and_due_in_a_month(client, coordinator, offender):
    client.force_login(coordinator)
    day = dates.today() - timedelta(days=2)

    response = client.post(
        f"/people/{offender.reference}/asked/",
        {"asker": "solicitor", "identity": "Letter of authority seen", "wanted": ""} | said(day),
    )

    assert response.status_code == 302
    row = AccessRequest.objects.visible_to(coordinator).get()
    assert row.due_on == dates.add_months(day, 1)
    assert date_format(row.due_on, "j F Y") in client.get(f"/people/{offender.reference}/data/").text


def test_what_was_typed_stays_when_something_is_missing(client, coordinator, offender):
    client.force_login(coordinator)
    ahead = dates.today() + timedelta(days=1)

    page = client.post(f"/people/{offender.reference}/asked/", {"wanted": "The minutes of May"} | said(ahead)).text

    assert "Enter how it was checked who asks" in page
    assert "The minutes of May" in page
    assert not AccessRequest.objects.visible_to(coordinator).exists()


def test_a_practitioner_sees_that_it_was_asked_and_may_not_answer(client, practitioner, asked):
    client.force_login(practitioner)

    assert asked.reference in client.get(f"/people/{asked.offender.reference}/data/").text
    assert client.get(f"/asked/{asked.reference}/").status_code == 403


def test_whoever_is_excluded_cannot_tell_that_it_exists(client, coordinator, asked):
    ExclusionFactory(offender=asked.offender, user=coordinator)
    client.force_login(coordinator)

    assert client.get(f"/asked/{asked.reference}/").status_code == 404


def test_every_row_is_decided_on_the_page_and_minutes_are_withheld_by_default(client, coordinator, asked):
    note = NoteFactory(offender=asked.offender, text="Seen at the office")
    item = AgendaItemFactory(offender=asked.offender)
    paragraph = ParagraphFactory(item=item, offender=None, text="What was said in the room")
    client.force_login(coordinator)

    page = client.get(f"/asked/{asked.reference}/rows/?kind=offenders.Note").text
    minutes = client.get(f"/asked/{asked.reference}/rows/?kind=panels.Paragraph").text
    [entry] = gathering.entries(type(note), asked.offender, coordinator)
    answers = {f"row-{note.pk}": "crime", f"read-{note.pk}": entry.digest}
    client.post(f"/asked/{asked.reference}/rows/?kind=offenders.Note", answers)

    assert "Seen at the office" in page
    assert f'name="row-{paragraph.pk}"' in minutes
    assert '<option value="minutes" selected>' in minutes
    decision = PackDecision.objects.visible_to(coordinator).get()
    assert (decision.row, decision.exemption) == (note.pk, "crime")


def test_victims_and_working_rows_are_never_drawn(coordinator, asked):
    VictimFactory(offender=asked.offender)

    labels = {kind.label for kind in gathering.held(asked.offender, coordinator)}

    assert "offenders.Offender" in labels
    assert not labels & {"offenders.Victim", "offenders.Purpose", "offenders.LegalHold", "assurance.AccessRequest"}


def test_no_staff_are_read_to_say_what_is_held(coordinator, asked, django_assert_max_num_queries):
    with django_assert_max_num_queries(500) as asking:
        for model in gathering.ways():
            gathering.entries(model, asked.offender, coordinator)

    assert [sql["sql"] for sql in asking.captured_queries if '"agencies_user"."password"' in sql["sql"]] == []


def test_what_was_changed_since_it_was_decided_is_decided_again(coordinator, asked):
    address = AddressFactory(offender=asked.offender)
    decide_all(asked, coordinator)
    assert gathering.undecided(asked, coordinator) == 0

    type(address)._base_manager.filter(pk=address.pk).update(postcode="MK40 2ZZ")

    assert gathering.undecided(asked, coordinator) == 1


def test_it_is_not_sent_on_before_everything_is_decided(client, coordinator, asked):
    client.force_login(coordinator)

    page = client.post(f"/asked/{asked.reference}/send/").text

    assert "rows are not decided" in page


def test_another_person_checks_it_and_the_pack_holds_what_is_given_alone(client, coordinator, colleague, asked):
    NoteFactory(offender=asked.offender, text="Told by a neighbour")
    decide_all(asked, coordinator)
    PackDecision._base_manager.filter(model="offenders.Note").update(exemption="rights")
    client.force_login(coordinator)
    client.post(f"/asked/{asked.reference}/send/")
    assert "Somebody else checks it" in client.post(f"/asked/{asked.reference}/check/", {"agree": "yes"}).text
    client.force_login(colleague)

    client.post(f"/asked/{asked.reference}/check/", {"agree": "yes"})

    asked.refresh_from_db()
    assert (asked.state, asked.checked_by) == (State.CHECKED, colleague)
    paper = answering_person.pack_paper(asked, colleague)
    words = " ".join(text for section in paper.sections for text in section.paragraphs)
    assert "Ashdown" in words
    assert "Told by a neighbour" not in words
    assert any("withheld where the law allows" in text for text in paper.opening)
    assert client.get(f"/asked/{asked.reference}/pack/").content.startswith(b"%PDF")
    assert AccessEvent.objects.filter(event="access_request.pack_printed", actor_id=colleague.pk).exists()
    client.post(f"/asked/{asked.reference}/answer/", {"given": "yes", "answer": "By hand, signed for"})
    asked.refresh_from_db()
    assert asked.state == State.ANSWERED


def test_a_second_person_sends_it_back_with_a_reason(client, coordinator, colleague, asked):
    decide_all(asked, coordinator)
    answering_person.send_to_check(request=asked, by=coordinator)
    client.force_login(colleague)

    refused = client.post(f"/asked/{asked.reference}/check/", {"agree": "no", "reason": ""}).text
    client.post(f"/asked/{asked.reference}/check/", {"agree": "no", "reason": "The note names a neighbour"})

    assert "Say what must be decided again" in refused
    asked.refresh_from_db()
    assert (asked.state, asked.sent_back_because) == (State.BEING_PREPARED, "The note names a neighbour")


def test_nothing_is_handed_over_unchecked_and_a_refusal_says_why(client, coordinator, asked):
    client.force_login(coordinator)

    page = client.post(f"/asked/{asked.reference}/answer/", {"given": "yes", "answer": "By post"}).text
    assert "A second person must check it first" in page
    assert client.get(f"/asked/{asked.reference}/pack/").headers["Location"] == f"/asked/{asked.reference}/"
    client.post(f"/asked/{asked.reference}/answer/", {"given": "no", "answer": "Asked for by somebody else"})

    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (State.REFUSED, coordinator)


def test_it_is_extended_once_and_by_two_months(client, coordinator, asked):
    client.force_login(coordinator)

    for _time in range(2):
        client.post(f"/asked/{asked.reference}/extend/", {"reason": "Eight agencies hold papers"})

    asked.refresh_from_db()
    assert asked.due_on == dates.add_months(asked.received_on, 3)


def test_a_pack_is_made_by_whoever_sees_all_that_is_given(client, coordinator, colleague, asked):
    decide_all(asked, coordinator)
    answering_person.send_to_check(request=asked, by=coordinator)
    answering_person.check_pack(request=asked, agree=True, reason="", by=colleague)
    PackDecisionFactory(offender=asked.offender, request=asked, model="offenders.Note", row=1)
    client.force_login(colleague)

    page = client.get(f"/asked/{asked.reference}/pack/", follow=True).text

    assert "You do not see all that is given" in page


def test_whoever_does_not_see_all_that_was_decided_cannot_agree(client, coordinator, manager, asked):
    item = AgendaItemFactory(offender=asked.offender)
    ParagraphFactory(item=item, offender=None, text="For some agencies", audience="named")
    decide_all(asked, coordinator)
    answering_person.send_to_check(request=asked, by=coordinator)
    client.force_login(manager)

    page = client.post(f"/asked/{asked.reference}/check/", {"agree": "yes"}).text

    assert "You do not see everything that was decided" in page
    asked.refresh_from_db()
    assert asked.state == State.TO_CHECK


def test_whoever_sees_less_sends_it_on_with_what_a_colleague_decided(coordinator, manager, asked):
    item = AgendaItemFactory(offender=asked.offender)
    paragraph = ParagraphFactory(item=item, offender=None, text="For some agencies", audience="named")
    decide_all(asked, coordinator)
    PackDecisionFactory(offender=asked.offender, request=asked, model="offenders.Note", row=1)  # of a note that is gone

    answering_person.send_to_check(request=asked, by=manager)

    kept = PackDecision.objects.visible_to(coordinator).values_list("model", "row")
    assert ("panels.Paragraph", paragraph.pk) in kept
    assert ("offenders.Note", 1) not in kept


def test_of_a_kind_with_many_rows_each_page_is_decided_and_none_is_left_out(client, coordinator, asked, monkeypatch):
    monkeypatch.setattr(gathering, "MOST", 2)
    notes = [NoteFactory(offender=asked.offender, text=f"Note {number}") for number in range(3)]
    client.force_login(coordinator)

    assert "Decide 3 to 3" in client.get(f"/asked/{asked.reference}/").text
    second = client.get(f"/asked/{asked.reference}/rows/?kind=offenders.Note&page=2").text
    assert ("Note 2" in second, "Note 1" in second) == (True, False)
    entry = gathering.entries(type(notes[2]), asked.offender, coordinator)[2]
    answers = {f"row-{notes[2].pk}": "give", f"read-{notes[2].pk}": entry.digest}
    client.post(f"/asked/{asked.reference}/rows/?kind=offenders.Note&page=2", answers)

    assert PackDecision.objects.visible_to(coordinator).get().row == notes[2].pk


def test_taking_the_pack_away_asks_again_who_one_is():
    assert request_pack.asks_again
