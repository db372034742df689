"""Serious further offences and serious case reviews (MAPPA Guidance chapter 20; domain.md 10.5).

A charge is recorded on a case; the board decides on a review, says what it is to ask and who leads it, and follows what it
recommends until it is done. The board, which sees no case, reads what is written for it, and never a name.
"""

from datetime import date
from functools import partial
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, areas_granting, memberships
from agencies.models import Area, Role, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models import Offender, TimelineEntry
from offenders.visibility import scope_of

M = TypeVar("M", bound=models.Model)


class SeriousCaseQuerySet(GuardedQuerySet["SeriousCase"]):
    def visible_to(self, user: User) -> Self:
        """Those of cases the user sees and of his boards; a lay adviser those he observes; and what a board has
        published is read by all its readers. Never of a case he is kept from."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        rule = scope.rule("offender__") | Q(area__in=areas_granting(user, Perm.BOARD_PREPARE))
        advises = {m.agency.area_id for m in memberships(user) if m.role_id == Role.Code.LAY_ADVISER}
        rule |= Q(adviser=user.pk, area__in=sorted(advises), state__in=SeriousCase.OBSERVED)
        rule |= Q(published_at__isnull=False, area__in=areas_granting(user, Perm.VIEW_BOARD))
        return self.scoped(rule & ~Q(offender__in=sorted(scope.excluded)))

    def standing(self) -> Self:
        """All but those recorded in error."""
        return self.exclude(state=SeriousCase.State.WITHDRAWN)

    def charged_between(self, first: date, last: date) -> Self:
        return self.standing().filter(charged_on__range=(first, last))


class SeriousCase(ProtectedModel):
    """A charge with a serious further offence, and the review that follows it or does not."""

    class Offence(models.TextChoices):
        MURDER = "murder", _("Murder")
        ATTEMPTED_MURDER = "attempted-murder", _("Attempted murder")
        MANSLAUGHTER = "manslaughter", _("Manslaughter")
        RAPE = "rape", _("Rape")
        ATTEMPTED_RAPE = "attempted-rape", _("Attempted rape")
        OTHER = "other", _("Another serious offence")

    class Trigger(models.TextChoices):
        MANDATORY = "mandatory", _("A review is mandatory")
        DISCRETIONARY = "discretionary", _("The board may review it")

    class State(models.TextChoices):
        RECORDED = "recorded", _("To be notified to the board")
        TO_DECIDE = "to-decide", _("The board has to decide")
        REFUSED = "refused", _("No review")
        UNDER_REVIEW = "under-review", _("Review under way")
        TO_ACCEPT = "to-accept", _("Report before the board")
        ACCEPTED = "accepted", _("Recommendations being carried out")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Recorded in error")

    # From when a lay adviser named on it reads what is written for him.
    OBSERVED = ("under-review", "to-accept", "accepted", "closed")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SC"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="serious_cases")
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+"
    )  # whose board decides; it stays when the case moves
    offence = models.CharField(max_length=20, choices=Offence)
    offence_words = models.CharField(max_length=120, blank=True)
    committed_on = models.DateField()
    charged_on = models.DateField()
    # The highest level on the day of the offence or within the standard's days before; nothing when not managed then.
    level = models.PositiveSmallIntegerField(choices=Offender.Level, null=True, blank=True)
    trigger = models.CharField(max_length=14, choices=Trigger)
    trigger_words = models.CharField(max_length=300)
    notice = models.TextField()
    state = models.CharField(max_length=14, choices=State, default=State.RECORDED)
    # By when whoever has the next step takes it.
    due_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    notified_at = models.DateTimeField(null=True, blank=True)
    notified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decision_reasons = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    reviewer = models.CharField(max_length=120, blank=True)
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    for_adviser = models.TextField(blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    returned_because = models.CharField(max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # What somebody asks the board to publish, until it has.
    proposed_words = models.TextField(blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    published_words = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    closing_words = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = SeriousCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-charged_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                "offence",
                "charged_on",
                "offence_words",
                name="a_serious_charge_once",
                condition=~Q(state="withdrawn"),
                violation_error_message=_("This charge is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(charged_on__gte=F("committed_on")),
                name="charged_after_it_was_committed",
                violation_error_message=_("The charge cannot be before the offence."),
            ),
            models.CheckConstraint(
                condition=Q(offence="other") & ~Q(offence_words="") | ~Q(offence="other") & Q(offence_words=""),
                name="another_serious_offence_is_named",
                violation_error_message=_("Enter which offence it is, where it is none of those listed."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["recorded", "to-decide", "withdrawn"])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_reasons="")),
                name="a_decision_on_a_review_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused", trigger="mandatory"), name="a_mandatory_review_is_not_refused"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "closed"])
                | Q(reported_by__isnull=False, accepted_at__isnull=False, accepted_by__isnull=False),
                name="a_report_is_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(accepted_by=F("reported_by")) & ~Q(published_by=F("reported_by")),
                name="nobody_accepts_his_own_report",
                violation_error_message=_(
                    "Someone else decides: nobody accepts or publishes what he put before the board."
                ),
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True, published_words="")
                | (Q(published_at__isnull=False, published_by__isnull=False) & ~Q(published_words="")),
                name="what_is_published_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True) | ~Q(published_by=F("proposed_by")),
                name="nobody_publishes_his_own_words",
                violation_error_message=_("Someone else publishes it: you wrote these words yourself."),
            ),
        ]
        indexes = [models.Index(fields=["area", "charged_on"], name="serious_charges_in_area")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:serious_case", args=[self.reference])

    def case_id_for_audit(self) -> int:
        return self.offender_id

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """Of the case nothing is shown but what its chronology says, to those who see it."""
        return Why("serious case review")

    @property
    def offence_said(self) -> str:
        return self.offence_words or str(self.get_offence_display())

    @property
    def is_mandatory(self) -> bool:
        return self.trigger == self.Trigger.MANDATORY

    @property
    def is_for_board(self) -> bool:
        """The board alone says what becomes of it: it was told of it, or must review it."""
        return self.is_mandatory or self.state != self.State.RECORDED


class OfReviewQuerySet(GuardedQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """Rows of the reviews of the user's boards, of cases that he is not kept from. Not a lay adviser's: he reads what is
        written for him."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        rule = Q(serious__area__in=areas_granting(user, Perm.BOARD_PREPARE))
        return self.scoped(rule & ~Q(serious__offender__in=sorted(scope.excluded)))


