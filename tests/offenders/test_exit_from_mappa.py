"""Management ends by a person's decision with a reason, may begin again, and no history is lost."""

import pytest
from django.core.exceptions import ValidationError

from offenders import actions
from offenders.models import CategoryDecision, Offender
from tests.factories import in_days
from tests.factories.category import convict, minor, typed_day
from tests.offenders.notifying import begin, open_dues

DECISIONS = CategoryDecision._base_manager


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/category/exit/"


@pytest.fixture
def good(today):
    return {"kind": "died", "reasons": "Told by the coroner", "meeting": "", **typed_day("decided_on", today)}


@pytest.fixture
def eligible(offender, practitioner):
    """Category 2 by law, in force."""
    conviction = convict(offender)
    actions.rederive(offender, by=practitioner)
    return conviction


def fresh(offender):
    return Offender._base_manager.get(pk=offender.pk)


@pytest.mark.parametrize("kind", ["died", "deported"])
def test_death_and_deportation_end_a_case_whatever_is_in_force(
    client, coordinator, offender, eligible, url, good, kind, today
):
    client.force_login(coordinator)

    client.post(url, good | {"kind": kind})

    assert fresh(offender).ended_on == today
    assert offender.reviews.visible_to(coordinator).get().superseded_on == today
    assert offender.levels.visible_to(coordinator).get().until == today
    assert DECISIONS.get().kind == kind


def test_whoever_saw_the_case_goes_on_seeing_it(
    client, coordinator, practitioner, housing, granted, offender, url, good
):
    client.force_login(coordinator)

    client.post(url, good)

    assert all(Offender.objects.visible_to(user).exists() for user in (practitioner, housing))


BAD = {
    "a basis that is in force has not ended": ({"kind": "lapsed"}, "kind", "A basis is still in force"),
    "another decision without a meeting": ({"kind": "left"}, "meeting", "enter where this was decided"),
    "no reason": ({"reasons": ""}, "reasons", "Enter the reasons"),
    "no kind": ({"kind": ""}, "kind", "Choose why management ends"),
    "a kind that ends nothing": ({"kind": "dangerous"}, "kind", "Select a valid choice"),
    "a day to come": (typed_day("decided_on", in_days(1)), "decided_on", "today or in the past"),
}


@pytest.mark.parametrize(("change", "field", "message"), BAD.values(), ids=BAD)
def test_a_refusal_keeps_what_was_typed_and_ends_nothing(
    client, coordinator, offender, eligible, url, good, change, field, message
):
    client.force_login(coordinator)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert change.get("reasons", "Told by the coroner") in response.text
    assert fresh(offender).ended_on is None
    assert not DECISIONS.exists()


def test_with_a_meeting_another_decision_ends_it(client, coordinator, offender, eligible, url, good):
    client.force_login(coordinator)

    client.post(url, good | {"kind": "left", "meeting": "ME-1 of 3 November"})

    assert fresh(offender).ended_on is not None


