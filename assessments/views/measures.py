"""The pages of measures: add, propose, change, word, take out, report. One question each."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, Perm, agencies_granting, guarded
from assessments import actions, forms
from assessments.models import Measure, Plan
from assessments.views.plans import left
from mappa.forms import ANSWERS, Form, sent
from offenders.models import Offender
from offenders.views.record import ask


def _draft(plan: Plan) -> str:
    return reverse("assessments:write_plan", args=[plan.reference])


def _left(measure: Measure, state: str) -> str:
    """Why there is nothing to ask about a measure."""
    if measure.removed_at:
        return _("This measure was taken out of the plan.")
    if measure.done_on:
        return _("This measure is done: %s") % measure.outcome
    return left(measure.plan, state)


@guarded(Perm.WRITE_PLANS, Plan)
@ANSWERS
def add_measure(request: AuthedRequest, plan: Plan) -> HttpResponse:
    """Add a measure to the draft."""
    first = {"pillar": request.GET.get("pillar", ""), "agency": plan.offender.lead_agency_id}
    form = forms.MeasureForm(sent(request), offender=plan.offender, user=request.user, initial=first)
    return ask(
        request,
        plan.offender,
        "risk",
        form,
        actions.add_measure,
        back=_draft(plan),
        done=_("The measure is in the draft."),
        about={"plan": plan},
        title=_("Add a measure"),
        button=_("Add the measure"),
        nothing=left(plan, Plan.State.DRAFT),
    )


@guarded(Perm.PROPOSE_MEASURE, Offender)
@ANSWERS
def propose_measure(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Propose a measure of one's own agency for the version that is being written."""
    own = agencies_granting(request.user, Perm.PROPOSE_MEASURE, on=offender)
    return ask(
        request,
        offender,
        "risk",
        forms.ProposalForm(sent(request), agencies=own),
        actions.propose_measure,
        back=reverse("assessments:plan", args=[offender.reference]),
        done=_("Your agency’s measure is in the draft. Those who write the plan read it there."),
        title=_("Propose a measure of your agency"),
        button=_("Propose it"),
        intro=_("It is done by %s.") % own[0].name if len(own) == 1 else "",
        nothing="" if actions.draft_of(offender) else actions.no_draft(),
    )


@guarded(Perm.WRITE_PLANS, Measure)
@ANSWERS
def change_measure(request: AuthedRequest, measure: Measure) -> HttpResponse:
    """Change a measure of the draft."""
    known = forms.ChangeMeasureForm.known(measure)
    form = forms.ChangeMeasureForm(sent(request), offender=measure.offender, user=request.user, initial=known)
    return ask(
        request,
        measure.offender,
        "risk",
        form,
        actions.change_measure,
        back=_draft(measure.plan),
        done=_("The measure is changed."),
        about={"measure": measure},
        title=_("Change a measure"),
        button=_("Save the measure"),
        nothing=_left(measure, Plan.State.DRAFT),
    )


@guarded(Perm.UPDATE_ACTION, Measure)
@ANSWERS
def draft_measure(request: AuthedRequest, measure: Measure) -> HttpResponse:
    """Word a measure for one's own agency, while the plan is a draft."""
    known = forms.ChangeMeasureForm.known(measure)
    return ask(
        request,
        measure.offender,
        "risk",
        forms.DraftMeasureForm(sent(request), initial=known),
        actions.draft_measure,
        back=reverse("assessments:plan", args=[measure.offender.reference]),
        done=_("Your agency’s measure is saved in the draft."),
        about={"measure": measure},
        title=_("Word your agency’s measure"),
        button=_("Save the measure"),
        intro=f"{measure.get_pillar_display()}. {measure.agency.name}",
        nothing=_left(measure, Plan.State.DRAFT),
    )


@guarded(Perm.WRITE_PLANS, Measure)
@ANSWERS
def remove_measure(request: AuthedRequest, measure: Measure) -> HttpResponse:
    """Take a measure out of the draft."""
    return ask(
        request,
        measure.offender,
        "risk",
        Form(sent(request)),
        actions.remove_measure,
        back=_draft(measure.plan),
        done=_("The measure is taken out of the draft."),
        about={"measure": measure},
        title=_("Take a measure out"),
        button=_("Take it out"),
        intro=measure.text,
        nothing=_left(measure, Plan.State.DRAFT),
    )


@guarded(Perm.UPDATE_ACTION, Measure)
@ANSWERS
def report_measure(request: AuthedRequest, measure: Measure) -> HttpResponse:
    """Say that a measure of the plan in force is done."""
    return ask(
        request,
        measure.offender,
        "risk",
        forms.ReportForm(sent(request)),
        actions.report_measure,
        back=reverse("assessments:plan", args=[measure.offender.reference]),
        done=_("The measure is done."),
        about={"measure": measure},
        title=_("Report on a measure"),
        button=_("It is done"),
        intro=_("%(text)s Checked: %(how)s") % {"text": f"{measure.text}.", "how": measure.checked_how},
        nothing=_left(measure, Plan.State.CURRENT),
    )
