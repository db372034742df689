"""What is written down at a meeting. Nothing here changes once the chair has approved."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, User
from assessments import smart
from audit.record import record
from disclosures.actions import about_children
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import Topic, latest_review, telling
from offenders.models import Offender
from panels.actions.invitations import invitable
from panels.actions.meetings import changed
from panels.actions.proposals import propose_category
from panels.actions.working import keep_unfinished
from panels.models import Action, AgendaItem, Decision, Invitation, Meeting

tell = telling(Topic.MEETINGS)


@transaction.atomic
def decide(
    *,
    item: AgendaItem,
    level: int,
    rationale: str,
    disclosure: str,
    disclosure_reasons: str,
    disclosure_to: str,
    child_sex_offender: bool | None,
    serious_harm_to_children: bool | None = None,
    necessary_for_children: bool | None = None,
    asked_for: bool | None = None,
    against_presumption: str = "",
    category: str = "",
    category_reasons: str = "",
    plan_changes: str = "",
    is_critical: bool | None = None,
    critical_reasons: str = "",
    needs_media_plan: bool | None = None,
    media_reasons: str = "",
    next_review_on: date,
    version: int,
    by: User,
) -> Decision:
    """Record what the meeting decided about one person. It takes effect when the chair approves the minutes.

    What is left unsaid of category, critical case and media plan keeps the item from being finished (panels/gaps.py).
    Of a child sex offender the other answers about children are needed, and where the law presumes disclosure by them,
    "no" needs its reasons (Criminal Justice Act 2003 s.327A).
    """
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    decision = Decision.objects.visible_to(by).filter(item=item).first() or Decision(item=item)
    if version and not decision.pk:
        raise ValidationError(_("No decision is recorded yet. Open the page again, then save yours."))
    if decision.version != version:
        raise ValidationError(
            _("Someone else recorded a decision meanwhile: level %(level)s, next review %(day)s. Check it, then save.")
            % {"level": decision.level, "day": long_date(decision.next_review_on)},
            code="stale",
            params={"version": decision.version},
        )
    _refuse_decision(item.offender, meeting, level, next_review_on)
    decision.level, decision.rationale = level, rationale.strip()
    decision.disclosure, decision.disclosure_reasons = disclosure, disclosure_reasons.strip()
    decision.disclosure_to = disclosure_to.strip() if disclosure == "yes" else ""
    if disclosure == "yes" and not decision.disclosure_to:
        raise ValidationError({"disclosure_to": _("Enter to whom it is to be disclosed")})
    decision.answer(
        child_sex_offender=child_sex_offender,
        serious_harm_to_children=serious_harm_to_children,
        necessary_for_children=necessary_for_children,
        asked_for=asked_for,
    )
    decision.presumption = about_children(decision).presumption
    decision.against_presumption = against_presumption.strip() if decision.is_against_presumption else ""
    decision.category = category
    decision.category_reasons = "" if category == Decision.Category.CONFIRMED else category_reasons.strip()
    decision.plan_changes = plan_changes.strip()
    decision.is_critical, decision.critical_reasons = is_critical, critical_reasons.strip()
    decision.needs_media_plan, decision.media_reasons = needs_media_plan, media_reasons.strip()
    decision.next_review_on, decision.recorded_by = next_review_on, by
    decision.version = version + 1
    decision.full_clean()
    decision.save()
    propose_category(decision, by=by)
    changed(meeting, held=True)
    presumption = decision.presumption
    record("decision.recorded", by=by, about=decision, level=level, disclosure=disclosure, presumption=presumption)
    return decision


def review_limit(offender: Offender, meeting: Meeting, level: int) -> date:
    """The last day for the next review: the standard counts from the meeting, not from when it is typed."""
    return latest_review(level, offender.area, min(dates.today(), meeting.held_on))


def _refuse_decision(offender: Offender, meeting: Meeting, level: int, next_review_on: date) -> None:
    if level == Offender.Level.ORDINARY and offender.category == Offender.Category.DANGEROUS:
        raise ValidationError({"level": _("A category 3 case is never managed at level 1. Choose level 2 or 3")})
    limit = review_limit(offender, meeting, level)
    if not dates.today() < next_review_on <= limit:
        words = _("Enter a review date after today and not later than %(limit)s, the standard for level %(level)s")
        raise ValidationError({"next_review_on": words % {"limit": long_date(limit), "level": level}})


@transaction.atomic
def add_action(
    *,
    item: AgendaItem,
    text: str,
    agency: Agency,
    due_on: date,
    checked_how: str = "",
    override_reason: str = "",
    by: User,
) -> Action:
    """Agree an action: what, which agency, by when, and how it is seen that it is done.

    Raises ValidationError for words that cannot be checked, unless co-ordination or the chair says why they stand.
    """
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    if due_on <= dates.today():
        raise ValidationError({"due_on": _("The date must be in the future")})
    if agency.pk not in {owner.pk for owner in owners(item)}:
        raise ValidationError({"agency": _("Choose an agency that is invited for this person")})
    found = smart.faults(owner=agency, due_on=due_on, text=text, checked_how=checked_how)
    overridden = smart.refuse(found, override_reason=override_reason)
    action = Action(
        offender=item.offender,
        item=item,
        # Of the area that manages the case now: what is open moved there with it.
        area=item.offender.area,
        text=text.strip(),
        checked_how=checked_how.strip(),
        override_reason=override_reason.strip() if overridden else "",
        agency=agency,
        due_on=due_on,
        made_by=by,
    )
    action.full_clean()
    action.save()
    changed(meeting)
    record("action.agreed", by=by, about=action, agency=agency.pk, overridden=overridden)
    tell(item.offender, _("Action agreed"), action.reference, by=by)
    return action


def owners(item: AgendaItem) -> list[Agency]:
    """The agencies that may be given an action: those invited for the person, and the Responsible Authority."""
    invited = set(Invitation.objects.of_item(item).coming().values_list("agency", flat=True))
    return [a for a in invitable(item) if a.pk in invited or a.is_responsible_authority]
