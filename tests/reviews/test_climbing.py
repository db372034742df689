"""What is late is passed up: to managers, to co-ordination, and as a number to the board. What nobody does goes to co-ordination."""

import pytest
from django.utils import timezone

from agencies.models import Membership, Standard, User
from agencies.working_days import step
from mappa import dates
from offenders.models import Offender
from reviews.escalation import Rung
from reviews.reminders import remind_all
from tests.conftest import member
from tests.factories import (
    DelegationFactory,
    DisclosureDraftFactory,
    ExclusionFactory,
    FlagFactory,
    OrderTermFactory,
    RankFactory,
    ReviewFactory,
    in_days,
)
from tests.reviews.telling import mailed, morning, reminded, walk, working_today


def late(offender, practitioner, days):
    """The case's review is so many working days late."""
    offender.reviews.visible_to(practitioner).update(due_on=step(working_today(), -days, set()))
    return offender


def rungs(user):
    return [reminder.rung for reminder in reminded(user)]


def test_it_is_passed_up_rung_by_rung(offender, practitioner, manager, coordinator, board_member, outsider):
    for days, climbed in ((4, [0, 0, 0]), (5, [1, 0, 0]), (10, [2, 1, 0]), (20, [3, 2, 1])):
        late(offender, practitioner, days)
        walk()
        assert [len(rungs(user)) for user in (manager, coordinator, board_member)] == climbed

    assert [set(rungs(user)) for user in (manager, coordinator, board_member)] == [
        {"manager"},
        {"coordinator"},
        {"board"},
    ]
    assert rungs(outsider) == []


def test_each_rung_hears_once_of_a_deadline(offender, practitioner, manager):
    late(offender, practitioner, 6)
    walk()
    walk()

    assert rungs(manager) == ["manager"]


def test_a_manager_is_told_the_reference_and_led_to_the_case(offender, practitioner, manager):
    late(offender, practitioner, 6)
    walk()
    morning()

    [message] = mailed(manager)
    assert "It is late, and is passed up to you as manager." in message.body
    assert f"/people/{offender.reference}/\n" in message.body


def test_the_board_is_told_a_number_and_no_reference(offender, practitioner, board_member):
    late(offender, practitioner, 30)
    walk()
    morning()

    [message] = mailed(board_member)
    assert "Bedfordshire, Level 1 review: 1" in message.body
    assert message.body.count("/people/") == message.body.count(offender.reference) == 0
    assert reminded(board_member)[0].offender is None


def test_what_was_done_meanwhile_is_not_passed_up(offender, practitioner, manager, board_member):
    late(offender, practitioner, 30)
    walk()
    offender.reviews.visible_to(practitioner).update(due_on=in_days(300))
    morning()

    assert mailed(manager) == mailed(board_member) == []


def test_whoever_may_not_see_the_case_is_told_nothing(offender, practitioner, manager, coordinator):
    late(offender, practitioner, 12)
    for user in (manager, coordinator):
        ExclusionFactory(offender=offender, user=user)
    walk()

    assert rungs(manager) == rungs(coordinator) == []


def test_a_manager_of_another_agency_is_told_nothing(offender, practitioner, police):
    other = member(police, "practitioner", "otto", rank=RankFactory(name="Inspector", order=20))
    late(offender, practitioner, 6)
    walk()

    assert rungs(other) == []


def test_an_area_may_pass_up_later(offender, practitioner, manager, area):
    late(offender, practitioner, 6)
    Standard.objects.create(
        name="late_to_manager_working_days",
        area=area,
        value=7,
        unit="working days",
        from_on=in_days(-400),
        citation="-",
    )
    walk()
    assert rungs(manager) == []

    late(offender, practitioner, 7)
    walk()
    assert rungs(manager) == ["manager"]


def test_without_a_figure_nothing_climbs_and_everything_else_goes_on(offender, practitioner, manager):
    Standard.objects.filter(name__startswith="late_to_").delete()
    late(offender, practitioner, 30)
    walk()

    assert (rungs(practitioner), rungs(manager)) == (["own"], [])


def test_a_personal_matter_is_not_passed_up(offender, practitioner, manager):
    DisclosureDraftFactory(offender=offender, user=practitioner, kept_until=in_days(-30))
    walk()

    assert rungs(manager) == []


