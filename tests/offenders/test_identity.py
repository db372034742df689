"""The page of who a person is."""

import pytest

from offenders.models import Offender, Relationship
from tests.factories import (
    AddressFactory,
    AliasFactory,
    BirthDateFactory,
    ContactFactory,
    IdentifierFactory,
    OccupationFactory,
    OffenderFactory,
    PersonalGrantFactory,
    RelationshipFactory,
    VehicleFactory,
    in_days,
)

MANY = (
    AliasFactory,
    BirthDateFactory,
    ContactFactory,
    IdentifierFactory,
    OccupationFactory,
    RelationshipFactory,
    VehicleFactory,
)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/identity/"


@pytest.fixture
def other(area, probation, practitioner):
    """Another case of the area, about Ann Beech."""
    return OffenderFactory(
        surname="Beech", forenames="Ann", area=area, lead_agency=probation, registered_by=practitioner
    )


def test_the_record_opens_on_it(client, practitioner, offender, url):
    client.force_login(practitioner)

    assert [tab["url"] for tab in client.get(url).context["tabs"] if tab["current"]] == [url]


def test_everything_that_is_known_stands_on_one_page(client, practitioner, offender, url):
    for factory in (AddressFactory, *MANY):
        factory(offender=offender)
    client.force_login(practitioner)

    response = client.get(url)

    assert all(part.cards for part in response.context["parts"])
    assert "Ashdown" not in response.text.partition("<title>")[2].partition("</title>")[0]


def test_what_lies_ahead_is_planned(client, practitioner, offender, url):
    AddressFactory(offender=offender, from_on=in_days(10))
    client.force_login(practitioner)

    assert "Planned" in client.get(url).text


def test_whoever_may_only_look_is_offered_no_change(client, housing, granted, offender, url):
    AddressFactory(offender=offender)
    client.force_login(housing)

    text = client.get(url).text

    assert "Mill Lane" in text
    assert "/correct/" not in text
    assert "/add/" not in text


