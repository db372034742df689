"""Who may do what: the only implementation of the policy's second table (docs/access.md).

A permission is granted to a role, held in an agency that has the part in the case which the table asks for.
tests/agencies/test_access.py compares `GRANTS` with the table, cell by cell.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from agencies import reauthentication
from agencies.models import Agency, Membership, Rank, Role, User
from agencies.sessions import View, ask_first, carry
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.guard import ProtectedModel
from mappa.reference_numbers import reference_in

R = Role.Code


class Perm(StrEnum):
    """One row of the table each, in its words."""

    VIEW_CASE = "view case"
    EDIT_CASE = "register a case, edit the record"
    ADD_NOTES = "add notes, documents"
    VICTIMS = "view and edit victims"
    WRITE_PLANS = "write assessments and plans"
    PROPOSE_MEASURE = "propose a measure of their own agency"
    COUNTERSIGN = "countersign assessments and plans"
    REFER = "refer"
    AGREE_REFERRAL = "agree to a referral of their own agency"
    TEAM_WORK = "see what falls due of their own agency's team, and arrange who stands in"
    SCREEN = "decide a referral (screen)"
    SCHEDULE = "schedule, invite, build an agenda"
    SEND_INFORMATION = "send agency information for a meeting"
    TAKE_MINUTES = "take attendance and minutes"
    APPROVE_MINUTES = "decide level, approve minutes"
    UPDATE_ACTION = "update an action"
    SETTLE_ACTION = "confirm, give on or withdraw an action"
    RECORD_DISCLOSURE = "record a disclosure"
    AUTHORISE_DISCLOSURE = "authorise a disclosure"
    SHARE_CASE = "share or restrict a case"
    BREAK_GLASS = "use break-glass"
    REVIEW_EMERGENCY = "review emergency access"
    VIEW_BOARD = "board dashboards and papers"
    BOARD_BUSINESS = "board business (audits, reviews, report)"
    ACCESS_LOG = "access log of a case"
    REVIEW_ACCESS = "answer for how the record is used"
    ACCESS_NUMBERS = "how much their own agency uses the record, in numbers"
    MANAGE_MEMBERSHIPS = "manage memberships"
    REFERENCE_DATA = "reference data and standards"
    HOLD_RECORD = "place and lift a legal hold"
    KEEP_RETENTION = "read what may be disposed of, propose a disposal"
    APPROVE_DISPOSAL = "approve a disposal"
    ANSWER_PERSON = "answer the person about the record (access, rectification)"
    # The half of a row that its "view" cells give besides: looking, where VICTIMS itself is changing.
    VIEW_VICTIMS = "view victims"
    # Parts of the row of board business: whoever prepares it, and whoever decides. Commenting is the row itself.
    BOARD_PREPARE = "prepare board business"
    BOARD_DECIDE = "decide board business"
    NATIONAL_FIGURES = "figures of every area side by side"
    # Pages about the signed-in person himself and about nobody: not rows of the table.
    SIGNED_IN = "any signed-in person"


class Concern(Protocol):
    """Whatever a permission can be asked about: it says which agencies have which part in it."""

    def parts(self) -> "Parts": ...


@dataclass(frozen=True)
class Why:
    """Why somebody opens a row of a case: for the record, or else the address where he is asked (access.md, Purpose)."""

    name: str = ""
    ask: str = ""


class Opened(Protocol):
    """Whatever a page can be opened on."""

    def parts(self) -> "Parts": ...

    def why(self, user: User) -> Why: ...


def _nobody(_user: User) -> bool:
    return False


@dataclass(frozen=True)
class Parts:
    """The agencies and people with a part in something, by primary key.

    `area` manages it; `lead` leads it; `involved` were granted it; `named` are people named on it; `invited` are
    the agencies invited to the meeting item; `owner` is the agency that owns the action or whose memberships they are; `chair` chairs the meeting.
    `in_emergency` says of a user whether nothing gives him the case but an emergency: then he reads it, and does nothing else.
    """

    area: int
    lead: int | None = None
    involved: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    invited: frozenset[int] = frozenset()
    owner: int | None = None
    owner_user: int | None = None
    chair: int | None = None
    in_emergency: Callable[[User], bool] = field(default=_nobody, compare=False)

    def parts(self) -> "Parts":
        """Parts already read answer for themselves: a page that asks about several permissions reads them once."""
        return self


Rule = Callable[[Membership, Parts], bool]


def _of_the_area(membership: Membership, parts: Parts) -> bool:
    return membership.agency.area_id == parts.area


def _ra(membership: Membership, parts: Parts) -> bool:
    return _of_the_area(membership, parts) and membership.agency.is_responsible_authority


def _lead(membership: Membership, parts: Parts) -> bool:
    return membership.agency_id == parts.lead


def _involved(membership: Membership, parts: Parts) -> bool:
    return (
        _ra(membership, parts)
        or _lead(membership, parts)
        or membership.agency_id in parts.involved | parts.invited
        or membership.user_id in parts.named
    )


def _manager(membership: Membership, parts: Parts) -> bool:
    return _lead(membership, parts) and membership.rank_order >= Rank.MANAGER


def _own_manager(membership: Membership, parts: Parts) -> bool:
    return membership.agency_id == parts.owner and membership.rank_order >= Rank.MANAGER


# The cells of the table, in its words, and what each asks of the membership that holds the role.
RULES: dict[str, Rule] = {
    "yes": _involved,
    "view": _involved,
    "area": _of_the_area,
    "RA and lead agency": lambda m, p: _ra(m, p) or _lead(m, p),
    "lead agency, manager rank": _manager,
    "own agency, manager rank": _own_manager,
    "lead agency, police": lambda m, p: _lead(m, p) or (_ra(m, p) and m.agency.kind.code == "police"),
    "invited agency": lambda m, p: m.agency_id in p.invited,
    "invited": lambda m, p: m.agency_id in p.invited,
    "owner's agency": lambda m, p: m.agency_id == p.owner,
    "owner": lambda m, p: m.user_id == p.owner_user,
    "yes, of that meeting": lambda m, p: m.user_id == p.chair,
    # Of whatever area: those of the case's own see it already, unless it is restricted.
    "RA, in person": lambda m, p: m.agency.is_responsible_authority,
    "own agency": lambda m, p: m.agency_id == p.owner,
    "prepare": _of_the_area,
    "comment": _of_the_area,
    "everywhere": lambda m, p: True,
}

_PRACTITIONERS = (R.PRACTITIONER, R.CONTACT_POINT)
_WORKERS = (R.PRACTITIONER, R.CONTACT_POINT, R.VICTIM_LIAISON, R.COORDINATOR, R.CHAIR)


def _cells(*cells: tuple[Iterable[Role.Code], str]) -> dict[Role.Code, str]:
    return {role: rule for roles, rule in cells for role in roles}


_AREA_ROLES = (R.COORDINATOR, R.CHAIR)
# Who may refer, and at manager rank agree to a referral of his agency.
REFERRING_ROLES = (*_PRACTITIONERS, *_AREA_ROLES)

GRANTS: dict[Perm, dict[Role.Code, str]] = {
    Perm.VIEW_CASE: _cells((_WORKERS, "yes")),
    Perm.EDIT_CASE: _cells((_PRACTITIONERS, "RA and lead agency"), ((R.COORDINATOR,), "yes")),
    Perm.ADD_NOTES: _cells((_WORKERS, "yes")),
    Perm.VICTIMS: _cells(((R.VICTIM_LIAISON,), "yes"), (_AREA_ROLES, "view")),
    Perm.WRITE_PLANS: _cells((_PRACTITIONERS, "RA and lead agency"), ((R.COORDINATOR,), "yes")),
    Perm.PROPOSE_MEASURE: _cells((_PRACTITIONERS, "yes")),
    Perm.COUNTERSIGN: _cells((_PRACTITIONERS, "lead agency, manager rank"), ((R.CHAIR,), "yes")),
    Perm.REFER: _cells((_PRACTITIONERS, "yes"), (_AREA_ROLES, "yes")),
    Perm.AGREE_REFERRAL: _cells((REFERRING_ROLES, "own agency, manager rank")),
    Perm.TEAM_WORK: _cells((_WORKERS, "own agency, manager rank")),
    Perm.SCREEN: _cells((_AREA_ROLES, "yes")),
    Perm.SCHEDULE: _cells((_AREA_ROLES, "yes")),
    Perm.SEND_INFORMATION: _cells(
        (_PRACTITIONERS, "invited agency"), ((R.VICTIM_LIAISON,), "invited"), (_AREA_ROLES, "yes")
    ),
    Perm.TAKE_MINUTES: _cells((_AREA_ROLES, "yes")),
    Perm.APPROVE_MINUTES: _cells(((R.CHAIR,), "yes, of that meeting")),
    Perm.UPDATE_ACTION: _cells(
        (_PRACTITIONERS, "owner's agency"), ((R.VICTIM_LIAISON,), "owner"), (_AREA_ROLES, "yes")
    ),
    Perm.SETTLE_ACTION: _cells(((R.COORDINATOR,), "yes"), ((R.CHAIR,), "yes, of that meeting")),
    Perm.RECORD_DISCLOSURE: _cells((_PRACTITIONERS, "lead agency, police"), (_AREA_ROLES, "yes")),
    Perm.AUTHORISE_DISCLOSURE: _cells((_PRACTITIONERS, "lead agency, manager rank"), ((R.CHAIR,), "yes")),
    Perm.SHARE_CASE: _cells((_PRACTITIONERS, "lead agency, manager rank"), (_AREA_ROLES, "yes")),
    Perm.BREAK_GLASS: _cells((_PRACTITIONERS, "RA, in person"), (_AREA_ROLES, "yes")),
    Perm.REVIEW_EMERGENCY: _cells(((R.INFORMATION_OFFICER,), "yes")),
    Perm.VIEW_BOARD: _cells(
        ((R.COORDINATOR, R.CHAIR, R.BOARD_MEMBER, R.LAY_ADVISER, R.INFORMATION_OFFICER), "yes"),
    ),
    Perm.BOARD_BUSINESS: _cells(
        ((R.COORDINATOR,), "prepare"), ((R.BOARD_MEMBER,), "yes"), ((R.LAY_ADVISER,), "comment")
    ),
    Perm.ACCESS_LOG: _cells(
        (_PRACTITIONERS, "lead agency, manager rank"), ((R.COORDINATOR, R.INFORMATION_OFFICER), "yes")
    ),
    Perm.REVIEW_ACCESS: _cells(((R.INFORMATION_OFFICER,), "yes")),
    Perm.ACCESS_NUMBERS: _cells(((R.CONTACT_POINT,), "own agency"), ((R.INFORMATION_OFFICER,), "yes")),
    Perm.MANAGE_MEMBERSHIPS: _cells(
        ((R.CONTACT_POINT,), "own agency"), ((R.COORDINATOR,), "area"), ((R.ADMINISTRATOR,), "everywhere")
    ),
    Perm.REFERENCE_DATA: _cells(((R.ADMINISTRATOR,), "yes")),
    Perm.HOLD_RECORD: _cells(((R.COORDINATOR, R.INFORMATION_OFFICER), "yes")),
    Perm.KEEP_RETENTION: _cells(((R.INFORMATION_OFFICER,), "yes")),
    Perm.APPROVE_DISPOSAL: _cells(((R.BOARD_MEMBER, R.INFORMATION_OFFICER), "yes")),
    Perm.ANSWER_PERSON: _cells((_PRACTITIONERS, "lead agency, manager rank"), ((R.COORDINATOR,), "yes")),
    Perm.NATIONAL_FIGURES: _cells(((R.NATIONAL,), "everywhere")),
}

# Permissions that are part of a row of the table: which row, and the cells of it that give them.
_PARTS_OF_A_ROW: dict[Perm, tuple[Perm, frozenset[str]]] = {
    Perm.VIEW_VICTIMS: (Perm.VICTIMS, frozenset({"yes", "view"})),
    Perm.BOARD_PREPARE: (Perm.BOARD_BUSINESS, frozenset({"yes", "prepare"})),
    Perm.BOARD_DECIDE: (Perm.BOARD_BUSINESS, frozenset({"yes"})),
}


def cells_of(perm: Perm) -> dict[Role.Code, str]:
    """Which roles a permission is granted to, and by which rule. Who may only view may not change (access.md)."""
    if perm in _PARTS_OF_A_ROW:
        row, cells = _PARTS_OF_A_ROW[perm]
        return {role: cell for role, cell in GRANTS[row].items() if cell in cells}
    return {role: cell for role, cell in GRANTS[perm].items() if cell != "view"}


# A coordinator, chair or board role is held for an area: "yes" means there, and elsewhere only looking at a case that
# was shared with the person's agency, as for its other staff.
HELD_FOR_AN_AREA = frozenset({R.COORDINATOR, R.CHAIR, R.BOARD_MEMBER, R.LAY_ADVISER, R.INFORMATION_OFFICER})


class AuthedRequest(HttpRequest):
    """A request whose user is signed in."""

    user: User


def memberships(user: User) -> list[Membership]:
    """The user's memberships in force today, with agency, kind and rank: one query, kept for the request."""
    on = dates.today()
    kept: tuple[Any, list[Membership]] | None = user.__dict__.get("_memberships")
    if kept is None or kept[0] != on:
        rows = Membership.objects.filter(user=user).in_force(on)
        kept = (on, list(rows.select_related("agency__kind", "agency__area", "rank", "role")))
        user.__dict__["_memberships"] = kept
    return kept[1]


