"""A plan is countersigned by nobody who wrote in it, shows no reader more or less than is his, and says when it no longer holds."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments import actions, validity
from assessments.models import PILLARS, Heading, Measure, Plan, PlanSection, PlanShare
from offenders.models import Offender
from tests.assessments.test_plan import MEASURE, measure, whole, write
from tests.factories import (
    AgendaItemFactory,
    ConvictionFactory,
    FlagFactory,
    GroupGrantFactory,
    KeyDateFactory,
    LicenceFactory,
    MeasureFactory,
    OrderFactory,
    PlanFactory,
    PlanSectionFactory,
    PlanShareFactory,
    PlanTermFactory,
    in_days,
)
from tests.offenders.dates_typed import typed

FORM = MEASURE | typed("due_on", in_days(40))


@pytest.fixture
def draft(offender, practitioner):
    return actions.begin_plan(offender=offender, by=practitioner)


@pytest.fixture
def sent(draft, practitioner):
    return actions.send_plan(plan=whole(draft, practitioner), review_on=None, by=practitioner)


@pytest.fixture
def signed(sent, manager):
    return actions.countersign_plan(plan=sent, by=manager)


@pytest.fixture
def shared(signed, practitioner, probation):
    return actions.share_plan(plan=signed, agencies=[probation], by=practitioner)


def page_of(client, user, plan):
    client.force_login(user)
    return client.get(f"/people/plans/{plan.reference}/").text


# Who countersigns


def write_a_heading(plan, practitioner, manager, probation):
    write(plan, "3-supervision", "Weekly at the office", manager)
    write(plan, "3-supervision", "Weekly at the office.", practitioner)


def word_a_measure(plan, practitioner, manager, probation):
    row = measure(plan, probation, manager)
    words = MEASURE | {"agency": probation, "due_on": in_days(30)}
    actions.change_measure(measure=row, **words, version=1, by=practitioner)


def take_a_measure_out(plan, practitioner, manager, probation):
    actions.remove_measure(measure=measure(plan, probation, practitioner), by=manager)


def settle_the_answers(plan, practitioner, manager, probation):
    actions.settle_terms(plan=plan, settled={}, version=0, by=manager)


@pytest.mark.parametrize(
    "work", [write_a_heading, word_a_measure, take_a_measure_out, settle_the_answers], ids=lambda work: work.__name__
)
def test_whoever_wrote_in_it_does_not_countersign_it_whatever_others_wrote_over_it(
    client, draft, practitioner, manager, chair, probation, work
):
    whole(draft, practitioner)
    work(draft, practitioner, manager, probation)
    plan = actions.send_plan(plan=draft, review_on=None, by=practitioner)

    for verb, more in ((actions.countersign_plan, {}), (actions.return_plan, {"reason": "Why"})):
        with pytest.raises(ValidationError, match="another person countersigns"):
            verb(plan=plan, by=manager, **more)
    assert "Countersign version" not in page_of(client, manager, plan)
    assert "another person countersigns it" in client.get(f"/people/plans/{plan.reference}/countersign/").text
    assert "Countersign version" in page_of(client, chair, plan)


def test_who_sent_it_once_does_not_countersign_it_when_another_sends_it_again(draft, practitioner, manager, chair):
    plan = actions.send_plan(plan=whole(draft, practitioner), review_on=None, by=manager)
    plan = actions.return_plan(plan=plan, reason="Say when", by=chair)
    plan = actions.send_plan(plan=plan, review_on=None, by=practitioner)

    with pytest.raises(ValidationError, match="another person countersigns"):
        actions.countersign_plan(plan=plan, by=manager)


def test_the_database_itself_refuses_the_signature_of_a_writer(sent, manager, practitioner):
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan._base_manager.filter(pk=sent.pk).update(
            state="signed", sent_by=manager, signed_by=practitioner, signed_at=timezone.now()
        )


def test_nobody_is_asked_to_countersign_what_is_not_before_his_eyes(client, shared, practitioner, manager):
    plan = actions.begin_plan(offender=shared.offender, by=practitioner)
    plan = actions.send_plan(plan=plan, review_on=None, by=practitioner)

    page = page_of(client, manager, shared)

    assert "Read version 2, to countersign or return it" in page
    assert f"/people/plans/{plan.reference}/countersign/" not in page
    assert f"/people/plans/{plan.reference}/countersign/" in page_of(client, manager, plan)


def test_a_countersigned_plan_that_cannot_be_shared_is_returned_and_countersigned_anew(
    client, draft, practitioner, manager, housing, housing_agency, granted
):
    row = measure(draft, housing_agency, practitioner)
    plan = actions.send_plan(plan=whole(draft, practitioner), review_on=None, by=practitioner)
    plan = actions.countersign_plan(plan=plan, by=manager)
    granted.delete()
    with pytest.raises(ValidationError, match="do not see the case"):
        actions.share_plan(plan=plan, agencies=[housing_agency], by=practitioner)
    assert "Return version 1" in page_of(client, manager, plan)

    plan = actions.return_plan(plan=plan, reason="Housing has left", by=manager)

    assert (plan.state, plan.signed_by, plan.share_due_on) == ("draft", None, None)
    actions.remove_measure(measure=row, by=practitioner)
    plan = actions.send_plan(plan=plan, review_on=None, by=practitioner)
    assert actions.countersign_plan(plan=plan, by=manager).signed_by == manager


# What each reader reads


def test_a_measure_that_is_not_for_a_reader_leaves_a_word_and_no_blank(client, shared, offender, housing, granted):
    PlanSection._base_manager.update(text="")
    MeasureFactory(offender=offender, plan=shared, audience="authority", text="Watch the hidden path")

    page = page_of(client, housing, shared)

    supervision = page[page.index("h-3-supervision") : page.index("h-4-monitoring")]
    assert "Restricted" in supervision
    assert "Nothing recorded" not in supervision
    assert "hidden path" not in page


def test_a_measure_that_was_restricted_since_is_not_said_to_be_out_of_the_plan(
    client, shared, offender, practitioner, manager, housing, granted
):
    old = MeasureFactory(offender=offender, plan=shared, text="Visit each Friday")
    plan = PlanFactory(offender=offender, current=True, number=2, previous=shared)
    MeasureFactory(offender=offender, plan=plan, text="Visit each Friday", continues=old, audience="authority")
    gone = MeasureFactory(offender=offender, plan=shared, text="Telephone each Monday")

    page = page_of(client, housing, plan)

    assert "Visit each Friday" not in page
    assert page.count("No longer in the plan") == 1
    assert gone.text in page


def test_whoever_comes_second_to_a_measure_is_told_all_that_was_saved(client, draft, practitioner, manager, probation):
    row = measure(draft, probation, practitioner)
    words = MEASURE | {"agency": probation, "due_on": in_days(20), "person": "Pat", "pillar": "6-victim-safety"}
    actions.change_measure(measure=row, **words | {"audience": "authority"}, version=1, by=manager)
    client.force_login(practitioner)

    stale = client.post(
        f"/people/plans/measures/{row.reference}/change/", FORM | {"agency": probation.pk, "version": 1}
    ).text

    assert "Who may read it is now: Responsible Authority and lead agency only" in stale
    assert "under “Victim safety”, Probation, Bedfordshire (Pat)" in stale


def versions(offender, *ages):
    """Versions in force one after the other, shared so many days ago, oldest first; the last is current."""
    previous = None
    for number, age in enumerate(ages, start=1):
        previous = PlanFactory(
            offender=offender,
            current=True,
            number=number,
            previous=previous,
            shared_at=timezone.now() - timedelta(days=age),
        )
        PlanSectionFactory(offender=offender, plan=previous, text=f"As in version {number}")
    Plan._base_manager.exclude(pk=previous.pk).update(state="superseded")
    return previous


def met(offender, age, state="approved"):
    return AgendaItemFactory(
        offender=offender, meeting__starts_at=timezone.now() - timedelta(days=age), meeting__state=state
    )


def test_what_changed_is_marked_since_the_last_meeting(client, offender, practitioner, probation):
    plan = versions(offender, 90, 40, 20)
    old = Plan._base_manager.get(number=1)
    chain = None
    for row in (old, plan.previous, plan):
        chain = MeasureFactory(offender=offender, plan=row, continues=chain, text=f"Visit {row.number} times")
    met(offender, 100)
    met(offender, 50)
    met(offender, -10, state="planned")

    page = page_of(client, practitioner, plan)

    assert "Changes since version 1, in force at the last meeting, are marked" in page
    removed = [words.split("</del>")[0] for words in page.split("<del")[2:]]
    assert any("1 " in words for words in removed)
    assert "No longer in the plan" not in page
    assert '<strong class="govuk-tag govuk-tag--green">New' not in page


@pytest.mark.parametrize("ages", [(), (10,), (0,)], ids=["no meeting", "a meeting since", "a meeting today"])
def test_without_a_meeting_before_it_a_version_is_compared_with_the_one_before(client, offender, practitioner, ages):
    plan = versions(offender, 90, 40, 20)
    for age in ages:
        met(offender, age)

    assert "Changes since version 2 are marked" in page_of(client, practitioner, plan)


def test_a_meeting_to_which_a_reader_was_not_invited_is_not_told_by_the_marks(client, offender, housing, granted):
    plan = versions(offender, 90, 40, 20)
    met(offender, 50)

    assert "Changes since version 2 are marked" in page_of(client, housing, plan)


# Whether it is valid, and still holds


def licensee(offender):
    ConvictionFactory(offender=offender, dealt_with_on=in_days(-400), licence_ends_on=in_days(200))


def lifer(offender):
    ConvictionFactory(offender=offender, disposal="life")


def licensee_by_key_date(offender):
    KeyDateFactory(offender=offender, kind="licence-expiry", on=in_days(200))


@pytest.mark.parametrize("make", [licensee, lifer, licensee_by_key_date], ids=lambda make: make.__name__)
def test_whoever_must_be_on_licence_has_no_valid_plan_before_the_licence_is_recorded(
    draft, offender, practitioner, make
):
    make(offender)
    whole(draft, practitioner)

    (words,) = validity.missing(draft, practitioner)
    assert "no licence is recorded" in words
    with pytest.raises(ValidationError, match="no licence is recorded"):
        actions.send_plan(plan=draft, review_on=None, by=practitioner)


def in_custody(offender):
    licensee(offender)
    Offender._base_manager.update(whereabouts="custody")


def ended_since(offender):
    licensee(offender)
    LicenceFactory(
        offender=offender,
        starts_on=in_days(-100),
        ends_on=in_days(200),
        ended_on=in_days(-1),
        ending="cancelled",
        ended_by=offender.registered_by,
    )


def served(offender):
    ConvictionFactory(offender=offender, licence_ends_on=in_days(-1))


@pytest.mark.parametrize("make", [in_custody, ended_since, served], ids=lambda make: make.__name__)
def test_whoever_is_not_on_licence_needs_no_conditions(draft, offender, practitioner, make):
    make(offender)
    whole(draft, practitioner)

    assert validity.missing(Plan._base_manager.get(pk=draft.pk), practitioner) == []


def test_a_plan_in_force_says_what_it_does_not_answer_any_more_to_those_who_write_it(
    client, shared, offender, practitioner, housing, housing_agency, granted
):
    assert "does not answer any more" not in page_of(client, practitioner, shared)
    MeasureFactory(offender=offender, plan=shared, agency=housing_agency)
    OrderFactory(offender=offender)
    FlagFactory(offender=offender)
    assert "does not answer any more" not in page_of(client, housing, shared)

    granted.delete()
    page = page_of(client, practitioner, shared)

    assert "What this plan does not answer any more" in page
    assert "Nobody at Housing, Bedfordshire can see this case" in page
    assert all(f"Say where the plan answers it, or why it is left out: {what}" in page for what in ("Order", "Flag"))


def test_a_measure_that_is_done_needs_no_agency_that_sees_the_case(
    client, shared, offender, practitioner, housing, housing_agency, granted
):
    done = {"done_on": in_days(0), "done_by": housing, "outcome": "Signed"}
    MeasureFactory(offender=offender, plan=shared, agency=housing_agency, **done)
    granted.delete()

    assert "does not answer any more" not in page_of(client, practitioner, shared)


def test_what_is_done_meanwhile_is_done_in_the_version_being_written_too(shared, offender, practitioner, probation):
    old = MeasureFactory(offender=offender, plan=shared, text="Book the first appointment", due_on=in_days(1))
    other = MeasureFactory(offender=offender, plan=shared, text="Visit each Friday")
    draft = actions.begin_plan(offender=offender, by=practitioner)
    reworded = draft.measures.visible_to(practitioner).get(continues=other)
    words = MEASURE | {"agency": probation, "due_on": in_days(30), "text": "Visit each Monday"}
    actions.change_measure(measure=reworded, **words, version=0, by=practitioner)

    for row in (old, other):
        actions.report_measure(measure=row, outcome="Done on Tuesday", by=practitioner)

    copy = draft.measures.visible_to(practitioner).get(continues=old)
    assert (copy.done_on, copy.outcome, copy.done_by) == (in_days(0), "Done on Tuesday", practitioner)
    assert draft.measures.visible_to(practitioner).get(continues=other).done_on is None
    with pytest.raises(ValidationError, match="done already"):
        actions.remove_measure(measure=copy, by=practitioner)
    Measure._base_manager.filter(pk=copy.pk).update(due_on=in_days(-1))
    assert validity.missing(draft, practitioner) == []


# Sharing


def test_an_agency_that_comes_later_is_given_the_plan_in_force(
    client, shared, practitioner, housing, housing_agency, granted
):
    client.force_login(practitioner)
    url = f"/people/plans/{shared.reference}/share/"
    form = client.get(url)
    assert "Housing, Bedfordshire" in form.text
    assert "Probation, Bedfordshire" not in form.text[form.text.index("Which agencies") :]

    assert client.post(url, {"agencies": [housing_agency.pk]}).status_code == 302

    shared.refresh_from_db()
    assert (shared.state, shared.shared_by) == ("current", practitioner)
    assert PlanShare.objects.visible_to(housing).get(agency=housing_agency).acknowledged_at is None
    assert PlanShare.objects.visible_to(housing).count() == 2


def test_nobody_is_given_the_plan_twice(shared, practitioner, probation):
    with pytest.raises(ValidationError, match="Choose the agencies"):
        actions.share_plan(plan=shared, agencies=[probation], by=practitioner)


def test_a_plan_is_not_put_in_force_for_nobody(signed, practitioner):
    with pytest.raises(ValidationError, match="Choose the agencies"):
        actions.share_plan(plan=signed, agencies=[], by=practitioner)


def test_nobody_is_led_to_what_he_may_not_do_for_his_agency(
    client, shared, offender, practitioner, victim_liaison, probation
):
    MeasureFactory(offender=offender, plan=PlanFactory(offender=offender, number=2), agency=probation)

    for person, leads in ((practitioner, True), (victim_liaison, False)):
        page = page_of(client, person, shared)
        assert ("/acknowledge/" in page) is leads
        assert ("being written" in page) is leads


# What is refused, in words


def test_words_that_were_let_stand_stand_for_whoever_changes_the_day(
    client, draft, practitioner, coordinator, probation, housing, housing_agency, granted
):
    vague = {"checked_how": "Checked as appropriate", "override_reason": "The court’s own words"}
    ours, theirs = measure(draft, probation, coordinator, **vague), measure(draft, housing_agency, coordinator, **vague)
    client.force_login(practitioner)
    url = f"/people/plans/measures/{ours.reference}/change/"
    form = FORM | vague | {"agency": probation.pk, "version": 1}

    reworded = client.post(url, form | {"text": "Visit as necessary"})
    kept = client.post(url, form)
    actions.draft_measure(
        measure=theirs, text=theirs.text, person="Harriet", due_on=in_days(40), checked_how=theirs.checked_how,
        version=1, by=housing,
    )  # fmt: skip

    assert "leaves open" in reworded.text
    assert kept.status_code == 302
    for row in Measure.objects.visible_to(practitioner):
        assert (row.due_on, row.override_reason, row.overridden_by) == (
            in_days(40),
            "The court’s own words",
            coordinator,
        )


def test_an_answer_under_a_heading_that_is_none_is_refused(draft, practitioner, offender):
    order = OrderFactory(offender=offender)

    with pytest.raises(ValidationError, match="under which heading"):
        actions.settle_terms(plan=draft, settled={("order", order.pk): ("8-none", "")}, version=0, by=practitioner)


def test_whoever_no_longer_writes_the_plan_when_his_turn_comes_is_told_so(
    draft, practitioner, offender, probation, police, other_area, coordinator
):
    GroupGrantFactory(content_object=offender, group=probation.group, given_by=coordinator)
    stale = Plan._base_manager.select_related("offender").get(pk=draft.pk)
    assert stale.offender.area != other_area
    Offender._base_manager.update(area=other_area, lead_agency=police)

    with pytest.raises(ValidationError, match="no longer write"):
        actions.send_plan(plan=stale, review_on=None, by=practitioner)


def test_whose_measure_was_given_to_another_agency_meanwhile_is_told_so(
    draft, practitioner, probation, housing, housing_agency, granted
):
    row = measure(draft, housing_agency, practitioner)
    Measure._base_manager.update(agency=probation)

    with pytest.raises(ValidationError, match="no longer your agency’s"):
        actions.draft_measure(
            measure=row, text="x", person="", due_on=in_days(9), checked_how="Signed", version=1, by=housing
        )


def test_of_two_drafts_that_a_merge_brought_together_each_has_its_steps(client, offender, practitioner):
    first, second = PlanFactory(offender=offender), PlanFactory(offender=offender)

    assert all(
        f"/people/plans/{plan.reference}/write/" in page_of(client, practitioner, plan) for plan in (first, second)
    )


def test_of_two_plans_in_force_that_a_merge_brought_together_nothing_is_lost_in_the_next(offender, practitioner):
    order = OrderFactory(offender=offender)
    first, second = PlanFactory(offender=offender, current=True, number=2), PlanFactory(offender=offender, current=True)
    for plan, text, audience in ((first, "Weekly", "everyone"), (second, "Daily", "authority")):
        PlanSectionFactory(offender=offender, plan=plan, text=text, audience=audience)
        PlanSectionFactory(offender=offender, plan=plan, heading=Heading.CONTINGENCY, text="Recall is considered")
        MeasureFactory(offender=offender, plan=plan, text=f"See him {text}")
    PlanTermFactory(offender=offender, plan=second, order=order, heading="4-monitoring")

    draft = actions.begin_plan(offender=offender, by=practitioner)

    sections = {row.heading: (row.text, row.audience) for row in draft.sections.visible_to(practitioner)}
    assert draft.previous == first
    assert sections[Heading.SUPERVISION] == ("Weekly\n\nDaily", "authority")
    assert sections[Heading.CONTINGENCY] == ("Recall is considered", "everyone")
    assert {row.text for row in draft.measures.visible_to(practitioner)} == {"See him Weekly", "See him Daily"}
    assert draft.terms.visible_to(practitioner).get().order == order


def test_only_a_pillar_with_words_or_a_measure_that_stands_is_answered(draft, practitioner, probation):
    for heading in (*PILLARS[1:], Heading.CONTINGENCY):
        write(draft, heading, "What is done", practitioner)
    actions.remove_measure(measure=measure(draft, probation, practitioner), by=practitioner)

    assert validity.missing(draft, practitioner) == ["Write what is done under “Supervision”, or add a measure there"]


def test_an_acknowledgement_is_the_agencys_alone_also_when_it_was_given_the_plan_late(
    shared, practitioner, police, coordinator
):
    share = PlanShareFactory(offender=shared.offender, plan=shared, agency=police)

    assert actions.acknowledge_plan(share=share, by=coordinator).acknowledged_by == coordinator
