"""Open deadlines as lines: which kind, which row, due when. All kinds of one person in one query.

Sections, counts and pages are made of lines; only the rows that a page shows are read whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, IntegerField, Q, QuerySet, Value

from agencies.access import Perm, allowed
from agencies.models import User
from mappa.guard import ProtectedModel
from offenders.visibility import beside_scope, scope_of
from reviews.deadlines import KINDS, OF_EVERYBODY, USE, WITHOUT_CASES, Kind

# No list is read further: whoever has as many needs help, and not a longer page.
MOST = 10_000


@dataclass(frozen=True, order=True)
class Line:
    """One open deadline, as it sorts: worst first. `kind` is its place in the table of kinds."""

    due: date
    kind: int
    row: int


def kinds_of(user: User) -> list[tuple[int, Kind]]:
    """The kinds of deadline that the user can have, by place: whoever sees no case is asked about none.

    Vetting and memberships are everybody's, also of whoever has no role any more because they have ended.
    """
    if allowed(user, Perm.VIEW_CASE):
        return list(enumerate(KINDS))
    his = WITHOUT_CASES if allowed(user, Perm.BOARD_BUSINESS) else OF_EVERYBODY
    if allowed(user, Perm.REVIEW_ACCESS):
        his = (*his, *USE)
    return [(place, kind) for place, kind in enumerate(KINDS) if kind in his]


def lines_of(
    user: User,
    on: date,
    *,
    until: date | None = None,
    after: date | None = None,
    seen_by: User | None = None,
    most: int = MOST,
) -> list[Line]:
    """The user's open deadlines to a day, worst first; for another reader, those that he sees by himself."""
    guarded: list[QuerySet[Any]] = []
    plain: list[QuerySet[Any]] = []
    for place, kind in kinds_of(user):
        rule = kind.rule(user, on)
        if finds_nothing(rule):
            continue
        rows = seen(kind, kind.open(user).filter(rule), seen_by)
        if until is not None:
            rows = rows.filter(**{f"{kind.due}__lte": until})
        if after is not None:
            rows = rows.filter(**{f"{kind.due}__gt": after})
        line = {"line_due": F(kind.due), "line_kind": Value(place, IntegerField()), "line_row": F("pk")}
        (guarded if issubclass(rows.model, ProtectedModel) else plain).append(
            rows.order_by().annotate(**line).values_list(*line)
        )
    # Of tables of both sorts the guard would hold the whole to be unguarded.
    found = [Line(*line) for asked in (guarded, plain) for line in _worst(asked, most)]
    return sorted(found)[:most]


def finds_nothing(rule: Q | tuple[str, Any]) -> bool:
    """Can no row meet the rule, by its words alone? Nobody holds every role, and what cannot be his need not be asked."""
    if isinstance(rule, tuple):
        name, value = rule
        return name.endswith("__in") and isinstance(value, list) and not value
    if rule.negated or not rule.children:
        return False
    each = [isinstance(child, Q | tuple) and finds_nothing(child) for child in rule.children]
    return all(each) if rule.connector == Q.OR else any(each)


def _worst(asked: Sequence[QuerySet[Any]], most: int) -> Iterable[tuple[date, int, int]]:
    if not asked:
        return []
    rows: Iterable[tuple[date, int, int]]
    rows = asked[0].union(*asked[1:], all=True).order_by("line_due", "line_kind", "line_row")[:most]
    return rows


def seen(kind: Kind, rows: QuerySet[Any], reader: User | None) -> QuerySet[Any]:
    """Of somebody's rows those that the reader sees by himself; all of them for nobody else.

    Where a line names the case he must see that too: whoever is asked about a person sees the question, and not the case.
    """
    if reader is None:
        return rows
    model: Any = rows.model
    if issubclass(rows.model, ProtectedModel):
        # Made once a request: a manager's page asks it of each colleague and each kind.
        name = f"keys of {rows.model._meta.label}"
        keys = beside_scope(reader, name, lambda: model.objects.visible_to(reader).order_by().values("pk"))
        case = scope_of(reader).rule(f"{kind.case}__") if kind.case else Q()
        return rows.filter(case, pk__in=keys)
    # What is about no case and in no table of cases is the person's own.
    return rows.none()


def rows_of(lines: Sequence[Line], user: User, seen_by: User | None = None) -> list[tuple[Kind, Any]]:
    """The rows of some lines, read whole and once more as far as they are seen: one query a kind."""
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for line in lines:
        wanted[line.kind].append(line.row)
    found: dict[tuple[int, int], Any] = {}
    for place, keys in wanted.items():
        rows = seen(KINDS[place], KINDS[place].open(user).filter(pk__in=keys), seen_by)
        found |= {(place, row.pk): row for row in rows}
    return [(KINDS[line.kind], found[line.kind, line.row]) for line in lines if (line.kind, line.row) in found]
