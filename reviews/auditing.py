"""Auditing: each audit of a sample is assigned, written, checked and signed off, and its findings are acted on.

Three people have a part in every audit: the auditor, who must see what he audits; whoever checks it, of those who prepare board
business; and a board member, who signs it off. None of them agrees to his own work.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import working_days
from agencies.access import GRANTS, Perm, require
from agencies.models import Area, Membership, Rank, Role, User
from agencies.models.membership import MembershipQuerySet
from agencies.models.standard import value
from agencies.outbox import tell_person
from audit.record import record
from mappa import dates
from offenders.actions.case import reason_in_words
from offenders.visibility import who_sees
from reviews.following import finish, require_finishing
from reviews.models import Audit, AuditFinding, AuditQuestion, AuditScore
from reviews.models.audit import SCALES
from reviews.plain_words import refuse_naming

R = Role.Code
State = Audit.State
# Who never audits and owns no finding: they see no case, or are no people.
NOT_STAFF = (R.LAY_ADVISER, R.INFORMATION_OFFICER, R.ADMINISTRATOR, R.NATIONAL, R.INTEGRATION)
AREA_ROLES = (R.COORDINATOR, R.CHAIR)
NOT_YOURS = gettext_lazy(
    "Only whoever added a finding takes it out. Send the audit back, and say what is wrong with it."
)


def _keep(audit: Audit, *states: str, by: User) -> Audit:
    """The audit, fresh and locked until the transaction ends. Raises ValidationError when it is at another step."""
    rows = Audit.objects.visible_to(by).select_for_update(of=("self",)).select_related("sample__area", "auditor")
    row = rows.filter(pk=audit.pk).first()
    if row is None:
        raise ValidationError(_("You no longer see this audit. Nothing was saved."))
    if row.state not in states:
        words = _("This audit is at another step meanwhile: %s. Nothing was saved. Open it again to see it.")
        raise ValidationError(words % row.get_state_display().lower(), code="moved")
    return row


def _due(audit: Audit, standard: str) -> date:
    area = audit.sample.area
    return working_days.after(dates.today(), value(standard, area, dates.today()), area)


def staff_of(area: Area) -> MembershipQuerySet:
    """Who may be named as the owner of a finding: people of the area's agencies."""
    rows = Membership.objects.in_force(dates.today()).filter(agency__area=area).exclude(role__in=NOT_STAFF)
    return rows.select_related("user", "rank", "agency").order_by("user__name", "pk")


def possible_auditors(audit: Audit) -> list[Membership]:
    """Who sees what is audited, is of manager's rank or co-ordinates or chairs in the area, and had no part in it."""
    area = audit.sample.area
    senior = Q(rank__order__gte=Rank.MANAGER) | Q(role__in=AREA_ROLES)
    rows = staff_of(area).filter(senior, role__in=[role.value for role in GRANTS[Perm.VIEW_CASE]])
    if audit.offender is not None:
        sights, _kept_out = who_sees(audit.offender)
        seers = {person for sight in sights for person in sight.people}
        part = {audit.offender.lead_officer_id}
        return [row for row in rows if row.user_id in seers - part]
    meeting = audit.meeting
    assert meeting is not None  # noqa: S101  an audit is of one or the other
    part = {meeting.chair_id, meeting.arranged_by_id}
    return [row for row in rows if row.agency.is_responsible_authority and row.user_id not in part]


@transaction.atomic
def assign_audit(*, audit: Audit, auditor: User, by: User) -> Audit:
    """Give an audit to somebody who sees what is audited and had no part in it; or to another, until it is sent."""
    require(by, Perm.BOARD_PREPARE, on=audit)
    audit = _keep(audit, State.TO_ASSIGN, State.TO_DO, by=by)
    if auditor.pk not in {row.user_id for row in possible_auditors(audit)}:
        words = _("Choose someone who sees it, is of manager’s rank, co-ordinates or chairs, and had no part in it")
        raise ValidationError({"auditor": words})
    audit.auditor, audit.assigned_by, audit.state = auditor, by, State.TO_DO
    audit.due_on = _due(audit, "audit_working_days")
    _save(audit, "auditor", "assigned_by")
    record("audit.assigned", by=by, about=audit, auditor=auditor.pk)
    _tell(audit, auditor, _("An audit is yours to write"), "reviews:write_audit", step="assigned")
    return audit


def _save(audit: Audit, *fields: str) -> None:
    audit.full_clean()
    audit.save(update_fields=["state", "due_on", *fields])


