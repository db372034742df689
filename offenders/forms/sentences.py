"""What the pages of offences, sentences, key dates and whereabouts ask."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from offenders import lengths
from offenders.law.periods import Length
from offenders.models import Conviction, Disposal, KeyDate, Offence, WhereaboutsPeriod
from offenders.models.licence import Body

FOUND = (
    "offence",
    "inchoate",
    "count",
    "outcome",
    "dealt_with_on",
    "schedule_3_met",
    "committed_from",
    "committed_until",
    "court",
    "jurisdiction",
    "is_index",
)
IMPOSED = ("kind", "imposed_on", "terms", "overlap", "extension", "discharge", "suspended", "ends_on")


class LengthTextField(forms.CharField):
    """A length in words; nothing typed is none."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._read(text) if text else Length()

    def prepare_value(self, value: Any) -> Any:
        return lengths.words(value) if isinstance(value, Length) else value

    def _read(self, text: str) -> Length:
        try:
            return lengths.read(text)
        except lengths.BadLengthError:
            message = _("Enter “%(typed)s” as years, months and days, for example 2 years 6 months")
            raise ValidationError(message, params={"typed": text[:40]}) from None


class TermsField(LengthTextField):
    """Several lengths, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> list[Length]:
        text = forms.CharField.clean(self, value)
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > lengths.MOST_TERMS:
            raise ValidationError(_("Enter at most %(most)s terms"), params={"most": lengths.MOST_TERMS})
        return [self._read(line) for line in lines]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(lengths.words(each) for each in value) if isinstance(value, list) else value


class ForRegistration(Form):
    """Whether a conviction counts for registration is asked once an offence is chosen of which that depends on something.

    The form beside it has the fields offence, outcome and dealt_with_on.
    """

    schedule_3_met = forms.TypedChoiceField(
        label=_("Does the conviction count for registration?"),
        choices=[(True, _("Yes")), (False, _("No"))],
        coerce=lambda typed: typed == "True",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the conviction counts for registration")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if depends := self._depends_on():
            words = _("Schedule 3 of the Sexual Offences Act 2003 counts this offence only with a condition: %s.")
            self.fields["schedule_3_met"].help_text = words % "; ".join(str(each) for each in depends)
        else:
            del self.fields["schedule_3_met"]

    def _depends_on(self) -> list[Any]:
        offence = self._chosen("offence", self.initial.get("offence"))
        if not isinstance(offence, Offence):
            return []
        outcome = self._chosen("outcome", self.initial.get("outcome"))
        return offence.registers_if(self._chosen("dealt_with_on", self.initial.get("dealt_with_on")), outcome or "")

    def _chosen(self, name: str, before: Any) -> Any:
        """What is typed in a box, if it is right; unasked yet, what it begins with."""
        if not self.is_bound:
            return before
        field, prefixed = self.fields[name], self.add_prefix(name)
        if name == "offence":
            field = forms.ModelChoiceField(queryset=Offence.objects.all(), required=False)
        try:
            return field.clean(self.fields[name].widget.value_from_datadict(self.data, self.files, prefixed))
        except ValidationError:
            return None

    def _clean_form(self) -> None:
        super()._clean_form()  # type: ignore[misc]
        if "schedule_3_met" not in self.fields:
            self.cleaned_data["schedule_3_met"] = None


class OffenceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An offence of the list, with its statute."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({obj.statute})"


class FindingOffences(Form):
    """The offence is chosen from a list, which words typed above it make shorter: with or without JavaScript."""

    find = forms.CharField(
        label=_("Find the offence"),
        help_text=_("Words of its name, its Act or its section, for example: indecent, or OAPA18."),
        required=False,
        max_length=80,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = str(self.data.get("find", "")).replace("\x00", "")[:80]
        chosen = str(self.data.get("offence", "") or getattr(self.initial.get("offence"), "pk", ""))
        rows = Offence.objects.in_use().matching(words)
        # Enter in any box but this saves: it is asked for a shorter list only once its words are new.
        self.words_changed = words.strip() != str(self.data.get("found_for", "")).strip()
        self.found = rows.count() if words.strip() else None
        if self.found == 0:
            rows = Offence.objects.in_use()
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
            rows = rows | Offence.objects.filter(pk=int(chosen))
        self.fields["offence"].queryset = rows.distinct()  # type: ignore[attr-defined]

    def forgive(self) -> None:
        """Keep what was typed and find nothing wrong with it yet: only the list was to be made shorter."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def _clean_form(self) -> None:
        super()._clean_form()  # type: ignore[misc]
        # It only helps to choose: no verb asks for it.
        self.cleaned_data.pop("find", None)


