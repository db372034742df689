"""The pages of the plan: what is in force, a version, the draft being written, and one question for each step."""

from dataclasses import replace
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.access import AuthedRequest, Parts, Perm, allowed, guarded, memberships
from agencies.models import User
from agencies.reauthentication import again_when_sent
from assessments import actions, forms, reading, validity
from assessments.models import PILLARS, Audience, Heading, Measure, Plan, PlanShare
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.actions import latest_review
from offenders.models import Offender
from offenders.views.cases import about_person
from offenders.views.record import ask
from offenders.views.saving import Writing, save_text


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def plan(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The plan in force, the version that is being written, and those of before."""
    rows = list(offender.plans.visible_to(request.user).select_related("previous", "signed_by", "shared_by"))
    current = next((row for row in rows if row.state == Plan.State.CURRENT), None)
    return _show(request, offender, current, rows)


@guarded(Perm.VIEW_CASE, Plan)
@require_safe
def plan_version(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """One version as it stands, marked with what changed since the one before."""
    rows = list(plan.offender.plans.visible_to(request.user).select_related("previous", "signed_by", "shared_by"))
    return _show(request, plan.offender, next(row for row in rows if row.pk == plan.pk), rows)


def _show(request: AuthedRequest, offender: Offender, shown: Plan | None, rows: list[Plan]) -> HttpResponse:
    user = request.user
    case = offender.parts()
    mine = _acting_for({membership.agency_id for membership in memberships(user)}, case, user)
    drafted = Measure.objects.visible_to(user).undone().filter(offender=offender, plan__state=Plan.State.DRAFT)
    drafted = drafted.filter(agency__in=sorted(mine))
    base = reading.compared(shown, user) if shown else None
    may_write = allowed(user, Perm.WRITE_PLANS, on=case)
    holds = shown is not None and shown.state == Plan.State.CURRENT and offender.ended_on is None
    found = about_person(request, offender, "risk") | {
        "plan": shown,
        "base": base,
        "parts": reading.parts(shown, user, base) if shown else [],
        "gaps": validity.gaps(shown, user) if shown and holds and may_write else [],
        "left_out": [answer for answer in reading.answers(shown, user) if not answer.heading] if shown else [],
        "shares": _shares(shown, user) if shown else [],
        "versions": rows,
        "steps": _steps(offender, shown, rows, case, user, may_write=may_write),
        "today": dates.today(),
        "mine": mine,
        "reportable": _reportable(shown, case, user),
        "to_word": list(drafted),
        "can_propose": _may_propose(offender, case, user),
    }
    return render(request, "assessments/plan.html", found)


def _acting_for(agencies: set[int], case: Parts, user: User) -> set[int]:
    """For which of these agencies the user words, reports and acknowledges; the parts of the case are read once."""
    return {each for each in agencies if allowed(user, Perm.UPDATE_ACTION, on=replace(case, owner=each))}


def _may_propose(offender: Offender, case: Parts, user: User) -> bool:
    """Whether a draft takes a measure of the user's agency; whoever writes the plan adds one there."""
    may = allowed(user, Perm.PROPOSE_MEASURE, on=case) and not allowed(user, Perm.WRITE_PLANS, on=case)
    return may and actions.draft_of(offender) is not None


def _reportable(shown: Plan | None, case: Parts, user: User) -> set[int]:
    """The agencies for whose measures the user may say what became of them."""
    if shown is None or shown.state != Plan.State.CURRENT:
        return set()
    return _acting_for(set(shown.measures.visible_to(user).values_list("agency", flat=True)), case, user)


def _shares(shown: Plan, user: User) -> list[PlanShare]:
    return list(shown.shares.visible_to(user).select_related("agency", "acknowledged_by"))


def _steps(
    offender: Offender, shown: Plan | None, rows: list[Plan], case: Parts, user: User, *, may_write: bool
) -> list[dict[str, str]]:
    """What the user may do now with the version shown, or else with the open one; or the way to begin one."""
    open_ones = [row for row in rows if row.state not in Plan.SHARED]
    plan = shown if shown in open_ones else next(iter(open_ones), None)
    found: list[dict[str, str]] = []
    if plan is None:
        if may_write and offender.ended_on is None:
            begin = reverse("assessments:begin_plan", args=[offender.reference])
            found.append({"url": begin, "label": _("Begin a new version")})
    else:
        may_sign = not plan.is_by(user) and allowed(user, Perm.COUNTERSIGN, on=case)
        found += _steps_of(plan, shown, may_write=may_write, may_sign=may_sign)
    if shown is not None and shown.state == Plan.State.CURRENT and may_write and offender.ended_on is None:
        found.append(_step("share_plan", _("Give version %s to another agency"), shown))
    return found


def _steps_of(plan: Plan, shown: Plan | None, *, may_write: bool, may_sign: bool) -> list[dict[str, str]]:
    """The steps of an open version. Nobody countersigns what he wrote, nor what is not before his eyes."""
    give_back = _step("return_plan", _("Return version %s"), plan)
    if plan.state == Plan.State.DRAFT:
        return [_step("write_plan", _("Write version %s"), plan)] if may_write else []
    if plan.state == Plan.State.SIGNED:
        share = [_step("share_plan", _("Share version %s"), plan)] if may_write else []
        return [*share, give_back] if may_sign else share
    if not may_sign:
        return []
    if plan != shown:
        return [_step("plan_version", _("Read version %s, to countersign or return it"), plan)]
    return [_step("countersign_plan", _("Countersign version %s"), plan), give_back]


def _step(route: str, label: str, plan: Plan) -> dict[str, str]:
    return {"url": reverse(f"assessments:{route}", args=[plan.reference]), "label": label % plan.number}


@guarded(Perm.WRITE_PLANS, Offender)
@ANSWERS
def begin_plan(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Begin the next version."""
    rows = offender.plans.visible_to(request.user)
    started = rows.open().exists()
    return ask(
        request,
        offender,
        "risk",
        Form(sent(request)),
        actions.begin_plan,
        back=_home(offender),
        done=_("The draft is there. Write it, then send it to be countersigned."),
        title=_("Begin a new version of the plan"),
        button=_("Begin it"),
        intro=_("The draft begins as a copy of the plan in force, without measures that are done."),
        nothing=_("A version of the plan is being written already.") if started else "",
    )


def _home(offender: Offender) -> str:
    return reverse("assessments:plan", args=[offender.reference])


@guarded(Perm.WRITE_PLANS, Plan)
@require_safe
def write_plan(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """The draft: each heading saves as it is typed; measures and answers have questions of their own."""
    if plan.state != Plan.State.DRAFT:
        return redirect(plan)
    context = about_person(request, plan.offender, "risk") | {
        "plan": plan,
        "parts": reading.parts(plan, request.user),
        "audiences": Audience.choices,
        "missing": validity.missing(plan, request.user),
        "pillars": [heading.value for heading in PILLARS],
        "today": dates.today(),
        "left_out": [answer for answer in reading.answers(plan, request.user) if not answer.heading],
    }
    return render(request, "assessments/write_plan.html", context)


@guarded(Perm.WRITE_PLANS, Plan)
@require_POST
def save_section(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """Save one heading while it is typed."""
    rows = plan.sections.visible_to(request.user)
    writing = Writing(
        plan.offender,
        Heading,
        saved=lambda heading: rows.filter(heading=heading).first(),
        verb=partial(actions.save_section, plan=plan),
        page=reverse("assessments:write_plan", args=[plan.reference]),
    )
    return save_text(request, forms.SectionForm, writing)


def left(plan: Plan, *states: str) -> str:
    """Why a step is not to be asked about: the version is past it, or not there yet."""
    return "" if plan.state in states else _("This version is now “%s”.") % plan.get_state_display()


def _not_his(plan: Plan, user: User) -> str:
    return _("You wrote or sent this version: another person countersigns it.") if plan.is_by(user) else ""


@guarded(Perm.WRITE_PLANS, Plan)
@ANSWERS
def settle_terms(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """Say of each condition, order and flag where the plan answers it, or why it is left out."""
    form = forms.TermsForm(sent(request), plan=plan, user=request.user)
    return ask(
        request,
        plan.offender,
        "risk",
        form,
        actions.settle_terms,
        back=reverse("assessments:write_plan", args=[plan.reference]),
        done=_("The answers are saved."),
        about={"plan": plan},
        title=_("Conditions, orders and flags"),
        button=_("Save the answers"),
        intro=_("Choose for each under which heading the plan deals with it, or leave it out and say why."),
        nothing=left(plan, Plan.State.DRAFT)
        or ("" if form.running else _("The person has no running condition, order or flag.")),
    )


@guarded(Perm.WRITE_PLANS, Plan)
@ANSWERS
def send_plan(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """Send the draft to be countersigned."""
    limit = latest_review(plan.offender.level, plan.offender.area, dates.today())
    missing = validity.missing(plan, request.user) if plan.state == Plan.State.DRAFT else []
    return ask(
        request,
        plan.offender,
        "risk",
        forms.SendPlanForm(sent(request)),
        actions.send_plan,
        back=_home(plan.offender),
        done=_("The plan waits to be countersigned."),
        about={"plan": plan},
        title=_("Send the plan to be countersigned"),
        button=_("Send it"),
        intro=_("Nobody changes it from then on. It is reviewed by %s at the latest.") % long_date(limit),
        warning=" ".join(f"{words}." for words in missing),
        nothing=left(plan, Plan.State.DRAFT),
    )


@guarded(Perm.COUNTERSIGN, Plan)
@ANSWERS
@again_when_sent
def countersign_plan(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """Confirm a plan that another person wrote."""
    return ask(
        request,
        plan.offender,
        "risk",
        Form(sent(request)),
        actions.countersign_plan,
        back=_home(plan.offender),
        done=_("The plan is countersigned. Share it with the agencies that act by it."),
        about={"plan": plan},
        title=_("Countersign version %s of the plan") % plan.number,
        button=_("Countersign"),
        intro=_("You have read this version whole, and confirm that it manages the risk."),
        nothing=left(plan, Plan.State.SENT) or _not_his(plan, request.user),
    )


@guarded(Perm.COUNTERSIGN, Plan)
@ANSWERS
def return_plan(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """Give a plan back and say why."""
    return ask(
        request,
        plan.offender,
        "risk",
        forms.ReturnPlanForm(sent(request)),
        actions.return_plan,
        back=_home(plan.offender),
        done=_("The plan is a draft again, with what has to be put right."),
        about={"plan": plan},
        title=_("Return version %s of the plan") % plan.number,
        button=_("Return it"),
        intro=_("It is a draft again. A countersignature that it has is taken back.") if plan.signed_by_id else "",
        nothing=left(plan, Plan.State.SENT, Plan.State.SIGNED) or _not_his(plan, request.user),
    )


@guarded(Perm.WRITE_PLANS, Plan)
@ANSWERS
def share_plan(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """Put a countersigned plan in force and give it to the agencies that act by it; later, to those that come to the case."""
    owners = plan.measures.visible_to(request.user).undone().order_by().values_list("agency", flat=True).distinct()
    given = set(plan.shares.visible_to(request.user).values_list("agency", flat=True))
    first = {*owners, plan.offender.lead_agency_id}
    holds = plan.state == Plan.State.CURRENT
    takes_place = _("It takes the place of the version before. What is for the Responsible Authority alone stays so.")
    form = forms.SharePlanForm(sent(request), offender=plan.offender, given=given, initial={"agencies": first})
    all_have_it = "" if form.offered else _("Every agency that sees the case was given this version.")
    return ask(
        request,
        plan.offender,
        "risk",
        form,
        actions.share_plan,
        back=_home(plan.offender),
        done=_("The plan is in force. Each agency is asked to acknowledge it."),
        about={"plan": plan},
        title=(_("Give version %s of the plan to another agency") if holds else _("Share version %s of the plan"))
        % plan.number,
        button=_("Share it"),
        intro=_("What is for the Responsible Authority alone stays so.") if holds else takes_place,
        nothing=left(plan, Plan.State.SIGNED, Plan.State.CURRENT) or all_have_it,
    )


@guarded(Perm.UPDATE_ACTION, PlanShare)
@ANSWERS
def acknowledge_plan(request: AuthedRequest, share: PlanShare) -> HttpResponse:
    """Say for one's own agency that it has read the plan."""
    mine = share.agency_id in {membership.agency_id for membership in memberships(request.user)}
    nothing = "" if mine else _("Only %s itself says that it has read the plan.") % share.agency.name
    if share.acknowledged_at:
        nothing = _("Your agency has acknowledged this plan already.")
    return ask(
        request,
        share.offender,
        "risk",
        Form(sent(request)),
        actions.acknowledge_plan,
        back=_home(share.offender),
        done=_("Your agency has acknowledged the plan."),
        about={"share": share},
        title=_("Acknowledge the risk management plan"),
        button=_("We have read it and act by it"),
        intro=_("You say so for %s.") % share.agency.name,
        nothing=nothing,
    )
