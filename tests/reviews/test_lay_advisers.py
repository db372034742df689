"""Lay advisers: appointed, renewed, and the hours that they give."""

from decimal import Decimal

import pytest

from reviews.models import HoursEntry, LayAdviser
from tests.factories import BoardFactory, HoursEntryFactory, LayAdviserFactory, in_days
from tests.reviews.boards import look, send, typed


@pytest.fixture
def lee(area, lay_adviser):
    """Lee's appointment."""
    return LayAdviserFactory(board=BoardFactory(area=area), person=lay_adviser)


def hours_url(adviser):
    return f"/board/members/advisers/{adviser.reference}/hours/"


def test_an_appointment_is_recorded(client, coordinator, lay_adviser, area, today):
    BoardFactory(area=area)
    sent = {"person": lay_adviser.pk, "letter": "MoJ/17", "is_clear": "on"}
    sent |= typed("from_on", today) | typed("until", in_days(1000))

    send(client, coordinator, "/board/members/advisers/appoint/", sent)

    found = LayAdviser.objects.visible_to(coordinator).get()
    assert (found.person, found.letter, found.until) == (lay_adviser, "MoJ/17", in_days(1000))


def test_nobody_is_appointed_unchecked(client, coordinator, lay_adviser, area, today):
    BoardFactory(area=area)
    sent = {"person": lay_adviser.pk, "letter": "MoJ/17"} | typed("from_on", today) | typed("until", in_days(9))

    response = send(client, coordinator, "/board/members/advisers/appoint/", sent)

    assert "Check this first, then tick the box" in response.text


def test_a_renewal_is_for_longer(client, coordinator, lee):
    url = f"/board/members/advisers/{lee.reference}/renew/"
    sent = {"letter": "MoJ/99", "is_clear": "on"}

    refused = send(client, coordinator, url, sent | typed("until", in_days(5)))
    send(client, coordinator, url, sent | typed("until", in_days(1500)))

    assert "Enter a later day" in refused.text
    assert LayAdviser.objects.visible_to(coordinator).get().until == in_days(1500)


def test_an_adviser_enters_his_hours(client, lay_adviser, lee, today):
    sent = {"hours": "1.5", "kind": "reading"} | typed("on", today)

    assert send(client, lay_adviser, hours_url(lee), sent).status_code == 302

    assert HoursEntry.objects.visible_to(lay_adviser).get().hours == Decimal("1.5")
    assert "1.5 hours; usual are up to 8" in look(client, lay_adviser, lee.get_absolute_url()).text


def test_never_more_than_the_most_of_a_month(client, lay_adviser, lee, today):
    HoursEntryFactory(adviser=lee, hours=15)

    response = send(client, lay_adviser, hours_url(lee), {"hours": "2", "kind": "reading"} | typed("on", today))

    assert "You have entered 15 hours in that month, and at most 16 may be given." in response.text


def test_nobody_enters_the_hours_of_another(client, coordinator, lee, today):
    response = send(client, coordinator, hours_url(lee), {"hours": "2", "kind": "reading"} | typed("on", today))

    assert "Only the lay adviser enters the hours that he gave." in response.text
    assert not HoursEntry.objects.visible_to(coordinator).exists()


def test_hours_are_read_by_the_adviser_and_the_board_alone(client, lay_adviser, board_member, information_officer, lee):
    entry = HoursEntryFactory(adviser=lee)
    url = lee.get_absolute_url()

    assert list(HoursEntry.objects.visible_to(board_member)) == [entry]
    assert not HoursEntry.objects.visible_to(information_officer).exists()
    assert "Reading papers" not in look(client, information_officer, url).text


def test_what_was_entered_wrongly_is_taken_back_by_the_adviser(client, lay_adviser, coordinator, lee):
    url = f"/board/members/hours/{HoursEntryFactory(adviser=lee).reference}/take-back/"

    assert "Only the lay adviser takes back" in send(client, coordinator, url, {}).text
    assert send(client, lay_adviser, url, {}).status_code == 302
    assert not HoursEntry.objects.visible_to(lay_adviser).exists()
