"""What is asked about audits."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Membership
from mappa.forms import DateField, Form
from panels.forms.meetings import ChairField
from reviews.audit_trends import months_to
from reviews.auditing import possible_scores
from reviews.models import Audit
from reviews.models.audit import Kind

MONTHS_OFFERED = 12


class DrawForm(Form):
    """Of what and of which month a sample is drawn."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is audited?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose cases or meetings")},
    )
    month = forms.ChoiceField(label=gettext_lazy("Which month?"))

    def __init__(self, *args: Any, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = reversed(months_to(last, MONTHS_OFFERED))
        choices = [(f"{month:%Y-%m-%d}", dateformat.format(month, "F Y")) for month in months]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]

    def clean_month(self) -> date:
        return date.fromisoformat(self.cleaned_data["month"])


class AssignForm(Form):
    """Who audits it."""

    auditor = ChairField(
        label=gettext_lazy("Who audits it?"),
        empty_label=gettext_lazy("Choose an auditor"),
        error_messages={"required": gettext_lazy("Choose an auditor")},
    )

    def __init__(self, *args: Any, auditors: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["auditor"].show(auditors)  # type: ignore[attr-defined]


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=300)

    def __init__(self, *args: Any, label: str, missing: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].error_messages["required"] = missing


class OutcomeForm(Form):
    """What was done about a finding."""

    outcome = forms.CharField(
        label=gettext_lazy("What was done?"),
        help_text=gettext_lazy("Name nobody."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter what was done")},
    )


class FindingForm(Form):
    """What was found, and who does what about it by when."""

    words = forms.CharField(
        label=gettext_lazy("What did you find?"),
        help_text=gettext_lazy("Name nobody: board members read this and see no case."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Enter what you found")},
    )
    action = forms.CharField(
        label=gettext_lazy("What is to be done?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Enter what is to be done")},
    )
    owner = ChairField(
        label=gettext_lazy("Who does it?"),
        empty_label=gettext_lazy("Choose a person"),
        error_messages={"required": gettext_lazy("Choose who does it")},
    )
    due_on = DateField(label=gettext_lazy("By when?"), what=gettext_lazy("day by which it is done"))

    def __init__(self, *args: Any, staff: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].show(staff)  # type: ignore[attr-defined]


class WriteForm(Form):
    """The boxes of the form, each with its scale and room for words. Half-done is kept; what is sent is whole."""

    says_optional: ClassVar = False

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(audit.sample.form.questions.all())
        for question in self.questions:
            self.fields[f"score_{question.pk}"] = forms.ChoiceField(
                label=question.text,
                choices=list(possible_scores(question).items()),
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"words_{question.pk}"] = forms.CharField(
                label=_("Comment on “%s”") % question.text,
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                max_length=2000,
            )
        self.redress()

    @property
    def parts(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """The boxes under their headings: pairs of the score and its words."""
        found: dict[str, list[tuple[Any, Any]]] = {}
        for question in self.questions:
            pair = (self[f"score_{question.pk}"], self[f"words_{question.pk}"])
            found.setdefault(question.heading, []).append(pair)
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        """The answers by question, as the verb takes them."""
        found = super().clean() or {}
        scores = {
            question.pk: (found.get(f"score_{question.pk}", ""), found.get(f"words_{question.pk}", ""))
            for question in self.questions
        }
        return {"scores": scores}
