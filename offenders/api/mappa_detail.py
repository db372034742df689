"""Category, level and dates of a person, in the shape that HMPPS services already read."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from agencies.access import Perm
from mappa import dates
from offenders.api.asking import CasesAPIView, seen
from offenders.api.serializers import MappaDetailSerializer
from offenders.law.identifiers import BadIdentifierError, canonical
from offenders.models import Identifier, LevelPeriod, Offender


class MappaDetailView(CasesAPIView):
    """`GET persons/{crn or noms}/risks/mappadetail`: 404 when nobody is managed under that number, for whoever asks.

    A number in the address is what the contract asks for; the log of requests keeps no addresses of it.
    """

    permission = Perm.VIEW_CASE
    scope = "mappa-detail:read"
    event = "api.mappa_detail_read"
    serializer_class = Serializer

    @extend_schema(operation_id="mappa_detail", responses=MappaDetailSerializer)
    def get(self, request: Request, number: str) -> Response:
        held = {"pk": self._holder(request, number), "ended_on__isnull": True, "restricted": False}
        offender = self.case(request, **held)
        return Response({"data": detail(offender, self._since(request, offender))})

    def _holder(self, request: Request, number: str) -> int:
        """The case that holds the number, or held it: a superseded one finds too, one recorded by mistake nobody.

        Raises Http404 for a number that is none, or that nobody holds.
        """
        for kind in (Identifier.Kind.CRN, Identifier.Kind.NOMS):
            try:
                value = canonical(kind, number, dates.today().year)
            except BadIdentifierError:
                continue
            # A number that was withdrawn was recorded by mistake: it is somebody else's.
            row = seen(request, Identifier).filter(kind=kind, value=value, withdrawn_at__isnull=True).first()
            if row is not None:
                return row.offender_id
        raise Http404

    def _since(self, request: Request, offender: Offender) -> Any:
        """When the case began to be managed under MAPPA, this time: before it came back it was another registration."""
        rows = seen(request, LevelPeriod).filter(offender=offender).order_by("-from_on", "-pk")
        since = None
        for period in rows:
            if since is not None and period.until is not None and period.until < since:
                break
            since = period.from_on
        return since


def detail(offender: Offender, since: Any) -> dict[str, Any]:
    """The seven fields; level or category 0 stands for "to be determined", as in Delius."""
    category = offender.get_category_display() if offender.category else "To be determined"
    return {
        "level": offender.level,
        "levelDescription": str(offender.get_level_display()),
        "category": offender.category or 0,
        "categoryDescription": str(category),
        "startDate": since.isoformat() if since else None,
        "reviewDate": offender.next_review_on.isoformat() if offender.next_review_on else None,
        "notes": None,
    }
