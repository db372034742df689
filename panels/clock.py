"""How long an item takes: the minutes planned beside the minutes used, by the server's time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from mappa.templatetags.mappa import clock
from panels.models import AgendaItem


@dataclass(frozen=True)
class Clock:
    """`running` and `over` are the words with {used} and {over} left open, for the script that lets the clock go on."""

    words: str
    seconds: int = 0
    planned: int = 0
    running: str = ""
    over: str = ""

    @classmethod
    def of(cls, item: AgendaItem, now: datetime | None = None) -> Self:
        if item.started_at is None:
            return cls(_("Planned: %s minutes. Not started.") % item.minutes)
        until = item.finished_at or now or timezone.now()
        seconds = max(0, int((until - item.started_at).total_seconds()))
        about = {"at": clock(item.started_at), "planned": item.minutes}
        running = _("Started at %(at)s. Minutes used: {used} of %(planned)s.") % about
        over = _("Started at %(at)s. Minutes used: {used} of %(planned)s, {over} too many.") % about
        used = seconds // 60
        words = (over if used > item.minutes else running).format(used=used, over=used - item.minutes)
        if item.finished_at is not None:
            return cls(words)
        return cls(words, seconds, item.minutes, running, over)
