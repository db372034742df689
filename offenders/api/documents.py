"""Documents: what is there, a marked copy, and a new one; and which photographs there are."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request

from agencies.access import Perm
from agencies.api.authentication import asker
from agencies.api.problems import DamagedError
from agencies.models import Agency
from audit.models import Act
from audit.record import record
from offenders import actions, copies
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import FOR_A_PERSON, lists, writes
from offenders.models import Document, Photograph
from offenders.store import DamagedFileError


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """What is known of a document; a withdrawn one stays on the list, and no copy of it is handed out."""

    by = serializers.CharField(source="by.name")
    supersedes = serializers.CharField(source="supersedes.reference", default=None, allow_null=True)

    class Meta:
        model = Document
        fields = (
            "reference",
            "title",
            "kind",
            "dated_on",
            "marking",
            "handling",
            "audience",
            "file_kind",
            "size",
            "sha256",
            "scan",
            "at",
            "by",
            "supersedes",
            "withdrawn_at",
        )
        read_only_fields = fields


class NewDocumentSerializer(serializers.Serializer[Any]):
    """A file for an audience; `agencies` only for "agencies", by name, each on the case."""

    file = serializers.FileField(max_length=200)
    title = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Document.Kind.choices)
    dated_on = serializers.DateField()
    marking = serializers.ChoiceField(choices=Document.Marking.choices, default=Document.Marking.SENSITIVE)
    handling = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    audience = serializers.ChoiceField(choices=Document.Audience.choices)
    agencies = serializers.SlugRelatedField(
        slug_field="name",
        queryset=Agency.objects.filter(is_active=True),
        many=True,
        required=False,
        default=list,  # type: ignore[arg-type]
    )


class DocumentWithdrawalSerializer(serializers.Serializer[Any]):
    """Why a document is taken out of use."""

    reason = serializers.CharField(max_length=300)


class PhotographSerializer(serializers.ModelSerializer[Photograph]):
    """What is known of a photograph. The picture itself is shown on the pages only."""

    supersedes = serializers.CharField(source="supersedes.reference", default=None, allow_null=True)

    class Meta:
        model = Photograph
        fields = ("reference", "kind", "taken_on", "file_kind", "size", "at", "supersedes", "withdrawn_at")
        read_only_fields = fields


class DocumentsView(CasesAPIView):
    """The documents of a case that are for whoever asks; and a new one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "documents:read", "documents:write"
    event = "api.documents_read"
    serializer_class = DocumentSerializer

    def get_parsers(self) -> list[BaseParser]:
        return [MultiPartParser()]

    @lists("documents_list", DocumentSerializer, restricted=serializers.IntegerField())
    def get(self, request: Request, reference: str) -> Any:
        """What is known of each document; `restricted` says how many are there for others."""
        offender = self.case(request, reference=reference)
        rows = seen(request, Document).filter(offender=offender)
        restricted = Document.objects.outline_of(offender).count() - rows.count()
        rows = rows.select_related("by", "supersedes")
        return self.page(request, rows, DocumentSerializer, restricted=restricted)

    @writes("document_add", NewDocumentSerializer)
    def post(self, request: Request, reference: str) -> Any:
        """Bring a document to the case, for its audience: multipart, one file, checked by what it holds."""
        offender = self.case(request, reference=reference)
        asked = self.asked(request, NewDocumentSerializer)
        return self.made(request, actions.add_document, offender=offender, **asked)


class DownloadView(CasesAPIView):
    """A copy of a document."""

    permission = Perm.VIEW_CASE
    scope = "documents:read"
    event = "api.document_read"  # that a copy was taken is an event of its own, once it was
    serializer_class = DocumentSerializer

    @extend_schema(
        operation_id="document_download",
        parameters=[FOR_A_PERSON],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference: str, row: str) -> Any:
        """The copy for whoever asks, marked with who took it; that it was taken is recorded before it is sent."""
        document = self.row(request, Document, self.case(request, reference=reference), row)
        if document.withdrawn_at is not None:
            raise PermissionDenied(_("This document is withdrawn, so no copy of it is handed out."))
        try:
            return copies.hand_out(document, asker(request), marking=document.marked, kind=document.kind)
        except DamagedFileError:
            record("document.damaged", act=Act.DOWNLOAD, by=asker(request), about=document, denied=True)
            raise DamagedError(_("The file is not as it was kept. It was reported; ask whoever brought it.")) from None


class DocumentWithdrawalView(CasesAPIView):
    """A document taken out of use."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "documents:read", "documents:write"
    event = "api.document_withdrawal_sent"
    serializer_class = DocumentWithdrawalSerializer

    @writes("document_withdraw", DocumentWithdrawalSerializer)
    def post(self, request: Request, reference: str, row: str) -> Any:
        """Take a document out of use, and say why. It stays on the list; no copy of it is handed out."""
        document = self.row(request, Document, self.case(request, reference=reference), row)
        asked = self.asked(request, DocumentWithdrawalSerializer)
        return self.made(request, actions.withdraw_document, document=document, **asked)


class PhotographsView(CasesAPIView):
    """Which photographs there are."""

    permission = Perm.VIEW_CASE
    scope = "photographs:read"
    event = "api.photographs_read"
    serializer_class = PhotographSerializer

    @lists("photographs_list", PhotographSerializer)
    def get(self, request: Request, reference: str) -> Any:
        """What is known of each photograph, not the picture."""
        offender = self.case(request, reference=reference)
        rows = seen(request, Photograph).filter(offender=offender).select_related("supersedes")
        return self.page(request, rows, PhotographSerializer)
