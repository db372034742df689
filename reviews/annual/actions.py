"""The verbs of an annual report: drafted, written, contributed to, approved by another, published, and corrected."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.access import Parts, Perm, memberships, require
from agencies.models import Area, Membership, Role, User
from agencies.models.standard import UnknownStandardError, value
from audit.record import record
from mappa import dates
from reviews.annual.counting import count
from reviews.annual.tables import definitions
from reviews.models import AnnualReport, PublishedTotal, Snapshot
from reviews.models.annual import FIRST_YEAR, first_day, last_day, year_before, year_words
from reviews.period import Period
from reviews.snapshots import freeze

State = AnnualReport.State
DUE_MONTHS = "annual_report_due_months"


def open_due_reports(*, by: User) -> int:
    """Let the report of the year that has ended stand as due where a board has members and none; how many were new."""
    if not by.is_system:
        raise PermissionDenied("Only the clock opens what is due")
    year, made = year_before(dates.today()), 0
    reported = AnnualReport.objects.visible_to(by).filter(year=year).values("area")
    boards = Membership.objects.in_force(dates.today()).filter(role=Role.Code.BOARD_MEMBER).values("agency__area")
    for area in Area.objects.filter(pk__in=boards).exclude(pk__in=reported):
        with transaction.atomic():
            report, is_new = AnnualReport.objects.visible_to(by).get_or_create(
                area=area, year=year, revision=1, defaults={"due_on": due_on(area, year)}
            )
            if is_new:
                record("annual_report.due", by=by, about=report, year=year)
                made += 1
    return made


def due_on(area: Area, year: int) -> Any:
    """By when the report of a year is published: so many months after the year's end, by the standard."""
    end = last_day(year)
    try:
        return dates.add_months(end, value(DUE_MONTHS, area, end))
    except UnknownStandardError:
        return end


@transaction.atomic
def draft_report(*, area: Area, year: int, by: User) -> AnnualReport:
    """Begin the report of a year that has ended: count its figures, and keep them with their definitions.

    Raises ValidationError for a year that has not ended, one that has a report, and one of which totals were entered
    as published: what was hidden in the report could be read from them.
    """
    require(by, Perm.BOARD_PREPARE, on=Parts(area=area.pk))
    _refuse_year(area, year, by=by)
    rows = AnnualReport.objects.visible_to(by).select_for_update(of=("self",)).filter(area=area, year=year)
    report = rows.filter(state=State.DUE).first()
    if report is None and rows.exists():
        raise ValidationError({"year": _("A report of this year has been drafted already. Open it in the list.")})
    report = report or AnnualReport(area=area, year=year, due_on=due_on(area, year))
    _count(report, by=by)
    report.full_clean()
    report.save()
    report.writers.add(by)
    record("annual_report.drafted", by=by, about=report, year=year)
    _tell_advisers(report)
    return report


def _refuse_year(area: Area, year: int, *, by: User) -> None:
    last = year_before(dates.today())
    if year > last:
        words = _(
            "%(year)s has not ended: it can be drafted from 1 April %(from)s. Choose %(last)s or an earlier year."
        )
        about = {"year": year_words(year), "from": year + 1, "last": year_words(last)}
        raise ValidationError({"year": words % about})
    if year < FIRST_YEAR:
        raise ValidationError({"year": _("Choose a year from %s on") % year_words(FIRST_YEAR)})
    if PublishedTotal.objects.visible_to(by).filter(area=area, year=year).exists():
        words = _("Totals of this year were entered as published. Remove them first if the report is to be made here.")
        raise ValidationError({"year": words})


def _count(report: AnnualReport, *, corrects: Snapshot | None = None, reason: str = "", by: User) -> None:
    """Freeze the figures as they are now, and let the report have them."""
    report.figures = freeze(
        kind=Snapshot.Kind.ANNUAL_REPORT,
        area=report.area,
        period=Period(first_day(report.year), last_day(report.year)),
        content=count(report.area, report.year),
        definitions=[definition.as_kept() for definition in definitions()],
        corrects=corrects,
        reason=reason,
        by=by,
    )
    report.state = State.DRAFT


