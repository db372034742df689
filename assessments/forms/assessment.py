"""What the pages of risk ask."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import COMMUNITY, CUSTODY, GROUPS, WORDS, Assessment
from mappa import dates
from mappa.forms import DateField, Form
from offenders.forms.orders import NAME_NO_VICTIM, radios, words_field
from offenders.models import Offender

# The definitions of risk of serious harm, paraphrased from the sources of domain.md 5.1.
DEFINITIONS = [
    (
        "L",
        _(
            "Current evidence does not indicate a likelihood of causing serious harm. There is no such thing as no risk."
        ),
    ),
    (
        "M",
        _(
            "There are identifiable indicators of risk of serious harm. The person could cause it, but is unlikely to "
            "unless circumstances change: medication, accommodation, a relationship, drugs or alcohol."
        ),
    ),
    (
        "H",
        _(
            "There are identifiable indicators of risk of serious harm. The potential event could happen at any time "
            "and the impact would be serious."
        ),
    ),
    (
        "VH",
        _(
            "There is an imminent risk of serious harm. The potential event is more likely than not to happen "
            "imminently and the impact would be serious."
        ),
    ),
]


# What nobody knows is an answer too, and not the lowest level.
UNKNOWN = "unknown"
LEVELS = [*Offender.Rosh.choices, (UNKNOWN, _("Not known"))]
HINTS = {
    "who_is_at_risk": _("Groups, or people by their part in the person’s life. Name no victim: write “the victim”."),
    "nature_of_risk": _("What could happen, how, and how serious it would be. Name no victim."),
    "risk_imminence": _("How soon, and in which circumstances. Name no victim."),
    "risk_increase_factors": _("Triggers and circumstances that raise the risk. Name no victim."),
    "risk_mitigation_factors": _("What protects: strengths, people, measures that work. Name no victim."),
}


def _level(value: str) -> int | None:
    return None if value == UNKNOWN else int(value)


def _risk_to(group: str) -> Any:
    return forms.TypedChoiceField(
        label=format_lazy(_("Risk to: {group}"), group=GROUPS[group]),
        choices=LEVELS,
        coerce=_level,
        widget=forms.RadioSelect,
        error_messages={"required": format_lazy(_("Choose the level of risk to: {group}"), group=GROUPS[group])},
    )


def _custody_risk_to(group: str) -> Any:
    return forms.TypedChoiceField(
        label=format_lazy(_("Risk in custody to: {group}"), group=GROUPS[group]),
        choices=LEVELS,
        coerce=_level,
        widget=forms.RadioSelect,
        error_messages={
            "required": format_lazy(_("Choose the level of risk in custody to: {group}"), group=GROUPS[group])
        },
    )


class AssessmentForm(Form):
    """Risk of serious harm to each group in the community and in custody, and of what nature.

    Of a review it begins with what the last assessment said, and asks besides what changed.
    """

    inline = (*COMMUNITY, *CUSTODY)
    REVIEW: ClassVar = ("change", "change_reason")

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    assessed_on = DateField(label=_("When was the assessment made?"), what=_("date of the assessment"))
    children = _risk_to("children")
    public = _risk_to("public")
    known_adult = _risk_to("known_adult")
    staff = _risk_to("staff")
    prisoners = _risk_to("prisoners")
    to_self = _risk_to("to_self")
    custody_children = _custody_risk_to("children")
    custody_public = _custody_risk_to("public")
    custody_known_adult = _custody_risk_to("known_adult")
    custody_staff = _custody_risk_to("staff")
    custody_prisoners = _custody_risk_to("prisoners")
    custody_to_self = _custody_risk_to("to_self")
    unknown_plan = words_field(
        _("If a level is not known: what will be done to find out, by whom and by when?"),
        hint=_("Needed for the community always, and for custody while the person is there."),
        rows=3,
        required=False,
    )
    who_is_at_risk = words_field(WORDS["who_is_at_risk"], hint=HINTS["who_is_at_risk"])
    nature_of_risk = words_field(WORDS["nature_of_risk"], hint=HINTS["nature_of_risk"])
    risk_imminence = words_field(WORDS["risk_imminence"], hint=HINTS["risk_imminence"])
    risk_increase_factors = words_field(WORDS["risk_increase_factors"], hint=HINTS["risk_increase_factors"])
    risk_mitigation_factors = words_field(WORDS["risk_mitigation_factors"], hint=HINTS["risk_mitigation_factors"])
    change = radios(_("Did anything change?"), Assessment.Change.choices, required=_("Select whether anything changed"))
    change_reason = words_field(
        _("What changed and why, or why did nothing change?"),
        hint=format_lazy(_("“No change” needs its reason too. {rule}"), rule=NAME_NO_VICTIM),
    )
    review_on = DateField(
        label=_("When is it reviewed next?"),
        what=_("date of the next review"),
        required=False,
        help_text=_("Leave empty for the latest day that the standard for this level allows."),
    )

    def __init__(self, *args: Any, latest: Assessment | None, **kwargs: Any) -> None:
        super().__init__(*args, initial=copied_from(latest), **kwargs)
        if latest is None:
            for name in self.REVIEW:
                del self.fields[name]

    def parts(self) -> Iterator[tuple[str, Any, list[forms.BoundField]]]:
        """The questions under their headings."""
        rest = [name for name in self.REVIEW if name in self.fields]
        for slug, title, names in (
            ("day", "", ["assessed_on"]),
            ("community", _("In the community"), COMMUNITY),
            ("custody", _("In custody"), CUSTODY),
            ("unknown", "", ["unknown_plan"]),
            ("words", _("In words"), tuple(WORDS)),
            ("change", _("Since the last assessment"), rest),
            ("next", _("Next review"), ["review_on"]),
        ):
            if names:
                yield slug, title, [self[name] for name in names]


def copied_from(latest: Assessment | None) -> dict[str, Any]:
    """What a review begins with: the last assessment, its day and what it said of a change left out."""
    if latest is None:
        return {"assessed_on": dates.today(), "seen": ""}
    levels = {name: UNKNOWN if (level := getattr(latest, name)) is None else level for name in (*COMMUNITY, *CUSTODY)}
    words = {name: getattr(latest, name) for name in (*WORDS, "unknown_plan")}
    return levels | words | {"assessed_on": dates.today(), "seen": latest.reference}


class SendBackForm(Form):
    """Why an assessment is not countersigned."""

    return_reason = words_field(
        _("What has to be put right?"),
        hint=_("The person who made the assessment reads this and records a review. Name no victim."),
    )
