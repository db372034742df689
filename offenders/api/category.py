"""Why a person is managed under MAPPA: bases, periods, decisions and what is proposed; and the levels."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm, allowed
from agencies.api.authentication import asker
from offenders.api.asking import CasesAPIView, is_person, seen
from offenders.api.describing import reads
from offenders.models import (
    CategoryBasis,
    CategoryDecision,
    CategoryPeriod,
    CategoryProposal,
    LevelPeriod,
    Offender,
)

# A person has few of each; the newest are told.
MOST = 50


class BasisSerializer(serializers.ModelSerializer[CategoryBasis]):
    """A limb of the law under which the person is eligible."""

    class Meta:
        model = CategoryBasis
        fields = ("category", "limb", "authority", "explanation", "starts_on", "ends_on")


class LevelSerializer(serializers.ModelSerializer[LevelPeriod]):
    """A time at one level. The reason stays in the record."""

    class Meta:
        model = LevelPeriod
        fields = ("level", "from_on", "until")


class CategoryPeriodSerializer(serializers.ModelSerializer[CategoryPeriod]):
    """A time during which one category was recorded, and the decision that gave it, if it was not the law."""

    decision = serializers.CharField(source="decision.reference", default=None, allow_null=True)

    class Meta:
        model = CategoryPeriod
        fields = ("category", "from_on", "until", "decision")


class CategoryDecisionSerializer(serializers.ModelSerializer[CategoryDecision]):
    """A decision about the category. Its reasons are told to people who may decide such things, and else null."""

    concerns = serializers.CharField(source="concerns.reference", default=None, allow_null=True)
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = CategoryDecision
        fields = ("reference", "kind", "decided_on", "concerns", "reasons")

    def get_reasons(self, row: CategoryDecision) -> str | None:
        return row.reasons if self.context.get("may_read_reasons") else None


class CategoryProposalSerializer(serializers.ModelSerializer[CategoryProposal]):
    """What follows from the bases and waits for a person. Why is told to those who may decide, and else null."""

    explanation = serializers.SerializerMethodField()

    class Meta:
        model = CategoryProposal
        fields = ("reference", "kind", "from_category", "to_category", "as_of", "due_on", "explanation")

    def get_explanation(self, row: CategoryProposal) -> str | None:
        return row.explanation if self.context.get("may_read_reasons") else None


CategoriesSerializer = inline_serializer(
    "Categories",
    {
        "category": serializers.IntegerField(allow_null=True),
        "bases": BasisSerializer(many=True),
        "periods": CategoryPeriodSerializer(many=True),
        "decisions": CategoryDecisionSerializer(many=True),
        "proposals": CategoryProposalSerializer(many=True),
        "level": serializers.IntegerField(),
        "levels": LevelSerializer(many=True),
    },
)


class CategoriesView(CasesAPIView):
    """Why the person is eligible, and at which levels the case has been managed."""

    permission = Perm.VIEW_CASE
    scope = "categories:read"
    event = "api.categories_read"
    serializer_class = BasisSerializer

    @reads("categories_list", CategoriesSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The category with its bases, periods, decisions and open proposals, and the levels: the newest 50 of each."""
        offender = self.case(request, reference=reference)
        bases = seen(request, CategoryBasis).filter(offender=offender, superseded_on__isnull=True)
        periods = seen(request, CategoryPeriod).filter(offender=offender).select_related("decision")
        decisions = seen(request, CategoryDecision).filter(offender=offender).select_related("concerns")
        proposals = seen(request, CategoryProposal).filter(offender=offender, outcome="")
        levels = seen(request, LevelPeriod).filter(offender=offender)
        told = {"may_read_reasons": _may_read_reasons(request, offender)}
        return Response(
            {
                "category": offender.category,
                "bases": _newest(bases.order_by("-starts_on", "-pk"), BasisSerializer),
                "periods": _newest(periods, CategoryPeriodSerializer),
                "decisions": _newest(decisions, CategoryDecisionSerializer, **told),
                "proposals": _newest(proposals, CategoryProposalSerializer, **told),
                "level": offender.level,
                "levels": _newest(levels, LevelSerializer),
            }
        )


def _newest(rows: Any, serializer: type[serializers.BaseSerializer[Any]], **told: Any) -> Any:
    return serializer(rows[:MOST], many=True, context=told).data


def _may_read_reasons(request: Request, offender: Offender) -> bool:
    """Only a person who may decide a category; a system by itself never."""
    return is_person(request) and allowed(asker(request), Perm.SCREEN, on=offender)
