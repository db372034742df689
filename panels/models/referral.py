"""A request that a case be managed at a higher level (the Guidance's MAPPA A), from its first word to the answer."""

from dataclasses import replace
from functools import partial
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import Agency, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet
from offenders.visibility import Scope, scope_of


def _of_its_agency(scope: Scope, user: User, prefix: str = "") -> Q:
    """What belongs to the agency that refers, and to whoever began it."""
    if scope.everything:
        return Q(pk__isnull=False)
    return Q(**{f"{prefix}agency__in": sorted(scope.agencies)}) | Q(**{f"{prefix}made_by": user.pk})


def _seen(scope: Scope, user: User, prefix: str = "") -> Q:
    """Once sent, seen by whoever sees the case; before that, by those among them who are of the agency that writes it."""
    sent = Q(**{f"{prefix}made_at__isnull": False})
    return scope.rule(f"{prefix}offender__") & (sent | _of_its_agency(scope, user, prefix))


class ReferralQuerySet(CaseQuerySet["Referral"]):
    def visible_to(self, user: User) -> Self:
        """Of cases that the user sees; a draft only where it is his or his agency's."""
        return self.scoped(_seen(scope_of(user), user))

    def sent(self) -> Self:
        return self.filter(made_at__isnull=False)

    def awaiting_decision(self) -> Self:
        """Sent, and not answered."""
        return self.sent().filter(decided_at__isnull=True)

    def being_written(self) -> Self:
        """Not sent yet, or returned with questions."""
        return self.filter(Q(made_at__isnull=True) | Q(outcome=Referral.Outcome.RETURNED))

    def awaiting_agreement(self) -> Self:
        """A manager was asked, and has not agreed to what it says now."""
        asked = self.being_written().filter(asked__isnull=False)
        return asked.filter(Q(agreed_version__isnull=True) | ~Q(agreed_version=F("version")))


class Referral(CaseModel):
    """Why formal multi-agency meetings would add value, who agreed to it, and what co-ordination decided.

    Until it is sent (`made_at`) it is a draft of its agency. Returned with questions it is written again: the same row,
    with what was said before kept in its events.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        KEPT = "kept", _("Kept at its level")
        RETURNED = "returned", _("Returned with questions")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    KEPT_DAYS = 28

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RF"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="referrals")
    area = models.ForeignKey("agencies.Area", models.PROTECT, related_name="+")
    # Who refers. Referrals from before it was kept have none.
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, blank=True)

    # What was typed, by page and box: also what a form would refuse. The rest of what it says is read from it when it is sent.
    answers = models.JSONField(default=dict, blank=True, editable=False)
    # Goes up when an answer changes: a manager agrees to one version.
    version = models.PositiveIntegerField(default=0, editable=False)
    written_by = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_at = models.DateTimeField(null=True, blank=True)
    # The day on which one that was never sent is deleted, unless it is saved again.
    kept_until = models.DateField(null=True, blank=True)
    # The day on which it came back to those who write it, from a manager or from co-ordination.
    back_on = models.DateField(null=True, blank=True)

    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    agree_due_on = models.DateField(null=True, blank=True)
    agreed_version = models.PositiveIntegerField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # The rank that agreed, as it was then.
    agreed_rank = models.CharField(max_length=250, blank=True)

    level = models.PositiveSmallIntegerField(
        choices=[c for c in Offender.Level.choices if c[0] != Offender.Level.ORDINARY], null=True, blank=True
    )
    urgent = models.BooleanField(default=False)
    urgent_reason = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    added_value = models.TextField(blank=True)
    exceptional = models.BooleanField(_("exceptional need for co-ordination"), default=False)
    senior_needed = models.BooleanField(_("needs senior representation"), default=False)
    # The agencies that it asks for, by key: proposed, and not yet invited.
    agencies = ArrayField(models.BigIntegerField(), default=list, blank=True)

    # When it was first sent. `due_on` counts from when it was last sent.
    made_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # By when a meeting discusses an accepted case for the first time.
    meet_by = models.DateField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                condition=Q(decided_at__isnull=True, made_at__isnull=False),
                name="one_open_referral_per_case",
                violation_error_message=_("This case already has an open referral."),
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False, made_at__isnull=False) & ~Q(outcome="")),
                name="a_decision_says_who_and_what",
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True)
                | (Q(level__isnull=False, due_on__isnull=False) & ~Q(reason="") & ~Q(added_value="")),
                name="a_sent_referral_says_why",
                violation_error_message=_("Enter the level, why now, and what formal meetings would add."),
            ),
            models.CheckConstraint(
                condition=Q(urgent=False) | ~Q(urgent_reason=""),
                name="an_urgent_referral_says_why",
                violation_error_message=_("Enter why it cannot wait."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True, agreed_version__isnull=True)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, agreed_version__isnull=False),
                name="agreed_at_by_and_to_what_together",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(written_by__contains=[F("agreed_by")]),
                name="nobody_agrees_to_his_own_referral",
                violation_error_message=_("You wrote this referral: another manager agrees to it."),
            ),
        ]
        indexes = [
            models.Index(fields=["area", "due_on"], name="referrals_to_screen", condition=Q(decided_at__isnull=True)),
            models.Index(fields=["agency"], name="referrals_being_written", condition=Q(made_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        if self.level and not self.offender.can_be_referred_to(self.level):
            raise ValidationError({"level": _("Choose a level above the current one")})

    def get_absolute_url(self) -> str:
        return reverse("panels:sent_referral", args=[self.reference])

    def parts(self) -> Parts:
        """The case's parts, with the agency that refers as the owner."""
        return replace(self.offender.parts(), owner=self.agency_id, owner_user=self.made_by_id)

    @property
    def is_being_written(self) -> bool:
        """Not sent yet, or returned with questions."""
        return self.made_at is None or self.outcome == self.Outcome.RETURNED

    @property
    def is_open(self) -> bool:
        """Sent, and not answered."""
        return self.made_at is not None and self.decided_at is None

    @property
    def is_agreed(self) -> bool:
        """Has a manager agreed to what it says now?"""
        return self.agreed_version == self.version

    def is_by(self, user: User) -> bool:
        """Did the user write in it or send it? Then somebody else agrees, and screens."""
        return self.made_by_id == user.pk or user.pk in self.written_by


class ReferralEventQuerySet(GuardedQuerySet["ReferralEvent"]):
    def visible_to(self, user: User) -> Self:
        """Seen by whoever sees the referral; what passed between its writers and their manager, by their agency."""
        scope = scope_of(user)
        own = _of_its_agency(scope, user, "referral__")
        return self.scoped(_seen(scope, user, "referral__") & (own | ~Q(kind__in=ReferralEvent.WITHIN)))


class ReferralEvent(ProtectedModel):
    """One thing that happened to a referral, with what was said. Never changed."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("A manager was asked to agree")
        AGREED = "agreed", _("Agreed by a manager")
        SENT_BACK = "sent-back", _("Sent back by a manager")
        SENT = "sent", _("Sent")
        RETURNED = "returned", _("Returned with questions")
        ACCEPTED = "accepted", _("Accepted")
        KEPT = "kept", _("Kept at its level")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # Of the agency alone.
    WITHIN = (Kind.ASKED, Kind.SENT_BACK)

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    # As it was sent: section, question and answer, in order.
    said = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ReferralEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.referral_id}"

    def case_id_for_audit(self) -> int:
        return self.referral.case_id_for_audit()

    def parts(self) -> Parts:
        return self.referral.parts()

    def why(self, user: User) -> Why:
        return self.referral.why(user)
