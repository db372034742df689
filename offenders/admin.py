"""Reference data of the record, no case: what may be chosen, and what each choice means."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.administration import ReferenceAdmin
from offenders.models import (
    CharacteristicValue,
    ConditionText,
    FlagKind,
    HandoverKind,
    Offence,
    OrderKind,
    PatientSection,
    Premises,
    WarningKind,
)


class CodedAdmin(ReferenceAdmin):
    """A list whose lines are never deleted, and whose codes stay what the audit calls them."""

    can_delete = False
    list_filter = ["is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # The audit names them by code.
        return ["code"] if obj else []


@admin.register(FlagKind)
class FlagKindAdmin(CodedAdmin):
    """What may be flagged, and how often it is looked at again. A kind out of use is made inactive."""

    list_display = ["name", "tone", "review_months", "warns", "is_active", "citation"]
    list_filter = ["is_active", "tone"]


@admin.register(Offence)
class OffenceAdmin(CodedAdmin):
    """The list of offences, with the schedules that make them count. One out of use is made inactive."""

    list_display = ["title", "code", "statute", "schedule_3", "schedule_15_part", "relevant_terrorist", "is_active"]
    list_filter = ["is_active", "schedule_3", "schedule_15_part", "relevant_terrorist"]
    search_fields = ["title", "code", "statute"]


@admin.register(OrderKind)
class OrderKindAdmin(CodedAdmin):
    """Kinds of order, with the lengths that are refused (checked) or asked about (not checked)."""

    list_display = [
        "name",
        "statute",
        "unit",
        "shortest",
        "longest",
        "is_checked",
        "first_made_on",
        "legacy_from",
        "is_active",
    ]
    list_filter = ["is_active", "is_checked"]


@admin.register(ConditionText)
class ConditionTextAdmin(CodedAdmin):
    """The wording of licence conditions. What stands on licences keeps the text it was given."""

    list_display = ["title", "group", "is_paraphrase", "is_active", "citation"]
    list_filter = ["is_active", "group"]
    search_fields = ["title", "text"]


@admin.register(CharacteristicValue)
class CharacteristicValueAdmin(ReferenceAdmin):
    """What may be chosen for a characteristic. A value out of use is made inactive."""

    list_display = ["name", "kind", "code", "order", "is_active", "citation"]
    list_filter = ["kind", "is_active"]
    can_delete = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "code"] if obj else []


@admin.register(Premises)
class PremisesAdmin(CodedAdmin):
    """Approved premises and their beds. Premises that take nobody any more are made inactive."""

    list_display = ["name", "area", "kind", "residents", "beds", "disabled_access", "is_active"]
    list_filter = ["is_active", "residents", "kind"]


@admin.register(WarningKind)
class WarningKindAdmin(CodedAdmin):
    """Warnings for everybody on a case: their words must say nothing of a victim."""

    list_display = ["words", "is_active", "citation"]


@admin.register(HandoverKind)
class HandoverKindAdmin(CodedAdmin):
    """The checklist of a transfer. What is made inactive is not asked of new transfers."""

    list_display = ["name", "position", "is_active", "citation"]


@admin.register(PatientSection)
class PatientSectionAdmin(CodedAdmin):
    """Sections and orders under which somebody is a patient. One out of use is made inactive."""

    list_display = ["name", "statute", "restriction", "in_hospital", "is_active", "citation"]
    list_filter = ["is_active", "restriction"]
