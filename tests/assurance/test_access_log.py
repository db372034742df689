"""The access log: of a case, of a person and one's own; nobody sees through it what he may not see, and reading it is recorded."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone

from assurance import access_log
from assurance.access_log import Asked, token_of
from assurance.lines import lines_of
from audit.models import AccessEvent
from offenders.models import Offender
from tests.assurance.logging_in import acts, open_as
from tests.factories import ExclusionFactory, GroupGrantFactory, UnusualAccessFactory

CLOSED = "A restricted part of the record"


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/access-log/"


def said(response):
    return [(line.who, line.act, line.what) for line in response.context["lines"]]


def test_a_manager_of_the_lead_agency_reads_who_opened_the_case_when_from_where_and_why(
    client, manager, area_officer, offender, url
):
    acts(area_officer, [offender], purpose="duty")

    response = open_as(client, manager, url)

    line = next(line for line in response.context["lines"] if line.who == "Olive")
    assert (line.agency, line.act, line.what) == ("Police, Bedfordshire", "Viewed", "Overview")
    assert line.purpose == "I’m on duty and there is an immediate risk"
    assert (line.place, line.request_id) == ("192.0.2.7", "0" * 32)
    assert "Access log" in response.text


def test_reading_the_log_stands_in_it(client, manager, offender, url):
    open_as(client, manager, url)

    response = client.get(url)

    assert ("Maya", "Listed", "Access log of case") in said(response)


def test_whoever_may_not_read_the_log_is_refused_and_has_no_tab(client, practitioner, offender, url):
    assert open_as(client, practitioner, url).status_code == 403
    assert url not in client.get(f"/people/{offender.reference}/who-can-see/").text


def test_what_somebody_on_the_case_was_refused_stands_in_its_log(client, manager, practitioner, url):
    assert open_as(client, practitioner, url).status_code == 403

    lines = open_as(client, manager, f"{url}?denied=on").context["lines"]

    assert [(line.who, line.what, line.is_denied) for line in lines] == [("Bob", "Access log of case", True)]


def test_for_an_outsider_there_is_neither_case_nor_log(client, outsider, manager, offender, url):
    assert open_as(client, outsider, url).status_code == 404
    ExclusionFactory(offender=offender, user=manager)
    assert open_as(client, manager, url).status_code == 404


def test_filters_are_by_day_act_person_purpose_and_refusal(client, manager, area_officer, practitioner, offender, url):
    week_ago = timezone.now() - timedelta(days=7)
    acts(practitioner, [offender], at=week_ago, purpose="lead officer")
    acts(area_officer, [offender], purpose="duty")
    acts(area_officer, [offender], event="case.restricted", act="C")
    acts(area_officer, [offender], event="offenders.merge.opened", denied=True)
    client.force_login(manager)

    def who(**chosen):
        found = client.get(f"{url}?{urlencode(chosen)}").context["lines"]
        return [(line.who, line.what) for line in found if line.who != "Maya"]

    day = timezone.localdate(week_ago)
    on = {"until_day": day.day, "until_month": day.month, "until_year": day.year}
    assert who(**on) == [("Bob", "Overview")]
    assert who(act="C") == [("Olive", "Case restricted")]
    assert who(purpose="duty") == [("Olive", "Overview")]
    assert who(who=token_of(practitioner)) == [("Bob", "Overview")]
    assert who(denied="on") == [("Olive", "Merge")]


def test_a_wrong_period_is_said_and_the_usual_one_is_shown(client, manager, offender, url):
    wrong = {"since_day": "1", "since_month": "1", "since_year": "2020"}

    response = open_as(client, manager, f"{url}?{urlencode(wrong)}")

    assert "Ask for at most 366 days at once" in response.text
    assert (response.context["days"].until - response.context["days"].since).days == 27


def test_what_was_done_with_victims_is_told_to_those_who_may_know_of_them(
    client, manager, coordinator, victim_liaison, offender, url
):
    acts(victim_liaison, [offender], event="offenders.victims.opened")
    vera = AccessEvent.objects.create(
        event="victim.added",
        actor_id=victim_liaison.pk,
        kind="offenders.Victim",
        reference="VI-2222-2222",
        case_id=offender.pk,
        request_id="1" * 32,
    )

    page = open_as(client, manager, url)
    theirs = [(line.who, line.act, line.agency) for line in page.context["lines"] if line.what == CLOSED]
    assert theirs == [("Not shown", "", "")] * 2
    assert not any(words in page.text for words in (vera.reference, "Vera"))
    asked = client.get(f"{url}?{urlencode({'act': 'C', 'who': token_of(victim_liaison)})}")
    assert CLOSED not in [line.what for line in asked.context["lines"]]
    hers = [line.what for line in open_as(client, coordinator, url).context["lines"] if line.who == "Vera"]
    assert hers == ["Victim added", "Victims"]


def test_pages_follow_each_other_without_gap_or_double_and_without_keys(client, manager, practitioner, offender, url):
    acts(practitioner, [offender] * 60)
    client.force_login(manager)

    seen, address = [], f"{url}?act=V"
    while address:
        response = client.get(address)
        seen += [line.request_id for line in response.context["lines"] if line.who == "Bob"]
        address = response.context["next"]

    assert seen == [f"{number:032x}" for number in reversed(range(60))]
    assert str(AccessEvent.objects.latest("pk").pk) not in response.context["previous"]


def test_a_page_of_the_log_asks_few_questions_however_many_lines_it_has(
    client, manager, practitioner, area_officer, chair, offender, url, django_assert_max_num_queries
):
    for person in (practitioner, area_officer, chair):
        acts(person, [offender] * 20)
    client.force_login(manager)
    client.get(url)

    with django_assert_max_num_queries(36):
        client.get(url)


@pytest.mark.parametrize("index", ["case", "actor", "agency"])
def test_each_log_is_read_by_its_index_and_within_its_days(offender, practitioner, today, index):
    acts(practitioner, [offender] * 5)
    asked = Asked(today - timedelta(days=27), today)
    ways = {
        "case": access_log.of_case(offender.pk, asked),
        "actor": access_log.of_person(practitioner.pk, asked),
        "agency": access_log.of_agency(offender.lead_agency_id, asked),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = ways[index].order_by("-at", "-pk")[:26].explain()

    assert f"Index Cond: (({index}_id = " in plan
    assert "(at >=" in plan


def test_everybody_reads_what_he_did_himself_and_no_case_that_he_sees_no_more(
    client, practitioner, offender, other_case
):
    acts(practitioner, [offender, other_case], event="offenders.overview.opened")

    response = open_as(client, practitioner, "/access-log/mine/")

    cases = [(line.case, line.url) for line in response.context["lines"] if line.what == "Overview"]
    assert cases == [
        ("A case that you do not see", ""),
        (offender.reference, f"/people/{offender.reference}/"),
    ]
    assert other_case.reference not in response.text


def test_an_information_officer_reads_the_log_of_a_case_by_its_reference_and_nothing_of_the_case(
    client, information_officer, practitioner, offender
):
    Offender._base_manager.update(restricted=True)
    acts(practitioner, [offender], purpose="lead officer")

    response = open_as(client, information_officer, f"/access-log/case/?reference={offender.reference.lower()}")

    assert ("Bob", "Viewed", "Overview") in said(response)
    assert not any(word in response.text for word in ("Ashdown", "Peter", "1981"))
    event = AccessEvent.objects.get(event="access_log.case_read")
    assert (event.actor_id, event.case_id) == (information_officer.pk, offender.pk)


def test_a_case_of_another_area_is_as_if_it_were_not_there(client, information_officer, other_case):
    there = open_as(client, information_officer, f"/access-log/case/?reference={other_case.reference}")
    nowhere = client.get("/access-log/case/?reference=MA-2222-2222")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    refused = AccessEvent.objects.filter(event="assurance.log_of_case.opened", outcome="N", case_id=None)
    assert {event.reference for event in refused} == {other_case.reference, "MA-2222-2222"}


def test_a_person_is_found_by_name_and_no_address_has_it(client, information_officer, practitioner, outsider, offender):
    acts(practitioner, [offender])
    client.force_login(information_officer)

    response = client.post("/access-log/", {"words": "bob"})
    [person] = response.context["people"]

    assert person["name"] == "Bob"
    assert "bob" not in person["url"]
    assert [line.case for line in client.get(person["url"]).context["lines"]] == [offender.reference]
    assert AccessEvent.objects.get(event="access_log.person_read").detail == {"person": practitioner.pk}
    assert client.post("/access-log/", {"words": "charlie"}).context["people"] == []


def test_a_manager_reads_what_his_team_opened_and_learns_of_no_case(
    client, manager, practitioner, other_case, offender
):
    acts(practitioner, [other_case, offender])
    client.force_login(manager)

    people = client.get("/access-log/team/").context["people"]
    response = client.get(next(person["url"] for person in people if person["name"] == "Bob"))

    assert [line.case for line in response.context["lines"]] == [offender.reference, "A case that you do not see"]


def test_nobody_else_reads_what_somebody_opened(client, practitioner, area_officer, chair, outsider):
    for reader in (area_officer, chair, outsider):
        assert open_as(client, reader, f"/access-log/person/?who={token_of(practitioner)}").status_code == 404


@pytest.mark.parametrize("typed", ["", "MA-1", "Ashdown"])
def test_what_is_no_reference_is_refused_with_an_example(client, information_officer, typed):
    response = open_as(client, information_officer, f"/access-log/?{urlencode({'reference': typed or ' '})}")

    assert "MA-7Q2F-K9XD" in response.text
    assert typed == "" or response.context["case"].errors


def test_an_agencys_log_is_read_by_whoever_answers_for_its_area(
    client, information_officer, practitioner, area_officer, probation, other_case, offender
):
    acts(practitioner, [offender])
    acts(area_officer, [offender])

    response = open_as(client, information_officer, f"/access-log/agency/?agency={probation.pk}")

    assert said(response) == [("Bob", "Viewed", "Overview")]
    assert AccessEvent.objects.get(event="access_log.agency_read").detail == {"agency": probation.pk}
    assert client.get(f"/access-log/agency/?agency={other_case.lead_agency_id}").status_code == 404


def test_a_contact_point_reads_numbers_of_her_own_agency_and_no_lines(
    client, housing, housing_agency, probation, practitioner, offender
):
    acts(housing, [offender, offender])
    acts(housing, [offender], denied=True)
    acts(practitioner, [offender] * 5)

    response = open_as(client, housing, "/access-log/numbers/")

    found = dict(response.context["rows"])
    assert (response.context["agency"], found["People who used it"]) == (housing_agency, "1")
    assert (found["Different cases"], found["Refusals"]) == ("1", "1")
    assert "rows" not in client.get(f"/access-log/numbers/?agency={probation.pk}").context
    assert client.get(f"/access-log/agency/?agency={housing_agency.pk}").status_code == 403


def test_in_what_somebody_opened_victims_are_told_of_by_the_case_and_not_by_the_reader_alone(
    chair, practitioner, police, offender, other_case
):
    GroupGrantFactory(content_object=other_case, group=police.group)
    acts(practitioner, [offender, other_case], event="victim.added", act="C")

    lines = lines_of(AccessEvent.objects.filter(event="victim.added").order_by("pk"), chair)

    assert [(line.who, line.what, line.case) for line in lines] == [
        ("Bob", "Victim added", offender.reference),
        ("Not shown", CLOSED, ""),
    ]


def test_an_officer_who_is_excluded_from_a_case_learns_nothing_of_it(
    client, information_officer, practitioner, offender
):
    ExclusionFactory(offender=offender, user=information_officer)
    acts(practitioner, [offender])
    unusual = UnusualAccessFactory(offender=offender, person=practitioner)

    log = open_as(client, information_officer, f"/access-log/case/?reference={offender.reference}")
    person = client.get(f"/access-log/person/?who={token_of(practitioner)}")

    assert log.status_code == 404
    assert [line.case for line in person.context["lines"]] == ["A case that you do not see"]
    assert offender.reference not in person.text
    assert client.get(f"/unusual-access/{unusual.reference}/").status_code == 404
    assert unusual.reference not in client.get("/unusual-access/").text


def test_of_an_agency_a_filter_is_asked_for_fewer_days(client, information_officer, probation, today):
    day = today - timedelta(days=200)
    since = {"since_day": day.day, "since_month": day.month, "since_year": day.year, "agency": probation.pk}

    assert "at most 92 days" not in open_as(client, information_officer, f"/access-log/agency/?{urlencode(since)}").text
    assert "at most 92 days" in client.get(f"/access-log/agency/?{urlencode(since | {'act': 'C'})}").text
