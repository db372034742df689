"""The verbs of notification requirements: begin, work out again, end, direct a parent, review."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders import duties
from offenders.actions.case import Topic, lock, telling
from offenders.actions.categories import rederive
from offenders.actions.dues import facts_of, settle
from offenders.category_standards import answer_due
from offenders.custody import stretches
from offenders.law import deadlines, eligibility, notification
from offenders.law.disposals import Disposal as Imposed
from offenders.law.disposals import disposal_of
from offenders.law.notification import NotificationPeriod
from offenders.law.periods import Length, Stretch, is_under
from offenders.models import (
    Conviction,
    Disposal,
    NotificationRequirement,
    Offender,
    Order,
    ParentalDirection,
    Regime,
    RequirementPeriod,
    RequirementReview,
)
from offenders.sentencing import dealt, relevant_day

tell = telling(Topic.NOTIFICATION)

# The Act whose requirements a basis of MAPPA eligibility goes with (CJA 2003 s.327(2) and (4D)).
ACT_OF_LIMB = {"s.327(2)": Regime.SEXUAL, "s.327(4D)": Regime.TERRORIST}
Lasts, Basis, EndReason, Doubt = (
    NotificationRequirement.Lasts,
    NotificationRequirement.Basis,
    NotificationRequirement.EndReason,
    NotificationRequirement.Doubt,
)

# These alone have a length that the court gave.
WITH_TERM = (*Disposal.CUSTODY, Disposal.Kind.CONDITIONAL_DISCHARGE)


def acts_of(conviction: Conviction) -> list[Regime]:
    """Under which Acts a conviction, finding or caution makes the person notify; none for most, nor before anything
    is recorded as imposed. Needs `with_sentence`."""
    if not conviction.disposals.all():
        return []
    flags, sentence = dealt(conviction)
    found = eligibility.bases(flags, sentence, conviction.offender.born_on)
    acts = [ACT_OF_LIMB[basis.limb] for basis in found if basis.limb in ACT_OF_LIMB]
    return [
        act
        for act in acts
        if _applies(_of_sentence(act, conviction.offender, relevant_day(conviction, act), sentence.disposal))
    ]


def _applies(period: NotificationPeriod) -> bool:
    return period.indefinite or period.period is not None


def _of_sentence(
    regime: str, offender: Offender, relevant_on: date, disposal: Imposed, detained: tuple[Stretch, ...] = ()
) -> NotificationPeriod:
    return notification.period(
        regime=regime, born_on=offender.born_on, relevant_on=relevant_on, disposal=disposal, custody=detained
    )


@transaction.atomic
def begin_notification(*, offender: Offender, conviction: Conviction, by: User) -> list[NotificationRequirement]:
    """Record that a conviction, finding or caution makes the person subject to notification requirements.

    The period and the first deadlines are the law's. Raises ValidationError where the conviction gives none.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    conviction = offender.convictions.visible_to(by).in_force().with_sentence(by).get(pk=conviction.pk)
    conviction.offender = offender
    acts = acts_of(conviction)
    if not acts:
        raise ValidationError(
            {
                "conviction": _(
                    "This gives no notification requirements: choose a Schedule 3 offence (Sexual Offences Act 2003 "
                    "s.80), or a terrorist offence with 12 months or more from the age of 16 (Counter-Terrorism Act "
                    "2008 ss.44 and 45)"
                )
            }
        )
    begun = [_begin(_of_conviction(conviction, act, offender, by=by), by=by) for act in acts]
    rederive(offender, by=by)
    return begun


