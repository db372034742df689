"""A person asks what is held about him (DPA 2018 s.45, UK GDPR Article 15): the request, and what is given of each row.

What a row says is not copied: a decision is about the row as it was then, and no longer holds when it says something else.
"""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet


class AccessRequestQuerySet(CaseQuerySet["AccessRequest"]):
    def open(self) -> Self:
        return self.filter(state__in=AccessRequest.OPEN)


class AccessRequest(CaseModel):
    """Somebody asked for the record of a person, and by when he must be answered."""

    class Asker(models.TextChoices):
        PERSON = "person", _("The person")
        SOLICITOR = "solicitor", _("A solicitor for the person")
        OTHER = "other", _("Somebody else with authority to act for the person")

    class State(models.TextChoices):
        BEING_PREPARED = "prepared", _("Being prepared")
        TO_CHECK = "to-check", _("Waits for a second person")
        CHECKED = "checked", _("Checked: to be handed over")
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Refused")

    OPEN = (State.BEING_PREPARED, State.TO_CHECK, State.CHECKED)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PR"), editable=False)
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="access_requests")
    asker = models.CharField(max_length=10, choices=Asker)
    identity = models.CharField(max_length=300)  # how it was checked who asks
    wanted = models.CharField(max_length=1000, blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    extended_because = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.BEING_PREPARED)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    sent_back_because = models.CharField(max_length=300, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)  # how it was handed over, or why it was refused

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("prepared_by")),
                name="a_pack_is_checked_by_another",
                violation_error_message=_("Whoever prepared it does not check it."),
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("received_on")), name="a_request_is_due_after_it_came"),
            models.CheckConstraint(
                condition=Q(state__in=["answered", "refused"], answered_on__isnull=False, answered_by__isnull=False)
                & ~Q(answer="")
                | Q(state__in=["prepared", "to-check", "checked"], answered_on__isnull=True, answered_by__isnull=True),
                name="an_answered_request_says_how",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="requests_by_day", condition=Q(state__in=["prepared", "to-check", "checked"])
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assurance:access_request", args=[self.reference])


class PackDecision(CaseModel):
    """Whether one row of the record is given, and by which exemption it is not."""

    class Exemption(models.TextChoices):
        RIGHTS = "rights", _("Rights of others: a third party, victim or informant (DPA 2018 s.45(4)(e))")
        CRIME = "crime", _("Prevention, detection or prosecution of crime (DPA 2018 s.45(4)(b))")
        INQUIRY = "inquiry", _("An official or legal inquiry (DPA 2018 s.45(4)(a))")
        SECURITY = "security", _("Public or national security (DPA 2018 s.45(4)(c) and (d))")
        THIRD = "third", _("Another person’s data (DPA 2018 Sch 2 para 16)")
        PRIVILEGE = "privilege", _("Legal professional privilege (DPA 2018 Sch 2 para 19)")
        HARM = "harm", _("Serious harm to somebody’s health (DPA 2018 Sch 3)")
        MINUTES = "minutes", _("MAPPA minutes: given only when the chair agrees (MAPPA Guidance)")

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="decisions")
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="+")
    model = models.CharField(max_length=80)
    row = models.BigIntegerField()
    digest = models.CharField(max_length=64)  # of what the row said
    exemption = models.CharField(max_length=10, choices=Exemption, blank=True)  # without one it is given
    decided_at = models.DateTimeField(auto_now=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["PackDecision"].as_manager()

    class Meta:
        ordering = ["model", "row"]
        constraints = [models.UniqueConstraint("request", "model", "row", name="one_decision_of_a_row")]

    def __str__(self) -> str:
        return f"{self.request}: {self.model}"
