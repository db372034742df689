"""The policy in words and the policy in code are one: docs/access.md, row by row and cell by cell."""

from pathlib import Path

import pytest

from agencies.access import GRANTS, RULES, Parts, Perm, allowed
from agencies.models import Role
from tests.factories import MembershipFactory

R = Role.Code
POLICY = Path(__file__).parents[2] / "docs" / "access.md"
COLUMNS = [
    R.PRACTITIONER,
    R.CONTACT_POINT,
    R.VICTIM_LIAISON,
    R.COORDINATOR,
    R.CHAIR,
    R.BOARD_MEMBER,
    R.LAY_ADVISER,
    R.INFORMATION_OFFICER,
    R.ADMINISTRATOR,
    R.NATIONAL,
]


def table() -> dict[str, dict[R, str]]:
    """The second table of the policy: permission → role → cell, with "same" and "–" resolved."""
    lines = POLICY.read_text().split("## Doing")[1].split('"Manager rank"')[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    found = {}
    for name, *cells in rows[2:]:
        filled = [cells[i - 1] if cell == "same" else cell for i, cell in enumerate(cells)]
        found[name] = {role: cell for role, cell in zip(COLUMNS, filled, strict=True) if cell != "–"}
    return found


def roles() -> set[str]:
    lines = POLICY.read_text().split("## Roles")[1].split("## Doing")[0].splitlines()
    return {line.strip("|").split("|")[0].strip() for line in lines if line.startswith("|")} - {"Role", "---"}


@pytest.mark.parametrize("name", sorted(set(table()) | {p.value for p in GRANTS}))
def test_each_row_of_the_policy_is_the_code(name):
    assert {role: str(cell) for role, cell in GRANTS[Perm(name)].items()} == table()[name]


def test_every_role_of_the_policy_exists():
    assert {code.label.lower() for code in R} == roles()


def test_every_cell_has_a_rule():
    used = {cell for cells in GRANTS.values() for cell in cells.values()}
    assert used <= set(RULES)


def test_a_role_without_a_rule_may_not(board_member, offender):
    assert not allowed(board_member, Perm.VIEW_CASE, on=offender)


def test_a_manager_of_another_agency_may_not_share_the_case(chair, police, offender):
    officer = MembershipFactory(agency=police, role_id=R.PRACTITIONER, rank=chair.memberships.get().rank).user

    assert not allowed(officer, Perm.SHARE_CASE, on=offender)


def test_the_lead_agencys_manager_may_share_and_her_officer_may_not(manager, practitioner, offender):
    assert allowed(manager, Perm.SHARE_CASE, on=offender)
    assert not allowed(practitioner, Perm.SHARE_CASE, on=offender)


def test_a_coordinator_of_another_area_may_only_look_at_a_shared_case(outsider, offender):
    agency = outsider.memberships.get().agency
    shared = Parts(area=offender.area_id, involved=frozenset({agency.pk}))

    class Shared:
        def parts(self):
            return shared

    assert allowed(outsider, Perm.VIEW_CASE, on=Shared())
    assert not allowed(outsider, Perm.SCHEDULE, on=Shared())
    assert not allowed(outsider, Perm.EDIT_CASE, on=Shared())


def test_only_the_chair_of_that_meeting_approves(chair, coordinator):
    class ThatMeeting:
        def parts(self):
            return Parts(area=chair.memberships.get().agency.area_id, chair=chair.pk)

    assert allowed(chair, Perm.APPROVE_MINUTES, on=ThatMeeting())
    assert not allowed(coordinator, Perm.APPROVE_MINUTES, on=ThatMeeting())


def test_a_contact_point_manages_the_memberships_of_her_own_agency_alone(housing, housing_agency, health_agency):
    own = Parts(area=housing_agency.area_id, owner=housing_agency.pk)
    neighbour = Parts(area=housing_agency.area_id, owner=health_agency.pk)

    assert allowed(housing, Perm.MANAGE_MEMBERSHIPS, on=own)
    assert not allowed(housing, Perm.MANAGE_MEMBERSHIPS, on=neighbour)


def test_an_ended_membership_gives_nothing(practitioner, offender, today):
    practitioner.memberships.update(until=today.replace(year=today.year - 1))

    assert not allowed(practitioner, Perm.VIEW_CASE, on=offender)


def test_a_lapsed_vetting_gives_nothing(practitioner, offender, today):
    practitioner.vetting_expires_on = today.replace(year=today.year - 1)
    practitioner.save()

    assert not allowed(practitioner, Perm.VIEW_CASE, on=offender)


def test_an_inactive_person_may_not_even_open_a_page(practitioner):
    practitioner.is_active = False

    assert not allowed(practitioner, Perm.SIGNED_IN)
