"""The site's addresses, and one page that does nothing."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from mappa.urls import handler400, handler403, handler404, handler500
from mappa.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@guarded(Perm.SIGNED_IN)
@require_safe
def nothing(request: AuthedRequest) -> HttpResponse:
    """Signed in, recorded, and empty: what every page costs before it does anything."""
    return HttpResponse("")


urlpatterns = [path("bench/nothing/", nothing), *site]
