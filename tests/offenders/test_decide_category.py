"""Category 3, or 4 for the risk of terrorism, is decided with reasons and a level, for somebody in no category by law."""

import pytest
from django.core.exceptions import PermissionDenied

from offenders import actions
from offenders.models import CategoryDecision, Offender
from tests.factories import OffenderFactory, in_days
from tests.factories.category import convict, minor, typed_day

DECISIONS = CategoryDecision._base_manager


@pytest.fixture
def person(area, probation, practitioner):
    """Registered with the category to be determined; the risk is high, and an offence was dealt with."""
    row = OffenderFactory(
        surname="Undecided", area=area, lead_agency=probation, category=None, rosh=3, level_period=True
    )
    minor(row)
    actions.rederive(row, by=practitioner)
    return row


@pytest.fixture
def url(person):
    return f"/people/{person.reference}/category/decide/"


@pytest.fixture
def good(today):
    return {
        "kind": "dangerous",
        "level": 2,
        "meetings_add_value": "on",
        "reasons": "Two threats within a week",
        "meeting": "ME-2345",
        **typed_day("decided_on", today),
    }


def fresh(offender):
    return Offender._base_manager.get(pk=offender.pk)


@pytest.mark.parametrize("who", ["coordinator", "chair"])
def test_category_3_is_decided_with_its_level_in_one_go(client, request, person, url, good, who, today):
    user = request.getfixturevalue(who)
    client.force_login(user)

    response = client.post(url, good)

    assert response.headers["Location"] == f"/people/{person.reference}/category/"
    assert (fresh(person).category, fresh(person).level) == (3, 2)
    basis = person.bases.visible_to(user).get()
    assert (basis.limb, basis.starts_on, basis.decision.meeting) == ("s.325(2)(b)", today, "ME-2345")
    assert person.levels.visible_to(user).get(until=None).level == 2


def test_the_question_who_decides_is_answered_by_it(client, coordinator, person, url, good):
    client.force_login(coordinator)

    client.post(url, good)

    assert person.category_proposals.visible_to(coordinator).get().outcome == "overtaken"


def test_category_4_for_the_risk_of_terrorism_may_be_at_level_1(client, coordinator, person, url, good):
    client.force_login(coordinator)

    client.post(url, good | {"kind": "terrorism_risk", "level": 1})

    assert (fresh(person).category, fresh(person).level) == (4, 1)
    assert person.bases.visible_to(coordinator).get().limb == "s.325(2)(c)"


def test_a_case_that_had_ended_is_entered_again(client, coordinator, person, url, good):
    Offender._base_manager.update(ended_on=in_days(-3))
    client.force_login(coordinator)

    client.post(url, good)

    assert (fresh(person).ended_on, fresh(person).category) == (None, 3)


BAD = {
    "category 3 at level 1": ({"level": 1}, "level", "never at level 1"),
    "no added value": ({"meetings_add_value": ""}, "meetings_add_value", "add value"),
    "level 3 without senior people": ({"level": 3}, "senior_needed", "Level 3 needs senior representation"),
    "no reasons": ({"reasons": " "}, "reasons", "Enter the reasons"),
    "no kind": ({"kind": ""}, "kind", "Choose category 3 or category 4"),
    "another kind": ({"kind": "died"}, "kind", "Select a valid choice"),
    "a decision to come": (typed_day("decided_on", in_days(1)), "decided_on", "today or in the past"),
    "before the conviction": ({"decided_on_year": "2023"}, "decided_on", "No offence had been dealt with"),
    "before birth": ({"decided_on_year": "1950"}, "decided_on", "after the date of birth"),
    "a review too late": (typed_day("next_review_on", in_days(900)), "next_review_on", "the standard for level 2"),
}


@pytest.mark.parametrize(("change", "field", "message"), BAD.values(), ids=BAD)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(
    client, coordinator, person, url, good, change, field, message
):
    client.force_login(coordinator)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "ME-2345" in response.text
    assert not DECISIONS.exists()
    assert fresh(person).category is None


def test_a_risk_that_is_not_high_needs_exceptional_co_ordination(client, coordinator, person, url, good):
    Offender._base_manager.update(rosh=None)
    client.force_login(coordinator)

    response = client.post(url, good)

    assert "The criteria are not met" in response.context["form"].errors["exceptional"][0]
    client.post(url, good | {"exceptional": "on"})
    assert fresh(person).category == 3


def test_whoever_is_eligible_by_law_is_not_decided_about(client, coordinator, person, url, good):
    convict(person)
    client.force_login(coordinator)

    response = client.post(url, good)

    assert "eligible by law" in response.context["form"].errors["kind"][0]
    assert not DECISIONS.exists()


def test_a_second_click_decides_nothing_twice(client, coordinator, url, good):
    client.force_login(coordinator)
    client.post(url, good)

    response = client.post(url, good)

    assert "has been decided already" in response.context["form"].errors["kind"][0]
    assert DECISIONS.count() == 1


@pytest.mark.parametrize("who", ["practitioner", "manager", "victim_liaison"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, url, good, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(url).status_code == 403
    assert client.post(url, good).status_code == 403
    assert not DECISIONS.exists()


def test_a_stranger_cannot_tell_that_the_case_exists(client, outsider, url, good):
    client.force_login(outsider)

    assert client.post(url, good).status_code == 404


def test_the_verb_itself_refuses_those_who_may_not(person, practitioner):
    with pytest.raises(PermissionDenied):
        actions.rule_out(offender=person, tool="x", reasons="x", decided_on=in_days(0), meeting="", by=practitioner)
