"""The second wall: Postgres itself shows a request only the cases of whoever is signed in (docs/adr/0025).

Each walled table has one policy. It reads the setting `mappa.eyes`, which every statement that names one of our tables carries
(mappa/carried.py): "all", or areas, cases and excluded cases as `Scope.eyes` writes them. Nothing said is nothing seen.
The parts are sub-selects, which Postgres works out once for a statement and not for each row.

The owner of the tables is not held back: it cannot sign in, and migrations need the rows.
"""

import re
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connections

from mappa import eyes
from mappa.guard import ProtectedModel
from offenders.visibility import scope_of

SETTING = "mappa.eyes"
CASES = "offenders_offender"
# Statements about rows that name one of our tables. What makes an index or a table shows none, and takes nothing in front of it.
_OURS = re.compile(
    r"[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN)\b.*\b(?:(?:offenders|assessments|disclosures|panels|assurance|reviews)_|audit_(?:change|seal|gather|rows|loose))",
    re.DOTALL | re.IGNORECASE,
)
# Statements of which it is known that they show no rows of ours unless they name our tables, or show none at all.
_KNOWN = re.compile(
    r"[\s(]*(?:SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN|CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE|TRUNCATE|LOCK|VACUUM|ANALYZE|REINDEX"
    r"|SET|RESET|SHOW|BEGIN|START|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|DISCARD|LISTEN|NOTIFY|CLOSE)\b",
    re.IGNORECASE,
)


def eyes_of(statement: str) -> str | None:
    """What a statement tells Postgres of whoever looks; nothing where it names none of our tables.

    Whatever begins otherwise (TABLE, COPY, MERGE, a comment) is nobody's, rather than of whoever looked before in the transaction.
    """
    if _OURS.match(statement):
        return in_words(eyes.whose())
    return None if _KNOWN.match(statement) else ""


def in_words(whose: Any) -> str:
    if whose == eyes.EVERYTHING:
        return "all"
    return scope_of(whose).eyes if getattr(whose, "pk", None) else ""


def _part(number: int) -> str:
    return f"split_part(current_setting('{SETTING}', true), ';', {number})"


def _ids(number: int) -> str:
    # The second cast does nothing, but without it Postgres takes the brackets for a list of rows.
    return f"(SELECT nullif({_part(number)}, '')::bigint[])::bigint[]"


EVERYTHING = f"(SELECT {_part(1)} = 'all')"
# The rule of docs/access.md, "Seeing a case", as `Scope.rule` has it; tests/test_wall.py holds the two against each other.
SEES = (
    f"((NOT restricted AND area_id = ANY ({_ids(2)})) OR id = ANY ({_ids(3)}))"
    f" AND NOT coalesce(id = ANY ({_ids(4)}), true)"
)


