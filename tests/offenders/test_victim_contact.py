"""The Victim Contact Scheme: who is in it by law, when contact is due, and what victims ask for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from agencies.models.user import system_user
from mappa import dates
from offenders import victims
from offenders.law.disposals import disposal_of
from offenders.law.eligibility import OffenceFlags, Sentence
from offenders.law.periods import Length
from offenders.law.victims import qualifying
from offenders.models import CaseWarning, ContactScheme, Offender, VictimContact, VictimRequest, WarningKind
from reviews.deadlines import BY_SLUG
from tests.factories import (
    AgencyFactory,
    CaseWarningFactory,
    ContactSchemeFactory,
    ExclusionFactory,
    MembershipFactory,
    PersonalGrantFactory,
    VictimContactFactory,
    VictimFactory,
    VictimRequestFactory,
    in_days,
    sentenced,
)

SPECIFIED, SEXUAL, OTHER = OffenceFlags(schedule_15_part=1), OffenceFlags(schedule_3=True), OffenceFlags()


def typed(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


@pytest.fixture
def victim(offender):
    return VictimFactory(offender=offender)


@pytest.fixture
def scheme(offender, victim, victim_liaison):
    return ContactSchemeFactory(offender=offender, victim=victim, officer=victim_liaison)


@pytest.mark.parametrize(
    ("offence", "kind", "months", "outcome", "in_it"),
    [
        (SPECIFIED, "imprisonment", 12, "convicted", True),
        (SPECIFIED, "imprisonment", 11, "convicted", False),
        (SEXUAL, "imprisonment", 12, "convicted", True),
        (OTHER, "imprisonment", 60, "convicted", False),
        (SPECIFIED, "life", 0, "convicted", True),
        (SPECIFIED, "hospital_order", 0, "convicted", True),
        (SPECIFIED, "restricted_hospital_order", 0, "not_guilty_by_reason_of_insanity", True),
        (SPECIFIED, "guardianship_order", 0, "convicted", False),
        (SPECIFIED, "community_order", 0, "convicted", False),
        (SPECIFIED, "caution", 0, "cautioned", False),
        (SPECIFIED, "imprisonment", 24, "not_guilty_by_reason_of_insanity", False),
    ],
)
def test_who_is_in_the_scheme_by_law(offence, kind, months, outcome, in_it):
    sentence = Sentence(outcome, date(2026, 1, 5), disposal_of(kind, Length(months=months)))

    assert qualifying([(OTHER, sentence), (offence, sentence)]) == ([(offence, sentence)] if in_it else [])


@pytest.mark.parametrize(
    ("kind", "on", "jurisdiction", "in_it"),
    [
        ("imprisonment", date(2001, 3, 31), "england_and_wales", False),
        ("imprisonment", date(2001, 4, 1), "england_and_wales", True),
        ("imprisonment", date(1975, 1, 1), "elsewhere", False),
        ("imprisonment", date(2026, 1, 5), "elsewhere", False),
        ("restricted_hospital_order", date(2005, 6, 30), "england_and_wales", False),
        ("restricted_hospital_order", date(2005, 7, 1), "england_and_wales", True),
        ("hospital_order", date(2008, 11, 2), "england_and_wales", False),
        ("hospital_order", date(2008, 11, 3), "england_and_wales", True),
    ],
)
def test_the_scheme_is_for_sentences_of_courts_here_since_it_began(kind, on, jurisdiction, in_it):
    sentence = Sentence("convicted", on, disposal_of(kind, Length(months=18)), jurisdiction=jurisdiction)

    assert bool(qualifying([(SPECIFIED, sentence)])) == in_it


def begin(client, victim, on, **more):
    answers = typed("sentenced_on", on) | {"officer": "vera@test.invalid"} | more
    return client.post(f"/people/victims/{victim.reference}/scheme/", answers)


def test_contact_is_due_eight_weeks_after_the_sentence(client, victim_liaison, offender, victim):
    sentenced(offender=offender, offence__schedule_15_part=1, term_months=18)
    client.force_login(victim_liaison)

    begin(client, victim, in_days(-10))

    scheme = ContactScheme.objects.visible_to(victim_liaison).get()
    assert (scheme.basis, scheme.officer) == ("statute", victim_liaison)
    assert scheme.contact_due_on == in_days(-10) + timedelta(weeks=8)


def test_where_the_law_does_not_ask_a_reason_is_needed(client, victim_liaison, victim):
    client.force_login(victim_liaison)

    refused = begin(client, victim, in_days(-10))
    assert "Enter why the scheme is offered" in refused.text
    assert not ContactScheme.objects.visible_to(victim_liaison).exists()

    begin(client, victim, in_days(-10), reason="She asked for it")
    assert ContactScheme.objects.visible_to(victim_liaison).get().basis == "decision"


def test_a_person_at_risk_is_in_the_scheme_by_decision_only(client, victim_liaison, offender):
    sentenced(offender=offender, offence__schedule_15_part=1, term_months=18)
    at_risk = VictimFactory(offender=offender, kind="at-risk")
    client.force_login(victim_liaison)

    assert "Enter why the scheme is offered" in begin(client, at_risk, in_days(-10)).text
    assert not ContactScheme.objects.visible_to(victim_liaison).exists()


@pytest.mark.parametrize("on", [date(1998, 3, 5), date(2005, 3, 5)])
def test_the_victim_of_an_old_sentence_is_brought_in_too(client, victim_liaison, offender, victim, on):
    client.force_login(victim_liaison)

    begin(client, victim, on, reason="The release is near")

    assert ContactScheme.objects.visible_to(victim_liaison).get().contact_due_on == on + timedelta(weeks=8)


def test_the_sentence_on_record_is_not_typed_again(client, victim_liaison, offender, victim):
    conviction = sentenced(offender=offender, offence__schedule_15_part=1, term_months=18)
    client.force_login(victim_liaison)

    page = client.get(f"/people/victims/{victim.reference}/scheme/")

    assert page.context["form"]["sentenced_on"].initial == conviction.dealt_with_on


def correct(client, victim, on, reason="It was typed wrongly"):
    answers = typed("sentenced_on", on) | {"reason": reason}
    return client.post(f"/people/victims/{victim.reference}/sentence/", answers)


def test_a_wrong_date_of_sentence_is_put_right(client, victim_liaison, victim, scheme):
    client.force_login(victim_liaison)

    correct(client, victim, in_days(-20))

    row = ContactScheme.objects.visible_to(victim_liaison).get()
    assert (row.sentenced_on, row.contact_due_on) == (in_days(-20), in_days(-20) + timedelta(weeks=8))
    [entry] = VictimContact.objects.visible_to(victim_liaison)
    assert entry.kind == "correction"
    assert entry.words.endswith("It was typed wrongly")


@pytest.mark.parametrize(
    ("day", "reason", "message"),
    [
        (-30, "x", "on the record already"),
        (1, "x", "must be in the past"),
        (-20, "", "Enter what was wrong"),
    ],
)
def test_a_correction_that_corrects_nothing_is_refused(client, victim_liaison, victim, scheme, day, reason, message):
    client.force_login(victim_liaison)

    assert message in correct(client, victim, in_days(day), reason).text
    assert ContactScheme.objects.visible_to(victim_liaison).get().sentenced_on == scheme.sentenced_on


def test_no_sentence_is_corrected_where_there_is_no_scheme(client, victim_liaison, victim):
    client.force_login(victim_liaison)

    assert "not in the contact scheme yet" in correct(client, victim, in_days(-20)).text


def test_a_conviction_that_was_quashed_brings_nobody_in(client, victim_liaison, practitioner, offender, victim):
    quashed = {"set_aside_on": in_days(-5), "set_aside_court": "Court of Appeal", "set_aside_by": practitioner}
    sentenced(offender=offender, offence__schedule_15_part=1, term_months=18, **quashed)
    client.force_login(victim_liaison)

    assert "Enter why the scheme is offered" in begin(client, victim, in_days(-10)).text
    assert not ContactScheme.objects.visible_to(victim_liaison).exists()


def test_a_sentence_to_come_is_refused(client, victim_liaison, victim):
    client.force_login(victim_liaison)

    assert "must be in the past" in begin(client, victim, in_days(1), reason="x").text


def test_a_person_is_in_the_scheme_once(client, victim_liaison, victim, scheme):
    client.force_login(victim_liaison)

    assert "in the scheme already" in begin(client, victim, in_days(-10), reason="x").text


def test_only_liaison_officers_who_see_the_case_liaise(client, victim_liaison, practitioner, victim):
    client.force_login(victim_liaison)

    response = begin(client, victim, in_days(-10), reason="x", officer=practitioner.email)

    assert response.context["form"].errors["officer"]


def test_who_sees_the_case_by_another_role_only_does_not_liaise(client, victim_liaison, probation, other_area, victim):
    elsewhere = AgencyFactory(kind__code="housing", area=other_area)
    both = MembershipFactory(agency=elsewhere, role_id="victim-liaison", user__email="both@test.invalid").user
    MembershipFactory(agency=probation, role_id="practitioner", user=both)
    client.force_login(victim_liaison)

    response = begin(client, victim, in_days(-10), reason="x", officer=both.email)

    assert response.context["form"].errors["officer"]
    assert victims.liaison_officers(victim.offender) == [victim_liaison]


def contact(client, victim, kind="contact", on=None, **more):
    answers = {"kind": kind, "words": "Telephoned"} | typed("on", on or in_days(0)) | more
    return client.post(f"/people/victims/{victim.reference}/contact/", answers)


def test_the_first_contact_answers_what_is_due_and_dates_the_next(client, victim_liaison, victim, scheme, today):
    client.force_login(victim_liaison)
    assert list(BY_SLUG["first-contact"].mine(victim_liaison, today)) == [scheme]

    contact(client, victim, **typed("next_contact_on", in_days(20)))

    assert list(BY_SLUG["first-contact"].mine(victim_liaison, today)) == []
    assert list(BY_SLUG["next-contact"].mine(victim_liaison, today)) == [scheme]
    scheme.refresh_from_db(from_queryset=ContactScheme.objects.visible_to(victim_liaison))
    assert (scheme.first_contact_on, scheme.next_contact_on) == (today, in_days(20))


def test_an_attempt_is_no_contact(client, victim_liaison, victim, scheme):
    client.force_login(victim_liaison)

    contact(client, victim, "attempt")

    row = ContactScheme.objects.visible_to(victim_liaison).get()
    assert (row.first_contact_on, row.next_contact_on) == (None, dates.add_months(in_days(0), 3))


def scheme_now(user):
    return ContactScheme.objects.visible_to(user).get()


def test_the_next_contact_is_dated_from_the_last_one_and_not_from_its_typing(client, victim_liaison, victim, scheme):
    client.force_login(victim_liaison)
    contact(client, victim, on=in_days(-20))
    assert scheme_now(victim_liaison).next_contact_on == dates.add_months(in_days(-20), 3)

    contact(client, victim, on=in_days(-25))

    now = scheme_now(victim_liaison)
    assert (now.first_contact_on, now.next_contact_on) == (in_days(-25), dates.add_months(in_days(-20), 3))


def test_a_contact_of_long_ago_leaves_the_next_one_overdue(client, victim_liaison, victim, scheme, today):
    client.force_login(victim_liaison)

    refused = contact(client, victim, on=in_days(-200), **typed("next_contact_on", in_days(20)))
    contact(client, victim, on=in_days(-200))

    assert "Leave this empty: by this date" in refused.text
    assert scheme_now(victim_liaison).next_contact_on < today


def test_an_old_offer_typed_late_changes_no_later_choice(client, victim_liaison, victim, scheme):
    client.force_login(victim_liaison)
    contact(client, victim, "opted-in", on=in_days(-2))

    contact(client, victim, "offered", on=in_days(-9))

    assert scheme_now(victim_liaison).state == "opted-in"


def test_a_chosen_date_outlives_an_older_entry(client, victim_liaison, victim, scheme):
    client.force_login(victim_liaison)
    contact(client, victim, **typed("next_contact_on", in_days(20)))

    contact(client, victim, "information", on=in_days(-3))

    assert scheme_now(victim_liaison).next_contact_on == in_days(20)


def test_a_correction_sets_aside_what_was_wrong_and_reopens_the_duty(client, victim_liaison, victim, scheme, today):
    client.force_login(victim_liaison)
    contact(client, victim, "opted-out", words="This was another victim's")
    assert scheme_now(victim_liaison).first_contact_on == today

    contact(client, victim, "correction", words="Written down with the wrong person", corrects="1")

    now = scheme_now(victim_liaison)
    assert (now.first_contact_on, now.state) == (None, "to-offer")
    assert list(BY_SLUG["first-contact"].mine(victim_liaison, today)) == [scheme]
    text = client.get(f"/people/victims/{victim.reference}/about/").text
    assert "Set aside by a correction" in text
    assert "Sets aside" in text


@pytest.mark.parametrize(("kind", "number"), [("contact", "1"), ("correction", "2"), ("correction", "x")])
def test_only_a_correction_sets_aside_and_only_what_stands(client, victim_liaison, victim, scheme, kind, number):
    VictimContactFactory(offender=victim.offender, victim=victim)
    VictimContactFactory(offender=victim.offender, victim=victim, kind="officer", words="Vera")
    client.force_login(victim_liaison)

    response = contact(client, victim, kind, corrects=number)

    assert response.context["form"].errors["corrects"]
    assert VictimContact.objects.visible_to(victim_liaison).count() == 2


def test_nothing_is_set_aside_twice(victim_liaison, victim, scheme):
    wrong = VictimContactFactory(offender=victim.offender, victim=victim)
    said = {"victim": victim, "kind": "correction", "on": in_days(0), "next_contact_on": None, "by": victim_liaison}
    victims.record_contact(words="It was not her", corrects=wrong, **said)

    with pytest.raises(ValidationError, match="still stands"):
        victims.record_contact(words="It was not her at all", corrects=wrong, **said)


@pytest.mark.parametrize(
    ("kind", "state"), [("offered", "offered"), ("opted-in", "opted-in"), ("opted-out", "opted-out")]
)
def test_what_the_victim_chose_is_the_state(client, victim_liaison, victim, scheme, kind, state):
    client.force_login(victim_liaison)

    contact(client, victim, kind)

    assert ContactScheme.objects.visible_to(victim_liaison).get().state == state


def test_who_opted_out_is_due_no_more(client, victim_liaison, victim, scheme, today):
    client.force_login(victim_liaison)

    contact(client, victim, "opted-out")

    assert not BY_SLUG["next-contact"].mine(victim_liaison, today).exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"words": " "}, "Enter what happened"),
        ({"kind": "officer"}, "Select a valid choice"),
        (typed("on", in_days(1)), "today or in the past"),
        (typed("next_contact_on", in_days(0)), "after today"),
        (typed("next_contact_on", in_days(200)), "the standard for victim contact"),
    ],
)
def test_a_refused_contact_writes_nothing(client, victim_liaison, victim, scheme, more, message):
    client.force_login(victim_liaison)

    response = contact(client, victim, **more)

    assert message in response.text
    assert not VictimContact.objects.visible_to(victim_liaison).exists()


def test_an_offer_outside_the_scheme_is_refused(client, victim_liaison, victim):
    client.force_login(victim_liaison)

    assert "not in the contact scheme yet" in contact(client, victim, "offered").text
    assert not VictimContact.objects.visible_to(victim_liaison).exists()


def test_another_officer_may_liaise_and_is_asked(client, victim_liaison, probation, victim, scheme, today):
    other = MembershipFactory(agency=probation, role_id="victim-liaison", user__email="vic@test.invalid").user
    client.force_login(victim_liaison)

    client.post(f"/people/victims/{victim.reference}/officer/", {"officer": other.email})

    assert list(BY_SLUG["first-contact"].mine(other, today)) == [scheme]
    assert not BY_SLUG["first-contact"].mine(victim_liaison, today).exists()
    assert VictimContact.objects.visible_to(other).get().kind == "officer"


def test_when_the_officer_has_left_contact_is_her_colleagues(probation, victim, scheme, victim_liaison, today):
    other = MembershipFactory(agency=probation, role_id="victim-liaison").user
    assert not BY_SLUG["first-contact"].mine(other, today).exists()

    victim_liaison.memberships.update(until=in_days(-1))

    assert list(BY_SLUG["first-contact"].mine(other, today)) == [scheme]


def moved(scheme, officer, kent):
    """The case is another area's and another agency's; those who had it see it no longer."""
    Offender._base_manager.update(area=kent.area, lead_agency=kent)


def is_practitioner_now(scheme, officer, kent):
    officer.memberships.update(role="practitioner")


def is_excluded(scheme, officer, kent):
    ExclusionFactory(offender=scheme.offender, user=officer)


@pytest.mark.parametrize(
    ("change", "where"),
    [(moved, "Kent"), (is_practitioner_now, "here"), (is_excluded, "here")],
    ids=lambda it: getattr(it, "__name__", it),
)
def test_contact_is_her_colleagues_when_the_officer_can_no_longer_make_it(
    probation, other_area, victim, scheme, victim_liaison, today, change, where
):
    kent = AgencyFactory(kind__code="probation", area=other_area)
    here = MembershipFactory(agency=probation, role_id="victim-liaison").user
    there = MembershipFactory(agency=kent, role_id="victim-liaison").user

    change(scheme, victim_liaison, kent)

    first = BY_SLUG["first-contact"]
    theirs = {"here": here, "Kent": there}[where]
    assert [user for user in (here, there, victim_liaison) if first.mine(user, today)] == [theirs]
    assert first.candidates([first.open(system_user()).get()], today) >= {(scheme.pk, theirs.pk)}


def test_contact_is_the_keepers_when_no_liaison_officer_sees_a_restricted_case(
    offender, scheme, coordinator, victim_liaison, today
):
    first = BY_SLUG["first-contact"]
    PersonalGrantFactory(content_object=offender, user=coordinator)
    Offender._base_manager.update(restricted=True)
    assert list(first.mine(coordinator, today)) == [scheme]
    assert (scheme.pk, coordinator.pk) in first.candidates([first.open(system_user()).get()], today)

    PersonalGrantFactory(content_object=offender, user=victim_liaison)

    assert list(first.mine(victim_liaison, today)) == [scheme]
    assert not first.mine(coordinator, today)


def test_nothing_is_due_for_a_case_that_ended(offender, scheme, victim_liaison, today):
    Offender._base_manager.update(ended_on=today)

    assert not BY_SLUG["first-contact"].mine(victim_liaison, today).exists()


def test_a_request_and_its_answer_are_recorded(client, victim_liaison, victim, today):
    client.force_login(victim_liaison)
    asked = {"kind": "zone", "words": "Not north of the canal", "sent_to": "The governor"} | typed("sent_on", today)
    client.post(f"/people/victims/{victim.reference}/request/", asked)
    row = VictimRequest.objects.visible_to(victim_liaison).get()
    answer = {"answer": "partly", "answer_words": "Not on Canal Street"} | typed("answered_on", today)

    client.post(f"/people/victims/requests/{row.reference}/answer/", answer)

    row = VictimRequest.objects.visible_to(victim_liaison).get()
    assert (row.answer, row.answer_words, row.answered_by) == ("partly", "Not on Canal Street", victim_liaison)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"answer": ""}, "Choose what was decided"), ({"answer_words": ""}, "Enter the words"), (None, "from ")],
)
def test_a_refused_answer_changes_nothing(client, victim_liaison, victim, today, change, message):
    row = VictimRequestFactory(offender=victim.offender, victim=victim)
    client.force_login(victim_liaison)
    change = typed("answered_on", in_days(-9)) if change is None else change
    answer = {"answer": "granted", "answer_words": "x"} | typed("answered_on", today) | change

    response = client.post(f"/people/victims/requests/{row.reference}/answer/", answer)

    assert message in response.text
    assert VictimRequest.objects.visible_to(victim_liaison).get().answer == ""


def test_an_answer_is_given_once(victim_liaison, victim, today):
    row = VictimRequestFactory(offender=victim.offender, victim=victim)
    answer = {"answer": "refused", "answer_words": "Too wide", "answered_on": today, "by": victim_liaison}
    victims.answer_request(request=row, **answer)

    with pytest.raises(Exception, match="recorded already"):
        victims.answer_request(request=row, **answer)


def test_a_request_is_answered_though_the_record_of_the_person_has_ended(client, victim_liaison, victim, today):
    row = VictimRequestFactory(offender=victim.offender, victim=victim)
    client.force_login(victim_liaison)
    client.post(f"/people/victims/{victim.reference}/end/", {"end_reason": "She has moved abroad"})
    url = f"/people/victims/requests/{row.reference}/answer/"
    assert url in client.get(f"/people/victims/{victim.reference}/about/").text

    client.post(url, {"answer": "refused", "answer_words": "Too wide"} | typed("answered_on", today))

    assert VictimRequest.objects.visible_to(victim_liaison).get().answer == "refused"


def test_an_answer_that_is_waited_for_falls_due(client, victim_liaison, victim, scheme, today):
    client.force_login(victim_liaison)
    asked = {"kind": "zone", "words": "Not north of the canal", "sent_to": "The governor"} | typed("sent_on", today)

    client.post(f"/people/victims/{victim.reference}/request/", asked)

    row = VictimRequest.objects.visible_to(victim_liaison).get()
    assert row.answer_due_on == today + timedelta(weeks=4)
    assert list(BY_SLUG["answer"].mine(victim_liaison, today)) == [row]
    VictimRequest._base_manager.update(
        answer="refused", answer_words="x", answered_on=today, answered_by=victim_liaison
    )
    assert not BY_SLUG["answer"].mine(victim_liaison, today)


def test_an_answer_outside_the_scheme_is_waited_for_by_whoever_asked(victim, victim_liaison, today):
    row = VictimRequestFactory(offender=victim.offender, victim=victim, made_by=victim_liaison)

    assert list(BY_SLUG["answer"].mine(victim_liaison, today)) == [row]


def test_a_warning_names_the_officer_to_everybody_and_stands_once(client, victim_liaison, practitioner, offender):
    url, good = f"/people/{offender.reference}/victims/warn/", {"kind": "near", "officer": "vera@test.invalid"}
    client.force_login(victim_liaison)

    client.post(url, good)
    again = client.post(url, good)

    assert "on the case already" in again.text
    warning = CaseWarning.objects.visible_to(practitioner).get()
    assert warning.in_words().endswith("Ask Vera, Probation, Bedfordshire")


def test_a_warning_is_ended(client, victim_liaison, offender):
    CaseWarningFactory(offender=offender, kind__code="near", kind__words="x")
    client.force_login(victim_liaison)

    client.post(f"/people/{offender.reference}/victims/warn/end/", {"warning": "near"})

    assert not CaseWarning.objects.visible_to(victim_liaison).standing().exists()


def test_the_timeline_tells_what_everybody_was_warned_of(client, victim_liaison, practitioner, offender):
    url = f"/people/{offender.reference}/victims/warn/"
    client.force_login(victim_liaison)

    client.post(url, {"kind": "near", "officer": "vera@test.invalid"})
    client.post(f"{url}end/", {"warning": "near"})

    told = offender.timeline.visible_to(practitioner).filter(title__startswith="Warning").order_by("pk")
    words = WarningKind.objects.get(code="near").words
    assert list(told.values_list("title", "text")) == [("Warning added", words), ("Warning ended", words)]


@pytest.fixture
def warning(offender, probation, victim_liaison):
    return CaseWarningFactory(offender=offender, kind__code="near", officer=victim_liaison, agency=probation)


def test_another_officer_is_asked_from_now_on(client, probation, victim_liaison, practitioner, offender, warning):
    MembershipFactory(agency=probation, role_id="victim-liaison", user__email="v@test.invalid", user__name="Vic")
    client.force_login(victim_liaison)
    url = f"/people/{offender.reference}/victims/warn/change/"

    client.post(url, {"warning": "near", "officer": "v@test.invalid"})

    old, new = CaseWarning.objects.visible_to(practitioner)
    assert (old.ended_by, new.ended_on, new.officer.name) == (victim_liaison, None, "Vic")
    again = client.post(url, {"warning": "near", "officer": "v@test.invalid"})
    assert "names this officer already" in again.text


def test_what_is_not_on_the_case_names_nobody_else(victim_liaison, offender):
    kind = WarningKind.objects.get(code="near")

    with pytest.raises(ValidationError, match="not on the case"):
        victims.change_warning(offender=offender, warning=kind, officer=victim_liaison, by=victim_liaison)


def test_a_warning_that_names_nobody_who_can_be_asked_is_work_and_says_where_to_ask(
    client, probation, victim_liaison, practitioner, offender, warning, today
):
    other = MembershipFactory(agency=probation, role_id="victim-liaison").user
    assert not BY_SLUG["warning"].mine(other, today)
    client.force_login(practitioner)
    assert (
        f"{warning.kind.words}. Ask Vera, Probation, Bedfordshire" in client.get(f"/people/{offender.reference}/").text
    )

    ExclusionFactory(offender=offender, user=victim_liaison)

    assert list(BY_SLUG["warning"].mine(other, today)) == [warning]
    assert not BY_SLUG["warning"].mine(practitioner, today)
    assert (
        f"{warning.kind.words}. Ask victim liaison of Bedfordshire" in client.get(f"/people/{offender.reference}/").text
    )


@pytest.mark.parametrize("person", ["coordinator", "practitioner"])
@pytest.mark.parametrize("page", ["warn/", "warn/end/", "warn/change/"])
def test_warnings_are_for_victim_liaison_to_change(client, request, offender, person, page):
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"/people/{offender.reference}/victims/{page}", {}).status_code == 403
