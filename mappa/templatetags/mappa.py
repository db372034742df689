"""Words and tones for templates: dates and times as people write them, what is due, and risk levels."""

from datetime import date, datetime, time
from typing import Any, TypedDict

from django import forms, template
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from mappa.forms import dress

register = template.Library()

SOON_DAYS = 7
RISK_WORDS = {
    "L": lambda: pgettext("risk", "Low"),
    "M": lambda: pgettext("risk", "Medium"),
    "H": lambda: pgettext("risk", "High"),
    "VH": lambda: pgettext("risk", "Very high"),
}
RISK_CLASSES = {"L": "low", "M": "medium", "H": "high", "VH": "very-high"}


def _in_london(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def long_date(value: date | datetime | None) -> str:
    """14 January 2026; nothing for nothing."""
    return dateformat.format(_in_london(value), "j F Y") if value else ""


@register.filter
def short_date(value: date | datetime | None) -> str:
    """14/1/2026, for tables."""
    return dateformat.format(_in_london(value), "j/n/Y") if value else ""


@register.filter
def clock(value: datetime | time | None) -> str:
    """2:10pm, 10am, midday and midnight."""
    if value is None:
        return ""
    moment = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    if moment.minute == 0 and moment.hour in {0, 12}:
        return _("midday") if moment.hour else _("midnight")
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minutes}{_('pm') if moment.hour >= 12 else _('am')}"


@register.filter
def due_words(due: date | None, today: date) -> str:
    """How a date stands to today: "Overdue by 3 days", "Due tomorrow", "Due Thursday 26 November"."""
    if due is None:
        return _("No date set")
    days = (due - today).days
    if days < 0:
        return ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", -days) % {"days": -days}
    if days < 2:
        return _("Due tomorrow") if days else _("Due today")
    form = "l j F" if due.year == today.year or days < 60 else "j F Y"
    return _("Due %(date)s") % {"date": dateformat.format(due, form)}


@register.filter
def due_tone(due: date | None, today: date) -> str:
    """The colour that goes with `due_words`: "over", "soon" or none."""
    if due is None or (due - today).days > SOON_DAYS:
        return ""
    return "over" if due < today else "soon"


@register.filter
def risk_word(level: str | None) -> str:
    """A level of risk of serious harm in words; what nobody has assessed is unknown, not low."""
    return RISK_WORDS[level]() if level in RISK_WORDS else pgettext("risk", "Unknown")


@register.filter
def risk_class(level: str | None) -> str:
    """The end of the CSS class of a risk level."""
    return RISK_CLASSES.get(level or "", "unknown")


class ErrorLink(TypedDict):
    """One line of an error summary."""

    text: str
    href: str


@register.filter
def error_links(form: forms.BaseForm) -> list[ErrorLink]:
    """All errors of a form with the place to mend each; what concerns the whole form leads to its first control."""
    shown = form.visible_fields()
    first = f"#{shown[0].error_target}" if shown else "#main-content"  # type: ignore[attr-defined]
    links = [ErrorLink(text=str(text), href=first) for text in form.non_field_errors()]
    for field in form.hidden_fields():
        links += [ErrorLink(text=str(text), href=first) for text in field.errors]
    for field in shown:
        target = field.error_target  # type: ignore[attr-defined]
        links += [ErrorLink(text=str(text), href=f"#{target}") for text in field.errors]
    return links


@register.filter
def in_our_style(field: forms.BoundField) -> Any:
    """A field of somebody else's form (allauth's sign-in) dressed like one of ours."""
    dress(field.field.widget)
    field.field.widget.attrs.pop("placeholder", None)
    field.form.use_required_attribute = False
    return field
