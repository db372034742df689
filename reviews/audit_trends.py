"""What audits found over time, as numbers: for the page of audits, and for whatever page of the board asks.

Only audits that two people have signed off count. Every mean and share comes with how many scores it is of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from agencies.models import Area
from agencies.models.user import system_user
from mappa import dates
from mappa.guard import GuardedQuerySet
from reviews.models import Audit, AuditFinding, AuditScore
from reviews.models.audit import SATISFACTORY
from reviews.period import Share

State = Audit.State


@dataclass(frozen=True)
class Month:
    """The audits of one month's sample, and their scores."""

    month: date
    drawn: int = 0
    signed: int = 0
    set_aside: int = 0
    scores: int = 0
    total: int = 0
    satisfactory: int = 0

    @property
    def mean(self) -> float | None:
        """The mean score, of 4; nothing without a score."""
        return self.total / self.scores if self.scores else None

    @property
    def share(self) -> int | None:
        """How many scores in a hundred were satisfactory or better, rounded down as every share."""
        return Share(self.satisfactory, self.scores).percent


@dataclass(frozen=True)
class Box:
    """One question of the forms, over a time."""

    kind: str
    text: str
    scores: int
    satisfactory: int
    total: int

    @property
    def share(self) -> int:
        return 100 * self.satisfactory // self.scores

    @property
    def mean(self) -> float:
        return self.total / self.scores


def months_to(last: date, count: int) -> list[date]:
    """The first days of so many months, the last one being that of a day."""
    return [dates.add_months(last.replace(day=1), -ago) for ago in range(count - 1, -1, -1)]


def trend(area: Area, kind: str, months: Sequence[date]) -> list[Month]:
    """Month by month, by the month that was sampled: two queries, however many audits there are."""
    of = {"sample__area": area, "sample__kind": kind, "sample__month__in": months}
    audits = Audit.objects.visible_to(system_user()).filter(**of).order_by().values("sample__month")
    drawn = audits.annotate(
        drawn=Count("pk"),
        signed=Count("pk", filter=Q(state=State.SIGNED)),
        set_aside=Count("pk", filter=Q(state=State.SET_ASIDE)),
    )
    counts = _by_key(drawn, "sample__month")
    scores = _signed(area).filter(audit__sample__kind=kind, audit__sample__month__in=months)
    scored = scores.values("audit__sample__month").annotate(**_SUMS)
    sums = _by_key(scored, "audit__sample__month")
    return [Month(month, **counts.get(month, {}), **sums.get(month, {})) for month in months]


def weakest(area: Area, months: Sequence[date]) -> list[Box]:
    """The questions with something below satisfactory, the smallest share of satisfactory scores first."""
    rows = _signed(area).filter(audit__sample__month__in=months)
    found = rows.values_list("question__form__kind", "question__text").annotate(**_SUMS)
    boxes = [Box(*row) for row in found]
    low = [box for box in boxes if box.satisfactory < box.scores]
    return sorted(low, key=lambda box: (box.satisfactory / box.scores, box.mean, -box.scores, box.text))


def findings(area: Area, on: date) -> tuple[int, int]:
    """How many findings of signed audits are open, and how many of those are late."""
    rows = AuditFinding.objects.visible_to(system_user()).open().filter(audit__sample__area=area)
    counted = rows.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    return counted["open"], counted["late"]


def _by_key(rows: Iterable[Mapping[str, Any]], key: str) -> dict[date, dict[str, Any]]:
    return {row[key]: {name: value for name, value in row.items() if name != key} for row in rows}


# In the order in which `Box` has them.
_SUMS = {
    "scores": Count("pk"),
    "satisfactory": Count("pk", filter=Q(score__gte=SATISFACTORY)),
    "total": Sum("score"),
}


def _signed(area: Area) -> GuardedQuerySet[AuditScore]:
    rows = AuditScore.objects.visible_to(system_user()).filter(score__isnull=False)
    return rows.filter(audit__sample__area=area, audit__state=State.SIGNED).order_by()
