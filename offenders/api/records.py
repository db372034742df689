"""Flags and notes: what people who work the case put on it."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from offenders import flags, notes
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, writes
from offenders.models import Flag, FlagKind, Note


class FlagSerializer(serializers.ModelSerializer[Flag]):
    """A warning on a case."""

    kind = serializers.SlugRelatedField(slug_field="code", queryset=FlagKind.objects.all())

    class Meta:
        model = Flag
        fields = ("reference", "kind", "notes", "review_on", "added_at", "removed_on")
        read_only_fields = ("reference", "added_at", "removed_on")
        # Whether it is on the case already is told by the verb, under the lock of the case.
        validators = ()
        extra_kwargs = {"review_on": {"required": False, "allow_null": True, "default": None}}


class FlagReviewSerializer(serializers.Serializer[Any]):
    """Why a flag stands, and until when; without a date, as late as its kind allows."""

    reason = serializers.CharField(max_length=2000)
    review_on = serializers.DateField(required=False, allow_null=True, default=None)


class FlagRemovalSerializer(serializers.Serializer[Any]):
    """Why a flag is taken off."""

    removal_reason = serializers.CharField(max_length=2000)


class NoteSerializer(serializers.ModelSerializer[Note]):
    """A note, for its audience; `corrects` is the one that it puts right."""

    by = serializers.CharField(source="by.name", read_only=True)
    corrects = serializers.CharField(source="corrects.reference", read_only=True, default=None, allow_null=True)

    class Meta:
        model = Note
        fields = ("reference", "kind", "happened_on", "text", "audience", "at", "by", "corrects")
        read_only_fields = ("reference", "at")


class FlagsView(CasesAPIView):
    """The flags of a case, and a new one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "flags:read", "cases:write"
    event = "api.flags_read"
    serializer_class = FlagSerializer

    @lists("flags_list", FlagSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The flags of a case, removed ones too."""
        offender = self.case(request, reference=reference)
        rows = seen(request, Flag).filter(offender=offender).select_related("kind")
        return self.page(request, rows, FlagSerializer)

    @writes("flag_add", FlagSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Put a flag on the case until it is reviewed."""
        offender = self.case(request, reference=reference)
        return self.made(request, flags.add_flag, offender=offender, **self.asked(request, FlagSerializer))


class FlagReviewView(CasesAPIView):
    """A review of a flag."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "flags:read", "cases:write"
    event = "api.flag_review_sent"
    serializer_class = FlagReviewSerializer

    @writes("flag_review", FlagReviewSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Let a flag stand until another day, and say why."""
        flag = self.row(request, Flag, self.case(request, reference=reference), row)
        return self.made(request, flags.review_flag, flag=flag, **self.asked(request, FlagReviewSerializer))


class FlagRemovalView(CasesAPIView):
    """The removal of a flag."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "flags:read", "cases:write"
    event = "api.flag_removal_sent"
    serializer_class = FlagRemovalSerializer

    @writes("flag_remove", FlagRemovalSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Take a flag off the case, and say why. It stays on the record."""
        flag = self.row(request, Flag, self.case(request, reference=reference), row)
        return self.made(request, flags.remove_flag, flag=flag, **self.asked(request, FlagRemovalSerializer))


class NotesView(CasesAPIView):
    """The notes of a case that are for whoever asks, and a new one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "notes:read", "notes:write"
    event = "api.notes_read"
    serializer_class = NoteSerializer

    @lists("notes_list", NoteSerializer, restricted=serializers.IntegerField())
    def get(self, request: Request, reference: str) -> Response:
        """The notes that are for whoever asks; `restricted` says how many are there for others."""
        offender = self.case(request, reference=reference)
        rows = seen(request, Note).filter(offender=offender)
        restricted = Note.objects.outline_of(offender).count() - rows.count()
        return self.page(request, rows.select_related("by", "corrects"), NoteSerializer, restricted=restricted)

    @writes("note_add", NoteSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Write down what happened, for an audience."""
        offender = self.case(request, reference=reference)
        return self.made(request, notes.add_note, offender=offender, **self.asked(request, NoteSerializer))


class NoteCorrectionView(CasesAPIView):
    """A correction of a note."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "notes:read", "notes:write"
    event = "api.note_correction_sent"
    serializer_class = NoteSerializer

    @writes("note_correct", NoteSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Write a new note that corrects another. Both stay."""
        note = self.row(request, Note, self.case(request, reference=reference), row)
        return self.made(request, notes.correct_note, note=note, **self.asked(request, NoteSerializer))
