"""The annual report of an area, and what its rates and trends are made from."""

from datetime import date
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import GRANTS, Parts, Perm, Why, memberships
from agencies.models import Area, Role, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from reviews.models.snapshot import Snapshot

R = Role.Code
# Arrangements began in 2001, and a year has to end before it is reported.
FIRST_YEAR, LAST_YEAR = 2001, 2100
# Whoever works on a report reads it before it is published; the others of a board afterwards.
READ_DRAFTS = frozenset({R.COORDINATOR, R.CHAIR, R.BOARD_MEMBER, R.LAY_ADVISER})


def year_field() -> "models.PositiveSmallIntegerField[int, int]":
    """A reporting year by the calendar year in which it begins: 2025 is 1 April 2025 to 31 March 2026."""
    return models.PositiveSmallIntegerField(
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        help_text=_("The year in which it begins: 2025 is 1 April 2025 to 31 March 2026."),
    )


def year_words(year: int) -> str:
    """2025-26."""
    return f"{year}-{(year + 1) % 100:02d}"


def first_day(year: int) -> date:
    return date(year, 4, 1)


def last_day(year: int) -> date:
    return date(year + 1, 3, 31)


def year_before(on: date) -> int:
    """The last reporting year that had ended by the beginning of a day."""
    return on.year - (1 if on >= first_day(on.year) else 2)


def areas_read_by(user: User, roles: frozenset[Role.Code]) -> list[int]:
    """The areas whose board pages the user opens by one of these roles."""
    return sorted({m.agency.area_id for m in memberships(user) if R(m.role_id) in roles})


class Region(models.Model):
    """Areas that are published together: since 2024-25 each region of HMPPS publishes one report."""

    name = models.CharField(max_length=60, unique=True)
    areas = models.ManyToManyField(Area, related_name="+", blank=True)
    citation = models.CharField(max_length=200)
    certainty = models.CharField(max_length=10, blank=True, help_text=_("How far the source was checked."))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Population(models.Model):
    """How many people aged 10 and over live in an area, by an estimate of the middle of a year."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(
        _("year of the estimate"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    people = models.PositiveIntegerField(_("people aged 10 and over"), validators=[MinValueValidator(1)])
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["area", "-year"]
        constraints = [
            models.UniqueConstraint(
                "area",
                "year",
                name="one_population_a_year",
                violation_error_message=_("The area has an estimate of this year already. Change that one."),
            ),
            models.CheckConstraint(condition=Q(people__gt=0), name="an_area_has_people"),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.year}"


class AnnualReportQuerySet(GuardedQuerySet["AnnualReport"]):
    def visible_to(self, user: User) -> Self:
        """Reports of the user's areas: published ones for all of a board's readers, the others for who works on them."""
        if user.is_system:
            return self.scoped(Q(pk__isnull=False))
        readers = areas_read_by(user, frozenset(GRANTS[Perm.VIEW_BOARD]))
        published = Q(area__in=readers, state=AnnualReport.State.PUBLISHED)
        return self.scoped(published | Q(area__in=areas_read_by(user, READ_DRAFTS)))

    def published(self) -> Self:
        """Every area's published reports, which are for the public, the newest revision last."""
        rows = self.scoped(Q(state=AnnualReport.State.PUBLISHED)).select_related("figures")
        return rows.order_by("area__name", "year", "revision")

    def unfinished(self) -> Self:
        return self.exclude(state=AnnualReport.State.PUBLISHED)


