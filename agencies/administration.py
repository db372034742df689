"""The administration site: who may come in, by which door, for how long, and what every page of it has in common.

Of cases there is nothing here, whoever looks: no protected table is registered (docs/people.md).
"""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import models
from django.forms import PasswordInput
from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.utils import timezone
from django.utils.translation import gettext_lazy

from agencies import reauthentication
from agencies.access import Perm, allowed
from agencies.models import User
from agencies.models.standard import value
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.encryption import EncryptedTextField

# What is said of a person in the audit is that it changed, and not from what to what: the history of changes has that.
UNTOLD = {"email", "name"}
# Of the pages that Django brings for the site as a whole, those that ours lead to; without a name is what answers every other address.
PAGES = {"index", "app_list", "autocomplete", "jsi18n", None}


def _may(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and allowed(request.user, Perm.REFERENCE_DATA)


def _can_be_key(model: Any, sent: Any) -> bool:
    try:
        model._meta.pk.to_python(sent)
    except ValidationError:
        return False
    return True


class ChosenRow(AutocompleteSelect):
    """A row chosen by typing. Shown again with a mistake, Django's own asks the database for whatever was sent as its key."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        keys = [one for one in value if _can_be_key(self.field.remote_field.model, one)]
        return super().optgroups(name, keys, attrs)


class ReferenceAdmin(ModelAdmin):  # type: ignore[type-arg]
    """Permission by the policy and not by Django's own table of permissions; every change is recorded."""

    can_delete = True
    view_on_site = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_delete and _may(request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A list is never narrowed by what points at its rows: Django's own takes "+" for tables that have no name here on purpose."""
        points_at_it = lookup.partition("__")[0] in self.opts.fields_map
        return not points_at_it and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def response_action(self, request: HttpRequest, queryset: Any, *place: Any, **where: Any) -> Any:
        """Django looks for the rows that were ticked before it looks whether what was sent can be the key of a row."""
        if not all(_can_be_key(self.model, sent) for sent in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest
        return super().response_action(request, queryset, *place, **where)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenRow(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            # What it held before is asked of the database: a hidden copy in the form is whatever its sender says, and so
            # would be what is told of the change.
            field.show_hidden_initial = False
        return field

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record("reference.added", by=request.user, about=obj)
        return super().log_addition(request, obj, message)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:  # noqa: FBT001, FBT002
        request.from_to = {} if add else _from_to(form)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        from_to = getattr(request, "from_to", {})
        record("reference.changed", by=request.user, about=obj, fields=_changed(message), from_to=from_to)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            record("reference.deleted", by=request.user, about=row)
        return super().log_deletions(request, queryset)


class AskedAgainAdmin(ReferenceAdmin):
    """What gives somebody access, or a system: whoever changes or deletes it, or does something to several, proves again who he is."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _must_ask(request) or super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _must_ask(request) or super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return _must_ask(request) or super().changelist_view(request, *args, **kwargs)


def _must_ask(request: HttpRequest) -> HttpResponse | None:
    is_asked = request.method == "POST" and not reauthentication.is_recent(request)
    return reauthentication.ask(request) if is_asked else None


def _changed(message: Any) -> list[str]:
    """The names of the fields that changed, never what they hold."""
    parts = message if isinstance(message, list) else []
    return sorted({name for part in parts for name in part.get("changed", {}).get("fields", [])})


def _from_to(form: Any) -> dict[str, list[str]]:
    """What each field held, and what it holds now, as keys and figures; of a secret nothing, for the audit is never changed."""
    told = [name for name in form.changed_data if name in form.cleaned_data and name not in UNTOLD]
    told = [name for name in told if not _is_secret(form, name)]
    return {name: [_plain(form.initial.get(name)), _plain(form.cleaned_data[name])] for name in told}


def _is_secret(form: Any, name: str) -> bool:
    """What stands encrypted in its column, or is typed unseen."""
    try:
        kept = form._meta.model._meta.get_field(name)
    except FieldDoesNotExist:
        kept = None
    return isinstance(kept, EncryptedTextField) or isinstance(form.fields[name].widget, PasswordInput)


def _plain(value: Any) -> str:
    return "" if value is None else str(getattr(value, "pk", value))[:200]


class AdministrationSite(AdminSite):
    """Open to staff who hold the administrator's role today, have proved who they are, and came in lately."""

    site_header = site_title = gettext_lazy("mappa administration")
    index_title = gettext_lazy("Reference data, agencies and users")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_staff and allowed(user, Perm.REFERENCE_DATA)

    def get_urls(self) -> Any:
        """Without Django's own ways to the address of a row of any table, to sign in and out, and to another password."""
        return [one for one in super().get_urls() if isinstance(one, URLResolver) or one.name in PAGES]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Each page of the site: entered by proving who one is, for two hours, and recorded before it is shown."""
        page = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                record("administration.opened", act=_act(request), by=request.user, denied=True)
                raise PermissionDenied
            if not _is_in(request):
                record("reauthentication.asked", by=request.user, act=Act.VIEW, before="administration")
                return reauthentication.ask(request)
            _note(request, kwargs)
            return page(request, *args, **kwargs)

        return update_wrapper(entered, view)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take what follows our rules, and leave out what other packages bring (groups, e-mail addresses)."""
        if admin_class is not None and issubclass(admin_class, ReferenceAdmin):
            super().register(model_or_iterable, admin_class, **options)


def _is_in(request: HttpRequest) -> bool:
    """Did he come in within the standard's two hours? Whoever proved lately who he is comes in now."""
    now = timezone.now().timestamp()
    minutes = value("administration_minutes", None, dates.today())
    since: float = request.session.get("administers_since", 0)
    if 0 <= now - since <= minutes * 60:
        return True
    if not reauthentication.is_recent(request):
        return False
    request.session["administers_since"] = now
    return True


def _note(request: HttpRequest, asked: dict[str, Any]) -> None:
    name = request.resolver_match.url_name if request.resolver_match else ""
    row = str(asked.get("object_id", ""))[:20]
    record("administration.opened", by=request.user, act=_act(request), page=name or "", row=row)


def _act(request: HttpRequest) -> Act:
    return Act.VIEW if request.method in {"GET", "HEAD"} else Act.SEND
