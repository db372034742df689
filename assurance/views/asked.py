"""A person asks for the record: the request, what is given row by row, the second person, and the pack."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import User
from agencies.reauthentication import again, again_when_sent
from assurance import answering_person as verbs
from assurance import gathering
from assurance.asking import AnswerForm, CheckForm, ExtendForm, RequestForm, RowsForm
from assurance.models import AccessRequest, PackDecision
from audit.models import Act
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from offenders.views.paper import Sheet, hand_out_pdf
from offenders.views.record import Card, Line, Link, Part, ask, show

State = AccessRequest.State
COLOURS = {State.BEING_PREPARED: "yellow", State.TO_CHECK: "light-blue", State.CHECKED: "blue", State.ANSWERED: "green"}


def request_card(row: AccessRequest, *, may_open: bool) -> Card:
    lines = [
        Line(_("Received"), long_date(row.received_on)),
        Line(_("To be answered by"), long_date(row.due_on)),
    ]
    links = [Link(row.get_absolute_url(), _("Open"))] if may_open else []
    colour = COLOURS.get(State(row.state), "grey")
    return Card(f"{row.get_asker_display()}: {row.reference}", lines, links, row.get_state_display(), colour)


@guarded(Perm.ANSWER_PERSON, Offender)
@ANSWERS
def take_request(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Note that the record was asked for."""
    return ask(
        request,
        offender,
        "record",
        RequestForm(sent(request)),
        verbs.take_request,
        back=reverse("assurance:case_data", args=[offender.reference]),
        done=_("The request is recorded, and falls due."),
        title=_("Record a request to see the record"),
        intro=_("The person has a right to what is held, as far as the law gives none to withhold it. It is answered within a month."),
        button=_("Record the request"),
    )  # fmt: skip


@guarded(Perm.ANSWER_PERSON, AccessRequest)
@require_safe
def access_request(request: AuthedRequest, asked: AccessRequest) -> HttpResponse:
    """The request, what is held by kind, and what is to be done next."""
    parts = [
        Part("request", _("The request"), cards=[_facts(asked)]),
        Part(
            "held",
            _("What is held"),
            cards=_kinds(asked, request.user),
            intro=_("As far as you see it. Victims, applications by others, working rows and the board’s own learning are never given."),
        ),
    ]  # fmt: skip
    return show(request, asked.offender, "data", title=_("Request to see the record"), parts=parts)


def _facts(asked: AccessRequest) -> Card:
    lines = [
        Line(_("Who asks"), str(asked.get_asker_display())),
        Line(_("How that was checked"), asked.identity),
        Line(_("What is asked for"), asked.wanted or _("Everything")),
        Line(_("Received"), long_date(asked.received_on)),
        Line(_("To be answered by"), long_date(asked.due_on)),
    ]
    said = [
        (_("Why it takes longer"), asked.extended_because),
        (_("Prepared by"), asked.prepared_by.name if asked.prepared_by else ""),
        (_("Checked by"), asked.checked_by.name if asked.checked_by else ""),
        (_("Sent back because"), asked.sent_back_because),
        (_("Answered on"), long_date(asked.answered_on)),
        (_("How"), asked.answer),
    ]
    lines += [Line(label, value) for label, value in said if value]
    links = [Link(reverse(f"assurance:{route}", args=[asked.reference]), words) for route, words in _steps(asked)]
    return Card(asked.reference, lines, links, asked.get_state_display(), COLOURS.get(State(asked.state), "grey"))


def _steps(asked: AccessRequest) -> list[tuple[str, str]]:
    if asked.state not in AccessRequest.OPEN:
        return []
    first = {
        State.BEING_PREPARED: [("send_to_check", _("Send to a second person"))],
        State.TO_CHECK: [("check_pack", _("Check"))],
        State.CHECKED: [("request_pack", _("Pack (PDF)")), ("check_pack", _("Send back"))],
    }[State(asked.state)]
    longer = [] if asked.extended_because else [("extend_request", _("Take longer"))]
    return [*first, ("answer_request", _("Answer")), *longer]


def _kinds(asked: AccessRequest, user: User) -> list[Card]:
    decided = gathering.decided(asked, user)
    cards = []
    for kind in gathering.held(asked.offender, user):
        url = f"{reverse('assurance:decide_rows', args=[asked.reference])}?{urlencode({'kind': kind.label})}"
        words = _("Decide") if asked.state == State.BEING_PREPARED else _("Read")
        links = [Link(f"{url}&page={page}", _part(words, kind, page)) for page in range(1, kind.pages + 1)]
        done = decided.get(kind.label, 0)
        line = Line(_("Decided"), _("%(done)s of %(all)s") % {"done": done, "all": kind.number})
        cards.append(Card(kind.title, [line], links))
    return cards


