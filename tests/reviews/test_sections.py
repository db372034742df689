"""The pages of a board are reached from each of them, of the same area."""

import pytest

from agencies.access import allowed
from reviews.sections import PAGES, sections_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize("person", ["board_member", "lay_adviser"])
def test_every_page_shows_the_others_that_the_reader_may_open(client, request, person):
    user = request.getfixturevalue(person)
    client.force_login(user, backend=BACKEND)

    for number, page in enumerate(page for page in PAGES if allowed(user, page.perm)):
        tabs = sections_of(client.get("/board/").wsgi_request, user)
        response = client.get(tabs[number]["url"])

        assert response.status_code == 200
        assert 'aria-label="Pages of the board"' in response.text, page.route
        assert response.text.count('moj-sub-navigation__link" aria-current="page"') == 1


def test_the_pages_keep_the_area(coordinator, rf):
    request = rf.get("/board/", {"area": "bedfordshire"})

    assert {tab["url"].partition("?")[2] for tab in sections_of(request, coordinator)} == {"area=bedfordshire"}


def test_whoever_opens_no_page_is_shown_none(rf, practitioner):
    assert sections_of(rf.get("/board/"), practitioner) == []
