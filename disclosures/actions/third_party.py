"""The verbs of a disclosure to a third party: record it, authorise it, tell them, look at it again."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import working_days
from agencies.access import Perm, granting, require
from agencies.models import User
from agencies.models.standard import value
from audit.models import Act
from audit.record import record
from disclosures.actions.decision import enter
from disclosures.models import (
    CHILDREN,
    AskedAboutChildren,
    Disclosure,
    DisclosureDecision,
    DisclosureReview,
    SchemeApplication,
)
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.law.disclosure import ChildDisclosure, child_disclosure
from offenders.models import Offender

tell = telling(Topic.RISK)

Outcome = Disclosure.Outcome


@dataclass(frozen=True)
class Considered:
    """What was considered and decided, as the record keeps it. What is left out is missing, and refused."""

    risk: str = ""
    at_risk: str = ""
    recipient: str = ""
    recipient_name: str = ""
    recipient_role: str = ""
    recipient_organisation: str = ""
    recipient_address: str = ""
    information: str = ""
    necessity: str = ""
    proportionality: str = ""
    harm: str = ""
    self_disclosure: str = ""
    joint: str = ""
    other_ways: str = ""
    representations_sought: bool | None = None
    representations: str = ""
    not_sought_because: str = ""
    victim: str = ""
    child_sex_offender: bool | None = None
    serious_harm_to_children: bool | None = None
    necessary_for_children: bool | None = None
    asked_for: bool | None = None
    against_presumption: str = ""
    tell_by: date | None = None
    review_on: date | None = None


def about_children(said: Considered | AskedAboutChildren | SchemeApplication) -> ChildDisclosure:
    """What the law says about telling, by these answers (Criminal Justice Act 2003 s.327A)."""
    return child_disclosure(
        child_sex_offender=bool(said.child_sex_offender),
        serious_harm_to_children=bool(said.serious_harm_to_children),
        necessary=bool(said.necessary_for_children),
        asked_for=bool(said.asked_for),
    )


@transaction.atomic
def record_disclosure(
    *,
    offender: Offender,
    considered: Considered,
    decision: str,
    reasons: str,
    follows: DisclosureDecision | None = None,
    corrects: Disclosure | None = None,
    correction_reason: str = "",
    by: User,
) -> Disclosure:
    """Record that disclosure was considered, with every test, and the decision either way.

    To disclose, and not to disclose against the presumption about children or a meeting, waits until somebody else
    authorises it. Raises ValidationError naming each test that is missing.
    """
    require(by, Perm.RECORD_DISCLOSURE, on=offender)
    offender = lock(offender, by=by)
    _refuse_unanswered(considered)
    _refuse_days(considered)
    row = Disclosure(
        offender=offender,
        presumption=about_children(considered).presumption,
        follows=_to_follow(follows, offender, by=by),
        corrects=_to_correct(corrects, correction_reason, offender, by=by),
        correction_reason=correction_reason.strip(),
        author=by,
        **asdict(considered),
    )
    if not reasons.strip():
        raise ValidationError({"reasons": _("Enter the reasons for the decision")})
    row.entry = DisclosureDecision(offender=offender, decision=decision, recorded_by=by)
    row.authorise_by = _authorise_by(row, offender)
    # Of the record first, which says in whose words what is missing; then the entry, without which it has no place.
    row.full_clean(exclude={"entry"})
    _refuse_same(row, considered, reasons.strip(), by=by)
    row.entry.to_whom, row.entry.reasons = row.to_whom, reasons.strip()
    row.entry = enter(row.entry, by=by)
    row.save()
    record("disclosure.recorded", by=by, about=row, decision=decision, presumption=row.presumption)
    return row


def _refuse_unanswered(said: Considered) -> None:
    if found := {name: _("Answer every question about children") for name in CHILDREN if getattr(said, name) is None}:
        raise ValidationError(found)


def _refuse_days(said: Considered) -> None:
    problems = {}
    today = dates.today()
    if said.tell_by and said.tell_by < today:
        problems["tell_by"] = _("The day by which they are to be told must be today or later")
    if said.review_on is None:
        problems["review_on"] = _("Enter when the decision is looked at again")
    elif said.review_on <= max(today, said.tell_by or today):
        problems["review_on"] = _("The review must be after today and after the day by which they are to be told")
    if problems:
        raise ValidationError(problems)


def _refuse_same(row: Disclosure, considered: Considered, reasons: str, *, by: User) -> None:
    """The very same of today is a second click. Two that differ in one answer are two records."""
    entered = {
        "entry__decision": row.entry.decision,
        "entry__reasons": reasons,
        "entry__considered_at__date": dates.today(),
    }
    mine = row.offender.disclosures.visible_to(by).filter(author=by, follows=row.follows, corrects=row.corrects)
    refuse_twice(mine.filter(**entered, **asdict(considered)))


def _to_follow(entry: DisclosureDecision | None, offender: Offender, *, by: User) -> DisclosureDecision | None:
    if entry is None:
        return None
    is_a_meetings = entry.meeting_reference and entry.decision == DisclosureDecision.Decision.YES
    if entry.offender_id != offender.pk or not is_a_meetings:
        raise ValidationError(_("Choose a decision of a meeting about this person, to disclose."))
    if Disclosure.objects.visible_to(by).filter(follows=entry).exists():
        raise ValidationError(_("A record of what this meeting decided exists already: correct that one."))
    return entry


def _to_correct(row: Disclosure | None, reason: str, offender: Offender, *, by: User) -> Disclosure | None:
    if row is None:
        return None
    if row.offender_id != offender.pk:
        raise ValidationError(_("Choose a record about this person to correct."))
    if Disclosure.objects.visible_to(by).filter(corrects=row).exists():
        raise ValidationError(_("This record was corrected already: correct the later one."))
    if not reason.strip():
        raise ValidationError({"correction_reason": _("Enter what is corrected, and why")})
    return row


def _authorise_by(row: Disclosure, offender: Offender) -> date | None:
    """By when somebody else answers: as the area's standard says, and no later than they are to be told.

    Nobody decides alone against the presumption or a meeting, nor by correcting what somebody else had to answer.
    """
    is_corrected = row.corrects is not None and row.corrects.authorise_by is not None
    if not (row.discloses or row.presumption or row.follows or is_corrected):
        return None
    today = dates.today()
    last = working_days.after(today, value("disclosure_authorisation_days", offender.area, today), offender.area)
    return min(last, row.tell_by) if row.tell_by else last


@transaction.atomic
def authorise_disclosure(
    *,
    disclosure: Disclosure,
    outcome: str,
    authorised_on: date,
    authorised_reasons: str,
    conditions: str = "",
    needs_undertaking: bool | None = None,
    no_undertaking_because: str = "",
    by: User,
) -> Disclosure:
    """Authorise the decision, or refuse to. The rank of whoever did is kept with it.

    Raises PermissionDenied for the author of the record or of one that it corrects, and below the rank.
    """
    require(by, Perm.AUTHORISE_DISCLOSURE, on=disclosure)
    membership = granting(by, Perm.AUTHORISE_DISCLOSURE, on=disclosure)
    if membership is None or wrote(disclosure, by):
        raise PermissionDenied(Perm.AUTHORISE_DISCLOSURE)
    row = _fresh(disclosure, by=by)
    if why := why_not_authorise(row, by):
        raise ValidationError(why)
    authorises = outcome == Outcome.AUTHORISED and row.discloses
    if authorised_on > dates.today():
        raise ValidationError({"authorised_on": _("The day of the authorisation must be today or in the past")})
    if not authorised_reasons.strip():
        raise ValidationError({"authorised_reasons": _("Enter the reasons for your answer")})
    if authorises and needs_undertaking is None:
        raise ValidationError({"needs_undertaking": _("Say whether they must sign an undertaking")})
    if authorises and not needs_undertaking and not no_undertaking_because.strip():
        raise ValidationError({"no_undertaking_because": _("Enter why no undertaking is needed")})
    row.outcome, row.authorised_on, row.authorised_by = outcome, authorised_on, by
    row.authorised_at = timezone.now()
    rank = membership.rank.name if membership.rank else membership.role.name
    row.authorised_rank = f"{rank}, {membership.agency.name}"
    row.authorised_reasons = authorised_reasons.strip()
    row.conditions = conditions.strip() if authorises else ""
    row.needs_undertaking = bool(authorises and needs_undertaking)
    row.no_undertaking_because = no_undertaking_because.strip() if authorises and not needs_undertaking else ""
    row.full_clean()
    row.save()
    record("disclosure.authorised", by=by, about=row, outcome=outcome, rank=row.authorised_rank)
    tell(row.offender, _("Disclosure"), str(row.get_outcome_display()), by=by)
    return row


def wrote(disclosure: Disclosure, user: User) -> bool:
    """Is the user an author of the record, or of one that it corrects? What is copied forward stays its author's work."""
    return any(row.author_id == user.pk for row in _line_of(disclosure, user))


