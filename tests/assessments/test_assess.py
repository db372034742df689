"""Assessing the risk of serious harm, reviewing it, and reading what was assessed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Standard
from assessments import actions
from assessments.models import COMMUNITY, CUSTODY, Assessment
from offenders.models import Offender
from tests.factories import AssessmentFactory, in_days
from tests.offenders.dates_typed import typed

LEVELS = dict.fromkeys((*COMMUNITY, *CUSTODY), 1) | {"children": 2, "public": 3, "custody_staff": 2}
WORDS = {
    "who_is_at_risk": "Strangers at night",
    "nature_of_risk": "Violence to strangers",
    "risk_imminence": "After drinking",
    "risk_increase_factors": "Debts",
    "risk_mitigation_factors": "Work",
}
ANSWERS = LEVELS | WORDS | {"unknown_plan": ""}
REVIEW = {"change": "changed", "change_reason": "A new job"}


GOOD = ANSWERS | typed("assessed_on", in_days(-1)) | {"seen": ""}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/risk/assess/"


@pytest.fixture
def page(offender):
    return f"/people/{offender.reference}/risk/"


def do(offender, by, **more):
    known = {"seen": "", "assessed_on": in_days(0), "review_on": None}
    return actions.assess(offender=offender, by=by, **ANSWERS | known | more)


def test_a_practitioner_assesses_and_the_case_shows_the_highest_level(client, practitioner, offender, url, page):
    client.force_login(practitioner)

    response = client.post(url, GOOD)

    assert response.headers["Location"] == page
    row = Assessment.objects.visible_to(practitioner).get()
    assert (row.overall, row.overall_in_custody, row.assessed_by) == (3, 2, practitioner)
    assert {name: getattr(row, name) for name in WORDS} == WORDS
    assert Offender.objects.visible_to(practitioner).get().rosh == 3
    assert offender.timeline.visible_to(practitioner).get().title == "Risk of serious harm assessed: high"


def test_what_was_said_does_not_go_onto_the_timeline(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, GOOD)

    assert offender.timeline.visible_to(practitioner).get().text == ""


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, page, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(page).status_code == 200
    assert client.get(url).status_code == 403
    assert client.post(url, GOOD).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing", "board_member"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, page, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(page).status_code, client.get(url).status_code, client.post(url, GOOD).status_code] == [404] * 3


def test_a_second_click_is_not_a_second_assessment(client, practitioner, url):
    client.force_login(practitioner)
    client.post(url, GOOD)

    response = client.post(url, GOOD)

    assert "recorded this already" in response.text
    assert Assessment.objects.visible_to(practitioner).count() == 1


def test_the_action_itself_refuses_those_who_may_not(offender, housing):
    with pytest.raises(PermissionDenied):
        do(offender, housing)


@pytest.mark.parametrize("field", [*LEVELS, *WORDS])
def test_every_answer_is_needed_and_the_others_are_kept(client, practitioner, url, field):
    client.force_login(practitioner)

    response = client.post(url, GOOD | {field: ""})

    assert list(response.context["form"].errors) == [field]
    assert field == "nature_of_risk" or "Violence to strangers" in response.text
    assert not Assessment.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize("level", ["0", "5", "high", "1; drop"])
def test_a_level_that_does_not_exist_is_refused(client, practitioner, url, level):
    client.force_login(practitioner)

    assert "staff" in client.post(url, GOOD | {"staff": level}).context["form"].errors


# What is not known


def test_a_level_that_is_not_known_needs_a_word_on_how_it_becomes_known(client, practitioner, url, page):
    client.force_login(practitioner)
    answers = GOOD | {"staff": "unknown"}

    refused = client.post(url, answers)
    client.post(url, answers | {"unknown_plan": "Ask the hostel by Friday"})

    assert list(refused.context["form"].errors) == ["unknown_plan"]
    row = Assessment.objects.visible_to(practitioner).get()
    assert (row.staff, row.overall) == (None, 3)
    assert "Ask the hostel by Friday" in client.get(page).text


def test_levels_in_custody_may_be_unknown_while_the_person_is_not_there(practitioner, offender):
    unknown = dict.fromkeys(CUSTODY)
    assert do(offender, practitioner, **unknown).overall_in_custody is None

    Offender._base_manager.update(whereabouts="custody")
    offender.refresh_from_db()

    with pytest.raises(ValidationError, match="what will be done"):
        do(offender, practitioner, seen=actions.latest_of(offender, practitioner).reference, **unknown, **REVIEW)


def test_where_no_level_is_known_the_case_is_unknown_and_says_what_to_do(client, practitioner, offender, page):
    Offender._base_manager.update(rosh=4)
    unknown = dict.fromkeys(COMMUNITY) | {"unknown_plan": "Interview on Monday"}

    row = do(offender, practitioner, **unknown)

    assert Offender.objects.visible_to(practitioner).get().rosh is None
    assert row.review_on == row.assessed_on + timedelta(weeks=4)
    client.force_login(practitioner)
    text = client.get(page).text
    assert "UNKNOWN" in text
    assert "review the assessment" in text


def test_risk_to_self_does_not_raise_the_level_of_risk_to_others(practitioner, offender):
    assert do(offender, practitioner, to_self=4).overall == 3


# The review


def test_a_review_starts_from_the_last_assessment_words_too(client, practitioner, offender, url):
    latest = AssessmentFactory(offender=offender, children=4, staff=None, nature_of_risk="Said before")
    client.force_login(practitioner)

    response = client.get(url)

    initial = response.context["form"].initial
    assert (initial["children"], initial["staff"], initial["seen"]) == (4, "unknown", latest.reference)
    assert "Said before" in response.text
    assert "Did anything change?" in response.text


def test_a_review_takes_the_place_of_the_last_assessment(client, practitioner, offender, url):
    latest = AssessmentFactory(offender=offender)
    client.force_login(practitioner)

    client.post(url, GOOD | REVIEW | {"seen": latest.reference})

    review = actions.latest_of(offender, practitioner)
    latest.refresh_from_db()
    assert (review.previous, review.change_reason) == (latest, "A new job")
    assert (latest.superseded_on, review.superseded_on) == (in_days(0), None)
    assert offender.timeline.visible_to(practitioner).get().title == "Risk of serious harm reviewed: high"


@pytest.mark.parametrize("field", REVIEW)
def test_a_review_says_what_changed_and_why(client, practitioner, offender, url, field):
    latest = AssessmentFactory(offender=offender)
    client.force_login(practitioner)

    response = client.post(url, GOOD | REVIEW | {"seen": latest.reference, field: ""})

    assert list(response.context["form"].errors) == [field]


def test_the_action_itself_asks_why_nothing_changed(practitioner, offender):
    first = do(offender, practitioner)

    with pytest.raises(ValidationError, match="why nothing did"):
        do(offender, practitioner, seen=first.reference, change="unchanged", change_reason=" ", assessed_on=in_days(0))


def test_nothing_changed_is_refused_when_something_differs(client, practitioner, offender, url):
    latest = AssessmentFactory(offender=offender, **LEVELS | WORDS | {"staff": 4, "risk_imminence": "Now"})
    client.force_login(practitioner)

    response = client.post(url, GOOD | REVIEW | {"seen": latest.reference, "change": "unchanged"})

    assert "differ from the last assessment: Staff, When is the risk likely to be greatest" in response.text


def test_something_changed_is_refused_when_nothing_differs(client, practitioner, offender, url):
    latest = AssessmentFactory(offender=offender, **LEVELS | WORDS)
    client.force_login(practitioner)

    response = client.post(url, GOOD | REVIEW | {"seen": latest.reference})

    assert list(response.context["form"].errors) == ["change"]
    assert client.post(url, GOOD | REVIEW | {"seen": latest.reference, "change": "unchanged"}).status_code == 302


def test_a_review_older_than_what_it_reviews_is_refused(client, practitioner, offender, url):
    latest = AssessmentFactory(offender=offender, assessed_on=in_days(0))
    client.force_login(practitioner)

    response = client.post(url, GOOD | REVIEW | {"seen": latest.reference})

    assert "a review is not older than it" in response.text
    assert "A new job" in response.text


@pytest.mark.parametrize(("day", "words"), [(1, "today or in the past"), (-30000, "after the person’s date of birth")])
def test_an_assessment_of_an_impossible_day_is_refused(client, practitioner, url, day, words):
    client.force_login(practitioner)

    assert words in client.post(url, GOOD | typed("assessed_on", in_days(day))).text


def test_whoever_was_overtaken_is_shown_both_and_loses_no_word(client, practitioner, manager, offender, url):
    client.force_login(practitioner)
    do(offender, manager, nature_of_risk="What the manager wrote")

    response = client.post(url, GOOD | {"nature_of_risk": "What Bob wrote"})

    assert "Maya recorded an assessment" in response.text
    assert "What the manager wrote" in response.text
    assert "What Bob wrote" in response.text
    assert Assessment.objects.visible_to(practitioner).count() == 1
    latest = actions.latest_of(offender, practitioner)
    assert f'value="{latest.reference}"' in response.text

    again = client.post(
        url, GOOD | REVIEW | typed("assessed_on", in_days(0)) | {"risk_imminence": "Now", "seen": latest.reference}
    )
    assert again.status_code == 302


# When the next is due


@pytest.mark.parametrize(("level", "weeks"), [(1, 52), (2, 52), (3, 26), (4, 16)])
def test_the_next_review_is_dated_by_the_standard_of_the_level(practitioner, offender, level, weeks):
    levels = dict.fromkeys(COMMUNITY, level)

    row = do(offender, practitioner, **levels, assessed_on=in_days(-7))

    assert row.review_on == in_days(-7) + timedelta(weeks=weeks)


def test_an_area_may_set_a_stricter_standard(practitioner, offender):
    Standard.objects.create(
        name="assessment_review_weeks_high",
        area=offender.area,
        value=8,
        unit="weeks",
        from_on=in_days(-1),
        citation="T",
    )

    assert do(offender, practitioner).review_on == in_days(56)


@pytest.mark.parametrize("days", [0, 26 * 7 + 1])
def test_a_review_date_beyond_the_standard_is_refused(client, practitioner, url, days):
    client.force_login(practitioner)
    day = typed("assessed_on", in_days(0)) | typed("review_on", in_days(days))

    response = client.post(url, GOOD | day)

    assert "the standard for this level of risk" in response.context["form"].errors["review_on"][0]


def test_what_is_recorded_so_late_that_its_review_has_passed_is_due_at_once(practitioner, offender):
    assert do(offender, practitioner, assessed_on=in_days(-400)).review_on == in_days(-400) + timedelta(weeks=26)


def test_where_the_standard_has_passed_already_no_review_date_is_asked_for(practitioner, offender):
    with pytest.raises(ValidationError, match="Leave the review date empty"):
        do(offender, practitioner, assessed_on=in_days(-400), review_on=in_days(10))


def test_blanks_are_no_plan_for_what_is_not_known(practitioner, offender):
    with pytest.raises(ValidationError, match="what will be done"):
        do(offender, practitioner, staff=None, unknown_plan="  ")


# The pages


def test_the_definitions_are_at_hand(client, practitioner, url):
    client.force_login(practitioner)

    text = client.get(url).text

    assert "more likely than not to happen imminently" in text
    assert "The potential event could happen at any time" in text


def test_the_history_is_told_newest_first(client, practitioner, offender, page):
    for level in (2, 3, 4):
        AssessmentFactory(offender=offender, children=level, public=1)
    client.force_login(practitioner)

    response = client.get(page)

    assert [row["overall"] for row in response.context["rows"]] == ["VH", "H", "M"]
    assert response.context["rows"][0]["levels"] == ["VH", "L", "M", "L", "L", "L"]


def test_the_levels_over_time_are_drawn_with_a_sentence_and_their_table(client, practitioner, offender, page):
    AssessmentFactory(offender=offender, children=2, public=1, assessed_on=in_days(-90))
    AssessmentFactory(offender=offender, children=4, public=1)
    client.force_login(practitioner)

    response = client.get(page)

    assert "The overall level rose from medium to very high on" in response.text
    assert "<svg" in response.text
    assert [row["word"] for row in response.context["chart"].points] == ["Medium", "Very high"]


def test_one_assessment_is_no_chart(client, practitioner, offender, page):
    AssessmentFactory(offender=offender)
    client.force_login(practitioner)

    assert client.get(page).context["chart"] is None


def test_the_boxes_show_community_and_custody(client, practitioner, offender, page):
    AssessmentFactory(offender=offender, children=4, custody_children=None)
    client.force_login(practitioner)

    response = client.get(page)

    assert response.context["person"]["rosh"]["rows"][0] == {"who": "Children", "community": "VH", "custody": None}
    assert "Custody" in client.get(offender.get_absolute_url()).text


def test_an_assessment_has_a_page_of_its_own_that_says_everything(client, practitioner, offender):
    first = AssessmentFactory(offender=offender)
    row = AssessmentFactory(
        offender=offender, previous=first, change="unchanged", change_reason="All as it was", unknown_plan="Ask"
    )
    client.force_login(practitioner)

    text = client.get(row.get_absolute_url()).text

    assert all(
        words in text for words in ("All as it was", "Soon after a quarrel", "Ask", "Waiting to be countersigned")
    )


def test_no_assessment_is_unknown_and_not_low(client, practitioner, page):
    client.force_login(practitioner)

    text = client.get(page).text

    assert "UNKNOWN" in text
    assert "No assessment has been recorded" in text


def test_what_was_recorded_before_assessments_were_in_full_is_shown_as_it_was(client, practitioner, offender, page):
    old = dict.fromkeys((*CUSTODY, "to_self"))
    words = dict.fromkeys(("who_is_at_risk", "risk_imminence", "risk_increase_factors", "risk_mitigation_factors"), "")
    row = AssessmentFactory(offender=offender, **old, **words, countersign_due_on=None)
    client.force_login(practitioner)

    response = client.get(page)

    assert "Recorded before assessments were countersigned" in response.text
    assert [line.value for line in response.context["latest"]["words"]] == ["Violence"]
    assert client.get(row.get_absolute_url()).status_code == 200


def test_long_histories_go_on_another_page(client, practitioner, offender, page):
    AssessmentFactory.create_batch(30, offender=offender)
    client.force_login(practitioner)

    first = client.get(page)
    second = client.get(first.context["next"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)


@pytest.mark.parametrize("number", [1, 25])
def test_the_page_costs_the_same_however_long(
    client, practitioner, offender, page, number, django_assert_max_num_queries
):
    AssessmentFactory.create_batch(number, offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(30):
        client.get(page)
