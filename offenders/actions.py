"""The verbs of the case: register, assess where it goes, note. Each asks `require` first."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, require
from agencies.models import Agency, Area, User
from agencies.models.standard import value as standard_value
from audit.record import record
from mappa import dates
from mappa.guard import GuardedQuerySet
from offenders import grants
from offenders.law import eligibility
from offenders.law.identifiers import BadIdentifierError, canonical
from offenders.law.periods import Length
from offenders.models import (
    CategoryBasis,
    Conviction,
    Identifier,
    LevelPeriod,
    Offence,
    Offender,
    Review,
    TimelineEntry,
)
from offenders.models.grant import Basis


def tell(offender: Offender, title: str, text: str = "", *, by: User) -> None:
    """Add to the timeline, in words that everyone who sees the case may read."""
    TimelineEntry.objects.create(offender=offender, by=by, title=title, text=text)


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
            disposal=conviction.disposal,
            term=Length(conviction.term_years, conviction.term_months, conviction.term_days),
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


def latest_review(level: int, area: Area, held_on: date) -> date:
    """The last day a review may be put off to, from the standard of the level in force that day."""
    return held_on + timedelta(weeks=standard_value(f"level_{level}_review_weeks", area, held_on))


def start_level(
    offender: Offender,
    level: int,
    reason: str,
    *,
    next_review_on: date | None,
    by: User,
    reviewed_on: date | None = None,
) -> None:
    """Begin, or go on with, a level and date its next review, within the standard.

    `reviewed_on` is the day on which the review that was open was held; without it the level moves and that review
    is superseded, which is not the same as held. The standard counts from the review, or from today.
    Raises ValidationError for a review date that has passed or is later than the standard allows.
    """
    today = dates.today()
    limit = latest_review(level, offender.area, reviewed_on or today)
    due_on = next_review_on or limit
    if not today < due_on <= limit:
        words = _("Enter a review date after today and not later than %(limit)s, the standard for level %(level)s")
        raise ValidationError({"next_review_on": words % {"limit": f"{limit:%-d %B %Y}", "level": level}})
    mine = offender.levels.visible_to(by).filter(until__isnull=True)
    if not mine.filter(level=level).exists():
        mine.update(until=today)
        LevelPeriod.objects.create(offender=offender, level=level, from_on=today, reason=reason, decided_by=by)
    still_open = offender.reviews.visible_to(by).open()
    if reviewed_on:
        still_open.update(held_on=reviewed_on, held_by=by)
    else:
        still_open.update(superseded_on=today)
    Review.objects.create(offender=offender, area=offender.area, level=level, due_on=due_on)
    offender.level, offender.next_review_on = level, due_on
    offender.full_clean()
    offender.save(update_fields=["level", "next_review_on", "category", "search_name"])


@transaction.atomic
def complete_review(*, offender: Offender, outcome: str, next_review_on: date | None, by: User) -> Offender:
    """Record that a level 1 review was held by the lead agency, what it found, and when the next is due.

    Level 2 and 3 cases are reviewed by their meeting.
    """
    require(by, Perm.WRITE_PLANS, on=offender)
    offender = lock(offender, by=by)
    if offender.level != Offender.Level.ORDINARY:
        raise ValidationError(_("A level 2 or 3 case is reviewed at its meeting: put it on an agenda."))
    refuse_twice(offender.reviews.visible_to(by).filter(held_on=dates.today(), held_by=by, outcome=outcome))
    offender.reviews.visible_to(by).open().update(outcome=outcome)
    start_level(offender, offender.level, outcome, next_review_on=next_review_on, by=by, reviewed_on=dates.today())
    record("case.reviewed", by=by, about=offender)
    tell(offender, _("Level 1 review held"), by=by)
    return offender


def refuse_twice(same: GuardedQuerySet[Any]) -> None:
    """Raise ValidationError when the very same is recorded already. The caller holds the case's lock, or asks in vain."""
    if same.exists():
        raise ValidationError(_("You have recorded this already, perhaps by a second click. Nothing was saved twice."))


def lock(offender: Offender, *, by: User) -> Offender:
    """The case row, fresh and locked until the transaction ends; only for those who see it."""
    return Offender.objects.visible_to(by).select_for_update(of=("self",)).select_related("area").get(pk=offender.pk)
