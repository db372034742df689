"""The risk management plan: its versions, what stands under each heading, what it answers, and who was given it."""

from dataclasses import replace
from functools import partial
from typing import Any, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts
from agencies.models import Agency, User
from mappa.reference_numbers import new_reference
from offenders.models import Flag, LicenceCondition, Offender, Order
from offenders.models.offender import CaseModel, CaseQuerySet
from offenders.visibility import Scope, scope_of

P = TypeVar("P", bound=models.Model)


class Heading(models.TextChoices):
    """The seven headings of HMPPS (hmpps-integration e3); the four pillars and contingency are the Guidance's (12.11)."""

    KEY_INFORMATION = "1-key", _("Key information and current situation")
    CONSIDERATIONS = "2-considerations", _("Further considerations")
    SUPERVISION = "3-supervision", _("Supervision")
    MONITORING = "4-monitoring", _("Monitoring and control")
    INTERVENTIONS = "5-interventions", _("Interventions and treatment")
    VICTIM_SAFETY = "6-victim-safety", _("Victim safety")
    CONTINGENCY = "7-contingency", _("Contingency plans")


PILLARS = (Heading.SUPERVISION, Heading.MONITORING, Heading.INTERVENTIONS, Heading.VICTIM_SAFETY)


class Audience(models.TextChoices):
    """Who reads a part of a plan that was shared."""

    EVERYONE = "everyone", _("Everyone who sees the case")
    AUTHORITY = "authority", _("Responsible Authority and lead agency only")


def usual_audience(heading: str) -> str:
    """What keeps victims safe is opened to partner agencies by a decision, and never by leaving a list as it was."""
    return Audience.AUTHORITY if heading == Heading.VICTIM_SAFETY else Audience.EVERYONE


def writers(scope: Scope) -> Q:
    """Rows of cases for which the user's agencies write the plan: the Responsible Authority of the area, and the lead."""
    writes = Q(offender__area__in=sorted(scope.areas)) | Q(offender__lead_agency__in=sorted(scope.agencies))
    return writes & scope.shut()


class PlanQuerySet(CaseQuerySet["Plan"]):
    def visible_to(self, user: User) -> Self:
        """Plans of cases the user sees: until they are shared, for those whose agencies write them."""
        rows, scope = super().visible_to(user), scope_of(user)
        return rows if scope.everything else rows.scoped(Q(state__in=Plan.SHARED) | writers(scope))

    def open(self) -> Self:
        """Versions that are being written, or wait to be countersigned or shared."""
        return self.filter(state__in=[Plan.State.DRAFT, Plan.State.SENT, Plan.State.SIGNED])

    def current(self) -> Self:
        """The version in force. Two records that were merged may bring one each, until the next takes both places."""
        return self.filter(state=Plan.State.CURRENT)


class Plan(CaseModel):
    """One version of a case's risk management plan. It changes while it is a draft, and never after."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Waiting to be countersigned")
        SIGNED = "signed", _("Countersigned, to be shared")
        CURRENT = "current", _("Current")
        SUPERSEDED = "superseded", _("Superseded")

    SHARED = (State.CURRENT, State.SUPERSEDED)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RP"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # The version from which this one was copied, and with which it is compared.
    previous = models.ForeignKey("self", models.PROTECT, related_name="successors", null=True, blank=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Of the answers about conditions, orders and flags, which are saved together.
    terms_version = models.PositiveIntegerField(default=0)
    # Everybody who wrote a word of it or sent it, also where another wrote over it since: none of them countersigns it.
    written_by = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    sign_due_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    return_reason = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    share_due_on = models.DateField(null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-number", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="a_plan_signed_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("sent_by")),
                name="nobody_countersigns_his_own_plan",
                violation_error_message=_("Another person countersigns: you sent this plan."),
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(written_by__contains=[F("signed_by")]),
                name="nobody_countersigns_a_plan_he_wrote",
                violation_error_message=_("Another person countersigns: you wrote in this plan."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "current", "superseded"]) | Q(signed_by__isnull=False),
                name="no_plan_holds_before_it_is_countersigned",
            ),
        ]
        indexes = [
            models.Index(fields=["review_on"], name="plans_current", condition=Q(state="current")),
            models.Index(fields=["sign_due_on"], name="plans_to_sign", condition=Q(state="sent")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:plan_version", args=[self.reference])

    def is_by(self, user: User) -> bool:
        """Any part of this version is the user's own work."""
        return self.sent_by_id == user.pk or user.pk in self.written_by


