"""Kinds of flag: reference data, no case."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.administration import ReferenceAdmin
from offenders.models import FlagKind


@admin.register(FlagKind)
class FlagKindAdmin(ReferenceAdmin):
    """What may be flagged, and how often it is looked at again. A kind out of use is made inactive."""

    list_display = ["name", "tone", "review_months", "warns", "is_active", "citation"]
    list_filter = ["is_active", "tone"]
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # The audit names kinds by code.
        return ["code"] if obj else []
