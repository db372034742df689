"""Prompts to refer or reassess: named rules find facts by night, each once, and people answer them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencies import outbox
from agencies.models import OutboxMessage, Role, Standard
from agencies.models.user import system_user
from assessments import actions, drift, postcodes
from assessments.drift_rules import FINDERS, Figures, Look
from assessments.models import DriftPrompt
from assessments.tasks import look_for_drift
from audit.models import AccessEvent
from mappa import dates
from offenders import merging
from offenders.models import KeyDate, Offender
from panels.actions import refer
from reviews.deadlines import BY_SLUG
from reviews.reminders import remind_all
from tests.assessments.test_assess import ANSWERS, do
from tests.conftest import member
from tests.factories import (
    AddressFactory,
    AreaFactory,
    AssessmentFactory,
    BreachFactory,
    DriftPromptFactory,
    KeyDateFactory,
    LevelPeriodFactory,
    NotificationBreachFactory,
    NotificationFactory,
    OffenderFactory,
    RankFactory,
    RecallFactory,
    ReferralFactory,
    RelationshipFactory,
    ReviewFactory,
    VictimFactory,
    in_days,
)
from tests.panels.referrals import agree, begin

Rule = DriftPrompt.Rule


def night(on=None):
    return drift.look_at_all(on=on or dates.today(), by=system_user())


def prompts(**which):
    return list(DriftPrompt._base_manager.filter(**which).order_by("pk"))


def rules():
    return [row.rule for row in prompts()]


def earlier(row, **moments):
    """The same row, recorded earlier."""
    type(row)._base_manager.filter(pk=row.pk).update(**moments)
    return row


def ago(days):
    return timezone.now() - timedelta(days=days)


def settled(outcome):
    return {"outcome": outcome, "settled_on": in_days(0), "settled_by": system_user()}


# The rules


def test_a_breach_prompts_with_its_days_and_its_reference(offender, today):
    breach = BreachFactory(offender=offender, happened_on=in_days(-3))

    assert night() == 1

    (row,) = prompts()
    assert (row.offender, row.area, row.rule, row.fact) == (offender, offender.area, Rule.BREACH, breach.reference)
    assert row.words == f"Breach {breach.reference} of {in_days(-3):%-d %B %Y}, recorded on {today:%-d %B %Y}."
    assert row.fact_on == in_days(-3)
    assert row.due_on > today
    assert not row.suggests_referral


def test_a_breach_of_notification_requirements_prompts(offender):
    breach = NotificationBreachFactory(offender=offender)

    night()

    assert [(row.rule, row.fact) for row in prompts()] == [(Rule.BREACH, breach.reference)]


@pytest.mark.parametrize(
    "breach",
    [
        {"happened_on": in_days(-200)},
        {"is_alert": True},
        {"is_alert": True, "outcome": "no-action"},
        {"outcome": "unfounded"},
        {"outcome": "acquitted"},
    ],
    ids=str,
)
def test_what_is_no_new_breach_prompts_nobody(offender, breach):
    BreachFactory(offender=offender, **(settled(breach["outcome"]) if "outcome" in breach else {}) | breach)

    assert night() == 0


def test_an_alert_that_turned_out_to_be_a_breach_prompts(offender):
    BreachFactory(offender=offender, is_alert=True, **settled("warned"))

    assert night() == 1


@pytest.mark.parametrize("seen_to", [AssessmentFactory, ReferralFactory])
def test_a_breach_that_somebody_has_seen_to_since_prompts_nobody(offender, seen_to):
    earlier(BreachFactory(offender=offender), recorded_at=ago(1))
    seen_to(offender=offender, **({"assessed_on": in_days(0)} if seen_to is AssessmentFactory else {}))

    assert night() == 0


def test_an_assessment_of_before_the_breach_has_not_seen_it(offender):
    earlier(BreachFactory(offender=offender, happened_on=in_days(-3)), recorded_at=ago(1))
    AssessmentFactory(offender=offender, assessed_on=in_days(-4))

    assert night() == 1


LOW = dict.fromkeys(("children", "public", "known_adult", "staff", "prisoners"), 1)


def assessed(offender, before, now):
    first = AssessmentFactory(
        offender=offender, assessed_on=in_days(-50), superseded_on=in_days(-2), **LOW | {"public": before}
    )
    second = AssessmentFactory(offender=offender, assessed_on=in_days(-2), previous=first, **LOW | {"public": now})
    earlier(first, assessed_at=ago(50))
    Offender._base_manager.filter(pk=offender.pk).update(rosh=second.overall)
    return second


@pytest.mark.parametrize(("before", "now", "made"), [(2, 3, 1), (1, 2, 1), (3, 3, 0), (4, 3, 0)])
def test_a_raised_risk_suggests_a_referral(offender, before, now, made):
    row = assessed(offender, before, now)

    assert night() == made
    assert [(prompt.fact, prompt.suggests_referral) for prompt in prompts()] == [(row.reference, True)] * made


def test_a_raised_risk_says_from_what_to_what_and_when(offender):
    assessed(offender, 2, 4)

    night()

    assert prompts()[0].words == (
        f"The assessment of {in_days(-2):%-d %B %Y} raised the overall level from medium to very high. "
        f"The one before: {in_days(-50):%-d %B %Y}."
    )


@pytest.mark.parametrize(("now", "made"), [(2, 0), (3, 1)])
def test_where_nothing_was_known_before_a_high_risk_is_news(offender, now, made):
    first = AssessmentFactory(offender=offender, unknown_plan="Ask", superseded_on=in_days(0), **dict.fromkeys(LOW))
    AssessmentFactory(offender=offender, previous=first, **LOW | {"children": now})
    Offender._base_manager.update(rosh=now)

    assert night() == made


def test_at_level_3_there_is_nowhere_to_refer_to(offender):
    assessed(offender, 2, 3)
    Offender._base_manager.update(level=3)

    assert night() == 0


def held(offender, **more):
    Offender._base_manager.filter(pk=offender.pk).update(whereabouts="custody")
    return KeyDateFactory(offender=offender, **{"on": in_days(100)} | more)


def test_a_release_within_six_months_without_a_decided_level_prompts(offender):
    day = held(offender)

    night()

    (row,) = prompts()
    assert (row.rule, row.fact, row.suggests_referral) == (Rule.RELEASE, day.reference, True)
    assert f"{in_days(100):%-d %B %Y}" in row.words


@pytest.mark.parametrize(
    "seen_to",
    [
        lambda offender: (
            ReviewFactory(offender=OffenderFactory())
            and ReviewFactory(offender=offender, due_on=in_days(-40), held_on=in_days(-50))
        ),
        lambda offender: ReferralFactory(offender=offender),
        lambda offender: LevelPeriodFactory(offender=offender, from_on=in_days(-1), until=in_days(0), level=2),
    ],
    ids=["reviewed", "referred", "moved"],
)
def test_a_level_that_was_decided_in_the_last_year_is_set(offender, seen_to):
    earlier(offender, registered_at=ago(400))
    held(offender)
    seen_to(offender)

    assert night() == 0


def test_the_level_with_which_a_person_is_registered_is_no_decision(offender, today):
    offender.levels.visible_to(system_user()).update(from_on=today)
    held(offender)

    assert night() == 1


def test_only_the_first_day_of_release_prompts_and_a_new_one_anew(offender):
    first = held(offender)
    held(offender, kind=KeyDate.Kind.PAROLE_ELIGIBILITY, on=in_days(150))
    held(offender, on=in_days(-5))
    night()
    assert [row.fact for row in prompts()] == [first.reference]

    new = held(offender, on=in_days(90), replaces=first, reason="Recalculated")
    night()

    assert [(row.fact, row.outcome) for row in prompts()] == [(first.reference, "gone"), (new.reference, "")]


@pytest.mark.parametrize("more", [{"on": in_days(200)}, {"kind": KeyDate.Kind.LICENCE_EXPIRY}], ids=str)
def test_no_other_day_is_a_release_that_is_near(offender, more):
    held(offender, **more)

    assert night() == 0


def test_nobody_in_the_community_is_released(offender):
    KeyDateFactory(offender=offender)

    assert night() == 0


@pytest.mark.parametrize(
    ("facts", "made"),
    [
        ({"is_child": "yes"}, 1),
        ({"is_child": "yes", "born_on": in_days(-3000)}, 1),
        ({"is_child": "no"}, 0),
        ({"is_child": "unknown"}, 0),
        ({"is_child": "yes", "born_on": in_days(-7000)}, 0),  # it has grown up since
        ({"is_child": "yes", "relation": "child"}, 0),
        ({"is_child": "yes", "until": in_days(-1), "from_on": in_days(-9)}, 0),
    ],
    ids=str,
)
def test_a_child_in_the_household_prompts(offender, facts, made):
    RelationshipFactory(offender=offender, **{"relation": "household"} | facts)

    assert night() == made
    assert rules() == [Rule.CHILD] * made


def test_a_child_who_is_a_case_is_not_told_of(offender):
    RelationshipFactory(offender=offender, relation="household", is_child="yes", name="", other=OffenderFactory())

    assert night() == 0


def test_a_notified_household_with_a_child_prompts_when_it_came_about(offender):
    NotificationFactory(offender=offender, kind="child", given_on=in_days(-2), expected_on=in_days(4))
    row = NotificationFactory(offender=offender, kind="child", given_on=in_days(-2), happened_on=in_days(-3))

    night()

    assert [(prompt.rule, prompt.fact) for prompt in prompts()] == [(Rule.CHILD, row.reference)]


def missed(offender, due, held=None, superseded=None):
    day = lambda days: None if days is None else in_days(days)  # noqa: E731
    return ReviewFactory(offender=offender, due_on=in_days(due), held_on=day(held), superseded_on=day(superseded))


def test_two_missed_reviews_prompt_with_their_days(offender):
    offender.reviews.visible_to(system_user()).update(due_on=in_days(-20))
    missed(offender, -100, held=-90)

    night()

    (row,) = prompts()
    days = f"{in_days(-100):%-d %B %Y}, {in_days(-20):%-d %B %Y}"
    assert (row.rule, row.words) == (Rule.REVIEWS, f"Reviews were due on these days and not held by them: {days}.")


def test_a_third_missed_review_prompts_anew(offender):
    missed(offender, -200, held=-190)
    missed(offender, -100, superseded=-80)
    night()
    night()
    assert rules() == [Rule.REVIEWS]

    missed(offender, -20, held=-10)
    night()

    assert rules() == [Rule.REVIEWS] * 2


@pytest.mark.parametrize(
    "second", [{"held": -100}, {"held": -101}, {"superseded": -101}], ids=["on its day", "before", "no longer due"]
)
def test_one_missed_review_prompts_nobody(offender, second):
    missed(offender, -200, held=-190)
    missed(offender, -100, **second)

    assert night() == 0


def test_reviews_that_were_missed_long_ago_are_not_counted(offender):
    missed(offender, -500, held=-490)
    missed(offender, -100, held=-90)

    assert night() == 0


def test_a_recall_prompts_until_it_is_taken_back(offender):
    row = RecallFactory(offender=offender)
    night()
    assert [(prompt.rule, prompt.fact) for prompt in prompts()] == [(Rule.RECALL, row.reference)]

    earlier(row, withdrawn_at=ago(0), withdrawn_by=system_user(), withdrawal_reason="Another person")
    night()

    (prompt,) = prompts()
    assert (prompt.outcome, prompt.answered_by) == ("gone", system_user())


# Near a victim


@pytest.mark.parametrize(
    ("home", "contact", "made"),
    [
        ("MK40 1AA", "4 Oak Row, Bedford mk401zz", 1),
        ("MK401AA", "4 Oak Row MK40 1AA, or at work, LU1 2QQ", 1),
        ("MK40 1AA", "4 Oak Row, MK40 2AA", 0),
        ("MK4 1AA", "4 Oak Row, MK40 1AA", 0),
        ("", "4 Oak Row, MK40 1AA", 0),
        ("MK40 1AA", "By telephone", 0),
    ],
)
def test_an_address_in_the_postcode_sector_of_a_victim_prompts(offender, home, contact, made):
    address = AddressFactory(offender=offender, postcode=home)
    victim = VictimFactory(offender=offender, contact=contact)

    assert night() == made
    assert [(row.fact, row.besides) for row in prompts()] == [(address.reference, victim.reference)] * made
    assert night() == 0


@pytest.mark.parametrize(("parts", "contact", "made"), [(1, "MK40 2AA", 1), (3, "MK40 1AB", 0), (3, "MK40 1AA", 1)])
def test_an_area_says_how_near(offender, parts, contact, made, today):
    Standard.objects.create(
        name="drift_near_postcode_parts", value=parts, unit="x", area=offender.area, from_on=today, citation="Board"
    )
    AddressFactory(offender=offender, postcode="MK40 1AA")
    VictimFactory(offender=offender, contact=contact)

    assert night() == made


@pytest.mark.parametrize("kind", ["custody", "hospital", "abroad"])
def test_who_is_held_or_abroad_is_near_nobody(offender, kind):
    AddressFactory(offender=offender, kind=kind)
    VictimFactory(offender=offender, contact="MK40 1AA")

    assert night() == 0


def test_a_planned_address_prompts_before_the_day(offender, today):
    AddressFactory(offender=offender, kind="temporary", from_on=in_days(20))
    VictimFactory(offender=offender, contact="MK40 1AA")

    night()

    assert prompts()[0].fact_on == today


def test_a_victim_of_another_case_is_not_compared(offender):
    AddressFactory(offender=offender)
    VictimFactory(offender=OffenderFactory(area=offender.area), contact="MK40 1AA")

    assert night() == 0


def test_an_address_that_has_ended_is_near_nobody_any_more(offender):
    address = AddressFactory(offender=offender)
    VictimFactory(offender=offender, contact="MK40 1AA")
    night()

    earlier(address, until=in_days(-1))
    night()

    assert [row.outcome for row in prompts()] == ["gone"]


@pytest.fixture
def near(offender, granted):
    """An address near a victim, of which the night has prompted."""
    AddressFactory(offender=offender)
    VictimFactory(offender=offender, contact="MK40 1AA")
    night()
    return prompts()[0]


@pytest.mark.parametrize("person", ["practitioner", "manager", "area_officer", "housing"])
def test_nobody_but_the_compartment_learns_that_an_address_is_near_a_victim(client, request, near, offender, person):
    user = request.getfixturevalue(person)
    client.force_login(user)
    client.post(f"/people/{offender.reference}/reason/", {"purpose": "duty"})

    assert not DriftPrompt.objects.visible_to(user).exists()
    assert not BY_SLUG["prompt"].mine(user, dates.today()).exists()
    assert not BY_SLUG["prompt-apart"].mine(user, dates.today()).exists()
    for page in (near.get_absolute_url(), f"{near.get_absolute_url()}dismiss/"):
        assert client.get(page).status_code == client.post(page, {"reason": "x"}).status_code == 404
    for page in ("", "risk/", "timeline/"):
        text = client.get(f"/people/{offender.reference}/{page}").text
        assert near.reference not in text
        assert "prompt to refer" not in text
    with pytest.raises((PermissionDenied, DriftPrompt.DoesNotExist)), transaction.atomic():
        actions.dismiss_prompt(prompt=near, reason="x", by=user)


@pytest.mark.parametrize("person", ["coordinator", "chair", "victim_liaison"])
def test_those_who_may_look_at_victims_find_it_beside_them_and_on_no_other_page(
    client, request, near, offender, person
):
    client.force_login(request.getfixturevalue(person))

    assert "Address near a victim" in client.get(f"/people/{offender.reference}/victims/").text
    assert near.besides in client.get(near.get_absolute_url()).text
    for page in ("", "risk/", "timeline/"):
        assert near.reference not in client.get(f"/people/{offender.reference}/{page}").text


def test_coordination_is_asked_to_answer_it(near, coordinator, victim_liaison, chair, today):
    assert list(BY_SLUG["prompt-apart"].mine(coordinator, today)) == [near]
    assert not BY_SLUG["prompt-apart"].mine(victim_liaison, today).exists()
    assert not BY_SLUG["prompt-apart"].mine(chair, today).exists()


def test_its_dismissal_is_told_to_nobody_else(client, near, coordinator, offender):
    client.force_login(coordinator)

    client.post(f"{near.get_absolute_url()}dismiss/", {"reason": "She has moved"})

    assert prompts()[0].outcome == "dismissed"
    assert not offender.timeline.visible_to(system_user()).exists()
    assert "She has moved" in client.get(f"/people/{offender.reference}/victims/").text
    details = list(AccessEvent.objects.filter(event__startswith="drift.").values_list("detail", flat=True))
    assert details == [{}, {"outcome": "dismissed"}]


def test_an_assessment_by_who_does_not_know_of_the_victim_answers_nothing(near, offender, practitioner, coordinator):
    do(offender, practitioner)
    assert prompts(rule=Rule.NEAR_VICTIM)[0].is_open

    latest = actions.latest_of(offender, coordinator)
    do(offender, coordinator, seen=latest.reference, change="changed", change_reason="Moved", public=4)

    assert prompts(rule=Rule.NEAR_VICTIM)[0].outcome == "reassessed"


# Once, and again only for what is new


def test_the_same_fact_never_prompts_twice(offender, practitioner):
    BreachFactory(offender=offender)
    night()
    actions.dismiss_prompt(prompt=prompts()[0], reason="Known and dealt with", by=practitioner)

    assert night() == 0

    BreachFactory(offender=offender)
    assert night() == 1


def test_the_database_itself_keeps_the_same_fact_out(offender):
    row = DriftPromptFactory(offender=offender)

    with pytest.raises(IntegrityError), transaction.atomic():
        DriftPromptFactory(offender=offender, fact=row.fact)


def test_an_answer_without_a_person_is_kept_out_by_the_database(offender):
    with pytest.raises(IntegrityError), transaction.atomic():
        DriftPromptFactory(offender=offender, outcome="dismissed")


def test_a_breach_that_turns_out_unfounded_closes_its_prompt(offender):
    breach = BreachFactory(offender=offender)
    night()

    earlier(breach, **settled("unfounded"))
    night()

    assert [row.outcome for row in prompts()] == ["gone"]


def test_the_night_overwrites_no_answer_that_was_given_meanwhile(prompt, practitioner, system):
    actions.dismiss_prompt(prompt=prompt, reason="Known", by=practitioner)

    drift._gone(DriftPrompt(pk=prompt.pk, offender=prompt.offender), by=system)

    assert [row.outcome for row in prompts()] == ["dismissed"]


def test_the_prompts_of_a_case_that_has_ended_are_closed_and_none_is_made(offender, today):
    BreachFactory(offender=offender)
    night()
    Offender._base_manager.update(ended_on=today)
    BreachFactory(offender=offender)

    assert night() == 0
    assert [row.outcome for row in prompts()] == ["gone"]


def test_reviews_missed_are_no_longer_asked_about_once_the_case_has_ended(offender, today):
    missed(offender, -100, held=-90)
    missed(offender, -50, held=-40)
    night()
    assert [(row.rule, row.is_open) for row in prompts()] == [(Rule.REVIEWS, True)]
    night()
    assert prompts()[0].is_open

    Offender._base_manager.update(ended_on=today)
    night()

    assert prompts()[0].outcome == "gone"


def test_a_fact_that_went_back_to_another_record_is_no_longer_asked_about(offender, other_case):
    row = BreachFactory(offender=offender)
    night()
    type(row)._base_manager.filter(pk=row.pk).update(offender=other_case)

    night()

    assert prompts(offender=offender)[0].outcome == "gone"


def test_a_great_many_missed_reviews_do_not_stop_the_night(offender):
    for days in range(10, 340, 10):
        missed(offender, -days, held=1 - days)

    night()

    (row,) = prompts()
    assert f"{in_days(-10):%-d %B %Y}" in row.words
    assert len(row.words) <= 400


def test_workers_at_the_same_time_prompt_once(at_once):
    area = AreaFactory(slug="somewhere")
    BreachFactory(offender=OffenderFactory(area=area))

    at_once(look_for_drift, 3)

    assert len(prompts()) == 1


def test_an_area_without_a_figure_is_named_and_keeps_no_other_waiting(offender, other_case, today):
    Standard.objects.create(
        name="drift_near_postcode_parts", value=4, unit="x", area=other_case.area, from_on=today, citation="Wrong"
    )
    BreachFactory(offender=offender)

    with pytest.raises(ValidationError, match=r"North Wales.*must be 1, 2 or 3"):
        night()

    assert [row.offender for row in prompts()] == [offender]


@pytest.mark.parametrize("cases", [1, 12])
def test_a_night_with_nothing_new_asks_the_same_however_many_cases(offender, cases, django_assert_max_num_queries):
    for _each in range(cases):
        case = OffenderFactory(area=offender.area, level_period=True, next_review_on=in_days(-20))
        BreachFactory(offender=case)
        RecallFactory(offender=case)
        RelationshipFactory(offender=case, relation="household", is_child="yes")
        AddressFactory(offender=case)
        VictimFactory(offender=case, contact="MK40 1AA")
        missed(case, -100, superseded=-90)
        held(case)
    assert night() == 6 * cases
    by, on = system_user(), dates.today()
    look = Look(on, by, Figures.of(offender.area, on), (offender.area_id,))

    with django_assert_max_num_queries(22):
        assert drift._look(look, FINDERS) == 0


def test_areas_with_the_same_figures_are_asked_together(offender, other_case, today):
    groups, failed = drift._areas_by_figures(today)
    assert (len(groups), failed) == (1, [])

    Standard.objects.create(
        name="drift_missed_reviews", value=3, unit="reviews", area=other_case.area, from_on=today, citation="Board"
    )

    assert len(drift._areas_by_figures(today)[0]) == 2


# What becomes of a prompt


@pytest.fixture
def prompt(offender):
    return DriftPromptFactory(offender=offender)


@pytest.fixture
def url(prompt):
    return f"/people/prompts/{prompt.reference}/dismiss/"


def test_a_practitioner_dismisses_a_prompt_with_a_reason(client, practitioner, prompt, offender, url):
    client.force_login(practitioner)

    response = client.post(url, {"reason": "Told of it in supervision"})

    assert response.headers["Location"] == prompt.get_absolute_url()
    (row,) = prompts()
    assert (row.outcome, row.answered_by, row.answer_reason) == (
        "dismissed",
        practitioner,
        "Told of it in supervision",
    )
    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Prompt to refer or reassess dismissed", "New breach")
    assert AccessEvent.objects.get(event="drift.answered").detail == {"outcome": "dismissed", "rule": "breach"}
    assert "Told of it in supervision" in client.get(f"/people/{offender.reference}/risk/").text


def test_a_prompt_that_is_answered_is_not_dismissed(client, practitioner, prompt, url):
    actions.dismiss_prompt(prompt=prompt, reason="Known", by=practitioner)
    client.force_login(practitioner)

    assert "answered already" in client.get(url).text
    with pytest.raises(ValidationError, match="answered already"):
        actions.dismiss_prompt(prompt=prompt, reason="Again", by=practitioner)


@pytest.mark.parametrize(("reason", "said"), [("", "Enter why nothing is to be done"), ("x" * 301, "no more than 300")])
def test_a_dismissal_needs_a_reason_and_keeps_what_was_typed(client, practitioner, prompt, url, reason, said):
    client.force_login(practitioner)

    response = client.post(url, {"reason": reason})

    assert said in response.text
    assert reason in response.text
    assert prompts()[0].is_open


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, prompt, url, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert client.get(prompt.get_absolute_url()).status_code == 200
    assert client.get(url).status_code == client.post(url, {"reason": "x"}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.dismiss_prompt(prompt=prompt, reason="x", by=user)


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, prompt, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(prompt.get_absolute_url()).status_code == client.get(url).status_code == 404


def test_a_referral_answers_every_prompt_that_the_referrer_sees(offender, housing, granted):
    Offender._base_manager.update(rosh=3)
    mine = [DriftPromptFactory(offender=offender, rule=rule) for rule in (Rule.BREACH, Rule.ROSH_RAISED)]
    DriftPromptFactory(offender=offender, rule=Rule.NEAR_VICTIM)

    agency = housing.memberships.get().agency
    manager = member(agency, Role.Code.PRACTITIONER, "hugo", rank=RankFactory(name="Housing manager", order=20))
    refer(referral=agree(begin(offender, housing), asked_by=housing, manager=manager), by=housing)

    answered = prompts(outcome="referred")
    assert answered == mine
    assert {row.answered_by for row in answered} == {housing}
    assert len(prompts(outcome="")) == 1


def test_an_assessment_answers_what_suggests_one_and_no_fact_after_its_day(offender, practitioner):
    breach = DriftPromptFactory(offender=offender, fact_on=in_days(-2))
    DriftPromptFactory(offender=offender, fact_on=in_days(0))
    DriftPromptFactory(offender=offender, rule=Rule.RELEASE, fact_on=in_days(-9))
    DriftPromptFactory(offender=OffenderFactory(area=offender.area))

    do(offender, practitioner, assessed_on=in_days(-1))

    assert prompts(outcome="reassessed") == [breach]


def test_an_assessment_that_raises_the_level_prompts_at_once(offender, practitioner):
    first = do(offender, practitioner)
    assert prompts() == []

    do(
        offender,
        practitioner,
        **ANSWERS | {"public": 4, "seen": first.reference, "change": "changed", "change_reason": "Threats"},
    )

    (row,) = prompts()
    assert (row.rule, "from high to very high" in row.words) == (Rule.ROSH_RAISED, True)
    assert night() == 0


def test_an_assessment_is_not_refused_for_a_figure_of_the_prompts(offender, practitioner, today):
    first = do(offender, practitioner)
    Standard.objects.create(
        name="drift_near_postcode_parts", value=4, unit="x", area=offender.area, from_on=today, citation="Wrong"
    )

    do(
        offender,
        practitioner,
        **ANSWERS | {"public": 4, "seen": first.reference, "change": "changed", "change_reason": "Threats"},
    )

    assert offender.assessments.visible_to(practitioner).count() == 2
    assert prompts() == []


# Where it is shown


def test_the_lead_officer_finds_it_in_my_work_and_on_the_pages_of_the_case(client, practitioner, prompt, offender):
    client.force_login(practitioner)

    work = client.get("/").context["work"].tasks
    assert [(task["what"], task["next_url"]) for task in work] == [
        ("Prompt to refer or reassess", prompt.get_absolute_url())
    ]
    assert "1 prompt to refer or reassess" in client.get(f"/people/{offender.reference}/").text
    assert "New breach" in client.get(f"/people/{offender.reference}/risk/").text


def labels(client, prompt):
    return [step["label"] for step in client.get(prompt.get_absolute_url()).context["steps"]]


ASSESS, REFER, DISMISS = "Assess the risk again", "Refer to a higher level", "Dismiss with a reason"


@pytest.mark.parametrize(
    ("person", "level", "offered"),
    [
        ("practitioner", 1, [ASSESS, REFER, DISMISS]),
        ("practitioner", 3, [ASSESS, DISMISS]),
        ("chair", 1, [REFER]),
        ("housing", 1, [REFER]),
        ("victim_liaison", 1, []),
    ],
)
def test_each_reader_is_offered_what_he_may_do(client, request, granted, prompt, person, level, offered):
    Offender._base_manager.update(level=level)
    client.force_login(request.getfixturevalue(person))

    assert labels(client, prompt) == offered


def test_what_the_rule_suggests_comes_first(client, practitioner, offender):
    client.force_login(practitioner)

    assert labels(client, DriftPromptFactory(offender=offender, rule=Rule.ROSH_RAISED))[0] == REFER


def test_the_page_leads_to_where_the_record_holds_the_fact(client, practitioner, offender):
    BreachFactory(offender=offender)
    NotificationBreachFactory(offender=offender)
    NotificationFactory(offender=offender, kind="child", given_on=in_days(-2), happened_on=in_days(-3))
    RelationshipFactory(offender=offender, relation="household", is_child="yes")
    RecallFactory(offender=offender)
    night()
    client.force_login(practitioner)

    pages = [client.get(row.get_absolute_url()).context["page"].split("/")[-2] for row in prompts()]

    assert pages == ["orders", "notification", "identity", "notification", "sentences"]


def test_nothing_is_offered_once_it_is_answered(client, practitioner, prompt):
    actions.dismiss_prompt(prompt=prompt, reason="Known", by=practitioner)
    client.force_login(practitioner)

    assert labels(client, prompt) == []
    assert "Known" in client.get(prompt.get_absolute_url()).text


def test_a_mail_names_neither_the_rule_nor_the_person(prompt, practitioner, system):
    remind_all(on=prompt.due_on, by=system)
    outbox.send_waiting()

    [message] = OutboxMessage.objects.filter(key__startswith="reminder:prompt:")
    assert message.to == practitioner
    assert not {word for word in ("Ashdown", "breach", "Breach") if word in message.subject + message.body}


def test_the_prompts_of_a_merged_record_come_over_and_are_not_made_again(offender, coordinator):
    other = OffenderFactory(
        surname="Ashdowne", area=offender.area, lead_agency=offender.lead_agency, registered_by=offender.registered_by
    )
    BreachFactory(offender=other)
    BreachFactory(offender=offender)
    night()

    merging.merge(offender=offender, other=other, choices={}, reason="One person", confirmed="", by=coordinator)

    assert {row.offender for row in prompts()} == {offender}
    assert night() == 0
    assert [row.outcome for row in prompts()] == ["", ""]


# Postcodes


@given(st.text(), st.text(), st.sampled_from([1, 2, 3]))
def test_nearness_has_no_direction(one, other, parts):
    assert postcodes.are_near(one, other, parts) == postcodes.are_near(other, one, parts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LS6 3HN", {"LS63HN"}),
        ("sw1a1aa and N1 9GU.", {"SW1A1AA", "N19GU"}),
        ("Ring 01632 960 001", set()),
        ("ID-4A2B-9XYZ", set()),
    ],
)
def test_postcodes_are_read_out_of_words(text, found):
    assert postcodes.postcodes_in(text) == found


def test_the_parts_of_a_postcode_grow_narrower():
    assert [postcodes.part_of("LS63HN", parts) for parts in (1, 2, 3)] == ["LS6", "LS63", "LS63HN"]
