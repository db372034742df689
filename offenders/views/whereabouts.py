"""Where the person is and was, and recalls: how each stay and recall stands, and what is asked about it."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from mappa.templatetags.mappa import long_date
from offenders import actions
from offenders.forms import whereabouts as forms
from offenders.forms.withdrawing import WithdrawForm
from offenders.models import Offender, Recall, WhereaboutsPeriod
from offenders.views.record import Card, Line, Link, Part, ask


def whereabouts(request: AuthedRequest, offender: Offender, *, may: bool) -> Part:
    """The stay that holds now, and those before it."""
    rows = list(offender.whereabouts_periods.visible_to(request.user).select_related("added_by", "withdrawn_by"))
    last = next((row for row in rows if not row.withdrawn_at), None)
    now = [row for row in rows if row == last]
    add = Link(reverse("offenders:move", args=[offender.reference]), _("Record a move"))
    known = _("Recorded as: %s. Since when has not been recorded.") % offender.get_whereabouts_display()
    return Part(
        slug="whereabouts",
        title=_("Where the person is"),
        cards=[_stay_card(row, links=may) for row in now],
        past=[_stay_card(row, links=False) for row in rows if row != last],
        add=add if may and offender.whereabouts != Offender.Whereabouts.DECEASED else None,
        empty=known,
    )


def _stay_card(row: WhereaboutsPeriod, *, links: bool) -> Card:
    span = {"first": long_date(row.from_on), "last": long_date(row.until)}
    lines = [
        Line(_("When"), (_("%(first)s to %(last)s") if row.until else _("Since %(first)s")) % span),
        Line(_("How"), f"{row.get_move_display()} ({row.added_by.name})"),
    ]
    lines += [Line(_("Where"), row.place)] if row.place else []
    lines += [Line(_("Section"), row.section)] if row.section else []
    lines += [Line(_("Notes"), row.notes)] if row.notes else []
    if row.withdrawn_at and row.withdrawn_by:
        lines.append(Line(_("Taken back"), f"{row.withdrawal_reason} ({row.withdrawn_by.name})"))
    undo = Link(reverse("offenders:withdraw_move", args=[row.reference]), _("Take back as wrong"))
    tag = _("Taken back") if row.withdrawn_at else "" if row.until else _("Now")
    return Card(row.get_kind_display(), lines, [undo] if links else (), tag, "blue" if tag == _("Now") else "grey")


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that the person moved."""
    return ask(
        request,
        offender,
        "record",
        forms.MoveForm(request.POST or None),
        actions.move,
        back=reverse("offenders:sentences", args=[offender.reference]),
        title=_("Record a move"),
        intro=_("Recorded now: %s. The last move comes last: record moves in their order.")
        % offender.get_whereabouts_display(),
        button=_("Save"),
        done=_("The move is recorded."),
    )


@guarded(Perm.EDIT_CASE, WhereaboutsPeriod)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_move(request: AuthedRequest, period: WhereaboutsPeriod) -> HttpResponse:
    """Take the last move back as wrong."""
    return ask(
        request,
        period.offender,
        "record",
        WithdrawForm(request.POST or None),
        actions.withdraw_move,
        back=period.get_absolute_url(),
        about={"period": period},
        title=_("Take a move back as wrong"),
        intro=f"{period.get_move_display()}, {long_date(period.from_on)}",
        button=_("Take it back"),
        done=_("The move is taken back. Where the person was before holds again."),
    )


def recalls(request: AuthedRequest, offender: Offender, *, may: bool) -> Part:
    """The one that is outstanding, and those that are over."""
    everything = offender.recalls.visible_to(request.user)
    rows = list(everything.select_related("added_by", "returned_by", "withdrawn_by", "licence"))
    outstanding = [row for row in rows if row.is_outstanding]
    died = offender.whereabouts == Offender.Whereabouts.DECEASED
    add = Link(reverse("offenders:recall", args=[offender.reference]), _("Record a recall"))
    return Part(
        slug="recalls",
        title=_("Recalls"),
        cards=[_recall_card(row, may=may, died=died) for row in outstanding],
        past=[_recall_card(row, may=may, died=died) for row in rows if not row.is_outstanding],
        add=add if may and not died and not outstanding else None,
        empty=_("No recall is outstanding."),
    )


