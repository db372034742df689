"""Other systems read and edit the record of a case: identity, sentences, category, notification, orders."""

import pytest
from django.utils import timezone

from agencies.models import IntegrationToken
from agencies.models.token import SCOPES
from audit.models import AccessEvent
from offenders.models import (
    Address,
    Alias,
    Contact,
    Conviction,
    Flag,
    Identifier,
    KeyDate,
    Note,
    Notification,
    Offence,
    Offender,
    Order,
    WhereaboutsPeriod,
)
from tests.factories import (
    AddressFactory,
    CategoryDecisionFactory,
    CategoryProposalFactory,
    ConvictionFactory,
    DisposalFactory,
    FlagFactory,
    IdentifierFactory,
    KeyDateFactory,
    LicenceConditionFactory,
    MergeFactory,
    NoteFactory,
    NotificationDueFactory,
    NotificationFactory,
    NotificationRequirementFactory,
    OffenderFactory,
    OrderFactory,
    OrderKindFactory,
    OrderTermFactory,
    TermFactory,
    WhereaboutsPeriodFactory,
    in_days,
)


@pytest.fixture(autouse=True)
def scopes(token):
    IntegrationToken.objects.update(scopes=list(SCOPES))


def imprisoned(**change):
    return {
        "offence": Offence.objects.filter(schedule_3=True).first().code,
        "dealt_with_on": "2024-05-01",
        "court": "Luton Crown Court",
        "kind": "imprisonment",
        "terms": [{"years": 2}, {"months": 6}],
        "overlap": {"months": 3},
    } | change


def notified(requirement, **change):
    return {
        "requirement": requirement.reference,
        "kind": "periodic",
        "given_on": in_days(-1).isoformat(),
        "place": "Luton police station",
        "received_by": "PC Example",
        "what": "Everything as before",
        "no_fixed_abode": False,
    } | change


def ordered(**change):
    return {
        "kind": OrderKindFactory(shortest=5, is_checked=True).code,
        "court": "Luton Crown Court",
        "made_on": "2024-03-01",
        "ends_on": "2034-03-01",
        "prohibitions": "Using a device\nGoing near a school",
    } | change


# What each way of writing is sent, and the table it writes to.
def writings(offender):
    requirement = NotificationRequirementFactory(offender=offender)
    return {
        "identifiers/": ({"kind": "crn", "typed": "x 123456"}, Identifier),
        "aliases/": ({"surname": "Dawson", "forenames": "Pete", "kind": "also_known_as"}, Alias),
        "addresses/": ({"kind": "home", "address": "1 Mill Lane", "from_on": in_days(-3).isoformat()}, Address),
        "contacts/": ({"kind": "email", "typed": "Peter@Example.com"}, Contact),
        "convictions/": (imprisoned(), Conviction),
        "key-dates/": ({"kind": "licence-expiry", "on": "2030-01-01", "source": "Licence"}, KeyDate),
        "whereabouts/": (
            {"move": "reception", "on": in_days(-2).isoformat(), "place": "HMP Bedford"},
            WhereaboutsPeriod,
        ),
        "notifications/": (notified(requirement), Notification),
        "orders/": (ordered(), Order),
    }


