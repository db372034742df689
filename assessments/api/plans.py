"""Risk management plans: each version as whoever asks may read it, and every step from draft to acknowledged."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import asker
from agencies.models import Agency
from assessments import actions, terms
from assessments.api.measures import (
    OF_A_MEASURE,
    MeasureSerializer,
    NewMeasureSerializer,
    PlansAPIView,
    read_version,
)
from assessments.models import Audience, Heading, Measure, Plan, PlanSection, PlanShare, PlanTerm
from offenders.api.asking import seen
from offenders.api.describing import lists, reads, writes
from offenders.forms.orders import LONGEST_TEXT
from offenders.models import Offender

LONGEST_SECTION = 20_000


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """A version and how far it is. Until it is shared, those who write the plan see it, and why it was returned."""

    previous = serializers.CharField(source="previous.reference", default=None, allow_null=True)
    return_reason = serializers.SerializerMethodField()
    begun_by = serializers.CharField(source="begun_by.name")
    sent_by = serializers.CharField(source="sent_by.name", default=None, allow_null=True)
    signed_by = serializers.CharField(source="signed_by.name", default=None, allow_null=True)
    shared_by = serializers.CharField(source="shared_by.name", default=None, allow_null=True)

    class Meta:
        model = Plan
        fields: tuple[str, ...] = (
            "reference",
            "number",
            "state",
            "previous",
            "terms_version",
            "begun_at",
            "begun_by",
            "return_reason",
            "sent_at",
            "sent_by",
            "sign_due_on",
            "review_on",
            "signed_at",
            "signed_by",
            "share_due_on",
            "shared_at",
            "shared_by",
        )

    def get_return_reason(self, row: Plan) -> str:
        return row.return_reason if row.state == Plan.State.DRAFT else ""


class PlanSectionSerializer(serializers.ModelSerializer[PlanSection]):
    """What stands under one heading; `version` goes with a change of it."""

    saved_by = serializers.CharField(source="saved_by.name", default=None, allow_null=True)

    class Meta:
        model = PlanSection
        fields = ("heading", "text", "audience", "version", "saved_at", "saved_by")
        read_only_fields = fields


class PlanTermSerializer(serializers.ModelSerializer[PlanTerm]):
    """A licence condition, an order or a flag by its reference, and which heading answers it or why it is left out."""

    condition = serializers.CharField(source="condition.reference", default=None, allow_null=True)
    order = serializers.CharField(source="order.reference", default=None, allow_null=True)
    flag = serializers.CharField(source="flag.reference", default=None, allow_null=True)

    class Meta:
        model = PlanTerm
        fields = ("condition", "order", "flag", "heading", "left_out_reason")
        read_only_fields = fields


class PlanShareSerializer(serializers.ModelSerializer[PlanShare]):
    """An agency that was given the plan, and whether it has acknowledged it."""

    agency = serializers.CharField(source="agency.name")
    acknowledged_by = serializers.CharField(source="acknowledged_by.name", default=None, allow_null=True)

    class Meta:
        model = PlanShare
        fields = ("reference", "agency", "due_on", "acknowledged_at", "acknowledged_by")
        read_only_fields = fields


class WholePlanSerializer(PlanSerializer):
    """A version with what whoever asks may read of it.

    `restricted` are the headings under which a text stands for others, `restricted_measures` those with measures for others.
    """

    sections = PlanSectionSerializer(many=True)
    restricted = serializers.SerializerMethodField()
    measures = MeasureSerializer(many=True)
    restricted_measures = serializers.SerializerMethodField()
    terms = PlanTermSerializer(many=True)
    shares = PlanShareSerializer(many=True)

    class Meta(PlanSerializer.Meta):
        fields = (
            *PlanSerializer.Meta.fields,
            "sections",
            "restricted",
            "measures",
            "restricted_measures",
            "terms",
            "shares",
        )

    def get_restricted(self, row: Plan) -> list[str]:
        read = {section.heading for section in row.sections.all()}
        return sorted(PlanSection.objects.outline_of(row) - read)

    def get_restricted_measures(self, row: Plan) -> list[str]:
        read = {measure.pk for measure in row.measures.all()}
        return sorted({pillar for pk, pillar, _before in Measure.objects.outline_of(row) if pk not in read})


class PlanWordsSerializer(serializers.Serializer[Any]):
    """What shall stand under a heading, as it was when `version` was read."""

    section = serializers.ChoiceField(choices=Heading.choices)
    text = serializers.CharField(max_length=LONGEST_SECTION, allow_blank=True)
    audience = serializers.ChoiceField(choices=Audience.choices)
    version = read_version()


class PlanAnswerSerializer(serializers.Serializer[Any]):
    """One condition, order or flag by its reference: the heading that answers it, or why it is left out."""

    about = serializers.CharField(max_length=12)
    heading = serializers.ChoiceField(choices=Heading.choices, required=False, allow_blank=True, default="")
    left_out_reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PlanTermsSerializer(serializers.Serializer[Any]):
    """All answers about conditions, orders and flags: what is not among them is not settled. `version` is `terms_version`."""

    terms = serializers.ListField(child=PlanAnswerSerializer(), max_length=200)
    version = read_version()


class PlanSendingSerializer(serializers.Serializer[Any]):
    """When the plan is reviewed; without a day, as late as the standard of the level allows."""

    review_on = serializers.DateField(required=False, allow_null=True, default=None)


class PlanReturnSerializer(serializers.Serializer[Any]):
    """What has to be put right."""

    reason = serializers.CharField(max_length=LONGEST_TEXT)


class PlanSharingSerializer(serializers.Serializer[Any]):
    """The agencies that act by the plan, by name: each sees the case, and each that owns a measure is among them."""

    agencies = serializers.SlugRelatedField(
        slug_field="name", queryset=Agency.objects.filter(is_active=True), many=True, allow_empty=False
    )


OF_A_PLAN = ("previous", "begun_by", "sent_by", "signed_by", "shared_by")


class PlansView(PlansAPIView):
    """The versions of the plan; and a new one."""

    event = "api.plans_read"
    serializer_class = PlanSerializer

    @lists("plans_list", PlanSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The versions of the plan that whoever asks may read; one is current."""
        rows = seen(request, Plan).filter(offender=self.case(request, reference=reference))
        return self.page(request, rows.select_related(*OF_A_PLAN), PlanSerializer)

    @writes("plan_begin", None)
    def post(self, request: Request, reference: str) -> Response:
        """Begin the next version: a draft that copies the one in force, without measures that are done."""
        return self.made(request, actions.begin_plan, offender=self.case(request, reference=reference))


