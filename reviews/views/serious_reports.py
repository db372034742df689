"""Writing a serious case review: its terms, chronology, report, findings and recommendations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import AuthedRequest, Perm, guarded
from mappa.forms import ANSWERS, Form, attempt, sent
from offenders.models import Offender
from panels.actions.observing import advisers_of
from reviews import serious_reports
from reviews.auditing import staff_of
from reviews.models import SeriousCase
from reviews.serious_asking import (
    ChronologyForm,
    RecommendationForm,
    ReportForm,
    ReviewFindingForm,
    TermsForm,
    initial_days,
)
from reviews.views.serious_cases import at, question

State = SeriousCase.State


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def set_terms(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """What the review asks, who leads it, and who observes it."""
    names = ("terms", "reviewer", "adviser", "for_adviser", "version")
    initial = {name: getattr(serious, name) for name in names}
    advisers = advisers_of(serious.area_id).select_related("rank", "agency", "user")
    return question(
        request,
        serious,
        TermsForm(sent(request), initial=initial, advisers=advisers),
        serious_reports.set_terms,
        done=_("Saved."),
        title=_("Terms, reviewer and lay adviser"),
        button=_("Save"),
        nothing=at(serious, State.UNDER_REVIEW),
    )


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def draw_chronology(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """Draw what the record tells of a time; only by somebody who sees the case."""
    sees = Offender.objects.visible_to(request.user).filter(pk=serious.offender_id).exists()
    unseen = _("You do not see the case. Ask co-ordination to draw the chronology.")
    form = ChronologyForm(sent(request), initial=initial_days(serious))
    drawn: list[int] = []

    def draw(**answers: object) -> None:
        drawn.append(serious_reports.draw_chronology(**answers))  # type: ignore[arg-type]

    if request.method == "POST" and sees and attempt(form, draw, serious=serious, by=request.user):
        words = ngettext(
            "%s entry is drawn into the chronology.", "%s entries are drawn into the chronology.", drawn[0]
        )
        messages.success(request, words % drawn[0])
        return redirect(serious)
    context = {
        "form": form,
        "back": serious.get_absolute_url(),
        "title": _("Draw the chronology"),
        "caption": _("Serious case %s") % serious.reference,
        "intro": _("What the timeline tells of these days is taken over as it is, and kept from being deleted."),
        "button": _("Draw"),
        "nothing": at(serious, State.UNDER_REVIEW) or ("" if sees else unseen),
    }
    return render(request, "question.html", context)


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def write_report(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """The sections of the report."""
    initial = {row.heading: row.text for row in serious.sections.visible_to(request.user)}
    return question(
        request,
        serious,
        ReportForm(sent(request), initial=initial | {"version": serious.version}),
        serious_reports.write_report,
        done=_("The report is saved."),
        title=_("Write the report"),
        intro=_("The headings are those of MAPPA O. The board reads it and sees no case: name nobody."),
        button=_("Save the report"),
        nothing=at(serious, State.UNDER_REVIEW),
    )


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def add_review_finding(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """A finding of the review."""
    return question(
        request,
        serious,
        ReviewFindingForm(sent(request)),
        serious_reports.add_review_finding,
        done=_("The finding is added."),
        title=_("Add a finding"),
        button=_("Add"),
        nothing=at(serious, State.UNDER_REVIEW),
    )


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def recommend(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """A recommendation of the review."""
    return question(
        request,
        serious,
        RecommendationForm(sent(request), staff=staff_of(serious.area)),
        serious_reports.recommend,
        done=_("The recommendation is added. Its owner is told once the board accepts the report."),
        title=_("Add a recommendation"),
        button=_("Add"),
        nothing=at(serious, State.UNDER_REVIEW),
    )


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def report(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """Put the report before the board."""
    lacks = serious_reports.missing(serious, by=request.user)
    unfinished = _("Still missing: %s.") % "; ".join(lacks) if lacks else ""
    return question(
        request,
        serious,
        Form(sent(request)),
        serious_reports.report,
        done=_("The report is before the board."),
        title=_("Put the report before the board"),
        intro=_("Nothing of it changes until the board has answered."),
        button=_("Put it before the board"),
        nothing=at(serious, State.UNDER_REVIEW) or unfinished,
    )
