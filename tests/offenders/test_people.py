"""Finding people: filters, words, pages, and the one word about a record elsewhere."""

import re

import pytest

from audit.models import AccessEvent
from offenders.models import Offender
from offenders.search import SESSION_KEY
from tests.factories import (
    ExclusionFactory,
    IdentifierFactory,
    OffenderFactory,
    PersonalGrantFactory,
    in_days,
)


def search(client, words="", **filters):
    return client.post("/people/", {"words": words, **filters}, follow=True)


def names(response):
    return [row["name"] for row in response.context["rows"]]


def test_a_practitioner_sees_the_current_cases_of_his_area_by_name(client, practitioner, area, offender, other_case):
    OffenderFactory(surname="Abel", area=area)
    OffenderFactory(surname="Gone", area=area, ended_on=in_days(-1))
    client.force_login(practitioner)

    response = client.get("/people/")

    assert names(response) == ["Abel, Sam", "Ashdown, Peter"]
    assert "2 people" in response.text


def test_housing_sees_only_what_was_shared(client, housing, offender, other_case, granted):
    client.force_login(housing)

    assert names(client.get("/people/")) == ["Ashdown, Peter"]


@pytest.mark.parametrize("person", ["board_member", "lay_adviser", "information_officer", "administrator"])
def test_those_who_work_no_cases_may_not_search_them(client, request, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get("/people/").status_code == 403
    assert client.post("/people/", {"words": "Ash"}).status_code == 403


@pytest.mark.parametrize(
    "words", ["ash", "Ashdown", "ASHDOWN  peter", "Ashdown, Peter", "Ashdown, P", "Peter Ashdown", " ashdown "]
)
def test_a_person_is_found_by_name_however_it_is_written(client, practitioner, area, offender, words):
    OffenderFactory(surname="Bell", area=area)
    client.force_login(practitioner)

    assert names(search(client, words)) == ["Ashdown, Peter"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("O'B", ["O'Brien, Sam", "O’Brien-Hall, Sam"]),
        ("o’brien-h", ["O’Brien-Hall, Sam"]),
        ("OBRIEN", ["O'Brien, Sam", "O’Brien-Hall, Sam"]),
        ("Óg", ["Óg, Sam"]),
        ("Łu", ["Łukasz, Sam"]),
        ("lukasz", ["Łukasz, Sam"]),
    ],
)
def test_names_are_found_with_their_signs_and_without(client, practitioner, area, words, found):
    for surname in ("O'Brien", "O’Brien-Hall", "Óg", "Łukasz"):
        OffenderFactory(surname=surname, area=area)
    client.force_login(practitioner)

    assert sorted(names(search(client, words))) == found


@pytest.mark.parametrize("words", ["2004/0712343W", "2004/712343w", "04/712343W", "20040712343W", " 2004/0712343 w "])
def test_a_person_is_found_by_number_in_any_spelling(client, practitioner, offender, words):
    IdentifierFactory(offender=offender, kind="pnc", value="2004/0712343W")
    client.force_login(practitioner)

    assert names(search(client, words)) == ["Ashdown, Peter"]


def test_a_person_no_longer_managed_is_found_by_number_and_by_asking(client, practitioner, area):
    gone = OffenderFactory(surname="Gone", area=area, ended_on=in_days(-1))
    IdentifierFactory(offender=gone, value="X123456")
    client.force_login(practitioner)

    assert names(search(client, "Gone")) == []
    assert names(search(client, "x123456")) == names(search(client, "Gone", ended="on")) == ["Gone, Sam"]


def test_a_person_is_found_by_reference(client, practitioner, offender, other_case):
    client.force_login(practitioner)

    assert names(search(client, offender.reference.lower())) == ["Ashdown, Peter"]
    assert names(search(client, other_case.reference)) == []


def test_nothing_found_says_so_in_the_words_that_were_typed(client, practitioner, offender):
    client.force_login(practitioner)

    response = search(client, "Tomm")

    assert "0 results for ‘Tomm’" in response.text
    assert 'value="Tomm"' in response.text


