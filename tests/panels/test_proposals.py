"""Which agencies are proposed for a person, each with its reasons, and which of them would gain access."""

from datetime import timedelta

import pytest

from offenders.models import Flag, Offender
from panels import actions
from panels.proposals import proposals_for
from tests.factories import (
    AgencyFactory,
    FlagFactory,
    FlagKindFactory,
    GroupGrantFactory,
    MeasureFactory,
    MeetingFactory,
    MonitoringFactory,
    PanelFactory,
    PatientFactory,
    PlanFactory,
    SeatFactory,
)
from tests.panels.conftest import in_days


@pytest.fixture
def why(item, coordinator):
    """The reasons for which each agency is proposed; without any it is not there."""

    def ask():
        item.offender.refresh_from_db()
        rows = proposals_for(item, actions.invitations.invitable(item), coordinator)
        return {row.agency.name: row.reasons for row in rows if row.reasons}

    return ask


def test_lead_and_responsible_authority_always_come(why, probation, police, housing_agency):
    assert why() == {
        probation.name: ["Leads the case", "Responsible Authority"],
        police.name: ["Responsible Authority"],
    }


def test_who_has_a_measure_in_the_current_plan_is_proposed(why, level_2, housing_agency, health_agency):
    plan = PlanFactory(offender=level_2, current=True)
    MeasureFactory(offender=level_2, plan=plan, agency=housing_agency)
    MeasureFactory(offender=level_2, plan=plan, agency=housing_agency)
    MeasureFactory(offender=level_2, plan=PlanFactory(offender=level_2), agency=health_agency)

    assert why()[housing_agency.name] == ["2 measures in the risk management plan"]
    assert health_agency.name not in why()


def test_what_the_record_has_proposes_the_agency_of_that_kind(why, area, level_2, health_agency):
    children = AgencyFactory(name="Social care", kind__code="social-services", area=area)
    tags = AgencyFactory(name="Tags", kind__code="electronic-monitoring", area=area)
    FlagFactory(offender=level_2, kind=FlagKindFactory(code="risk-to-children"))
    MonitoringFactory(offender=level_2)
    Offender._base_manager.filter(pk=level_2.pk).update(whereabouts="hospital")

    found = why()

    assert found[children.name] == ["Flag: risk to children"]
    assert found[tags.name] == ["A tag is fitted"]
    assert found[health_agency.name] == ["In hospital"]


def test_a_flag_that_was_removed_proposes_nobody(why, area, level_2):
    AgencyFactory(name="Social care", kind__code="social-services", area=area)
    FlagFactory(offender=level_2, kind=FlagKindFactory(code="risk-to-children"))
    who = level_2.registered_by
    Flag._base_manager.update(removed_on=in_days(0), removed_by=who, removal_reason="Grown up")

    assert "Social care" not in why()


def test_health_data_gives_a_reason_to_those_who_may_read_it(item, level_2, health_agency, coordinator, housing):
    PatientFactory(offender=level_2)
    agencies = actions.invitations.invitable(item)

    assert proposals_for(item, agencies, coordinator)[-1].reasons == ["Patient under the Mental Health Act"]
    assert proposals_for(item, agencies, housing)[-1].reasons == []


def test_who_is_on_the_case_or_was_invited_last_time_is_proposed(
    why, item, area, level_2, housing_agency, health_agency, coordinator
):
    GroupGrantFactory(content_object=level_2, group=housing_agency.group, basis="hand")
    earlier = MeetingFactory(area=area, chair=item.meeting.chair, starts_at=item.meeting.starts_at - timedelta(days=90))
    last = actions.add_item(meeting=earlier, offender=level_2, minutes=30, by=coordinator)
    actions.invite(item=last, agencies=[health_agency], by=coordinator)

    assert why()[housing_agency.name] == ["On the case: shared by hand"]
    assert why()[health_agency.name] == [f"Invited last time, on {earlier.held_on:%-d %B %Y}"]


def test_core_members_of_the_panel_are_proposed(why, item, area, housing_agency):
    panel = PanelFactory(area=area)
    SeatFactory(panel=panel, agency=housing_agency)
    item.meeting.panel = panel
    item.meeting.save(update_fields=["panel"])

    assert why()[housing_agency.name] == ["Core member of the panel"]


def test_who_sees_the_case_already_gains_nothing(item, level_2, housing_agency, health_agency, coordinator):
    GroupGrantFactory(content_object=level_2, group=housing_agency.group, basis="hand")

    gains = {r.agency for r in proposals_for(item, actions.invitations.invitable(item), coordinator) if r.gains_access}

    assert gains == {health_agency}


def test_the_page_ticks_who_is_proposed_says_why_and_names_who_gains_access(
    sign_in, item, level_2, housing_agency, health_agency, coordinator
):
    MeasureFactory(offender=level_2, plan=PlanFactory(offender=level_2, current=True), agency=housing_agency)

    page = sign_in(coordinator).get(f"/items/{item.reference}/invite/").text

    assert "1 measure in the risk management plan" in page
    housing, health = (
        page.split(f'value="{agency.pk}"')[1].split("</div>")[0] for agency in (housing_agency, health_agency)
    )
    assert " checked" in housing
    assert " checked" not in health
    assert page.count("Gains access until") == 2


def test_once_agencies_are_invited_the_ticks_are_theirs(sign_in, invitation, police, coordinator):
    page = sign_in(coordinator).get(f"/items/{invitation.item.reference}/invite/").text

    assert page.count(" checked") == 2
    assert " checked" not in page.split(f'value="{police.pk}"')[1].split("</div>")[0]
