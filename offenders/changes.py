"""What was changed in a record, from the history that the database keeps (docs/audit.md), in words and for one reader.

A change is shown when its table is named below and its row is seen: each table is asked by its own `visible_to`, so that no
compartment is opened here. A row that is gone can no longer be asked: its removal is shown only where the rule was sight of the case
and nothing else. Rows are asked as they are today: what stood in one before it came to its present readers is not shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from agencies.access import Perm, allowed
from agencies.models import Agency, User
from audit.models import Change
from mappa.guard import ProtectedModel
from mappa.templatetags.mappa import clock, long_date
from offenders.models import Offender
from offenders.models.offender import CaseQuerySet
from offenders.timeline import page_from

# How the row hangs together, and what is made from the rest: nothing that anybody entered.
NOT_ENTERED = {"id", "offender_id", "content_object_id", "version", "name_words", "reference"}
LONGEST = 600

# Tables whose history is shown: facts of the record, which a page shows to whoever sees their row. A new table is not shown until it
# is named here. Plans, minutes and what came to meetings have versions of their own, and drafts that were for their writers alone.
FACTS = frozenset(
    f"offenders.{name}"
    for name in (
        "Address", "Alias", "ArmedService", "BirthDate", "Breach", "CaseWarning", "CategoryBasis", "CategoryDecision",
        "CategoryPeriod", "CategoryProposal", "Characteristic", "Contact", "ContactScheme", "Conviction", "CounterTerrorism", "Disposal",
        "Dispute", "Document", "Flag", "FlagReview", "ForeignTravel", "HandoverItem", "Identifier", "Immigration", "KeyDate",
        "LevelPeriod", "Licence", "LicenceCondition", "Monitoring", "Note", "Notification", "NotificationBreach", "NotificationDue",
        "NotificationRequirement", "Occupation", "Offender", "Order", "OrderTerm", "OrderVariation", "OtherPremises",
        "ParentalDirection", "Patient", "PatientStep", "Photograph", "PremisesPlace", "PremisesProposal", "Recall", "Relationship",
        "RequirementPeriod", "RequirementReview", "Review", "Stay", "Term", "Transfer", "Transition", "Vehicle", "Victim",
        "VictimContact", "VictimRequest", "WhereaboutsPeriod",
    )
) | frozenset(
    {"assessments.Assessment", "assessments.ToolResult"}
    | {"disclosures.Disclosure", "disclosures.DisclosureDecision", "disclosures.DisclosureReview"}
)  # fmt: skip
# Who sees the case and why: told to those who may share it, as on "Who can see this" (offenders/sight.py).
OF_ACCESS = frozenset(
    f"offenders.{name}"
    for name in ("Exclusion", "OffenderGroupObjectPermission", "OffenderUserObjectPermission", "Purpose", "Restriction")
)


@dataclass(frozen=True)
class Told:
    """One change in words: what it was, who did it, and each field with what it was before and is now."""

    title: str
    operation: str
    who: str
    when: str
    fields: list[tuple[str, str]]


def changes_of(offender: Offender, reader: User, place: str) -> tuple[list[Told], str]:
    """A page of the changes that the reader may see, newest first, and where the next begins."""
    tables = _tables(FACTS | OF_ACCESS if allowed(reader, Perm.SHARE_CASE, on=offender) else FACTS)
    rows = Change.objects.filter(case_id=offender.pk, certificate="", table_name__in=tables).order_by("-at", "-pk")
    # It asks nothing of the rows but their instant.
    found: list[Change]
    found, older = page_from(place, rows)  # type: ignore[arg-type]
    shown = list(_seen(found, reader))
    names = _names(shown)
    return [_told(row, names) for row in shown], older


def _seen(rows: Iterable[Change], reader: User) -> Iterator[Change]:
    """The rows of history whose own row the reader sees."""
    rows = list(rows)
    ids: dict[str, set[str]] = {}
    for row in rows:
        ids.setdefault(row.table_name, set()).add(row.row_id)
    seen = {table: _visible(table, wanted, reader) for table, wanted in ids.items()}
    gone = {(row.table_name, row.row_id) for row in rows if row.operation == Change.Operation.REMOVED}
    widened = _last_of_another_audience(ids)
    for row in rows:
        if row.pk <= widened.get((row.table_name, row.row_id), 0):
            continue
        is_gone = (row.table_name, row.row_id) in gone
        if row.row_id in seen[row.table_name] or (is_gone and _is_seen_with_the_case(row.table_name)):
            yield row


def _visible(table: str, ids: set[str], reader: User) -> set[str]:
    model = _models().get(table)
    if model is None:
        return set()
    found = model._default_manager.visible_to(reader).filter(pk__in=ids)  # type: ignore[attr-defined]
    return {str(pk) for pk in found.order_by().values_list("pk", flat=True)}


def _last_of_another_audience(ids: dict[str, set[str]]) -> dict[tuple[str, str], int]:
    """Of rows with an audience, the last change of it: that and what was before is for other readers than today's."""
    found = {}
    for table, wanted in ids.items():
        if _field(_models()[table], "audience") is not None:
            rows = Change.objects.filter(table_name=table, row_id__in=wanted, operation="U", old__has_key="audience")
            for row_id, last in rows.order_by().values_list("row_id").annotate(Max("pk")):
                found[table, row_id] = last
    return found


