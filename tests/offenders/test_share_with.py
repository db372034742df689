"""Sharing a case with an agency by hand, and ending that."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from mappa import dates
from offenders import actions
from offenders.models import Offender, OffenderGroupObjectPermission, TimelineEntry
from offenders.models.grant import Basis
from tests.factories import AgencyFactory, GroupGrantFactory, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/share/"


@pytest.fixture
def end_url(offender):
    return f"/people/{offender.reference}/share/end/"


def good(agency, day=None):
    day = day or in_days(90)
    boxes = {"until_day": day.day, "until_month": day.month, "until_year": day.year}
    return {"agency": agency.pk, "reason": "She applies for a tenancy", **boxes}


def sees(user, offender):
    return Offender.objects.visible_to(user).filter(pk=offender.pk).exists()


@pytest.mark.parametrize("person", ["coordinator", "chair", "manager"])
def test_those_who_may_share_do(client, request, offender, housing, housing_agency, url, person):
    client.force_login(request.getfixturevalue(person))

    response = client.post(url, good(housing_agency))

    assert response.headers["Location"] == f"/people/{offender.reference}/who-can-see/"
    row = OffenderGroupObjectPermission.objects.visible_to(housing).get()
    assert (row.basis, row.source, row.until) == (Basis.HAND, "", in_days(90))
    assert row.reason == "She applies for a tenancy"
    assert sees(housing, offender)


def test_the_timeline_says_so_without_the_reason_and_the_record_without_words(
    client, coordinator, offender, housing_agency, url
):
    client.force_login(coordinator)

    client.post(url, good(housing_agency))

    entry = TimelineEntry.objects.visible_to(coordinator).first()
    assert entry.title == "Shared with an agency"
    assert "Housing, Bedfordshire, until" in entry.text
    assert "tenancy" not in entry.text
    event = AccessEvent.objects.get(event="case.shared")
    assert event.detail == {"agency": housing_agency.pk, "basis": "hand", "source": ""}


@pytest.mark.parametrize("person", ["practitioner", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, housing_agency, url, end_url, person):
    client.force_login(request.getfixturevalue(person))

    answers = [client.get(url), client.post(url, good(housing_agency)), client.get(end_url), client.post(end_url)]

    assert [answer.status_code for answer in answers] == [403] * 4


def test_an_outsider_cannot_tell_that_the_case_exists(client, outsider, housing_agency, url, end_url):
    client.force_login(outsider)

    assert [client.get(url).status_code, client.post(url, good(housing_agency)).status_code] == [404, 404]
    assert [client.get(end_url).status_code, client.post(end_url).status_code] == [404, 404]


@pytest.mark.parametrize("empty", ["agency", "reason", "until_day"])
def test_every_answer_is_needed_and_what_was_typed_is_kept(client, coordinator, housing_agency, url, empty):
    client.force_login(coordinator)

    response = client.post(url, good(housing_agency) | {empty: ""})

    assert list(response.context["form"].errors) == [empty.removesuffix("_day")]
    assert "tenancy" in response.text or empty == "reason"
    assert not OffenderGroupObjectPermission.objects.visible_to(coordinator).exists()


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_the_end_is_after_today_and_within_the_standard(client, coordinator, housing_agency, url, days):
    client.force_login(coordinator)

    response = client.post(url, good(housing_agency, in_days(days)))

    assert "Enter an end date after today and not later than" in response.text
    assert "She applies for a tenancy" in response.text
    assert not OffenderGroupObjectPermission.objects.visible_to(coordinator).exists()


def test_the_last_day_of_the_standard_is_allowed(coordinator, offender, housing_agency):
    until = dates.add_months(dates.today(), 12)

    actions.share_with(offender=offender, agency=housing_agency, reason="x", until=until, by=coordinator)

    assert actions.shared_by_hand(offender) == [housing_agency]


@pytest.mark.parametrize("agency", ["police", "probation", "board_agency"])
def test_an_agency_that_sees_it_anyway_or_has_no_duty_is_refused(request, coordinator, offender, agency):
    with pytest.raises(ValidationError) as refusal:
        actions.share_with(
            offender=offender,
            agency=request.getfixturevalue(agency),
            reason="x",
            until=in_days(5),
            by=coordinator,
        )

    assert list(refusal.value.error_dict) == ["agency"]


def test_a_longer_share_is_not_silently_kept(coordinator, offender, housing_agency, granted):
    with pytest.raises(ValidationError, match="End that first"):
        actions.share_with(offender=offender, agency=housing_agency, reason="x", until=in_days(3), by=coordinator)


def test_a_share_can_be_made_longer(coordinator, offender, housing_agency, granted):
    actions.share_with(offender=offender, agency=housing_agency, reason="x", until=in_days(30), by=coordinator)

    assert OffenderGroupObjectPermission.objects.visible_to(coordinator).get().until == in_days(30)


def test_a_restricted_case_is_not_shared_with_an_agency(coordinator, offender, housing_agency, url, client):
    actions.name_person(offender=offender, person=coordinator, reason="x", until=None, by=coordinator)
    actions.restrict(offender=offender, reason="x", by=coordinator)
    client.force_login(coordinator)

    response = client.post(url, good(housing_agency))

    assert "This case is restricted" in response.text
    assert not OffenderGroupObjectPermission.objects.visible_to(coordinator).exists()


@pytest.mark.parametrize("reason", [" ", "x" * 301])
def test_the_action_itself_needs_a_reason_of_some_length(coordinator, offender, housing_agency, reason):
    with pytest.raises(ValidationError) as refusal:
        actions.share_with(offender=offender, agency=housing_agency, reason=reason, until=in_days(3), by=coordinator)

    assert list(refusal.value.error_dict) == ["reason"]


def test_the_actions_refuse_a_stranger(outsider, offender, housing_agency):
    with pytest.raises(PermissionDenied):
        actions.share_with(offender=offender, agency=housing_agency, reason="x", until=in_days(3), by=outsider)
    with pytest.raises(PermissionDenied):
        actions.end_share(offender=offender, agency=housing_agency, by=outsider)


# Ending


def test_ending_a_share_ends_it_today_and_keeps_the_row(
    client, coordinator, offender, housing, housing_agency, granted, end_url
):
    client.force_login(coordinator)

    client.post(end_url, {"agency": housing_agency.pk})

    assert not sees(housing, offender)
    assert OffenderGroupObjectPermission.objects.visible_to(coordinator).get().until == in_days(-1)
    assert TimelineEntry.objects.visible_to(coordinator).first().title == "No longer shared by hand"


def test_what_an_invitation_gives_stays(coordinator, offender, housing, housing_agency, granted):
    GroupGrantFactory(content_object=offender, group=housing_agency.group, basis=Basis.INVITED, source="IT-1")

    actions.end_share(offender=offender, agency=housing_agency, by=coordinator)

    assert sees(housing, offender)


def test_only_what_is_shared_can_be_ended(client, coordinator, offender, health_agency, granted, end_url):
    client.force_login(coordinator)

    response = client.post(end_url, {"agency": health_agency.pk})

    assert list(response.context["form"].errors) == ["agency"]
    with pytest.raises(ValidationError):
        actions.end_share(offender=offender, agency=health_agency, by=coordinator)


def test_without_a_share_there_is_nothing_to_end(client, coordinator, offender, end_url):
    client.force_login(coordinator)

    assert "The case is not shared by hand." in client.get(end_url).text


def test_an_agency_of_another_area_can_be_chosen_and_those_that_see_it_cannot(
    client, coordinator, other_area, police, probation, housing_agency, board_agency, url
):
    far = AgencyFactory(name="Housing, North Wales", kind__code="housing", area=other_area)
    client.force_login(coordinator)

    offered = set(client.get(url).context["form"].fields["agency"].queryset)

    assert {far, housing_agency} <= offered
    assert not {police, probation, board_agency} & offered
