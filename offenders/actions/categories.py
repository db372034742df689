"""Which category a case has: every basis stored, one category recorded, and what follows proposed to a person."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, telling
from offenders.actions.levels import start_level
from offenders.category_standards import answer_due, asked_again_from, category_order
from offenders.derivation import End, Following, category_of, compare, deciding, following, found_by_law
from offenders.law import level as level_law
from offenders.models import (
    CategoryBasis,
    CategoryDecision,
    CategoryPeriod,
    CategoryProposal,
    Conviction,
    NotificationRequirement,
    Offender,
    WhereaboutsPeriod,
)

tell = telling(Topic.LAW)

Outcome = CategoryProposal.Outcome
DANGEROUS = Offender.Category.DANGEROUS
ORDINARY = Offender.Level.ORDINARY


@transaction.atomic
def rederive(offender: Offender, *, by: User) -> CategoryProposal | None:
    """Store what the law finds in convictions and notification requirements and the record does not hold, and propose what follows.

    It changes no category and ends nothing: that is for a person to confirm (domain.md 1.3). What is proposed already,
    or was declined not long ago for the same facts, is not proposed again. The open proposal, or None.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    store_bases(offender, by=by)
    return propose(offender, by=by)


def derive_category(offender: Offender, *, undetermined: str = "", by: User) -> None:
    """Store every limb the convictions satisfy, and record the one category they give.

    Raises ValidationError when there is none, unless `undetermined` says why the person is registered for somebody to
    decide: eligibility is by law, or by decision of the Responsible Authority.
    """
    store_bases(offender, by=by)
    category = category_today(offender, standing_bases(offender, by=by))
    if category is None and not undetermined.strip():
        words = _(
            "This conviction does not make the person eligible today: category 1 needs a Schedule 3 offence "
            "with notification still running, category 2 a Schedule 15 offence with 12 months’ custody or "
            "more or a hospital order, still in force (CJA 2003 s.327)."
        )
        raise ValidationError({"disposal": ValidationError(words, code="no_category")})
    if category is not None:
        record_category(offender, category, why_of(offender, category, by=by), decision=None, by=by)
    record("case.category_derived", by=by, about=offender, category=category)


def standing_bases(offender: Offender, *, by: User) -> list[CategoryBasis]:
    """The bases of a case that hold or held."""
    return list(offender.bases.visible_to(by).standing())


def category_today(offender: Offender, bases: Sequence[CategoryBasis]) -> int | None:
    """The category that the bases give today, in the order of the case's area."""
    today = dates.today()
    return category_of(bases, today, category_order(offender.area, today))


def why_of(offender: Offender, category: int, *, by: User) -> str:
    """Why a category is recorded, in the words of the basis that gives it."""
    basis = deciding(standing_bases(offender, by=by), category, dates.today())
    return f"{basis.explanation} ({basis.authority})" if basis else ""


def store_bases(offender: Offender, *, by: User) -> None:
    """Let the stored bases be those that the law finds: new ones added, others superseded and kept. Needs the lock."""
    convictions = offender.convictions.visible_to(by).in_force().with_sentence(by)
    requirements = offender.requirements.visible_to(by)
    licences, key_dates = offender.licences.visible_to(by), offender.key_dates.visible_to(by).standing()
    by_law = found_by_law(convictions, requirements, licences, key_dates)
    found = compare(standing_bases(offender, by=by), by_law)
    for basis, source in found.sourced:
        basis.conviction = source if isinstance(source, Conviction) else None
        basis.requirement = source if isinstance(source, NotificationRequirement) else None
        basis.save(update_fields=["conviction", "requirement"])
    for basis in found.gone:
        basis.superseded_on = dates.today()
        basis.save(update_fields=["superseded_on"])
    for source, limb in found.missing:
        CategoryBasis.objects.create(
            offender=offender,
            conviction=source if isinstance(source, Conviction) else None,
            requirement=source if isinstance(source, NotificationRequirement) else None,
            category=limb.category,
            limb=limb.limb,
            authority=limb.authority,
            explanation=limb.explanation,
            starts_on=limb.starts_on,
            ends_on=limb.ends_on,
        )
    if found.missing or found.gone:
        record("case.bases_derived", by=by, about=offender, found=len(found.missing), superseded=len(found.gone))


