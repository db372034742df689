"""Settling what is due under the notification requirements to what the law says of everything recorded."""

from collections import defaultdict
from datetime import date

from django.db.models import Case, F, Q, When

from agencies.models import Area, User
from agencies.models.standard import UnknownStandardError, standard
from mappa import dates
from offenders.custody import stretches
from offenders.duties import DOES, Change, Duty, Facts, Figure, Given, Journey, Must, Place, duties
from offenders.law.disposals import CUSTODY, HOSPITAL, INDETERMINATE
from offenders.law.periods import is_under
from offenders.models import (
    Address,
    Alias,
    Notification,
    NotificationDue,
    NotificationRequirement,
    Offender,
    RequirementReview,
)
from offenders.sentencing import dealt

DETAINING = CUSTODY | INDETERMINATE | HOSPITAL


def facts_of(offender: Offender, *, by: User) -> Facts:
    """Everything recorded that a deadline follows from: a fixed number of queries, however long the record is."""
    return Facts(
        musts=_musts(offender, by),
        given=_given(offender, by),
        away=stretches(offender, by),
        places=_places(offender, by),
        journeys=[
            Journey(row.pk, row.reference, row.leaves_on, row.returned_on, had_no_time=bool(row.late_reason))
            for row in offender.travels.visible_to(by).standing().order_by("pk")
        ],
        changes=_changes(offender, by),
        died=offender.whereabouts == Offender.Whereabouts.DECEASED,
        figure=figures(offender.area),
    )


def figures(area: Area) -> Figure:
    """The standards of an area, each read once for a day; nothing where none was in force, as before a rule was made."""
    known: dict[tuple[str, date], tuple[int, str] | None] = {}

    def figure(name: str, on: date) -> tuple[int, str] | None:
        if (name, on) not in known:
            try:
                row = standard(name, area, on)
                known[name, on] = (int(row.value), row.citation[:160])
            except UnknownStandardError:
                known[name, on] = None
        return known[name, on]

    return figure


def _musts(offender: Offender, by: User) -> list[Must]:
    reviews: defaultdict[int, list[RequirementReview]] = defaultdict(list)
    for review in offender.requirement_reviews.visible_to(by).order_by("determined_on", "pk"):
        reviews[review.requirement_id].append(review)
    rows = offender.requirements.visible_to(by).with_conviction(by).order_by("pk")
    return [_must(row, reviews[row.pk], offender) for row in rows]


def _must(row: NotificationRequirement, reviews: list[RequirementReview], offender: Offender) -> Must:
    refused = [each for each in reviews if each.outcome == RequirementReview.Outcome.CONTINUES]
    disposal = dealt(row.conviction)[1].disposal.kind if row.conviction else row.disposal
    return Must(
        pk=row.pk,
        regime=row.regime,
        relevant_on=row.relevant_on,
        last_day=row.last_day,
        ended_on=row.ended_on,
        indefinite=row.indefinite,
        under_18=is_under(18, offender.born_on, row.relevant_on),
        detained_for_it=disposal in DETAINING,
        is_applied=any(each.determined_on is None for each in reviews),
        refused_on=refused[-1].determined_on if refused else None,
        refused_until=refused[-1].next_on if refused else None,
        doubt=str(row.get_doubt_display()) if row.doubt else "",
        doubt_until=row.doubt_until,
    )


def _given(offender: Offender, by: User) -> list[Given]:
    rows = offender.notifications.visible_to(by).standing().order_by("pk")
    return [given_of(row) for row in rows]


def given_of(row: Notification) -> Given:
    """A notification as the duties look at it."""
    return Given(
        pk=row.pk,
        kind=row.kind,
        on=row.given_on,
        requirement=row.requirement_id,
        reference=row.reference,
        about=row.premises_id or row.travel_id,
        no_fixed_abode=row.no_fixed_abode,
        happened_on=row.happened_on,
        expected_on=row.expected_on,
        not_happened_by=row.not_happened_by,
        said_on=row.said_on,
    )


def _changes(offender: Offender, by: User) -> list[Change]:
    """Names used and homes lived in since a day that is known: what they were at birth or before is no change."""
    homes = offender.addresses.visible_to(by).standing().filter(kind__in=Address.MAIN)
    names = offender.aliases.visible_to(by).standing().filter(Q(kind__in=Alias.USED) | Q(was_recorded=True))
    # What was the recorded name ended on the day on which the one that is recorded began to be used.
    begun = Case(When(was_recorded=True, then=F("until")), default=F("from_on"))
    return [
        Change(kind, day, reference)
        for kind, rows in (("address", homes.annotate(begun=F("from_on"))), ("name", names.annotate(begun=begun)))
        for day, reference in rows.order_by("begun", "pk").values_list("begun", "reference")
        if day
    ]


def _places(offender: Offender, by: User) -> list[Place]:
    stays: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for premises, first, last in offender.stays.visible_to(by).values_list("premises_id", "from_on", "until"):
        stays[premises].append((first, last))
    rows = offender.other_premises.visible_to(by).order_by("pk")
    return [Place(row.pk, row.reference, tuple(sorted(stays[row.pk], key=lambda each: each[0]))) for row in rows]


def settle(offender: Offender, *, by: User, done_by: Notification | None = None) -> list[NotificationDue]:
    """Make the open dues what the law says now. What is no longer due was done by a notification, or is superseded.

    The caller holds the lock of the case, and is given what was done. Rows are never changed in what they say: another
    deadline is another row.
    """
    done = []
    wanted = {(duty.regime, duty.what, duty.about): duty for duty in duties(facts_of(offender, by=by))}
    for row in offender.notification_dues.visible_to(by).open():
        duty = wanted.get((row.regime, row.what, row.about))
        if duty and _is_same(row, duty):
            del wanted[row.regime, row.what, row.about]
        elif done_by and done_by.requirement.regime == row.regime and row.what in DOES[done_by.kind]:
            row.done_by = done_by
            row.save(update_fields=["done_by"])
            done.append(row)
        else:
            row.superseded_on = dates.today()
            row.save(update_fields=["superseded_on"])
    NotificationDue.objects.bulk_create(
        NotificationDue(
            offender=offender,
            requirement_id=duty.requirement,
            regime=duty.regime,
            what=duty.what,
            due_on=duty.due_on,
            authority=duty.authority,
            explanation=duty.explanation,
            about=duty.about,
        )
        for duty in wanted.values()
    )
    return done


def _is_same(row: NotificationDue, duty: Duty) -> bool:
    return (row.requirement_id, row.due_on, row.authority, row.about) == (
        duty.requirement,
        duty.due_on,
        duty.authority,
        duty.about,
    )


def sexual_requirement(offender: Offender, *, by: User) -> NotificationRequirement | None:
    """The requirement under which premises and travel are notified: the one that lasts longest of those that stand."""
    rows = offender.requirements.visible_to(by).standing().filter(Q(regime="SOA2003"))
    return max(rows, key=lambda row: (row.last_day or date.max, row.pk), default=None)
