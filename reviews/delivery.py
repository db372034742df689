"""How late the clock and the mail are: numbers about the service, for whoever runs it, and about nobody."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies import working_days
from agencies.audit_watch import refused_sign_ins
from agencies.models import Membership, OutboxMessage, Pulse, User
from agencies.models.user import system_user
from audit import sealing
from mappa import dates
from reviews.models import Reminder

State = OutboxMessage.State
# What went wrong earlier is in the outbox in Administration, and alarms nobody any more.
LATELY = timedelta(days=7)
# A message that waits longer has been tried in vain, or nobody sends.
WAITS_LONG = timedelta(minutes=30)
# A slower task than this may not have had its first hour yet.
SLOW = timedelta(hours=12)


@dataclass(frozen=True)
class Rhythm:
    """A task of the clock, and how long after its last end it is late. Some rest until the morning."""

    name: str
    words: Any
    every: timedelta
    rests_until: time = time.min


RHYTHMS = (
    Rhythm("send", gettext_lazy("Send the mail that waits"), timedelta(minutes=5)),
    Rhythm("ask-after-mail", gettext_lazy("Ask whether mail has arrived"), timedelta(minutes=15)),
    Rhythm("urgent-reminders", gettext_lazy("Remind of what cannot wait"), timedelta(minutes=10)),
    Rhythm("reminders", gettext_lazy("Look for what falls due"), timedelta(hours=2, minutes=30)),
    Rhythm("morning-messages", gettext_lazy("Write the morning’s messages"), timedelta(minutes=30), time(7, 30)),
    Rhythm("weekly-summaries", gettext_lazy("Write the week’s summaries"), timedelta(hours=14), time(7, 45)),
    Rhythm("unusual-access", gettext_lazy("Look for unusual access"), timedelta(hours=2, minutes=30)),
    Rhythm("disposals", gettext_lazy("Carry out disposals that two people decided"), timedelta(hours=2, minutes=30)),
    Rhythm("seal-audit", gettext_lazy("Seal the audit"), timedelta(minutes=10)),
    Rhythm("verify-audit-hourly", gettext_lazy("Verify the audit’s last hours (findings)"), timedelta(hours=3)),
    Rhythm("verify-audit", gettext_lazy("Verify the audit’s last day (findings)"), timedelta(hours=26)),
    Rhythm("verify-whole-audit", gettext_lazy("Verify the whole audit (findings)"), timedelta(days=8)),
    Rhythm("anchor-audit", gettext_lazy("Anchor the audit outside the database"), timedelta(hours=3)),
    Rhythm("audit-parts", gettext_lazy("Make the audit’s months (ahead)"), timedelta(hours=26)),
    Rhythm("lapse-accounts", gettext_lazy("End accounts that lapse"), timedelta(hours=26)),
    Rhythm("old-sessions", gettext_lazy("Delete old sessions"), timedelta(hours=26)),
    Rhythm("count-work", gettext_lazy("Count what is to be done"), timedelta(minutes=30)),
)
# Each with its own number: what is found of an old month is not forgotten when the last day is found well.
VERIFYING = ("verify-audit-hourly", "verify-audit", "verify-whole-audit")


@dataclass(frozen=True)
class Beat:
    """When a task last came to its end, and whether that is too long ago."""

    rhythm: Rhythm
    ended_at: datetime | None
    done: int
    is_late: bool

    def seconds(self, now: datetime) -> int | None:
        return int((now - self.ended_at).total_seconds()) if self.ended_at else None


@dataclass(frozen=True)
class Mail:
    """The outbox in numbers: what waits, since when, and what went wrong in the last week."""

    waiting: int
    oldest: datetime | None
    on_its_way: int
    failed: int
    returned: int
    people: int  # whose mail comes back
    untold: int  # reminders
    untold_late: int  # of them those that a working day has passed by

    def waits_long(self, now: datetime) -> bool:
        return self.oldest is not None and now - self.oldest > WAITS_LONG


def beats(now: datetime) -> list[Beat]:
    """Each task of the clock."""
    rows = {row.name: row for row in Pulse.objects.all()}
    return [_beat(rhythm, rows.get(rhythm.name), now) for rhythm in RHYTHMS]


def _beat(rhythm: Rhythm, row: Pulse | None, now: datetime) -> Beat:
    ended_at = row.last_ended_at if row else None
    rests = timezone.localtime(now).time() < rhythm.rests_until
    is_late = not rests and (now - ended_at > rhythm.every if ended_at else rhythm.every < SLOW)
    return Beat(rhythm, ended_at, row.done if row else 0, is_late)


def mail(now: datetime) -> Mail:
    """The numbers of this moment."""
    waiting = OutboxMessage.objects.filter(state__in=[State.WAITING, State.SENDING])
    lately = OutboxMessage.objects.in_trouble().filter(created_at__gte=now - LATELY)
    wrong = lately.aggregate(
        failed=Count("pk", filter=Q(state=State.FAILED)), returned=Count("pk", filter=Q(state=State.RETURNED))
    )
    # Whoever works nowhere any more waits for none: the next walk withdraws what was made for him.
    here = Membership.objects.standing(dates.today()).order_by().values("user")
    untold = Reminder.objects.visible_to(system_user()).untold().filter(to__in=here)
    return Mail(
        **waiting.aggregate(waiting=Count("pk"), oldest=Min("created_at")),
        **wrong,
        on_its_way=OutboxMessage.objects.on_its_way().count(),
        people=User.objects.filter(is_active=True, mail_returned_at__isnull=False).count(),
        untold=untold.count(),
        untold_late=untold.filter(made_at__lt=_a_working_day_ago()).count(),
    )


def _a_working_day_ago() -> datetime:
    today = dates.today()
    closed = working_days.closed_days(None, today - timedelta(days=30), today)
    return timezone.make_aware(datetime.combine(working_days.step(today, -1, closed), time.min))


def metrics(now: datetime) -> str:
    """The same as a monitoring system reads it (Prometheus text format 0.0.4)."""
    found, post = beats(now), mail(now)
    oldest = int((now - post.oldest).total_seconds()) if post.oldest else 0
    families: list[tuple[str, str, list[tuple[str, int]]]] = [
        ("task_seconds_since_end", "Seconds since a task of the clock last came to its end.", [
            (f'{{task="{beat.rhythm.name}"}}', seconds) for beat in found if (seconds := beat.seconds(now)) is not None
        ]),
        ("task_done", "What the last run of a task did.", [(f'{{task="{b.rhythm.name}"}}', b.done) for b in found]),
        ("task_late", "1 when a task is late or has never run.", [
            (f'{{task="{beat.rhythm.name}"}}', int(beat.is_late)) for beat in found
        ]),
        ("mail_waiting", "Messages that wait to be sent.", [("", post.waiting)]),
        ("mail_oldest_waiting_seconds", "How long the oldest of them has waited.", [("", oldest)]),
        ("mail_on_its_way", "Messages that a provider took and has not said to have arrived.", [("", post.on_its_way)]),
        ("mail_failed_7_days", "Messages of the last 7 days that were given up.", [("", post.failed)]),
        ("mail_returned_7_days", "Messages of the last 7 days that came back.", [("", post.returned)]),
        ("people_without_mail", "People whose mail comes back.", [("", post.people)]),
        ("reminders_untold", "Reminders that wait to be told.", [("", post.untold)]),
        ("audit_findings", "The most that one of the last verifications of the audit found.", [("", findings_of(found))]),
        ("audit_months_ahead", "Months ahead for which the audit has its parts.", [("", sealing.parts_ahead())]),
        ("sign_ins_refused_15_minutes", "Sign-ins of the last 15 minutes that were refused.", [("", refused_sign_ins(now))]),
        ("reminders_untold_late", "Those that a working day has passed by.", [("", post.untold_late)]),
    ]  # fmt: skip
    lines: list[str] = []
    for name, words, values in families:
        lines += [f"# HELP mappa_{name} {words}", f"# TYPE mappa_{name} gauge"]
        lines += [f"mappa_{name}{label} {value}" for label, value in values]
    return "\n".join(lines) + "\n"


def findings_of(found: list[Beat]) -> int:
    """The most that one of the last verifications of the audit found: the one number of a task that should be nought."""
    return max(beat.done for beat in found if beat.rhythm.name in VERIFYING)


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that says enough."""
    if moment is None:
        return _("never")
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return _("less than a minute ago")
    if minutes < 120:
        return ngettext("%d minute ago", "%d minutes ago", minutes) % minutes
    if minutes < 48 * 60:
        return _("%d hours ago") % (minutes // 60)
    return _("%d days ago") % (minutes // (24 * 60))
