"""What is due is the law's answer for what is recorded, whatever the order of recording; no date makes it fail."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from offenders.actions.dues import facts_of
from offenders.duties import Away, Change, Duty, Facts, Given, Journey, Must, Place, deadline_of, duties, within
from offenders.law import deadlines, premises
from offenders.law.periods import Stretch
from offenders.models import NotificationDue
from tests.offenders.notifying import begin, notify, open_dues

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
LATER = st.none() | st.integers(0, 4000)
FIGURES = {
    "travel_notice_days": (7, "SI"),
    "travel_short_notice_hours": (12, "SI"),
    "travel_return_days": (3, "SI"),
    "terrorist_periodic_months": (12, "CTA"),
    "terrorist_change_days": (3, "CTA"),
}


def figure(name, _on):
    return FIGURES[name]


def after(day, days):
    return None if days is None else day + timedelta(days=days)


@st.composite
def musts(draw):
    return [
        Must(
            pk=number,
            regime=draw(st.sampled_from(["SOA2003", "CTA2008"])),
            relevant_on=(relevant_on := draw(DAYS)),
            last_day=after(relevant_on, draw(LATER)),
            ended_on=after(relevant_on, draw(LATER)) if draw(st.booleans()) else None,
            indefinite=draw(st.booleans()),
            under_18=draw(st.booleans()),
            detained_for_it=draw(st.booleans()),
            refused_on=draw(st.none() | DAYS),
        )
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]


@st.composite
def facts(draw):
    known = draw(musts())
    kinds = ["initial", "name", "address", "premises", "periodic", "release", "travel_leave", "travel_return", "money"]
    told = [
        Given(
            pk=number,
            kind=draw(st.sampled_from(kinds)),
            on=(on := draw(DAYS)),
            requirement=draw(st.sampled_from([must.pk for must in known])),
            reference=f"NT-{number}",
            about=draw(st.sampled_from([None, 1, 2])),
            no_fixed_abode=draw(st.booleans()),
            happened_on=draw(st.none() | DAYS),
            expected_on=draw(st.none() | st.just(on + timedelta(days=9))),
            not_happened_by=draw(st.none() | DAYS),
            said_on=draw(st.none() | DAYS),
        )
        for number in range(draw(st.integers(0, 6)))
    ]
    away = [
        Away(draw(st.sampled_from(["custody", "abroad"])), (day := draw(DAYS)), after(day, draw(LATER)))
        for _each in range(draw(st.integers(0, 3)))
    ]
    stays = tuple(((day := draw(DAYS)), after(day, draw(LATER))) for _each in range(draw(st.integers(0, 3))))
    journeys = [Journey(1, "TR-1", (day := draw(DAYS)), after(day, draw(LATER)), had_no_time=draw(st.booleans()))]
    changes = [
        Change(draw(st.sampled_from(["address", "name"])), draw(DAYS), f"ID-{number}")
        for number in range(draw(st.integers(0, 3)))
    ]
    places = [Place(1, "PR-1", stays)]
    return Facts(known, told, away, places=places, journeys=journeys, changes=changes, figure=figure)


@given(facts())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
def test_no_facts_make_it_fail_and_none_gives_two_of_a_kind(known):
    found = duties(known)

    kinds = [(duty.regime, duty.what, duty.about) for duty in found]
    assert len(set(kinds)) == len(kinds)
    assert all(isinstance(duty, Duty) and duty.authority and duty.explanation for duty in found)
    for told in known.given:
        deadline_of(known, told)


def test_facts_that_are_drawn_give_duties():
    known = find(facts(), lambda drawn: len(duties(drawn)) > 2)

    assert len(duties(known)) > 2


@given(facts(), st.integers())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=200)
def test_the_order_of_recording_makes_no_difference(known, seed):
    rng = Random(seed)
    lists = ("musts", "given", "away", "places", "journeys", "changes")
    mixed = replace(known, **{name: rng.sample(list(rows := getattr(known, name)), len(rows)) for name in lists})

    def dated(these):
        return {(duty.regime, duty.what, duty.due_on) for duty in duties(these)}

    assert dated(mixed) == dated(known)


@given(DAYS, DAYS, st.booleans())
def test_the_first_and_the_periodic_deadline_are_the_laws(relevant_on, told_on, homeless):
    must = Must(1, "SOA2003", relevant_on)
    told = Given(1, "initial", told_on, 1, no_fixed_abode=homeless)

    (first,), (then,) = duties(Facts([must])), duties(Facts([must], [told]))

    law = deadlines.of_event("conviction", relevant_on)
    assert (first.due_on, first.authority, first.explanation) == (law.due_on, law.authority, law.explanation)
    law = deadlines.periodic(told_on, no_fixed_abode=homeless)
    assert (then.due_on, then.authority, then.explanation) == (law.due_on, law.authority, law.explanation)


@given(DAYS, st.integers(0, 3000))
def test_days_away_put_the_first_deadline_after_the_release(relevant_on, days):
    released_on = relevant_on + timedelta(days=days)
    away = [Away("custody", relevant_on - timedelta(days=5), released_on)]

    (first,) = duties(Facts([Must(1, "SOA2003", relevant_on)], away=away))

    assert first.due_on == deadlines.of_event("conviction", released_on).due_on


@given(DAYS, st.integers(0, 3000))
def test_a_year_that_ends_in_custody_runs_on_to_the_release(told_on, days):
    end = deadlines.periodic(told_on).due_on
    away = [Away("custody", end - timedelta(days=5), end + timedelta(days=days))]
    told = Given(1, "initial", told_on, 1)

    found = {d.what: d for d in duties(Facts([Must(1, "SOA2003", told_on)], [told], away))}

    law = deadlines.periodic(told_on, released_on=end + timedelta(days=days))
    assert (found["periodic"].due_on, found["periodic"].authority) == (law.due_on, law.authority)
    assert found["release"].due_on == deadlines.of_event("release", end + timedelta(days=days)).due_on


@given(DAYS)
def test_while_custody_goes_on_nothing_is_dated(relevant_on):
    away = [Away("custody", relevant_on)]

    assert duties(Facts([Must(1, "SOA2003", relevant_on)], away=away)) == []
    assert within(relevant_on, away, deadlines.of_circumstances) is None


@given(DAYS, st.booleans())
def test_a_review_of_indefinite_requirements_is_the_laws(told_on, young):
    must = Must(1, "SOA2003", told_on, indefinite=True, under_18=young)

    found = {d.what: d for d in duties(Facts([must], [Given(1, "initial", told_on, 1)]))}

    assert found["review"].due_on == deadlines.first_review(told_on, under_18=young).due_on


@given(DAYS)
def test_after_a_refusal_the_next_review_is_the_laws(refused_on):
    must = Must(1, "SOA2003", refused_on, indefinite=True, refused_on=refused_on)

    found = {d.what: d for d in duties(Facts([must]))}

    assert found["review"].due_on == deadlines.next_review(refused_on).due_on


def test_the_review_counts_from_the_first_notification_after_release():
    away = [Away("custody", date(2010, 1, 1), date(2014, 1, 1))]
    told = [Given(1, "initial", date(2009, 12, 1), 1), Given(2, "release", date(2014, 1, 2), 1)]
    must = Must(1, "SOA2003", date(2009, 12, 1), indefinite=True, detained_for_it=True)

    found = {d.what: d for d in duties(Facts([must], told, away))}

    assert found["review"].due_on == date(2029, 1, 2)


@given(DAYS, st.integers(0, 30))
def test_other_premises_are_due_when_the_law_says_they_qualify(first, days):
    last = first + timedelta(days=days)
    told = Given(1, "initial", first, 1)

    found = {
        d.what: d for d in duties(Facts([Must(1, "SOA2003", first)], [told], places=[Place(1, "PR", ((first, last),))]))
    }

    answer = premises.qualifying_period([Stretch(first, last)])
    assert ("premises" in found) == answer.met
    if answer.met_on:
        assert found["premises"].due_on == premises.notify_by(answer.met_on).due_on


def test_a_journey_that_was_never_notified_hides_none_of_the_next():
    journeys = [Journey(n, f"TR-{n}", date(2026, n, 10)) for n in (5, 7)]
    facts_ = Facts([Must(1, "SOA2003", date(2026, 1, 1))], journeys=journeys, figure=figure)

    found = [(duty.about, duty.due_on) for duty in duties(facts_) if duty.what == "travel_leave"]

    assert found == [("TR-5", date(2026, 5, 3)), ("TR-7", date(2026, 7, 3))]


def test_figures_that_are_no_law_are_those_of_the_standards():
    journey = Journey(1, "TR-1", date(2026, 7, 10), date(2026, 7, 20))
    facts_ = Facts([Must(1, "SOA2003", date(2026, 1, 1))], journeys=[journey], figure=figure)

    found = {d.what: d.due_on for d in duties(facts_)}

    assert (found["travel_leave"], found["travel_return"]) == (date(2026, 7, 3), date(2026, 7, 23))


EVENTS = [
    ("initial", date(2024, 3, 2), {}),
    ("address", date(2024, 6, 3), {"happened_on": date(2024, 6, 1)}),
    ("name", date(2024, 8, 1), {"expected_on": date(2024, 8, 20)}),
    ("periodic", date(2025, 3, 1), {"no_fixed_abode": True}),
    ("money", date(2025, 3, 8), {"happened_on": date(2025, 3, 8)}),
]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_stored_is_what_the_law_says_in_any_order(offender, practitioner, seed):
    must = begin(offender, practitioner, disposal="imprisonment", term_months=40)

    for kind, on, more in Random(seed).sample(EVENTS, len(EVENTS)):
        notify(must, practitioner, kind, on, **more)

    assert open_dues(offender, practitioner) == {
        "periodic": date(2026, 3, 8),
        "advance": date(2024, 8, 25),
        "review": date(2039, 3, 2),
    }
    stored = NotificationDue.objects.visible_to(practitioner).open()
    wanted = duties(facts_of(offender, by=practitioner))
    assert {(d.what, d.due_on, d.authority, d.explanation) for d in stored} == {
        (d.what, d.due_on, d.authority, d.explanation) for d in wanted
    }


# Only while the person must notify, and each event by itself.

SINCE = Must(1, "SOA2003", date(2024, 3, 1))
FIRST = Given(1, "initial", date(2024, 3, 2), 1)


def due(*musts_, **more):
    known = Facts(musts_ or [SINCE], more.pop("given", [FIRST]), more.pop("away", ()), figure=figure, **more)
    return [(duty.what, duty.about, duty.due_on) for duty in duties(known) if duty.what != "periodic"]


def test_what_was_before_the_relevant_date_is_nobodys_duty():
    stays = [Place(1, "PR-1", ((date(2023, 1, 1), date(2023, 1, 10)),))]
    travels = [Journey(1, "TR-1", date(2023, 6, 1), date(2023, 6, 9))]

    assert due(places=stays, journeys=travels, changes=[Change("name", date(2023, 5, 1), "ID-1")]) == []


def test_what_came_after_the_last_day_is_nobodys_duty():
    over = replace(SINCE, last_day=date(2025, 2, 28))
    told = [FIRST, Given(2, "name", date(2025, 2, 1), 1, "NT-2", expected_on=date(2025, 4, 1))]
    away = [Away("custody", date(2025, 2, 1), date(2025, 5, 1))]
    stays = [Place(1, "PR-1", ((date(2025, 6, 1), date(2025, 6, 10)),))]
    travels = [Journey(1, "TR-1", date(2025, 6, 1), date(2025, 6, 9))]

    assert due(over, given=told, away=away, places=stays, journeys=travels) == []


def test_a_stay_that_goes_on_after_the_relevant_date_is_counted_from_it():
    stays = [Place(1, "PR-1", ((date(2024, 2, 20), date(2024, 3, 9)),))]

    assert due(places=stays) == [("premises", "PR-1", premises.notify_by(date(2024, 3, 7)).due_on)]


def test_notice_of_leaving_is_due_at_the_earliest_when_it_had_to_be_given():
    assert due(journeys=[Journey(1, "TR-1", date(2024, 3, 4))]) == [("travel_leave", "TR-1", date(2024, 3, 1))]


def test_it_is_due_under_the_requirement_that_lasts_longest():
    short = replace(SINCE, last_day=date(2026, 2, 28))
    long = Must(2, "SOA2003", date(2024, 6, 1), indefinite=True)
    known = Facts([short, long], [FIRST], journeys=[Journey(1, "TR-1", date(2025, 6, 1))], figure=figure)

    assert [duty.requirement for duty in duties(known) if duty.what == "travel_leave"] == [2]


def test_a_release_that_was_never_notified_stays_due_after_the_next():
    away = [
        Away("custody", date(2024, 6, 1), date(2025, 3, 1)),
        Away("custody", date(2025, 3, 10), date(2025, 6, 1)),
    ]

    found = due(away=away)

    assert found == [("release", "2025-03-01", date(2025, 3, 3)), ("release", "2025-06-01", date(2025, 6, 3))]


def test_a_release_of_a_day_is_asked_about_with_the_next():
    away = [
        Away("custody", date(2024, 6, 1), date(2025, 3, 1)),
        Away("custody", date(2025, 3, 2), date(2025, 6, 1)),
    ]

    assert due(away=away) == [("release", "2025-06-01", date(2025, 6, 3))]


def test_what_is_told_of_one_home_tells_of_no_other():
    homes = [Change("address", date(2024, 6, day), f"ID-{day}") for day in (1, 10)]
    told = Given(2, "address", date(2024, 6, 11), 1, happened_on=date(2024, 6, 10))

    assert due(given=[FIRST, told], changes=homes) == [("change", "ID-1", date(2024, 6, 3))]


def test_a_day_that_was_told_a_little_wrong_still_tells_of_its_home():
    told = Given(2, "address", date(2024, 6, 11), 1, happened_on=date(2024, 6, 9))

    assert due(given=[FIRST, told], changes=[Change("address", date(2024, 6, 10), "ID-1")]) == []


def test_a_year_tells_of_every_home_until_then():
    homes = [Change("address", date(2024, 6, day), f"ID-{day}") for day in (1, 10)]

    assert due(given=[FIRST, Given(2, "periodic", date(2025, 3, 1), 1)], changes=homes) == []
