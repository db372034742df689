"""The verbs of flags: add, review, remove. Each asks `require` first."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from offenders.actions import Topic, lock, telling
from offenders.models import Flag, FlagKind, FlagReview, Offender

tell = telling(Topic.FLAGS)


@transaction.atomic
def add_flag(*, offender: Offender, kind: FlagKind, notes: str, review_on: date | None, by: User) -> Flag:
    """Put a flag on the case until it is reviewed; without a date, as late as its kind allows.

    Raises ValidationError for such a flag that is there already, and for a date out of reach.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if not kind.is_active:
        raise ValidationError({"kind": _("This kind of flag is no longer added: choose another")})
    flag = Flag(offender=offender, kind=kind, notes=notes, review_on=_review_date(kind, review_on), added_by=by)
    flag.full_clean()
    flag.save()
    record("flag.added", by=by, about=flag, kind=kind.code)
    tell(offender, _("Flag added"), kind.name, by=by)
    return flag


@transaction.atomic
def review_flag(*, flag: Flag, reason: str, review_on: date | None, by: User) -> Flag:
    """Let a flag stand until another day, and say why."""
    require(by, Perm.EDIT_CASE, on=flag)
    flag = _standing(flag, by=by)
    due_on, flag.review_on = flag.review_on, _review_date(flag.kind, review_on)
    if flag.review_on == due_on:
        raise ValidationError({"review_on": _("Enter another date: the flag is reviewed on this one already")})
    review = FlagReview(offender=flag.offender, flag=flag, due_on=due_on, next_on=flag.review_on, reason=reason, by=by)
    review.full_clean()
    review.save()
    flag.save(update_fields=["review_on"])
    record("flag.reviewed", by=by, about=flag, kind=flag.kind.code)
    tell(flag.offender, _("Flag reviewed"), flag.kind.name, by=by)
    return flag


@transaction.atomic
def remove_flag(*, flag: Flag, removal_reason: str, by: User) -> Flag:
    """Take a flag off the case, and say why. It stays on the record."""
    require(by, Perm.EDIT_CASE, on=flag)
    flag = _standing(flag, by=by)
    flag.removed_on, flag.removed_by, flag.removal_reason = dates.today(), by, removal_reason
    flag.full_clean()
    flag.save(update_fields=["removed_on", "removed_by", "removal_reason"])
    record("flag.removed", by=by, about=flag, kind=flag.kind.code)
    tell(flag.offender, _("Flag removed"), flag.kind.name, by=by)
    return flag


def _standing(flag: Flag, *, by: User) -> Flag:
    """The flag, fresh, its case locked. Raises ValidationError when it was removed meanwhile."""
    offender = lock(flag.offender, by=by)
    found = Flag.objects.visible_to(by).select_related("kind").get(pk=flag.pk)
    found.offender = offender
    if found.removed_on:
        raise ValidationError(_("This flag has been removed already. Nothing was changed."))
    return found


def _review_date(kind: FlagKind, chosen: date | None) -> date:
    """The day chosen, or the latest: after today, and within the months of the kind."""
    today = dates.today()
    limit = kind.latest_review(today)
    review_on = chosen or limit
    if not today < review_on <= limit:
        words = ngettext(
            "Enter a review date after today and not later than %(limit)s: this flag is reviewed every month",
            "Enter a review date after today and not later than %(limit)s: this flag is reviewed within %(months)s months",
            kind.review_months,
        )
        raise ValidationError({"review_on": words % {"limit": f"{limit:%-d %B %Y}", "months": kind.review_months}})
    return review_on
