"""The one verb of the room: remind."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.models import User
from audit.record import record
from mappa.templatetags.mappa import long_date
from reviews.deadlines import Kind, at
from reviews.models import Reminder


@transaction.atomic
def remind(*, kind: Kind, row: Any, stage: str, to: User, by: User) -> bool:
    """Tell one person once that something falls due: the reminder and its mail are made together, or not at all.

    The caller has found that the deadline is that person's. True when this call made it.
    """
    if not by.is_system:
        raise PermissionDenied("Only the clock reminds")
    reference, due_on = at(row, kind.reference), kind.due_on(row)
    reminder, is_new = Reminder.objects.visible_to(by).get_or_create(
        kind=kind.slug,
        reference=reference,
        due_on=due_on,
        stage=stage,
        to=to,
        defaults={"offender": kind.case_of(row)},
    )
    if not is_new:
        return False
    key = f"reminder:{kind.slug}:{reference}:{due_on}:{stage}:{to.pk}"
    is_posted = outbox.post(key=key, to=to, subject=_subject(kind, row), body=_body(kind, row, reference, due_on))
    record("deadline.reminded", by=by, about=reminder, deadline=kind.slug, stage=stage, to=to.pk)
    return is_posted


def _subject(kind: Kind, row: Any) -> str:
    return _("OFFICIAL-SENSITIVE: %(what)s, due %(date)s") % {
        "what": kind.words(row),
        "date": long_date(kind.due_on(row)),
    }


def _body(kind: Kind, row: Any, reference: str, due_on: date) -> str:
    """A reference, what, by when and a link. Who it is about is read after signing in.

    Of a compartment not even a reference: that a case has a victim is for nobody who reads mail or its queue.
    """
    what = kind.words(row)
    return _("%(what)s\nDue on %(date)s\n\n%(step)s:\n%(link)s\n\nSign in to see it. Do not reply to this message.") % {
        "what": what if kind.closed else f"{what}: {reference}",
        "date": long_date(due_on),
        "step": _("Open My work") if kind.closed else kind.next_step,
        "link": settings.BASE_URL + (reverse("reviews:my_work") if kind.closed else kind.url(row)),
    }
