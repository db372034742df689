"""The pages of handing a case over, and of who leads it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded, memberships
from agencies.models import Rank, Role, User
from mappa import dates
from mappa.forms import Form, attempt
from mappa.templatetags.mappa import due_tone, due_words, long_date
from offenders import actions
from offenders.forms.transfer import AcceptForm, HandoverForm, TransferEndForm, TransferForm
from offenders.forms.victims import OfficerForm
from offenders.models import HandoverItem, Offender, Transfer
from offenders.timeline import page_from
from offenders.views.cases import about_person
from offenders.views.record import Card, Line, Link, Part, ask, show

State = Transfer.State
COLOURS = {State.PROPOSED: "yellow", State.ACCEPTED: "green", State.REFUSED: "red", State.WITHDRAWN: "grey"}
LOADED = ("from_area", "to_area", "from_agency", "to_agency", "proposed_by", "answered_by", "new_officer")


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def transfer(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Who leads the case, the transfer that waits for an answer with its checklist, and earlier ones."""
    rows = offender.transfers.visible_to(request.user).select_related(*LOADED)
    waiting = rows.waiting().first()
    past, older = page_from(request.GET.get("from", ""), rows.exclude(state=State.PROPOSED), field="proposed_at")
    # Who has which part in the case is read once for every question about it.
    sides = offender.parts()
    may = {perm for perm in (Perm.SHARE_CASE, Perm.EDIT_CASE) if allowed(request.user, perm, on=sides)}
    parts = [_lead_part(offender, may)]
    if waiting is not None:
        waiting.offender = offender
        parts += [_waiting_part(waiting, request, may), _checklist_part(waiting, request, may)]
    parts.append(_past_part(offender, past, may if waiting is None and offender.ended_on is None else set()))
    newest = request.path if request.GET.get("from") else ""
    older_url = f"{request.path}?{urlencode({'from': older})}" if older else ""
    return show(request, offender, "transfer", title=_("Transfer"), parts=parts, next=older_url, newest=newest)


def _lead_part(offender: Offender, may: set[Perm]) -> Part:
    link = Link(reverse("offenders:name_lead_officer", args=[offender.reference]), _("Name the lead officer"))
    officer = offender.lead_officer
    card = Card(
        title=offender.lead_agency.name,
        lines=[Line(_("Area"), offender.area.name), Line(_("Lead officer"), officer.name if officer else "")],
        links=[link] if Perm.SHARE_CASE in may else [],
    )
    return Part(slug="lead", title=_("Who leads the case"), cards=[card])


def _waiting_part(row: Transfer, request: AuthedRequest, may: set[Perm]) -> Part:
    links = []
    if allowed(request.user, Perm.SHARE_CASE, on=row) and row.proposed_by_id != request.user.pk:
        links += [
            Link(reverse("offenders:accept_transfer", args=[row.reference]), _("Accept")),
            Link(reverse("offenders:refuse_transfer", args=[row.reference]), _("Refuse")),
        ]
    if Perm.SHARE_CASE in may:
        links.append(Link(reverse("offenders:withdraw_transfer", args=[row.offender.reference]), _("Withdraw")))
    return Part(slug="waiting", title=_("Waits for an answer"), cards=[_card(row, links)])


def _card(row: Transfer, links: list[Link]) -> Card:
    lines = [
        Line(_("Area"), _moves(row.from_area.name, row.to_area.name)),
        Line(_("Lead agency"), _moves(row.from_agency.name, row.to_agency.name)),
        Line(_("Why"), row.reason),
        Line(_("Proposed"), f"{row.proposed_by.name}, {long_date(row.proposed_at)}"),
    ]
    if row.state == State.PROPOSED:
        lines.append(Line(_("Answer due"), due_words(row.due_on, dates.today())))
    elif row.answered_by and row.answered_on:
        lines.append(Line(_("Answered"), f"{row.answered_by.name}, {long_date(row.answered_on)}"))
    if row.new_officer:
        lines.append(Line(_("New lead officer"), row.new_officer.name))
    if row.answer:
        lines.append(Line(_("Answer"), row.answer))
    state = State(row.state)
    return Card(title=row.reference, tag=str(state.label), colour=COLOURS[state], lines=lines, links=links)


