"""Registering a person: the law decides the category, and a refusal leaves nothing behind."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from offenders import actions, search
from offenders.models import Conviction, Identifier, Offence, Offender, OffenderGroupObjectPermission
from tests.conftest import member
from tests.factories import AgencyFactory, IdentifierFactory, in_days

EVERYONE = Offender._base_manager


@pytest.fixture
def good(area, probation):
    return {
        "surname": "Bell",
        "forenames": "Ann",
        "born_on_day": "27",
        "born_on_month": "3",
        "born_on_year": "1981",
        "crn": "x123456",
        "pnc": "04/712343w",
        "offence": Offence.objects.get(code="OAPA18").pk,
        "outcome": "convicted",
        "jurisdiction": "england_and_wales",
        "dealt_with_on_day": "1",
        "dealt_with_on_month": "3",
        "dealt_with_on_year": "2024",
        "court": "Luton Crown Court",
        "disposal": "imprisonment",
        "term_years": "",
        "term_months": "18",
        "term_days": "",
        "area": area.pk,
        "lead_agency": probation.pk,
    }


def test_a_practitioner_registers_a_person(client, practitioner, good, today):
    client.force_login(practitioner)

    response = client.post("/people/register/", good)

    person = Offender.objects.visible_to(practitioner).get()
    assert response.headers["Location"] == person.get_absolute_url()
    assert (person.full_name, person.born_on, person.category, person.level) == ("Bell, Ann", date(1981, 3, 27), 2, 1)
    assert (person.lead_officer, person.registered_by) == (practitioner, practitioner)
    assert person.next_review_on == actions.latest_review(1, person.area, today)


def test_what_the_page_does_not_ask_is_not_taken_from_whoever_sends_it(client, practitioner, outsider, good):
    forged = {
        "reference": "MA-2222-2222",
        "level": "3",
        "category": "1",
        "restricted": "on",
        "registered_by": outsider.pk,
        "is_staff": "on",
    }
    client.force_login(practitioner)

    client.post("/people/register/", good | forged)

    person = Offender.objects.visible_to(practitioner).get()
    practitioner.refresh_from_db()
    assert person.reference != "MA-2222-2222"
    assert (person.level, person.category, person.restricted, person.registered_by) == (1, 2, False, practitioner)
    assert not practitioner.is_staff


def test_numbers_are_kept_as_typed_and_in_their_one_form(client, practitioner, good):
    client.force_login(practitioner)

    client.post("/people/register/", good)

    rows = Identifier.objects.visible_to(practitioner).values_list("kind", "value", "typed")
    assert list(rows) == [("crn", "X123456", "x123456"), ("pnc", "2004/0712343W", "04/712343w")]


def test_the_page_says_which_category_and_by_which_law(client, practitioner, good):
    client.force_login(practitioner)

    response = client.post("/people/register/", good, follow=True)

    assert "Category 2: violent or other sexual offender" in response.text
    assert "Criminal Justice Act 2003 s.327(3), Schedule 15" in response.text
    assert "Bell" not in response.text.partition("<title>")[2].partition("</title>")[0]


def test_a_level_a_review_and_a_line_on_the_timeline_begin(client, practitioner, good):
    client.force_login(practitioner)

    client.post("/people/register/", good)

    person = Offender.objects.visible_to(practitioner).get()
    assert person.levels.visible_to(practitioner).get().until is None
    assert person.reviews.visible_to(practitioner).open().get().due_on == person.next_review_on
    assert person.timeline.visible_to(practitioner).get().title == "Registered at level 1"


def test_a_sexual_offence_gives_category_1_and_every_limb_is_stored(client, practitioner, good):
    client.force_login(practitioner)

    client.post("/people/register/", good | {"offence": Offence.objects.get(code="SOA1").pk})

    person = Offender.objects.visible_to(practitioner).get()
    assert person.category == 1
    assert [basis.category for basis in person.bases.visible_to(practitioner)] == [1, 2]


def test_a_conditional_discharge_lasts_as_long_as_it_says(client, practitioner, good, today):
    client.force_login(practitioner)
    on = today.replace(day=1)
    answers = {"offence": Offence.objects.get(code="SOA1").pk, "disposal": "conditional_discharge", "term_months": "12"}

    client.post(
        "/people/register/",
        good
        | answers
        | dict(
            zip(
                ("dealt_with_on_day", "dealt_with_on_month", "dealt_with_on_year"),
                (on.day, on.month, on.year),
                strict=True,
            )
        ),
    )

    basis = Offender.objects.visible_to(practitioner).get().bases.visible_to(practitioner).get()
    assert basis.ends_on == in_days((on.replace(year=on.year + 1) - today).days - 1)


@pytest.mark.parametrize("person", ["coordinator", "practitioner", "manager"])
def test_who_may_register_sees_the_page(client, request, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get("/people/register/").status_code == 200


@pytest.mark.parametrize(
    "person", ["chair", "victim_liaison", "board_member", "lay_adviser", "information_officer", "administrator"]
)
def test_who_may_not_register_is_refused(client, request, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get("/people/register/").status_code == 403
    assert client.post("/people/register/", good).status_code == 403
    assert not EVERYONE.exists()


def test_nobody_registers_for_another_area_or_agency(client, outsider, housing, good, area, other_area):
    for user in (outsider, housing):
        client.force_login(user)
        response = client.post("/people/register/", good)
        assert "lead_agency" in response.context["form"].errors
    assert not EVERYONE.exists()


def test_the_action_itself_refuses_another_area(outsider, area, probation):
    names = "surname forenames born_on pnc crn offence outcome court dealt_with_on disposal licence_ends_on"
    answers = dict.fromkeys([*names.split(), "term_years", "term_months", "term_days", "next_review_on"])

    with pytest.raises(PermissionDenied):
        actions.register(**answers, area=area, lead_agency=probation, by=outsider)


def test_a_lead_agency_that_is_no_responsible_authority_sees_what_it_registers(client, area, good):
    trust = AgencyFactory(name="Trust", kind__code="nhs-trust", area=area)
    nurse = member(trust, "practitioner", "nora")
    client.force_login(nurse)

    client.post("/people/register/", good | {"lead_agency": trust.pk})

    assert Offender.objects.visible_to(nurse).get().lead_agency == trust
    assert OffenderGroupObjectPermission.objects.visible_to(nurse).get().basis == "lead"


BAD = {
    "a wrong check letter": ({"pnc": "2004/0712343X"}, "pnc", "the last letter would be W, not X"),
    "a CRN without a letter": ({"crn": "123456"}, "crn", "1 or 2 letters followed by 6 numbers"),
    "no number at all": ({"crn": " ", "pnc": ""}, "crn", "Enter a CRN or a PNC number"),
    "an impossible date": ({"born_on_day": "31", "born_on_month": "2"}, "born_on", "must be a real date"),
    "half a date": ({"dealt_with_on_month": ""}, "dealt_with_on", "must include a month"),
    "a birth to come": ({"born_on_year": "2090"}, "born_on", "must be in the past"),
    "a conviction to come": ({"dealt_with_on_year": "2090"}, "dealt_with_on", "must be in the past"),
    "a conviction before birth": ({"dealt_with_on_year": "1980"}, "dealt_with_on", "must be after the date of birth"),
    "a sentence that does not exist": ({"disposal": "transportation"}, "disposal", "Choose a sentence from the list"),
    "an offence that does not exist": ({"offence": "0"}, "offence", "Select a valid choice"),
    "a length of nothing": ({"term_months": ""}, "term_months", "Enter the length of the sentence"),
    "a fine with a length": ({"disposal": "fine"}, "term_months", "This sentence has no length"),
    "a negative length": ({"term_years": "-1"}, "term_years", "greater than or equal to 0"),
    "a length in words": ({"term_years": "two"}, "term_years", "Enter a whole number"),
    "a caution of the court": ({"disposal": "caution", "term_months": ""}, "disposal", "A caution is both"),
    "eleven months": ({"term_months": "11", "term_days": "30"}, "disposal", "does not make the person eligible"),
    "a licence that ended": (
        {"licence_ends_on_day": "1", "licence_ends_on_month": "3", "licence_ends_on_year": "2025"},
        "disposal",
        "does not make the person eligible",
    ),
    "a licence before the conviction": (
        {"licence_ends_on_day": "1", "licence_ends_on_month": "3", "licence_ends_on_year": "2023"},
        "licence_ends_on",
        "must end after",
    ),
    "a review in the past": (
        {"next_review_on_day": "1", "next_review_on_month": "3", "next_review_on_year": "2024"},
        "next_review_on",
        "after today",
    ),
    "a review too late": (
        {"next_review_on_day": "1", "next_review_on_month": "3", "next_review_on_year": "2090"},
        "next_review_on",
        "the standard for level 1",
    ),
    "no last name": ({"surname": "  "}, "surname", "Enter the last name"),
    "a name too long": ({"surname": "x" * 81}, "surname", "at most 80"),
    "a number too long": ({"crn": "x" * 41}, "crn", "at most 40"),
}


@pytest.mark.parametrize(("change", "field", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_told_at_its_field_and_nothing_is_written(client, practitioner, good, change, field, message):
    client.force_login(practitioner)

    response = client.post("/people/register/", good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "<title>Error:" in response.text
    assert not EVERYONE.exists()
    assert not Conviction._base_manager.exists()
    assert not Identifier._base_manager.exists()


def test_what_was_typed_is_kept(client, practitioner, good):
    client.force_login(practitioner)

    response = client.post("/people/register/", good | {"pnc": "2004/0712343X"})

    assert all(
        f'value="{good[name]}"' in response.text for name in ("surname", "forenames", "crn", "born_on_year", "court")
    )
    assert 'value="2004/0712343X"' in response.text


@pytest.mark.parametrize(("kind", "value"), [("crn", "X123456"), ("pnc", "2004/0712343W")])
def test_a_number_in_use_anywhere_is_refused_without_saying_whose(client, practitioner, good, other_case, kind, value):
    IdentifierFactory(offender=other_case, kind=kind, value=value)
    client.force_login(practitioner)

    response = client.post("/people/register/", good)

    assert response.context["form"].errors == {kind: ["A record with this number exists. Ask MAPPA co-ordination."]}
    assert list(EVERYONE.all()) == [other_case]
    assert "Elsewhere, " not in response.text


def test_a_second_click_registers_nobody_twice(client, practitioner, good):
    client.force_login(practitioner)
    client.post("/people/register/", good)

    response = client.post("/people/register/", good)

    assert "A record with this number exists" in response.text
    assert EVERYONE.count() == 1


def test_the_form_offers_only_places_where_the_user_may_register(
    client, practitioner, area, other_area, probation, police
):
    AgencyFactory(kind__code="probation", area=other_area)
    AgencyFactory(kind__code="housing", area=area)
    client.force_login(practitioner)

    form = client.get("/people/register/").context["form"]

    assert list(form.fields["area"].queryset) == [area]
    assert set(form.fields["lead_agency"].queryset) == {probation, police}
    assert form.initial == {"area": area, "lead_agency": probation}


ROUGHLY = {
    "month": ({"born_on_day": ""}, "March 1981"),
    "year": ({"born_on_day": "", "born_on_month": ""}, "1981"),
    "about": ({"born_on_day": "", "born_on_month": "", "about": "on"}, "about 1981"),
}


@pytest.mark.parametrize("precision", ROUGHLY)
def test_a_date_of_birth_that_is_known_only_roughly_is_registered_as_such(client, practitioner, good, precision):
    change, words = ROUGHLY[precision]
    client.force_login(practitioner)

    client.post("/people/register/", good | change)

    person = Offender.objects.visible_to(practitioner).get()
    assert (person.born_in_words, person.born_is) == (words, precision)
    assert list(search.matching(practitioner, "1981", {})) == [person]
    assert "As registered" in client.get(f"/people/{person.reference}/identity/").text


def test_somebody_born_about_a_year_is_found_by_the_years_beside_it(client, practitioner, good):
    client.force_login(practitioner)

    client.post("/people/register/", good | ROUGHLY["about"][0])

    assert search.matching(practitioner, "3/7/1982", {}).exists()


def test_a_guess_names_no_month(client, practitioner, good):
    client.force_login(practitioner)

    response = client.post("/people/register/", good | {"born_on_day": "", "about": "on"})

    assert response.context["form"].errors["born_on"] == ["Leave the day and the month empty where the year is a guess"]


def test_what_is_known_roughly_on_the_first_page_begins_the_second(client, practitioner):
    client.force_login(practitioner)
    who = {"surname": "Bell", "forenames": "Ann", "born_on_day": "", "born_on_month": "", "born_on_year": "1981"}

    client.post("/people/register/check/", who | {"about": "on"})

    initial = client.get("/people/register/").context["form"].initial
    assert (initial["born_on"], initial["about"]) == (["", "", 1981], True)


def test_the_verb_begins_a_month_or_a_year_with_its_first_day(practitioner, area, probation):
    person = actions.register_undetermined(
        surname="Bell",
        forenames="Ann",
        born_on=date(1981, 3, 27),
        born_is="year",
        pnc="",
        crn="X123456",
        area=area,
        lead_agency=probation,
        next_review_on=None,
        to_be_determined="Sent by another register",
        by=practitioner,
    )

    assert person.born_on == date(1981, 1, 1)


ELSEWHERE = {"jurisdiction": "elsewhere", "to_be_determined": "Rape in Spain, now lives in Bedford"}


def test_a_conviction_elsewhere_gives_no_category_and_asks_why(client, practitioner, good):
    rape = good | {"offence": Offence.objects.get(code="SOA1").pk, "jurisdiction": "elsewhere"}
    client.force_login(practitioner)

    refused = client.post("/people/register/", rape)
    client.post("/people/register/", rape | ELSEWHERE)

    assert "does not make the person eligible" in refused.text
    assert 'name="to_be_determined"' in refused.text
    offender = Offender.objects.visible_to(practitioner).get()
    assert (offender.category, offender.convictions.visible_to(practitioner).get().jurisdiction) == (None, "elsewhere")
    assert not offender.requirements.visible_to(practitioner).exists()


def test_registration_asks_whether_a_condition_of_schedule_3_is_met(client, practitioner, good):
    assault = good | {"offence": Offence.objects.get(code="SOA3").pk, "inchoate": "attempt"}
    client.force_login(practitioner)

    asked = client.post("/people/register/", assault)
    client.post("/people/register/", assault | {"schedule_3_met": "False"})

    assert "victim under 18, or sentence" in asked.text
    offender = Offender.objects.visible_to(practitioner).get()
    conviction = offender.convictions.visible_to(practitioner).get()
    assert (offender.category, conviction.schedule_3_met, conviction.inchoate) == (2, False, "attempt")
