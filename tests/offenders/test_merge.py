"""Two records of one person are made one by somebody who runs their area and sees both; and taken apart again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders import merging, search, unmerging
from offenders.actions import identity
from offenders.models import Exclusion, LevelPeriod, Merge, MergedRow, Offender
from offenders.models.grant import Basis
from tests.factories import (
    AddressFactory,
    AliasFactory,
    AssessmentFactory,
    CategoryBasisFactory,
    CategoryPeriodFactory,
    CategoryProposalFactory,
    CharacteristicFactory,
    ConvictionFactory,
    ExclusionFactory,
    FlagFactory,
    FlagReviewFactory,
    GroupGrantFactory,
    IdentifierFactory,
    LicenceFactory,
    NoteFactory,
    NotificationDueFactory,
    OffenderFactory,
    PersonalGrantFactory,
    RestrictionFactory,
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
    tried = AccessEvent.objects.filter(event="case.reference_refused", outcome="N").order_by("pk")
    assert [event.reference for event in tried] == [other_case.reference, "MA-2222-2222", other_case.reference]


def test_a_restricted_record_is_merged_only_by_somebody_named_in_it_and_closes_both(coordinator, offender, other):
    EVERYONE.filter(pk=other.pk).update(restricted=True)
    with pytest.raises(ValidationError, match="no longer see it"):
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

    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)

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
        unmerging.unmerge(merge=merge, reason="Two", by=coordinator)


def test_who_was_excluded_since_is_excluded_from_both_again(coordinator, practitioner, offender, other):
    merge = merged(offender, other, coordinator)
    ExclusionFactory(offender=offender, user=practitioner)

    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert not Offender.objects.visible_to(practitioner).exists()
    assert Exclusion._base_manager.filter(user=practitioner, ended_on=None).count() == 2


def test_a_restriction_since_stops_it(coordinator, offender, other):
    PersonalGrantFactory(content_object=offender, user=coordinator)
    merge = merged(offender, other, coordinator)
    EVERYONE.filter(pk=offender.pk).update(restricted=True)

    with pytest.raises(ValidationError, match="restricted after the merge"):
        unmerging.unmerge(merge=merge, reason="Two", by=coordinator)


def test_a_chain_of_merges_is_undone_from_its_end(coordinator, offender, other):
    third = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level_period=True)
    first = merged(other, third, coordinator)
    second = merged(offender, other, coordinator)
    first.refresh_from_db(from_queryset=type(first).objects.visible_to(coordinator))
    with pytest.raises(ValidationError, match="Undo that merge first"):
        unmerging.unmerge(merge=first, reason="Two", by=coordinator)

    unmerging.unmerge(merge=second, reason="Two", by=coordinator)
    first.refresh_from_db(from_queryset=type(first).objects.visible_to(coordinator))
    unmerging.unmerge(merge=first, reason="Two", by=coordinator)

    assert set(Offender.objects.visible_to(coordinator)) == {offender, other, third}


def test_the_verbs_themselves_refuse_those_who_may_not(offender, other, practitioner, coordinator):
    with pytest.raises(PermissionDenied):
        merging.preview(offender=offender, other=other, choices={}, by=practitioner)
    merge = merged(offender, other, coordinator)
    with pytest.raises(PermissionDenied):
        unmerging.unmerge(merge=merge, reason="Two", by=practitioner)


def test_of_two_deadlines_of_a_kind_one_stands_and_none_that_is_missed_is_hidden(coordinator, offender, other):
    for case, days in ((offender, 90), (other, -3)):
        NotificationDueFactory(offender=case, what="periodic", due_on=in_days(days))

    merged(offender, other, coordinator)

    dues = offender.notification_dues.visible_to(coordinator)
    assert [row.due_on <= in_days(-3) for row in dues.open()] == [True]


@pytest.mark.parametrize("factory", [AddressFactory, CharacteristicFactory, WhereaboutsPeriodFactory])
def test_what_both_records_say_of_the_present_does_not_forbid_the_merge(coordinator, offender, other, factory):
    kept = factory(offender=offender)
    gone = factory(offender=other)

    unmerging.unmerge(merge=merged(offender, other, coordinator), reason="Two people", by=coordinator)
    merged(offender, other, coordinator)

    rows = factory._meta.model.objects.visible_to(coordinator).filter(offender=offender)
    assert [row for row in rows if row.withdrawn_at is None] == [kept]
    assert {row.pk for row in rows} == {kept.pk, gone.pk}


# What the case row says follows the rows behind it


def now(offender, by):
    return Offender.objects.visible_to(by).get(pk=offender.pk)


@pytest.mark.parametrize("on_other", [True, False])
def test_where_the_person_is_is_what_was_recorded_last(coordinator, offender, other, on_other):
    earlier, later = (offender, other) if on_other else (other, offender)
    WhereaboutsPeriodFactory(offender=earlier, kind="community", move="release", place="", from_on=in_days(-900))
    WhereaboutsPeriodFactory(offender=later, kind="custody", place="HMP Leeds", from_on=in_days(-30))

    merged(offender, other, coordinator)

    stays = offender.whereabouts_periods.visible_to(coordinator).standing()
    assert {stay.kind: stay.until for stay in stays} == {"custody": None, "community": in_days(-30)}
    assert now(offender, coordinator).whereabouts == "custody"


def test_nobody_comes_back_from_the_dead(coordinator, offender, other):
    WhereaboutsPeriodFactory(offender=offender, kind="deceased", move="death", place="", from_on=in_days(-90))
    WhereaboutsPeriodFactory(offender=other, kind="custody", place="HMP Leeds", from_on=in_days(-30))

    merged(offender, other, coordinator)

    assert now(offender, coordinator).whereabouts == "deceased"


def test_the_later_main_address_stands_and_the_earlier_ends_there(coordinator, offender, other):
    AddressFactory(offender=offender, kind="home", address="Old", from_on=in_days(-900))
    AddressFactory(offender=other, kind="home", address="New", from_on=in_days(-9))

    merged(offender, other, coordinator)

    homes = offender.addresses.visible_to(coordinator).standing()
    assert {home.address: home.until for home in homes} == {"Old": in_days(-9), "New": None}


@pytest.mark.parametrize("latest_on_other", [True, False])
def test_the_risk_is_that_of_the_latest_assessment(coordinator, offender, other, latest_on_other):
    first, second = (offender, other) if latest_on_other else (other, offender)
    AssessmentFactory(offender=first, public=1, children=1, known_adult=1, staff=1, prisoners=1)
    AssessmentFactory(offender=second, public=4, children=1, known_adult=1, staff=1, prisoners=1)

    merge = merged(offender, other, coordinator)

    assert now(offender, coordinator).rosh == 4
    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)
    assert now(offender, coordinator).rosh == offender.rosh


def test_of_two_recorded_categories_the_one_stands_that_the_bases_give(coordinator, offender, other):
    EVERYONE.filter(pk=offender.pk).update(category=2)
    EVERYONE.filter(pk=other.pk).update(category=1)
    CategoryPeriodFactory(offender=offender, category=2)
    CategoryPeriodFactory(offender=other, category=1)
    CategoryBasisFactory(offender=other, category=1, limb="s.327(2)")

    merged(offender, other, coordinator)

    periods = offender.category_periods.visible_to(coordinator)
    assert [period.category for period in periods.filter(until=None)] == [1]
    assert now(offender, coordinator).category == 1


def test_what_the_rows_say_is_not_asked(client, coordinator, offender, other, url):
    EVERYONE.filter(pk=other.pk).update(rosh=4, whereabouts="custody")
    WhereaboutsPeriodFactory(offender=other, kind="custody", place="HMP Leeds")
    AssessmentFactory(offender=other)
    client.force_login(coordinator)

    fields = client.get(url).context["form"].fields

    assert "choice_surname" in fields
    assert not {"choice_whereabouts", "choice_rosh"} & set(fields)


def test_two_undetermined_records_are_merged_and_asked_about_once(coordinator, offender, other):
    for case in (offender, other):
        CategoryProposalFactory(offender=case)

    merged(offender, other, coordinator)

    outcomes = sorted(row.outcome for row in offender.category_proposals.visible_to(coordinator))
    assert outcomes.count("overtaken") >= 1
    assert outcomes.count("") <= 1


def test_the_same_licence_twice_is_once_an_error_and_two_licences_are_for_a_person(coordinator, offender, other):
    mine, theirs = LicenceFactory(offender=offender), LicenceFactory(offender=other)
    merge = merged(offender, other, coordinator)

    ends = {row.pk: row.ending for row in offender.licences.visible_to(coordinator)}
    assert ends == {mine.pk: "", theirs.pk: "error"}
    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)
    type(mine)._base_manager.filter(pk=theirs.pk).update(starts_on=mine.starts_on - timedelta(days=1))
    with pytest.raises(ValidationError, match="Orders and licence"):
        merged(offender, other, coordinator)


# A date of birth is a day and how exactly it is known


@pytest.fixture
def about(other):
    EVERYONE.filter(pk=other.pk).update(born_on=date(1980, 1, 1), born_is="about")
    return other


@pytest.mark.parametrize(
    ("chosen", "words", "left"), [("standing", "14 May 1981", "about 1980"), ("merged", "about 1980", "14 May 1981")]
)
def test_the_date_not_chosen_stays_and_finds_the_person(coordinator, offender, about, chosen, words, left):
    merging.merge(offender=offender, other=about, choices={"born_on": chosen}, reason="x", confirmed="", by=coordinator)

    case = now(offender, coordinator)
    rows = {row.kind: row.in_words for row in case.birth_dates.visible_to(coordinator).standing()}
    assert (case.born_in_words, rows) == (words, {"recorded": words, "papers": left})
    for typed in ("14/5/1981", "1980"):
        assert list(search.matching(coordinator, typed, {})) == [case]


def test_the_page_writes_no_more_of_a_birth_than_is_known(client, coordinator, offender, about, url):
    client.force_login(coordinator)

    page = client.get(url).text

    assert "about 1980" in page
    assert "1 January 1980" not in page


def test_a_date_of_birth_after_a_conviction_is_not_chosen(client, coordinator, offender, other, url, good):
    EVERYONE.filter(pk=other.pk).update(born_on=in_days(-400))
    ConvictionFactory(offender=offender, dealt_with_on=in_days(-900))
    client.force_login(coordinator)

    page = client.post(url, good | {"choice_born_on": "merged", "reason": "Same prints"})

    assert "before every conviction" in page.text
    assert "Same prints" in page.text
    assert page.context["form"].fields["choice_born_on"]


def test_a_name_that_was_withdrawn_does_not_count_as_kept(coordinator, offender, other, practitioner):
    row = AliasFactory(offender=offender, surname="Ashdowne", forenames="Pete")
    identity.withdraw_fact(fact=row, because="His brother", by=practitioner)

    merged(now(offender, coordinator), other, coordinator)

    standing = offender.aliases.visible_to(coordinator).standing()
    assert [alias.full_name for alias in standing] == ["Ashdowne, Pete"]


# Who leads


def test_the_agency_that_leads_no_longer_sees_it_for_a_time_and_its_officer_leads_no_more(
    coordinator, offender, other, housing, practitioner
):
    agency = housing.memberships.get().agency
    EVERYONE.filter(pk=other.pk).update(lead_agency=agency, lead_officer=housing)
    GroupGrantFactory(content_object=other, group=agency.group, basis=Basis.LEAD)

    seen = merging.preview(offender=offender, other=other, choices={}, by=coordinator)
    merging.merge(offender=offender, other=other, choices={}, reason="x", confirmed=seen.token, by=coordinator)

    grant = offender.agency_grants.visible_to(coordinator).get()
    assert (grant.basis, grant.until) == ("transfer", in_days(28))
    assert now(offender, coordinator).lead_officer == practitioner


def test_the_lead_agency_and_its_officer_are_one_question(client, coordinator, offender, other, url, housing):
    EVERYONE.filter(pk=other.pk).update(lead_agency=housing.memberships.get().agency, lead_officer=housing)
    client.force_login(coordinator)

    page = client.get(url)

    assert "choice_lead_officer" not in page.context["form"].fields
    assert f"Housing, Bedfordshire, {housing.name}" in page.text


# Two at once


def test_a_second_click_is_told_and_is_no_fault(client, coordinator, practitioner, offender, other):
    merged(offender, other, coordinator)

    with pytest.raises(ValidationError, match="merged into another meanwhile"):
        merging.merge(offender=offender, other=other, choices={}, reason="One", confirmed="", by=coordinator)
    with pytest.raises(ValidationError, match="Nothing was saved"):
        identity.add_alias(offender=other, surname="X", forenames="", kind="former", from_on=None, by=practitioner)


def test_choices_that_are_refused_are_asked_again_with_what_was_typed(client, coordinator, offender, other, url, good):
    EVERYONE.filter(pk=offender.pk).update(level=1)
    EVERYONE.filter(pk=other.pk).update(category=3, ended_on=in_days(-9))
    LevelPeriod._base_manager.filter(offender=other).update(level=1)
    client.force_login(coordinator)

    page = client.post(url, good | {"choice_category": "merged"})

    assert "A category 3 case is managed at level 2 or 3" in page.text
    assert page.context["form"].data["reason"] == "Same fingerprints"
    assert "Merge the records" in page.text


def test_the_page_says_what_comes_over_and_what_gives_way(client, coordinator, offender, other, url):
    FlagFactory(offender=other)
    client.force_login(coordinator)

    context = client.get(url).context

    assert ("flags", 1) in [(row.kind, row.number) for row in context["moved"]]
    assert ("level periods", 1) in [(row.kind, row.number) for row in context["gives_way"]]


def test_two_that_cannot_be_compared_are_answered_with_words(client, coordinator, offender, other_case):
    client.force_login(coordinator)

    page = client.get(f"/people/{offender.reference}/merge/{other_case.reference}/", follow=True)

    assert "These two cannot be compared here" in page.text


# What may not be opened by taking it back


@pytest.fixture
def closed(offender, other, coordinator):
    """The other record is restricted, and the merge has closed both."""
    EVERYONE.filter(pk=other.pk).update(restricted=True)
    PersonalGrantFactory(content_object=other, user=coordinator)
    RestrictionFactory(offender=other)
    return merged(offender, other, coordinator)


def test_undoing_shows_who_will_see_more_and_wants_that_confirmed(
    client, coordinator, practitioner, offender, other, closed
):
    client.force_login(coordinator)
    url = closed.get_absolute_url()

    page = client.post(url, {"reason": "Two people"})

    assert "Confirm that these people" in page.text
    assert not Offender.objects.visible_to(practitioner).exists()
    token = page.context["form"].fields["confirmed"].choices[0][0]
    client.post(url, {"reason": "Two people", "confirmed": token})
    assert list(Offender.objects.visible_to(practitioner)) == [offender]


def test_what_was_written_behind_a_restriction_stays_behind_it(coordinator, practitioner, offender, other, closed):
    NoteFactory(offender=now(offender, coordinator), by=coordinator)

    unmerging.unmerge(merge=closed, reason="Two", by=coordinator)

    assert not Offender.objects.visible_to(practitioner).exists()
    assert set(Offender.objects.visible_to(coordinator)) == {offender, other}


def test_whoever_was_kept_from_what_was_written_stays_kept_from_it(coordinator, practitioner, offender, other):
    ExclusionFactory(offender=other, user=practitioner)
    merge = merged(offender, other, coordinator)
    NoteFactory(offender=now(offender, coordinator), by=coordinator)

    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert not Offender.objects.visible_to(practitioner).exists()


def test_what_was_said_of_the_standing_record_since_is_no_obstacle(coordinator, practitioner, offender, other):
    merge = merged(offender, other, coordinator)
    AliasFactory(offender=now(offender, coordinator), surname="Later", forenames="")
    EVERYONE.filter(pk=offender.pk).update(next_review_on=in_days(99), lead_officer=None)

    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert list(search.matching(practitioner, "Later", {})) == [offender]
    assert "ashdowne" not in now(offender, coordinator).alias_words


def test_of_two_merges_the_later_is_undone_first_and_the_page_says_so(client, coordinator, offender, other):
    first = merged(offender, other, coordinator)
    third = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level_period=True)
    merged(now(offender, coordinator), third, coordinator)
    client.force_login(coordinator)

    page = client.get(first.get_absolute_url())

    assert f"{third.reference} was merged into this record after that" in page.text


def test_the_wrong_way_round_undone_and_the_right_way_round_keeps_who_did_both(coordinator, offender, other):
    first = merged(offender, other, coordinator)
    unmerging.unmerge(merge=first, reason="Wrong way", by=coordinator)
    rows = MergedRow._base_manager.filter(merge=first).count()

    second = merged(now(other, coordinator), now(offender, coordinator), coordinator)
    unmerging.unmerge(merge=second, reason="Two", by=coordinator)

    assert Merge._base_manager.get(pk=first.pk).undone_reason == "Wrong way"
    assert MergedRow._base_manager.filter(merge=first).count() == rows


def test_a_merge_is_undone_though_a_release_gave_and_took_columns_since(coordinator, offender, other):
    merge = merged(offender, other, coordinator)
    for line in MergedRow._base_manager.filter(merge=merge):
        line.before, line.after = (as_kept_by_an_older_release(image) for image in (line.before, line.after))
        line.save()

    unmerging.unmerge(merge=merge, reason="Two", by=coordinator)

    assert now(other, coordinator).identifiers.visible_to(coordinator).get().value == "X123456"


def as_kept_by_an_older_release(image):
    """Without a column that was added since, and with one that was dropped."""
    if image is None:
        return None
    known = {name: value for name, value in image.items() if name not in {"check_ok", "typed", "alias_words"}}
    return known | {"shoe_size": 9}


def test_whoever_runs_the_area_of_one_record_alone_merges_neither_with_the_other(coordinator, offender, other_case):
    for standing, gone in ((offender, other_case), (other_case, offender)):
        with pytest.raises(PermissionDenied):
            merging.preview(offender=standing, other=gone, choices={}, by=coordinator)
