"""What changes about a colleague: his role, vetting, end, and whether the account is open."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, guarded
from agencies.asking import ask
from agencies.colleagues import changing, suspending
from agencies.colleagues.forms import EndForm, OpenForm, RoleForm, SuspendForm, VettingForm
from agencies.models import Membership, Suspension
from agencies.reauthentication import again_when_sent
from mappa.forms import ANSWERS, Form, sent
from offenders.models import Offender
from reviews import colleagues as people
from reviews.views.colleagues import PERM, address, of_a_membership


def _ask(request: AuthedRequest, row: Membership, form: Form, verb: Any, **words: Any) -> HttpResponse:
    """One question about a membership, then back to its page. Of one's own there is nothing to ask."""
    own = row.user_id == request.user.pk
    words.setdefault(
        "nothing", _("Nobody changes his own. Ask another contact point, or co-ordination.") if own else ""
    )
    return ask(
        request,
        form,
        verb,
        back=address("colleague", row=row.handle),
        caption=f"{row.user.name}, {row.agency.name}",
        **{"about": {"membership": row}} | words,
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_a_membership
def change_colleague(request: AuthedRequest, row: Membership) -> HttpResponse:
    """Give another role, rank, line manager or last day."""
    initial = {
        "role": row.role_id,
        "rank": row.rank.name if row.rank else None,
        "line_manager": row.line_manager.email if row.line_manager else None,
        "until": row.until,
    }
    form = RoleForm(
        sent(request), agency=row.agency, by=request.user, person=row.user, keeps=(row.role, row.rank), initial=initial
    )
    return _ask(
        request,
        row,
        form,
        changing.change,
        done=_("The change is saved."),
        title=_("Change a membership"),
        intro=_("Another role begins today, and this one ends. What somebody was stays on record."),
        button=_("Save"),
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_a_membership
def record_vetting(request: AuthedRequest, row: Membership) -> HttpResponse:
    """Note a new vetting."""
    initial = {"vetting_level": row.user.vetting_level, "vetting_expires_on": row.user.vetting_expires_on}
    return _ask(
        request,
        row,
        VettingForm(sent(request), initial=initial),
        changing.record_vetting,
        done=_("The vetting is recorded."),
        title=_("Record vetting"),
        intro=_("Record only what you have seen confirmed."),
        button=_("Save"),
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_a_membership
def end_colleague(request: AuthedRequest, row: Membership) -> HttpResponse:
    """End somebody's work in a role, with what falls to others then."""
    led = Offender.objects.visible_to(request.user).filter(lead_officer=row.user, ended_on__isnull=True).count()
    return _ask(
        request,
        row,
        EndForm(sent(request)),
        changing.end,
        done=_(
            "The membership has ended. What is open and was his now stands with his colleagues, to be given to somebody."
        ),
        title=_("End a membership"),
        intro=_(
            "It ends at once. With the last one in your agency the person is no longer named on any case; with the last one of "
            "all, sessions, calendar, tokens and standing in end too. Nothing that was done is deleted."
        ),
        warning=_(
            "Cases that you see and that this person leads: %d. They fall to the colleagues, and are to be given to somebody."
        )
        % led
        if led
        else "",
        button=_("End the membership"),
        look="warning",
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_a_membership
def count_colleague_again(request: AuthedRequest, row: Membership) -> HttpResponse:
    """Confirm a membership that had stopped for want of it."""
    return _ask(
        request,
        row,
        Form(sent(request)),
        changing.count_again,
        done=_("Confirmed. It counts again from now on."),
        title=_("Confirm this membership?"),
        intro=_("%(role)s. By this you say that the person still does this work.") % {"role": row.role.name},
        button=_("Confirm"),
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_a_membership
def suspend_colleague(request: AuthedRequest, row: Membership) -> HttpResponse:
    """Close somebody's account at once."""
    return _ask(
        request,
        row,
        SuspendForm(sent(request)),
        suspending.suspend,
        about={"person": row.user},
        done=_("The account is suspended, and signed out everywhere."),
        title=_("Suspend an account"),
        intro=_(
            "The person is signed out everywhere at once, and gets no mail. To open the account again takes two people."
        ),
        button=_("Suspend the account"),
        look="warning",
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_a_membership
def ask_to_open(request: AuthedRequest, row: Membership) -> HttpResponse:
    """Ask that an account be opened again."""
    suspension = _suspension(row)
    return _ask(
        request,
        row,
        OpenForm(sent(request)),
        suspending.ask_to_open,
        about={"suspension": suspension},
        done=_("Asked. Another contact point, co-ordination or an administrator must agree."),
        title=_("Ask to open an account again"),
        button=_("Ask"),
    )


@guarded(PERM)
@again_when_sent
@ANSWERS
@of_a_membership
def open_colleague(request: AuthedRequest, row: Membership) -> HttpResponse:
    """Agree that an account is opened again."""
    suspension = _suspension(row)
    asked = suspension.asked_by
    return _ask(
        request,
        row,
        Form(sent(request)),
        suspending.open_again,
        about={"suspension": suspension},
        done=_("The account is open again."),
        title=_("Open this account again?"),
        intro=_("%(name)s asked for it: %(why)s") % {"name": asked.name, "why": suspension.asked_why} if asked else "",
        button=_("Open the account"),
    )


def _suspension(row: Membership) -> Suspension:
    suspension = people.suspension_of(row.user)
    if suspension is None:
        raise Http404
    return suspension