def allowed(user: User, perm: Perm, *, on: Concern | None = None) -> bool:
    """Does one of the user's roles, held in an agency with the right part in it, grant `perm`?

    Without `on`, whether any role grants it for anything: enough to show a link, never to change a row.
    """
    if not user.is_active:
        return False
    if perm is Perm.SIGNED_IN or user.is_system:
        return True
    if on is not None:
        return granting(user, perm, on=on) is not None
    return any(_could_ever(membership, rule) for membership, rule in _held(user, perm))


def granting(user: User, perm: Perm, *, on: Concern) -> Membership | None:
    """The membership that grants `perm`, of several the most senior: its rank is kept with what was done by it."""
    return max(_granting(user, perm, on), key=lambda membership: membership.rank_order, default=None)


def agencies_granting(user: User, perm: Perm, *, on: Concern) -> list[Agency]:
    """The agencies for which the user holds `perm`, by name: for what is done in the name of one of them."""
    found = {membership.agency for membership in _granting(user, perm, on)}
    return sorted(found, key=lambda agency: agency.name)


def areas_granting(user: User, perm: Perm) -> list[int]:
    """The areas for which the user holds a role that grants `perm` there: for what is asked of many rows at once."""
    held = [membership for membership, _rule in _held(user, perm) if R(membership.role_id) in HELD_FOR_AN_AREA]
    return sorted({membership.agency.area_id for membership in held})


