"""Convictions with what was imposed, key dates, and where the person is."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from offenders import actions
from offenders.actions.whereabouts import move
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, writes
from offenders.law.periods import Length
from offenders.lengths import MOST_TERMS
from offenders.models import Conviction, Disposal, KeyDate, Offence, Term, WhereaboutsPeriod
from offenders.models.disposal import LONGEST


class LengthSerializer(serializers.Serializer[Any]):
    """Years, months and days, each counted as the court said them."""

    years = serializers.IntegerField(min_value=0, max_value=LONGEST, default=0)
    months = serializers.IntegerField(min_value=0, max_value=LONGEST, default=0)
    days = serializers.IntegerField(min_value=0, max_value=LONGEST, default=0)

    def to_internal_value(self, data: Any) -> Any:
        return Length(**super().to_internal_value(data))


class ImposedDisposalSerializer(serializers.ModelSerializer[Disposal]):
    """A sentence, order or caution; its terms are consecutive, `overlap` is what runs together of them."""

    terms = LengthSerializer(many=True)
    overlap = LengthSerializer()
    extension = LengthSerializer()
    discharge = LengthSerializer()

    class Meta:
        model = Disposal
        fields = (
            "reference",
            "kind",
            "imposed_on",
            "terms",
            "overlap",
            "extension",
            "discharge",
            "suspended",
            "ends_on",
        )
        read_only_fields = fields


class RecordedConvictionSerializer(serializers.ModelSerializer[Conviction]):
    """A conviction, caution or finding with what stands of what was imposed. One that was quashed says since when."""

    offence = serializers.CharField(source="offence.code")
    offence_title = serializers.CharField(source="offence.title")
    disposals = ImposedDisposalSerializer(many=True)

    class Meta:
        model = Conviction
        fields = (
            "reference",
            "offence",
            "offence_title",
            "inchoate",
            "count",
            "schedule_3_met",
            "outcome",
            "dealt_with_on",
            "committed_from",
            "committed_until",
            "court",
            "jurisdiction",
            "is_index",
            "set_aside_on",
            "disposals",
        )
        read_only_fields = fields


class ImposedSerializer(serializers.Serializer[Any]):
    """A sentence, order or caution to record."""

    kind = serializers.ChoiceField(choices=Disposal.Kind.choices)
    imposed_on = serializers.DateField(required=False, allow_null=True, default=None)
    terms = serializers.ListField(
        child=LengthSerializer(), required=False, default=list, allow_empty=True, max_length=MOST_TERMS
    )
    overlap = LengthSerializer(required=False)
    extension = LengthSerializer(required=False)
    discharge = LengthSerializer(required=False)
    suspended = serializers.BooleanField(required=False, default=False)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, attrs: Any) -> Any:
        return {"overlap": Length(), "extension": Length(), "discharge": Length()} | attrs


class NewConvictionSerializer(ImposedSerializer):
    """A conviction, caution or finding, with what was first imposed for it."""

    offence = serializers.SlugRelatedField(slug_field="code", queryset=Offence.objects.in_use())
    inchoate = serializers.ChoiceField(
        choices=Conviction.Inchoate.choices, required=False, default="", allow_blank=True
    )
    count = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    schedule_3_met = serializers.BooleanField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Where Schedule 3 or SOA 2003 s.81 has a condition: is it met? Empty is not said.",
    )
    outcome = serializers.ChoiceField(choices=Conviction.Outcome.choices, default=Conviction.Outcome.CONVICTED)
    dealt_with_on = serializers.DateField()
    committed_from = serializers.DateField(required=False, allow_null=True, default=None)
    committed_until = serializers.DateField(required=False, allow_null=True, default=None)
    court = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    jurisdiction = serializers.ChoiceField(
        choices=Conviction.Jurisdiction.choices, default=Conviction.Jurisdiction.HERE
    )
    is_index = serializers.BooleanField(required=False, default=False)


class KeyDateSerializer(serializers.ModelSerializer[KeyDate]):
    """A date of the sentence, and where it is from."""

    class Meta:
        model = KeyDate
        fields = ("reference", "kind", "on", "source")
        read_only_fields = ("reference",)


class KeyDateChangeSerializer(serializers.Serializer[Any]):
    """Another date in the place of one, and why."""

    on = serializers.DateField()
    source = serializers.CharField(max_length=120)  # type: ignore[assignment]
    reason = serializers.CharField(max_length=1000)


class WhereaboutsSerializer(serializers.ModelSerializer[WhereaboutsPeriod]):
    """A time in one place: it began with a move, and ends on the day of the next."""

    class Meta:
        model = WhereaboutsPeriod
        fields = ("reference", "kind", "move", "place", "section", "from_on", "until", "notes")
        read_only_fields = fields


class MoveSerializer(serializers.Serializer[Any]):
    """A move on a day: received, released, absconded, …"""

    move = serializers.ChoiceField(choices=WhereaboutsPeriod.Move.choices)
    on = serializers.DateField()
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    section = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ConvictionsView(CasesAPIView):
    """Convictions, cautions and findings, with what was imposed; and a new one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "sentences:read", "cases:write"
    event = "api.convictions_read"
    serializer_class = RecordedConvictionSerializer

    @lists("convictions_list", RecordedConvictionSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Convictions with what was imposed and its terms; what was corrected or taken back is left out, what was quashed is
        marked."""
        offender = self.case(request, reference=reference)
        disposals = seen(request, Disposal).filter(replacement__isnull=True, withdrawn_at__isnull=True)
        disposals = disposals.prefetch_related(Prefetch("terms", seen(request, Term)))
        rows = seen(request, Conviction).filter(offender=offender, correction__isnull=True, withdrawn_at__isnull=True)
        rows = rows.select_related("offence").prefetch_related(Prefetch("disposals", disposals))
        return self.page(request, rows, RecordedConvictionSerializer)

    @writes("conviction_add", NewConvictionSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record a conviction, caution or finding with what was first imposed; bases and category follow from it."""
        offender = self.case(request, reference=reference)
        asked = self.asked(request, NewConvictionSerializer)
        return self.made(request, actions.add_conviction, offender=offender, **asked)


class DisposalsView(CasesAPIView):
    """Another sentence or order for a conviction."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "sentences:read", "cases:write"
    event = "api.disposal_sent"
    serializer_class = ImposedSerializer

    @writes("disposal_add", ImposedSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Record another sentence or order for a conviction."""
        conviction = self.row(request, Conviction, self.case(request, reference=reference), row)
        return self.made(request, actions.add_disposal, conviction=conviction, **self.asked(request, ImposedSerializer))


class KeyDatesView(CasesAPIView):
    """The dates that hold: release, licence, parole, tribunal; and a new one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "sentences:read", "cases:write"
    event = "api.key_dates_read"
    serializer_class = KeyDateSerializer

    @lists("key_dates_list", KeyDateSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The key dates that hold: neither replaced nor withdrawn."""
        offender = self.case(request, reference=reference)
        rows = seen(request, KeyDate).filter(offender=offender, replacement__isnull=True, withdrawn_by__isnull=True)
        return self.page(request, rows, KeyDateSerializer)

    @writes("key_date_add", KeyDateSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record a key date, and where it is from."""
        offender = self.case(request, reference=reference)
        return self.made(request, actions.add_key_date, offender=offender, **self.asked(request, KeyDateSerializer))


class KeyDateChangeView(CasesAPIView):
    """Another date in the place of one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "sentences:read", "cases:write"
    event = "api.key_date_change_sent"
    serializer_class = KeyDateChangeSerializer

    @writes("key_date_change", KeyDateChangeSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Put another date in the place of one, and say why. The one before stays on the record."""
        key_date = self.row(request, KeyDate, self.case(request, reference=reference), row)
        asked = self.asked(request, KeyDateChangeSerializer)
        return self.made(request, actions.change_key_date, key_date=key_date, **asked)


class WhereaboutsView(CasesAPIView):
    """Where the person is and was; and a move."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "sentences:read", "cases:write"
    event = "api.whereabouts_read"
    serializer_class = WhereaboutsSerializer

    @lists("whereabouts_list", WhereaboutsSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Where the person is and was; the one without an end is now. Moves taken back as wrong are left out."""
        offender = self.case(request, reference=reference)
        rows = seen(request, WhereaboutsPeriod).filter(offender=offender, withdrawn_at__isnull=True)
        return self.page(request, rows, WhereaboutsSerializer)

    @writes("whereabouts_move", MoveSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record that the person moved on a day."""
        offender = self.case(request, reference=reference)
        return self.made(request, move, offender=offender, **self.asked(request, MoveSerializer))
