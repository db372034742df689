"""The pages of approved premises: the way of one person there, and the register of places and beds."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.access import (
    AuthedRequest,
    Perm,
    allowed,
    guarded,
    in_the_authority,
    memberships,
    require_in_the_authority,
)
from agencies.models import User
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.actions import order_breaches as breaches
from offenders.actions import premises as verbs
from offenders.forms import premises as forms
from offenders.forms.orders import BreachForm, today_first
from offenders.models import Breach, Offender, Premises, PremisesPlace, PremisesProposal
from offenders.models.purpose import whys
from offenders.views.order_cards import breach_words, by_row, outcome_links, to
from offenders.views.record import Card, Line, Link, Part, ask, show

PAGE = 25
Bed = dict[str, Any]


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def premises(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What was proposed, what the competent body decided, and where the person lives under it."""
    can_edit = allowed(request.user, Perm.EDIT_CASE, on=offender)
    can_place = can_edit and in_the_authority(request.user, Perm.EDIT_CASE)
    places = by_row(offender.premises_places.visible_to(request.user).select_related("premises"), "proposal")
    found = by_row(offender.breaches.visible_to(request.user).filter(place__isnull=False), "place")
    cards: list[Card] = []
    past: list[Card] = []
    for proposal in offender.premises_proposals.visible_to(request.user):
        mine = places.get(proposal.pk, [])
        card = _proposal_card(proposal, mine, found, can_edit=can_edit, can_place=can_place)
        (cards if proposal.is_running(mine) else past).append(card)
    add = Link(reverse("offenders:propose_premises", args=[offender.reference]), _("Propose approved premises"))
    register = Link(reverse("offenders:premises_register"), _("See places and free beds"))
    parts = [
        Part(
            "proposals",
            _("Proposal and place"),
            cards,
            past,
            add=add if can_edit and not cards else None,
            intro=_(
                "A MAPPA meeting proposes. The competent body decides. Police, probation or prison record the bed."
            ),
            empty=_("No proposal is open."),
        )
    ]
    if can_place:
        parts.append(Part("register", _("Places and beds"), add=register))
    return show(request, offender, "premises", title=_("Approved premises"), parts=parts)


def _state(proposal: PremisesProposal, places: list[PremisesPlace]) -> tuple[str, str]:
    place = next((place for place in places if place.released_on is None), None)
    if proposal.withdrawn_on:
        return _("Withdrawn"), "grey"
    if proposal.decision == PremisesProposal.Decision.REFUSED:
        return _("Refused"), "grey"
    if not proposal.is_running(places):
        return _("Left"), "grey"
    if not proposal.decision:
        return _("Waits for a decision"), "yellow"
    if place is None:
        return _("Accepted, no bed yet"), "yellow"
    if place.until_on < dates.today():
        return _("Expected departure is past"), "red"
    return (_("Lives there"), "green") if place.arrived_on else (_("Bed reserved"), "blue")


def _proposal_card(
    proposal: PremisesProposal,
    places: list[PremisesPlace],
    found: dict[int, list[Breach]],
    *,
    can_edit: bool,
    can_place: bool,
) -> Card:
    proposed = {"date": long_date(proposal.proposed_on), "who": proposal.get_proposed_by_display()}
    lines = [
        Line(_("Proposed"), _("%(date)s, by: %(who)s") % proposed),
        Line(_("Needed from"), long_date(proposal.needed_from)),
        Line(_("Reasons"), proposal.reasons),
        Line(_("Decision"), _decision_words(proposal)),
    ]
    if proposal.conditions:
        lines.append(Line(_("Conditions"), proposal.conditions))
    lines += [Line(_("Place"), _place_words(place)) for place in places]
    known = [breach for place in places for breach in found.get(place.pk, [])]
    lines += [Line(_("Breach"), breach_words(breach)) for breach in known]
    if proposal.withdrawn_on:
        lines.append(Line(_("Withdrawn"), f"{long_date(proposal.withdrawn_on)}. {proposal.withdrawal_reason}"))
    links = _proposal_links(proposal, places, can_place=can_place) if can_edit else []
    tag, colour = _state(proposal, places)
    title = _("Proposal of %s") % long_date(proposal.proposed_on)
    return Card(title, lines, [*links, *outcome_links(known, can_edit=can_edit)], tag, colour)


