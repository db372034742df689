"""What was recorded is corrected, ended or withdrawn by new facts; nothing is overwritten."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders import actions, search
from offenders.models import Address, Alias, BirthDate, Identifier, Offender
from tests.factories import (
    AddressFactory,
    AliasFactory,
    BirthDateFactory,
    CharacteristicFactory,
    ContactFactory,
    ConvictionFactory,
    IdentifierFactory,
    OccupationFactory,
    OffenderFactory,
    OrderFactory,
    PhotographFactory,
    RelationshipFactory,
    VehicleFactory,
    WhereaboutsPeriodFactory,
    in_days,
)
from tests.offenders.test_add_identity import HOME, typed

DATED = {
    "names": AliasFactory,
    "addresses": AddressFactory,
    "contacts": ContactFactory,
    "vehicles": VehicleFactory,
    "occupations": OccupationFactory,
    "numbers": IdentifierFactory,
}


@pytest.mark.parametrize("slug", DATED)
def test_what_ended_stays_on_the_page_under_earlier(client, practitioner, offender, slug, today):
    row = DATED[slug](offender=offender)
    client.force_login(practitioner)

    response = client.post(f"/people/{slug}/{row.reference}/end/", typed("until", today))

    assert response.headers["Location"] == f"/people/{offender.reference}/identity/"
    row.refresh_from_db()
    assert row.has_ended(today)
    (part,) = [part for part in client.get(response.headers["Location"]).context["parts"] if part.slug == slug]
    assert ([card for card in part.cards if row.reference in str(card.links)], len(part.past)) == ([], 1)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (in_days(1), "today or in the past"),
        (in_days(-101), "same as or after the start"),
        (in_days(-30000), "after the"),
        (None, "Enter the end date"),
    ],
)
def test_a_wrong_end_is_refused_beside_its_field(client, practitioner, offender, day, message):
    row = VehicleFactory(offender=offender, from_on=in_days(-100))
    client.force_login(practitioner)

    response = client.post(f"/people/vehicles/{row.reference}/end/", typed("until", day))

    assert message in " ".join(response.context["form"].errors["until"])
    row.refresh_from_db()
    assert row.until is None


def test_an_end_before_birth_is_refused_where_no_start_is_known(practitioner, offender):
    row = VehicleFactory(offender=offender)

    with pytest.raises(ValidationError, match="after the date of birth"):
        actions.end_fact(fact=row, until=in_days(-30000), by=practitioner)


def test_what_has_ended_is_not_ended_again(practitioner, offender, today):
    row = VehicleFactory(offender=offender, until=today)

    with pytest.raises(ValidationError, match="has an end already"):
        actions.end_fact(fact=row, until=today, by=practitioner)


def test_a_date_of_birth_does_not_end(client, practitioner, offender, today):
    row = BirthDateFactory(offender=offender)
    client.force_login(practitioner)

    assert client.get(f"/people/births/{row.reference}/end/").status_code == 404
    with pytest.raises(ValidationError, match="does not end"):
        actions.end_fact(fact=row, until=today, by=practitioner)


def test_an_ended_name_still_finds_the_person(practitioner, offender, today):
    alias = actions.add_alias(
        offender=offender, surname="Blackwood", forenames="", kind="former", from_on=None, by=practitioner
    )

    actions.end_fact(fact=alias, until=today, by=practitioner)

    assert list(search.matching(practitioner, "Blakwood", {})) == [offender]


def test_a_correction_is_a_new_row_and_the_old_one_says_so(client, practitioner, offender):
    old = AddressFactory(offender=offender)
    client.force_login(practitioner)

    client.post(f"/people/addresses/{old.reference}/correct/", HOME)

    old.refresh_from_db()
    new = Address.objects.visible_to(practitioner).standing().get()
    assert (new.address, old.replaced_by, old.withdrawn_because) == ("1 Mill Lane", new, "Corrected")
    assert "Corrected" in client.get(f"/people/{offender.reference}/identity/").text


def test_the_correction_begins_with_what_is_recorded(client, practitioner, offender):
    old = AddressFactory(offender=offender, address="7 High Street")
    client.force_login(practitioner)

    response = client.get(f"/people/addresses/{old.reference}/correct/")

    assert "7 High Street" in response.text
    assert "ends_present" not in response.text


def test_a_refused_correction_leaves_the_row_as_it_was(client, practitioner, offender):
    old = AddressFactory(offender=offender)
    client.force_login(practitioner)

    response = client.post(f"/people/addresses/{old.reference}/correct/", HOME | typed("until", in_days(-31)))

    assert "same as or after the start" in response.text
    assert list(Address.objects.visible_to(practitioner).standing()) == [old]


def test_nothing_changed_is_no_correction(client, practitioner, offender):
    old = VehicleFactory(offender=offender, make="Ford", mark="AB12CDE")
    client.force_login(practitioner)

    response = client.post(f"/people/vehicles/{old.reference}/correct/", {"mark": "AB12CDE", "make": "Ford"})

    assert "Nothing was changed" in response.text


def test_a_withdrawn_number_finds_nobody_and_is_free_for_the_person_whose_it_is(
    client, practitioner, coordinator, offender, other_case, outsider
):
    wrong = IdentifierFactory(offender=offender, kind="crn", value="X123456")
    client.force_login(practitioner)

    client.post(f"/people/numbers/{wrong.reference}/withdraw/", {"because": "It is somebody else’s"})

    assert not search.matching(practitioner, "X123456", {}).exists()
    actions.add_identifier(offender=other_case, kind="crn", typed="X123456", supersedes=None, by=outsider)
    assert Identifier.objects.visible_to(outsider).get().value == "X123456"


def test_a_corrected_number_keeps_what_it_superseded(practitioner, offender, today):
    old = IdentifierFactory(offender=offender, kind="crn", value="X123456")
    new = actions.add_identifier(offender=offender, kind="crn", typed="X654322", supersedes=old, by=practitioner)

    right = actions.correct_fact(fact=new, kind="crn", typed="X654321", by=practitioner)

    old.refresh_from_db()
    assert (right.value, old.superseded_by, old.superseded_on) == ("X654321", right, today)


def test_a_correction_to_a_number_of_another_case_is_refused_and_undone(practitioner, offender, other_case):
    IdentifierFactory(offender=other_case, kind="crn", value="X123456")
    mine = IdentifierFactory(offender=offender, kind="crn", value="X654321")

    with pytest.raises(ValidationError, match="A record with this number exists"):
        actions.correct_fact(fact=mine, kind="crn", typed="X123456", by=practitioner)

    assert list(Identifier.objects.visible_to(practitioner).standing()) == [mine]
    assert AccessEvent.objects.get(event="identifier.taken").case_id == offender.pk


def test_a_withdrawn_name_finds_nobody_but_the_names_that_stand_still_do(practitioner, offender):
    add = {"offender": offender, "forenames": "", "kind": "former", "from_on": None, "by": practitioner}
    wrong = actions.add_alias(surname="Blackwood", **add)
    actions.add_alias(surname="Pemberton", **add)

    actions.withdraw_fact(fact=wrong, because="Another person", by=practitioner)

    assert not search.matching(practitioner, "Blackwood", {}).exists()
    assert list(search.matching(practitioner, "Pemberton", {})) == [offender]
    assert Alias.objects.visible_to(practitioner).count() == 2


@pytest.mark.parametrize("because", ["", " ", "x" * 301])
def test_a_withdrawal_says_why(practitioner, offender, because):
    row = VehicleFactory(offender=offender)

    with pytest.raises(ValidationError):
        actions.withdraw_fact(fact=row, because=because, by=practitioner)


def test_what_was_withdrawn_is_not_changed_any_more(client, practitioner, offender, today):
    row = VehicleFactory(offender=offender)
    actions.withdraw_fact(fact=row, because="Not his", by=practitioner)
    client.force_login(practitioner)

    response = client.post(f"/people/vehicles/{row.reference}/end/", typed("until", today))

    assert "corrected or withdrawn already" in response.text


@pytest.mark.parametrize("verb", ["correct", "end", "withdraw"])
@pytest.mark.parametrize(
    ("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_others_change_nothing(client, request, granted, offender, verb, person, status):
    row = VehicleFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"/people/vehicles/{row.reference}/{verb}/", {"because": "x"}).status_code == status


def test_the_verbs_ask_for_themselves(chair, offender, today):
    row = VehicleFactory(offender=offender)

    for verb, answers in (
        (actions.end_fact, {"until": today}),
        (actions.correct_fact, {"make": "x"}),
        (actions.withdraw_fact, {"because": "x"}),
    ):
        with pytest.raises(PermissionDenied):
            verb(fact=row, by=chair, **answers)


BORN = {"born_day": "", "born_month": "", "born_year": "1980", "source": "Passport"}


def test_the_recorded_date_of_birth_is_changed_and_the_one_before_stays(client, practitioner, offender):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/identity/date-of-birth/", BORN | {"about": "on"})

    offender.refresh_from_db()
    assert (str(offender.born_on), offender.born_is, offender.born_in_words) == ("1980-01-01", "about", "about 1980")
    old, new = BirthDate.objects.visible_to(practitioner).order_by("pk")
    assert (old.in_words, old.replaced_by, new.in_words) == ("14 May 1981", new, "about 1980")
    assert "about 1980 (about 4" in client.get(f"/people/{offender.reference}/").context["person"]["born"]
    assert list(search.matching(practitioner, "3/3/1979", {})) == [offender]


def test_a_month_may_be_all_that_is_known(client, practitioner, offender):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/identity/date-of-birth/", BORN | {"born_month": "2"})

    offender.refresh_from_db()
    assert (offender.born_in_words, offender.born_is) == ("February 1980", "month")
    assert "Not exact" in client.get(f"/people/{offender.reference}/identity/").text


def test_how_the_recorded_date_of_birth_is_known_stands_beside_it(client, practitioner, offender):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/identity/date-of-birth/", BORN)

    parts = client.get(f"/people/{offender.reference}/identity/").context["parts"]
    (part,) = [part for part in parts if part.slug == "births"]
    lines = {line.label: line.value for line in part.cards[0].lines}
    assert lines["How known"] == "Passport"
    assert lines["Recorded"].endswith("Bob")


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (BORN | {"born_day": "14", "born_month": "5", "born_year": "1981"}, "that is recorded"),
        (BORN | {"born_year": ""}, "Enter the date of birth"),
        (BORN | {"born_day": "3"}, "must include a month"),
        (BORN | {"born_month": "13"}, "must be a real date"),
        (BORN | typed("born", in_days(2)), "must be in the past"),
        (BORN | typed("born", in_days(-1)), "Before it is: conviction"),
    ],
)
def test_a_wrong_date_of_birth_is_refused(client, practitioner, offender, answers, message):
    ConvictionFactory(offender=offender)
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/identity/date-of-birth/", answers)

    assert message in " ".join(response.context["form"].errors["born"])
    assert Offender.objects.visible_to(practitioner).get().born_in_words == "14 May 1981"


LATER = [
    (ConvictionFactory, {"committed_from": in_days(-8000)}, "offence"),
    (WhereaboutsPeriodFactory, {"from_on": in_days(-8000)}, "place where the person was"),
    (OrderFactory, {"made_on": in_days(-8000)}, "order"),
    (PhotographFactory, {"taken_on": in_days(-8000)}, "photograph"),
    (VehicleFactory, {"from_on": in_days(-8000)}, "vehicle"),
    (CharacteristicFactory, {"from_on": in_days(-8000)}, "characteristic"),
]


@pytest.mark.parametrize(("factory", "row", "words"), LATER)
def test_nobody_is_born_after_what_is_recorded_of_him(client, practitioner, offender, factory, row, words):
    factory(offender=offender, **row)
    client.force_login(practitioner)

    response = client.post(
        f"/people/{offender.reference}/identity/date-of-birth/", BORN | typed("born", in_days(-7000))
    )

    assert f"Before it is: {words} (" in " ".join(response.context["form"].errors["born"])


def test_a_child_who_has_grown_up_is_still_ended_and_withdrawn(practitioner, offender, today):
    grown = {"offender": offender, "is_child": "yes", "born_on": in_days(-20 * 366)}
    ended, withdrawn = RelationshipFactory(**grown), RelationshipFactory(**grown)

    actions.end_fact(fact=ended, until=today, by=practitioner)
    actions.withdraw_fact(fact=withdrawn, because="Somebody else", by=practitioner)

    ended.refresh_from_db()
    withdrawn.refresh_from_db()
    assert (ended.until, withdrawn.withdrawn_because) == (today, "Somebody else")


def test_the_recorded_date_of_birth_has_its_own_verb(practitioner, offender):
    change = {"first": in_days(-12000), "last": in_days(-12000), "precision": "day", "source": "", "by": practitioner}
    row = actions.change_birth(offender=offender, **change)

    with pytest.raises(ValidationError, match="recorded date of birth"):
        actions.withdraw_fact(fact=row, because="x", by=practitioner)


def test_another_date_of_birth_is_corrected_with_what_is_known_of_it(client, practitioner, offender):
    row = BirthDateFactory(offender=offender, precision="month")
    client.force_login(practitioner)

    page = client.get(f"/people/births/{row.reference}/correct/")

    assert page.context["form"].initial["born"] == ["", row.first.month, row.first.year]


NAME = {"surname": "Blackwood", "forenames": "Peter"}


def test_a_name_that_was_recorded_wrongly_is_corrected_and_finds_nobody(client, practitioner, offender):
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/identity/name/correct/", NAME)

    assert response.headers["Location"] == f"/people/{offender.reference}/identity/"
    offender.refresh_from_db()
    assert offender.full_name == "Blackwood, Peter"
    assert list(search.matching(practitioner, "Blackwood", {})) == [offender]
    assert not search.matching(practitioner, "Ashdown", {}).exists()
    wrong = Alias.objects.visible_to(practitioner).get()
    assert (wrong.full_name, wrong.withdrawn_because) == ("Ashdown, Peter", "The recorded name was corrected")
    assert "Ashdown, Peter" in client.get(response.headers["Location"]).text


def test_a_name_that_the_person_changed_is_kept_as_a_former_one_and_still_finds_him(client, practitioner, offender):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/identity/name/change/", NAME | typed("from_on", in_days(-3)))

    offender.refresh_from_db()
    former = Alias.objects.visible_to(practitioner).standing().get()
    assert offender.full_name == "Blackwood, Peter"
    assert (former.full_name, former.kind, former.until) == ("Ashdown, Peter", "former", in_days(-3))
    for words in ("Blackwood", "Ashdown"):
        assert list(search.matching(practitioner, words, {})) == [offender]


def test_a_name_may_be_changed_back_and_forth(practitioner, offender):
    for surname in ("Blackwood", "Ashdown", "Blackwood", "Ashdown"):
        offender.refresh_from_db()
        actions.change_name(offender=offender, surname=surname, forenames="Peter", from_on=None, by=practitioner)

    assert Alias.objects.visible_to(practitioner).standing().count() == 4


@pytest.mark.parametrize("verb", ["correct", "change"])
def test_the_pages_begin_with_the_name_that_is_recorded(client, practitioner, offender, verb):
    client.force_login(practitioner)

    page = client.get(f"/people/{offender.reference}/identity/name/{verb}/")

    assert page.context["form"].initial == {"surname": "Ashdown", "forenames": "Peter"}


@pytest.mark.parametrize(
    ("verb", "change", "field", "message"),
    [
        ("correct", {"surname": " "}, "surname", "Enter the last name"),
        ("correct", {"surname": "Ashdown"}, "surname", "This is the name that is recorded"),
        ("change", {"forenames": ""}, "forenames", "Enter the first names"),
        ("change", {"surname": "Ashdown"}, "surname", "This is the name that is recorded"),
        ("change", typed("from_on", in_days(1)), "from_on", "today or in the past"),
        ("change", typed("from_on", in_days(-30000)), "from_on", "after the date of birth"),
    ],
)
def test_a_wrong_name_is_refused_beside_its_field(client, practitioner, offender, verb, change, field, message):
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/identity/name/{verb}/", NAME | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert Offender.objects.visible_to(practitioner).get().full_name == "Ashdown, Peter"
    assert not Alias.objects.visible_to(practitioner).exists()


def test_neither_audit_nor_timeline_says_the_name(client, practitioner, offender):
    actions.correct_name(offender=offender, **NAME, by=practitioner)

    assert AccessEvent.objects.get(event="case.name_corrected").detail == {}
    assert offender.timeline.visible_to(practitioner).get().title == "Name corrected"


@pytest.mark.parametrize("verb", ["correct", "change"])
@pytest.mark.parametrize(
    ("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_others_change_no_name(client, request, granted, offender, verb, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"/people/{offender.reference}/identity/name/{verb}/", NAME).status_code == status


def test_the_verbs_of_the_name_ask_for_themselves(chair, offender):
    with pytest.raises(PermissionDenied):
        actions.correct_name(offender=offender, **NAME, by=chair)
    with pytest.raises(PermissionDenied):
        actions.change_name(offender=offender, **NAME, from_on=None, by=chair)


def test_a_number_whose_letter_does_not_fit_is_corrected_only_to_one_whose_letter_does(client, practitioner, offender):
    wrong = actions.add_identifier(
        offender=offender, kind="pnc", typed="2004/0712343X", supersedes=None, check_ok=False, by=practitioner
    )
    client.force_login(practitioner)
    url = f"/people/numbers/{wrong.reference}/correct/"

    refused = client.post(url, {"kind": "pnc", "typed": "04/712343X"})
    client.post(url, {"kind": "pnc", "typed": "04/712343w"})

    assert "leave it out and ask the source" in refused.context["form"].errors["typed"][0]
    row = Identifier.objects.visible_to(practitioner).standing().get(offender=offender, kind="pnc")
    assert (row.value, row.check_ok) == ("2004/0712343W", True)


def test_several_people_may_have_a_number_whose_letter_does_not_fit(practitioner, offender, area, probation):
    other = OffenderFactory(area=area, lead_agency=probation)

    for case in (offender, other):
        actions.add_identifier(
            offender=case, kind="cro", typed="SF80/655108T", supersedes=None, check_ok=False, by=practitioner
        )

    assert Identifier.objects.visible_to(practitioner).filter(value="SF80/655108T", check_ok=False).count() == 2