@transaction.atomic
def count_again(*, report: AnnualReport, version: int, by: User) -> AnnualReport:
    """Replace the figures of a draft by those of today: what was recorded late is then in them."""
    require(by, Perm.BOARD_PREPARE, on=report)
    report = _draft(report, version, by=by)
    _count(report, corrects=report.figures, reason=_("Counted again before the report was approved"), by=by)
    _keep(report, by=by)
    record("annual_report.counted_again", by=by, about=report)
    return report


@transaction.atomic
def write_report(*, report: AnnualReport, version: int, by: User, **words: str) -> AnnualReport:
    """Write what the board says, under its headings."""
    require(by, Perm.BOARD_PREPARE, on=report)
    report = _draft(report, version, by=by)
    for name, _label in AnnualReport.WORDS:
        setattr(report, name, words[name].strip())
    _keep(report, by=by)
    record("annual_report.written", by=by, about=report)
    return report


def is_adviser_of(user: User, report: AnnualReport) -> bool:
    """Is the user one of the area's lay advisers?"""
    held = (m for m in memberships(user) if m.role_id == Role.Code.LAY_ADVISER)
    return any(m.agency.area_id == report.area_id for m in held)


@transaction.atomic
def contribute(*, report: AnnualReport, lay_words: str, version: int, by: User) -> AnnualReport:
    """The lay advisers write their own part: nobody writes it for them. They consult, and do not approve (s.326(2))."""
    require(by, Perm.BOARD_BUSINESS, on=report)
    if not is_adviser_of(by, report):
        raise PermissionDenied("Only a lay adviser writes the lay advisers' part")
    report = _draft(report, version, by=by)
    report.lay_words = lay_words.strip()
    _keep(report, by=by)
    record("annual_report.contributed", by=by, about=report)
    return report


@transaction.atomic
def approve_report(*, report: AnnualReport, version: int, by: User) -> AnnualReport:
    """A member of the board, who wrote none of it, approves it. From then on neither figures nor words change."""
    require(by, Perm.BOARD_DECIDE, on=report)
    report = _draft(report, version, by=by)
    if report.writers.filter(pk=by.pk).exists():
        raise ValidationError(_("You wrote a part of this report. Ask another member of the board to approve it."))
    missing = [
        str(label) for name, label in AnnualReport.WORDS if name in AnnualReport.NEEDED and not getattr(report, name)
    ]
    if missing:
        raise ValidationError(_("Not written yet: %s. Have it written first.") % ", ".join(missing))
    if report.figures is None or not report.figures.is_intact():
        raise ValidationError(_("The figures are not those that were counted. Have them counted again."))
    report.state, report.approved_at, report.approved_by = State.APPROVED, timezone.now(), by
    report.sent_back_reason = ""
    report.version += 1
    report.full_clean()
    report.save()
    record("annual_report.approved", by=by, about=report)
    _tell_writers(report, "approved", _("The annual report is approved and can be published."))
    return report


@transaction.atomic
def send_report_back(*, report: AnnualReport, reason: str, by: User) -> AnnualReport:
    """Let an approved report be a draft again, before it is published, and say why."""
    require(by, Perm.BOARD_DECIDE, on=report)
    report = _locked(report, by=by)
    if report.state != State.APPROVED:
        raise ValidationError(_("Only an approved report that is not published can be sent back."))
    report.state, report.approved_at, report.approved_by = State.DRAFT, None, None
    report.sent_back_reason = reason.strip()
    report.version += 1
    report.full_clean()
    report.save()
    record("annual_report.sent_back", by=by, about=report)
    _tell_writers(report, f"back-{report.version}", _("The annual report was sent back. Sign in to read why."))
    return report


