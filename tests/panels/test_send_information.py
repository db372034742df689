import pytest

from panels import actions
from panels.models import InformationReturn, Invitation
from tests.panels.conftest import approve, in_days

TEXT = {"text": "Rent is paid, neighbours complained twice", "for_all": "all"}


@pytest.fixture
def url(invitation):
    return f"/invitations/{invitation.reference}/information/"


def test_an_invited_agency_sends_what_it_knows(sign_in, url, housing):
    sign_in(housing).post(url, TEXT)

    sent = InformationReturn.objects.visible_to(housing).get()
    assert (sent.text, sent.for_all, sent.sent_by) == (TEXT["text"], True, housing)
    assert "Information sent" in sign_in(housing).get(url).text


def test_nothing_to_share_is_an_answer(sign_in, url, housing):
    sign_in(housing).post(url, {"nothing_to_share": "on", "for_all": "all"})

    assert InformationReturn.objects.visible_to(housing).get().nothing_to_share


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": "", "for_all": "all"}, "Write what the meeting should know"),
        (TEXT | {"nothing_to_share": "on"}, "Delete the text"),
        ({"text": "Rent is paid"}, "Choose who may read this"),
    ],
)
def test_half_an_answer_is_refused_and_kept(sign_in, url, housing, form, words):
    page = sign_in(housing).post(url, form).text

    assert words in page
    assert form["text"] in page
    assert not InformationReturn.objects.visible_to(housing).exists()


def test_late_information_is_taken_and_said_to_be_late(sign_in, url, housing):
    Invitation._base_manager.update(information_due_on=in_days(-2))

    assert "It is late, and still wanted" in sign_in(housing).get(url).text
    sign_in(housing).post(url, TEXT)
    assert InformationReturn.objects.visible_to(housing).exists()


def test_what_is_kept_to_the_responsible_authority_is_a_placeholder_for_others(
    invitation, item, health_agency, uninvited, housing, practitioner, coordinator
):
    actions.invite(item=item, agencies=[invitation.agency, health_agency], by=coordinator)
    actions.send_information(invitation=invitation, text="Secret", nothing_to_share=False, for_all=False, by=housing)

    seen = {user: InformationReturn.objects.visible_to(user).exists() for user in (housing, practitioner, uninvited)}

    assert seen == {housing: True, practitioner: True, uninvited: False}


def test_nobody_sends_in_another_agencys_name(sign_in, url, practitioner):
    assert sign_in(practitioner).post(url, TEXT).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_the_invitation_does_not_exist(sign_in, request, url, person):
    assert sign_in(request.getfixturevalue(person)).get(url).status_code == 404


def test_nothing_is_sent_after_approval(sign_in, url, invitation, decided, meeting, housing, chair):
    approve(meeting, chair)

    page = sign_in(housing).post(url, TEXT)

    assert "can no longer be sent" in page.text
    assert not InformationReturn.objects.visible_to(chair).exists()