def test_it_ends_once(client, coordinator, url, good):
    client.force_login(coordinator)
    client.post(url, good)

    assert "no longer managed" in client.post(url, good).text
    assert DECISIONS.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("practitioner", 403), ("manager", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_who_may_not_end_it(client, request, offender, url, good, who, status):
    client.force_login(request.getfixturevalue(who))

    assert client.post(url, good).status_code == status
    assert fresh(offender).ended_on is None


def test_an_end_by_death_records_the_death(client, coordinator, practitioner, offender, url, good):
    must = begin(offender, practitioner)
    client.force_login(coordinator)

    client.post(url, good | typed_day("decided_on", in_days(-2)))

    period = offender.whereabouts_periods.visible_to(coordinator).get()
    assert (fresh(offender).whereabouts, period.move, period.from_on) == ("deceased", "death", in_days(-2))
    assert set(open_dues(offender, coordinator)) == {"check"}
    assert must.breaches.visible_to(coordinator).count() == 0
    assert not offender.category_proposals.visible_to(coordinator).open().exists()


def test_a_death_before_the_last_move_is_refused_beside_its_day(client, coordinator, practitioner, offender, url, good):
    where = {"move": "abscond", "place": "", "section": "", "notes": ""}
    actions.move(offender=offender, on=in_days(-1), by=practitioner, **where)
    client.force_login(coordinator)

    response = client.post(url, good | typed_day("decided_on", in_days(-2)))

    assert "on or after the last move" in response.context["form"].errors["decided_on"][0]
    assert fresh(offender).ended_on is None


def test_an_ended_case_is_not_brought_back_by_a_review(offender, coordinator, practitioner, today):
    actions.exit_from_mappa(offender=offender, kind="died", reasons="x", decided_on=today, meeting="", by=coordinator)

    with pytest.raises(ValidationError, match="no longer managed"):
        actions.complete_review(offender=offender, outcome="x", next_review_on=None, by=practitioner)


def test_a_case_is_managed_again_by_decision(client, coordinator, offender, eligible, url, good, today):
    client.force_login(coordinator)
    client.post(url, good | {"kind": "deported"})

    client.post(
        f"/people/{offender.reference}/category/re-enter/",
        {"reasons": "Back in the country", "level": 1, **typed_day("decided_on", today)},
    )

    assert (fresh(offender).ended_on, fresh(offender).category, fresh(offender).level) == (None, 2, 1)
    assert [row.until for row in offender.levels.visible_to(coordinator)] == [None, today]


def test_without_a_basis_nobody_is_managed_again(client, coordinator, offender, url, good, today):
    client.force_login(coordinator)
    client.post(url, good | {"kind": "lapsed"})

    response = client.post(
        f"/people/{offender.reference}/category/re-enter/",
        {"reasons": "Back", "level": 1, **typed_day("decided_on", today)},
    )

    assert "No basis is in force" in response.text
    assert fresh(offender).ended_on == today


def rule_out(client, offender, today, **change):
    answers = {"tool": "MAPPA Identification Tool", "reasons": "The offence was not in the Schedule"}
    url = f"/people/{offender.reference}/category/not-eligible/"
    return client.post(url, answers | typed_day("decided_on", today) | change)


def test_not_eligible_is_recorded_of_a_person_who_looks_eligible(client, coordinator, offender, eligible, today):
    client.force_login(coordinator)

    rule_out(client, offender, today)

    decision = DECISIONS.get()
    assert (decision.kind, decision.tool, fresh(offender).ended_on) == (
        "not_eligible",
        "MAPPA Identification Tool",
        today,
    )
    assert actions.rederive(offender, by=coordinator) is None


def test_not_eligible_names_its_tool(client, coordinator, offender, today):
    client.force_login(coordinator)

    response = rule_out(client, offender, today, tool="")

    assert response.context["form"].errors["tool"] == ["Enter the tool that was used"]
    assert not DECISIONS.exists()


@pytest.fixture
def dangerous(offender, coordinator, today):
    """Category 3 by decision, at level 2."""
    Offender._base_manager.update(rosh=3, category=None)
    minor(offender)
    return actions.decide_category(
        offender=offender,
        kind="dangerous",
        level=2,
        meetings_add_value=True,
        exceptional=False,
        senior_needed=False,
        reasons="x",
        decided_on=today,
        meeting="",
        next_review_on=None,
        by=coordinator,
    )


def end(client, decision, today):
    answers = {"reasons": "A year without concern", "meeting": "ME-9", **typed_day("decided_on", today)}
    return client.post(f"/people/category/{decision.reference}/end/", answers)


def test_when_the_risk_has_reduced_enough_category_3_ends_and_with_it_the_case(
    client, coordinator, offender, dangerous, today
):
    client.force_login(coordinator)

    end(client, dangerous, today)

    assert fresh(offender).ended_on == today
    assert offender.bases.visible_to(coordinator).get().ended_by.kind == "risk_reduced"


def test_what_else_is_in_force_is_recorded_instead(client, coordinator, offender, dangerous, today):
    convict(offender, on=today)
    client.force_login(coordinator)
    actions.rederive(offender, by=coordinator)

    end(client, dangerous, today)

    assert (fresh(offender).ended_on, fresh(offender).category, fresh(offender).level) == (None, 2, 2)


def test_category_3_left_behind_at_level_1_asks_for_its_level(client, coordinator, offender, dangerous, today):
    told = {"reasons": "x", "decided_on": today, "meeting": "", "next_review_on": None, "by": coordinator}
    level = {"level": 2, "meetings_add_value": True, "exceptional": False, "senior_needed": False}
    second = actions.decide_category(offender=offender, kind="terrorism_risk", **level, **told)
    Offender._base_manager.update(level=1)
    client.force_login(coordinator)

    refused = end(client, second, today)
    assert "never at level 1" in refused.context["form"].errors["level"][0]
    assert "A year without concern" in refused.text
    answers = {"reasons": "A year without concern", "meeting": "ME-9", **typed_day("decided_on", today)}
    url = f"/people/category/{second.reference}/end/"
    client.post(url, answers | {"level": 2, "meetings_add_value": "on"})

    assert (fresh(offender).category, fresh(offender).level) == (3, 2)


def test_a_decision_ends_once(client, coordinator, dangerous, today):
    client.force_login(coordinator)
    end(client, dangerous, today)

    assert "gives no basis any more" in end(client, dangerous, today).text


def withdraw(client, decision, **change):
    return client.post(f"/people/category/{decision.reference}/withdraw/", {"reasons": "Wrong person"} | change)


def test_a_decision_made_in_error_is_withdrawn_and_stays_on_the_page(client, coordinator, offender, dangerous, today):
    client.force_login(coordinator)

    withdraw(client, dangerous)

    assert offender.bases.visible_to(coordinator).get().superseded_on == today
    assert fresh(offender).ended_on == today
    page = client.get(f"/people/{offender.reference}/category/").text
    assert "Withdrawn" in page
    assert "Wrong person" in page


def test_an_end_in_error_brings_category_3_back_only_with_a_level(client, coordinator, offender, dangerous, today):
    client.force_login(coordinator)
    end(client, dangerous, today)
    ended = DECISIONS.get(kind="risk_reduced")

    refused = withdraw(client, ended)
    assert "never at level 1" in refused.context["form"].errors["level"][0]
    withdraw(client, ended, level=2, meetings_add_value="on")

    assert (fresh(offender).ended_on, fresh(offender).category, fresh(offender).level) == (None, 3, 2)


def test_ruled_out_in_error_the_case_comes_back(client, coordinator, offender, eligible, today):
    client.force_login(coordinator)
    rule_out(client, offender, today)

    withdraw(client, DECISIONS.get())

    assert (fresh(offender).ended_on, fresh(offender).category) == (None, 2)


def test_ruled_out_after_the_end_in_error_the_case_stays_ended(client, coordinator, offender, eligible, today):
    client.force_login(coordinator)
    actions.exit_from_mappa(
        offender=offender, kind="left", reasons="x", decided_on=today, meeting="ME-1", by=coordinator
    )
    Offender._base_manager.update(ended_on=in_days(-3))
    rule_out(client, offender, today)

    withdraw(client, DECISIONS.get(kind="not_eligible"))

    assert fresh(offender).ended_on == in_days(-3)


def test_ruled_out_in_error_with_nothing_by_law_somebody_must_decide(client, coordinator, offender, today):
    client.force_login(coordinator)
    rule_out(client, offender, today)

    withdraw(client, DECISIONS.get())

    assert (fresh(offender).ended_on, fresh(offender).category) == (None, None)
    assert offender.category_proposals.visible_to(coordinator).open().get().kind == "decide"
