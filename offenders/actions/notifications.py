"""The verbs of notifications: record one, say what came of an advance notice, strike one out."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.actions.dues import facts_of, given_of, settle, sexual_requirement
from offenders.duties import deadline_of
from offenders.law import deadlines
from offenders.models import (
    Address,
    ForeignTravel,
    Notification,
    NotificationDue,
    NotificationRequirement,
    Offender,
    OtherPremises,
    Regime,
)

tell = telling(Topic.NOTIFICATION)

Kind = Notification.Kind


@transaction.atomic
def notify(
    *,
    requirement: NotificationRequirement,
    kind: str,
    given_on: date,
    place: str,
    method: str,
    received_by: str,
    acknowledged: bool,
    what: str,
    fingerprints: bool,
    photographs: bool,
    no_fixed_abode: bool,
    happened_on: date | None = None,
    expected_on: date | None = None,
    premises: OtherPremises | None = None,
    travel: ForeignTravel | None = None,
    by: User,
) -> Notification:
    """Record what the person notified. Whether that was on time is the law's answer, kept with it; the next day is dated.

    Raises ValidationError for a day before the relevant date or still to come, for a second initial notification, and
    where the day of a change is missing or makes no sense.
    """
    require(by, Perm.EDIT_CASE, on=requirement)
    offender = lock(requirement.offender, by=by)
    requirement = NotificationRequirement.objects.visible_to(by).get(pk=requirement.pk)
    requirement.offender = offender
    row = Notification(
        offender=offender,
        requirement=requirement,
        kind=kind,
        given_on=given_on,
        place=place.strip(),
        method=method,
        received_by=received_by.strip(),
        acknowledged=acknowledged,
        what=what,
        fingerprints=fingerprints,
        photographs=photographs,
        no_fixed_abode=no_fixed_abode,
        happened_on=happened_on,
        expected_on=expected_on,
        premises=premises,
        travel=travel,
        by=by,
    )
    _refuse_wrong_day(row)
    _refuse_wrong_change(row)
    _refuse_wrong_home(row, by=by)
    refuse_twice(
        offender.notifications.visible_to(by)
        .standing()
        .filter(by=by, requirement=requirement, kind=kind, given_on=given_on, what=what)
    )
    _measure(row, offender, by=by)
    row.full_clean()
    row.save()
    _measure_what_it_did(row, settle(offender, by=by, done_by=row))
    record("notification.recorded", by=by, about=row, kind=kind, on_time=row.on_time)
    tell(offender, _("Notification recorded"), row.get_kind_display(), by=by)
    return row


def _refuse_wrong_day(row: Notification) -> None:
    must = row.requirement
    if row.given_on > dates.today():
        raise ValidationError({"given_on": _("The day of the notification must be today or in the past")})
    if row.given_on < must.relevant_on:
        words = _("The requirements began on %s: enter that day or a later one")
        raise ValidationError({"given_on": words % f"{must.relevant_on:%-d %B %Y}"})
    if must.ended_on and row.given_on > must.ended_on:
        words = _("The requirements ended on %s: enter that day or an earlier one")
        raise ValidationError({"given_on": words % f"{must.ended_on:%-d %B %Y}"})


def _refuse_wrong_change(row: Notification) -> None:
    """A change has a day, on which it happened or is expected; a release happened; nothing else has such a day."""
    problems = {
        "expected_on": _wrong_expected(row),
        "happened_on": _wrong_happened(row),
    }
    if found := {field: words for field, words in problems.items() if words}:
        raise ValidationError(found)


def _wrong_expected(row: Notification) -> str:
    if row.expected_on is None:
        return ""
    if row.kind not in Notification.CHANGES:
        return _("Leave this empty: only a change is notified in advance")
    if row.requirement.regime != Regime.SEXUAL:
        return _("Leave this empty: only the Sexual Offences Act 2003 (s.84(2)) knows notice in advance")
    return _("Enter the day of the change or the expected day, not both") if row.happened_on else ""


def _wrong_happened(row: Notification) -> str:
    needs = row.kind in Notification.CHANGES or row.kind == Kind.RELEASE
    if needs and row.happened_on is None and row.expected_on is None:
        return _("Enter the day on which it happened, or for a change to come the day on which it is expected")
    if not needs and row.happened_on:
        return _("Leave this empty: only a change and a release have a day of their own")
    if row.happened_on and row.happened_on > row.given_on:
        return _("It must have happened on or before the day of the notification")
    return ""


def _refuse_wrong_home(row: Notification, *, by: User) -> None:
    """Whoever has no fixed abode by the record notifies every week, unless he tells of a new home (s.85(5))."""
    if row.no_fixed_abode or row.kind not in Notification.COUNTED or row.kind == Kind.ADDRESS:
        return
    home = main_address(row.offender, row.given_on, by=by)
    if home and home.kind == Address.Kind.NO_FIXED:
        words = _("“No fixed abode” is recorded since %s: tick this, or record the home under Identity first")
        raise ValidationError({"no_fixed_abode": words % long_date(home.from_on)})


def main_address(offender: Offender, on: date, *, by: User) -> Address | None:
    """Where the person lived on a day, as recorded."""
    homes = offender.addresses.visible_to(by).in_force(on)
    return homes.filter(kind__in=Address.MAIN, from_on__lte=on).first()


def has_no_home(offender: Offender, *, by: User) -> bool:
    """The first answer to whether the person has no home: by the main address, else as it was last notified."""
    home = main_address(offender, dates.today(), by=by)
    if home:
        return home.kind == Address.Kind.NO_FIXED
    last = offender.notifications.visible_to(by).standing().filter(kind__in=Notification.COUNTED).first()
    return last is not None and last.no_fixed_abode


def _measure(row: Notification, offender: Offender, *, by: User) -> None:
    """Against its deadline, by what is recorded on this day."""
    given = given_of(row)
    facts = facts_of(offender, by=by)
    deadline = deadline_of(facts, given)
    if deadline:
        row.due_on, row.authority = deadline.due_on, deadline.authority
        row.on_time = row.given_on <= deadline.due_on


def _measure_what_it_did(row: Notification, done: list[NotificationDue]) -> None:
    """Whatever was due before and is done only by it was late, though its own change was told in time."""
    missed = min((due for due in done if due.due_on < row.given_on), key=lambda due: due.due_on, default=None)
    if missed and row.on_time is not False:
        row.due_on, row.authority, row.on_time = missed.due_on, missed.authority, False
        row.save(update_fields=["due_on", "authority", "on_time"])


@transaction.atomic
def notify_premises(*, premises: OtherPremises, by: User, **told: object) -> Notification:
    """Record that the person notified other premises (s.84(1)(c))."""
    require(by, Perm.EDIT_CASE, on=premises)
    return notify(
        requirement=_must_of(premises.offender, by=by),
        kind=Kind.PREMISES,
        premises=premises,
        by=by,
        **told,  # type: ignore[arg-type]
    )


@transaction.atomic
def notify_leaving(*, travel: ForeignTravel, by: User, **told: object) -> Notification:
    """Record that the person gave notice of leaving the United Kingdom (s.86)."""
    require(by, Perm.EDIT_CASE, on=travel)
    return notify(
        requirement=_must_of(travel.offender, by=by),
        kind=Kind.TRAVEL_LEAVE,
        travel=travel,
        by=by,
        **told,  # type: ignore[arg-type]
    )


@transaction.atomic
def notify_return(*, travel: ForeignTravel, by: User, **told: object) -> Notification:
    """Record that the person notified the return to the United Kingdom (s.86)."""
    require(by, Perm.EDIT_CASE, on=travel)
    if travel.returned_on is None:
        raise ValidationError(_("Record the day of the return first: it is not known yet."))
    if isinstance(given_on := told["given_on"], date) and given_on < travel.returned_on:
        raise ValidationError({"given_on": _("The return is notified on or after its day")})
    return notify(
        requirement=_must_of(travel.offender, by=by),
        kind=Kind.TRAVEL_RETURN,
        travel=travel,
        by=by,
        **told,  # type: ignore[arg-type]
    )


def _must_of(offender: Offender, *, by: User) -> NotificationRequirement:
    found = sexual_requirement(offender, by=by)
    if found is None:
        raise ValidationError(
            _("The person is under no requirement of the Sexual Offences Act 2003 that stands: record it first.")
        )
    found.offender = offender
    return found


@transaction.atomic
def tell_outcome(
    *,
    notification: Notification,
    happened_on: date | None,
    not_happened_by: date | None,
    said_on: date | None,
    by: User,
) -> Notification:
    """Say what came of a notice given in advance: it stands, is void, or the person had to say so (s.84(2) to (4))."""
    require(by, Perm.EDIT_CASE, on=notification)
    row = _fresh(notification, by=by)
    if not row.is_open_notice:
        raise ValidationError(_("What came of this notice is recorded already, or it is no notice in advance."))
    _refuse_wrong_outcome(row, happened_on, not_happened_by, said_on)
    row.happened_on, row.not_happened_by = happened_on, not_happened_by or row.not_happened_by
    row.said_on = said_on or row.said_on
    row.full_clean()
    row.save(update_fields=["happened_on", "not_happened_by", "said_on"])
    settle(row.offender, by=by)
    record("notification.outcome_told", by=by, about=row, kind=row.kind)
    tell(row.offender, _("Outcome of an advance notice recorded"), row.get_kind_display(), by=by)
    return row


def _refuse_wrong_outcome(
    row: Notification, happened_on: date | None, not_happened_by: date | None, said_on: date | None
) -> None:
    today = dates.today()
    if (happened_on is None) == (not_happened_by is None):
        raise ValidationError(
            {"happened_on": _("Enter the day on which it happened, or the day by which it had not, and not both")}
        )
    days = {"happened_on": happened_on, "not_happened_by": not_happened_by, "said_on": said_on}
    for field, day in days.items():
        if day and not row.given_on <= day <= today:
            words = _("Enter a day from %(first)s, the day of the notice, to today")
            raise ValidationError({field: words % {"first": f"{row.given_on:%-d %B %Y}"}})
    over = deadlines.THREE_DAYS.ends(row.expected_on) if row.expected_on else None
    if said_on and happened_on and over and happened_on <= over:
        raise ValidationError({"said_on": _("Leave this empty: the change came before there was anything to say")})


@transaction.atomic
def strike_notification(*, notification: Notification, struck_reason: str, by: User) -> Notification:
    """Strike out a notification recorded in error, and say why: it stays to be read, and no deadline follows from it."""
    require(by, Perm.EDIT_CASE, on=notification)
    row = _fresh(notification, by=by)
    row.struck_on, row.struck_by, row.struck_reason = dates.today(), by, struck_reason
    row.full_clean()
    row.save(update_fields=["struck_on", "struck_by", "struck_reason"])
    settle(row.offender, by=by)
    record("notification.struck", by=by, about=row, kind=row.kind)
    tell(row.offender, _("Notification struck out"), row.get_kind_display(), by=by)
    return row


def _fresh(notification: Notification, *, by: User) -> Notification:
    """The notification, fresh, its case locked. Raises ValidationError when it was struck out meanwhile."""
    offender = lock(notification.offender, by=by)
    found = Notification.objects.visible_to(by).select_related("requirement").get(pk=notification.pk)
    found.offender = offender
    if found.struck_on:
        raise ValidationError(_("This notification has been struck out already. Nothing was changed."))
    return found
