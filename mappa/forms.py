"""Forms that look and speak like GOV.UK, and `attempt`, which turns a refused action into a form's errors.

A form says what is asked, never how it looks: the classes and templates of its widgets are chosen here.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError
from django.forms.widgets import Input
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from mappa import dates
from mappa.plain import plain

# Nobody alive was born before it, and no order, licence or review ends later than that: beyond is a slip of the hand,
# and further on the calendar itself ends.
FIRST_YEAR, YEARS_AHEAD = 1900, 100

# The first entry that a widget is an instance of decides its template and its class.
LOOKS: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.CheckboxSelectMultiple, "govuk/widgets/checkboxes.html", ""),
    (forms.RadioSelect, "govuk/widgets/radios.html", ""),
    (forms.CheckboxInput, "govuk/widgets/checkbox.html", ""),
    (forms.Select, "govuk/widgets/select.html", "govuk-select"),
    (forms.Textarea, "govuk/widgets/textarea.html", "govuk-textarea"),
    (forms.FileInput, "govuk/widgets/file.html", "govuk-file-upload"),
    (Input, "govuk/widgets/input.html", "govuk-input"),
)


def dress(widget: forms.Widget, width: int | None = None) -> None:
    """Give a widget its GOV.UK template and class; `width` is about how many characters it shows."""
    if widget.is_hidden or isinstance(widget, forms.MultiWidget):
        return
    for kind, template, css in LOOKS:
        if isinstance(widget, kind):
            widget.template_name = template
            if css:
                widget.attrs["class"] = f"{css} {css}--width-{width}" if width else css
            break
    # A box that silently cuts off what is pasted loses evidence; the form says when a text is too long.
    widget.attrs.pop("maxlength", None)
    # Police and probation machines are shared: the browser must not offer what others typed.
    if isinstance(widget, forms.TextInput | forms.Textarea):
        widget.attrs.setdefault("autocomplete", "off")


class DateWidget(forms.MultiWidget):
    """Three boxes: day, month and year."""

    template_name = "govuk/widgets/date.html"
    use_fieldset = True
    PARTS = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({name: forms.TextInput for name, _label, _width in self.PARTS}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, datetime.date) else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        invalid = (attrs or {}).get("aria-invalid") == "true"
        wrong = self.wrong_parts(value) if invalid else set()
        for number, box in enumerate(context["widget"]["subwidgets"]):
            _name, box["label"], box["width"] = self.PARTS[number]
            box["wrong"] = number in wrong
        return context

    def wrong_parts(self, value: Any) -> set[int]:
        """Which boxes to mark in an invalid date: the empty ones, or all when it is wrong as a whole."""
        typed = value if isinstance(value, list | tuple) else self.decompress(value)
        empty = {number for number, part in enumerate(typed) if not str(part or "").strip()}
        return empty or {0, 1, 2}

    def id_for_label(self, id_: str) -> str:
        return ""

    def error_target(self, id_: str, value: Any) -> str:
        """The box where a link from the error summary lands."""
        return f"{id_}_{min(self.wrong_parts(value))}"


class DateField(forms.MultiValueField):
    """A date typed in three boxes; `what` names it in messages, as in "The release date must include a month"."""

    widget = DateWidget

    def __init__(self, *, what: Any = None, **kwargs: Any) -> None:
        self.what = what or _("date")
        boxes = [forms.CharField(required=False) for _part in DateWidget.PARTS]
        super().__init__(boxes, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        day, month, year = (str(part or "").strip() for part in (value or ["", "", ""]))
        missing = [name for name, part in ((_("day"), day), (_("month"), month), (_("year"), year)) if not part]
        if len(missing) == 3:
            if self.required:
                raise ValidationError(_("Enter the %(what)s"), code="required", params={"what": self.what})
            return None
        if missing:
            parts = str(_(" and a ")).join(str(name) for name in missing)
            message = _("The %(what)s must include a %(parts)s")
            raise ValidationError(message, code="incomplete", params={"what": self.what, "parts": parts})
        date = self._real_date(day, month, year)
        self.run_validators(date)
        return date

    def _real_date(self, day: str, month: str, year: str) -> datetime.date:
        try:
            date = datetime.date(int(year), int(month), int(day))
        except (ValueError, OverflowError):
            message = _("The %(what)s must be a real date")
            raise ValidationError(message, code="invalid", params={"what": self.what}) from None
        if len(year) != 4:
            message = _("The %(what)s must have a year of 4 numbers, for example 2026")
            raise ValidationError(message, code="short_year", params={"what": self.what})
        last = dates.today().year + YEARS_AHEAD
        if not FIRST_YEAR <= date.year <= last:
            message = _("The %(what)s must have a year from %(first)s to %(last)s")
            params = {"what": self.what, "first": FIRST_YEAR, "last": last}
            raise ValidationError(message, code="far_year", params=params)
        return date


class ClockField(forms.TimeField):
    """9:30, 9:30am, 2pm or 14:00."""

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%H:%M", "%I:%M%p", "%I%p", "%H.%M", "%I.%M%p"]
        super().__init__(input_formats=formats, widget=forms.TextInput, **kwargs)

    def to_python(self, value: Any) -> datetime.time | None:
        return super().to_python(value.replace(" ", "").upper() if isinstance(value, str) else value)


class Form(forms.Form):
    """The base of every form: widgets get their look here, and mistakes are told by us, not by the browser."""

    use_required_attribute = False
    # How many characters a box is about wide, by field: {"crn": 10}. GOV.UK knows 2, 3, 4, 5, 10, 20 and 30.
    widths: ClassVar[Mapping[str, int]] = {}
    # Radios that stand side by side: only for two or three short answers.
    inline: ClassVar[Sequence[str]] = ()
    # The field whose label is the page's h1, on a page that asks one thing.
    heading: ClassVar[str] = ""
    # Filters leave every box open: there "(optional)" would be noise.
    says_optional: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.redress()

    def redress(self) -> None:
        """Give every field its look; again after a form has made fields of its own."""
        for name, field in self.fields.items():
            dress(field.widget, self.widths.get(name))
            read_plainly(field)
            say_what_is_missing(field)
            say_what_is_too_long(field)
            if name in self.inline:
                field.widget.attrs["inline"] = True


def read_plainly(field: forms.Field) -> None:
    """Words are taken without the signs that nobody sees (mappa/plain.py); a form keeps showing what was typed."""
    if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
        as_typed = type(field).to_python
        setattr(field, "to_python", lambda value: _plain(as_typed(field, value)))  # noqa: B010  of this one field


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


def say_what_is_missing(field: forms.Field) -> None:
    """Where a form gives no words of its own for an empty answer, name the question instead of "this field"."""
    if field.error_messages.get("required") != forms.Field.default_error_messages["required"] or not field.label:
        return
    chosen = isinstance(field.widget, forms.RadioSelect | forms.Select | forms.CheckboxSelectMultiple)
    message = _("Select an answer to “%(label)s”") if chosen else _("Enter an answer to “%(label)s”")
    field.error_messages["required"] = str(message) % {"label": field.label}


def say_what_is_too_long(field: forms.Field) -> None:
    """How many characters may be typed and how many were, in the words of GOV.UK."""
    for validator in field.validators:
        if isinstance(validator, MaxLengthValidator):
            validator.message = _(
                "Enter at most %(limit_value)d characters. You have entered %(show_value)d. Nothing has been lost."
            )


# A page that asks: it is opened, and its answer is sent to it.
ANSWERS = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> Any:
    """What was sent, also when that is nothing; None on the first visit."""
    return request.POST if request.method == "POST" else None


def attempt(form: forms.BaseForm, action: Callable[..., object], /, **known: Any) -> bool:
    """Run an action with the form's answers and what is known; a refusal becomes the form's errors."""
    if not form.is_valid():
        return False
    try:
        action(**form.cleaned_data, **known)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    except IntegrityError:
        form.add_error(
            None,
            _(
                "This was already saved, perhaps by a second click or by a colleague. "
                "Nothing was saved twice. Open the page again to see it."
            ),
        )
        return False
    return True


def _read_again(form: forms.BaseForm, refusal: ValidationError) -> None:
    """What someone else saved meanwhile was told in the refusal: sending the form again means that it was read."""
    for error in refusal.error_list:
        if error.code == "stale" and error.params and "version" in form.fields:
            data = cast("QueryDict", form.data).copy()
            data[form.add_prefix("version")] = str(error.params["version"])
            form.data = data


def add_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Put a refusal beside the fields it names; what names no field of this form stands above them all."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        _read_again(form, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))
