"""The pages of the Child Sex Offender Disclosure Scheme: the list of applications, one application, and a question for each verb."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from agencies.reauthentication import again_when_sent
from disclosures import actions
from disclosures import scheme_cards as cards
from disclosures.forms import scheme as forms
from disclosures.forms.steps import STEPS
from disclosures.models import Disclosure, DisclosureDraft, SchemeApplication
from disclosures.models.scheme import police_of
from disclosures.telling import how_to_tell, words_for
from mappa import dates
from mappa.forms import Form, attempt, sent
from mappa.templatetags.mappa import due_tone, due_words, long_date
from offenders import search
from offenders.timeline import page_from

Stage = SchemeApplication.Stage
ANSWERS = require_http_methods(["GET", "HEAD", "POST"])
PEOPLE = ("recorded_by", "checked_by", "met_by", "assessed_by", "decided_by", "told_by", "officer", "agency__area")


def _police(user: User) -> list[int]:
    """The forces for which the user deals with applications: others may not open the pages, though the role would let them."""
    found = police_of(user)
    if not found:
        raise PermissionDenied(Perm.RECORD_DISCLOSURE)
    return found


@guarded(Perm.RECORD_DISCLOSURE)
@ANSWERS
def applications(request: AuthedRequest) -> HttpResponse:
    """Applications to the user's force, newest first, and first of all those where a child is at immediate risk."""
    _police(request.user)
    # What is wrong in an address is left out: the list stays usable.
    form = forms.SchemeLogForm(search.with_words(request))
    if request.method == "POST":
        return search.asked_for(request, form)
    form.is_valid()
    rows = SchemeApplication.objects.visible_to(request.user).select_related("officer")
    place, asked = request.GET.get("from", ""), request.GET.dict() | {"from": ""}
    found, older = page_from(place, rows.filter(_chosen(form.cleaned_data, request.user)), field="received_at")
    context = {
        "form": form,
        "filtered": any(asked.values()),
        "urgent": [_line(row) for row in rows.urgent()[:50]],
        "rows": [_line(row) for row in found],
        "newest": search.address(request.path, asked) if place else "",
        "next": search.address(request.path, asked | {"from": older}) if older else "",
    }
    return render(request, "disclosures/applications.html", context)


def _chosen(answers: Mapping[str, Any], user: User) -> Q:
    closed, show = Q(stage=Stage.CLOSED), answers.get("show", "")
    rule = Q() if show == forms.ALL else closed if show == forms.CLOSED else ~closed
    if words := answers.get("words", "").strip():
        names = Q(subject_name__icontains=words) | Q(applicant_name__icontains=words)
        rule &= names | Q(children__icontains=words) | Q(reference__iexact=words)
    return rule & Q(officer=user.pk) if answers.get("mine") else rule


def _line(row: SchemeApplication) -> dict[str, Any]:
    state, colour = cards.state_of(row)
    today = dates.today()
    return {
        "name": row.subject_name,
        "reference": row.reference,
        "url": row.get_absolute_url(),
        "made": long_date(row.received_at),
        "state": state,
        "colour": colour,
        "due": due_words(row.due_on, today) if row.due_on else "",
        "tone": due_tone(row.due_on, today),
        "officer": row.officer.name,
    }


