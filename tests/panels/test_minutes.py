"""The workspace: attendance, minutes that nobody overwrites, decisions, actions."""

import pytest
from django.core.exceptions import ValidationError

from audit.models import AccessEvent
from offenders.models import Offender
from panels import actions
from panels.actions.paragraphs import NOT_WRITTEN
from panels.models import Action, Decision, Invitation, Meeting, Paragraph
from tests.panels.conftest import boxes, in_days, write

HTMX = {"HX-Request": "true"}


def section(item, user, name="09-agencies"):
    return Paragraph.objects.visible_to(user).get(item=item, section=name)


@pytest.fixture
def url(item):
    return f"/items/{item.reference}/"


@pytest.fixture
def saving(item, coordinator):
    """Where the paragraph of what the agencies report is saved."""
    return f"/paragraphs/{section(item, coordinator).reference}/"


def test_the_workspace_shows_the_person_and_every_section_in_order(sign_in, invitation, url, coordinator):
    page = sign_in(coordinator).get(url).text

    written = [each for each in Paragraph.Section if each not in NOT_WRITTEN]
    places = [page.index(f'id="section-{section.value}"') for section in written]
    assert places == sorted(places)
    assert "Lowe, Martin" in page
    assert "Lowe" not in page.split("</title>")[0]
    assert "Housing, Bedfordshire" in page


def test_attendance_is_saved_without_javascript(sign_in, invitation, url, coordinator):
    response = sign_in(coordinator).post(f"/invitations/{invitation.reference}/attendance/", {"attendance": "present"})

    assert response.headers["Location"] == f"{url}#attendance-{invitation.reference}"
    assert Invitation.objects.visible_to(coordinator).get(pk=invitation.pk).attendance == "present"
    assert Meeting.objects.visible_to(coordinator).get().state == "held"


def test_attendance_is_said_in_place_with_htmx(sign_in, invitation, coordinator):
    client = sign_in(coordinator)

    answer = client.post(f"/invitations/{invitation.reference}/attendance/", {"attendance": "deputy"}, headers=HTMX)

    assert "Housing, Bedfordshire: By deputy. Write who came. Saved at" in answer.text


def test_an_unknown_attendance_is_refused(sign_in, invitation, coordinator):
    client = sign_in(coordinator)

    answer = client.post(f"/invitations/{invitation.reference}/attendance/", {"attendance": "asleep"}, headers=HTMX)

    assert answer.status_code == 422
    assert Invitation.objects.visible_to(coordinator).get(pk=invitation.pk).attendance == ""


def test_a_paragraph_is_saved_while_typing(sign_in, item, saving, coordinator):
    form = {"section": "09-agencies", "text": "Police reported two calls", "audience": "everyone", "version": "0"}

    answer = sign_in(coordinator).post(saving, form, headers=HTMX)

    assert 'data-version="1"' in answer.text
    assert section(item, coordinator).text == "Police reported two calls"


def test_a_paragraph_is_saved_as_a_plain_form(sign_in, item, url, coordinator, saving):
    form = {"section": "09-agencies", "text": "Two calls", "audience": "authority", "version": "0"}

    response = sign_in(coordinator).post(saving, form)

    assert response.headers["Location"] == f"{url}#section-09-agencies"
    assert section(item, coordinator).audience == "authority"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_two_people_saving_one_paragraph_lose_no_word(sign_in, item, saving, coordinator, chair, headers):
    form = {"section": "09-agencies", "audience": "everyone", "version": "0"}
    sign_in(chair).post(saving, form | {"text": "What the chair wrote"}, headers=headers)

    answer = sign_in(coordinator).post(saving, form | {"text": "What Alice wrote"}, headers=headers)

    assert answer.status_code == 409
    assert "What the chair wrote" in answer.text
    assert "Someone else saved this section. Your text is still here." in answer.text
    # With htmx the typed text stays in its box; the plain page brings it back.
    assert headers or "What Alice wrote" in answer.text
    assert section(item, coordinator).text == "What the chair wrote"


