"""Information requests: what was asked about a case and came back, and what the system's own agency is asked."""

from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import asker, token_of
from agencies.models import Agency
from audit.models import Act
from audit.record import record
from disclosures import actions
from disclosures.models import InformationAnswer, InformationRequest
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, reads, writes
from offenders.forms.orders import LONGEST_TEXT
from offenders.models import Offender


class InformationAnswerSerializer(serializers.ModelSerializer[InformationAnswer]):
    """What the asked agency says, for an audience."""

    by = serializers.CharField(source="by.name")

    class Meta:
        model = InformationAnswer
        fields = ("reference", "kind", "text", "audience", "at", "by")
        read_only_fields = fields


class AskedInShortSerializer(serializers.ModelSerializer[InformationRequest]):
    """A request in the list of the asked agency, as its page lists it: what was asked is read one by one, and recorded."""

    asking_agency = serializers.CharField(source="asking_agency.name")
    agency = serializers.CharField(source="agency.name")

    class Meta:
        model = InformationRequest
        fields = ("reference", "agency", "asking_agency", "asked_at", "due_on", "state", "name")
        read_only_fields = fields


class AskedSerializer(serializers.ModelSerializer[InformationRequest]):
    """What an agency is asked, with what it was given to find the person by. Withdrawn, it says nothing of the person."""

    asking_agency = serializers.CharField(source="asking_agency.name")
    agency = serializers.CharField(source="agency.name")
    asked_by = serializers.CharField(source="asked_by.name")
    details = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    answers = InformationAnswerSerializer(many=True)

    class Meta:
        model = InformationRequest
        fields: tuple[str, ...] = (
            "reference",
            "agency",
            "asking_agency",
            "asked_at",
            "asked_by",
            "due_on",
            "state",
            "gateway",
            "gateway_words",
            "purpose",
            "questions",
            "name",
            "details",
            "answered_on",
            "answers",
        )

    def to_representation(self, instance: InformationRequest) -> Any:
        told = super().to_representation(instance)
        if instance.state == InformationRequest.State.WITHDRAWN:
            told |= {"purpose": "", "questions": "", "name": "", "details": []}
        return told


class InformationRequestSerializer(AskedSerializer):
    """The same for those who see the case; `restricted` counts the answers that are for others."""

    restricted = serializers.SerializerMethodField()

    class Meta(AskedSerializer.Meta):
        fields = (*AskedSerializer.Meta.fields, "restricted", "chase_on", "withdrawn_on", "withdrawal_reason")

    def to_representation(self, instance: InformationRequest) -> Any:
        return serializers.ModelSerializer.to_representation(self, instance)

    def get_restricted(self, row: InformationRequest) -> int:
        came: int = row.came  # type: ignore[attr-defined]
        return came - len(row.answers.all())


class NewRequestSerializer(serializers.Serializer[Any]):
    """Which agency is asked what, why and by which power.

    `details` are what it is told besides the name: "born", "names", "address", and "number-" with the reference of an
    identifier. Without `due_on` the standard says when the answer is due.
    """

    agency = serializers.SlugRelatedField(slug_field="name", queryset=Agency.objects.filter(is_active=True))
    purpose = serializers.CharField(max_length=LONGEST_TEXT)
    gateway = serializers.ChoiceField(choices=InformationRequest.Gateway.choices)
    gateway_words = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    questions = serializers.CharField(max_length=LONGEST_TEXT)
    details = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=50, required=False, default=list
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class RequestWithdrawalSerializer(serializers.Serializer[Any]):
    """Why a request is taken back."""

    reason = serializers.CharField(max_length=300)


class NewAnswerSerializer(serializers.Serializer[Any]):
    """What the agency holds, that it holds nothing, or why it does not share it; and who may read that."""

    kind = serializers.ChoiceField(choices=InformationAnswer.Kind.choices)
    text = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    audience = serializers.ChoiceField(choices=InformationAnswer.Audience.choices)


class RequestsAPIView(CasesAPIView):
    """Something of information requests."""

    scope, write_scope = "requests:read", "requests:write"

    def loaded(self, request: Request) -> QuerySet[InformationRequest]:
        """Those that whoever asks sees, with all that is read along."""
        answers = Prefetch("answers", seen(request, InformationAnswer).select_related("by"))
        rows = seen(request, InformationRequest).select_related("agency", "asking_agency", "asked_by")
        return rows.prefetch_related(answers)

    def about(self, request: Request, offender: Offender) -> QuerySet[InformationRequest]:
        """Those about a case; that there are answers for others is told."""
        return self.loaded(request).filter(offender=offender).annotate(came=Count("answers"))