PATHS = [
    "identifiers/",
    "aliases/",
    "addresses/",
    "contacts/",
    "convictions/",
    "key-dates/",
    "whereabouts/",
    "notifications/",
    "orders/",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_record_is_written_by_a_person_once_and_read_again(call, offender, practitioner, path):
    sent, model = writings(offender)[path]

    made = call(path, sent, practitioner, key="k-1")
    again = call(path, sent, practitioner, key="k-1", status=200)

    assert again == made
    assert model.objects.visible_to(practitioner).filter(reference=made["reference"], offender=offender).count() == 1
    assert made["reference"] in [row["reference"] for row in call(path)["results"]]


@pytest.mark.parametrize("path", PATHS)
def test_who_may_not_edit_the_record_edits_nothing_through_a_system(call, offender, victim_liaison, path):
    sent, model = writings(offender)[path]
    before = model._base_manager.count()
    call("purposes/", {"purpose": "work"}, victim_liaison)

    call(path, sent, victim_liaison, status=403)
    call(path, sent, status=403)

    assert model._base_manager.count() == before


@pytest.mark.parametrize("path", PATHS)
def test_to_a_case_that_is_not_there_nothing_is_written(call, offender, other_case, practitioner, path):
    sent, model = writings(offender)[path]
    before = model._base_manager.count()

    call(path, sent, practitioner, case=other_case, status=404)

    assert model._base_manager.count() == before


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("identifiers/", {"typed": "X12"}, "typed"),
        ("identifiers/", {"supersedes": "ID-2222-2222"}, "supersedes"),
        ("aliases/", {"from_on": "2090-01-01"}, "from_on"),
        ("addresses/", {"from_on": None}, "from_on"),
        ("addresses/", {"address": ""}, "address"),
        ("contacts/", {"typed": "nowhere"}, "typed"),
        ("convictions/", {"offence": "no-such"}, "offence"),
        ("convictions/", {"terms": [{"months": -1}]}, "terms"),
        ("convictions/", {"terms": []}, "terms"),
        ("convictions/", {"dealt_with_on": "2090-05-01"}, "dealt_with_on"),
        ("key-dates/", {"on": "1900-01-01"}, "on"),
        ("whereabouts/", {"place": ""}, "place"),
        ("notifications/", {"requirement": "NR-2222-2222"}, "requirement"),
        ("notifications/", {"given_on": "2090-01-01"}, "given_on"),
        ("notifications/", {"kind": "travel_leave"}, "kind"),
        ("notifications/", {"no_fixed_abode": None}, "no_fixed_abode"),
        ("orders/", {"ends_on": "2025-03-01"}, "ends_on"),
        ("orders/", {"kind": "no-such"}, "kind"),
        ("orders/", {"starts_on": "9998-01-01", "ends_on": "9999-01-01"}, "starts_on"),
        ("orders/", {"made_on": "1899-12-31"}, "made_on"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(call, offender, practitioner, path, change, field):
    sent, model = writings(offender)[path]
    before = model._base_manager.count()

    answer = call(path, sent | change, practitioner, status=400)

    assert field in answer["errors"]
    assert model._base_manager.count() == before


def test_a_number_of_another_case_is_refused_and_that_is_recorded_under_a_key_too(
    call, offender, other_case, practitioner
):
    IdentifierFactory(offender=other_case, kind="crn", value="X123456")

    answer = call("identifiers/", {"kind": "crn", "typed": "X123456"}, practitioner, key="k-1", status=400)

    assert "Ask MAPPA co-ordination" in str(answer["errors"]["typed"])
    assert AccessEvent.objects.get(event="identifier.taken").actor_id == practitioner.pk
    call("identifiers/", {"kind": "crn", "typed": "X123457"}, practitioner, key="k-1")


def test_a_superseded_number_says_so_and_a_withdrawn_one_is_not_told(call, offender, practitioner):
    old = IdentifierFactory(offender=offender, kind="crn", value="X123456")
    IdentifierFactory(
        offender=offender,
        kind="crn",
        value="X999999",
        withdrawn_at=timezone.now(),
        withdrawn_by=practitioner,
        withdrawn_because="Of another person",
    )

    made = call("identifiers/", {"kind": "crn", "typed": "X654321", "supersedes": old.reference}, practitioner)

    rows = {row["value"]: row for row in call("identifiers/")["results"] if row["kind"] == "crn"}
    assert rows["X123456"]["superseded_by"] == made["reference"]
    assert rows["X654321"]["superseded_on"] is None
    assert "X999999" not in rows


@pytest.mark.parametrize(("old", "found"), [("superseded", 200), ("withdrawn", 404)])
def test_mappa_detail_by_an_old_number(client, offender, practitioner, old, found, today):
    row = IdentifierFactory(offender=offender, kind="crn", value="X123456")
    change = {"superseded_on": today} if old == "superseded" else {"withdrawn_at": timezone.now()}
    change |= {"withdrawn_by": practitioner, "withdrawn_because": "Wrong"} if old == "withdrawn" else {}
    Identifier._base_manager.filter(pk=row.pk).update(**change)

    headers = {"Authorization": "Bearer a-long-random-token"}
    answer = client.get("/api/v1/persons/X123456/risks/mappadetail", headers=headers)

    assert answer.status_code == found
    assert found == 404 or answer.json()["data"]["notes"] is None


def test_mappa_detail_serves_nobody_of_a_restricted_case(client, offender):
    IdentifierFactory(offender=offender, kind="crn", value="X123456")
    Offender._base_manager.update(restricted=True)

    headers = {"Authorization": "Bearer a-long-random-token"}

    assert client.get("/api/v1/persons/X123456/risks/mappadetail", headers=headers).status_code == 404


def test_a_main_address_takes_the_place_of_the_one_of_today(call, offender, practitioner):
    AddressFactory(offender=offender, from_on=in_days(-100))
    sent = {"kind": "home", "address": "2 New Street", "from_on": in_days(-1).isoformat()}

    assert "body" in call("addresses/", sent, practitioner, status=400)["errors"]
    call("addresses/", sent | {"ends_present": True}, practitioner)

    ends = {row["address"]: row["until"] for row in call("addresses/")["results"]}
    assert ends["2 New Street"] is None
    assert in_days(-1).isoformat() in ends.values()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("vehicles/", {"mark": "AB12 CDE", "make": "Ford"}),
        ("occupations/", {"kind": "employment", "organisation": "Bakery", "vulnerable_contact": "no"}),
    ],
)
def test_vehicles_and_work_are_recorded(call, practitioner, path, sent):
    made = call(path, sent, practitioner)

    assert [row["reference"] for row in call(path)["results"]] == [made["reference"]]


