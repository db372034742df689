"""The verbs of convictions and of what was imposed. Nothing is overwritten: a correction is a new row."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.actions.consequences import follow
from offenders.law import disposals as law
from offenders.law.periods import Length
from offenders.lengths import MOST_TERMS
from offenders.models import Conviction, Disposal, Offence, Offender, Term
from offenders.models.disposal import DisposalQuerySet

tell = telling(Topic.SENTENCES)


class Imposed(TypedDict):
    """What a form asks about one sentence, order or caution."""

    kind: str
    imposed_on: date | None
    terms: Sequence[Length]
    overlap: Length
    extension: Length
    discharge: Length
    suspended: bool
    ends_on: date | None


class Found(TypedDict):
    """What a form asks about one conviction, caution or finding.

    `schedule_3_met` answers what registration depends on (`Offence.registers_if`); not asked, it is left empty.
    """

    offence: Offence
    inchoate: NotRequired[str]
    count: NotRequired[str]
    schedule_3_met: NotRequired[bool | None]
    outcome: str
    dealt_with_on: date
    committed_from: date | None
    committed_until: date | None
    court: str
    jurisdiction: str
    is_index: bool


class FoundAndImposed(Found, Imposed):
    """Both on one page."""


@transaction.atomic
def add_conviction(*, offender: Offender, by: User, **answers: Unpack[FoundAndImposed]) -> Conviction:
    """Record a conviction, caution or finding with what was first imposed for it, and store the limbs it gives.

    Raises ValidationError for dates out of order, a sentence that makes no sense, and the same again.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    found, given = _split(answers)
    _refuse_same(offender, found, given, by=by)
    conviction = enter(offender, found, given, by=by)
    record("conviction.added", by=by, about=conviction, outcome=conviction.outcome)
    tell(offender, _("Conviction, caution or finding recorded"), by=by)
    follow(offender, by=by)
    return conviction


def enter(offender: Offender, found: Found, given: Imposed, *, by: User) -> Conviction:
    """The rows of a conviction with its first disposal; everything wrong with both is told together.

    For the verbs that have asked `require`.
    """
    conviction = Conviction(offender=offender, added_by=by, **found)
    disposal, wrong = _draft(conviction, given, by=by)
    problems = [_problems(conviction.full_clean), wrong]
    _refuse(*problems)
    conviction.save()
    disposal.conviction = conviction
    _keep(disposal, given["terms"])
    return conviction


@transaction.atomic
def correct_conviction(
    *, conviction: Conviction, correction_reason: str, by: User, **found: Unpack[Found]
) -> Conviction:
    """Put another row in the place of a wrong one, with what was imposed as it stands. Both are kept and shown.

    Raises ValidationError for a row that was corrected or quashed already, and when nothing differs.
    """
    require(by, Perm.EDIT_CASE, on=conviction)
    offender, old = _standing(conviction, by=by)
    if all(getattr(old, name) == value for name, value in found.items()):
        raise ValidationError(_("Nothing differs from what is recorded: change what is wrong, or cancel."))
    kept: Any = {name: getattr(old, name) for name in ("inchoate", "count", "schedule_3_met")}
    answers = kept | found
    new = Conviction(offender=offender, added_by=by, corrects=old, correction_reason=correction_reason, **answers)
    new.full_clean()
    new.save()
    for disposal in old.disposals.all():
        _copy(disposal, old, new, by=by)
    record("conviction.corrected", by=by, about=new, corrects=old.reference)
    tell(offender, _("Conviction, caution or finding corrected"), by=by)
    follow(offender, by=by)
    return new


