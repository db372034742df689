import pytest
from django.core.exceptions import ValidationError

from panels import actions
from panels.models import Action, Progress
from tests.factories import ActionFactory
from tests.panels.conftest import in_days, now


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/update/"


def said(what, text="Visited, all quiet", version=0):
    return {"what": what, "text": text, "version": version}


def test_the_owner_s_agency_says_it_is_done(sign_in, action, url, housing):
    sign_in(housing).post(url, said("done"))

    row = now(action, housing)
    assert (row.state, row.outcome, row.done_by, row.done_on) == ("done", "Visited, all quiet", housing, in_days(0))
    assert row.confirm_due_on > in_days(4)


def test_a_note_says_how_far_it_is_and_leaves_it_open(sign_in, action, url, housing):
    sign_in(housing).post(url, said("note", "Nobody in"))

    [note] = Progress.objects.visible_to(housing)
    assert (note.kind, note.text, note.by) == ("note", "Nobody in", housing)
    assert now(action, housing).is_open


def test_a_note_is_saved_once_though_sent_twice(sign_in, action, url, housing):
    client = sign_in(housing)
    client.post(url, said("note", "Nobody in"))

    page = client.post(url, said("note", "Nobody in"))

    assert "perhaps by a second click" in page.text
    assert Progress.objects.visible_to(housing).count() == 1


def test_a_note_may_answer_whoever_confirms(sign_in, done, url, housing):
    sign_in(housing).post(url, said("note", "The landlord saw it too"))

    assert now(done, housing).state == "done"
    assert Progress.objects.visible_to(housing).filter(kind="note").exists()


@pytest.mark.parametrize("what", ["done", "note"])
def test_an_update_without_words_is_refused(sign_in, action, url, housing, what):
    page = sign_in(housing).post(url, said(what, " "))

    assert "Enter what has been done" in page.text
    assert now(action, housing).is_open


def test_an_action_is_done_once(sign_in, action, url, housing):
    client = sign_in(housing)
    client.post(url, said("done"))

    page = client.post(url, said("done", "Visited again"))

    assert "waits to be confirmed" in page.text
    assert now(action, housing).outcome == "Visited, all quiet"


def test_what_somebody_changed_meanwhile_is_read_before_it_is_done(sign_in, action, url, housing, coordinator):
    actions.postpone(action=action, due_on=in_days(30), reason="Tenant away", version=0, by=coordinator)
    client = sign_in(housing)

    page = client.post(url, said("done"))

    assert "Somebody changed this action meanwhile" in page.text
    assert "Visited, all quiet" in page.text
    client.post(url, said("done", version=page.context["update"]["version"].value()))
    assert now(action, housing).state == "done"


def test_another_agency_sees_the_action_and_may_not_update_it(sign_in, action, url, practitioner):
    client = sign_in(practitioner)

    page = client.get(f"/actions/{action.reference}/")

    assert "Visit the address" in page.text
    assert "It is done" not in page.text
    assert client.post(url, said("done")).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_the_action_does_not_exist(sign_in, request, action, url, person):
    client = sign_in(request.getfixturevalue(person))

    assert client.get(f"/actions/{action.reference}/").status_code == 404
    assert client.post(url, said("done")).status_code == 404


def test_a_settled_action_takes_no_note(action, housing, item, invitation):
    settled = ActionFactory(
        offender=action.offender, item=item, agency=invitation.agency, text="Another", withdrawn=True
    )

    with pytest.raises(ValidationError, match="was withdrawn"):
        actions.note_progress(action=settled, text="x", by=housing)


def test_the_page_tells_what_happened_newest_first(sign_in, action, housing, coordinator):
    actions.note_progress(action=action, text="Nobody in", by=housing)
    actions.postpone(action=action, due_on=in_days(30), reason="Tenant away", version=0, by=coordinator)

    events = sign_in(housing).get(f"/actions/{action.reference}/").context["events"]

    assert [event["title"].split(":")[0] for event in events] == ["New date", "Progress", "Agreed at the meeting"]
    assert [event["text"] for event in events] == ["Tenant away", "Nobody in", ""]


def test_the_lists_hold_what_is_mine_my_agencys_and_all(sign_in, action, housing, practitioner):
    assert "Visit the address" not in sign_in(housing).get("/actions/").text
    assert '<a class="govuk-service-navigation__link" href="/actions/"' in sign_in(housing).get("/").text
    assert "Visit the address" in sign_in(housing).get("/actions/?show=agency").text
    assert "Visit the address" not in sign_in(practitioner).get("/actions/?show=agency").text
    assert "Visit the address" in sign_in(practitioner).get("/actions/?show=all").text


def test_my_meetings_are_those_i_chair_or_arranged(sign_in, action, chair, coordinator, practitioner):
    for person in (chair, coordinator):
        assert "Visit the address" in sign_in(person).get("/actions/?show=meetings").text
    assert "Visit the address" not in sign_in(practitioner).get("/actions/?show=meetings").text


def test_the_lists_show_the_late_ones_and_those_to_be_confirmed(sign_in, action, item, invitation, housing):
    of = {"offender": action.offender, "item": item, "agency": invitation.agency}
    ActionFactory(**of, text="Change the locks", due_on=in_days(-3))
    ActionFactory(**of, text="Move the bins", done=True)
    client = sign_in(housing)

    def texts(state):
        page = client.get(f"/actions/?show=agency&state={state}")
        return [(line.row.text, line.standing.words) for line in page.context["lines"]]

    assert texts("open") == [("Change the locks", "Late"), ("Visit the address", "Due soon")]
    assert texts("late") == [("Change the locks", "Late")]
    assert texts("confirm") == [("Move the bins", "To be confirmed")]


def test_a_person_s_actions_are_open_waiting_or_settled(sign_in, action, item, invitation, housing):
    of = {"offender": action.offender, "item": item, "agency": invitation.agency}
    ActionFactory(**of, text="Change the locks", withdrawn=True)
    ActionFactory(**of, text="Move the bins", done=True)

    page = sign_in(housing).get(f"/people/{action.offender.reference}/actions/")

    found = [[line.row.text for line in page.context[name]] for name in ("lines", "waiting", "settled")]
    assert found == [["Visit the address"], ["Move the bins"], ["Change the locks"]]


def test_of_a_person_who_left_mappa_the_pages_say_what_becomes_of_his_actions(sign_in, action, housing):
    Action.objects.visible_to(housing).get().offender.__class__._base_manager.update(ended_on=in_days(0))
    client = sign_in(housing)

    assert "stay with their owners" in client.get(f"/people/{action.offender.reference}/actions/").text
    assert "stays open with its owner" in client.get(f"/actions/{action.reference}/").text


def test_the_list_is_paged_and_asks_no_more_for_more(
    sign_in, item, invitation, coordinator, housing, django_assert_max_num_queries
):
    for n in range(27):
        ActionFactory(
            offender=item.offender, item=item, text=f"Visit {n:02}", agency=invitation.agency, due_on=in_days(n + 1)
        )
    client = sign_in(housing)

    with django_assert_max_num_queries(14):
        first = client.get("/actions/?show=agency").text

    after = first.split("after=")[1].split('"')[0]
    second = client.get(f"/actions/?show=agency&after={after}").text
    assert ("Visit 24" in first, "Visit 25" in first) == (True, False)
    assert ("Visit 24" in second, "Visit 25" in second) == (False, True)
