"""Reason for access: whoever sees a case by its area alone says once a day what he needs it for."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.access import memberships
from agencies.models import Role
from audit.models import AccessEvent
from mappa import dates
from offenders import actions
from offenders.models import Purpose
from offenders.models.purpose import whys
from tests.conftest import member
from tests.factories import (
    ActionFactory,
    AgencyFactory,
    AgendaItemFactory,
    ExclusionFactory,
    InvitationFactory,
    MeetingFactory,
    MembershipFactory,
    OffenderFactory,
    PersonalGrantFactory,
    PurposeFactory,
)
from tests.test_guard import PROTECTED
from tests.test_routes import PAGES

R = Role.Code
DUTY = {"purpose": "duty", "words": ""}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/reason/"


@pytest.fixture
def page(offender):
    return f"/people/{offender.reference}/timeline/"


def asked(response):
    return response.status_code == 302 and "/reason/?next=" in response.headers["Location"]


def detail_of(event):
    return AccessEvent.objects.filter(event=event).latest("pk").detail


def purpose_of(event):
    return AccessEvent.objects.filter(event=event).latest("pk").purpose


# It works


def test_an_officer_of_the_area_is_asked_and_gets_to_the_page_he_wanted(client, area_officer, page, url):
    client.force_login(area_officer)

    question = client.get(f"{page}?from=x").headers["Location"]
    answer = client.post(question, DUTY)

    assert question == f"{url}?next={page.replace('/', '%2F')}%3Ffrom%3Dx"
    assert answer.headers["Location"] == f"{page}?from=x"
    assert client.get(page).status_code == 200


def test_the_answer_is_kept_with_name_and_day(client, area_officer, offender, url):
    client.force_login(area_officer)

    client.post(url, {"purpose": "other", "words": "Complaint 12/26"})

    said = Purpose.objects.visible_to(area_officer).get()
    assert (said.offender, said.user, said.on) == (offender, area_officer, dates.today())
    assert (said.purpose, said.words) == ("other", "Complaint 12/26")


def test_every_read_of_that_day_is_recorded_with_the_purpose_and_never_the_words(client, area_officer, page, url):
    client.force_login(area_officer)
    client.post(url, {"purpose": "other", "words": "Complaint 12/26"})

    client.get(page)

    assert purpose_of("offenders.timeline.opened") == "other"
    assert "12/26" not in str(list(AccessEvent.objects.values_list("detail", flat=True)))


def test_the_question_is_recorded_and_the_page_is_not(client, area_officer, page):
    client.force_login(area_officer)

    client.get(page)

    assert detail_of("purpose.asked") == {"before": "offenders.timeline.opened"}
    assert not AccessEvent.objects.filter(event="offenders.timeline.opened").exists()


def test_the_question_tells_nothing_but_the_reference(client, area_officer, offender, url):
    client.force_login(area_officer)

    question = client.get(url)

    assert offender.reference in question.text
    assert "Ashdown" not in question.text
    assert "Peter" not in question.text


def test_a_purpose_lasts_until_midnight_in_london(client, area_officer, page, url):
    with time_machine.travel("2027-07-01T22:50:00+00:00", tick=False):
        client.force_login(area_officer)
        client.post(url, DUTY)
        assert client.get(page).status_code == 200

    with time_machine.travel("2027-07-01T23:05:00+00:00", tick=False):
        assert asked(client.get(page))


def test_one_case_is_not_another(client, area_officer, offender, area, probation, url):
    second = OffenderFactory(area=area, lead_agency=probation)
    client.force_login(area_officer)

    client.post(url, DUTY)

    assert asked(client.get(second.get_absolute_url()))


def test_what_was_typed_without_a_purpose_comes_back_for_sending(client, area_officer, offender, url):
    client.force_login(area_officer)
    refer = f"/people/{offender.reference}/refer/"

    question = client.post(refer, {"level": "2", "reason": "Two breaches in a week", "added_value": "Housing"})
    again = client.post(question.headers["Location"], DUTY, follow=True)

    assert asked(question)
    assert again.context["action"] == refer
    assert {"name": "reason", "value": "Two breaches in a week", "label": "Reason"} in again.context["fields"]
    assert not offender.referrals.visible_to(area_officer).exists()


# Whoever has a recorded part is not asked; the part is recorded


def invited_police(offender, police, when):
    meeting = MeetingFactory(area=offender.area, starts_at=timezone.now() + timedelta(days=when))
    item = AgendaItemFactory(offender=offender, meeting=meeting)
    InvitationFactory(item=item, agency=police, offender=None)


PARTS = {
    "lead officer": lambda offender, user, police: type(offender)._base_manager.update(lead_officer=user),
    "lead agency": lambda offender, user, police: type(offender)._base_manager.update(lead_agency=police),
    "named": lambda offender, user, police: PersonalGrantFactory(content_object=offender, user=user),
    "invited": lambda offender, user, police: invited_police(offender, police, 5),
    "owns an action": lambda offender, user, police: ActionFactory(offender=offender, agency=police),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_in_the_case_is_its_own_purpose(client, area_officer, offender, police, page, part):
    PARTS[part](offender, area_officer, police)
    client.force_login(area_officer)

    assert client.get(page).status_code == 200
    assert purpose_of("offenders.timeline.opened") == part


@pytest.mark.parametrize(("person", "part"), [("coordinator", "runs the area"), ("chair", "runs the area"),
                                              ("practitioner", "lead officer"), ("victim_liaison", "lead agency"),
                                              ("housing", "granted")])  # fmt: skip
def test_those_who_work_the_case_open_it_without_a_question(client, request, granted, page, person, part):
    client.force_login(request.getfixturevalue(person))

    assert client.get(page).status_code == 200
    assert purpose_of("offenders.timeline.opened") == part


def test_a_meeting_of_long_ago_is_no_part(client, area_officer, offender, police, page):
    invited_police(offender, police, -250)
    client.force_login(area_officer)

    assert asked(client.get(page))


def test_an_action_that_is_settled_is_no_part(client, area_officer, offender, police, page):
    ActionFactory(offender=offender, agency=police, confirmed=True)
    ActionFactory(offender=offender, agency=police, withdrawn=True)
    client.force_login(area_officer)

    assert asked(client.get(page))


def test_a_coordinator_elsewhere_who_also_works_here_is_asked(client, outsider, offender, police, page):
    MembershipFactory(user=outsider, agency=police, role_id=R.PRACTITIONER)
    client.force_login(outsider)

    assert asked(client.get(page))


def test_an_item_and_what_hangs_on_it_ask_as_the_case_does(client, area_officer, offender):
    action = ActionFactory(offender=offender)

    assert action.why(area_officer) == action.item.why(area_officer) == offender.why(area_officer)
    assert offender.why(area_officer).ask


@pytest.mark.parametrize("model", PROTECTED, ids=lambda m: m.__name__)
def test_every_protected_row_says_why_it_is_opened(model):
    assert callable(getattr(model, "why", None))


# Opened without a reason, and so they tell the reference and nothing else of a person: the question itself, ways to stop
# seeing the record, and the end of a legal hold by somebody who does not see it.
UNASKED = {
    "holds/<str:reference>/lift/",
    "people/<str:reference>/emergency/end/",
    "people/<str:reference>/i-know-this-person/",
    "people/<str:reference>/reason/",
}


def test_only_the_question_and_ways_out_are_opened_without_one():
    assert {path for path, view in PAGES if not view.asks_purpose} == UNASKED


@pytest.mark.parametrize("page", ["reason", "i-know-this-person"])
def test_what_is_opened_without_one_tells_the_reference_alone(client, area_officer, offender, page):
    client.force_login(area_officer)

    text = client.get(f"/people/{offender.reference}/{page}/").text

    assert offender.reference in text
    assert [word for word in (offender.surname, offender.forenames, str(offender.born_on.year)) if word in text] == []


# Who may not


def test_whoever_sees_the_case_but_may_not_is_refused_before_he_is_asked(client, area_officer, offender):
    prison = AgencyFactory(kind__code="prison", area=offender.area)
    client.force_login(member(prison, R.PRACTITIONER, "prue"))

    assert client.get(f"/people/{offender.reference}/disclosures/record/").status_code == 403
    assert client.get(f"/people/{offender.reference}/share/").status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited", "lay_adviser"])
def test_to_a_stranger_the_question_does_not_exist(client, request, offender, url, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(url).status_code, client.post(url, DUTY).status_code] == [404, 404]


def test_to_an_excluded_officer_it_does_not_exist(client, area_officer, offender, url):
    ExclusionFactory(offender=offender, user=area_officer)
    client.force_login(area_officer)

    assert client.get(url).status_code == 404


def test_the_action_itself_refuses_a_stranger(offender, outsider):
    with pytest.raises(PermissionDenied):
        actions.state_purpose(offender=offender, purpose="duty", words="", by=outsider)


# What is refused


def test_another_reason_is_in_words(client, area_officer, url):
    client.force_login(area_officer)

    response = client.post(url, {"purpose": "other", "words": " "})

    assert list(response.context["form"].errors) == ["words"]
    assert response.text.count("checked") == 1
    assert not Purpose.objects.visible_to(area_officer).exists()


def test_an_empty_answer_keeps_what_was_typed(client, area_officer, url):
    client.force_login(area_officer)

    response = client.post(url, {"words": "Incident 7"})

    assert list(response.context["form"].errors) == ["purpose"]
    assert "Incident 7" in response.text


def test_an_unknown_purpose_is_refused_by_the_action_too(area_officer, offender):
    with pytest.raises(ValidationError):
        actions.state_purpose(offender=offender, purpose="curiosity", words="", by=area_officer)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.invalid/", "//evil.invalid/", "/\\evil.invalid", "javascript:alert(1)", "", "people/"]
)
def test_the_way_back_is_never_to_another_site(client, area_officer, offender, url, elsewhere):
    client.force_login(area_officer)

    response = client.post(f"{url}?next={elsewhere}", DUTY)

    assert response.headers["Location"] == offender.get_absolute_url()


def test_what_was_said_first_stands_for_the_day(area_officer, offender):
    PurposeFactory(offender=offender, user=area_officer, purpose="work")

    actions.state_purpose(offender=offender, purpose="duty", words="", by=area_officer)

    assert Purpose.objects.visible_to(area_officer).get().purpose == "work"


# What it costs


def test_a_part_costs_nothing_but_the_scope_and_memberships(practitioner, offender, django_assert_num_queries):
    with django_assert_num_queries(2):
        offender.why(practitioner)


def test_asking_costs_a_few_questions_whatever_the_number_of_cases(area_officer, area, probation, offender):

    cases = [OffenderFactory(area=area, lead_agency=probation) for _each in range(5)]

    memberships(area_officer)
    with CaptureQueriesContext(connection) as one:
        whys([offender], area_officer)
    with CaptureQueriesContext(connection) as many:
        whys(cases, area_officer)

    assert len(one) == len(many) < 12