def test_words_never_stand_in_an_address_or_in_the_audit(client, practitioner, offender):
    client.force_login(practitioner)

    response = search(client, "Ashdown", level="1")

    assert "ash" not in response.redirect_chain[0][0].lower()
    assert "level=1" in response.redirect_chain[0][0]
    assert [e.detail for e in AccessEvent.objects.filter(event="case.searched")] == [
        {"found": 1, "cases": [offender.reference]}
    ]
    assert not [e for e in AccessEvent.objects.all() if "ashdown" in str(e.__dict__).lower()]


def test_a_search_records_whom_it_showed_a_page_at_a_time(client, practitioner, sixty):
    client.force_login(practitioner)

    rows = client.get("/people/").context["rows"]

    event = AccessEvent.objects.get(event="case.searched")
    assert event.detail["found"] == 60
    assert [f"/people/{reference}/" for reference in event.detail["cases"]] == [row["url"] for row in rows]


def test_a_reference_that_leads_nowhere_is_recorded_as_refused_and_answered_alike(client, practitioner, other_case):
    client.force_login(practitioner)
    there, nowhere = other_case.reference, "MA-2222-2222"

    pages = [plainly(search(client, reference), reference) for reference in (there.lower(), nowhere)]

    assert pages[0] == pages[1]
    refused = AccessEvent.objects.filter(event="case.reference_refused", actor_id=practitioner.pk).order_by("pk")
    assert list(refused.values_list("reference", "outcome", "case_id")) == [(there, "N", None), (nowhere, "N", None)]


def plainly(page, words):
    """A page without the words that were looked for, and the key under which they wait."""
    key = page.redirect_chain[0][0].rpartition("search=")[2]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.text).replace(words, "").replace(key, "")


def test_words_that_are_no_reference_are_recorded_as_no_reference(client, practitioner, offender):
    client.force_login(practitioner)

    search(client, "Nobody")

    assert not AccessEvent.objects.filter(event="case.reference_refused").exists()


def test_an_old_or_invented_key_is_a_list_without_words(client, practitioner, offender):
    client.force_login(practitioner)

    assert names(client.get("/people/?search=nonsense")) == ["Ashdown, Peter"]


def test_only_the_last_few_searches_are_kept(client, practitioner):
    client.force_login(practitioner)
    for number in range(8):
        search(client, f"word{number}")

    assert [words for _key, words in client.session[SESSION_KEY]] == ["word3", "word4", "word5", "word6", "word7"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"level": "2"}, "Two"),
        ({"category": "1"}, "Sexual"),
        ({"overdue": "on"}, "Late"),
        ({"whereabouts": "custody"}, "Inside"),
    ],
)
def test_each_filter_leaves_its_people(client, practitioner, area, filters, found):
    OffenderFactory(surname="Two", area=area, level=2)
    OffenderFactory(surname="Sexual", area=area, category=1)
    OffenderFactory(surname="Late", area=area, next_review_on=in_days(-1))
    OffenderFactory(surname="Inside", area=area, whereabouts="custody")
    client.force_login(practitioner)

    assert names(search(client, **filters)) == [f"{found}, Sam"]


def test_every_filter_that_is_sent_stands_in_the_address(client, practitioner, probation):
    client.force_login(practitioner)

    address = client.post("/people/", {"lead_agency": probation.pk, "level": "1", "forged": "x"}).headers["Location"]

    assert address == f"/people/?lead_agency={probation.pk}&level=1"


def test_the_lead_agency_filters_and_each_filter_can_be_taken_away(client, practitioner, area, offender, probation):
    OffenderFactory(surname="Other", area=area)
    client.force_login(practitioner)

    response = client.get(f"/people/?lead_agency={probation.pk}&level=1")

    assert names(response) == ["Ashdown, Peter"]
    assert {f["url"] for f in response.context["chosen"]} == {
        f"/people/?lead_agency={probation.pk}",
        "/people/?level=1",
    }


@pytest.mark.parametrize(
    "query", ["level=9", "level=x", "lead_agency=0", "whereabouts=moon", "after=nobody", "before=x"]
)
def test_a_crooked_address_still_gives_the_list(client, practitioner, offender, query):
    client.force_login(practitioner)

    assert names(client.get(f"/people/?{query}")) == ["Ashdown, Peter"]


@pytest.fixture
def sixty(area):
    return [OffenderFactory(surname=f"Person{n // 2:02}", area=area) for n in range(60)]


