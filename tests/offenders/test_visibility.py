"""Who sees a case: every rule of docs/access.md, and the deciding query against a slow rule in plain Python."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Membership
from offenders import grants
from offenders.models import Offender, OffenderGroupObjectPermission
from offenders.models.grant import Basis
from offenders.visibility import beside_scope, forget_scopes, one_scope_per_request, scope_of, who_sees
from tests.conftest import member
from tests.factories import (
    AgencyFactory,
    AreaFactory,
    EmergencyAccessFactory,
    ExclusionFactory,
    GroupGrantFactory,
    MembershipFactory,
    OffenderFactory,
    PersonalGrantFactory,
    UserFactory,
    in_days,
)

CAST = [
    "coordinator",
    "practitioner",
    "manager",
    "area_officer",
    "chair",
    "outsider",
    "housing",
    "uninvited",
    "victim_liaison",
    "board_member",
    "lay_adviser",
    "information_officer",
    "administrator",
]


def seen_by(user):
    return set(Offender.objects.visible_to(user))


# Rule 1: the area


@pytest.mark.parametrize(
    "person", ["coordinator", "practitioner", "manager", "area_officer", "chair", "victim_liaison"]
)
def test_responsible_authority_of_the_area_sees_its_cases_and_no_others(request, offender, other_case, person):
    assert seen_by(request.getfixturevalue(person)) == {offender}


@pytest.mark.parametrize("person", ["housing", "uninvited"])
def test_an_agency_with_a_duty_to_co_operate_sees_nothing_by_its_area(request, offender, other_case, person):
    assert seen_by(request.getfixturevalue(person)) == set()


@pytest.mark.parametrize("person", ["board_member", "lay_adviser", "information_officer", "administrator"])
def test_a_role_that_works_no_cases_sees_none(request, offender, other_case, person):
    assert seen_by(request.getfixturevalue(person)) == set()


def test_another_area_sees_its_own_cases(offender, other_case, outsider):
    assert seen_by(outsider) == {other_case}


def test_somebody_who_works_in_two_areas_sees_both(offender, other_case, practitioner, outsider):
    MembershipFactory(user=practitioner, agency=Membership.objects.get(user=outsider).agency)

    assert seen_by(practitioner) == {offender, other_case}


# Rule 2: the lead agency


def test_a_lead_agency_elsewhere_sees_its_case(offender, other_area, coordinator):
    agency = AgencyFactory(kind__code="probation", area=other_area)
    leader = member(agency, "practitioner", "lena")
    grants.share(
        offender=offender, agency=agency, basis=Basis.LEAD, source="", reason="Leads", until=None, by=coordinator
    )

    assert seen_by(leader) == {offender}


# Rule 3: grants


def test_an_agency_sees_what_was_shared_with_it(offender, other_case, housing, granted):
    assert seen_by(housing) == {offender}


@pytest.mark.parametrize(("until", "sees"), [(-1, False), (0, True), (1, True)])
def test_a_grant_lasts_to_the_end_of_its_last_day(offender, housing, housing_agency, until, sees):
    GroupGrantFactory(content_object=offender, group=housing_agency.group, until=in_days(until))

    assert (seen_by(housing) == {offender}) is sees


def test_a_grant_begins_on_its_first_day(offender, housing, housing_agency):
    GroupGrantFactory(content_object=offender, group=housing_agency.group, from_on=in_days(1))

    assert seen_by(housing) == set()


def test_ending_one_basis_leaves_the_others(offender, housing, housing_agency, granted, coordinator):
    known = {"offender": offender, "agency": housing_agency, "basis": Basis.INVITED, "source": "x", "by": coordinator}
    grants.share(**known, reason="Invited", until=None)

    grants.end(**known)
    assert seen_by(housing) == {offender}

    grants.end(**known | {"basis": Basis.HAND, "source": ""})
    assert seen_by(housing) == set()


def test_sharing_again_never_shortens(offender, housing_agency, granted, coordinator):
    known = {"offender": offender, "agency": housing_agency, "basis": Basis.HAND, "source": "", "reason": "Again"}

    grants.share(**known, until=in_days(1), by=coordinator)

    row = OffenderGroupObjectPermission.objects.visible_to(coordinator).get()
    assert row.until == granted.until


def test_sharing_with_the_areas_own_police_writes_nothing(offender, police, practitioner):
    grants.share(offender=offender, agency=police, basis=Basis.HAND, source="", reason="x", until=None, by=practitioner)

    assert not OffenderGroupObjectPermission.objects.visible_to(practitioner).exists()


# Rule 4: named, and restricted cases


def test_a_restricted_case_is_seen_by_nobody_by_area_or_grant(offender, coordinator, practitioner, housing, granted):
    Offender._base_manager.update(restricted=True)

    assert [seen_by(user) for user in (coordinator, practitioner, housing)] == [set(), set(), set()]


def test_a_person_named_on_a_restricted_case_sees_it(offender, practitioner, manager):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=offender, user=practitioner)

    assert seen_by(practitioner) == {offender}
    assert seen_by(manager) == set()


def test_a_named_person_from_anywhere_sees_the_case(offender, uninvited):
    PersonalGrantFactory(content_object=offender, user=uninvited)

    assert seen_by(uninvited) == {offender}


@pytest.mark.parametrize("days", [{"until": in_days(-1)}, {"from_on": in_days(1)}])
def test_a_name_counts_only_in_its_dates(offender, uninvited, days):
    PersonalGrantFactory(content_object=offender, user=uninvited, **days)

    assert seen_by(uninvited) == set()


# Rule 6: excluded


@pytest.mark.parametrize("person", ["coordinator", "practitioner", "housing", "uninvited"])
def test_whoever_is_excluded_sees_nothing_whatever_gives_it(request, offender, granted, person):
    user = request.getfixturevalue(person)
    PersonalGrantFactory(content_object=offender, user=user)
    ExclusionFactory(offender=offender, user=user)

    assert seen_by(user) == set()


@pytest.mark.parametrize(("ended", "sees"), [(-1, True), (0, True), (1, False)])
def test_an_exclusion_counts_until_the_day_on_which_it_ended(offender, practitioner, coordinator, ended, sees):
    ExclusionFactory(offender=offender, user=practitioner, ended_on=in_days(ended), ended_by=coordinator)

    assert (seen_by(practitioner) == {offender}) is sees


def test_an_exclusion_is_from_one_case_only(offender, area, practitioner):
    ExclusionFactory(offender=offender, user=practitioner)
    second = OffenderFactory(area=area)

    assert seen_by(practitioner) == {second}


# When a membership counts


@pytest.mark.parametrize(
    "change",
    [{"until": in_days(-1)}, {"from_on": in_days(1)}],
    ids=["ended yesterday", "begins tomorrow"],
)
def test_a_membership_out_of_its_dates_gives_nothing(offender, practitioner, change):
    Membership.objects.filter(user=practitioner).update(**change)
    PersonalGrantFactory(content_object=offender, user=practitioner)

    assert seen_by(practitioner) == set()


def test_the_last_day_of_a_membership_counts(offender, practitioner):
    Membership.objects.filter(user=practitioner).update(until=in_days(0))

    assert seen_by(practitioner) == {offender}


def test_an_inactive_agency_gives_nothing(offender, practitioner, probation, housing, housing_agency, granted):
    for agency in (probation, housing_agency):
        agency.is_active = False
        agency.save()

    assert seen_by(practitioner) == seen_by(housing) == set()


@pytest.mark.parametrize(("days", "sees"), [(-1, False), (0, True)])
def test_vetting_counts_to_the_end_of_its_last_day(offender, practitioner, days, sees):
    practitioner.vetting_expires_on = in_days(days)
    practitioner.save()

    assert (seen_by(practitioner) == {offender}) is sees


def test_an_inactive_person_sees_nothing(offender, practitioner):
    practitioner.is_active = False
    practitioner.save()

    assert seen_by(practitioner) == set()


def test_the_system_sees_everything_and_somebody_unsaved_nothing(offender, other_case, system):
    assert seen_by(system) == {offender, other_case}
    assert seen_by(UserFactory.build()) == set()


# The same rule, asked in other ways


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("excluded", [False, True])
@pytest.mark.parametrize("person", CAST)
def test_who_can_see_agrees_with_visible_to_for_everyone(request, offender, granted, person, restricted, excluded):
    user = request.getfixturevalue(person)
    others = {request.getfixturevalue(name) for name in CAST}
    PersonalGrantFactory(content_object=offender, user=request.getfixturevalue("victim_liaison"))
    if excluded:
        ExclusionFactory(offender=offender, user=user)
    Offender._base_manager.filter(pk=offender.pk).update(restricted=restricted)
    offender.restricted = restricted

    sights, _kept_out = who_sees(offender)

    listed = {person for sight in sights for person in sight.people}
    assert listed == {u.pk for u in others if Offender.objects.visible_to(u).filter(pk=offender.pk).exists()}


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("person", CAST)
def test_the_backend_and_the_scope_say_what_visible_to_says(request, offender, other_case, granted, person, restricted):
    user = request.getfixturevalue(person)
    Offender._base_manager.filter(pk=offender.pk).update(restricted=restricted)
    offender.restricted = restricted

    for case in (offender, other_case):
        visible = Offender.objects.visible_to(user).filter(pk=case.pk).exists()
        assert user.has_perm("offenders.view_offender", case) == scope_of(user).sees(case) == visible


def test_who_is_kept_out_is_counted_only_if_he_would_see_it(offender, practitioner, uninvited):
    ExclusionFactory(offender=offender, user=practitioner)
    ExclusionFactory(offender=offender, user=uninvited)

    assert who_sees(offender)[1] == 1
    Offender._base_manager.filter(pk=offender.pk).update(restricted=True)
    offender.restricted = True
    assert who_sees(offender)[1] == 0


# A slow rule in plain Python, as access.md words it, over random small worlds

ROLES = ["practitioner", "contact-point", "victim-liaison", "coordinator", "chair", "board-member", "administrator"]
DAY = st.integers(-2, 2)
SPAN = st.tuples(DAY, st.none() | DAY)

WORLD = st.fixed_dictionaries(
    {
        "agencies": st.lists(
            st.tuples(st.sampled_from(["police", "probation", "housing", "board"]), st.integers(0, 1), st.booleans()),
            min_size=1,
            max_size=4,
        ),
        "memberships": st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ROLES), SPAN), max_size=4),
        "vetting": st.none() | DAY,
        "cases": st.lists(st.tuples(st.integers(0, 1), st.booleans()), min_size=1, max_size=4),
        "grants": st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), SPAN), max_size=5),
        "names": st.lists(st.tuples(st.integers(0, 3), SPAN), max_size=3),
        "exclusions": st.lists(st.tuples(st.integers(0, 3), st.none() | DAY), max_size=3),
        # By case: for which agency it was opened in an emergency, and whether its time has not run out.
        "emergencies": st.dictionaries(st.integers(0, 3), st.tuples(st.integers(0, 3), st.booleans()), max_size=3),
    }
)


def in_span(span):
    start, end = span
    return start <= 0 and (end is None or end >= 0)


def sees_slowly(world, number):
    """access.md, "Seeing a case", rule by rule, for the case with a number."""
    area, restricted = world["cases"][number]
    held = [
        world["agencies"][agency % len(world["agencies"])] + (agency % len(world["agencies"]), role)
        for agency, role, span in world["memberships"]
        if in_span(span) and role not in {"board-member", "administrator"}
        if world["agencies"][agency % len(world["agencies"])][2]
        if world["vetting"] is None or world["vetting"] >= 0
    ]
    about = [row for row in world["grants"] if row[0] % len(world["cases"]) == number and in_span(row[2])]
    granted_to = {row[1] % len(world["agencies"]) for row in about}
    by_area = any(kind in {"police", "probation"} and home == area for kind, home, _active, _n, _role in held)
    by_grant = any(n in granted_to for *_rest, n, _role in held)
    named = any(case % len(world["cases"]) == number and in_span(span) for case, span in world["names"])
    # An exclusion counts until the day on which it was ended.
    excluded = any(
        case % len(world["cases"]) == number and (end is None or end > 0) for case, end in world["exclusions"]
    )
    emergency = any(
        (role in {"coordinator", "chair"} and home == area)
        if restricted
        else (role in {"practitioner", "contact-point"} and kind in {"police", "probation"})
        for kind, home, _active, n, role in held
        if (n, True) == opened_for(world, number)
    )
    return not excluded and bool(held) and (named or (not restricted and (by_area or by_grant)) or emergency)


def opened_for(world, number):
    """For which agency a case was opened in an emergency, and whether it runs: of several, the last."""
    found = None
    for case, (agency, running) in world["emergencies"].items():
        if case % len(world["cases"]) == number:
            found = (agency % len(world["agencies"]), running)
    return found


def span_of(span):
    start, end = span
    end = end if end is None or end >= start else start
    return {"from_on": in_days(start), "until": None if end is None else in_days(end)}


def straight(span):
    """No membership ends before it starts: the database refuses those."""
    start, end = span
    return start, (end if end is None or end >= start else start)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=WORLD)
def test_visible_to_agrees_with_the_policy_in_words(db, world):
    world = world | {
        "memberships": list(
            {(a % len(world["agencies"]), role): (a, role, straight(s)) for a, role, s in world["memberships"]}.values()
        ),
        "grants": [(case, agency, straight(span)) for case, agency, span in world["grants"]],
        "names": [(case, straight(span)) for case, span in world["names"]],
    }
    with transaction.atomic():
        compare(world)
        transaction.set_rollback(True)


def compare(world):
    """What one person sees in this world, and what the policy's words give."""
    areas = [AreaFactory(slug="one"), AreaFactory(slug="two")]
    agencies = [AgencyFactory(kind__code=kind, area=areas[a], is_active=on) for kind, a, on in world["agencies"]]
    user = UserFactory(vetting_expires_on=None if world["vetting"] is None else in_days(world["vetting"]))
    for agency, role, span in world["memberships"]:
        MembershipFactory(user=user, agency=agencies[agency % len(agencies)], role_id=role, **span_of(span))
    cases = [OffenderFactory(area=areas[a], restricted=closed) for a, closed in world["cases"]]
    for number, (case, agency, span) in enumerate(world["grants"]):
        group = agencies[agency % len(agencies)].group
        GroupGrantFactory(content_object=cases[case % len(cases)], group=group, source=str(number), **span_of(span))
    for number, (case, span) in enumerate(world["names"]):
        PersonalGrantFactory(content_object=cases[case % len(cases)], user=user, source=str(number), **span_of(span))
    for case, end in {(number % len(cases), end) for number, end in world["exclusions"]}:
        ended = {} if end is None else {"ended_on": in_days(end), "ended_by": user}
        ExclusionFactory(offender=cases[case], user=user, **ended)
    for number, case in enumerate(cases):
        if opened := opened_for(world, number):
            agency, running = opened
            EmergencyAccessFactory(
                offender=case,
                user=user,
                agency=agencies[agency],
                opened_at=timezone.now() - timedelta(hours=1),
                expires_at=timezone.now() + timedelta(minutes=30 if running else -1),
            )

    expected = {case for number, case in enumerate(cases) if sees_slowly(world, number)}

    assert seen_by(user) == expected
    assert {case for case in cases if any(user.pk in s.people for s in who_sees(case)[0])} == expected
    return user


def test_what_follows_from_the_scope_is_read_once_a_request_and_again_when_a_grant_changes(practitioner):
    read = []

    def answer(request):
        for forget in (False, False, True, False):
            if forget:
                forget_scopes()
            beside_scope(practitioner, "meetings", lambda: read.append(1))

    one_scope_per_request(answer)(RequestFactory().get("/"))

    assert len(read) == 2
