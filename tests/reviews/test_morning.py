"""The morning's message: one a person and working day, with what holds when it is sent, and at once what cannot wait."""

from datetime import date, timedelta

import pytest
from django.conf import settings as configured
from django.utils import timezone

from agencies.models import ClosedDay, Membership, MessageChoice, OutboxMessage, Pulse, User
from agencies.models.user import system_user
from agencies.working_days import step
from mappa import dates
from mappa.celery import app
from offenders.models import Offender
from reviews import message_words, messages
from reviews.models import Reminder
from tests.factories import (
    ActionFactory,
    AgencyFactory,
    ContactSchemeFactory,
    DelegationFactory,
    DriftPromptFactory,
    ExclusionFactory,
    MembershipFactory,
    OffenderFactory,
    ReminderFactory,
    in_days,
)
from tests.reviews.telling import at, mailed, morning, reminded, walk, working_today

app.loader.import_default_modules()
SATURDAY = date(2026, 11, 28)


@pytest.fixture
def due(offender, practitioner, time_machine):
    """The case's review falls due today, which is a day of work."""
    time_machine.move_to(at(7))
    offender.reviews.visible_to(practitioner).update(due_on=working_today())
    return offender


@pytest.fixture
def much(due, practitioner):
    """Besides, one action is overdue, and one falls due in a few days."""
    ActionFactory(offender=due, officer=practitioner, due_on=in_days(-9))
    ActionFactory(offender=due, officer=practitioner, due_on=in_days(6))
    return due


def test_everything_comes_in_one_message_worst_first(much, practitioner):
    walk()

    assert morning() == 1

    [message] = mailed(practitioner)
    assert message.subject == "OFFICIAL-SENSITIVE: Your work: 1 overdue, 1 due today, 1 to come"
    places = [message.body.index(words) for words in ("OVERDUE", "TODAY", "Level 1 review", "THIS WEEK")]
    assert places == sorted(places)
    assert f"{configured.BASE_URL}/people/{much.reference}/review/" in message.body


def test_it_names_nobody(much, practitioner, coordinator):
    walk()
    morning()

    [message] = mailed(practitioner)
    assert not {word for word in ("Ashdown", "Peter", "1981", "Bob") if word in message.subject + message.body}


def test_before_seven_and_where_nobody_works_nothing_is_posted(due, practitioner, area):
    walk()

    assert morning(at(6, 59)) == morning(at(12, day=SATURDAY)) == 0
    ClosedDay.objects.create(on=at(7).date(), area=area, name="Closed")
    assert morning() == 0


def test_it_comes_once_a_day_however_often_it_is_asked_for_and_whatever_is_found_later(due, practitioner):
    walk()
    assert morning() == 1
    ActionFactory(offender=due, officer=practitioner, due_on=working_today())
    walk()

    assert morning(at(9)) == 0
    assert [reminder.message is None for reminder in reminded(practitioner)] == [False, True]


def test_days_that_were_missed_are_told_in_one_message(due, practitioner):
    for days in (-6, -3, -1):
        ActionFactory(offender=due, officer=practitioner, due_on=in_days(days))
    walk(on=in_days(-1))
    walk()

    assert morning() == len(mailed(practitioner)) == 1


def test_what_was_done_meanwhile_is_withdrawn_and_not_said(much, practitioner):
    walk()
    Offender.objects.visible_to(practitioner).get().reviews.visible_to(practitioner).update(due_on=in_days(200))

    morning()

    [message] = mailed(practitioner)
    assert "Level 1 review" not in message.body
    assert [bool(reminder.withdrawn_at) for reminder in reminded(practitioner)] == [True, False, False]


def test_nothing_left_to_say_withdraws_the_message(due, practitioner):
    walk()
    ExclusionFactory(offender=due, user=practitioner)

    morning()

    assert OutboxMessage.objects.get(to=practitioner).state == "withdrawn"


@pytest.mark.parametrize("what", ["left", "moved", "restricted"])
def test_whoever_is_not_entitled_any_more_hears_nothing(due, practitioner, other_area, what):
    walk()
    messages.post_mornings(now=at(7), by=system_user())
    if what == "left":
        Membership.objects.filter(user=practitioner).update(until=in_days(-1))
    elif what == "moved":
        Membership.objects.filter(user=practitioner).update(agency=AgencyFactory(area=other_area))
    else:
        Offender._base_manager.update(restricted=True)

    morning()

    assert mailed(practitioner) == []
    assert reminded(practitioner)[0].withdrawn_at is not None


def test_whoever_is_vetted_no_more_is_told_that_and_nothing_else(due, practitioner):
    walk()
    User.objects.filter(pk=practitioner.pk).update(vetting_expires_on=step(working_today(), -1, set()))
    walk()
    morning()

    [message] = mailed(practitioner)
    assert message.subject.startswith("OFFICIAL-SENSITIVE: Your vetting ends, due ")
    assert due.reference not in message.body


def test_what_was_not_told_before_somebody_left_waits_for_nobody_and_comes_back_with_him(due, practitioner):
    held = Membership.objects.filter(user=practitioner)
    walk()
    held.update(until=in_days(-1))
    app.tasks["reviews.tasks.remind"].apply(throw=True)
    assert reminded(practitioner)[0].withdrawn_at is not None

    held.update(until=None)
    walk()
    assert reminded(practitioner)[0].withdrawn_at is None


def test_whoever_could_not_sign_in_that_morning_is_told_once_he_can(due, practitioner):
    walk()
    messages.post_mornings(now=at(7), by=system_user())
    User.objects.filter(pk=practitioner.pk).update(is_active=False)
    morning()
    User.objects.filter(pk=practitioner.pk).update(is_active=True)

    assert OutboxMessage.objects.get(to=practitioner).state == "withdrawn"
    assert messages.tell_again(by=system_user()) == 1


