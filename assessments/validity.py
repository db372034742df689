"""Whether a plan may be sent to be countersigned, and whether one in force still holds: what is missing, in words that
say how to put it right.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from assessments import terms
from assessments.models import PILLARS, Heading, Plan
from mappa import dates
from offenders.models import Disposal, KeyDate, Licence, Offender
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
        *_blind(plan, {measure.agency for measure in measures if not measure.done_on}),
        *[
            _("Give this measure a day to come: %s") % measure.text
            for measure in measures
            if not measure.done_on and measure.due_on <= dates.today()
        ],
    ]


def gaps(plan: Plan, user: User) -> list[str]:
    """What a plan in force does not answer any more: conditions, orders and flags of since, and measures that are nobody's."""
    owners = {measure.agency for measure in plan.measures.visible_to(user).undone().select_related("agency")}
    return [*_conditions(plan, user), *_unanswered(plan, user), *_blind(plan, owners)]


def _headings(written: set[str], with_measures: set[str]) -> list[str]:
    found = []
    if Heading.CONTINGENCY not in written:
        found.append(_("Write the contingency plans: without them the plan is not valid"))
    empty = [heading for heading in PILLARS if heading not in written | with_measures]
    return found + [_("Write what is done under “%s”, or add a measure there") % heading.label for heading in empty]


def _conditions(plan: Plan, user: User) -> list[str]:
    offender = plan.offender
    running = offender.licence_conditions.visible_to(user).standing().filter(licence__ended_on__isnull=True)
    if running.exists():
        return []
    if offender.licences.visible_to(user).standing().exists():
        return [_("The person is on licence and no condition is recorded: record the licence’s conditions first")]
    if _must_be_on_licence(offender, user):
        words = _(
            "The person is in the community under a sentence of custody that has not ended, and no licence is recorded: "
            "record the licence with its conditions, or put the end of the sentence right"
        )
        return [words]
    return []


def _must_be_on_licence(offender: Offender, user: User) -> bool:
    """Released under a sentence or licence that runs by the record, with no licence recorded that ended since."""
    if offender.whereabouts != Offender.Whereabouts.COMMUNITY:
        return False
    today = dates.today()
    licences = offender.licences.visible_to(user).exclude(ending=Licence.Ending.ERROR)
    runs = Q(kind__in=[Disposal.Kind.LIFE, Disposal.Kind.IPP]) | Q(kind__in=Disposal.CUSTODY, ends_on__gte=today)
    held = offender.disposals.visible_to(user).in_force().filter(runs, suspended=False)
    expiry = offender.key_dates.visible_to(user).standing().filter(kind=KeyDate.Kind.LICENCE_EXPIRY, on__gte=today)
    began = max(licences.values_list("starts_on", flat=True), default=None)
    if began is not None:
        return held.filter(imposed_on__gt=began).exists()
    return held.exists() or expiry.exists()


def _unanswered(plan: Plan, user: User) -> list[str]:
    answered = terms.answers(plan, user)
    left = [term for term in terms.running(plan.offender, user) if term.key not in answered]
    return [_("Say where the plan answers it, or why it is left out: %s") % term.title for term in left]


def _blind(plan: Plan, owners: set[Agency]) -> list[str]:
    seeing = agencies_on(plan.offender)
    names = sorted(owner.name for owner in owners if owner.pk not in seeing)
    return [does_not_see(name) for name in names]


def does_not_see(name: str) -> str:
    """Why an agency cannot own a measure."""
    words = _("Nobody at %s can see this case: share the case with them first, under “Who can see this”")
    return words % name
