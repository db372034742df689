"""What the pages about orders, licences, monitoring and their breaches ask."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa import dates
from mappa.forms import DateField, Form
from mappa.templatetags.mappa import long_date
from offenders.models import (
    Breach,
    ConditionText,
    Licence,
    LicenceCondition,
    Monitoring,
    Offender,
    Order,
    OrderKind,
    OrderTerm,
)
from offenders.models.licence import STANDARD, Body

NAME_NO_VICTIM = _("Everyone who sees the case reads this. Name no victim.")
LONGEST_TEXT = 4000
LONGEST_LABEL = 80


def words_field(label: Any, *, hint: Any = "", rows: int = 4, required: bool = True) -> forms.CharField:
    """A few lines of text."""
    return forms.CharField(
        label=label,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=LONGEST_TEXT,
        required=required,
    )


def radios(label: Any, choices: Any, *, hint: Any = "", required: str | Any = "") -> forms.ChoiceField:
    """One of a few."""
    said = {"required": required} if required else {}
    return forms.ChoiceField(
        label=label, help_text=hint, choices=choices, widget=forms.RadioSelect, error_messages=said
    )


def confirmation() -> forms.BooleanField:
    """Asked beside lengths that nobody has checked against the statute: the court's order is what counts."""
    return forms.BooleanField(
        label=_("The order says exactly this"),
        help_text=_("Tick only when the page told you that a length is unusual and you have looked at the order."),
        required=False,
    )


class OrderForm(Form):
    """An order that a court made."""

    widths: ClassVar = {"court": 30, "applied_by": 30}

    kind = forms.ModelChoiceField(
        label=_("Which order?"),
        queryset=OrderKind.objects.filter(is_active=True),
        to_field_name="code",
        empty_label=_("Choose an order"),
        error_messages={"required": _("Choose the order"), "invalid_choice": _("Choose an order from the list")},
    )
    interim = forms.BooleanField(label=_("It is an interim order"), required=False)
    court = forms.CharField(
        label=_("Which court made it?"), max_length=120, error_messages={"required": _("Enter the court")}
    )
    applied_by = forms.CharField(
        label=_("Who applied for it?"),
        max_length=120,
        required=False,
        help_text=_("For example, the chief officer of police."),
    )
    made_on = DateField(label=_("When was it made?"), what=_("date when the order was made"))
    starts_on = DateField(
        label=_("When does it start?"),
        what=_("date when the order starts"),
        required=False,
        help_text=_("Leave empty when it starts on the day when it was made."),
    )
    ends_on = DateField(
        label=_("What is its last day?"),
        what=_("last day of the order"),
        required=False,
        help_text=_("Leave empty when it runs until further order."),
    )
    prohibitions = words_field(
        _("What does it prohibit?"),
        hint=_("One prohibition a line. Positive requirements are added afterwards. Name no victim."),
        rows=6,
        required=False,
    )
    confirmed = confirmation()


class OrderTermForm(Form):
    """A prohibition or a positive requirement."""

    widths: ClassVar = {"supervisor": 30}

    kind = radios(_("What is it?"), OrderTerm.Kind.choices, required=_("Choose what it is"))
    text = words_field(_("What does the order say?"), hint=NAME_NO_VICTIM)
    supervisor = forms.CharField(
        label=_("Who supervises it?"),
        max_length=120,
        required=False,
        help_text=_(
            "Only for a positive requirement: the person or organisation named in the order, who tells the police."
        ),
    )
    from_on = DateField(
        label=_("From when?"),
        what=_("first day"),
        required=False,
        help_text=_("Leave empty when it holds from the start of the order."),
    )
    ends_on = DateField(
        label=_("What is its own last day?"),
        what=_("last day"),
        required=False,
        help_text=_(
            "Leave empty when it ends with the order. Courts consider the list of high-risk countries for travel."
        ),
    )
    confirmed = confirmation()


class TermsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Terms of one order, by what they say."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_kind_display()}: {obj.text}"


