"""Five years of history for every case of the bench, made by the database itself: meetings, reviews, referrals, moves.

It passes by every rule of the models: what it makes is only to be counted.
"""

from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

CASES = """
CREATE TEMP TABLE bench_case AS
    SELECT row_number() OVER (ORDER BY id) AS n, id, area_id, lead_agency_id, level, category, registered_by_id AS by_id
    FROM offenders_offender WHERE ended_on IS NULL;
CREATE UNIQUE INDEX ON bench_case (n);
CREATE TEMP TABLE bench_agency AS
    SELECT area_id, id AS agency_id, row_number() OVER (PARTITION BY area_id ORDER BY id) AS k FROM agencies_agency;
ANALYZE bench_case;
ANALYZE bench_agency
"""
MEETINGS = """
CREATE TEMP TABLE bench_meeting AS
    SELECT c.n AS n, c.area_id, c.by_id, 2 + (c.n % 5 = 0)::int AS level,
        now() - make_interval(days => (c.n % 1800 + 10)::int, mins => (c.n % 700)::int, secs => c.n * 0.001) AS starts_at
    FROM bench_case c WHERE c.n % 20 = 0
"""
KEPT = """
CREATE TEMP TABLE bench_kept AS
    SELECT m.id, b.n, m.starts_at, m.area_id, b.by_id FROM bench_meeting b
    JOIN panels_meeting m ON m.reference = 'BM' || b.n;
CREATE TEMP TABLE bench_item AS
    SELECT i.id, i.offender_id, k.starts_at, k.area_id, k.by_id FROM panels_agendaitem i
    JOIN bench_kept k ON k.id = i.meeting_id;
ANALYZE bench_item
"""
# The levels began at some day of the five years, some followed another, and some cases have ended since.
MOVES = """
UPDATE offenders_levelperiod SET from_on = current_date - (id % 1825)::int WHERE until IS NULL;
UPDATE offenders_offender o SET ended_on = current_date - (c.n % 1800)::int, next_review_on = NULL
    FROM bench_case c WHERE c.id = o.id AND c.n % 25 = 7
"""


def add_history() -> None:
    """As the owner of the tables; some minutes for a million cases."""
    run(CASES)
    run(MOVES)
    cases_through_the_years()
    run(MEETINGS)
    meetings_through_the_years()
    run("ANALYZE")


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        for statement in sql.split(";"):
            cursor.execute(statement)


def fill(label: str, source: str, **given: str) -> None:
    """Rows of a table from a query, each column by an expression; the others have the model's default, or nothing."""
    model = apps.get_model(label)
    columns = {model._meta.get_field(name).column: words for name, words in given.items()}  # type: ignore[union-attr]
    for field in model._meta.concrete_fields:
        if not field.primary_key and field.column not in columns:
            columns[field.column] = default_of(field)
    names = ", ".join(f'"{column}"' for column in columns)
    run(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(columns.values())} FROM {source}")


def default_of(field: "models.Field[Any, Any]") -> str:
    """A model's default as SQL: a number, a word, a list of nothing, an object of nothing, now, or nothing."""
    if field.null:
        return "NULL"
    if isinstance(field, models.DateTimeField):
        return "now()"
    if field.default is NOT_PROVIDED:
        return "''"
    value = field.default() if field.default in {list, dict} else field.default
    return "'{}'" if value in ([], {}) else f"'{value}'"


