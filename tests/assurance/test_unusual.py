"""Each rule of unusual access finds what it is for and leaves ordinary work alone; and looking again finds nothing twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import Membership, Standard
from agencies.models.user import system_user
from assurance.models import UnusualAccess
from assurance.unusual import RULES, look, sample
from assurance.unusual.amounts import longest_run
from audit.models import Act
from mappa import dates
from tests.assurance.logging_in import acts
from tests.factories import ExclusionFactory, FlagFactory, OffenderFactory, PurposeFactory, in_days
from tests.factories.world import FlagKindFactory


@pytest.fixture
def noon():
    """A Wednesday, in the middle of the day: neither night nor weekend."""
    now = timezone.localtime() - timedelta(days=1)
    now -= timedelta(days=(now.isoweekday() - 3) % 7)
    return now.replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def found(noon):
    """What is found of the day of noon, as pairs of the rule and the case, for whom."""

    def judge(*, on=None):
        before = set(UnusualAccess.objects.visible_to(system_user()).values_list("pk", flat=True))
        people = Membership.objects.values_list("user", flat=True).distinct()
        look.judge(people, on or noon.date(), by=system_user())
        rows = UnusualAccess.objects.visible_to(system_user()).exclude(pk__in=before)
        return {(row.rule, row.person.name, row.case_reference) for row in rows}

    return judge


def limit(name, value):
    Standard.objects.filter(name=f"unusual_{name}").update(value=value)


def cases(offender, number, **fields):
    return [OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, **fields) for _each in range(number)]


def renamed(person, name):
    person.name = name
    person.save(update_fields=["name"])
    return person


def test_every_rule_says_why_and_how_and_names_only_standards_that_there_are(db):
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(str(rule.why) and str(rule.how) for rule in RULES)
    named = {name for rule in RULES for name in rule.figures}
    assert named <= set(Standard.objects.values_list("name", flat=True))


def test_a_days_ordinary_work_is_not_unusual(found, practitioner, manager, offender, noon):
    acts(practitioner, [offender, *cases(offender, 5)], at=noon, purpose="lead agency", every=300)
    acts(manager, [offender], at=noon, purpose="lead agency")

    assert found() == set()


def test_the_own_name_a_relatives_and_a_colleagues_are_found(found, area_officer, practitioner, chair, offender, noon):
    renamed(area_officer, "Peter Ashdown")
    renamed(practitioner, "Anne Ashdown")
    renamed(chair, "Olive Brown")
    colleague = OffenderFactory(area=offender.area, surname="Ashdown-Brown", forenames="Olive Jane")
    acts(area_officer, [offender], at=noon, purpose="duty")
    acts(practitioner, [offender], at=noon, purpose="work")
    acts(area_officer, [colleague], at=noon, purpose="named")

    assert found() == {
        ("own-record", "Peter Ashdown", offender.reference),
        ("own-name", "Anne Ashdown", offender.reference),
        ("colleague", "Peter Ashdown", colleague.reference),
    }


def test_a_relatives_name_is_no_matter_on_a_case_in_which_one_has_a_part(found, practitioner, offender, noon):
    renamed(practitioner, "Anne Ashdown")
    acts(practitioner, [offender], at=noon, purpose="lead officer")

    assert found() == set()


def test_whoever_opened_it_in_an_emergency_has_no_part_in_it(found, practitioner, offender, noon):
    renamed(practitioner, "Anne Ashdown")
    acts(practitioner, [offender], at=noon, purpose="emergency")

    assert found() == {("own-name", "Anne Ashdown", offender.reference)}


def test_many_people_in_an_hour_are_found_and_over_a_day_they_are_not(found, practitioner, manager, offender, noon):
    limit("people_hour", 4)
    many = cases(offender, 5)
    acts(practitioner, many, at=noon, purpose="lead agency", every=60)
    acts(manager, many, at=noon - timedelta(hours=5), purpose="lead agency", every=3000)

    assert found() == {("hour", "Bob", "")}


def test_a_day_unlike_the_others_is_found(found, practitioner, manager, offender, noon):
    limit("people_least", 4)
    many = cases(offender, 9)
    for ago in (3, 4, 5):
        acts(practitioner, many[:2], at=noon - timedelta(days=ago), purpose="lead agency")
        acts(manager, many[:8], at=noon - timedelta(days=ago), purpose="lead agency")
    acts(practitioner, many, at=noon, purpose="lead agency", every=400)
    acts(manager, many, at=noon, purpose="lead agency", every=400)

    assert found() == {("day", "Bob", "")}
    row = UnusualAccess.objects.visible_to(system_user()).get()
    assert row.found == {"people": 9, "usual": 2, "standard": 150}


def test_a_night_is_found_of_those_who_work_by_day(found, practitioner, manager, offender, noon):
    many = cases(offender, 6)
    night = noon.replace(hour=23)
    for ago in (1, 2, 3):
        acts(manager, many, at=night - timedelta(days=ago), purpose="lead agency")
    acts(practitioner, many, at=night, purpose="lead agency", every=60)
    acts(manager, many, at=night, purpose="lead agency", every=60)

    assert found() == {("hours", "Bob", "")}


def test_browsing_and_coming_back_without_a_part_are_found(found, area_officer, offender, noon):
    limit("without_part_people", 3)
    for ago in range(5):
        PurposeFactory(offender=offender, user=area_officer, on=noon.date() - timedelta(days=ago))
    acts(area_officer, [offender, *cases(offender, 2)], at=noon, purpose="work", every=300)

    assert found() == {("without-part", "Olive", ""), ("again", "Olive", offender.reference)}


def test_a_case_that_is_kept_from_somebody_is_found_when_he_tries_it(found, practitioner, offender, other_case, noon):
    kept = cases(offender, 1)[0]
    ExclusionFactory(offender=kept, user=practitioner)
    acts(practitioner, [kept.reference, other_case.reference, "MA-2222-2222"], at=noon, denied=True)
    # He sees this one, and was refused a page that is his manager's.
    acts(practitioner, [offender.reference], at=noon, denied=True, event="assurance.access_log_of_case.opened")

    assert found() == {("kept-from", "Bob", kept.reference), ("kept-from", "Bob", other_case.reference)}


def test_refusals_guesses_and_searches_that_lead_nowhere_are_found(found, practitioner, manager, noon):
    limit("denials_day", 6)
    limit("searches_day", 6)
    acts(practitioner, [f"MA-2222-222{number}" for number in range(6)], at=noon, denied=True)
    acts(manager, [None] * 6, at=noon, event="case.searched", act=Act.SEARCH)

    assert found() == {("refused", "Bob", ""), ("guessing", "Bob", ""), ("searching", "Maya", "")}


def test_looking_for_people_by_other_ways_counts_as_searching(
    found, practitioner, manager, coordinator, offender, noon
):
    limit("searches_day", 6)
    acts(practitioner, [None] * 6, at=noon, event="case.duplicates_looked_for", act=Act.SEARCH)
    acts(manager, cases(offender, 6), at=noon, event="case.existence_told", act=Act.REVEAL)
    # One request that searches and is told is one search.
    acts(coordinator, [None] * 5, at=noon, event="case.searched", act=Act.SEARCH)
    acts(coordinator, cases(offender, 5), at=noon, event="case.existence_told", act=Act.REVEAL)

    assert found() == {("searching", "Bob", ""), ("searching", "Maya", "")}


@pytest.mark.parametrize("way", ["search", "merge"])
def test_a_case_that_is_kept_from_somebody_is_found_when_its_reference_is_typed(
    client, found, coordinator, offender, other_case, way
):
    client.force_login(coordinator)
    ways = {
        "search": ("/people/", {"words": other_case.reference}),
        "merge": (f"/people/{offender.reference}/merge/", {"reference": other_case.reference}),
    }

    client.post(*ways[way], follow=True)

    assert ("kept-from", coordinator.name, other_case.reference) in found(on=dates.today())


def test_walking_through_the_register_is_found(found, practitioner, manager, offender, noon):
    limit("in_order_people", 6)
    many = cases(offender, 6)
    acts(practitioner, many, at=noon, purpose="lead agency", every=600)
    acts(manager, [many[n] for n in (3, 1, 4, 0, 5, 2)], at=noon, purpose="lead agency", every=600)

    assert found() == {("in-order", "Bob", "")}
    assert [longest_run(run) for run in ([], [7], [1, 2, 3, 2, 1], [3, 1, 2, 5])] == [0, 1, 3, 3]


def test_a_case_that_newspapers_write_of_is_found_where_one_has_no_part_in_it(
    found, area_officer, practitioner, offender, noon
):
    FlagFactory(offender=offender, kind=FlagKindFactory(code="media-interest"))
    acts(area_officer, [offender], at=noon, purpose="records")
    acts(practitioner, [offender], at=noon, purpose="lead officer")

    assert found() == {("sought-after", "Olive", offender.reference)}


def test_copies_before_a_last_day_are_found(found, practitioner, manager, offender, noon):
    practitioner.memberships.update(until=noon.date() + timedelta(days=20))
    for person in (practitioner, manager):
        acts(person, [offender] * 3, at=noon, event="offenders.download.opened", act="D", purpose="lead agency")

    assert found() == {("leaving", "Bob", "")}


def test_two_copies_are_not_three_though_each_makes_two_lines(found, practitioner, offender, noon):
    practitioner.memberships.update(until=noon.date() + timedelta(days=20))
    for event in ("offenders.download.opened", "document.downloaded"):
        acts(practitioner, [offender] * 2, at=noon, event=event, act="D", purpose="lead agency")

    assert found() == set()


def test_looking_again_finds_nothing_twice_and_the_numbers_follow(found, practitioner, noon):
    limit("denials_day", 3)
    acts(practitioner, [""] * 3, at=noon, denied=True)
    assert found() == {("refused", "Bob", "")}

    acts(practitioner, [""] * 2, at=noon + timedelta(minutes=5), denied=True)

    assert found() == set()
    assert UnusualAccess.objects.visible_to(system_user()).get().found["refused"] == 5


def test_files_and_forms_that_were_refused_are_no_sign_of_it(found, practitioner, noon):
    limit("denials_day", 3)
    for event in ("file.refused", "request.refused"):
        acts(practitioner, [""] * 3, at=noon, event=event, denied=True)

    assert found() == set()


def test_the_hourly_look_begins_where_the_last_one_ended(practitioner, manager, noon, monkeypatch):
    limit("denials_day", 3)
    now = timezone.now()
    acts(practitioner, [""] * 3, at=now - timedelta(hours=2), denied=True)
    monkeypatch.setattr(look, "BATCH", 3)
    acts(manager, [""] * 3, at=now - timedelta(hours=1), denied=True)

    assert [look.look_at_news(now=now, by=system_user()) for _each in range(3)] == [1, 1, 0]


def test_what_came_late_is_found_at_night_and_each_day_is_judged_once(practitioner, today):
    limit("denials_day", 3)
    yesterday = today - dates.ONE_DAY
    acts(practitioner, [""] * 3, at=dates.midnight(yesterday) + timedelta(hours=9), denied=True)

    assert look.look_at_day(on=yesterday, by=system_user()) == 1
    assert look.look_at_day(on=yesterday, by=system_user()) == 0


def test_each_month_a_share_of_every_agency_is_drawn_once(practitioner, manager, area_officer, offender, today):
    limit("sample_percent", 20)
    last_month = dates.midnight(dates.add_months(today.replace(day=1), -1)) + timedelta(days=9, hours=10)
    Membership.objects.update(from_on=in_days(-300))
    acts(practitioner, cases(offender, 6), at=last_month)
    acts(manager, [offender], at=last_month)

    assert sample.draw_samples(on=today, by=system_user()) == 2
    assert sample.draw_samples(on=today, by=system_user()) == 0
    rows = UnusualAccess.objects.visible_to(system_user())
    assert {(row.rule, row.agency.name, row.found["of"]) for row in rows} == {("sample", "Probation, Bedfordshire", 7)}
    assert all(row.case_reference.startswith("MA-") for row in rows)
