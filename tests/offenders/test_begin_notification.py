"""Notification requirements begin from a conviction, or from an order: the law says for how long."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders.actions import requirements
from offenders.actions.orders import end_order, vary_order
from offenders.models import NotificationRequirement, Offender, OrderKind, RequirementPeriod
from tests.factories import ConvictionFactory, OffenceFactory, OrderFactory, TermFactory, in_days, sentenced
from tests.offenders.notifying import begin, open_dues, sexual, typed


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/notification/begin/"


@pytest.fixture
def by_hand(offender):
    return f"/people/{offender.reference}/notification/by-hand/"


HAND = {"basis": "shpo", "regime": "SOA2003", "lasts": "order", "disposal": "", **typed(order_ends_on=None)}
HAND |= typed(relevant_on=date(2025, 1, 10)) | {"basis_words": "Luton Crown Court"}


def standing(user):
    return NotificationRequirement.objects.visible_to(user)


@pytest.mark.parametrize("person", ["practitioner", "coordinator", "area_officer"])
def test_the_period_and_the_first_deadline_are_the_laws(client, request, offender, url, person):
    user = request.getfixturevalue(person)
    client.force_login(user)
    _said_why(client, offender)

    response = client.post(url, {"conviction": sexual(offender).pk})

    assert response.headers["Location"] == f"/people/{offender.reference}/notification/"
    row = standing(user).get()
    assert (row.last_day, row.indefinite) == (date(2029, 2, 28), False)
    assert open_dues(offender, user) == {"initial": date(2024, 3, 3)}


def _said_why(client, offender):
    client.post(f"/people/{offender.reference}/reason/", {"purpose": "work", "words": ""})


def test_the_reasoning_is_kept(offender, practitioner):
    row = begin(offender, practitioner)

    period = RequirementPeriod.objects.visible_to(practitioner).get(requirement=row)
    assert (period.years, period.authority) == (5, "Sexual Offences Act 2003 s.82(1) and (6)")
    assert "disposal that the table does not name" in period.explanation


def test_thirty_months_are_indefinite(offender, practitioner):
    row = begin(offender, practitioner, disposal="imprisonment", term_months=30)

    assert (row.indefinite, row.last_day) == (True, None)


def test_a_terrorist_offence_begins_the_other_act(offender, practitioner):
    offence = OffenceFactory(relevant_terrorist=True)
    conviction = sentenced(offender=offender, offence=offence, dealt_with_on=date(2024, 3, 1), term_months=60)

    (row,) = requirements.begin_notification(offender=offender, conviction=conviction, by=practitioner)

    assert (row.regime, row.last_day) == ("CTA2008", date(2039, 2, 28))
    due = row.dues.visible_to(practitioner).get()
    assert (due.due_on, due.authority) == (date(2024, 3, 3), "Counter-Terrorism Act 2008 s.47")


def terrorist(offender, **more):
    facts = {"dealt_with_on": date(2024, 3, 1), "term_months": 60} | more
    return sentenced(offender=offender, offence=OffenceFactory(relevant_terrorist=True), **facts)


def test_under_the_terrorism_act_it_runs_from_the_sentence_not_the_conviction(offender, practitioner):
    conviction = terrorist(offender)
    conviction.disposals.visible_to(practitioner).update(imposed_on=date(2024, 5, 31))

    (row,) = requirements.begin_notification(offender=offender, conviction=conviction, by=practitioner)

    assert (row.relevant_on, row.last_day) == (date(2024, 5, 31), date(2039, 5, 30))
    assert open_dues(offender, practitioner)["initial"] == date(2024, 6, 2)


def test_whoever_was_sixteen_by_the_sentence_must_notify(offender, practitioner):
    Offender._base_manager.update(born_on=date(2008, 4, 1))
    conviction = terrorist(offender)
    conviction.disposals.visible_to(practitioner).update(imposed_on=date(2024, 5, 31))

    (row,) = requirements.begin_notification(offender=offender, conviction=conviction, by=practitioner)

    assert row.relevant_on == date(2024, 5, 31)


def test_a_day_of_sentence_put_right_moves_the_period(offender, practitioner):
    conviction = terrorist(offender)
    requirements.begin_notification(offender=offender, conviction=conviction, by=practitioner)
    conviction.disposals.visible_to(practitioner).update(imposed_on=date(2024, 5, 31))

    requirements.recompute(offender=offender, by=practitioner)

    assert standing(practitioner).get().last_day == date(2039, 5, 30)


def test_it_is_recorded_and_told(offender, practitioner):
    row = begin(offender, practitioner)

    event = AccessEvent.objects.get(event="requirement.begun")
    assert (event.case_id, event.detail) == (offender.pk, {"regime": "SOA2003", "basis": "conviction"})
    assert offender.timeline.visible_to(practitioner).earliest("pk").title == "Notification requirements recorded"
    assert standing(practitioner).in_force(date(2029, 2, 28)).get() == row


def test_a_conviction_that_gives_none_is_refused(client, offender, practitioner, url):
    conviction = ConvictionFactory(offender=offender)
    client.force_login(practitioner)

    response = client.post(url, {"conviction": conviction.pk})

    assert "gives no notification requirements" in response.text
    assert not standing(practitioner).exists()


def test_nothing_to_choose_is_said(client, practitioner, url):
    client.force_login(practitioner)

    assert "There is no conviction, finding or caution" in client.get(url).text


def test_a_conviction_begins_once(offender, practitioner):
    row = begin(offender, practitioner)

    with pytest.raises(ValidationError):
        requirements.begin_notification(offender=offender, conviction=row.conviction, by=practitioner)


def test_a_conviction_of_another_case_is_not_offered(client, offender, other_case, practitioner, url):
    mine, other = sexual(offender), sexual(other_case)
    client.force_login(practitioner)

    response = client.post(url, {"conviction": other.pk})

    assert response.status_code == 200
    assert mine.offence.title in response.text
    assert not standing(practitioner).exists()


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, {}).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, {}).status_code == 404


def test_the_verb_itself_refuses_those_who_may_not(offender, chair):
    with pytest.raises(PermissionDenied):
        requirements.begin_notification(offender=offender, conviction=sexual(offender), by=chair)


def test_an_order_lasts_as_long_as_it_lasts(client, offender, practitioner, by_hand):
    client.force_login(practitioner)

    client.post(by_hand, HAND | typed(order_ends_on=date(2030, 1, 9)))

    row = standing(practitioner).get()
    assert (row.last_day, row.basis_words) == (date(2030, 1, 9), "Luton Crown Court")
    assert open_dues(offender, practitioner) == {"initial": date(2025, 1, 12)}


@pytest.fixture
def order(offender):
    return OrderFactory(offender=offender, made_on=date(2025, 1, 10), ends_on=date(2031, 1, 9))


def of_the_order(order, **change):
    return HAND | typed(relevant_on=date(2025, 1, 10)) | {"order": order.reference, "basis_words": ""} | change


def test_requirements_are_begun_from_the_orders_card(client, offender, practitioner, by_hand, order):
    client.force_login(practitioner)
    page = client.get(f"/people/{offender.reference}/orders/").text
    assert f"{by_hand}?order={order.reference}" in page
    assert "record the notification requirements that it gives" in page

    form = client.get(by_hand, {"order": order.reference}).context["form"]
    assert {name: form.initial[name] for name in ("order", "basis", "lasts", "relevant_on")} == {
        "order": order.reference,
        "basis": "shpo",
        "lasts": "order",
        "relevant_on": date(2025, 1, 10),
    }
    client.post(by_hand, of_the_order(order))

    row = standing(practitioner).get()
    assert (row.order, row.last_day) == (order, date(2031, 1, 9))
    assert row.basis_words == f"{order.kind.name}, Luton Crown Court"
    assert open_dues(offender, practitioner) == {"initial": date(2025, 1, 12)}
    assert offender.category_proposals.visible_to(practitioner).open().get().to_category == 1
    page = client.get(f"/people/{offender.reference}/orders/").text
    assert "Requirements recorded" in page
    assert by_hand not in page


def test_a_notification_order_is_asked_for_its_sentence(client, offender, practitioner, by_hand):
    order = OrderFactory(offender=offender, kind=OrderKind.objects.get(code="notification-order"))
    client.force_login(practitioner)

    form = client.get(by_hand, {"order": order.reference}).context["form"]

    assert (form.initial["basis"], form.initial["lasts"]) == ("notification_order", "sentence")


def test_requirements_follow_the_variation_of_their_order(client, practitioner, by_hand, order):
    client.force_login(practitioner)
    client.post(by_hand, of_the_order(order))
    told = {"court": "Luton", "reason": "On application", "superseded": [], "prohibitions": "", "confirmed": True}

    vary_order(order=order, varied_on=in_days(-1), ends_on=date(2036, 1, 9), by=practitioner, **told)

    assert standing(practitioner).get().last_day == date(2036, 1, 9)


def test_when_the_order_was_discharged_a_person_is_asked(client, offender, practitioner, by_hand, order):
    client.force_login(practitioner)
    client.post(by_hand, of_the_order(order))

    end_order(order=order, ending="discharged", ended_on=in_days(-1), end_reason="On application", by=practitioner)

    assert standing(practitioner).get().doubt == "order"
    assert "check" in open_dues(offender, practitioner)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (typed(order_ends_on=date(2030, 1, 9)), "order_ends_on", "ends on another day"),
        (typed(relevant_on=date(2024, 12, 1)), "relevant_on", "The order was made on 10 January 2025"),
    ],
)
def test_what_differs_from_the_order_is_refused(client, practitioner, by_hand, order, change, field, message):
    client.force_login(practitioner)

    response = client.post(by_hand, of_the_order(order, **change))

    assert message in " ".join(response.context["form"].errors[field])
    assert not standing(practitioner).exists()


def test_an_order_that_ended_meanwhile_gives_none(offender, practitioner, order):
    end_order(order=order, ending="discharged", ended_on=in_days(-1), end_reason="On application", by=practitioner)
    known = {"offender": offender, "regime": "SOA2003", "basis": "shpo", "basis_words": "", "lasts": "order"}
    none = {"disposal": "", "term_years": 0, "term_months": 0, "term_days": 0, "order_ends_on": None}

    with pytest.raises(ValidationError, match="This order has ended"):
        requirements.begin_by_hand(relevant_on=date(2025, 1, 10), order=order, by=practitioner, **known, **none)


def test_an_order_of_another_case_or_kind_is_not_offered(client, offender, other_case, practitioner, by_hand, order):
    client.force_login(practitioner)

    for other in (
        OrderFactory(offender=other_case),
        OrderFactory(offender=offender, kind=OrderKind.objects.get(code="restraining")),
    ):
        response = client.post(by_hand, of_the_order(other))
        assert "order" in response.context["form"].errors

    assert not standing(practitioner).exists()


def test_a_notification_order_follows_the_sentence(client, practitioner, by_hand):
    client.force_login(practitioner)

    client.post(by_hand, HAND | {"basis": "notification_order", "lasts": "sentence", "disposal": "fine"})

    assert standing(practitioner).get().last_day == date(2030, 1, 9)


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"basis": "other", "basis_words": " "}, "basis_words", "Say in words"),
        (typed(relevant_on=date(2090, 1, 1)), "relevant_on", "today or in the past"),
        (typed(relevant_on=date(1950, 1, 1)), "relevant_on", "after the date of birth"),
        (typed(order_ends_on=date(2024, 1, 1)), "__all__", "must end on or after the relevant date"),
        ({"disposal": "fine"}, "disposal", "Leave the sentence empty"),
        ({"lasts": "sentence"}, "disposal", "Choose the sentence"),
        ({"lasts": "sentence", "disposal": "imprisonment"}, "term_months", "Enter the length"),
        ({"lasts": "sentence", "disposal": "fine", "term_days": "3"}, "term_months", "has no length"),
        ({"regime": "CTA2008"}, "lasts", "Only requirements of the Sexual Offences Act"),
        ({"regime": "CTA2008", "lasts": "sentence", "disposal": "fine"}, "disposal", "give no notification"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, by_hand, change, field, message):
    client.force_login(practitioner)

    response = client.post(by_hand, HAND | {"basis_words": "Typed words"} | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert change.get("basis_words", "Typed words").strip() in response.text
    assert not standing(practitioner).exists()


def test_the_same_order_is_recorded_once(client, practitioner, by_hand):
    client.force_login(practitioner)
    client.post(by_hand, HAND)

    assert "recorded already" in client.post(by_hand, HAND).text


def test_a_corrected_sentence_supersedes_the_period(client, offender, practitioner):
    row = begin(offender, practitioner)
    imposed = row.conviction.disposals.visible_to(practitioner).get()
    type(imposed)._base_manager.update(kind="imprisonment")
    TermFactory(offender=offender, disposal=imposed, months=12)
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/notification/work-out/", {})

    assert standing(practitioner).get().last_day == date(2034, 2, 28)
    old, new = row.periods.visible_to(practitioner).order_by("pk")
    assert (old.last_day, new.superseded_at) == (date(2029, 2, 28), None)
    assert old.superseded_at is not None


def test_the_same_facts_change_nothing(offender, practitioner):
    row = begin(offender, practitioner)

    requirements.recompute(offender=offender, by=practitioner)

    assert row.periods.visible_to(practitioner).count() == 1
    assert row.dues.visible_to(practitioner).count() == 1
