"""What the pages of notification requirements ask, one form for each change."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa import dates
from mappa.forms import DateField, Form
from offenders.forms.cases import LengthField
from offenders.models import (
    Conviction,
    Disposal,
    Notification,
    NotificationBreach,
    NotificationRequirement,
    Offender,
    Order,
    Regime,
    RequirementReview,
)
from offenders.sentencing import imposed_words

# Whoever sees the case reads it.
NAME_NO_VICTIM = _("Everyone who sees the case reads this. Name no victim.")


def words_field(label: Any, help_text: Any = "", required: Any = "", *, rows: int = 3) -> forms.CharField:
    """Something said in sentences; without `required`, the words for an empty answer, it may be left out."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2000,
        required=bool(required),
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required} if required else {},
    )


class WhichConvictionForm(Form):
    """A conviction of the case that gives notification requirements, and has none on record."""

    conviction = forms.ModelChoiceField(
        label=_("Which conviction, finding or caution?"),
        queryset=Conviction.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Select the conviction, finding or caution")},
    )

    def __init__(self, *args: Any, offender: Offender, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = offender.convictions.visible_to(user).in_force().filter(requirements__isnull=True).with_sentence(user)
        field = self.fields["conviction"]
        field.queryset = rows  # type: ignore[attr-defined]
        field.label_from_instance = _conviction_words  # type: ignore[attr-defined]
        chosen = list(rows[:2])
        if len(chosen) == 1:
            self.initial.setdefault("conviction", chosen[0].pk)


def _conviction_words(row: Conviction) -> str:
    return f"{row.offence.title}, {imposed_words(row)}, {row.dealt_with_on:%-d %B %Y}"


def _order_words(row: Order) -> str:
    return f"{row.kind.name}, {row.court}, {row.made_on:%-d %B %Y}"


def _first_answers(order: Order) -> dict[str, Any]:
    """What the order says of the requirements; the period of a notification order is that of the sentence abroad."""
    is_notification_order = order.kind.code == "notification-order"
    basis, lasts = NotificationRequirement.Basis, NotificationRequirement.Lasts
    return {
        "order": order.reference,
        "basis": basis.NOTIFICATION_ORDER if is_notification_order else basis.SHPO,
        "relevant_on": order.starts_on,
        "lasts": lasts.SENTENCE if is_notification_order else lasts.ORDER,
    }


class RequirementForm(Form):
    """Requirements that rest on an order, or on something done elsewhere: copied from a file."""

    widths: ClassVar = {"term_years": 3, "term_months": 3, "term_days": 4}

    order = forms.ModelChoiceField(
        label=_("On which recorded order do they rest?"),
        queryset=Order.objects.none(),
        to_field_name="reference",
        empty_label=_("None of these"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Then they end with it, follow its variations, and you are asked when it ends."),
    )
    basis = forms.ChoiceField(
        label=_("What do the requirements rest on?"),
        choices=[row for row in NotificationRequirement.Basis.choices if row[0] != "conviction"],
        widget=forms.RadioSelect,
    )
    basis_words = forms.CharField(
        label=_("Describe it"),
        help_text=_("The court and the order, unless you chose it above. Needed for something else."),
        max_length=300,
        required=False,
    )
    regime = forms.ChoiceField(
        label=_("Under which Act?"), choices=Regime.choices, initial=Regime.SEXUAL, widget=forms.RadioSelect
    )
    relevant_on = DateField(
        label=_("Relevant date"),
        what=_("relevant date"),
        help_text=_("The day of the conviction, finding or caution, or the day on which the order was served."),
    )
    lasts = forms.ChoiceField(
        label=_("How long do they last?"), choices=NotificationRequirement.Lasts.choices, widget=forms.RadioSelect
    )
    disposal = forms.ChoiceField(
        label=_("Sentence"),
        choices=[("", _("Choose a sentence")), *Disposal.Kind.choices],
        required=False,
        help_text=_("Only where they last as long as the sentence gives."),
    )
    term_years = LengthField(label=_("Years"))
    term_months = LengthField(label=_("Months"))
    term_days = LengthField(label=_("Days"))
    order_ends_on = DateField(
        label=_("When does the order end?"),
        what=_("end of the order"),
        required=False,
        help_text=_("Leave empty for an order chosen above, and for one until further order."),
    )

    def __init__(self, *args: Any, offender: Offender, user: User, asked: str = "", **kwargs: Any) -> None:
        """`asked` is the reference of the order from which the page was opened."""
        super().__init__(*args, **kwargs)
        rows = list(offender.orders.visible_to(user).giving_requirements().select_related("kind"))
        if not rows:
            del self.fields["order"]
            return
        field = self.fields["order"]
        keys = [row.pk for row in rows]
        field.queryset = offender.orders.visible_to(user).filter(pk__in=keys).select_related("kind")  # type: ignore[attr-defined]
        field.label_from_instance = _order_words  # type: ignore[attr-defined]
        chosen = next((row for row in rows if row.reference == asked), None)
        if chosen:
            self.initial = {**self.initial, **_first_answers(chosen)}

    def clean_basis_words(self) -> str:
        words: str = self.cleaned_data["basis_words"].strip()
        if self.cleaned_data.get("basis") == "other" and not words:
            raise ValidationError(_("Say in words what the requirements rest on"))
        return words


class EndRequirementForm(Form):
    """The end of requirements."""

    end_reason = forms.ChoiceField(
        label=_("Why did they end?"),
        choices=[row for row in NotificationRequirement.EndReason.choices if row[0] != "reviewed"],
        widget=forms.RadioSelect,
    )
    ended_on = DateField(
        label=_("Last day in force"),
        what=_("last day in force"),
        help_text=_("The last day of the period, or the day on which the conviction was quashed or the person died."),
    )
    end_words = words_field(_("Anything else that should be known"), NAME_NO_VICTIM)


class ParentForm(Form):
    """A direction to a parent."""

    parent = forms.CharField(
        label=_("Parent’s full name"), max_length=160, error_messages={"required": _("Enter the parent’s name")}
    )
    from_on = DateField(label=_("From which day?"), what=_("first day"))
    until = DateField(
        label=_("Until which day?"),
        what=_("last day"),
        help_text=_("The last day on which the parent carries the duties: before the 18th birthday."),
    )


class ReviewApplicationForm(Form):
    """An application that indefinite requirements end."""

    applied_on = DateField(label=_("When was the application made?"), what=_("day of the application"))


class DeterminationForm(Form):
    """What was determined."""

    outcome = forms.ChoiceField(
        label=_("What was determined?"), choices=RequirementReview.Outcome.choices, widget=forms.RadioSelect
    )
    determined_on = DateField(label=_("On which day?"), what=_("day of the determination"))
    reasons = words_field(_("Reasons"), NAME_NO_VICTIM, _("Enter the reasons"))
    next_on = DateField(
        label=_("From when may the person ask again?"),
        what=_("next day"),
        required=False,
        help_text=_("Only where the determination set a later day than the 8 years of the Act."),
    )


class GivenForm(Form):
    """When, where and how something was notified."""

    given_on = DateField(label=_("When did the person notify?"), what=_("day of the notification"))
    place = forms.CharField(
        label=_("Police station"),
        max_length=120,
        error_messages={"required": _("Enter the police station")},
    )
    method = forms.ChoiceField(
        label=_("How?"),
        choices=Notification.Method.choices,
        initial=Notification.Method.IN_PERSON,
        widget=forms.RadioSelect,
    )
    received_by = forms.CharField(
        label=_("Received by"), max_length=120, error_messages={"required": _("Enter who received the notification")}
    )
    what = words_field(
        _("What was notified?"),
        _("In the person’s own words where they matter. Name no victim."),
        _("Enter what was notified"),
        rows=5,
    )
    no_fixed_abode = forms.BooleanField(
        label=_("The person has no sole or main residence"),
        required=False,
        help_text=_("Then the next notification is due within 7 days. Ticked already where the record says so."),
    )
    acknowledged = forms.BooleanField(label=_("Acknowledged in writing"), required=False)
    fingerprints = forms.BooleanField(label=_("Fingerprints were taken"), required=False)
    photographs = forms.BooleanField(label=_("Photographs were taken"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("given_on", dates.today())


class NotificationForm(GivenForm):
    """A notification under a requirement."""

    kind = forms.ChoiceField(
        label=_("What kind of notification is it?"),
        choices=[row for row in Notification.Kind.choices if row[0] not in Notification.ABOUT_A_ROW],
        widget=forms.RadioSelect,
    )
    happened_on = DateField(
        label=_("When did the change or release happen?"),
        what=_("day of the change"),
        required=False,
        help_text=_("Only for a change or a release."),
    )
    expected_on = DateField(
        label=_("When is the change expected?"),
        what=_("expected day"),
        required=False,
        help_text=_("Only for a change notified before it happens (section 84(2))."),
    )
    field_order = ["kind", "given_on", "happened_on", "expected_on"]

    def __init__(self, *args: Any, child_hours: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("A household with a child counts from a stay of at least %s hours in a day.")
        self.fields["kind"].help_text = str(words) % child_hours


class OutcomeForm(Form):
    """What came of a notice given in advance."""

    happened_on = DateField(
        label=_("When did the change happen?"),
        what=_("day of the change"),
        required=False,
        help_text=_("Leave empty if it has not happened."),
    )
    not_happened_by = DateField(
        label=_("If it has not: by which day had it not happened?"), what=_("last day"), required=False
    )
    said_on = DateField(
        label=_("When did the person tell the police that it had not happened?"),
        what=_("day"),
        required=False,
        help_text=_("Leave empty if the person has not said so."),
    )


class StrikeForm(Form):
    """Why something was recorded in error."""

    struck_reason = words_field(
        _("Why was it recorded in error?"),
        _("It stays on the record, struck out, with your name. Record the right one afterwards."),
        _("Enter why it is struck out"),
    )


class StayForm(Form):
    """A stay at other premises."""

    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        help_text=_("Write it the same way each time: the days at one address are counted together."),
        error_messages={"required": _("Enter the address")},
    )
    from_on = DateField(label=_("First day"), what=_("first day"))
    until = DateField(
        label=_("Last day"),
        what=_("last day"),
        required=False,
        help_text=_("Leave empty if the person is still there."),
    )


class LastDayForm(Form):
    """The last day of something that went on."""

    until = DateField(label=_("Which was the last day?"), what=_("last day"))


class TravelForm(Form):
    """Travel abroad."""

    destination = forms.CharField(
        label=_("Where to?"),
        max_length=200,
        help_text=_("Every country, and the point of arrival of the first."),
        error_messages={"required": _("Enter the destination")},
    )
    leaves_on = DateField(label=_("Leaves on"), what=_("day of leaving"))
    returns_on = DateField(label=_("Expected return"), what=_("expected return"), required=False)
    returned_on = DateField(
        label=_("Returned on"), what=_("day of return"), required=False, help_text=_("Leave empty until it is known.")
    )
    late_reason = forms.CharField(
        label=_("Why was notice not possible earlier?"),
        max_length=300,
        required=False,
        help_text=_("Only where there was no time for the ordinary notice. Then the shorter one applies."),
    )


class ReturnForm(Form):
    """The return from abroad."""

    returned_on = DateField(label=_("When did the person return?"), what=_("day of return"))


class BreachForm(Form):
    """A breach."""

    what = words_field(
        _("What was not done, or was false?"), NAME_NO_VICTIM, _("Enter what was not done, or was false"), rows=5
    )
    discovered_on = DateField(label=_("When was it discovered?"), what=_("day of discovery"))


class BreachActionForm(Form):
    """What was done about a breach."""

    action = forms.ChoiceField(
        label=_("What was done?"),
        choices=[row for row in NotificationBreach.Action.choices if row[0] != "open"],
        widget=forms.RadioSelect,
    )
    action_on = DateField(label=_("On which day?"), what=_("day of the action"))
    outcome = words_field(_("Outcome"), _("The sentence, or the reasons. Name no victim."))


class NothingForm(Form):
    """Nothing is asked: the button is the answer."""