@guarded(Perm.RECORD_DISCLOSURE)
@ANSWERS
def take_application(request: AuthedRequest) -> HttpResponse:
    """Take an application."""
    form = forms.TakeForm(sent(request), agencies=_police(request.user), initial=forms.today())
    taken: list[SchemeApplication] = []

    def take(**answers: Any) -> None:
        taken.append(actions.take_application(**answers, by=request.user))

    if request.method == "POST" and attempt(form, take):
        row = taken[0]
        done = _("The application is taken. The initial checks are due %s.") % cards.moment(row.checks_due_at)
        messages.success(request, done)
        return redirect("disclosures:record_protection", row.reference) if row.is_urgent else redirect(row)
    context = {
        "form": form,
        "back": reverse("disclosures:applications"),
        "title": _("Take an application under the disclosure scheme"),
        "warning": _("If a child is in danger now, act first: the scheme takes days."),
        "button": _("Take the application"),
    }
    return render(request, "disclosures/application_question.html", context)


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@require_safe
def application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """The whole application, what comes next, and the person's record for those who see it."""
    row = _whole(row, request)
    user = request.user
    state, colour = cards.state_of(row)
    decides = allowed(user, Perm.AUTHORISE_DISCLOSURE, on=row) and row.assessed_by_id != user.pk
    step = cards.next_step(row)
    if row.stage == Stage.DECISION and not row.is_urgent and not decides:
        step = None
    context = {
        "row": row,
        "state": state,
        "colour": colour,
        "due": due_words(row.due_on, dates.today()) if row.due_on else "",
        "tone": due_tone(row.due_on, dates.today()),
        "step": step,
        "waits": _("A manager who did not assess the risk decides.")
        if row.stage == Stage.DECISION and not decides
        else "",
        "case": actions.case_of(row, user),
        "disclosure": Disclosure.objects.visible_to(user).filter(pk=row.disclosure_id or 0).first(),
        "links": cards.links_of(
            row,
            may_write_disclosure=not actions.why_not_disclose(row, user),
            may_decide_again=decides and row.stage == Stage.TELLING and not actions.why_not_decide(row),
        ),
        "cards": cards.cards_of(row, row.entries.visible_to(user).select_related("by")),
    }
    return render(request, "disclosures/application.html", context)


def _whole(row: SchemeApplication, request: AuthedRequest) -> SchemeApplication:
    return SchemeApplication.objects.visible_to(request.user).select_related(*PEOPLE).get(pk=row.pk)


