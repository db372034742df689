"""Why am I seeing this: by the same rules that put it there, and nothing of what is not there for the reader."""

from dataclasses import replace
from html import unescape

import pytest

from agencies.models import Membership
from agencies.telling import choose_messages
from reviews.deadlines import BY_SLUG
from reviews.why import climbs_of, reminders_of, why_shown
from tests.factories import ActionFactory, ContactSchemeFactory, InformationRequestFactory, MembershipFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def open_as(client, user, kind="case-review", row=""):
    client.force_login(user, backend=BACKEND)
    return client.get(f"/why/?kind={kind}&row={row}")


def reasons(kind, reference, user, today):
    return why_shown(BY_SLUG[kind], reference, user, today).reasons


def test_the_lead_officer_reads_why_when_and_to_whom_it_climbs(client, practitioner, offender):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(3))

    text = open_as(client, practitioner, row=offender.reference).text

    assert "You are the lead officer." in text
    assert "5 working days before" in text
    assert "the managers of the agency whose it is" in text
    assert "Review the case" in text
    assert "What ends it" in text
    assert "16 weeks (level 1 review weeks): " in text
    assert str(BY_SLUG["case-review"].standard) in unescape(text)


@pytest.mark.parametrize("person", ["manager", "area_officer", "outsider", "uninvited"])
def test_whoever_is_not_shown_it_reads_nothing(client, request, offender, person):
    assert open_as(client, request.getfixturevalue(person), row=offender.reference).status_code == 404


@pytest.mark.parametrize("kind", ["no-such-kind", "case-review", "warning"])
def test_what_does_not_exist_is_not_found(client, practitioner, offender, kind):
    assert open_as(client, practitioner, kind=kind, row="MA-2222-2222").status_code == 404


def test_a_case_whose_officer_has_left_says_so(offender, practitioner, probation, today):
    colleague = MembershipFactory(agency=probation).user
    Membership.objects.filter(user=practitioner).update(until=in_days(-1), from_on=in_days(-9))

    (words,) = reasons("case-review", offender.reference, colleague, today)

    assert words == ("You are a practitioner of Probation, Bedfordshire. Whoever was named for it works here no more.")


def test_an_unnamed_action_is_the_agencys(offender, practitioner, today):
    action = ActionFactory(offender=offender, officer=None)

    (words,) = reasons("action", action.reference, practitioner, today)

    assert words.endswith("Nobody is named for it.")


def test_an_officer_of_a_compartment_reads_why(offender, victim_liaison, today):
    scheme = ContactSchemeFactory(offender=offender, officer=victim_liaison, contact_due_on=in_days(2))

    assert reasons("first-contact", scheme.reference, victim_liaison, today) == ["You are the officer named for it."]


def test_what_is_late_climbs_in_three_steps_and_a_personal_matter_in_none(offender, practitioner, today):
    action = ActionFactory(offender=offender, due_on=today)

    steps = climbs_of(BY_SLUG["action"], action, today)

    assert [words.split(" working")[0] for words in steps] == ["5", "10", "20"]
    assert climbs_of(replace(BY_SLUG["action"], climbs=False), action, today) == []


def test_whoever_is_not_mailed_is_told_that_he_is_not(offender, housing, housing_agency, today):
    request = InformationRequestFactory(offender=offender, agency=housing_agency)
    officer = MembershipFactory(agency=housing_agency).user
    kind = BY_SLUG["information-asked"]

    assert reminders_of(kind, request, housing, today)
    assert reminders_of(kind, request, officer, today) == []


def test_each_stage_has_its_day(offender, practitioner, today):
    action = ActionFactory(offender=offender, due_on=today)

    before, on_the_day, *_after = reminders_of(BY_SLUG["action"], action, practitioner, today)

    assert before.startswith("5 working days before: ")
    assert before.endswith("(past)")
    assert on_the_day.startswith("on the day: ")


def test_whoever_wants_no_early_notice_is_promised_none(client, practitioner, offender):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(30))
    choose_messages(rhythm="morning", early=False, weekly=True, by=practitioner)

    text = open_as(client, practitioner, row=offender.reference).text

    assert "working days before" not in text
    assert "on the day" in text