class PlanView(PlansAPIView):
    """One version of the plan."""

    event = "api.plan_read"
    serializer_class = WholePlanSerializer

    @reads("plan_read", WholePlanSerializer)
    def get(self, request: Request, reference: str, row: str) -> Response:
        """One version: its headings, measures, what it answers, and who was given it, as far as whoever asks reads them."""
        offender = self.case(request, reference=reference)
        about = ("condition", "order", "flag")
        rows = (
            seen(request, Plan)
            .select_related(*OF_A_PLAN)
            .prefetch_related(
                Prefetch("sections", seen(request, PlanSection).select_related("saved_by")),
                Prefetch(
                    "measures", seen(request, Measure).filter(removed_at__isnull=True).select_related(*OF_A_MEASURE)
                ),
                Prefetch("terms", seen(request, PlanTerm).select_related(*about)),
                Prefetch("shares", seen(request, PlanShare).select_related("agency", "acknowledged_by")),
            )
        )
        found = rows.filter(offender=offender, reference=row).first()
        if found is None:
            raise Http404
        return Response(WholePlanSerializer(found).data)


class SectionsView(PlansAPIView):
    """What stands under a heading."""

    event = "api.plan_section_sent"
    serializer_class = PlanWordsSerializer

    @writes("plan_section_save", PlanWordsSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Write what stands under one heading of a draft; 409 when somebody else did since `version` was read."""
        plan = self.row(request, Plan, self.case(request, reference=reference), row)
        return self.made(request, _save_section, plan=plan, **self.asked(request, PlanWordsSerializer))


def _save_section(*, plan: Plan, **asked: Any) -> Plan:
    """A heading has no reference: its plan has."""
    actions.save_section(plan=plan, **asked)
    return plan


class PlanTermsView(PlansAPIView):
    """What the plan answers and what it leaves out."""

    event = "api.plan_terms_sent"
    serializer_class = PlanTermsSerializer

    @writes("plan_terms_settle", PlanTermsSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Say of each running condition, order and flag which heading answers it, or why it is left out; 409 as above."""
        offender = self.case(request, reference=reference)
        plan = self.row(request, Plan, offender, row)
        asked = self.asked(request, PlanTermsSerializer)
        settled = _settled(request, offender, asked["terms"])
        return self.made(request, actions.settle_terms, plan=plan, settled=settled, version=asked["version"])


def _settled(
    request: Request, offender: Offender, said: list[dict[str, str]]
) -> dict[tuple[str, int], tuple[str, str]]:
    """The answers by what they are about. Raises ValidationError for what does not run, and for two answers about one."""
    running = {term.row.reference: term.key for term in terms.running(offender, asker(request))}
    if unknown := sorted({term["about"] for term in said} - running.keys()):
        words = _("No licence condition, order or flag of this reference runs: %s") % ", ".join(unknown)
        raise ValidationError({"terms": [words]})
    both = {term["about"] for term in said if term["heading"] and term["left_out_reason"]}
    about = [term["about"] for term in said]
    if twice := sorted(both | {each for each in about if about.count(each) > 1}):
        raise ValidationError({"terms": [_("Answer each once, by a heading or a reason: %s") % ", ".join(twice)]})
    return {running[term["about"]]: (term["heading"], term["left_out_reason"]) for term in said}


class PlanMeasuresView(PlansAPIView):
    """A new measure of a draft."""

    event = "api.plan_measure_sent"
    serializer_class = NewMeasureSerializer

    @writes("measure_add", NewMeasureSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Add a measure to a draft, for whoever writes the plan."""
        plan = self.row(request, Plan, self.case(request, reference=reference), row)
        return self.made(request, actions.add_measure, plan=plan, **self.asked(request, NewMeasureSerializer))


class PlanSendingView(PlansAPIView):
    """A draft sent to be countersigned."""

    event = "api.plan_sending_sent"
    serializer_class = PlanSendingSerializer

    @writes("plan_send", PlanSendingSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Send a draft to be countersigned; 400 says all that is missing of a valid plan."""
        plan = self.row(request, Plan, self.case(request, reference=reference), row)
        return self.made(request, actions.send_plan, plan=plan, **self.asked(request, PlanSendingSerializer))


class PlanCountersignatureView(PlansAPIView):
    """A countersignature of a plan."""

    event = "api.plan_countersignature_sent"
    serializer_class = PlanSerializer

    @writes("plan_countersign", None)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Confirm a plan that another person wrote and sent."""
        plan = self.row(request, Plan, self.case(request, reference=reference), row)
        return self.made(request, actions.countersign_plan, plan=plan)


class PlanReturnView(PlansAPIView):
    """A plan returned."""

    event = "api.plan_return_sent"
    serializer_class = PlanReturnSerializer

    @writes("plan_return", PlanReturnSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Give a plan back to those who write it, and say why."""
        plan = self.row(request, Plan, self.case(request, reference=reference), row)
        return self.made(request, actions.return_plan, plan=plan, **self.asked(request, PlanReturnSerializer))


class PlanSharingView(PlansAPIView):
    """A plan put in force."""

    event = "api.plan_sharing_sent"
    serializer_class = PlanSharingSerializer

    @writes("plan_share", PlanSharingSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Put a countersigned plan in force, and give it to the agencies that act by it."""
        plan = self.row(request, Plan, self.case(request, reference=reference), row)
        return self.made(request, actions.share_plan, plan=plan, **self.asked(request, PlanSharingSerializer))


class AcknowledgementView(PlansAPIView):
    """An agency's word that it has read the plan."""

    event = "api.plan_acknowledgement_sent"
    serializer_class = PlanShareSerializer

    @writes("plan_acknowledge", None)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Say for the person's own agency that it has read the plan and acts by it: `row` is a share of the plan."""
        share = self.row(request, PlanShare, self.case(request, reference=reference), row)
        return self.made(request, actions.acknowledge_plan, share=share)
