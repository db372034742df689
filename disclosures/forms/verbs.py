"""What is asked of a record that exists: to authorise it, to say that they were told, to look at it again, to correct it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from disclosures.forms.steps import yes_no
from disclosures.models import Disclosure
from mappa.forms import DateField, Form
from offenders.forms.orders import radios, words_field


class AnswerForm(Form):
    """Authorise what somebody else decided, or refuse to. This one is about a decision not to disclose."""

    inline: ClassVar[Sequence[str]] = ("outcome",)

    outcome = radios(
        _("Do you authorise the decision?"),
        [("authorised", _("Authorise it")), ("refused", _("Do not authorise it"))],
        required=_("Choose whether you authorise it"),
    )
    authorised_on = DateField(
        label=_("When did you decide?"),
        help_text=_("An earlier day where you said so in an emergency, and it is recorded now."),
        what=_("day of the authorisation"),
    )
    authorised_reasons = words_field(_("What are your reasons?"))


class AuthoriseForm(AnswerForm):
    """The same about a decision to disclose: with conditions and the undertaking."""

    inline: ClassVar[Sequence[str]] = ("outcome", "needs_undertaking")

    conditions = words_field(
        _("On which conditions?"),
        hint=_("For example, that they tell nobody else. They are part of the letter."),
        required=False,
    )
    needs_undertaking = yes_no(
        _("Must they sign an undertaking of confidentiality first?"),
        hint=_("It is the norm."),
        required=_("Say whether they must sign an undertaking"),
    )
    no_undertaking_because = words_field(
        _("If no, why not?"), hint=_("For example, where the public is told."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Nobody signs what nobody is told.
        self.fields["needs_undertaking"].required = self.data.get("outcome") != Disclosure.Outcome.REFUSED

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        authorises = answers.get("outcome") == Disclosure.Outcome.AUTHORISED
        if authorises and answers.get("needs_undertaking") is False and not answers.get("no_undertaking_because"):
            self.add_error("no_undertaking_because", _("Enter why no undertaking is needed"))
        return answers


class DeliverForm(Form):
    """That they were told."""

    inline = ("person_told",)
    widths = {"delivered_by": 30}

    delivered_on = DateField(label=_("When were they told?"), what=_("day when they were told"))
    delivered_how = radios(_("How?"), Disclosure.Method.choices, required=_("Choose how they were told"))
    delivered_by = forms.CharField(
        label=_("By whom?"), help_text=_("Each name with its agency, where several told them."), max_length=200
    )
    undertaking_on = DateField(
        label=_("When did they sign the undertaking?"), what=_("day of the undertaking"), required=False
    )
    person_told = yes_no(
        _("Was the person told of the disclosure?"),
        hint=_("The person is told, unless that raises the risk or obstructs an investigation."),
        required=_("Say whether the person was told"),
    )
    person_told_words = words_field(_("When and by whom, or why not?"))

    def __init__(self, *args: Any, disclosure: Disclosure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = self.fields["undertaking_on"]
        if disclosure.needs_undertaking:
            signed.required = True
            signed.help_text = _("On or before the day when they are told.")
        else:
            signed.help_text = _("None was asked for: %s") % disclosure.no_undertaking_because


class ReviewForm(Form):
    """A decision looked at again."""

    reviewed_on = DateField(label=_("When was it looked at?"), what=_("day of the review"))
    found = words_field(
        _("What was found?"),
        hint=_("Whether the risk, the recipient or the person’s place changed. Another decision is another record."),
    )
    next_on = DateField(
        label=_("When is it looked at next?"),
        help_text=_("Leave empty when nothing is left to look at."),
        what=_("day of the next review"),
        required=False,
    )


class CorrectForm(Form):
    """Why a record is written again."""

    reason = words_field(
        _("What is corrected, and why?"),
        hint=_("The record stays as it is, and says which later one stands in its place."),
    )