def _line_of(disclosure: Disclosure, user: User) -> Iterator[Disclosure]:
    row: Disclosure | None = disclosure
    while row is not None:
        yield row
        row = Disclosure.objects.visible_to(user).filter(correction=row).first()


def why_not_authorise(row: Disclosure, user: User) -> str:
    """In words, why the user has nothing to authorise here; empty when he has."""
    if wrote(row, user):
        return _("You recorded this. Somebody else of manager rank in the lead agency, or a chair, authorises it.")
    if row.outcome:
        return _("This was answered already.")
    if was_corrected(row, user):
        return _("This record was corrected: the later one is authorised.")
    return "" if row.is_waiting else _("Nobody has to authorise this decision.")


def was_corrected(row: Disclosure, user: User) -> bool:
    """Does a later record stand in its place?"""
    return Disclosure.objects.visible_to(user).filter(corrects=row).exists()


@transaction.atomic
def deliver_disclosure(
    *,
    disclosure: Disclosure,
    delivered_on: date,
    delivered_how: str,
    delivered_by: str,
    undertaking_on: date | None = None,
    person_told: bool,
    person_told_words: str,
    by: User,
) -> Disclosure:
    """Record that they were told: when, how and by whom, with the undertaking, and whether the person knows."""
    require(by, Perm.RECORD_DISCLOSURE, on=disclosure)
    row = _fresh(disclosure, by=by)
    if why := why_not_deliver(row, by):
        raise ValidationError(why)
    if problems := _wrong_delivery(row, delivered_on, undertaking_on):
        raise ValidationError(problems)
    said = {"delivered_how": delivered_how, "delivered_by": delivered_by, "person_told_words": person_told_words}
    if missing := {name: HOW_TOLD[name] for name, words in said.items() if not words.strip()}:
        raise ValidationError(missing)
    row.delivered_on, row.delivered_how, row.delivered_by = delivered_on, delivered_how, delivered_by.strip()
    row.undertaking_on = undertaking_on
    row.person_told, row.person_told_words = person_told, person_told_words.strip()
    row.delivery_recorded_by, row.delivery_recorded_at = by, timezone.now()
    row.full_clean()
    row.save()
    record("disclosure.delivered", act=Act.DISCLOSE, by=by, about=row, person_told=person_told)
    tell(row.offender, _("Disclosure made"), by=by)
    return row


