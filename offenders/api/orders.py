"""Orders with their terms, licences with their conditions, monitoring, and places in approved premises."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from offenders.actions.orders import add_order_term, end_order, record_order, vary_order
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, writes
from offenders.models import (
    Licence,
    LicenceCondition,
    Monitoring,
    Order,
    OrderKind,
    OrderTerm,
    PremisesPlace,
)


class OrderTermSerializer(serializers.ModelSerializer[OrderTerm]):
    """One thing that an order forbids or requires."""

    class Meta:
        model = OrderTerm
        fields = ("reference", "kind", "text", "from_on", "ends_on", "supervisor")
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order with the terms that no variation has superseded."""

    kind = serializers.CharField(source="kind.code")
    terms = OrderTermSerializer(many=True)

    class Meta:
        model = Order
        fields = (
            "reference",
            "kind",
            "court",
            "applied_by",
            "made_on",
            "starts_on",
            "ends_on",
            "interim",
            "ended_on",
            "ending",
            "terms",
        )
        read_only_fields = fields


class NewOrderSerializer(serializers.Serializer[Any]):
    """An order that a court made: without `ends_on` until further order; `prohibitions` one a line.

    `confirmed`: a length that differs from what the list of kinds gives was checked and is right.
    """

    kind = serializers.SlugRelatedField(slug_field="code", queryset=OrderKind.objects.filter(is_active=True))
    court = serializers.CharField(max_length=120)
    applied_by = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    made_on = serializers.DateField()
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    interim = serializers.BooleanField(required=False, default=False)
    prohibitions = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    confirmed = serializers.BooleanField(required=False, default=False)


class NewTermSerializer(serializers.Serializer[Any]):
    """What an order forbids or requires; a positive requirement names who supervises it."""

    kind = serializers.ChoiceField(choices=OrderTerm.Kind.choices)
    text = serializers.CharField(max_length=2000)
    from_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    supervisor = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    confirmed = serializers.BooleanField(required=False, default=False)


class VariationSerializer(serializers.Serializer[Any]):
    """What a court changed: `ends_on` is the last day from now on, `superseded` the references of terms that fell."""

    varied_on = serializers.DateField()
    court = serializers.CharField(max_length=120)
    reason = serializers.CharField(max_length=2000)
    ends_on = serializers.DateField(allow_null=True)
    superseded = serializers.ListField(
        child=serializers.CharField(max_length=12),
        max_length=100,
        required=False,
        default=list,
    )
    prohibitions = serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")
    confirmed = serializers.BooleanField(required=False, default=False)


class OrderEndSerializer(serializers.Serializer[Any]):
    """How an order ended."""

    ending = serializers.ChoiceField(choices=Order.Ending.choices)
    ended_on = serializers.DateField()
    end_reason = serializers.CharField(max_length=2000)


class ConditionSerializer(serializers.ModelSerializer[LicenceCondition]):
    """A condition as it stands on this licence."""

    wording = serializers.CharField(source="wording.code")

    class Meta:
        model = LicenceCondition
        fields = ("reference", "wording", "text", "added_on", "proposed_by", "imposed_by")
        read_only_fields = fields


class LicenceSerializer(serializers.ModelSerializer[Licence]):
    """A licence or a period of post-sentence supervision, with the conditions that stand."""

    conditions = ConditionSerializer(many=True)

    class Meta:
        model = Licence
        fields = ("reference", "kind", "starts_on", "ends_on", "made_by", "ended_on", "ending", "conditions")
        read_only_fields = fields


class MonitoringSerializer(serializers.ModelSerializer[Monitoring]):
    """A tag, and the licence condition or the order under which it is worn."""

    condition = serializers.CharField(source="condition.reference", default=None, allow_null=True)
    order = serializers.CharField(source="order.reference", default=None, allow_null=True)

    class Meta:
        model = Monitoring
        fields = ("reference", "kind", "provider", "condition", "order", "fitted_on", "removed_on")
        read_only_fields = fields


class PlaceSerializer(serializers.ModelSerializer[PremisesPlace]):
    """A bed in approved premises, reserved or lived in; `until_on` is the expected departure."""

    premises = serializers.CharField(source="premises.name")

    class Meta:
        model = PremisesPlace
        fields = ("reference", "premises", "bed", "from_on", "until_on", "arrived_on", "released_on", "release")
        read_only_fields = fields


