"""Registering a person: who it is, what the law makes of the conviction, and where the case begins."""

from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, require
from agencies.models import Agency, Area, User
from audit.record import record
from mappa import dates
from mappa.eyes import past_sight
from offenders import duplicates, grants
from offenders.actions.case import reason_in_words, tell
from offenders.actions.categories import derive_category, propose
from offenders.actions.identity import keep_birth
from offenders.actions.levels import start_level
from offenders.actions.requirements import follow_facts
from offenders.actions.sentences import Found, Imposed, enter
from offenders.actions.whereabouts import HELD
from offenders.law.periods import Length
from offenders.models import Conviction, Disposal, Identifier, Offence, Offender, Precision, WhereaboutsPeriod
from offenders.models.grant import Basis

# Where somebody may be who is registered.
REGISTERED_IN = (
    Offender.Whereabouts.COMMUNITY,
    Offender.Whereabouts.CUSTODY,
    Offender.Whereabouts.HOSPITAL,
    Offender.Whereabouts.DETENTION,
)


class Imported(NamedTuple):
    """A person whom another register gives: not whoever imports leads the case, and a check letter may be wrong there."""

    lead_officer: User | None


@transaction.atomic
def register(
    *,
    surname: str,
    forenames: str,
    born_on: date,
    born_is: str = Precision.DAY,
    pnc: str,
    crn: str,
    area: Area,
    lead_agency: Agency,
    offence: Offence,
    outcome: str,
    dealt_with_on: date,
    court: str,
    disposal: str,
    term_years: int,
    term_months: int,
    term_days: int,
    licence_ends_on: date | None,
    next_review_on: date | None,
    whereabouts: str = "",
    place: str = "",
    since: date | None = None,
    another_reason: str = "",
    to_be_determined: str = "",
    import_of: Imported | None = None,
    inchoate: str = "",
    jurisdiction: str = Conviction.Jurisdiction.HERE,
    schedule_3_met: bool | None = None,
    by: User,
) -> Offender:
    """Register a person, derive the category from the conviction, and begin at level 1 (CJA 2003 s.327).

    What the conviction gives by law begins with it: notification requirements with their first deadlines, which wait
    for a release when `whereabouts` says that the person is held, at which `place`, `since` when. In the community
    `since` is the day of release; for somebody who was never held it stays empty. Empty `whereabouts` is not known.
    What was dealt with in another `jurisdiction` gives no category by itself; `schedule_3_met` answers what registration
    depends on (`Offence.registers_if`).
    `another_reason` says why this is another person than those whom `by` sees under a like name and date of birth.
    With `to_be_determined`, why somebody should decide, the person is registered without a category, and co-ordination
    is asked to decide category 3 or 4, or that the person is not eligible. `born_is` says how exactly the date of birth
    is known: of a month or a year, `born_on` is its first day. `import_of` says what another register gave.
    Raises ValidationError for a wrong identifier or date, when no limb makes the person eligible, or when somebody
    like this is registered already and no reason is given: then nothing is written.
    """
    offender = _begin(
        Offender(
            surname=surname,
            forenames=forenames,
            born_on=born_on,
            born_is=born_is,
            area=area,
            lead_agency=lead_agency,
        ),
        {"pnc": pnc, "crn": crn},
        another_reason,
        import_of,
        by=by,
    )
    length = Length(term_years, term_months, term_days)
    is_discharge = disposal == Disposal.Kind.CONDITIONAL_DISCHARGE
    _enter(
        offender,
        Found(
            offence=offence,
            outcome=outcome,
            dealt_with_on=dealt_with_on,
            committed_from=None,
            committed_until=None,
            court=court,
            jurisdiction=jurisdiction,
            inchoate=inchoate,
            schedule_3_met=schedule_3_met,
            is_index=True,
        ),
        Imposed(
            kind=disposal,
            imposed_on=dealt_with_on,
            terms=[length] if length and not is_discharge else [],
            overlap=Length(),
            extension=Length(),
            discharge=length if is_discharge else Length(),
            suspended=False,
            ends_on=licence_ends_on,
        ),
        by=by,
    )
    _place(offender, whereabouts, place.strip(), since, dealt_with_on, by=by)
    follow_facts(offender, by=by)
    return _manage(offender, next_review_on, to_be_determined, another_reason, by=by)


@transaction.atomic
def register_undetermined(
    *,
    surname: str,
    forenames: str,
    born_on: date,
    born_is: str = Precision.DAY,
    pnc: str,
    crn: str,
    area: Area,
    lead_agency: Agency,
    next_review_on: date | None,
    to_be_determined: str,
    another_reason: str = "",
    import_of: Imported | None = None,
    by: User,
) -> Offender:
    """Register a person whom another register manages and whose conviction it does not give: at level 1, without a
    category, and with a proposal that somebody decides it. `to_be_determined` says why. Raises as `register` does.
    """
    if not to_be_determined.strip():
        raise ValidationError(_("Say why the person should be managed under MAPPA"))
    offender = _begin(
        Offender(
            surname=surname,
            forenames=forenames,
            born_on=born_on,
            born_is=born_is,
            area=area,
            lead_agency=lead_agency,
        ),
        {"pnc": pnc, "crn": crn},
        another_reason,
        import_of,
        by=by,
    )
    return _manage(offender, next_review_on, to_be_determined, another_reason, by=by)


