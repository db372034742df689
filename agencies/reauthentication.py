"""Who sits there, asked again before an act that is hard to take back (docs/sign-in.md).

`again` and `again_when_sent` stand under `@guarded`, which asks once it is decided that the person may. Signing in counts,
and so does each answer, for as many minutes as the standard says.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from agencies.models.standard import value
from agencies.sessions import View, ask_first
from mappa import dates

ALWAYS, WHEN_SENT = "always", "when sent"


def again(view: View) -> View:
    """Open a view only to whoever proved lately who he is."""
    view.asks_again = ALWAYS  # type: ignore[attr-defined]
    return view


def again_when_sent(view: View) -> View:
    """The same for a page that is read before it is sent: what was typed is kept, and is sent after the answer."""
    view.asks_again = WHEN_SENT  # type: ignore[attr-defined]
    return view


def must_ask(request: HttpRequest, view: View) -> bool:
    """Does this view ask again, and was it not answered lately?"""
    when = getattr(view, "asks_again", None)
    if when is None or (when == WHEN_SENT and request.method in {"GET", "HEAD"}):
        return False
    return not is_recent(request)


def is_recent(request: HttpRequest, *, minutes: int | None = None) -> bool:
    """Did the person prove who he is within so many minutes, or within the standard's?"""
    within = minutes if minutes is not None else value("reauthentication_minutes", None, dates.today())
    proved: float = request.session.get("proved", 0)
    return 0 <= timezone.now().timestamp() - proved <= within * 60


def prove(request: HttpRequest) -> None:
    """From now on, for a while, it is known who sits there."""
    request.session["proved"] = timezone.now().timestamp()


def ask(request: HttpRequest) -> HttpResponse:
    """To the question, and back."""
    return ask_first(request, "/again/")