def test_a_conviction_is_told_with_what_was_imposed_and_gives_its_bases(call, offender, practitioner):
    call("convictions/", imprisoned(), practitioner)

    row = call("convictions/")["results"][0]
    disposal = row["disposals"][0]
    assert [term["years"] * 12 + term["months"] for term in disposal["terms"]] == [24, 6]
    assert (disposal["kind"], disposal["overlap"]["months"]) == ("imprisonment", 3)
    assert call("categories/")["bases"][0]["starts_on"] == "2024-05-01"


def test_another_sentence_is_added_to_a_conviction(call, offender, practitioner):
    conviction = DisposalFactory(offender=offender).conviction
    sent = {"kind": "community_order", "imposed_on": conviction.dealt_with_on.isoformat()}

    call(f"convictions/{conviction.reference}/disposals/", sent, practitioner)

    assert len(call("convictions/")["results"][0]["disposals"]) == 2


def test_what_was_corrected_is_left_out_and_what_was_quashed_is_marked(call, offender, practitioner):
    wrong = ConvictionFactory(offender=offender)
    right = ConvictionFactory(offender=offender, corrects=wrong, correction_reason="Wrong court")
    Conviction._base_manager.filter(pk=right.pk).update(
        set_aside_on=in_days(-1), set_aside_by=practitioner, set_aside_court="Court of Appeal"
    )

    rows = call("convictions/")["results"]

    assert [(row["reference"], row["set_aside_on"]) for row in rows] == [(right.reference, in_days(-1).isoformat())]


def test_a_key_date_is_changed_by_another(call, offender, practitioner):
    old = KeyDateFactory(offender=offender)
    sent = {"on": in_days(200).isoformat(), "source": "Recalculated", "reason": "Added days"}

    made = call(f"key-dates/{old.reference}/change/", sent, practitioner)
    call(f"key-dates/{old.reference}/change/", sent, practitioner, status=400)

    assert [row["reference"] for row in call("key-dates/")["results"]] == [made["reference"]]


def test_a_move_that_does_not_follow_is_refused(call, offender, practitioner):
    WhereaboutsPeriodFactory(offender=offender)
    sent = {"move": "found", "on": in_days(-1).isoformat()}

    assert list(call("whereabouts/", sent, practitioner, status=400)["errors"]) == ["move"]


def test_reasons_of_a_decision_are_told_to_who_may_decide(call, token, offender, practitioner, coordinator):
    CategoryDecisionFactory(offender=offender, reasons="Because of the victim")
    CategoryProposalFactory(offender=offender, explanation="Why so")
    agency = coordinator.memberships.get().agency
    assert call("categories/", person=practitioner)["decisions"][0]["reasons"] is None
    assert call("categories/")["proposals"][0]["explanation"] is None

    token.user.memberships.update(agency=agency)
    call("purposes/", {"purpose": "records"}, coordinator, status=201)
    told = call("categories/", person=coordinator)

    assert told["decisions"][0]["reasons"] == "Because of the victim"
    assert told["proposals"][0]["explanation"] == "Why so"