class AnnualReport(ProtectedModel):
    """The report of an area about one year (CJA 2003 s.326(5)-(6)). What was published is corrected by a new revision.

    Its figures are a snapshot of what was counted, the small ones too: what readers see is made from them by
    reviews/annual/shown.py. Approved, it never changes (the database refuses); published, nothing of it does.
    """

    class State(models.TextChoices):
        DUE = "due", _("To be drafted")
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")

    # What the board writes, in the order of the report.
    WORDS = (
        ("foreword", _("Foreword by the chair of the board")),
        ("arrangements", _("How the arrangements work here")),
        ("work", _("What the board did in the year")),
        ("commentary", _("What the figures show")),
        ("plans", _("What comes next")),
    )
    # Without these it cannot be approved: details of the arrangements are required (s.326(5)(a)).
    NEEDED = ("arrangements", "commentary")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AR"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    year = year_field()
    revision = models.PositiveSmallIntegerField(default=1)
    corrects = models.OneToOneField("self", models.PROTECT, related_name="correction", null=True, blank=True)
    correction_reason = models.TextField(blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    figures = models.ForeignKey(Snapshot, models.PROTECT, related_name="+", null=True, blank=True)
    foreword = models.TextField(blank=True)
    arrangements = models.TextField(blank=True)
    work = models.TextField(blank=True)
    commentary = models.TextField(blank=True)
    plans = models.TextField(blank=True)
    lay_words = models.TextField(blank=True)
    # Whoever drafted it or wrote a word of it: none of them approves it.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    sent_back_reason = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-revision"]
        constraints = [
            models.UniqueConstraint("area", "year", "revision", name="one_report_a_revision"),
            models.UniqueConstraint(
                "area",
                "year",
                condition=~Q(state="published"),
                name="one_open_report_a_year",
                violation_error_message=_("A report of this year is being written already. Open that one."),
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, revision=1, correction_reason="")
                | (Q(corrects__isnull=False, revision__gt=1) & ~Q(correction_reason="")),
                name="a_revision_says_what_it_corrects_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state="due", figures__isnull=True) | (~Q(state="due") & Q(figures__isnull=False)),
                name="a_drafted_report_has_figures",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "draft"], approved_at__isnull=True, approved_by__isnull=True)
                | Q(state__in=["approved", "published"], approved_at__isnull=False, approved_by__isnull=False),
                name="an_approved_report_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True) & ~Q(state="published")
                | Q(published_at__gte=F("approved_at"), published_by__isnull=False, state="published"),
                name="a_published_report_says_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="annual_reports_open", condition=~Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:annual_report", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """A report is about nobody."""
        return Why("board")

    @property
    def years(self) -> str:
        return year_words(self.year)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def content(self) -> dict[str, Any]:
        """What was counted, by table (reviews/annual/counting.py)."""
        found: dict[str, Any] = self.figures.content if self.figures else {}
        return found

    @property
    def definitions(self) -> list[dict[str, str]]:
        """By which words it was counted then."""
        found: list[dict[str, str]] = self.figures.definitions if self.figures else []
        return found


class PublishedTotalQuerySet(GuardedQuerySet["PublishedTotal"]):
    def visible_to(self, user: User) -> Self:
        """Totals of the areas whose board pages the user opens."""
        if user.is_system:
            return self.scoped(Q(pk__isnull=False))
        return self.scoped(Q(area__in=areas_read_by(user, frozenset(GRANTS[Perm.VIEW_BOARD]))))

    def published(self) -> Self:
        """Of every area: they were published before they were entered."""
        return self.scoped(Q(pk__isnull=False))


class PublishedTotal(ProtectedModel):
    """One number of an earlier report, as it was published, so that trends begin with it."""

    class Table(models.TextChoices):
        """The tables of the area statistical page (domain.md 10.6); `rate` is a rate, all others are counts."""

        ELIGIBLE = "eligible", _("MAPPA-eligible offenders on 31 March")
        MANAGED = "managed", _("Managed at levels 2 and 3 in the year")
        BREACHES = "notification-breaches", _("Cautioned or convicted for breach of notification")
        REVOKED = "lifetime-revoked", _("Lifetime notification revoked on application")
        SHPOS = "shpo", _("Sexual harm prevention orders imposed")
        SHPOS_TRAVEL = "shpo-travel", _("Of these, with a foreign travel restriction")
        ORDERS = "notification-orders", _("Notification orders imposed")
        SRO = "sro-breaches", _("Subject to notification for breach of a sexual risk order")
        LICENCE = "returned-licence", _("Returned to custody for breach of licence")
        ORDER = "returned-order", _("Returned to custody for breach of an order")
        RATE = "rate", _("Registered sexual offenders per 100,000 people aged 10 and over")
        SERIOUS = "serious", _("Charged with a serious further offence")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PT"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    year = year_field()
    table = models.CharField(max_length=30, choices=Table)
    # Empty: all categories, all levels.
    category = models.PositiveSmallIntegerField(
        choices=[(n, _("Category %s") % n) for n in (1, 2, 3, 4)], null=True, blank=True
    )
    level = models.PositiveSmallIntegerField(choices=[(n, _("Level %s") % n) for n in (1, 2, 3)], null=True, blank=True)
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PublishedTotalQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "table", F("category").asc(nulls_first=True), F("level").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year", "table", "category", "level"],
                name="one_published_total",
                nulls_distinct=False,
                violation_error_message=_(
                    "This total is entered already. Remove it first, then enter it as it should be."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:published_totals")

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """It is about nobody."""
        return Why("board")

    @property
    def years(self) -> str:
        return year_words(self.year)

    def about(self) -> str:
        """Which number of the table: "Category 1, all levels"."""
        category = self.get_category_display() if self.category else _("All categories")
        level = self.get_level_display().lower() if self.level else _("all levels")
        return f"{category}, {level}"
