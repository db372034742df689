"""What the case row says of two records that are one: what somebody chose, and what the rows say that stand now.

A column that sums up rows is never chosen by hand: it would say one thing, and the rows behind it another.
Reads past visibility and runs inside `unguarded` of offenders/merging.py, but for `questions`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from agencies.models.standard import value
from agencies.models.user import system_user
from mappa import dates
from offenders import ledger
from offenders.actions.categories import category_today, propose, record_category, standing_bases, store_bases, why_of
from offenders.actions.requirements import follow_facts
from offenders.actions.transfer import possible_officers
from offenders.models import (
    Alias,
    BirthDate,
    CategoryPeriod,
    Conviction,
    Exclusion,
    LevelPeriod,
    Offender,
    OffenderGroupObjectPermission,
    Review,
    WhereaboutsPeriod,
)
from offenders.models.grant import Basis, in_force
from offenders.names import fold, words_of
from offenders.visibility import forget_scopes

STANDING, MERGED = "standing", "merged"
# What the merge settles by rule, and what a record never takes from another. Every other column is chosen.
BY_RULE = frozenset(
    {"id", "reference", "search_name", "name_words", "alias_words", "area", "level", "next_review_on", "restricted"}
    | {"registered_at", "registered_by", "ended_on", "is_demo", "merged_into"}
)
# One question for both: a day of birth without how exactly it is known says something else, and an officer works for
# the agency that leads.
TOGETHER = {"born_on": ("born_is",), "lead_agency": ("lead_officer",)}


@dataclass(frozen=True)
class Question:
    """A column of the case row in which two records differ: what each says, and which is offered first."""

    name: str
    label: str
    standing: str
    merged: str
    offered: str


def questions(offender: Offender, other: Offender) -> list[Question]:
    """The columns that somebody must choose, whichever app added them to the case row."""
    by_rows = _summed_up(offender) | _summed_up(other)
    found: list[Question] = []
    taken: set[str] = set()
    for column in Offender._meta.concrete_fields:
        if column.name in BY_RULE | by_rows | taken or not column.editable:
            continue
        names = (column.name, *TOGETHER.get(column.name, ()))
        if _differ(offender, other, column.name) or (column.name == "born_on" and _differ(offender, other, "born_is")):
            taken.update(names)
            offered = MERGED if getattr(offender, column.attname) in (None, "") else STANDING
            words = (_shown(offender, column), _shown(other, column))
            found.append(Question(column.name, str(column.verbose_name).capitalize(), *words, offered))
    return found


def _summed_up(offender: Offender) -> set[str]:
    """The columns that sum up rows of this record."""
    everything = system_user()
    rows: dict[str, models.QuerySet[Any]] = {
        "whereabouts": offender.whereabouts_periods.visible_to(everything).open(),
        "category": offender.category_periods.visible_to(everything).filter(until__isnull=True),
        "rosh": offender.assessments.visible_to(everything),
    }
    return {name for name, found in rows.items() if found.exists()}


def _differ(offender: Offender, other: Offender, name: str) -> bool:
    column = next(each.attname for each in Offender._meta.concrete_fields if each.name == name)
    return bool(getattr(offender, column) != getattr(other, column))


def _shown(offender: Offender, column: Any) -> str:
    found = getattr(offender, column.name)
    if found is None or found == "":
        return str(_("None recorded"))
    if column.name == "born_on":
        return offender.born_in_words
    if column.name == "lead_agency" and offender.lead_officer:
        return f"{found.name}, {offender.lead_officer.name}"
    if isinstance(column, models.DateField):
        return f"{found:%-d %B %Y}"
    if isinstance(found, User | Agency):
        return found.name
    return str(getattr(offender, f"get_{column.name}_display", lambda: found)())


def sum_up(offender: Offender, other: Offender, asked: Collection[str], chosen: Collection[str], *, by: User) -> None:
    """Write the case row of the standing record, once every row of the other has come over.

    `asked` are the questions that there were, `chosen` those answered with what the merged record says.
    """
    recorded = {case.category for case in (offender, other)} - {None}
    names = {(case.surname, case.forenames) for case in (offender, other)}
    births = {(case.born_on, case.born_is) for case in (offender, other)}
    for name in chosen:
        for each in (name, *TOGETHER.get(name, ())):
            setattr(offender, each, getattr(other, each))
    _follow_its_rows(offender, other)
    offender.restricted = offender.restricted or other.restricted
    _keep_names(offender, other, names, by)
    _keep_birth(offender, other, births, by)
    offender.full_clean()
    offender.save()
    ledger.rows(Offender).filter(pk=other.pk).update(merged_into=offender.pk, restricted=True)
    # Who sees the record by what came over sees it from here on; the law is followed as the nightly run does it.
    forget_scopes()
    _lead(offender, other, asked, by)
    _follow_the_law(offender, recorded if "category" not in asked else set(), by)


def _follow_its_rows(offender: Offender, other: Offender) -> None:
    """What sums up rows, as those say that stand now; current when either was."""
    current = [case for case in (offender, other) if case.ended_on is None]
    ends = [case.ended_on for case in (offender, other) if case.ended_on]
    cases = current or [offender, other]
    offender.level = max(case.level for case in cases)
    offender.next_review_on = min((case.next_review_on for case in cases if case.next_review_on), default=None)
    offender.ended_on = None if current else max(ends)
    for column, said in said_by_rows(offender).items():
        setattr(offender, column, said)


def said_by_rows(offender: Offender) -> dict[str, Any]:
    """The columns that sum up rows, as these say it; a column of which there is no row is left out."""
    level = ledger.rows(LevelPeriod).filter(offender=offender.pk, until__isnull=True).first()
    review = ledger.rows(Review).filter(offender=offender.pk, held_on__isnull=True, superseded_on__isnull=True).first()
    category = ledger.rows(CategoryPeriod).filter(offender=offender.pk, until__isnull=True).first()
    stays = ledger.rows(WhereaboutsPeriod).filter(offender=offender.pk, until__isnull=True, withdrawn_at__isnull=True)
    stay = stays.first()
    # Assessments belong to the room above; they are reached from the case, by name, the latest first.
    assessed = offender.assessments.all().first()
    found = {
        "level": level and level.level,
        "next_review_on": review and review.due_on,
        "category": category and category.category,
        "whereabouts": stay and stay.kind,
        "rosh": assessed and assessed.overall,
    }
    return {column: said for column, said in found.items() if said is not None}


# Names and dates of birth that were not chosen


def _keep_names(offender: Offender, other: Offender, names: set[tuple[str, str]], by: User) -> None:
    """A name that was not chosen is another name of the person from now on."""
    left = sorted(names - {(offender.surname, offender.forenames)})
    for name in left:
        _keep_name(offender, *name, by)
    words = {word for name in left for word in words_of(*name)}
    offender.alias_words = sorted({*offender.alias_words, *other.alias_words, *words})


def _keep_name(offender: Offender, surname: str, forenames: str, by: User) -> None:
    same = ledger.rows(Alias).filter(offender=offender.pk, withdrawn_at__isnull=True)
    if any(fold(f"{row.surname} {row.forenames}") == fold(f"{surname} {forenames}") for row in same):
        return
    # Its words are put on the case row by the caller.
    Alias.objects.bulk_create([Alias(offender=offender, surname=surname, forenames=forenames, added_by=by)])


def _keep_birth(offender: Offender, other: Offender, births: set[tuple[Any, str]], by: User) -> None:
    """The recorded date of birth is the one that was chosen, and the other finds the person as well."""
    chosen = (offender.born_on, offender.born_is)
    if births == {chosen}:
        return
    if ledger.rows(Conviction).filter(offender=offender.pk, dealt_with_on__lt=offender.born_on).exists():
        raise ValidationError(_("The date of birth must be before every conviction of both records. Choose the other."))
    rows = ledger.rows(BirthDate).filter(offender=offender.pk, withdrawn_at__isnull=True)
    recorded = rows.filter(kind=BirthDate.Kind.RECORDED).first()
    if recorded is not None and (recorded.day, recorded.precision) != chosen:
        _is_recorded_no_longer(recorded, by)
        recorded = None
    if recorded is None:
        said = next((row for row in rows.order_by("pk") if (row.day, row.precision) == chosen), None)
        if said is not None:
            rows.filter(pk=said.pk).update(kind=BirthDate.Kind.RECORDED)
        else:
            _write_birth(offender, *chosen, BirthDate.Kind.RECORDED, _("As registered"), by)
    for day, precision in births - {chosen}:
        if not any((row.day, row.precision) == (day, precision) for row in rows):
            _write_birth(offender, day, precision, BirthDate.Kind.PAPERS, _("Two records were merged"), by)


def _is_recorded_no_longer(row: BirthDate, by: User) -> None:
    rows = ledger.rows(BirthDate)
    papers = rows.filter(offender=row.offender_id, kind=BirthDate.Kind.PAPERS, withdrawn_at__isnull=True)
    if papers.filter(first=row.first, last=row.last).exists():
        because = _("Two records were merged")
        rows.filter(pk=row.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=because)
    else:
        rows.filter(pk=row.pk).update(kind=BirthDate.Kind.PAPERS)


def _write_birth(offender: Offender, day: Any, precision: str, kind: str, source: str, by: User) -> None:
    first, last = BirthDate.within(day, precision)
    row = BirthDate(
        offender=offender, kind=kind, precision=precision, first=first, last=last, source=source, added_by=by
    )
    row.save()


# Who leads, and what the law says


def _lead(offender: Offender, other: Offender, asked: Collection[str], by: User) -> None:
    """An agency that leads no longer sees the case as long as one that handed it over; an officer works for the one that leads."""
    leads = Q(group=offender.lead_agency.group_id)
    grants = ledger.rows(OffenderGroupObjectPermission).filter(content_object=offender.pk, basis=Basis.LEAD)
    weeks = value("transfer_former_lead_weeks", offender.area, dates.today())
    grants.filter(in_force(dates.today())).exclude(leads).update(
        basis=Basis.TRANSFER,
        source=other.reference,
        reason=_("Led a record of this person until two were merged"),
        until=dates.today() + timedelta(weeks=weeks),
        given_by=by,
    )
    officer = offender.lead_officer
    if officer is None:
        return
    excluded = ledger.rows(Exclusion).filter(offender=offender.pk, ended_on__isnull=True, user=officer.pk).exists()
    chosen = {"lead_agency", "lead_officer"} & set(asked)
    if excluded or (chosen and officer not in possible_officers(offender, offender.lead_agency)):
        offender.lead_officer = None
        offender.save(update_fields=["lead_officer"])


def _follow_the_law(offender: Offender, recorded: set[int | None], by: User) -> None:
    """Notification requirements, bases and the category of both records as one.

    Of two categories that were recorded, the one stands that the bases give; one that neither had is proposed.
    """
    system = system_user()
    follow_facts(offender, by=system)
    store_bases(offender, by=system)
    category = category_today(offender, standing_bases(offender, by=system))
    is_managed = offender.ended_on is None and category in recorded and category != offender.category
    too_low = category == Offender.Category.DANGEROUS and offender.level == Offender.Level.ORDINARY
    if category is not None and is_managed and not too_low:
        record_category(offender, category, why_of(offender, category, by=system), decision=None, by=by)
        offender.full_clean()
        offender.save(update_fields=["category"])
    propose(offender, by=system)
