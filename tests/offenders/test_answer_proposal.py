"""What the system proposes is confirmed or declined by a person, with a reason, and only while it is still true."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from offenders import actions
from offenders.models import CategoryProposal, Offender
from tests.factories import CategoryBasisFactory, CategoryProposalFactory, OffenderFactory, in_days
from tests.factories.category import convict

GOOD = {"answer": "confirm", "reason": "The licence ended as recorded"}


def fresh(offender):
    return Offender._base_manager.get(pk=offender.pk)


@pytest.fixture
def ending(offender, system):
    """Nothing makes the person eligible any more: an end is proposed."""
    convict(offender, ends_in=-1)
    return actions.rederive(offender, by=system)


@pytest.fixture
def changing(offender, system):
    convict(offender, schedule_3=True)
    return actions.rederive(offender, by=system)


@pytest.mark.parametrize("person", ["coordinator", "chair"])
def test_a_confirmed_change_is_recorded_with_its_history(client, request, offender, changing, person, today):
    user = request.getfixturevalue(person)
    client.force_login(user)

    response = client.post(f"/proposals/{changing.reference}/", GOOD)

    assert response.headers["Location"] == f"/people/{offender.reference}/category/"
    assert fresh(offender).category == 1
    period = offender.category_periods.visible_to(user).get()
    assert (period.category, period.from_on, period.until, period.decided_by) == (1, today, None, user)
    assert "Sexual Offences Act 2003" in period.explanation


def test_a_confirmed_end_closes_level_and_review_and_keeps_the_access(client, coordinator, offender, ending, today):
    client.force_login(coordinator)

    client.post(f"/proposals/{ending.reference}/", GOOD)

    case = fresh(offender)
    assert (case.ended_on, case.next_review_on) == (today, None)
    assert offender.levels.visible_to(coordinator).get().until == today
    assert offender.reviews.visible_to(coordinator).get().superseded_on == today
    assert offender.category_decisions.visible_to(coordinator).get().kind == "lapsed"


def test_a_confirmed_entry_begins_a_level_and_a_review_and_keeps_the_history(client, coordinator, offender, ending):
    client.force_login(coordinator)
    client.post(f"/proposals/{ending.reference}/", GOOD)
    convict(offender)
    again = actions.rederive(offender, by=coordinator)

    client.post(f"/proposals/{again.reference}/", GOOD | {"level": 1})

    assert (fresh(offender).ended_on, fresh(offender).category) == (None, 2)
    assert offender.levels.visible_to(coordinator).count() == 2
    assert offender.reviews.visible_to(coordinator).open().get().due_on == fresh(offender).next_review_on


def test_a_declined_one_leaves_the_record_and_says_why(client, coordinator, offender, ending):
    client.force_login(coordinator)

    client.post(f"/proposals/{ending.reference}/", {"answer": "decline", "reason": "The order runs on"})

    assert fresh(offender).ended_on is None
    answered = CategoryProposal._base_manager.get()
    assert (answered.outcome, answered.answered_by, answered.answer_reason) == (
        "declined",
        coordinator,
        "The order runs on",
    )


def test_when_the_facts_have_changed_it_is_refused_and_says_so(client, coordinator, offender, ending):
    convict(offender)
    client.force_login(coordinator)

    response = client.post(f"/proposals/{ending.reference}/", GOOD)

    assert "The facts have changed since this was proposed" in response.text
    assert "The licence ended as recorded" in response.text
    assert fresh(offender).ended_on is None
    assert CategoryProposal._base_manager.get().outcome == ""


def test_it_is_answered_once(client, coordinator, ending):
    client.force_login(coordinator)
    client.post(f"/proposals/{ending.reference}/", GOOD)

    response = client.post(f"/proposals/{ending.reference}/", GOOD)

    assert "has been answered already" in response.text
    assert CategoryProposal._base_manager.count() == 1


def test_category_3_asks_for_a_level(client, coordinator, offender, system):
    CategoryBasisFactory(offender=offender, category=3, limb="s.325(2)(b)")
    proposal = actions.rederive(offender, by=system)
    client.force_login(coordinator)

    response = client.post(f"/proposals/{proposal.reference}/", GOOD | {"level": 1})

    assert "never at level 1" in response.context["form"].errors["level"][0]
    assert fresh(offender).category == 2


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [({"answer": ""}, "answer", "Choose what you decide"), ({"reason": " "}, "reason", "Enter the reason")],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, coordinator, ending, change, field, message):
    client.force_login(coordinator)

    response = client.post(f"/proposals/{ending.reference}/", GOOD | change)

    assert message in response.context["form"].errors[field][0]
    assert CategoryProposal._base_manager.get().outcome == ""


def test_the_system_decides_nothing(offender, ending, system):
    no = {"level": None, "meetings_add_value": False, "exceptional": False, "senior_needed": False}

    with pytest.raises(ValidationError, match="a person must"):
        actions.confirm_proposal(proposal=ending, reason="x", by=system, **no)
    with pytest.raises(ValidationError, match="a person must"):
        actions.decline_proposal(proposal=ending, reason="x", by=system)


@pytest.mark.parametrize("person", ["practitioner", "manager", "victim_liaison"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, ending, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/proposals/{ending.reference}/").status_code == 403
    assert client.post(f"/proposals/{ending.reference}/", GOOD).status_code == 403


def test_the_verb_itself_refuses_those_who_may_not(ending, practitioner):
    with pytest.raises(PermissionDenied):
        actions.decline_proposal(proposal=ending, reason="x", by=practitioner)


def test_a_stranger_cannot_tell_that_it_exists(client, outsider, ending):
    client.force_login(outsider)

    assert client.get(f"/proposals/{ending.reference}/").status_code == 404


def test_the_page_lists_what_waits_in_ones_own_area_the_least_time_left_first(
    client, coordinator, offender, other_case
):
    later = OffenderFactory(surname="Later", area=offender.area, lead_agency=offender.lead_agency)
    CategoryProposalFactory(offender=later, due_on=in_days(9))
    CategoryProposalFactory(offender=offender, due_on=in_days(2))
    CategoryProposalFactory(offender=other_case)
    client.force_login(coordinator)

    response = client.get("/proposals/")

    assert [line["name"] for line in response.context["lines"]] == ["Ashdown, Peter", "Later, Sam"]


def test_the_list_is_paged_and_costs_the_same(client, coordinator, offender, django_assert_max_num_queries):
    for number in range(27):
        person = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency)
        CategoryProposalFactory(offender=person, due_on=in_days(number))
    client.force_login(coordinator)

    with django_assert_max_num_queries(13):
        first = client.get("/proposals/")

    assert len(first.context["lines"]) == 25
    assert len(client.get(first.context["page"].next).context["lines"]) == 2


def test_only_co_ordination_and_chairs_see_the_list(client, practitioner):
    client.force_login(practitioner)

    assert client.get("/proposals/").status_code == 403
