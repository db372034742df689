"""The administration site: who may come in, by which door, and what every page of it has in common."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from agencies import reauthentication
from agencies.access import Perm, allowed
from agencies.models import User
from audit.models import Act
from audit.record import record


def _may(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and allowed(request.user, Perm.REFERENCE_DATA)


class ReferenceAdmin(ModelAdmin):  # type: ignore[type-arg]
    """Permission by the policy and not by Django's own table of permissions; every change is recorded."""

    can_delete = True

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

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record("reference.added", by=request.user, about=obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        record("reference.changed", by=request.user, about=obj, fields=_changed(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            record("reference.deleted", by=request.user, about=row)
        return super().log_deletions(request, queryset)


class AskedAgainAdmin(ReferenceAdmin):
    """What gives somebody access, or a system: whoever changes it proves again who he is."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and not reauthentication.is_recent(request):
            return reauthentication.ask(request)
        return super().changeform_view(request, *args, **kwargs)


def _changed(message: Any) -> list[str]:
    """The names of the fields that changed, never what they hold."""
    parts = message if isinstance(message, list) else []
    return sorted({name for part in parts for name in part.get("changed", {}).get("fields", [])})


class AdministrationSite(AdminSite):
    """Open to staff who hold the administrator's role today."""

    site_header = site_title = gettext_lazy("mappa administration")
    index_title = gettext_lazy("Reference data, agencies and users")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_staff and allowed(user, Perm.REFERENCE_DATA)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Refuse: who comes here has signed in where everybody does, and is no administrator."""
        record("administration.opened", act=Act.VIEW, by=request.user, denied=True)
        raise PermissionDenied

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take what follows our rules, and leave out what other packages bring (groups, e-mail addresses)."""
        if admin_class is not None and issubclass(admin_class, ReferenceAdmin):
            super().register(model_or_iterable, admin_class, **options)