def test_after_reading_the_other_text_one_s_own_is_saved(sign_in, item, saving, coordinator, chair):
    write(item, "09-agencies", "What the chair wrote", by=chair)
    both = {"text": "What the chair wrote, and Alice", "section": "09-agencies", "audience": "everyone"}

    sign_in(coordinator).post(saving, both | {"version": "0", "over": "1"}, headers=HTMX)

    row = section(item, coordinator)
    assert (row.text, row.version) == ("What the chair wrote, and Alice", 2)


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["in place", "plain"])
def test_who_saves_over_a_text_learns_that_it_was_restricted(sign_in, item, saving, coordinator, chair, headers):
    write(item, "09-agencies", "From an informant", "authority", by=chair)
    late = {"text": "Mine", "section": "09-agencies", "audience": "everyone", "version": "0"}

    answer = sign_in(coordinator).post(saving, late, headers=headers)

    assert "Who may read it is now: Responsible Authority only" in answer.text
    assert headers or 'name="audience" value="authority"' in answer.text


def test_saving_over_in_place_opens_nothing_that_was_restricted_meanwhile(sign_in, item, saving, coordinator, chair):
    write(item, "09-agencies", "From an informant", "authority", by=chair)
    over = {"text": "Mine", "section": "09-agencies", "audience": "everyone", "version": "0", "over": "1"}

    answer = sign_in(coordinator).post(saving, over, headers=HTMX)

    assert section(item, coordinator).audience == "authority"
    assert answer.headers["HX-Refresh"] == "true"


def test_a_refused_text_is_kept_on_the_page(sign_in, item, saving, coordinator):
    form = {"section": "09-agencies", "text": "All that was typed", "audience": "nobody", "version": "0"}

    answer = sign_in(coordinator).post(saving, form)

    assert (answer.status_code, "All that was typed" in answer.text) == (409, True)


def test_victims_are_kept_to_the_responsible_authority_at_first(item, coordinator):
    assert section(item, coordinator, "10-victims").audience == "authority"


@pytest.fixture
def decision():
    return {
        "level": "2",
        "rationale": "Housing and police must act together",
        "disclosure": "no",
        "disclosure_reasons": "Nobody is at risk",
        "child_sex_offender": "no",
        "category": "confirmed",
        "version": "0",
    } | boxes("next_review_on", in_days(80))


def test_a_decision_is_recorded_and_changes_nothing_yet(sign_in, item, url, coordinator, decision):
    sign_in(coordinator).post(f"{url}decide/", decision | {"level": "1"})

    assert Decision.objects.visible_to(coordinator).get().level == 1
    assert Offender.objects.visible_to(coordinator).get().level == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"child_sex_offender": ""}, "Say whether the person is a child sex offender"),
        ({"category": ""}, "Say whether the category is confirmed"),
        ({"category": "change"}, "Enter why the category does not hold any more"),
        ({"needs_media_plan": "yes"}, "Enter the reasons for this answer"),
        ({"disclosure": ""}, "Say whether anything is to be disclosed"),
        ({"disclosure_reasons": ""}, "Enter why disclosure was decided so"),
        ({"disclosure": "yes"}, "Enter to whom it is to be disclosed"),
        ({"rationale": ""}, "Enter why this level"),
        (boxes("next_review_on", in_days(200)), "the standard for level 2"),
        (boxes("next_review_on", in_days(0)), "Enter a review date after today"),
    ],
)
def test_half_a_decision_is_refused_and_kept(sign_in, url, item, coordinator, decision, change, words):
    page = sign_in(coordinator).post(f"{url}decide/", decision | change).text

    assert words in page
    assert "rationale" in change or "Housing and police must act together" in page
    assert not Decision.objects.visible_to(coordinator).exists()


def test_category_3_is_never_decided_to_level_1(sign_in, url, item, coordinator, decision):
    Offender._base_manager.update(category=3)

    page = sign_in(coordinator).post(f"{url}decide/", decision | {"level": "1"})

    assert "A category 3 case is never managed at level 1" in page.text


def test_a_decision_that_someone_else_recorded_meanwhile_is_not_overwritten(
    sign_in, url, decided, coordinator, decision
):
    page = sign_in(coordinator).post(f"{url}decide/", decision)

    assert "Someone else recorded a decision meanwhile: level 1" in page.text
    assert "Why this level:</strong> The plan holds without us" in page.text
    assert "Housing and police must act together" in page.text
    assert Decision.objects.visible_to(coordinator).get().level == 1


@pytest.mark.parametrize("version", ["1", "2147483648", "9" * 20])
def test_a_version_of_no_decision_is_refused(sign_in, url, item, coordinator, decision, version):
    page = sign_in(coordinator).post(f"{url}decide/", decision | {"version": version})

    assert "No decision is recorded yet" in page.text
    assert not Decision.objects.visible_to(coordinator).exists()