@transaction.atomic
def quash(
    *, conviction: Conviction, set_aside_on: date, set_aside_court: str, set_aside_reason: str, by: User
) -> Conviction:
    """A court set the conviction aside on appeal: it stays on the record and no longer counts.

    Bases that rest on it are superseded and what follows is proposed; the notification requirements of it stand until a
    person records their end, who is asked to (offenders/actions/consequences.py).
    """
    require(by, Perm.EDIT_CASE, on=conviction)
    offender, found = _standing(conviction, by=by)
    found.set_aside_on, found.set_aside_court, found.set_aside_by = set_aside_on, set_aside_court, by
    found.set_aside_reason = set_aside_reason
    found.full_clean()
    found.save(update_fields=["set_aside_on", "set_aside_court", "set_aside_reason", "set_aside_by"])
    record("conviction.set_aside", by=by, about=found)
    tell(offender, _("Conviction quashed on appeal"), _("Check whether the person is still eligible."), by=by)
    follow(offender, by=by)
    return found


@transaction.atomic
def withdraw_conviction(*, conviction: Conviction, withdrawal_reason: str, by: User) -> Conviction:
    """Take back what was recorded by mistake, as of another person: it stays on the record and counts for nothing.

    Not for a decision of a court (`quash`) nor for a wrong answer (`correct_conviction`). What rests on it is superseded or
    put before a person as after an appeal. A conviction that it corrects does not stand again.
    """
    require(by, Perm.EDIT_CASE, on=conviction)
    offender, found = _standing(conviction, by=by)
    _take_back(found, withdrawal_reason, by=by)
    record("conviction.withdrawn", by=by, about=found)
    words = _("Check whether the person is still eligible.")
    tell(offender, _("Conviction, caution or finding taken back as wrong"), words, by=by)
    follow(offender, by=by)
    return found


@transaction.atomic
def withdraw_disposal(*, disposal: Disposal, withdrawal_reason: str, by: User) -> Disposal:
    """Take back a sentence that was recorded by mistake: it stays on the record and counts for nothing.

    What it corrects or varies does not stand again: whoever wants that adds it anew.
    """
    require(by, Perm.EDIT_CASE, on=disposal)
    offender, found = _standing_disposal(disposal, by=by)
    _take_back(found, withdrawal_reason, by=by)
    record("disposal.withdrawn", by=by, about=found, kind=found.kind)
    tell(offender, _("Sentence taken back as wrong"), by=by)
    follow(offender, by=by)
    return found


def _take_back(row: Conviction | Disposal, reason: str, *, by: User) -> None:
    row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = timezone.now(), by, reason
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])


@transaction.atomic
def add_disposal(*, conviction: Conviction, by: User, **given: Unpack[Imposed]) -> Disposal:
    """Record another sentence or order for a conviction."""
    require(by, Perm.EDIT_CASE, on=conviction)
    offender, found = _standing(conviction, by=by)
    imposed_on = given["imposed_on"] or found.dealt_with_on
    standing = Disposal.objects.visible_to(by).standing().filter(conviction=found)
    same = standing.filter(kind=given["kind"], imposed_on=imposed_on, ends_on=given["ends_on"])
    refuse_twice(same.filter(pk__in=_as_long(same, given, by=by)))
    disposal = _impose(found, given, by=by)
    record("disposal.added", by=by, about=disposal, kind=disposal.kind)
    tell(offender, _("Sentence recorded"), by=by)
    follow(offender, by=by)
    return disposal


@transaction.atomic
def replace_disposal(
    *,
    disposal: Disposal,
    replaced_why: str,
    replaced_court: str,
    replacement_reason: str,
    by: User,
    **given: Unpack[Imposed],
) -> Disposal:
    """Put another row in the place of a sentence that was recorded wrongly, or that a court varied. Both are kept."""
    require(by, Perm.EDIT_CASE, on=disposal)
    offender, old = _standing_disposal(disposal, by=by)
    if (replaced_why == Disposal.Why.VARIED) != bool(replaced_court.strip()):
        words = _("Enter the court that varied the sentence; leave it empty for a correction")
        raise ValidationError({"replaced_court": words})
    new = _impose(
        old.conviction,
        given,
        by=by,
        replaces=old,
        replaced_why=replaced_why,
        replaced_court=replaced_court.strip(),
        replacement_reason=replacement_reason,
    )
    record("disposal.replaced", by=by, about=new, why=replaced_why, replaces=old.reference)
    varied = replaced_why == Disposal.Why.VARIED
    tell(offender, _("Sentence varied by a court") if varied else _("Sentence corrected"), by=by)
    follow(offender, by=by)
    return new


