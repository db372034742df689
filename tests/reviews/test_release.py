"""The plan before a release: reckoned back from its day, read from the record, and honest about what slips."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Standard
from audit.models import AccessEvent
from mappa import dates
from offenders.models import KeyDate, Offender
from reviews.deadlines import BY_SLUG
from reviews.models import ReleaseEntry
from reviews.release.dates import NoRelease, release_of
from reviews.release.plan import in_words, plan
from tests.factories import (
    AgendaItemFactory,
    ContactSchemeFactory,
    DisclosureDecisionFactory,
    KeyDateFactory,
    LicenceConditionFactory,
    MeetingFactory,
    PremisesProposalFactory,
    RecallFactory,
    ReferralFactory,
    ReleaseEntryFactory,
    ReviewFactory,
    VictimContactFactory,
    WhereaboutsPeriodFactory,
    in_days,
)

WEEK = timedelta(weeks=1)
KINDS = {
    "level": "release-level",
    "premises": "release-premises",
    "licence": "release-licence",
    "disclosure": "release-disclosure",
    "dwp": "release-dwp",
}


def held(offender, on, **more):
    """The person is in custody, and released on a day at the earliest."""
    Offender._base_manager.filter(pk=offender.pk).update(whereabouts="custody")
    offender.refresh_from_db()
    return KeyDateFactory(offender=offender, on=on, **more)


def planned(offender, user):
    """The steps by name, as a user reads them."""
    offender = Offender.objects.visible_to(user).get(pk=offender.pk)
    return {step.slug: step for step in plan(offender, release_of(offender, user), user)}


def page(client, user, offender):
    client.force_login(user)
    return client.get(f"/people/{offender.reference}/release/")


def test_every_step_is_due_so_long_before_the_release_as_the_standards_say(offender, practitioner):
    on = in_days(400)
    held(offender, on)

    due = {slug: step.due for slug, step in planned(offender, practitioner).items()}

    assert due["level"] == dates.add_months(on, -6)
    assert due["referral"] < due["level"] < due["meeting"]
    weeks = {"premises": 16, "victims": 14, "licence": 10, "disclosure": 8, "dwp": 6}
    assert {slug: on - due[slug] for slug in weeks} == {slug: number * WEEK for slug, number in weeks.items()}


def test_an_area_has_its_own_figures(offender, practitioner, today):
    Standard.objects.create(name="release_dwp_weeks", value=9, unit="weeks", area=offender.area, from_on=today)
    held(offender, in_days(90))

    assert planned(offender, practitioner)["dwp"].due == in_days(90 - 63)
    assert BY_SLUG["release-dwp"].mine(practitioner, today).get().falls_on == in_days(90 - 63)


def test_a_figure_that_nobody_has_set_stops_its_step_and_nothing_else(client, offender, practitioner, today):
    Standard.objects.filter(name="release_dwp_weeks").update(until=in_days(-1))
    held(offender, in_days(20))

    assert not BY_SLUG["release-dwp"].mine(practitioner, today).exists()
    assert BY_SLUG["release-licence"].mine(practitioner, today).exists()
    client.force_login(practitioner)
    assert "Licence conditions to propose" in client.get("/").text
    assert "release_dwp_weeks" in page(client, practitioner, offender).text


def test_what_the_record_shows_is_done_and_is_no_deadline_any_more(offender, practitioner, today):
    held(offender, in_days(100))
    assert [BY_SLUG[kind].mine(practitioner, today).count() for kind in KINDS.values()] == [1] * 5

    ReviewFactory(offender=offender, due_on=in_days(-40), held_on=in_days(-40))
    PremisesProposalFactory(offender=offender)
    LicenceConditionFactory(offender=offender, added_on=in_days(-3))
    DisclosureDecisionFactory(offender=offender)
    ReleaseEntryFactory(offender=offender)

    steps = planned(offender, practitioner)
    assert [slug for slug, step in steps.items() if step.is_open and not step.is_closed] == []
    assert [BY_SLUG[kind].mine(practitioner, today).count() for kind in KINDS.values()] == [0] * 5
    assert steps["level"].on == in_days(-40)
    assert [steps[slug].shown for slug in ("referral", "meeting")] == ["Kept at level 1", "Level 1 has no meeting"]


def test_what_was_decided_before_the_person_was_last_free_is_no_step_to_this_release(offender, practitioner, today):
    held(offender, in_days(100))
    ReviewFactory(offender=offender, due_on=in_days(-40), held_on=in_days(-40))
    ReleaseEntryFactory(offender=offender)
    ReleaseEntry._base_manager.update(at=timezone.now() - timedelta(days=40))
    assert planned(offender, practitioner)["level"].is_done

    WhereaboutsPeriodFactory(offender=offender, from_on=in_days(-60), until=in_days(-10))

    steps = planned(offender, practitioner)
    assert not steps["level"].is_done
    assert not steps["dwp"].is_done
    assert BY_SLUG["release-level"].mine(practitioner, today).count() == 1
    assert BY_SLUG["release-dwp"].mine(practitioner, today).count() == 1


def test_a_late_step_moves_what_waits_for_it_to_new_days(offender, practitioner, today):
    held(offender, in_days(120))

    steps = planned(offender, practitioner)

    assert steps["referral"].expected == today
    assert steps["level"].because == "Referral to a higher level"
    assert steps["level"].expected < steps["meeting"].expected
    assert steps["premises"].expected == steps["meeting"].expected > steps["premises"].due
    words = " ".join(in_words(steps["premises"], in_days(120)))
    assert "because of “First meeting”." in words
    assert "That is after the release." not in words


def test_what_comes_after_the_release_is_said_to(offender, practitioner):
    held(offender, in_days(20))

    steps = planned(offender, practitioner)

    assert "That is after the release." in in_words(steps["meeting"], in_days(20))


def test_a_step_in_time_says_until_when_it_may_wait(offender, practitioner):
    held(offender, in_days(400))

    licence = planned(offender, practitioner)["licence"]

    assert not licence.slips
    [words] = in_words(licence, in_days(400))
    assert words.startswith("After ")
    assert words.endswith(" these slip: Jobcentre Plus (DWP) notified.")


def test_a_meeting_to_come_is_arranged_and_one_that_was_held_is_done(offender, practitioner, chair):
    Offender._base_manager.update(level=2)
    held(offender, in_days(100))
    later = MeetingFactory(area=offender.area, chair=chair, starts_at=timezone.now() + timedelta(days=5))
    AgendaItemFactory(offender=offender, meeting=later)

    meeting = planned(offender, practitioner)["meeting"]
    assert (meeting.shown, meeting.on, meeting.is_done) == ("Arranged", in_days(5), False)

    before = MeetingFactory(area=offender.area, chair=chair, starts_at=timezone.now() - timedelta(days=5))
    AgendaItemFactory(offender=offender, meeting=before)

    meeting = planned(offender, practitioner)["meeting"]
    assert (meeting.shown, meeting.on, meeting.is_done) == ("Held", in_days(-5), True)


def test_a_referral_that_was_sent_is_done_and_sets_the_level_once_answered(offender, practitioner, chair):
    held(offender, in_days(200))
    referral = ReferralFactory(offender=offender)
    assert planned(offender, practitioner)["referral"].is_done
    assert not planned(offender, practitioner)["level"].is_done

    answered = {"outcome": "kept", "decided_by": chair, "decided_at": timezone.now(), "decision_reason": "Level 1"}
    type(referral)._base_manager.update(**answered)

    assert planned(offender, practitioner)["level"].is_done


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"whereabouts": "custody"}, "No day of release is recorded"),
        ({"whereabouts": "community"}, "The record says: in the community"),
        ({"whereabouts": "custody", "ended_on": in_days(-1)}, "no longer managed"),
    ],
)
def test_without_a_release_to_come_the_page_says_why(client, offender, practitioner, facts, words):
    Offender._base_manager.update(**facts)

    answer = page(client, practitioner, offender)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert client.get(f"/people/{offender.reference}/release.pdf").url == f"/people/{offender.reference}/release/"


@pytest.mark.parametrize(
    ("kind", "words", "is_due"),
    [
        ("conditional-release", "and the person is still held. Record the release", True),
        ("tariff-expiry", "release may be decided at any time", False),
    ],
)
def test_a_day_of_release_that_has_passed_asks_for_the_next(offender, practitioner, today, kind, words, is_due):
    held(offender, in_days(-4), kind=kind)

    found = release_of(offender, practitioner)

    assert isinstance(found, NoRelease)
    assert words in found.why
    assert BY_SLUG["release-passed"].mine(practitioner, today).exists() == is_due


def test_a_recall_asks_for_a_new_day_and_counts_from_the_return(offender, practitioner, today):
    held(offender, in_days(-90))
    recall = RecallFactory(offender=offender, decided_on=in_days(-20))
    Offender._base_manager.update(whereabouts="absconded")
    offender.refresh_from_db()
    assert "not back in custody" in release_of(offender, practitioner).why

    type(recall)._base_manager.update(returned_on=in_days(-9), returned_by=practitioner)
    WhereaboutsPeriodFactory(offender=offender, from_on=in_days(-80), until=in_days(-9))
    Offender._base_manager.update(whereabouts="custody")
    offender.refresh_from_db()

    assert "the old ones do not hold" in release_of(offender, practitioner).why
    assert BY_SLUG["release-passed"].mine(practitioner, today).get().falls_on == in_days(-9)

    KeyDateFactory(offender=offender, on=in_days(200), kind=KeyDate.Kind.PAROLE_ELIGIBILITY)

    assert any("by the recall of" in words for words in release_of(offender, practitioner).notes)
    assert not BY_SLUG["release-passed"].mine(practitioner, today).exists()


def test_a_changed_day_is_said_with_its_reason_and_the_first_of_several_counts(offender, practitioner):
    old = held(offender, in_days(100))
    KeyDateFactory(offender=offender, on=in_days(121), replaces=old, reason="21 days added")
    KeyDateFactory(offender=offender, on=in_days(300), kind="automatic-release")

    found = release_of(offender, practitioner)

    assert found.on == in_days(121)
    assert any("21 days added" in words for words in found.notes)
    assert any(words.startswith("Automatic release: ") for words in found.notes)


# Victims


def test_nobody_outside_the_compartment_can_tell_whether_there_is_a_victim(client, offender, practitioner):
    held(offender, in_days(60))
    before = page(client, practitioner, offender).content.decode()

    scheme = ContactSchemeFactory(offender=offender)
    VictimContactFactory(offender=offender, victim=scheme.victim)
    after = page(client, practitioner, offender).content.decode()

    plans = [words[words.index('id="steps"') : words.index("</table>")] for words in (before, after)]
    assert plans[0] == plans[1]
    assert "Ask victim liaison" in plans[0]


def test_liaison_sees_who_was_spoken_to_and_the_licence_waits_for_it(offender, victim_liaison, today):
    held(offender, in_days(60))
    assert planned(offender, victim_liaison)["victims"].shown == "Nobody is in the contact scheme"
    scheme = ContactSchemeFactory(offender=offender, officer=victim_liaison)

    steps = planned(offender, victim_liaison)
    assert steps["victims"].is_open
    assert steps["licence"].expected >= today + 4 * WEEK
    assert BY_SLUG["release-contact"].mine(victim_liaison, today).get() == scheme

    VictimContactFactory(offender=offender, victim=scheme.victim)

    assert planned(offender, victim_liaison)["victims"].is_done
    assert not BY_SLUG["release-contact"].mine(victim_liaison, today).exists()


def test_whoever_sees_no_meetings_of_others_is_not_told_that_there_was_none(offender, housing, granted):
    Offender._base_manager.update(level=2)
    held(offender, in_days(60))

    assert planned(offender, housing)["meeting"].is_closed


# By hand


def answers(outcome="not-needed", words="No restriction on work", **more):
    day = more.pop("on", dates.today())
    return {"outcome": outcome, "words": words, "on_day": day.day, "on_month": day.month, "on_year": day.year, **more}


def test_what_the_record_cannot_show_is_said_by_hand_and_taken_back(client, offender, practitioner, today):
    held(offender, in_days(30))
    client.force_login(practitioner)
    url = f"/people/{offender.reference}/release/dwp/"

    assert client.post(url, answers()).status_code == 302
    assert not planned(offender, practitioner)["dwp"].is_needed
    assert not BY_SLUG["release-dwp"].mine(practitioner, today).exists()
    assert AccessEvent.objects.filter(event="release.step_recorded").count() == 1

    assert client.post(url, answers("to-do", "He found work with children")).status_code == 302
    assert planned(offender, practitioner)["dwp"].is_open
    assert BY_SLUG["release-dwp"].mine(practitioner, today).exists()


def test_what_is_refused_keeps_what_was_typed(client, offender, practitioner):
    held(offender, in_days(30))
    client.force_login(practitioner)
    url = f"/people/{offender.reference}/release/premises/"

    for wrong, words in [
        (answers(on=in_days(1)), "The day must be today or in the past"),
        (answers("done"), "Select a valid choice"),
        (answers(words=" "), "Enter in a few words"),
    ]:
        answer = client.post(url, wrong)
        assert answer.status_code == 200
        assert words in answer.content.decode()
    assert not ReleaseEntry._base_manager.exists()


def test_a_second_click_saves_nothing_twice(client, offender, practitioner):
    held(offender, in_days(30))
    client.force_login(practitioner)

    for _each in range(2):
        client.post(f"/people/{offender.reference}/release/licence/", answers("done", "Sent to the governor"))

    assert ReleaseEntry._base_manager.count() == 1


def test_a_partner_agency_reads_the_plan_and_records_nothing(client, offender, housing, granted, outsider):
    held(offender, in_days(30))
    url = f"/people/{offender.reference}/release/dwp/"

    assert page(client, housing, offender).status_code == 200
    assert client.post(url, answers()).status_code == 403
    client.force_login(outsider)
    assert client.post(url, answers()).status_code == 404
    assert not ReleaseEntry._base_manager.exists()


# The page


def test_the_page_says_each_step_whose_it_is_and_by_which_figure(client, offender, practitioner):
    held(offender, in_days(100))

    words = page(client, practitioner, offender).content.decode()

    assert "Bob, Probation, Bedfordshire" in words
    assert "<strong>Level set</strong>, 6 months: MAPPA Guidance" in words
    assert "(R+)" in words
    assert f'/people/{offender.reference}/release/dwp/"' in words


def test_the_tab_is_there_for_whoever_is_held_and_for_nobody_else(client, offender, practitioner):
    client.force_login(practitioner)
    tab = f'href="/people/{offender.reference}/release/"'
    assert tab not in client.get(f"/people/{offender.reference}/").content.decode()

    held(offender, in_days(100))

    assert tab in client.get(f"/people/{offender.reference}/").content.decode()


def test_the_plan_is_taken_as_a_file_and_recorded(client, offender, practitioner):
    held(offender, in_days(100))
    client.force_login(practitioner)

    answer = client.get(f"/people/{offender.reference}/release.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="release-plan-{offender.reference}.pdf"'
    assert AccessEvent.objects.filter(event="release.plan_taken").count() == 1


def test_the_page_costs_a_fixed_number_of_queries(client, offender, practitioner, django_assert_max_num_queries):
    held(offender, in_days(100))
    client.force_login(practitioner)
    client.get(f"/people/{offender.reference}/release/")

    with django_assert_max_num_queries(60):
        client.get(f"/people/{offender.reference}/release/")
