"""Assessments of risk of serious harm: read, recorded, countersigned or sent back; and what tools gave."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import actions
from assessments.models import COMMUNITY, CUSTODY, WORDS, Assessment, Tool, ToolResult
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, reads, writes
from offenders.forms.orders import LONGEST_TEXT
from offenders.models import Offender


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """An assessment as it was made. A level that is null is not known, which is not low."""

    previous = serializers.CharField(source="previous.reference", default=None, allow_null=True)
    overall = serializers.IntegerField(allow_null=True)
    overall_in_custody = serializers.IntegerField(allow_null=True)
    assessed_by = serializers.CharField(source="assessed_by.name")
    countersigned_by = serializers.CharField(source="countersigned_by.name", default=None, allow_null=True)
    returned_by = serializers.CharField(source="returned_by.name", default=None, allow_null=True)

    class Meta:
        model = Assessment
        fields = (
            "reference",
            "previous",
            "assessed_on",
            "overall",
            "overall_in_custody",
            *COMMUNITY,
            *CUSTODY,
            "unknown_plan",
            *WORDS,
            "change",
            "change_reason",
            "review_on",
            "assessed_at",
            "assessed_by",
            "countersign_due_on",
            "countersigned_at",
            "countersigned_by",
            "returned_at",
            "returned_by",
            "return_reason",
            "superseded_on",
        )
        read_only_fields = fields


def _level() -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=Offender.Rosh.choices, allow_null=True)


def _words(*, needed: bool = False) -> serializers.CharField:
    if needed:
        return serializers.CharField(max_length=LONGEST_TEXT)
    return serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")


class NewAssessmentSerializer(serializers.Serializer[Any]):
    """Every level, null where it is not known; of a review also what changed and why.

    `seen` is the reference of the last assessment that the writer has read. Without `review_on` it is reviewed as late as
    the standard of its level allows.
    """

    seen = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    assessed_on = serializers.DateField()
    children = _level()
    public = _level()
    known_adult = _level()
    staff = _level()
    prisoners = _level()
    to_self = _level()
    custody_children = _level()
    custody_public = _level()
    custody_known_adult = _level()
    custody_staff = _level()
    custody_prisoners = _level()
    custody_to_self = _level()
    unknown_plan = _words()
    who_is_at_risk = _words(needed=True)
    nature_of_risk = _words(needed=True)
    risk_imminence = _words(needed=True)
    risk_increase_factors = _words(needed=True)
    risk_mitigation_factors = _words(needed=True)
    change = serializers.ChoiceField(choices=Assessment.Change.choices, required=False, allow_blank=True, default="")
    change_reason = _words()
    review_on = serializers.DateField(required=False, allow_null=True, default=None)


class AssessmentReturnSerializer(serializers.Serializer[Any]):
    """What has to be put right."""

    return_reason = serializers.CharField(max_length=LONGEST_TEXT)


class ToolResultSerializer(serializers.ModelSerializer[ToolResult]):
    """What a tool gave about the person on a day: a band, a score or both."""

    tool = serializers.CharField(source="tool.code")
    tool_name = serializers.CharField(source="tool.name")
    recorded_by = serializers.CharField(source="recorded_by.name")

    class Meta:
        model = ToolResult
        fields = (
            "reference",
            "tool",
            "tool_name",
            "completed_on",
            "completed_by",
            "band",
            "score",
            "notes",
            "recorded_at",
            "recorded_by",
            "withdrawn_at",
            "withdrawal_reason",
        )
        read_only_fields = fields


class NewToolResultSerializer(serializers.Serializer[Any]):
    """What a tool gave: `tool` by its code, `band` in the words in which the tool gives it."""

    tool = serializers.SlugRelatedField(slug_field="code", queryset=Tool.objects.filter(is_active=True))
    completed_on = serializers.DateField()
    completed_by = serializers.CharField(max_length=120)
    band = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    score = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True, default=None)
    notes = _words()


class ToolWithdrawalSerializer(serializers.Serializer[Any]):
    """Why a result was recorded by mistake."""

    reason = serializers.CharField(max_length=300)


class RiskAPIView(CasesAPIView):
    """Something of risk."""

    scope, write_scope = "risk:read", "risk:write"


OF_AN_ASSESSMENT = ("previous", "assessed_by", "countersigned_by", "returned_by")


class AssessmentsView(RiskAPIView):
    """Assessments of risk of serious harm; and a new one."""

    event = "api.assessments_read"
    serializer_class = AssessmentSerializer

    @lists("assessments_list", AssessmentSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Every assessment; the one that counts now has no `superseded_on`."""
        rows = seen(request, Assessment).filter(offender=self.case(request, reference=reference))
        return self.page(request, rows.select_related(*OF_AN_ASSESSMENT), AssessmentSerializer)

    @writes("assessment_record", NewAssessmentSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record an assessment, or the review of the last one. The case shows its overall level at once."""
        offender = self.case(request, reference=reference)
        return self.made(request, actions.assess, offender=offender, **self.asked(request, NewAssessmentSerializer))


class AssessmentView(RiskAPIView):
    """One assessment."""

    event = "api.assessment_read"
    serializer_class = AssessmentSerializer

    @reads("assessment_read", AssessmentSerializer)
    def get(self, request: Request, reference: str, row: str) -> Response:
        """One assessment, with its levels and words."""
        found = self.row(request, Assessment, self.case(request, reference=reference), row, *OF_AN_ASSESSMENT)
        return Response(AssessmentSerializer(found).data)


class CountersignatureView(RiskAPIView):
    """A countersignature of an assessment."""

    event = "api.countersignature_sent"
    serializer_class = AssessmentSerializer

    @writes("assessment_countersign", None)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Confirm another person's assessment as a manager. It is locked from then on."""
        assessment = self.row(request, Assessment, self.case(request, reference=reference), row)
        return self.made(request, actions.countersign, assessment=assessment)


class AssessmentReturnView(RiskAPIView):
    """An assessment sent back."""

    event = "api.assessment_return_sent"
    serializer_class = AssessmentReturnSerializer

    @writes("assessment_send_back", AssessmentReturnSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Not confirm another person's assessment, and say why. It counts until it is reviewed."""
        assessment = self.row(request, Assessment, self.case(request, reference=reference), row)
        return self.made(
            request, actions.send_back, assessment=assessment, **self.asked(request, AssessmentReturnSerializer)
        )


class ToolResultsView(RiskAPIView):
    """Results of tools; and a new one."""

    event = "api.tool_results_read"
    serializer_class = ToolResultSerializer

    @lists("tool_results_list", ToolResultSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What tools gave about the person; results withdrawn as recorded by mistake are left out."""
        rows = seen(request, ToolResult).filter(offender=self.case(request, reference=reference))
        rows = rows.filter(withdrawn_at__isnull=True).select_related("tool", "recorded_by")
        return self.page(request, rows, ToolResultSerializer)

    @writes("tool_result_record", NewToolResultSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record what a tool gave."""
        offender = self.case(request, reference=reference)
        asked = self.asked(request, NewToolResultSerializer)
        return self.made(request, actions.record_result, offender=offender, **asked)


class ToolResultView(RiskAPIView):
    """One result of a tool."""

    event = "api.tool_result_read"
    serializer_class = ToolResultSerializer

    @reads("tool_result_read", ToolResultSerializer)
    def get(self, request: Request, reference: str, row: str) -> Response:
        """What a tool gave; one that is withdrawn says since when and why."""
        found = self.row(request, ToolResult, self.case(request, reference=reference), row, "tool", "recorded_by")
        return Response(ToolResultSerializer(found).data)


class ToolResultWithdrawalView(RiskAPIView):
    """A result of a tool taken back."""

    event = "api.tool_result_withdrawal_sent"
    serializer_class = ToolWithdrawalSerializer

    @writes("tool_result_withdraw", ToolWithdrawalSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Take back a result that was recorded by mistake, and say why. It stays on the record, set aside."""
        result = self.row(request, ToolResult, self.case(request, reference=reference), row)
        return self.made(
            request, actions.withdraw_result, result=result, **self.asked(request, ToolWithdrawalSerializer)
        )