def _tell(audit: Audit, user: User, words: str, route: str, *, step: str) -> None:
    tell_person(
        user,
        about=audit,
        key=f"audit:{audit.reference}:{step}:{user.pk}:{dates.today()}",
        subject=f"{words}: {audit.reference}",
        words=_("%(words)s, due on %(day)s.")
        % {"words": words, "day": dateformat.format(audit.due_on or dates.today(), "j F Y")},
        path=reverse(route, args=[audit.reference]),
    )


def _require_auditor(audit: Audit, by: User) -> None:
    require(by, Perm.VIEW_CASE, on=audit)
    if audit.auditor_id != by.pk:
        raise PermissionDenied(Perm.VIEW_CASE)


@transaction.atomic
def write_audit(*, audit: Audit, scores: Mapping[int, tuple[str, str]], by: User) -> Audit:
    """Keep what the auditor has scored so far: by question, a score ("" for not yet, "-" for what does not apply) and words."""
    _require_auditor(audit, by)
    audit = _keep(audit, State.TO_DO, by=by)
    _write_scores(audit, scores, by=by)
    record("audit.written", by=by, about=audit)
    return audit


def _write_scores(audit: Audit, scores: Mapping[int, tuple[str, str]], *, by: User) -> None:
    refuse_naming(audit.offender, by=by, **{f"words_{key}": words for key, (_score, words) in scores.items()})
    rows = []
    for question in audit.sample.form.questions.all():
        score, words = scores.get(question.pk, ("", ""))
        if not score:
            continue
        if score not in possible_scores(question):
            raise ValidationError({f"score_{question.pk}": _("Choose one of the answers")})
        value_of = None if score == "-" else int(score)
        rows.append(AuditScore(audit=audit, question=question, score=value_of, words=words.strip()))
    audit.scores.visible_to(by).exclude(question__in=[row.question_id for row in rows]).delete()
    AuditScore.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["audit", "question"], update_fields=["score", "words"]
    )


def possible_scores(question: AuditQuestion) -> dict[str, Any]:
    """The answers to a question, as a form sends them."""
    found: dict[str, Any] = {str(score): words for score, words in SCALES[AuditQuestion.Scale(question.scale)]}
    return found | ({"-": _("Does not apply")} if question.may_not_apply else {})


@transaction.atomic
def send_audit(*, audit: Audit, scores: Mapping[int, tuple[str, str]], by: User) -> Audit:
    """Send an audit to be checked. Every box is scored, and what is below satisfactory says why (MAPPA L, 2012)."""
    _require_auditor(audit, by)
    audit = _keep(audit, State.TO_DO, by=by)
    problems = {}
    for question in audit.sample.form.questions.all():
        score, words = scores.get(question.pk, ("", ""))
        if not score:
            problems[f"score_{question.pk}"] = _("Score this: %s") % question.text
        elif score in {"1", "2"} and not words.strip():
            problems[f"words_{question.pk}"] = _("Write why: %s") % question.text
    if problems:
        raise ValidationError(problems)
    _write_scores(audit, scores, by=by)
    audit.state, audit.sent_at, audit.due_on = State.TO_CHECK, timezone.now(), _due(audit, "audit_sign_working_days")
    audit.returned_because, audit.returned_by = "", None
    _save(audit, "sent_at", "returned_because", "returned_by")
    record("audit.sent", by=by, about=audit)
    return audit


@transaction.atomic
def check_audit(*, audit: Audit, by: User) -> Audit:
    """The first of two signatures: by somebody who prepares board business, and did not write it."""
    require(by, Perm.BOARD_PREPARE, on=audit)
    audit = _keep(audit, State.TO_CHECK, by=by)
    audit.checked_by, audit.checked_at = by, timezone.now()
    audit.state, audit.due_on = State.TO_SIGN, _due(audit, "audit_sign_working_days")
    _save(audit, "checked_by", "checked_at")
    record("audit.checked", by=by, about=audit)
    return audit


@transaction.atomic
def sign_audit(*, audit: Audit, by: User) -> Audit:
    """The second: by a board member who neither wrote nor checked it. Its findings are acted on from now."""
    require(by, Perm.BOARD_DECIDE, on=audit)
    audit = _keep(audit, State.TO_SIGN, by=by)
    if audit.findings.visible_to(by).filter(made_by=by).exists():
        raise ValidationError(_("Someone else signs: you added a finding, and nobody agrees to what he wrote himself."))
    audit.signed_by, audit.signed_at = by, timezone.now()
    audit.state, audit.due_on = State.SIGNED, None
    _save(audit, "signed_by", "signed_at")
    record("audit.signed", by=by, about=audit)
    for finding in audit.findings.visible_to(by).select_related("owner"):
        _tell_owner(finding)
    return audit


