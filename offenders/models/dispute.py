"""What the person says is wrong (UK GDPR Article 16, DPA 2018 s.46): a note beside the fact. Nothing is written over.

While it is looked into, and where it cannot be found out, every page of the person says that it is disputed.
"""

from functools import partial
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class DisputeQuerySet(CaseQuerySet["Dispute"]):
    def open(self) -> Self:
        return self.filter(outcome="")

    def standing(self) -> Self:
        """Those that a reader of the fact must know of: looked into, or never found out."""
        return self.filter(outcome__in=["", Dispute.Outcome.NOT_PROVED])

    def beside_facts(self) -> Any:
        """As lines for the head of a page: key, `kind`, which says of which page, and `value`, what is disputed."""
        said = Concat(models.Value("dispute:"), F("page"), output_field=models.CharField())
        rows = self.standing().order_by().annotate(kind=said, value=F("fact"))
        return rows.values_list("pk", "kind", "value")


class Dispute(CaseModel):
    """One fact of the record that the person says is wrong."""

    class Page(models.TextChoices):
        """Where the fact stands; the words are those of the pages of the record."""

        IDENTITY = "identity", _("Identity")
        CHARACTERISTICS = "characteristics", _("Characteristics")
        SENTENCES = "sentences", _("Offences and sentences")
        CATEGORY = "category", _("Category and level")
        NOTIFICATION = "notification", _("Notification")
        ORDERS = "orders", _("Orders and licence")
        FLAGS = "flags", _("Flags")
        GROUPS = "groups", _("Particular groups")
        DOCUMENTS = "documents", _("Documents")
        RISK = "risk", _("Risk and plan")
        MEETINGS = "meetings", _("Meetings and minutes")
        TIMELINE = "timeline", _("Notes and timeline")

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", _("It was wrong, and is corrected")
        ACCURATE = "accurate", _("It is right: the request is refused")
        NOT_PROVED = "not-proved", _("Neither can be shown: it stays, and is marked as disputed")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RC"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="disputes")
    page = models.CharField(max_length=20, choices=Page)
    fact = models.CharField(max_length=160)
    claim = models.TextField(max_length=1000)
    evidence = models.CharField(max_length=300, blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reasons = models.TextField(max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", reasons="", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(outcome="") & ~Q(reasons="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="a_decided_dispute_says_why_and_by_whom",
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("received_on")), name="a_dispute_is_due_after_it_came"),
        ]
        indexes = [
            models.Index(fields=["offender"], name="disputes_standing", condition=Q(outcome__in=["", "not-proved"])),
            models.Index(fields=["due_on"], name="disputes_by_day", condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assurance:case_data", args=[self.offender.reference])
