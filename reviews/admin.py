"""The published audit forms, regions and populations: reference data, no case."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.access import Perm, allowed
from agencies.administration import ReferenceAdmin
from agencies.models import User
from reviews.models import AuditForm, AuditQuestion, Population, Region


class QuestionInline(admin.TabularInline):  # type: ignore[type-arg]
    """The boxes of a form, written with it."""

    model = AuditQuestion
    extra = 20

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and allowed(request.user, Perm.REFERENCE_DATA)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditForm)
class AuditFormAdmin(ReferenceAdmin):
    """An edition is added and never changed: what was scored by it says what it said then."""

    list_display = ("name", "edition", "kind", "from_on")
    inlines = (QuestionInline,)
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    """Areas that are published together."""

    list_display = ("name", "citation", "certainty")
    filter_horizontal = ("areas",)


@admin.register(Population)
class PopulationAdmin(ReferenceAdmin):
    """How many people aged 10 and over live in an area, for rates."""

    list_display = ("area", "year", "people", "source")
    list_filter = ("area",)
