"""Done in two steps: the owner says so, and the chair of the meeting or co-ordination confirms, or sends it back."""

import pytest
from django.core.exceptions import ValidationError

from agencies.models.user import system_user
from panels import actions
from panels.actions.followup import why_not
from panels.models import Action
from reviews import figures
from reviews.deadlines import BY_SLUG
from reviews.period import Period
from reviews.recount import recount
from tests.conftest import member
from tests.factories import ActionFactory, AgencyFactory, OffenderFactory
from tests.panels.conftest import in_days, mailed_about, now


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/answer/"


def answer(what, text="", version=1):
    return {"what": what, "answer-text": text, "answer-version": version}


@pytest.mark.parametrize("person", ["coordinator", "chair"])
def test_co_ordination_or_the_chair_confirms(sign_in, request, done, url, person):
    who = request.getfixturevalue(person)

    sign_in(who).post(url, answer("confirm"))

    row = now(done, who)
    assert (row.state, row.confirmed_by, row.done_on) == ("confirmed", who, in_days(0))


def test_another_chair_of_the_area_does_not_confirm(sign_in, done, url, police):
    assert sign_in(member(police, "chair", "carol")).post(url, answer("confirm")).status_code == 403


def test_the_owner_does_not_confirm(sign_in, done, url, housing):
    assert sign_in(housing).post(url, answer("confirm")).status_code == 403


def test_nobody_confirms_his_own(sign_in, action, url, coordinator):
    actions.complete(action=action, text="They rang me", version=0, by=coordinator)
    client = sign_in(coordinator)

    page = client.post(url, answer("confirm"))

    assert "You said yourself that this action is done" in page.text
    assert "Somebody else of co-ordination" in client.get(f"/actions/{action.reference}/").text
    assert now(action, coordinator).state == "done"


def test_sent_back_it_is_open_again_and_its_owner_is_told_what_is_missing(sign_in, done, url, coordinator, housing):
    sign_in(coordinator).post(url, answer("back", "Who lives there?"))

    row = now(done, housing)
    assert (row.state, row.done_on, row.outcome, row.due_on) == ("open", None, "", in_days(7))
    assert "Who lives there?" in sign_in(housing).get(f"/actions/{done.reference}/").text
    assert "Visited, all quiet" in sign_in(housing).get(f"/actions/{done.reference}/").text
    assert mailed_about(done) == [(housing, f"MAPPA action sent back: {done.reference}")]


def test_sending_back_needs_words(sign_in, done, url, coordinator):
    page = sign_in(coordinator).post(url, answer("back"))

    assert "Enter what is still to be done" in page.text
    assert now(done, coordinator).state == "done"


def test_what_is_not_done_is_not_confirmed(sign_in, action, url, coordinator):
    page = sign_in(coordinator).post(url, answer("confirm", version=0))

    assert "nobody has said that it is done" in page.text


def test_an_action_is_confirmed_once(sign_in, done, url, coordinator, chair):
    sign_in(coordinator).post(url, answer("confirm"))

    page = sign_in(chair).post(url, answer("confirm"))

    assert "done and confirmed" in page.text
    assert now(done, chair).confirmed_by == coordinator


def test_an_answer_to_what_was_said_before_is_not_taken(sign_in, done, url, coordinator, chair, housing):
    actions.send_back_action(action=done, text="Who lives there?", version=1, by=chair)
    actions.complete(action=done, text="His brother", version=2, by=housing)

    page = sign_in(coordinator).post(url, answer("confirm"))

    assert "Somebody changed this action meanwhile" in page.text
    assert now(done, coordinator).state == "done"


def test_it_falls_to_those_who_may_confirm_and_not_to_whoever_did_it(done, action, coordinator, chair, housing, police):
    kind = BY_SLUG["action-to-confirm"]

    asked = [
        who for who in (coordinator, chair, housing, member(police, "chair", "carol")) if kind.mine(who, in_days(0))
    ]

    assert asked == [coordinator, chair]


def overdue(area):
    today = in_days(0)
    recount([today], on=today, slugs=["actions-overdue"])
    return {
        agency: share.whole
        for (agency,), share in figures.count(
            "actions-overdue", Period(today, today), area=area, by=("agency",)
        ).items()
    }


def test_done_and_not_confirmed_is_done_for_whoever_counts(action, housing, area, coordinator):
    type(action)._base_manager.update(due_on=in_days(-2))
    assert overdue(area) == {action.agency.name: 1}

    actions.complete(action=action, text="Visited", version=0, by=housing)

    assert overdue(area) == {}
    assert not BY_SLUG["action"].open(coordinator).exists()


def test_of_five_who_answer_at_once_one_does(at_once):
    police = AgencyFactory(kind__code="police")
    case = OffenderFactory(area=police.area, lead_agency=police)
    action = ActionFactory(offender=case, done=True)
    people = [member(police, "coordinator", f"alice-{number}") for number in range(5)]

    def confirm():
        try:
            return actions.confirm_action(action=action, version=0, by=people.pop()).state
        except ValidationError as refusal:
            return refusal.messages[0]

    answers = at_once(confirm, 5)

    assert sorted(answers) == sorted(["confirmed", *[str(why_not(Action(state="confirmed")))] * 4])
    assert action.progress.visible_to(system_user()).filter(kind="confirmed").count() == 1