class VariationForm(Form):
    """A court changed the order."""

    widths: ClassVar = {"court": 30}

    varied_on = DateField(label=_("When was it varied?"), what=_("date of the variation"))
    court = forms.CharField(
        label=_("Which court varied it?"), max_length=120, error_messages={"required": _("Enter the court")}
    )
    reason = words_field(_("Why was it varied?"), hint=NAME_NO_VICTIM)
    ends_on = DateField(
        label=_("What is its last day now?"),
        what=_("last day of the order"),
        required=False,
        help_text=_("Leave it as it is when the court did not change it; empty is until further order."),
    )
    superseded = TermsField(
        label=_("Which terms no longer hold?"),
        queryset=OrderTerm.objects.none(),
        to_field_name="reference",
        required=False,
        help_text=_("They stay on the record, under what held earlier."),
    )
    prohibitions = words_field(
        _("What does it prohibit from now on, besides?"), hint=_("One prohibition a line."), required=False
    )
    confirmed = confirmation()

    def __init__(self, *args: Any, order: Order, user: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"ends_on": order.ends_on, "court": order.court}, **kwargs)
        terms = OrderTerm.objects.visible_to(user).standing().filter(order=order)
        self.fields["superseded"].queryset = terms  # type: ignore[attr-defined]


def reason_field() -> forms.CharField:
    return words_field(_("Why?"), hint=_("Leave empty when nothing needs to be said."), rows=3, required=False)


class OrderEndForm(Form):
    """How an order ended."""

    ending = radios(_("How did it end?"), Order.Ending.choices, required=_("Choose how it ended"))
    ended_on = DateField(label=_("When did it end?"), what=_("date when it ended"))
    end_reason = reason_field()


class LicenceForm(Form):
    """A licence."""

    kind = radios(_("What kind of licence is it?"), Licence.Kind.choices, required=_("Choose the kind of licence"))
    starts_on = DateField(label=_("When does it start?"), what=_("date when the licence starts"))
    ends_on = DateField(
        label=_("What is its last day?"),
        what=_("last day of the licence"),
        required=False,
        help_text=_("Leave empty for a life licence only."),
    )
    made_by = radios(_("Who made it?"), Body.choices, required=_("Choose who made it"))
    standard = forms.BooleanField(label=_("Add the standard conditions"), initial=True, required=False)


class LicenceEndForm(Form):
    """How a licence ended."""

    ending = radios(_("How did it end?"), Licence.Ending.choices, required=_("Choose how it ended"))
    ended_on = DateField(label=_("When did it end?"), what=_("date when it ended"))
    end_reason = reason_field()


class ResumptionForm(Form):
    """The suspended licence holds again."""

    resumed_on = DateField(label=_("From when does it hold again?"), what=_("date from which it holds again"))
    resumed_why = words_field(_("Why?"), hint=_("For example, the recall was rescinded."))


def grouped_wordings() -> list[tuple[Any, list[tuple[str, str]]]]:
    """The additional conditions in their published groups."""
    Group = ConditionText.Group  # noqa: N806  a class
    rows = ConditionText.objects.filter(is_active=True).exclude(group__in=[Group.STANDARD, Group.SUPERVISION_PERIOD])
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(row.group, []).append((row.code, row.title))
    return [(label, found[code]) for code, label in Group.choices if code in found]