def _granting(user: User, perm: Perm, on: Concern) -> list[Membership]:
    parts, held = on.parts(), _held(user, perm)
    if held and parts.in_emergency(user):
        return [membership for membership, _rule in held] if perm is Perm.VIEW_CASE else []
    return [membership for membership, rule in held if _holds(membership, perm, rule, parts)]


def _held(user: User, perm: Perm) -> list[tuple[Membership, str]]:
    """The user's memberships whose role grants `perm` at all, with the rule by which it does."""
    cells = cells_of(perm)
    return [(m, cells[R(m.role_id)]) for m in memberships(user) if R(m.role_id) in cells]


def in_the_authority(user: User, perm: Perm) -> bool:
    """Is `perm` granted to one of the user's roles in a Responsible Authority agency (police, probation, prison)?

    For what is about no case and is not for partner agencies.
    """
    cells = cells_of(perm)
    held = (m for m in memberships(user) if R(m.role_id) in cells)
    return user.is_active and any(m.agency.is_responsible_authority for m in held)


def may_break_glass(user: User) -> bool:
    """Whether the user could open any case in an emergency: of an authority, or running an area."""
    return in_the_authority(user, Perm.BREAK_GLASS) or bool(areas_granting(user, Perm.BREAK_GLASS))


def require_in_the_authority(user: User, perm: Perm) -> None:
    """Raise PermissionDenied unless `in_the_authority`."""
    if not in_the_authority(user, perm):
        raise PermissionDenied(perm)


