"""Administration: reference data, agencies and users, for administrators; of cases there is nothing here.

Who may open it is decided where everything is (agencies/access.py), and every change goes into the audit.
"""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm, PasswordInput, URLField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies import outbox, own_sessions
from agencies.administration import AskedAgainAdmin, ReferenceAdmin
from agencies.colleagues.telling import (
    tell_of_a_provider,
    tell_of_a_service,
    tell_of_a_token,
    tell_of_an_address,
    tell_of_an_agency,
)
from agencies.models import (
    Agency,
    AgencyKind,
    Area,
    ClosedDay,
    IdentityLink,
    IdentityProvider,
    IntegrationToken,
    Membership,
    OutboxMessage,
    Rank,
    Role,
    Standard,
    User,
)
from agencies.models.token import digest, new_token
from agencies.telling import say_mail_works
from audit.record import record
from mappa import dates


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    list_display = ["name", "nation"]
    list_filter = ["nation"]
    search_fields = ["name"]
    can_delete = False


@admin.register(AgencyKind)
class AgencyKindAdmin(AskedAgainAdmin):
    list_display = ["name", "older_name", "duty", "citation"]
    list_filter = ["duty"]
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Rules name kinds by code (police).
        return ["code"] if obj else []


@admin.register(Agency)
class AgencyAdmin(AskedAgainAdmin):
    list_display = ["name", "kind", "area", "is_active"]
    list_filter = ["is_active", "kind", "area"]
    list_select_related = ["kind", "area"]
    search_fields = ["name"]
    can_delete = False

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        # Its kind and area give its people and services their cases, and its domains who is invited.
        if change and {"kind", "area", "is_active", "email_domains"} & set(form.changed_data):
            tell_of_an_agency(obj)


class PersonForm(ModelForm):  # type: ignore[type-arg]
    def clean_email(self) -> str:
        # Sign-in looks it up in lower case.
        email: str = self.cleaned_data["email"].lower()
        return email


class SystemForm(PersonForm):
    """The address and name of another service. People come by invitation."""

    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(User)
