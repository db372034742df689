"""Tools of risk, and what they gave."""

import factory
from factory.django import DjangoModelFactory

from assessments.models import DriftPrompt, Tool, ToolResult
from tests.factories.world import CaseFactory, UserFactory, in_days


class ToolFactory(DjangoModelFactory):
    class Meta:
        model = Tool
        django_get_or_create = ("code",)

    code = "arms"
    name = factory.LazyAttribute(lambda o: o.code.upper())
    measures = "Dynamic risk"
    used_by = "Police"
    bands = ["Low", "Medium", "High", "Very high"]
    citation = "Test"


class ToolResultFactory(CaseFactory):
    class Meta:
        model = ToolResult

    tool = factory.SubFactory(ToolFactory)
    completed_on = factory.LazyFunction(lambda: in_days(-20))
    completed_by = "Pat Example, Police"
    band = "High"
    recorded_by = factory.SubFactory(UserFactory)


class DriftPromptFactory(CaseFactory):
    class Meta:
        model = DriftPrompt

    area = factory.SelfAttribute("offender.area")
    rule = DriftPrompt.Rule.BREACH
    fact = factory.Sequence(lambda n: f"BR-{n:04d}-TEST")
    fact_on = factory.LazyFunction(lambda: in_days(-3))
    words = "A breach on a day"
    due_on = factory.LazyFunction(lambda: in_days(5))
