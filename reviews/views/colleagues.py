"""Who works in an agency, and what changes that: for contact points, co-ordination and administrators."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from agencies.colleagues import inviting, recertifying, rules
from agencies.colleagues.forms import FindForm, InviteForm
from agencies.models import Agency, Invitation, Membership, Suspension, User
from agencies.reauthentication import again_when_sent
from audit.models import Act
from mappa import dates
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import clock, long_date
from offenders.views.record import Card, Line, Link
from reviews import colleagues as people

PERM = Perm.MANAGE_MEMBERSHIPS
View = Callable[..., HttpResponse]


def address(route: str, **asked: str) -> str:
    """A page about an agency or a membership, neither of which has a reference that is anybody's to guess."""
    return f"{reverse(f'reviews:{route}')}?{urlencode(asked)}"


@guarded(PERM, act=Act.LIST)
@ANSWERS
def colleagues(request: AuthedRequest) -> HttpResponse:
    """Everybody of an agency, by name. A name is sent, and stands in no address."""
    agencies = list(rules.kept_by(request.user))
    agency = _agency(request, agencies)
    show = request.GET.get("show", people.WORKING)
    form = FindForm(sent(request))
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    context = {
        "agency": agency,
        "agencies": agencies if len(agencies) > 1 else [],
        "tabs": _tabs(agency, show),
        "show": show,
        "form": form,
        "words": words,
        "open_list": recertifying.lists_of(request.user).filter(agency=agency).first(),
        "invite": address("invite_colleague", agency=agency.name),
    }
    listed = _invited(agency) if show == people.INVITED else _listed(request, agency, show, words)
    return render(request, "reviews/colleagues.html", context | listed)


def _agency(request: AuthedRequest, agencies: list[Agency]) -> Agency:
    agency = people.agency_asked_for(agencies, request.user, request.GET.get("agency", ""))
    if agency is None:
        raise Http404
    return agency


def _tabs(agency: Agency, show: str) -> list[dict[str, Any]]:
    words = (
        (people.WORKING, _("Working")),
        (people.INVITED, _("Invited")),
        (people.CLOSED, _("Suspended")),
        (people.ENDED, _("Ended")),
    )
    return [
        {"url": address("colleagues", agency=agency.name, show=slug), "label": label, "current": slug == show}
        for slug, label in words
    ]


def _listed(request: AuthedRequest, agency: Agency, show: str, words: str) -> dict[str, Any]:
    today = dates.today()
    number = max(1, int(page)) if (page := request.GET.get("page", "1")).isdecimal() and len(page) < 6 else 1
    rows = list(people.rows_of(agency, show, words)[(number - 1) * people.A_PAGE : number * people.A_PAGE + 1])
    pages = {"agency": agency.name, "show": show}
    return {
        "rows": [
            {
                "held": row,
                "url": address("colleague", row=row.handle),
                "state": people.state_of(row, today),
            }
            for row in rows[: people.A_PAGE]
        ],
        "previous": address("colleagues", **pages, page=str(number - 1)) if number > 1 else "",
        "next": address("colleagues", **pages, page=str(number + 1)) if len(rows) > people.A_PAGE else "",
        "today": today,
    }


def _invited(agency: Agency) -> dict[str, Any]:
    now = timezone.now()
    rows = [
        {
            "invited": row,
            "state": people.state_of_invitation(row, now),
            "again": address("send_invitation", row=row.reference),
            "withdraw": address("withdraw_invitation", row=row.reference),
        }
        for row in people.invitations_of(agency)
    ]
    return {"invitations": rows}


@guarded(PERM)
@again_when_sent
@ANSWERS
def invite_colleague(request: AuthedRequest) -> HttpResponse:
    """Invite somebody into an agency."""
    agency = _agency(request, list(rules.kept_by(request.user)))
    return ask(
        request,
        InviteForm(sent(request), agency=agency, by=request.user, initial={"from_on": dates.today()}),
        inviting.invite,
        about={"agency": agency},
        back=address("colleagues", agency=agency.name, show=people.INVITED),
        done=_("The invitation is on its way."),
        title=_("Invite a colleague"),
        caption=agency.name,
        intro=_(
            "A link goes to the address. It works once, and for a few days. You can send it again, or withdraw it."
        ),
        button=_("Send the invitation"),
    )