# What is asked of everybody who was told.
HOW_TOLD = {
    "delivered_how": gettext_lazy("Choose how they were told"),
    "delivered_by": gettext_lazy("Enter who told them"),
    "person_told_words": gettext_lazy("Enter when and by whom the person was told, or why not"),
}


def _wrong_delivery(row: Disclosure, on: date, undertaking_on: date | None) -> dict[str, str]:
    problems = {}
    if on > dates.today():
        problems["delivered_on"] = _("The day when they were told must be today or in the past")
    elif row.authorised_on and on < row.authorised_on:
        words = _("This was authorised on %s: enter that day or a later one")
        problems["delivered_on"] = words % long_date(row.authorised_on)
    if row.needs_undertaking and undertaking_on is None:
        problems["undertaking_on"] = _("Enter the day when they signed the undertaking: it comes before they are told")
    elif undertaking_on and undertaking_on > on:
        problems["undertaking_on"] = _("The undertaking must be signed on or before the day when they are told")
    elif undertaking_on and row.authorised_on and undertaking_on < row.authorised_on:
        words = _("This was authorised on %s, with its undertaking: enter that day or a later one")
        problems["undertaking_on"] = words % long_date(row.authorised_on)
    return problems


def why_not_deliver(row: Disclosure, user: User) -> str:
    """In words, why nobody is to be told here; empty when somebody is."""
    if was_corrected(row, user):
        return _("This record was corrected: see the later one.")
    if row.delivered_on:
        return _("They were told already.")
    return "" if row.is_to_be_delivered else _("Nobody is told before it is authorised.")


