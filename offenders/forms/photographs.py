"""What the pages of photographs ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mappa.forms import DateField
from offenders.forms.documents import FileForm, file_field
from offenders.models import Photograph

_HINT = _("JPEG or PNG. Where and with what it was taken is left out.")


class ReplacementForm(FileForm):
    """Another picture in the place of one."""

    file = file_field(_("Photograph"), hint=_HINT, accept=".jpg,.jpeg,.png")
    taken_on = DateField(label=_("When was it taken?"), what=_("date when it was taken"))
    notes = forms.CharField(
        label=_("Notes"),
        help_text=_("For example, where a mark is."),
        max_length=300,
        required=False,
    )


class PhotographForm(ReplacementForm):
    """A picture of the person."""

    kind = forms.ChoiceField(
        label=_("What does it show?"),
        choices=Photograph.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it shows")},
    )

    field_order = ("file", "kind", "taken_on", "notes")
