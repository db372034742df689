"""Serious further offences and their reviews: on the case, before the board, and for the lay adviser who observes one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.asking import ask
from agencies.models import Area, User
from mappa import dates
from mappa.forms import ANSWERS, Form, attempt, sent
from mappa.templatetags.mappa import clock, long_date
from offenders.models import LegalHold, Offender
from offenders.views.record import Card, Line, Link, Part, show
from offenders.views.record import ask as ask_of_case
from reviews import serious_cases, serious_reports
from reviews.audit_asking import OutcomeForm, ReasonForm
from reviews.following import may_finish
from reviews.models import Recommendation, SeriousCase
from reviews.serious_asking import ChargeForm, DecideForm, ProposeForm, PublishForm
from reviews.views.audits import own_areas

State = SeriousCase.State
COLOURS = {
    State.RECORDED: "red",
    State.TO_DECIDE: "red",
    State.UNDER_REVIEW: "yellow",
    State.TO_ACCEPT: "light-blue",
    State.ACCEPTED: "blue",
    State.CLOSED: "green",
}


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def charges(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The serious further offences of a case, and whether its record is held."""
    rows = SeriousCase.objects.visible_to(request.user).filter(offender=offender)
    may_record = allowed(request.user, Perm.EDIT_CASE, on=offender)
    add = Link(reverse("reviews:record_charge", args=[offender.reference]), _("Record a charge"))
    holds = LegalHold.objects.visible_to(request.user).standing().filter(offender=offender)
    part = Part(
        "charges",
        _("Charges"),
        cards=[_charge_card(row, request.user) for row in rows],
        add=add if may_record else None,
        empty=_("No charge with a serious further offence is recorded."),
    )
    words = _("This record is held whole: %s. Nothing of it is deleted, it is not merged, and the case does not end.")
    warnings = [words % hold.reason for hold in holds]
    return show(
        request,
        offender,
        "charges",
        title=_("Serious further offences"),
        parts=[part],
        **({"warnings": warnings} if warnings else {}),
    )


def _charge_card(serious: SeriousCase, user: User) -> Card:
    lines = [
        Line(_("Committed on"), long_date(serious.committed_on)),
        Line(_("Charged on"), long_date(serious.charged_on)),
        Line(_("Review"), f"{serious.get_trigger_display()}. {serious.trigger_words}"),
    ]
    may_open = allowed(user, Perm.VIEW_BOARD, on=serious)
    links = [Link(serious.get_absolute_url(), _("Open"))] if may_open else []
    colour = COLOURS.get(State(serious.state), "grey")
    return Card(f"{serious.offence_said}: {serious.reference}", lines, links, serious.get_state_display(), colour)


