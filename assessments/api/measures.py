"""The measures of a plan: those that whoever asks may read, and what becomes of each."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.models import Agency
from assessments import actions
from assessments.models import PILLARS, Audience, Measure, Plan
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, reads, writes
from offenders.forms.orders import LONGEST_TEXT

# What a column of Postgres holds.
MOST_VERSIONS = 2**31 - 1


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """Who does what by when and how it is checked; `version` goes with a change of it."""

    plan = serializers.CharField(source="plan.reference")
    plan_state = serializers.ChoiceField(source="plan.state", choices=Plan.State.choices)
    agency = serializers.CharField(source="agency.name")
    overridden_by = serializers.CharField(source="overridden_by.name", default=None, allow_null=True)
    saved_by = serializers.CharField(source="saved_by.name", default=None, allow_null=True)
    done_by = serializers.CharField(source="done_by.name", default=None, allow_null=True)

    class Meta:
        model = Measure
        fields = (
            "reference",
            "plan",
            "plan_state",
            "pillar",
            "text",
            "agency",
            "person",
            "due_on",
            "checked_how",
            "audience",
            "override_reason",
            "overridden_by",
            "version",
            "saved_at",
            "saved_by",
            "removed_at",
            "done_on",
            "done_by",
            "outcome",
        )
        read_only_fields = fields


def read_version() -> serializers.IntegerField:
    """Which version of something was read before it is changed."""
    return serializers.IntegerField(min_value=0, max_value=MOST_VERSIONS)


OF_A_MEASURE = ("plan", "agency", "overridden_by", "saved_by", "done_by")


class MeasureWordsSerializer(serializers.Serializer[Any]):
    """What an agency words of its own measure, whole, as it was when `version` was read."""

    text = serializers.CharField(max_length=300)
    person = serializers.CharField(max_length=120, allow_blank=True)
    due_on = serializers.DateField()
    checked_how = serializers.CharField(max_length=300)
    version = read_version()


class MeasureProposalSerializer(MeasureWordsSerializer):
    """A measure that an agency proposes to do itself: `agency` is one of the person's, by name."""

    version = None  # type: ignore[assignment]
    person = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    pillar = serializers.ChoiceField(choices=[(pillar.value, pillar.label) for pillar in PILLARS])
    agency = serializers.SlugRelatedField(slug_field="name", queryset=Agency.objects.filter(is_active=True))


class NewMeasureSerializer(MeasureProposalSerializer):
    """A measure of any agency that sees the case.

    Without an audience it is that which is usual under its heading; `override_reason` is for co-ordination and chairs.
    """

    audience = serializers.ChoiceField(choices=Audience.choices, required=False, allow_blank=True, default="")
    override_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class MeasureChangeSerializer(NewMeasureSerializer):
    """The same of a measure that is there, as it was when `version` was read: whole, with who does it and who may read it."""

    person = serializers.CharField(max_length=120, allow_blank=True)
    audience = serializers.ChoiceField(choices=Audience.choices)
    version = read_version()  # type: ignore[assignment]


class MeasureOutcomeSerializer(serializers.Serializer[Any]):
    """What was done, and what came of it."""

    outcome = serializers.CharField(max_length=LONGEST_TEXT)


class PlansAPIView(CasesAPIView):
    """Something of the risk management plan."""

    scope, write_scope = "plans:read", "plans:write"


class MeasuresView(PlansAPIView):
    """The measures that whoever asks may read; and a new one of one's own agency."""

    event = "api.measures_read"
    serializer_class = MeasureSerializer

    @lists("measures_list", MeasureSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Measures of the plan in force and of the version being written, an agency's own also while that is a draft."""
        rows = seen(request, Measure).filter(offender=self.case(request, reference=reference))
        rows = rows.filter(removed_at__isnull=True).exclude(plan__state=Plan.State.SUPERSEDED)
        return self.page(request, rows.select_related(*OF_A_MEASURE), MeasureSerializer)

    @writes("measure_propose", MeasureProposalSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Propose a measure of the person's own agency for the version being written, without reading its draft."""
        offender = self.case(request, reference=reference)
        return self.made(
            request, actions.propose_measure, offender=offender, **self.asked(request, MeasureProposalSerializer)
        )


class MeasureView(PlansAPIView):
    """One measure."""

    event = "api.measure_read"
    serializer_class = MeasureSerializer

    @reads("measure_read", MeasureSerializer)
    def get(self, request: Request, reference: str, row: str) -> Response:
        """One measure; taken out of the draft, it says since when."""
        found = self.row(request, Measure, self.case(request, reference=reference), row, *OF_A_MEASURE)
        return Response(MeasureSerializer(found).data)


class MeasureChangeView(PlansAPIView):
    """A change of a measure."""

    event = "api.measure_change_sent"
    serializer_class = MeasureChangeSerializer

    @writes("measure_change", MeasureChangeSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Change a measure of a draft, for whoever writes the plan; 409 when somebody else did since `version`."""
        measure = self.row(request, Measure, self.case(request, reference=reference), row)
        asked = self.asked(request, MeasureChangeSerializer)
        return self.made(request, actions.change_measure, measure=measure, **asked)


class MeasureWordingView(PlansAPIView):
    """An agency's own words for its measure."""

    event = "api.measure_wording_sent"
    serializer_class = MeasureWordsSerializer

    @writes("measure_word", MeasureWordsSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Word a measure of the person's own agency while the plan is a draft; 409 when somebody else did since."""
        measure = self.row(request, Measure, self.case(request, reference=reference), row)
        return self.made(request, actions.draft_measure, measure=measure, **self.asked(request, MeasureWordsSerializer))


class MeasureRemovalView(PlansAPIView):
    """A measure taken out."""

    event = "api.measure_removal_sent"
    serializer_class = MeasureSerializer

    @writes("measure_remove", None)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Take a measure out of a draft. What it said stays with the plan."""
        measure = self.row(request, Measure, self.case(request, reference=reference), row)
        return self.made(request, actions.remove_measure, measure=measure)


class MeasureReportView(PlansAPIView):
    """What came of a measure."""

    event = "api.measure_report_sent"
    serializer_class = MeasureOutcomeSerializer

    @writes("measure_report", MeasureOutcomeSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Say that a measure of the plan in force is done, and what came of it."""
        measure = self.row(request, Measure, self.case(request, reference=reference), row)
        return self.made(
            request, actions.report_measure, measure=measure, **self.asked(request, MeasureOutcomeSerializer)
        )