class FoundForm(ForRegistration, FindingOffences):
    """A conviction, caution or finding."""

    offence = OffenceField(
        label=_("Offence"),
        queryset=Offence.objects.none(),
        empty_label=_("Choose an offence"),
        error_messages={"required": _("Choose the offence"), "invalid_choice": _("Choose an offence from the list")},
    )
    inchoate = forms.ChoiceField(
        label=_("The offence itself, or an attempt"),
        choices=[("", _("The offence itself")), *Conviction.Inchoate.choices],
        required=False,
        help_text=_("An attempt and the like count in the same schedules."),
    )
    count = forms.CharField(
        label=_("Count"),
        help_text=_("Only where one indictment has several counts of this offence: the number, for example 2."),
        required=False,
        max_length=20,
    )
    outcome = forms.ChoiceField(
        label=_("What the court or the police found"),
        choices=Conviction.Outcome.choices,
        initial=Conviction.Outcome.CONVICTED,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was found")},
    )
    dealt_with_on = DateField(
        label=_("Date of the conviction, finding or caution"),
        what=_("date of the conviction"),
        help_text=_("Not the date of the sentence or release: notification periods are counted from this day."),
    )
    committed_from = DateField(
        label=_("Date of the offence, or its first day"),
        what=_("date of the offence"),
        required=False,
        help_text=_("Leave empty if it is not known."),
    )
    committed_until = DateField(
        label=_("Last day of the offence"),
        what=_("last day of the offence"),
        required=False,
        help_text=_("Only for an offence between two dates."),
    )
    court = forms.CharField(label=_("Court"), required=False, max_length=80)
    jurisdiction = forms.ChoiceField(
        label=_("Where it was dealt with"),
        help_text=_("Elsewhere does not make a person eligible by itself: it takes an order or a decision."),
        choices=Conviction.Jurisdiction.choices,
        initial=Conviction.Jurisdiction.HERE,
        widget=forms.RadioSelect,
    )
    is_index = forms.BooleanField(label=_("This is the index offence"), required=False)

    field_order: Sequence[str] = ("find", *FOUND)


class ImposedForm(Form):
    """A sentence, order or caution."""

    kind = forms.ChoiceField(
        label=_("Sentence"),
        choices=[("", _("Choose a sentence")), *Disposal.Kind.choices],
        error_messages={"required": _("Choose the sentence"), "invalid_choice": _("Choose a sentence from the list")},
    )
    imposed_on = DateField(
        label=_("Date of the sentence"),
        what=_("date of the sentence"),
        required=False,
        help_text=_("Leave empty if it was the day of the conviction."),
    )
    terms = TermsField(
        label=_("Terms of imprisonment or detention"),
        help_text=_(
            "One a line, for example 2 years 6 months. Enter consecutive and partly concurrent terms each on its own "
            "line; of wholly concurrent terms, the longest. Terms for several Schedule 3 offences that are not wholly "
            "concurrent count together: enter all of them with one of the convictions (s.82(3))."
        ),
        required=False,
        max_length=1000,
    )
    overlap = LengthTextField(
        label=_("What runs together"),
        help_text=_("Only for partly concurrent terms: how long they run together, for example 3 months."),
        required=False,
        max_length=60,
    )
    extension = LengthTextField(
        label=_("Extension of the licence"),
        help_text=_("Only for an extended sentence. It counts towards the length (R v Wiles [2004] EWCA Crim 836)."),
        required=False,
        max_length=60,
    )
    discharge = LengthTextField(
        label=_("Period of the conditional discharge"),
        help_text=_("For example 12 months."),
        required=False,
        max_length=60,
    )
    suspended = forms.BooleanField(
        label=_("The sentence is suspended"),
        help_text=_("It counts as if it was not (Sentencing Act 2020 s.289)."),
        required=False,
    )
    ends_on = DateField(
        label=_("Date when the licence or order ends"),
        what=_("date when the licence or order ends"),
        required=False,
        help_text=_(
            "Leave empty while it has no end. A licence is recorded under Orders and licence: then its last day counts."
        ),
    )
    widths = {"overlap": 20, "extension": 20, "discharge": 20}


class ConvictionForm(FoundForm, ImposedForm):
    """A conviction, caution or finding, with what was first imposed for it."""

    field_order = ("find", *FOUND, *IMPOSED)
    widths = {**ImposedForm.widths, "court": 30, "find": 20, "count": 5}


class CorrectConvictionForm(FoundForm):
    """The right answers in the place of the wrong ones."""

    widths = {"court": 30, "find": 20, "count": 5}
    correction_reason = forms.CharField(
        label=_("What was wrong?"),
        help_text=_("The row as it was stays on the page, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter what was wrong")},
    )

    field_order = ("find", *FOUND, "correction_reason")


class QuashForm(Form):
    """A conviction set aside on appeal."""

    widths = {"set_aside_court": 30}

    set_aside_on = DateField(label=_("When was the appeal decided?"), what=_("date of the decision"))
    set_aside_court = forms.CharField(
        label=_("Which court decided it?"),
        max_length=80,
        error_messages={"required": _("Enter the court that decided the appeal")},
    )
    set_aside_reason = forms.CharField(
        label=_("What did it decide?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter what the court decided")},
    )


