"""What is asked about a colleague."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.colleagues import rules
from agencies.models import Agency, Rank, Role, User, Vetting
from agencies.teams import people_of
from mappa import dates
from mappa.forms import DateField, Form


class ByAddress(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Somebody of an agency, by work address: no key leaves the server."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), to_field_name="email", **kwargs)


class RoleForm(Form):
    """As what somebody works in an agency, and whom he reports to. It offers what its reader may give there."""

    role = forms.ModelChoiceField(
        Role.objects.none(),
        label=_("Role"),
        empty_label=_("Choose a role"),
        error_messages={"required": _("Choose a role"), "invalid_choice": _("Choose a role that you may give")},
    )
    rank = forms.ModelChoiceField(
        Rank.objects.none(),
        label=_("Rank"),
        required=False,
        empty_label=_("None"),
        to_field_name="name",
        help_text=_("From manager rank on, somebody countersigns, authorises and sees the work of the team."),
        error_messages={"invalid_choice": _("Choose a rank that you may give")},
    )
    line_manager = ByAddress(
        label=_("Line manager"),
        required=False,
        empty_label=_("Nobody is named"),
        help_text=_("Is asked when somebody must explain what he opened."),
        error_messages={"invalid_choice": _("Choose somebody who works in the agency")},
    )
    until = DateField(
        label=_("Last day"), what=_("last day"), required=False, help_text=_("Leave it open for no known end.")
    )

    def __init__(
        self,
        *args: Any,
        agency: Agency,
        by: User,
        person: User | None = None,
        keeps: tuple[Any, Any] = (None, None),
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        role, rank = keeps
        given = [*rules.roles_given(by, agency), *([role.pk] if role else [])]
        ranks, highest = Rank.objects.all(), rules.highest_rank_given(by, agency)
        if highest is not None:
            ranks = ranks.filter(order__lte=highest) | Rank.objects.filter(pk=rank.pk if rank else 0)
        people = people_of([agency], dates.today())
        self.fields["role"].queryset = Role.objects.filter(pk__in=given)  # type: ignore[attr-defined]
        self.fields["rank"].queryset = ranks  # type: ignore[attr-defined]
        self.fields["line_manager"].queryset = people.exclude(pk=person.pk) if person else people  # type: ignore[attr-defined]


class VettingForm(Form):
    """How far somebody was vetted, and until when."""

    vetting_level = forms.ChoiceField(
        label=_("Vetting level"),
        choices=[("", _("Choose a level")), *Vetting.choices],
        error_messages={"required": _("Choose the level of the vetting")},
    )
    vetting_expires_on = DateField(
        label=_("Last day of the vetting"),
        what=_("last day of the vetting"),
        help_text=_("After it nothing can be opened until a new one is recorded."),
    )


class InviteForm(RoleForm, VettingForm):
    """Whom to invite, as what, and until when."""

    widths: ClassVar = {"email": 30, "name": 30}

    email = forms.EmailField(
        label=_("Work email address"),
        max_length=254,
        error_messages={
            "required": _("Enter the work email address"),
            "invalid": _("Enter an email address, like name@example.gov.uk"),
        },
    )
    name = forms.CharField(
        label=_("First and last name"), max_length=120, error_messages={"required": _("Enter the name")}
    )
    from_on = DateField(label=_("First day"), what=_("first day"), help_text=_("Today or later."))
    field_order = [
        "email", "name", "role", "rank", "line_manager", "from_on", "until", "vetting_level", "vetting_expires_on",
    ]  # fmt: skip


class EndForm(Form):
    """Why somebody's work in a role ends."""

    reason = forms.ChoiceField(
        label=_("Why does it end?"),
        widget=forms.RadioSelect,
        choices=[
            ("left", _("Left the agency")),
            ("moved", _("Does other work in the agency")),
            ("error", _("Should not have been given")),
            ("conduct", _("Because of misuse")),
        ],
        error_messages={"required": _("Choose why it ends")},
    )


class SuspendForm(Form):
    """Why an account is closed."""

    reason = forms.CharField(
        label=_("Why is the account suspended?"),
        help_text=_("Whoever keeps the agency’s memberships reads this. Do not write about any case."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
        error_messages={"required": _("Enter why the account is suspended")},
    )


class OpenForm(Form):
    """Why an account is opened again."""

    asked_why = forms.CharField(
        label=_("Why should the account be opened again?"),
        help_text=_("Whoever agrees reads this. Do not write about any case."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
        error_messages={"required": _("Enter why the account should be opened again")},
    )


class FindForm(Form):
    """A name or a part of it. It is sent and not put into the address, where it would be kept."""

    says_optional: ClassVar = False
    widths: ClassVar = {"words": 20}

    words = forms.CharField(label=_("Find a colleague by name"), max_length=60, required=False)


class JoinForm(Form):
    """Agreeing to the terms."""

    agreed = forms.BooleanField(
        label=_("I agree to these terms"), error_messages={"required": _("Agree to the terms to go on")}
    )


class FirstPasswordForm(JoinForm):
    """The same, for whoever has no way in yet: with a password of his own."""

    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 15 characters. Three or more words that do not belong together are good; you may paste."),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
        error_messages={"required": _("Choose a password")},
    )
    field_order = ["password", "agreed"]
