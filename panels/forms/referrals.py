"""The questions of a referral, one page each; what its manager and co-ordination are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from disclosures.forms.steps import yes_no
from mappa.forms import DateField, Form
from offenders.forms.orders import radios, words_field
from offenders.models import Offender
from panels.models import Referral

Choice = tuple[str, str]


@dataclass(frozen=True)
class Facts:
    """What the record and earlier pages say that the questions depend on."""

    levels: Sequence[Choice] = ()
    agencies: Sequence[Choice] = ()
    # Neither the risk nor an earlier level 3 opens level 2: only exceptional need does.
    asks_exceptional: bool = False
    asks_senior: bool = False
    is_returned: bool = False


class Question(Form):
    """One page. `title` is its question; `known` the part of the record that is shown above it."""

    title: ClassVar[Any] = ""
    intro: ClassVar[Any] = ""
    known: ClassVar[str] = ""

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.facts = facts

    @classmethod
    def is_asked(cls, facts: Facts) -> bool:
        return True


class PersonQuestion(Question):
    title = _("Is what the record says about the person right?")
    intro = _("This goes with the referral. What is wrong or missing is put right in the record, and not here.")
    known = "person"

    checked = forms.BooleanField(
        label=_("I have read this, and put right what I could"),
        error_messages={"required": _("Read what the record says, then tick that you have")},
    )
    person_words = words_field(
        _("What else must be minded in how the person is worked with?"),
        hint=_("For example language, health, disability, faith, or who cares for the person."),
        required=False,
    )


class OffenceQuestion(Question):
    title = _("What has the person done?")
    known = "offence"

    offence_words = words_field(
        _("What happened, and what is the pattern?"),
        hint=_("In a few sentences of your own: how it was done, against whom, and what led to it. Name no victim."),
        rows=6,
    )


class RiskQuestion(Question):
    title = _("What is the risk?")
    known = "risk"

    risk_words = words_field(
        _("What may happen, to whom and how soon?"),
        hint=_("And what makes it more likely, or less."),
        rows=6,
    )


class VictimsQuestion(Question):
    title = _("How were victims considered?")

    victim_words = words_field(
        _("What do victims and people at risk need?"),
        hint=_("Everyone who sees the case reads this. Name no victim: write “the victim”."),
    )


class AgenciesQuestion(Question):
    title = _("Which agencies must be at the table?")
    intro = _("Nobody is invited by this: co-ordination invites when a meeting is arranged.")
    known = "agencies"

    agencies = forms.TypedMultipleChoiceField(
        label=_("Agencies"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the agencies that must be at the table")},
    )
    agencies_words = words_field(_("What is each of them needed for?"), rows=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].choices = list(self.facts.agencies)  # type: ignore[attr-defined]


class LevelQuestion(Question):
    title = _("Which level do you ask for?")
    known = "level"

    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose level 2 or level 3")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = list(self.facts.levels)  # type: ignore[attr-defined]


class ReasonQuestion(Question):
    title = _("Why now?")

    reason = forms.CharField(
        label=_("What has changed, and what follows if nothing is done?"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Enter why this case needs a higher level")},
    )


class UrgencyQuestion(Question):
    title = _("Can it wait for the usual screening?")
    says_optional = False

    urgent = yes_no(_("Is it urgent?"), required=_("Say whether it is urgent"))
    urgent_reason = words_field(
        _("If it is urgent: why can it not wait?"),
        hint=_("What may happen before the usual day, and what is done about it meanwhile."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("urgent") and not answers.get("urgent_reason"):
            self.add_error("urgent_reason", _("Enter why it cannot wait"))
        return answers if answers.get("urgent") else answers | {"urgent_reason": ""}


class AddedValueQuestion(Question):
    title = _("What would formal meetings add?")
    known = "level"

    added_value = forms.CharField(
        label=_("What can the lead agency not do without them?"),
        help_text=_("Which agencies must act together, on what. Manage at the lowest level that holds."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Enter what formal multi-agency meetings would add")},
    )


class CoordinationQuestion(Question):
    title = _("Must other agencies exceptionally be co-ordinated?")
    intro = _(
        "The risk is not assessed as high or very high, and the case was not at level 3 before. Level 2 is then open only "
        "where other agencies must be actively involved and co-ordinated. If an assessment is missing or out of date, "
        "assess the risk first."
    )
    known = "level"
    says_optional = False

    exceptional = yes_no(
        _("Is there an exceptional need to co-ordinate others?"), required=_("Say whether there is such a need")
    )
    exceptional_words = words_field(_("If there is: what is exceptional?"), required=False)

    @classmethod
    def is_asked(cls, facts: Facts) -> bool:
        return facts.asks_exceptional

    def clean(self) -> dict[str, Any]:
        return _needs_words(self, super().clean() or {}, "exceptional", _("Enter what is exceptional"))


class SeniorQuestion(Question):
    title = _("Why must senior people be at the table?")
    intro = _("For example, significant resources at short notice, or strong media or public interest.")
    known = "level"
    says_optional = False

    senior_needed = yes_no(
        _("Must senior people be at the table?"), required=_("Say whether senior people must be at the table")
    )
    senior_words = words_field(_("If they must: what for?"), required=False)

    @classmethod
    def is_asked(cls, facts: Facts) -> bool:
        return facts.asks_senior

    def clean(self) -> dict[str, Any]:
        words = _("Enter what senior people are needed for")
        return _needs_words(self, super().clean() or {}, "senior_needed", words, name="senior_words")


class AnswersQuestion(Question):
    title = _("What do you answer to the questions?")

    answer_words = words_field(_("Your answer"), hint=_("Change the other pages too where they need it."), rows=6)

    @classmethod
    def is_asked(cls, facts: Facts) -> bool:
        return facts.is_returned


def _needs_words(form: Form, answers: dict[str, Any], said: str, words: Any, *, name: str = "") -> dict[str, Any]:
    name = name or f"{said}_words"
    if answers.get(said) and not answers.get(name) and name not in form.errors:
        form.add_error(name, words)
    return answers


# By the last part of a page's address.
QUESTIONS: dict[str, type[Question]] = {
    "person": PersonQuestion,
    "offence": OffenceQuestion,
    "risk": RiskQuestion,
    "victims": VictimsQuestion,
    "agencies": AgenciesQuestion,
    "level": LevelQuestion,
    "reason": ReasonQuestion,
    "urgency": UrgencyQuestion,
    "added-value": AddedValueQuestion,
    "co-ordination": CoordinationQuestion,
    "senior": SeniorQuestion,
    "answer": AnswersQuestion,
}
# The sections of the task list, and their pages. The last one, the manager's agreement, is no question.
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("The person"), ("person",)),
    (_("Offence and category"), ("offence",)),
    (_("Risk"), ("risk", "victims")),
    (_("Agencies"), ("agencies",)),
    (
        _("Why level 2 or 3"),
        ("level", "reason", "urgency", "added-value", "co-ordination", "senior", "answer"),
    ),
)


class OnBehalfForm(Form):
    """In whose name a referral is made, for whoever works for several agencies of the case."""

    agency = forms.ModelChoiceField(
        label=_("Which agency refers?"),
        queryset=Agency.objects.none(),
        error_messages={"required": _("Choose the agency that refers")},
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(agencies) < 2:
            del self.fields["agency"]
            return
        field: Any = self.fields["agency"]
        field.queryset = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])


class ManagerForm(Form):
    """Who is asked to agree."""

    manager = forms.ModelChoiceField(
        label=_("Which manager do you ask?"),
        help_text=_("Of your agency, at manager rank, who sees the case and wrote nothing of this referral."),
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the manager whom you ask")},
    )

    def __init__(self, *args: Any, managers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["manager"]
        field.queryset = User.objects.filter(pk__in=[one.pk for one in managers]).order_by("name", "pk")
        field.label_from_instance = lambda one: one.name


class AgreeForm(Form):
    """That a manager agrees to exactly what the page shows."""

    agreed = forms.BooleanField(
        label=_("I have read this referral and agree that it is sent"),
        error_messages={"required": _("Read the referral, then tick that you agree; or send it back")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found.pop("agreed", None)
        return found


class WordsForm(Form):
    """What must be said with it, in a few lines."""

    words = words_field("")

    def __init__(self, *args: Any, label: Any, hint: Any = "", missing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        field.label, field.help_text = label, hint
        field.error_messages["required"] = missing


class AnswerForm(Form):
    """Co-ordination's answer to a referral."""

    answer = radios(_("What do you decide?"), (), required=_("Choose what you decide"))
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Whoever referred the case reads this. When you return it, write your questions here."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Enter the reason for your decision")},
    )
    next_review_on = DateField(
        label=_("Date of the next review"),
        what=_("review date"),
        help_text=_("Only when you accept. Leave empty for the last day that the standard allows."),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = referral.offender
        accept = [
            (str(level), _("Accept at level %s") % level)
            for level in (Offender.Level.ACTIVE.value, Offender.Level.ENHANCED.value)
            if case.can_be_referred_to(level)
        ]
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            *accept,
            (Referral.Outcome.KEPT.value, _("Keep at level %s") % case.level),
            (Referral.Outcome.RETURNED.value, _("Return with questions")),
            (Referral.Outcome.DECLINED.value, _("Decline: it is not one for these arrangements")),
        ]

    def clean(self) -> dict[str, Any]:
        """What `decide_referral` asks for: the outcome, and the level when it is accepted."""
        found = super().clean() or {}
        answer = str(found.pop("answer", ""))
        level = int(answer) if answer.isdigit() else None
        outcome = Referral.Outcome.ACCEPTED.value if level else answer
        return found | {"outcome": outcome, "level": level}