def record_category(
    offender: Offender, category: int, why: str, *, decision: CategoryDecision | None, by: User
) -> None:
    """Let a category be the recorded one from today, with its history. The caller saves the case."""
    today = dates.today()
    offender.category_periods.visible_to(by).filter(until__isnull=True).update(until=today)
    CategoryPeriod.objects.create(
        offender=offender, category=category, from_on=today, explanation=why, decision=decision, decided_by=by
    )
    offender.category = category


def left_by(offender: Offender, *, by: User) -> CategoryDecision | None:
    """The decision by which a case that is no longer managed ended, or by which it was ruled out since; none withdrawn.

    The end of a decision about category 3 or 4 ends a case too, on its own day, where nothing else is in force.
    """
    decisions = offender.category_decisions.visible_to(by).exclude(later__kind=CategoryDecision.Kind.WITHDRAWN)
    ended_with_it = Q(kind__in=CategoryDecision.ABOUT_ANOTHER, recorded_at__date=offender.ended_on)
    return decisions.filter(Q(kind__in=CategoryDecision.ENDS_MANAGEMENT) | ended_with_it).first()


def end_of(offender: Offender, *, by: User) -> End:
    """How a case ended, and whether what that said is so no longer; nothing of a case that is managed."""
    left = left_by(offender, by=by) if offender.ended_on else None
    if left is None:
        return End()
    is_undone = left.kind == CategoryDecision.Kind.DIED and offender.whereabouts != Offender.Whereabouts.DECEASED
    if left.kind == CategoryDecision.Kind.DEPORTED:
        moves = offender.whereabouts_periods.visible_to(by).standing()
        since = moves.filter(added_at__gt=left.recorded_at, from_on__gte=left.decided_on)
        is_undone = since.exclude(kind__in=WhereaboutsPeriod.AWAY).exists()
    return End(left.recorded_at, is_undone)


def what_follows(offender: Offender, *, by: User) -> Following | None:
    """What the bases ask for today and the record does not say."""
    today = dates.today()
    order = category_order(offender.area, today)
    return following(offender, standing_bases(offender, by=by), end_of(offender, by=by), today, order)


def propose(offender: Offender, *, by: User, reason: str = "") -> CategoryProposal | None:
    """Keep the one open proposal of a case true: make it, leave it, or close it as overtaken. Needs the lock."""
    wanted = what_follows(offender, by=by)
    open_one = offender.category_proposals.visible_to(by).open().first()
    if open_one and wanted and wanted.is_said_by(open_one, offender.category):
        return open_one
    if open_one:
        answer(open_one, Outcome.OVERTAKEN, _("The facts changed, or somebody decided"), by=by)
    if wanted is None or _was_declined(offender, wanted, by=by):
        return None
    today = dates.today()
    proposal = CategoryProposal(
        offender=offender,
        kind=wanted.kind,
        from_category=offender.category,
        to_category=wanted.to_category,
        explanation=" ".join(filter(None, [wanted.why, reason.strip()])),
        facts=wanted.facts,
        as_of=today,
        due_on=answer_due(offender.area, today),
        made_by=by,
    )
    proposal.full_clean()
    proposal.save()
    record("category.proposed", by=by, about=proposal, kind=wanted.kind, category=wanted.to_category)
    tell(offender, _("A change of category waits for an answer"), proposal.get_kind_display(), by=by)
    return proposal


def answer(proposal: CategoryProposal, outcome: str, reason: str, *, by: User) -> None:
    """Close a proposal; who, when and why are kept with it."""
    proposal.outcome, proposal.answer_reason = outcome, reason
    proposal.answered_at, proposal.answered_by = timezone.now(), by
    proposal.full_clean()
    proposal.save(update_fields=["outcome", "answer_reason", "answered_at", "answered_by"])


def _was_declined(offender: Offender, wanted: Following, *, by: User) -> bool:
    declined = offender.category_proposals.visible_to(by).filter(outcome=Outcome.DECLINED).order_by("-answered_at")
    last = declined.first()
    return last is not None and is_settled_by(last, wanted, offender)


