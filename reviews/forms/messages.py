"""How somebody wants to be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import MessageChoice
from mappa.forms import Form


class MessagesForm(Form):
    """What may be chosen; nobody can choose to hear nothing."""

    rhythm = forms.ChoiceField(
        label=_("When should mappa write to you?"),
        choices=[
            (MessageChoice.Rhythm.MORNING, _("Once each working morning, about everything")),
            (MessageChoice.Rhythm.AT_ONCE, _("At once, a message for each thing")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select when mappa should write to you")},
    )
    early = forms.BooleanField(
        label=_("Also tell me some days before something falls due"),
        help_text=_("On the day itself and afterwards you are told in any case."),
        required=False,
    )
    weekly = forms.BooleanField(
        label=_("Send me a summary in numbers each Monday"),
        help_text=_("What is overdue and what falls due this week in your team, or before your board."),
        required=False,
    )
