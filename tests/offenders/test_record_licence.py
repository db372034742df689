"""A licence is recorded with its standard conditions: one at a time, recalled, resumed and ended."""

import pytest
from django.db import IntegrityError

from offenders.models import Licence, LicenceCondition, Offender, Recall
from tests.factories import LicenceFactory, RecallFactory, WhereaboutsPeriodFactory, in_days
from tests.offenders.dates_typed import typed


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/licence/record/"


@pytest.fixture
def licence(offender, practitioner):
    return LicenceFactory(offender=offender, recorded_by=practitioner)


def good(**change):
    times = typed("starts_on", in_days(-10)) | typed("ends_on", in_days(400))
    return {"kind": "determinate", "made_by": "governor", "standard": "on", **times} | change


@pytest.mark.parametrize(("kind", "first"), [("determinate", "Behave well"), ("pss", "Be of good behaviour")])
def test_a_licence_comes_with_its_eight_standard_conditions(client, practitioner, url, kind, first):
    client.force_login(practitioner)

    assert client.post(url, good(kind=kind)).status_code == 302

    texts = LicenceCondition.objects.visible_to(practitioner).values_list("text", flat=True)
    assert len(texts) == 8
    assert texts[0].startswith(first)


def test_the_standard_conditions_are_added_later_too_and_once(client, practitioner, licence):
    client.force_login(practitioner)
    url = f"/people/licences/{licence.reference}/standard/"

    client.post(url)

    assert LicenceCondition.objects.visible_to(practitioner).count() == 8
    assert "on this licence already" in client.post(url).text
    assert LicenceCondition.objects.visible_to(practitioner).count() == 8


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose the kind of licence"),
        ({"made_by": ""}, "made_by", "Choose who made it"),
        (typed("starts_on", None), "starts_on", "Enter the date when the licence starts"),
        (typed("ends_on", None), "ends_on", "Enter the last day of the licence"),
        (typed("ends_on", in_days(-11)), "ends_on", "same as or after"),
        ({"kind": "life"}, "ends_on", "A life licence has no last day"),
    ],
)
def test_a_refusal_writes_nothing(client, practitioner, url, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good(**change))

    assert message in " ".join(response.context["form"].errors[field])
    assert not Licence.objects.visible_to(practitioner).exists()


def test_a_life_licence_has_no_end(client, practitioner, url):
    client.force_login(practitioner)

    client.post(url, good(kind="life", made_by="parole-board", **typed("ends_on", None)))

    assert Licence.objects.visible_to(practitioner).get().ends_on is None


@pytest.mark.parametrize(("first", "last"), [(-200, -100), (300, 500), (0, 10)])
def test_two_licences_never_overlap(client, practitioner, licence, url, first, last):
    client.force_login(practitioner)
    times = typed("starts_on", in_days(first)) | typed("ends_on", in_days(last))

    assert "Another licence of this person runs" in client.post(url, good(**times)).text
    assert Licence.objects.visible_to(practitioner).count() == 1


def test_supervision_after_the_licence_does_not_overlap(client, practitioner, licence, url):
    client.force_login(practitioner)
    times = typed("starts_on", in_days(301)) | typed("ends_on", in_days(500))

    assert client.post(url, good(kind="pss", **times)).status_code == 302


def test_the_database_itself_refuses_two_at_once(licence):
    with pytest.raises(IntegrityError, match="one_licence_at_a_time"):
        LicenceFactory(offender=licence.offender, starts_on=in_days(300), ends_on=in_days(400))


def recalled(**change):
    asked = {"decided_by": "secretary-of-state", "reason": "Out of touch", **typed("decided_on", in_days(-5))}
    return asked | change


def test_a_recall_suspends_it_and_it_may_hold_again(client, practitioner, offender, licence):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/recall/", recalled())
    assert "Suspended by recall" in client.get(f"/people/{offender.reference}/orders/").text
    row = offender.recalls.visible_to(practitioner).get()
    again = {"resumed_why": "Rescinded", **typed("resumed_on", in_days(-1))}
    client.post(f"/people/recalls/{row.reference}/resume/", again)

    row.refresh_from_db(from_queryset=offender.recalls.visible_to(practitioner))
    assert (row.licence, row.resumed_on) == (licence, in_days(-1))
    assert "Suspended by recall" not in client.get(f"/people/{offender.reference}/orders/").text
    assert "Rescinded" in client.get(f"/people/{offender.reference}/sentences/").text


def test_a_recall_is_one_row_on_both_pages(client, practitioner, offender, licence):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/recall/", recalled())

    orders = client.get(f"/people/{offender.reference}/orders/").text
    sentences = client.get(f"/people/{offender.reference}/sentences/").text
    assert "In force" not in orders
    assert "Out of touch" in orders
    assert "Out of touch" in sentences
    assert "Not returned yet" in sentences


