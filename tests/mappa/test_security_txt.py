"""Whoever finds a weakness finds whom to tell."""

import re
from datetime import date, datetime, timedelta


def test_it_says_whom_to_tell_and_until_when(client, db, settings):
    settings.SECURITY_CONTACT_UNTIL = date(2027, 3, 1)

    response = client.get("/.well-known/security.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines()[:2] == ["Contact: mailto:security@mappa.test", "Expires: 2027-03-01T00:00:00Z"]


def test_what_is_delivered_holds_for_two_months_yet_and_less_than_a_year(client, db, today):
    until = re.search("Expires: (.*)Z", client.get("/.well-known/security.txt").text)[1]

    assert timedelta(days=60) < datetime.fromisoformat(until).date() - today < timedelta(days=365)


def test_a_service_that_names_nobody_has_no_such_page(client, db, settings):
    settings.SECURITY_CONTACT = ""

    assert client.get("/.well-known/security.txt").status_code == 404
