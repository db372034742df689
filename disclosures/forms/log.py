"""What the log of disclosure asks: which entries to show, and what a new record carries out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from disclosures.models import DisclosureDecision
from mappa.forms import Form
from mappa.templatetags.mappa import long_date
from offenders.models import Offender

DUE, WAITING = "due", "waiting"


class LogForm(Form):
    """Which entries are shown."""

    says_optional = False
    widths = {"to_whom": 20}

    to_whom = forms.CharField(label=_("To whom"), max_length=160, required=False)
    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("", _("Either")), *DisclosureDecision.Decision.choices], required=False
    )
    due = forms.ChoiceField(
        label=_("What is due"),
        choices=[
            ("", _("Anything or nothing")),
            (DUE, _("A review, by today")),
            (WAITING, _("To be authorised, or to be told")),
        ],
        required=False,
    )


class EntryField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Decisions of meetings."""

    def label_from_instance(self, obj: Any) -> str:
        words = _("Meeting %(meeting)s, %(date)s: %(to_whom)s")
        about = {"meeting": obj.meeting_reference, "date": long_date(obj.considered_at), "to_whom": obj.to_whom}
        return str(words) % about


class BeginForm(Form):
    """Begin a record, perhaps of what a meeting decided."""

    follows = EntryField(
        label=_("Does it carry out what a meeting decided?"),
        queryset=DisclosureDecision.objects.none(),
        empty_label=_("No, it is considered here first"),
        required=False,
    )

    def __init__(self, *args: Any, offender: Offender, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = offender.disclosure_decisions.visible_to(user).to_carry_out()
        self.fields["follows"].queryset = rows  # type: ignore[attr-defined]
        if not rows.exists():
            del self.fields["follows"]
