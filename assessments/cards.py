"""What an assessment says, card by card, and what tools gave: the same words for the page and for paper."""

from django.utils.translation import gettext as _

from agencies.models import User
from assessments.models import WORDS, Assessment, ToolResult
from assessments.models.tool import plain
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from offenders.views.record import Card, Line


def words_of(assessment: Assessment) -> list[Line]:
    """The five answers in words, as far as they are given."""
    return [Line(str(label), said) for name, label in WORDS.items() if (said := getattr(assessment, name))]


def cards_of(assessment: Assessment) -> list[Card]:
    """Everything the assessment says besides the levels."""
    about = [
        Line(_("Assessed on"), long_date(assessment.assessed_on)),
        Line(_("Assessed by"), assessment.assessed_by.name),
        Line(_("Next review"), long_date(assessment.review_on)),
        Line(_("Countersignature"), assessment.stage()),
    ]
    if assessment.return_reason:
        about.append(Line(_("To be put right"), assessment.return_reason))
    if assessment.superseded_on:
        about.append(Line(_("Replaced by a later assessment"), long_date(assessment.superseded_on)))
    cards = [Card(_("About this assessment"), about), Card(_("In words"), words_of(assessment))]
    if assessment.unknown_plan:
        cards.append(Card(_("What is not known"), [Line(_("What is done to find out"), assessment.unknown_plan)]))
    if assessment.change:
        change = Line(str(assessment.get_change_display()), assessment.change_reason)
        cards.append(Card(_("Since the assessment before"), [change]))
    return cards


def results_in_short(offender: Offender, user: User) -> list[dict[str, str]]:
    """The last result of each tool: one question."""
    rows = offender.tool_results.visible_to(user).standing().select_related("tool")
    latest = rows.order_by("tool__name", "tool_id", "-completed_on", "-pk").distinct("tool__name", "tool_id")
    return [{"tool": row.tool.name, "gave": gave(row), "when": long_date(row.completed_on)} for row in latest]


def gave(row: ToolResult) -> str:
    """Band and score, as far as there are both."""
    if row.score is None:
        return row.band
    score = _("score %s") % plain(row.score)
    return f"{row.band}, {score}" if row.band else score.capitalize()
