"""What becomes of two rows of which only one may stand, when two records are made one.

The table of rules goes by the constraint that the database would break. A table that is not in it is settled by what its
constraint says: a row that stands until a day is ended, the same said twice is said once, and what is left is refused.
Runs inside `unguarded` of offenders/merging.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import User
from mappa import dates
from offenders.ledger import Image as RowImage
from offenders.ledger import Row, hanging_on, images, rows, take_away
from offenders.models import BirthDate, CategoryProposal, Offender


class RefusedError(ValidationError):
    """Two rows of which only one may stand, and no rule that says which."""


@dataclass(frozen=True)
class Clash:
    """A row that comes over, the row of the standing record in its way, and the constraint that forbids both."""

    model: type[models.Model]
    field: str
    mine: Any
    theirs: Any
    constraint: models.BaseConstraint | None
    by: User
    keep: Callable[[Row], None]  # puts a row into the ledger before it is changed

    def change(self, row: Any, **values: Any) -> None:
        self.keep(Row(self.model._meta.label, row.pk))
        rows(self.model).filter(pk=row.pk).update(**values)

    def set_aside(self, row: Any) -> None:
        """Take a row out of the record; the ledger keeps it whole. Never one on which others hang."""
        place = Row(self.model._meta.label, row.pk)
        if hanging_on([place]):
            raise RefusedError(both_have(self.model))
        self.keep(place)
        take_away(place)


def both_have(model: type[models.Model]) -> str:
    """Why a pair cannot be merged yet, without a word of what either row says."""
    words = _("Both records have an entry of the kind “%(kind)s” of which only one may stand. End or settle one first.")
    return words % {"kind": model._meta.verbose_name}


def settle(clash: Clash) -> None:
    """Let one of the two stand. Raises RefusedError where that needs a person."""
    rule = RULES.get(clash.constraint.name) if clash.constraint is not None else None
    (rule or _by_its_constraint)(clash)


def in_the_way(model: type[models.Model], field: str, row: Any, into: int, name: str) -> tuple[Any, Any]:
    """The row of the standing record that a constraint puts in the way, and the constraint if it has a name of ours."""
    constraint = next((each for each in model._meta.constraints if each.name == name), None)
    if constraint is not None and name == "suspected_once":
        ends = {row.first_id, row.second_id} - {getattr(row, f"{field}_id")}
        other = ends.pop()
        pair = Q(first=into, second=other) | Q(first=other, second=into)
        return rows(model).filter(pair).exclude(pk=row.pk).first(), constraint
    columns = _unique_columns(model, constraint, field)
    keys: dict[str, str] = {each.name: each.attname for each in model._meta.concrete_fields}
    same = {column: getattr(row, keys[column]) for column in columns if column != field}
    found = rows(model).filter(**same, **{field: into}).exclude(pk=row.pk)
    condition = getattr(constraint, "condition", None)
    if condition is not None:
        found = found.filter(condition)
    if constraint is not None and name in DAYS:
        found = found.filter(_in_the_same_days(row, *DAYS[name])).order_by(DAYS[name][0])
    return found.first(), constraint


# Where the database forbids two in the same days: the first day, the last one, and whether that is one of them.
DAYS = {
    "one_place_at_a_time": ("from_on", "until", False),
    "one_main_address_at_a_time": ("from_on", "until", False),
    "one_licence_at_a_time": ("starts_on", "ends_on", True),
}


def _in_the_same_days(row: Any, first: str, last: str, whole: bool) -> Q:  # noqa: FBT001
    than = "gte" if whole else "gt"
    days = Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__{than}": getattr(row, first)})
    if ends := getattr(row, last):
        days &= Q(**{f"{first}__{'lte' if whole else 'lt'}": ends})
    return days


def _unique_columns(model: type[models.Model], constraint: Any, field: str) -> list[str]:
    if isinstance(constraint, models.UniqueConstraint):
        named = [str(part.name) for part in constraint.expressions if isinstance(part, F)]  # type: ignore[attr-defined]
        return [*constraint.fields, *named]
    return next((list(columns) for columns in model._meta.unique_together if field in columns), [field])


# The rules, by constraint


def _earlier_review(clash: Clash) -> None:
    """The review that is due first stands; the other is superseded, which is not the same as held."""
    later = max(clash.theirs, clash.mine, key=lambda review: review.due_on)
    clash.change(later, superseded_on=dates.today())


def _earlier_due(clash: Clash) -> None:
    """The deadline that comes first stands: a merge hides none that is missed."""
    later = clash.mine if clash.mine.due_on >= clash.theirs.due_on else clash.theirs
    clash.change(later, superseded_on=dates.today())


def _higher_level(clash: Clash) -> None:
    """The higher level stands, that of the standing record where they are the same."""
    lower = clash.mine if clash.mine.level <= clash.theirs.level else clash.theirs
    clash.change(lower, until=dates.today())


def _one_flag(clash: Clash) -> None:
    """The flag that is looked at first stands."""
    later = clash.mine if clash.mine.review_on >= clash.theirs.review_on else clash.theirs
    reason = _("Two records were merged, and both had this flag")
    clash.change(later, removed_on=dates.today(), removed_by=clash.by, removal_reason=reason)


def _one_exclusion(clash: Clash) -> None:
    """The person stays excluded, by the exclusion of the standing record."""
    clash.change(clash.mine, ended_on=dates.today(), ended_by=clash.by)


def _one_restriction(clash: Clash) -> None:
    clash.change(clash.mine, lifted_at=timezone.now(), lifted_by=clash.by)


def _shorter_grant(clash: Clash) -> None:
    """Of two that run, the one that ends first stands, so that nobody sees either record longer than he was let."""
    clash.set_aside(max(clash.theirs, clash.mine, key=lambda grant: _last_day(grant.until)))


def _last_day(until: date | None) -> tuple[bool, date]:
    """For the order of grants: those that have ended give way to those that run."""
    ended = until is not None and until < dates.today()
    return ended, until or date.max


def _once(clash: Clash) -> None:
    """The same said twice is said once."""
    clash.set_aside(clash.mine)


def _open_suspicion(clash: Clash) -> None:
    """A suspicion that nobody has looked into stands before one that was dismissed."""
    clash.set_aside(clash.theirs if clash.theirs.dismissed_at and not clash.mine.dismissed_at else clash.mine)


def _where_he_was_last(clash: Clash) -> None:
    """Each stay lasts until the next begins, of whichever record it is; begun on one day, that of the standing record.

    So the later word on where the person is stands. Nothing comes after a death.
    """
    earlier, later = sorted((clash.theirs, clash.mine), key=lambda stay: stay.from_on)
    if earlier.from_on == later.from_on:
        _withdraw(clash, clash.mine)
    elif earlier.kind == Offender.Whereabouts.DECEASED:
        _withdraw(clash, later)
    else:
        clash.change(earlier, until=later.from_on)


def _latest_home(clash: Clash) -> None:
    """A main address lasts until the next begins, of whichever record it is."""
    earlier, later = sorted((clash.theirs, clash.mine), key=lambda home: home.from_on)
    if earlier.from_on == later.from_on:
        _withdraw(clash, clash.mine)
    else:
        clash.change(earlier, until=later.from_on)


def _withdraw(clash: Clash, row: Any) -> None:
    words = {"withdrawn_because", "withdrawal_reason"} & {field.name for field in clash.model._meta.concrete_fields}
    why = {name: _("Two records were merged") for name in words}
    clash.change(row, withdrawn_at=timezone.now(), withdrawn_by=clash.by, **why)


def _one_recorded_birth(clash: Clash) -> None:
    """The other recorded date stays on the record, and finds the person; which of two is recorded was chosen."""
    if (clash.mine.first, clash.mine.last) == (clash.theirs.first, clash.theirs.last):
        _withdraw(clash, clash.mine)
    else:
        clash.change(clash.mine, kind=BirthDate.Kind.PAPERS)


def _overtaken_proposal(clash: Clash) -> None:
    """What is proposed is worked out anew from the bases of both, once they are one."""
    clash.change(
        clash.mine,
        outcome=CategoryProposal.Outcome.OVERTAKEN,
        answered_at=timezone.now(),
        answered_by=clash.by,
        answer_reason=_("Two records were merged"),
    )


def _one_licence(clash: Clash) -> None:
    """The same licence recorded twice is once an error: the one without conditions. Of two different ones a person says which runs."""
    same = all(getattr(clash.mine, name) == getattr(clash.theirs, name) for name in ("kind", "starts_on", "ends_on"))
    bare = [row for row in (clash.mine, clash.theirs) if not hanging_on([Row(clash.model._meta.label, row.pk)])]
    if not same or not bare:
        words = _(
            "Each record has a licence that runs. On the page “Orders and licence” of one of them, record how its licence "
            "ended, then merge."
        )
        raise RefusedError(words)
    clash.change(
        bare[0],
        ended_on=dates.today(),
        ended_by=clash.by,
        ending=clash.mine.Ending.ERROR,
        end_reason=_("Two records were merged, and both had this licence"),
    )


def _refuse(clash: Clash) -> None:
    raise RefusedError(both_have(clash.model))


RULES: dict[str, Callable[[Clash], None]] = {
    "one_open_review": _earlier_review,
    "one_open_due_of_a_kind": _earlier_due,
    "one_level_at_a_time": _higher_level,
    "one_open_flag_of_a_kind": _one_flag,
    "excluded_once": _one_exclusion,
    "one_restriction_at_a_time": _one_restriction,
    "one_agency_grant_a_basis": _shorter_grant,
    "one_personal_grant_a_basis": _shorter_grant,
    "one_alias_of_a_kind": _once,
    "one_purpose_a_day": _once,
    "suspected_once": _open_suspicion,
    "one_place_now": _where_he_was_last,
    "one_place_at_a_time": _where_he_was_last,
    "one_main_address_at_a_time": _latest_home,
    "one_recorded_date_of_birth": _one_recorded_birth,
    "one_open_category_proposal": _overtaken_proposal,
    "one_licence_at_a_time": _one_licence,
    # One revocation, told twice. To end it would say that the person is back in custody.
    "one_recall_outstanding": _once,
    # Both were put before co-ordination, or before the same meeting: a person decides what becomes of that.
    "one_open_referral_per_case": _refuse,
    "a_case_once_on_an_agenda": _refuse,
}


def _by_its_constraint(clash: Clash) -> None:
    """No rule by name: end what stands until a day, say the same once, fill the gaps of a sheet; refuse what is left."""
    if values := _ending(clash):
        clash.change(clash.mine, **values)
    elif _same(clash):
        clash.set_aside(clash.mine)
    elif getattr(clash.model._meta.get_field(clash.field), "unique", False):
        _fill_the_gaps(clash)
    else:
        raise RefusedError(both_have(clash.model))


# Where the reason is called after the noun and not after the verb.
_NOUNS = {"withdrawn": "withdrawal_reason", "removed": "removal_reason"}


def _ending(clash: Clash) -> dict[str, Any]:
    """The day, who and why with which a row ends that stands while such a column is empty."""
    condition = getattr(clash.constraint, "condition", None)
    columns = {field.name: field for field in clash.model._meta.concrete_fields}
    values: dict[str, Any] = {}
    for part in getattr(condition, "children", ()):
        name, _found, lookup = part[0].partition("__") if isinstance(part, tuple) else ("", "", "")
        field = columns.get(name)
        if lookup != "isnull" or not isinstance(field, models.DateField):
            continue
        values[name] = timezone.now() if isinstance(field, models.DateTimeField) else dates.today()
        stem = name.rpartition("_")[0]
        if stem and f"{stem}_by" in columns:
            values[f"{stem}_by"] = clash.by
        for words in (f"{stem}_reason", f"{stem}_why", f"{stem}_because", _NOUNS.get(stem, "")):
            if stem and words in columns:
                values[words] = _("Two records were merged")
    return values


def _same(clash: Clash) -> bool:
    """Do the two rows say the same, whoever wrote it down and when?"""
    mine, theirs = _said(clash, clash.mine), _said(clash, clash.theirs)
    return mine == theirs


def _said(clash: Clash, row: Any) -> RowImage:
    place = Row(clash.model._meta.label, row.pk)
    clerical = {
        field.attname
        for field in clash.model._meta.concrete_fields
        if field.primary_key
        or field.name in {clash.field, "reference"}
        or field.name.endswith("_by")
        or getattr(field, "auto_now_add", False)
        or getattr(field, "auto_now", False)
    }
    return {name: value for name, value in images([place])[place].items() if name not in clerical}


def _fill_the_gaps(clash: Clash) -> None:
    """One sheet a record: the standing one keeps what it says, and takes over what it does not."""
    mine, theirs = _said(clash, clash.mine), _said(clash, clash.theirs)
    empty: tuple[Any, ...] = (None, "", [], {})
    gaps = {name: getattr(clash.mine, name) for name in theirs if theirs[name] in empty and mine[name] not in empty}
    clash.set_aside(clash.mine)
    if gaps:
        clash.change(clash.theirs, **gaps)