@pytest.mark.parametrize("person", ["outsider", "uninvited", "lay_adviser"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404


@pytest.mark.parametrize("rows", [1, 50])
def test_the_page_costs_the_same_however_much_is_recorded(
    client, practitioner, offender, url, rows, django_assert_max_num_queries
):
    for factory in MANY:
        factory.create_batch(rows if factory is not IdentifierFactory else min(rows, 30), offender=offender)
    client.force_login(practitioner)

    with django_assert_max_num_queries(36):
        client.get(url)


def test_of_many_earlier_ones_the_page_shows_five_and_leads_to_all(client, practitioner, offender, url):
    VehicleFactory.create_batch(30, offender=offender, until=in_days(-1))
    client.force_login(practitioner)

    (part,) = [part for part in client.get(url).context["parts"] if part.slug == "vehicles"]
    assert (len(part.cards), len(part.past), part.past[-1].links[0].text) == (0, 6, "See all")
    (everything,) = client.get(part.past[-1].links[0].url).context["parts"]
    (rest,) = client.get(everything.cards[-1].links[0].url).context["parts"]
    assert (len(everything.cards), len(rest.cards)) == (26, 5)


def related(client, url):
    (part,) = [part for part in client.get(url).context["parts"] if part.slug == "relationships"]
    return [(card.title, [line.value for line in card.lines]) for card in part.cards]


def test_a_related_case_is_recorded_by_its_reference_and_shown_from_both_sides(
    client, practitioner, offender, other, url
):
    client.force_login(practitioner)
    form = {"relation": "child", "name": "", "case": other.reference.lower()}

    client.post(f"/people/{offender.reference}/relationships/add/", form)

    ((there, lines),) = related(client, f"/people/{other.reference}/identity/")
    assert related(client, url)[0][0] == f"Beech, Ann ({other.reference})"
    assert (there, lines[0]) == (f"Ashdown, Peter ({offender.reference})", "Parent")


def test_who_does_not_see_the_other_case_reads_restricted_and_nothing_of_it(
    client, practitioner, coordinator, offender, other, url
):
    row = RelationshipFactory(offender=offender, other=other, name="", notes="They share a cell")
    Offender._base_manager.filter(pk=other.pk).update(restricted=True)
    client.force_login(practitioner)

    assert related(client, url) == [("Restricted", ["You do not see the case at the other end."])]
    for secret in ("Beech", other.reference, "share a cell", row.reference):
        assert secret not in client.get(url).text
    assert client.get(f"/people/relationships/{row.reference}/correct/").status_code == 404


def test_what_is_recorded_in_a_case_that_he_does_not_see_is_not_hinted_at(client, coordinator, offender, other):
    RelationshipFactory(offender=offender, other=other, name="", notes="They share a cell")
    Offender._base_manager.filter(pk=offender.pk).update(restricted=True)
    client.force_login(coordinator)

    text = client.get(f"/people/{other.reference}/identity/").text

    assert related(client, f"/people/{other.reference}/identity/") == []
    assert not [secret for secret in ("Ashdown", offender.reference, "share a cell") if secret in text]


def test_a_case_that_the_user_does_not_see_is_no_case_to_relate_to(client, practitioner, offender, other_case):
    client.force_login(practitioner)
    form = {"relation": "friend", "name": "", "is_child": "no"}
    url = f"/people/{offender.reference}/relationships/add/"

    answers = [
        client.post(url, form | {"case": reference}).context["form"].errors["case"]
        for reference in (other_case.reference, "MA-2222-2222", "nonsense")
    ]

    assert answers[0] == answers[1] == answers[2]
    assert not Relationship._base_manager.exists()


def test_nobody_is_related_to_himself(client, practitioner, offender):
    client.force_login(practitioner)
    form = {"relation": "friend", "name": "", "case": offender.reference, "is_child": "no"}

    response = client.post(f"/people/{offender.reference}/relationships/add/", form)

    assert "This is the case itself" in response.text


def test_a_child_grows_up_by_the_date_of_birth(offender):
    row = RelationshipFactory(offender=offender, is_child="yes", born_on=in_days(-6000))

    assert [row.is_child_on(in_days(days)) for days in (0, 2000)] == ["Yes", "No"]


def test_correcting_a_relationship_shows_the_case_it_leads_to(client, practitioner, offender, other):
    row = RelationshipFactory(offender=offender, other=other, name="")
    client.force_login(practitioner)

    assert other.reference in client.get(f"/people/relationships/{row.reference}/correct/").text


def test_a_named_person_sees_a_relationship_between_two_cases_that_name_him(client, outsider, offender, other, url):
    RelationshipFactory(offender=offender, other=other, name="")
    PersonalGrantFactory(content_object=offender, user=outsider)
    client.force_login(outsider)

    assert related(client, url)[0][0] == "Restricted"
    PersonalGrantFactory(content_object=other, user=outsider)
    assert related(client, url)[0][0].startswith("Beech, Ann")


@pytest.mark.parametrize(("born_on", "is_child"), [(in_days(-6000), "yes"), (in_days(-9000), "no")])
def test_whether_a_related_case_is_a_child_is_not_asked_but_read_from_that_case(
    client, practitioner, offender, other, born_on, is_child
):
    Offender._base_manager.filter(pk=other.pk).update(born_on=born_on)
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/relationships/add/", {"relation": "friend", "case": other.reference})

    row = Relationship.objects.visible_to(practitioner).get()
    assert (row.born_on, row.is_child, row.is_child_on(in_days(2000))) == (None, is_child, "No")


def test_of_somebody_named_it_is_asked_whether_it_is_a_child(client, practitioner, offender):
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/relationships/add/", {"relation": "friend", "name": "Ann"})

    assert response.context["form"].errors["is_child"] == ["Choose whether it is a child"]
