"""A record is held whole for a reason, shown to whoever sees the case, and let go for another."""

from audit.models import AccessEvent
from offenders.models import LegalHold
from tests.factories import ExclusionFactory, LegalHoldFactory

SAID = {"ground": "inquiry", "reason": "Instruction of 20 July 2015"}


def test_a_coordinator_holds_a_record_and_the_case_says_so(client, coordinator, practitioner, offender):
    client.force_login(coordinator)

    response = client.post(f"/people/{offender.reference}/hold/", SAID)

    assert response.status_code == 302
    hold = LegalHold.objects.visible_to(practitioner).get()
    assert (hold.ground, hold.source, hold.placed_by) == ("inquiry", hold.reference, coordinator)
    client.force_login(practitioner)
    page = client.get(f"/people/{offender.reference}/data/").text
    assert "Instruction of 20 July 2015" in page
    assert "/hold/" not in page


def test_a_practitioner_sees_the_case_and_may_not_hold_it(client, practitioner, offender):
    client.force_login(practitioner)

    assert client.post(f"/people/{offender.reference}/hold/", SAID).status_code == 403
    assert not LegalHold.objects.visible_to(practitioner).exists()


def test_an_outsider_cannot_tell_that_it_is_held(client, outsider, offender):
    hold = LegalHoldFactory(offender=offender, ground="court")
    client.force_login(outsider)

    assert client.get(f"/people/{offender.reference}/data/").status_code == 404
    assert client.get(f"/holds/{hold.reference}/lift/").status_code == 404


def test_a_hold_says_why(client, coordinator, offender):
    client.force_login(coordinator)

    page = client.post(f"/people/{offender.reference}/hold/", {"ground": "inquest", "reason": " "}).text

    assert "Enter the reason" in page
    assert not LegalHold.objects.visible_to(coordinator).exists()


def test_an_information_officer_holds_a_record_by_its_reference_and_is_shown_nothing_else(
    client, information_officer, offender
):
    client.force_login(information_officer)

    response = client.post("/assurance/holds/place/", {"case": offender.reference.lower(), **SAID}, follow=True)

    assert offender.reference in response.text
    assert offender.surname not in response.text
    assert LegalHold.objects.visible_to(information_officer).standing().count() == 1


def test_a_reference_of_another_area_or_of_a_case_one_is_excluded_from_is_none(
    client, information_officer, offender, other_case
):
    ExclusionFactory(offender=offender, user=information_officer)
    client.force_login(information_officer)

    pages = [
        client.post("/assurance/holds/place/", {"case": case.reference, **SAID}).text for case in (offender, other_case)
    ]

    assert all("Your area has no record with this reference" in page for page in pages)
    refused = AccessEvent.objects.filter(event="case.reference_refused", outcome="N")
    assert {event.reference for event in refused} == {offender.reference, other_case.reference}


def test_a_hold_is_lifted_for_a_reason_and_once(client, coordinator, offender):
    hold = LegalHoldFactory(offender=offender, ground="complaint")
    client.force_login(coordinator)

    client.post(f"/holds/{hold.reference}/lift/", {"reason": "The ombudsman has closed it"})

    again = client.post(f"/holds/{hold.reference}/lift/", {"reason": "x"}).text
    assert "was lifted already" in again
    hold.refresh_from_db()
    assert (hold.lifted_by, hold.lifted_because) == (coordinator, "The ombudsman has closed it")
    assert "The ombudsman has closed it" in client.get(f"/people/{offender.reference}/data/").text


def test_what_a_review_holds_nobody_lifts_by_hand(client, coordinator, offender):
    hold = LegalHoldFactory(offender=offender)
    client.force_login(coordinator)

    page = client.post(f"/holds/{hold.reference}/lift/", {"reason": "x"}).text

    assert "let go when the review is closed" in page
    assert LegalHold.objects.visible_to(coordinator).standing().exists()


def test_the_list_of_holds_costs_the_same_for_one_and_for_many(
    client, information_officer, offender, django_assert_max_num_queries
):
    for number in range(5):
        LegalHoldFactory(offender=offender, source=f"LH-{number}")
    client.force_login(information_officer)

    with django_assert_max_num_queries(14):
        client.get("/assurance/holds/")
