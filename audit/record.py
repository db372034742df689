"""The one way into the audit: in the transaction of the act it describes."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.db import DatabaseError, models, transaction

from audit.acting import agency_of
from audit.context import AuditUnavailableError, current_origin, current_request, refusal_is_told, session_of
from audit.models import AccessEvent, Act, SignInEvent
from mappa.requests import current_request_id


class Actor(Protocol):
    """Whoever acts: a user, a system, or someone not signed in."""

    @property
    def pk(self) -> Any: ...


def record(
    event: str,
    *,
    by: Actor | None,
    about: models.Model | None = None,
    denied: bool = False,
    reference: str = "",
    act: Act = Act.CHANGE,
    purpose: str = "",
    case_id: int | None = None,
    **detail: Any,
) -> None:
    """Write one event. `about` names its case by `case_id_for_audit()`; `detail` holds no personal data.

    `case_id` is for an act on a case of which there is no row any more.

    Raises AuditUnavailableError when the row cannot be written: the caller's transaction must not survive.
    """
    row = _event(event, by, about, reference, detail)
    row.act, row.purpose = act, purpose
    row.case_id = row.case_id or case_id
    row.outcome = AccessEvent.Outcome.DENIED if denied else AccessEvent.Outcome.ALLOWED
    _write(row)
    if denied:
        refusal_is_told()


def record_each(
    event: str, *, by: Actor | None, rows: Iterable[tuple[models.Model, dict[str, Any]]], act: Act = Act.CHANGE
) -> None:
    """Write one event for each of many rows, with its detail, as `record` does for one."""
    events = [_event(event, by, about, "", detail) for about, detail in rows]
    for row in events:
        row.act = act
    try:
        with transaction.atomic():
            AccessEvent.objects.bulk_create(events, batch_size=1000)
    except DatabaseError as error:
        raise AuditUnavailableError(str(type(error))) from error


def _event(
    event: str, by: Actor | None, about: models.Model | None, reference: str, detail: dict[str, Any]
) -> AccessEvent:
    origin = current_origin()
    case_of = getattr(about, "case_id_for_audit", None)
    return AccessEvent(
        event=event,
        actor_id=getattr(by, "pk", None),
        agency_id=agency_of(by, about),
        kind=about._meta.label if about is not None else "",
        object_id=about.pk if about is not None else None,
        case_id=case_of() if case_of else None,
        reference=(reference or getattr(about, "reference", ""))[:40],
        request_id=current_request_id(),
        session=origin.session,
        ip=origin.ip,
        detail=detail,
    )


def record_sign_in(event: str, *, actor_id: int | None, **detail: Any) -> None:
    """Write a sign-in event, with the session as it is now, which a sign-in has just made. An address that a stranger typed is not kept."""
    request = current_request()
    _write(
        SignInEvent(
            event=event,
            actor_id=actor_id,
            agency_id=agency_of(actor_id),
            request_id=current_request_id(),
            session=session_of(request) if request else "",
            ip=current_origin().ip,
            detail=detail,
        )
    )


def _write(row: models.Model) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DatabaseError as error:
        raise AuditUnavailableError(str(type(error))) from error
