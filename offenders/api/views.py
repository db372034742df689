"""The API of cases: the same guard, permissions and audit as the pages."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from agencies.api.permissions import HasScope
from audit.record import record
from offenders.api.serializers import CaseSerializer
from offenders.models import Offender

PAGE = 25


class CasesView(GenericAPIView[Offender]):
    """The cases the integration's user sees, in order of reference: 25 a page, `?after=` the last one seen."""

    permission = Perm.VIEW_CASE
    scope = "cases:read"
    permission_classes = (HasScope,)
    serializer_class = CaseSerializer
    queryset = Offender.objects.none()

    @extend_schema(operation_id="cases_list")
    @transaction.atomic
    def get(self, request: Request) -> Response:
        after = request.query_params.get("after", "")
        if len(after) > 12 or "\x00" in after:
            raise ValidationError({"after": ["Give the reference of the last case you read."]})
        rows = Offender.objects.visible_to(_user(request)).current().filter(reference__gt=after)
        page = list(rows.select_related("area", "lead_agency").order_by("reference")[: PAGE + 1])
        shown = page[:PAGE]
        record("api.cases_listed", by=request.user, cases=[row.pk for row in shown])
        return Response(
            {
                "cases": CaseSerializer(shown, many=True).data,
                "next": shown[-1].reference if len(page) > PAGE else None,
            }
        )


class CaseView(GenericAPIView[Offender]):
    """One case, by reference; 404 when the integration's user does not see it."""

    permission = Perm.VIEW_CASE
    scope = "cases:read"
    permission_classes = (HasScope,)
    serializer_class = CaseSerializer
    queryset = Offender.objects.none()

    @extend_schema(operation_id="case_read")
    def get(self, request: Request, reference: str) -> Response:
        try:
            with transaction.atomic():
                rows = Offender.objects.visible_to(_user(request)).select_related("area", "lead_agency")
                row = get_object_or_404(rows, reference=reference)
                record("api.case_read", by=request.user, about=row)
                return Response(CaseSerializer(row).data)
        except (Http404, PermissionDenied):
            record("api.case_read", by=request.user, denied=True, reference=reference)
            raise


def _user(request: Request) -> Any:
    return request.user