class PersonAdmin(AskedAgainAdmin):
    """People, to look at, and the little that is not done where colleagues are kept (docs/people.md).

    Nobody is deleted. Nobody gets a password here, so that no administrator signs in as another; nobody is let in or out here, for
    that takes a keeper of his memberships, or two; nobody is vetted or made an administrator here, for both follow his memberships;
    and nobody changes his own row. What is added is a service, without a password.
    """

    form = PersonForm
    can_delete = False
    actions = ["mail_works_again", "end_sessions"]
    list_display = ["name", "email", "is_active", "is_staff", "vetting_expires_on", "last_login", "mail_returned_at"]
    list_filter = ["is_active", "is_staff", ("mail_returned_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "email"]
    ordering = ["name", "pk"]
    readonly_fields = [
        "is_active", "is_staff", "vetting_level", "vetting_expires_on", "last_login", "date_joined", "left_at",
        "mail_returned_at", "terms_version", "terms_accepted_at",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["email", "name"]}),
        (gettext_lazy("Access"), {"fields": ["is_active", "is_staff", "vetting_level", "vetting_expires_on"]}),
        (
            gettext_lazy("Dates"),
            {
                "fields": [
                    "last_login",
                    "date_joined",
                    "left_at",
                    "mail_returned_at",
                    "terms_version",
                    "terms_accepted_at",
                ]
            },
        ),
    ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        return super().get_form(request, obj, change=change, **({"form": SystemForm} if obj is None else {}) | kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": ["email", "name"]})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = obj is not None and obj.pk == request.user.pk
        return not is_own and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        # The system is nobody's to change.
        return super().get_queryset(request).filter(is_system=False)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.set_unusable_password()
        elif "email" in form.changed_data:
            # What came back came from the address he had.
            obj.mail_returned_at = None
            tell_of_an_address(obj, before=form.initial["email"])
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            own_sessions.end_all(obj, why="changed")

    @admin.action(description=gettext_lazy("Mail reaches them again"), permissions=["change"])
    def mail_works_again(self, request: Any, queryset: Any) -> None:
        people = queryset.filter(mail_returned_at__isnull=False)
        number = len([say_mail_works(person=person, by=request.user) for person in people])
        words = ngettext("Mail is sent to %d person again.", "Mail is sent to %d people again.", number)
        messages.success(request, words % number)

    @admin.action(description=gettext_lazy("End their sessions"), permissions=["change"])
    def end_sessions(self, request: Any, queryset: Any) -> None:
        number = 0
        for person in queryset:
            record("sessions.ended", by=request.user, about=person)
            number += own_sessions.end_all(person, why="")
        messages.success(request, ngettext("%d session is ended.", "%d sessions are ended.", number) % number)


class Fate(admin.SimpleListFilter):
    """What became of messages: of very many the few that somebody must look at, unless others are asked for."""

    title = gettext_lazy("what became of it")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return OutboxMessage.State.choices

    def choices(self, changelist: Any) -> Any:
        everything, *states = super().choices(changelist)
        return [{**everything, "display": _("Failed or came back")}, *states]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(state=self.value()) if self.value() else queryset.in_trouble()


@admin.register(OutboxMessage)
class OutboxAdmin(ReferenceAdmin):
    """Mail, to see whether it arrives: what kind it is and what the provider said, and not what it says."""

    actions = ["send_again"]
    can_delete = False
    list_display = ["pk", "what", "to", "state", "created_at", "tries", "sent_at", "provider_status"]
    fields = [
        "what", "to", "state", "created_at", "tries", "next_try_at", "sent_at", "provider_id", "provider_status", "asked_at",
    ]  # fmt: skip
    list_filter = [Fate]
    list_select_related = ["to"]
    search_fields = ["to__name", "to__email"]
    ordering = ["-pk"]
    show_full_result_count = False

    @admin.display(description=gettext_lazy("what"))
    def what(self, row: OutboxMessage) -> str:
        return row.key.partition(":")[0]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=gettext_lazy("Send again what failed or came back"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        again = [row for row in queryset if outbox.send_again(row)]
        for row in again:
            record("mail.sent_again", by=request.user, about=row)
        words = ngettext("%d message is sent again.", "%d messages are sent again.", len(again))
        messages.success(request, words % len(again))


class SystemMembershipForm(ModelForm):  # type: ignore[type-arg]
    """The agency for which a service acts. People come by invitation, and are changed where colleagues are kept."""

    def clean_user(self) -> User:
        user: User = self.cleaned_data["user"]
        if user.memberships.exclude(role=Role.Code.INTEGRATION).exists() or user.has_usable_password():
            words = _("This is a person. Invite people under Colleagues; a service has an entry of its own.")
            raise ValidationError(words)
        return user


@admin.register(Membership)
class MembershipAdmin(AskedAgainAdmin):
    """Who works where: of people to look at, for Colleagues is the one door; of services to give and to end.

    Ended, not deleted: what somebody could see last year must stay answerable.
    """

    form = SystemMembershipForm
    can_delete = False
    list_display = ["user", "agency", "role", "rank", "from_on", "until", "stopped_at", "confirmed_on"]
    list_filter = ["role", "agency__kind", "agency__area"]
    list_select_related = ["user", "agency", "role", "rank"]
    search_fields = ["user__name", "user__email", "agency__name"]
    autocomplete_fields = ["user", "agency"]
    fields = ["user", "agency", "role", "from_on", "until"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["queryset"] = Role.objects.filter(pk=Role.Code.INTEGRATION)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        own_sessions.end_all(obj.user, why="changed")
        # A token made long before opens the cases of this agency from today on.
        tell_of_a_service(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_system = obj is None or obj.role_id == Role.Code.INTEGRATION
        return is_system and super().has_change_permission(request, obj)


@admin.register(Role)
class RoleAdmin(ReferenceAdmin):
    """What a role permits is code, so roles are described here and neither added nor removed."""

    list_display = ["name", "purpose"]
    readonly_fields = ["code"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Rank)
class RankAdmin(AskedAgainAdmin):
    list_display = ["name", "order", "citation"]
    search_fields = ["name"]


@admin.register(Standard)
class StandardAdmin(AskedAgainAdmin):
    """Ended by a newer one, not deleted: dates that were set by it must stay answerable, and pages ask for it by name."""

    can_delete = False
    list_display = ["name", "value", "unit", "area", "from_on", "until", "certainty"]
    list_filter = ["area", "certainty"]
    list_select_related = ["area"]
    search_fields = ["name", "citation"]


@admin.register(ClosedDay)
class ClosedDayAdmin(ReferenceAdmin):
    list_display = ["on", "name", "area"]
    list_filter = ["area"]
    list_select_related = ["area"]


class TokenForm(ModelForm):  # type: ignore[type-arg]
    """A system has one token of a name: the page that shows a new one, sent again, makes no second."""

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        same = IntegrationToken.objects.filter(user=answers.get("user"), name=answers.get("name"))
        if same.filter(expires_on__gte=dates.today()).exclude(pk=self.instance.pk).exists():
            self.add_error(
                "name", _("This system has a token of that name. Choose another name, or end that one first.")
            )
        return answers


@admin.register(IntegrationToken)
class IntegrationTokenAdmin(AskedAgainAdmin):
    """A system's token is made here, shown once and kept only as a digest, which is shown to nobody."""

    form = TokenForm
    list_display = ["name", "user", "scopes", "expires_on", "last_used_on"]
    list_select_related = ["user"]
    fields = ["name", "user", "scopes", "expires_on", "successor"]
    # A token that leaked is revoked with the one for which it was changed.
    readonly_fields = ["successor"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(memberships__role=Role.Code.INTEGRATION).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: IntegrationToken, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            token = new_token()
            obj.digest = digest(token)
            request.made_token = token  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        # Each time: another scope, another service or another last day lets in what was not let in before.
        if form.changed_data or not change:
            tell_of_a_token(obj)

    def response_add(
        self, request: HttpRequest, obj: IntegrationToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The token, in this one answer: a message would be kept until the next page."""
        context = {**self.admin_site.each_context(request), "title": str(obj), "token": request.made_token}  # type: ignore[attr-defined]
        return TemplateResponse(request, "admin/token.html", context)


class ProviderForm(ModelForm):  # type: ignore[type-arg]
    """The secret is taken and never shown; left empty it stays as it is."""

    class Meta:
        widgets = {"client_secret": PasswordInput(render_value=False, attrs={"autocomplete": "off"})}

    issuer = URLField(assume_scheme="https", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_secret"].required = self.instance.pk is None
        # So that an empty box is no change.
        self.initial.pop("client_secret", None)

    def clean_client_secret(self) -> str:
        given: str = self.cleaned_data["client_secret"]
        return given or self.instance.client_secret


@admin.register(IdentityProvider)
class IdentityProviderAdmin(AskedAgainAdmin):
    """An agency's own sign-in service. Made inactive, not deleted: who came by it must stay answerable.

    Who somebody is there is what that service calls him. Another service would be believed to speak of the same people: once
    anybody is linked, it stays the service it is, and another is added beside it.
    """

    form = ProviderForm
    can_delete = False
    list_display = ["name", "agency", "issuer", "is_active"]
    list_select_related = ["agency"]
    autocomplete_fields = ["agency"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        is_linked = obj is not None and IdentityLink.objects.filter(provider=obj).exists()
        return ["agency", "issuer"] if is_linked else []

    def save_model(self, request: HttpRequest, obj: IdentityProvider, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if not form.changed_data:
            return
        tell_of_a_provider(obj)
        # What they were let in by was another proof than would be asked for now.
        linked = IdentityLink.objects.filter(provider=obj).values("user")
        for person in User.objects.filter(pk__in=UserSession.objects.filter(user__in=linked).values("user")):
            own_sessions.end_all(person, why="changed")
