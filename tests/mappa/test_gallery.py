"""The gallery of components, which the demo alone shows, holds every piece and can be drawn."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse

from mappa import gallery


def test_it_is_drawn_whole(rf, db):
    request = rf.get("/components/")
    request.user = AnonymousUser()

    page = gallery.gallery(request)

    assert page.status_code == 200
    assert "govuk-error-summary" in page.content.decode()


def test_no_deployment_has_it():
    with pytest.raises(NoReverseMatch):
        reverse("components")
