"""What the pages of tools ask."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Tool
from assessments.models.tool import plain
from mappa import dates
from mappa.forms import DateField, Form
from offenders.forms.orders import NAME_NO_VICTIM, words_field


class ToolForm(Form):
    """Which tool."""

    tool = forms.ModelChoiceField(
        label=_("Which tool?"),
        queryset=Tool.objects.filter(is_active=True),
        to_field_name="code",
        empty_label=_("Choose a tool"),
        error_messages={"required": _("Choose the tool"), "invalid_choice": _("Choose a tool from the list")},
    )


class ResultForm(Form):
    """What it gave: only what this tool gives is asked."""

    widths: ClassVar = {"completed_by": 30, "score": 5}

    completed_on = DateField(label=_("When was it completed?"), what=_("date when it was completed"))
    completed_by = forms.CharField(
        label=_("Who completed it?"),
        max_length=120,
        help_text=_("Name and agency."),
        error_messages={"required": _("Enter who completed it")},
    )
    band = forms.ChoiceField(label=_("Which band did it give?"), widget=forms.RadioSelect, required=False)
    score = forms.DecimalField(
        label=_("What was the score?"),
        max_digits=7,
        decimal_places=2,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Enter the score as a number, for example 12 or 3.5")},
    )
    notes = words_field(_("What else should be known?"), hint=NAME_NO_VICTIM, rows=3, required=False)

    def __init__(self, *args: Any, tool: Tool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"completed_on": dates.today()}, **kwargs)
        self.fields["band"].choices = [(band, band) for band in tool.bands]  # type: ignore[attr-defined]
        if not tool.bands:
            del self.fields["band"]
        if not tool.has_score:
            del self.fields["score"]
            self.fields["band"].required = True
        elif tool.lowest_score is not None and tool.highest_score is not None:
            limits = {"lowest": plain(tool.lowest_score), "highest": plain(tool.highest_score)}
            self.fields["score"].help_text = _("From %(lowest)s to %(highest)s.") % limits


class WithdrawalForm(Form):
    """Why a result is set aside."""

    reason = words_field(_("Why is it withdrawn?"), hint=NAME_NO_VICTIM, rows=3)
