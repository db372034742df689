"""What an invited agency sends: its parts, who reads them, drafts, and putting right what was sent."""

import pytest
from django.core.exceptions import ValidationError

from audit.models import AccessEvent
from offenders.actions.case import StaleError
from panels import actions
from panels.actions.information import forget_drafts
from panels.models import InformationDraft, InformationPart, InformationReturn, Invitation, Meeting
from tests.conftest import member
from tests.panels.conftest import approve, in_days

TEXT = {
    "text": "Rent is paid, neighbours complained twice",
    "audience": "everyone",
    "risk_audience": "everyone",
    "victims_audience": "authority",
    "offer_audience": "everyone",
    "number": "0",
}
NOTHING = TEXT | {"text": "", "nothing_to_share": "on"}


@pytest.fixture
def url(invitation):
    return f"/invitations/{invitation.reference}/information/"


@pytest.fixture
def health(item, invitation, probation, health_agency, coordinator):
    """Health is invited as well."""
    actions.invite(item=item, agencies=[invitation.agency, probation, health_agency], by=coordinator)
    return health_agency


def texts(user):
    """What a person reads, by section."""
    return {part.section: part.text for part in InformationPart.objects.visible_to(user)}


def test_an_invited_agency_sends_what_it_knows(sign_in, url, housing):
    sign_in(housing).post(url, TEXT)

    sent = InformationReturn.objects.visible_to(housing).get()
    assert (sent.number, sent.nothing_to_share, sent.sent_by) == (1, False, housing)
    assert texts(housing) == {"1-known": TEXT["text"]}
    assert "Information sent" in sign_in(housing).get(url).text


def test_risk_victims_and_what_the_agency_offers_are_parts_of_their_own(sign_in, url, housing):
    sign_in(housing).post(url, TEXT | {"risk": "Rising", "victims": "The neighbour is afraid", "offer": "A new flat"})

    assert texts(housing) == {
        "1-known": TEXT["text"],
        "2-risk": "Rising",
        "3-victims": "The neighbour is afraid",
        "4-offer": "A new flat",
    }


def test_nothing_to_share_is_an_answer(sign_in, url, housing):
    sign_in(housing).post(url, NOTHING)

    assert InformationReturn.objects.visible_to(housing).get().nothing_to_share


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (TEXT | {"text": ""}, "Write what the meeting should know"),
        (TEXT | {"nothing_to_share": "on"}, "Delete the text"),
        (TEXT | {"audience": ""}, "Choose who may read this"),
        (TEXT | {"audience": "named"}, "Tick the agencies that may read it"),
        (TEXT | {"victims_audience": "everyone"}, "everyone is not one of the available choices"),
    ],
)
def test_half_an_answer_is_refused_and_kept(sign_in, url, housing, health, form, words):
    page = sign_in(housing).post(url, form).text

    assert words in page
    assert form["text"] in page
    assert not InformationReturn.objects.visible_to(housing).exists()


def test_what_is_said_of_victims_is_never_for_everyone(invitation, housing):
    with pytest.raises(ValidationError, match="not for everyone invited"):
        actions.send_information(invitation=invitation, victims="x", victims_audience="everyone", by=housing)


def test_late_information_is_taken_and_said_to_be_late(sign_in, url, housing):
    Invitation._base_manager.update(information_due_on=in_days(-2))

    assert "It is late, and still wanted" in sign_in(housing).get(url).text
    sign_in(housing).post(url, TEXT)
    assert InformationReturn.objects.visible_to(housing).exists()
    assert AccessEvent.objects.filter(event="information.sent", detail__late=True).exists()


def test_what_is_kept_to_the_responsible_authority_is_restricted_for_others(
    invitation, health, uninvited, housing, practitioner
):
    actions.send_information(invitation=invitation, text="Secret", audience="authority", by=housing)

    seen = {user.name: bool(texts(user)) for user in (housing, practitioner, uninvited)}

    assert seen == {housing.name: True, practitioner.name: True, uninvited.name: False}


def test_what_is_for_agencies_by_name_is_read_by_those_and_by_who_writes_the_minutes(
    invitation, health, uninvited, housing, practitioner, coordinator, chair
):
    actions.send_information(
        invitation=invitation, text="Open", risk="For health", risk_audience="named", agencies=[health], by=housing
    )

    readers = {user.name for user in (housing, uninvited, practitioner, coordinator, chair) if "2-risk" in texts(user)}

    assert readers == {housing.name, uninvited.name, coordinator.name, chair.name}
    assert texts(practitioner) == {"1-known": "Open"}


def test_an_agency_that_is_not_invited_is_not_named(invitation, health_agency, housing):
    with pytest.raises(ValidationError, match="of those invited"):
        actions.send_information(
            invitation=invitation, text="x", audience="named", agencies=[health_agency], by=housing
        )