def _begin(
    offender: Offender, numbers: dict[str, str], another_reason: str, import_of: Imported | None, *, by: User
) -> Offender:
    """The row of the person with its numbers, for those who may register there, once no record is like it."""
    require(by, Perm.EDIT_CASE, on=Parts(area=offender.area.pk, lead=offender.lead_agency.pk))
    offender.surname, offender.forenames = offender.surname.strip(), offender.forenames.strip()
    if import_of is None:
        offender.lead_officer = by if _works_for(by, offender.lead_agency) else None
    else:
        offender.lead_officer = import_of.lead_officer
    offender.registered_by = by
    if offender.born_is != Precision.DAY:
        month = offender.born_on.month if offender.born_is == Precision.MONTH else 1
        offender.born_on = date(offender.born_on.year, month, 1)
    offender.full_clean()
    with past_sight("an agency that sees only what it leads sees the new case by the grant that follows"):
        offender.save()
    # First of all: whoever registers for an agency that sees the case only by leading it sees what follows.
    grants.share(
        offender=offender,
        agency=offender.lead_agency,
        basis=Basis.LEAD,
        source="",
        reason=_("Leads the case"),
        until=None,
        by=by,
    )
    if offender.born_is != Precision.DAY:
        keep_birth(offender)
    _add_identifiers(offender, numbers, check_ok=import_of is None, by=by)
    _refuse_a_likely_duplicate(offender, another_reason, by)
    return offender


def _manage(
    offender: Offender, next_review_on: date | None, to_be_determined: str, another_reason: str, *, by: User
) -> Offender:
    """The category by law, or the proposal to decide it; level 1; and what the timeline and the audit say of it."""
    derive_category(offender, undetermined=to_be_determined, by=by)
    start_level(offender, Offender.Level.ORDINARY, _("Registered"), next_review_on=next_review_on, by=by)
    record("case.registered", by=by, about=offender, said_another=bool(another_reason.strip()))
    tell(offender, _("Registered at level 1"), category_words(offender), by=by)
    propose(offender, reason=to_be_determined, by=by)
    duplicates.suspect(offender, said=another_reason.strip(), by=by)
    return offender


def _refuse_a_likely_duplicate(offender: Offender, reason: str, by: User) -> None:
    """Among the cases that `by` sees, and no others: what he does not see, no answer of this may depend on."""
    if reason.strip():
        reason_in_words(reason, field="another_reason")
        return
    seen = Offender.objects.visible_to(by).exclude(pk=offender.pk)
    if duplicates.likely(seen, surname=offender.surname, forenames=offender.forenames, born_on=offender.born_on):
        raise ValidationError({"another_reason": _("Say why this is another person than those shown above")})


def _place(offender: Offender, kind: str, place: str, since: date | None, dealt_with_on: date, *, by: User) -> None:
    """Where the person is, as the first period: held since a day, released on a day, or never held."""
    problems = {"place": "", "since": ""}
    if kind in HELD and not place:
        problems["place"] = _("Enter the prison, hospital or removal centre")
    if kind not in HELD and place:
        problems["place"] = _("Leave this empty: only somebody who is held is in such a place")
    if kind in HELD and since is None:
        problems["since"] = _("Enter since when the person has been there")
    if since and (not kind or since > dates.today()):
        problems["since"] = _("Enter a date that is today or in the past, and say where the person is")
    if any(problems.values()):
        raise ValidationError({field: words for field, words in problems.items() if words})
    if not kind:
        return
    released = kind not in HELD and since is not None
    period = WhereaboutsPeriod(
        offender=offender,
        kind=kind,
        move=WhereaboutsPeriod.Move.RELEASE if released else WhereaboutsPeriod.Move.FOUND_HERE,
        place=place,
        from_on=since or dealt_with_on,
        added_by=by,
    )
    try:
        period.full_clean()
    except ValidationError as error:
        raise ValidationError({"since": error.messages}) from None
    period.save()
    offender.whereabouts = kind
    offender.save(update_fields=["whereabouts"])


# What the page of registration calls what the verbs of sentences name.
_ASKED = {"kind": "disposal", "terms": "term_months", "discharge": "term_months", "ends_on": "licence_ends_on"}


def _enter(offender: Offender, found: Found, given: Imposed, *, by: User) -> None:
    """The conviction with its sentence. Refusals name the boxes of this page."""
    try:
        enter(offender, found, given, by=by)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        raise ValidationError({_ASKED.get(field, field): words for field, words in error.error_dict.items()}) from None


def category_words(offender: Offender) -> str:
    """The recorded category in the statute's words, or that there is none yet."""
    return offender.get_category_display() if offender.category else _("Category to be determined")


def _works_for(user: User, agency: Agency) -> bool:
    return user.memberships.in_force(dates.today()).filter(agency=agency).exists()


def _add_identifiers(offender: Offender, typed: dict[str, str], *, check_ok: bool, by: User) -> None:
    if not any(text.strip() for text in typed.values()):
        raise ValidationError({"crn": _("Enter a CRN or a PNC number")})
    problems: dict[str, Any] = {}
    for kind, text in typed.items():
        if not text.strip():
            continue
        try:
            row = Identifier(offender=offender, kind=kind, typed=text, check_ok=check_ok, added_by=by)
            row.prepare()
            row.full_clean()
            row.save()
        except ValidationError as error:
            problems[kind] = error.messages
    if problems:
        raise ValidationError(problems)