@transaction.atomic
def add_term(*, disposal: Disposal, length: Length, by: User) -> Term:
    """Add a term that is served after the others of the same sentence (SOA 2003 s.82(3))."""
    require(by, Perm.EDIT_CASE, on=disposal)
    offender, found = _standing_disposal(disposal, by=by)
    if found.kind not in Disposal.CUSTODY:
        raise ValidationError({"length": _("Only imprisonment and detention have terms")})
    positions = list(Term.objects.visible_to(by).filter(disposal=found).values_list("position", flat=True))
    if len(positions) >= MOST_TERMS:
        raise ValidationError({"length": _("A sentence has at most %s terms") % MOST_TERMS})
    term = _term(found, max(positions, default=0) + 1, length)
    record("term.added", by=by, about=found)
    tell(offender, _("Consecutive term recorded"), by=by)
    follow(offender, by=by)
    return term


def _refuse_same(offender: Offender, found: Found, given: Imposed, *, by: User) -> None:
    """Raise ValidationError when the very same stands with a sentence as long."""
    rows = offender.convictions.visible_to(by).in_force().filter(**found)
    imposed = Disposal.objects.visible_to(by).standing().filter(conviction__in=rows.values("pk"), kind=given["kind"])
    if _as_long(imposed, given, by=by):
        words = _(
            "You have recorded this already, perhaps by a second click. Nothing was saved twice. If it is another count, "
            "enter its number."
        )
        raise ValidationError({"count": words})


def _as_long(disposals: DisposalQuerySet, given: Imposed, *, by: User) -> list[int]:
    """Which of some disposals have the same terms and other lengths as one that is given."""
    rows = disposals.prefetch_related(Prefetch("terms", Term.objects.visible_to(by)))
    wanted = (list(given["terms"]), given["overlap"], given["extension"], given["discharge"])
    return [
        row.pk
        for row in rows
        if ([t.length for t in row.terms.all()], row.overlap, row.extension, row.discharge) == wanted
    ]


def _split(answers: FoundAndImposed) -> tuple[Found, Imposed]:
    given: Any = {name: value for name, value in answers.items() if name in Imposed.__annotations__}
    found: Any = {name: value for name, value in answers.items() if name not in given}
    return found, given


def _standing(conviction: Conviction, *, by: User) -> tuple[Offender, Conviction]:
    """The conviction, fresh, its case locked. Raises ValidationError when it no longer stands."""
    offender = lock(conviction.offender, by=by)
    found = Conviction.objects.visible_to(by).in_force().with_sentence(by).filter(pk=conviction.pk).first()
    if found is None:
        raise ValidationError(_("This has been corrected, quashed or taken back already. Nothing was changed."))
    return offender, found


def _standing_disposal(disposal: Disposal, *, by: User) -> tuple[Offender, Disposal]:
    offender, _conviction = _standing(disposal.conviction, by=by)
    rows = Disposal.objects.visible_to(by).standing().select_related("conviction__offender")
    found = rows.filter(pk=disposal.pk).first()
    if found is None:
        words = _("This sentence has been corrected, varied or taken back already. Nothing was changed.")
        raise ValidationError(words)
    return offender, found


def _impose(conviction: Conviction, given: Imposed, *, by: User, **replacing: Any) -> Disposal:
    disposal, wrong = _draft(conviction, given, by=by, **replacing)
    _refuse(wrong)
    return _keep(disposal, given["terms"])


