"""Cases: listed, searched, read, registered; and why a person needs one."""

from typing import Any

from django.core.exceptions import ValidationError as RefusedError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from agencies.api.authentication import asker, token_of
from audit.models import Act
from audit.record import record
from mappa.plain import plain
from offenders import actions, duplicates, search
from offenders.api.asking import CasesAPIView, is_person, seen
from offenders.api.describing import FOR_A_PERSON, lists, reads, writes
from offenders.api.searching import count_as_search
from offenders.api.serializers import (
    CaseFilterSerializer,
    CaseSerializer,
    FoundSerializer,
    PurposeSerializer,
    RegistrationSerializer,
    SearchSerializer,
    WarnedCaseSerializer,
)
from offenders.forms.cases import places_of_registration
from offenders.models import Offender
from offenders.visibility import known_elsewhere

MOST_FOUND = 25


class CasesView(CasesAPIView):
    """The cases whoever asks sees, by reference; and a new one."""

    permission = Perm.VIEW_CASE
    write_scope = "cases:write"
    event = "api.cases_listed"
    serializer_class = CaseSerializer

    @lists("cases_list", CaseSerializer)
    @extend_schema(parameters=[CaseFilterSerializer])
    def get(self, request: Request) -> Response:
        """The cases that whoever asks sees: those managed now, unless asked otherwise."""
        asked = CaseFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        chosen = asked.validated_data
        rows = seen(request, Offender).filter(*search.conditions(chosen, asker(request)))
        if not chosen["ended"]:
            rows = rows.filter(ended_on__isnull=True)
        answer = self.page(request, rows.select_related("area", "lead_agency"), CaseSerializer)
        shown = [case["reference"] for case in answer.data["results"]]
        record(self.event, by=asker(request), act=Act.LIST, token=token_of(request).pk, cases=shown)
        return answer

    @writes("case_register", RegistrationSerializer)
    def post(self, request: Request) -> Response:
        """Register a person with the conviction from which the category follows, at level 1.

        Somebody of a like name and date of birth among the cases that the person sees is told beside `another_reason`,
        with the references that the system sees too: register with a reason, or write to that case.
        """
        count_as_search(request)
        asked = self.asked(request, RegistrationSerializer)
        self._refuse_place(request, asked)
        try:
            return self.made(request, actions.register, **asked)
        except RefusedError as refusal:
            self._record_what_it_told(request, asked, refusal)
            if "another_reason" not in getattr(refusal, "error_dict", {}):
                raise
            raise ValidationError({"another_reason": [_like(request, asked)]}) from None

    def _record_what_it_told(self, request: Request, asked: dict[str, Any], refusal: RefusedError) -> None:
        """A refused number tells that a record exists: that somebody was told is recorded, as on the pages (access.md)."""
        refused = [name for name in ("crn", "pnc") if name in getattr(refusal, "error_dict", {})]
        if refused:
            numbers = search.numbers_in(asked[name] for name in refused)
            known_elsewhere(numbers, to=asker(request), registering=True)

    def _refuse_place(self, request: Request, asked: dict[str, Any]) -> None:
        """Where the form of the pages offers no area or agency, the API refuses it."""
        if not is_person(request):
            return
        areas, agencies = places_of_registration(asker(request))
        if not areas.filter(pk=asked["area"].pk).exists():
            raise ValidationError({"area": [_("You do not register people in this area.")]})
        if not agencies.filter(pk=asked["lead_agency"].pk, area=asked["area"]).exists():
            raise ValidationError({"lead_agency": [_("Choose an agency of the area that leads cases.")]})


def _like(request: Request, asked: dict[str, Any]) -> str:
    """Which cases are alike, of those that the person and the system see."""
    born = {name: asked[name] for name in ("surname", "forenames", "born_on")}
    found = duplicates.likely(seen(request, Offender), **born)  # type: ignore[arg-type]
    shown = [one.offender.reference for one in found]
    by, token = asker(request), token_of(request).pk
    record("case.duplicates_looked_for", act=Act.SEARCH, by=by, token=token, found=len(shown), cases=shown)
    which = ", ".join(shown) or _("search for the name")
    told = _("Somebody of a like name and date of birth is registered: %s.") % which
    return f"{told} " + _("Say here why this is another person, or write to that case.")


class SearchView(CasesAPIView):
    """The cases that fit some words best. Posted, so that no name or number stands in an address or a log."""

    permission = Perm.VIEW_CASE
    write_scope = "cases:read"
    event = "api.cases_searched"
    serializer_class = SearchSerializer

    @extend_schema(
        operation_id="cases_search", parameters=[FOR_A_PERSON], request=SearchSerializer, responses=FoundSerializer
    )
    def post(self, request: Request) -> Response:
        """The cases that fit some words best, 25 at most; for a person, whether a number is held elsewhere."""
        count_as_search(request)
        asked = SearchSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        words = plain(asked.validated_data["words"])
        found = search.matching(token_of(request).user, words, {"ended": True})
        if is_person(request):
            his = Offender.objects.visible_to(asker(request))
            found = found.filter(pk__in=his.order_by().values("pk"))
        page = search.page_of(found, user=asker(request), after="", before="")
        results = CaseSerializer(page.people[:MOST_FOUND], many=True).data
        by, shown = asker(request), [case["reference"] for case in results]
        record(self.event, by=by, act=Act.SEARCH, token=token_of(request).pk, found=page.total, cases=shown)
        if not shown:
            search.record_refused(words, by=by)
        told = search.elsewhere(by, words) if is_person(request) else None
        return Response({"results": results, "held_elsewhere": told})


class CaseView(CasesAPIView):
    """One case, by reference; 404 when whoever asks does not see it."""

    permission = Perm.VIEW_CASE
    serializer_class = WarnedCaseSerializer

    @reads("case_read", WarnedCaseSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What identifies a case and says how it is managed; a merged one answers under its new reference."""
        case = self.case(request, reference=reference)
        return Response(WarnedCaseSerializer(case, context={"asker": asker(request)}).data)


class PurposesView(CasesAPIView):
    """Say what a person needs the case for today (access.md, Purpose)."""

    permission = Perm.VIEW_CASE
    write_scope = "cases:read"
    event = "api.purpose"
    serializer_class = PurposeSerializer

    @extend_schema(operation_id="case_purpose", parameters=[FOR_A_PERSON], responses={201: PurposeSerializer})
    def post(self, request: Request, reference: str) -> Response:
        """Say what a person without a part in the case needs it for today; then it opens to the person."""
        offender = self.case(request, reference=reference)
        asked = PurposeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if not is_person(request):
            raise ValidationError({"body": [_("A system is recorded and not asked: send On-Behalf-Of.")]})
        words = asked.validated_data.get("words", "")
        said = actions.state_purpose(
            offender=offender, purpose=asked.validated_data["purpose"], words=words, by=asker(request)
        )
        return Response(PurposeSerializer(said).data, status=201)
