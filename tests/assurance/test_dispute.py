"""What the person says is wrong stands beside the fact on every page; it is decided with reasons, and nothing is written over."""

from mappa import dates
from offenders.models import Dispute
from tests.factories import DisputeFactory


def said(**changes):
    day = dates.today()
    answers = {"page": "identity", "fact": "Lived in Luton in 2019", "claim": "Lived in Leeds", "evidence": "Tenancy"}
    when = {"received_on_day": day.day, "received_on_month": day.month, "received_on_year": day.year}
    return answers | when | changes


def test_a_disputed_fact_is_marked_on_every_page_of_the_person(client, coordinator, practitioner, offender):
    client.force_login(coordinator)

    response = client.post(f"/people/{offender.reference}/dispute/", said())

    assert response.status_code == 302
    row = Dispute.objects.visible_to(practitioner).get()
    assert row.due_on == dates.add_months(dates.today(), 1)
    client.force_login(practitioner)
    for page in ("", "identity/", "data/"):
        text = client.get(f"/people/{offender.reference}/{page}").text
        assert "Disputed by the person: Lived in Luton in 2019 (Identity)" in text
    assert "Lived in Leeds" in client.get(f"/people/{offender.reference}/data/").text


def test_a_practitioner_sees_it_and_may_not_decide_it(client, practitioner, offender):
    row = DisputeFactory(offender=offender)
    client.force_login(practitioner)

    assert client.post(f"/disputes/{row.reference}/decide/", {"outcome": "accurate"}).status_code == 403


def test_an_outsider_cannot_tell_that_it_exists(client, outsider, offender):
    row = DisputeFactory(offender=offender)
    client.force_login(outsider)

    assert client.get(f"/disputes/{row.reference}/decide/").status_code == 404


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(client, coordinator, offender):
    client.force_login(coordinator)

    page = client.post(f"/people/{offender.reference}/dispute/", said(page="", evidence="A letter of May")).text

    assert "Select where the fact stands" in page
    assert "A letter of May" in page


def test_what_was_found_right_is_marked_no_more_and_its_reasons_are_kept(client, coordinator, offender):
    row = DisputeFactory(offender=offender, fact="Born in 1980")
    client.force_login(coordinator)

    without = client.post(f"/disputes/{row.reference}/decide/", {"outcome": "accurate", "reasons": ""}).text
    client.post(f"/disputes/{row.reference}/decide/", {"outcome": "accurate", "reasons": "Birth certificate seen"})

    assert "Enter the reason" in without
    page = client.get(f"/people/{offender.reference}/data/").text
    assert "Disputed by the person" not in page
    assert "Birth certificate seen" in page


def test_what_nobody_can_show_stays_marked(client, coordinator, offender):
    row = DisputeFactory(offender=offender, fact="Born in 1980")
    client.force_login(coordinator)

    client.post(f"/disputes/{row.reference}/decide/", {"outcome": "not-proved", "reasons": "No papers exist"})

    assert "Disputed by the person: Born in 1980" in client.get(f"/people/{offender.reference}/").text
    assert "decided already" in client.get(f"/disputes/{row.reference}/decide/").text