@transaction.atomic
def publish_report(*, report: AnnualReport, by: User) -> AnnualReport:
    """Open an approved report to all readers of the board's pages. It never changes again; a correction is a new one."""
    require(by, Perm.BOARD_PREPARE, on=report)
    report = _locked(report, by=by)
    if report.is_published:
        raise ValidationError(_("This report is published already."))
    if report.state != State.APPROVED:
        raise ValidationError(_("A member of the board approves the report first."))
    report.state, report.published_at, report.published_by = State.PUBLISHED, timezone.now(), by
    report.full_clean()
    report.save()
    record("annual_report.published", by=by, about=report)
    return report


@transaction.atomic
def revise_report(*, report: AnnualReport, reason: str, by: User) -> AnnualReport:
    """Begin a correction of a published report, with its words and with figures counted today. Both can be read."""
    require(by, Perm.BOARD_PREPARE, on=report)
    report = _locked(report, by=by)
    if not report.is_published:
        raise ValidationError(_("This report is not published: change the draft itself."))
    later = AnnualReport.objects.visible_to(by).filter(area=report.area, year=report.year, revision__gt=report.revision)
    if later.exists():
        raise ValidationError(_("A later revision of this report exists already. Correct that one."))
    fresh = AnnualReport(
        area=report.area,
        year=report.year,
        revision=report.revision + 1,
        corrects=report,
        correction_reason=reason.strip(),
        due_on=dates.add_months(dates.today(), 1),
        lay_words=report.lay_words,
        **{name: getattr(report, name) for name, _label in AnnualReport.WORDS},
    )
    _count(fresh, corrects=report.figures, reason=_("Revision %s of the report") % fresh.revision, by=by)
    fresh.full_clean()
    fresh.save()
    # The words are those of whoever wrote them before.
    fresh.writers.set([by, *report.writers.all()])
    record("annual_report.revised", by=by, about=fresh, corrects=report.reference)
    return fresh


def _locked(report: AnnualReport, *, by: User) -> AnnualReport:
    rows = AnnualReport.objects.visible_to(by).select_for_update(of=("self",)).select_related("area", "figures")
    return rows.get(pk=report.pk)


def _draft(report: AnnualReport, version: int, *, by: User) -> AnnualReport:
    """The draft, fresh and locked. Raises ValidationError when it is none, or somebody saved it since it was read."""
    row = _locked(report, by=by)
    if row.state == State.DUE:
        raise ValidationError(_("This report is not drafted yet. Draft it first: that counts its figures."))
    if not row.is_draft:
        raise ValidationError(
            _("This report is approved and does not change. Have it sent back, or correct it once published.")
        )
    if row.version != version:
        words = _(
            "Someone else changed this report meanwhile. Your text is still here. Check what the report says now, then save."
        )
        raise ValidationError(words, code="stale", params={"version": row.version})
    return row


def _keep(report: AnnualReport, *, by: User) -> None:
    report.version += 1
    report.full_clean()
    report.save()
    report.writers.add(by)


def _tell_advisers(report: AnnualReport) -> None:
    """Ask the lay advisers for their part."""
    held = Membership.objects.in_force(dates.today()).filter(role=Role.Code.LAY_ADVISER, agency__area=report.area)
    words = _("The annual report is being written. Sign in to write the lay advisers’ part.")
    for membership in held.select_related("user"):
        _tell(membership.user, report, "contribute", words)


def _tell_writers(report: AnnualReport, what: str, words: str) -> None:
    for writer in report.writers.order_by("pk"):
        _tell(writer, report, what, words)


def _tell(user: User, report: AnnualReport, what: str, words: str) -> None:
    outbox.tell_person(
        user,
        about=report,
        key=f"annual-report:{report.reference}:{what}:{user.pk}",
        subject=_("Annual report: %s") % report.reference,
        words=words,
        path=report.get_absolute_url(),
    )
