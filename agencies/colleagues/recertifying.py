"""The list, each quarter, of everybody in an agency: is each line still right? Silence stops the line, after a warning.

NCSC CAF B2.a asks that who has access be reviewed at least each half year. Nobody confirms himself.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.colleagues import rules
from agencies.models import Agency, Membership, Recertification, RecertificationLine, Role, User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date

Answer = RecertificationLine.Answer


def listed(agency: Agency, on: date) -> QuerySet[Membership]:
    """Whose membership is asked about: everybody’s that has begun and not ended. Systems are kept by administrators."""
    rows = Membership.objects.standing(on).filter(agency=agency, user__is_system=False)
    return rows.exclude(role=Role.Code.INTEGRATION)


def due_for_a_list(on: date) -> list[Agency]:
    """Agencies of whom nobody was asked for so long as the standard says, by name."""
    found: list[Agency] = []
    rows = Agency.objects.filter(is_active=True).select_related("area").order_by("name")
    rows = rows.annotate(last=Max("recertifications__opened_on"))
    for agency in rows.exclude(pk__in=Recertification.objects.standing().values("agency")):
        since = dates.add_months(on, -value("recertify_months", agency.area, on))
        # A new agency is asked when somebody has worked there for so long.
        if agency.last is not None:
            is_due = agency.last <= since
        else:
            is_due = listed(agency, on).filter(from_on__lte=since).exists()
        if is_due:
            found.append(agency)
    return found


@transaction.atomic
def open_list(*, agency: Agency, on: date, by: User) -> Recertification:
    """Ask an agency about each of its people."""
    answer, grace = (value(f"recertify_{what}_days", agency.area, on) for what in ("answer", "grace"))
    due_on = on + timedelta(days=answer)
    row = Recertification(agency=agency, opened_on=on, due_on=due_on, stops_on=due_on + timedelta(days=grace))
    row.full_clean()
    row.save()
    lines = [RecertificationLine(recertification=row, membership=m) for m in listed(agency, on).order_by("user__name")]
    RecertificationLine.objects.bulk_create(lines)
    record("recertification.opened", by=by, about=row, agency=agency.pk, lines=len(lines))
    return row


@transaction.atomic
def confirm(*, line: RecertificationLine, by: User) -> RecertificationLine:
    """Say that a line is still right. Nobody says it of himself, or of a role that is not his to give."""
    held = Membership.objects.select_related("user", "agency", "role").get(pk=line.membership_id)
    rules.require_keeper_of_another(by, held.user, held.agency)
    rules.refuse_whom_he_may_not_keep(by, held)
    row = _lock(line)
    if row.answer:
        raise ValidationError(_("This line is answered already."))
    _answer(row, Answer.YES, by)
    Membership.objects.filter(pk=held.pk).update(confirmed_on=dates.today())
    record("membership.confirmed", by=by, about=held, person=held.user_id, list=row.recertification.reference)
    close_if_answered(row.recertification, by=by)
    return row


@transaction.atomic
def confirm_each(*, lines: Sequence[RecertificationLine], by: User) -> int:
    """The same of several at once: all of them, or none."""
    return len([confirm(line=line, by=by) for line in lines])


def answer_by_the_way(membership: Membership, answer: Answer, *, by: User) -> None:
    """A membership that is changed or ended while its list is open is answered by that."""
    rows = RecertificationLine.objects.unanswered().filter(membership=membership, recertification__closed_at=None)
    for line in rows.select_for_update(of=("self",)).select_related("recertification"):
        _answer(line, answer, by)
        close_if_answered(line.recertification, by=by)


def silence(line: RecertificationLine, *, by: User) -> None:
    """Nobody answered in time."""
    _answer(line, Answer.SILENCE, by)


def close_if_answered(row: Recertification, *, by: User) -> None:
    """The list is done once every line is answered."""
    if row.closed_at is None and not row.lines.unanswered().exists():
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        record("recertification.closed", by=by, about=row, agency=row.agency_id)


@transaction.atomic
def warn(*, recertification: Recertification, by: User) -> int:
    """Its day has passed: whoever is not confirmed hears on which day his access stops, and so does co-ordination."""
    row = Recertification.objects.select_for_update(of=("self",)).select_related("agency").get(pk=recertification.pk)
    if row.warned_at is not None or row.closed_at is not None:
        return 0
    lines = list(row.lines.unanswered().select_related("membership__user"))
    people = {line.membership.user for line in lines}
    for person in people:
        outbox.post(
            key=f"unconfirmed:{row.reference}:{person.pk}",
            to=person,
            subject=_("Your access to mappa has not been confirmed"),
            body=_("Ask your agency’s contact point to confirm it by %s. After that day it stops until somebody does.")
            % long_date(row.stops_on),
        )
    link = settings.BASE_URL + reverse("reviews:recertify")
    for keeper in _who_else_answers(row.agency, {line.membership.role_id for line in lines}):
        outbox.post(
            key=f"unanswered-list:{row.reference}:{keeper.pk}",
            to=keeper,
            subject=_("An agency of your area has not confirmed who works there"),
            body=_("What nobody answers by %s stops. You can answer too:") % long_date(row.stops_on) + f"\n\n{link}",
        )
    row.warned_at = timezone.now()
    row.save(update_fields=["warned_at"])
    record("recertification.warned", by=by, about=row, people=len(people))
    return len(people)


def _who_else_answers(agency: Agency, roles: set[str]) -> QuerySet[User]:
    """Co-ordination; and administrators, where roles are left that nobody else gives."""
    there = Q(role=Role.Code.COORDINATOR, agency__area=agency.area_id)
    if roles - set(rules.GIVES[Role.Code.COORDINATOR]):
        there |= Q(role=Role.Code.ADMINISTRATOR)
    return User.objects.filter(pk__in=Membership.objects.in_force(dates.today()).filter(there).values("user"))


def lists_of(user: User) -> QuerySet[Recertification]:
    """The open lists that somebody may answer, the first to stop first."""
    rows = Recertification.objects.standing().filter(agency__in=rules.kept_by(user).order_by().values("pk"))
    return rows.select_related("agency").order_by("stops_on", "agency__name")


def unanswered_for(user: User) -> QuerySet[Recertification]:
    """The same with a line that he may answer: a list on which only he himself is left is not his."""
    rows = Recertification.objects.standing().select_related("agency") if user.is_system else lists_of(user)
    left = _lines_for(user).filter(recertification=OuterRef("pk"))
    return rows.filter(Exists(left.order_by()))


def _lines_for(user: User) -> QuerySet[RecertificationLine]:
    lines = RecertificationLine.objects.unanswered()
    return lines if user.is_system else lines.filter(rules.lines_answered_by(user))


def lines_left(recertification: Recertification, user: User) -> QuerySet[RecertificationLine]:
    """The lines of a list that he may answer still."""
    return _lines_for(user).filter(recertification=recertification)


def wanting_another(user: User) -> QuerySet[Recertification]:
    """Of these the lists on which somebody is left whom the agency cannot confirm: its only contact point, or a chair."""
    points = Membership.objects.in_force(dates.today()).filter(role=Role.Code.CONTACT_POINT)
    others = points.filter(agency=OuterRef("membership__agency")).exclude(user=OuterRef("membership__user"))
    only_point = Q(~Exists(others.order_by()), membership__role=Role.Code.CONTACT_POINT)
    given = set(rules.GIVES[Role.Code.COORDINATOR]) - set(rules.GIVES[Role.Code.CONTACT_POINT])
    lines = _lines_for(user).filter(only_point | Q(membership__role__in=given), recertification=OuterRef("pk"))
    return unanswered_for(user).filter(Exists(lines.order_by()))


def _lock(line: RecertificationLine) -> RecertificationLine:
    rows = RecertificationLine.objects.select_for_update(of=("self",)).select_related("recertification")
    return rows.get(pk=line.pk)


def _answer(row: RecertificationLine, answer: Answer, by: User) -> None:
    row.answer, row.answered_by, row.answered_at = answer, by, timezone.now()
    row.full_clean()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
