"""The sessions of one person: how many at once, which, and their end."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from agencies.models import User
from agencies.models.standard import value
from audit.record import record_sign_in
from mappa import dates

# Browsers by the word in which they differ from those before them in this list, all of which call themselves Safari.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac", "Mac"),
    ("Linux", "Linux"),
)


def family(user_agent: str) -> str:
    """What a person would call a browser, such as "Firefox on Windows"."""
    browser = next((name for word, name in BROWSERS if word in user_agent), "Another browser")
    system = next((name for word, name in SYSTEMS if word in user_agent), "")
    return f"{browser} on {system}" if system else browser


def of(user: User) -> list[UserSession]:
    """The person's sessions that are open, newest first."""
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at", "-pk"))
    keys = [row.session_key for row in rows]
    there = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    is_there = set(there.values_list("session_key", flat=True))
    UserSession.objects.filter(pk__in=[row.pk for row in rows if row.session_key not in is_there]).delete()
    return [row for row in rows if row.session_key in is_there]


def renew(request: HttpRequest, by: Callable[[], object]) -> None:
    """Give the session a new key, as after every change of what proves its person."""
    old = request.session.session_key
    if old and not request.session.exists(old):
        # Somebody ended it since this request began: a new key would let it live on.
        raise SessionInterrupted("The session was ended")
    by()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def end(session: UserSession, *, why: str) -> None:
    """End a session; whoever sits there is told why at the next click.

    Its row goes, so that a request on its way cannot save it again: what is only marked is written over by such a one.
    """
    Session.objects.filter(session_key=session.session_key).delete()
    session.delete()
    record_sign_in("session.ended", actor_id=session.user_id, why=why)
    # Without Redis it ends all the same, and the reason is not told.
    with suppress(RedisError):
        cache.set(_said_under(session.session_key), (why, session.user_id), settings.SESSION_COOKIE_AGE)


def why_ended(key: str) -> tuple[str, int] | None:
    """Why the session of this key was ended from elsewhere, and whose it was, told once; None when it was not."""
    try:
        found: list[Any] | None = cache.get(_said_under(key))
        if found is not None:
            cache.delete(_said_under(key))
    except RedisError:
        return None
    return (str(found[0]), int(found[1])) if found else None


def _said_under(key: str) -> str:
    """Of the key a digest alone leaves the database."""
    return f"session-ended:{hashlib.sha256(key.encode()).hexdigest()}"


def forget_old() -> int:
    """Delete the sessions whose time is over, with what was typed into them, and what was said of sessions that are gone."""
    over, _each = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    there = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(there)).delete()
    return over


def end_all(user: User, *, why: str, but: str | None = None) -> int:
    """End the person's sessions, perhaps but the one in which it was asked for. For every change of what he may."""
    others = [session for session in of(user) if session.session_key != but]
    for session in others:
        end(session, why=why)
    return len(others)


def end_oldest(user: User) -> None:
    """Of more sessions than a person may have at once, the newest win. A demo's people are played by many."""
    if settings.DEMO:
        return
    for session in of(user)[value("sessions_at_once", None, dates.today()) :]:
        end(session, why="elsewhere")
