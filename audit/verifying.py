"""Is the audit as it was sealed? Each seal is computed anew from the rows, and what differs is named."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils import timezone

from audit import installing
from audit.models import Seal
from audit.sealing import ask

# So many rows are read for one question: a question takes seconds at most.
ROWS_A_QUESTION, SEALS_A_QUESTION = 100_000, 200
# The seals follow each minute. What waits longer waits in vain.
SEALED_WITHIN = "10 minutes"
LEAF = 17
KINDS = {"A": "access event", "C": "change", "S": "sign-in event"}
# A tampered seal may name very many rows: enough of them are told.
MOST_NAMED = 200

SEALS = """
SELECT s.id, s.epoch, s.low, s.high, s.rows, s.previous, s.hash, s.root,
    audit_hash(s.previous, s.id, s.made_at, s.epoch, s.low, s.high, s.rows, s.root, s.leaves), g.rows, g.root
FROM audit_seal s, LATERAL audit_gather(s.epoch, s.low::text::xid8, s.high::text::xid8) g
WHERE s.id BETWEEN %s AND %s ORDER BY s.id
"""
UNRECORDED = """
SELECT DISTINCT c.certificate FROM audit_change c WHERE c.kept IS NOT NULL AND NOT EXISTS (
    SELECT FROM audit_accessevent e WHERE e.event = 'audit.erased' AND e.reference = c.certificate AND c.certificate <> '')
"""
# The digest of a blanked row is what it was when it was sealed, whatever the row says now: so it must say nothing, and an event must
# name its case, or it by itself.
MISBLANKED = """
WITH erased AS MATERIALIZED (
    SELECT reference, case_id, detail -> 'beside' AS beside FROM audit_accessevent WHERE event = 'audit.erased')
SELECT c.id, c.old IS NOT NULL OR c.new IS NOT NULL OR c.salt IS NOT NULL, c.certificate FROM audit_change c
WHERE c.kept IS NOT NULL AND (c.old IS NOT NULL OR c.new IS NOT NULL OR c.salt IS NOT NULL OR (
    c.certificate IN (SELECT reference FROM erased)
    AND NOT EXISTS (SELECT FROM erased e WHERE e.reference = c.certificate AND e.case_id = c.case_id)
    AND NOT EXISTS (SELECT FROM erased e WHERE e.reference = c.certificate AND e.beside -> c.table_name ? c.row_id)))
