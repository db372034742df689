"""Boards and their meetings: reference data, no case."""

from django.contrib import admin

from agencies.administration import ReferenceAdmin
from reviews.models import Board, BoardMeeting


@admin.register(Board)
class BoardAdmin(ReferenceAdmin):
    """The board of an area."""

    list_display = ("name", "area")


@admin.register(BoardMeeting)
class BoardMeetingAdmin(ReferenceAdmin):
    """When and where a board meets."""

    list_display = ("board", "starts_at", "place")
    list_filter = ("board",)
