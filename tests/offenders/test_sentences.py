"""Offences and sentences: the page, and the list of offences."""

from datetime import date

import pytest

from offenders.models import Conviction, Disposal, Offence
from tests.factories import (
    ConvictionFactory,
    DisposalFactory,
    KeyDateFactory,
    RecallFactory,
    TermFactory,
    WhereaboutsPeriodFactory,
    in_days,
)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/sentences/"


@pytest.fixture
def conviction(offender):
    return ConvictionFactory(offender=offender, court="Luton Crown Court")


@pytest.fixture
def sentence(offender, conviction):
    disposal = DisposalFactory(offender=offender, conviction=conviction, extension_years=1)
    TermFactory(offender=offender, disposal=disposal, months=18)
    TermFactory(offender=offender, disposal=disposal, position=2, months=6)
    return disposal


def test_a_conviction_is_shown_with_its_sentence_and_what_it_counts_as(client, practitioner, sentence, url):
    client.force_login(practitioner)

    text = client.get(url).text

    assert "Imprisonment of 1 March 2024; 18 months, then 6 months; extended by 1 year" in text
    assert "counts as 3 years" in text
    assert "Luton Crown Court" in text


def test_what_is_left_after_an_overlap_of_days_is_told_as_less(client, practitioner, offender, sentence, url):
    Disposal._base_manager.update(overlap_days=10)
    client.force_login(practitioner)

    assert "counts as 3 years less 10 days" in client.get(url).text


@pytest.mark.parametrize(("of_second", "warned"), [({}, True), ({"imposed_on": date(2024, 4, 1)}, False)])
def test_custody_for_two_schedule_3_offences_of_one_day_warns(client, practitioner, offender, url, of_second, warned):
    for more in ({}, of_second):
        rape = ConvictionFactory(offender=offender, offence=Offence.objects.get(code="SOA1"))
        DisposalFactory(offender=offender, conviction=rape, **more)
    client.force_login(practitioner)

    assert ("enter all of them with one conviction" in client.get(url).text) == warned


def test_a_condition_that_nobody_answered_warns(client, practitioner, offender, url):
    row = ConvictionFactory(offender=offender, offence=Offence.objects.get(code="SOA3"))
    DisposalFactory(offender=offender, conviction=row)
    client.force_login(practitioner)

    text = client.get(url).text

    assert "nobody has said whether it counts for registration" in text
    assert "Not said. It depends on this: victim under 18, or sentence" in text


def test_the_schedules_of_the_offence_are_told(client, practitioner, sentence, url):
    client.force_login(practitioner)

    assert "Schedule 15 Part 1 of the CJA 2003" in client.get(url).text


def test_a_conviction_quashed_is_folded_away_with_the_court(client, practitioner, offender, conviction, url):
    Conviction._base_manager.update(
        set_aside_on=in_days(-9), set_aside_court="Court of Appeal", set_aside_by=practitioner, set_aside_reason="New"
    )
    client.force_login(practitioner)

    part = client.get(url).context["parts"][0]

    assert (len(part.cards), part.past[0].tag, part.past[0].links) == (0, "Quashed", ())


def test_a_key_date_says_how_far_it_is(client, practitioner, offender, url):
    KeyDateFactory(offender=offender, on=in_days(12))
    client.force_login(practitioner)

    assert "In 12 days" in client.get(url).text


def test_where_the_person_is_and_was_is_shown(client, practitioner, offender, url, today):
    WhereaboutsPeriodFactory(offender=offender, kind="custody", place="HMP Example", until=today)
    WhereaboutsPeriodFactory(offender=offender, from_on=today)
    client.force_login(practitioner)

    part = client.get(url).context["parts"][2]

    assert [card.title for card in part.cards] == ["In the community"]
    assert [card.title for card in part.past] == ["In custody"]


def test_before_the_first_move_it_says_that_the_time_is_unknown(client, practitioner, url):
    client.force_login(practitioner)

    assert "Since when has not been recorded" in client.get(url).text


def test_a_death_warns_that_the_case_stays_open(client, practitioner, offender, url):
    offender.whereabouts = "deceased"
    offender.save()
    client.force_login(practitioner)

    assert "until somebody confirms the exit" in client.get(url).text


@pytest.mark.parametrize(("person", "may"), [("practitioner", True), ("coordinator", True), ("chair", False)])
def test_who_may_not_edit_is_offered_nothing(client, request, offender, sentence, url, person, may):
    RecallFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    text = client.get(url).text

    assert ("/quash/" in text, "/convictions/add/" in text, "/return/" in text, "/move/" in text) == (may,) * 4


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404


def test_convictions_are_turned_page_by_page(client, practitioner, offender, url):
    for _each in range(27):
        ConvictionFactory(offender=offender)
    client.force_login(practitioner)

    first = client.get(url)
    second = client.get(first.context["next"])

    assert [len(page.context["parts"][0].cards) for page in (first, second)] == [25, 2]


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_costs_the_same_however_many(
    client, practitioner, offender, url, number, django_assert_max_num_queries
):
    for each in range(number):
        disposal = DisposalFactory(offender=offender)
        TermFactory(offender=offender, disposal=disposal)
        DisposalFactory(
            offender=offender,
            conviction=disposal.conviction,
            replaces=DisposalFactory(offender=offender, conviction=disposal.conviction),
            replaced_why="corrected",
            replacement_reason="Wrong",
        )
        KeyDateFactory(offender=offender, on=in_days(each))
        RecallFactory(offender=offender, returned_on=in_days(0), returned_by=practitioner)
    client.force_login(practitioner)

    with django_assert_max_num_queries(38):
        client.get(url)


@pytest.mark.parametrize("person", ["practitioner", "chair", "housing", "victim_liaison"])
def test_whoever_works_cases_searches_the_offences(client, request, person):
    client.force_login(request.getfixturevalue(person))

    rows = client.get("/offences/?words=rape+child").context["rows"]

    assert [row["code"] for row in rows] == ["SOA5"]
    assert "Schedule 3" in rows[0]["schedules"]


@pytest.mark.parametrize("person", ["board_member", "lay_adviser", "administrator"])
def test_who_works_no_case_does_not(client, request, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get("/offences/").status_code == 403


def test_no_offence_found_says_what_to_do(client, practitioner):
    client.force_login(practitioner)

    assert "Try fewer" in client.get("/offences/?words=zzz").text
    assert "at most 80" in client.get("/offences/?words=" + "x" * 81).text


def test_the_list_knows_schedules_3_and_15_and_names_a_statute_for_each(db):
    offences = list(Offence.objects.in_use())

    assert len(offences) > 100
    assert all(offence.statute for offence in offences)
    assert len([offence for offence in offences if offence.schedule_3]) > 40


def test_the_administrator_edits_the_list(client, administrator):
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    offence = Offence.objects.get(code="SCA75A")
    data = {"title": offence.title, "statute": offence.statute, "schedule_15_part": 1, "is_active": "on"}

    client.post(f"/admin/offenders/offence/{offence.pk}/change/", data)

    offence.refresh_from_db()
    assert (offence.code, offence.schedule_15_part) == ("SCA75A", 1)
