"""What the pages of holds, disposals and requests of the person ask."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assurance.models import AccessRequest, PackDecision, RecordDisposal
from mappa.forms import DateField, Form
from offenders.models import Dispute, LegalHold


def why_field(label: Any, *, help_text: Any = "", most: int = 300, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter the reason")},
    )


class HoldForm(Form):
    """Why a record is held whole."""

    ground = forms.ChoiceField(
        label=_("What asks for it?"),
        choices=[choice for choice in LegalHold.Ground.choices if choice[0] != LegalHold.Ground.REVIEW],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what asks for the hold")},
    )
    reason = why_field(
        _("Why?"),
        most=160,
        help_text=_(
            "For example, the name of the inquiry and its instruction. Everyone who sees the case can read it."
        ),
    )


class CaseField(forms.CharField):
    """A record, by its reference alone."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Reference of the record"),
            help_text=_("It reads like MA-2B3C-4D5E."),
            max_length=12,
            error_messages={"required": _("Enter the reference of the record")},
        )


class NamedHoldForm(HoldForm):
    """The same, of a record that whoever asks does not see."""

    widths: ClassVar = {"case": 20}
    field_order = ("case", "ground", "reason")

    case = CaseField()


class LiftForm(Form):
    """Why a hold is lifted."""

    reason = why_field(
        _("Why is the hold lifted?"), most=160, help_text=_("For example, that the inquiry has reported.")
    )


def yes_or_no(label: Any, *, yes: Any, no: Any, missing: Any) -> forms.TypedChoiceField:
    """A question of two answers, of which one must be chosen; True for the first."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class ProposeForm(Form):
    """Which record shall go, and why."""

    widths: ClassVar = {"case": 20}

    case = CaseField()
    ground = forms.ChoiceField(
        label=_("Why may it go?"),
        choices=RecordDisposal.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select why it may go")},
    )
    reason = why_field(
        _("Reason"),
        help_text=_(
            "It is kept with the certificate when the record is gone. Write no name, date of birth or address."
        ),
    )


class DecideForm(Form):
    """Whether a proposed disposal is approved."""

    inline = ("approve",)

    approve = yes_or_no(
        _("Do you approve the disposal?"), yes=_("Approve"), no=_("Refuse"), missing=_("Select whether you approve it")
    )
    reason = why_field(_("If you refuse, why?"), required=False)


class RequestForm(Form):
    """Who asks for the record, and when that came."""

    asker = forms.ChoiceField(
        label=_("Who asks?"),
        choices=AccessRequest.Asker.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select who asks")},
    )
    identity = why_field(
        _("How was it checked who asks?"),
        help_text=_(
            "For example: passport seen on 3 March by the offender manager. For others, the authority to act too."
        ),
    )
    wanted = why_field(_("What is asked for?"), most=1000, required=False, help_text=_("Leave empty for everything."))
    received_on = DateField(label=_("When was it received?"), what=_("day it was received"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identity"].error_messages["required"] = _("Enter how it was checked who asks")


class ExtendForm(Form):
    """Why a request takes longer."""

    reason = why_field(
        _("Why does it take longer?"),
        help_text=_("Only where it is complex, or one of many. Tell the person why within the first month."),
    )


class CheckForm(Form):
    """Whether a second person agrees to every decision."""

    inline = ("agree",)

    agree = yes_or_no(
        _("Do you agree to every decision?"),
        yes=_("Yes"),
        no=_("No, send it back"),
        missing=_("Select whether you agree"),
    )
    reason = why_field(_("If not, what must be decided again?"), required=False)


class AnswerForm(Form):
    """How a request was answered."""

    given = yes_or_no(
        _("How is it answered?"),
        yes=_("The pack was handed over"),
        no=_("It is refused"),
        missing=_("Select how it is answered"),
    )
    answer = why_field(
        _("How was it handed over, or why is it refused?"),
        help_text=_("A refusal is told to the person, with how to complain to the Information Commissioner."),
    )


def _lines(text: str) -> str:
    """What a row says, a line for each thing."""
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in text.splitlines()))


class RowsForm(Form):
    """Of each row of a kind, whether it is given. What is read is sent back by its digest."""

    def __init__(
        self, *args: Any, entries: Sequence[Any], decided: Mapping[int, str], default: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        exemptions = PackDecision.Exemption.choices
        for number, entry in enumerate(entries, 1):
            self.fields[f"row-{entry.row}"] = forms.ChoiceField(
                label=_("%(number)s. Give it?") % {"number": number},
                help_text=_lines(entry.text) or _("An entry without words"),
                choices=[("", _("Choose")), ("give", _("Give")), *exemptions],
                initial=decided.get(entry.row, default),
                error_messages={"required": _("Choose whether entry %s is given") % number},
            )
            self.fields[f"read-{entry.row}"] = forms.CharField(widget=forms.HiddenInput, initial=entry.digest)
        self.redress()

    def clean(self) -> dict[str, Any]:
        """By row: the digest of what was read, and the exemption."""
        found = super().clean() or {}
        answers = {
            entry.row: (
                found[f"read-{entry.row}"],
                "" if found[f"row-{entry.row}"] == "give" else found[f"row-{entry.row}"],
            )
            for entry in self.entries
            if f"row-{entry.row}" in found and f"read-{entry.row}" in found
        }
        return {"decisions": answers}


class DisputeForm(Form):
    """What the person says is wrong."""

    page = forms.ChoiceField(
        label=_("Where does the fact stand?"),
        choices=Dispute.Page.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select where the fact stands")},
    )
    fact = forms.CharField(
        label=_("Which fact?"),
        help_text=_("In a few words. It is shown on every page of the person. Do not name a victim or an informant."),
        max_length=160,
        error_messages={"required": _("Enter which fact is disputed")},
    )
    claim = why_field(_("What does the person say is right?"), most=1000)
    evidence = why_field(_("What shows it?"), required=False)
    received_on = DateField(label=_("When was it received?"), what=_("day it was received"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claim"].error_messages["required"] = _("Enter what the person says is right")


class DecideDisputeForm(Form):
    """Whether it was wrong."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        choices=Dispute.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what you found")},
    )
    reasons = why_field(
        _("Reasons"),
        most=1000,
        help_text=_("They are told to the person, with how to complain to the Information Commissioner."),
    )
