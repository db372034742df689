"""The pages of information requests: the case's list and its verbs, and those of the agency that is asked."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Parts, Perm, allowed, guarded
from agencies.models import User
from disclosures import actions
from disclosures.actions.requests import usual_due, why_not_ask, why_not_chase
from disclosures.forms import ChaseForm, RequestAnswerForm, RequestForm, WithdrawForm
from disclosures.identifying import details_of
from disclosures.models import InformationAnswer, InformationRequest
from mappa import dates
from mappa.forms import ANSWERS, attempt, sent
from mappa.templatetags.mappa import due_tone, due_words, long_date
from offenders.models import Offender
from offenders.timeline import page_from
from offenders.views.cases import about_person
from offenders.views.order_cards import by_row
from offenders.views.record import Card, Line, Link, ask

State = InformationRequest.State
COLOURS = {State.OPEN: "yellow", State.ANSWERED: "green", State.WITHDRAWN: "grey"}
LOADED = ("agency", "asking_agency", "asked_by", "withdrawn_by")


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def requests(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What was asked of which agency about the person, newest first, and what came back."""
    place = request.GET.get("from", "")
    found = offender.information_requests.visible_to(request.user).select_related(*LOADED)
    rows, older = page_from(place, found, field="asked_at")
    parts = offender.parts()
    context = about_person(request, offender, "disclosures") | {
        "cards": _cards(rows, offender, parts, request.user),
        "can_ask": allowed(request.user, Perm.RECORD_DISCLOSURE, on=parts),
        "newest": request.path if place else "",
        "next": f"{request.path}?{urlencode({'from': older})}" if older else "",
    }
    return render(request, "disclosures/requests.html", context)


def _cards(rows: Sequence[InformationRequest], offender: Offender, parts: Parts, user: User) -> list[Card]:
    """Three questions, however many requests: their answers, that there are answers, and who was reminded."""
    mine = offender.information_answers.visible_to(user).filter(request__in=rows).select_related("by")
    answers, came = by_row(mine, "request"), by_row(InformationAnswer.objects.outline_of(rows), "request")
    chases = by_row(offender.information_chases.visible_to(user).filter(request__in=rows), "request")
    cards = []
    for row in rows:
        row.offender = offender
        hidden = len(came.get(row.pk, [])) - len(answers.get(row.pk, []))
        lines = [*_asked(row), _given(row), *_ended(row), *map(_said, answers.get(row.pk, []))]
        if chased := chases.get(row.pk, []):
            lines.append(Line(_("Reminded"), "\n".join(long_date(chase.on) for chase in chased)))
        if hidden:
            words = _("An answer for the Responsible Authority and the agency that asked only.")
            lines.append(Line(_("Restricted"), words))
        cards.append(_card(row, lines, _links(row, parts, user)))
    return cards


def _card(row: InformationRequest, lines: Sequence[Line], links: Sequence[Link]) -> Card:
    state = State(row.state)
    title = _("%(agency)s, %(reference)s") % {"agency": row.agency.name, "reference": row.reference}
    return Card(title=title, lines=lines, links=links, tag=str(state.label), colour=COLOURS[state])


def _asked(row: InformationRequest) -> list[Line]:
    lines = [
        Line(_("Asked"), f"{row.asked_by.name}, {row.asking_agency.name}, {long_date(row.asked_at)}"),
        Line(_("Purpose"), row.purpose),
        Line(_("Power"), row.gateway_in_words),
        Line(_("Questions"), row.questions),
    ]
    if row.is_open:
        lines.append(Line(_("Answer due"), due_words(row.due_on, dates.today())))
    return lines


def _given(row: InformationRequest) -> Line:
    return Line(_("Details given"), "\n".join([row.name, *(f"{label}: {value}" for label, value in row.details)]))


def _ended(row: InformationRequest) -> list[Line]:
    if not (row.withdrawn_on and row.withdrawn_by):
        return []
    who = f"{row.withdrawn_by.name}, {long_date(row.withdrawn_on)}"
    return [Line(_("Withdrawn"), who), Line(_("Why"), row.withdrawal_reason)]


def _said(answer: InformationAnswer) -> Line:
    head = f"{answer.get_kind_display()}. {answer.by.name}, {long_date(answer.at)}"
    return Line(_("Answer"), "\n".join(filter(None, [head, str(answer.get_audience_display()), answer.text])))


def _links(row: InformationRequest, parts: Parts, user: User) -> list[Link]:
    if not row.is_open:
        return []
    links = []
    if allowed(user, Perm.RECORD_DISCLOSURE, on=parts):
        links += [
            Link(reverse("disclosures:chase_request", args=[row.reference]), _("Remind")),
            Link(reverse("disclosures:withdraw_request", args=[row.reference]), _("Withdraw")),
        ]
    if allowed(user, Perm.SEND_INFORMATION, on=row.parts_beside(parts)):
        links.append(Link(row.get_absolute_url(), _("Answer")))
    return links


