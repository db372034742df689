"""What is asked about serious further offences and their reviews."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Membership
from mappa.forms import DateField, Form
from panels.forms.meetings import ChairField
from reviews.models import ReportSection, ReviewFinding, SeriousCase


def long_text(label: Any, missing: Any = "", *, help_text: Any = "", required: bool = True) -> forms.CharField:
    """A text of several lines."""
    errors = {"required": missing} if missing else {}
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=10000,
        required=required,
        error_messages=errors,
    )


class ChargeForm(Form):
    """With what somebody is charged, and what happened."""

    offence = forms.ChoiceField(
        label=_("With what is the person charged?"),
        choices=SeriousCase.Offence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the offence")},
    )
    offence_words = forms.CharField(label=_("Which other serious offence?"), max_length=120, required=False)
    committed_on = DateField(label=_("When was it committed?"), what=_("day of the offence"))
    charged_on = DateField(label=_("When was the person charged?"), what=_("day of the charge"))
    notice = long_text(
        _("What happened?"),
        _("Enter what happened"),
        help_text=_("For the board, which sees no case: name nobody, neither the person nor a victim."),
    )


class DecideForm(Form):
    """Does the board review it, and why?"""

    review = forms.TypedChoiceField(
        label=_("Does the board review this case?"),
        coerce=lambda answer: answer == "yes",
        choices=[("yes", _("Yes, it is reviewed")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the case is reviewed")},
    )
    reasons = long_text(_("The board’s reasons"), _("Enter the board’s reasons"))


class TermsForm(Form):
    """What the review asks, who leads and who observes it."""

    terms = long_text(_("Terms of reference"), required=False)
    reviewer = forms.CharField(
        label=_("Lead reviewer"),
        help_text=_("Name and organisation. A reviewer from outside has had no part in the case."),
        max_length=120,
        required=False,
    )
    adviser = ChairField(label=_("Which lay adviser observes it?"), empty_label=_("Nobody yet"), required=False)
    for_adviser = long_text(
        _("What the lay adviser reads"),
        help_text=_(
            "He reads this and nothing else of the review: name nobody, and nothing by which somebody is known."
        ),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, advisers: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["adviser"].show(advisers)  # type: ignore[attr-defined]


class ChronologyForm(Form):
    """Of which time the chronology is drawn."""

    since = DateField(label=_("From"), what=_("first day"))
    until = DateField(label=_("To"), what=_("last day"))


class ReportForm(Form):
    """The sections of the report."""

    says_optional: ClassVar = False
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for heading, label in ReportSection.Heading.choices:
            self.fields[heading] = long_text(label, required=False)
        self.redress()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        texts = {heading: found.get(heading, "") for heading in ReportSection.Heading.values}
        return {"texts": texts, "version": found.get("version")}


class ReviewFindingForm(Form):
    """What the review found."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=ReviewFinding.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is")},
    )
    words = long_text(_("What did the review find?"), _("Enter what the review found"), help_text=_("Name nobody."))


class RecommendationForm(Form):
    """What is to be done, how, by whom and by when."""

    words = forms.CharField(
        label=_("What is recommended?"),
        help_text=_("Name nobody."),
        max_length=300,
        error_messages={"required": _("Enter what is recommended")},
    )
    how = long_text(_("How?"), required=False)
    owner = ChairField(
        label=_("Who does it?"),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose who does it")},
    )
    due_on = DateField(label=_("By when?"), what=_("day by which it is done"))

    def __init__(self, *args: Any, staff: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].show(staff)  # type: ignore[attr-defined]


class PublishForm(Form):
    """Which words are published."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ProposeForm(PublishForm):
    """What the board is asked to publish."""

    proposed_words = long_text(
        _("What is to be published?"),
        _("Enter what is to be published"),
        help_text=_("Everyone who opens the board’s pages reads it. Nobody may be recognised by it."),
    )


def initial_days(serious: SeriousCase) -> dict[str, date]:
    """The year before the offence, up to the charge: where a chronology usually begins."""
    day = serious.committed_on
    return {"since": day.replace(year=day.year - 1, day=min(day.day, 28)), "until": serious.charged_on}
