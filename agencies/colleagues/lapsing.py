"""What ends by itself, each night: accounts that nobody uses, last days that have passed, vetting, and lists without an answer.

Each person is dealt with in a transaction of his own: what is wrong with one leaves the others as they should be.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.colleagues import changing, leaving, recertifying, rules, suspending
from agencies.models import Area, Membership, Recertification, Role, Suspension, User
from agencies.models.standard import value
from agencies.own_sessions import end_all
from audit.record import record
from mappa.failures import log_failure
from mappa.templatetags.mappa import long_date

Why = Suspension.Why


def lapse(*, on: date, by: User) -> int:
    """Everything that ends on a day; how much did. In a demo everybody can be played at any time, and nothing ends."""
    if settings.DEMO:
        return 0
    done = _each(_whose_work_ended(on), lambda person: bool(_let_go(person, by)))
    done += _each(_with_a_last_day_passed(on), lambda person: bool(changing.end_by_last_day(person, on=on, by=by)))
    done += _each(_whose_vetting_ended(on), lambda person: _tell_vetting_ended(person, by))
    for area in Area.objects.order_by("name"):
        done += _lapse_unused(area, on, by)
    return done


def ask_for_lists(*, on: date, by: User) -> int:
    """Open the lists that are due, warn of those whose day has passed, and stop what nobody confirmed; how many lists."""
    done = 0
    for agency in recertifying.due_for_a_list(on):
        recertifying.open_list(agency=agency, on=on, by=by)
        done += 1
    late = Recertification.objects.standing().select_related("agency")
    for row in late.filter(due_on__lt=on, warned_at__isnull=True):
        recertifying.warn(recertification=row, by=by)
        done += 1
    if not settings.DEMO:
        done += sum(_stop_unanswered(row, on, by) for row in late.filter(stops_on__lt=on))
    return done


@transaction.atomic
def _stop_unanswered(row: Recertification, on: date, by: User) -> bool:
    """After the warning, never on the same day. The last administrator stays, or nobody could let anybody in again."""
    row = Recertification.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.warned_at is None or timezone.localdate(row.warned_at) >= on:
        return False
    for line in row.lines.unanswered().select_related("membership__user", "membership__agency"):
        recertifying.silence(line, by=by)
        try:
            rules.refuse_to_end_the_last_administrator(line.membership.user)
        except ValidationError:
            continue
        changing.stop_unconfirmed(line.membership, by=by)
        end_all(line.membership.user, why="access")
    recertifying.close_if_answered(row, by=by)
    return True


def _each(people: Iterable[User], work: Callable[[User], bool]) -> int:
    done = 0
    for person in people:
        try:
            with transaction.atomic():
                done += work(User.objects.select_for_update(no_key=True).get(pk=person.pk))
        except Exception as error:  # noqa: BLE001 - what is wrong with one person must not keep the others in
            log_failure(f"The access of user {person.pk} could not be ended", error)
    return done


def _people() -> QuerySet[User]:
    systems = Membership.objects.filter(user=OuterRef("pk"), role=Role.Code.INTEGRATION)
    return User.objects.filter(~Exists(systems), is_system=False).order_by("pk")


def _whose_work_ended(on: date) -> QuerySet[User]:
    """People who worked here, whose last day has passed or who were stopped, and whom nobody has let go yet."""
    held = Membership.objects.filter(user=OuterRef("pk"))
    going_on = held.filter(Q(until__isnull=True) | Q(until__gte=on))
    # What nobody confirmed may be confirmed yet.
    going_on = going_on.filter(Q(stopped_at__isnull=True) | Q(stopped_why=Membership.Stopped.UNCONFIRMED))
    return _people().filter(Exists(held), ~Exists(going_on), left_at__isnull=True)


def _with_a_last_day_passed(on: date) -> QuerySet[User]:
    """People of whom a membership has ended by its day, and nobody has noted it: of two agencies one, or of two roles."""
    return _people().filter(
        Exists(Membership.objects.filter(user=OuterRef("pk"), until__lt=on, stopped_at__isnull=True))
    )


def _let_go(person: User, by: User) -> dict[str, int]:
    return leaving.let_go(person=person, by=by)


def _whose_vetting_ended(on: date) -> QuerySet[User]:
    standing = Membership.objects.standing(on).filter(user=OuterRef("pk"))
    since = on - timedelta(days=30)
    return _people().filter(Exists(standing), vetting_expires_on__lt=on, vetting_expires_on__gte=since)


def _tell_vetting_ended(person: User, by: User) -> bool:
    """Each request has refused him since; the record says so once, he hears it, and his sessions end."""
    until = person.vetting_expires_on
    is_new = outbox.post(
        key=f"vetting-ended:{person.pk}:{until}",
        to=person,
        subject=_("Your vetting has ended"),
        body=_("It ended on %s. You can open nothing until your agency’s contact point records a new one.")
        % long_date(until),
    )
    if is_new:
        end_all(person, why="access")
        record("vetting.ended", by=by, about=person, until=str(until))
    return is_new


def _lapse_unused(area: Area, on: date, by: User) -> int:
    """Warn, suspend and in the end close for good what nobody has used for so long. Each area has its own figures."""
    warn, suspend, disable = (value(f"dormant_{what}_days", area, on) for what in ("warn", "suspend", "disable"))
    unused = _unused(area)
    until = _end_of(on - timedelta(days=suspend))
    soon = _end_of(on - timedelta(days=suspend - warn))
    done = _each(unused.filter(used_at__lte=until), lambda person: _suspend(person, suspend, by))
    done += _each(unused.filter(used_at__gt=until, used_at__lte=soon), lambda person: _warn(person, suspend))
    gone = Suspension.objects.standing().filter(
        why=Why.DORMANT, disabled_at__isnull=True, made_at__lte=_end_of(on - timedelta(days=disable - suspend))
    )
    here = Membership.objects.filter(agency__area=area, user=OuterRef("user"))
    people = User.objects.filter(pk__in=gone.filter(Exists(here)).order_by().values("user"))
    return done + _each(people, lambda person: _disable(person, by))


def _unused(area: Area) -> QuerySet[Any]:
    """Active people of an area with when they last came: the sign-in, or the day on which they began."""
    held = Membership.objects.filter(user=OuterRef("pk"), agency__area=area, stopped_at__isnull=True)
    elsewhere = Membership.objects.filter(user=OuterRef("pk"), stopped_at__isnull=True).exclude(agency__area=area)
    rows = _people().filter(Exists(held), is_active=True, left_at__isnull=True)
    # Of two areas the first by name decides, so that nobody is dealt with twice.
    rows = rows.exclude(Exists(elsewhere.filter(agency__area__name__lt=area.name)))
    return rows.annotate(used_at=Greatest(Coalesce("last_login", "date_joined"), "date_joined"))


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _suspend(person: User, days: int, by: User) -> bool:
    try:
        rules.refuse_to_end_the_last_administrator(person)
    except ValidationError:
        return False
    words = _("Not signed in for %(days)s days") % {"days": days}
    suspending.close(person, why=Why.DORMANT, reason=words, by=by)
    return True


def _warn(person: User, days: int) -> bool:
    used: Any = person.last_login or person.date_joined
    return outbox.post(
        key=f"unused:{person.pk}:{used:%Y%m%d}",
        to=person,
        subject=_("Your mappa account will be suspended"),
        body=_("You have not signed in for some time. Sign in before %s, or the account is suspended.")
        % long_date(timezone.localdate(used) + timedelta(days=days)),
    )


def _disable(person: User, by: User) -> bool:
    """For good: memberships end, and with them everything; he comes back by an invitation only."""
    row = Suspension.objects.select_for_update().standing().get(user=person)
    row.disabled_at = timezone.now()
    row.save(update_fields=["disabled_at"])
    for membership in Membership.objects.filter(user=person, stopped_at__isnull=True):
        membership.stopped_at, membership.stopped_by = timezone.now(), by
        membership.stopped_why = Membership.Stopped.LEFT
        membership.save(update_fields=["stopped_at", "stopped_by", "stopped_why"])
    person.set_unusable_password()
    person.save(update_fields=["password"])
    leaving.let_go(person=person, by=by)
    record("account.disabled", by=by, about=person, suspension=row.reference)
    return True
