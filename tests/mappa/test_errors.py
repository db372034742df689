"""What no request may carry."""

import pytest


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