# Protected tables around which there is no wall, and why. Their rows are seen, some of them, by people who do not see the case, by
# rules that would be another `visible_to` in SQL; a statement about them looks past the wall, and the guard alone decides.
LEFT_OUT: dict[str, str] = {
    "offenders_importrun": "whoever imports reads his own run",
    "offenders_importrow": "lines of a file, most of which name no case",
    "offenders_savedview": "filters of one person, about nobody",
    "offenders_emergencyaccess": "whoever reviews an emergency sees no case by it",
    "offenders_legalhold": "placed and lifted by whoever reviews or keeps, who need not see the case",
    "assurance_emergencyremark": "whoever reviews an emergency sees no case by it",
    "assurance_recorddisposal": "whoever keeps the records sees no case by it, and it stays when the case is gone",
    "assurance_unusualaccess": "whoever looks into it sees no case by it",
    "disclosures_informationrequest": "the agency that was asked reads it and sees no case (ADR 10)",
    "disclosures_informationanswer": "the agency that answered reads it and sees no case (ADR 10)",
    "disclosures_informationchase": "the agency that was asked reads it and sees no case (ADR 10)",
    "disclosures_schemeapplication": "the police's and the applicant's, whose case may be nobody's yet (ADR 11)",
    "disclosures_schemeentry": "of an application (ADR 11)",
    "panels_panel": "of an area, about nobody",
    "panels_seat": "of a panel, about nobody",
    "panels_meeting": "of an area, about nobody",
    "panels_slot": "of a meeting, about nobody",
    "panels_meetingchange": "of a meeting, about nobody",
    "panels_agreement": "of a meeting, about nobody",
    "panels_observation": "of a meeting, about nobody",
    "panels_invitation": "an invited agency answers it before and after it sees the case",
    "panels_postponement": "of an action",
    "panels_progress": "of an action",
    "panels_evidence": "of an action",
    "panels_distribution": "minutes are read by those to whom they were sent, by a row of their own (ADR 16)",
    "panels_minutescopy": "of minutes that were handed out, to whom and when",
    "panels_onwardrequest": "the agency to which minutes are sent on sees no case (ADR 16)",
    "panels_paragraph": "minutes: read by those to whom they were sent (ADR 16)",
    "panels_decision": "minutes: read by those to whom they were sent (ADR 16)",
    "panels_dissent": "minutes: read by those to whom they were sent (ADR 16)",
    "panels_proposal": "minutes: read by those to whom they were sent (ADR 16)",
    "panels_amendment": "minutes: read by those to whom they were sent (ADR 16)",
    "panels_commitment": "an agency reads its own, whoever sees the case",
    "panels_commitmentreview": "of a commitment",
    "panels_informationreturn": "what an agency sent in is read by it, whoever sees the case",
    "panels_informationpart": "what an agency sent in is read by it, whoever sees the case",
    "panels_informationdraft": "what an agency writes before it is sent",
    "panels_executivesummary": "minutes: read by those who record disclosures of the case",
    "panels_referralevent": "of a referral",
    "reviews_snapshot": "of a board, about nobody",
    "reviews_annualreport": "of a board, about nobody",
    "reviews_publishedtotal": "of a board, about nobody",
    "reviews_figure": "of a board, about nobody",
    "reviews_auditsample": "of a board, about nobody",
    "reviews_audit": "the board's business: whoever prepares it sees no case by it",
    "reviews_auditscore": "of an audit",
    "reviews_auditfinding": "of an audit",
    "reviews_board": "of a board, about nobody",
    "reviews_layadviser": "of a board, about nobody",
    "reviews_hoursentry": "of a board, about nobody",
    "reviews_boardmember": "of a board, about nobody",
    "reviews_subgroup": "of a board, about nobody",
    "reviews_boardmeeting": "of a board, about nobody",
    "reviews_boarditem": "of a board, about nobody",
    "reviews_boardpaper": "of a board, about nobody",
    "reviews_boardattendance": "of a board, about nobody",
    "reviews_boarddecision": "of a board, about nobody",
    "reviews_boardquestion": "of a board, about nobody",
    "reviews_businessplan": "of a board, about nobody",
    "reviews_planaction": "of a board, about nobody",
    "reviews_planstep": "of a board, about nobody",
    "reviews_seriouscase": "the board's business: whoever prepares it sees no case by it",
    "reviews_reportsection": "of a serious case review",
    "reviews_reviewfinding": "of a serious case review",
    "reviews_recommendation": "of a serious case review",
    "reviews_chronologyentry": "of a serious case review",
}
# The columns that name a case, where it is not `offender` alone. Each case that is named must be seen; where none may be
# named, as in the images that a merge keeps, only the system sees a row.
NAMED_BY: dict[str, tuple[str, ...]] = {
    CASES: ("pk",),
    "offenders_offendergroupobjectpermission": ("content_object",),
    "offenders_offenderuserobjectpermission": ("content_object",),
    "offenders_duplicatesuspicion": ("first", "second"),
    "offenders_relationship": ("offender", "other"),
    "offenders_mergedrow": (),
}


def walled() -> list[type[ProtectedModel]]:
    """The models around whose tables Postgres keeps a wall."""
    models = [model for model in apps.get_models() if issubclass(model, ProtectedModel)]
    return [model for model in models if model._meta.db_table not in LEFT_OUT and _names_a_case(model)]


def _names_a_case(model: type[ProtectedModel]) -> bool:
    """A new table that names none is neither walled nor on the list yet: a test says so, and no migration fails for it."""
    return model._meta.db_table in NAMED_BY or "offender" in {field.name for field in model._meta.fields}


