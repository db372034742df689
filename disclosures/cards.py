"""How a record of disclosure stands on its page: its state, what was considered, and what became of it."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from disclosures.models import AskedAboutChildren, Disclosure, DisclosureReview, Recipient
from mappa.templatetags.mappa import long_date
from offenders.views.record import Card, Line, Link


def state_of(row: Disclosure, *, corrected: bool) -> tuple[str, str]:
    """Where it stands, and the colour of its tag. Needs `entry` loaded."""
    if corrected:
        # What was told stays told, whatever the later record says.
        return (_("Told, then corrected"), "green") if row.delivered_on else (_("Corrected"), "grey")
    if row.is_waiting:
        return _("To be authorised"), "yellow"
    if row.outcome == Disclosure.Outcome.REFUSED:
        return _("Not authorised"), "red"
    if row.is_to_be_delivered:
        return _("To be told"), "blue"
    if row.delivered_on:
        return _("Told"), "green"
    return _("Not disclosed"), "grey"


def yes_no(answer: bool | None) -> str:  # noqa: FBT001  what a column holds
    if answer is None:
        return ""
    return _("Yes") if answer else _("No")


def cards_of(row: Disclosure, reviews: Iterable[DisclosureReview]) -> list[Card]:
    """The whole record, in the order in which it came about."""
    somebody = row.recipient != Recipient.NOBODY
    cards = [_decision(row), _considered(row), *([_telling(row)] if somebody else []), _children(row)]
    if row.outcome:
        cards.append(_authorisation(row))
    if row.delivered_on:
        cards.append(_delivery(row))
    return [*cards, *map(_review, reviews)]


def _decision(row: Disclosure) -> Card:
    entry = row.entry
    lines = [
        Line(_("Decision"), str(entry.get_decision_display())),
        Line(_("Reasons"), entry.reasons),
        Line(_("Recorded"), f"{long_date(entry.considered_at)}, {entry.recorded_by.name}"),
    ]
    if row.against_presumption:
        lines.append(Line(_("Why the presumption does not hold"), row.against_presumption))
    if row.follows:
        lines.append(Line(_("Carries out"), _("What meeting %s decided") % row.follows.meeting_reference))
    if row.corrects:
        lines.append(Line(_("Corrects"), f"{row.corrects.reference}\n{row.correction_reason}"))
    if row.authorise_by:
        lines.append(Line(_("To be authorised by"), long_date(row.authorise_by)))
    if row.tell_by:
        lines.append(Line(_("To be told by"), long_date(row.tell_by)))
    lines.append(Line(_("Next review"), long_date(row.review_on) if row.review_on else _("Closed")))
    return Card(_("Decision"), lines)


def _considered(row: Disclosure) -> Card:
    return Card(
        _("What was considered"),
        [
            Line(_("Risk"), row.risk),
            Line(_("Who is at risk"), row.at_risk),
            Line(_("Necessary"), row.necessity),
            Line(_("Proportionate"), row.proportionality),
            Line(_("Harm that the disclosure could do"), row.harm),
            Line(_("The victim"), row.victim),
        ],
    )


def _telling(row: Disclosure) -> Card:
    return Card(
        _("To whom, and what"),
        [
            Line(_("What they are"), str(row.get_recipient_display())),
            Line(_("Name"), row.recipient_name),
            Line(_("Role"), row.recipient_role),
            Line(_("Organisation"), row.recipient_organisation),
            Line(_("Address"), row.recipient_address),
            Line(_("Exact information"), row.information),
            Line(_("Told by the person"), row.self_disclosure),
            Line(_("Told jointly"), row.joint),
            Line(_("Other ways"), row.other_ways),
            Line(_("Representations sought"), yes_no(row.representations_sought)),
            Line(_("What the person said"), row.representations)
            if row.representations_sought
            else Line(_("Why not sought"), row.not_sought_because),
        ],
    )


def _children(row: Disclosure) -> Card:
    return Card(_("Children (Criminal Justice Act 2003 s.327A)"), children_lines(row))


def children_lines(row: Disclosure | AskedAboutChildren) -> list[Line]:
    """What was answered about children, and what the law says by it."""
    return [
        Line(_("Child sex offender"), yes_no(row.child_sex_offender)),
        Line(_("Risk of serious harm to children"), yes_no(row.serious_harm_to_children)),
        Line(_("Necessary to protect them"), yes_no(row.necessary_for_children)),
        Line(_("Somebody asked"), yes_no(row.asked_for)),
        Line(_("Disclosure is presumed"), yes_no(row.presumption)),
    ]


def _authorisation(row: Disclosure) -> Card:
    by = row.authorised_by.name if row.authorised_by else ""
    lines = [
        Line(_("Answer"), f"{row.get_outcome_display()}, {long_date(row.authorised_on)}"),
        Line(_("By"), _recorded(f"{by}\n{row.authorised_rank}", row.authorised_at)),
        Line(_("Reasons"), row.authorised_reasons),
    ]
    if row.discloses and row.outcome == Disclosure.Outcome.AUTHORISED:
        undertaking = _("To be signed first") if row.needs_undertaking else row.no_undertaking_because
        lines += [Line(_("Conditions"), row.conditions), Line(_("Undertaking"), undertaking)]
    return Card(_("Authorisation"), lines)


def _delivery(row: Disclosure) -> Card:
    recorded = row.delivery_recorded_by.name if row.delivery_recorded_by else ""
    signed = long_date(row.undertaking_on) if row.undertaking_on else _("None was asked for")
    return Card(
        _("Telling them"),
        [
            Line(_("When and how"), f"{long_date(row.delivered_on)}, {row.get_delivered_how_display()}"),
            Line(_("By whom"), row.delivered_by),
            Line(_("Undertaking signed"), signed),
            Line(_("Person told"), f"{yes_no(row.person_told)}\n{row.person_told_words}"),
            Line(_("Recorded by"), _recorded(recorded, row.delivery_recorded_at)),
        ],
    )


def _recorded(who: str, at: datetime | None) -> str:
    """Who, and when it was recorded: that may be days after it happened."""
    return f"{who}\n{_('Recorded on %s') % long_date(at)}" if at else who


def _review(review: DisclosureReview) -> Card:
    next_on = long_date(review.next_on) if review.next_on else _("Closed")
    return Card(
        _("Review on %s") % long_date(review.reviewed_on),
        [
            Line(_("Was due"), long_date(review.was_due_on)),
            Line(_("Found"), review.found),
            Line(_("Next review"), next_on),
            Line(_("By"), review.by.name),
        ],
    )


def links_of(row: Disclosure, *, corrected: bool, may_record: bool, may_authorise: bool) -> list[Link]:
    """What this reader may do next with it."""
    if corrected:
        return []

    def to(route: str, words: str) -> Link:
        return Link(reverse(f"disclosures:{route}", args=[row.reference]), words)

    has_letter = row.discloses and row.outcome == Disclosure.Outcome.AUTHORISED
    offered = [
        (may_authorise and row.is_waiting, "authorise", _("Authorise it, or refuse to")),
        (may_record and has_letter, "letter_pdf", _("The letter and undertaking, as PDF")),
        (may_record and has_letter, "letter_word", _("The letter and undertaking, as Word")),
        (may_record and row.is_to_be_delivered, "deliver", _("Record that they were told")),
        (
            may_record and row.review_on and row.outcome != Disclosure.Outcome.REFUSED,
            "review_disclosure",
            _("Record a review"),
        ),
        (may_record, "correct", _("Correct it by a new record")),
    ]
    return [to(route, words) for is_offered, route, words in offered if is_offered]
