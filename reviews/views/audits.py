"""Quality audits as the board and its co-ordination see them: samples, each audit, its two signatures, its findings."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, areas_granting, guarded
from agencies.asking import ask
from agencies.models import Area, User
from mappa import dates
from mappa.charts import Line as LineChart
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from offenders.views.record import Card, Line, Link
from panels.models import Meeting
from reviews import audit_trends, auditing, samples, sampling
from reviews.audit_asking import AssignForm, DrawForm, FindingForm, ReasonForm
from reviews.models import Audit, AuditFinding, AuditSample
from reviews.models.audit import Kind

MONTHS = 6
SHOWN = 24
State = Audit.State
COLOURS = {
    State.TO_ASSIGN: "red",
    State.TO_DO: "yellow",
    State.TO_CHECK: "light-blue",
    State.TO_SIGN: "blue",
    State.SIGNED: "green",
    State.SET_ASIDE: "grey",
}


def own_areas(user: User) -> list[Area]:
    """The areas whose board business the user prepares or decides, by name."""
    return list(Area.objects.filter(pk__in=areas_granting(user, Perm.BOARD_PREPARE)).order_by("name"))


def chosen_area(request: AuthedRequest) -> tuple[Area, list[Area]]:
    """The area asked for, or the first of one's own. Raises PermissionDenied for one that is not."""
    areas = own_areas(request.user)
    slug = request.GET.get("area", "")
    found = [area for area in areas if area.slug == slug] if slug else areas
    if not found:
        raise PermissionDenied(Perm.BOARD_PREPARE)
    return found[0], areas


@guarded(Perm.BOARD_PREPARE)
@require_safe
def audits(request: AuthedRequest) -> HttpResponse:
    """What waits, what audits found over half a year, and the samples of an area."""
    today = dates.today()
    area, areas = chosen_area(request)
    months = audit_trends.months_to(samples.last_month(today), MONTHS)
    rows = Audit.objects.visible_to(request.user).unfinished().filter(sample__area=area)
    drawn = AuditSample.objects.visible_to(request.user).filter(area=area)
    found = [(Kind(kind), audit_trends.trend(area, kind, months)) for kind in Kind.values]
    context = {
        "area": area,
        "areas": areas,
        "missing": _missing(area, set(drawn.filter(month=months[-1]).values_list("kind", flat=True)), months[-1]),
        "waiting": [_card(row) for row in rows.with_sample().order_by("due_on", "pk")[:SHOWN]],
        "trends": [_trend(kind, rows) for kind, rows in found],
        "weakest": _weakest(audit_trends.weakest(area, months)),
        "findings": _findings(request.user, area, today),
        "open_findings": audit_trends.findings(area, today),
        "samples": list(drawn.defer("frame").order_by("-month", "kind")[:SHOWN]),
    }
    return render(request, "reviews/audits.html", context)


def _missing(area: Area, drawn: set[str], month: date) -> list[str]:
    """Which samples of the last month nobody has drawn."""
    return [
        _("The sample of %(kind)s for %(month)s is not drawn yet.")
        % {"kind": Kind(kind).label.lower(), "month": dateformat.format(month, "F Y")}
        for kind in Kind.values
        if kind not in drawn
    ]


def _card(audit: Audit) -> Card:
    lines = [Line(_("Stratum"), audit.stratum), Line(_("Auditor"), audit.auditor.name if audit.auditor else "")]
    lines += [Line(_("Due"), long_date(audit.due_on))] if audit.due_on else []
    link = Link(audit.get_absolute_url(), _("Open"))
    title = f"{audit.sample.title}: {audit.reference}"
    return Card(title, lines, [link], tag=audit.get_state_display(), colour=COLOURS[State(audit.state)])


def _trend(kind: Kind, months: Sequence[audit_trends.Month]) -> dict[str, Any]:
    """A line through the months with a score, its sentence, and a table of all months."""
    scored = [(dateformat.format(row.month, "M"), row.share) for row in months if row.share is not None]
    chart = None
    if scored:
        total = sum(row.scores for row in months)
        good = sum(row.satisfactory for row in months)
        words = _("%(good)s of %(total)s scores in signed audits were satisfactory or better.")
        chart = LineChart(
            title=_("%s: satisfactory or better") % kind.label,
            summary=words % {"good": good, "total": total},
            rows=[(label, share or 0) for label, share in scored],
            unit="%",
        )
    table = [
        [
            dateformat.format(row.month, "F Y"),
            row.drawn,
            row.signed,
            row.set_aside,
            "–" if row.share is None else f"{row.share}%",
            "–" if row.mean is None else f"{row.mean:.1f}",
            row.scores,
        ]
        for row in months
    ]
    return {"slug": f"trend-{kind.value}", "title": kind.label, "chart": chart, "rows": table}


