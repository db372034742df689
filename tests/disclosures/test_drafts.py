"""What somebody is writing is kept on the server, for that person alone, and not for ever."""

import pytest
from django.core.exceptions import ValidationError

from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import DisclosureDraft
from tests.disclosures.writing import PAGES
from tests.factories import DisclosureDraftFactory, LegalHoldFactory, in_days


@pytest.fixture
def draft(offender, practitioner):
    return DisclosureDraftFactory(offender=offender, user=practitioner, answers={"risk": PAGES["risk"]})


@pytest.fixture
def url(draft):
    return f"/people/disclosures/drafts/{draft.reference}/"


def test_it_is_offered_again_on_the_log_with_its_answers(client, practitioner, offender, url):
    client.force_login(practitioner)

    assert f"{url}check/" in client.get(f"/people/{offender.reference}/disclosures/").text
    assert "Contact with children" in client.get(f"{url}risk/").text
    missing = [str(title) for title, _url in client.get(f"{url}check/").context["missing"]]
    assert missing[0] == "Who might be told?"
    assert len(missing) == 9


def test_to_come_back_later_keeps_what_is_not_right_yet(client, practitioner, offender, url):
    client.force_login(practitioner)

    response = client.post(f"{url}risk/?later=yes", {"risk": "Half a", "at_risk": ""})

    assert response.headers["Location"] == f"/people/{offender.reference}/disclosures/"
    assert DisclosureDraft.objects.visible_to(practitioner).get().answers["risk"] == {"risk": "Half a", "at_risk": ""}
    assert "Half a" in client.get(f"{url}risk/").text


def test_what_is_typed_is_kept_while_it_is_typed_and_nothing_is_asked_yet(client, practitioner, url):
    client.force_login(practitioner)

    answer = client.post(f"{url}risk/", {"risk": "Half a s", "at_risk": ""}, headers={"HX-Request": "true"})

    assert "Saved at" in answer.text
    assert "data-version" in answer.text
    assert "<h1" not in answer.text
    assert DisclosureDraft.objects.visible_to(practitioner).get().answers["risk"]["risk"] == "Half a s"


def test_the_page_saves_itself(client, practitioner, url):
    client.force_login(practitioner)

    page = client.get(f"{url}risk/").text

    assert f'hx-post="{url}risk/" hx-trigger="input delay:800ms"' in page


def test_only_the_boxes_of_a_page_are_kept(client, practitioner, url):
    client.force_login(practitioner)

    client.post(f"{url}risk/", PAGES["risk"] | {"anything": "else", "csrfmiddlewaretoken": "x"})

    assert DisclosureDraft.objects.visible_to(practitioner).get().answers["risk"] == PAGES["risk"]


@pytest.mark.parametrize("person", ["manager", "chair", "coordinator"])
def test_nobody_else_sees_it_whatever_their_rank(client, request, offender, url, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert client.get(f"{url}check/").status_code == client.post(f"{url}risk/", PAGES["risk"]).status_code == 404
    assert not DisclosureDraft.objects.visible_to(user).exists()
    assert url not in client.get(f"/people/{offender.reference}/disclosures/").text


def test_its_writer_sees_it_no_more_when_the_case_is_closed_to_him(client, practitioner, offender, draft, url):
    type(offender)._base_manager.update(restricted=True)
    client.force_login(practitioner)

    assert client.get(f"{url}check/").status_code == 404


def test_it_is_thrown_away_after_a_question(client, practitioner, offender, url):
    client.force_login(practitioner)

    assert "cannot be brought back" in client.get(f"{url}discard/").text
    client.post(f"{url}discard/")

    assert not DisclosureDraft.objects.visible_to(practitioner).exists()


def test_of_a_record_that_is_held_nothing_is_thrown_away(client, practitioner, offender, url):
    LegalHoldFactory(offender=offender)
    client.force_login(practitioner)

    assert "A legal hold holds this record whole" in client.post(f"{url}discard/").text
    assert DisclosureDraft.objects.visible_to(practitioner).exists()


def test_it_is_kept_for_28_days_from_the_last_answer(practitioner, draft):
    DisclosureDraft._base_manager.update(kept_until=in_days(3))

    actions.keep_answers(draft=draft, step="victim", answers=PAGES["victim"], by=practitioner)

    assert DisclosureDraft.objects.visible_to(practitioner).get().kept_until == in_days(28)


def test_a_sign_that_cannot_be_kept_does_not_lose_the_rest(client, practitioner, url):
    client.force_login(practitioner)

    client.post(f"{url}victim/", {"victim": "Nothing\x00 points to the victim"})

    kept = DisclosureDraft.objects.visible_to(practitioner).get().answers["victim"]
    assert kept == {"victim": "Nothing points to the victim"}


def test_what_is_typed_into_one_that_is_gone_stays_on_the_page(client, practitioner, draft, url, monkeypatch):
    client.force_login(practitioner)
    gone = actions.keep_answers

    def recorded_meanwhile(**known):
        DisclosureDraft._base_manager.all().delete()
        return gone(**known)

    monkeypatch.setattr(actions, "keep_answers", recorded_meanwhile)

    page = client.post(f"{url}victim/", {"victim": "Nothing points to the victim"})

    assert "recorded this already or deleted it" in page.text
    assert "Nothing points to the victim" in page.text


def test_one_that_is_gone_is_not_recorded(practitioner, draft):
    DisclosureDraft._base_manager.all().delete()

    with pytest.raises(ValidationError, match="recorded this already"):
        actions.record_draft(draft=draft, answers={}, by=practitioner)


def test_what_was_typed_while_it_was_being_recorded_is_not_lost(practitioner, draft):
    read = DisclosureDraft.objects.visible_to(practitioner).get()
    actions.keep_answers(draft=draft, step="victim", answers=PAGES["victim"], by=practitioner)

    with pytest.raises(ValidationError, match="Check them again"):
        actions.record_draft(draft=read, answers={}, by=practitioner)

    assert DisclosureDraft.objects.visible_to(practitioner).get().answers["victim"] == PAGES["victim"]


def test_answers_added_by_name_leave_every_other_as_it_is_now(practitioner, draft):
    read = DisclosureDraft.objects.visible_to(practitioner).get()
    actions.keep_answers(draft=draft, step="risk", answers={"risk": "Newer", "at_risk": "Pupils"}, by=practitioner)

    actions.add_answers(draft=read, answers={"risk": {"at_risk": "Neighbours"}}, by=practitioner)

    kept = DisclosureDraft.objects.visible_to(practitioner).get().answers
    assert kept["risk"] == {"risk": "Newer", "at_risk": "Neighbours"}


def test_one_that_somebody_went_on_with_is_not_forgotten(practitioner, draft):
    DisclosureDraft._base_manager.update(kept_until=in_days(0))

    assert actions.forget_old_drafts() == 0


def test_old_ones_are_forgotten_and_that_is_recorded(practitioner, offender, draft):
    DisclosureDraftFactory(offender=offender, user=practitioner, kept_until=in_days(-1))

    assert actions.forget_old_drafts() == 1

    assert list(DisclosureDraft.objects.visible_to(practitioner)) == [draft]
    assert AccessEvent.objects.filter(event="disclosure.draft_forgotten").count() == 1
