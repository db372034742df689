"""What no request may carry."""

import json

import pytest

from mappa.errors import fault, forbidden, unavailable


@pytest.mark.parametrize(
    "address",
    [
        "/people/%00/",
        "/people/MA-2222-2222%00/timeline/",
        "/meetings/?after=%00",
        "/actions/?before=a%00b",
        "/admin/agencies/membership/?role__code__exact=%00",
        "/api/v1/cases/%00/",
        "/sign-in/?next=%00",
    ],
)
@pytest.mark.parametrize("person", ["coordinator", "administrator"])
def test_an_address_with_a_nul_is_refused(client, request, address, person):
    client.force_login(request.getfixturevalue(person))

    response = client.get(address)

    assert response.status_code == 400
    assert "no-store" in response.headers["Cache-Control"]


def test_a_cookie_with_a_nul_is_refused(client, db):
    client.cookies["mappa_session"] = "\x00" * 8

    assert client.get("/").status_code == 400


def test_what_only_looks_like_a_nul_is_looked_up(client, practitioner):
    client.force_login(practitioner)

    assert client.get("/people/%2500/").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"), [("/api/v1/nothing/", 404), ("/api/v1/cases/%00/", 400), ("/api/v2/cases/", 404)]
)
def test_to_a_system_a_refusal_of_the_address_is_told_as_problem_details(client, db, address, status):
    response = client.get(address)

    assert response.headers["Content-Type"] == "application/problem+json"
    assert (response.status_code, response.json()["status"]) == (status, status)


@pytest.mark.parametrize(("page", "status"), [(forbidden, 403), (fault, 500), (unavailable, 503)])
def test_a_fault_is_told_to_a_system_as_problem_details_and_to_people_as_a_page(rf, page, status):
    told, shown = page(rf.get("/api/v1/cases/")), page(rf.get("/people/"))

    assert (told.status_code, json.loads(told.content)["status"]) == (status, status)
    assert "<h1" in shown.content.decode()
