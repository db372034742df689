"""How an offence of the list is found and chosen."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from mappa.forms import Form
from offenders.models import Offence


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