class OrdersView(CasesAPIView):
    """Orders of a court; and a new one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "orders:read", "orders:write"
    event = "api.orders_read"
    serializer_class = OrderSerializer

    @lists("orders_list", OrderSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Orders with the terms that stand; those recorded in error are left out."""
        offender = self.case(request, reference=reference)
        terms = seen(request, OrderTerm).filter(superseded_by__isnull=True)
        rows = seen(request, Order).filter(offender=offender).exclude(ending=Order.Ending.ERROR)
        rows = rows.select_related("kind").prefetch_related(Prefetch("terms", terms))
        return self.page(request, rows, OrderSerializer)

    @writes("order_record", NewOrderSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record an order that a court made."""
        offender = self.case(request, reference=reference)
        return self.made(request, record_order, offender=offender, **self.asked(request, NewOrderSerializer))


class OrderTermsView(CasesAPIView):
    """Another term of an order."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "orders:read", "orders:write"
    event = "api.order_term_sent"
    serializer_class = NewTermSerializer

    @writes("order_term_add", NewTermSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Add what the order forbids or requires."""
        order = self.row(request, Order, self.case(request, reference=reference), row)
        return self.made(request, add_order_term, order=order, **self.asked(request, NewTermSerializer))


class OrderVariationView(CasesAPIView):
    """A variation of an order."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "orders:read", "orders:write"
    event = "api.order_variation_sent"
    serializer_class = VariationSerializer

    @writes("order_vary", VariationSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Record that a court changed the order; its own reference is told."""
        offender = self.case(request, reference=reference)
        order = self.row(request, Order, offender, row)
        asked = self.asked(request, VariationSerializer)
        fell = [self.chosen(request, OrderTerm, offender, "superseded", name) for name in asked.pop("superseded")]
        return self.made(request, _vary, order=order, superseded=fell, **asked)


def _vary(*, order: Order, **asked: Any) -> Order:
    """A variation has no reference: the order that it changed has."""
    vary_order(order=order, **asked)
    return order


class OrderEndView(CasesAPIView):
    """The end of an order."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "orders:read", "orders:write"
    event = "api.order_end_sent"
    serializer_class = OrderEndSerializer

    @writes("order_end", OrderEndSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Record how the order ended."""
        order = self.row(request, Order, self.case(request, reference=reference), row)
        return self.made(request, end_order, order=order, **self.asked(request, OrderEndSerializer))


class LicencesView(CasesAPIView):
    """Licences."""

    permission = Perm.VIEW_CASE
    scope = "orders:read"
    event = "api.licences_read"
    serializer_class = LicenceSerializer

    @lists("licences_list", LicenceSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Licences with the conditions that stand; those recorded in error are left out."""
        offender = self.case(request, reference=reference)
        conditions = seen(request, LicenceCondition).filter(removed_on__isnull=True).select_related("wording")
        rows = seen(request, Licence).filter(offender=offender).exclude(ending=Licence.Ending.ERROR)
        return self.page(request, rows.prefetch_related(Prefetch("conditions", conditions)), LicenceSerializer)


class MonitoringView(CasesAPIView):
    """Electronic monitoring."""

    permission = Perm.VIEW_CASE
    scope = "orders:read"
    event = "api.monitoring_read"
    serializer_class = MonitoringSerializer

    @lists("monitoring_list", MonitoringSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What is worn and was worn, under which condition or order."""
        offender = self.case(request, reference=reference)
        rows = seen(request, Monitoring).filter(offender=offender).select_related("condition", "order")
        return self.page(request, rows, MonitoringSerializer)


class PlacesView(CasesAPIView):
    """Places in approved premises."""

    permission = Perm.VIEW_CASE
    scope = "orders:read"
    event = "api.premises_places_read"
    serializer_class = PlaceSerializer

    @lists("premises_places_list", PlaceSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Beds in approved premises that the person has, had, or that are reserved."""
        offender = self.case(request, reference=reference)
        rows = seen(request, PremisesPlace).filter(offender=offender).select_related("premises")
        return self.page(request, rows, PlaceSerializer)