def held_in(user: User, perm: Perm, kind: str) -> list[Membership]:
    """The memberships in agencies of a kind, such as the police, whose role grants `perm`.

    For what is about no case and is that service's alone.
    """
    held = _held(user, perm) if user.is_active else []
    return [membership for membership, _rule in held if membership.agency.kind.code == kind]


def _could_ever(membership: Membership, rule: str) -> bool:
    """Without a case: only the part that belongs to the agency itself can be judged."""
    return not rule.endswith("manager rank") or membership.rank_order >= Rank.MANAGER


def _holds(membership: Membership, perm: Perm, rule: str, parts: Parts) -> bool:
    if R(membership.role_id) in HELD_FOR_AN_AREA:
        if not _of_the_area(membership, parts):
            return perm is Perm.VIEW_CASE and _involved(membership, parts)
        if rule == "yes":
            return True
    return RULES[rule](membership, parts)


def require(user: User, perm: Perm, *, on: Concern | None = None) -> None:
    """Raise PermissionDenied unless `allowed`. The first line of every action."""
    if not allowed(user, perm, on=on):
        raise PermissionDenied(perm)


class NotGivenError(Exception):
    """What was asked for is not given, and `answer` says why: it is on record as refused, by the name `event` if it has one."""

    def __init__(self, answer: HttpResponse, *, event: str = "") -> None:
        super().__init__(event)
        self.answer, self.event = answer, event


