"""Who is proposed for an agenda, with each reason, the most urgent first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Standard
from offenders.models import KeyDate, Offender
from offenders.visibility import one_scope
from panels.suggestions import SUGGESTED, suggestions
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    DecisionFactory,
    KeyDateFactory,
    MeetingFactory,
    OffenderFactory,
    ReferralFactory,
)
from tests.panels.conftest import in_days


@pytest.fixture
def coming(area, chair):
    return MeetingFactory(area=area, chair=chair)


@pytest.fixture
def case(area):
    """Somebody at level 2, without a reason: the review is months away."""

    def make(surname="Lowe", **facts):
        return OffenderFactory(**{"surname": surname, "area": area, "level": 2, "next_review_on": in_days(110)} | facts)

    return make


def agreed_long_ago(offender, days):
    """An action, due so many days from now, of a meeting that no reason is looked for in any more."""
    item = AgendaItemFactory(
        offender=offender, meeting=MeetingFactory(area=offender.area, starts_at=timezone.now() - timedelta(days=200))
    )
    return ActionFactory(offender=offender, item=item, due_on=in_days(days))


def found(meeting, user):
    rows, _more = suggestions(meeting, user)
    return {row["name"].split(",")[0]: row["reason"] for row in rows}


def test_who_is_inside_and_may_be_released_soon_is_proposed(coming, case, coordinator):
    inside = case("Inside", whereabouts=Offender.Whereabouts.CUSTODY)
    later, outside = case("Later", whereabouts=Offender.Whereabouts.CUSTODY), case("Outside")
    release = {"kind": KeyDate.Kind.CONDITIONAL_RELEASE}
    KeyDateFactory(offender=inside, on=in_days(60), **release)
    KeyDateFactory(offender=later, on=in_days(140), **release)
    KeyDateFactory(offender=outside, on=in_days(60), **release)

    day = f"{in_days(60):%-d %B %Y}"
    assert found(coming, coordinator) == {"Inside": f"Conditional release on {day}"}


def test_how_soon_is_a_standard_of_the_area(coming, case, area, coordinator):
    inside = case("Inside", whereabouts=Offender.Whereabouts.CUSTODY)
    KeyDateFactory(offender=inside, kind=KeyDate.Kind.PAROLE_HEARING, on=in_days(60))
    own = {"name": "agenda_release_weeks", "area": area, "from_on": in_days(-1), "unit": "weeks", "citation": "Local"}
    Standard.objects.create(value=2, **own)

    assert found(coming, coordinator) == {}


def test_whose_meeting_ended_without_a_decision_is_carried_over(coming, case, area, coordinator):
    left, decided = case("Left"), case("Decided")
    past = MeetingFactory(area=area, starts_at=timezone.now() - timedelta(days=3))
    AgendaItemFactory(offender=left, meeting=past)
    DecisionFactory(item=AgendaItemFactory(offender=decided, meeting=past), offender=None)

    assert found(coming, coordinator) == {"Left": f"Not finished at the meeting on {in_days(-3):%-d %B %Y}"}


def test_whose_meeting_was_cancelled_is_carried_over(coming, case, area, coordinator):
    cancelled = MeetingFactory(area=area, state="cancelled", starts_at=timezone.now() + timedelta(days=5))
    AgendaItemFactory(offender=case(), meeting=cancelled)

    assert found(coming, coordinator) == {"Lowe": f"The meeting on {in_days(5):%-d %B %Y} was cancelled"}


def test_whose_actions_are_late_is_proposed(coming, case, coordinator):
    late = case("Late")
    for days in (-20, -3, 8):
        agreed_long_ago(late, days)

    assert found(coming, coordinator) == {"Late": f"2 actions late, the oldest since {in_days(-20):%-d %B %Y}"}


def test_the_most_urgent_comes_first_and_every_reason_is_told(coming, case, chair, coordinator):
    case("Soon", next_review_on=in_days(20))
    overdue = case("Overdue", next_review_on=in_days(-2))
    new = case("New")
    ReferralFactory(offender=new, outcome="accepted", decided_at=timezone.now(), decided_by=chair)
    agreed_long_ago(overdue, -1)

    reasons = found(coming, coordinator)

    assert list(reasons) == ["Overdue", "New", "Soon"]
    assert reasons["Overdue"].startswith("Review: overdue by 2 days. 1 action late since")


def test_whoever_left_the_level_or_is_on_a_meeting_to_come_is_not_proposed(coming, case, area, coordinator):
    put_down = case("Down", level=1, next_review_on=in_days(100))
    agreed_long_ago(put_down, -1)
    planned = case("Planned", next_review_on=in_days(3))
    AgendaItemFactory(offender=planned, meeting=MeetingFactory(area=area))

    assert found(coming, coordinator) == {}


def test_beyond_a_page_it_says_how_many_more(sign_in, coming, case, coordinator):
    for number in range(SUGGESTED + 2):
        case(f"Case {number}", next_review_on=in_days(number - 5))

    page = sign_in(coordinator).get(f"/meetings/{coming.reference}/").text

    assert "2 more people have a reason to be on the agenda" in page
    assert len(found(coming, coordinator)) == SUGGESTED


def test_more_people_ask_no_more_questions(coming, case, coordinator, django_assert_max_num_queries):
    for number in range(12):
        person = case(f"Case {number}", next_review_on=in_days(number - 5), whereabouts=Offender.Whereabouts.CUSTODY)
        KeyDateFactory(offender=person, kind=KeyDate.Kind.PAROLE_HEARING, on=in_days(9))
        agreed_long_ago(person, -1)

    with one_scope(), django_assert_max_num_queries(13):
        suggestions(coming, coordinator)


def test_a_case_accepted_in_another_area_is_new_where_it_was_handed_to(coming, case, chair, coordinator, other_area):
    new = case("New")
    ReferralFactory(
        offender=new, area=other_area, outcome="accepted", decided_at=timezone.now(), decided_by=chair, level=2
    )

    assert list(found(coming, coordinator)) == ["New"]
