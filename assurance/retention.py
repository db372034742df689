"""How long what is kept: the table of kinds, and which records may be disposed of. Nothing here takes anything away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Perm, areas_granting
from agencies.models import Area, Standard, User
from agencies.models.standard import standard, value
from agencies.models.user import system_user
from mappa.dates import add_years
from offenders.models import CategoryBasis, LegalHold, LevelPeriod, Offender
from offenders.models.hold import refuse_if_held
from offenders.search import record_refused

ENABLED = "disposal_enabled"


@dataclass(frozen=True)
class Kind:
    """A kind of record, from when its time runs, and the standard that says how long."""

    title: Any
    runs_from: Any
    standard: str


KINDS = (
    Kind(gettext_lazy("Every record"), gettext_lazy("the day MAPPA management ended"), "retention_record_years"),
    Kind(
        gettext_lazy("A record ever managed at level 2 or 3, with its minutes"),
        gettext_lazy("the day MAPPA management ended"),
        "retention_active_years",
    ),
    Kind(
        gettext_lazy("A record ever in category 1 (registered sexual offenders)"),
        gettext_lazy("birth"),
        "retention_category_1_age",
    ),
    Kind(
        gettext_lazy("The same, of a person who has died"),
        gettext_lazy("the day MAPPA management ended"),
        "retention_deceased_years",
    ),
)


@dataclass(frozen=True)
class Rule:
    """A kind with the figure that is in force in an area."""

    kind: Kind
    figure: Standard


def rules_of(area: Area, on: date) -> list[Rule]:
    return [Rule(kind, standard(kind.standard, area, on)) for kind in KINDS]


def is_enabled(area: Area, on: date) -> bool:
    """Has an administrator switched disposal on?"""
    return value(ENABLED, area, on) == 1


@dataclass(frozen=True)
class Due:
    """A record whose time is over: reference, kind, since when and why; nothing of whom it is about."""

    reference: str
    ended_on: date
    why: str


def due(area: Area, on: date, *, to: User, rules: Sequence[Rule] = ()) -> Any:
    """The records of an area whose time is over and that no hold keeps. `rules`: those of the area, where they are read already."""
    years = {rule.kind.standard: int(rule.figure.value) for rule in rules or rules_of(area, on)}

    def before(name: str) -> date:
        return add_years(on, -years[name])

    was_1 = Q(category=1) | Exists(_of(CategoryBasis).filter(category=1))
    was_active = Q(level__gte=2) | Exists(_of(LevelPeriod).filter(level__gte=2))
    has_died = Q(whereabouts=Offender.Whereabouts.DECEASED)
    over_1 = Q(born_on__lte=before("retention_category_1_age")) | (
        has_died & Q(ended_on__lte=before("retention_deceased_years"))
    )
    rows = Offender.objects.outlines_in([area.pk], to=to).filter(ended_on__lte=before("retention_record_years"))
    rows = rows.filter(~was_active | Q(ended_on__lte=before("retention_active_years"))).filter(~was_1 | over_1)
    held = LegalHold.objects.held().values("offender")
    return rows.exclude(pk__in=held).annotate(was_sexual=was_1, was_active=was_active)


def _of(model: Any) -> Any:
    return model.objects.visible_to(system_user()).order_by().filter(offender=OuterRef("pk"))


def refuse_if_kept(offender: Offender, *, on: date, for_time: bool, to: User) -> None:
    """Raise ValidationError while a record must be kept. `for_time`: it shall go because its time is over.

    Asked when it is proposed, when it is approved and when it is carried out: weeks may lie between.
    """
    if not is_enabled(offender.area, on):
        words = _("Disposal is switched off. An administrator switches it on by the standard “disposal_enabled”.")
        raise ValidationError(words)
    if offender.ended_on is None:
        raise ValidationError({"case": _("This person is managed under MAPPA. The case must end first.")})
    refuse_if_held(offender)
    if for_time and not due(offender.area, on, to=to).filter(pk=offender.pk).exists():
        words = _("The time for which this record is kept is not over. The page “Retention” says what may go.")
        raise ValidationError({"ground": words})


def lines(rows: Iterable[Any]) -> list[Due]:
    return [Due(row.reference, row.ended_on, _why(row)) for row in rows]


def _why(row: Any) -> str:
    if row.was_sexual and row.whereabouts == Offender.Whereabouts.DECEASED:
        return _("Category 1, died")
    if row.was_sexual:
        return _("Category 1, past the age to which it is kept")
    if row.was_active:
        return _("Managed at level 2 or 3, and ended long enough ago")
    return _("Ended long enough ago")


def case_named(reference: str, *, by: User) -> Offender:
    """The record with exactly this reference in an area whose retention the person keeps. Raises ValidationError."""
    areas = areas_granting(by, Perm.KEEP_RETENTION)
    found = Offender.objects.outlines_in(areas, to=by).filter(reference=reference.strip().upper())
    case = found.select_related("area").first()
    if case is None:
        record_refused(reference, by=by)
        words = _("Your area has no record with this reference. Check it: it reads like MA-2B3C-4D5E.")
        raise ValidationError({"case": words})
    return case