@guarded(Perm.EDIT_CASE, Offender)
@ANSWERS
def record_charge(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that the person is charged with a serious further offence."""
    return ask_of_case(
        request,
        offender,
        "record",
        ChargeForm(sent(request)),
        serious_cases.record_charge,
        back=reverse("reviews:charges", args=[offender.reference]),
        done=_("The charge is recorded, and co-ordination is told. The record is held whole from now."),
        title=_("Record a charge with a serious further offence"),
        intro=_("Whether a review is mandatory follows from the offence and the level on its day."),
        button=_("Record the charge"),
    )


@guarded(Perm.VIEW_BOARD)
@require_safe
def serious_cases_list(request: AuthedRequest) -> HttpResponse:
    """Those the reader sees: of his board, of his cases, or that he observes."""
    rows = SeriousCase.objects.visible_to(request.user).standing().select_related("area").order_by("-charged_on", "-pk")
    found = [(row, prepares(request.user, row)) for row in rows[:100]]
    year = _year_of(dates.today())
    context = {
        "charged": [_charged(area, year) for area in own_areas(request.user)],
        "since": year,
        "open": [
            _list_card(row, whole=whole) for row, whole in found if row.state not in {State.CLOSED, State.REFUSED}
        ],
        "past": [_list_card(row, whole=whole) for row, whole in found if row.state in {State.CLOSED, State.REFUSED}],
    }
    return render(request, "reviews/serious_cases.html", context)


def _year_of(on: date) -> date:
    """The first day of the year that the annual report is about (CJA 2003 s.326(5))."""
    return date(on.year if on.month >= 4 else on.year - 1, 4, 1)


def _charged(area: Area, since: date) -> str:
    """How many people of an area were charged since a day, by their level then."""
    counts = serious_cases.charged_by_level(area, since, dates.today())
    by_level = [
        _("%(count)s at level %(level)s") % {"count": count, "level": level}
        for level, count in sorted(counts.items(), key=lambda line: -(line[0] or 0))
        if level
    ]
    by_level += [_("%s not managed then") % counts[None]] if None in counts else []
    return f"{area.name}: {', '.join(by_level) or _('nobody')}"


def prepares(user: User, serious: SeriousCase) -> bool:
    """Does the person read all of a review? Every other reader of the board's pages reads what is written for him."""
    return allowed(user, Perm.BOARD_PREPARE, on=serious)


def _list_card(serious: SeriousCase, *, whole: bool) -> Card:
    lines = [Line(_("Board"), serious.area.name)]
    if whole:
        lines += [Line(_("Charge"), serious.offence_said), Line(_("Review"), serious.get_trigger_display())]
        lines += [Line(_("Next step by"), long_date(serious.due_on))] if serious.due_on else []
    link = Link(serious.get_absolute_url(), _("Open"))
    colour = COLOURS.get(State(serious.state), "grey")
    return Card(_("Review %s") % serious.reference, lines, [link], serious.get_state_display(), colour)


@guarded(Perm.VIEW_BOARD, SeriousCase)
@require_safe
def serious_case(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """All of it to those who prepare and decide the board's business; to others what is written for them."""
    user = request.user
    if not prepares(user, serious):
        context = {"serious": serious, "observes": serious.adviser_id == user.pk}
        return render(request, "reviews/observed_review.html", context)
    context = {
        "serious": serious,
        "colour": COLOURS.get(State(serious.state), "grey"),
        "lines": _lines(serious, user),
        "steps": steps(serious, user),
        "sections": [(row, row.text) for row in serious.sections.visible_to(user) if row.text],
        "findings": list(serious.findings.visible_to(user)),
        "recommendations": [
            recommendation_card(row, dates.today())
            for row in serious.recommendations.visible_to(user).select_related("owner")
        ],
        "chronology": _chronology(serious, user),
        "sees_case": Offender.objects.visible_to(user).filter(pk=serious.offender_id).exists(),
    }
    return render(request, "reviews/serious_case.html", context)


def _chronology(serious: SeriousCase, user: User) -> list[dict[str, str]]:
    """As the timeline tells it, oldest first; nothing to those who do not see the case."""
    return [
        {"title": row.title, "when": f"{long_date(row.at)}, {clock(row.at)}", "text": row.text}
        for row in serious.chronology.visible_to(user)
    ]


def _lines(serious: SeriousCase, user: User) -> list[dict[str, str]]:
    case = Offender.objects.visible_to(user).filter(pk=serious.offender_id).first()
    level = serious.get_level_display() if serious.level else _("Not managed then")
    held = _("Yes, nothing of it is deleted") if serious_cases.is_held(serious) else _("No")
    found = [
        (_("Case"), case.reference if case and allowed(user, Perm.VIEW_CASE) else _("Not shown to you")),
        (_("Charge"), serious.offence_said),
        (_("Committed on"), long_date(serious.committed_on)),
        (_("Charged on"), long_date(serious.charged_on)),
        (_("Level then"), level),
        (_("Review"), f"{serious.get_trigger_display()}. {serious.trigger_words}"),
        (_("What happened"), serious.notice),
        (_("Record held"), held),
        (_("Recorded by"), _by(serious.recorded_by, serious.recorded_at)),
        (_("Board notified by"), _by(serious.notified_by, serious.notified_at)),
        (_("Decided by"), _by(serious.decided_by, serious.decided_at)),
        (_("The board’s reasons"), serious.decision_reasons),
        (_("Terms of reference"), serious.terms),
        (_("Lead reviewer"), serious.reviewer),
        (_("Lay adviser"), serious.adviser.name if serious.adviser else ""),
        (_("What the lay adviser reads"), serious.for_adviser),
        (_("Sent back because"), serious.returned_because),
        (_("Put before the board by"), _by(serious.reported_by, serious.reported_at)),
        (_("Report accepted by"), _by(serious.accepted_by, serious.accepted_at)),
        *([] if serious.published_at else [(_("Proposed for publication"), _proposed(serious))]),
        (_("Published by"), _by(serious.published_by, serious.published_at)),
        (_("Published"), serious.published_words),
        (_("Closed by"), _by(serious.closed_by, serious.closed_at)),
        (_("In the end"), serious.closing_words),
        (_("Next step by"), long_date(serious.due_on) if serious.due_on else ""),
    ]
    return [{"label": label, "value": value} for label, value in found if value]


def _proposed(serious: SeriousCase) -> str:
    return f"{serious.proposed_words} ({serious.proposed_by.name})" if serious.proposed_by else ""


def _by(person: User | None, at: Any) -> str:
    return f"{person.name}, {long_date(at)}" if person and at else ""


def steps(serious: SeriousCase, user: User) -> list[Link]:
    """What this person may do next, the most important first."""
    decides = allowed(user, Perm.BOARD_DECIDE, on=serious)
    reporter = user.pk == serious.reported_by_id
    own = user.pk in {serious.recorded_by_id, serious.notified_by_id}
    may_withdraw = (decides and not own) or not serious.is_for_board
    wrote_it = user.pk == serious.proposed_by_id
    publishing = [
        ("publish_review", _("Publish"), bool(serious.proposed_words) and decides and not reporter and not wrote_it),
        ("propose_publication", _("Write what is to be published"), True),
    ]
    if serious.published_at:
        publishing = []
    offered = {
        State.RECORDED: [
            ("notify_board", _("Notify the board"), True),
            ("withdraw_charge", _("Take it back"), may_withdraw),
        ],
        State.TO_DECIDE: [
            ("decide_review", _("Record the board’s decision"), decides and not own),
            ("withdraw_charge", _("Take it back"), may_withdraw),
        ],
        State.UNDER_REVIEW: [
            ("report", _("Put the report before the board"), True),
            ("set_terms", _("Terms, reviewer and lay adviser"), True),
            ("draw_chronology", _("Draw the chronology"), True),
            ("write_report", _("Write the report"), True),
            ("add_review_finding", _("Add a finding"), True),
            ("recommend", _("Add a recommendation"), True),
        ],
        State.TO_ACCEPT: [
            (
                "accept_report",
                _("Accept the report"),
                decides and not reporter and not serious_reports.wrote_of(serious, user),
            ),
            ("return_report", _("Send it back"), decides and not reporter),
        ],
        State.ACCEPTED: [
            ("close_review", _("Close the review"), decides),
            *publishing,
        ],
        State.CLOSED: publishing,
    }
    found = offered.get(State(serious.state), [])
    return [Link(reverse(f"reviews:{name}", args=[serious.reference]), words) for name, words, may in found if may]


def recommendation_card(row: Recommendation, on: date) -> Card:
    tag, colour = (_("Done"), "green") if row.done_on else (_("Open"), "blue")
    if not row.done_on and row.due_on < on:
        tag, colour = _("Late"), "red"
    return Card(row.words, recommendation_lines(row), [Link(row.get_absolute_url(), _("Open"))], tag, colour)


def recommendation_lines(row: Recommendation) -> list[Line]:
    lines = [Line(_("How"), row.how), Line(_("Who"), row.owner.name), Line(_("By"), long_date(row.due_on))]
    return [*lines, Line(_("Done"), f"{long_date(row.done_on)}: {row.outcome}")] if row.done_on else lines


def at(serious: SeriousCase, *states: str) -> str:
    """Why there is nothing to ask; empty while there is."""
    return "" if serious.state in states else _("This is at another step: %s.") % serious.get_state_display().lower()


def question(request: AuthedRequest, serious: SeriousCase, form: Form, verb: Any, **words: Any) -> HttpResponse:
    """One question about it, then back to its page."""
    back, caption = serious.get_absolute_url(), _("Serious case %s") % serious.reference
    return ask(request, form, verb, about={"serious": serious}, back=back, caption=caption, **words)


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def notify_board(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """Send the notification to the board."""
    return question(
        request,
        serious,
        Form(sent(request)),
        serious_cases.notify_board,
        done=_("The board’s members are told by mail, without a name."),
        title=_("Notify the board"),
        intro=_(
            "Its members are asked to decide. They read the charge, the level and what happened, and never who it is."
        ),
        button=_("Notify the board"),
        nothing=at(serious, State.RECORDED),
    )


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def withdraw_charge(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """Take back what was recorded in error."""
    decides = allowed(request.user, Perm.BOARD_DECIDE, on=serious)
    for_board = _("The board is told of this, or must review it: a board member takes it back. Ask one.")
    return question(
        request,
        serious,
        ReasonForm(sent(request), label=_("Why is it taken back?"), missing=_("Enter why it is taken back")),
        serious_cases.withdraw_charge,
        done=_("It is taken back, and the record is held no more."),
        title=_("Take this back?"),
        warning=_("Only where it was recorded in error. It stays to be read, and counts nowhere."),
        button=_("Take it back"),
        look="warning",
        nothing=at(serious, State.RECORDED, State.TO_DECIDE)
        or (for_board if serious.is_for_board and not decides else ""),
    )


@guarded(Perm.BOARD_DECIDE, SeriousCase)
@ANSWERS
def decide_review(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """The board's decision, with its reasons."""
    return question(
        request,
        serious,
        DecideForm(sent(request)),
        serious_cases.decide_review,
        done=_("The board’s decision is recorded."),
        title=_("Record the board’s decision"),
        intro=f"{serious.get_trigger_display()}. {serious.trigger_words}",
        button=_("Record the decision"),
        nothing=at(serious, State.TO_DECIDE),
    )


@guarded(Perm.BOARD_DECIDE, SeriousCase)
@ANSWERS
def accept_report(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """The board accepts the report."""
    return question(
        request,
        serious,
        Form(sent(request)),
        serious_reports.accept_report,
        done=_("The report is accepted. Those who carry out its recommendations are told."),
        title=_("Accept the report"),
        intro=_("Its recommendations are carried out from now. Nothing of it is published by this."),
        button=_("Accept the report"),
        nothing=at(serious, State.TO_ACCEPT),
    )


@guarded(Perm.BOARD_DECIDE, SeriousCase)
@ANSWERS
def return_report(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """The board sends the report back."""
    return question(
        request,
        serious,
        ReasonForm(sent(request), label=_("What is missing?"), missing=_("Enter what is missing")),
        serious_reports.return_report,
        done=_("The report is being written again."),
        title=_("Send the report back"),
        button=_("Send back"),
        nothing=at(serious, State.TO_ACCEPT),
    )


def _unpublished(serious: SeriousCase) -> str:
    """Why nothing more is published of it; empty while something may be."""
    return _("This is published already.") if serious.published_at else at(serious, State.ACCEPTED, State.CLOSED)


@guarded(Perm.BOARD_PREPARE, SeriousCase)
@ANSWERS
def propose_publication(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """Write what the board is asked to publish."""
    initial = {"proposed_words": serious.proposed_words, "version": serious.version}
    return question(
        request,
        serious,
        ProposeForm(sent(request), initial=initial),
        serious_reports.propose_publication,
        done=_("It is written. A board member who did not write it publishes it."),
        title=_("Write what is to be published"),
        button=_("Put it before the board"),
        nothing=_unpublished(serious),
    )


@guarded(Perm.BOARD_DECIDE, SeriousCase)
@ANSWERS
def publish_review(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """The board publishes a text about the review."""
    nothing = "" if serious.proposed_words else _("Nothing is proposed for publication yet. Write it first.")
    return question(
        request,
        serious,
        PublishForm(sent(request), initial={"version": serious.version}),
        serious_reports.publish,
        done=_("It is published on the board’s pages."),
        title=_("Publish"),
        intro=serious.proposed_words,
        warning=_("What is published is not changed any more."),
        button=_("Publish"),
        nothing=_unpublished(serious) or nothing,
    )


@guarded(Perm.BOARD_DECIDE, SeriousCase)
@ANSWERS
def close_review(request: AuthedRequest, serious: SeriousCase) -> HttpResponse:
    """Close a review that is carried out."""
    return question(
        request,
        serious,
        ReasonForm(
            sent(request),
            label=_("What does the board say in the end?"),
            missing=_("Enter what the board says at the end"),
        ),
        serious_reports.close_review,
        done=_("The review is closed, and the record is held no more."),
        title=_("Close the review"),
        button=_("Close the review"),
        nothing=at(serious, State.ACCEPTED),
    )


@guarded(Perm.SIGNED_IN, Recommendation)
@ANSWERS
def recommendation(request: AuthedRequest, recommendation: Recommendation) -> HttpResponse:
    """What is to be carried out; whoever does it says that it is done."""
    may = may_finish(recommendation, request.user)
    is_open = recommendation.done_on is None and recommendation.serious.state == State.ACCEPTED
    form, verb = OutcomeForm(sent(request)), serious_reports.carry_out
    if request.method == "POST" and attempt(form, verb, recommendation=recommendation, by=request.user):
        messages.success(request, _("Thank you. It is recorded as done."))
        return redirect(recommendation)
    context = {
        "recommendation": recommendation,
        "lines": recommendation_lines(recommendation),
        "form": form,
        "asks": may and is_open,
    }
    return render(request, "reviews/recommendation.html", context)
