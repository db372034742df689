"""Stays, travel, custody, breaches, reviews, the end: each verb works, refuses what makes no sense, and keeps the history."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from offenders import actions
from offenders.actions import breaches, notifications, requirements, stays, travel
from offenders.models import (
    ForeignTravel,
    NotificationBreach,
    NotificationDue,
    NotificationRequirement,
    RequirementReview,
    Stay,
    Term,
)
from tests.factories import NotificationRequirementFactory, OffenceFactory, in_days, sentenced
from tests.offenders.notifying import begin, notify, open_dues, typed


@pytest.fixture
def page(offender):
    return f"/people/{offender.reference}/notification/"


@pytest.fixture
def must(offender, practitioner):
    return begin(offender, practitioner)


@pytest.fixture
def indefinite(offender, practitioner):
    row = begin(offender, practitioner, dealt_with_on=date(2005, 3, 1), disposal="imprisonment", term_months=40)
    notify(row, practitioner, on=date(2005, 3, 2))
    return row


@pytest.fixture
def sent(client, practitioner):
    client.force_login(practitioner)

    def send(url, data):
        return client.post(url, data)

    return send


def told(on):
    return {"place": "Luton", "method": "in_person", "received_by": "PC", "what": "It", **typed(given_on=on)}


def stay(first, last=None, address="7 Mill Lane"):
    return {"address": address, **typed(from_on=first, until=last)}


# Other premises.


def test_days_at_one_address_are_counted_together(sent, offender, must, practitioner, page):
    sent(page + "stay/", stay(date(2024, 5, 1), date(2024, 5, 3)))
    assert "premises" not in open_dues(offender, practitioner)

    sent(page + "stay/", stay(date(2024, 6, 1), date(2024, 6, 4), "7  MILL lane"))

    assert open_dues(offender, practitioner)["premises"] == date(2024, 6, 6)
    assert offender.other_premises.visible_to(practitioner).count() == 1


def test_notified_premises_are_due_no_more(sent, offender, must, practitioner, page):
    notify(must, practitioner)
    sent(page + "stay/", stay(date(2024, 6, 1), date(2024, 6, 10)))
    place = offender.other_premises.visible_to(practitioner).get()

    sent(f"/people/premises/{place.reference}/notify/", told(date(2024, 6, 9)))

    assert open_dues(offender, practitioner) == {"periodic": date(2025, 6, 9)}
    assert offender.notifications.visible_to(practitioner).get(kind="premises").on_time


def test_a_stay_that_goes_on_is_watched_until_it_ends(sent, offender, must, practitioner, page):
    sent(page + "stay/", stay(date(2024, 6, 1)))
    assert open_dues(offender, practitioner)["premises"] == date(2024, 6, 9)
    row = Stay.objects.visible_to(practitioner).get()

    sent(f"/people/stays/{row.reference}/end/", typed(until=date(2024, 6, 3)))

    assert "premises" not in open_dues(offender, practitioner)
    assert "recorded already" in sent(f"/people/stays/{row.reference}/end/", typed(until=date(2024, 6, 3))).text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (stay(date(2024, 5, 3), date(2024, 5, 1)), "must be on or after the first day"),
        (stay(in_days(1)), "must be today or in the past"),
        (stay(date(2024, 5, 1), in_days(1)), "must be today or in the past"),
        (stay(date(2024, 6, 2), date(2024, 6, 3)), "Another stay there covers"),
        (stay(date(2024, 5, 1), address="?!"), "Enter the address"),
    ],
)
def test_a_stay_that_makes_no_sense_is_refused(sent, must, practitioner, page, data, message):
    sent(page + "stay/", stay(date(2024, 6, 1), date(2024, 6, 4)))

    response = sent(page + "stay/", data)

    assert message in response.text
    assert data["address"] in response.text
    assert Stay.objects.visible_to(practitioner).count() == 1


# Travel.


def trip(**more):
    days = {"leaves_on": date(2024, 7, 10), "returns_on": date(2024, 7, 20), "returned_on": None} | more
    return {"destination": "France", "late_reason": "", **typed(**days)}


def test_travel_is_notified_before_and_after(sent, offender, must, practitioner, page):
    sent(page + "travel/", trip())
    assert open_dues(offender, practitioner)["travel_leave"] == date(2024, 7, 3)
    row = ForeignTravel.objects.visible_to(practitioner).get()

    sent(f"/people/travel/{row.reference}/notice/", told(date(2024, 7, 4)))
    sent(f"/people/travel/{row.reference}/return/", typed(returned_on=date(2024, 7, 19)))
    assert open_dues(offender, practitioner)["travel_return"] == date(2024, 7, 22)
    sent(f"/people/travel/{row.reference}/return-notified/", told(date(2024, 7, 22)))

    on_time = offender.notifications.visible_to(practitioner).order_by("pk").values_list("kind", "on_time")
    assert list(on_time) == [("travel_leave", False), ("travel_return", True)]
    assert open_dues(offender, practitioner) == {"initial": date(2024, 3, 3)}


def test_without_time_for_it_notice_is_given_the_day_before(sent, offender, must, practitioner, page):
    sent(page + "travel/", trip() | {"late_reason": "A funeral"})

    assert open_dues(offender, practitioner)["travel_leave"] == date(2024, 7, 9)


def test_a_move_abroad_of_which_no_journey_tells_is_asked_about(client, offender, must, practitioner, page):
    how = {"place": "France", "section": "", "notes": "", "by": practitioner}
    actions.move(offender=offender, move="abroad", on=date(2024, 7, 1), **how)
    actions.move(offender=offender, move="returned", on=date(2024, 7, 9), **how)
    client.force_login(practitioner)
    asked = "The person went abroad on 1 July 2024, and no journey is recorded"
    assert asked in client.get(page).text

    known = {"destination": "France", "returns_on": None, "late_reason": "", "by": practitioner}
    travel.plan_travel(offender=offender, leaves_on=date(2024, 7, 1), returned_on=date(2024, 7, 9), **known)

    assert asked not in client.get(page).text


def test_a_journey_called_off_asks_for_nothing(sent, offender, must, practitioner, page):
    sent(page + "travel/", trip())
    row = ForeignTravel.objects.visible_to(practitioner).get()

    sent(f"/people/travel/{row.reference}/call-off/", {})

    assert "travel_leave" not in open_dues(offender, practitioner)
    assert "Nothing was changed" in sent(f"/people/travel/{row.reference}/call-off/", {}).text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (trip(returns_on=date(2024, 7, 9)), "on or after the day of leaving"),
        (trip(returned_on=date(2024, 7, 9)), "on or after the day of leaving"),
        (trip(leaves_on=in_days(1), returns_on=None, returned_on=in_days(2)), "today or in the past"),
        (trip() | {"destination": " "}, "Enter the destination"),
    ],
)
def test_travel_that_makes_no_sense_is_refused(sent, must, practitioner, page, data, message):
    response = sent(page + "travel/", data | {"late_reason": "Kept words"})

    assert message in response.text
    assert "Kept words" in response.text
    assert not ForeignTravel.objects.visible_to(practitioner).exists()


def test_a_return_is_notified_once_it_is_known_and_not_before(sent, must, practitioner, page):
    sent(page + "travel/", trip())
    row = ForeignTravel.objects.visible_to(practitioner).get()
    url = f"/people/travel/{row.reference}/return-notified/"
    assert "not known yet" in sent(url, told(date(2024, 7, 21))).text
    sent(f"/people/travel/{row.reference}/return/", typed(returned_on=date(2024, 7, 20)))

    assert "on or after its day" in sent(url, told(date(2024, 7, 19))).text


def test_travel_needs_a_requirement_to_be_notified_under(sent, offender, practitioner, page):
    sent(page + "travel/", trip())
    row = ForeignTravel.objects.visible_to(practitioner).get()

    assert "record it first" in sent(f"/people/travel/{row.reference}/notice/", told(date(2024, 7, 1))).text


# Time that does not count.


def moved(offender, by, kind, on, place=""):
    actions.move(offender=offender, move=kind, on=on, place=place, section="", notes="", by=by)


def test_custody_holds_the_deadline_until_the_release(offender, practitioner):
    begin(offender, practitioner, disposal="imprisonment", term_months=6)
    moved(offender, practitioner, "reception", date(2024, 3, 1), "HMP Example")
    assert open_dues(offender, practitioner) == {}

    moved(offender, practitioner, "release", date(2025, 1, 10))

    assert open_dues(offender, practitioner) == {"initial": date(2025, 1, 12)}


def test_a_move_taken_back_as_wrong_dates_the_deadline_again(offender, must, practitioner):
    moved(offender, practitioner, "reception", date(2024, 3, 1), "HMP Example")

    period = offender.whereabouts_periods.visible_to(practitioner).get()
    actions.withdraw_move(period=period, withdrawal_reason="Another prisoner", by=practitioner)

    assert open_dues(offender, practitioner) == {"initial": date(2024, 3, 3)}


def test_detention_stretches_the_period_of_the_terrorism_act(offender, practitioner):
    offence = OffenceFactory(relevant_terrorist=True)
    conviction = sentenced(offender=offender, offence=offence, dealt_with_on=date(2024, 3, 1), term_months=60)
    requirements.begin_notification(offender=offender, conviction=conviction, by=practitioner)
    moved(offender, practitioner, "reception", date(2024, 3, 1), "HMP Example")
    row = NotificationRequirement.objects.visible_to(practitioner).get()
    assert (row.last_day, row.indefinite, row.is_in_force(date(2090, 1, 1))) == (None, False, True)

    moved(offender, practitioner, "release", date(2024, 3, 10))

    row.refresh_from_db(from_queryset=NotificationRequirement.objects.visible_to(practitioner))
    assert row.last_day == date(2039, 3, 10)
    assert row.periods.visible_to(practitioner).count() == 3


# Breaches.


def test_a_missed_deadline_becomes_a_breach_and_is_decided(sent, offender, must, practitioner):
    due = NotificationDue.objects.visible_to(practitioner).get()
    url = f"/people/notification-deadlines/{due.reference}/missed/"

    sent(url, {"what": "Did not come", **typed(discovered_on=date(2024, 3, 4))})

    breach = NotificationBreach.objects.visible_to(practitioner).get()
    assert (breach.due, breach.action) == (due, "open")
    decided = {"action": "charged", "outcome": "Six months", **typed(action_on=date(2024, 5, 1))}
    sent(f"/people/notification-breaches/{breach.reference}/action/", decided)
    breach.refresh_from_db(from_queryset=NotificationBreach.objects.visible_to(practitioner))
    assert (breach.action, breach.outcome, breach.decided_by) == ("charged", "Six months", practitioner)
    assert "recorded already" in sent(f"/people/notification-breaches/{breach.reference}/action/", decided).text


def test_one_failure_is_one_breach(sent, must, practitioner):
    due = NotificationDue.objects.visible_to(practitioner).get()
    url = f"/people/notification-deadlines/{due.reference}/missed/"
    sent(url, {"what": "Did not come", **typed(discovered_on=date(2024, 3, 4))})

    response = sent(url, {"what": "Still did not", **typed(discovered_on=date(2024, 3, 5))})

    assert "one failure, one offence" in response.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"what": ""}, "Enter what was not done"),
        (typed(discovered_on=date(2024, 3, 3)), "The person had until 3 March 2024"),
        (typed(discovered_on=in_days(1)), "not after today"),
    ],
)
def test_a_breach_that_makes_no_sense_is_refused(sent, must, practitioner, change, message):
    due = NotificationDue.objects.visible_to(practitioner).get()
    data = {"what": "Kept words", **typed(discovered_on=date(2024, 3, 4))}

    assert message in sent(f"/people/notification-deadlines/{due.reference}/missed/", data | change).text

    assert not NotificationBreach.objects.visible_to(practitioner).exists()


def test_what_is_not_overdue_is_no_breach(sent, offender, practitioner):
    must = begin(offender, practitioner, dealt_with_on=in_days(0))
    due = must.dues.visible_to(practitioner).get()
    url = f"/people/notification-deadlines/{due.reference}/missed/"

    response = sent(url, {"what": "x", **typed(discovered_on=in_days(0))})

    assert "not overdue" in response.text
    assert not NotificationBreach.objects.visible_to(practitioner).exists()


def test_false_information_is_a_breach_without_a_deadline(sent, must, practitioner):
    data = {"what": "A false address", **typed(discovered_on=date(2024, 4, 1))}

    sent(f"/people/requirements/{must.reference}/breach/", data)

    assert NotificationBreach.objects.visible_to(practitioner).get().due is None


def told_of_a_move(must, by):
    """Of a change of 31 May 2025, in time; the yearly notification of 2 March was never given."""
    notify(must, by)
    return notify(must, by, "address", date(2025, 6, 1), what="New home", happened_on=date(2025, 5, 31))


def test_what_is_done_late_by_another_notification_is_late(client, must, page, practitioner):
    row = told_of_a_move(must, practitioner)

    assert (row.on_time, row.due_on, row.authority) == (False, date(2025, 3, 2), "Sexual Offences Act 2003 s.85(1)")
    client.force_login(practitioner)
    text = client.get(page).text
    assert "Done late, or never" in text
    assert "Record a breach" in text.partition("Done late, or never")[2].partition("Requirements")[0]


def test_what_was_done_late_can_still_become_a_breach_once(sent, client, must, page, practitioner):
    row = told_of_a_move(must, practitioner)
    due = NotificationDue.objects.visible_to(practitioner).get(done_by=row)

    sent(f"/people/notification-deadlines/{due.reference}/missed/", {"what": "x", **typed(discovered_on=in_days(-9))})

    assert NotificationBreach.objects.visible_to(practitioner).get().due == due
    link = f"/people/notification-deadlines/{due.reference}/missed/"
    assert link not in client.get(page).text


def test_what_was_done_in_time_meanwhile_is_no_breach(sent, must, practitioner):
    due = must.dues.visible_to(practitioner).get()
    notify(must, practitioner)

    with pytest.raises(ValidationError, match="done in time"):
        breaches.record_missed(due=due, what="Did not come", discovered_on=in_days(-1), by=practitioner)

    url = f"/people/notification-deadlines/{due.reference}/missed/"
    assert "done in time" in sent(url, {"what": "x", **typed(discovered_on=in_days(-1))}).text
    assert not NotificationBreach.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(("reason", "is_listed"), [("expired", True), ("quashed", False)])
def test_what_was_never_done_is_still_listed_when_the_period_is_over(
    client, offender, page, practitioner, reason, is_listed
):
    must = begin(offender, practitioner, dealt_with_on=date(2015, 3, 1))

    how = {"end_reason": reason, "end_words": ""}
    requirements.end_requirement(requirement=must, ended_on=date(2020, 2, 29), by=practitioner, **how)

    client.force_login(practitioner)
    assert ("Never done" in client.get(page).text) == is_listed


def test_of_a_notice_the_outcome_is_asked_before_a_breach(client, must, page, practitioner):
    notify(must, practitioner, on=in_days(-100))
    row = notify(must, practitioner, "name", in_days(-90), expected_on=in_days(-80))
    advance = must.dues.visible_to(practitioner).open().get(what="advance")
    link = f"/people/notification-deadlines/{advance.reference}/missed/"
    client.force_login(practitioner)

    assert link not in client.get(page).text

    notifications.tell_outcome(
        notification=row, happened_on=None, not_happened_by=in_days(-70), said_on=None, by=practitioner
    )
    assert link in client.get(page).text


def test_an_action_is_not_before_the_discovery(sent, must, practitioner):
    breach = breaches.record_breach(requirement=must, what="x", discovered_on=date(2024, 4, 1), by=practitioner)
    url = f"/people/notification-breaches/{breach.reference}/action/"
    early = {"action": "cautioned", "outcome": "", **typed(action_on=date(2024, 3, 1))}

    assert "on or after the day of discovery" in sent(url, early).text
    assert "today or in the past" in sent(url, early | typed(action_on=in_days(1))).text


# Reviews of indefinite requirements.


def apply(sent, row, on):
    return sent(f"/people/requirements/{row.reference}/review/", typed(applied_on=on))


def determine(sent, user, on, outcome, next_on=None):
    review = RequirementReview.objects.visible_to(user).get()
    data = {"outcome": outcome, "reasons": "As heard", **typed(determined_on=on, next_on=next_on)}
    return sent(f"/people/requirement-reviews/{review.reference}/determine/", data)


def test_an_application_is_possible_after_fifteen_years(sent, offender, indefinite, practitioner):
    assert open_dues(offender, practitioner)["review"] == date(2020, 3, 2)

    assert "may be made from 2 March 2020" in apply(sent, indefinite, date(2020, 3, 1)).text
    apply(sent, indefinite, date(2020, 3, 2))

    assert "review" not in open_dues(offender, practitioner)
    assert "waiting already" in apply(sent, indefinite, date(2020, 3, 3)).text


def test_a_refusal_dates_the_next_one(sent, offender, indefinite, practitioner):
    apply(sent, indefinite, date(2020, 3, 2))

    determine(sent, practitioner, date(2020, 5, 1), "continues")

    review = RequirementReview.objects.visible_to(practitioner).get()
    assert (review.next_on, review.next_authority) == (date(2028, 5, 1), "Sexual Offences Act 2003 s.91B(3)")
    assert open_dues(offender, practitioner)["review"] == date(2028, 5, 1)


def test_a_determination_may_set_a_later_day(sent, offender, indefinite, practitioner):
    apply(sent, indefinite, date(2020, 3, 2))
    assert "Enter a day from" in determine(sent, practitioner, date(2020, 5, 1), "continues", date(2027, 5, 1)).text
    assert "Enter a day from" in determine(sent, practitioner, date(2020, 5, 1), "continues", date(2035, 5, 2)).text

    determine(sent, practitioner, date(2020, 5, 1), "continues", date(2035, 5, 1))

    assert open_dues(offender, practitioner)["review"] == date(2035, 5, 1)


def test_a_review_can_end_the_requirements(sent, offender, indefinite, practitioner):
    apply(sent, indefinite, date(2020, 3, 2))

    determine(sent, practitioner, date(2020, 5, 1), "ends")

    row = NotificationRequirement.objects.visible_to(practitioner).get()
    assert (row.ended_on, row.end_reason) == (date(2020, 5, 1), "reviewed")
    assert open_dues(offender, practitioner) == {}
    assert "have ended already" in determine(sent, practitioner, date(2020, 5, 1), "ends").text


@pytest.mark.parametrize(
    ("on", "outcome", "next_on", "message"),
    [
        (date(2020, 3, 1), "continues", None, "on or after the day of the application"),
        (in_days(1), "continues", None, "today or in the past"),
        (date(2020, 5, 1), "ends", date(2028, 5, 1), "Leave this empty"),
    ],
)
def test_a_determination_that_makes_no_sense_is_refused(sent, indefinite, practitioner, on, outcome, next_on, message):
    apply(sent, indefinite, date(2020, 3, 2))

    assert message in determine(sent, practitioner, on, outcome, next_on).text

    assert RequirementReview.objects.visible_to(practitioner).get().determined_on is None


def test_only_indefinite_requirements_are_reviewed(sent, must, practitioner):
    assert "Only an indefinite requirement" in apply(sent, must, date(2024, 5, 1)).text
    assert "today or in the past" in apply(sent, must, in_days(1)).text


# The end, and the parent.


def end(sent, row, reason, on):
    data = {"end_reason": reason, "end_words": "Told by the court", **typed(ended_on=on)}
    return sent(f"/people/requirements/{row.reference}/end/", data)


def test_requirements_end_with_a_reason(sent, offender, must, practitioner):
    end(sent, must, "quashed", date(2024, 9, 1))

    row = NotificationRequirement.objects.visible_to(practitioner).get()
    assert (row.end_reason, row.ended_by) == ("quashed", practitioner)
    assert (row.is_in_force(date(2024, 9, 1)), row.is_in_force(date(2024, 9, 2))) == (True, False)
    assert not NotificationRequirement.objects.visible_to(practitioner).in_force(date(2024, 9, 2)).exists()
    assert open_dues(offender, practitioner) == {}


@pytest.mark.parametrize(
    ("reason", "on", "message"),
    [
        ("expired", date(2024, 9, 1), "on its last day (28 February 2029)"),
        ("quashed", date(2024, 2, 1), "on or after the relevant date"),
        ("died", in_days(1), "today or in the past"),
        ("reviewed", date(2024, 9, 1), "not one of"),
    ],
)
def test_an_end_that_makes_no_sense_is_refused(sent, must, practitioner, reason, on, message):
    assert message in end(sent, must, reason, on).text

    assert NotificationRequirement.objects.visible_to(practitioner).standing().exists()


def test_a_period_without_a_last_day_is_not_over(sent, offender, practitioner):
    row = NotificationRequirementFactory(offender=offender)

    assert "The period has no last day" in end(sent, row, "expired", date(2024, 9, 1)).text


def test_they_end_once(sent, must, practitioner):
    end(sent, must, "quashed", date(2024, 9, 1))

    assert "have ended already" in end(sent, must, "quashed", date(2024, 9, 1)).text
    assert (
        "requirements ended on 1 September 2024"
        in sent(
            f"/people/requirements/{must.reference}/notify/",
            told(date(2024, 9, 2)) | {"kind": "periodic", **typed(happened_on=None, expected_on=None)},
        ).text
    )


def test_a_parent_may_be_directed_until_the_eighteenth_birthday(sent, offender, practitioner):
    type(offender)._base_manager.update(born_on=date(2007, 6, 1))
    offender.born_on = date(2007, 6, 1)
    must = begin(offender, practitioner)
    url = f"/people/requirements/{must.reference}/parent/"
    data = {"parent": "Pat Ashdown", **typed(from_on=date(2024, 3, 1), until=date(2025, 5, 31))}

    assert "before the 18th birthday" in sent(url, data | typed(until=date(2025, 6, 1))).text
    assert "before the relevant date" in sent(url, data | typed(from_on=date(2024, 2, 1))).text
    sent(url, data)

    assert must.directions.visible_to(practitioner).get().parent == "Pat Ashdown"
    assert must.last_day == date(2026, 8, 31)  # one half of five years
    assert "Another direction" in sent(url, data).text


def test_an_adults_parent_is_not_directed(sent, must):
    data = {"parent": "Pat", **typed(from_on=date(2024, 3, 1), until=date(2024, 4, 1))}

    assert "somebody under 18" in sent(f"/people/requirements/{must.reference}/parent/", data).text


def test_every_verb_refuses_those_who_may_not(offender, must, practitioner, chair):
    due = must.dues.visible_to(practitioner).get()
    day = date(2024, 3, 4)
    verbs = [
        lambda: stays.record_stay(offender=offender, address="x", from_on=day, until=None, by=chair),
        lambda: travel.plan_travel(
            offender=offender,
            destination="x",
            leaves_on=day,
            returns_on=None,
            returned_on=None,
            late_reason="",
            by=chair,
        ),
        lambda: breaches.record_missed(due=due, what="x", discovered_on=day, by=chair),
        lambda: requirements.recompute(offender=offender, by=chair),
        lambda: requirements.apply_for_review(requirement=must, applied_on=day, by=chair),
        lambda: requirements.end_requirement(requirement=must, ended_on=day, end_reason="died", end_words="", by=chair),
        lambda: requirements.direct_parent(requirement=must, parent="x", from_on=day, until=day, by=chair),
    ]
    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()


def test_a_conviction_corrected_to_give_nothing_is_for_a_person_to_decide(offender, practitioner):
    offence = OffenceFactory(relevant_terrorist=True)
    row = sentenced(offender=offender, offence=offence, dealt_with_on=date(2024, 3, 1), term_months=60)
    requirements.begin_notification(offender=offender, conviction=row, by=practitioner)
    Term._base_manager.update(months=6)

    requirements.recompute(offender=offender, by=practitioner)

    must = NotificationRequirement.objects.visible_to(practitioner).get()
    assert (must.doubt, must.ended_on, must.last_day) == ("none", None, date(2039, 2, 28))
    assert open_dues(offender, practitioner)["check"] == must.doubt_until
