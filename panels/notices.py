"""What an agency is told of its part in a meeting: how many people, when, by when to answer. Nobody is named.

One mail an agency and meeting to each of its contact points, and to whoever it names to come: what each may see is counted,
and nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, User
from agencies.outbox import recipients
from mappa.templatetags.mappa import clock, due_words, long_date
from panels.agenda import times_of
from panels.calendars import calendar
from panels.models import Invitation, Meeting


@dataclass(frozen=True)
class Notice:
    """What one reader is told of one agency's items."""

    meeting: Meeting
    agency: Agency
    to: User
    people: int
    stretches: list[tuple[datetime, datetime]]
    answer_by: date | None
    information_by: date

    @property
    def series(self) -> str:
        return series_of(self.meeting, self.agency.pk, self.to.pk)

    @property
    def subject(self) -> str:
        words = _("Level %(level)s MAPPA meeting on %(day)s: %(reference)s")
        return words % _about(self.meeting)

    @property
    def body(self) -> str:
        """When, for how many, by when, and a link."""
        lines = [
            _("Your agency is invited to the level %(level)s MAPPA meeting %(reference)s on %(day)s.")
            % _about(self.meeting),
            ngettext(
                "It is wanted for %(n)s person, %(when)s.", "It is wanted for %(n)s people, %(when)s.", self.people
            )
            % {"n": self.people, "when": stretch_words(self.stretches)},
        ]
        if self.answer_by:
            lines.append(_("Say by %s who comes.") % long_date(self.answer_by))
        lines += [
            _("Send your information by %s.") % long_date(self.information_by),
            "",
            _("Sign in to see whom it is about. Do not reply to this message."),
            f"{settings.BASE_URL}{path_of(self.meeting)}",
        ]
        return "\n".join(lines)

    @property
    def calendar(self) -> str:
        span = (self.stretches[0][0], self.stretches[-1][1])
        return calendar(self.meeting, self.agency, span, path_of(self.meeting))


def _about(meeting: Meeting) -> dict[str, object]:
    return {"level": meeting.level, "reference": meeting.reference, "day": long_date(meeting.held_on)}


def path_of(meeting: Meeting) -> str:
    """Where an invited agency finds its part."""
    return reverse("panels:for_agency", args=[meeting.reference])


def series_of(meeting: Meeting, agency: int, to: int) -> str:
    """The messages to one reader about one agency's part, in the outbox."""
    return f"invited:{meeting.reference}:{agency}:{to}"


def called_off_words(meeting: Meeting) -> tuple[str, str]:
    """Subject and body for who is no longer wanted: his agency is not, or a colleague comes, or there is no meeting.

    Which of these it is the words do not say: of one who was excluded from a case they would tell that there is one.
    """
    subject = _("No longer wanted: level %(level)s MAPPA meeting on %(day)s: %(reference)s") % _about(meeting)
    body = _(
        "You are no longer wanted for your agency at the level %(level)s MAPPA meeting %(reference)s on %(day)s. "
        "If it is still in your calendar, take it out. Do not reply to this message."
    )
    return subject, body % _about(meeting)


def stretch_words(stretches: Iterable[tuple[datetime, datetime]]) -> str:
    """From 9:30am to 10am and from 11am to 11:30am."""
    words = _("from %(begins)s to %(ends)s")
    return _(" and ").join(words % {"begins": clock(begins), "ends": clock(ends)} for begins, ends in stretches)


def stretches_of(begins: dict[int, datetime], rows: Iterable[Invitation]) -> list[tuple[datetime, datetime]]:
    """When the items of these invitations are discussed, those that follow each other as one."""
    return joined((begins[row.item_id], begins[row.item_id] + timedelta(minutes=row.item.minutes)) for row in rows)


def joined(times: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Times in order, those that touch as one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(times):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def notices(meeting: Meeting) -> list[Notice]:
    """Of every agency that is invited and has not declined, for each of its readers who sees what it is about."""
    rows = Invitation.objects.of_meeting(meeting).coming().select_related("item", "agency", "representative")
    by_agency: dict[Agency, list[Invitation]] = defaultdict(list)
    for row in rows:
        by_agency[row.agency].append(row)
    found, (begins, _ends) = [], times_of(meeting)
    for agency, theirs in by_agency.items():
        contacts = recipients(agency)
        named = {row.representative for row in theirs if row.representative} - set(contacts)
        for reader in [*contacts, *sorted(named, key=lambda user: user.pk)]:
            mine = theirs if reader in contacts else [row for row in theirs if row.representative == reader]
            if notice := _notice(meeting, agency, reader, mine, begins):
                found.append(notice)
    return found


def own_notices(meeting: Meeting, user: User, rows: Iterable[Invitation]) -> list[Notice]:
    """The same for one who looks at his agencies' part: what names him, or else all of his agency's."""
    by_agency: dict[Agency, list[Invitation]] = defaultdict(list)
    for row in rows:
        if not row.is_declined:
            by_agency[row.agency].append(row)
    found, (begins, _ends) = [], times_of(meeting)
    for agency, theirs in by_agency.items():
        mine = [row for row in theirs if row.representative_id == user.pk] or theirs
        if notice := _notice(meeting, agency, user, mine, begins):
            found.append(notice)
    return found


def _notice(
    meeting: Meeting, agency: Agency, reader: User, rows: list[Invitation], begins: dict[int, datetime]
) -> Notice | None:
    """Nothing for who sees none of them: whoever is excluded from a case does not learn of its meeting."""
    seen = set(Invitation.objects.visible_to(reader).filter(pk__in=[r.pk for r in rows]).values_list("pk", flat=True))
    rows = [row for row in rows if row.pk in seen]
    if not rows:
        return None
    answers = [row.answer_due_on for row in rows if row.answer_due_on]
    return Notice(
        meeting=meeting,
        agency=agency,
        to=reader,
        people=len(rows),
        stretches=stretches_of(begins, rows),
        answer_by=min(answers, default=None),
        information_by=min(row.information_due_on for row in rows),
    )


def owed_words(row: Invitation, *, is_sent: bool, today: date) -> str:
    """What an agency has not done for one person, and how late it is; nothing when nothing is missing."""
    if row.is_declined:
        return ""
    missing = []
    if not row.response and row.answer_due_on:
        missing.append(_("has not said who comes (%s)") % _due(row.answer_due_on, today))
    if not is_sent:
        missing.append(_("has sent no information (%s)") % _due(row.information_due_on, today))
    if missing and row.chased_on:
        missing.append(_("reminded on %s") % long_date(row.chased_on))
    words = "; ".join(missing)
    return f"{words[:1].upper()}{words[1:]}"


def _due(due: date, today: date) -> str:
    words = due_words(due, today)
    return f"{words[:1].lower()}{words[1:]}"
