"""What is known of a person is added, one page for each kind, and what cannot be right is refused."""

import pytest

from audit.models import AccessEvent
from offenders.models import (
    Address,
    BirthDate,
    Contact,
    Fact,
    Identifier,
    Occupation,
    Relationship,
    Vehicle,
)
from tests.factories import AddressFactory, EmergencyAccessFactory, IdentifierFactory, VehicleFactory, in_days


def typed(name, day):
    parts = (day.day, day.month, day.year) if day else ("", "", "")
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), parts, strict=True))


SOON, PAST, LONG_AGO = in_days(5), in_days(-30), in_days(-30000)
HOME = {"kind": "home", "address": "1 Mill Lane", "postcode": "mk40  1aa", **typed("from_on", PAST)}
WORK = {"kind": "employment", "organisation": "Bakery", "vulnerable_contact": "no"}
FRIEND = {"relation": "friend", "name": "Ann Other", "is_child": "unknown"}
GOOD = {
    "births": (BirthDate, {"kind": "other", "born_day": "", "born_month": "", "born_year": "1981", "about": "on"}),
    "numbers": (Identifier, {"kind": "pnc", "typed": "04/712343w"}),
    "addresses": (Address, HOME),
    "contacts": (Contact, {"kind": "mobile", "typed": "07700 900 982"}),
    "vehicles": (Vehicle, {"mark": "ab12 cde", "make": "Ford Focus"}),
    "occupations": (Occupation, WORK),
    "relationships": (Relationship, FRIEND),
}


@pytest.mark.parametrize("slug", GOOD)
def test_a_practitioner_adds_it_and_it_stands_on_the_page(client, practitioner, offender, slug):
    model, answers = GOOD[slug]
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/{slug}/add/", answers)

    assert response.headers["Location"] == f"/people/{offender.reference}/identity/"
    row = model.objects.visible_to(practitioner).get()
    assert (row.offender, row.added_by) == (offender, practitioner)
    assert f"/people/{slug}/{row.reference}/correct/" in client.get(response.headers["Location"]).text


@pytest.mark.parametrize("slug", GOOD)
def test_neither_audit_nor_timeline_says_what_was_recorded(client, practitioner, offender, slug):
    model, answers = GOOD[slug]
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/{slug}/add/", answers)

    event = AccessEvent.objects.get(event=f"{model._meta.model_name}.added")
    assert event.case_id == offender.pk
    assert set(event.detail) <= {"kind"}
    assert offender.timeline.visible_to(practitioner).get().title == f"Recorded: {model._meta.verbose_name}"


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
@pytest.mark.parametrize("slug", GOOD)
def test_who_sees_the_case_but_may_not_edit_is_refused(client, request, granted, offender, slug, person):
    model, answers = GOOD[slug]
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"/people/{offender.reference}/{slug}/add/", answers).status_code == 403
    assert not model._base_manager.exists()


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
@pytest.mark.parametrize("slug", GOOD)
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, offender, slug, person):
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"/people/{offender.reference}/{slug}/add/", GOOD[slug][1]).status_code == 404