def _moves(old: str, new: str) -> str:
    return _("%s, as now") % old if old == new else _("From %(old)s to %(new)s") % {"old": old, "new": new}


def _checklist_part(row: Transfer, request: AuthedRequest, may: set[Perm]) -> Part:
    items = row.items.visible_to(request.user).select_related("kind", "ticked_by")
    return Part(
        slug="checklist",
        title=_("Hand-over checklist"),
        intro=_("The sending side ticks these. The transfer can be accepted when none is open."),
        cards=[_item_card(item, may=Perm.EDIT_CASE in may) for item in items],
    )


def _item_card(item: HandoverItem, *, may: bool) -> Card:
    lines = []
    if item.ticked_on and item.ticked_by:
        lines.append(Line(_("Ticked"), f"{item.ticked_by.name}, {long_date(item.ticked_on)}"))
    if item.words:
        lines.append(Line(_("Detail"), item.words))
    if item.ticked_on is None:
        tag, colour = _("Open"), "yellow"
    else:
        tag, colour = (_("Done"), "green") if item.is_needed else (_("Not needed"), "grey")
    link = Link(reverse("offenders:tick_item", args=[item.reference]), _("Change") if item.ticked_on else _("Tick"))
    return Card(title=item.kind.name, tag=tag, colour=colour, lines=lines, links=[link] if may else [])


def _past_part(offender: Offender, past: list[Transfer], may: set[Perm]) -> Part:
    link = Link(reverse("offenders:propose_transfer", args=[offender.reference]), _("Propose a transfer"))
    return Part(
        slug="earlier",
        title=_("Earlier transfers"),
        cards=[_card(row, []) for row in past],
        add=link if Perm.SHARE_CASE in may else None,
        empty=_("This case was not transferred here."),
    )


@guarded(Perm.SHARE_CASE)
@require_safe
def transfers(request: AuthedRequest) -> HttpResponse:
    """What waits for the user's answer: in the areas he coordinates, and for the agencies in which he is a manager."""
    rows = Transfer.objects.visible_to(request.user).waiting().filter(_for_me(request.user))
    rows = rows.exclude(proposed_by=request.user).select_related("offender", *LOADED)
    place, today = request.GET.get("from", ""), dates.today()
    found, older = page_from(place, rows, field="proposed_at")
    shown = [
        {
            "name": row.offender.full_name,
            "reference": row.offender.reference,
            "url": row.get_absolute_url(),
            "kind": row.kind,
            "sender": f"{row.from_agency.name}, {row.from_area.name}",
            "due": due_words(row.due_on, today),
            "tone": due_tone(row.due_on, today),
        }
        for row in found
    ]
    context = {
        "rows": shown,
        "next": f"{request.path}?{urlencode({'from': older})}" if older else "",
        "newest": request.path if place else "",
    }
    return render(request, "offenders/transfers.html", context)


def _for_me(user: User) -> Q:
    held = memberships(user)
    areas = {m.agency.area_id for m in held if m.role_id in {Role.Code.COORDINATOR, Role.Code.CHAIR}}
    officers = {Role.Code.PRACTITIONER, Role.Code.CONTACT_POINT}
    agencies = {m.agency_id for m in held if m.role_id in officers and m.rank_order >= Rank.MANAGER}
    return Q(to_area__in=sorted(areas)) | Q(answering_agency__in=sorted(agencies))


