"""What is held about a person, in all rooms, as far as whoever prepares the answer sees it: by walking the models."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from audit.models import AccessEvent, Act
from mappa.guard import ProtectedModel, unguarded
from mappa.templatetags.mappa import long_date
from offenders.models import Offender

# Tables that are not given, whatever they hold, and why.
NOT_GIVEN = {
    "agencies of the compartment": ("Victim", "EarlierVictim", "ContactScheme", "VictimContact", "VictimRequest"),
    "applications about the person by others": ("SchemeApplication", "SchemeEntry"),
    "how the record is kept and seen, and not what it says": (
        "AccessRequest", "DisclosureDraft", "DuplicateSuspicion", "EmergencyAccess", "Exclusion", "ImportRow", "InformationDraft",
        "LegalHold", "Merge", "MergedRow", "MinutesCopy", "OffenderGroupObjectPermission", "OffenderUserObjectPermission",
        "PackDecision", "Purpose", "Reminder", "Restriction", "SourceStatus", "TimelineEntry",
    ),
    "the board’s own learning": (
        "Audit", "AuditFinding", "AuditScore", "ChronologyEntry", "Recommendation", "ReportSection", "ReviewFinding", "SeriousCase",
    ),
}  # fmt: skip
LEFT_OUT = {name for names in NOT_GIVEN.values() for name in names}
DEEPEST = 3
# Columns that say nothing about the person.
SILENT = {"search_name", "name_words", "alias_words", "stored_as", "sha256", "scan", "is_demo"}
MOST = 500  # rows of one kind on a page: what is more stands on the next


@dataclass(frozen=True)
class Held:
    """One kind of row: its table, its name, and how many of them there are."""

    model: type[models.Model]
    title: str
    number: int

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def pages(self) -> int:
        return -(-self.number // MOST)

    @property
    def is_minutes(self) -> bool:
        """What came to a meeting is withheld unless somebody decides otherwise."""
        return self.model._meta.app_label == "panels"


@dataclass(frozen=True)
class Entry:
    """One row in words, and the digest of them."""

    row: int
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@lru_cache(maxsize=1)
def ways() -> dict[type[models.Model], str]:
    """The tables of a case, and the way from each to the case: "offender", or "item__offender"."""
    found: dict[type[models.Model], str] = {Offender: "pk"}
    for model in apps.get_models():
        if issubclass(model, ProtectedModel) and model.__name__ not in LEFT_OUT and (way := _way(model, DEEPEST)):
            found[model] = way
    return found


def _way(model: type[models.Model], steps: int) -> str:
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    if any(field.name == "offender" and field.related_model is Offender for field in keys):
        return "offender"
    for field in keys:
        target: Any = field.related_model
        goes_on = steps > 1 and not field.null and target is not model and issubclass(target, ProtectedModel)
        if goes_on and (way := _way(target, steps - 1)):
            return f"{field.name}__{way}"
    return ""


def _rows(model: Any, offender: Offender, user: User) -> Any:
    return model.objects.visible_to(user).filter(**{ways()[model]: offender.pk}).order_by("pk")


def held(offender: Offender, user: User) -> Iterator[Held]:
    """Each kind of which the reader sees a row."""
    for model in ways():
        if number := _rows(model, offender, user).count():
            title = _("The person") if model is Offender else str(model._meta.verbose_name_plural).capitalize()
            yield Held(model, title, number)


def kind_named(label: str, offender: Offender, user: User) -> Held | None:
    """A kind by its label, where there is anything of it."""
    return next((kind for kind in held(offender, user) if kind.label == label), None)


def entries(model: type[models.Model], offender: Offender, user: User, *, page: int | None = None) -> list[Entry]:
    """The rows of a kind in words: those of one page, or all."""
    known = [field.name for field in _columns(model) if isinstance(field, models.ForeignKey)]
    rows = _rows(model, offender, user)
    if known:  # select_related() of nothing is of everything: staff, agencies and areas, five tables deep
        rows = rows.select_related(*known)
    if page is not None:
        rows = rows[(page - 1) * MOST : page * MOST]
    return [Entry(row.pk, words_of(row)) for row in rows]


def words_of(row: models.Model) -> str:
    """A row as lines of label and value; staff and other records are not named."""
    said = [(str(field.verbose_name).capitalize(), _said(row, field)) for field in _columns(type(row))]
    return "\n".join(f"{label}: {value}" for label, value in said if value)


def _columns(model: type[models.Model]) -> list[Any]:
    found = []
    for field in model._meta.concrete_fields:
        is_key = isinstance(field, models.ForeignKey)
        closed = is_key and (field.related_model is User or issubclass(field.related_model, ProtectedModel))  # type: ignore[arg-type]
        if not (field.primary_key or closed or field.name in SILENT or field.name.endswith("_by")):
            found.append(field)
    return found


def _said(row: models.Model, field: Any) -> str:
    value = getattr(row, field.name)
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return long_date(value)
    if isinstance(field, ArrayField):
        return ", ".join(str(part) for part in value)
    return str(value)


def _now(request: Any, user: User) -> dict[tuple[str, int], str]:
    """Every row that the reader sees, with the digest of what it says."""
    return {
        (kind.label, entry.row): entry.digest
        for kind in held(request.offender, user)
        for entry in entries(kind.model, request.offender, user)
    }


def undecided(request: Any, user: User) -> int:
    """How many rows have no decision, or one about what they do not say any more."""
    known = {(row.model, row.row): row.digest for row in request.decisions.visible_to(user)}
    return sum(known.get(row) != digest for row, digest in _now(request, user).items())


def unseen(request: Any, user: User) -> list[Any]:
    """The decisions about rows that the reader does not see, or that are not there any more."""
    now = _now(request, user)
    return [row for row in request.decisions.visible_to(user) if (row.model, row.row) not in now]


def gone(request: Any, user: User) -> list[int]:
    """The decisions about rows that are not there any more, for whomever."""
    decisions = unseen(request, user)
    with unguarded("a colleague's decision about a row that only he sees stays with the answer"):
        return [row.pk for row in decisions if not _is_there(row)]


def _is_there(decision: Any) -> bool:
    model: Any = apps.get_model(decision.model)
    way = ways().get(model)
    return way is not None and model._base_manager.filter(**{"pk": decision.row, way: decision.offender_id}).exists()


def decided(request: Any, user: User) -> dict[str, int]:
    """How many rows of each kind are decided."""
    rows = request.decisions.visible_to(user).order_by().values("model").annotate(number=Count("pk"))
    return {row["model"]: row["number"] for row in rows}


def given(request: Any, user: User) -> list[tuple[Held, list[Entry]]]:
    """What is given, kind by kind."""
    rows = request.decisions.visible_to(user).filter(exemption="").values_list("model", "row")
    wanted = set(rows)
    found = []
    for kind in held(request.offender, user):
        lines = [each for each in entries(kind.model, request.offender, user) if (kind.label, each.row) in wanted]
        if lines:
            found.append((kind, lines))
    return found


def withheld(request: Any, user: User) -> int:
    rows: int = request.decisions.visible_to(user).exclude(exemption="").count()
    return rows


def who_opened(offender: Offender) -> list[tuple[str, int]]:
    """Agency by agency, how often the record was opened: of whom is not told."""
    rows = AccessEvent.objects.filter(case_id=offender.pk, outcome=AccessEvent.Outcome.ALLOWED, act=Act.VIEW)
    counted = dict(rows.order_by().values_list("agency_id").annotate(Count("pk")))
    names = Agency.objects.in_bulk([pk for pk in counted if pk])
    said = [(names[pk].name if pk in names else _("The service itself"), number) for pk, number in counted.items()]
    return sorted(said)
