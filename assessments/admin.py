"""Reference data of risk, no case: the tools by which it is assessed."""

from django.contrib import admin

from assessments.models import Tool
from offenders.admin import CodedAdmin


@admin.register(Tool)
class ToolAdmin(CodedAdmin):
    """Tools with their bands and scores. Results keep the band they were given; one out of use is made inactive."""

    list_display = ["name", "measures", "used_by", "has_score", "is_active", "citation"]
