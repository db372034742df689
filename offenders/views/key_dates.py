"""Key dates of the sentence: how each stands, how far it is, and what is asked about it."""

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders import actions
from offenders.forms import key_dates as forms
from offenders.forms.withdrawing import WithdrawForm
from offenders.models import KeyDate, Offender
from offenders.views.record import Card, Line, Link, Part, ask


def key_dates(request: AuthedRequest, offender: Offender, *, may: bool) -> Part:
    """Those that hold, and those that were changed or withdrawn."""
    rows = offender.key_dates.visible_to(request.user)
    rows = rows.select_related("added_by", "withdrawn_by", "replacement__added_by")
    today = dates.today()
    standing: list[Card] = []
    past: list[Card] = []
    for row in rows:
        is_open = not row.withdrawn_at and not hasattr(row, "replacement")
        (standing if is_open else past).append(_card(row, today, may=may and is_open))
    add = Link(reverse("offenders:add_key_date", args=[offender.reference]), _("Add a key date"))
    return Part(
        slug="key-dates",
        title=_("Key dates"),
        cards=standing,
        past=past,
        add=add if may else None,
        empty=_("No key date is recorded."),
    )


def _card(row: KeyDate, today: date, *, may: bool) -> Card:
    lines = [Line(_("Date"), long_date(row.on)), Line(_("From"), f"{row.source} ({row.added_by.name})")]
    if row.reason:
        lines.append(Line(_("Why it changed"), row.reason))
    tag, colour = how_far(row.on, today), "blue" if row.on >= today else "grey"
    if row.withdrawn_at and row.withdrawn_by:
        tag, colour = _("Withdrawn"), "grey"
        lines.append(Line(_("Withdrawn"), f"{row.withdrawal_reason} ({row.withdrawn_by.name})"))
    elif hasattr(row, "replacement"):
        tag, colour = _("Changed"), "grey"
        words = _("To %(date)s by %(who)s: %(reason)s")
        new = row.replacement
        about = {"date": long_date(new.on), "who": new.added_by.name, "reason": new.reason}
        lines.append(Line(_("Changed"), words % about))
    links = [
        Link(reverse("offenders:change_key_date", args=[row.reference]), _("Change")),
        Link(reverse("offenders:withdraw_key_date", args=[row.reference]), _("Withdraw")),
    ]
    return Card(row.get_kind_display(), lines, links if may else (), tag, colour)


def how_far(day: date, today: date) -> str:
    """How far a date is from today: "in 3 months", "in 12 days", "today", "past"."""
    days = (day - today).days
    if days < 0:
        return _("Past")
    if days < 2:
        return _("Tomorrow") if days else _("Today")
    if days < 60:
        return _("In %s days") % days
    months = (day.year - today.year) * 12 + day.month - today.month - (day.day < today.day)
    return _("In %s months") % months if months < 24 else _("In %s years") % (months // 12)


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_key_date(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record a date of the sentence."""
    return ask(
        request,
        offender,
        "record",
        forms.KeyDateForm(request.POST or None),
        actions.add_key_date,
        back=reverse("offenders:sentences", args=[offender.reference]),
        title=_("Add a key date"),
        button=_("Save"),
        done=_("The date is recorded."),
    )


@guarded(Perm.EDIT_CASE, KeyDate)
@require_http_methods(["GET", "HEAD", "POST"])
def change_key_date(request: AuthedRequest, key_date: KeyDate) -> HttpResponse:
    """Put another date in its place."""
    return ask(
        request,
        key_date.offender,
        "record",
        forms.ChangeKeyDateForm(request.POST or None, initial={"on": key_date.on, "source": key_date.source}),
        actions.change_key_date,
        back=key_date.get_absolute_url(),
        about={"key_date": key_date},
        title=_("Change a key date"),
        intro=key_date.get_kind_display(),
        button=_("Save"),
        done=_("The date is changed. The one before is kept."),
    )


@guarded(Perm.EDIT_CASE, KeyDate)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_key_date(request: AuthedRequest, key_date: KeyDate) -> HttpResponse:
    """Say that a date no longer holds."""
    return ask(
        request,
        key_date.offender,
        "record",
        WithdrawForm(request.POST or None),
        actions.withdraw_key_date,
        back=key_date.get_absolute_url(),
        about={"key_date": key_date},
        title=_("Withdraw a key date"),
        intro=f"{key_date.get_kind_display()}, {long_date(key_date.on)}",
        button=_("Withdraw"),
        done=_("The date is withdrawn. It is kept under what is earlier."),
    )
