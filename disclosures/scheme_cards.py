"""How an application under the disclosure scheme stands on its page: its state, what each stage found, and what may be done next."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from disclosures.actions import about_children
from disclosures.cards import yes_no
from disclosures.models import SchemeApplication, SchemeEntry
from disclosures.telling import words_for
from mappa.templatetags.mappa import clock, long_date
from offenders.views.record import Card, Line, Link

Stage = SchemeApplication.Stage
COLOURS = {
    Stage.CHECKS: "yellow",
    Stage.MEETING: "yellow",
    Stage.ASSESSMENT: "yellow",
    Stage.DECISION: "purple",
    Stage.TELLING: "blue",
    Stage.CLOSED: "grey",
}
# What comes next, by stage: the route, and the words for it.
NEXT = {
    Stage.CHECKS: ("application_checks", gettext_lazy("Record the initial checks")),
    Stage.MEETING: ("application_meeting", gettext_lazy("Record the meeting")),
    Stage.ASSESSMENT: ("application_assessment", gettext_lazy("Record the full risk assessment")),
    Stage.DECISION: ("decide_application", gettext_lazy("Decide")),
    Stage.TELLING: ("close_application", gettext_lazy("Record that the applicant was told")),
}


def state_of(row: SchemeApplication) -> tuple[str, str]:
    """Where it stands, and the colour of its tag."""
    if row.is_urgent:
        return _("Act at once"), "red"
    stage = Stage(row.stage)
    return str(stage.label), COLOURS[stage]


def next_step(row: SchemeApplication) -> Link | None:
    """The one thing that comes next, whoever may do it."""
    if row.is_urgent:
        return _to("record_protection", row, _("Record what was done to protect the child"))
    if row.stage not in NEXT:
        return None
    route, words = NEXT[Stage(row.stage)]
    return _to(route, row, str(words))


def _to(route: str, row: SchemeApplication, words: str) -> Link:
    return Link(reverse(f"disclosures:{route}", args=[row.reference]), words)


def links_of(row: SchemeApplication, *, may_write_disclosure: bool, may_decide_again: bool) -> list[Link]:
    """What else may be done with it."""
    open_, settled = row.is_open, row.is_open and not row.is_urgent
    offered = [
        (may_write_disclosure, "disclose_application", _("Write the record of disclosure on the case")),
        (may_decide_again, "decide_application", _("Decide again: the disclosure was refused")),
        (settled, "report_immediate_risk", _("Report an immediate risk")),
        (open_ and not row.offender_id, "match_application", _("Match the person to a record")),
        (
            open_ and row.offender_id and row.outcome != row.Outcome.DISCLOSE,
            "unmatch_application",
            _("Take it from the record of another person"),
        ),
        (settled and row.stage != Stage.CHECKS, "put_off_application", _("Put off what is due")),
        (open_, "hand_over_application", _("Give it to another officer")),
        (
            settled and row.stage in {Stage.CHECKS, Stage.MEETING, Stage.ASSESSMENT},
            "end_application",
            _("End it before a decision"),
        ),
        (True, "note_application", _("Add a note")),
    ]
    return [_to(route, row, words) for is_offered, route, words in offered if is_offered]


def cards_of(row: SchemeApplication, entries: Iterable[SchemeEntry]) -> list[Card]:
    """The whole application, in the order in which it came about."""
    cards = [_asked(row), _applicant(row)]
    if row.immediate_at:
        cards.append(_immediate(row))
    if row.checked_on:
        cards.append(_checks(row))
    if row.met_on:
        cards.append(_meeting(row))
    if row.assessed_on:
        cards.append(_assessment(row))
    if row.outcome:
        cards.append(_decision(row))
    if row.told_on:
        cards.append(_telling(row))
    return [*cards, *map(_entry, entries)]


def moment(at: datetime | None) -> str:
    """A day and a time of it."""
    return f"{long_date(at)}, {clock(at)}"


def _asked(row: SchemeApplication) -> Card:
    return Card(
        _("What is asked"),
        [
            Line(_("About whom"), row.subject_name),
            Line(_("Known of that person"), row.subject_details),
            Line(_("Contact with the child"), row.subject_access),
            Line(_("Children"), row.children),
            Line(_("Concern"), row.concern),
            Line(_("Made"), f"{moment(row.received_at)}, {row.get_channel_display()}"),
            Line(_("Recorded"), f"{moment(row.recorded_at)}, {row.recorded_by.name}"),
        ],
    )


def _applicant(row: SchemeApplication) -> Card:
    return Card(
        _("The applicant"),
        [
            Line(_("Name"), row.applicant_name),
            Line(_("To the child"), str(row.get_relation_display())),
            Line(_("Born"), row.applicant_born),
            Line(_("Address"), row.applicant_address),
            Line(_("Can be reached"), row.applicant_contact),
            Line(_("When and how is safe"), row.safe_contact),
        ],
    )


def _immediate(row: SchemeApplication) -> Card:
    lines = [Line(_("Risk"), row.immediate_words), Line(_("Reported"), moment(row.immediate_at))]
    if row.protected_at:
        lines += [Line(_("What was done"), row.protected_words), Line(_("Recorded"), moment(row.protected_at))]
    tag, colour = (_("Act at once"), "red") if row.is_urgent else (_("Dealt with"), "green")
    return Card(_("Immediate risk"), lines, tag=tag, colour=colour)


def _by(person: User | None, on: date | None) -> Line:
    return Line(_("By"), f"{person.name}, {long_date(on)}" if person else "")


def _checks(row: SchemeApplication) -> Card:
    return Card(_("Initial checks"), [Line(_("Records searched"), row.checks), _by(row.checked_by, row.checked_on)])


def _meeting(row: SchemeApplication) -> Card:
    return Card(
        _("Meeting with the applicant"),
        [
            Line(_("How"), str(row.get_met_how_display())),
            Line(_("Identity proven"), f"{yes_no(row.is_identified)}\n{row.identity}"),
            Line(_("What was said"), row.said),
            Line(_("Who can best protect the child"), row.best_placed),
            Line(_("Advice and information given"), row.education),
            _by(row.met_by, row.met_on),
        ],
    )


def _assessment(row: SchemeApplication) -> Card:
    law = about_children(row)
    return Card(
        _("Full risk assessment"),
        [
            Line(_("Agencies asked"), row.consulted),
            Line(_("Risk to the child"), row.assessment),
            Line(_("Child sex offender"), yes_no(row.child_sex_offender)),
            Line(_("Risk of serious harm to children"), yes_no(row.serious_harm_to_children)),
            Line(_("Necessary to protect them"), yes_no(row.necessary_for_children)),
            Line(_("Disclosure is presumed"), f"{yes_no(row.presumption)}\n{law.explanation} ({law.authority})"),
            _by(row.assessed_by, row.assessed_on),
        ],
    )


def _decision(row: SchemeApplication) -> Card:
    lines = [Line(_("Outcome"), str(row.get_outcome_display())), Line(_("Reasons"), row.reasons)]
    if row.decided_with:
        lines.append(Line(_("Decided with"), row.decided_with))
    if row.against_presumption:
        lines.append(Line(_("Why the presumption does not hold"), row.against_presumption))
    if row.passed_to:
        lines.append(Line(_("Passed to"), row.passed_to))
    name = row.decided_by.name if row.decided_by else ""
    return Card(_("Decision"), [*lines, Line(_("By"), f"{name}, {long_date(row.decided_on)}\n{row.decided_rank}")])


def _telling(row: SchemeApplication) -> Card:
    lines = [Line(_("How"), str(row.get_told_how_display()))]
    if row.is_recipient is not None:
        lines.append(Line(_("It was disclosed to the applicant"), yes_no(row.is_recipient)))
    if not row.is_recipient and row.told_how != row.Manner.NOT_TOLD:
        lines.append(Line(_("What was said"), words_for(row)))
    return Card(
        _("What the applicant was told"),
        [*lines, Line(_("Remarks"), row.told_words), _by(row.told_by, row.told_on)],
    )


def _entry(entry: SchemeEntry) -> Card:
    return Card(
        str(entry.get_kind_display()),
        [Line(_("What"), entry.text), Line(_("By"), f"{entry.by.name}, {moment(entry.at)}")],
    )