def _list(offender: Offender) -> str:
    return reverse("disclosures:requests", args=[offender.reference])


@guarded(Perm.RECORD_DISCLOSURE, Offender)
@ANSWERS
def request_information(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Ask an agency what it holds about the person."""
    form = RequestForm(sent(request), details=details_of(offender, request.user), usual_due=usual_due(offender))
    return ask(
        request,
        offender,
        "disclosures",
        form,
        actions.request_information,
        back=_list(offender),
        done=_("The agency is asked. It sees what you gave and asked, and not the case."),
        title=_("Ask an agency for information"),
        intro=_(
            "The agency learns the name, that the person is managed under MAPPA, and what you write and choose here."
        ),
        button=_("Ask the agency"),
        nothing=why_not_ask(offender),
    )


@guarded(Perm.RECORD_DISCLOSURE, InformationRequest)
@ANSWERS
def chase_request(request: AuthedRequest, row: InformationRequest) -> HttpResponse:
    """Remind the agency that an answer is waited for."""
    offender = _case(row, request.user)
    return ask(
        request,
        offender,
        "disclosures",
        ChaseForm(sent(request)),
        actions.chase_request,
        back=_list(offender),
        done=_("The agency is reminded."),
        about={"request": row},
        title=_("Remind %s") % row.agency.name,
        intro=_(
            "Its contact points get a mail with the reference %s and no name. It is recorded that you reminded them."
        )
        % row.reference,
        button=_("Remind the agency"),
        nothing=why_not_chase(row),
    )


@guarded(Perm.RECORD_DISCLOSURE, InformationRequest)
@ANSWERS
def withdraw_request(request: AuthedRequest, row: InformationRequest) -> HttpResponse:
    """Take a request back that was not answered."""
    offender = _case(row, request.user)
    return ask(
        request,
        offender,
        "disclosures",
        WithdrawForm(sent(request)),
        actions.withdraw_request,
        back=_list(offender),
        done=_("The request is withdrawn. Its page tells the agency nothing of the person any more."),
        about={"request": row},
        title=_("Withdraw the request to %s") % row.agency.name,
        button=_("Withdraw the request"),
        nothing=_over(row),
    )


def _case(row: InformationRequest, user: User) -> Offender:
    """The case of a request, for those who see it; whoever only sees the request finds no such page."""
    return get_object_or_404(Offender.objects.visible_to(user), pk=row.offender_id)


def _over(row: InformationRequest) -> str:
    return "" if row.is_open else _("This request was answered or withdrawn already.")


@guarded(Perm.SEND_INFORMATION, InformationRequest)
@ANSWERS
def answer_information(request: AuthedRequest, row: InformationRequest) -> HttpResponse:
    """What an agency is asked about a person, with what it was given to find him by, and its answer. Nothing of the case."""
    form = RequestAnswerForm(sent(request))
    if request.method == "POST" and attempt(form, actions.answer_information, request=row, by=request.user):
        messages.success(request, _("Your answer is sent."))
        return redirect(row)
    answers = row.answers.visible_to(request.user).select_related("by")
    context = {
        "form": form,
        "row": row,
        "is_withdrawn": row.state == State.WITHDRAWN,
        "typed": request.method == "POST",
        "asked": _asked(row),
        "given": [Line(_("Name"), row.name), *(Line(label, value) for label, value in row.details)],
        "answers": [_said(answer) for answer in answers],
    }
    return render(request, "disclosures/answer_information.html", context)


@guarded(Perm.SEND_INFORMATION)
@require_safe
def requests_to_us(request: AuthedRequest) -> HttpResponse:
    """What the user's agencies are asked, and what they answered lately: newest first."""
    place, today = request.GET.get("from", ""), dates.today()
    found = InformationRequest.objects.visible_to(request.user).sent_to(request.user)
    found = found.exclude(state=State.WITHDRAWN).select_related("agency", "asking_agency")
    rows, older = page_from(place, found, field="asked_at")
    context = {
        "rows": [
            {
                "name": row.name,
                "reference": row.reference,
                "url": row.get_absolute_url(),
                "asker": row.asking_agency.name,
                "state": str(State(row.state).label),
                "colour": COLOURS[State(row.state)],
                "due": due_words(row.due_on, today) if row.is_open else "",
                "tone": due_tone(row.due_on, today) if row.is_open else "",
            }
            for row in rows
        ],
        "next": f"{request.path}?{urlencode({'from': older})}" if older else "",
        "newest": request.path if place else "",
    }
    return render(request, "disclosures/requests_to_us.html", context)
