"""A person is registered once: what resembles him is shown where the asker sees it, and waits elsewhere."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AccessEvent
from offenders import duplicates
from offenders.actions import identity
from offenders.models import DuplicateSuspicion, Offence, Offender
from tests.factories import (
    AliasFactory,
    BirthDateFactory,
    DuplicateSuspicionFactory,
    IdentifierFactory,
    OffenderFactory,
)

EVERYONE = Offender._base_manager
PAIRS = DuplicateSuspicion._base_manager


@pytest.fixture
def good(area, probation):
    return {
        "surname": "Ashdwon",
        "forenames": "Peter",
        "born_on_day": "14",
        "born_on_month": "5",
        "born_on_year": "1981",
        "crn": "x123456",
        "pnc": "",
        "offence": Offence.objects.get(code="OAPA18").pk,
        "outcome": "convicted",
        "jurisdiction": "england_and_wales",
        "dealt_with_on_day": "1",
        "dealt_with_on_month": "3",
        "dealt_with_on_year": "2024",
        "disposal": "imprisonment",
        "term_months": "18",
        "area": area.pk,
        "lead_agency": probation.pk,
    }


def test_somebody_like_this_is_shown_before_anything_is_written(client, practitioner, offender, good):
    client.force_login(practitioner)

    response = client.post("/people/register/", good)

    assert [row["name"] for row in response.context["alike"]] == ["Ashdown, Peter"]
    assert "Say why this is another person" in response.text
    assert 'value="Ashdwon"' in response.text
    assert list(EVERYONE.all()) == [offender]
    assert AccessEvent.objects.get(event="case.duplicates_looked_for").detail["cases"] == [offender.reference]


def test_a_reason_registers_another_person_and_leaves_the_pair_to_coordination(
    client, practitioner, coordinator, offender, good
):
    client.force_login(practitioner)

    client.post("/people/register/", good | {"another_reason": "A cousin of the same name"})

    pair = DuplicateSuspicion.objects.visible_to(coordinator).get()
    assert (pair.first, pair.birth, pair.said, pair.said_by) == (
        offender,
        "same",
        "A cousin of the same name",
        practitioner,
    )


def test_of_a_case_he_does_not_see_nobody_learns_by_a_name(client, practitioner, other_case, good, coordinator):
    EVERYONE.filter(pk=other_case.pk).update(surname="Ashdown", forenames="Peter")
    other_case.refresh_from_db(from_queryset=EVERYONE.all())
    other_case.save()
    client.force_login(practitioner)

    response = client.post("/people/register/", good)

    assert response.status_code == 302
    assert PAIRS.get().first == other_case
    assert not DuplicateSuspicion.objects.visible_to(practitioner).exists()
    assert not AccessEvent.objects.filter(event="case.duplicate_suspected", case_id__isnull=False).exists()


@pytest.mark.parametrize("person", ["practitioner", "coordinator"])
def test_a_number_held_elsewhere_says_where_to_ask_and_that_is_recorded(client, request, other_case, good, person):
    IdentifierFactory(offender=other_case, kind="crn", value="X123456")
    client.force_login(request.getfixturevalue(person))

    response = client.post("/people/register/", good)

    assert "A record exists. Ask North Wales MAPPA co-ordination." in response.text
    assert other_case.full_name not in response.text
    assert other_case.reference not in response.text
    assert AccessEvent.objects.get(event="case.existence_told").case_id == other_case.pk


def test_the_first_page_shows_who_is_there_and_hands_over_what_was_typed(client, practitioner, offender, good):
    client.force_login(practitioner)
    who = {name: good[name] for name in ("surname", "forenames", "born_on_day", "born_on_month", "born_on_year", "crn")}

    response = client.post("/people/register/check/", who)

    assert [row["reference"] for row in response.context["alike"]] == [offender.reference]
    told = AccessEvent.objects.get(event="case.duplicates_looked_for").detail
    assert told == {"found": 1, "cases": [offender.reference]}
    assert 'value="Ashdwon"' in client.get("/people/register/").text
    assert client.post("/people/register/check/", who | {"surname": "Zed"}).headers["Location"] == "/people/register/"


def test_the_first_page_refuses_what_is_missing(client, practitioner):
    client.force_login(practitioner)

    response = client.post("/people/register/check/", {"surname": "Bell"})

    assert set(response.context["form"].errors) == {"forenames", "born_on"}
    assert 'value="Bell"' in response.text


@pytest.mark.parametrize(
    ("surname", "forenames", "born_on", "birth"),
    [
        ("Ashdown", "Peter", date(1981, 5, 14), "same"),
        ("Ashdown", "Sandra", date(1981, 5, 14), "same"),
        ("Peter", "Ashdon", date(1982, 1, 1), "near"),
        ("Ashdown", "Peter", date(1990, 1, 1), None),
        ("Bell", "Ann", date(1981, 5, 14), None),
    ],
)
def test_a_like_name_born_then_or_about_then(practitioner, offender, surname, forenames, born_on, birth):
    cases = Offender.objects.visible_to(practitioner)

    found = duplicates.likely(cases, surname=surname, forenames=forenames, born_on=born_on)

    assert [str(one.birth) for one in found] == ([birth] if birth else [])


def test_day_and_month_may_be_swapped(practitioner, area):
    OffenderFactory(surname="Khan", forenames="Muhammad", area=area, born_on=date(1990, 6, 5))
    cases = Offender.objects.visible_to(practitioner)

    found = duplicates.likely(cases, surname="Khan", forenames="Mohammed", born_on=date(1990, 5, 6))

    assert [str(one.birth) for one in found] == ["swapped"]


def test_the_nightly_search_finds_each_pair_once_and_for_all(coordinator, offender, area):
    OffenderFactory(surname="Ashdowne", forenames="Pete", area=area)
    OffenderFactory(surname="Bell", area=area)

    assert duplicates.look_for_duplicates() == 1
    pair = duplicates.open_for(coordinator).get()
    duplicates.dismiss(suspicion=pair, reason="Two people", by=coordinator)

    assert duplicates.look_for_duplicates() == 0


def test_batches_change_nothing(offender, area, monkeypatch):
    monkeypatch.setattr(duplicates, "BATCH", 1)
    OffenderFactory(surname="Ashdowne", forenames="Pete", area=area)

    assert duplicates.look_for_duplicates() == 1


def test_coordination_sees_the_pairs_of_its_own_area(client, coordinator, offender, other_case):
    mine = DuplicateSuspicionFactory(offender=offender)
    DuplicateSuspicionFactory(offender=other_case, second=offender)
    client.force_login(coordinator)

    rows = client.get("/people/duplicates/").context["rows"]

    assert [row["dismiss"] for row in rows] == [f"/people/duplicates/{mine.reference}/dismiss/"]


def test_a_long_list_goes_on_and_costs_the_same(client, coordinator, offender, django_assert_max_num_queries):
    for _each in range(30):
        DuplicateSuspicionFactory(offender=offender)
    client.force_login(coordinator)

    with django_assert_max_num_queries(16):
        page = client.get("/people/duplicates/")

    assert len(page.context["rows"]) == 25
    assert len(client.get(page.context["next"]).context["rows"]) == 5


def test_a_pair_is_dismissed_with_a_reason(client, coordinator, offender):
    pair = DuplicateSuspicionFactory(offender=offender)
    client.force_login(coordinator)
    url = f"/people/duplicates/{pair.reference}/dismiss/"

    assert "Enter why these are two people" in client.post(url, {"reason": " "}).text
    client.post(url, {"reason": "Different fingerprints"})

    assert PAIRS.get().dismissal_reason == "Different fingerprints"
    assert "looked into this already" in client.post(url, {"reason": "Again"}).text


@pytest.mark.parametrize(("person", "status"), [("practitioner", 403), ("outsider", 404), ("uninvited", 404)])
def test_others_dismiss_nothing(client, request, offender, person, status):
    pair = DuplicateSuspicionFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"/people/duplicates/{pair.reference}/dismiss/", {"reason": "x"}).status_code == status
    assert PAIRS.get().dismissed_at is None


def test_the_verb_itself_refuses_those_who_may_not(offender, practitioner):
    with pytest.raises(PermissionDenied):
        duplicates.dismiss(suspicion=DuplicateSuspicionFactory(offender=offender), reason="x", by=practitioner)


def test_a_number_that_was_withdrawn_is_not_the_same_number(client, practitioner, offender):
    row = IdentifierFactory(offender=offender, kind="crn", value="X123456")
    identity.withdraw_fact(fact=row, because="It is his brother's", by=practitioner)
    client.force_login(practitioner)

    who = {"surname": "Zed", "forenames": "Al", "born_on_day": 1, "born_on_month": 1, "born_on_year": 1960}
    response = client.post("/people/register/check/", who | {"crn": "X123456"})

    assert response.headers["Location"] == "/people/register/"


@pytest.mark.parametrize("surname", ["?", ".", "…", "_"])
def test_a_name_without_letters_resembles_nobody(client, practitioner, offender, good, surname):
    client.force_login(practitioner)

    checked = client.post("/people/register/check/", good | {"surname": surname, "forenames": surname})

    assert checked.headers["Location"] == "/people/register/"
    assert not duplicates.likely(
        Offender.objects.visible_to(practitioner), surname=surname, forenames="", born_on=offender.born_on
    )


def test_other_dates_of_birth_count_before_registering(practitioner, offender):
    BirthDateFactory(offender=offender, first=date(1985, 5, 5))
    cases = Offender.objects.visible_to(practitioner)

    found = duplicates.likely(cases, surname="Ashdown", forenames="Peter", born_on=date(1985, 5, 5))

    assert [(one.offender, str(one.birth)) for one in found] == [(offender, "same")]


def test_other_names_and_other_dates_of_birth_count_by_night(offender, area):
    AliasFactory(offender=offender, surname="Blackwood", forenames="Victor")
    BirthDateFactory(offender=offender, first=date(1985, 5, 6))
    OffenderFactory(surname="Blakwood", forenames="Victor", area=area, born_on=date(1985, 6, 5))

    assert duplicates.look_for_duplicates() == 1
    assert PAIRS.get().birth == "swapped"


def test_a_name_of_signs_resembles_nobody():
    assert not duplicates.alike(("?", "."), ("Ashdown", "Peter"))


def test_a_pair_that_somebody_else_suspects_at_this_moment_stops_nothing(offender, area, monkeypatch):
    OffenderFactory(surname="Ashdowne", forenames="Pete", area=area)
    duplicates.look_for_duplicates()
    pair = PAIRS.get()

    assert not duplicates._saved(
        DuplicateSuspicion(first=pair.second, second=pair.first, birth="same", source="search")
    )


NAME = st.lists(
    st.sampled_from(["ann", "anne", "an", "a", "bob", "bobby", "robert", "lee", "li", "x", "jon", "john"]),
    min_size=1,
    max_size=3,
)


@given(called=st.lists(NAME, min_size=2, max_size=6))
def test_what_is_compared_by_night_leaves_out_nothing_that_is_alike(called):
    entries = [
        duplicates.Entry(pk, is_current=True, called=((name[0], " ".join(name[1:])),)) for pk, name in enumerate(called)
    ]

    found = {(row.first_id, row.second_id) for row in duplicates._pairs(entries, entries, "same")}

    every = [(one, other) for one in entries for other in entries if one.pk < other.pk]
    assert found == {(a.pk, b.pk) for a, b in every if duplicates.alike(a.called[0], b.called[0])}
