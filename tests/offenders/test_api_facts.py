"""Other systems put the record right: they correct, end and withdraw facts, and change orders and documents."""

import pytest

from agencies.models import IntegrationToken
from agencies.models.token import SCOPES
from offenders.models import Alias, OrderTerm
from tests.factories import (
    AddressFactory,
    AliasFactory,
    ContactFactory,
    DocumentFactory,
    IdentifierFactory,
    OccupationFactory,
    OrderFactory,
    OrderTermFactory,
    VehicleFactory,
    in_days,
)

FACTS = {
    "identifiers": (IdentifierFactory, {"kind": "crn", "typed": "X654321"}),
    "aliases": (AliasFactory, {"surname": "Blackwood"}),
    "addresses": (AddressFactory, {"address": "1 Mill Lane"}),
    "contacts": (ContactFactory, {"notes": "In the evening"}),
    "vehicles": (VehicleFactory, {"colour": "Blue"}),
    "occupations": (OccupationFactory, {"role": "Baker"}),
}
TODAY = in_days(0).isoformat()


@pytest.fixture
def send(client, token, offender, practitioner):
    """Post as the system, on behalf of a person who may edit unless another is named."""
    IntegrationToken.objects.update(scopes=list(SCOPES))

    def post(path, sent, person=practitioner, status=201):
        headers = {"Authorization": "Bearer a-long-random-token", "On-Behalf-Of": person.email}
        url = f"/api/v1/cases/{offender.reference}/{path}"
        response = client.post(url, sent, headers=headers, content_type="application/json")
        assert response.status_code == status, response.text
        return response.json()

    return post


@pytest.mark.parametrize("noun", FACTS)
def test_a_fact_is_corrected_and_what_is_not_sent_stays(send, offender, noun):
    make, change = FACTS[noun]
    old = make(offender=offender)

    made = send(f"{noun}/{old.reference}/correct/", change)

    old.refresh_from_db()
    new = old.replaced_by
    assert new.reference == made["reference"]
    assert {name: getattr(new, name) for name in change} == change
    assert getattr(new, "from_on", None) == getattr(old, "from_on", None)


@pytest.mark.parametrize("noun", FACTS)
def test_a_fact_is_ended(send, offender, noun):
    row = FACTS[noun][0](offender=offender)

    send(f"{noun}/{row.reference}/end/", {"until": TODAY})

    row.refresh_from_db()
    assert row.has_ended(in_days(0))


@pytest.mark.parametrize("noun", FACTS)
def test_a_fact_is_withdrawn_with_a_reason(send, offender, noun):
    row = FACTS[noun][0](offender=offender)

    send(f"{noun}/{row.reference}/withdraw/", {"because": ""}, status=400)
    send(f"{noun}/{row.reference}/withdraw/", {"because": "Somebody else’s"})

    row.refresh_from_db()
    assert row.withdrawn_because == "Somebody else’s"


@pytest.mark.parametrize("verb", ["correct", "end", "withdraw"])
def test_who_may_not_edit_puts_nothing_right(send, offender, victim_liaison, verb):
    row = VehicleFactory(offender=offender)
    sent = {"colour": "Blue", "until": TODAY, "because": "Not his"}
    send("purposes/", {"purpose": "work"}, victim_liaison)

    send(f"vehicles/{row.reference}/{verb}/", sent, victim_liaison, status=403)

    row.refresh_from_db()
    assert (row.until, row.withdrawn_at) == (None, None)


def test_a_row_of_another_kind_is_not_there(send, offender):
    row = VehicleFactory(offender=offender)

    send(f"contacts/{row.reference}/end/", {"until": TODAY}, status=404)


def test_the_recorded_name_is_corrected_and_changed(send, offender, practitioner):
    send("name/correct/", {"surname": "Ashdowne", "forenames": "Peter"})
    former = send("name/change/", {"surname": "Blackwood", "forenames": "Peter", "from_on": TODAY})

    offender.refresh_from_db()
    assert offender.full_name == "Blackwood, Peter"
    kept = Alias.objects.visible_to(practitioner).standing().get()
    assert (kept.reference, kept.full_name) == (former["reference"], "Ashdowne, Peter")


def test_the_date_of_birth_is_changed_as_exactly_as_it_is_known(send, offender):
    send("date-of-birth/", {"born_on": "1980-06-15", "born_is": "about", "source": "Passport"})

    offender.refresh_from_db()
    assert offender.born_in_words == "about 1980"


def test_an_order_is_added_to_varied_and_ended(send, offender, practitioner):
    order = OrderFactory(offender=offender)
    old = OrderTermFactory(offender=offender, order=order)
    there = f"orders/{order.reference}"

    send(f"{there}/terms/", {"kind": "prohibition", "text": "Not to go to the river"})
    varied = {"varied_on": TODAY, "court": "Luton", "reason": "Moved", "ends_on": order.ends_on, "confirmed": True}
    send(f"{there}/vary/", varied | {"superseded": [old.reference]})
    send(f"{there}/end/", {"ending": "discharged", "ended_on": TODAY, "end_reason": "No longer needed"})

    order.refresh_from_db()
    assert order.ending == "discharged"
    standing = OrderTerm.objects.visible_to(practitioner).filter(superseded_by__isnull=True)
    assert [term.text for term in standing] == ["Not to go to the river"]


def test_a_term_of_another_order_is_refused_by_its_field(send, offender):
    order = OrderFactory(offender=offender)
    varied = {"varied_on": TODAY, "court": "Luton", "reason": "Moved", "ends_on": None}

    answer = send(f"orders/{order.reference}/vary/", varied | {"superseded": ["OT-2222-2222"]}, status=400)

    assert list(answer["errors"]) == ["superseded"]


def test_a_document_is_taken_out_of_use(send, offender):
    document = DocumentFactory(offender=offender)

    send(f"documents/{document.reference}/withdraw/", {"reason": "Of somebody else"})

    document.refresh_from_db()
    assert document.withdrawal_reason == "Of somebody else"
