"""A licence is recorded with its standard conditions: one at a time, recalled, resumed and ended."""

import pytest
from django.db import IntegrityError

from offenders.models import Licence, LicenceCondition, LicenceRecall
from tests.factories import LicenceFactory, LicenceRecallFactory, in_days
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


def test_a_recall_suspends_it_and_it_may_hold_again(client, practitioner, offender, licence):
    client.force_login(practitioner)
    recall = {"decided_by": "secretary-of-state", "reason": "Out of touch", **typed("recalled_on", in_days(-5))}

    client.post(f"/people/licences/{licence.reference}/recall/", recall)
    assert "Suspended by recall" in client.get(f"/people/{offender.reference}/orders/").text
    again = {"resumed_why": "Rescinded", **typed("resumed_on", in_days(-1))}
    client.post(f"/people/licences/{licence.reference}/resume/", again)

    assert LicenceRecall.objects.visible_to(practitioner).get().resumed_on == in_days(-1)
    assert "Suspended by recall" not in client.get(f"/people/{offender.reference}/orders/").text


@pytest.mark.parametrize("day", [in_days(1), in_days(-101)])
def test_a_recall_is_within_the_licence(client, practitioner, licence, day):
    client.force_login(practitioner)
    recall = {"decided_by": "secretary-of-state", "reason": "Out of touch", **typed("recalled_on", day)}

    response = client.post(f"/people/licences/{licence.reference}/recall/", recall)

    assert "from the start of the licence until today" in response.text
    assert not LicenceRecall.objects.visible_to(practitioner).exists()


def test_it_is_suspended_once(client, practitioner, licence):
    LicenceRecallFactory(offender=licence.offender, licence=licence)
    client.force_login(practitioner)
    recall = {"decided_by": "secretary-of-state", "reason": "Again", **typed("recalled_on", in_days(-1))}

    response = client.post(f"/people/licences/{licence.reference}/recall/", recall)

    assert "suspended by a recall already" in response.text


def test_what_is_not_suspended_does_not_hold_again(client, practitioner, licence):
    client.force_login(practitioner)
    url = f"/people/licences/{licence.reference}/resume/"

    assert "not suspended" in client.post(url, {"resumed_why": "x", **typed("resumed_on", in_days(0))}).text
    LicenceRecallFactory(offender=licence.offender, licence=licence)
    early = client.post(url, {"resumed_why": "x", **typed("resumed_on", in_days(-20))})
    assert "from the recall until today" in early.text


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

    for page in ("recall", "resume", "end", "standard", "conditions/add"):
        assert "This has ended" in client.post(f"/people/licences/{licence.reference}/{page}/").text


@pytest.mark.parametrize(
    ("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_nobody_else_records_one(client, request, granted, url, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, good()).status_code == status
    assert not Licence._base_manager.exists()
