"""The service navigation: only what the person's roles may open."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies import counts
from agencies.access import Perm, allowed, in_the_authority, memberships
from agencies.models import Role
from mappa import dates

# Route names are words here, not imports: the rooms above are known by name only.
ROOMS = [
    ("reviews:my_work", _("My work"), Perm.SIGNED_IN),
    ("offenders:people", _("People"), Perm.VIEW_CASE),
    ("offenders:premises_register", _("Premises"), Perm.EDIT_CASE),
    ("offenders:imports", _("Import"), Perm.EDIT_CASE),
    ("panels:screening", _("Screening"), Perm.SCREEN),
    ("offenders:proposals", _("Proposals"), Perm.SCREEN),
    ("panels:meetings", _("Meetings"), Perm.VIEW_CASE),
    ("panels:actions", _("Actions"), Perm.UPDATE_ACTION),
    ("offenders:transfers", _("Transfers"), Perm.SHARE_CASE),
    ("offenders:check", _("Check"), Perm.VIEW_CASE),
    ("offenders:offences", _("Offences"), Perm.EDIT_CASE),
    ("panels:observing", _("Observing"), Perm.VIEW_BOARD),
    ("reviews:board", _("Board"), Perm.VIEW_BOARD),
    ("assurance:emergencies", _("Emergency access"), Perm.REVIEW_EMERGENCY),
    ("assurance:disposals", _("Disposals"), Perm.APPROVE_DISPOSAL),
    ("reviews:national", _("National"), Perm.NATIONAL_FIGURES),
    ("assurance:logs", _("Access log"), Perm.REVIEW_ACCESS),
    ("reviews:colleagues", _("Colleagues"), Perm.MANAGE_MEMBERSHIPS),
    ("reviews:delivery", _("Delivery"), Perm.REFERENCE_DATA),
    ("admin:index", _("Administration"), Perm.REFERENCE_DATA),
]
# Where a room has pages under other addresses than its own.
ALSO_UNDER = {
    "assurance:emergencies": ("/assurance/who/",),
    "reviews:my_work": (
        "/audits/", "/recommendations/", "/access/", "/away/", "/deadlines/", "/messages/", "/passed-up/", "/standing/",
        "/team/", "/why/",
    ),
    "assurance:logs": ("/access-log/", "/unusual-access/"),
    "assurance:disposals": ("/assurance/retention/", "/assurance/holds/", "/disposals/"),
    "panels:meetings": (
        "/items/", "/slots/", "/invitations/", "/paragraphs/", "/dissents/", "/asked-of/", "/commitments/",
        "/amendments/", "/sent-on/", "/summaries/",
    ),
}  # fmt: skip
# Rooms for staff of the Responsible Authority alone.
OF_THE_AUTHORITY = {"offenders:premises_register"}
# Rooms of one role alone, where others hold the permission for something else.
OF_A_ROLE = {"panels:observing": Role.Code.LAY_ADVISER}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: where the person may go, and as whom."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "user_role": ""}
    held = memberships(user)
    rooms = [
        (reverse(route), label, ALSO_UNDER.get(route, ()))
        for route, label, perm in ROOMS
        if (in_the_authority if route in OF_THE_AUTHORITY else allowed)(user, perm)
        and (route not in OF_A_ROLE or any(m.role_id == OF_A_ROLE[route] for m in held))
    ]
    here = max((url for url, _label, also in rooms if request.path.startswith((url, *also))), key=len, default="")
    # What is to be done today, beside My work, which everybody has.
    numbers = {reverse("reviews:my_work"): counts.kept(user, dates.today())}
    return {
        "navigation": [
            {"url": url, "label": label, "current": url == here, "count": numbers.get(url, 0)}
            for url, label, _also in rooms
        ],
        "user_role": f"{held[0].role.name}, {held[0].agency.name}" if held else "",
    }
