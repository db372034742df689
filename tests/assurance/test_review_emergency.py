"""Reviewing what was opened in an emergency: by an information officer of the area, by reference, never by oneself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import OutboxMessage
from assurance import actions
from assurance.models import EmergencyRemark
from audit.models import AccessEvent
from audit.record import record
from offenders.models import EmergencyAccess
from tests.conftest import member
from tests.factories import AgencyFactory, EmergencyAccessFactory, ExclusionFactory, MembershipFactory

QUEUE = "/assurance/emergency/"


@pytest.fixture
def sam(other_area):
    return member(AgencyFactory(kind__code="police", area=other_area), "practitioner", "sam")


@pytest.fixture
def access(offender, sam):
    """An hour that is over."""
    before = timezone.now() - timedelta(hours=3)
    return EmergencyAccessFactory(
        offender=offender,
        user=sam,
        opened_at=before,
        expires_at=before + timedelta(hours=1),
        ended_at=before + timedelta(hours=1),
    )


@pytest.fixture
def url(access):
    return f"{QUEUE}{access.reference}/"


def test_the_queue_shows_references_and_no_name_of_the_person(client, access, information_officer):
    client.force_login(information_officer)

    page = client.get(QUEUE).text

    assert access.reference in page
    assert access.offender.reference in page
    assert "Ashdown" not in page


def test_the_queue_asks_the_same_few_questions_always(
    client, access, offender, information_officer, django_assert_max_num_queries
):
    for _each in range(5):
        EmergencyAccessFactory(offender=offender, ended_at=timezone.now())
    client.force_login(information_officer)
    client.get(QUEUE)

    with django_assert_max_num_queries(16):
        client.get(QUEUE)


def test_what_was_opened_is_listed_by_page_and_time(client, access, sam, offender, information_officer, url):
    record("offenders.overview.opened", by=sam, about=offender)
    EmergencyAccess._base_manager.update(ended_at=timezone.now() + timedelta(minutes=1))
    client.force_login(information_officer)

    page = client.get(url).text

    assert "Overview, opened" in page
    assert "Ashdown" not in page


def test_it_is_found_justified_and_that_stands(client, access, information_officer, url):
    client.force_login(information_officer)

    client.post(url, {"finding": "justified", "words": "Ambulance called at 03:10"})
    again = client.post(url, {"finding": "not-justified", "words": "No"})

    access.refresh_from_db()
    assert (access.finding, access.reviewed_by) == ("justified", information_officer)
    assert "was reviewed already" in again.text


def test_more_is_asked_and_answered_by_the_person_alone(client, access, sam, information_officer, practitioner, url):
    client.force_login(information_officer)
    client.post(url, {"finding": "question", "words": "Who rang you?"})
    [mail] = OutboxMessage.objects.filter(to=sam)
    assert f"{url}answer/" in mail.body
    with pytest.raises(ValidationError, match="Only the person"):
        actions.answer_emergency(access=access, words="For him", by=information_officer)

    client.force_login(sam)
    assert "Who rang you?" in client.get(f"{url}answer/").text
    client.post(f"{url}answer/", {"words": "The custody sergeant"})
    assert "nothing to answer" in client.get(f"{url}answer/").text

    kinds = EmergencyRemark.objects.visible_to(information_officer).values_list("kind", "by")
    assert list(kinds) == [("question", information_officer.pk), ("answer", sam.pk)]


def test_nobody_reviews_his_own(client, offender, information_officer, police):
    MembershipFactory(user=information_officer, agency=police, role_id="coordinator")
    own = EmergencyAccessFactory(offender=offender, user=information_officer, agency=police, ended_at=timezone.now())

    with pytest.raises(ValidationError, match="another information officer"):
        actions.review_emergency(access=own, finding="justified", words="Mine", by=information_officer)


def test_a_running_one_is_ended_first(client, offender, sam, information_officer):
    access = EmergencyAccessFactory(offender=offender, user=sam)
    client.force_login(information_officer)
    url = f"{QUEUE}{access.reference}/"
    assert "End it first" in client.post(url, {"finding": "justified", "words": "x"}).text

    client.post(f"{url}end/")

    access.refresh_from_db()
    assert access.ended_by == information_officer


def test_others_see_none_of_it(client, access, coordinator, outsider, board_member, sam, url):
    for user, status in ((coordinator, 404), (outsider, 404), (board_member, 404), (sam, 302)):
        client.force_login(user)
        assert client.get(url).status_code == status
    with pytest.raises(PermissionDenied):
        actions.review_emergency(access=access, finding="justified", words="x", by=coordinator)


def test_an_officer_who_is_excluded_from_the_case_learns_nothing(client, access, offender, information_officer, url):
    ExclusionFactory(offender=offender, user=information_officer)
    client.force_login(information_officer)

    assert access.reference not in client.get(QUEUE).text
    assert client.get(url).status_code == 404
    assert "No case of your area" in client.get(f"/assurance/who/?reference={offender.reference}").text


def test_who_sees_a_case_is_explained_by_its_reference_alone(client, offender, other_case, information_officer):
    client.force_login(information_officer)

    page = client.get(f"/assurance/who/?reference={offender.reference.lower()}").text
    elsewhere = client.get(f"/assurance/who/?reference={other_case.reference}").text

    assert "Responsible Authority of Bedfordshire" in page
    assert "Ashdown" not in page
    assert "No case of your area has this reference" in elsewhere
    assert AccessEvent.objects.get(event="case.reference_refused").reference == other_case.reference


def test_whoever_has_a_closed_account_answers_nothing(client, access, sam, information_officer, url):
    client.force_login(information_officer)
    client.post(url, {"finding": "question", "words": "Who rang you?"})
    sam.is_active = False

    with pytest.raises(PermissionDenied):
        actions.answer_emergency(access=access, words="The custody sergeant", by=sam)
