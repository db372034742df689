"""The pages of a record of disclosure: to read it, and one for each thing that is added to it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.reauthentication import again_when_sent
from audit.models import Act
from disclosures import actions, forms
from disclosures.cards import cards_of, links_of, state_of
from disclosures.letter import letter_of
from disclosures.models import Disclosure, DisclosureDraft
from disclosures.writing import typed_of
from mappa import dates
from mappa.forms import ANSWERS, attempt, sent
from offenders.views.cases import about_person
from offenders.views.paper import Sheet, hand_out_pdf, hand_out_word
from offenders.views.record import ask


@guarded(Perm.VIEW_CASE, Disclosure)
@require_safe
def disclosure(request: AuthedRequest, row: Disclosure) -> HttpResponse:
    """The whole record: what was considered, decided, authorised, told and found since."""
    row = _whole(row, request)
    later = Disclosure.objects.visible_to(request.user).filter(corrects=row).first()
    parts = row.parts()
    may_authorise = allowed(request.user, Perm.AUTHORISE_DISCLOSURE, on=parts) and not actions.wrote(row, request.user)
    state, colour = state_of(row, corrected=later is not None)
    context = about_person(request, row.offender, "disclosures") | {
        "row": row,
        "state": state,
        "colour": colour,
        "later": later,
        "cards": cards_of(row, row.reviews.visible_to(request.user).select_related("by")),
        "links": links_of(
            row,
            corrected=later is not None,
            may_record=allowed(request.user, Perm.RECORD_DISCLOSURE, on=parts),
            may_authorise=may_authorise,
        ),
    }
    return render(request, "disclosures/disclosure.html", context)


def _whole(row: Disclosure, request: AuthedRequest) -> Disclosure:
    about = ("offender__area", "offender__lead_agency", "entry__recorded_by", "follows", "corrects")
    people = ("authorised_by", "delivery_recorded_by")
    return Disclosure.objects.visible_to(request.user).select_related(*about, *people).get(pk=row.pk)


@guarded(Perm.AUTHORISE_DISCLOSURE, Disclosure)
@ANSWERS
@again_when_sent
def authorise(request: AuthedRequest, row: Disclosure) -> HttpResponse:
    """Authorise what somebody else decided, or refuse to."""
    row = _whole(row, request)
    form = forms.AuthoriseForm if row.discloses else forms.AnswerForm
    return ask(
        request,
        row.offender,
        "disclosures",
        form(sent(request), initial={"authorised_on": dates.today()}),
        actions.authorise_disclosure,
        back=row.get_absolute_url(),
        done=_("Your answer is recorded, with your rank."),
        about={"disclosure": row},
        title=_("Authorise the disclosure") if row.discloses else _("Authorise the decision not to disclose"),
        intro=_("Read the whole record first. Only what it says may be told, and only to whom it names."),
        button=_("Record your answer"),
        nothing=actions.why_not_authorise(row, request.user),
    )


@guarded(Perm.RECORD_DISCLOSURE, Disclosure)
@ANSWERS
@again_when_sent
def deliver(request: AuthedRequest, row: Disclosure) -> HttpResponse:
    """Record that they were told."""
    row = _whole(row, request)
    return ask(
        request,
        row.offender,
        "disclosures",
        forms.DeliverForm(sent(request), disclosure=row),
        actions.deliver_disclosure,
        back=row.get_absolute_url(),
        done=_("It is recorded that they were told."),
        about={"disclosure": row},
        title=_("Record that they were told"),
        button=_("Record it"),
        nothing=actions.why_not_deliver(row, request.user),
    )


@guarded(Perm.RECORD_DISCLOSURE, Disclosure)
@ANSWERS
def review(request: AuthedRequest, row: Disclosure) -> HttpResponse:
    """Record that a decision was looked at again."""
    row = _whole(row, request)
    return ask(
        request,
        row.offender,
        "disclosures",
        forms.ReviewForm(sent(request), initial={"reviewed_on": dates.today()}),
        actions.review_disclosure,
        back=row.get_absolute_url(),
        done=_("The review is recorded."),
        about={"disclosure": row},
        title=_("Review a decision about disclosure"),
        button=_("Record the review"),
        nothing=actions.why_not_review(row, request.user),
    )


@guarded(Perm.RECORD_DISCLOSURE, Disclosure)
@ANSWERS
def correct(request: AuthedRequest, row: Disclosure) -> HttpResponse:
    """Begin a record that corrects this one; it begins with what this one says."""
    row = _whole(row, request)
    form = forms.CorrectForm(sent(request))
    begun: list[DisclosureDraft] = []

    def begin(**said: Any) -> None:
        begun.append(actions.begin_correction(disclosure=row, answers=typed_of(row), by=request.user, **said))

    if request.method == "POST" and attempt(form, begin):
        return redirect(begun[0])
    corrected = actions.was_corrected(row, request.user)
    context = about_person(request, row.offender, "disclosures") | {
        "form": form,
        "back": row.get_absolute_url(),
        "title": _("Correct a record of disclosure"),
        "button": _("Write the new record"),
        "nothing": _("This record was corrected already: correct the later one.") if corrected else "",
    }
    return render(request, "offenders/question.html", context)


@guarded(Perm.RECORD_DISCLOSURE, Disclosure, act=Act.DOWNLOAD)
@require_safe
def letter_pdf(request: AuthedRequest, row: Disclosure) -> HttpResponse:
    """The letter and the undertaking, with only what was authorised. The download is recorded."""
    row = _whole(row, request)
    if not _has_letter(row, request):
        return redirect(row)
    as_word = reverse("disclosures:letter_word", args=[row.reference])
    return hand_out_pdf(request, _sheet(row, request), otherwise=(as_word, _("Download the letter as Word")))


@guarded(Perm.RECORD_DISCLOSURE, Disclosure, act=Act.DOWNLOAD)
@require_safe
def letter_word(request: AuthedRequest, row: Disclosure) -> HttpResponse:
    """The same as a Word file, for the agency's own paper."""
    row = _whole(row, request)
    if not _has_letter(row, request):
        return redirect(row)
    return hand_out_word(request, _sheet(row, request))


def _sheet(row: Disclosure, request: AuthedRequest) -> Sheet:
    return Sheet(letter_of(row, request.user), row, "disclosure.letter_downloaded", "letter")


def _has_letter(row: Disclosure, request: AuthedRequest) -> bool:
    """Only an authorised disclosure has one, and only while no later record stands in its place."""
    is_authorised = row.discloses and row.outcome == Disclosure.Outcome.AUTHORISED
    return is_authorised and not actions.was_corrected(row, request.user)
