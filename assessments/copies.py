"""Plans and assessments on paper: one reader's copy, made of what the page would show him and of nothing else."""

from django.utils.translation import gettext as _

from agencies.models import User
from assessments import history, reading
from assessments.cards import cards_of, results_in_short
from assessments.models import Assessment, Audience, Plan, PlanShare
from assessments.reading import MeasureLine, Part
from mappa.paper import Paper, Section, Table
from mappa.templatetags.mappa import long_date, risk_word
from offenders.copies import copy_for
from offenders.header import person_header, risk_code
from offenders.models import Offender


def copy_of_plan(plan: Plan, reader: User) -> Paper:
    """A version of the plan, as it stands: what changed since the one before is marked on the page alone.

    Needs `offender`, `signed_by` and `shared_by` loaded.
    """
    state = _("Version %(number)s: %(state)s") % {"number": plan.number, "state": plan.get_state_display()}
    title = _("Risk management plan, version %s") % plan.number
    return Paper(
        title=title,
        opening=[_person(plan.offender, reader), f"{state}. {_in_force(plan)}"],
        sections=[
            Section(_("How far it is"), facts=_progress(plan)),
            *[_heading(part) for part in reading.parts(plan, reader)],
            _answers(plan, reader),
            _given(plan, reader),
        ],
        copy=copy_for(reader, plan.reference),
    )


def _person(offender: Offender, reader: User) -> str:
    """Who it is about, as every page says it."""
    person = person_header(offender, reader)
    known = [person["name"], person["born"], person["crn"], person["reference"]]
    return ", ".join(filter(None, known))


def _in_force(plan: Plan) -> str:
    if plan.state == Plan.State.CURRENT:
        return _("This version is in force.")
    if plan.state == Plan.State.SUPERSEDED:
        return _("A later version is in force: do not act by this one.")
    return _("This version is not in force: do not act by it.")


def _progress(plan: Plan) -> list[tuple[str, str]]:
    signed = f"{plan.signed_by.name}, {long_date(plan.signed_at)}" if plan.signed_by else _("Not countersigned")
    shared = f"{plan.shared_by.name}, {long_date(plan.shared_at)}" if plan.shared_by else _("Not shared")
    facts = [(_("Countersigned by"), signed), (_("Shared by"), shared)]
    return [*facts, (_("To be reviewed by"), long_date(plan.review_on))] if plan.review_on else facts


def _heading(part: Part) -> Section:
    words = part.row.text if part.row else ""
    paragraphs = [words] if words else []
    if part.restricted:
        paragraphs = [_("Restricted")]
    elif part.row and words and part.row.audience == Audience.AUTHORITY:
        paragraphs.append(f"({part.row.get_audience_display()})")
    measures = [line for line in part.measures if not line.gone]
    if part.keeps_measures:
        paragraphs.append(_("Measures that are not for you: Restricted"))
    table = Table(
        _("Measures: %s") % part.heading,
        [_("What will be done"), _("Who"), _("By when"), _("How it is checked")],
        [_measure(line) for line in measures],
    )
    if not paragraphs and not measures:
        paragraphs = [_("Nothing recorded")]
    return Section(part.heading, paragraphs, tables=[table] if measures else [])


def _measure(line: MeasureLine) -> list[str]:
    row = line.row
    text, until = row.text, long_date(row.due_on)
    if row.audience == Audience.AUTHORITY:
        text = f"{text}\n({row.get_audience_display()})"
    if row.overridden_by:
        about = {"why": row.override_reason, "who": row.overridden_by.name}
        text = f"{text}\n" + _("Words stand because: %(why)s (%(who)s)") % about
    if row.done_by:
        until = _("Done on %(day)s, %(who)s") % {"day": long_date(row.done_on), "who": row.done_by.name}
        until = f"{until}\n{row.outcome}"
    return [text, "\n".join(filter(None, [row.agency.name, row.person])), until, row.checked_how]


def _answers(plan: Plan, reader: User) -> Section:
    rows = [
        [answer.title, answer.heading or _("Left out: %s") % answer.left_out_reason]
        for answer in reading.answers(plan, reader)
    ]
    heading = _("Conditions, orders and flags")
    if not rows:
        return Section(heading, [_("This version answers none.")])
    return Section(heading, tables=[Table(_("Where the plan answers each"), [_("Which"), _("Where")], rows)])


def _given(plan: Plan, reader: User) -> Section:
    shares = plan.shares.visible_to(reader).select_related("agency", "acknowledged_by")
    rows = [[share.agency.name, _acknowledged(share)] for share in shares]
    heading = _("Who has acknowledged the plan")
    if not rows:
        return Section(heading, [_("This version was not shared.")])
    columns = [_("Agency"), _("Acknowledged")]
    return Section(heading, tables=[Table(_("Agencies that were given this version"), columns, rows)])


def _acknowledged(share: PlanShare) -> str:
    if share.acknowledged_by is None:
        return _("Not acknowledged")
    return f"{long_date(share.acknowledged_at)}, {share.acknowledged_by.name}"


def copy_of_assessment(assessment: Assessment, reader: User) -> Paper:
    """An assessment with the levels up to it and what tools gave so far. Needs `offender` and its people loaded."""
    words = {
        "community": risk_word(risk_code(assessment.overall)),
        "custody": risk_word(risk_code(assessment.overall_in_custody)),
    }
    overall = _("Overall level: %(community)s in the community, %(custody)s in custody") % words
    facts = [
        Section(card.title, facts=[(line.label.rstrip("?"), line.value) for line in card.lines])
        for card in cards_of(assessment)
    ]
    return Paper(
        title=_("Assessment of risk, %s") % long_date(assessment.assessed_on),
        opening=[_person(assessment.offender, reader), overall],
        sections=[_levels(assessment), *facts, _tools(assessment, reader), *_history(assessment, reader)],
        copy=copy_for(reader, assessment.reference),
    )


def _levels(assessment: Assessment) -> Section:
    rows = [
        [group, risk_word(risk_code(community)), risk_word(risk_code(custody))]
        for group, community, custody in assessment.by_group()
    ]
    columns = [_("Risk to"), _("Community"), _("Custody")]
    heading = _("Risk of serious harm")
    return Section(heading, tables=[Table(_("Level for each group of people at risk"), columns, rows)])


def _tools(assessment: Assessment, reader: User) -> Section:
    rows = [[row["tool"], row["gave"], row["when"]] for row in results_in_short(assessment.offender, reader)]
    if not rows:
        return Section(_("Tools"), [_("No result of a tool has been recorded.")])
    columns = [_("Tool"), _("Result"), _("Completed")]
    return Section(_("Tools"), tables=[Table(_("The last result of each tool when this copy was made"), columns, rows)])


def _history(assessment: Assessment, reader: User) -> list[Section]:
    """The chart with its numbers, from the second assessment on."""
    before = assessment.offender.assessments.visible_to(reader).filter(assessed_at__lte=assessment.assessed_at)
    chart = history.chart(list(before[: history.SHOWN]))
    if chart is None:
        return []
    rows = [[str(point["label"]), str(point["word"])] for point in chart.points]
    table = Table(_("Overall level in the community"), [_("Month"), _("Overall level")], rows)
    return [Section(chart.title, [chart.summary], chart=chart, tables=[table])]
