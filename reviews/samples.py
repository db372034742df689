"""A sample a month of cases and of meetings: drawn once, at random, and such that it can be drawn again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Parts, Perm, require
from agencies.models import Area, Membership, Role, User
from agencies.models.standard import value
from agencies.models.user import system_user
from audit.record import record
from mappa import dates
from offenders.models import LevelPeriod, Offender
from panels.models import Meeting
from panels.models.panel import LEVELS
from reviews import sampling
from reviews.models import Audit, AuditForm, AuditSample, Board
from reviews.models.audit import Kind


def last_month(on: date) -> date:
    """The first day of the month before the one of a day: the last that is over."""
    return dates.add_months(on.replace(day=1), -1)


def size_of(area: Area, kind: str) -> int:
    """How many the area audits a month."""
    name = "audit_cases_a_month" if kind == Kind.CASE else "audit_meetings_a_month"
    return value(name, area, dates.today())


def form_on(kind: str, on: date) -> AuditForm:
    """The edition in use on a day. Raises ValidationError where there is none."""
    found = AuditForm.objects.filter(kind=kind, from_on__lte=on).order_by("-from_on").first()
    if found is None:
        raise ValidationError(_("There is no form for this yet. Ask an administrator to add one under Audit forms."))
    return found


@transaction.atomic
def draw_sample(*, area: Area, kind: str, month: date, size: int | None = None, by: User) -> AuditSample:
    """Draw the sample of a month that is over: once, of everything there was, whoever may see it.

    A sample larger than the stock is all of it. Raises ValidationError for a month that is not over, or was drawn.
    """
    require(by, Perm.BOARD_PREPARE, on=Parts(area=area.pk))
    month = month.replace(day=1)
    if month > last_month(dates.today()):
        raise ValidationError({"month": _("This month is not over. Choose one that is")})
    asked = size_of(area, kind) if size is None else size
    found = {reference: (stratum, row) for stratum, reference, row in _stock(area, kind, month)}
    seed = sampling.new_seed()
    frame = sampling.framed(((stratum, reference) for reference, (stratum, _row) in found.items()), seed)
    form = form_on(kind, dates.today())
    sample = AuditSample(area=area, kind=kind, month=month, form=form, seed=seed, asked=asked, drawn_by=by)
    sample.frame, sample.digest = [list(line) for line in frame], sampling.digest(frame)
    sample.full_clean(exclude=["frame"])  # an empty stock is an answer
    sample.save()
    today = dates.today()
    due = working_days.after(today, value("audit_sign_working_days", area, today), area)
    for place in sampling.places(len(frame), asked, seed):
        stratum, reference = frame[place]
        name = "offender" if kind == Kind.CASE else "meeting"
        audit = Audit(sample=sample, place=place, stratum=stratum, due_on=due, **{name: found[reference][1]})
        audit.full_clean()
        audit.save()
    record("sample.drawn", by=by, about=sample, of=sample.kind, stock=len(frame), asked=asked)
    return sample


def _stock(area: Area, kind: str, month: date) -> Iterable[tuple[str, str, Any]]:
    """Everything that could be drawn: its stratum, its reference and itself.

    Looked at with the system's eyes, for a sample that leaves out what somebody may not see is no random one.
    """
    last = dates.add_months(month, 1) - dates.ONE_DAY
    return _cases(area, last) if kind == Kind.CASE else _meetings(area, month, last)


def _cases(area: Area, on: date) -> Iterable[tuple[str, str, Offender]]:
    """Cases at level 2 or 3 on a day, by level and lead agency."""
    held = LevelPeriod.objects.visible_to(system_user()).filter(
        Q(until__isnull=True) | Q(until__gt=on), from_on__lte=on, level__in=[level for level, _name in LEVELS]
    )
    periods = held.filter(offender__area=area).select_related("offender__lead_agency").order_by("offender", "from_on")
    for period in periods:
        words = _("Level %(level)s, %(agency)s") % {"level": period.level, "agency": period.offender.lead_agency.name}
        yield words, period.offender.reference, period.offender


def _meetings(area: Area, first: date, last: date) -> Iterable[tuple[str, str, Meeting]]:
    """Meetings that were held in a month, by level and the agency that chaired them."""
    rows = Meeting.objects.visible_to(system_user()).filter(
        area=area, starts_at__date__range=(first, last), state__in=[Meeting.State.HELD, Meeting.State.APPROVED]
    )
    found = list(rows)
    chairs = Membership.objects.filter(
        user__in={row.chair_id for row in found}, role=Role.Code.CHAIR, agency__area=area
    )
    agencies = dict(chairs.order_by("-from_on").values_list("user", "agency__name"))
    for row in found:
        words = {"level": row.level, "agency": agencies.get(row.chair_id, _("another agency"))}
        yield _("Level %(level)s, chaired by %(agency)s") % words, row.reference, row


def is_repeatable(sample: AuditSample) -> bool:
    """Is what was drawn what the frame and the seed give, and the frame the one that was drawn from?"""
    drawn = list(sample.audits.visible_to(system_user()).order_by("place").values_list("place", flat=True))
    again = sampling.places(sample.stock, sample.asked, sample.seed)
    lines = [(stratum, reference) for stratum, reference in sample.frame]
    same_order = sampling.framed(lines, sample.seed) == lines
    return drawn == again and same_order and sampling.digest(sample.frame) == sample.digest


def draw_samples(*, by: User) -> int:
    """Draw what nobody has drawn of last month, for each area that has a board; how many.

    One that is refused, as where somebody draws it at the same moment, keeps no other from being drawn, and is raised at the end.
    """
    month, drawn, refused = last_month(dates.today()), 0, []
    done = set(AuditSample.objects.visible_to(by).filter(month=month).values_list("area", "kind"))
    for board in Board.objects.visible_to(by).select_related("area").order_by("pk"):
        for kind in Kind.values:
            if (board.area_id, kind) not in done:
                try:
                    draw_sample(area=board.area, kind=kind, month=month, by=by)
                    drawn += 1
                except ValidationError as refusal:
                    refused.append(refusal)
    if refused:
        raise ValidationError(refused)
    return drawn
