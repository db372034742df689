"""Two records of one person are made one by somebody who runs their area and sees both; and taken apart again."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders import merging
from offenders.models import Exclusion, MergedRow, Offender
from tests.factories import (
    AddressFactory,
    CharacteristicFactory,
    ExclusionFactory,
    FlagFactory,
    FlagReviewFactory,
    GroupGrantFactory,
    IdentifierFactory,
    NotificationDueFactory,
    OffenderFactory,
    PersonalGrantFactory,
    WhereaboutsPeriodFactory,
    in_days,
)

EVERYONE = Offender._base_manager


@pytest.fixture
def other(offender):
    other = OffenderFactory(
        surname="Ashdowne",
        forenames="Pete",
        area=offender.area,
        lead_agency=offender.lead_agency,
        registered_by=offender.registered_by,
        level=2,
        next_review_on=in_days(10),
        level_period=True,
    )
    IdentifierFactory(offender=other, value="X123456")
    return other


@pytest.fixture
def url(offender, other):
    return f"/people/{offender.reference}/merge/{other.reference}/"


@pytest.fixture
def good():
    return {"reason": "Same fingerprints", "choice_surname": "standing", "choice_forenames": "merged"} | {
        "choice_lead_officer": "standing"
    }


def merged(offender, other, by):
    seen = merging.preview(offender=offender, other=other, choices={}, by=by)
    return merging.merge(offender=offender, other=other, choices={}, reason="One", confirmed=seen.token, by=by)


def test_the_record_takes_over_everything_and_what_was_chosen(client, coordinator, offender, other, url, good):
    client.force_login(coordinator)

    response = client.post(url, good)

    assert response.headers["Location"] == offender.get_absolute_url()
    now = Offender.objects.visible_to(coordinator).get()
    assert (now.full_name, now.level, now.next_review_on) == ("Ashdown, Pete", 2, in_days(10))
    assert now.identifiers.visible_to(coordinator).get().value == "X123456"
    assert {a.full_name for a in now.aliases.visible_to(coordinator)} == {"Ashdown, Peter", "Ashdowne, Pete"}


def test_it_is_told_with_the_old_reference_and_recorded_on_both(client, coordinator, offender, other, url, good):
    client.force_login(coordinator)

    client.post(url, good)

    told = offender.timeline.visible_to(coordinator).get(title="Records merged")
    assert told.text.startswith(other.reference)
    assert AccessEvent.objects.get(event="case.merged").case_id == offender.pk
    assert AccessEvent.objects.get(event="case.merged_away").case_id == other.pk


def test_the_old_reference_name_and_number_lead_to_the_record(client, coordinator, practitioner, offender, other):
    merged(offender, other, coordinator)
    client.force_login(practitioner)

    response = client.get(f"/people/{other.reference}/timeline/")
    assert response.headers["Location"] == f"/people/{offender.reference}/timeline/"
    for words in (other.reference, "Ashdowne", "x123456"):
        rows = client.post("/people/", {"words": words}, follow=True).context["rows"]
        assert [row["url"] for row in rows] == [offender.get_absolute_url()]


def test_what_was_typed_on_a_record_that_was_merged_meanwhile_is_kept_for_sending(
    client, coordinator, practitioner, offender, other
):
    merged(offender, other, coordinator)
    client.force_login(practitioner)

    response = client.post(f"/people/{other.reference}/notes/add/", {"text": "Rang at ten"}, follow=True)

    assert "Rang at ten" in response.text
    assert response.context["action"] == f"/people/{offender.reference}/notes/add/"


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_to_a_stranger_the_old_reference_leads_nowhere(client, request, coordinator, offender, other, person):
    merged(offender, other, coordinator)
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/people/{other.reference}/").status_code == 404


def test_the_merged_record_is_in_no_list_and_for_nobody_not_even_the_system(coordinator, system, offender, other):
    merged(offender, other, coordinator)

    for user in (coordinator, system):
        assert list(Offender.objects.visible_to(user)) == [offender]


@pytest.mark.parametrize("person", ["practitioner", "manager", "victim_liaison"])
def test_who_sees_both_but_does_not_run_the_area_is_refused(client, request, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, good).status_code == 403
    assert not EVERYONE.filter(merged_into__isnull=False).exists()


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_either_exists(client, request, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, good).status_code == 404


def test_a_record_that_is_not_seen_is_like_none(client, coordinator, offender, other_case):
    client.force_login(coordinator)
    ask = f"/people/{offender.reference}/merge/"

    answers = [
        client.post(ask, {"reference": ref}).context["form"].errors for ref in (other_case.reference, "MA-2222-2222")
    ]

    assert answers[0] == answers[1] != {}
    assert client.get(f"{ask}{other_case.reference}/").status_code == 302


def test_a_restricted_record_is_merged_only_by_somebody_named_in_it_and_closes_both(coordinator, offender, other):
    EVERYONE.filter(pk=other.pk).update(restricted=True)
    with pytest.raises(Offender.DoesNotExist):
        merging.preview(offender=offender, other=other, choices={}, by=coordinator)

    PersonalGrantFactory(content_object=other, user=coordinator)
    merged(offender, other, coordinator)

    assert EVERYONE.get(pk=offender.pk).restricted


def test_nobody_gains_sight_without_being_shown_and_confirmed(client, coordinator, housing, offender, other, url, good):
    GroupGrantFactory(content_object=other, group=housing.memberships.get().agency.group)
    client.force_login(coordinator)

    page = client.post(url, good)

    assert "Housing, Bedfordshire: 1 person" in page.text
    assert "Confirm that these people" in page.text
    assert "Same fingerprints" in page.text
    assert not EVERYONE.filter(merged_into__isnull=False).exists()
    token = page.context["form"].fields["confirmed"].choices[0][0]
    assert client.post(url, good | {"confirmed": token}).status_code == 302
    assert list(Offender.objects.visible_to(housing)) == [offender]


def test_a_list_of_people_that_has_changed_is_not_confirmed(coordinator, housing, offender, other):
    GroupGrantFactory(content_object=other, group=housing.memberships.get().agency.group)

    with pytest.raises(ValidationError, match="Confirm that these people"):
        merging.merge(offender=offender, other=other, choices={}, reason="One", confirmed="old", by=coordinator)


def test_who_is_excluded_from_one_is_excluded_from_both(coordinator, practitioner, offender, other):
    ExclusionFactory(offender=other, user=practitioner)

    merged(offender, other, coordinator)

    assert not Offender.objects.visible_to(practitioner).exists()
    assert EVERYONE.get(pk=offender.pk).lead_officer is None


def test_records_of_two_areas_are_not_merged(coordinator, offender, other, other_area):
    EVERYONE.filter(pk=other.pk).update(area=other_area)
    PersonalGrantFactory(content_object=other, user=coordinator)

    with pytest.raises(ValidationError, match="two areas"):
        merging.preview(offender=offender, other=other, choices={}, by=coordinator)


def test_no_reason_writes_nothing_and_keeps_what_was_chosen(client, coordinator, url, good):
    client.force_login(coordinator)

    response = client.post(url, good | {"reason": " "})

    assert "Enter how you know that this is one person" in response.text
    assert response.context["form"].data["choice_forenames"] == "merged"
    assert not EVERYONE.filter(merged_into__isnull=False).exists()


def test_looking_at_the_page_changes_nothing(client, coordinator, url, offender):
    client.force_login(coordinator)

    assert client.get(url).status_code == 200
    assert not MergedRow._base_manager.exists()
    assert not offender.timeline.visible_to(coordinator).exists()


# Taking it back


def test_a_merge_is_undone_from_its_page(client, coordinator, practitioner, offender, other):
    merge = merged(offender, other, coordinator)
    client.force_login(coordinator)

    client.post(merge.get_absolute_url(), {"reason": "Two people after all"})

    assert set(Offender.objects.visible_to(practitioner)) == {offender, other}
    assert client.get(f"/people/{other.reference}/").status_code == 200
    assert "undone already" in client.get(merge.get_absolute_url()).text


def test_what_was_written_since_stays_with_the_record(coordinator, offender, other):
    merge = merged(offender, other, coordinator)
    flag = FlagFactory(offender=offender)

    merging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert offender.flags.visible_to(coordinator).get() == flag
    assert not other.flags.visible_to(coordinator).exists()


def test_a_moved_row_that_was_changed_since_stops_it(client, coordinator, offender, other):
    flag = FlagFactory(offender=other)
    merge = merged(offender, other, coordinator)
    type(flag)._base_manager.update(notes="Changed since")
    client.force_login(coordinator)

    response = client.post(merge.get_absolute_url(), {"reason": "Two"})

    assert "flag (1)" in response.text
    assert "Changed since" not in response.text
    assert EVERYONE.get(pk=other.pk).merged_into_id == offender.pk


def test_what_hangs_on_a_moved_row_since_stops_it(coordinator, offender, other):
    flag = FlagFactory(offender=other)
    merge = merged(offender, other, coordinator)
    FlagReviewFactory(offender=offender, flag=flag)

    with pytest.raises(ValidationError, match="flag review"):
        merging.unmerge(merge=merge, reason="Two", by=coordinator)


def test_who_was_excluded_since_is_excluded_from_both_again(coordinator, practitioner, offender, other):
    merge = merged(offender, other, coordinator)
    ExclusionFactory(offender=offender, user=practitioner)

    merging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert not Offender.objects.visible_to(practitioner).exists()
    assert Exclusion._base_manager.filter(user=practitioner, ended_on=None).count() == 2


def test_a_restriction_since_stops_it(coordinator, offender, other):
    PersonalGrantFactory(content_object=offender, user=coordinator)
    merge = merged(offender, other, coordinator)
    EVERYONE.filter(pk=offender.pk).update(restricted=True)

    with pytest.raises(ValidationError, match="restricted after the merge"):
        merging.unmerge(merge=merge, reason="Two", by=coordinator)


def test_a_chain_of_merges_is_undone_from_its_end(coordinator, offender, other):
    third = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level_period=True)
    first = merged(other, third, coordinator)
    second = merged(offender, other, coordinator)
    first.refresh_from_db(from_queryset=type(first).objects.visible_to(coordinator))
    with pytest.raises(ValidationError, match="Undo that merge first"):
        merging.unmerge(merge=first, reason="Two", by=coordinator)

    merging.unmerge(merge=second, reason="Two", by=coordinator)
    first.refresh_from_db(from_queryset=type(first).objects.visible_to(coordinator))
    merging.unmerge(merge=first, reason="Two", by=coordinator)

    assert set(Offender.objects.visible_to(coordinator)) == {offender, other, third}


def test_the_verbs_themselves_refuse_those_who_may_not(offender, other, practitioner, coordinator):
    with pytest.raises(PermissionDenied):
        merging.preview(offender=offender, other=other, choices={}, by=practitioner)
    merge = merged(offender, other, coordinator)
    with pytest.raises(PermissionDenied):
        merging.unmerge(merge=merge, reason="Two", by=practitioner)


def test_of_two_deadlines_of_a_kind_the_earlier_stands(coordinator, offender, other):
    for case, days in ((offender, 90), (other, -3)):
        NotificationDueFactory(offender=case, what="periodic", due_on=in_days(days))

    merged(offender, other, coordinator)

    dues = offender.notification_dues.visible_to(coordinator)
    assert [row.due_on for row in dues.open()] == [in_days(-3)]
    assert dues.count() == 2


@pytest.mark.parametrize("factory", [AddressFactory, CharacteristicFactory, WhereaboutsPeriodFactory])
def test_what_both_records_say_of_the_present_does_not_forbid_the_merge(coordinator, offender, other, factory):
    kept = factory(offender=offender)
    gone = factory(offender=other)

    merging.unmerge(merge=merged(offender, other, coordinator), reason="Two people", by=coordinator)
    merged(offender, other, coordinator)

    rows = factory._meta.model.objects.visible_to(coordinator).filter(offender=offender)
    assert [row for row in rows if row.withdrawn_at is None] == [kept]
    assert {row.pk for row in rows} == {kept.pk, gone.pk}
