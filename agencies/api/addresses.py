"""Addresses of the API."""

from django.urls import URLPattern


def for_systems(*views: URLPattern) -> list[URLPattern]:
    """The bearer token is asked for by the view itself: an API answers 401, never a sign-in page."""
    for view in views:
        view.callback.login_required = False  # type: ignore[attr-defined]
    return list(views)