def _ask(
    request: AuthedRequest, offender: Offender, form: Form, verb: Callable[..., object], **words: Any
) -> HttpResponse:
    back = reverse("offenders:transfer", args=[offender.reference])
    return ask(request, offender, "record", form, verb, back=back, **words)


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def name_lead_officer(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Name who leads the case for its lead agency."""
    officers = actions.possible_officers(offender, offender.lead_agency)
    return _ask(
        request,
        offender,
        OfficerForm(request.POST or None, among=officers),
        actions.name_lead_officer,
        title=_("Name the lead officer"),
        intro=_("The officers of %s who see this case.") % offender.lead_agency.name,
        nothing="" if officers else _("Nobody in the lead agency sees this case. Name an officer on it first."),
        button=_("Name the lead officer"),
        done=_("The lead officer is named."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_transfer(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Propose to hand the case over."""
    waiting = offender.transfers.visible_to(request.user).waiting().exists()
    return _ask(
        request,
        offender,
        TransferForm(request.POST or None, offender=offender),
        actions.propose_transfer,
        title=_("Propose a transfer"),
        intro=_("Nothing moves until the receiving side accepts. It sees the case from now on, to decide."),
        nothing=_("A transfer of this case waits for an answer already: withdraw it first.") if waiting else "",
        button=_("Propose the transfer"),
        done=_("The transfer is proposed. Go through the checklist now."),
    )


@guarded(Perm.SHARE_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_transfer(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Take a proposal back."""
    waiting = offender.transfers.visible_to(request.user).waiting().exists()
    return _ask(
        request,
        offender,
        TransferEndForm(request.POST or None),
        actions.withdraw_transfer,
        title=_("Withdraw the transfer"),
        intro=_("The receiving side will no longer see the case by it."),
        nothing="" if waiting else _("No transfer of this case waits for an answer."),
        button=_("Withdraw the transfer"),
        done=_("The transfer is withdrawn."),
    )


@guarded(Perm.SHARE_CASE, Transfer)
@require_http_methods(["GET", "HEAD", "POST"])
def accept_transfer(request: AuthedRequest, transfer: Transfer) -> HttpResponse:
    """Take the case over."""
    offender = transfer.offender
    asks = actions.on_open_agenda(transfer, by=request.user)
    officers = actions.officers_of(transfer.to_agency)
    return _ask(
        request,
        offender,
        AcceptForm(request.POST or None, among=officers, asks_to_confirm=asks),
        actions.accept_transfer,
        about={"transfer": transfer},
        title=_("Accept the transfer"),
        intro=_("The case moves today. %(agency)s leads it, in %(area)s.")
        % {"agency": transfer.to_agency.name, "area": transfer.to_area.name},
        warning=_("The case is at a meeting of the other area that is to come or not yet approved.") if asks else "",
        nothing=_answered(transfer),
        button=_("Accept the transfer"),
        done=_("The case is transferred."),
    )


def _answered(transfer: Transfer) -> str:
    return "" if transfer.state == State.PROPOSED else _("This transfer has been answered already.")


@guarded(Perm.SHARE_CASE, Transfer)
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_transfer(request: AuthedRequest, transfer: Transfer) -> HttpResponse:
    """Say no. Whoever does may see the case no longer, so that the way on is the list."""
    form = TransferEndForm(request.POST or None)
    # Read before: afterwards the case may not exist any more for whoever refused it.
    context = about_person(request, transfer.offender, "record")
    if request.method == "POST" and attempt(form, actions.refuse_transfer, transfer=transfer, by=request.user):
        messages.success(request, _("The transfer is refused."))
        return redirect("offenders:transfers")
    context |= {
        "form": form,
        "title": _("Refuse the transfer"),
        "intro": _("The case stays where it is. You may no longer see it."),
        "nothing": _answered(transfer),
        "button": _("Refuse the transfer"),
        "back": transfer.get_absolute_url(),
    }
    return render(request, "offenders/question.html", context)


@guarded(Perm.EDIT_CASE, HandoverItem)
@require_http_methods(["GET", "HEAD", "POST"])
def tick_item(request: AuthedRequest, item: HandoverItem) -> HttpResponse:
    """Tick a line of the checklist."""
    now = {"outcome": "done" if item.is_needed else "not-needed", "words": item.words} if item.ticked_on else None
    return _ask(
        request,
        item.offender,
        HandoverForm(request.POST or None, initial=now),
        actions.tick_item,
        about={"item": item},
        title=item.kind.name,
        nothing=_answered(item.transfer),
        button=_("Save"),
        done=_("The checklist is up to date."),
    )
