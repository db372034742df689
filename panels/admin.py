"""Reference data of meetings: the editions of the confidentiality statement."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agencies.administration import ReferenceAdmin
from panels.models import Statement


@admin.register(Statement)
class StatementAdmin(ReferenceAdmin):
    """What is read at the start of a meeting. Another wording is another edition: people agreed to this one."""

    can_delete = False
    list_display = ["edition", "from_on", "citation"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["edition", "text"] if obj else []
