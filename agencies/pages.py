"""Pages that belong to nobody's case: the session's heartbeat, the component gallery, the accessibility statement."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.second_factor import before_factor
from mappa import gallery


@guarded(Perm.SIGNED_IN)
@require_safe
@before_factor
def still_here(request: AuthedRequest) -> HttpResponse:
    """Keep the session open: the answer to the warning that it is about to end."""
    request.session["used"] = timezone.now().timestamp()
    return HttpResponse(status=204)


@guarded(Perm.SIGNED_IN)
@require_safe
def components(request: AuthedRequest) -> HttpResponse:
    """Every piece of the interface on one page."""
    return gallery.gallery(request)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, open to anyone."""
    return render(request, "accessibility.html")


accessibility.login_required = False  # type: ignore[attr-defined]
