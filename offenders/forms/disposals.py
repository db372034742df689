"""What is asked about a sentence, order or caution, and how lengths are typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from offenders import lengths
from offenders.law.periods import Length
from offenders.models import Disposal

IMPOSED = ("kind", "imposed_on", "terms", "overlap", "extension", "discharge", "suspended", "ends_on")


class LengthTextField(forms.CharField):
    """A length in words; nothing typed is none."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._read(text) if text else Length()

    def prepare_value(self, value: Any) -> Any:
        return lengths.words(value) if isinstance(value, Length) else value

    def _read(self, text: str) -> Length:
        try:
            return lengths.read(text)
        except lengths.BadLengthError:
            message = _("Enter “%(typed)s” as years, months and days, for example 2 years 6 months")
            raise ValidationError(message, params={"typed": text[:40]}) from None


class TermsField(LengthTextField):
    """Several lengths, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> list[Length]:
        text = forms.CharField.clean(self, value)
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > lengths.MOST_TERMS:
            raise ValidationError(_("Enter at most %(most)s terms"), params={"most": lengths.MOST_TERMS})
        return [self._read(line) for line in lines]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(lengths.words(each) for each in value) if isinstance(value, list) else value


class ImposedForm(Form):
    """A sentence, order or caution."""

    kind = forms.ChoiceField(
        label=_("Sentence"),
        choices=[("", _("Choose a sentence")), *Disposal.Kind.choices],
        error_messages={"required": _("Choose the sentence"), "invalid_choice": _("Choose a sentence from the list")},
    )
    imposed_on = DateField(
        label=_("Date of the sentence"),
        what=_("date of the sentence"),
        required=False,
        help_text=_("Leave empty if it was the day of the conviction."),
    )
    terms = TermsField(
        label=_("Terms of imprisonment or detention"),
        help_text=_(
            "One a line, for example 2 years 6 months. Enter consecutive and partly concurrent terms each on its own "
            "line; of wholly concurrent terms, the longest. Terms for several Schedule 3 offences that are not wholly "
            "concurrent count together: enter all of them with one of the convictions (s.82(3))."
        ),
        required=False,
        max_length=1000,
    )
    overlap = LengthTextField(
        label=_("What runs together"),
        help_text=_("Only for partly concurrent terms: how long they run together, for example 3 months."),
        required=False,
        max_length=60,
    )
    extension = LengthTextField(
        label=_("Extension of the licence"),
        help_text=_("Only for an extended sentence. It counts towards the length (R v Wiles [2004] EWCA Crim 836)."),
        required=False,
        max_length=60,
    )
    discharge = LengthTextField(
        label=_("Period of the conditional discharge"),
        help_text=_("For example 12 months."),
        required=False,
        max_length=60,
    )
    suspended = forms.BooleanField(
        label=_("The sentence is suspended"),
        help_text=_("It counts as if it was not (Sentencing Act 2020 s.289)."),
        required=False,
    )
    ends_on = DateField(
        label=_("Date when the licence or order ends"),
        what=_("date when the licence or order ends"),
        required=False,
        help_text=_(
            "Leave empty while it has no end. A licence is recorded under Orders and licence: then its last day counts."
        ),
    )
    widths = {"overlap": 20, "extension": 20, "discharge": 20}


class DisposalForm(ImposedForm):
    """Another sentence or order for the same conviction."""


class ReplaceDisposalForm(ImposedForm):
    """A sentence that was recorded wrongly, or that a court varied."""

    widths = {**ImposedForm.widths, "replaced_court": 30}

    replaced_why = forms.ChoiceField(
        label=_("Why does it change?"),
        choices=Disposal.Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it changes")},
    )
    replaced_court = forms.CharField(
        label=_("Court that varied it"), help_text=_("Leave empty for a correction."), required=False, max_length=80
    )
    replacement_reason = forms.CharField(
        label=_("What was wrong, or what did the court decide?"),
        help_text=_("The row as it was stays on the page, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter why the sentence changes")},
    )
    field_order = ("replaced_why", "replaced_court", *IMPOSED, "replacement_reason")


class TermForm(Form):
    """One more consecutive term."""

    widths = {"length": 20}
    length = LengthTextField(
        label=_("How long is the term?"),
        help_text=_("For example 2 years 6 months. It is served after the terms that are recorded."),
        max_length=60,
        error_messages={"required": _("Enter the length of the term")},
    )