@pytest.mark.parametrize("day", [in_days(1), in_days(-101)])
def test_a_recall_is_within_the_licence(client, practitioner, offender, licence, day):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/recall/", recalled(**typed("decided_on", day)))

    assert not Recall.objects.visible_to(practitioner).exists()


def test_it_is_suspended_once(client, practitioner, offender, licence):
    RecallFactory(offender=offender, licence=licence, returned_on=in_days(-1), returned_by=practitioner)
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/recall/", recalled())

    assert "suspended by a recall already" in response.text


def test_whoever_is_on_remand_is_recalled_from_the_licence_that_runs(client, practitioner, offender, licence):
    remand = {"kind": "custody", "move": "reception", "place": "HMP Example", "from_on": in_days(-6)}
    WhereaboutsPeriodFactory(offender=offender, **remand)
    Offender._base_manager.filter(pk=offender.pk).update(whereabouts="custody")
    client.force_login(practitioner)
    assert "Record a recall" in client.get(f"/people/{offender.reference}/sentences/").text

    client.post(f"/people/{offender.reference}/recall/", recalled())

    assert offender.recalls.visible_to(practitioner).outstanding().get().licence == licence


def test_a_licence_recorded_after_its_recall_is_suspended_too(client, practitioner, offender, url):
    RecallFactory(offender=offender)
    client.force_login(practitioner)

    client.post(url, good())

    assert Recall.objects.visible_to(practitioner).get().licence == Licence.objects.visible_to(practitioner).get()
    assert "Suspended by recall" in client.get(f"/people/{offender.reference}/orders/").text


def test_a_recall_before_the_licence_does_not_suspend_it(client, practitioner, offender, url):
    RecallFactory(offender=offender, decided_on=in_days(-11), returned_on=in_days(-11), returned_by=practitioner)
    client.force_login(practitioner)

    client.post(url, good())

    assert Recall.objects.visible_to(practitioner).get().licence is None


def test_it_holds_again_on_a_day_from_the_return_and_once(client, practitioner, offender, licence):
    row = RecallFactory(
        offender=offender, licence=licence, decided_on=in_days(-9), returned_on=in_days(-5), returned_by=practitioner
    )
    client.force_login(practitioner)
    url = f"/people/recalls/{row.reference}/resume/"

    assert "until today" in client.post(url, {"resumed_why": "x", **typed("resumed_on", in_days(-6))}).text
    client.post(url, {"resumed_why": "Released again", **typed("resumed_on", in_days(-5))})

    again = client.post(url, {"resumed_why": "x", **typed("resumed_on", in_days(-5))})
    assert "No licence is suspended by this recall" in again.text


def test_nobody_is_returned_after_the_licence_holds_again(client, practitioner, offender, licence):
    row = RecallFactory(offender=offender, licence=licence, resumed_on=in_days(-1), resumed_why="Rescinded")
    client.force_login(practitioner)

    back = {"place": "HMP Example", **typed("on", in_days(-1))}
    response = client.post(f"/people/recalls/{row.reference}/return/", back)

    assert "nobody is to be returned" in response.text


def test_it_ends_and_another_may_follow(client, practitioner, licence, url):
    client.force_login(practitioner)
    ended = {"ending": "replaced", "end_reason": "Released again", **typed("ended_on", in_days(-1))}

    client.post(f"/people/licences/{licence.reference}/end/", ended)

    assert Licence.objects.visible_to(practitioner).get().ended_by == practitioner
    assert client.post(url, good(**typed("starts_on", in_days(0)))).status_code == 302


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (typed("ended_on", in_days(1)), "until today"),
        (typed("ended_on", in_days(-101)), "from the start"),
        ({"ending": "expired"}, "had not run out"),
    ],
)
def test_an_end_that_cannot_be_is_refused(client, practitioner, licence, change, message):
    client.force_login(practitioner)
    ended = {"ending": "replaced", "end_reason": "", **typed("ended_on", in_days(-1))}

    assert message in client.post(f"/people/licences/{licence.reference}/end/", ended | change).text
    assert Licence.objects.visible_to(practitioner).get().ended_on is None


def test_what_has_ended_is_not_changed(client, practitioner, licence):
    Licence._base_manager.update(ended_on=in_days(-1), ending="replaced", ended_by=practitioner)
    client.force_login(practitioner)

    for page in ("end", "standard", "conditions/add"):
        assert "This has ended" in client.post(f"/people/licences/{licence.reference}/{page}/").text


@pytest.mark.parametrize(
    ("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_nobody_else_records_one(client, request, granted, url, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, good()).status_code == status
    assert not Licence._base_manager.exists()
