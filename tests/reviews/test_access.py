"""Vetting, memberships and what was shared by hand: they end by themselves, and somebody hears of it before."""

import re
from datetime import date

import pytest

from agencies.models import Membership, User
from agencies.working_days import step
from offenders.models.grant import Basis
from reviews.deadlines import BY_SLUG
from reviews.deadlines.kind import reached_on
from tests.factories import ExclusionFactory, MembershipFactory, PersonalGrantFactory, in_days

PAGE = "/access/ending/"


def rows(slug, user, today):
    return list(BY_SLUG[slug].mine(user, today))


def vetted(user, until):
    User.objects.filter(pk=user.pk).update(vetting_expires_on=until)


@pytest.fixture
def point(probation):
    """Petra, contact point of Bob's office."""
    return MembershipFactory(agency=probation, role_id="contact-point", user__name="Petra").user


def test_vetting_that_ends_is_the_persons_own_and_his_contact_points(practitioner, manager, point, housing, today):
    vetted(practitioner, in_days(20))

    assert [row.user for row in rows("vetting", practitioner, today)] == [practitioner]
    assert [row.user for row in rows("vetting-of-others", point, today)] == [practitioner]
    for other in (manager, housing):
        assert rows("vetting", other, today) == rows("vetting-of-others", other, today) == []


@pytest.mark.parametrize(("days", "stage"), [(-65, None), (-64, -64), (-21, -21), (-5, -5), (0, 0)])
def test_vetting_is_reminded_of_three_months_a_month_and_a_week_before(days, stage):
    wednesday = date(2026, 11, 25)
    ends = step(wednesday, -days, set())

    for slug in ("vetting", "vetting-of-others"):
        assert reached_on(BY_SLUG[slug].stages, ends, wednesday, set()) == stage


def test_what_it_is_called_in_mail_and_addresses_tells_no_key(practitioner, point, today):
    Membership.objects.filter(user=practitioner).update(until=in_days(5))
    vetted(practitioner, in_days(5))

    names = {row.reference for slug in ("vetting", "membership") for row in rows(slug, practitioner, today)}

    assert names == {
        row.reference for slug in ("vetting-of-others", "membership-of-others") for row in rows(slug, point, today)
    }
    assert all(re.fullmatch(r"(VT|MB)-[0-9A-F]{9}", name) for name in names)
    assert len(names) == 2


def test_of_a_person_with_two_roles_it_is_listed_once(practitioner, probation, point, today):
    MembershipFactory(user=practitioner, agency=probation, role_id="victim-liaison")
    vetted(practitioner, in_days(20))

    assert len(rows("vetting", practitioner, today)) == len(rows("vetting-of-others", point, today)) == 1


def test_vetting_that_has_ended_stays_due_until_the_membership_ends(practitioner, point, today):
    vetted(practitioner, in_days(-40))
    assert len(rows("vetting-of-others", point, today)) == len(rows("vetting", practitioner, today)) == 1

    Membership.objects.filter(user=practitioner).update(until=in_days(-1))

    assert rows("vetting-of-others", point, today) == []


def test_a_membership_that_ends_is_his_until_then_and_his_contact_points_for_a_week_more(practitioner, point, today):
    for until, his, theirs in [(in_days(5), 1, 1), (in_days(-6), 0, 1), (in_days(-8), 0, 0), (None, 0, 0)]:
        Membership.objects.filter(user=practitioner).update(until=until)

        assert len(rows("membership", practitioner, today)) == his
        assert len(rows("membership-of-others", point, today)) == theirs


def test_what_was_shared_by_hand_is_the_lead_officers_before_it_ends(granted, offender, practitioner, manager, today):
    assert rows("share-end", practitioner, today) == [granted]
    assert rows("share-end", manager, today) == []

    ExclusionFactory(offender=offender, user=practitioner)
    assert rows("share-end", practitioner, today) == []


def test_a_share_that_goes_on_by_another_gift_is_nothing_to_see_to(granted, practitioner, today):
    granted.pk, granted.source, granted.until, granted.basis = None, "IT-2222-2222", in_days(100), Basis.INVITED
    granted.save()

    assert rows("share-end", practitioner, today) == []


def test_who_is_named_on_a_case_for_a_time_is_the_lead_officers_too(offender, practitioner, housing, today):
    grant = PersonalGrantFactory(content_object=offender, user=housing, basis=Basis.HAND, until=in_days(9))

    assert rows("naming-end", practitioner, today) == [grant]


def test_the_page_says_when_ones_own_access_ends_and_whom_to_ask(client, practitioner, point):
    vetted(practitioner, in_days(20))
    client.force_login(practitioner)

    page = client.get(PAGE).content.decode()

    assert "Ask: Petra, Probation, Bedfordshire." in page
    assert 'id="others"' not in page


def test_a_contact_point_sees_whose_ends_in_his_agency_and_nobody_elses(client, practitioner, housing, point):
    for user in (practitioner, housing):
        vetted(user, in_days(20))
    client.force_login(point)

    page = client.get(PAGE).content.decode()

    assert "Bob" in page
    assert "Harriet" not in page


def test_co_ordination_sees_its_area_and_not_another(client, coordinator, practitioner, outsider):
    for user in (practitioner, outsider):
        vetted(user, in_days(20))
    client.force_login(coordinator)

    page = client.get(PAGE).content.decode()

    assert "Bob" in page
    assert "Charlie" not in page


def test_whoever_has_lost_his_vetting_finds_that_in_my_work(client, administrator, practitioner):
    vetted(practitioner, in_days(-1))
    client.force_login(practitioner)

    page = client.get("/").content.decode()

    assert "Your vetting ends" in page
    assert PAGE in page


def test_the_page_costs_the_same_for_many(client, probation, point, django_assert_max_num_queries):
    for _each in range(5):
        MembershipFactory(agency=probation, until=in_days(9))
    client.force_login(point)

    with django_assert_max_num_queries(14):
        client.get(PAGE)
