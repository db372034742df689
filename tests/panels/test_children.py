"""What a meeting is asked about children when it considers disclosure (Criminal Justice Act 2003 s.327A)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AccessEvent
from disclosures.models import DisclosureDecision, DisclosureDraft
from panels import actions
from panels.models import Decision
from tests.factories import DisclosureFactory
from tests.panels.conftest import approve, boxes, in_days

YES = {
    "child_sex_offender": "yes",
    "serious_harm_to_children": "yes",
    "necessary_for_children": "yes",
    "asked_for": "no",
}
WHY = "The school is told by social care this week"


@pytest.fixture
def answers():
    return {
        "level": "2",
        "rationale": "Housing and police must act together",
        "disclosure": "no",
        "disclosure_reasons": "Nobody else can act on it",
        "category": "confirmed",
        "version": "0",
    } | boxes("next_review_on", in_days(80))


@pytest.fixture
def record(sign_in, item, coordinator, answers):
    """Send the form of the decision with these answers beside the others."""

    def post(**said):
        return sign_in(coordinator).post(f"/items/{item.reference}/decide/", answers | said)

    return post


@pytest.fixture
def against(record, coordinator):
    record(**YES, against_presumption=WHY)
    return Decision.objects.visible_to(coordinator).get()


def test_a_no_against_the_presumption_without_its_reasons_is_refused_and_kept(record, coordinator):
    page = record(**YES)

    assert page.context["form"].errors == {
        "against_presumption": ["Enter why the presumption to disclose does not hold here"]
    }
    assert "Nobody else can act on it" in page.text
    assert not Decision.objects.visible_to(coordinator).exists()


def test_a_no_against_the_presumption_is_recorded_with_its_reasons(against, coordinator):
    assert (against.presumption, against.asked_for, against.against_presumption) == (True, False, WHY)
    event = AccessEvent.objects.get(event="decision.recorded")
    assert event.detail == {"level": 2, "disclosure": "no", "presumption": True}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("serious_harm_to_children", "Say whether there is a risk of serious harm to children"),
        ("necessary_for_children", "Say whether telling is necessary to protect them"),
        ("asked_for", "Say whether somebody asked to be told"),
    ],
)
def test_of_a_child_sex_offender_every_question_is_answered(record, coordinator, name, words):
    page = record(**YES | {name: ""}, against_presumption=WHY)

    assert page.context["form"].errors[name] == [words]
    assert not Decision.objects.visible_to(coordinator).exists()


def test_of_anybody_else_no_more_is_asked_or_kept(record, coordinator):
    record(**YES | {"child_sex_offender": "no"}, against_presumption=WHY)

    row = Decision.objects.visible_to(coordinator).get()
    kept = (
        row.child_sex_offender,
        row.serious_harm_to_children,
        row.asked_for,
        row.presumption,
        row.against_presumption,
    )
    assert kept == (False, None, None, False, "")


@pytest.mark.parametrize(
    "change", [{"necessary_for_children": "no"}, {"disclosure": "yes", "disclosure_to": "The school"}]
)
def test_where_it_is_not_presumed_or_is_disclosed_nothing_is_said_against_it(record, coordinator, change):
    record(**YES | change)

    assert Decision.objects.visible_to(coordinator).get().against_presumption == ""


def test_the_verb_refuses_it_too(item, coordinator):
    answers = {name: answer == "yes" for name, answer in YES.items()}
    with pytest.raises(ValidationError, match="Enter why the presumption to disclose does not hold here"):
        actions.decide(
            item=item,
            level=2,
            rationale="x",
            disclosure="no",
            disclosure_reasons="x",
            disclosure_to="",
            **answers,
            next_review_on=in_days(9),
            version=0,
            by=coordinator,
        )


@pytest.mark.parametrize("change", [{"against_presumption": ""}, {"asked_for": None}, {"child_sex_offender": False}])
def test_the_database_refuses_it_too(against, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision._base_manager.update(**change)


def test_the_form_comes_back_with_what_was_answered(sign_in, item, against, coordinator):
    form = sign_in(coordinator).get(f"/items/{item.reference}/").context["decision_form"]

    assert {name: form[name].value() for name in YES} == YES
    assert form["against_presumption"].value() == WHY


@pytest.mark.parametrize(("said", "offered"), [(True, "yes"), (False, None)])
def test_only_a_yes_of_an_earlier_record_is_offered_again(sign_in, item, level_2, coordinator, said, offered):
    DisclosureFactory(offender=level_2, child_sex_offender=said)

    form = sign_in(coordinator).get(f"/items/{item.reference}/").context["decision_form"]

    assert form["child_sex_offender"].value() == offered


def test_an_earlier_meeting_is_remembered_too_and_the_last_word_counts(level_2, meeting, against, chair):
    entries = DisclosureDecision.objects.visible_to(chair)
    approve(meeting, chair)
    assert entries.all().says_child_sex_offender()

    DisclosureFactory(offender=level_2, child_sex_offender=False)

    assert not entries.all().says_child_sex_offender()


def test_the_minutes_and_the_log_say_it_to_those_who_may_read_the_decision(
    sign_in, meeting, level_2, invitation, against, housing, uninvited, chair
):
    address, log = f"/meetings/{meeting.reference}/minutes/", f"/people/{level_2.reference}/disclosures/"
    before = sign_in(housing).get(address).text
    actions.take_attendance(invitation=invitation, attendance="present", by=chair)
    approve(meeting, chair)

    after, listed = sign_in(housing).get(address).text, sign_in(housing).get(log).text

    assert WHY not in before
    assert "Child sex offender: Yes; Risk of serious harm to children: Yes" in after
    assert "Disclosure is presumed: Yes" in after
    assert [WHY in after, WHY in listed] == [True, True]
    assert sign_in(uninvited).get(address).status_code == sign_in(uninvited).get(log).status_code == 404


def test_a_copy_says_no_more_than_was_asked(sign_in, meeting, decided, coordinator):
    text = sign_in(coordinator).get(f"/meetings/{meeting.reference}/minutes/").text

    assert "Child sex offender: No; Disclosure is presumed: No." in text


@pytest.mark.parametrize("change", [{"against_presumption": "Quietly changed"}, {"asked_for": True}])
def test_nobody_alters_an_answer_once_the_minutes_are_approved(meeting, against, chair, change):
    approve(meeting, chair)

    with pytest.raises(IntegrityError, match="These minutes are approved"), transaction.atomic():
        Decision._base_manager.update(**change)


NOT_ASKED = {"child_sex_offender": None}


def test_minutes_of_before_the_questions_keep_their_seal(meeting, decided, chair):
    Decision._base_manager.update(**NOT_ASKED)

    assert "children" not in actions.approval.rows_of(meeting, by=chair)


def test_a_decision_of_before_the_questions_is_named_before_it_is_approved(sign_in, meeting, decided, chair):
    Decision._base_manager.update(**NOT_ASKED)

    page = sign_in(chair).get(f"/meetings/{meeting.reference}/approve/").text

    assert "Whether this is a child sex offender is not recorded" in page


def test_the_record_that_carries_it_out_begins_with_the_meetings_answers(
    sign_in, record, meeting, level_2, coordinator, chair
):
    record(**YES, disclosure="yes", disclosure_to="The head teacher")
    approve(meeting, chair)
    entry = DisclosureDecision.objects.visible_to(coordinator).get()

    sign_in(coordinator).post(f"/people/{level_2.reference}/disclosures/record/", {"follows": entry.pk})

    assert DisclosureDraft.objects.visible_to(coordinator).get().answers["children"] == YES