def test_pages_of_25_lead_forward_and_back_over_the_same_people(client, practitioner, sixty):
    client.force_login(practitioner)
    pages = [client.get("/people/")]
    while pages[-1].context["next"]:
        pages.append(client.get(pages[-1].context["next"]))

    urls = [[row["url"] for row in page.context["rows"]] for page in pages]
    assert [len(page) for page in urls] == [25, 25, 10]
    assert [url for page in urls for url in page] == [
        o.get_absolute_url() for o in sorted(sixty, key=lambda o: (o.search_name, o.pk))
    ]
    back = client.get(pages[2].context["previous"])
    assert [row["url"] for row in back.context["rows"]] == urls[1]
    first = client.get(back.context["previous"])
    assert [row["url"] for row in first.context["rows"]] == urls[0]
    assert not first.context["previous"]
    assert first.context["next"]


def test_a_place_in_the_list_that_is_not_mine_is_the_beginning(client, practitioner, sixty, other_case):
    client.force_login(practitioner)

    assert client.get(f"/people/?after={other_case.reference}").text.count("Person00") == 2


def test_counts_stop_at_a_thousand(client, practitioner, area, probation):
    known = {"area": area, "lead_agency": probation, "registered_by": practitioner, "category": 2}
    known |= {"born_on": in_days(-9999), "next_review_on": in_days(9), "forenames": "Sam", "search_name": "x"}
    Offender._base_manager.bulk_create(Offender(surname="X", **known) for _ in range(1001))
    client.force_login(practitioner)

    assert "more than 1,000 people" in client.get("/people/").text


@pytest.mark.parametrize("people", [1, 20])
def test_the_list_costs_the_same_however_long(client, practitioner, area, people, django_assert_max_num_queries):
    for _ in range(people):
        OffenderFactory(area=area)
    client.force_login(practitioner)

    with django_assert_max_num_queries(20):
        client.get("/people/")


# A record elsewhere


@pytest.fixture
def elsewhere(other_case):
    return IdentifierFactory(offender=other_case, kind="pnc", value="2004/0712343W").offender


@pytest.mark.parametrize("person", ["practitioner", "manager", "housing", "uninvited"])
def test_a_practitioner_of_any_agency_is_told_that_a_record_exists_and_no_more(client, request, person, elsewhere):
    client.force_login(request.getfixturevalue(person))

    response = search(client, "04/712343w")

    assert "A record exists. Ask North Wales MAPPA co-ordination." in response.text
    assert names(response) == []
    assert not [word for word in ("Elsewhere", "Evan", elsewhere.reference) if word in response.text]


@pytest.mark.parametrize("person", ["coordinator", "chair", "victim_liaison"])
def test_other_roles_are_told_nothing(client, request, person, elsewhere):
    client.force_login(request.getfixturevalue(person))

    assert "A record exists" not in search(client, "2004/0712343W").text


def test_that_somebody_was_told_is_recorded_about_the_case(client, uninvited, elsewhere):
    client.force_login(uninvited)

    search(client, "2004/0712343W")

    event = AccessEvent.objects.get(event="case.existence_told")
    assert (event.actor_id, event.case_id) == (uninvited.pk, elsewhere.pk)


@pytest.mark.parametrize("words", ["Elsewhere", "Elsewhere, Evan", "2004/0712344", "04/71234", "2004/0712343X"])
def test_only_an_exact_number_is_answered(client, practitioner, elsewhere, words):
    client.force_login(practitioner)

    assert "A record exists" not in search(client, words).text


def test_whoever_is_excluded_is_told_nothing(client, uninvited, elsewhere):
    ExclusionFactory(offender=elsewhere, user=uninvited)
    client.force_login(uninvited)

    assert "A record exists" not in search(client, "2004/0712343W").text


def test_a_restricted_case_is_told_of_like_any_other(client, practitioner, offender):
    IdentifierFactory(offender=offender, value="X123456")
    Offender._base_manager.update(restricted=True)
    client.force_login(practitioner)

    assert "A record exists. Ask Bedfordshire MAPPA co-ordination." in search(client, "X123456").text


def test_who_sees_the_case_is_shown_it_instead(client, uninvited, elsewhere):
    PersonalGrantFactory(content_object=elsewhere, user=uninvited)
    client.force_login(uninvited)

    response = search(client, "2004/0712343W")

    assert names(response) == ["Elsewhere, Evan"]
    assert "A record exists" not in response.text
