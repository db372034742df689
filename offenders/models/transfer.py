"""Handing a case over: to another area, to another lead agency, or both. A case always has an owner."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts
from agencies.models import Agency, Area
from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender


class TransferQuerySet(CaseQuerySet["Transfer"]):
    def waiting(self) -> Self:
        """Proposed, and neither accepted, refused nor withdrawn."""
        return self.filter(state=Transfer.State.PROPOSED)


class Transfer(CaseModel):
    """A proposal to hand a case over. Until it is accepted nothing moves; then everything does at once.

    The area does not follow the office of the lead agency (MAPPA Guidance 17.1): either may move without the other.
    `parts` are those of the receiving side: "share or restrict a case", asked of a transfer, says who may answer it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "TR"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="transfers")
    from_area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    to_area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    # The agency whose manager may answer: the one that is to lead, when that changes.
    answering_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, blank=True)
    reason = models.TextField()
    proposed_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    # The day of the answer; an accepted transfer takes effect on it.
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    answer = models.TextField(blank=True)
    new_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                condition=Q(state="proposed"),
                name="one_transfer_at_a_time",
                violation_error_message=_("A transfer of this case waits for an answer already: withdraw it first."),
            ),
            models.CheckConstraint(
                condition=~Q(from_area=F("to_area"), from_agency=F("to_agency")),
                name="a_transfer_moves_something",
                violation_error_message=_("Choose another area, another lead agency or both"),
            ),
            models.CheckConstraint(
                condition=Q(from_agency=F("to_agency"), answering_agency__isnull=True)
                | (~Q(from_agency=F("to_agency")) & Q(answering_agency=F("to_agency"))),
                name="a_new_lead_agency_answers",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", answered_on__isnull=True, answered_by__isnull=True)
                | (~Q(state="proposed") & Q(answered_on__isnull=False, answered_by__isnull=False)),
                name="an_answered_transfer_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", new_officer__isnull=False)
                | (~Q(state="accepted") & Q(new_officer__isnull=True)),
                name="an_accepted_transfer_names_the_officer",
            ),
        ]
        indexes = [
            models.Index(fields=["to_area", "due_on"], name="transfers_waiting", condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:transfer", args=[self.offender.reference])

    def parts(self) -> Parts:
        """The receiving side: co-ordination of the receiving area, and the agency that is to lead."""
        return Parts(area=self.to_area_id, lead=self.answering_agency_id)

    @property
    def moves_area(self) -> bool:
        return self.from_area_id != self.to_area_id

    @property
    def moves_lead(self) -> bool:
        return self.from_agency_id != self.to_agency_id

    @property
    def kind(self) -> str:
        if self.moves_area and self.moves_lead:
            return str(_("Area and lead agency"))
        return str(_("Area") if self.moves_area else _("Lead agency"))


class HandoverKind(models.Model):
    """One thing that is handed over with a case, or made sure of before."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("asked of new transfers"), default=True)
    citation = models.CharField(max_length=200)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class HandoverItem(CaseModel):
    """One line of the hand-over checklist of a transfer: open, done, or not needed and why."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "HO"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="handover_items")
    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="items")
    kind = models.ForeignKey(HandoverKind, models.PROTECT, related_name="+")
    ticked_on = models.DateField(null=True, blank=True)
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    is_needed = models.BooleanField(default=True)
    words = models.CharField(max_length=300, blank=True)

    objects = CaseQuerySet["HandoverItem"].as_manager()

    class Meta:
        ordering = ["kind__position", "kind__name", "pk"]
        constraints = [
            models.UniqueConstraint("transfer", "kind", name="one_line_of_a_kind"),
            models.CheckConstraint(
                condition=Q(ticked_on__isnull=True, ticked_by__isnull=True)
                | Q(ticked_on__isnull=False, ticked_by__isnull=False),
                name="ticked_on_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(is_needed=True) | (Q(ticked_on__isnull=False) & ~Q(words="")),
                name="what_is_not_needed_says_why",
                violation_error_message=_("Enter why this is not needed"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
