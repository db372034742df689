"""Who works in an agency, read for whoever keeps its memberships: rows of a page, and a state in a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.colleagues import rules
from agencies.models import Agency, Invitation, Membership, Suspension, User
from mappa import dates

A_PAGE = 50
WORKING, INVITED, CLOSED, ENDED = "working", "invited", "closed", "ended"


@dataclass(frozen=True)
class State:
    """How somebody's access stands, in a word and its colour."""

    words: str
    colour: str


def rows_of(agency: Agency, show: str, words: str = "") -> QuerySet[Membership]:
    """Memberships of an agency in one state, by name. Systems are kept by administrators."""
    today = dates.today()
    rows = Membership.objects.filter(agency=agency, user__is_system=False).exclude(role=rules.R.INTEGRATION)
    over = Q(until__lt=today) | Q(stopped_why=Membership.Stopped.LEFT)
    if show == ENDED:
        rows = rows.filter(over)
    elif show == CLOSED:
        rows = rows.filter(~over, Q(user__is_active=False) | Q(stopped_at__isnull=False))
    else:
        rows = rows.filter(~over, user__is_active=True, stopped_at__isnull=True)
    if words.strip():
        rows = rows.filter(user__name__icontains=words.strip())
    return rows.select_related("user", "role", "rank", "line_manager", "agency").order_by("user__name", "pk")


def invitations_of(agency: Agency) -> QuerySet[Invitation]:
    """Who is invited and has not come, the newest first."""
    rows = Invitation.objects.standing().filter(agency=agency)
    return rows.select_related("user", "role", "rank", "made_by")


def state_of(row: Membership, on: date) -> State:
    """Why somebody can or cannot work today."""
    if row.stopped_why == Membership.Stopped.UNCONFIRMED:
        return State(_("Not confirmed"), "red")
    if row.has_ended(on):
        return State(_("Ended"), "grey")
    if not row.user.is_active:
        return State(_("Suspended"), "red")
    vetting = row.user.vetting_expires_on
    if vetting is not None and vetting < on:
        return State(_("Vetting ended"), "red")
    if row.from_on > on:
        return State(_("Not begun"), "blue")
    return State(_("Working"), "green")


def state_of_invitation(row: Invitation, now: datetime) -> State:
    """Whether the link still opens."""
    return State(_("Invited"), "blue") if row.expires_at > now else State(_("Link expired"), "yellow")


def membership_kept(user: User, handle: str) -> Membership | None:
    """The membership that an address names, of an agency that he keeps."""
    rows = Membership.objects.filter(handle=handle, agency__in=rules.kept_by(user).order_by(), user__is_system=False)
    return rows.select_related("user", "role", "rank", "line_manager", "agency__area", "agency__kind").first()


def invitation_kept(user: User, reference: str) -> Invitation | None:
    """The same of an invitation."""
    rows = Invitation.objects.filter(reference=reference, agency__in=rules.kept_by(user).order_by())
    return rows.select_related("user", "role", "rank", "line_manager", "agency", "made_by").first()


def suspension_of(person: User) -> Suspension | None:
    return Suspension.objects.standing().filter(user=person).select_related("made_by", "asked_by").first()


def agency_asked_for(agencies: Sequence[Agency], user: User, name: str) -> Agency | None:
    """The agency that an address names, else one in which he works himself, else the first. None that he does not keep."""
    if name:
        return next((agency for agency in agencies if agency.name == name), None)
    own: Any = set(Membership.objects.in_force(dates.today()).filter(user=user).values_list("agency", flat=True))
    return next((agency for agency in agencies if agency.pk in own), agencies[0] if agencies else None)