class DisposalForm(ImposedForm):
    """Another sentence or order for the same conviction."""


class ReplaceDisposalForm(ImposedForm):
    """A sentence that was recorded wrongly, or that a court varied."""

    widths = {**ImposedForm.widths, "replaced_court": 30}

    replaced_why = forms.ChoiceField(
        label=_("Why does it change?"),
        choices=Disposal.Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it changes")},
    )
    replaced_court = forms.CharField(
        label=_("Court that varied it"), help_text=_("Leave empty for a correction."), required=False, max_length=80
    )
    replacement_reason = forms.CharField(
        label=_("What was wrong, or what did the court decide?"),
        help_text=_("The row as it was stays on the page, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter why the sentence changes")},
    )
    field_order = ("replaced_why", "replaced_court", *IMPOSED, "replacement_reason")


class TermForm(Form):
    """One more consecutive term."""

    widths = {"length": 20}
    length = LengthTextField(
        label=_("How long is the term?"),
        help_text=_("For example 2 years 6 months. It is served after the terms that are recorded."),
        max_length=60,
        error_messages={"required": _("Enter the length of the term")},
    )


class KeyDateForm(Form):
    """A date of the sentence."""

    widths = {"source": 30}

    kind = forms.ChoiceField(
        label=_("Which date?"),
        choices=[("", _("Choose the kind of date")), *KeyDate.Kind.choices],
        error_messages={"required": _("Choose which date it is"), "invalid_choice": _("Choose a kind from the list")},
    )
    on = DateField(label=_("Date"), what=_("date"))
    source = forms.CharField(
        label=_("Where is it from?"),
        help_text=_("For example: release dates notification of 3 March, or letter of the Parole Board."),
        max_length=120,
        error_messages={"required": _("Enter where the date is from")},
    )


class ChangeKeyDateForm(Form):
    """Another date in the place of one."""

    widths = {"source": 30}

    on = DateField(label=_("New date"), what=_("date"))
    source = forms.CharField(
        label=_("Where is it from?"), max_length=120, error_messages={"required": _("Enter where the date is from")}
    )
    reason = forms.CharField(
        label=_("Why does it change?"),
        help_text=_("The date before stays on the page, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter why the date changes")},
    )


class WithdrawForm(Form):
    """Something that does not hold."""

    withdrawal_reason = forms.CharField(
        label=_("Why does it not hold?"),
        help_text=_("It stays on the page, under what is past, with this reason."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter why it does not hold")},
    )


class MoveForm(Form):
    """Where the person went."""

    widths = {"place": 30, "section": 20}

    move = forms.ChoiceField(
        label=_("What happened?"),
        choices=[row for row in WhereaboutsPeriod.Move.choices if row[0] != WhereaboutsPeriod.Move.FOUND_HERE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened")},
    )
    on = DateField(label=_("When?"), what=_("date of the move"))
    place = forms.CharField(
        label=_("Where?"),
        help_text=_("The prison, hospital or removal centre, or the country. No home address."),
        required=False,
        max_length=120,
    )
    section = forms.CharField(
        label=_("Section of the Mental Health Act 1983"),
        help_text=_("Only for a stay in hospital, for example: s.37/41."),
        required=False,
        max_length=60,
    )
    notes = forms.CharField(
        label=_("Anything else"),
        help_text=_("Everyone who sees the case reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )


class RecallForm(Form):
    """A licence revoked."""

    decided_on = DateField(label=_("When was the licence revoked?"), what=_("date of the recall"))
    decided_by = forms.ChoiceField(
        label=_("Who decided it?"),
        help_text=_("Probation proposes a recall; the Secretary of State decides."),
        choices=Body.choices,
        initial=Body.SECRETARY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who decided it")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Everyone who sees the case reads this. Name no victim."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Enter why the licence was revoked")},
    )
    returned_on = DateField(
        label=_("If a stay in custody is recorded already: since when is it that of the recall?"),
        what=_("date of the return"),
        required=False,
        help_text=_("Leave it empty otherwise, and record the return to custody when it has happened."),
    )


class ReturnForm(Form):
    """Back in custody after a recall."""

    widths = {"place": 30}

    on = DateField(label=_("When was the person returned to custody?"), what=_("date of the return"))
    place = forms.CharField(
        label=_("To which prison?"), max_length=120, error_messages={"required": _("Enter the prison")}
    )


class OffencesForm(Form):
    """The words of a search of the offence list."""

    says_optional = False
    widths = {"words": 30}

    words = forms.CharField(
        label=_("Offence, Act or section"),
        help_text=_("For example: indecent, or Offences against the Person s.18."),
        required=False,
        max_length=80,
    )
