"""What the page of a prompt asks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from mappa.forms import Form
from offenders.forms.orders import NAME_NO_VICTIM, words_field


class DismissalForm(Form):
    """Why a prompt leads to nothing."""

    reason = words_field(_("Why is nothing to be done?"), hint=NAME_NO_VICTIM, rows=3)

    def __init__(self, *args: Any, closed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = str(_("Enter why nothing is to be done"))
        if closed:
            self.fields["reason"].help_text = _("Only those who may look at victims read this.")
