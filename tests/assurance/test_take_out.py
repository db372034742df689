"""Taking the access log out: with a purpose, no more than the standard, as it was filtered, and recorded."""

import csv
import hashlib
from io import StringIO
from urllib.parse import urlencode

import pytest

from agencies.models import Standard
from assurance.access_log import token_of
from audit.models import AccessEvent
from mappa.paper import PangoMissingError
from tests.assurance.logging_in import acts

CSV = {"why": "inspection", "form": "csv"}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/access-log/take-out/"


def table(response):
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    return rows[: rows.index([])], rows[rows.index([]) + 3 :]


def test_the_lines_are_taken_out_as_they_were_filtered_and_that_is_recorded(
    client, manager, practitioner, offender, url
):
    acts(practitioner, [offender, offender])
    acts(practitioner, [offender], event="case.restricted", act="C")
    client.force_login(manager)

    response = client.post(f"{url}?act=C", CSV)

    facts, rows = table(response)
    assert ["Of", offender.reference] in facts
    assert [(row[1], row[4]) for row in rows] == [("Bob", "Case restricted")]
    event = AccessEvent.objects.get(event="access_log.taken_out")
    assert (event.actor_id, event.case_id) == (manager.pk, offender.pk)
    digest = hashlib.sha256(response.content).hexdigest()
    assert (event.act, event.detail) == ("E", {"why": "inspection", "lines": 1, "digest": digest})
    assert "Ashdown" not in response.headers["Content-Disposition"]


def test_no_more_lines_are_taken_out_than_the_standard_lets(client, manager, practitioner, offender, url):
    Standard.objects.filter(name="access_log_export_rows").update(value=3)
    acts(practitioner, [offender] * 5)
    client.force_login(manager)

    facts, rows = table(client.post(f"{url}?act=V", CSV))

    assert len(rows) == 3
    assert ["Lines", "3 lines, the newest: there are more"] in facts


def test_it_is_to_be_had_on_paper(client, manager, practitioner, offender, url):
    acts(practitioner, [offender])
    client.force_login(manager)

    response = client.post(url, {"why": "review", "form": "pdf"})

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_where_no_pdf_can_be_made_nothing_was_taken_out(client, manager, offender, url, monkeypatch):
    def missing(*_told):
        raise PangoMissingError

    monkeypatch.setattr("assurance.views.taking_out.pdf_of", missing)
    client.force_login(manager)

    assert client.post(url, {"why": "review", "form": "pdf"}).status_code == 503
    assert not AccessEvent.objects.filter(event="access_log.taken_out").exists()


def test_whoever_does_not_say_what_for_takes_nothing(client, manager, offender, url):
    client.force_login(manager)

    response = client.post(url, {"form": "csv"})

    assert "Select what you need it for" in response.text
    assert not AccessEvent.objects.filter(event="access_log.taken_out").exists()


def test_a_practitioner_takes_no_log_and_an_outsider_finds_none(client, practitioner, outsider, url):
    client.force_login(practitioner)
    assert client.post(url, CSV).status_code == 403
    client.force_login(outsider)
    assert client.post(url, CSV).status_code == 404


def test_an_information_officer_takes_out_the_log_of_a_person(
    client, information_officer, practitioner, outsider, offender
):
    acts(practitioner, [offender])
    client.force_login(information_officer)

    response = client.post(f"/access-log/take-out/?{urlencode({'who': token_of(practitioner)})}", CSV)

    assert [row[5] for row in table(response)[1]] == [offender.reference]
    assert client.post(f"/access-log/take-out/?{urlencode({'who': token_of(outsider)})}", CSV).status_code == 404


def test_the_log_of_an_agency_is_taken_out_too_and_without_a_choice_nothing_is(
    client, information_officer, practitioner, probation, other_case
):
    acts(practitioner, [None], event="case.searched", act="S")
    client.force_login(information_officer)

    assert [row[1] for row in table(client.post(f"/access-log/take-out/?agency={probation.pk}", CSV))[1]] == ["Bob"]
    assert client.post(f"/access-log/take-out/?agency={other_case.lead_agency_id}", CSV).status_code == 404
    assert "Choose first of which case or person." in client.get("/access-log/take-out/").text


def test_after_a_while_it_is_asked_again_who_sits_there(client, manager, offender, url):
    client.force_login(manager)
    session = client.session
    session["proved"] = 0
    session.save()

    response = client.post(url, CSV)

    assert response.headers["Location"].startswith("/again/")
    assert not AccessEvent.objects.filter(event="access_log.taken_out").exists()


def test_whose_log_was_taken_out_is_recorded(client, information_officer, practitioner, probation, offender):
    acts(practitioner, [offender])
    client.force_login(information_officer)

    client.post(f"/access-log/take-out/?{urlencode({'who': token_of(practitioner)})}", CSV)
    client.post(f"/access-log/take-out/?{urlencode({'agency': probation.pk})}", CSV)

    events = AccessEvent.objects.filter(event="access_log.taken_out").order_by("pk")
    assert [event.detail.get("person") or event.detail.get("agency") for event in events] == [
        practitioner.pk,
        probation.pk,
    ]
    assert ["person" in event.detail for event in events] == [True, False]
