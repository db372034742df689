"""Looking: whose days have news are judged each hour, everybody's whole day once more each night.

The log is walked by the keys of its rows, from where the last walk ended, so many at a time. What a transaction that took long
wrote behind the walk is found at night. A rule finds one person once a day, or once a day and case: found again its numbers
follow, until somebody has begun to look at it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies import working_days
from agencies.models import Area, Membership, User
from agencies.outbox import follow, marked
from assurance.models import Look, UnusualAccess
from assurance.reach import information_officers
from assurance.unusual.day import Day, Found, Limits
from assurance.unusual.rules import RULES, Rule
from audit.models import AccessEvent
from audit.record import record
from mappa import dates
from mappa.locks import hold
from offenders.visibility import one_scope

# People whose days are judged in one transaction.
AT_ONCE = 100
# Rows of the log that one walk reads at most. The next goes on behind them.
BATCH = 50_000
# What is younger may be written by a transaction that has not ended.
SETTLED = timedelta(minutes=5)
# The first walk of all goes back so far.
FIRST = timedelta(days=1)


def look_at_news(*, now: datetime, by: User) -> int:
    """Judge the days of everybody who did something since the last walk; how many accesses were found unusual.

    Of two walks at once both do the same, and each thing is found once.
    """
    look, _is_new = Look.objects.get_or_create(pk=1, defaults={"until": now - FIRST})
    news = AccessEvent.objects.filter(at__gte=look.until - FIRST, at__lt=now - SETTLED, pk__gt=look.last)
    rows = list(news.exclude(actor_id=None).order_by("pk").values_list("pk", "actor_id", "at")[:BATCH])
    if not rows:
        return 0
    days: defaultdict[date, set[int]] = defaultdict(set)
    for _pk, actor, at in rows:
        days[dates.in_london(at)].add(actor or 0)
    found = sum(judge(people, on, by=by) for on, people in sorted(days.items()))
    last, until = rows[-1][0], max(at for _pk, _actor, at in rows)
    Look.objects.filter(pk=1, last__lt=last).update(last=last, until=until)
    return found


def look_at_day(*, on: date, by: User) -> int:
    """Judge everybody's whole day once more, also what came late; how many accesses were found unusual. Once a day."""
    look, _is_new = Look.objects.get_or_create(pk=1, defaults={"until": dates.midnight(on)})
    if look.judged_on is not None and look.judged_on >= on:
        return 0
    held = Membership.objects.filter(from_on__lte=on, user__is_system=False).exclude(until__lt=on)
    found = judge(held.order_by().values_list("user", flat=True).distinct(), on, by=by)
    Look.objects.filter(pk=1).update(judged_on=on)
    return found


def judge(people: Iterable[int], on: date, *, by: User) -> int:
    """Hold each person's day against every rule, and tell who answers for the area of what is new; how much that is.

    So many people to a transaction: a long one would keep the audit from being sealed meanwhile.
    """
    limits, areas, new = Limits(on), set[int](), 0
    keys = sorted(set(people))
    for first in range(0, len(keys), AT_ONCE):
        with transaction.atomic():
            hold("unusual access", wait=True)
            rows = _judge(keys[first : first + AT_ONCE], limits, by)
        areas |= {row.area_id for row in rows}
        new += len(rows)
    for area in Area.objects.filter(pk__in=areas).order_by("pk"):
        tell(area, on=dates.today())
    return new


def _judge(people: list[int], limits: Limits, by: User) -> list[UnusualAccess]:
    new: list[UnusualAccess] = []
    for person in User.objects.filter(pk__in=people, is_system=False).order_by("pk"):
        membership = _membership(person, limits.on)
        if membership is not None:
            with one_scope():
                new += _judge_one(Day(person, limits.on, membership, limits), by)
    return new


def _membership(person: User, on: date) -> Membership | None:
    """For whom he worked that day: of several memberships the earliest, whose end is the last known."""
    held = Membership.objects.filter(user=person, from_on__lte=on).exclude(until__lt=on)
    return held.select_related("agency__area", "role").order_by("from_on", "pk").first()


def _judge_one(day: Day, by: User) -> list[UnusualAccess]:
    if not day.acts:
        return []
    found = [(rule, each) for rule in RULES for each in rule.find(day)]
    return [row for rule, each in found if (row := keep(day, rule, each, by=by)) is not None]


def keep(day: Day, rule: Rule, found: Found, *, by: User) -> UnusualAccess | None:
    """Keep what a rule found. None where it was known already: its numbers follow until somebody looks at it."""
    numbers = dict(found.numbers or {})
    known = UnusualAccess.objects.visible_to(by).filter(
        rule=rule.code, person=day.person, on=day.on, case_id=found.case
    )
    if row := known.first():
        if row.state == UnusualAccess.State.TO_REVIEW and row.found != numbers:
            row.found = numbers
            row.save(update_fields=["found"])
        return None
    area = day.membership.agency.area
    row = UnusualAccess(
        area=area,
        agency=day.membership.agency,
        person=day.person,
        rule=rule.code,
        on=day.on,
        case_id=found.case,
        case_reference=_reference(day, found.case),
        found=numbers,
        due_on=working_days.after(dates.today(), day.limit("unusual_review_working_days"), area),
    )
    row.full_clean()
    row.save()
    record("unusual_access.found", by=by, about=row, rule=rule.code)
    return row


def _reference(day: Day, case: int | None) -> str:
    if case is None:
        return ""
    if case in day.cases:
        return day.cases[case].reference
    return next((reference for reference, key in day.kept_from.items() if key == case), "")


@transaction.atomic
def tell(area: Area, *, on: date) -> None:
    """Mail those who answer for the area how much waits for them, in numbers and references. One message a day follows the news."""
    hold("unusual access", wait=True)
    for officer in information_officers(area.pk):
        rows = UnusualAccess.objects.visible_to(officer).filter(area=area, state=UnusualAccess.State.TO_REVIEW)
        references = list(rows.order_by("-pk").values_list("reference", flat=True)[:SHOWN])
        if not references:
            continue
        number = rows.count()
        words = ngettext("%s access waits to be looked at.", "%s accesses wait to be looked at.", number) % number
        follow(
            series=f"unusual-access:{area.slug}:{officer.pk}:{on:%Y-%m-%d}",
            to=officer,
            subject=marked(_("Unusual access, %s") % area.name),
            body=f"{words}\n\n{_('The newest:')} {', '.join(references)}\n\n{settings.BASE_URL}{reverse('assurance:unusual_list')}",
        )


# References that a message names.
SHOWN = 10
