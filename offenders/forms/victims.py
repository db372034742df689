"""What the pages of the victims' compartment ask."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa.forms import DateField, Form
from mappa.templatetags.mappa import long_date
from offenders.models import VictimContact, VictimRequest, WarningKind
from offenders.models.victim import OLDEST, VictimFacts

LONG = 5000
# Who liaises has a question of its own.
KINDS_OF_CONTACT = [choice for choice in VictimContact.Kind.choices if choice[0] != VictimContact.Kind.OFFICER]


def long_text(label: Any, help_text: Any = "", *, rows: int = 4, required: Any = "") -> forms.CharField:
    """A box for words; `required` is what is said when it is left empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required} if required else None,
    )


def in_short(row: VictimContact) -> str:
    """An entry among the contacts: what, when, and how it begins."""
    return f"{row.get_kind_display()}, {long_date(row.on)}: {Truncator(row.words).chars(60)}"


def offer(form: forms.Form, name: str, table: QuerySet[Any], rows: Sequence[Any]) -> None:
    """The rows of a table among which one is chosen."""
    field: Any = form.fields[name]
    field.queryset = table.filter(pk__in=[row.pk for row in rows])


class OfficerForm(Form):
    """One officer of a few, by the address with which he or she signs in."""

    officer = forms.ModelChoiceField(
        label=_("Which officer?"),
        queryset=User.objects.none(),
        to_field_name="email",
        empty_label=_("Choose an officer"),
        error_messages={"required": _("Choose the officer")},
    )

    def __init__(self, *args: Any, among: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "officer", User.objects.order_by("name", "pk"), among)


class VictimForm(Form):
    """A victim or a person at risk."""

    widths: ClassVar = {"name": 30, "relation": 30, "about_age": 3}

    kind = forms.ChoiceField(
        label=_("Who is it?"),
        choices=VictimFacts.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is a victim or a person at risk")},
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Or how this person is known, if the name is not."),
        max_length=120,
        error_messages={"required": _("Enter the name, or how this person is known")},
    )
    relation = forms.CharField(
        label=_("Relation to the offender"),
        help_text=_("For example, former partner, neighbour, not known to each other."),
        max_length=120,
        error_messages={"required": _("Enter the relation to the offender")},
    )
    born_on = DateField(label=_("Date of birth"), what=_("date of birth"), required=False)
    about_age = forms.IntegerField(
        label=_("About how old, if the date is not known?"), min_value=0, max_value=OLDEST, required=False
    )
    is_child = forms.BooleanField(label=_("Under 18"), required=False)
    preference = forms.ChoiceField(
        label=_("How does this person want to be contacted?"),
        choices=VictimFacts.Preference.choices,
        error_messages={"required": _("Choose how this person wants to be contacted")},
    )
    contact = long_text(_("Address, telephone and email"), _("Kept here and nowhere else in this service."))
    vulnerability = long_text(_("Vulnerability, and what helps"), _("For example, an interpreter or a support worker."))
    never_disclose = long_text(_("What must never be disclosed"), _("For example, a new name or the name of a school."))


class VictimEndForm(Form):
    """Why somebody is no longer a victim or at risk."""

    end_reason = long_text(
        _("Why does the record of this person end?"),
        _("It stays on the page, under earlier people."),
        required=_("Enter why the record ends"),
    )


class SchemeForm(OfficerForm):
    """Bring a victim into the contact scheme."""

    sentenced_on = DateField(label=_("Date of sentence"), what=_("date of sentence"))
    reason = long_text(
        _("Why is the scheme offered, if the law does not ask for it?"),
        _("Leave empty where a conviction on this record brings the victim in by law."),
    )
    field_order = ("sentenced_on", "reason", "officer")


class SentenceForm(Form):
    """The right date of sentence, and why the one on the record is wrong."""

    sentenced_on = DateField(label=_("What is the right date of sentence?"), what=_("date of sentence"))
    reason = long_text(_("What was wrong?"), required=_("Enter what was wrong"))


class ContactForm(Form):
    """What happened with a victim."""

    kind = forms.ChoiceField(
        label=_("What happened?"),
        choices=KINDS_OF_CONTACT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened")},
    )
    on = DateField(label=_("When?"), what=_("date"))
    words = long_text(
        _("In words"),
        _("How, what was said or given, and at which stage: sentence, release, leave, recall, a hearing."),
        rows=6,
        required=_("Enter what happened in words"),
    )
    next_contact_on = DateField(
        label=_("When is contact or a review due next?"),
        what=_("date of the next contact"),
        required=False,
        help_text=_("Leave empty for the latest date that the standard allows."),
    )
    corrects = forms.TypedChoiceField(
        label=_("Which entry does a correction set aside?"),
        required=False,
        empty_value=None,
        help_text=_("What it said of first contact, of the choice and of the next date then counts no more."),
    )

    def __init__(self, *args: Any, among: dict[str, VictimContact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["corrects"]
        field.choices = [("", _("None")), *((number, in_short(row)) for number, row in among.items())]
        field.coerce = among.__getitem__


class RequestForm(Form):
    """What a victim asks for."""

    widths: ClassVar = {"sent_to": 30}

    kind = forms.ChoiceField(
        label=_("What is asked for?"),
        choices=VictimRequest.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is asked for")},
    )
    words = long_text(
        _("In words"),
        _("For a zone, describe its edges by streets or places. Do not give the victim’s address."),
        rows=6,
        required=_("Enter what is asked for"),
    )
    sent_to = forms.CharField(
        label=_("Sent to whom?"),
        help_text=_("Who decides: for example, the Parole Board, the governor or the supervising officer."),
        max_length=160,
        error_messages={"required": _("Enter to whom it was sent")},
    )
    sent_on = DateField(label=_("When was it sent?"), what=_("date when it was sent"))


class AnswerForm(Form):
    """What was decided about a request."""

    answer = forms.ChoiceField(
        label=_("What was decided?"),
        choices=[choice for choice in VictimRequest.Answer.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was decided")},
    )
    answer_words = long_text(
        _("The words of the licence condition, or why it was refused"), required=_("Enter the words of the decision")
    )
    answered_on = DateField(label=_("When was it decided?"), what=_("date of the decision"))


class WarningForm(OfficerForm):
    """A warning that everybody on the case sees."""

    kind = forms.ModelChoiceField(
        label=_("Warning"),
        queryset=WarningKind.objects.filter(is_active=True),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the warning")},
    )
    field_order = ("kind", "officer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].label = _("Whom should they ask?")


class WhichWarningForm(Form):
    """One warning of those on the case."""

    warning = forms.ModelChoiceField(
        label=_("Which warning?"),
        queryset=WarningKind.objects.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Select the warning")},
    )

    def __init__(self, *args: Any, among: list[WarningKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "warning", WarningKind.objects.all(), among)


class WarningOfficerForm(WhichWarningForm, OfficerForm):
    """Another officer to ask, for one of the warnings on the case."""

    field_order = ("warning", "officer")

    def __init__(self, *args: Any, officers: list[User], among: list[WarningKind], **kwargs: Any) -> None:
        Form.__init__(self, *args, **kwargs)
        offer(self, "warning", WarningKind.objects.all(), among)
        offer(self, "officer", User.objects.order_by("name", "pk"), officers)
        self.fields["officer"].label = _("Whom should they ask?")