def _weakest(boxes: Sequence[audit_trends.Box]) -> list[list[Any]]:
    return [
        [box.text, Kind(box.kind).label, _("%(good)s of %(all)s") % {"good": box.satisfactory, "all": box.scores}]
        for box in boxes[:5]
    ]


def _findings(user: User, area: Area, on: date) -> list[Card]:
    rows = AuditFinding.objects.visible_to(user).open().filter(audit__sample__area=area).select_related("owner")
    return [finding_card(row, on) for row in rows[:SHOWN]]


def finding_card(finding: AuditFinding, on: date, *links: Link) -> Card:
    tag, colour = (_("Done"), "green") if finding.done_on else (_("Open"), "blue")
    if not finding.done_on and finding.due_on < on:
        tag, colour = _("Late"), "red"
    shown = links or [Link(finding.get_absolute_url(), _("Open"))]
    return Card(finding.action, finding_lines(finding), shown, tag, colour)


def finding_lines(finding: AuditFinding) -> list[Line]:
    lines = [
        Line(_("Found"), finding.words),
        Line(_("Who"), finding.owner.name),
        Line(_("By"), long_date(finding.due_on)),
    ]
    done = f"{long_date(finding.done_on)}: {finding.outcome}"
    return [*lines, Line(_("Done"), done)] if finding.done_on else lines


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def draw_sample(request: AuthedRequest) -> HttpResponse:
    """Draw the sample of a month that is over."""
    area, _areas = chosen_area(request)
    last = samples.last_month(dates.today())
    return ask(
        request,
        DrawForm(sent(request), last=last, initial={"kind": request.GET.get("kind", ""), "month": f"{last}"}),
        samples.draw_sample,
        about={"area": area},
        back=f"{reverse('reviews:audits')}?area={area.slug}",
        done=_("The sample is drawn. Now give each audit to somebody."),
        title=_("Draw a sample"),
        caption=area.name,
        intro=_(
            "It is drawn at random from everything at level 2 or 3 of the month, in proportion to each level and agency. "
            "It is drawn once: what was drawn is not drawn again."
        ),
        button=_("Draw the sample"),
    )


@guarded(Perm.BOARD_PREPARE, AuditSample)
@require_safe
def audit_sample(request: AuthedRequest, sample: AuditSample) -> HttpResponse:
    """What was drawn from what, that it can be drawn again, and each of its audits."""
    rows = list(sample.audits.visible_to(request.user).with_sample())
    # Of the sample itself, and not of the audits that this reader sees: what is missing below is then nobody's stratum.
    drawn = sampling.places(sample.stock, sample.asked, sample.seed)
    lines = [
        Line(_("Drawn"), _("%(day)s by %(name)s") % {"day": long_date(sample.drawn_at), "name": sample.drawn_by.name}),
        Line(_("Asked for"), str(sample.asked)),
        Line(_("Stock"), str(sample.stock)),
        Line(_("Drawn from it"), _all_or_some(sample, len(drawn))),
        Line(_("Form"), f"{sample.form}. {sample.form.source} [{sample.form.certainty}]"),
        Line(_("Seed"), sample.seed),
        Line(_("Checksum of the list"), sample.digest),
    ]
    context = {
        "sample": sample,
        "lines": lines,
        "is_repeatable": samples.is_repeatable(sample),
        "strata": [list(row) for row in sampling.strata(sample.frame, [sample.frame[place][0] for place in drawn])],
        "audits": [_card(row) for row in rows],
    }
    return render(request, "reviews/audit_sample.html", context)


def _all_or_some(sample: AuditSample, taken: int) -> str:
    if sample.asked < sample.stock:
        return str(taken)
    if sample.asked == sample.stock:
        return _("%s: all there were") % taken
    return _("%(taken)s: all there were, fewer than the %(asked)s asked for") % {"taken": taken, "asked": sample.asked}