ORDER BY c.id LIMIT %s
"""
# A certificate is in no digest, and a page that shows the history leaves out what names one.
HALF_BLANKED = "SELECT id FROM audit_change WHERE kept IS NULL AND certificate <> '' ORDER BY id LIMIT %s"


@dataclass(frozen=True)
class Problem:
    """Something that is not as it was sealed."""

    kind: str
    seal: int | None
    words: str

    def __str__(self) -> str:
        return f"{f'seal {self.seal}: ' if self.seal else ''}{self.words}"


@dataclass
class Report:
    """What was looked at, and what was found."""

    seals: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: str, seal: int | None, words: str) -> None:
        self.problems.append(Problem(kind, seal, words))


def verify(*, since: date | None = None, anchors: dict[int, str] | None = None, erasures: bool = True) -> Report:
    """Compute each seal anew, of all days or `since` one, and compare with the `anchors`, hashes by number of the seal.

    `erasures`: hold what was blanked, however old it is, against the erasures. That reads the whole history.
    """
    report = Report()
    seals = Seal.objects.order_by("pk")
    if since:
        seals = seals.filter(made_at__gte=timezone.make_aware(datetime.combine(since, time.min)))
    first = seals.values_list("pk", flat=True).first()
    before = Seal.objects.filter(pk__lt=first or 1).order_by("-pk").values_list("pk", "epoch", "high", "hash").first()
    last: tuple[Any, ...] | None = before or (0, None, 0, b"")
    if before is None and first is not None and first != 1:
        report.add("missing", first - 1, "this and every seal before it are missing")
        last = None
    for low, high in _portions(seals):
        for row in ask(SEALS, [low, high]):
            _compare(report, row, last)
            last = (row[0], row[1], row[3], bytes(row[6]))
    _look_outside(report)
    if erasures:
        _look_at_erasures(report)
    _look_at_what_guards(report)
    _compare_anchors(report, anchors or {})
    return report


def _portions(seals: Any) -> Iterator[tuple[int, int]]:
    """Numbers of the first and last seal of each question."""
    first, last, rows, count = None, 0, 0, 0
    for number, size in seals.values_list("pk", "rows"):
        if first is not None and (rows + size > ROWS_A_QUESTION or count == SEALS_A_QUESTION):
            yield first, last
            first, rows, count = None, 0, 0
        first = number if first is None else first
        last, rows, count = number, rows + size, count + 1
    if first is not None:
        yield first, last


def _compare(report: Report, row: tuple[Any, ...], last: tuple[Any, ...] | None) -> None:
    number, epoch, low, high, count, _previous, kept, root, own, found, found_root = row
    report.seals += 1
    report.rows += found
    if last is not None:
        _compare_with_last(report, row, last)
    if bytes(own) != bytes(kept):
        report.add("seal changed", number, "the seal itself was changed")
    if found != count or bytes(found_root) != bytes(root):
        _name_rows(report, number, epoch, low, high)


def _compare_with_last(report: Report, row: tuple[Any, ...], last: tuple[Any, ...]) -> None:
    number, epoch, low, previous = row[0], row[1], row[2], row[5]
    if number != last[0] + 1:
        report.add("missing", last[0] + 1, f"seals {last[0] + 1} to {number - 1} are missing")
    elif bytes(previous) != bytes(last[3]):
        report.add("seal changed", number, f"it does not follow from seal {last[0]}")
    elif epoch == last[1] and low != last[2]:
        report.add("gap", number, f"transactions {last[2]} to {low} are under no seal")


def _name_rows(report: Report, number: int, epoch: int, low: int, high: int) -> None:
    """Which rows differ: each has a leaf in its seal, by which it is known."""
    sealed = dict(_leaves(bytes(Seal.objects.values_list("leaves", flat=True).get(pk=number))))
    found = ask(
        "SELECT kind, id, substr(digest, 1, 8) FROM audit_rows(%s, %s::text::xid8, %s::text::xid8)", [epoch, low, high]
    )
    there = {(kind, pk): bytes(digest) for kind, pk, digest in found}
    differ = [
        *(("added", key) for key in there.keys() - sealed.keys()),
        *(("removed", key) for key in sealed.keys() - there.keys()),
        *(("changed", key) for key in there.keys() & sealed.keys() if there[key] != sealed[key]),
    ]
    for kind, (letter, pk) in sorted(differ)[:MOST_NAMED]:
        report.add(kind, number, f"{KINDS.get(letter, letter)} {pk} was {kind}")
    if len(differ) > MOST_NAMED:
        report.add("more", number, f"and {len(differ) - MOST_NAMED} more rows")
    if not differ:
        report.add("seal changed", number, "its list of rows was changed")


def _leaves(leaves: bytes) -> Iterator[tuple[tuple[str, int], bytes]]:
    for at in range(0, len(leaves), LEAF):
        leaf = leaves[at : at + LEAF]
        yield (leaf[:1].decode("latin-1"), int.from_bytes(leaf[1:9], signed=True)), leaf[9:]


def _look_outside(report: Report) -> None:
    """Rows that no seal covers."""
    [(unsealed, from_nowhere, of_no_epoch)] = ask("SELECT * FROM audit_loose(%s::interval)", [SEALED_WITHIN])
    for kind, count, words in (
        ("unsealed", unsealed, "rows were written more than ten minutes ago and are under no seal"),
        ("added", from_nowhere, "rows name a transaction that has not been"),
        ("added", of_no_epoch, "rows are of an epoch that is not"),
    ):
        if count:
            report.add(kind, None, f"{count} {words}")


def _look_at_erasures(report: Report) -> None:
    """Blanked rows without a recorded erasure."""
    for (certificate,) in ask(UNRECORDED):
        report.add(
            "erased", None, f"contents were blanked without a recorded erasure: {certificate or 'no certificate'}"
        )
    for pk, says, certificate in ask(MISBLANKED, [MOST_NAMED]):
        words = "is blanked and has contents" if says else f"was blanked under {certificate}, which does not name it"
        report.add("erased", None, f"change {pk} {words}")
    for (pk,) in ask(HALF_BLANKED, [MOST_NAMED]):
        report.add("erased", None, f"change {pk} names a certificate, and is not blanked")


def _look_at_what_guards(report: Report) -> None:
    """Functions, triggers and walls that are not as the code has them: by them the rest is written, kept and computed."""
    with connection.cursor() as cursor:
        for words in installing.amiss(cursor):
            report.add("guard", None, words)


def _compare_anchors(report: Report, anchors: dict[int, str]) -> None:
    there = {
        number: bytes(kept).hex() for number, kept in Seal.objects.filter(pk__in=anchors).values_list("pk", "hash")
    }
    for number, kept in sorted(anchors.items()):
        if number not in there:
            report.add("anchor", number, "was anchored outside the database, and is not there")
        elif there[number] != kept:
            report.add(
                "anchor",
                number,
                "is another than was anchored outside the database: it and rows before it were rewritten",
            )