@transaction.atomic
def begin_by_hand(
    *,
    offender: Offender,
    regime: str,
    basis: str,
    basis_words: str,
    relevant_on: date,
    lasts: str,
    disposal: str,
    term_years: int,
    term_months: int,
    term_days: int,
    order_ends_on: date | None,
    order: Order | None = None,
    by: User,
) -> NotificationRequirement:
    """Record requirements that rest on an order, or on something done elsewhere.

    With the `order` on the record they follow its variations, and a person is asked when it ends: its last day is theirs.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if order:
        order = _of_this_case(order, offender, by=by)
        basis_words = basis_words.strip() or f"{order.kind.name}, {order.court}"
        order_ends_on = _end_of_order(order, lasts, relevant_on, order_ends_on)
    if relevant_on > dates.today():
        raise ValidationError({"relevant_on": _("The relevant date must be today or in the past")})
    if relevant_on < offender.born_on:
        raise ValidationError({"relevant_on": _("The relevant date must be after the date of birth")})
    row = NotificationRequirement(
        offender=offender,
        regime=regime,
        basis=basis,
        basis_words=basis_words.strip(),
        relevant_on=relevant_on,
        lasts=lasts,
        disposal=disposal,
        term_years=term_years,
        term_months=term_months,
        term_days=term_days,
        order_ends_on=order_ends_on,
        order=order,
        by=by,
    )
    _refuse_odd_length(row)
    if offender.requirements.visible_to(by).filter(regime=regime, basis=basis, relevant_on=relevant_on).exists():
        raise ValidationError({"relevant_on": _("Requirements on this basis from this day are recorded already")})
    begun = _begin(row, by=by)
    rederive(offender, by=by)
    return begun


def _of_this_case(order: Order, offender: Offender, *, by: User) -> Order:
    """The order, fresh. Raises ValidationError where it makes nobody notify, or no longer does."""
    found = offender.orders.visible_to(by).select_related("kind").get(pk=order.pk)
    if not found.gives_requirements():
        words = _("This order has ended, or gives no such requirements: choose another, or none")
        raise ValidationError({"order": words})
    return found


def _end_of_order(order: Order, lasts: str, relevant_on: date, typed: date | None) -> date | None:
    if lasts != Lasts.ORDER:
        return typed
    if typed not in {None, order.ends_on}:
        words = _("The order chosen ends on another day. Leave this empty, or correct the order")
        raise ValidationError({"order_ends_on": words})
    if relevant_on < order.made_on:
        words = _("The order was made on %s: enter that day or a later one")
        raise ValidationError({"relevant_on": words % long_date(order.made_on)})
    return order.ends_on


def _refuse_odd_length(row: NotificationRequirement) -> None:
    """What is asked for one way of lasting makes no sense for the other."""
    has_term = bool(row.term_years or row.term_months or row.term_days)
    if row.lasts == Lasts.ORDER:
        if row.regime != Regime.SEXUAL:
            raise ValidationError({"lasts": _("Only requirements of the Sexual Offences Act last as long as an order")})
        if row.disposal or has_term:
            raise ValidationError(
                {"disposal": _("Leave the sentence empty: the requirements last as long as the order")}
            )
        return
    if row.order_ends_on:
        raise ValidationError(
            {"order_ends_on": _("Leave this empty: the requirements last as long as the sentence gives")}
        )
    if not row.disposal:
        raise ValidationError({"disposal": _("Choose the sentence from which the period follows")})
    if row.disposal in WITH_TERM and not has_term:
        raise ValidationError({"term_months": _("Enter the length of the sentence in years, months or days")})
    if row.disposal not in WITH_TERM and has_term:
        raise ValidationError({"term_months": _("This sentence has no length: leave years, months and days empty")})


def _begin(row: NotificationRequirement, *, by: User) -> NotificationRequirement:
    if not _applies_at_all(row, by):
        raise ValidationError(
            {"disposal": _("These facts give no notification requirements: check the Act, the age and the sentence")}
        )
    row.full_clean()
    row.save()
    work_out(row, by=by)
    settle(row.offender, by=by)
    record("requirement.begun", by=by, about=row, regime=row.regime, basis=row.basis)
    tell(row.offender, _("Notification requirements recorded"), row.act, by=by)
    return row


def _applies_at_all(row: NotificationRequirement, by: User) -> bool:
    return row.lasts == Lasts.ORDER or _applies(answer(row, by=by)[0])


def answer(row: NotificationRequirement, *, by: User) -> tuple[NotificationPeriod, bool]:
    """The law's period for what is recorded, and whether it stands still because the person is detained now.

    Only CTA 2008 s.53(7) leaves time in detention out.
    """
    if row.lasts == Lasts.ORDER:
        return notification.while_order_lasts(row.relevant_on, row.order_ends_on), False
    disposal = (
        dealt(row.conviction)[1].disposal
        if row.conviction
        else disposal_of(row.disposal, Length(row.term_years, row.term_months, row.term_days))
    )
    if row.regime != Regime.TERRORIST:
        return _of_sentence(row.regime, row.offender, row.relevant_on, disposal), False
    away = [a for a in stretches(row.offender, by) if a.kind in duties.DETAINED]
    today = dates.today()
    detained = tuple(Stretch(a.first, a.last or today) for a in away)
    found = _of_sentence(row.regime, row.offender, row.relevant_on, disposal, detained)
    last = found.last_day
    return found, any(a.last is None and last is not None and a.first <= last for a in away)


def work_out(row: NotificationRequirement, *, by: User) -> bool:
    """Ask the law again; a new period supersedes the last one, which is kept. True when it changed.

    Not for what gives no requirements any more: `follow_facts` puts that before a person.
    """
    found, stands_still = answer(row, by=by)
    explanation = found.explanation
    if stands_still:
        explanation = _("The person is detained, so the last day is not known until the release. %s") % explanation
    length = found.period
    new = RequirementPeriod(
        offender=row.offender,
        requirement=row,
        indefinite=found.indefinite,
        years=length.years if length else None,
        months=length.months if length else None,
        days=length.days if length else None,
        last_day=None if stands_still else found.last_day,
        authority=found.authority,
        explanation=explanation,
        by=by,
    )
    current = row.periods.visible_to(by).filter(superseded_at__isnull=True).first()
    if current and _same(current, new):
        return False
    row.periods.visible_to(by).filter(superseded_at__isnull=True).update(superseded_at=timezone.now())
    new.full_clean()
    new.save()
    row.indefinite, row.last_day = new.indefinite, new.last_day
    row.save(update_fields=["indefinite", "last_day"])
    if current:
        record("requirement.recomputed", by=by, about=row, regime=row.regime)
        tell(row.offender, _("Notification period worked out again"), row.act, by=by)
    return True


def _same(one: RequirementPeriod, other: RequirementPeriod) -> bool:
    def facts(row: RequirementPeriod) -> tuple[object, ...]:
        # The days so far of a detention that goes on change daily: they are no new period.
        words = row.explanation if row.last_day or row.indefinite else ""
        return row.indefinite, row.years, row.months, row.days, row.last_day, row.authority, words

    return facts(one) == facts(other)


@transaction.atomic
def recompute(*, offender: Offender, by: User) -> Offender:
    """Work out every standing requirement and everything due again, after a conviction or time in custody changed."""
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    follow_facts(offender, by=by)
    rederive(offender, by=by)
    record("requirement.checked", by=by, about=offender)
    return offender


def follow_facts(offender: Offender, *, by: User) -> None:
    """For verbs that change a fact: what the law begins, the periods, then what is due. The caller holds the lock.

    Requirements follow the correction of their conviction. What nothing gives any more is ended by nobody here: a
    person is asked, and until he answers it stands.
    """
    convictions = {row.pk: row for row in offender.convictions.visible_to(by).in_force().with_sentence(by)}
    rows = list(offender.requirements.visible_to(by).with_conviction(by))
    pairs = offender.convictions.visible_to(by).filter(corrects__isnull=False).values_list("corrects", "pk")
    corrected = {old: new for old, new in pairs if old}
    _follow_corrections(rows, convictions, corrected, offender, by=by)
    for row in rows:
        if row.ended_on is None:
            row.offender = offender
            _weigh(row, convictions, by=by)
    _begin_by_law(rows, convictions, offender, by=by)
    settle(offender, by=by)


def _follow_corrections(
    rows: list[NotificationRequirement],
    convictions: dict[int, Conviction],
    corrected: dict[int, int],
    offender: Offender,
    *,
    by: User,
) -> None:
    """Let requirements rest on the row that took the place of their conviction, where it gives them too."""
    taken = {(row.conviction_id, row.regime) for row in rows}
    for row in rows:
        last = row.conviction_id
        while last in corrected:
            last = corrected[last]
        new = convictions.get(last) if last and last != row.conviction_id else None
        if new is None or (new.pk, row.regime) in taken or row.regime not in _acts(new, offender):
            continue
        row.conviction, row.relevant_on = new, relevant_day(new, row.regime)
        row.full_clean(validate_constraints=False)
        row.save(update_fields=["conviction", "relevant_on"])
        record("requirement.followed_correction", by=by, about=row, regime=row.regime)


def _acts(conviction: Conviction, offender: Offender) -> list[Regime]:
    conviction.offender = offender
    return acts_of(conviction)


def _weigh(row: NotificationRequirement, convictions: dict[int, Conviction], *, by: User) -> None:
    """Work the period out again, or say why a person must look."""
    doubt = _doubt(row, convictions, by=by)
    if doubt in {"", Doubt.DIED}:
        _follow_order(row)
        _follow_sentence(row, convictions)
        work_out(row, by=by)
    if doubt == row.doubt:
        return
    row.doubt = doubt
    row.doubt_until = answer_due(row.offender.area, dates.today()) if doubt else None
    row.save(update_fields=["doubt", "doubt_until"])
    record("requirement.doubted", by=by, about=row, doubt=str(doubt))
    if doubt:
        tell(row.offender, _("Check whether the notification requirements still stand"), row.act, by=by)


def _doubt(row: NotificationRequirement, convictions: dict[int, Conviction], *, by: User) -> str:
    conviction = row.conviction
    if row.offender.whereabouts == Offender.Whereabouts.DECEASED:
        return Doubt.DIED
    if conviction and conviction.set_aside_on:
        return Doubt.QUASHED
    if row.order and row.order.ended_on:
        return Doubt.ORDER_ENDED
    if conviction and (conviction.pk not in convictions or row.regime not in _acts(conviction, row.offender)):
        return Doubt.NONE_GIVEN
    return "" if _applies_at_all(row, by) else Doubt.NONE_GIVEN


def _follow_order(row: NotificationRequirement) -> None:
    """A court that varied the order moved the last day of what lasts as long as it."""
    if row.order and row.lasts == Lasts.ORDER and row.order_ends_on != row.order.ends_on:
        row.order_ends_on = row.order.ends_on
        row.save(update_fields=["order_ends_on"])


def _follow_sentence(row: NotificationRequirement, convictions: dict[int, Conviction]) -> None:
    """What was imposed was put right, and with it the day since which the person notifies."""
    conviction = convictions.get(row.conviction_id) if row.conviction_id else None
    if conviction and row.relevant_on != relevant_day(conviction, row.regime):
        row.relevant_on = relevant_day(conviction, row.regime)
        row.save(update_fields=["relevant_on"])


def is_followed(
    offender: Offender, rows: Sequence[NotificationRequirement], convictions: Sequence[Conviction], *, by: User
) -> bool:
    """Does the record hold every requirement that these convictions give, and ask about each that they give no longer?

    For the night: a schedule of the list of offences may have been put right. Needs `with_sentence`; asks nothing of the
    database but for a terrorist offence whose requirements nobody recorded.
    """
    if offender.whereabouts == Offender.Whereabouts.DECEASED:
        return True
    given = {(row.pk, act): row for row in convictions for act in _acts(row, offender)}
    for row in rows:
        if row.conviction_id and row.ended_on is None:
            conviction = given.get((row.conviction_id, Regime(row.regime)))
            if (conviction is None) != bool(row.doubt):
                return False
            if conviction and relevant_day(conviction, row.regime) != row.relevant_on:
                return False
    return not _missing(rows, convictions, offender, by=by)


def _begin_by_law(
    rows: list[NotificationRequirement], convictions: dict[int, Conviction], offender: Offender, *, by: User
) -> None:
    """Begin what a conviction, finding or caution gives by law and nobody recorded; not what is long over.

    A requirement that somebody ended for a conviction is not begun again.
    """
    if offender.whereabouts == Offender.Whereabouts.DECEASED:
        return
    for row in _missing(rows, list(convictions.values()), offender, by=by):
        _begin(row, by=by)


def _missing(
    rows: Sequence[NotificationRequirement], convictions: Sequence[Conviction], offender: Offender, *, by: User
) -> list[NotificationRequirement]:
    known = {(row.conviction_id, row.regime) for row in rows}
    asked = [(each, act) for each in convictions for act in _acts(each, offender) if (each.pk, act) not in known]
    found = [_of_conviction(conviction, act, offender, by=by) for conviction, act in asked]
    lasts = [(row, answer(row, by=by)[0].last_day) for row in found]
    return [row for row, last in lasts if last is None or last >= dates.today()]


def _of_conviction(conviction: Conviction, act: Regime, offender: Offender, *, by: User) -> NotificationRequirement:
    return NotificationRequirement(
        offender=offender,
        regime=act,
        basis=Basis.CONVICTION,
        conviction=conviction,
        relevant_on=relevant_day(conviction, act),
        by=by,
    )


@transaction.atomic
def end_requirement(
    *, requirement: NotificationRequirement, ended_on: date, end_reason: str, end_words: str, by: User
) -> NotificationRequirement:
    """Record that requirements ended: the last day in force, and why. What was due under them is due no more."""
    require(by, Perm.EDIT_CASE, on=requirement)
    row = _standing(requirement, by=by)
    if end_reason == EndReason.REVIEWED:
        raise ValidationError({"end_reason": _("Record the determination of the review: it ends the requirements")})
    if end_reason == EndReason.EXPIRED and ended_on != row.last_day:
        if row.last_day is None:
            raise ValidationError({"end_reason": _("The period has no last day: choose why else they ended")})
        words = _("The period is over on its last day (%s): enter that day")
        raise ValidationError({"ended_on": words % long_date(row.last_day)})
    _end(row, ended_on, end_reason, end_words, by=by)
    return row


def _end(row: NotificationRequirement, ended_on: date, reason: str, words: str, *, by: User) -> None:
    if ended_on > dates.today():
        raise ValidationError({"ended_on": _("The last day in force must be today or in the past")})
    row.ended_on, row.end_reason, row.end_words, row.ended_by = ended_on, reason, words, by
    row.doubt, row.doubt_until = "", None
    row.full_clean()
    row.save(update_fields=["ended_on", "end_reason", "end_words", "ended_by", "doubt", "doubt_until"])
    settle(row.offender, by=by)
    record("requirement.ended", by=by, about=row, regime=row.regime, reason=reason)
    tell(row.offender, _("Notification requirements ended"), row.get_end_reason_display(), by=by)
    rederive(row.offender, by=by)


def _standing(requirement: NotificationRequirement, *, by: User) -> NotificationRequirement:
    """The requirement, fresh, its case locked. Raises ValidationError when it ended meanwhile."""
    offender = lock(requirement.offender, by=by)
    rows = NotificationRequirement.objects.visible_to(by).with_conviction(by)
    found = rows.get(pk=requirement.pk)
    found.offender = offender
    if found.ended_on:
        raise ValidationError(_("These requirements have ended already. Nothing was changed."))
    return found


@transaction.atomic
def direct_parent(
    *, requirement: NotificationRequirement, parent: str, from_on: date, until: date, by: User
) -> ParentalDirection:
    """Record a court's direction that a parent carries the duties, until the person is 18 or earlier (s.89)."""
    require(by, Perm.EDIT_CASE, on=requirement)
    row = _standing(requirement, by=by)
    if row.regime != Regime.SEXUAL:
        raise ValidationError(_("Only the Sexual Offences Act 2003 (s.89) knows a direction to a parent."))
    if from_on < row.relevant_on:
        raise ValidationError({"from_on": _("The direction cannot begin before the relevant date")})
    if not is_under(18, row.offender.born_on, from_on):
        raise ValidationError({"from_on": _("The person was 18 by then: a direction is for somebody under 18")})
    if until >= dates.add_years(row.offender.born_on, 18):
        raise ValidationError({"until": _("A direction ends before the 18th birthday: enter an earlier day")})
    same = row.directions.visible_to(by).filter(from_on__lte=until, until__gte=from_on)
    if same.exists():
        raise ValidationError({"from_on": _("Another direction covers some of these days")})
    direction = ParentalDirection(
        offender=row.offender, requirement=row, parent=parent.strip(), from_on=from_on, until=until, by=by
    )
    direction.full_clean()
    direction.save()
    record("requirement.parent_directed", by=by, about=row)
    tell(row.offender, _("Parental direction recorded"), by=by)
    return direction


