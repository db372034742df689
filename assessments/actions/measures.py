"""The verbs of measures: add or propose one to a draft, change or word it, take it out, say that it is done."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, agencies_granting, allowed, require
from agencies.models import Agency, User
from agencies.models.user import system_user
from assessments import smart
from assessments.actions.plans import in_state, still, wrote_in
from assessments.models import Audience, Measure, Plan, usual_audience
from assessments.validity import agencies_on, does_not_see
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from offenders.actions import Topic, lock, refuse_twice, telling
from offenders.models import Offender

tell = telling(Topic.RISK)


@transaction.atomic
def add_measure(
    *,
    plan: Plan,
    pillar: str,
    text: str,
    agency: Agency,
    person: str,
    due_on: date,
    checked_how: str,
    audience: str,
    override_reason: str,
    by: User,
) -> Measure:
    """Add a measure to a draft.

    Raises ValidationError for words that cannot be checked, unless co-ordination or the chair says why they stand, and
    for an agency that does not see the case.
    """
    require(by, Perm.WRITE_PLANS, on=plan)
    plan = in_state(plan, Plan.State.DRAFT, by=by)
    measure = Measure(plan=plan, pillar=pillar, agency=agency, person=person.strip(), audience=audience)
    return _add(measure, text=text, due_on=due_on, checked_how=checked_how, override_reason=override_reason, by=by)


def draft_of(offender: Offender) -> Plan | None:
    """The version that takes measures. The system looks: an agency adds its part without seeing the rest of the draft."""
    return offender.plans.visible_to(system_user()).filter(state=Plan.State.DRAFT).first()


@transaction.atomic
def propose_measure(
    *,
    offender: Offender,
    pillar: str,
    text: str,
    agency: Agency,
    person: str,
    due_on: date,
    checked_how: str,
    by: User,
) -> Measure:
    """Put a measure of one's own agency into the draft, for those who write the plan to keep, change or take out.

    Raises ValidationError while no version is a draft, for an agency for which `by` does not act on this case, for one that
    does not see it, and for words that cannot be checked.
    """
    require(by, Perm.PROPOSE_MEASURE, on=offender)
    offender = lock(offender, by=by)
    plan = draft_of(offender)
    if plan is None:
        raise ValidationError(no_draft())
    if agency not in agencies_granting(by, Perm.PROPOSE_MEASURE, on=offender):
        another = _("Choose your own agency: another proposes its measures itself")
        sees = agency.pk in agencies_on(offender)
        raise ValidationError({"agency": another if sees else does_not_see(agency.name)})
    plan.offender = offender
    measure = Measure(plan=plan, pillar=pillar, agency=agency, person=person.strip())
    measure = _add(measure, text=text, due_on=due_on, checked_how=checked_how, override_reason="", by=by)
    tell(offender, _("Measure proposed for the plan"), agency.name, by=by)
    return measure


def no_draft() -> str:
    """Why nothing can be proposed now, and what to do."""
    return _("No version of the plan is being written now. Ask the lead agency to begin one, then propose the measure.")


@transaction.atomic
def change_measure(
    *,
    measure: Measure,
    pillar: str,
    text: str,
    agency: Agency,
    person: str,
    due_on: date,
    checked_how: str,
    audience: str,
    override_reason: str,
    version: int,
    by: User,
) -> Measure:
    """Change a measure of a draft, if nobody else did since `version` was read."""
    require(by, Perm.WRITE_PLANS, on=measure)
    measure = _in_draft(measure, version, by=by)
    measure.pillar, measure.agency, measure.person = pillar, agency, person.strip()
    # An audience left out is none chosen: what was restricted is never opened by saying nothing.
    measure.audience = audience
    return _save(measure, text=text, due_on=due_on, checked_how=checked_how, override_reason=override_reason, by=by)


@transaction.atomic
def draft_measure(
    *, measure: Measure, text: str, person: str, due_on: date, checked_how: str, version: int, by: User
) -> Measure:
    """Word a measure for one's own agency while the plan is a draft: each agency drafts its part."""
    require(by, Perm.UPDATE_ACTION, on=measure)
    measure = _in_draft(measure, version, by=by)
    measure.person = person.strip()
    return _save(measure, text=text, due_on=due_on, checked_how=checked_how, override_reason="", by=by)


@transaction.atomic
def remove_measure(*, measure: Measure, by: User) -> Measure:
    """Take a measure out of a draft. What it said stays with the plan."""
    require(by, Perm.WRITE_PLANS, on=measure)
    measure = _in_draft(measure, None, by=by)
    measure.removed_at, measure.removed_by = timezone.now(), by
    measure.saved_by, measure.saved_at, measure.version = by, measure.removed_at, measure.version + 1
    measure.save(update_fields=["removed_at", "removed_by", "saved_by", "saved_at", "version"])
    wrote_in(measure.plan, by)
    record("measure.removed", by=by, about=measure)
    return measure


@transaction.atomic
def report_measure(*, measure: Measure, outcome: str, by: User) -> Measure:
    """Say that a measure of the plan in force is done, and what came of it: in the version being written too, where the
    same words still stand.
    """
    require(by, Perm.UPDATE_ACTION, on=measure)
    plan = _plan_of(measure, Plan.State.CURRENT, by=by)
    measure = _fresh(measure, by=by)
    measure.plan, measure.offender = plan, plan.offender
    if measure.done_on is not None:
        raise ValidationError(_("This measure is done already. Open the page again to see what was recorded."))
    if not outcome.strip():
        raise ValidationError({"outcome": _("Enter what was done and what came of it")})
    measure.outcome, measure.done_on, measure.done_by = outcome.strip(), dates.today(), by
    measure.save(update_fields=["outcome", "done_on", "done_by"])
    copies = measure.continued_by.visible_to(by).undone().filter(agency=measure.agency, text=measure.text)
    copies.update(outcome=measure.outcome, done_on=measure.done_on, done_by=by)
    record("measure.done", by=by, about=measure)
    tell(plan.offender, _("Measure of the plan done"), measure.reference, by=by)
    return measure