def _part(words: str, kind: gathering.Held, page: int) -> str:
    if kind.pages == 1:
        return words
    first, last = (page - 1) * gathering.MOST + 1, min(page * gathering.MOST, kind.number)
    return _("%(what)s %(first)s to %(last)s") % {"what": words, "first": first, "last": last}


@guarded(Perm.ANSWER_PERSON, AccessRequest)
@ANSWERS
def decide_rows(request: AuthedRequest, asked: AccessRequest) -> HttpResponse:
    """The rows of one kind, and whether each is given."""
    kind = gathering.kind_named(request.GET.get("kind", ""), asked.offender, request.user)
    if kind is None:
        return redirect(asked)
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    page = min(max(page, 1), kind.pages)
    rows = asked.decisions.visible_to(request.user).filter(model=kind.label)
    decided = {pk: exemption or "give" for pk, exemption in rows.values_list("row", "exemption")}
    form = RowsForm(
        sent(request),
        entries=gathering.entries(kind.model, asked.offender, request.user, page=page),
        decided=decided,
        default=PackDecision.Exemption.MINUTES if kind.is_minutes else "",
    )
    return _ask(
        request,
        asked,
        form,
        verbs.decide_rows,
        about={"request": asked, "label": kind.label},
        done=_("Decided."),
        title=kind.title,
        intro=_("Read each entry. What names somebody else, or would tell of a victim or an informant, is not given."),
        nothing="" if asked.state == State.BEING_PREPARED else _("It is before a second person, or answered."),
        button=_("Save the decisions"),
    )


def _ask(request: AuthedRequest, asked: AccessRequest, form: Form, verb: Any, **words: Any) -> HttpResponse:
    words = {"about": {"request": asked}} | words
    return ask(request, asked.offender, "record", form, verb, back=asked.get_absolute_url(), **words)


@guarded(Perm.ANSWER_PERSON, AccessRequest)
@ANSWERS
def send_to_check(request: AuthedRequest, asked: AccessRequest) -> HttpResponse:
    """Put the answer before a second person."""
    return _ask(
        request,
        asked,
        Form(sent(request)),
        verbs.send_to_check,
        done=_("A second person checks it now."),
        title=_("Send to a second person"),
        intro=_("Every row must be decided. Somebody who decided none of them checks it."),
        button=_("Send it"),
    )


@guarded(Perm.ANSWER_PERSON, AccessRequest)
@ANSWERS
def check_pack(request: AuthedRequest, asked: AccessRequest) -> HttpResponse:
    """A second person agrees, or sends it back."""
    is_open = asked.state in {State.TO_CHECK, State.CHECKED}
    return _ask(
        request,
        asked,
        CheckForm(sent(request)),
        verbs.check_pack,
        done=_("Your check is recorded."),
        title=_("Check the decisions"),
        intro=_("Read what is given and what is withheld, kind by kind, before you answer."),
        nothing="" if is_open else _("It is not before a second person."),
        button=_("Save the check"),
    )


@guarded(Perm.ANSWER_PERSON, AccessRequest)
@ANSWERS
def extend_request(request: AuthedRequest, asked: AccessRequest) -> HttpResponse:
    """Take longer."""
    return _ask(
        request,
        asked,
        ExtendForm(sent(request)),
        verbs.extend_request,
        done=_("The request is extended."),
        title=_("Take longer to answer"),
        nothing=_("It was extended already.") if asked.extended_because else "",
        button=_("Extend it"),
    )


@guarded(Perm.ANSWER_PERSON, AccessRequest)
@again_when_sent
@ANSWERS
def answer_request(request: AuthedRequest, asked: AccessRequest) -> HttpResponse:
    """Note that it was handed over, or why it is refused."""
    return _ask(
        request,
        asked,
        AnswerForm(sent(request)),
        verbs.answer_request,
        done=_("The request is answered."),
        title=_("Answer the request"),
        nothing="" if asked.state in AccessRequest.OPEN else _("It is answered already."),
        button=_("Save the answer"),
    )


@guarded(Perm.ANSWER_PERSON, AccessRequest, act=Act.DOWNLOAD)
@again
@require_safe
def request_pack(request: AuthedRequest, asked: AccessRequest) -> HttpResponse:
    """The pack as PDF, once it is checked."""
    if asked.state not in {State.CHECKED, State.ANSWERED}:
        return redirect(asked)
    try:
        paper = verbs.pack_paper(asked, request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(asked)
    sheet = Sheet(paper, asked, "access_request.pack_printed", "pack")
    return hand_out_pdf(request, sheet, otherwise=(asked.get_absolute_url(), _("Go back to the request")))