def test_categories_cost_the_same_however_many(call, offender, django_assert_num_queries):
    for _each in range(3):
        CategoryDecisionFactory(offender=offender)
    call("categories/")

    with django_assert_num_queries(14):
        call("categories/")


def test_dues_and_notifications_are_told_as_they_stand(call, offender, practitioner, today):
    requirement = NotificationRequirementFactory(offender=offender)
    of = {"offender": offender, "requirement": requirement}
    NotificationDueFactory(**of)
    NotificationDueFactory(**of, what="initial", superseded_on=today)
    struck = {"struck_on": today, "struck_by": practitioner, "struck_reason": "Of another person"}
    NotificationFactory(**of)
    NotificationFactory(**of, **struck)

    assert [row["what"] for row in call("notification-dues/")["results"]] == ["periodic"]
    assert len(call("notifications/")["results"]) == 1
    assert call("requirements/")["results"][0]["reference"] == requirement.reference


def test_orders_and_licences_are_told_with_what_stands(call, offender):
    term = OrderTermFactory(offender=offender)
    OrderFactory(offender=offender, ended_on=in_days(-1), ending="error", ended_by=offender.lead_officer)
    condition = LicenceConditionFactory(offender=offender)

    orders, licences = call("orders/")["results"], call("licences/")["results"]

    assert [[each["reference"] for each in row["terms"]] for row in orders] == [[term.reference]]
    assert [[each["text"] for each in row["conditions"]] for row in licences] == [[condition.text]]


def test_a_flag_is_reviewed_and_taken_off(call, offender, practitioner):
    flag = FlagFactory(offender=offender, review_on=in_days(5))
    review = {"reason": "Still so", "review_on": in_days(20).isoformat()}

    call(f"flags/{flag.reference}/review/", review, practitioner)
    call(f"flags/{flag.reference}/remove/", {"removal_reason": "No longer"}, practitioner)
    again = call(f"flags/{flag.reference}/remove/", {"removal_reason": "No longer"}, practitioner, status=400)

    row = Flag.objects.visible_to(practitioner).get()
    assert (row.review_on, row.removal_reason) == (in_days(20), "No longer")
    assert "removed already" in str(again["errors"]["body"])


def test_a_row_of_another_case_is_not_there(call, offender, practitioner):
    elsewhere = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, lead_officer=practitioner)
    flag = FlagFactory(offender=elsewhere)

    call(f"flags/{flag.reference}/remove/", {"removal_reason": "No longer"}, practitioner, status=404)


def test_a_note_is_corrected_by_another(call, offender, practitioner):
    note = NoteFactory(offender=offender, text="Rang at ten")
    sent = {"kind": "contact", "happened_on": "2026-01-05", "text": "Rang at eleven", "audience": "everyone"}

    made = call(f"notes/{note.reference}/correct/", sent, practitioner)

    told = {row["reference"]: row["corrects"] for row in call("notes/")["results"]}
    assert told == {note.reference: None, made["reference"]: note.reference}


def test_a_note_for_others_is_counted_and_not_told(call, offender, granted, token, housing):
    NoteFactory(offender=offender, audience="authority", text="Source says")
    token.user.memberships.update(agency=housing.memberships.get().agency)

    told = call("notes/")

    assert (told["results"], told["restricted"]) == ([], 1)
    assert Note._base_manager.count() == 1


def test_a_merged_case_answers_under_the_reference_that_stands(call, client, offender):
    merge = MergeFactory(offender=offender)

    response = client.get(
        f"/api/v1/cases/{merge.merged_reference}/", headers={"Authorization": "Bearer a-long-random-token"}
    )

    assert response.json()["reference"] == offender.reference
    assert AccessEvent.objects.get(event="case.reference_followed").detail == {"old": merge.merged_reference}


def test_a_term_of_a_sentence_is_read_with_it(call, offender):
    TermFactory(offender=offender, months=18)

    assert call("convictions/")["results"][0]["disposals"][0]["terms"] == [{"years": 0, "months": 18, "days": 0}]


@pytest.mark.parametrize("noun", ["victims", "relationships", "characteristics"])
def test_the_compartment_of_victims_is_not_served(client, offender, noun):
    headers = {"Authorization": "Bearer a-long-random-token"}

    assert client.get(f"/api/v1/cases/{offender.reference}/{noun}/", headers=headers).status_code == 404