def guarded(
    perm: Perm,
    model: type[ProtectedModel] | None = None,
    *,
    asks_purpose: bool = True,
    in_emergency: bool = False,
    act: Act = Act.VIEW,
) -> Callable[[View], View]:
    """Open a view to holders of `perm`, handing it the row named in the URL.

    404 when the row is not visible to the user: whether it exists is confidential. 403 when it is visible and the
    user's roles do not grant `perm` on it. Whoever has no part in the case says first what he needs it for; only the
    page that asks does not (`asks_purpose=False`). A view under `again` (agencies/reauthentication.py) asks who he is.
    Whoever sees the case by an emergency alone is shown pages, and sends or takes nothing, but where the view says so
    (`in_emergency=True`). The read is recorded in the transaction that reads, a refusal after it and instead; what cannot be
    recorded is not shown (access.md, Recording). `act` is what opening it is: a list, a search, a download.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: AuthedRequest, **kwargs: Any) -> HttpResponse:
            reference = str(kwargs.get("reference", ""))
            try:
                with transaction.atomic():
                    return _answer(request, wrapper, perm, model, kwargs)
            except NotGivenError as refusal:
                _record_refusal(request, wrapper, reference, event=refusal.event)
                return refusal.answer
            except (PermissionDenied, Http404):
                _record_refusal(request, wrapper, reference)
                raise

        wrapper.permission = perm  # type: ignore[attr-defined]
        wrapper.guards = model  # type: ignore[attr-defined]
        wrapper.asks_purpose = asks_purpose  # type: ignore[attr-defined]
        wrapper.in_emergency = in_emergency  # type: ignore[attr-defined]
        wrapper.act = act  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _record_refusal(request: AuthedRequest, guard: View, reference: str, *, event: str = "") -> None:
    name, act = event or _event(guard.__wrapped__, request), _act(guard, request)  # type: ignore[attr-defined]
    seen = getattr(request, "opened", None)  # or else only the reference is known that was typed
    record(name, by=request.user, about=seen, denied=True, act=act, reference=reference_in(reference))


def _answer(
    request: AuthedRequest, guard: View, perm: Perm, model: type[ProtectedModel] | None, kwargs: dict[str, Any]
) -> HttpResponse:
    view: View = guard.__wrapped__  # type: ignore[attr-defined]
    if model is None:
        require(request.user, perm)
        if reauthentication.must_ask(request, guard):
            record("reauthentication.asked", by=request.user, act=Act.VIEW, before=_event(view, request))
            return reauthentication.ask(request)
        record(_event(view, request), by=request.user, act=_act(guard, request))
        return _given(request, guard, view(request, **kwargs))
    rows = model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
    reference = kwargs.pop("reference")
    row = rows.filter(reference=reference).first()
    if row is None:
        return _follow(request, rows, reference)
    request.opened = row  # type: ignore[attr-defined]
    require(request.user, perm, on=row)
    why = row.why(request.user)
    if why.ask and guard.asks_purpose:  # type: ignore[attr-defined]
        record("purpose.asked", by=request.user, about=row, act=Act.VIEW, before=_event(view, request))
        return ask_first(request, why.ask)
    if reauthentication.must_ask(request, guard):
        record("reauthentication.asked", by=request.user, about=row, act=Act.VIEW, before=_event(view, request))
        return reauthentication.ask(request)
    request.purpose = why.name  # type: ignore[attr-defined]
    record(_event(view, request), by=request.user, about=row, act=_act(guard, request), purpose=why.name)
    if why.name != EMERGENCY or guard.in_emergency:  # type: ignore[attr-defined]
        return _given(request, guard, view(request, row, **kwargs))
    return _given(request, guard, _page_only(request, guard, row, kwargs))


# Why somebody opens a row when nothing gives him its case but an emergency; and what that never gives.
EMERGENCY = "emergency"
TAKEN_AWAY = frozenset({Act.DOWNLOAD, Act.PRINT, Act.EXPORT})
# Answers by which nothing was shown or done: another method, gone, too often, not to be had now.
REFUSALS = frozenset({405, 410, 429, 503})


def _given(request: AuthedRequest, guard: View, answer: HttpResponse) -> HttpResponse:
    """The answer. Raises NotGivenError when it refuses, or leads elsewhere instead of a file: then nothing was opened or taken."""
    is_file_missing = _act(guard, request) in TAKEN_AWAY and answer.status_code != HTTPStatus.OK
    if answer.status_code in REFUSALS or is_file_missing:
        raise NotGivenError(answer)
    return answer


def _page_only(request: AuthedRequest, guard: View, row: Any, kwargs: dict[str, Any]) -> HttpResponse:
    """A page to read, and neither a form that is sent nor a file, whatever else the permission gives (access.md, rule 5)."""
    view: View = guard.__wrapped__  # type: ignore[attr-defined]
    if request.method not in {"GET", "HEAD"} or guard.act in TAKEN_AWAY:  # type: ignore[attr-defined]
        raise PermissionDenied(EMERGENCY)
    answer = view(request, row, **kwargs)
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.status_code == HTTPStatus.OK and ("Content-Disposition" in answer.headers or not is_page):
        if file := getattr(answer, "file_to_stream", None):
            file.close()
        raise PermissionDenied(EMERGENCY)
    return answer


def _follow(request: AuthedRequest, rows: Any, reference: str) -> HttpResponse:
    """To the row that stands in place of the one asked for, for whoever sees it. To everybody else neither exists."""
    row = rows.standing_for(reference).first()
    if row is None:
        raise Http404
    record("case.reference_followed", by=request.user, about=row, act=Act.VIEW, old=reference)
    path = request.path.replace(f"/{reference}/", f"/{row.reference}/")
    if request.method != "POST":
        return redirect(path)
    request.session["carried"] = carry(request, request.user.pk, path=path)
    return redirect("send_again")


def _act(guard: View, request: HttpRequest) -> Act:
    act: Act = guard.act if request.method in {"GET", "HEAD"} else Act.SEND  # type: ignore[attr-defined]
    return act


def _event(view: View, request: HttpRequest) -> str:
    app = view.__module__.split(".")[0]
    return f"{app}.{view.__name__}.{'opened' if request.method in {'GET', 'HEAD'} else 'sent'}"
