"""An audit as its auditor writes it, and a finding as whoever acts on it reads it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from agencies.models import User
from mappa import dates
from mappa.forms import ANSWERS, Form, attempt, sent
from offenders.views.record import Link
from reviews import auditing, following
from reviews.audit_asking import OutcomeForm, WriteForm
from reviews.models import Audit, AuditFinding
from reviews.views.audits import ask_finding, finding_card, finding_lines, named


@guarded(Perm.SIGNED_IN)
@require_safe
def own_audits(request: AuthedRequest) -> HttpResponse:
    """The audits that the person writes, and what audits ask him to do."""
    user, today = request.user, dates.today()
    audits = Audit.objects.visible_to(user).filter(auditor=user).with_sample().order_by("due_on", "pk")
    findings = AuditFinding.objects.visible_to(user).open().filter(owner=user).select_related("owner")
    context = {
        "audits": [(row, named(row, user)) for row in audits.filter(state=Audit.State.TO_DO)],
        "sent": [(row, named(row, user)) for row in audits.unfinished().exclude(state=Audit.State.TO_DO)],
        "findings": [finding_card(row, today) for row in findings],
        "today": today,
    }
    return render(request, "reviews/own_audits.html", context)


@guarded(Perm.VIEW_CASE, Audit)
@ANSWERS
def write_audit(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """The form, box by box: kept as often as the auditor likes, and sent when it is whole."""
    user = request.user
    if audit.auditor_id != user.pk:
        return redirect(audit)
    form = WriteForm(sent(request), audit=audit, initial=_kept(audit, request))
    is_last = "send" in request.POST
    verb = auditing.send_audit if is_last else auditing.write_audit
    if request.method == "POST" and attempt(form, verb, audit=audit, by=user):
        messages.success(
            request, _("The audit is sent to be checked.") if is_last else _("Saved. You can go on later.")
        )
        return redirect(reverse("reviews:own_audits") if is_last else request.path)
    findings = audit.findings.visible_to(user).select_related("owner")
    context = {
        "audit": audit,
        "form": form,
        "reference": named(audit, user),
        "subject_url": (audit.offender or audit.meeting).get_absolute_url(),  # type: ignore[union-attr]
        "findings": [finding_card(row, dates.today(), *_links(audit, row, user)) for row in findings],
    }
    return render(request, "reviews/write_audit.html", context)


def _kept(audit: Audit, request: AuthedRequest) -> dict[str, str]:
    """What was scored so far, as the form's boxes hold it."""
    found = {}
    for row in audit.scores.visible_to(request.user):
        found[f"score_{row.question_id}"] = "-" if row.score is None else str(row.score)
        found[f"words_{row.question_id}"] = row.words
    return found


def _links(audit: Audit, finding: AuditFinding, user: User) -> list[Link]:
    url = reverse("reviews:remove_finding", args=[finding.reference])
    return [Link(url, _("Remove"))] if audit.is_written and finding.made_by_id == user.pk else []


@guarded(Perm.VIEW_CASE, Audit)
@ANSWERS
def add_finding(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """A finding added by the auditor."""
    nothing = "" if audit.is_written and audit.auditor_id == request.user.pk else _("You are not writing this audit.")
    return ask_finding(request, audit, reverse("reviews:write_audit", args=[audit.reference]), nothing)


@guarded(Perm.SIGNED_IN, AuditFinding)
@ANSWERS
def audit_finding(request: AuthedRequest, finding: AuditFinding) -> HttpResponse:
    """What is to be done; whoever does it says that it is done."""
    may_finish = following.may_finish(finding, request.user)
    is_open = finding.done_on is None and finding.audit.state == Audit.State.SIGNED
    form = OutcomeForm(sent(request))
    verb = auditing.finish_finding
    if request.method == "POST" and attempt(form, verb, finding=finding, by=request.user):
        messages.success(request, _("Thank you. It is recorded as done."))
        return redirect(finding)
    context = {"finding": finding, "lines": finding_lines(finding), "form": form, "asks": may_finish and is_open}
    return render(request, "reviews/audit_finding.html", context)


@guarded(Perm.SIGNED_IN, AuditFinding)
@ANSWERS
def remove_finding(request: AuthedRequest, finding: AuditFinding) -> HttpResponse:
    """Take a finding out before the audit is signed off."""
    audit = finding.audit
    mine = audit.auditor_id == request.user.pk
    back = reverse("reviews:write_audit", args=[audit.reference]) if mine else audit.get_absolute_url()
    return ask(
        request,
        Form(sent(request)),
        auditing.remove_finding,
        about={"finding": finding},
        back=back,
        done=_("The finding is removed."),
        title=_("Remove this finding?"),
        caption=audit.reference,
        intro=finding.action,
        button=_("Remove"),
        look="warning",
        nothing="" if finding.made_by_id == request.user.pk else auditing.NOT_YOURS,
    )
