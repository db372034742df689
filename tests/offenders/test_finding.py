"""Finding people by what somebody remembers of them. The table is in docs/search.md and is held to what is measured."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offenders import names, search
from offenders.models import NameForm, NameWord, Offender
from reviews.demo import people as invented
from tests.factories import AliasFactory, ExclusionFactory, IdentifierFactory, OffenderFactory, in_days

DOCUMENT = Path(__file__).parents[2] / "docs" / "search.md"
PEOPLE = [
    ("Ashdown", "Peter John", date(1981, 3, 27), {"pnc": "2004/0712343W", "crn": "X123456"}),
    ("O’Neill", "Siobhán", date(1975, 11, 2), {"crn": "T654321"}),
    ("Khan", "Muhammad Yusuf", date(1990, 6, 5), {"noms": "A1234AA"}),
    ("Smith-Jones", "Catherine", date(1968, 1, 31), {}),
    ("Wojciechowski", "Łukasz", date(1987, 12, 24), {}),
    ("De La Cruz", "Mary Anne", date(1995, 4, 9), {}),
    ("McDonald", "William", date(1959, 8, 17), {"cro": "123456/99A"}),
    ("Featherstonehaugh", "Geoffrey", date(1944, 2, 3), {}),
    ("Nguyen", "Bo", date(2000, 10, 12), {}),
    ("Müller", "Jürgen", date(1971, 7, 7), {}),
    ("Al-Rashid", "Abdul Rahman", date(1983, 9, 30), {}),
    ("Thistlethwaite", "Stephen", date(1979, 5, 6), {}),
    ("Gallagher-Byrne", "Aoife", date(1992, 2, 28), {}),
    ("Schmidt", "Hans", date(1966, 6, 16), {}),
]
ALIASES = [("Ashdown", "Blackwood", "Victor"), ("Khan", "", "Shadow"), ("Smith-Jones", "Pemberton", "")]


def table():
    """Query, person and rank of each line; a dash for nobody."""
    lines = [line.split("|")[1:4] for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    return [(query.strip()[1:-1], person.strip(), rank.strip()) for query, person, rank in lines]


@pytest.fixture
def world(area, probation, practitioner):
    """The people of the table among 400 others of the same area."""
    known = {"area": area, "lead_agency": probation, "registered_by": practitioner}
    rows = {}
    for surname, forenames, born_on, numbers in PEOPLE:
        row = rows[surname] = OffenderFactory(surname=surname, forenames=forenames, born_on=born_on, **known)
        for kind, value in numbers.items():
            IdentifierFactory(offender=row, kind=kind, value=value)
    for surname, *other in ALIASES:
        AliasFactory(offender=rows[surname], surname=other[0], forenames=other[1], added_by=practitioner)
    rng, others = Random(7), []
    for number in range(400):
        surname, forenames = invented.offender_name(rng)
        words = list(names.words_of(surname, forenames))
        row = Offender(surname=surname, forenames=forenames, name_words=words, category=2, **known)
        row.search_name, row.next_review_on = names.fold(f"{surname} {forenames}"), in_days(30)
        row.born_on = date(1950 + number % 50, 1 + number % 12, 1 + number % 28)
        others.append(row)
    Offender._base_manager.bulk_create(others)
    NameWord.learn(word for row in others for word in names.single_words(row.surname, row.forenames))
    return rows


def found(user, words, **filters):
    cases = search.matching(user, words, filters)
    return search.page_of(cases, user=user, after="", before="").people


def rank(user, words, person):
    """The place of the person, from 1; a dash when he is not on the first page."""
    places = [row.full_name for row in found(user, words)]
    return str(places.index(person) + 1) if person in places else "–"


def test_every_query_of_the_table_ranks_the_right_person_as_it_says(world, practitioner):
    measured = [(query, person, rank(practitioner, query, person)) for query, person, _said in table()]

    assert [line for line, said in zip(measured, table(), strict=True) if line != said] == []


def test_nineteen_of_twenty_queries_have_the_right_person_among_the_first_ten(world, practitioner):
    ranks = [rank(practitioner, query, person) for query, person, _said in table()]

    assert len(ranks) >= 40
    assert sum(place != "–" and int(place) <= 10 for place in ranks) >= 0.95 * len(ranks)


def test_an_outsider_finds_nobody_by_any_query(world, outsider):
    assert [query for query, _person, _rank in table() if found(outsider, query)] == []


def test_a_restricted_case_is_found_by_no_query_and_counted_by_none(world, practitioner, coordinator):
    Offender._base_manager.update(restricted=True)

    for user in (practitioner, coordinator):
        assert [q for q, _p, _r in table() if search.matching(user, q, {"ended": True}).exists()] == []


def test_whoever_is_excluded_does_not_find_the_case(world, practitioner):
    ExclusionFactory(offender=world["Khan"], user=practitioner)

    assert rank(practitioner, "Khan Muhammad", "Khan, Muhammad Yusuf") == "–"
    assert rank(practitioner, "Shadow", "Khan, Muhammad Yusuf") == "–"


def test_words_of_cases_that_are_not_mine_change_nothing_i_find(world, practitioner, other_case):
    before = [row.pk for row in found(practitioner, "Ashdwn")]
    OffenderFactory(surname="Ashdwn", area=other_case.area, lead_agency=other_case.lead_agency)

    assert [row.pk for row in found(practitioner, "Ashdwn")] == before


@pytest.mark.parametrize(
    "words", ["Ashdown", "micheal tompson jones smyth", "Peter 27/3/1981", "o neill siobhan x y z"]
)
def test_a_search_costs_the_same_number_of_queries_whatever_is_typed(
    client, world, practitioner, words, django_assert_max_num_queries
):
    client.force_login(practitioner)
    url = client.post("/people/", {"words": words}).headers["Location"]

    with django_assert_max_num_queries(19):
        client.get(url)


def test_filters_narrow_a_search_by_name(world, practitioner):
    assert found(practitioner, "Ashdwon", level=2) == []
    assert [row.surname for row in found(practitioner, "Ashdwon", level=1)] == ["Ashdown"]


def test_relevance_holds_over_pages(area, practitioner, probation):
    for number in range(30):
        OffenderFactory(surname="Kowalski", forenames=f"A{number:02}x", area=area, lead_agency=probation)
        OffenderFactory(surname="Kowalsky", forenames=f"B{number:02}x", area=area, lead_agency=probation)
    cases, seen, after = search.matching(practitioner, "kowalsky", {}), [], ""
    while True:
        page = search.page_of(cases, user=practitioner, after=after, before="")
        seen += page.people
        if not (after := page.next):
            break

    assert [row.surname for row in seen] == ["Kowalsky"] * 30 + ["Kowalski"] * 30
    back = search.page_of(cases, user=practitioner, after="", before=page.previous)
    assert [row.pk for row in back.people] == [row.pk for row in seen[25:50]]


LETTERS = st.text(st.sampled_from("abcdeéilmnoóprstuz"), min_size=3, max_size=9)


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(surname=LETTERS, forenames=st.lists(LETTERS, min_size=1, max_size=3), data=st.data())
def test_whoever_is_registered_is_found_by_his_exact_name_in_any_order(
    area, probation, practitioner, surname, forenames, data
):
    row = OffenderFactory(surname=surname, forenames=" ".join(forenames), area=area, lead_agency=probation)
    typed = data.draw(st.permutations([surname, *forenames]))

    assert row in search.matching(practitioner, " ".join(typed), {})


def test_a_new_name_of_a_saved_person_is_found(offender, practitioner):
    offender.surname = "Married"
    offender.save(update_fields=["surname"])

    assert [row.surname for row in found(practitioner, "Maried")] == ["Married"]


def test_the_dictionary_holds_words_and_no_case():
    assert {field.name for field in NameWord._meta.get_fields()} == {"id", "word", "sound"}
    assert {field.name for field in NameForm._meta.get_fields()} == {"id", "form", "word"}
