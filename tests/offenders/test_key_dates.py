"""Dates of the sentence are recorded with their source, replaced by others, and never overwritten."""

from datetime import date

import pytest

from offenders.models import KeyDate
from offenders.views.key_dates import how_far
from tests.factories import ConvictionFactory, DisposalFactory, KeyDateFactory, in_days
from tests.offenders.test_add_conviction import day

ON = {**day("on", date(2027, 3, 1)), "source": "Parole Board letter"}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/key-dates/add/"


@pytest.fixture
def good():
    return ON | {"kind": "parole-hearing"}


def test_a_date_is_recorded_with_its_source(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    row = offender.key_dates.visible_to(practitioner).get()
    assert (row.kind, row.on, row.source, row.added_by) == (
        "parole-hearing",
        date(2027, 3, 1),
        "Parole Board letter",
        practitioner,
    )
    assert offender.timeline.visible_to(practitioner).get().text == "Parole hearing"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose which date"),
        ({"source": ""}, "source", "Enter where"),
        ({"on_month": "13"}, "on", "must be a real date"),
        (day("on", date(1980, 1, 1)), "on", "after the date of birth"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert good["source"] in response.text or "source" in change
    assert not KeyDate.objects.visible_to(practitioner).exists()


def test_a_licence_does_not_end_before_the_conviction(client, practitioner, offender, url, good):
    ConvictionFactory(offender=offender)
    client.force_login(practitioner)

    response = client.post(url, good | {"kind": "licence-expiry"} | day("on", date(2024, 2, 29)))

    assert "on or after the first conviction, of 1 March 2024" in response.text


def test_the_same_date_stands_once(client, practitioner, offender, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    assert "recorded already" in client.post(url, good).text
    assert KeyDate.objects.visible_to(practitioner).count() == 1


def test_of_a_kind_there_is_one_date_but_of_hearings_several(client, practitioner, offender, url, good):
    KeyDateFactory(offender=offender, kind="sentence-expiry", on=date(2028, 1, 1))
    KeyDateFactory(offender=offender, kind="parole-hearing", on=date(2026, 1, 1))
    client.force_login(practitioner)

    response = client.post(url, good | {"kind": "sentence-expiry"})
    client.post(url, good)

    assert "A date of this kind stands, 1 January 2028" in " ".join(response.context["form"].errors["kind"])
    assert offender.key_dates.visible_to(practitioner).filter(kind="parole-hearing").count() == 2


ORDER = {
    "a release after the sentence": ("sentence-expiry", date(2027, 1, 1), "conditional-release"),
    "a release after the licence": ("licence-expiry", date(2026, 6, 1), "earliest-release"),
    "a licence before the release": ("automatic-release", date(2027, 6, 1), "licence-expiry"),
}


@pytest.mark.parametrize(("there", "on", "kind"), ORDER.values(), ids=ORDER)
def test_dates_out_of_order_are_refused(client, practitioner, offender, url, good, there, on, kind):
    KeyDateFactory(offender=offender, kind=there, on=on)
    client.force_login(practitioner)

    response = client.post(url, good | {"kind": kind})

    assert "check which is wrong" in " ".join(response.context["form"].errors["on"])


def test_dates_in_their_order_are_recorded(client, practitioner, offender, url, good):
    KeyDateFactory(offender=offender, kind="sentence-expiry", on=date(2028, 1, 1))
    client.force_login(practitioner)

    client.post(url, good | {"kind": "conditional-release"})
    client.post(url, good | {"kind": "licence-expiry"} | day("on", date(2028, 1, 1)))

    assert offender.key_dates.visible_to(practitioner).count() == 3


def test_dates_of_an_earlier_sentence_are_not_in_question(client, practitioner, offender, url, good):
    for day_of in (date(2010, 3, 1), date(2024, 3, 1)):
        DisposalFactory(
            offender=offender,
            conviction=ConvictionFactory(offender=offender, dealt_with_on=day_of),
            imposed_on=day_of,
        )
    KeyDateFactory(offender=offender, kind="licence-expiry", on=date(2015, 1, 1))
    client.force_login(practitioner)

    client.post(url, good | {"kind": "conditional-release"})
    client.post(url, good | {"kind": "licence-expiry"} | day("on", date(2028, 1, 1)))

    assert offender.key_dates.visible_to(practitioner).count() == 3


def test_a_release_is_not_before_the_sentence_that_holds_the_person(client, practitioner, offender, url, good):
    ConvictionFactory(offender=offender, dealt_with_on=date(1999, 1, 1))
    held = ConvictionFactory(offender=offender, dealt_with_on=date(2024, 3, 1))
    DisposalFactory(offender=offender, conviction=held)
    client.force_login(practitioner)

    response = client.post(url, good | {"kind": "conditional-release"} | day("on", date(2005, 1, 1)))

    assert "first sentence of custody or hospital, of 1 March 2024" in " ".join(response.context["form"].errors["on"])


def test_a_changed_date_is_a_new_row(client, practitioner, offender):
    old = KeyDateFactory(offender=offender)
    client.force_login(practitioner)

    client.post(f"/people/key-dates/{old.reference}/change/", ON | {"reason": "Adjudication"})

    new = KeyDate.objects.visible_to(practitioner).standing().get()
    assert (new.replaces, new.kind, new.on, new.reason) == (old, old.kind, date(2027, 3, 1), "Adjudication")
    assert "Adjudication" in client.get(new.get_absolute_url()).text


def test_a_withdrawn_date_stays_on_the_page(client, practitioner, offender):
    row = KeyDateFactory(offender=offender)
    client.force_login(practitioner)

    client.post(f"/people/key-dates/{row.reference}/withdraw/", {"withdrawal_reason": "Hearing cancelled"})

    assert not KeyDate.objects.visible_to(practitioner).standing().exists()
    assert "Hearing cancelled" in client.get(row.get_absolute_url()).text


@pytest.mark.parametrize("verb", ["change", "withdraw"])
def test_what_no_longer_stands_is_not_changed(client, practitioner, offender, verb):
    row = KeyDateFactory(offender=offender)
    client.force_login(practitioner)
    client.post(f"/people/key-dates/{row.reference}/withdraw/", {"withdrawal_reason": "Cancelled"})

    answers = ON | {"reason": "x", "withdrawal_reason": "x"}
    response = client.post(f"/people/key-dates/{row.reference}/{verb}/", answers)

    assert "changed or withdrawn already" in response.text
    assert KeyDate.objects.visible_to(practitioner).count() == 1


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 404), ("outsider", 404)])
def test_who_may_not_changes_nothing(client, request, offender, url, good, person, status):
    row = KeyDateFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    for address in (url, f"/people/key-dates/{row.reference}/change/", f"/people/key-dates/{row.reference}/withdraw/"):
        assert (client.get(address).status_code, client.post(address, good).status_code) == (status, status)


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "Past"), (0, "Today"), (1, "Tomorrow"), (12, "In 12 days"), (59, "In 59 days"), (731, "In 2 years")],
)
def test_how_far_a_date_is(days, words):
    today = date(2026, 1, 1)

    assert how_far(date.fromordinal(today.toordinal() + days), today) == words
    assert how_far(date(2026, 7, 1), today) == "In 6 months"


def test_a_date_within_reach_is_on_the_page(client, practitioner, offender):
    KeyDateFactory(offender=offender, on=in_days(1))
    client.force_login(practitioner)

    assert "Tomorrow" in client.get(f"/people/{offender.reference}/sentences/").text
