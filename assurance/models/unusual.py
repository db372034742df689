"""Unusual access: what a named rule found in somebody's use of the record on one day, and what became of it."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, areas_granting
from agencies.models import Agency, Area, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.visibility import scope_of


class UnusualAccessQuerySet(GuardedQuerySet["UnusualAccess"]):
    def visible_to(self, user: User) -> Self:
        """Of the areas whose use of the record the user answers for, and what he was asked to explain.

        Never his own, nor what is about a case that he is excluded from.
        """
        if user.is_system:
            return self.scoped(Q(pk__isnull=False))
        mine = Q(area__in=areas_granting(user, Perm.REVIEW_ACCESS)) | Q(manager=user.pk)
        return self.scoped(mine & ~Q(person=user.pk) & ~Q(case_id__in=sorted(scope_of(user).excluded)))

    def undecided(self) -> Self:
        return self.filter(state__in=UnusualAccess.OPEN)


class UnusualAccess(ProtectedModel):
    """One rule, one person, one day, and perhaps one case. It accuses nobody: somebody is to look, and to say what he finds.

    The case by its key and reference, as in the access log, and no part of it: this outlives the case.
    """

    class State(models.TextChoices):
        TO_REVIEW = "to-review", _("To be looked at")
        ASKED = "asked", _("Manager asked")
        ANSWERED = "answered", _("Manager has answered")
        EXPLAINED = "explained", _("Explained")
        NOT_EXPLAINED = "not-explained", _("Not explained")
        REFERRED = "referred", _("Referred")

    OPEN = (State.TO_REVIEW, State.ASKED, State.ANSWERED)
    OUTCOMES = (State.EXPLAINED, State.NOT_EXPLAINED, State.REFERRED)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "UX"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=30)  # of assurance/unusual/rules.py
    on = models.DateField()
    case_id = models.BigIntegerField(null=True, blank=True)
    case_reference = models.CharField(max_length=12, blank=True)
    found = models.JSONField(default=dict)  # numbers alone
    found_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField()
    state = models.CharField(max_length=15, choices=State, default=State.TO_REVIEW)
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    explain_by = models.DateField(null=True, blank=True)
    explanation = models.TextField(blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reasons = models.TextField(blank=True)

    objects = UnusualAccessQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name_plural = "unusual accesses"
        constraints = [
            models.UniqueConstraint(
                "rule", "person", "on", "case_id", name="one_unusual_access_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True, asked_by__isnull=True, asked_at__isnull=True, explain_by__isnull=True)
                | Q(manager__isnull=False, asked_by__isnull=False, asked_at__isnull=False, explain_by__isnull=False),
                name="a_manager_is_asked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reasons=""),
                name="unusual_access_is_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=models.F("person")) & ~Q(manager=models.F("person")),
                name="nobody_answers_for_himself",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "state", "due_on", "id"], name="unusual_accesses_to_do"),
            models.Index(fields=["manager", "explain_by"], name="unusual_accesses_asked", condition=Q(state="asked")),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        if self.decided_at is not None and not self.reasons.strip():
            raise ValidationError({"reasons": _("Say what you found, and how")})

    def get_absolute_url(self) -> str:
        return reverse("assurance:unusual", args=[self.reference])

    def case_id_for_audit(self) -> None:
        """Reading it is no reading of the case."""
        return

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        return Why("access review")

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Look(models.Model):
    """How far the access log has been walked for what is unusual: one row, of no person."""

    last = models.BigIntegerField(default=0)  # key of the last event that was looked at
    until = models.DateTimeField()
    judged_on = models.DateField(null=True, blank=True)  # the last whole day judged again, with what came late

    def __str__(self) -> str:
        return str(self.until)
