"""The verbs of a record that is being written: begin, keep what was typed, take it up, throw it away."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from agencies.models.user import system_user
from audit.record import record
from disclosures.actions.third_party import Considered, record_disclosure, was_corrected
from disclosures.models import Disclosure, DisclosureDecision, DisclosureDraft, SchemeApplication
from mappa import dates
from offenders.actions import lock
from offenders.models import LegalHold, Offender
from offenders.models.hold import refuse_if_held

Answers = Mapping[str, Mapping[str, str]]


def _kept_until() -> date:
    """Saving keeps a draft for as long again."""
    return dates.today() + timedelta(days=DisclosureDraft.KEPT_DAYS)


@transaction.atomic
def begin_draft(
    *,
    offender: Offender,
    follows: DisclosureDecision | None = None,
    answers: Answers | None = None,
    application: SchemeApplication | None = None,
    by: User,
) -> DisclosureDraft:
    """Begin a record, perhaps with what a meeting decided or what was assessed about an application."""
    require(by, Perm.RECORD_DISCLOSURE, on=offender)
    draft = DisclosureDraft(
        offender=offender,
        user=by,
        follows=follows,
        answers=answers or {},
        application=application,
        kept_until=_kept_until(),
    )
    draft.save()
    record("disclosure.begun", by=by, about=draft)
    return draft


@transaction.atomic
def begin_correction(*, disclosure: Disclosure, reason: str, answers: Answers, by: User) -> DisclosureDraft:
    """Begin a record that corrects another, with what the other says."""
    require(by, Perm.RECORD_DISCLOSURE, on=disclosure)
    if was_corrected(disclosure, by):
        raise ValidationError(_("This record was corrected already: correct the later one."))
    draft = DisclosureDraft(
        offender=disclosure.offender,
        user=by,
        corrects=disclosure,
        correction_reason=reason.strip(),
        answers=answers,
        kept_until=_kept_until(),
    )
    draft.save()
    record("disclosure.correction_begun", by=by, about=draft)
    return draft


@transaction.atomic
def keep_answers(*, draft: DisclosureDraft, step: str, answers: Mapping[str, str], by: User) -> DisclosureDraft:
    """Keep what was typed on one page, right or wrong. Raises ValidationError when the draft is gone."""
    require(by, Perm.RECORD_DISCLOSURE, on=draft)
    row = _still_there(draft, by=by)
    row.answers = {**row.answers, step: dict(answers)}
    row.kept_until = _kept_until()
    row.save(update_fields=["answers", "kept_until", "saved_at"])
    return row


@transaction.atomic
def add_answers(*, draft: DisclosureDraft, answers: Answers, by: User) -> DisclosureDraft:
    """Keep some boxes of some pages; every other box stays as it is now. Raises ValidationError when the draft is gone."""
    require(by, Perm.RECORD_DISCLOSURE, on=draft)
    row = _still_there(draft, by=by)
    row.answers = {**row.answers, **{step: {**row.answers.get(step, {}), **boxes} for step, boxes in answers.items()}}
    row.kept_until = _kept_until()
    row.save(update_fields=["answers", "kept_until", "saved_at"])
    return row


def _still_there(draft: DisclosureDraft, *, by: User) -> DisclosureDraft:
    """The draft, fresh and locked: a second window may have recorded it or thrown it away."""
    row = DisclosureDraft.objects.visible_to(by).select_for_update().filter(pk=draft.pk).first()
    if row is None:
        words = _("You have recorded this already or deleted it, perhaps in another window. Nothing was saved twice.")
        raise ValidationError(words)
    return row


@transaction.atomic
def discard_draft(*, draft: DisclosureDraft, by: User) -> None:
    """Throw away what was typed."""
    require(by, Perm.RECORD_DISCLOSURE, on=draft)
    refuse_if_held(draft.offender)
    record("disclosure.discarded", by=by, about=draft)
    DisclosureDraft.objects.visible_to(by).filter(pk=draft.pk).delete()


@transaction.atomic
def record_draft(*, draft: DisclosureDraft, answers: Mapping[str, Any], by: User) -> Disclosure:
    """Record what was answered, and keep it nowhere else.

    Raises ValidationError when more was typed since the `answers` were read from the draft: it would be lost.
    """
    require(by, Perm.RECORD_DISCLOSURE, on=draft)
    # The case first, as every verb locks it.
    lock(draft.offender, by=by)
    read, draft = draft.answers, _still_there(draft, by=by)
    if draft.answers != read:
        raise ValidationError(changed_since())
    said = dict(answers)
    decision, reasons = said.pop("decision", ""), said.pop("reasons", "")
    row = record_disclosure(
        offender=draft.offender,
        considered=Considered(**said),
        decision=decision,
        reasons=reasons,
        follows=draft.follows,
        corrects=draft.corrects,
        correction_reason=draft.correction_reason,
        by=by,
    )
    _answer_application(draft, row, by=by)
    DisclosureDraft.objects.visible_to(by).filter(pk=draft.pk).delete()
    return row


def changed_since() -> str:
    """Why a draft is not recorded as it stands now: nobody has checked it."""
    return _("Your answers were changed after you opened this page, perhaps in another window. Check them again.")


def _answer_application(draft: DisclosureDraft, row: Disclosure, *, by: User) -> None:
    """The application for which it was written knows the record; the record says nothing of the application."""
    if draft.application_id is None:
        return
    rows = SchemeApplication.objects.visible_to(by).select_for_update(of=("self",))
    application = rows.filter(pk=draft.application_id, offender=row.offender).first()
    if application is None or application.disclosure_id or application.outcome != SchemeApplication.Outcome.DISCLOSE:
        words = _("A record was written for this application meanwhile, or it is decided otherwise. Delete this one.")
        raise ValidationError(words)
    application.disclosure = row
    application.save(update_fields=["disclosure"])
    record("scheme.disclosure_recorded", by=by, about=application, disclosure=row.reference)


def forget_old_drafts() -> int:
    """Delete what nobody has saved for weeks; its owner was reminded before. What is of a record under a hold is kept."""
    by, count = system_user(), 0
    old = DisclosureDraft.objects.visible_to(by).filter(kept_until__lt=dates.today())
    for draft in old.exclude(offender__in=LegalHold.objects.held().values("offender")):
        count += _forget(draft, by=by)
    return count


@transaction.atomic
def _forget(draft: DisclosureDraft, *, by: User) -> int:
    """Delete one, unless somebody has gone on with it meanwhile."""
    old = DisclosureDraft.objects.visible_to(by).filter(pk=draft.pk, kept_until__lt=dates.today())
    if old.select_for_update().first() is None:
        return 0
    record("disclosure.draft_forgotten", by=by, about=draft)
    old.delete()
    return 1