def _recall_card(row: Recall, *, may: bool, died: bool) -> Card:
    lines = [
        Line(_("Decided by"), row.get_decided_by_display()),
        Line(_("Why"), f"{row.reason} ({row.added_by.name})"),
    ]
    lines += [Line(_("Suspends"), row.licence.get_kind_display())] if row.licence else []
    if row.returned_on and row.returned_by:
        lines.append(Line(_("Returned to custody"), f"{long_date(row.returned_on)} ({row.returned_by.name})"))
    if row.resumed_on:
        lines.append(Line(_("The licence holds again"), f"{long_date(row.resumed_on)}. {row.resumed_why}"))
    if row.withdrawn_at and row.withdrawn_by:
        lines.append(Line(_("Taken back"), f"{row.withdrawal_reason} ({row.withdrawn_by.name})"))
    return Card(
        _("Recall of %s") % long_date(row.decided_on),
        lines,
        _recall_links(row, died=died) if may and not row.withdrawn_at else (),
        *_recall_state(row, died=died),
    )


def _recall_state(row: Recall, *, died: bool) -> tuple[str, str]:
    if row.withdrawn_at:
        return _("Taken back"), "grey"
    if row.is_outstanding:
        return (_("Died before the return"), "grey") if died else (_("Not returned yet"), "red")
    return (_("Returned"), "grey") if row.returned_on else (_("Rescinded"), "grey")


def _recall_links(row: Recall, *, died: bool) -> list[Link]:
    links = []
    if row.is_outstanding and not died:
        back = reverse("offenders:return_to_custody", args=[row.reference])
        links.append(Link(back, _("Record the return to custody")))
    if row.may_hold_again:
        again = reverse("offenders:resume_licence", args=[row.reference])
        links.append(Link(again, _("Holds again"), _("the licence")))
    if row.returned_on and not row.resumed_on:
        undo = reverse("offenders:undo_return", args=[row.reference])
        links.append(Link(undo, _("Take the return back as wrong")))
    wrong = reverse("offenders:withdraw_recall", args=[row.reference])
    return [*links, Link(wrong, _("Take the recall back as wrong"))]


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def recall(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that the licence was revoked."""
    return ask(
        request,
        offender,
        "record",
        forms.RecallForm(request.POST or None),
        actions.recall,
        back=reverse("offenders:sentences", args=[offender.reference]),
        title=_("Record a recall"),
        intro=_("Record the return to custody when the person is there: until then he is where he is recorded."),
        button=_("Record the recall"),
        done=_("The recall is recorded, and the licence suspended. Record the return to custody when it has happened."),
    )


@guarded(Perm.EDIT_CASE, Recall)
@require_http_methods(["GET", "HEAD", "POST"])
def return_to_custody(request: AuthedRequest, recalled: Recall) -> HttpResponse:
    """Record that a recalled person is back in custody."""
    return ask(
        request,
        recalled.offender,
        "record",
        forms.ReturnForm(request.POST or None),
        actions.return_to_custody,
        back=recalled.get_absolute_url(),
        about={"recalled": recalled},
        title=_("Record the return to custody"),
        intro=_("Recall of %s") % long_date(recalled.decided_on),
        button=_("Record the return"),
        done=_("The return to custody is recorded."),
    )


@guarded(Perm.EDIT_CASE, Recall)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_recall(request: AuthedRequest, recalled: Recall) -> HttpResponse:
    """Take a recall back that was recorded by mistake."""
    return ask(
        request,
        recalled.offender,
        "record",
        WithdrawForm(request.POST or None),
        actions.withdraw_recall,
        back=recalled.get_absolute_url(),
        about={"recalled": recalled},
        title=_("Take a recall back as wrong"),
        intro=_("Recall of %s. Where the person is recorded to be stays as it is.") % long_date(recalled.decided_on),
        button=_("Take it back"),
        done=_("The recall is taken back. It is kept under what is earlier."),
        nothing=_("This recall has been taken back already.") if recalled.withdrawn_at else "",
    )


@guarded(Perm.EDIT_CASE, Recall)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_return(request: AuthedRequest, recalled: Recall) -> HttpResponse:
    """Take back that a recalled person returned to custody."""
    return ask(
        request,
        recalled.offender,
        "record",
        WithdrawForm(request.POST or None),
        actions.undo_return,
        back=recalled.get_absolute_url(),
        about={"recalled": recalled},
        title=_("Take the return to custody back as wrong"),
        intro=_("Recall of %s, outstanding again. If the stay in custody is wrong too, take that move back next.")
        % long_date(recalled.decided_on),
        button=_("Take it back"),
        done=_("The return is taken back, and the recall is outstanding."),
        nothing="" if recalled.returned_on else _("No return of this recall is recorded."),
    )
