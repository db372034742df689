"""Whether a plan may be sent to be countersigned: what is still missing, in words that say how to put it right."""

from django.utils.translation import gettext as _

from agencies.models import User
from assessments import terms
from assessments.models import PILLARS, Heading, Plan
from mappa import dates
from offenders.models import Offender
from offenders.visibility import who_sees


def agencies_on(offender: Offender) -> set[int]:
    """The agencies of which somebody sees the case: only they can do anything about it."""
    return {sight.agency for sight in who_sees(offender)[0]}


def missing(plan: Plan, user: User) -> list[str]:
    """What keeps the plan from being valid (Guidance 12.11: the four headings, contingency and all licence conditions)."""
    written = {row.heading for row in plan.sections.visible_to(user) if row.text}
    measures = list(plan.measures.visible_to(user).standing().select_related("agency"))
    return [
        *_headings(written, {measure.pillar for measure in measures}),
        *_conditions(plan, user),
        *_unanswered(plan, user),
        *_blind(plan, {measure.agency for measure in measures}),
        *[
            _("Give this measure a day to come: %s") % measure.text
            for measure in measures
            if measure.due_on <= dates.today()
        ],
    ]


def _headings(written: set[str], with_measures: set[str]) -> list[str]:
    found = []
    if Heading.CONTINGENCY not in written:
        found.append(_("Write the contingency plans: without them the plan is not valid"))
    empty = [heading for heading in PILLARS if heading not in written | with_measures]
    return found + [_("Write what is done under “%s”, or add a measure there") % heading.label for heading in empty]


def _conditions(plan: Plan, user: User) -> list[str]:
    offender = plan.offender
    is_licensee = offender.licences.visible_to(user).standing().exists()
    running = offender.licence_conditions.visible_to(user).standing().filter(licence__ended_on__isnull=True)
    if not is_licensee or running.exists():
        return []
    return [_("The person is on licence and no condition is recorded: record the licence’s conditions first")]


def _unanswered(plan: Plan, user: User) -> list[str]:
    answered = terms.answers(plan, user)
    left = [term for term in terms.running(plan.offender, user) if term.key not in answered]
    return [_("Say where the plan answers it, or why it is left out: %s") % term.title for term in left]


def _blind(plan: Plan, owners: set[object]) -> list[str]:
    seeing = agencies_on(plan.offender)
    names = sorted(owner.name for owner in owners if owner.pk not in seeing)  # type: ignore[attr-defined]
    return [does_not_see(name) for name in names]


def does_not_see(name: str) -> str:
    """Why an agency cannot own a measure."""
    words = _("Nobody at %s can see this case: share the case with them first, under “Who can see this”")
    return words % name