def _decision_words(proposal: PremisesProposal) -> str:
    if not proposal.decision:
        return _("The competent body has not decided yet.")
    words = {
        "decision": proposal.get_decision_display(),
        "date": long_date(proposal.decided_on),
        "body": proposal.get_decided_by_display(),
        "officer": proposal.decided_by_officer,
    }
    return _("%(decision)s on %(date)s by: %(body)s (%(officer)s)") % words + f"\n{proposal.decision_reasons}"


def _place_words(place: PremisesPlace) -> str:
    words = {
        "premises": place.premises.name,
        "bed": place.bed,
        "from": long_date(place.from_on),
        "until": long_date(place.until_on),
    }
    lines = [_("%(premises)s, bed %(bed)s, from %(from)s, expected departure %(until)s") % words]
    if place.arrived_on:
        lines.append(_("Arrived on %s") % long_date(place.arrived_on))
    if place.released_on:
        ended = f"{place.get_release_display()}, {long_date(place.released_on)}. {place.release_notes}"
        lines.append(ended.strip())
    return "\n".join(lines)


def _proposal_links(proposal: PremisesProposal, places: list[PremisesPlace], *, can_place: bool) -> list[Link]:
    if not proposal.is_running(places):
        return _past_links(places)
    withdraw = to("withdraw_proposal", proposal, _("Withdraw"))
    if not proposal.decision:
        return [to("decide_premises", proposal, _("Record the decision")), withdraw]
    place = next((place for place in places if place.released_on is None), None)
    if place is None:
        return [*([to("reserve_bed", proposal, _("Reserve a bed"))] if can_place else []), withdraw]
    if place.arrived_on is None:
        again = [to("reserve_bed", proposal, _("Reserve another bed"))] if can_place else []
        return [to("arrive_at_premises", place, _("Record the arrival")), *again, withdraw]
    return [
        *([to("change_place", place, _("Extend or move"))] if can_place else []),
        to("premises_breach", place, _("Record a breach")),
        to("leave_premises", place, _("Record the departure")),
    ]


def _past_links(places: list[PremisesPlace]) -> list[Link]:
    """A breach that became known after the departure is still recorded, at the place that was left."""
    lived = [place for place in places if place.arrived_on]
    return [to("premises_breach", lived[0], _("Record a breach"))] if lived else []


