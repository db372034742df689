"""What the pages about saved views, suspected duplicates and merging ask."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import Form
from offenders.summing_up import MERGED, STANDING, Question


class ViewNameForm(Form):
    """The name of a saved view."""

    widths = {"name": 30}

    name = forms.CharField(
        label=_("What do you want to call this view?"),
        help_text=_("For example “High risk, overdue”. Do not use the name of a person."),
        max_length=60,
        error_messages={"required": _("Enter a name for the view")},
    )


class DismissalForm(Form):
    """Two records are of two people."""

    reason = forms.CharField(
        label=_("How do you know that these are two people?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter why these are two people")},
    )


class OtherRecordForm(Form):
    """Which record is of the same person."""

    widths = {"reference": 20}

    reference = forms.CharField(
        label=_("Reference of the other record"),
        help_text=_("For example MA-7Q2F-K9XD. It stands at the top of every page about the person."),
        max_length=20,
        error_messages={"required": _("Enter the reference of the other record")},
    )


def _confirmation(token: str) -> forms.ChoiceField:
    """The list of people who will see more, confirmed as it was shown and no other."""
    return forms.ChoiceField(
        label=_("Who will see more"),
        choices=[(token, _("I confirm that these people may see the whole record from now on"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Confirm that these people may see the whole record from now on"),
            "invalid_choice": _("Who will see more has changed. Look at the list again and confirm it"),
        },
    )


class MergeForm(Form):
    """Which of two values stands, field by field, and why the two records are of one person."""

    reason = forms.CharField(
        label=_("How do you know that this is one person?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter how you know that this is one person")},
    )

    def __init__(
        self, *args: Any, questions: Sequence[Question], token: str, references: tuple[str, str], **kwargs: Any
    ) -> None:
        self.asked = questions
        super().__init__(*args, **kwargs)
        for question in questions:
            ours, theirs = references
            self.fields[f"choice_{question.name}"] = forms.ChoiceField(
                label=question.label,
                choices=[(STANDING, f"{question.standing} ({ours})"), (MERGED, f"{question.merged} ({theirs})")],
                initial=question.offered,
                widget=forms.RadioSelect,
            )
        if token:
            self.fields["confirmed"] = _confirmation(token)
        self.order_fields([name for name in self.fields if name != "reason"])
        self.redress()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        choices = {question.name: answers.pop(f"choice_{question.name}", "") for question in self.asked}
        return {"confirmed": "", **answers, "choices": choices}


class UnmergeForm(Form):
    """Why a merge is undone."""

    reason = forms.CharField(
        label=_("How do you know that these are two people?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter why the merge is undone")},
    )

    def __init__(self, *args: Any, token: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if token:
            self.fields["confirmed"] = _confirmation(token)
            self.redress()
