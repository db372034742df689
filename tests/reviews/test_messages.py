"""How mappa tells you: what a person chooses, mail that comes back, and who else may say so."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from agencies import outbox, telling
from agencies.models import MessageChoice, OutboxMessage, User
from audit.models import AccessEvent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def signed_in(client, practitioner):
    client.force_login(practitioner, backend=BACKEND)
    return client


@pytest.fixture
def silenced(practitioner):
    User.objects.filter(pk=practitioner.pk).update(mail_returned_at=timezone.now())


def test_somebody_chooses_how_to_be_told(signed_in, practitioner):
    response = signed_in.post("/messages/", {"rhythm": "at-once"}, follow=True)

    row = MessageChoice.objects.get(user=practitioner)
    assert (row.rhythm, row.early, row.weekly) == ("at-once", False, True)
    assert "Kept." in response.text
    assert 'value="at-once" id="id_rhythm_1" checked' in " ".join(response.text.split())
    assert AccessEvent.objects.latest("pk").event == "reviews.messages.opened"
    assert AccessEvent.objects.filter(event="messages.chosen", actor_id=practitioner.pk).count() == 1


def test_nobody_can_choose_to_hear_nothing(signed_in):
    response = signed_in.post("/messages/", {"rhythm": "never"})

    assert "Select a valid choice" in response.text
    assert "<title>Error:" in response.text
    assert not MessageChoice.objects.exists()


def test_an_empty_answer_says_what_to_select(signed_in):
    assert "Select when mappa should write to you" in signed_in.post("/messages/", {}).text


def test_only_whoever_gets_a_weekly_summary_is_asked_about_it(client, practitioner, manager, board_member):
    asked = {}
    for person in (practitioner, manager, board_member):
        client.force_login(person, backend=BACKEND)
        asked[person] = 'name="weekly"' in client.get("/messages/").text

    assert asked == {practitioner: False, manager: True, board_member: True}


def test_what_was_sent_last_is_listed_and_nobody_elses(signed_in, practitioner, manager):
    outbox.post(key="one", to=practitioner, subject="Review due, MA-2222-2222", body="")
    outbox.post(key="two", to=manager, subject="Another’s", body="")

    page = signed_in.get("/messages/").text

    assert "Review due, MA-2222-2222" in page
    assert "Another" not in page


def test_whose_mail_comes_back_reads_so_and_says_when_it_works_again(signed_in, practitioner, silenced):
    assert "Mail to you comes back" in signed_in.get("/").text
    assert "Mail to bob@test.invalid comes back" in signed_in.get("/messages/").text

    response = signed_in.post("/messages/works/", follow=True)

    assert "A message that proves it is on its way" in response.text
    assert User.objects.get(pk=practitioner.pk).mail_returned_at is None
    assert outbox.send_waiting() == 1
    assert AccessEvent.objects.filter(event="mail.works_again", actor_id=practitioner.pk).exists()


def test_a_second_click_posts_no_second_message(signed_in, silenced):
    signed_in.post("/messages/works/")
    response = signed_in.post("/messages/works/", follow=True)

    assert "Mail is being sent there already" in response.text
    assert OutboxMessage.objects.count() == 1


def test_nobody_says_for_another_that_mail_arrives(practitioner, manager, silenced):
    with pytest.raises(PermissionDenied):
        telling.say_mail_works(person=practitioner, by=manager)

    assert User.objects.get(pk=practitioner.pk).mail_returned_at


def test_whoever_has_a_closed_account_chooses_nothing(practitioner):
    practitioner.is_active = False

    with pytest.raises(PermissionDenied):
        telling.choose_messages(rhythm="at-once", early=False, weekly=True, by=practitioner)