@pytest.fixture
def nobodys(offender, practitioner):
    """The case's officer has left, and so have his colleagues."""
    offender.reviews.visible_to(practitioner).update(due_on=working_today())
    Membership.objects.filter(user=practitioner).update(until=in_days(-1))
    return offender


def test_what_nobody_does_goes_to_co_ordination_and_says_so(nobodys, coordinator, outsider):
    walk()
    morning()

    assert rungs(coordinator) == ["nobody"]
    assert "Nobody is there to do this: give it to somebody." in mailed(coordinator)[0].body
    assert rungs(outsider) == []


def test_of_a_draft_or_a_membership_co_ordination_hears_nothing(nobodys, practitioner, coordinator):
    nobodys.reviews.visible_to(coordinator).update(due_on=in_days(200))
    DisclosureDraftFactory(offender=nobodys, user=practitioner, kept_until=working_today())
    walk()

    assert rungs(coordinator) == []


def test_what_ends_by_itself_goes_to_co_ordination_too_when_it_is_nobodys(nobodys, coordinator):
    OrderTermFactory(offender=nobodys, ends_on=working_today(), order__ends_on=None)
    walk()

    assert ("order-term-end", "nobody") in {(reminder.kind, reminder.rung) for reminder in reminded(coordinator)}


def test_each_night_it_is_asked_again_whose_everything_is(offender, practitioner, coordinator, system):
    offender.reviews.visible_to(practitioner).update(due_on=step(working_today(), -8, set()))
    walk()
    exclusion = ExclusionFactory(offender=offender, user=practitioner)
    walk()
    assert rungs(coordinator) == []

    for _each in range(2):
        remind_all(on=dates.today(), by=system, ask_again=True)
    assert rungs(coordinator) == ["nobody"]
    assert reminded(practitioner)[0].withdrawn_at is not None

    exclusion.ended_on, exclusion.ended_by, exclusion.end_reason = dates.today(), practitioner, "Checked"
    exclusion.save()
    walk()
    assert reminded(practitioner)[0].withdrawn_at is None


def test_once_it_is_given_to_somebody_co_ordination_hears_no_more_of_it(nobodys, coordinator, manager):
    walk()
    Offender._base_manager.update(lead_officer=manager)
    walk()
    morning()

    assert mailed(coordinator) == []
    assert rungs(manager) == ["own"]


def test_what_is_only_of_people_whom_no_mail_reaches_goes_to_co_ordination_too(offender, practitioner, coordinator):
    offender.reviews.visible_to(practitioner).update(due_on=working_today())
    User.objects.filter(pk=practitioner.pk).update(mail_returned_at=timezone.now())
    walk()
    morning()

    assert (rungs(practitioner), rungs(coordinator)) == (["own"], ["nobody"])
    assert mailed(practitioner) == []


def test_where_somebody_stands_in_who_sees_it_it_is_not_nobodys(offender, practitioner, manager, coordinator):
    offender.reviews.visible_to(practitioner).update(due_on=working_today())
    User.objects.filter(pk=practitioner.pk).update(mail_returned_at=timezone.now())
    DelegationFactory(person=practitioner, to=manager)
    walk()

    assert (rungs(manager), rungs(coordinator)) == (["standing-in"], [])


def test_of_a_restricted_case_only_those_named_on_it_hear(nobodys, coordinator):
    Offender._base_manager.update(restricted=True)
    walk()

    assert rungs(coordinator) == []


def test_what_is_late_and_nobodys_is_the_boards_number_in_the_end(nobodys, practitioner, board_member, system):
    Offender._base_manager.update(restricted=True)
    nobodys.reviews.visible_to(system).update(due_on=step(working_today(), -25, set()))
    walk()

    assert rungs(board_member) == [Rung.BOARD]


def test_one_deadline_is_one_line_however_it_reaches_somebody(offender, practitioner, coordinator):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(200))
    FlagFactory(offender=offender, review_on=step(working_today(), -12, set()))
    Membership.objects.filter(user=practitioner).update(until=in_days(-1))
    walk()
    morning()

    assert sorted(rungs(coordinator)) == ["coordinator", "nobody"]
    assert mailed(coordinator)[0].subject.startswith("OFFICIAL-SENSITIVE: Review of a flag, due ")


def test_a_review_of_another_area_is_not_this_boards(other_case, board_member):
    ReviewFactory(offender=other_case, due_on=step(dates.today(), -40, set()))
    walk()

    assert rungs(board_member) == []