def _is_seen_with_the_case(table: str) -> bool:
    model = _models().get(table)
    if model is None:
        return False
    return type(model._default_manager.none()).visible_to is CaseQuerySet.visible_to  # type: ignore[attr-defined]


def _tables(labels: frozenset[str]) -> list[str]:
    return sorted(table for table, model in _models().items() if model._meta.label in labels)


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, ProtectedModel)}


# Words


def _told(row: Change, names: dict[tuple[str, int], str]) -> Told:
    model = _models()[row.table_name]
    before, after = row.old or {}, row.new or {}
    columns = [name for name in (after or before) if name not in NOT_ENTERED]
    is_change = row.operation == Change.Operation.CHANGED
    fields = []
    for column in columns:
        was, now = (_value(model, column, side.get(column), names) for side in (before, after))
        if is_change:
            fields.append((_label(model, column), _("%(was)s → %(now)s") % {"was": was, "now": now}))
        elif (now if after else was) != NOTHING():
            fields.append((_label(model, column), now if after else was))
    return Told(
        title=str(model._meta.verbose_name).capitalize(),
        operation=row.get_operation_display(),
        who=_who(row, names),
        when=f"{long_date(row.at)}, {clock(row.at)}",
        fields=fields,
    )


def NOTHING() -> str:  # noqa: N802  a word, in the reader's language
    return _("nothing")


def _label(model: type[models.Model], column: str) -> str:
    field = _field(model, column)
    return str(getattr(field, "verbose_name", column)).capitalize()


def _field(model: type[models.Model], column: str) -> Any:
    for name in (column, column.removesuffix("_id")):
        try:
            return model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
    return next((field for field in model._meta.concrete_fields if field.column == column), None)


def _value(model: type[models.Model], column: str, value: Any, names: dict[tuple[str, int], str]) -> str:
    field = _field(model, column)
    if value in (None, "", [], {}):
        return NOTHING()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model._meta.label, value)) or _("another entry")
    if choices := dict(getattr(field, "flatchoices", None) or ()):
        return str(choices.get(value, value))
    return _plain(field, value)


def _plain(field: Any, value: Any) -> str:
    try:
        whole = field.to_python(value) if isinstance(field, models.DateField) else value
    except ValidationError:
        whole = value
    if isinstance(field, models.DateTimeField) and whole is not value:
        return f"{long_date(whole)}, {clock(whole)}"
    if isinstance(field, models.DateField) and whole is not value:
        return long_date(whole)
    words = ", ".join(map(str, whole)) if isinstance(whole, list) else str(whole)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def _who(row: Change, names: dict[tuple[str, int], str]) -> str:
    person = names.get((User._meta.label, row.actor_id or 0))
    agency = names.get((Agency._meta.label, row.agency_id or 0))
    return ", ".join(filter(None, [person, agency])) or _("mappa itself")


def _names(rows: list[Change]) -> dict[tuple[str, int], str]:
    """What public rows are called that a change points at: people, agencies, kinds. One question a table."""
    wanted: dict[type[models.Model], set[int]] = {User: set(), Agency: set()}
    for row in rows:
        wanted[User].add(row.actor_id or 0)
        wanted[Agency].add(row.agency_id or 0)
        for column, value in [*(row.old or {}).items(), *(row.new or {}).items()]:
            field = _field(_models()[row.table_name], column)
            if isinstance(field, models.ForeignKey) and not issubclass(field.related_model, ProtectedModel):
                wanted.setdefault(field.related_model, set()).add(value)
    return {
        (model._meta.label, found.pk): str(found)
        for model, ids in wanted.items()
        for found in model._default_manager.filter(pk__in=ids - {0, None})
    }
