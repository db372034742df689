"""What an invited agency is asked before a meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa.forms import Form
from panels.models import Audience


class AgenciesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Some of the agencies that are invited for the person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Agency.objects.none(), widget=forms.CheckboxSelectMultiple, **kwargs)


def _words(label: Any, help_text: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


def _readers(label: Any, initial: str = Audience.EVERYONE, *, besides: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[choice for choice in Audience.choices if choice[0] != besides],
        initial=initial,
        error_messages={"required": _("Choose who may read this")},
    )


class InformationForm(Form):
    """What the agency tells the meeting, part by part, or that it has nothing to tell."""

    says_optional = False

    text = _words(
        _("What should the meeting know?"),
        _("What has happened since the last meeting. Facts and dates first, and where each comes from."),
        rows=8,
    )
    audience = _readers(_("Who may read this?"))
    risk = _words(_("How does your agency see the risk?"), _("What makes it better or worse, and for whom."))
    risk_audience = _readers(_("Who may read how you see the risk?"))
    victims = _words(
        _("Victims, and people at risk"), _("Only what the meeting needs. Never an address. Not for everyone invited.")
    )
    victims_audience = _readers(
        _("Who may read what you say of victims?"), Audience.AUTHORITY, besides=Audience.EVERYONE
    )
    offer = _words(
        _("What can your agency do?"), _("What, by when, and how it is seen that it was done. The meeting decides.")
    )
    offer_audience = _readers(_("Who may read what you offer?"))
    agencies = AgenciesField(
        label=_("Named agencies"),
        help_text=_("Only where you chose “Named agencies only” above. Co-ordination and the chair read it too."),
        required=False,
    )
    nothing_to_share = forms.BooleanField(label=_("We have nothing to share about this person"), required=False)
    # How many versions were sent when the page was opened.
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    PARTS = ("text", "risk", "victims", "offer")

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = Agency.objects.filter(pk__in=[a.pk for a in agencies])  # type: ignore[attr-defined]
        if not agencies:
            del self.fields["agencies"]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Each part with who may read it, for the page."""
        return [
            {"words": self[name], "readers": self["audience" if name == "text" else f"{name}_audience"]}
            for name in self.PARTS
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found["number"] = found.get("number") or 0
        return found
