"""The page of the record on category and level, and registering somebody whom the law gives no category."""

import pytest

from offenders import actions
from offenders.models import CategoryProposal, Offence, Offender
from tests.factories import CategoryBasisFactory, CategoryDecisionFactory, CategoryProposalFactory, in_days
from tests.factories.category import convict
from tests.offenders.test_register import good as registration

good = registration


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/category/"


def test_every_basis_stands_with_its_start_end_and_source(client, practitioner, offender, url):
    convict(offender, schedule_3=True, ends_in=40)
    CategoryBasisFactory(offender=offender, category=1, limb="s.327(2)", ends_on=in_days(-9))
    actions.rederive(offender, by=practitioner)
    client.force_login(practitioner)

    page = client.get(url).text

    assert "Category 1, s.327(2)" in page
    assert "Category 2, s.327(3)" in page
    assert "Wounding with intent (test), dealt with on 1 March 2024" in page
    assert "Earlier: Why the person is eligible" in page


def test_what_would_end_next_is_said_with_what_would_be_left(client, practitioner, offender, url):
    convict(offender, ends_in=40)
    actions.rederive(offender, by=practitioner)
    client.force_login(practitioner)

    assert "Then no basis would be left." in client.get(url).text


def test_only_who_may_answer_is_offered_it(client, practitioner, coordinator, offender, url):
    proposal = CategoryProposalFactory(offender=offender)
    shown = {}
    for user in (practitioner, coordinator):
        client.force_login(user)
        shown[user] = f"/proposals/{proposal.reference}/" in client.get(url).text

    assert shown == {practitioner: False, coordinator: True}


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_the_same_however_much_is_recorded(
    client, practitioner, offender, url, number, django_assert_max_num_queries
):
    for _each in range(number):
        CategoryDecisionFactory(offender=offender)
        CategoryBasisFactory(offender=offender)
    client.force_login(practitioner)
    client.get(url)

    with django_assert_max_num_queries(36):
        assert client.get(url).status_code == 200


@pytest.fixture
def short(good):
    """Somebody whom the law gives no category."""
    return good | {"offence": Offence.objects.get(code="BATTERY").pk, "term_months": "6"}


def test_the_one_page_form_asks_nothing_more_until_the_law_gives_no_category(client, practitioner, good, short):
    client.force_login(practitioner)

    assert "to_be_determined" not in client.get("/people/register/").text
    response = client.post("/people/register/", short)

    assert "to_be_determined" in response.text
    assert 'value="Bell"' in response.text
    assert not Offender._base_manager.exists()


def test_with_a_reason_the_person_is_registered_for_somebody_to_decide(client, practitioner, short):
    client.force_login(practitioner)

    client.post("/people/register/", short | {"to_be_determined": "Threats to a former partner"})

    person = Offender._base_manager.get()
    assert (person.category, person.level) == (None, 1)
    proposal = CategoryProposal._base_manager.get()
    assert (proposal.kind, proposal.outcome) == ("decide", "")
    assert "Threats to a former partner" in proposal.explanation


def test_whoever_may_decide_is_led_to_the_decision_at_once(client, coordinator, short):
    client.force_login(coordinator)

    response = client.post("/people/register/", short | {"to_be_determined": "Threats"})

    person = Offender._base_manager.get()
    assert response.headers["Location"] == f"/people/{person.reference}/category/decide/"


def test_the_reason_is_not_asked_of_somebody_the_law_knows(client, practitioner, good):
    client.force_login(practitioner)

    client.post("/people/register/", good | {"to_be_determined": "Not needed"})

    assert Offender._base_manager.get().category == 2
    assert not CategoryProposal._base_manager.exists()


@pytest.mark.parametrize(("by_law", "offered"), [(True, False), (False, True)])
def test_category_3_is_offered_only_where_the_law_gives_no_category(
    client, coordinator, offender, url, by_law, offered
):
    if by_law:
        convict(offender)
        actions.rederive(offender, by=coordinator)
    client.force_login(coordinator)

    assert ("/category/decide/" in client.get(url).text) is offered