def is_settled_by(declined: CategoryProposal, wanted: Following, offender: Offender) -> bool:
    """Did somebody decline the very same, so short a time ago that it is not asked again?"""
    if declined.answered_at is None or not wanted.is_said_by(declined, offender.category):
        return False
    declined_on = timezone.localtime(declined.answered_at).date()
    return dates.today() < asked_again_from(offender.area, declined_on)


def settle(
    offender: Offender,
    *,
    decision: CategoryDecision | None,
    need: level_law.Need | None = None,
    level: int | None = None,
    next_review_on: date | None = None,
    reason: str,
    by: User,
) -> None:
    """Let the record follow the bases, now that a person has decided: another category, an end, or an entry.

    Raises ValidationError when that would leave category 3 at level 1, or the criteria of the level are not met.
    """
    category = category_today(offender, standing_bases(offender, by=by))
    if category is None:
        if offender.ended_on is None:
            leave(offender, by=by)
    else:
        _follow(offender, category, decision, need, level, next_review_on, reason, by=by)
    propose(offender, by=by)


def _follow(
    offender: Offender,
    category: int,
    decision: CategoryDecision | None,
    need: level_law.Need | None,
    level: int | None,
    next_review_on: date | None,
    reason: str,
    *,
    by: User,
) -> None:
    enters = offender.ended_on is not None
    target = level or (ORDINARY if enters else offender.level)
    _refuse_level(category, target, offender, need, enters=enters)
    if enters or category != offender.category:
        record_category(offender, category, why_of(offender, category, by=by), decision=decision, by=by)
    offender.ended_on = None
    if enters or target != offender.level:
        start_level(offender, target, reason, next_review_on=next_review_on, by=by)
    else:
        offender.full_clean()
        offender.save(update_fields=["category"])
    record("case.category_recorded", by=by, about=offender, category=category, level=target)
    words = _("%(category)s, at level %(level)s") % {"category": offender.get_category_display(), "level": target}
    tell(offender, _("Managed under MAPPA again") if enters else _("Category recorded"), words, by=by)


def enter_undetermined(offender: Offender, reason: str, *, by: User) -> None:
    """Manage a case again while nothing gives it a category: somebody must decide, and is asked to."""
    offender.ended_on, offender.category = None, None
    start_level(offender, ORDINARY, reason, next_review_on=None, by=by)
    tell(offender, _("Managed under MAPPA again"), _("Category to be determined"), by=by)
    propose(offender, by=by)


def _refuse_level(category: int, target: int, offender: Offender, need: level_law.Need | None, *, enters: bool) -> None:
    """Category 3 is at level 2 or 3 only (domain.md 1.3), and a level is entered by its criteria (2.1)."""
    if category == DANGEROUS and target == ORDINARY:
        raise ValidationError({"level": _("Category 3 is managed at level 2 or 3, never at level 1. Choose one")})
    if need is None or target == ORDINARY or (target == offender.level and not enters):
        return
    if not need.meetings_add_value:
        raise ValidationError({"meetings_add_value": _("Level 2 and 3 need formal meetings that add value: tick this")})
    if not level_law.level_2_met(need):
        words = _(
            "The criteria are not met: assess the risk of serious harm as high or very high, or tick this box and say "
            "in the reasons which agencies must be co-ordinated"
        )
        raise ValidationError({"exceptional": words})
    if not level_law.is_met(target, need):
        raise ValidationError({"senior_needed": _("Level 3 needs senior representation: tick this box, or choose 2")})


def leave(offender: Offender, *, by: User) -> None:
    """End the management of a case: its category, level and open review end today. What it was shared with stays.

    The last category and level stay on the row, for figures of days gone by. The caller has the decision. A legal hold does
    not stand in its way: who is managed is for the law, and the record stays whole.
    """
    today = dates.today()
    offender.category_periods.visible_to(by).filter(until__isnull=True).update(until=today)
    offender.levels.visible_to(by).filter(until__isnull=True).update(until=today)
    offender.reviews.visible_to(by).open().update(superseded_on=today)
    offender.ended_on, offender.next_review_on = today, None
    offender.full_clean()
    offender.save(update_fields=["ended_on", "next_review_on"])
    record("case.ended", by=by, about=offender)
    tell(offender, _("No longer managed under MAPPA"), by=by)