def cases_through_the_years() -> None:
    """Reviews three times a year, and of some of the people what happens to them."""
    due = "current_date - 20 - g * 120 - (c.n % 100)::int"
    fill(
        "offenders.Review",
        "bench_case c, generate_series(1, 15) g",
        offender="c.id",
        area="c.area_id",
        level="c.level",
        due_on=due,
        held_on=f"{due} + ((c.n + g) % 7)::int - 5",
    )
    fill(
        "offenders.LevelPeriod",
        "bench_case c JOIN offenders_levelperiod l ON l.offender_id = c.id AND l.until IS NULL WHERE c.n % 20 = 3",
        offender="c.id",
        level="CASE c.level WHEN 1 THEN 2 ELSE 1 END",
        from_on="l.from_on - 400",
        until="l.from_on",
        reason="'Bench'",
        decided_by="c.by_id",
    )
    fill(
        "offenders.CategoryPeriod",
        "bench_case c WHERE c.n % 33 = 5",
        offender="c.id",
        category="c.category % 2 + 1",
        from_on="current_date - 1000",
        until="current_date - 500",
        explanation="'Bench'",
        decided_by="c.by_id",
    )
    fill(
        "offenders.Transfer",
        "bench_case c JOIN bench_case o ON o.n = c.n + 37 WHERE c.n % 100 = 9 AND o.area_id <> c.area_id",
        reference="'BT' || c.n",
        offender="c.id",
        from_area="o.area_id",
        to_area="c.area_id",
        from_agency="c.lead_agency_id",
        to_agency="c.lead_agency_id",
        reason="'Bench'",
        proposed_by="c.by_id",
        due_on="current_date - (c.n % 1800)::int",
        state="'accepted'",
        answered_on="current_date - (c.n % 1800)::int",
        answered_by="c.by_id",
        new_officer="c.by_id",
    )
    sent = "now() - make_interval(days => (c.n % 1800)::int + 30)"
    fill(
        "panels.Referral",
        "bench_case c WHERE c.n % 10 = 1",
        reference="'BF' || c.n",
        offender="c.id",
        area="c.area_id",
        level="2",
        reason="'Bench'",
        added_value="'Bench'",
        made_at=sent,
        made_by="c.by_id",
        due_on=f"({sent})::date + 5",
        outcome="'accepted'",
        decided_at=f"{sent} + make_interval(days => (c.n / 10 % 12)::int)",
        decided_by="c.by_id",
        decision_reason="'Bench'",
        meet_by=f"({sent})::date + 28",
    )
    fill(
        "assessments.DriftPrompt",
        "bench_case c WHERE c.n % 10 = 2",
        reference="'BP' || c.n",
        offender="c.id",
        area="c.area_id",
        rule="'breach'",
        fact="'B' || c.n",
        fact_on="current_date",
        words="'Bench'",
        due_on="current_date",
        made_at=sent,
    )
    fill(
        "offenders.Recall",
        "bench_case c WHERE c.n % 20 = 4",
        reference="'BR' || c.n",
        offender="c.id",
        decided_on="current_date - (c.n % 1800)::int - 9",
        returned_on="current_date - (c.n % 1800)::int",
        returned_by="c.by_id",
        reason="'Bench'",
        added_by="c.by_id",
    )
    fill(
        "offenders.Order",
        "bench_case c, (SELECT min(id) AS id FROM offenders_orderkind) k WHERE c.n % 10 = 6",
        reference="'BO' || c.n",
        offender="c.id",
        kind="k.id",
        court="'Bench'",
        made_on="current_date - (c.n % 1800)::int",
        starts_on="current_date - (c.n % 1800)::int",
        recorded_by="c.by_id",
    )


def meetings_through_the_years() -> None:
    """A meeting for every twentieth case, of ten cases each, to which five agencies are invited, with two actions each."""
    fill(
        "panels.Meeting",
        "bench_meeting m",
        reference="'BM' || m.n",
        area="m.area_id",
        level="m.level",
        starts_at="m.starts_at",
        place="'Bench'",
        chair="m.by_id",
        arranged_by="m.by_id",
        state="'approved'",
        minutes_due_on="m.starts_at::date + 10",
        approved_at="m.starts_at + make_interval(days => (m.n / 20 % 12)::int)",
        approved_by="m.by_id",
    )
    run(KEPT.split(";")[0])
    fill(
        "panels.AgendaItem",
        "bench_kept k, generate_series(1, 10) g, bench_case c WHERE c.n = k.n - g",
        reference="'BI' || c.n",
        meeting="k.id",
        offender="c.id",
        position="g",
        added_by="k.by_id",
    )
    run(";".join(KEPT.split(";")[1:]))
    fill(
        "panels.Invitation",
        "bench_item i JOIN bench_agency a ON a.area_id = i.area_id AND a.k <= 5",
        reference="'B' || a.k || 'N' || i.id",
        item="i.id",
        agency="a.agency_id",
        invited_by="i.by_id",
        information_due_on="i.starts_at::date - 5",
        attendance="CASE (i.id + a.k) % 10 WHEN 0 THEN 'absent' WHEN 1 THEN 'apologies' WHEN 2 THEN 'deputy' ELSE 'present' END",
    )
    fill(
        "panels.InformationReturn",
        "panels_invitation v JOIN bench_item i ON i.id = v.item_id WHERE v.id % 5 > 0",
        item="i.id",
        invitation="v.id",
        sent_at="i.starts_at - make_interval(days => (v.id % 9)::int)",
        sent_by="i.by_id",
    )
    fill(
        "panels.Decision",
        "bench_item i WHERE i.id % 50 > 0",
        item="i.id",
        level="2",
        rationale="'Bench'",
        disclosure="'no'",
        disclosure_reasons="'Bench'",
        next_review_on="i.starts_at::date + 90",
        recorded_by="i.by_id",
    )
    fill(
        "panels.Action",
        "bench_item i JOIN offenders_offender o ON o.id = i.offender_id, generate_series(1, 2) g",
        reference="'B' || g || 'A' || i.id",
        offender="i.offender_id",
        item="i.id",
        area="i.area_id",
        text="'Bench ' || g",
        agency="o.lead_agency_id",
        due_on="i.starts_at::date + 28",
        made_at="i.starts_at",
        made_by="i.by_id",
        state="CASE (i.id + g) % 9 WHEN 0 THEN 'open' ELSE 'done' END",
        done_on="CASE (i.id + g) % 9 WHEN 0 THEN NULL ELSE i.starts_at::date + 20 + (i.id % 12)::int END",
        done_by="CASE (i.id + g) % 9 WHEN 0 THEN NULL ELSE i.by_id END",
        outcome="CASE (i.id + g) % 9 WHEN 0 THEN '' ELSE 'Bench' END",
    )