class OfReview(ProtectedModel):
    """A row of one review."""

    serious: "models.ForeignKey[SeriousCase, SeriousCase]"

    class Meta:
        abstract = True

    def case_id_for_audit(self) -> int:
        return self.serious.offender_id

    def parts(self) -> Parts:
        return self.serious.parts()

    def why(self, user: User) -> Why:
        return self.serious.why(user)

    def get_absolute_url(self) -> str:
        return self.serious.get_absolute_url()


class ReportSection(OfReview):
    """A section of the report, under the headings of MAPPA O (domain.md 4)."""

    class Heading(models.TextChoices):
        WHY = "1-why", _("Why this review")
        BACKGROUND = "2-background", _("Case background")
        PROCESS = "3-process", _("How it was reviewed")
        AGENCIES = "4-agencies", _("The agencies and their roles")
        CHRONOLOGY = "5-chronology", _("What the chronology shows")
        FINDINGS = "6-findings", _("Findings, against the Guidance and the law")
        CONCLUSION = "7-conclusion", _("Conclusion, learning and good practice")
        PLAN = "8-plan", _("How the action plan is followed")

    serious = models.ForeignKey(SeriousCase, models.PROTECT, related_name="sections")
    heading = models.CharField(max_length=14, choices=Heading)
    text = models.TextField()
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OfReviewQuerySet["ReportSection"].as_manager()

    class Meta:
        ordering = ["heading"]
        constraints = [models.UniqueConstraint("serious", "heading", name="a_section_of_a_report_once")]

    def __str__(self) -> str:
        return str(self.get_heading_display())


class ChronologyQuerySet(GuardedQuerySet["ChronologyEntry"]):
    def visible_to(self, user: User) -> Self:
        """Only to those of the board's business who see the case itself: it says what the record says."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        mine = Q(serious__area__in=areas_granting(user, Perm.BOARD_PREPARE))
        return self.scoped(mine & scope.rule("serious__offender__"))


class ChronologyEntry(OfReview):
    """Something that happened, drawn from the record as it was told there; the source cannot be deleted any more."""

    serious = models.ForeignKey(SeriousCase, models.PROTECT, related_name="chronology")
    source = models.ForeignKey(TimelineEntry, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=400, blank=True)
    drawn_at = models.DateTimeField(auto_now_add=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ChronologyQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint("serious", "source", name="drawn_into_a_chronology_once")]
        verbose_name_plural = _("chronology entries")

    def __str__(self) -> str:
        return self.title


class ReviewFinding(OfReview):
    """What a review found: what to learn from, or what was done well."""

    class Kind(models.TextChoices):
        LEARNING = "learning", _("To learn from")
        GOOD = "good", _("Good practice")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SF"), editable=False)
    serious = models.ForeignKey(SeriousCase, models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OfReviewQuerySet["ReviewFinding"].as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reference


class RecommendationQuerySet(GuardedQuerySet["Recommendation"]):
    def visible_to(self, user: User) -> Self:
        """Those of the user's boards; and his own to carry out, once the board has accepted the report."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        rule = Q(serious__area__in=areas_granting(user, Perm.BOARD_PREPARE))
        rule |= Q(owner=user.pk, serious__state__in=["accepted", "closed"])
        return self.scoped(rule & ~Q(serious__offender__in=sorted(scope.excluded)))

    def open(self) -> Self:
        """What is to be carried out: of a report that the board has accepted."""
        return self.filter(done_on__isnull=True, serious__state=SeriousCase.State.ACCEPTED)


class Recommendation(OfReview):
    """What is to be done, how, by whom and by when. It names nobody."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SR"), editable=False)
    serious = models.ForeignKey(SeriousCase, models.PROTECT, related_name="recommendations")
    words = models.CharField(max_length=300)
    how = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.TextField(blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "serious", "words", name="a_recommendation_once", violation_error_message=_("This is recorded already.")
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | (Q(done_on__isnull=False, done_by__isnull=False) & ~Q(outcome="")),
                name="a_recommendation_done_says_what_came_of_it",
                violation_error_message=_("Enter what was done."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reviews:recommendation", args=[self.reference])
