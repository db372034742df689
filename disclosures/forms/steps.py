"""The questions of a record of disclosure, one page each, in the order in which people think."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from disclosures.models import AGAINST_PRESUMPTION, IS_ONE, OF_ONE, Disclosure, DisclosureDecision, Recipient
from mappa.forms import DateField, Form
from offenders.forms.orders import radios, words_field
from offenders.law.disclosure import ChildDisclosure

YES_NO = (("yes", _("Yes")), ("no", _("No")))


def yes_no(label: Any, *, hint: Any = "", required: Any) -> forms.TypedChoiceField:
    """Yes or no, which must be said."""
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        choices=YES_NO,
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": required},
    )


@dataclass(frozen=True)
class Facts:
    """What earlier pages said that later ones depend on."""

    somebody: bool = True
    law: ChildDisclosure | None = None


class Step(Form):
    """One page. `title` is its question; `of_somebody` where it is asked only about somebody in particular."""

    title: ClassVar[Any] = ""
    intro: ClassVar[Any] = ""
    of_somebody: ClassVar[bool] = False

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts


class RiskStep(Step):
    title = _("What risk, and to whom?")

    risk = words_field(_("What is the risk?"), hint=_("What may happen, how likely it is and how soon."))
    at_risk = words_field(_("Who is at risk?"), hint=_("Everyone who sees the case reads this. Name no victim."))


class RecipientStep(Step):
    title = _("Who might be told?")
    intro = _("The person who can best protect whoever is at risk, and who is not always the one who asked.")
    widths = {"recipient_name": 30, "recipient_role": 30, "recipient_organisation": 30}
    # What may be left empty depends on the first answer, and is said there.
    says_optional = False

    recipient = radios(
        _("What are they?"), Recipient.choices, hint=_("Choose one."), required=_("Choose who might be told")
    )
    recipient_name = forms.CharField(
        label=_("What is their name?"),
        help_text=_(
            "For a victim write “the victim” and no name, which is with victim liaison. For the public, say which public."
        ),
        max_length=120,
        required=False,
    )
    recipient_role = forms.CharField(
        label=_("What is their role?"),
        help_text=_(
            "For example, head teacher, or what they are to the person. Of a victim, the reference that victim liaison gives."
        ),
        max_length=80,
        required=False,
    )
    recipient_organisation = forms.CharField(label=_("Which organisation, if any?"), max_length=120, required=False)
    recipient_address = words_field(
        _("What is their address?"), hint=_("Not for a victim or the public."), rows=3, required=False
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("recipient"):
            for name, words in Disclosure(**answers).wrong_recipient().items():
                if name not in self.errors:
                    self.add_error(name, str(words))
        return answers


class InformationStep(Step):
    title = _("What exactly would they be told?")
    of_somebody = True

    information = words_field(
        _("What is the exact information?"),
        hint=_("Word for word, and no more than they need: only this may be told. Name no victim."),
        rows=8,
    )


class NecessityStep(Step):
    title = _("Is it necessary?")

    necessity = words_field(
        _("Why is it, or is it not, necessary to protect the public?"),
        hint=_("What they could do with it that nobody else can do. What may happen without it."),
        rows=6,
    )


class ProportionalityStep(Step):
    title = _("Is it proportionate?")

    proportionality = words_field(_("Why is it, or is it not, proportionate to the risk?"), rows=6)
    harm = words_field(
        _("What harm could the disclosure itself do, and how likely is that?"),
        hint=_(
            "To the person, the family or the victim: for example attacks, loss of home or work, or going out of sight."
        ),
    )

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, facts=facts, **kwargs)
        self.fields["harm"].required = facts.somebody


class AlternativesStep(Step):
    title = _("Is there another way?")
    of_somebody = True

    self_disclosure = words_field(_("Could the person tell them, with an official present?"))
    joint = words_field(_("Should agencies tell them together?"), hint=_("For example, police with probation."))
    other_ways = words_field(_("Which other ways were considered?"), required=False)


class RepresentationsStep(Step):
    title = _("What does the person say?")
    intro = _("Asking the person first is the norm. Not to ask needs a reason: that it is not possible, or not safe.")
    of_somebody = True
    says_optional = False
    inline = ("representations_sought",)

    representations_sought = yes_no(
        _("Were the person’s representations sought?"), required=_("Say whether representations were sought")
    )
    representations = words_field(
        _("If yes, what were they?"), hint=_("Or that the person said nothing."), required=False
    )
    not_sought_because = words_field(_("If no, why not?"), required=False)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        sought = answers.get("representations_sought")
        if sought and not answers.get("representations"):
            self.add_error("representations", _("Enter what the person said, or that the person said nothing"))
        if sought is False and not answers.get("not_sought_because"):
            self.add_error("not_sought_because", _("Enter why representations were not sought"))
        return answers


class VictimStep(Step):
    title = _("What does it mean for the victim?")

    victim = words_field(
        _("How was the victim considered?"),
        hint=_("What victim liaison says, and whether telling could identify or upset the victim. Name no victim."),
    )


class ChildrenQuestions(Form):
    """What the law asks about children. Asked of a record, and at a meeting."""

    law_in_words: ClassVar[Any] = _(
        "In each case of a child sex offender, disclosure must be considered; where there is a risk of serious harm to "
        "children and telling is necessary to protect them, it is presumed (Criminal Justice Act 2003 s.327A)."
    )
    inline: ClassVar[Sequence[str]] = (
        "child_sex_offender",
        "serious_harm_to_children",
        "necessary_for_children",
        "asked_for",
    )

    child_sex_offender = yes_no(_("Is the person a child sex offender?"), required=IS_ONE["child_sex_offender"])
    serious_harm_to_children = yes_no(
        _("Is there reasonable cause to believe that the person risks causing serious harm to children?"),
        hint=_("Particular children, or children of a particular description, in this or any area."),
        required=OF_ONE["serious_harm_to_children"],
    )
    necessary_for_children = yes_no(
        _("Is telling somebody necessary to protect them?"),
        required=OF_ONE["necessary_for_children"],
    )
    asked_for = yes_no(
        _("Did somebody ask to be told?"),
        hint=_("The presumption does not depend on it."),
        required=OF_ONE["asked_for"],
    )


class ChildrenStep(Step, ChildrenQuestions):
    title = _("Are children at risk?")
    intro = ChildrenQuestions.law_in_words


def why_against(hint: Any) -> forms.CharField:
    """Why a "no" stands although the law presumes a "yes"."""
    return words_field(
        _("If it is presumed and you decide not to disclose: why does the presumption not hold here?"),
        hint=hint,
        required=False,
    )


class DecisionStep(Step):
    title = _("What is the decision?")
    inline = ("decision",)
    says_optional = False

    decision = radios(
        _("What is decided?"), DisclosureDecision.Decision.choices, required=_("Choose whether to disclose")
    )
    reasons = words_field(
        _("What are the reasons, for and against?"),
        hint=_("Everyone who sees the case reads this in the log. Name no victim."),
        rows=6,
    )
    against_presumption = why_against(_("The page says above whether disclosure is presumed by your answers."))
    tell_by = DateField(
        label=_("If it is to be disclosed: by when?"),
        help_text=_("In an emergency, today."),
        what=_("day by which they are to be told"),
        required=False,
    )
    review_on = DateField(label=_("When is the decision looked at again?"), what=_("day of the review"))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        decision = answers.get("decision")
        if decision == DisclosureDecision.Decision.YES and not answers.get("tell_by") and "tell_by" not in self.errors:
            self.add_error("tell_by", _("Enter the day by which they are to be told"))
        if decision == DisclosureDecision.Decision.NO:
            if answers.get("tell_by"):
                self.add_error("tell_by", _("Leave this empty: nobody is to be told"))
            if self.facts.law and self.facts.law.presumption and not answers.get("against_presumption"):
                self.add_error("against_presumption", str(AGAINST_PRESUMPTION))
        return answers


# By the last part of a page's address.
STEPS: dict[str, type[Step]] = {
    "risk": RiskStep,
    "recipient": RecipientStep,
    "information": InformationStep,
    "necessity": NecessityStep,
    "proportionality": ProportionalityStep,
    "alternatives": AlternativesStep,
    "representations": RepresentationsStep,
    "victim": VictimStep,
    "children": ChildrenStep,
    "decision": DecisionStep,
}