@transaction.atomic
def review_disclosure(
    *, disclosure: Disclosure, reviewed_on: date, found: str, next_on: date | None, by: User
) -> DisclosureReview:
    """Look at a decision again: what was found, and when next. Without a next day it is closed."""
    require(by, Perm.RECORD_DISCLOSURE, on=disclosure)
    row = _fresh(disclosure, by=by)
    was_due_on = row.review_on
    why = why_not_review(row, by)
    if why or was_due_on is None:
        raise ValidationError(why)
    same = row.reviews.visible_to(by).filter(reviewed_on=reviewed_on, found=found.strip(), next_on=next_on, by=by)
    refuse_twice(same)
    if reviewed_on > dates.today():
        raise ValidationError({"reviewed_on": _("The day of the review must be today or in the past")})
    if reviewed_on < (begun := _reviewed_until(row, by=by)):
        words = _("This was recorded, or last reviewed, on %s: enter that day or a later one")
        raise ValidationError({"reviewed_on": words % long_date(begun)})
    if next_on and next_on <= dates.today():
        raise ValidationError({"next_on": _("The next review must be after today")})
    if next_on is None and (row.is_waiting or row.is_to_be_delivered):
        raise ValidationError({"next_on": _("Enter the next review: this is not finished")})
    review = DisclosureReview(
        offender=row.offender,
        disclosure=row,
        was_due_on=was_due_on,
        reviewed_on=reviewed_on,
        found=found.strip(),
        next_on=next_on,
        by=by,
    )
    review.full_clean()
    review.save()
    row.review_on = next_on
    row.save(update_fields=["review_on"])
    record("disclosure.reviewed", by=by, about=row)
    tell(row.offender, _("Decision about disclosure reviewed"), by=by)
    return review


def _reviewed_until(row: Disclosure, *, by: User) -> date:
    """Until when the decision was looked at: the day of the last review, or of the decision."""
    last = row.reviews.visible_to(by).order_by("-reviewed_on").first()
    return last.reviewed_on if last else timezone.localdate(row.entry.considered_at)


def why_not_review(row: Disclosure, user: User) -> str:
    """In words, why there is nothing to look at again; empty when there is."""
    if was_corrected(row, user):
        return _("This record was corrected: the later one is reviewed.")
    if row.outcome == Outcome.REFUSED:
        return _("This was not authorised: record what is decided instead.")
    return "" if row.review_on else _("No further review is due.")


def _fresh(disclosure: Disclosure, *, by: User) -> Disclosure:
    offender = lock(disclosure.offender, by=by)
    row = Disclosure.objects.visible_to(by).select_related("entry").get(pk=disclosure.pk)
    row.offender = offender
    return row
