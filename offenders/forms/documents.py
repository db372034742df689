"""What the pages of documents ask."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa.files.contents import LIST
from mappa.forms import DateField, Form
from offenders.actions.documents import agencies_on
from offenders.models import Document, Offender

NO_FILE = {
    "required": _("Choose the file"),
    "empty": _("The file is empty. Choose another"),
    "missing": _("Choose the file"),
    "invalid": _("Choose the file"),
}


def file_field(label: Any, *, hint: Any, accept: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=hint,
        widget=forms.FileInput(attrs={"accept": accept}),
        error_messages={key: str(words) for key, words in NO_FILE.items()},
    )


_HINT = format_lazy("{}. {}", LIST, _("No macros, scripts or passwords."))
_ENDINGS = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg,.eml,.txt"


class FileForm(Form):
    """A form with a file: browsers forget it when the page comes back, so the page says to choose it again."""

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field not in {None, "file"} and not self.has_error("file"):
            super().add_error("file", _("Choose the file again: it is not kept while something else is put right"))


class DocumentForm(FileForm):
    """A document, and who may read it."""

    file = file_field(_("File"), hint=_HINT, accept=_ENDINGS)
    title = forms.CharField(
        label=_("Title"),
        help_text=_("What it is, for example “OASys, full assessment”. Name no victim."),
        max_length=120,
        error_messages={"required": _("Enter the title")},
    )
    kind = forms.ChoiceField(
        label=_("What kind of document is it?"),
        choices=[("", _("Choose a kind")), *Document.Kind.choices],
        error_messages={"required": _("Choose the kind of document")},
    )
    dated_on = DateField(label=_("Date on the document"), what=_("date of the document"))
    marking = forms.ChoiceField(
        label=_("Marking"),
        choices=Document.Marking.choices,
        initial=Document.Marking.SENSITIVE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the marking")},
    )
    handling = forms.CharField(
        label=_("Handling words"),
        help_text=_("For example, “Not to be copied without the chair's agreement”."),
        max_length=120,
        required=False,
    )
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        help_text=_("Others on the case see that a document is there, and not which. You can always read it."),
        choices=Document.Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read the document")},
    )
    agencies = forms.ModelMultipleChoiceField(
        label=_("Which agencies?"),
        help_text=_("Only for “Named agencies only”. The agencies on this case are listed."),
        queryset=Agency.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Choose agencies that are on the case")},
    )

    def __init__(self, *args: Any, offender: Offender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = agencies_on(offender)  # type: ignore[attr-defined]


class VersionForm(FileForm):
    """A new version of a document."""

    file = file_field(_("File"), hint=_HINT, accept=_ENDINGS)
    dated_on = DateField(label=_("Date on the document"), what=_("date of the document"))


class WithdrawalForm(Form):
    """Why something is taken out of use."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        help_text=_("Everyone who could read it reads this. Name no victim."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": _("Enter why it is withdrawn")},
    )


class DocumentsForm(Form):
    """Which documents are shown."""

    says_optional = False

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Any")), *Document.Kind.choices], required=False)
    words = forms.CharField(label=_("Words in the title"), max_length=80, required=False)