class InformationRequestsView(RequestsAPIView):
    """What was asked about the person; and a new request."""

    event = "api.information_requests_read"
    serializer_class = InformationRequestSerializer

    @lists("information_requests_list", InformationRequestSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What was asked of which agency about the person, and what came back."""
        rows = self.about(request, self.case(request, reference=reference))
        return self.page(request, rows, InformationRequestSerializer)

    @writes("information_request", NewRequestSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Ask an agency what it holds. It learns the name, what is chosen and written here, and sees nothing of the case."""
        offender = self.case(request, reference=reference)
        asked = self.asked(request, NewRequestSerializer)
        return self.made(request, actions.request_information, offender=offender, **asked)


class InformationRequestView(RequestsAPIView):
    """One request."""

    event = "api.information_request_read"
    serializer_class = InformationRequestSerializer

    @reads("information_request_read", InformationRequestSerializer)
    def get(self, request: Request, reference: str, row: str) -> Response:
        """One request, and the answers that are for whoever asks."""
        found = self.about(request, self.case(request, reference=reference)).filter(reference=row).first()
        if found is None:
            raise Http404
        return Response(InformationRequestSerializer(found).data)


class ChaseView(RequestsAPIView):
    """A reminder."""

    event = "api.information_chase_sent"
    serializer_class = InformationRequestSerializer

    @writes("information_request_chase", None)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Remind the agency that an answer is waited for, by a mail that names nobody. Once a day at most."""
        asked = self.row(request, InformationRequest, self.case(request, reference=reference), row)
        return self.made(request, _chase, about=asked)


def _chase(*, about: InformationRequest, **by: Any) -> InformationRequest:
    """A reminder has no reference: the request has."""
    actions.chase_request(request=about, **by)
    return about


class RequestWithdrawalView(RequestsAPIView):
    """A request taken back."""

    event = "api.information_withdrawal_sent"
    serializer_class = RequestWithdrawalSerializer

    @writes("information_request_withdraw", RequestWithdrawalSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Take a request back that was not answered. From then on it tells the asked agency nothing of the person."""
        asked = self.row(request, InformationRequest, self.case(request, reference=reference), row)
        said = self.asked(request, RequestWithdrawalSerializer)
        return self.made(request, _withdraw, about=asked, **said)


def _withdraw(*, about: InformationRequest, **said: Any) -> InformationRequest:
    return actions.withdraw_request(request=about, **said)


class ToUsAPIView(RequestsAPIView):
    """A request that the system's own agency was sent: it is seen without its case (docs/adr/0010)."""

    def sent_to_us(self, request: Request) -> QuerySet[InformationRequest]:
        """Those to agencies for which whoever asks answers or reads."""
        rows = self.loaded(request)
        return rows.sent_to(asker(request))  # type: ignore[attr-defined,no-any-return]

    def one(self, request: Request, row: str) -> InformationRequest:
        """One of them, its read recorded. Raises Http404."""
        found = self.sent_to_us(request).filter(reference=row).first()
        if found is None:
            raise Http404
        self.opened(request, found, found.offender)
        return found


class RequestsToUsView(ToUsAPIView):
    """What the system's agency is asked."""

    event = "api.requests_to_us_listed"
    serializer_class = AskedInShortSerializer

    @lists("requests_to_us_list", AskedInShortSerializer)
    def get(self, request: Request) -> Response:
        """What other agencies ask of the system's own, open or answered lately, in short; withdrawn ones are left out."""
        rows = self.sent_to_us(request).exclude(state=InformationRequest.State.WITHDRAWN)
        answer = self.page(request, rows, AskedInShortSerializer)
        shown = [row["reference"] for row in answer.data["results"]]
        record(self.event, by=asker(request), act=Act.LIST, token=token_of(request).pk, requests=shown)
        return answer


class RequestToUsView(ToUsAPIView):
    """One request to the system's agency."""

    event = "api.request_to_us_read"
    serializer_class = AskedSerializer

    @reads("request_to_us_read", AskedSerializer)
    def get(self, request: Request, row: str) -> Response:
        """What the agency is asked about a person, and what it has answered. Nothing of the case."""
        return Response(AskedSerializer(self.one(request, row)).data)


class AnswerView(ToUsAPIView):
    """The agency's answer."""

    event = "api.information_answer_sent"
    serializer_class = NewAnswerSerializer

    @writes("information_answer", NewAnswerSerializer)
    def post(self, request: Request, row: str) -> Response:
        """Say what the agency holds, that it holds nothing, or why it does not share it. What is put right is another answer."""
        asked = self.one(request, row)
        return self.made(request, _answer, about=asked, **self.asked(request, NewAnswerSerializer))


def _answer(*, about: InformationRequest, **said: Any) -> InformationAnswer:
    return actions.answer_information(request=about, **said)