class PlanRowQuerySet(CaseQuerySet[P]):
    """Parts of a plan are seen with it, and those of one audience only by that."""

    # Which of them a shared plan shows to everyone who sees the case.
    for_everyone = Q()

    def visible_to(self, user: User) -> Self:
        rows, scope = super().visible_to(user), scope_of(user)
        if scope.everything:
            return rows
        shared = Q(plan__state__in=Plan.SHARED) & self.for_everyone
        return rows.scoped(shared | writers(scope) | self._besides(scope))

    def _besides(self, scope: Scope) -> Q:
        return Q(pk__in=[])


class PlanSectionQuerySet(PlanRowQuerySet["PlanSection"]):
    for_everyone = Q(audience=Audience.EVERYONE)

    def outline_of(self, plan: Plan) -> set[str]:
        """Under which headings of a plan the caller already holds there is a text: what is left out for him is said."""
        return set(self.scoped(Q(plan=plan)).exclude(text="").values_list("heading", flat=True))


class PlanSection(CaseModel):
    """What stands under one heading. `version` counts its saves: nobody saves over what he has not read."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="plan_sections")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="sections")
    heading = models.CharField(max_length=20, choices=Heading)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    version = models.PositiveIntegerField(default=0)
    # Empty in what was copied from the version before: whoever changed nothing wrote nothing here.
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = PlanSectionQuerySet.as_manager()

    class Meta:
        ordering = ["heading", "pk"]
        constraints = [models.UniqueConstraint("plan", "heading", name="a_heading_once_in_a_plan")]

    def __str__(self) -> str:
        return self.get_heading_display()


class PlanTermQuerySet(PlanRowQuerySet["PlanTerm"]):
    pass


class PlanTerm(CaseModel):
    """A licence condition, an order or a flag, and where the plan answers it, or why it is left out."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="plan_terms")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="terms")
    condition = models.ForeignKey(LicenceCondition, models.CASCADE, related_name="in_plans", null=True, blank=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="in_plans", null=True, blank=True)
    flag = models.ForeignKey(Flag, models.CASCADE, related_name="in_plans", null=True, blank=True)
    heading = models.CharField(max_length=20, choices=Heading, blank=True)
    left_out_reason = models.CharField(max_length=300, blank=True)

    objects = PlanTermQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("plan", "condition", name="a_condition_once_in_a_plan"),
            models.UniqueConstraint("plan", "order", name="an_order_once_in_a_plan"),
            models.UniqueConstraint("plan", "flag", name="a_flag_once_in_a_plan"),
            models.CheckConstraint(
                condition=Q(condition__isnull=False, order__isnull=True, flag__isnull=True)
                | Q(condition__isnull=True, order__isnull=False, flag__isnull=True)
                | Q(condition__isnull=True, order__isnull=True, flag__isnull=False),
                name="a_term_of_a_plan_is_one_thing",
            ),
            models.CheckConstraint(
                condition=(Q(heading="") & ~Q(left_out_reason="")) | (~Q(heading="") & Q(left_out_reason="")),
                name="a_term_is_answered_or_left_out_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"term of {self.plan_id}"

    @property
    def about(self) -> Any:
        """The condition, order or flag."""
        return self.condition or self.order or self.flag


class PlanShareQuerySet(PlanRowQuerySet["PlanShare"]):
    def unacknowledged(self) -> Self:
        return self.filter(acknowledged_at__isnull=True)


class PlanShare(CaseModel):
    """An agency was given a plan, and says by a day that it has read it."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PS"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="plan_shares")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="shares")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    due_on = models.DateField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = PlanShareQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name", "pk"]
        constraints = [
            models.UniqueConstraint("plan", "agency", name="a_plan_shared_once_with_an_agency"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="a_plan_acknowledged_at_and_by_together",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "due_on"], name="plans_to_acknowledge", condition=Q(acknowledged_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def parts(self) -> Parts:
        return replace(self.offender.parts(), owner=self.agency_id)