def test_what_was_sent_is_put_right_by_another_version_and_kept(sign_in, url, housing):
    sign_in(housing).post(url, TEXT)

    page = sign_in(housing).get(f"{url}?correct").text
    sign_in(housing).post(url, TEXT | {"text": "One neighbour complained", "number": "1"})

    assert TEXT["text"] in page
    rows = InformationReturn.objects.visible_to(housing)
    assert [row.number for row in rows] == [2, 1]
    assert rows.last_sent().get().number == 2
    assert "What was sent before" in sign_in(housing).get(url).text


def test_a_second_click_sends_nothing_twice_and_says_who_sent_it(sign_in, url, housing):
    sign_in(housing).post(url, TEXT)
    page = sign_in(housing).post(url, TEXT)

    assert f"Sent already by {housing.name}" in page.text
    assert InformationReturn.objects.visible_to(housing).count() == 1
    assert page.context["form"]["number"].value() == "1"


def test_what_is_typed_is_kept_for_colleagues_and_for_nobody_else(
    sign_in, invitation, url, housing, coordinator, practitioner
):
    colleague = member(invitation.agency, "practitioner", "hugo")
    draft = f"/invitations/{invitation.reference}/draft/"

    saved = sign_in(housing).post(draft, TEXT | {"version": "0"}, headers={"HX-Request": "true"})

    assert 'data-version="1"' in saved.text
    assert TEXT["text"] in sign_in(colleague).get(url).text
    assert not InformationDraft.objects.visible_to(coordinator).exists()
    assert not InformationDraft.objects.visible_to(practitioner).exists()
    assert not InformationReturn.objects.visible_to(housing).exists()


def test_nobody_types_over_what_a_colleague_typed(sign_in, invitation, housing):
    actions.save_draft(invitation=invitation, answers={"text": "First"}, version=0, by=housing)

    with pytest.raises(StaleError):
        actions.save_draft(invitation=invitation, answers={"text": "Second"}, version=0, by=housing)
    answer = sign_in(housing).post(
        f"/invitations/{invitation.reference}/draft/", TEXT | {"version": "0"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 409
    assert "A colleague typed here meanwhile" in answer.text
    assert InformationDraft.objects.visible_to(housing).get().answers == {"text": "First"}


def test_what_was_sent_is_a_draft_no_more(sign_in, invitation, url, housing):
    actions.save_draft(invitation=invitation, answers={"text": "First"}, version=0, by=housing)

    sign_in(housing).post(url, TEXT)

    assert not InformationDraft.objects.visible_to(housing).exists()


def test_what_is_still_being_saved_when_it_is_sent_makes_no_new_draft(invitation, housing):
    actions.send_information(invitation=invitation, text="x", by=housing)

    with pytest.raises(ValidationError, match="sent meanwhile"):
        actions.save_draft(invitation=invitation, answers={"text": "x", "number": 0}, version=0, by=housing)


def test_a_draft_for_a_meeting_that_is_over_is_deleted(invitation, decided, meeting, housing, chair):
    actions.save_draft(invitation=invitation, answers={"text": "First"}, version=0, by=housing)
    assert forget_drafts() == 0
    approve(meeting, chair)

    assert forget_drafts() == 1


def test_a_draft_for_a_meeting_that_was_cancelled_is_deleted_and_none_is_begun(invitation, meeting, housing):
    actions.save_draft(invitation=invitation, answers={"text": "First"}, version=0, by=housing)
    Meeting._base_manager.filter(pk=meeting.pk).update(state="cancelled")

    with pytest.raises(ValidationError, match="was cancelled"):
        actions.save_draft(invitation=invitation, answers={"text": "Second"}, version=1, by=housing)
    assert forget_drafts() == 1


def test_co_ordination_sends_in_the_place_of_an_agency(sign_in, url, coordinator, housing):
    page = sign_in(coordinator).get(url).text
    sign_in(coordinator).post(url, TEXT)

    assert "in the place of Housing" in page
    assert InformationReturn.objects.visible_to(housing).get().sent_by == coordinator


def test_nobody_sends_in_another_agencys_name(sign_in, url, practitioner):
    assert sign_in(practitioner).post(url, TEXT).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_the_invitation_does_not_exist(sign_in, request, url, person):
    client = sign_in(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url.replace("information", "draft"), TEXT).status_code == 404


def test_nothing_is_sent_after_approval(sign_in, url, invitation, decided, meeting, housing, chair):
    approve(meeting, chair)

    page = sign_in(housing).post(url, TEXT)

    assert "can no longer be" in page.text
    assert not InformationReturn.objects.visible_to(chair).exists()
    with pytest.raises(ValidationError):
        actions.save_draft(invitation=invitation, answers={}, version=0, by=housing)
