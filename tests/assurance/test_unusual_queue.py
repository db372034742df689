"""What was found is told, looked at, explained by a manager and decided by somebody else; nobody answers for himself."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import OutboxMessage, Role
from agencies.models.user import system_user
from assurance import answering
from assurance.models import UnusualAccess
from assurance.unusual import BY_CODE, look
from audit.models import AccessEvent
from mappa import dates
from tests.assurance.logging_in import acts, open_as
from tests.conftest import member
from tests.factories import ExclusionFactory, UnusualAccessFactory, UserFactory

R = Role.Code


@pytest.fixture
def unusual(offender, practitioner, probation):
    return UnusualAccessFactory(
        offender=offender, person=practitioner, agency=probation, rule="own-name", found={"times": 3}
    )


@pytest.fixture
def url(unusual):
    return f"/unusual-access/{unusual.reference}/"


def test_the_officers_of_the_area_are_told_once_a_day_in_numbers_and_references(
    practitioner, information_officer, outsider, area, offender, today
):
    for number in range(3):
        row = UnusualAccessFactory(offender=offender, person=practitioner, rule=("hour", "day", "again")[number])
        look.tell(area, on=today)

    [message] = OutboxMessage.objects.all()
    assert message.to == information_officer
    assert "3 accesses wait to be looked at" in message.body
    assert row.reference in message.body
    assert not any(word in message.subject + message.body for word in ("Bob", "Ashdown", offender.reference))


def test_the_queue_lists_what_waits_most_pressing_first(
    client, information_officer, unusual, practitioner, offender, today, django_assert_max_num_queries
):
    for number in range(20):
        UnusualAccessFactory(offender=offender, person=UserFactory(), found={"times": number})
    client.force_login(information_officer)
    client.get("/unusual-access/")

    with django_assert_max_num_queries(14):
        response = client.get("/unusual-access/")

    assert len(response.context["rows"]) == 21
    assert "Times opened that day: 3." in response.text
    assert "Ashdown" not in response.text


def test_the_page_says_why_how_and_which_acts_and_shows_no_case(
    client, information_officer, practitioner, offender, unusual, url
):
    acts(practitioner, [offender], purpose="work")

    response = open_as(client, information_officer, url)

    assert "Relatives are looked up more often than strangers." in response.text
    assert [(line.what, line.case) for line in response.context["lines"]] == [("Overview", offender.reference)]
    assert not any(word in response.text for word in ("Ashdown", "1981"))


def test_what_was_tried_in_vain_stands_among_the_acts(client, information_officer, practitioner, offender):
    row = UnusualAccessFactory(offender=offender, person=practitioner, rule="kept-from")
    acts(practitioner, [offender.reference, "MA-2222-2222"], denied=True)

    lines = open_as(client, information_officer, row.get_absolute_url()).context["lines"]

    assert [(line.case, line.is_denied) for line in lines] == [(offender.reference, True)]


def test_the_person_himself_a_colleague_and_another_area_find_nothing(client, practitioner, coordinator, outsider, url):
    for reader in (practitioner, coordinator, outsider):
        assert open_as(client, reader, url).status_code == 404


def test_a_manager_is_asked_explains_and_another_decides(
    client, information_officer, manager, practitioner, offender, unusual, url
):
    client.force_login(information_officer)
    client.post(f"{url}ask-manager/", {"manager": manager.email})
    mail = OutboxMessage.objects.get(to=manager)
    assert f"{url}explain/" in mail.body
    assert "Bob" not in mail.body

    client.force_login(manager)
    assert client.get(url).headers["Location"] == f"{url}explain/"
    asked = client.get(f"{url}explain/")
    assert "Bob" in asked.text
    assert offender.reference not in asked.text
    client.post(f"{url}explain/", {"explanation": "Covered the duty desk that day."})

    client.force_login(information_officer)
    assert "Covered the duty desk" in client.get(url).text
    client.post(f"{url}decide/", {"outcome": "explained", "reasons": "The rota shows it."})

    row = UnusualAccess.objects.visible_to(system_user()).get()
    assert (row.state, row.decided_by, row.manager) == ("explained", information_officer, manager)
    events = ["unusual_access.manager_asked", "unusual_access.answered", "unusual_access.decided"]
    assert AccessEvent.objects.filter(event__in=events).count() == 3


def test_nobody_decides_on_what_he_explained_himself(police, offender, practitioner):
    both = member(police, R.INFORMATION_OFFICER, "iris")
    row = UnusualAccessFactory(offender=offender, person=practitioner, answered=True, manager=both)

    with pytest.raises(PermissionDenied):
        answering.decide(unusual=row, outcome="explained", reasons="I said so", by=both)


def test_an_officer_does_not_see_that_he_was_found_himself(client, information_officer, police, offender):
    row = UnusualAccessFactory(offender=offender, person=information_officer, agency=police)

    assert open_as(client, information_officer, f"/unusual-access/{row.reference}/").status_code == 404
    with pytest.raises(PermissionDenied):
        answering.decide(unusual=row, outcome="explained", reasons="It was I", by=information_officer)


def test_only_a_manager_of_the_person_can_be_asked(client, information_officer, chair, manager, unusual, url):
    client.force_login(information_officer)

    response = client.post(f"{url}ask-manager/", {"manager": chair.email})

    assert "Choose one of the people listed" in response.text
    assert UnusualAccess.objects.visible_to(system_user()).get().state == "to-review"


def test_a_decision_without_reasons_is_refused_and_what_was_typed_is_kept(client, information_officer, unusual, url):
    client.force_login(information_officer)

    response = client.post(f"{url}decide/", {"outcome": "referred", "reasons": " "})

    assert "Say how you know" in response.text
    assert response.context["form"]["outcome"].value() == "referred"


def test_what_is_decided_is_not_decided_again(client, information_officer, unusual, url):
    client.force_login(information_officer)
    client.post(f"{url}decide/", {"outcome": "explained", "reasons": "The rota shows it."})

    response = client.post(f"{url}decide/", {"outcome": "referred", "reasons": "On second thoughts"})

    assert "This is at another step meanwhile: explained." in response.text


def test_everybody_reads_what_is_looked_for(client, housing, unusual):
    response = open_as(client, housing, "/unusual-access/rules/")

    assert "Many people in one hour" in response.text
    assert response.context["queue"] is None


@pytest.mark.parametrize("rule", ["colleague", "own-record", "kept-from"])
def test_a_manager_is_told_no_rule_that_says_something_of_a_record(
    client, practitioner, manager, offender, rule, information_officer
):
    row = UnusualAccessFactory(offender=offender, person=practitioner, rule=rule, found={"times": 3})
    answering.ask_manager(unusual=row, manager=manager, by=information_officer)

    page = open_as(client, manager, f"/unusual-access/{row.reference}/explain/").text

    assert "in a way that is unusual" in page
    assert str(BY_CODE[rule].title).lower() not in page


def test_a_manager_who_is_excluded_from_the_case_is_not_asked_and_does_not_see_it(
    client, information_officer, manager, offender, unusual, url
):
    ExclusionFactory(offender=offender, user=manager)
    client.force_login(information_officer)

    assert "Nobody manages this person" in client.get(f"{url}ask-manager/").text
    UnusualAccess._base_manager.filter(pk=unusual.pk).update(
        manager=manager, asked_by=information_officer, asked_at=timezone.now(), explain_by=dates.today(), state="asked"
    )
    assert open_as(client, manager, f"{url}explain/").status_code == 404


def test_the_manager_who_was_asked_asks_nobody_else(police, offender, practitioner, manager, probation):
    other = member(probation, R.PRACTITIONER, "mona", rank=manager.memberships.get().rank)
    row = UnusualAccessFactory(offender=offender, person=practitioner, to_explain=True, manager=manager)

    with pytest.raises(PermissionDenied):
        answering.ask_manager(unusual=row, manager=other, by=manager)


def test_the_verbs_themselves_ask_a_manager_of_the_person_and_take_his_answer_alone(
    information_officer, chair, offender, practitioner, manager, unusual
):
    with pytest.raises(ValidationError, match="Choose somebody else"):
        answering.ask_manager(unusual=unusual, manager=chair, by=information_officer)
    row = UnusualAccessFactory(offender=offender, person=practitioner, to_explain=True, manager=manager, rule="hour")

    with pytest.raises(PermissionDenied):
        answering.explain(unusual=row, explanation="For her", by=information_officer)