def _ask(
    request: AuthedRequest,
    row: SchemeApplication,
    form: Form,
    verb: Callable[..., object],
    *,
    done: str,
    **words: Any,
) -> HttpResponse:
    """One question about an application, then back to it."""
    if request.method == "POST" and attempt(form, verb, application=row, by=request.user):
        messages.success(request, done)
        return redirect(row)
    context = {"form": form, "row": row, "back": row.get_absolute_url()} | words
    return render(request, "disclosures/application_question.html", context)


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def report_immediate_risk(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Say that a child is at immediate risk."""
    return _ask(
        request,
        row,
        forms.ImmediateForm(sent(request)),
        actions.report_immediate_risk,
        done=_("The risk is reported. Record what was done to protect the child."),
        title=_("Report an immediate risk"),
        warning=_("If a child is in danger now, act first."),
        button=_("Report it"),
        nothing="" if row.is_open and not row.is_urgent else _("It is reported already, or the application is closed."),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def record_protection(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Say what was done at once."""
    return _ask(
        request,
        row,
        forms.ProtectionForm(sent(request)),
        actions.record_protection,
        done=_("What was done is recorded. The application goes on."),
        title=_("What was done to protect the child"),
        intro=row.immediate_words,
        button=_("Record it"),
        nothing="" if row.is_urgent else _("No immediate risk waits here."),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def application_checks(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """The checks of the first day."""
    return _ask(
        request,
        row,
        forms.ChecksForm(sent(request), initial=forms.today()),
        actions.record_checks,
        done=_("The checks are recorded. The applicant is met next."),
        title=_("Initial checks"),
        intro=_("Is a child at immediate risk? Is it about one person and a particular child? If not, end it instead."),
        button=_("Record the checks"),
        nothing=actions.why_not_at(Stage.CHECKS, row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def application_meeting(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """The meeting with the applicant."""
    return _ask(
        request,
        row,
        forms.MeetingForm(sent(request), initial=forms.today()),
        actions.record_meeting,
        done=_("The meeting is recorded. The full risk assessment is next."),
        title=_("Meeting with the applicant"),
        intro=_("The applicant is told nothing about the person here."),
        button=_("Record the meeting"),
        nothing=actions.why_not_at(Stage.MEETING, row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def application_assessment(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """The full risk assessment."""
    return _ask(
        request,
        row,
        forms.SchemeAssessmentForm(sent(request)),
        actions.assess_application,
        done=_("The assessment is recorded. A manager who did not write it decides."),
        title=_("Full risk assessment"),
        intro=_("Match the person to a record first, where there is one that you see: a disclosure is recorded there."),
        button=_("Record the assessment"),
        nothing=actions.why_not_at(Stage.ASSESSMENT, row),
    )


@guarded(Perm.AUTHORISE_DISCLOSURE, SchemeApplication)
@ANSWERS
@again_when_sent
def decide_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """The decision."""
    row = _whole(row, request)
    wrote = _("You assessed the risk. Somebody else of manager rank decides.")
    law = actions.about_children(row)
    return _ask(
        request,
        row,
        forms.DecideForm(sent(request)),
        actions.decide_application,
        done=_("The decision is recorded, with your rank."),
        title=_("Decide on the application"),
        intro=f"{law.explanation} ({law.authority})",
        button=_("Record the decision"),
        nothing=wrote if row.assessed_by_id == request.user.pk else actions.why_not_decide(row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def end_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """End it before a decision."""
    return _ask(
        request,
        row,
        forms.EndForm(sent(request)),
        actions.end_application,
        done=_("The application ends. The applicant is told next."),
        title=_("End the application before a decision"),
        button=_("End it"),
        nothing=actions.why_not_end(row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def close_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Record that the applicant was told, and what exactly is said."""
    return _ask(
        request,
        row,
        forms.CloseForm(sent(request), application=row, initial=forms.today()),
        actions.close_application,
        done=_("The application is closed."),
        title=_("Tell the applicant, and close the application"),
        intro=how_to_tell(row),
        said=words_for(row),
        button=_("Close the application"),
        nothing=actions.why_not_close(row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def match_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Say which person on record it is."""
    return _ask(
        request,
        row,
        forms.MatchForm(sent(request)),
        actions.match_application,
        done=_("The application is matched. The person’s record says nothing of it to others."),
        title=_("Match the person to a record"),
        intro=_(
            "Of a restricted case only police who are named on it see the application from then on. "
            "Whoever is excluded from the case no longer sees it."
        ),
        button=_("Match"),
        nothing=actions.why_not_match(row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def unmatch_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Take it from a record that is of somebody else."""
    return _ask(
        request,
        row,
        forms.ReasonForm(sent(request)),
        actions.unmatch_application,
        done=_("The application is taken from that record."),
        title=_("Take it from the record of another person"),
        button=_("Take it from the record"),
        nothing=actions.why_not_unmatch(row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def put_off_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Put off what is due."""
    return _ask(
        request,
        row,
        forms.PutOffForm(sent(request)),
        actions.put_off_application,
        done=_("The new day is set. What was due before is kept."),
        title=_("Put off what is due"),
        intro=_("Due now: %s.") % long_date(row.due_on),
        button=_("Set the new day"),
        nothing=actions.why_not_put_off(row),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def hand_over_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Give it to another officer."""
    return _ask(
        request,
        row,
        forms.HandOverForm(sent(request), application=row),
        actions.hand_over_application,
        done=_("The application is given to the officer."),
        title=_("Give it to another officer"),
        button=_("Give it over"),
        nothing="" if row.is_open else _("This application is closed."),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def note_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Add what became known."""
    return _ask(
        request,
        row,
        forms.SchemeNoteForm(sent(request)),
        actions.note_application,
        done=_("The note is added."),
        title=_("Add a note"),
        button=_("Add the note"),
    )


@guarded(Perm.RECORD_DISCLOSURE, SchemeApplication)
@ANSWERS
def disclose_application(request: AuthedRequest, row: SchemeApplication) -> HttpResponse:
    """Begin the record of disclosure on the case."""
    begun: list[DisclosureDraft] = []

    def begin() -> None:
        begun.append(actions.draft_disclosure(application=row, by=request.user))

    form = Form(sent(request))
    if request.method == "POST" and attempt(form, begin):
        return redirect(f"disclosures:draft_{next(iter(STEPS))}", begun[0].reference)
    context = {
        "form": form,
        "row": row,
        "back": row.get_absolute_url(),
        "title": _("Write the record of disclosure"),
        "intro": _(
            "It is written on the person’s case with its own tests, and authorised there. Everyone who sees the case reads it: "
            "name the recipient where it asks for the recipient, and nothing else of the applicant or the child."
        ),
        "button": _("Begin the record"),
        "nothing": actions.why_not_disclose(row, request.user),
    }
    return render(request, "disclosures/application_question.html", context)
