"""What is asked when somebody is away."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa.forms import DateField, Form


def _who(label: Any, missing: Any) -> Any:
    return forms.ModelChoiceField(
        label=label,
        queryset=User.objects.none(),
        to_field_name="email",
        empty_label=_("Choose a person"),
        error_messages={"required": missing, "invalid_choice": _("Choose one of the people listed")},
    )


class StandInForm(Form):
    """Who is away, who stands in, and from when until when. Whoever manages nobody is asked only about himself."""

    person = _who(_("Who is away?"), _("Choose who is away"))
    to = _who(_("Who stands in?"), _("Choose who stands in"))
    from_on = DateField(label=_("First day away"), what=_("first day away"), help_text=_("Today or later."))
    until = DateField(label=_("Last day away"), what=_("last day away"))

    def __init__(self, *args: Any, people: QuerySet[User], colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["person"].widget = forms.HiddenInput()
            self.initial.setdefault("person", people[0].email)
            self.redress()