def test_a_long_morning_says_how_many_more_there_are(due, practitioner, monkeypatch):
    monkeypatch.setattr(message_words, "LINES", 2)
    for days in (-3, -2, -1):
        ActionFactory(offender=due, officer=practitioner, due_on=in_days(days))
    walk()
    morning()

    [message] = mailed(practitioner)
    assert "And 2 more in My work." in message.body
    assert "Level 1 review" not in message.body


def test_what_did_not_arrive_is_told_the_next_morning(due, practitioner):
    walk()
    morning()
    OutboxMessage.objects.update(state="failed")

    messages.tell_again(by=system_user())

    assert reminded(practitioner)[0].message is None
    tomorrow = at(7, day=at(7).date() + timedelta(days=4))
    assert messages.post_mornings(now=tomorrow, by=system_user()) in {0, 1}  # none on a weekend


def test_to_an_address_from_which_mail_comes_back_nothing_goes(due, practitioner):
    walk()
    morning()
    OutboxMessage.objects.update(state="returned")
    User.objects.filter(pk=practitioner.pk).update(mail_returned_at=timezone.now())

    assert messages.tell_again(by=system_user()) == 0

    User.objects.filter(pk=practitioner.pk).update(mail_returned_at=None)
    assert messages.tell_again(by=system_user()) == 1


def test_many_that_are_urgent_at_the_same_time_are_one_message(offender, practitioner):
    for rule in ("breach", "recall", "reviews"):
        DriftPromptFactory(offender=offender, rule=rule, due_on=working_today())
    walk()

    [key] = OutboxMessage.objects.values_list("key", flat=True)
    assert key.startswith("reminder:prompt:")
    assert len({reminder.message for reminder in reminded(practitioner) if reminder.kind == "prompt"}) == 1


def test_what_is_urgent_comes_at_once_and_once_a_day(due, practitioner):
    prompt = DriftPromptFactory(offender=due, due_on=working_today())
    walk()
    morning(at(6))
    type(prompt)._base_manager.update(due_on=in_days(-8))
    walk()

    [message] = mailed(practitioner)
    assert message.subject.startswith("OFFICIAL-SENSITIVE: Prompt to refer or reassess, due ")
    waiting = [reminder for reminder in reminded(practitioner) if reminder.kind == "prompt" and not reminder.message]
    assert [reminder.stage for reminder in waiting] == ["5-after"]


def test_whoever_chose_so_is_told_at_once(due, practitioner, manager):
    MessageChoice.objects.create(user=practitioner, rhythm="at-once")
    walk()
    morning(at(6))

    [message] = mailed(practitioner)
    assert message.subject.startswith("OFFICIAL-SENSITIVE: Level 1 review, due ")
    assert morning() == 0


def test_of_a_compartment_no_reference_is_said(due, victim_liaison):
    for _each in range(2):
        case = OffenderFactory(area=due.area, lead_agency=due.lead_agency)
        ContactSchemeFactory(offender=case, officer=victim_liaison, contact_due_on=working_today())
    walk()
    morning()

    [message] = mailed(victim_liaison)
    references = [reminder.reference for reminder in reminded(victim_liaison)]
    assert len(references) == 2
    assert not [reference for reference in references if reference in message.body]
    assert "/people/" not in message.body


def test_whoever_stands_in_is_told_too_of_what_he_sees_himself(due, practitioner, manager, outsider):
    for to in (manager, outsider):
        DelegationFactory(person=practitioner, to=to)
    walk()
    morning()

    assert "You stand in for whoever does this." in mailed(manager)[0].body
    assert len(mailed(practitioner)) == 1
    assert mailed(outsider) == []


def test_whoever_stands_in_no_more_hears_nothing(due, practitioner, manager):
    delegation = DelegationFactory(person=practitioner, to=manager)
    walk()
    type(delegation).objects.update(ended_at=timezone.now(), ended_by=practitioner)
    morning()

    assert mailed(manager) == []


def test_somebody_in_two_agencies_is_told_once(due, practitioner, police):
    MembershipFactory(user=practitioner, agency=police)
    walk()
    morning()

    assert (len(reminded(practitioner)), len(mailed(practitioner))) == (1, 1)


def test_a_kind_that_there_is_no_more_is_withdrawn(offender, practitioner):
    ReminderFactory(offender=offender, to=practitioner, kind="gone")
    morning()

    assert reminded(practitioner)[0].withdrawn_at is not None


def test_many_workers_at_once_post_one_message(at_once):
    officer = MembershipFactory().user
    case = OffenderFactory(area=AgencyFactory().area)
    ReminderFactory(offender=case, to=officer)
    system_user()

    posted = at_once(lambda: messages.post_mornings(now=at(7), by=system_user()), 3)

    assert sum(posted) == OutboxMessage.objects.filter(key__startswith="morning:").count() == 1


def test_the_morning_waits_for_a_walk_that_has_found_everything(due, practitioner):
    tell = app.tasks["reviews.tasks.tell_mornings"]
    Pulse.objects.create(name="reminders", began_at=timezone.now())
    tell.apply(throw=True)
    assert not Pulse.objects.filter(name="morning-messages").exists()

    Pulse.objects.update(began_at=timezone.now() - timedelta(hours=2))
    tell.apply(throw=True)
    assert len(reminded(practitioner)) == 1
    assert Pulse.objects.get(name="morning-messages").ended_at is not None


def test_the_pulse_says_how_many_were_made(due, practitioner):
    app.tasks["reviews.tasks.remind"].apply(throw=True)

    assert Pulse.objects.get(name="reminders").done == Reminder.objects.visible_to(practitioner).count() == 1
    assert dates.today() == timezone.localtime(Pulse.objects.get().began_at).date()