def _tell_owner(finding: AuditFinding) -> None:
    words = _("An audit asks you for something by %s.") % dateformat.format(finding.due_on, "j F Y")
    tell_person(
        finding.owner,
        about=finding,
        key=f"finding:{finding.reference}",
        subject=_("An action from an audit: %s") % finding.reference,
        words=words,
        path=finding.get_absolute_url(),
    )


@transaction.atomic
def send_back_audit(*, audit: Audit, reason: str, by: User) -> Audit:
    """Give an audit back to its auditor with what is missing. Both signatures are given anew."""
    require(by, Perm.BOARD_PREPARE, on=audit)
    audit = _keep(audit, State.TO_CHECK, State.TO_SIGN, by=by)
    if audit.state == State.TO_SIGN:
        require(by, Perm.BOARD_DECIDE, on=audit)
    if audit.auditor_id == by.pk:
        raise ValidationError(_("Someone else answers: nobody judges what he wrote himself."))
    refuse_naming(audit.offender, by=by, reason=reason)
    audit.returned_because, audit.returned_by = reason_in_words(reason, missing=_("Enter what is missing")), by
    audit.state, audit.due_on = State.TO_DO, _due(audit, "audit_sign_working_days")
    audit.sent_at = audit.checked_at = audit.checked_by = None
    _save(audit, "returned_because", "returned_by", "sent_at", "checked_at", "checked_by")
    record("audit.sent_back", by=by, about=audit)
    if audit.auditor is not None:
        _tell(audit, audit.auditor, _("An audit came back to you"), "reviews:write_audit", step="back")
    return audit


@transaction.atomic
def set_aside(*, audit: Audit, reason: str, by: User) -> Audit:
    """Leave an audit out of the sample, with why: nobody can audit it. It stays counted as drawn and not audited."""
    require(by, Perm.BOARD_PREPARE, on=audit)
    audit = _keep(audit, State.TO_ASSIGN, State.TO_DO, by=by)
    refuse_naming(audit.offender, by=by, reason=reason)
    audit.set_aside_because = reason_in_words(reason, missing=_("Enter why it cannot be audited"))
    audit.set_aside_by, audit.state, audit.due_on = by, State.SET_ASIDE, None
    _save(audit, "set_aside_because", "set_aside_by")
    record("audit.set_aside", by=by, about=audit)
    return audit


@transaction.atomic
def add_finding(*, audit: Audit, words: str, action: str, owner: User, due_on: date, by: User) -> AuditFinding:
    """What was found and who does what by when: by the auditor while he writes, or by whoever checks it."""
    if audit.auditor_id == by.pk:
        require(by, Perm.VIEW_CASE, on=audit)
        audit = _keep(audit, State.TO_DO, by=by)
    else:
        require(by, Perm.BOARD_PREPARE, on=audit)
        audit = _keep(audit, State.TO_CHECK, State.TO_SIGN, by=by)
    if due_on <= dates.today():
        raise ValidationError({"due_on": _("The day must be in the future")})
    if not staff_of(audit.sample.area).filter(user=owner).exists():
        raise ValidationError({"owner": _("Choose someone who works in this area")})
    refuse_naming(audit.offender, by=by, words=words, action=action)
    finding = AuditFinding(
        audit=audit, words=words.strip(), action=action.strip(), owner=owner, due_on=due_on, made_by=by
    )
    finding.full_clean()
    finding.save()
    record("finding.added", by=by, about=finding, owner=owner.pk)
    return finding


@transaction.atomic
def remove_finding(*, finding: AuditFinding, by: User) -> None:
    """Take a finding out of an audit that is not signed off: by whoever added it, and by nobody whom it displeases."""
    audit = finding.audit
    if audit.auditor_id == by.pk:
        require(by, Perm.VIEW_CASE, on=audit)
        _keep(audit, State.TO_DO, by=by)
    else:
        require(by, Perm.BOARD_PREPARE, on=audit)
        _keep(audit, State.TO_CHECK, State.TO_SIGN, by=by)
    if finding.made_by_id != by.pk:
        raise ValidationError(NOT_YOURS)
    record("finding.removed", by=by, about=finding)
    AuditFinding.objects.visible_to(by).filter(pk=finding.pk).delete()


@transaction.atomic
def finish_finding(*, finding: AuditFinding, outcome: str, by: User) -> AuditFinding:
    """Say that it is done, and what came of it."""
    require(by, Perm.SIGNED_IN, on=finding)
    require_finishing(finding, by=by)
    rows = AuditFinding.objects.visible_to(by).select_for_update(of=("self",)).select_related("audit__sample", "owner")
    row = rows.get(pk=finding.pk)
    if row.audit.state != State.SIGNED:
        raise ValidationError(_("The audit is not signed off yet. It is acted on after that."))
    return finish(row, offender=row.audit.offender, outcome=outcome, event="finding.done", by=by)
