import pytest

from panels import actions
from panels.models import Action, Postponement
from tests.factories import MembershipFactory
from tests.panels.conftest import boxes, in_days


@pytest.fixture
def action(item, invitation, coordinator):
    return actions.add_action(
        item=item, text="Visit the address", agency=invitation.agency, due_on=in_days(7), by=coordinator
    )


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/"


def now(action, user):
    return Action.objects.visible_to(user).get(pk=action.pk)


def test_the_owner_s_agency_says_it_is_done(sign_in, action, url, housing):
    sign_in(housing).post(url, {"what": "done", "outcome": "Visited, all quiet"})

    row = now(action, housing)
    assert (row.outcome, row.done_by, row.done_on) == ("Visited, all quiet", housing, in_days(0))


def test_a_new_date_comes_with_a_reason_and_keeps_the_old_one(sign_in, action, url, housing):
    later = {"what": "later", "reason": "Tenant away"} | boxes("due_on", in_days(20))

    sign_in(housing).post(url, later)

    row = Postponement.objects.visible_to(housing).get()
    assert (row.from_due_on, row.to_due_on, row.reason) == (in_days(7), in_days(20), "Tenant away")
    assert now(action, housing).due_on == in_days(20)


def test_a_colleague_is_named(sign_in, action, url, housing, housing_agency):
    colleague = MembershipFactory(agency=housing_agency).user

    sign_in(housing).post(url, {"what": "assign", "officer": colleague.pk})

    assert now(action, housing).officer == colleague
    entry = action.offender.timeline.visible_to(housing).first()
    assert (entry.title, entry.text, entry.topic) == ("Action given to somebody", action.reference, "meetings")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"what": "done", "outcome": ""}, "Enter what was done and what came of it"),
        ({"what": "later", "reason": "Tenant away"}, "Enter a date after today"),
        ({"what": "later", "reason": ""} | boxes("due_on", in_days(20)), "Enter why the action needs more time"),
        ({"what": "later", "reason": "x"} | boxes("due_on", in_days(5)), "after the present one"),
        ({"what": "assign"}, "Choose someone of the agency"),
        ({"outcome": "Visited"}, "Choose what has happened"),
    ],
)
def test_half_an_update_is_refused(sign_in, action, url, housing, form, words):
    page = sign_in(housing).post(url, form)

    assert words in page.text
    assert (now(action, housing).done_on, now(action, housing).due_on) == (None, in_days(7))


def test_an_action_is_done_once(sign_in, action, url, housing):
    client = sign_in(housing)
    client.post(url, {"what": "done", "outcome": "Visited"})

    client.post(url, {"what": "done", "outcome": "Visited again"})

    assert now(action, housing).outcome == "Visited"


def test_another_agency_sees_the_action_but_may_not_update_it(sign_in, action, url, practitioner):
    assert sign_in(practitioner).post(url, {"what": "done", "outcome": "x"}).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_the_action_does_not_exist(sign_in, request, url, person):
    assert sign_in(request.getfixturevalue(person)).get(url).status_code == 404


def test_the_lists_hold_what_is_mine_my_agencys_and_all(sign_in, action, housing, practitioner):
    assert "Visit the address" not in sign_in(housing).get("/actions/").text
    assert "Visit the address" in sign_in(housing).get("/actions/?show=agency").text
    assert "Visit the address" not in sign_in(practitioner).get("/actions/?show=agency").text
    assert "Visit the address" in sign_in(practitioner).get("/actions/?show=all").text


def test_a_person_s_actions_are_open_or_done(sign_in, action, url, housing):
    client = sign_in(housing)

    assert "Visit the address" in client.get(f"/people/{action.offender.reference}/actions/").text
    client.post(url, {"what": "done", "outcome": "All quiet"})

    assert "All quiet" in client.get(f"/people/{action.offender.reference}/actions/").text


def test_the_list_is_paged_and_asks_no_more_for_more(
    sign_in, item, invitation, coordinator, housing, django_assert_max_num_queries
):
    for n in range(27):
        actions.add_action(
            item=item, text=f"Visit {n:02}", agency=invitation.agency, due_on=in_days(n + 1), by=coordinator
        )
    client = sign_in(housing)

    with django_assert_max_num_queries(14):
        first = client.get("/actions/?show=agency").text

    after = first.split("after=")[1].split('"')[0]
    second = client.get(f"/actions/?show=agency&after={after}").text
    assert ("Visit 24" in first, "Visit 25" in first) == (True, False)
    assert ("Visit 24" in second, "Visit 25" in second) == (False, True)