def policy(model: type[ProtectedModel]) -> str:
    """Which rows of a table the eyes see, and may write."""
    table = model._meta.db_table
    if table == CASES:
        return f"{EVERYTHING} OR {SEES}"
    named = [_seen(table, model._meta.get_field(name)) for name in NAMED_BY.get(table, ("offender",))]
    return f"{EVERYTHING} OR ({' AND '.join(named)})" if named else EVERYTHING


def _seen(table: str, field: Any) -> str:
    """The case that a column names is one that the eyes see: its own policy holds within.

    Not by EXISTS: Postgres would rather read all cases once than look up the few that are asked about.
    """
    column = f'"{table}"."{field.column}"'
    seen = f"(SELECT true FROM {CASES} seen WHERE seen.id = {column})"  # noqa: S608  our own tables
    return f"({column} IS NULL OR {seen})" if field.null else seen


# The words of a name are compared by an operator that Postgres does not trust with rows which the eyes do not see, so that under the
# wall no index would answer it. This asks as the owner of the tables, by the same rule, and gives numbers of cases the eyes see.
# `ways` are lists of lists of words: a case fits one of the ways, and so bears a word of each of its lists.
BEARING = """
CREATE OR REPLACE FUNCTION offenders_bearing(ways jsonb) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200 SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    told text[] := string_to_array(coalesce(current_setting('mappa.eyes', true), ''), ';');
    seen text := 'false';
    borne text;
BEGIN
    IF told[1] = 'all' THEN
        seen := 'true';
    ELSIF told[1] = 'some' THEN
        seen := format('((NOT restricted AND area_id = ANY (%L::bigint[])) OR id = ANY (%L::bigint[]))'
            ' AND NOT id = ANY (%L::bigint[])', told[2], told[3], told[4]);
    END IF;
    SELECT string_agg('(' || one.rule || ')', ' OR ') INTO borne FROM (
        SELECT string_agg(format('(name_words && %1$L::text[] OR alias_words && %1$L::text[])',
            ARRAY(SELECT jsonb_array_elements_text(words))), ' AND ') AS rule
        FROM jsonb_array_elements(ways) WITH ORDINALITY way(lists, number), jsonb_array_elements(lists) words
        GROUP BY number
    ) one;
    RETURN QUERY EXECUTE format('SELECT id FROM offenders_offender WHERE (%s) AND (%s)', seen, coalesce(borne, 'false'));
END $body$;
REVOKE ALL ON FUNCTION offenders_bearing(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION offenders_bearing(jsonb) TO mappa_app
"""


def build(using: str = "default") -> None:
    """Give each table its policy, where it has another or none. May be run as often as one likes, by the owner of the tables."""
    wanted = {model._meta.db_table: policy(model) for model in walled()}
    with connections[using].cursor() as cursor:
        cursor.execute(BEARING)
        cursor.execute(STANDING)
        for table, standing in cursor.fetchall():
            rule = wanted.get(table)
            if standing == (said(rule) if rule else None):
                continue
            cursor.execute(f'DROP POLICY IF EXISTS wall ON "{table}"')
            cursor.execute(f'ALTER TABLE "{table}" {"ENABLE" if rule else "DISABLE"} ROW LEVEL SECURITY')
            if rule:
                cursor.execute(f'CREATE POLICY wall ON "{table}" TO mappa_app USING ({rule})')
                cursor.execute(f"COMMENT ON POLICY wall ON \"{table}\" IS '{said(rule)}'")


# Each table of ours, and what its policy says of itself, where row-level security is on.
STANDING = """
SELECT c.relname, CASE WHEN c.relrowsecurity THEN obj_description(p.oid, 'pg_policy') END
FROM pg_class c
LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'wall'
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""


def said(rule: str) -> str:
    """By what a policy is known again: Postgres writes the rule down in words of its own."""
    return sha256(rule.encode()).hexdigest()[:16]


def build_after_migrating(using: str, **_kwargs: Any) -> None:
    """At the end of each migration, when the tables of every app are there."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE relname = %s", [CASES])
        if cursor.fetchone() == (True,):
            build(using)