@pytest.mark.parametrize(
    ("slug", "change", "field", "message"),
    [
        ("births", {"born_year": "2981"}, "born", "must have a year from 1900"),
        ("births", {"born_month": "3"}, "born", "Leave the day and the month empty"),
        ("births", {"kind": ""}, "kind", "Choose where the date comes from"),
        ("births", {"kind": "recorded"}, "kind", "Select a valid choice"),
        ("numbers", {"typed": "2004/0712343X"}, "typed", "would be W, not X"),
        ("numbers", {"kind": "ni", "typed": "QQ123456C"}, "typed", "National Insurance number must be"),
        ("numbers", {"kind": "visor", "typed": "no number"}, "typed", "ViSOR reference must be"),
        ("addresses", typed("from_on", None), "from_on", "Enter the date from which"),
        ("addresses", typed("from_on", LONG_AGO), "from_on", "after the date of birth"),
        ("addresses", typed("until", in_days(-31)), "until", "same as or after the start date"),
        ("addresses", {"address": " "}, "address", "Enter the address"),
        ("contacts", {"typed": "12"}, "typed", "Enter a telephone number"),
        ("contacts", {"kind": "email"}, "typed", "Enter an email address"),
        ("contacts", typed("from_on", SOON), "from_on", "today or in the past"),
        ("vehicles", {"mark": "", "make": " "}, "mark", "Enter the registration number"),
        ("vehicles", {"mark": "?"}, "mark", "like AB12 CDE"),
        ("occupations", {"vulnerable_contact": ""}, "vulnerable_contact", "brings contact with children"),
        ("relationships", {"name": ""}, "name", "and not both"),
        ("relationships", {"name": "", "case": "MA-2222-2222"}, "case", "You see no case"),
        ("relationships", {"is_child": "no", **typed("born_on", PAST)}, "is_child", "it is a child"),
        ("relationships", {"is_child": "yes", **typed("born_on", LONG_AGO)}, "is_child", "it is an adult"),
        ("relationships", typed("born_on", SOON), "born_on", "must be in the past"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_writes_nothing(
    client, practitioner, offender, slug, change, field, message
):
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/{slug}/add/", GOOD[slug][1] | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert not GOOD[slug][0].objects.visible_to(practitioner).exists()


@pytest.mark.parametrize("slug", GOOD)
def test_the_same_is_not_recorded_twice(client, practitioner, offender, slug):
    client.force_login(practitioner)
    url = f"/people/{offender.reference}/{slug}/add/"

    for _each in range(2):
        response = client.post(url, GOOD[slug][1])

    assert any("already" in words for errors in response.context["form"].errors.values() for words in errors)
    assert GOOD[slug][0].objects.visible_to(practitioner).count() == 1


def test_a_number_of_another_case_is_refused_in_the_same_words_wherever_it_is_and_that_is_recorded(
    client, practitioner, offender, other_case
):
    IdentifierFactory(offender=other_case, kind="pnc", value="2004/0712343W")
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/numbers/add/", GOOD["numbers"][1])

    assert response.context["form"].errors["typed"] == ["A record with this number exists. Ask MAPPA co-ordination."]
    assert other_case.reference not in response.text
    assert AccessEvent.objects.get(event="identifier.taken").case_id == offender.pk
    assert AccessEvent.objects.get(event="case.existence_told").case_id == other_case.pk


def test_that_a_coordinator_was_told_of_a_number_elsewhere_is_recorded_on_both(
    client, coordinator, offender, other_case
):
    IdentifierFactory(offender=other_case, kind="pnc", value="2004/0712343W")
    client.force_login(coordinator)

    client.post(f"/people/{offender.reference}/numbers/add/", GOOD["numbers"][1])

    assert AccessEvent.objects.get(event="identifier.taken").case_id == offender.pk
    assert AccessEvent.objects.get(event="case.existence_told").case_id == other_case.pk


def test_a_superseded_number_still_finds_the_person_and_is_given_to_nobody_else(
    client, practitioner, offender, area, other_case, coordinator
):
    old = IdentifierFactory(offender=offender, kind="crn", value="X123456")
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/numbers/add/", {"kind": "crn", "typed": "x654321", "supersedes": old.pk})

    old.refresh_from_db()
    assert (old.superseded_on is not None, old.superseded_by.value) == (True, "X654321")
    found = client.post("/people/", {"words": "x123456"}, follow=True)
    assert [row["name"] for row in found.context["rows"]] == ["Ashdown, Peter"]
    assert client.get(f"/people/{offender.reference}/").context["person"]["crn"] == "X654321"


def test_a_number_takes_the_place_of_one_of_its_own_kind_only(client, practitioner, offender):
    old = IdentifierFactory(offender=offender, kind="crn", value="X123456")
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/numbers/add/", GOOD["numbers"][1] | {"supersedes": old.pk})

    assert response.context["form"].errors["supersedes"] == ["Choose a number of the same kind"]
    assert list(Identifier.objects.visible_to(practitioner)) == [old]


@pytest.mark.parametrize("kind", Address.MAIN)
def test_two_main_addresses_in_the_same_days_are_refused(client, practitioner, offender, kind):
    AddressFactory(offender=offender, from_on=in_days(-100))
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/addresses/add/", HOME | {"kind": kind})

    assert "another main address in these days" in response.text
    assert "1 Mill Lane" in response.text
    assert Address.objects.visible_to(practitioner).count() == 1


def test_a_move_ends_the_present_main_address_on_the_same_day(client, practitioner, offender):
    old = AddressFactory(offender=offender, from_on=in_days(-100))
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/addresses/add/", HOME | {"ends_present": "on"})

    old.refresh_from_db()
    assert old.until == PAST
    assert Address.objects.visible_to(practitioner).get(until=None).postcode == "MK40 1AA"


def test_a_move_that_is_sent_twice_is_recorded_once(client, practitioner, offender):
    old = AddressFactory(offender=offender, from_on=in_days(-100))
    client.force_login(practitioner)

    for _each in range(2):
        response = client.post(f"/people/{offender.reference}/addresses/add/", HOME | {"ends_present": "on"})

    assert "You have recorded this already" in response.text
    assert [row.until for row in Address.objects.visible_to(practitioner).exclude(pk=old.pk)] == [None]


def test_a_move_before_the_present_address_began_is_refused(client, practitioner, offender):
    AddressFactory(offender=offender, from_on=in_days(-10))
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/addresses/add/", HOME | {"ends_present": "on"})

    assert "same as or after the start of the present one" in response.text


def test_a_stay_elsewhere_stands_beside_the_home(client, practitioner, offender):
    AddressFactory(offender=offender)
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/addresses/add/", HOME | {"kind": "hospital"})

    assert Address.objects.visible_to(practitioner).count() == 2


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("contacts", "07700900982"),
        ("contacts", "+44 7700 900982"),
        ("vehicles", "AB12CDE"),
        ("vehicles", "ab12 cde"),
        ("births", "1980"),
        ("births", "5/6/1982"),
        ("numbers", "PNC 2004-0712343w"),
    ],
)
def test_the_person_is_found_by_it(client, practitioner, offender, slug, words):
    client.force_login(practitioner)
    client.post(f"/people/{offender.reference}/{slug}/add/", GOOD[slug][1])

    found = client.post("/people/", {"words": words}, follow=True)

    assert [row["name"] for row in found.context["rows"]] == ["Ashdown, Peter"]


@pytest.mark.parametrize(
    ("kind", "typed_in", "words"),
    [
        ("visor", "vr 1234/99", "ViSOR VR1234/99"),
        ("visor", "vr 1234/99", "vr1234/99"),
        ("ni", "aa 12 34 56 c", "AA123456C"),
        ("asn", "11/01ZD/01/448754K", "1101ZD0100000448754K"),
        ("noms", "a1234aa", "A1234AA"),
        ("cro", "1/99W", "000001/99W"),
    ],
)
def test_the_person_is_found_by_every_kind_of_number(client, practitioner, offender, kind, typed_in, words):
    client.force_login(practitioner)
    client.post(f"/people/{offender.reference}/numbers/add/", {"kind": kind, "typed": typed_in})

    found = client.post("/people/", {"words": words}, follow=True)

    assert [row["name"] for row in found.context["rows"]] == ["Ashdown, Peter"]


def test_another_persons_vehicle_of_the_same_mark_is_allowed(client, practitioner, offender, other_case):
    VehicleFactory(offender=other_case, mark="AB12CDE")
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/vehicles/add/", GOOD["vehicles"][1])

    assert Vehicle.objects.visible_to(practitioner).get().mark == "AB12CDE"


def test_every_kind_of_fact_says_when_it_ends():
    for method in ("has_ended", "end"):
        with pytest.raises(NotImplementedError):
            getattr(Fact, method)(None, None)


def test_a_case_opened_in_an_emergency_is_no_other_case_to_relate_to(
    client, practitioner, probation, offender, other_case
):
    EmergencyAccessFactory(offender=other_case, user=practitioner, agency=probation)
    client.force_login(practitioner)
    answers = FRIEND | {"name": "", "is_child": "", "case": other_case.reference}

    response = client.post(f"/people/{offender.reference}/relationships/add/", answers)

    assert "in an emergency, to read it" in response.text
    assert not Relationship._base_manager.exists()
