"""A write with an `Idempotency-Key` is done once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as RefusedError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from agencies.api.authentication import asker, token_of
from agencies.api.problems import ConflictError
from agencies.models import SentOnce

HEADER = "Idempotency-Key"
LONGEST = 64
# A sender that has had no answer for so long asks what became of it instead.
KEPT = timedelta(days=7)


class Made(Protocol):
    """Whatever a write makes: it has a reference by which it is found again."""

    reference: str


def once(request: Request, write: Callable[[], Made]) -> tuple[str, bool]:
    """The reference of what the write made, and whether it was made now.

    The key, what was sent under it and what it made are kept in the transaction of the write, which is the view's. A second
    sender waits for the first and gets its answer. Raises ConflictError when the key was used for something else, and
    ValidationError for a key that is too long.
    """
    key = request.headers.get(HEADER, "").strip()
    if not key:
        return write().reference, True
    if len(key) > LONGEST or not key.isprintable():
        raise ValidationError({HEADER: [_("Give up to %s printable characters") % LONGEST]})
    asked = hashlib.sha256(_said(request).encode()).hexdigest()
    row, is_new = SentOnce.objects.select_for_update().get_or_create(
        user=token_of(request).user, key=key, defaults={"asked": asked}
    )
    if row.asked != asked:
        raise ConflictError(_("This key was used for another request. Use a new one."))
    if is_new:
        try:
            row.reference = write().reference
        except (RefusedError, PermissionDenied, IntegrityError):
            # By itself, and not by a rollback: what a verb records of a refusal, a virus or a number of another case, stays.
            row.delete()
            raise
        row.save(update_fields=["reference"])
    return row.reference, is_new


def _said(request: Request) -> str:
    """What was sent, by whom and where, in one form."""
    data = dict(request.data.lists()) if isinstance(request.data, QueryDict) else request.data
    return json.dumps([request.method, request.path, asker(request).pk, data], sort_keys=True, default=_of_a_file)


def _of_a_file(value: Any) -> Any:
    """A file is known by its name and what it holds."""
    if not isinstance(value, UploadedFile):
        raise TypeError(type(value))
    held = hashlib.sha256()
    for piece in value.chunks():
        held.update(piece)
    value.seek(0)
    return [value.name, held.hexdigest()]


def forget_old() -> int:
    """Forget the keys of more than a week ago, and say how many they were."""
    gone, _by_model = SentOnce.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return gone
