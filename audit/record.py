"""The one way into the audit: in the transaction of the act it describes."""

from typing import Any, Protocol

from django.db import DatabaseError, models, transaction

from audit.context import AuditUnavailableError, current_origin
from audit.models import AccessEvent, SignInEvent
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
    **detail: Any,
) -> None:
    """Write one event. `about` names its case by `case_id_for_audit()`; `detail` holds no personal data.

    Raises AuditUnavailableError when the row cannot be written: the caller's transaction must not survive.
    """
    origin = current_origin()
    case_of = getattr(about, "case_id_for_audit", None)
    event_row = AccessEvent(
        event=event,
        outcome=AccessEvent.Outcome.DENIED if denied else AccessEvent.Outcome.ALLOWED,
        actor_id=getattr(by, "pk", None),
        kind=about._meta.label if about is not None else "",
        object_id=about.pk if about is not None else None,
        case_id=case_of() if case_of else None,
        reference=(reference or getattr(about, "reference", ""))[:40],
        request_id=current_request_id(),
        session=origin.session,
        ip=origin.ip,
        detail=detail,
    )
    _write(event_row)


def record_sign_in(event: str, *, actor_id: int | None, **detail: Any) -> None:
    """Write a sign-in event; the address typed by a stranger is not kept."""
    _write(
        SignInEvent(
            event=event,
            actor_id=actor_id,
            request_id=current_request_id(),
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
