"""Registering a person: who it is, what the law makes of the conviction, and where the case begins."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, require
from agencies.models import Agency, Area, User
from audit.record import record
from mappa import dates
from offenders import grants
from offenders.actions.case import lock, tell
from offenders.actions.levels import start_level
from offenders.law import eligibility
from offenders.law.disposals import disposal_of
from offenders.law.identifiers import BadIdentifierError, canonical
from offenders.law.periods import Length
from offenders.models import Alias, CategoryBasis, Conviction, Identifier, Offence, Offender
from offenders.models.grant import Basis


@transaction.atomic
def register(
    *,
    surname: str,
    forenames: str,
    born_on: date,
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
    by: User,
) -> Offender:
    """Register a person, derive the category from the conviction, and begin at level 1 (CJA 2003 s.327).

    Raises ValidationError for a wrong identifier or date, or when no limb makes the person eligible: then nothing
    is written.
    """
    require(by, Perm.EDIT_CASE, on=Parts(area=area.pk, lead=lead_agency.pk))
    offender = Offender(
        surname=surname.strip(),
        forenames=forenames.strip(),
        born_on=born_on,
        area=area,
        lead_agency=lead_agency,
        lead_officer=by if _works_for(by, lead_agency) else None,
        registered_by=by,
    )
    offender.full_clean()
    offender.save()
    _add_identifiers(offender, {"pnc": pnc, "crn": crn})
    conviction = Conviction(
        offender=offender,
        offence=offence,
        outcome=outcome,
        dealt_with_on=dealt_with_on,
        court=court,
        disposal=disposal,
        term_years=term_years,
        term_months=term_months,
        term_days=term_days,
        licence_ends_on=licence_ends_on,
    )
    conviction.full_clean()
    conviction.save()
    derive_category(offender, conviction, by=by)
    start_level(offender, Offender.Level.ORDINARY, _("Registered"), next_review_on=next_review_on, by=by)
    grants.share(
        offender=offender,
        agency=lead_agency,
        basis=Basis.LEAD,
        source="",
        reason=_("Leads the case"),
        until=None,
        by=by,
    )
    record("case.registered", by=by, about=offender)
    tell(offender, _("Registered at level 1"), offender.get_category_display(), by=by)
    return offender


def _works_for(user: User, agency: Agency) -> bool:
    return user.memberships.in_force(dates.today()).filter(agency=agency).exists()


def _add_identifiers(offender: Offender, typed: dict[str, str]) -> None:
    if not any(text.strip() for text in typed.values()):
        raise ValidationError({"crn": _("Enter a CRN or a PNC number")})
    problems: dict[str, Any] = {}
    for kind, text in typed.items():
        if not text.strip():
            continue
        try:
            value = canonical(kind, text, dates.today().year)
            row = Identifier(offender=offender, kind=kind, typed=text.strip(), value=value)
            row.full_clean()
            row.save()
        except BadIdentifierError as error:
            problems[kind] = str(error)
        except ValidationError as error:
            problems[kind] = error.messages
    if problems:
        raise ValidationError(problems)


def derive_category(offender: Offender, conviction: Conviction, *, by: User) -> None:
    """Store every limb the conviction satisfies, and record the one category they give.

    Raises ValidationError when there is none: eligibility is by law, not by choice.
    """
    offence = conviction.offence
    found = eligibility.bases(
        eligibility.OffenceFlags(
            schedule_3=offence.schedule_3,
            schedule_15_part=offence.schedule_15_part,
            murder=offence.murder,
            section_327_4a=offence.section_327_4a,
            relevant_terrorist=offence.relevant_terrorist,
        ),
        eligibility.Sentence(
            outcome=conviction.outcome,
            dealt_with_on=conviction.dealt_with_on,
            disposal=disposal_of(
                conviction.disposal,
                Length(conviction.term_years, conviction.term_months, conviction.term_days),
            ),
            licence_ends_on=conviction.licence_ends_on,
        ),
        offender.born_on,
    )
    category = eligibility.recorded_category(found, dates.today())
    if category is None:
        raise ValidationError(
            {
                "disposal": _(
                    "This conviction does not make the person eligible today: category 1 needs a Schedule 3 offence "
                    "with notification still running, category 2 a Schedule 15 offence with 12 months’ custody or "
                    "more or a hospital order, still in force (CJA 2003 s.327)."
                )
            }
        )
    CategoryBasis.objects.bulk_create(
        CategoryBasis(
            offender=offender,
            category=basis.category,
            limb=basis.limb,
            authority=basis.authority,
            explanation=basis.explanation,
            starts_on=basis.starts_on,
            ends_on=basis.ends_on,
        )
        for basis in found
    )
    offender.category = category
    record("case.category_derived", by=by, about=offender, category=category)


@transaction.atomic
def add_alias(*, offender: Offender, surname: str, forenames: str, kind: str, from_on: date | None, by: User) -> Alias:
    """Record another name of the person, by which searches then find the case too.

    Raises ValidationError for an empty name, the same name again, or a date before birth or still to come.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if from_on and not offender.born_on <= from_on <= dates.today():
        raise ValidationError({"from_on": _("The date must be after the date of birth and not after today")})
    alias = Alias(
        offender=offender,
        surname=surname.strip(),
        forenames=forenames.strip(),
        kind=kind,
        from_on=from_on,
        added_by=by,
    )
    alias.full_clean()
    alias.save()
    record("case.alias_added", by=by, about=offender, kind=kind)
    tell(offender, _("Another name recorded"), by=by)
    return alias