def _draft(conviction: Conviction, given: Imposed, *, by: User, **replacing: Any) -> tuple[Disposal, dict[str, Any]]:
    """A disposal that is not saved, and what is wrong with it, by field."""
    disposal = Disposal(
        offender=conviction.offender,
        conviction=conviction,
        kind=given["kind"],
        imposed_on=given["imposed_on"] or conviction.dealt_with_on,
        suspended=given["suspended"],
        ends_on=given["ends_on"],
        added_by=by,
        **replacing,
    )
    for name in ("overlap", "extension", "discharge"):
        disposal.set_length(name, given[name])
    wrong = _wrong_lengths(disposal, given["terms"])
    # The database says the same of lengths, in one sentence for all: it is asked once they are right.
    skipped = {"conviction", *(["kind"] if wrong else [])}
    wrong |= _problems(lambda: disposal.full_clean(exclude=skipped, validate_constraints=not wrong))
    return disposal, wrong


def _wrong_lengths(disposal: Disposal, terms: Sequence[Length]) -> dict[str, Any]:
    """What makes no sense in terms, overlap, extension and discharge, by field (offenders/law/disposals.py)."""
    question = law.Disposal(
        kind=disposal.kind,
        terms=tuple(terms),
        overlap=disposal.overlap,
        suspended=disposal.suspended,
        extension=disposal.extension,
        discharge=disposal.discharge,
    )
    found = set(law.problems(question))
    custody = disposal.kind in Disposal.CUSTODY
    if terms and not custody:
        found.add("terms")
    words = {
        "terms": _("Enter the length of the sentence in years, months or days")
        if custody
        else _("This sentence has no length: leave years, months and days empty, or choose another sentence"),
        "overlap": _(
            "What runs together cannot be longer than the terms that it is taken off: enter two terms or more and a "
            "shorter overlap, or for wholly concurrent terms the longest term alone"
        ),
        "suspended": _("Only imprisonment or detention can be suspended"),
        "extension": _("Only imprisonment or detention can be extended"),
        "discharge": _("Enter the period of the conditional discharge")
        if disposal.kind == Disposal.Kind.CONDITIONAL_DISCHARGE
        else _("Only a conditional discharge has this period: leave it empty"),
    }
    return {field: [words[field]] for field in words if field in found}


def _keep(disposal: Disposal, terms: Sequence[Length]) -> Disposal:
    disposal.save()
    for position, length in enumerate(terms, start=1):
        _term(disposal, position, length)
    return disposal


def _term(disposal: Disposal, position: int, length: Length) -> Term:
    term = Term(
        offender=disposal.offender,
        disposal=disposal,
        position=position,
        years=length.years,
        months=length.months,
        days=length.days,
    )
    term.full_clean()
    term.save()
    return term


def _copy(disposal: Disposal, old: Conviction, conviction: Conviction, *, by: User) -> None:
    """The same sentence on the corrected conviction. One of the day of the conviction moves with it, and one before it
    becomes one of that day."""
    lengths = [term.length for term in disposal.terms.all()]
    disposal.pk, disposal._state.adding = None, True
    disposal.reference = Disposal._meta.get_field("reference").get_default()
    disposal.conviction, disposal.added_by = conviction, by
    same_day = disposal.imposed_on == old.dealt_with_on
    disposal.imposed_on = conviction.dealt_with_on if same_day else max(disposal.imposed_on, conviction.dealt_with_on)
    disposal.replaces, disposal.replaced_why, disposal.replaced_court = None, "", ""
    disposal.replacement_reason = ""
    wrong = _problems(disposal.full_clean)
    # What does not fit is wrong with the answer about the conviction, which is what was asked.
    _refuse({"outcome" if "kind" in wrong else "dealt_with_on": [words for each in wrong.values() for words in each]})
    _keep(disposal, lengths)


def _problems(check: Callable[[], None]) -> dict[str, Any]:
    try:
        check()
    except ValidationError as error:
        return dict(error.message_dict)
    return {}


def _refuse(*problems: dict[str, Any]) -> None:
    """Raise ValidationError with all of them, if there are any."""
    found: dict[str, Any] = {}
    for each in problems:
        for field, words in each.items():
            if words:
                found.setdefault(field, []).extend(words)
    if found:
        raise ValidationError(found)
