"""What a message about what falls due says: what, a reference, by when, and a link. Who it is about is read after signing in.

Of a compartment not even a reference: that a case has a victim is for nobody who reads mail or its queue. The board reads numbers.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Area, OutboxMessage
from agencies.models.user import system_user
from agencies.outbox import Words, marked
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from reviews.deadlines import at
from reviews.escalation import Rung
from reviews.models import Reminder
from reviews.still_due import Line, still_due

# So many lines are read in a morning; the rest stands in My work.
LINES = 40
WEEK = timedelta(days=7)
# Of several reminders of one deadline the one that says most of what is to be done.
WEIGHT = (Rung.OWN, Rung.NOBODY, Rung.STANDING_IN, Rung.MANAGER, Rung.COORDINATOR)


def write(message: OutboxMessage) -> Words | None:
    """The words of a message, now. What does not hold any more is withdrawn; where nothing does, so is the message."""
    on = dates.today()
    by = system_user()
    reminders = list(Reminder.objects.visible_to(by).filter(message=message, withdrawn_at__isnull=True))
    lines = still_due(reminders, message.to, on)
    kept = {line.reminder.pk for line in lines}
    gone = [reminder.pk for reminder in reminders if reminder.pk not in kept]
    if gone:
        Reminder.objects.visible_to(by).filter(pk__in=gone).update(withdrawn_at=timezone.now())
        record("deadline.reminders_withdrawn", by=by, to=message.to_id, reminders=gone)
    return _words(lines, on) if lines else None


def _words(lines: Sequence[Line], on: date) -> Words:
    rows = _worst_first([line for line in lines if line.rung != Rung.BOARD])
    numbers = _numbers([line for line in lines if line.rung == Rung.BOARD])
    if len(rows) == 1 and not numbers:
        return Words(marked(_subject_of(rows[0])), f"{_line(rows[0])}\n\n{end()}")
    parts = [*_sections(rows, on), *numbers, link(_("Open My work"), reverse("reviews:my_work")), end()]
    return Words(marked(_subject(rows, on)), "\n\n".join(parts))


def _worst_first(lines: Sequence[Line]) -> list[Line]:
    """One line of each deadline, the longest overdue first."""
    once: dict[tuple[str, str, date], Line] = {}
    for line in sorted(lines, key=lambda line: WEIGHT.index(line.rung)):
        once.setdefault((line.kind.slug, line.reminder.reference, line.reminder.due_on), line)
    return sorted(once.values(), key=lambda line: (line.reminder.due_on, line.kind.slug, line.reminder.reference))


def _subject_of(line: Line) -> str:
    return _("%(what)s, due %(date)s") % {
        "what": line.kind.words(line.row),
        "date": long_date(line.reminder.due_on),
    }


def _subject(lines: Sequence[Line], on: date) -> str:
    if not lines:
        return _("Late in your area")
    numbers = {
        _("%s overdue"): sum(line.reminder.due_on < on for line in lines),
        _("%s due today"): sum(line.reminder.due_on == on for line in lines),
        _("%s to come"): sum(line.reminder.due_on > on for line in lines),
    }
    return _("Your work: %s") % ", ".join(words % number for words, number in numbers.items() if number)


def _sections(lines: Sequence[Line], on: date) -> list[str]:
    """The lines under when they fall due, as many as are read, and how many more there are."""
    shown = lines[:LINES]
    parts = []
    for heading, theirs in (
        (_("Overdue"), [line for line in shown if line.reminder.due_on < on]),
        (_("Today"), [line for line in shown if line.reminder.due_on == on]),
        (_("This week"), [line for line in shown if on < line.reminder.due_on <= on + WEEK]),
        (_("Later"), [line for line in shown if line.reminder.due_on > on + WEEK]),
    ):
        if theirs:
            parts += [heading.upper(), *map(_line, theirs)]
    if more := len(lines) - len(shown):
        parts.append(ngettext("And %s more in My work.", "And %s more in My work.", more) % more)
    return parts


def _line(line: Line) -> str:
    what = line.kind.words(line.row)
    words = [
        what if line.kind.closed else f"{what}: {line.reminder.reference}",
        _("Due on %s") % long_date(line.reminder.due_on),
        *_as_whom(line.rung),
    ]
    return "\n".join([*words, link(*_step(line))])


def _as_whom(rung: Rung) -> list[str]:
    """Why he hears of what is not his own."""
    said = {
        Rung.STANDING_IN: _("You stand in for whoever does this."),
        Rung.NOBODY: _("Nobody is there to do this: give it to somebody."),
        Rung.MANAGER: _("It is late, and is passed up to you as manager."),
        Rung.COORDINATOR: _("It is late, and is passed up to you as co-ordination."),
    }
    return [said[rung]] if rung in said else []


def _step(line: Line) -> tuple[str, str]:
    """Where the link leads: to the next step; of what is another's to the case; and of a compartment to My work."""
    my_work = (_("Open My work"), reverse("reviews:my_work"))
    if line.kind.closed:
        return my_work
    if line.rung in {Rung.OWN, Rung.STANDING_IN}:
        return str(line.kind.next_step), line.kind.url(line.row)
    case = line.kind.case_of(line.row)
    return (_("Open the case"), case.get_absolute_url()) if case else my_work


def link(words: str, path: str) -> str:
    return f"{words}:\n{settings.BASE_URL}{path}"


def _numbers(lines: Sequence[Line]) -> list[str]:
    """What has climbed to the board: by area and kind, how many."""
    if not lines:
        return []
    counted = Counter((int(at(line.row, line.kind.area)), line.kind.words(line.row)) for line in lines)
    areas = Area.objects.in_bulk([area for area, _what in counted])
    rows = [f"{areas[area].name}, {what}: {number}" for (area, what), number in sorted(counted.items())]
    heading = _("Late in your area, and passed up to the board")
    return [heading.upper(), "\n".join(rows), link(_("Open the board"), reverse("reviews:board"))]


def end() -> str:
    """What every message ends with."""
    sign_in = _("Sign in to see it. Do not reply to this message.")
    return f"{sign_in}\n\n{link(_('How mappa tells you'), reverse('reviews:messages'))}"