class WordingForm(Form):
    """Which condition is added."""

    condition = forms.ChoiceField(
        label=_("Which licence condition is added?"),
        help_text=_("In the groups of the licence policy. The standard conditions are added together."),
        error_messages={
            "required": _("Choose the condition"),
            "invalid_choice": _("Choose a condition from the list"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a condition")), *grouped_wordings()]
        self.fields["condition"].choices = choices  # type: ignore[attr-defined]


class ConditionForm(Form):
    """The condition as it stands on this person's licence."""

    widths: ClassVar = {"proposed_by": 30}

    text = words_field(
        _("What does the condition say?"),
        hint=_(
            "Replace what stands in [square brackets]. The exact words are on the licence. Name no victim: write “the victim”."
        ),
        rows=6,
    )
    added_on = DateField(label=_("From when does it hold?"), what=_("date from which it holds"))
    proposed_by = forms.CharField(
        label=_("Who proposed it?"),
        max_length=120,
        required=False,
        help_text=_("For example, the probation officer, or a MAPPA meeting. A meeting proposes and never imposes."),
    )
    imposed_by = radios(_("Who imposed it?"), Body.choices, required=_("Choose who imposed it"))


class ConditionRemovalForm(Form):
    """A condition no longer holds."""

    removed_on = DateField(label=_("From when does it no longer hold?"), what=_("date from which it no longer holds"))
    removed_by_body = radios(_("Who removed it?"), Body.choices, required=_("Choose who removed it"))
    removal_reason = words_field(_("Why?"))


class ByTextField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Conditions by title and what they say, orders by kind, day and court: two of a kind are told apart."""

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Order):
            return f"{obj.kind.name}, {long_date(obj.made_on)}, {obj.court}"
        words = f"{obj.wording.title}: {Truncator(obj.text).chars(LONGEST_LABEL)}"
        ended_on = obj.removed_on or obj.licence.ended_on
        return str(_("%(what)s (until %(date)s)") % {"what": words, "date": long_date(ended_on)}) if ended_on else words


class MonitoringForm(Form):
    """Equipment that was fitted."""

    widths: ClassVar = {"provider": 30}

    kind = radios(_("What is monitored?"), Monitoring.Kind.choices, required=_("Choose what is monitored"))
    provider = forms.CharField(
        label=_("Who provides it?"), max_length=80, error_messages={"required": _("Enter the provider")}
    )
    fitted_on = DateField(label=_("When was it fitted?"), what=_("date when it was fitted"))
    condition = ByTextField(
        label=_("Which licence condition requires it?"),
        queryset=LicenceCondition.objects.none(),
        to_field_name="reference",
        empty_label=_("None: an order requires it"),
        required=False,
    )
    order = ByTextField(
        label=_("Which order requires it?"),
        queryset=Order.objects.none(),
        to_field_name="reference",
        empty_label=_("None: a licence condition requires it"),
        required=False,
    )

    def __init__(self, *args: Any, offender: Offender, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        conditions = offender.licence_conditions.visible_to(user).standing().filter(licence__ended_on__isnull=True)
        orders = offender.orders.visible_to(user).standing()
        self.fields["condition"].queryset = conditions.select_related("wording", "licence")  # type: ignore[attr-defined]
        self.fields["order"].queryset = orders.select_related("kind")  # type: ignore[attr-defined]


class MonitoringRemovalForm(Form):
    """Equipment was taken off."""

    removed_on = DateField(label=_("When was it removed?"), what=_("date when it was removed"))
    removal_reason = words_field(_("Why was it removed?"))


class BreachForm(Form):
    """Somebody did not keep to something."""

    happened_on = DateField(label=_("When did it happen?"), what=_("date when it happened"))
    what = words_field(_("What happened?"), hint=NAME_NO_VICTIM)
    action = radios(
        _("What was done?"),
        Breach.Action.choices,
        hint=_("A recall is proposed here, and decided by the Secretary of State."),
        required=_("Choose what was done"),
    )


class AlertForm(BreachForm):
    """An alert or a breach of electronic monitoring."""

    is_alert = forms.BooleanField(
        label=_("It is an alert, and not known to be a breach"),
        required=False,
        help_text=_("For example, a flat battery or a signal that was lost."),
    )


class LicenceBreachForm(BreachForm):
    """A breach of one of the conditions of a licence, also of one that no longer holds: it may have held on that day."""

    subject = ByTextField(
        label=_("Which condition was breached?"),
        queryset=LicenceCondition.objects.none(),
        to_field_name="reference",
        empty_label=_("Choose a condition"),
        error_messages={"required": _("Choose the condition"), "invalid_choice": _("Choose a condition from the list")},
    )
    field_order = ["subject"]

    def __init__(self, *args: Any, licence: Licence, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = licence.conditions.visible_to(user).select_related("wording", "licence")
        self.fields["subject"].queryset = rows  # type: ignore[attr-defined]


class StandardConditionForm(Form):
    """Which of the standard conditions changes, and how."""

    condition = ByTextField(
        label=_("Which standard condition?"),
        queryset=LicenceCondition.objects.none(),
        to_field_name="reference",
        empty_label=_("Choose a condition"),
        error_messages={"required": _("Choose the condition"), "invalid_choice": _("Choose a condition from the list")},
    )
    change = radios(
        _("What happened to it?"),
        [("vary", _("It says something else now")), ("remove", _("It no longer holds"))],
        required=_("Choose what happened to it"),
    )

    def __init__(self, *args: Any, licence: Licence, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = licence.conditions.visible_to(user).standing().filter(wording__group__in=STANDARD)
        self.fields["condition"].queryset = rows.select_related("wording", "licence")  # type: ignore[attr-defined]


class OutcomeForm(Form):
    """How a breach came out."""

    outcome = radios(_("What was the outcome?"), Breach.Outcome.choices, required=_("Choose the outcome"))
    settled_on = DateField(label=_("When?"), what=_("date of the outcome"))
    outcome_notes = words_field(_("What else should be known?"), hint=NAME_NO_VICTIM, required=False)


def today_first(name: str) -> dict[str, Any]:
    """A date that is most often today's."""
    return {name: dates.today()}