@guarded(Perm.BOARD_PREPARE, Audit)
@require_safe
def audit(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """One audit: where it stands, its scores once it is sent, its findings, and the next step of whoever has it."""
    today, user = dates.today(), request.user
    written = audit.state in {State.TO_CHECK, State.TO_SIGN, State.SIGNED}
    scores = list(audit.scores.visible_to(user).select_related("question")) if written else []
    findings = list(audit.findings.visible_to(user).select_related("owner")) if written else []
    is_open = audit.state in {State.TO_CHECK, State.TO_SIGN} and audit.auditor_id != user.pk
    remove = _("Remove")
    context = {
        "audit": audit,
        "lines": _lines(audit, user),
        "colour": COLOURS[State(audit.state)],
        "scores": [[f"{row.question.heading}: {row.question}", row.said, row.words] for row in scores],
        "findings": [
            finding_card(
                row,
                today,
                *(
                    [Link(reverse("reviews:remove_finding", args=[row.reference]), remove)]
                    if is_open and row.made_by_id == user.pk
                    else []
                ),
            )
            for row in findings
        ],
        "written": written,
        "may_add": is_open,
        "steps": _steps(audit, user),
    }
    return render(request, "reviews/audit.html", context)


def _lines(audit: Audit, user: User) -> list[dict[str, str]]:
    """Where an audit stands. What is audited is named to whoever sees it, and to nobody else."""
    people = [
        (_("Auditor"), audit.auditor, audit.sent_at),
        (_("Checked by"), audit.checked_by, audit.checked_at),
        (_("Signed off by"), audit.signed_by, audit.signed_at),
    ]
    found = [{"label": _("Sample"), "value": audit.sample.title}, {"label": _("Stratum"), "value": audit.stratum}]
    found.append({"label": _("What is audited"), "value": named(audit, user) or _("Not shown to you")})
    found += [
        {"label": label, "value": f"{person.name}, {long_date(at)}" if at else person.name}
        for label, person, at in people
        if person
    ]
    found += [{"label": _("Next step by"), "value": long_date(audit.due_on)}] if audit.due_on else []
    if audit.returned_by:
        found.append({"label": _("Sent back by"), "value": f"{audit.returned_by.name}: {audit.returned_because}"})
    if audit.set_aside_by:
        found.append({"label": _("Set aside by"), "value": f"{audit.set_aside_by.name}: {audit.set_aside_because}"})
    return found


def named(audit: Audit, user: User) -> str:
    """The reference of what is audited, to whoever sees it."""
    cases = Offender.objects.visible_to(user).filter(audits=audit).values_list("reference", flat=True)
    meetings = Meeting.objects.visible_to(user).filter(audits=audit).values_list("reference", flat=True)
    seen = (meetings if audit.meeting_id else cases).first() if allowed(user, Perm.VIEW_CASE) else None
    return seen or ""


def _steps(audit: Audit, user: User) -> list[Link]:
    """What this person may do next, the most important first."""
    decides = allowed(user, Perm.BOARD_DECIDE, on=audit)
    others = {
        State.TO_ASSIGN: [("assign_audit", _("Choose an auditor")), ("set_audit_aside", _("Set aside"))],
        State.TO_DO: [("assign_audit", _("Give it to another auditor")), ("set_audit_aside", _("Set aside"))],
        State.TO_CHECK: [("check_audit", _("Check it")), ("send_audit_back", _("Send it back"))],
        State.TO_SIGN: [("sign_audit", _("Sign it off")), ("send_audit_back", _("Send it back"))],
    }
    if audit.state == State.TO_CHECK and audit.auditor_id == user.pk:
        return []
    if audit.state == State.TO_SIGN and (not decides or user.pk in {audit.auditor_id, audit.checked_by_id}):
        return []
    steps = others.get(State(audit.state), [])
    return [Link(reverse(f"reviews:{name}", args=[audit.reference]), words) for name, words in steps]


def _at(audit: Audit, *states: str) -> str:
    """Why there is nothing to ask; empty while there is."""
    return "" if audit.state in states else _("This audit is at another step: %s.") % audit.get_state_display().lower()


@guarded(Perm.BOARD_PREPARE, Audit)
@ANSWERS
def assign_audit(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """Give an audit to somebody who sees what is audited."""
    people = auditing.possible_auditors(audit)
    none = _(
        "Nobody in the area sees this, is of manager’s rank or chairs, and had no part in it. Set it aside, with why."
    )
    return ask(
        request,
        AssignForm(sent(request), auditors=people),
        auditing.assign_audit,
        about={"audit": audit},
        back=audit.get_absolute_url(),
        done=_("The audit is assigned, and the auditor is told by mail."),
        title=_("Choose an auditor"),
        caption=f"{audit.sample.title}: {audit.reference}",
        intro=_("Only people who see it, and who neither lead, chair nor arranged it, can be chosen."),
        button=_("Assign"),
        nothing=_at(audit, State.TO_ASSIGN, State.TO_DO) or ("" if people else none),
    )


@guarded(Perm.BOARD_PREPARE, Audit)
@ANSWERS
def set_audit_aside(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """Leave an audit out, with why."""
    return ask(
        request,
        ReasonForm(sent(request), label=_("Why can it not be audited?"), missing=_("Enter why it cannot be audited")),
        auditing.set_aside,
        about={"audit": audit},
        back=audit.get_absolute_url(),
        done=_("The audit is set aside."),
        title=_("Set this audit aside?"),
        caption=f"{audit.sample.title}: {audit.reference}",
        warning=_("It stays counted as drawn and not audited, and no other is drawn in its place."),
        button=_("Set aside"),
        look="warning",
        nothing=_at(audit, State.TO_ASSIGN, State.TO_DO),
    )


@guarded(Perm.BOARD_PREPARE, Audit)
@ANSWERS
def check_audit(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """The first signature."""
    return _signature(
        request,
        audit,
        auditing.check_audit,
        title=_("Check this audit"),
        intro=_("You have read its scores and findings, and they hold. A board member signs it off after you."),
        done=_("The audit is checked. A board member signs it off."),
        button=_("I have checked it"),
        nothing=_at(audit, State.TO_CHECK),
    )


@guarded(Perm.BOARD_DECIDE, Audit)
@ANSWERS
def sign_audit(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """The second signature."""
    return _signature(
        request,
        audit,
        auditing.sign_audit,
        title=_("Sign this audit off"),
        intro=_("It counts from now on, and whoever has something to do about its findings is told."),
        done=_("The audit is signed off."),
        button=_("Sign off"),
        nothing=_at(audit, State.TO_SIGN),
    )


def _signature(request: AuthedRequest, audit: Audit, verb: Any, **words: Any) -> HttpResponse:
    caption = f"{audit.sample.title}: {audit.reference}"
    back = audit.get_absolute_url()
    return ask(request, Form(sent(request)), verb, about={"audit": audit}, back=back, caption=caption, **words)


@guarded(Perm.BOARD_PREPARE, Audit)
@ANSWERS
def send_audit_back(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """Give an audit back to its auditor."""
    return ask(
        request,
        ReasonForm(sent(request), label=_("What is missing?"), missing=_("Enter what is missing")),
        auditing.send_back_audit,
        about={"audit": audit},
        back=audit.get_absolute_url(),
        done=_("The audit is back with its auditor, who is told by mail."),
        title=_("Send this audit back"),
        caption=f"{audit.sample.title}: {audit.reference}",
        button=_("Send back"),
        nothing=_at(audit, State.TO_CHECK, State.TO_SIGN),
    )


@guarded(Perm.BOARD_PREPARE, Audit)
@ANSWERS
def add_board_finding(request: AuthedRequest, audit: Audit) -> HttpResponse:
    """A finding added by whoever checks or signs."""
    return ask_finding(request, audit, audit.get_absolute_url(), _at(audit, State.TO_CHECK, State.TO_SIGN))


def ask_finding(request: AuthedRequest, audit: Audit, back: str, nothing: str) -> HttpResponse:
    return ask(
        request,
        FindingForm(sent(request), staff=auditing.staff_of(audit.sample.area)),
        auditing.add_finding,
        about={"audit": audit},
        back=back,
        done=_("The finding is added. Whoever does it is told once the audit is signed off."),
        title=_("Add a finding"),
        caption=f"{audit.sample.title}: {audit.reference}",
        button=_("Add"),
        nothing=nothing,
    )