def of_a_row(find: Callable[[User, str], Any]) -> Callable[[View], View]:
    """Hand a view the row that its address names, of an agency that the reader keeps; without any, to the list."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: AuthedRequest) -> HttpResponse:
            if not (asked := request.GET.get("row")):
                return redirect("reviews:colleagues")
            row = find(request.user, asked)
            if row is None:
                raise Http404
            return view(request, row)

        return wrapper

    return decorate


of_a_membership, of_an_invitation = of_a_row(people.membership_kept), of_a_row(people.invitation_kept)


def _ask_about_invitation(request: AuthedRequest, row: Invitation, verb: Any, **words: Any) -> HttpResponse:
    gone = row.accepted_at is not None or row.withdrawn_at is not None
    return ask(
        request,
        Form(sent(request)),
        verb,
        about={"invitation": row},
        back=address("colleagues", agency=row.agency.name, show=people.INVITED),
        caption=f"{row.name}, {row.agency.name}",
        nothing=_("This invitation was accepted or withdrawn already.") if gone else "",
        **words,
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_an_invitation
def send_invitation(request: AuthedRequest, row: Invitation) -> HttpResponse:
    """Mail another link."""
    return _ask_about_invitation(
        request,
        row,
        inviting.send_again,
        done=_("Another link is on its way. The one before opens nothing any more."),
        title=_("Send the invitation again?"),
        button=_("Send it again"),
    )


@guarded(PERM)
@ANSWERS
@of_an_invitation
def withdraw_invitation(request: AuthedRequest, row: Invitation) -> HttpResponse:
    """Take an invitation back."""
    return _ask_about_invitation(
        request,
        row,
        inviting.withdraw,
        done=_("The invitation is withdrawn."),
        title=_("Withdraw the invitation?"),
        button=_("Withdraw it"),
        look="warning",
    )


@guarded(PERM)
@ANSWERS
@of_a_membership
def colleague(request: AuthedRequest, row: Membership) -> HttpResponse:
    """One membership: what it is, how the account stands, and what can be done."""
    suspension = people.suspension_of(row.user)
    context = {
        "held": row,
        "state": people.state_of(row, dates.today()),
        "card": _membership_card(row),
        "account": _account_card(row, suspension, is_own=row.user_id == request.user.pk),
        "links": _links(request.user, row, suspension),
        "is_own": row.user_id == request.user.pk,
        "back": address("colleagues", agency=row.agency.name),
    }
    return render(request, "reviews/colleague.html", context)


def _membership_card(row: Membership) -> Card:
    until = long_date(row.until) if row.until else _("no end")
    return Card(
        row.agency.name,
        [
            Line(_("Role"), row.role.name),
            Line(_("Rank"), row.rank.name if row.rank else ""),
            Line(_("Line manager"), row.line_manager.name if row.line_manager else ""),
            Line(_("Term"), _("%(from)s to %(until)s") % {"from": long_date(row.from_on), "until": until}),
            Line(_("Last confirmed"), long_date(row.confirmed_on)),
        ],
    )


def _account_card(row: Membership, suspension: Suspension | None, *, is_own: bool) -> Card:
    person = row.user
    seen = f"{long_date(person.last_login)}, {clock(person.last_login)}" if person.last_login else ""
    lines = [
        Line(_("Work email address"), person.email),
        Line(_("Vetting"), person.get_vetting_level_display()),
        Line(_("Last day of the vetting"), long_date(person.vetting_expires_on)),
        Line(_("Last signed in"), seen),
        Line(
            _("Terms agreed to"),
            f"{person.terms_version}, {long_date(person.terms_accepted_at)}" if person.terms_version else "",
        ),
    ]
    if suspension is not None and not is_own:
        lines.append(
            Line(_("Suspended"), f"{long_date(suspension.made_at)}, {suspension.made_by.name}: {suspension.reason}")
        )
    if suspension is not None and suspension.asked_by is not None and suspension.disabled_at is None:
        lines.append(Line(_("Opening asked for by"), f"{suspension.asked_by.name}: {suspension.asked_why}"))
    return Card(_("Account"), lines)


def _links(user: User, row: Membership, suspension: Suspension | None) -> list[Link]:
    """What this reader can do about it. Nobody changes his own."""
    if row.user_id == user.pk:
        return []

    def to(route: str, words: Any) -> Link:
        return Link(address(route, row=row.handle), words)

    if row.stopped_why == Membership.Stopped.UNCONFIRMED:
        return [to("count_colleague_again", _("Confirm it, so that it counts again"))]
    if row.has_ended(dates.today()):
        return []
    found = [
        to("change_colleague", _("Change role, rank or last day")),
        to("record_vetting", _("Record vetting")),
        to("end_colleague", _("End this membership")),
    ]
    if suspension is None:
        return [*found, to("suspend_colleague", _("Suspend the account"))]
    if suspension.asked_by_id is None:
        return [*found, to("ask_to_open", _("Ask to open the account again"))]
    return (
        [*found, to("open_colleague", _("Agree to open the account again"))]
        if suspension.asked_by_id != user.pk
        else found
    )
