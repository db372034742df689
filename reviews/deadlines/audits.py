"""What falls due of audits and of serious case reviews."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import Holders, LeftBehind, Person, R, coordination
from reviews.models import Audit, AuditFinding, Recommendation, SeriousCase

State = Audit.State


def _audits(user: User, state: str) -> QuerySet[Any]:
    return Audit.objects.visible_to(user).filter(state=state).with_sample()


def _to_assign(user: User) -> QuerySet[Any]:
    return _audits(user, State.TO_ASSIGN)


def _to_write(user: User) -> QuerySet[Any]:
    return _audits(user, State.TO_DO)


def _to_check(user: User) -> QuerySet[Any]:
    # Nobody checks what he wrote.
    return _audits(user, State.TO_CHECK).exclude(auditor=user.pk)


def _to_sign(user: User) -> QuerySet[Any]:
    rows = _audits(user, State.TO_SIGN).exclude(auditor=user.pk).exclude(checked_by=user.pk)
    return rows.exclude(findings__made_by=user.pk)


def _findings(user: User) -> QuerySet[Any]:
    return AuditFinding.objects.visible_to(user).open().select_related("audit__sample")


def _serious(user: User, state: str) -> QuerySet[Any]:
    return SeriousCase.objects.visible_to(user).filter(state=state)


def _to_notify(user: User) -> QuerySet[Any]:
    return _serious(user, SeriousCase.State.RECORDED)


def _to_decide(user: User) -> QuerySet[Any]:
    # Nobody decides on what he recorded or notified.
    return _serious(user, SeriousCase.State.TO_DECIDE).exclude(recorded_by=user.pk).exclude(notified_by=user.pk)


def _to_report(user: User) -> QuerySet[Any]:
    return _serious(user, SeriousCase.State.UNDER_REVIEW)


def _to_accept(user: User) -> QuerySet[Any]:
    return _serious(user, SeriousCase.State.TO_ACCEPT).exclude(reported_by=user.pk).exclude(sections__saved_by=user.pk)


def _recommendations(user: User) -> QuerySet[Any]:
    return Recommendation.objects.visible_to(user).open().select_related("serious")


def _review_words(serious: Any) -> str:
    return str(_("Serious case %s") % serious.reference)


def _of_sample(audit: Any) -> str:
    return str(audit.sample.title)


_BOARD = Holders("area_id", (R.BOARD_MEMBER,), of="agency__area")


def _or_in_his_place(area: str) -> tuple[Person, Holders]:
    """The owner; where he has left, co-ordination, which may say what was done for him."""
    return Person("owner_id"), Holders(area, (R.COORDINATOR,), of="agency__area", unless="owner_id")


AUDITS: tuple[Kind, ...] = (
    Kind(
        slug="audit-to-assign",
        title=gettext_lazy("Audits without an auditor"),
        words=lambda audit: _("An audit without an auditor"),
        open=_to_assign,
        due="due_on",
        standard=gettext_lazy("The day of the drawing, and so many working days"),
        figures=("audit_sign_working_days",),
        done=gettext_lazy("An auditor is chosen"),
        area="sample__area_id",
        whose=(coordination("sample__area_id"),),
        next_step=gettext_lazy("Choose an auditor"),
        url=to("reviews:assign_audit"),
        case="",
        subject=_of_sample,
        stages=(0, 1, 5),
    ),
    Kind(
        slug="audit",
        title=gettext_lazy("Audits to write"),
        words=lambda audit: _("An audit to write"),
        open=_to_write,
        due="due_on",
        standard=gettext_lazy("The day on which it was assigned, and so many working days"),
        figures=("audit_working_days",),
        done=gettext_lazy("The audit is sent to be checked"),
        area="sample__area_id",
        # One whom the auditor sees no more goes to whoever gives it to another.
        whose=(Person("auditor_id"), LeftBehind((coordination("sample__area_id"),), "auditor_id", _to_write)),
        next_step=gettext_lazy("Write the audit"),
        url=to("reviews:write_audit"),
        case="",
        subject=_of_sample,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="audit-to-check",
        title=gettext_lazy("Audits to check"),
        words=lambda audit: _("An audit to check"),
        open=_to_check,
        due="due_on",
        standard=gettext_lazy("The day on which it was sent, and so many working days"),
        figures=("audit_sign_working_days",),
        done=gettext_lazy("Somebody else checks it"),
        area="sample__area_id",
        whose=(coordination("sample__area_id"),),
        next_step=gettext_lazy("Check the audit"),
        url=to("reviews:audit"),
        case="",
        subject=_of_sample,
        stages=(-2, 0, 1, 5),
    ),
    Kind(
        slug="audit-to-sign",
        title=gettext_lazy("Audits to sign off"),
        words=lambda audit: _("An audit to sign off"),
        open=_to_sign,
        due="due_on",
        standard=gettext_lazy("The check, and so many working days"),
        figures=("audit_sign_working_days",),
        done=gettext_lazy("A board member signs it off"),
        area="sample__area_id",
        whose=(Holders("sample__area_id", (R.BOARD_MEMBER,), of="agency__area"),),
        next_step=gettext_lazy("Sign the audit off"),
        url=to("reviews:audit"),
        case="",
        subject=_of_sample,
        stages=(-2, 0, 1, 5),
    ),
    Kind(
        slug="audit-finding",
        title=gettext_lazy("Actions from audits"),
        words=lambda finding: _("An action from an audit"),
        open=_findings,
        due="due_on",
        standard=gettext_lazy("The day set with the action"),
        done=gettext_lazy("What was done is recorded"),
        area="audit__sample__area_id",
        whose=_or_in_his_place("audit__sample__area_id"),
        next_step=gettext_lazy("Say what was done"),
        url=to("reviews:audit_finding"),
        case="",
        subject=lambda finding: str(finding.action),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="serious-notice",
        title=gettext_lazy("Notifications of serious further offences"),
        words=lambda serious: _("A notification to the board"),
        open=_to_notify,
        due="due_on",
        standard=gettext_lazy("The day on which it was recorded, and so many days"),
        figures=("serious_case_notice_days",),
        done=gettext_lazy("The board is notified"),
        area="area_id",
        whose=(coordination("area_id"),),
        next_step=gettext_lazy("Notify the board"),
        url=to("reviews:serious_case"),
        case="",
        subject=_review_words,
        stages=(-2, 0, 1, 5),
        urgent=True,
    ),
    Kind(
        slug="serious-decision",
        title=gettext_lazy("Decisions on serious case reviews"),
        words=lambda serious: _("A decision of the board"),
        open=_to_decide,
        due="due_on",
        standard=gettext_lazy("The notification, and so many working days"),
        figures=("serious_case_decision_working_days",),
        done=gettext_lazy("The board’s decision is recorded"),
        area="area_id",
        whose=(_BOARD,),
        next_step=gettext_lazy("Record the board’s decision"),
        url=to("reviews:serious_case"),
        case="",
        subject=_review_words,
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="serious-report",
        title=gettext_lazy("Reports of serious case reviews"),
        words=lambda serious: _("A report of a review"),
        open=_to_report,
        due="due_on",
        standard=gettext_lazy("The decision, and so many months"),
        figures=("serious_case_report_months",),
        done=gettext_lazy("The report is put before the board"),
        area="area_id",
        whose=(coordination("area_id"),),
        next_step=gettext_lazy("Put the report before the board"),
        url=to("reviews:serious_case"),
        case="",
        subject=_review_words,
        stages=(-20, -5, 0, 1, 5),
    ),
    Kind(
        slug="serious-acceptance",
        title=gettext_lazy("Reports of reviews to accept"),
        words=lambda serious: _("A report before the board"),
        open=_to_accept,
        due="due_on",
        standard=gettext_lazy("The decision, and so many months, as for the report itself"),
        figures=("serious_case_report_months",),
        done=gettext_lazy("The board accepts it, or sends it back"),
        area="area_id",
        whose=(_BOARD,),
        next_step=gettext_lazy("Accept it, or send it back"),
        url=to("reviews:serious_case"),
        case="",
        subject=_review_words,
        stages=(0, 1, 5),
    ),
    Kind(
        slug="recommendation",
        title=gettext_lazy("Recommendations of reviews"),
        words=lambda row: _("A recommendation to carry out"),
        open=_recommendations,
        due="due_on",
        standard=gettext_lazy("The day set with the recommendation"),
        done=gettext_lazy("What was done is recorded"),
        area="serious__area_id",
        whose=_or_in_his_place("serious__area_id"),
        next_step=gettext_lazy("Say what was done"),
        url=to("reviews:recommendation"),
        case="",
        subject=lambda row: str(row.words),
        stages=(-5, 0, 1, 5),
    ),
)