@transaction.atomic
def apply_for_review(*, requirement: NotificationRequirement, applied_on: date, by: User) -> RequirementReview:
    """Record an application that indefinite requirements end (s.91B). Raises ValidationError before the law allows it."""
    require(by, Perm.EDIT_CASE, on=requirement)
    row = _standing(requirement, by=by)
    if applied_on > dates.today():
        raise ValidationError({"applied_on": _("The day of the application must be today or in the past")})
    first = _first_day(row, by=by)
    if first is None:
        raise ValidationError(
            _("Only an indefinite requirement is reviewed, once a notification after release is recorded.")
        )
    if applied_on < first:
        words = _("An application may be made from %s (Sexual Offences Act 2003 s.91B)")
        raise ValidationError({"applied_on": words % long_date(first)})
    review = RequirementReview(offender=row.offender, requirement=row, applied_on=applied_on, by=by)
    review.full_clean()
    review.save()
    settle(row.offender, by=by)
    record("requirement.review_applied", by=by, about=review)
    tell(row.offender, _("Review of indefinite notification applied for"), by=by)
    return review


def _first_day(row: NotificationRequirement, *, by: User) -> date | None:
    facts = facts_of(row.offender, by=by)
    must = next(must for must in facts.musts if must.pk == row.pk)
    found = duties.review_deadline(facts, replace(must, is_applied=False))
    return found.due_on if found else None