def _plan_of(measure: Measure, state: str, *, by: User) -> Plan:
    """The plan of a measure, its case locked, in this state. Whoever words his own part need not see the draft."""
    offender = lock(measure.offender, by=by)
    found = Measure.objects.visible_to(by).select_related("plan").filter(pk=measure.pk).first()
    if found is None:
        raise ValidationError(_("This measure is no longer your agency’s. Nothing was saved."))
    return still(found.plan, offender, state)


def _fresh(measure: Measure, *, by: User) -> Measure:
    rows = Measure.objects.visible_to(by).select_for_update(of=("self",)).select_related("agency", "saved_by")
    found = rows.get(pk=measure.pk)
    if found.removed_at is not None:
        raise ValidationError(_("This measure was taken out of the plan meanwhile. Open the plan again to see it."))
    return found


def _in_draft(measure: Measure, version: int | None, *, by: User) -> Measure:
    plan = _plan_of(measure, Plan.State.DRAFT, by=by)
    found = _fresh(measure, by=by)
    found.plan, found.offender = plan, plan.offender
    if found.done_on is not None:
        raise ValidationError(_("This measure is done already. Open the page again to see what was recorded."))
    if version is not None and found.version != version:
        raise ValidationError(_theirs(found), code="stale", params={"version": found.version})
    return found


def _theirs(measure: Measure) -> str:
    words = _(
        "%(who)s saved this measure at %(time)s: “%(text)s” under “%(heading)s”, %(agency)s, by %(day)s, checked: “%(how)s”. "
        "Who may read it is now: %(audience)s. Your own words are still here. Compare them, then save."
    )
    told = words % {
        "who": measure.saved_by.name if measure.saved_by else _("Someone else"),
        "time": clock(measure.saved_at) if measure.saved_at else "",
        "text": measure.text,
        "heading": measure.get_pillar_display(),
        "agency": f"{measure.agency.name} ({measure.person})" if measure.person else measure.agency.name,
        "day": long_date(measure.due_on),
        "how": measure.checked_how,
        "audience": measure.get_audience_display(),
    }
    return told.replace("%", "%%")  # a refusal with parameters formats its words once more


def _word(measure: Measure, *, text: str, due_on: date, checked_how: str, override_reason: str, by: User) -> None:
    """Give a measure its words, as the SMART check lets them stand, and its owner, if he can see the case.

    Words that were let stand and are not changed stand for whoever saves the measure for another reason.
    """
    before, given = measure.override_reason, override_reason.strip()
    may_let_stand = allowed(by, Perm.TAKE_MINUTES, on=measure)
    if given == before and not may_let_stand:
        given = ""  # his form sends it along, and does not show it
    are_same = (text.strip(), checked_how.strip()) == (measure.text, measure.checked_how)
    reason = given or (before if are_same else "")
    found = smart.faults(owner=measure.agency, due_on=due_on, text=text, checked_how=checked_how)
    if smart.says_nothing(checked_how):
        why = _("Enter how it is checked: a measure that nobody checks protects nobody")
        found.append(smart.Fault("checked_how", why, may_stand=False))
    if given and not may_let_stand:
        why = _("Only co-ordination or the chair may let refused words stand. Change the words")
        found = [
            *(fault._replace(may_stand=False) for fault in found),
            smart.Fault("override_reason", why, may_stand=False),
        ]
    if due_on <= dates.today():
        found.append(smart.Fault("due_on", _("The date must be in the future"), may_stand=False))
    overridden = smart.refuse(found, override_reason=reason)
    if measure.agency_id not in agencies_on(measure.offender):
        raise ValidationError({"agency": does_not_see(measure.agency.name)})
    if measure.audience not in Audience.values:
        raise ValidationError({"audience": _("Choose who may read it")})
    measure.text, measure.due_on, measure.checked_how = text.strip(), due_on, checked_how.strip()
    measure.override_reason = reason if overridden else ""
    measure.overridden_by = (measure.overridden_by if reason == before else by) if overridden else None
    measure.saved_at, measure.saved_by, measure.version = timezone.now(), by, measure.version + 1


def _add(measure: Measure, **words: Any) -> Measure:
    plan, by = measure.plan, words["by"]
    measure.offender, measure.audience = plan.offender, measure.audience or usual_audience(measure.pillar)
    same = {"pillar": measure.pillar, "text": words["text"].strip(), "agency": measure.agency}
    refuse_twice(plan.measures.visible_to(by).standing().filter(**same))
    _word(measure, **words)
    measure.full_clean()
    measure.save()
    wrote_in(plan, by)
    overridden = bool(measure.override_reason)
    record("measure.added", by=by, about=measure, agency=measure.agency_id, overridden=overridden)
    return measure


def _save(measure: Measure, **words: Any) -> Measure:
    by = words["by"]
    _word(measure, **words)
    measure.full_clean()
    measure.save()
    wrote_in(measure.plan, by)
    record("measure.changed", by=by, about=measure, version=measure.version, overridden=bool(measure.override_reason))
    return measure
