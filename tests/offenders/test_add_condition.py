"""A licence condition: chosen from the published groups, its blanks filled in, varied and removed, and kept."""

import pytest
from django.db import IntegrityError

from offenders.models import ConditionText, LicenceCondition
from tests.factories import ConditionTextFactory, LicenceConditionFactory, LicenceFactory, in_days
from tests.offenders.dates_typed import typed


@pytest.fixture
def licence(offender, practitioner):
    return LicenceFactory(offender=offender, recorded_by=practitioner)


@pytest.fixture
def condition(licence):
    return LicenceConditionFactory(offender=licence.offender, licence=licence, wording__code="curfew-hours")


@pytest.fixture
def url(licence):
    return f"/people/licences/{licence.reference}/conditions/add/"


GOOD = {
    "text": "Stay at the approved address each day between 7pm and 7am.",
    "proposed_by": "Level 2 meeting, 3 November",
    "imposed_by": "governor",
    **typed("added_on", in_days(-2)),
}


def test_the_groups_of_the_policy_are_offered(client, practitioner, url):
    client.force_login(practitioner)

    page = client.get(url)

    assert page.text.count("<optgroup") == 17  # the 16 of the policy, and own wording
    assert client.post(url, {"condition": "curfew-hours"}).headers["Location"] == f"{url}?condition=curfew-hours"
    assert "Choose the condition" in client.post(url, {"condition": ""}).text


def test_a_condition_is_added_as_it_was_filled_in(client, practitioner, url):
    client.force_login(practitioner)

    assert "between [time] and [time]" in client.get(f"{url}?condition=curfew-hours").text
    response = client.post(f"{url}?condition=curfew-hours", GOOD)

    assert response.status_code == 302
    condition = LicenceCondition.objects.visible_to(practitioner).get()
    assert (condition.text, condition.imposed_by) == (GOOD["text"], "governor")
    assert condition.proposed_by == "Level 2 meeting, 3 November"


def test_it_is_told_by_its_title_only(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(f"{url}?condition=contact-victim", GOOD | {"text": "Do not seek to approach the victim."})

    entry = offender.timeline.visible_to(practitioner).get()
    assert entry.text == "No contact with the victim or family"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"text": "Stay at home between [time] and 7am"}, "text", "Fill in what stands in [square brackets]"),
        ({"text": ""}, "text", "Enter an answer"),
        ({"imposed_by": ""}, "imposed_by", "Choose who imposed it"),
        ({"imposed_by": "meeting"}, "imposed_by", "valid choice"),
        (typed("added_on", in_days(1)), "added_on", "today or in the past"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(f"{url}?condition=curfew-hours", GOOD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "Level 2 meeting, 3 November" in response.text
    assert not LicenceCondition.objects.visible_to(practitioner).exists()


def test_the_same_condition_stands_once(client, practitioner, url):
    client.force_login(practitioner)
    client.post(f"{url}?condition=curfew-hours", GOOD)

    assert "has this condition already" in client.post(f"{url}?condition=curfew-hours", GOOD).text


def test_a_wording_out_of_use_is_not_offered(client, practitioner, url):
    ConditionText.objects.filter(code="curfew-hours").update(is_active=False)
    client.force_login(practitioner)

    assert "Which licence condition is added?" in client.get(f"{url}?condition=curfew-hours").text


def test_a_variation_keeps_what_held_before(client, practitioner, offender, condition):
    client.force_login(practitioner)

    client.post(f"/people/conditions/{condition.reference}/vary/", GOOD)

    old, new = LicenceCondition.objects.visible_to(practitioner).order_by("pk")
    assert (old.removed_on, old.text) == (in_days(-2), "Stay at home between 7pm and 7am")
    assert (new.replaces, new.text) == (old, GOOD["text"])
    assert "Stay at home between 7pm and 7am" in client.get(f"/people/{offender.reference}/orders/").text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "Stay at home between 7pm and 7am"}, "reads so already"),
        ({"text": "Until [time]"}, "Fill in what stands"),
        (typed("added_on", in_days(-60)), "from the day when the condition was added"),
    ],
)
def test_a_variation_that_cannot_be_is_refused(client, practitioner, condition, change, message):
    client.force_login(practitioner)

    assert message in client.post(f"/people/conditions/{condition.reference}/vary/", GOOD | change).text
    assert LicenceCondition.objects.visible_to(practitioner).get().removed_on is None


def removal(day):
    return {"removed_by_body": "governor", "removal_reason": "Risk has fallen", **typed("removed_on", day)}


def test_a_removal_says_who_removed_it_and_why(client, practitioner, condition):
    client.force_login(practitioner)

    client.post(f"/people/conditions/{condition.reference}/remove/", removal(in_days(0)))

    gone = LicenceCondition.objects.visible_to(practitioner).get()
    assert (gone.removed_by_body, gone.removal_reason) == ("governor", "Risk has fallen")
    again = client.post(f"/people/conditions/{condition.reference}/remove/", removal(in_days(0)))
    assert "no longer stands" in again.text


@pytest.mark.parametrize("day", [in_days(1), in_days(-51)])
def test_a_removal_is_after_the_condition_and_not_in_the_future(client, practitioner, condition, day):
    client.force_login(practitioner)

    response = client.post(f"/people/conditions/{condition.reference}/remove/", removal(day))

    assert "from the day when the condition was added until today" in response.text
    assert LicenceCondition.objects.visible_to(practitioner).get().removed_on is None


def test_the_database_itself_refuses_a_blank(licence):
    with pytest.raises(IntegrityError, match="no_blank_left"):
        LicenceConditionFactory(offender=licence.offender, licence=licence, text="Live at [address]")


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404)])
def test_nobody_else_changes_conditions(client, request, granted, url, condition, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"{url}?condition=curfew-hours", GOOD).status_code == status
    assert client.post(f"/people/conditions/{condition.reference}/vary/", GOOD).status_code == status
    assert client.post(f"/people/conditions/{condition.reference}/remove/", removal(in_days(0))).status_code == status


def test_every_wording_has_a_group_and_a_source_and_says_that_it_is_a_paraphrase(db):
    rows = ConditionText.objects.all()

    assert rows.filter(group="standard").count() == rows.filter(group="pss").count() == 8
    assert set(rows.values_list("group", flat=True)) == set(ConditionText.Group.values)
    for row in rows:
        row.full_clean()
        assert row.is_paraphrase
        assert row.text.count("[") == row.text.count("]")


@pytest.mark.parametrize("change", ["vary", "remove"])
def test_a_standard_condition_is_chosen_to_be_varied_or_removed(client, practitioner, licence, condition, change):
    text = ConditionTextFactory(code="a-standard-one", group="standard")
    standard = LicenceConditionFactory(offender=licence.offender, licence=licence, wording=text)
    client.force_login(practitioner)
    url = f"/people/licences/{licence.reference}/conditions/standard/"
    assert url in client.get(f"/people/{licence.offender.reference}/orders/").text

    response = client.post(url, {"condition": standard.reference, "change": change})

    assert response.headers["Location"] == f"/people/conditions/{standard.reference}/{change}/"
    other = client.post(url, {"condition": condition.reference, "change": change})
    assert "Choose a condition from the list" in other.text
