from assessments.models.assessment import COMMUNITY, CUSTODY, GROUPS, WORDS, Assessment
from assessments.models.drift import DriftPrompt
from assessments.models.measure import Measure
from assessments.models.plan import (
    PILLARS,
    Audience,
    Heading,
    Plan,
    PlanSection,
    PlanShare,
    PlanTerm,
    usual_audience,
)
from assessments.models.tool import Tool, ToolResult

__all__ = [
    "COMMUNITY",
    "CUSTODY",
    "GROUPS",
    "PILLARS",
    "WORDS",
    "Assessment",
    "Audience",
    "DriftPrompt",
    "Heading",
    "Measure",
    "Plan",
    "PlanSection",
    "PlanShare",
    "PlanTerm",
    "Tool",
    "ToolResult",
    "usual_audience",
]