@guarded(Perm.EDIT_CASE, Offender)
@ANSWERS
def propose_premises(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Propose a place."""
    return ask(
        request,
        offender,
        "record",
        forms.ProposalForm(sent(request), initial=today_first("proposed_on")),
        verbs.propose_premises,
        back=reverse("offenders:premises", args=[offender.reference]),
        done=_("The proposal is on the record. The competent body decides."),
        title=_("Propose approved premises"),
        button=_("Record the proposal"),
    )


@guarded(Perm.EDIT_CASE, PremisesProposal)
@ANSWERS
def decide_premises(request: AuthedRequest, proposal: PremisesProposal) -> HttpResponse:
    """Record what the competent body decided."""
    return _of_proposal(
        request,
        proposal,
        forms.DecisionForm(sent(request)),
        verbs.decide_premises,
        done=_("The decision is on the record."),
        title=_("Record the decision of the competent body"),
        button=_("Record the decision"),
        nothing=_("The decision is recorded already.") if proposal.decision else "",
    )


@guarded(Perm.EDIT_CASE, PremisesProposal)
@ANSWERS
def reserve_bed(request: AuthedRequest, proposal: PremisesProposal) -> HttpResponse:
    """Record the bed that was given."""
    require_in_the_authority(request.user, Perm.EDIT_CASE)
    return _of_proposal(
        request,
        proposal,
        forms.ReservationForm(sent(request), initial={"from_on": proposal.needed_from}),
        verbs.reserve_bed,
        done=_("The bed is reserved."),
        title=_("Reserve a bed"),
        button=_("Reserve the bed"),
    )


@guarded(Perm.EDIT_CASE, PremisesProposal)
@ANSWERS
def withdraw_proposal(request: AuthedRequest, proposal: PremisesProposal) -> HttpResponse:
    """Withdraw a proposal before arrival."""
    return _of_proposal(
        request,
        proposal,
        forms.WithdrawalForm(sent(request)),
        verbs.withdraw_proposal,
        done=_("The proposal is withdrawn. It stays on the record."),
        title=_("Withdraw the proposal"),
        button=_("Withdraw the proposal"),
    )


@guarded(Perm.EDIT_CASE, PremisesPlace)
@ANSWERS
def arrive_at_premises(request: AuthedRequest, place: PremisesPlace) -> HttpResponse:
    """Record the arrival."""
    return _of_place(
        request,
        place,
        forms.ArrivalForm(sent(request), initial=today_first("arrived_on")),
        verbs.arrive,
        done=_("The arrival is on the record."),
        title=_("Record the arrival"),
        button=_("Record the arrival"),
    )


@guarded(Perm.EDIT_CASE, PremisesPlace)
@ANSWERS
def change_place(request: AuthedRequest, place: PremisesPlace) -> HttpResponse:
    """Extend, shorten or move a stay."""
    require_in_the_authority(request.user, Perm.EDIT_CASE)
    initial = {"premises": place.premises.code, "until_on": place.until_on}
    return _of_place(
        request,
        place,
        forms.PlaceChangeForm(sent(request), initial=initial),
        verbs.change_place,
        done=_("The place is changed. What held before stays on the record."),
        title=_("Extend the stay or move to another bed"),
        button=_("Change the place"),
    )


@guarded(Perm.EDIT_CASE, PremisesPlace)
@ANSWERS
def premises_breach(request: AuthedRequest, place: PremisesPlace) -> HttpResponse:
    """Record a breach of the rules of the premises."""
    return ask(
        request,
        place.offender,
        "record",
        BreachForm(sent(request)),
        breaches.record_breach,
        back=place.get_absolute_url(),
        done=_("The breach is on the record."),
        about={"subject": place},
        title=_("Record a breach at the premises"),
        button=_("Record the breach"),
    )


@guarded(Perm.EDIT_CASE, PremisesPlace)
@ANSWERS
def leave_premises(request: AuthedRequest, place: PremisesPlace) -> HttpResponse:
    """Record the departure."""
    return _of_place(
        request,
        place,
        forms.DepartureForm(sent(request), initial=today_first("released_on")),
        verbs.leave,
        done=_("The departure is on the record, and the bed is free."),
        title=_("Record the departure"),
        button=_("Record the departure"),
    )


def _of_proposal(
    request: AuthedRequest, proposal: PremisesProposal, form: Form, verb: Any, **words: Any
) -> HttpResponse:
    ended = _("This proposal has ended.") if not proposal.is_open else ""
    words["nothing"] = words.get("nothing") or ended
    back = proposal.get_absolute_url()
    return ask(request, proposal.offender, "record", form, verb, back=back, about={"proposal": proposal}, **words)


def _of_place(request: AuthedRequest, place: PremisesPlace, form: Form, verb: Any, **words: Any) -> HttpResponse:
    back = place.get_absolute_url()
    nothing = _("This place is no longer held.") if place.released_on else ""
    about = {"place": place}
    intro = _place_words(place)
    return ask(
        request, place.offender, "record", form, verb, back=back, about=about, nothing=nothing, intro=intro, **words
    )


@guarded(Perm.EDIT_CASE)
@require_safe
def premises_register(request: AuthedRequest) -> HttpResponse:
    """Premises with their beds on a day: whose a bed is stands there only for cases that the reader sees.

    Where these houses are is for the Responsible Authority, which runs and fills them, and for no partner agency.
    """
    require_in_the_authority(request.user, Perm.EDIT_CASE)
    form = forms.RegisterForm(request.GET or {"area": _own_area(request.user)})
    form.is_valid()
    on = form.cleaned_data.get("on") or dates.today()
    chosen = {name: form.cleaned_data.get(name) for name in ("area", "residents")}
    rows = Premises.objects.filter(is_active=True, **{name: value for name, value in chosen.items() if value})
    place = request.GET.get("from", "")
    found = list(rows.filter(name__gt=place).select_related("area").order_by("name")[: PAGE + 1])
    asked = [(name, value) for name, value in request.GET.items() if name != "from"]
    next_page = f"{request.path}?{urlencode([*asked, ('from', found[PAGE - 1].name)])}" if len(found) > PAGE else ""
    context = {
        "form": form,
        "on": long_date(on),
        "rows": _register_rows(found[:PAGE], on, request.user),
        "next": next_page,
        "newest": f"{request.path}?{urlencode(asked)}" if place else "",
    }
    return render(request, "offenders/premises_register.html", context)


def _own_area(user: User) -> str:
    return next((membership.agency.area.slug for membership in memberships(user)), "")


def _register_rows(shown: list[Premises], on: Any, user: User) -> list[dict[str, Any]]:
    """Each of the premises with its beds. A bed of a case that the reader does not see is occupied, and nothing else.

    Whom it names is recorded, and it names only whoever has said, or whose part says, why he reads of the case.
    """
    taken = PremisesPlace.objects.taken(shown, on)
    seen = PremisesPlace.objects.visible_to(user).filter(pk__in=[bed.place for bed in taken]).select_related("offender")
    known = {place.pk: place for place in seen}
    reasons = whys([place.offender for place in known.values()], user)
    named = {case for case, why in reasons.items() if not why.ask}
    told = sorted(place.offender.reference for place in known.values() if place.offender_id in named)
    record("premises.residents_named", act=Act.REVEAL, by=user, cases=told)
    by_premises: dict[int, dict[int, Bed]] = {}
    for row in taken:
        place = known.get(row.place)
        is_named = place is not None and place.offender_id in named
        by_premises.setdefault(row.premises, {})[row.bed] = _bed(row.bed, place, is_named=is_named)
    return [_register_row(each, by_premises.get(each.pk, {})) for each in shown]


def _register_row(each: Premises, taken: dict[int, Bed]) -> dict[str, Any]:
    free = max(each.beds - len(taken), 0)
    words = ngettext("%(free)s of %(beds)s bed free", "%(free)s of %(beds)s beds free", each.beds)
    return {
        "name": each.name,
        "area": each.area.name,
        "facts": [str(each.get_residents_display()), str(each.get_kind_display())]
        + ([_("Disabled access")] if each.disabled_access else []),
        "free": words % {"free": free, "beds": each.beds},
        "full": free == 0,
        "beds": [taken.get(number) or _free(number) for number in range(1, each.beds + 1)],
    }


def _free(number: int) -> Bed:
    return {"number": number, "state": _("Free"), "url": "", "name": "", "until": ""}


def _bed(number: int, place: PremisesPlace | None, *, is_named: bool) -> Bed:
    """A bed that somebody has on the day."""
    bed = _free(number) | {"state": _("Occupied")}
    if place is None:
        return bed
    if not place.arrived_on:
        bed["state"] = _("Reserved")
    name = place.offender.full_name if is_named else _("A case you see: say why you open it")
    return bed | {"url": place.get_absolute_url(), "name": name, "until": long_date(place.until_on) if is_named else ""}
