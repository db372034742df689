"""A plan is written, found valid, countersigned by another, put in force and acknowledged; nothing of it is lost."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from assessments import actions, validity
from assessments.models import PILLARS, Heading, Measure, Plan, PlanSection, PlanShare, PlanTerm
from audit.models import AccessEvent
from tests.factories import (
    FlagFactory,
    LicenceConditionFactory,
    LicenceFactory,
    MeasureFactory,
    MembershipFactory,
    OrderFactory,
    PlanFactory,
    PlanShareFactory,
    in_days,
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(offender, practitioner):
    return actions.begin_plan(offender=offender, by=practitioner)


def write(plan, heading, text, by, *, version=None, audience="everyone"):
    row = plan.sections.visible_to(by).get(heading=heading)
    return actions.save_section(
        plan=plan,
        section=heading,
        text=text,
        audience=audience,
        version=row.version if version is None else version,
        by=by,
    )


def whole(plan, by):
    """Everything a plan needs."""
    for heading in (*PILLARS, Heading.CONTINGENCY):
        write(plan, heading, f"What is done: {heading.label}", by)
    return plan


MEASURE = {
    "pillar": "3-supervision",
    "text": "See the person at the office each Monday",
    "person": "",
    "checked_how": "The manager reads the record each month",
    "audience": "everyone",
    "override_reason": "",
}


def measure(plan, agency, by, **change):
    return actions.add_measure(plan=plan, agency=agency, by=by, **MEASURE | {"due_on": in_days(20)} | change)


@pytest.fixture
def sent(draft, practitioner):
    return actions.send_plan(plan=whole(draft, practitioner), review_on=None, by=practitioner)


@pytest.fixture
def signed(sent, manager):
    return actions.countersign_plan(plan=sent, by=manager)


@pytest.fixture
def shared(signed, practitioner, probation):
    return actions.share_plan(plan=signed, agencies=[probation], by=practitioner)


def test_a_draft_has_the_seven_headings_in_their_order(draft, practitioner):
    assert [row.heading for row in draft.sections.visible_to(practitioner)] == Heading.values


def test_a_second_draft_is_refused(draft, offender, practitioner):
    with pytest.raises(ValidationError, match="being written already"):
        actions.begin_plan(offender=offender, by=practitioner)


def test_a_partner_agency_writes_no_plan(offender, housing, granted):
    with pytest.raises(PermissionDenied):
        actions.begin_plan(offender=offender, by=housing)


def test_a_heading_is_saved_in_place(client, practitioner, draft):
    client.force_login(practitioner)
    data = {"section": "3-supervision", "text": "Weekly", "audience": "everyone", "version": 0}

    answer = client.post(f"/people/plans/{draft.reference}/section/", data, headers=HTMX)

    assert 'data-version="1"' in answer.text
    assert PlanSection.objects.visible_to(practitioner).get(heading="3-supervision").text == "Weekly"


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["in place", "without JavaScript"])
def test_whoever_comes_second_is_shown_both_texts_and_overwrites_nothing(client, practitioner, manager, draft, headers):
    write(draft, "3-supervision", "Hers", manager)
    client.force_login(practitioner)
    data = {"section": "3-supervision", "text": "His", "audience": "everyone", "version": 0}

    answer = client.post(f"/people/plans/{draft.reference}/section/", data, headers=headers)

    assert answer.status_code == 409
    assert "Hers" in answer.text
    assert headers or "His" in answer.text
    assert PlanSection.objects.visible_to(practitioner).get(heading="3-supervision").text == "Hers"
    assert client.post(f"/people/plans/{draft.reference}/section/", data | {"over": "1"}).status_code == 302
    assert PlanSection.objects.visible_to(practitioner).get(heading="3-supervision").text == "His"


def test_saving_over_in_place_opens_nothing_that_was_restricted_meanwhile(client, practitioner, manager, draft):
    write(draft, "3-supervision", "Hers", manager, audience="authority")
    client.force_login(practitioner)
    over = {"section": "3-supervision", "text": "His", "audience": "everyone", "version": 0, "over": "1"}

    answer = client.post(f"/people/plans/{draft.reference}/section/", over, headers=HTMX)

    row = PlanSection.objects.visible_to(practitioner).get(heading="3-supervision")
    assert (row.text, row.audience) == ("His", "authority")
    assert answer.headers["HX-Refresh"] == "true"


def test_a_text_that_is_too_long_is_refused_and_kept(client, practitioner, draft):
    client.force_login(practitioner)
    data = {"section": "3-supervision", "text": "x" * 20_001, "audience": "everyone", "version": 0}

    answer = client.post(f"/people/plans/{draft.reference}/section/", data)

    assert answer.status_code == 409
    assert "Enter at most 20000 characters" in answer.text
    assert "x" * 20_001 in answer.text


def test_what_keeps_victims_safe_is_not_for_partner_agencies_unless_it_is_opened(
    shared, practitioner, housing, granted
):
    seen = PlanSection.objects.visible_to(housing).filter(plan=shared)
    assert seen.exists()

    PlanSection._base_manager.filter(heading=Heading.VICTIM_SAFETY).update(audience="authority")

    assert Heading.VICTIM_SAFETY not in seen.all().values_list("heading", flat=True)
    assert PlanSection.objects.visible_to(practitioner).filter(heading=Heading.VICTIM_SAFETY).exists()


def test_victim_safety_is_for_the_authority_from_the_start(draft, practitioner):
    audiences = dict(draft.sections.visible_to(practitioner).values_list("heading", "audience"))

    assert [heading for heading, audience in audiences.items() if audience == "authority"] == [Heading.VICTIM_SAFETY]


def test_the_page_says_restricted_and_not_what(client, shared, housing, granted):
    PlanSection._base_manager.filter(heading=Heading.VICTIM_SAFETY).update(audience="authority", text="Her new school")
    client.force_login(housing)

    page = client.get(f"/people/{shared.offender.reference}/plan/").text

    assert "Restricted" in page
    assert "Her new school" not in page
    assert "What is done: Supervision" in page


def test_a_draft_is_not_for_partner_agencies(client, draft, housing, granted):
    client.force_login(housing)

    assert client.get(f"/people/plans/{draft.reference}/").status_code == 404
    assert not Plan.objects.visible_to(housing).exists()


def test_without_contingency_a_plan_is_not_valid(draft, practitioner):
    for heading in PILLARS:
        write(draft, heading, "Something", practitioner)

    with pytest.raises(ValidationError, match="Write the contingency plans"):
        actions.send_plan(plan=draft, review_on=None, by=practitioner)


def test_a_pillar_needs_words_or_a_measure(draft, practitioner, probation):
    whole(draft, practitioner)
    write(draft, "3-supervision", "", practitioner)
    assert validity.missing(draft, practitioner) == ["Write what is done under “Supervision”, or add a measure there"]

    measure(draft, probation, practitioner)

    assert validity.missing(draft, practitioner) == []


def test_a_licensee_without_licence_conditions_has_no_valid_plan(draft, practitioner, offender):
    LicenceFactory(offender=offender)

    assert any("no condition is recorded" in words for words in validity.missing(draft, practitioner))


def terms_form(*answers, version=0):
    data = {"version": version}
    for row, place, why in answers:
        data |= {f"place-{row.reference}": place, f"why-{row.reference}": why}
    return data


def test_every_condition_order_and_flag_is_answered_or_left_out_with_a_reason(client, draft, practitioner, offender):
    whole(draft, practitioner)
    condition, order = LicenceConditionFactory(offender=offender), OrderFactory(offender=offender)
    flag = FlagFactory(offender=offender)
    client.force_login(practitioner)
    url = f"/people/plans/{draft.reference}/terms/"
    assert len(validity.missing(draft, practitioner)) == 3

    refused = client.post(url, terms_form((condition, "4-monitoring", ""), (flag, "left-out", "")))

    assert "Enter why it is left out" in refused.text
    assert not PlanTerm.objects.visible_to(practitioner).exists()
    answers = [(condition, "4-monitoring", ""), (order, "4-monitoring", ""), (flag, "left-out", "It ends tomorrow")]
    assert client.post(url, terms_form(*answers)).status_code == 302
    assert validity.missing(draft, practitioner) == []
    page = client.get(f"/people/plans/{draft.reference}/").text
    assert "It ends tomorrow" in page


def test_answers_saved_meanwhile_are_shown_and_not_overwritten(client, draft, practitioner, offender):
    order = OrderFactory(offender=offender)
    client.force_login(practitioner)
    url = f"/people/plans/{draft.reference}/terms/"
    client.post(url, terms_form((order, "3-supervision", "")))

    stale = client.post(url, terms_form((order, "left-out", "Mine")))

    assert "Saved now: Supervision" in stale.text
    assert 'value="Mine"' in stale.text
    assert PlanTerm.objects.visible_to(practitioner).get().heading == "3-supervision"
    again = stale.context["form"].data["version"]
    assert client.post(url, terms_form((order, "left-out", "Mine"), version=again)).status_code == 302
    assert PlanTerm.objects.visible_to(practitioner).get().left_out_reason == "Mine"


def test_a_measure_of_an_agency_that_does_not_see_the_case_is_refused_and_kept(
    client, draft, practitioner, health_agency, uninvited
):
    client.force_login(practitioner)
    day = in_days(20)
    dates = {"due_on_day": day.day, "due_on_month": day.month, "due_on_year": day.year}

    page = client.post(f"/people/plans/{draft.reference}/measure/", MEASURE | dates | {"agency": health_agency.pk}).text

    assert "Nobody at Health, Bedfordshire can see this case: share the case with them first" in page
    assert MEASURE["text"] in page
    assert not Measure.objects.visible_to(practitioner).exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"checked_how": " "}, "Enter how it is checked"),
        ({"checked_how": "n/a"}, "Enter how it is checked"),
        ({"checked_how": "Checked as appropriate"}, "leaves open"),
        ({"due_on": in_days(0)}, "must be in the future"),
    ],
)
def test_a_measure_is_smart(draft, practitioner, probation, change, words):
    with pytest.raises(ValidationError, match=words):
        measure(draft, probation, practitioner, **change)


def test_only_co_ordination_or_the_chair_lets_refused_words_stand(draft, practitioner, coordinator, probation):
    vague = {"checked_how": "Checked as appropriate", "override_reason": "The court’s own words"}

    with pytest.raises(ValidationError, match="Only co-ordination or the chair"):
        measure(draft, probation, practitioner, **vague)
    row = measure(draft, probation, coordinator, **vague)

    assert (row.override_reason, row.overridden_by) == ("The court’s own words", coordinator)
    assert AccessEvent.objects.get(event="measure.added").detail["overridden"] is True


def test_an_agency_words_its_own_measure_in_the_draft_and_no_other(
    client, draft, practitioner, housing, housing_agency, probation, granted
):
    mine, other = measure(draft, housing_agency, practitioner), measure(draft, probation, practitioner)
    client.force_login(housing)
    assert client.get(f"/people/plans/measures/{other.reference}/draft/").status_code == 404
    assert MEASURE["text"] in client.get(f"/people/{draft.offender.reference}/plan/").text

    actions.draft_measure(
        measure=mine,
        text="Find a tenancy",
        person="Harriet",
        due_on=in_days(9),
        checked_how="Signed",
        version=1,
        by=housing,
    )

    assert Measure.objects.visible_to(practitioner).get(pk=mine.pk).text == "Find a tenancy"
    with pytest.raises(PermissionDenied):
        actions.draft_measure(
            measure=mine, text="x", person="", due_on=in_days(9), checked_how="x", version=2, by=practitioner
        )


def test_a_measure_changed_meanwhile_is_shown_and_not_overwritten(client, draft, practitioner, manager, probation):
    row = measure(draft, probation, practitioner)
    words = {**MEASURE, "text": "See him 100% of Mondays", "due_on": in_days(20), "agency": probation}
    actions.change_measure(measure=row, **words, version=1, by=manager)
    client.force_login(practitioner)
    day = in_days(30)
    mine = MEASURE | {"agency": probation.pk, "text": "Mine", "version": 1}
    mine |= {"due_on_day": day.day, "due_on_month": day.month, "due_on_year": day.year}
    url = f"/people/plans/measures/{row.reference}/change/"

    stale = client.post(url, mine)

    assert "“See him 100% of Mondays”" in stale.text
    assert 'value="Mine"' in stale.text
    assert client.post(url, mine | {"version": stale.context["form"].data["version"]}).status_code == 302
    assert Measure.objects.visible_to(practitioner).get().text == "Mine"


def test_a_change_of_a_measure_says_who_may_read_it(client, draft, practitioner, probation):
    row = measure(draft, probation, practitioner, audience="authority")
    unsaid = MEASURE | {"audience": "", "due_on": in_days(20), "agency": probation}
    client.force_login(practitioner)

    page = client.post(f"/people/plans/measures/{row.reference}/change/", MEASURE | {"audience": "", "text": "Mine"})

    assert page.context["form"].errors["audience"] == ["Choose who may read it"]
    assert 'value="Mine"' in page.text
    with pytest.raises(ValidationError, match="Choose who may read it"):
        actions.change_measure(measure=row, **unsaid, version=1, by=practitioner)
    assert Measure.objects.visible_to(practitioner).get().audience == "authority"


def test_a_removed_measure_is_out_of_the_draft(draft, practitioner, probation):
    row = measure(draft, probation, practitioner)

    actions.remove_measure(measure=row, by=practitioner)

    assert not draft.measures.visible_to(practitioner).standing().exists()
    with pytest.raises(ValidationError, match="taken out"):
        actions.remove_measure(measure=row, by=practitioner)


def test_the_review_is_within_the_standard_of_the_level(draft, practitioner):
    whole(draft, practitioner)
    with pytest.raises(ValidationError, match="the standard for the level"):
        actions.send_plan(plan=draft, review_on=in_days(4000), by=practitioner)

    assert actions.send_plan(plan=draft, review_on=None, by=practitioner).review_on > in_days(0)


def test_nobody_changes_a_plan_that_was_sent(sent, practitioner):
    with pytest.raises(ValidationError, match="now “Waiting to be countersigned”"):
        write(sent, "3-supervision", "Late", practitioner)


def test_whoever_wrote_it_does_not_countersign_it(draft, practitioner, manager):
    whole(draft, practitioner)
    write(draft, "1-key", "My own words", manager)
    plan = actions.send_plan(plan=draft, review_on=None, by=practitioner)

    with pytest.raises(ValidationError, match="another person countersigns"):
        actions.countersign_plan(plan=plan, by=manager)


def test_below_manager_rank_nobody_countersigns(client, sent, probation):
    colleague = MembershipFactory(agency=probation, role_id=Role.Code.PRACTITIONER).user
    client.force_login(colleague)

    assert client.post(f"/people/plans/{sent.reference}/countersign/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.countersign_plan(plan=sent, by=colleague)


def test_a_returned_plan_is_a_draft_again_and_says_why(client, sent, practitioner, manager):
    with pytest.raises(ValidationError, match="put right"):
        actions.return_plan(plan=sent, reason=" ", by=manager)

    actions.return_plan(plan=sent, reason="The zone is missing", by=manager)

    client.force_login(practitioner)
    assert "The zone is missing" in client.get(f"/people/plans/{sent.reference}/write/").text


def test_a_signed_plan_is_shared_and_takes_the_place_of_the_one_before(signed, offender, practitioner, probation):
    old = PlanFactory(offender=offender, current=True, number=7)

    actions.share_plan(plan=signed, agencies=[probation], by=practitioner)

    states = dict(Plan.objects.visible_to(practitioner).values_list("pk", "state"))
    assert (states[signed.pk], states[old.pk]) == ("current", "superseded")
    assert AccessEvent.objects.get(event="plan.shared").detail["agencies"] == [probation.pk]


def test_no_plan_goes_to_an_agency_that_does_not_see_the_case(signed, practitioner, health_agency, uninvited):
    with pytest.raises(ValidationError, match="do not see the case: Health, Bedfordshire"):
        actions.share_plan(plan=signed, agencies=[health_agency], by=practitioner)


def test_who_owns_a_measure_is_given_the_plan(
    draft, practitioner, manager, probation, housing, housing_agency, granted
):
    measure(draft, housing_agency, practitioner)
    plan = actions.send_plan(plan=whole(draft, practitioner), review_on=None, by=practitioner)
    plan = actions.countersign_plan(plan=plan, by=manager)

    with pytest.raises(ValidationError, match="must be given it: Housing, Bedfordshire"):
        actions.share_plan(plan=plan, agencies=[probation], by=practitioner)


def test_an_agency_acknowledges_for_itself_and_the_page_shows_who_did(
    client, signed, practitioner, coordinator, probation, housing, housing_agency, granted
):
    actions.share_plan(plan=signed, agencies=[probation, housing_agency], by=practitioner)
    share = PlanShare.objects.visible_to(housing).get(agency=housing_agency)
    with pytest.raises(ValidationError, match="Only Housing, Bedfordshire itself"):
        actions.acknowledge_plan(share=share, by=coordinator)
    with pytest.raises(PermissionDenied):
        actions.acknowledge_plan(share=share, by=practitioner)
    client.force_login(housing)

    client.post(f"/people/plans/shares/{share.reference}/acknowledge/")

    page = client.get(f"/people/{signed.offender.reference}/plan/").text
    assert "Harriet" in page[page.index("Who has acknowledged") :]
    with pytest.raises(ValidationError, match="already"):
        actions.acknowledge_plan(share=share, by=housing)


def test_the_next_version_begins_as_a_copy_without_what_is_done(shared, offender, practitioner, probation):
    kept = MeasureFactory(offender=offender, plan=shared)
    MeasureFactory(
        offender=offender, plan=shared, text="Done", done_on=in_days(0), done_by=practitioner, outcome="Done"
    )

    plan = actions.begin_plan(offender=offender, by=practitioner)

    assert (plan.number, plan.previous) == (2, shared)
    assert [row.continues for row in plan.measures.visible_to(practitioner)] == [kept]
    old, new = (
        list(version.sections.visible_to(practitioner).values_list("heading", "text", "audience"))
        for version in (shared, plan)
    )
    assert old == new


def test_what_changed_is_marked_in_the_text_and_said(client, shared, offender, practitioner):
    MeasureFactory(offender=offender, plan=shared, text="Visit each Friday")
    plan = actions.begin_plan(offender=offender, by=practitioner)
    write(plan, "3-supervision", "What is done now: Supervision twice", practitioner)
    row = plan.measures.visible_to(practitioner).get()
    actions.remove_measure(measure=row, by=practitioner)
    client.force_login(practitioner)

    page = client.get(f"/people/plans/{plan.reference}/").text

    assert "<ins" in page
    assert "added:" in page
    assert "now: " in page
    assert "No longer in the plan" in page


def test_a_reader_is_not_shown_in_marks_what_he_could_not_read_before(
    client, shared, practitioner, manager, housing, granted
):
    PlanSection._base_manager.filter(heading=Heading.SUPERVISION).update(audience="authority", text="A hidden source")
    plan = actions.begin_plan(offender=shared.offender, by=practitioner)
    write(plan, "3-supervision", "Weekly", practitioner)
    Plan._base_manager.filter(pk=plan.pk).update(
        state="current", sent_by=practitioner, signed_by=manager, signed_at=plan.begun_at
    )
    client.force_login(housing)

    page = client.get(f"/people/plans/{plan.reference}/").text

    assert "Weekly" in page
    assert "hidden source" not in page


def test_the_owner_reports_a_measure_of_the_plan_in_force(client, shared, offender, housing, housing_agency, granted):
    row = MeasureFactory(offender=offender, plan=shared, agency=housing_agency)
    client.force_login(housing)
    url = f"/people/plans/measures/{row.reference}/report/"
    assert "Report" in client.get(f"/people/{offender.reference}/plan/").text

    assert "Enter what was done" in client.post(url, {"outcome": " "}).text
    client.post(url, {"outcome": "A tenancy is signed"})

    assert Measure.objects.visible_to(housing).get().outcome == "A tenancy is signed"
    assert "This measure is done" in client.get(url).text


def test_to_an_outsider_there_is_no_plan(client, shared, outsider):
    client.force_login(outsider)

    assert client.get(f"/people/{shared.offender.reference}/plan/").status_code == 404
    assert client.get(f"/people/plans/{shared.reference}/").status_code == 404


def test_a_version_no_longer_in_force_is_not_acknowledged(offender, housing, housing_agency, granted):
    share = PlanShareFactory(offender=offender, agency=housing_agency)
    Plan._base_manager.update(state="superseded")

    with pytest.raises(ValidationError, match="no longer in force"):
        actions.acknowledge_plan(share=share, by=housing)