@transaction.atomic
def determine_review(
    *, review: RequirementReview, determined_on: date, outcome: str, reasons: str, next_on: date | None, by: User
) -> RequirementReview:
    """Record what the police determined: the requirements end that day, or continue until the next day for asking.

    The next day is the law's (8 years, s.91B(3)), unless the determination set a later one.
    """
    require(by, Perm.EDIT_CASE, on=review)
    row = _standing(review.requirement, by=by)
    review = RequirementReview.objects.visible_to(by).get(pk=review.pk)
    if review.determined_on:
        raise ValidationError(_("This application was determined already. Nothing was changed."))
    if determined_on > dates.today():
        raise ValidationError({"determined_on": _("The day of the determination must be today or in the past")})
    review.offender, review.requirement = row.offender, row
    review.determined_on, review.outcome, review.reasons, review.determined_by = determined_on, outcome, reasons, by
    if outcome == RequirementReview.Outcome.CONTINUES:
        by_law = deadlines.next_review(determined_on)
        review.next_on, review.next_authority = _next_day(row, by_law.due_on, next_on, determined_on), by_law.authority
    elif next_on:
        raise ValidationError({"next_on": _("Leave this empty: the requirements end")})
    review.full_clean()
    review.save(update_fields=["determined_on", "outcome", "reasons", "determined_by", "next_on", "next_authority"])
    record("requirement.review_determined", by=by, about=review, outcome=outcome)
    tell(row.offender, _("Review of indefinite notification determined"), review.get_outcome_display(), by=by)
    if outcome == RequirementReview.Outcome.ENDS:
        _end(row, determined_on, EndReason.REVIEWED, reasons, by=by)
    else:
        settle(row.offender, by=by)
    return review


def _next_day(row: NotificationRequirement, by_law: date, chosen: date | None, determined_on: date) -> date:
    if chosen is None:
        return by_law
    years = value("indefinite_review_most_years", row.offender.area, determined_on)
    latest = Length(years=years).after(determined_on)
    if not by_law <= chosen <= latest:
        words = _("Enter a day from %(first)s to %(last)s, or leave it empty for the first of them")
        raise ValidationError({"next_on": words % {"first": long_date(by_law), "last": long_date(latest)}})
    return chosen
