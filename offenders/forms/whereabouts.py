"""What is asked about where the person is, and about recalls."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField, Form
from offenders.models import WhereaboutsPeriod
from offenders.models.licence import Body


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
