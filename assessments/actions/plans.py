"""The verbs of the plan: begin a version, write it, send it, countersign or return it, share it, acknowledge it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, memberships, require
from agencies.models import Agency, User
from agencies.models.standard import value
from assessments import terms
from assessments.models import Audience, Heading, Measure, Plan, PlanSection, PlanShare, PlanTerm, usual_audience
from assessments.validity import agencies_on, missing
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions import Topic, latest_review, lock, telling
from offenders.actions.case import StaleError, reason_in_words
from offenders.models import Offender

tell = telling(Topic.RISK)


def in_state(plan: Plan, *states: str, by: User) -> Plan:
    """The plan, fresh, with its case locked; refused when it is in none of these states any more."""
    offender = lock(plan.offender, by=by)
    found = Plan.objects.visible_to(by).select_related("previous").filter(pk=plan.pk).first()
    if found is None:
        raise ValidationError(_("You no longer write the plan of this case. Nothing was saved."))
    return still(found, offender, *states)


def still(plan: Plan, offender: Offender, *states: str) -> Plan:
    """The plan with its locked case; refused when it is in none of these states any more."""
    plan.offender = offender
    if plan.state not in states:
        words = _("Nothing was saved: this version of the plan is now “%s”. Open the plan again to see it.")
        raise ValidationError(words % plan.get_state_display())
    return plan


def wrote_in(plan: Plan, by: User) -> None:
    """Remember who wrote, whatever others write over it: he does not countersign this version."""
    if by.pk not in plan.written_by:
        plan.written_by = [*plan.written_by, by.pk]
        plan.save(update_fields=["written_by"])


@transaction.atomic
def begin_plan(*, offender: Offender, by: User) -> Plan:
    """Begin the next version: a draft that copies the current one forward, or an empty one.

    Of two in force, which a merge brought together, it copies both: it takes the place of both.
    Measures that are done are not copied. Raises ValidationError while another version is open.
    """
    require(by, Perm.WRITE_PLANS, on=offender)
    offender = lock(offender, by=by)
    if offender.ended_on is not None:
        raise ValidationError(_("This case is no longer managed, and needs no new plan."))
    rows = offender.plans.visible_to(by)
    if rows.open().exists():
        raise ValidationError(_("A version of the plan is being written already. Open that one."))
    last, before = rows.first(), list(rows.current())
    number = last.number + 1 if last else 1
    plan = Plan.objects.create(offender=offender, number=number, previous=before[0] if before else None, begun_by=by)
    _copy_forward(plan, before, by)
    record("plan.begun", by=by, about=plan, number=plan.number)
    tell(offender, _("Risk management plan: version %s begun") % plan.number, by=by)
    return plan


def _copy_forward(plan: Plan, before: Sequence[Plan], by: User) -> None:
    old = [row for version in before for row in version.sections.visible_to(by)]
    PlanSection.objects.bulk_create(
        _begun(plan, heading, [row for row in old if row.heading == heading]) for heading in Heading
    )
    copied = ("pillar", "text", "agency_id", "person", "due_on", "checked_how", "override_reason", "overridden_by_id")
    Measure.objects.bulk_create(
        Measure(
            offender=plan.offender,
            plan=plan,
            continues=row,
            audience=row.audience,
            **{name: getattr(row, name) for name in copied},
        )
        for version in before
        for row in version.measures.visible_to(by).undone()
    )
    answered = {key: row for version in reversed(before) for key, row in terms.answers(version, by).items()}
    still = {term.key for term in terms.running(plan.offender, by)}
    PlanTerm.objects.bulk_create(
        PlanTerm(
            offender=plan.offender,
            plan=plan,
            **{f"{kind}_id": pk},
            heading=row.heading,
            left_out_reason=row.left_out_reason,
        )
        for (kind, pk), row in answered.items()
        if (kind, pk) in still
    )


def _begun(plan: Plan, heading: str, old: Sequence[PlanSection]) -> PlanSection:
    """A heading as the next version begins with it: every text before it once, for no more readers than each of them had."""
    texts = dict.fromkeys(row.text for row in old if row.text)
    audiences = {row.audience for row in old} or {usual_audience(heading)}
    audience = Audience.AUTHORITY if Audience.AUTHORITY in audiences else Audience.EVERYONE
    return PlanSection(offender=plan.offender, plan=plan, heading=heading, text="\n\n".join(texts), audience=audience)


@transaction.atomic
def save_section(*, plan: Plan, section: str, text: str, audience: str, version: int, by: User) -> PlanSection:
    """Save what stands under one heading of a draft, if nobody else saved it since `version` was read.

    Raises StaleError with the row as it is now: nothing is overwritten, and nobody's words are lost.
    """
    require(by, Perm.WRITE_PLANS, on=plan)
    plan = in_state(plan, Plan.State.DRAFT, by=by)
    if section not in Heading.values or audience not in Audience.values:
        raise ValidationError(_("Choose a heading of the plan and who may read it"))
    row = plan.sections.visible_to(by).filter(heading=section)
    saved = row.filter(version=version).update(
        text=text.strip(), audience=audience, version=F("version") + 1, saved_at=timezone.now(), saved_by=by
    )
    saved_row = row.select_related("saved_by").get()
    if not saved:
        raise StaleError(saved_row)
    wrote_in(plan, by)
    record("plan.section_saved", by=by, about=saved_row, heading=section, version=saved_row.version)
    return saved_row


@transaction.atomic
def settle_terms(*, plan: Plan, settled: Mapping[tuple[str, int], tuple[str, str]], version: int, by: User) -> Plan:
    """Say of each running condition, order and flag under which heading the plan answers it, or why it is left out.

    `settled` gives heading and reason by what it is about; what has neither is not settled yet. Raises ValidationError
    with the code "stale" when somebody else saved since `version` was read.
    """
    require(by, Perm.WRITE_PLANS, on=plan)
    plan = in_state(plan, Plan.State.DRAFT, by=by)
    if plan.terms_version != version:
        words = _(
            "Someone else saved this page meanwhile. Your answers are still here, and what is saved now stands beside "
            "each. Compare them, then save."
        )
        raise ValidationError(words, code="stale", params={"version": plan.terms_version})
    known = {term.key for term in terms.running(plan.offender, by)}
    rows = []
    for (kind, pk), (heading, reason) in settled.items():
        if heading and heading not in Heading.values:
            raise ValidationError(_("Choose under which heading of the plan it is answered"))
        if (kind, pk) in known and (heading or reason.strip()):
            why = "" if heading else reason_in_words(reason)
            row = PlanTerm(offender=plan.offender, plan=plan, heading=heading, left_out_reason=why)
            setattr(row, f"{kind}_id", pk)
            rows.append(row)
    plan.terms.visible_to(by).delete()
    PlanTerm.objects.bulk_create(rows)
    plan.terms_version = version + 1
    plan.save(update_fields=["terms_version"])
    wrote_in(plan, by)
    record("plan.terms_settled", by=by, about=plan, settled=len(rows), left_out=sum(not row.heading for row in rows))
    return plan


@transaction.atomic
def send_plan(*, plan: Plan, review_on: date | None, by: User) -> Plan:
    """Send a draft to be countersigned. Nobody changes it from then on.

    Raises ValidationError for a plan that is not valid, saying all that is missing, and for a review date that has passed
    or lies beyond the standard of the level.
    """
    require(by, Perm.WRITE_PLANS, on=plan)
    plan = in_state(plan, Plan.State.DRAFT, by=by)
    if found := missing(plan, by):
        raise ValidationError(found)
    today, area = dates.today(), plan.offender.area
    limit = latest_review(plan.offender.level, area, today)
    if review_on is not None and not today < review_on <= limit:
        words = _("Enter a review date after today and not later than %s, the standard for the level of the case")
        raise ValidationError({"review_on": words % long_date(limit)})
    plan.state, plan.review_on = Plan.State.SENT, review_on or limit
    plan.sent_at, plan.sent_by = timezone.now(), by
    plan.sign_due_on = working_days.after(today, value("plan_countersign_working_days", area, today), area)
    plan.save(update_fields=["state", "review_on", "sent_at", "sent_by", "sign_due_on"])
    # Also once it was returned and somebody else sends it again: who has sent a version does not countersign it.
    wrote_in(plan, by)
    record("plan.sent", by=by, about=plan)
    tell(plan.offender, _("Risk management plan sent to be countersigned"), by=by)
    return plan


def _to_sign(plan: Plan, *states: str, by: User) -> Plan:
    require(by, Perm.COUNTERSIGN, on=plan)
    plan = in_state(plan, *states, by=by)
    if plan.is_by(by):
        raise ValidationError(_("You wrote or sent this version: another person countersigns it."))
    return plan


@transaction.atomic
def countersign_plan(*, plan: Plan, by: User) -> Plan:
    """Confirm a plan that another person wrote. It is shared next."""
    plan = _to_sign(plan, Plan.State.SENT, by=by)
    if found := missing(plan, by):
        raise ValidationError([_("The plan is not valid any more. Return it."), *found])
    today, area = dates.today(), plan.offender.area
    plan.state, plan.signed_at, plan.signed_by = Plan.State.SIGNED, timezone.now(), by
    plan.share_due_on = working_days.after(today, value("plan_share_working_days", area, today), area)
    plan.save(update_fields=["state", "signed_at", "signed_by", "share_due_on"])
    record("plan.countersigned", by=by, about=plan)
    tell(plan.offender, _("Risk management plan countersigned"), by=by)
    return plan


@transaction.atomic
def return_plan(*, plan: Plan, reason: str, by: User) -> Plan:
    """Give a plan back to those who write it, and say why; also one that was countersigned and cannot be shared as it is."""
    plan = _to_sign(plan, Plan.State.SENT, Plan.State.SIGNED, by=by)
    if not reason.strip():
        raise ValidationError({"reason": _("Enter what has to be put right")})
    plan.state, plan.return_reason = Plan.State.DRAFT, reason.strip()
    plan.returned_at, plan.returned_by = timezone.now(), by
    was_signed = plan.signed_by is not None
    plan.signed_at = plan.signed_by = plan.share_due_on = None
    names = ["state", "return_reason", "returned_at", "returned_by", "signed_at", "signed_by", "share_due_on"]
    plan.save(update_fields=names)
    record("plan.returned", by=by, about=plan, was_signed=was_signed)
    tell(plan.offender, _("Risk management plan returned"), by=by)
    return plan


@transaction.atomic
def share_plan(*, plan: Plan, agencies: Iterable[Agency], by: User) -> Plan:
    """Put a countersigned plan in force, and give it to the agencies that act by it; each says that it has read it.

    The version before is superseded. The plan in force is given to agencies that come to the case later. Raises
    ValidationError for an agency that does not see the case, for none, and when one that owns a measure is left out.
    """
    require(by, Perm.WRITE_PLANS, on=plan)
    plan = in_state(plan, Plan.State.SIGNED, Plan.State.CURRENT, by=by)
    given = set(plan.shares.visible_to(by).values_list("agency", flat=True))
    chosen = {agency.pk: agency for agency in agencies if agency.pk not in given}
    _refuse_sharing(plan, chosen, given, by)
    today, area = dates.today(), plan.offender.area
    due_on = working_days.after(today, value("plan_acknowledge_working_days", area, today), area)
    begins = plan.state == Plan.State.SIGNED
    if begins:
        plan.offender.plans.visible_to(by).current().update(state=Plan.State.SUPERSEDED)
        plan.state, plan.shared_at, plan.shared_by = Plan.State.CURRENT, timezone.now(), by
        plan.save(update_fields=["state", "shared_at", "shared_by"])
    PlanShare.objects.bulk_create(
        PlanShare(offender=plan.offender, plan=plan, agency=agency, due_on=due_on) for agency in chosen.values()
    )
    record("plan.shared", by=by, about=plan, agencies=sorted(chosen))
    told = (
        _("Risk management plan in force: version %s") if begins else _("Version %s of the plan given to more agencies")
    )
    tell(plan.offender, told % plan.number, by=by)
    return plan


def _refuse_sharing(plan: Plan, chosen: Mapping[int, Agency], given: Set[int], by: User) -> None:
    if not chosen:
        raise ValidationError({"agencies": _("Choose the agencies that are given the plan")})
    seeing = agencies_on(plan.offender)
    if blind := sorted(agency.name for pk, agency in chosen.items() if pk not in seeing):
        words = _("These do not see the case: %s. Share the case with them first, or leave them out")
        raise ValidationError({"agencies": words % "; ".join(blind)})
    owners: Sequence[tuple[int, str]] = list(
        plan.measures.visible_to(by).undone().order_by().values_list("agency_id", "agency__name").distinct()
    )
    if forgotten := sorted(name for pk, name in owners if pk not in chosen and pk not in given):
        words = _("These own a measure of the plan and must be given it: %s")
        raise ValidationError({"agencies": words % "; ".join(forgotten)})


@transaction.atomic
def acknowledge_plan(*, share: PlanShare, by: User) -> PlanShare:
    """Say for one's own agency that it has read the plan and will act by it."""
    require(by, Perm.UPDATE_ACTION, on=share)
    if share.agency_id not in {membership.agency_id for membership in memberships(by)}:
        words = _("Only %s itself says that it has read the plan.")
        raise ValidationError(words % share.agency.name)
    lock(share.offender, by=by)
    share = PlanShare.objects.visible_to(by).select_related("offender", "plan", "agency").get(pk=share.pk)
    if share.plan.state != Plan.State.CURRENT:
        raise ValidationError(_("This version is no longer in force. Open the current plan."))
    if share.acknowledged_at is not None:
        raise ValidationError(_("Your agency has acknowledged this plan already. Nothing was saved twice."))
    share.acknowledged_at, share.acknowledged_by = timezone.now(), by
    share.save(update_fields=["acknowledged_at", "acknowledged_by"])
    record("plan.acknowledged", by=by, about=share)
    tell(share.offender, _("Risk management plan acknowledged"), share.agency.name, by=by)
    return share
