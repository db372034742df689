"""Commitments of resources: those of one person at a meeting, and each thing that is written down about them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.views.cases import about_person
from offenders.views.record import Card, Line, Link, ask
from panels import actions as verbs
from panels import forms
from panels.actions.commitments import no_meeting, reviewing
from panels.actions.minutes import owners
from panels.commitments import to_review, when
from panels.models import AgendaItem, Commitment, CommitmentReview


@guarded(Perm.VIEW_CASE, AgendaItem)
@require_safe
def commitments(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """What agencies committed to this person at the meeting, and what earlier meetings were promised."""
    may_write = allowed(request.user, Perm.TAKE_MINUTES, on=item) and not item.meeting.is_locked
    made = Commitment.objects.visible_to(request.user).kept().filter(item=item).select_related("agency")
    context = about_person(request, item.offender, "meetings") | {
        "item": item,
        "meeting": item.meeting,
        "made": [_card(row, strike=may_write) for row in made],
        "earlier": [_card(row, review=review, asks=may_write) for row, review in to_review(item, request.user)],
        "may_write": may_write,
    }
    return render(request, "panels/commitments.html", context)


def _card(row: Commitment, *, review: CommitmentReview | None = None, strike: bool = False, asks: bool = False) -> Card:
    lines = [
        Line(_("Agency"), row.agency.name),
        Line(_("How much"), row.how_much),
        Line(_("For how long"), when(row)),
        Line(_("Committed by"), row.committed_by),
    ]
    links = [Link(_address("strike_commitment", row), _("Strike out"))] if strike else []
    if asks:
        links.append(Link(_address("review_commitment", row), _("Change the finding") if review else _("Review")))
    if review:
        lines.append(Line(_("This meeting finds"), f"{review.get_finding_display()}\n{review.words}".strip()))
    if asks or review:
        lines.append(Line(_("Promised on"), long_date(row.item.meeting.held_on)))
        return Card(row.what, lines, links, *((_("Reviewed"), "green") if review else (_("To review"), "orange")))
    return Card(row.what, lines, links)


def _address(route: str, row: Commitment) -> str:
    return reverse(f"panels:{route}", args=[row.reference])


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@ANSWERS
def record_commitment(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Record what an agency commits."""
    return ask(
        request,
        item.offender,
        "meetings",
        forms.CommitmentForm(sent(request), agencies=owners(item)),
        verbs.record_commitment,
        back=reverse("panels:commitments", args=[item.reference]),
        about={"item": item},
        title=_("Record a commitment"),
        button=_("Record the commitment"),
        intro=_("It stands in the minutes, and the next meeting about this person reviews it."),
        nothing=_("The minutes are approved and can no longer be changed.") if item.meeting.is_locked else "",
        done=_("The commitment is recorded."),
    )


@guarded(Perm.TAKE_MINUTES, Commitment)
@ANSWERS
def strike_commitment(request: AuthedRequest, commitment: Commitment) -> HttpResponse:
    """Take a commitment out of the draft."""
    is_late = commitment.item.meeting.is_locked
    return ask(
        request,
        commitment.item.offender,
        "meetings",
        Form(sent(request)),
        verbs.strike_commitment,
        back=commitment.get_absolute_url(),
        about={"commitment": commitment},
        title=_("Strike out the commitment"),
        button=_("Strike it out"),
        intro=commitment.what,
        nothing=_("The minutes are approved. The next meeting says what became of it.") if is_late else "",
        done=_("The commitment is struck out. The minutes do not print it."),
    )


@guarded(Perm.TAKE_MINUTES, Commitment)
@ANSWERS
def review_commitment(request: AuthedRequest, commitment: Commitment) -> HttpResponse:
    """Say at the next meeting what became of a commitment."""
    item = reviewing(commitment, request.user)
    known = commitment.reviews.visible_to(request.user).filter(item=item).first() if item else None
    first = {"finding": known.finding, "words": known.words, "version": known.version} if known else {"version": 0}
    return ask(
        request,
        commitment.item.offender,
        "meetings",
        forms.CommitmentReviewForm(sent(request), initial=first),
        verbs.review_commitment,
        back=reverse("panels:commitments", args=[item.reference]) if item else commitment.get_absolute_url(),
        about={"commitment": commitment},
        title=_("Review a commitment"),
        button=_("Record the finding"),
        intro=f"{commitment.agency.name}: {commitment.what}. {commitment.how_much}, {when(commitment)}.",
        nothing="" if item else no_meeting(),
        done=_("The finding is recorded."),
    )