ACTION = {"action-text": "Check the address"} | boxes("action-due_on", in_days(7))


def test_an_action_is_added_in_place(sign_in, url, invitation, coordinator):
    form = ACTION | {"action-agency": invitation.agency_id}

    answer = sign_in(coordinator).post(f"{url}actions/", form, headers=HTMX)

    assert "Check the address" in answer.text
    assert "<html" not in answer.text
    assert Action.objects.visible_to(coordinator).get().agency == invitation.agency


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"action-agency": ""}, "Choose which agency will do it"),
        ({"action-due_on_day": "", "action-due_on_month": "", "action-due_on_year": ""}, "Enter the date by which"),
        (boxes("action-due_on", in_days(0)), "The date must be in the future"),
        ({"action-text": ""}, "Enter what will be done"),
    ],
)
def test_an_action_without_owner_or_date_is_refused(sign_in, url, invitation, coordinator, change, words):
    form = ACTION | {"action-agency": invitation.agency_id} | change

    page = sign_in(coordinator).post(f"{url}actions/", form).text

    assert words in page
    assert not Action.objects.visible_to(coordinator).exists()


def test_words_that_cannot_be_checked_are_refused_and_kept(sign_in, url, invitation, coordinator):
    form = ACTION | {"action-agency": invitation.agency_id, "action-text": "Monitor the address as necessary"}

    page = sign_in(coordinator).post(f"{url}actions/", form, headers=HTMX).text

    assert "“Monitor” has no result that anybody could see" in page
    assert 'value="Monitor the address as necessary"' in page
    assert not Action.objects.visible_to(coordinator).exists()


def test_saying_how_it_is_checked_is_enough(sign_in, url, invitation, coordinator):
    check = {"action-text": "Monitor the address", "action-checked_how": "Housing calls each Monday and notes it"}

    page = sign_in(coordinator).post(f"{url}actions/", ACTION | {"action-agency": invitation.agency_id} | check).text

    assert page == ""
    action = Action.objects.visible_to(coordinator).get()
    assert (action.checked_how, action.override_reason) == ("Housing calls each Monday and notes it", "")


def test_co_ordination_lets_words_stand_with_a_reason_that_is_kept_and_recorded(sign_in, url, invitation, coordinator):
    form = ACTION | {"action-agency": invitation.agency_id, "action-text": "Monitor the address"}

    sign_in(coordinator).post(f"{url}actions/", form | {"action-override_reason": "The chair’s own words"})

    assert Action.objects.visible_to(coordinator).get().override_reason == "The chair’s own words"
    assert AccessEvent.objects.get(event="action.agreed").detail["overridden"] is True


def test_a_reason_that_nothing_needed_is_not_kept(sign_in, url, invitation, coordinator):
    form = ACTION | {"action-agency": invitation.agency_id, "action-override_reason": "In case"}

    sign_in(coordinator).post(f"{url}actions/", form)

    assert Action.objects.visible_to(coordinator).get().override_reason == ""


def test_an_agency_that_was_not_invited_owns_nothing(item, health_agency, coordinator):
    with pytest.raises(ValidationError, match="invited for this person"):
        actions.add_action(item=item, text="Visit", agency=health_agency, due_on=in_days(7), by=coordinator)


READ = ["", "share/"]
ROUTES = [
    "",
    "share/",
    "start/",
    "finish/",
    "reopen/",
    "agreed/",
    "paragraphs/",
    "put-back/",
    "dissent/",
    "proposals/",
    "decide/",
    "actions/",
]


def answers(client, url):
    return {(client.get(url + route) if route in READ else client.post(url + route)).status_code for route in ROUTES}


@pytest.mark.parametrize("person", ["practitioner", "housing"])
def test_those_who_come_do_not_write_the_minutes(sign_in, request, invitation, url, person):
    assert answers(sign_in(request.getfixturevalue(person)), url) == {403}


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_strangers_the_item_does_not_exist(sign_in, request, invitation, url, person):
    assert answers(sign_in(request.getfixturevalue(person)), url) == {404}


def test_the_workspace_asks_a_bounded_number_of_questions(
    sign_in, url, invitation, coordinator, django_assert_max_num_queries
):
    client = sign_in(coordinator)

    with django_assert_max_num_queries(72):
        client.get(url)
