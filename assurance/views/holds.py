"""Legal holds: on the case, and by reference for whoever keeps retention."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.asking import ask
from agencies.models import User
from assurance import retention
from assurance.asking import HoldForm, LiftForm, NamedHoldForm
from assurance.models import AccessRequest
from assurance.views.asked import request_card
from assurance.views.disputes import disputes_part
from audit.models import Act
from mappa.forms import ANSWERS, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import long_date
from offenders.actions import hold_record, let_go
from offenders.models import LegalHold, Offender
from offenders.views.record import Card, Line, Link, Part, show
from offenders.views.record import ask as ask_of_case


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def case_data(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What holds the record whole, and who asked for it."""
    may = allowed(request.user, Perm.ANSWER_PERSON, on=offender)
    parts = [
        _holds(offender, request.user),
        _requests(offender, request.user, may=may),
        disputes_part(offender, request.user, may=may),
    ]
    return show(request, offender, "data", title=_("Holds and requests"), parts=parts)


def _requests(offender: Offender, user: User, *, may: bool) -> Part:
    rows = list(AccessRequest.objects.visible_to(user).filter(offender=offender))
    return Part(
        "requests",
        _("Requests to see the record"),
        cards=[request_card(row, may_open=may) for row in rows if row.state in AccessRequest.OPEN],
        past=[request_card(row, may_open=may) for row in rows if row.state not in AccessRequest.OPEN],
        add=Link(reverse("assurance:take_request", args=[offender.reference]), _("Record a request")) if may else None,
        empty=_("Nobody has asked for the record."),
    )


def _holds(offender: Offender, user: User) -> Part:
    may = allowed(user, Perm.HOLD_RECORD, on=offender)
    rows = LegalHold.objects.visible_to(user).filter(offender=offender).select_related("placed_by", "lifted_by")
    cards = [(row, hold_card(row, named=False, may_lift=may)) for row in rows]
    return Part(
        "holds",
        _("Legal holds"),
        cards=[card for row, card in cards if not row.lifted_at],
        past=[card for row, card in cards if row.lifted_at],
        add=Link(reverse("assurance:hold", args=[offender.reference]), _("Place a hold")) if may else None,
        intro=_("While a hold stands, nothing of the record is disposed of or merged."),
        empty=_("No hold stands on this record."),
    )


def hold_card(hold: LegalHold, *, named: bool, may_lift: bool) -> Card:
    """A hold; `named` by its case where the page is about many."""
    lines = [
        *([Line(_("Record"), hold.offender.reference)] if named else []),
        Line(_("Reason"), hold.reason),
        Line(_("Placed"), _("%(day)s by %(name)s") % {"day": long_date(hold.placed_at), "name": hold.placed_by.name}),
    ]
    if hold.lifted_by:
        words = _("%(day)s by %(name)s: %(why)s")
        said = {"day": long_date(hold.lifted_at), "name": hold.lifted_by.name, "why": hold.lifted_because}
        lines.append(Line(_("Lifted"), words % said))
    can_lift = may_lift and not hold.lifted_at and hold.ground != LegalHold.Ground.REVIEW
    links = [Link(reverse("assurance:lift_hold", args=[hold.reference]), _("Lift"))] if can_lift else []
    return Card(f"{hold.get_ground_display()}: {hold.reference}", lines, links, *_state(hold))


def _state(hold: LegalHold) -> tuple[str, str]:
    return (_("Lifted"), "grey") if hold.lifted_at else (_("Stands"), "red")


@guarded(Perm.HOLD_RECORD, Offender)
@ANSWERS
def hold(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Place a hold on the case."""
    return ask_of_case(
        request,
        offender,
        "record",
        HoldForm(sent(request)),
        hold_record,
        back=reverse("assurance:case_data", args=[offender.reference]),
        done=_("The record is held whole."),
        title=_("Place a legal hold"),
        intro=_("Nothing of the record can be disposed of or merged until the hold is lifted."),
        button=_("Place the hold"),
    )


@guarded(Perm.HOLD_RECORD, LegalHold, asks_purpose=False)
@ANSWERS
def lift_hold(request: AuthedRequest, hold: LegalHold) -> HttpResponse:
    """Lift a hold."""
    sees = Offender.objects.visible_to(request.user).filter(pk=hold.offender_id).exists()
    case = reverse("assurance:case_data", args=[hold.offender.reference])
    return ask(
        request,
        LiftForm(sent(request)),
        let_go,
        back=case if sees else reverse("assurance:holds"),
        done=_("The hold is lifted."),
        about={"hold": hold},
        title=_("Lift the legal hold"),
        caption=f"{hold.get_ground_display()}: {hold.reference}",
        intro=_("From then on the record may be disposed of when its time is over, by two people."),
        nothing=_("This hold was lifted already.") if hold.lifted_at else "",
        button=_("Lift the hold"),
    )


@guarded(Perm.KEEP_RETENTION, act=Act.LIST)
@require_safe
def holds(request: AuthedRequest) -> HttpResponse:
    """The holds that stand, by reference."""
    rows = LegalHold.objects.visible_to(request.user).standing().select_related("offender", "placed_by")
    page = page_of(rows, request, by="placed_at", newest_first=True)
    cards = [hold_card(row, named=True, may_lift=True) for row in page.rows]
    return render(request, "assurance/holds.html", {"cards": cards, "page": page})


@guarded(Perm.KEEP_RETENTION)
@ANSWERS
def hold_by_reference(request: AuthedRequest) -> HttpResponse:
    """Place a hold on a record that one does not see."""
    return ask(
        request,
        NamedHoldForm(sent(request), initial={"case": request.GET.get("case", "")[:12]}),
        _hold_named,
        back=reverse("assurance:holds"),
        done=_("The record is held whole."),
        about={},
        title=_("Place a legal hold"),
        intro=_("Nothing of the record can be disposed of or merged until the hold is lifted."),
        button=_("Place the hold"),
    )


def _hold_named(*, case: str, by: User, **answers: Any) -> LegalHold:
    return hold_record(offender=retention.case_named(case, by=by), by=by, **answers)
