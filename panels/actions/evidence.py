"""The documents that show what was done about an action."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from offenders.actions import add_document
from offenders.models import Document
from panels.actions.followup import fresh, why_not
from panels.models import Action, Evidence


@transaction.atomic
def add_evidence(*, action: Action, document: Document | None, by: User) -> Evidence:
    """Put a document of the case with an action. Who may read it, the document itself says."""
    require(by, Perm.UPDATE_ACTION, on=action)
    action = _unsettled(action, by=by)
    if document is None or document not in documents_for(action, by):
        raise ValidationError({"document": _("Choose a document of this person that you can read")})
    evidence = Evidence(action=action, document=document, by=by)
    evidence.full_clean()
    evidence.save()
    record("action.evidence_added", by=by, about=evidence, document=document.pk)
    return evidence


def _unsettled(action: Action, *, by: User) -> Action:
    found = fresh(action, by=by)
    if found.state not in {Action.State.OPEN, Action.State.DONE}:
        raise ValidationError(why_not(found))
    return found


def documents_for(action: Action, user: User) -> Any:
    """The documents of the case that the user may read, in their newest versions, and that are not with the action yet."""
    there = action.evidence.visible_to(user).values("document")
    rows = Document.objects.visible_to(user).newest_versions().filter(offender=action.offender_id)
    return rows.filter(withdrawn_at__isnull=True).exclude(pk__in=there).order_by("-at", "-pk")


def upload_evidence(*, action: Action, by: User, **document: Any) -> Evidence:
    """Bring a file to the case, as any document of it, and put it with the action."""
    require(by, Perm.UPDATE_ACTION, on=action)
    # Asked before the file is: of a settled action nothing is brought to the case.
    if action.state not in {Action.State.OPEN, Action.State.DONE}:
        raise ValidationError(why_not(action))
    return add_evidence(action=action, document=add_document(offender=action.offender, by=by, **document), by=by)
