"""Referring a case to a higher level, and co-ordination's answer."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox, working_days
from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from assessments import drift
from assessments.models import DriftPrompt
from audit.record import record
from mappa import dates
from offenders.actions import Topic, lock, start_level, telling
from offenders.law import level as law
from offenders.models import Offender
from panels.models import Referral

tell = telling(Topic.MEETINGS)

Outcome = Referral.Outcome


@transaction.atomic
def refer(
    *,
    offender: Offender,
    level: int,
    reason: str,
    added_value: str,
    exceptional: bool,
    senior_needed: bool,
    by: User,
) -> Referral:
    """Ask that a case be managed at a higher level. Refused when the criteria of that level are not met.

    Co-ordination is due to answer within the standard for screening.
    """
    require(by, Perm.REFER, on=offender)
    offender, today = lock(offender, by=by), dates.today()
    referral = Referral(
        offender=offender,
        area=offender.area,
        level=level,
        reason=reason.strip(),
        added_value=added_value.strip(),
        exceptional=exceptional,
        senior_needed=senior_needed,
        made_by=by,
        due_on=working_days.after(today, value("screening_working_days", offender.area, today), offender.area),
    )
    referral.full_clean()
    _refuse_without_need(referral, by=by)
    referral.save()
    record("referral.made", by=by, about=referral, level=level)
    tell(offender, _("Referred to level %s") % level, by=by)
    drift.answer_all(offender, DriftPrompt.Outcome.REFERRED, by=by)
    return referral


def need_of(referral: Referral, *, by: User) -> law.Need:
    """What the law of levels asks, read from the referral and its case."""
    offender = referral.offender
    return law.Need(
        meetings_add_value=bool(referral.added_value),
        rosh=offender.rosh,
        exceptional_co_ordination=referral.exceptional,
        was_at_level_3=offender.levels.visible_to(by).filter(level=Offender.Level.ENHANCED).exists(),
        needs_senior_representation=referral.senior_needed,
    )


def _refuse_without_need(referral: Referral, *, by: User) -> None:
    need = need_of(referral, by=by)
    if not law.level_2_met(need):
        raise ValidationError(
            {
                "exceptional": _(
                    "The criteria are not met: assess the risk of serious harm as high or very high, or tick this box "
                    "and say in the reason which agencies must be co-ordinated"
                )
            }
        )
    if not law.is_met(referral.level, need):
        raise ValidationError(
            {"senior_needed": _("Level 3 needs senior representation: tick this box, or refer to level 2")}
        )


@transaction.atomic
def decide_referral(
    *, referral: Referral, outcome: str, level: int | None, reason: str, next_review_on: date | None, by: User
) -> Referral:
    """Answer a referral: accept it at a level, keep the case where it is, or return it with questions.

    Accepted, the case moves to the level at once, with its next review within the standard. Nobody answers his own.
    """
    require(by, Perm.SCREEN, on=referral)
    offender = lock(referral.offender, by=by)
    referral = Referral.objects.visible_to(by).select_related("made_by").get(pk=referral.pk)
    referral.offender = offender
    _refuse_answer(referral, outcome, level, by=by)
    referral.outcome, referral.decision_reason = outcome, reason.strip()
    referral.decided_at, referral.decided_by = timezone.now(), by
    if outcome == Outcome.ACCEPTED and level is not None:
        referral.level = level
        referral.full_clean()
        start_level(offender, level, _("Referral accepted"), next_review_on=next_review_on, by=by)
    referral.save(update_fields=["outcome", "level", "decision_reason", "decided_at", "decided_by"])
    record("referral.decided", by=by, about=referral, outcome=str(outcome), level=referral.level)
    tell(offender, _("Referral decided"), answer_words(referral), by=by)
    _tell_referrer(referral)
    return referral


def _refuse_answer(referral: Referral, outcome: str, level: int | None, *, by: User) -> None:
    if referral.decided_at is not None:
        raise ValidationError(_("This referral has been decided already. Open the page again to see how."))
    if referral.made_by_id == by.pk:
        raise ValidationError(_("You made this referral. A colleague must decide it."))
    if outcome == Outcome.ACCEPTED and (level is None or not referral.offender.can_be_referred_to(level)):
        raise ValidationError({"answer": _("Choose a level above the current one")})


def answer_words(referral: Referral) -> str:
    """The answer in words that everyone who sees the case may read."""
    if referral.outcome == Outcome.ACCEPTED:
        return _("Accepted at level %s") % referral.level
    if referral.outcome == Outcome.KEPT:
        return _("Kept at level %s") % referral.offender.level
    return str(referral.get_outcome_display())


def _tell_referrer(referral: Referral) -> None:
    """Mail whoever referred the case, if he still sees it."""
    if not Referral.objects.visible_to(referral.made_by).filter(pk=referral.pk).exists():
        return
    address = settings.BASE_URL + referral.offender.get_absolute_url()
    outbox.post(
        key=f"referral-decided:{referral.reference}",
        to=referral.made_by,
        subject=_("Referral %s has been decided") % referral.reference,
        body=_("MAPPA co-ordination has decided referral %(reference)s. Sign in to read the answer: %(address)s")
        % {"reference": referral.reference, "address": address},
    )
