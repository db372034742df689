"""Disclosure to a third party, from consideration to review: what the Guidance asks of it, and what became of it."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from disclosures.models.children import AGAINST_PRESUMPTION
from disclosures.models.decision import DisclosureDecision
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet
from offenders.visibility import scope_of

Words = str | Promise


class Recipient(models.TextChoices):
    """Who is told, as the Guidance lists them (domain.md 8.2). Agencies that work the case are none of them."""

    PARTNER = "partner", _("A partner or former partner")
    PARENT = "parent", _("A parent or carer of a child")
    VICTIM = "victim", _("A victim")
    LANDLORD = "landlord", _("A landlord or somebody who houses the person")
    SCHOOL = "school", _("A head teacher, school or college")
    EMPLOYER = "employer", _("An employer or voluntary body")
    FAITH = "faith", _("A faith group")
    LEISURE = "leisure", _("A leisure centre or club")
    PUBLIC = "public", _("The public")
    OTHER = "other", _("Somebody else")
    NOBODY = "nobody", _("Nobody in particular: disclosure was considered in general")


# What is asked of every record, and what besides of one about somebody in particular.
TESTS: dict[str, Words] = {
    "risk": _("Enter the risk that was considered"),
    "at_risk": _("Enter who is at risk"),
    "necessity": _("Enter why disclosure is or is not necessary"),
    "proportionality": _("Enter why disclosure is or is not proportionate to the risk"),
    "victim": _("Enter how the victim was considered"),
}
TESTS_OF_SOMEBODY: dict[str, Words] = {
    "information": _("Enter the exact information that would be disclosed"),
    "harm": _("Enter the harm that the disclosure itself could do"),
    "self_disclosure": _("Enter whether the person could tell them in person, with an official present"),
    "joint": _("Enter whether agencies should tell them together"),
}


RECIPIENT = ("recipient_name", "recipient_role", "recipient_organisation", "recipient_address")
# How a victim who is told is named, for whoever reads the log without the compartment.
THE_VICTIM = "The victim"


class DisclosureQuerySet(CaseQuerySet["Disclosure"]):
    def standing(self) -> Self:
        """Records that no later one corrects."""
        return self.filter(correction__isnull=True)

    def awaiting_authorisation(self) -> Self:
        """Records that somebody else must still answer."""
        return self.standing().filter(authorise_by__isnull=False, outcome="")

    def awaiting_delivery(self) -> Self:
        """Authorised, and nobody was told yet."""
        to_disclose = Q(entry__decision=DisclosureDecision.Decision.YES, outcome=Disclosure.Outcome.AUTHORISED)
        return self.standing().filter(to_disclose, delivered_on__isnull=True)

    def to_review(self) -> Self:
        """Decisions that are looked at again on a day. One that was not authorised is none."""
        return self.standing().filter(review_on__isnull=False).exclude(outcome=Disclosure.Outcome.REFUSED)


class Disclosure(CaseModel):
    """Why a third party is told, or is not (domain.md 8.2): the whole record behind an entry of the log.

    What was considered is never changed: a correction is another record. Authorising, telling and reviewing are added
    once each, by people who may. Whoever wrote it never authorises it.
    """

    class Outcome(models.TextChoices):
        AUTHORISED = "authorised", _("Authorised")
        REFUSED = "refused", _("Not authorised")

    class Method(models.TextChoices):
        IN_PERSON = "in-person", _("In person")
        LETTER = "letter", _("By letter")
        TELEPHONE = "telephone", _("By telephone")
        EMAIL = "secure-email", _("By secure email")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DS"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="disclosures")
    entry = models.OneToOneField(DisclosureDecision, models.CASCADE, related_name="disclosure")
    corrects = models.OneToOneField("self", models.CASCADE, related_name="correction", null=True, blank=True)
    correction_reason = models.TextField(blank=True)
    # The decision of a meeting that this record carries out.
    follows = models.OneToOneField(
        DisclosureDecision, models.CASCADE, related_name="carried_out", null=True, blank=True
    )

    # `clean` says in plain words what is missing, and the database refuses it.
    risk = models.TextField(blank=True)
    at_risk = models.TextField(blank=True)
    recipient = models.CharField(max_length=10, choices=Recipient)
    recipient_name = models.CharField(max_length=120, blank=True)
    recipient_role = models.CharField(max_length=80, blank=True)
    recipient_organisation = models.CharField(max_length=120, blank=True)
    recipient_address = models.TextField(blank=True)
    information = models.TextField(blank=True)
    necessity = models.TextField(blank=True)
    proportionality = models.TextField(blank=True)
    harm = models.TextField(blank=True)
    self_disclosure = models.TextField(blank=True)
    joint = models.TextField(blank=True)
    other_ways = models.TextField(blank=True)
    representations_sought = models.BooleanField(null=True, blank=True)
    representations = models.TextField(blank=True)
    not_sought_because = models.TextField(blank=True)
    victim = models.TextField(blank=True)
    # The answers that the law asks about children, and what it said then (Criminal Justice Act 2003 s.327A).
    child_sex_offender = models.BooleanField()
    serious_harm_to_children = models.BooleanField()
    necessary_for_children = models.BooleanField()
    asked_for = models.BooleanField()
    presumption = models.BooleanField()
    against_presumption = models.TextField(blank=True)
    tell_by = models.DateField(null=True, blank=True)
    # When it is looked at again; empty when that is over. Each review keeps the day that was due.
    review_on = models.DateField(null=True, blank=True)
    # Whoever recorded the entry, here too so that the database refuses him as the one who authorises.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    # Empty where the decision needs nobody else's word.
    authorise_by = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    authorised_on = models.DateField(null=True, blank=True)
    # When it was recorded, which an earlier day of the answer does not hide.
    authorised_at = models.DateTimeField(null=True, blank=True)
    authorised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    authorised_rank = models.CharField(max_length=200, blank=True)
    authorised_reasons = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    needs_undertaking = models.BooleanField(default=False)
    no_undertaking_because = models.TextField(blank=True)

    delivered_on = models.DateField(null=True, blank=True)
    delivered_how = models.CharField(max_length=12, choices=Method, blank=True)
    delivered_by = models.CharField(max_length=200, blank=True)
    undertaking_on = models.DateField(null=True, blank=True)
    person_told = models.BooleanField(null=True, blank=True)
    person_told_words = models.TextField(blank=True)
    delivery_recorded_at = models.DateTimeField(null=True, blank=True)
    delivery_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-entry__considered_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(risk="") & ~Q(at_risk="") & ~Q(necessity="") & ~Q(proportionality="") & ~Q(victim=""),
                name="a_disclosure_answers_every_test",
                violation_error_message=_("Answer every test before the decision is recorded."),
            ),
            models.CheckConstraint(
                condition=Q(recipient="nobody")
                | (
                    ~Q(recipient_name="")
                    & ~Q(information="")
                    & ~Q(harm="")
                    & ~Q(self_disclosure="")
                    & ~Q(joint="")
                    & Q(representations_sought__isnull=False)
                    & (
                        (Q(representations_sought=True) & ~Q(representations=""))
                        | (Q(representations_sought=False) & ~Q(not_sought_because=""))
                    )
                ),
                name="a_disclosure_to_somebody_answers_more_tests",
                violation_error_message=_("Answer every test about whom it is to be disclosed to."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", authorised_on=None, authorised_at=None, authorised_by=None, authorised_rank="")
                | (
                    ~Q(outcome="")
                    & Q(authorise_by__isnull=False, authorised_on__isnull=False, authorised_by__isnull=False)
                    & ~Q(authorised_by=F("author"))
                    & ~Q(authorised_rank="")
                    & ~Q(authorised_reasons="")
                ),
                name="somebody_else_authorises_a_disclosure",
                violation_error_message=_("Nobody authorises what he or she recorded."),
            ),
            models.CheckConstraint(
                condition=Q(
                    delivered_on=None,
                    delivered_how="",
                    delivered_by="",
                    undertaking_on=None,
                    person_told=None,
                    delivery_recorded_at=None,
                )
                | (
                    Q(outcome="authorised", delivered_on__isnull=False, person_told__isnull=False)
                    & Q(delivered_on__gte=F("authorised_on"))
                    & ~Q(delivered_how="")
                    & ~Q(delivered_by="")
                    & ~Q(person_told_words="")
                    & (Q(needs_undertaking=False) | Q(undertaking_on__isnull=False))
                    & (
                        Q(undertaking_on__isnull=True)
                        | Q(undertaking_on__gte=F("authorised_on"), undertaking_on__lte=F("delivered_on"))
                    )
                ),
                name="only_what_was_authorised_is_disclosed",
                violation_error_message=_("Nothing is disclosed before it is authorised and the undertaking is dated."),
            ),
        ]
        indexes = [
            models.Index(fields=["authorise_by"], name="disclosures_waiting", condition=Q(outcome="")),
            models.Index(fields=["review_on"], name="disclosures_to_review", condition=Q(review_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("disclosures:disclosure", args=[self.reference])

    def clean(self) -> None:
        found: dict[str, Words] = self._missing_tests() | self.wrong_recipient() | self._missing_representations()
        if self.presumption and not self.discloses and not self.against_presumption:
            found["against_presumption"] = AGAINST_PRESUMPTION
        if self.discloses and self.tell_by is None:
            found["tell_by"] = _("Enter the day by which they are to be told")
        if not self.discloses and self.tell_by is not None:
            found["tell_by"] = _("Leave this empty: nobody is to be told")
        if self.discloses and self.recipient == Recipient.NOBODY:
            found["recipient"] = _("Choose who is to be told: a disclosure names its recipient")
        if found:
            raise ValidationError(found)

    def _missing_tests(self) -> dict[str, Words]:
        asked = TESTS if self.recipient == Recipient.NOBODY else TESTS | TESTS_OF_SOMEBODY
        return {name: words for name, words in asked.items() if not getattr(self, name)}

    def wrong_recipient(self) -> dict[str, Words]:
        """What is missing of who might be told, or must not stand here."""
        if self.recipient == Recipient.NOBODY:
            words = _("Leave this empty: nobody in particular is considered")
            return {name: words for name in RECIPIENT if getattr(self, name)}
        if self.recipient == Recipient.VICTIM:
            return self._named_victim()
        asked: dict[str, Words] = {"recipient_name": _("Enter who might be told")}
        if self.recipient != Recipient.PUBLIC:
            asked |= {
                "recipient_role": _("Enter what their role is, or what they are to the person"),
                "recipient_address": _("Enter their address"),
            }
        return {name: words for name, words in asked.items() if not getattr(self, name)}

    def _named_victim(self) -> dict[str, Words]:
        """Everyone who sees the case reads the log: who a victim is and where he lives stays in the compartment."""
        found: dict[str, Words] = {}
        if self.recipient_name.casefold() != THE_VICTIM.casefold():
            found["recipient_name"] = _("Write “%s” and no name: the name is with victim liaison") % THE_VICTIM
        words = _("Leave this empty: where a victim lives or works is with victim liaison")
        return found | {name: words for name in ("recipient_organisation", "recipient_address") if getattr(self, name)}

    def _missing_representations(self) -> dict[str, Words]:
        """Asking the person first is the norm; not to do so needs its reason (R (X) v South Yorkshire, domain.md 8.2)."""
        if self.recipient == Recipient.NOBODY:
            return {}
        if self.representations_sought is None:
            return {"representations_sought": _("Say whether the person’s representations were sought")}
        if self.representations_sought and not self.representations:
            return {"representations": _("Enter what the person said, or that the person said nothing")}
        if not self.representations_sought and not self.not_sought_because:
            return {"not_sought_because": _("Enter why the person’s representations were not sought")}
        return {}

    @property
    def discloses(self) -> bool:
        """Is somebody to be told? Needs `entry` loaded."""
        return self.entry.decision == DisclosureDecision.Decision.YES

    @property
    def to_whom(self) -> str:
        """Name, role and organisation, as the log has them."""
        return ", ".join(filter(None, [self.recipient_name, self.recipient_role, self.recipient_organisation]))

    @property
    def is_waiting(self) -> bool:
        """Must somebody else still answer it?"""
        return self.authorise_by is not None and not self.outcome

    @property
    def is_to_be_delivered(self) -> bool:
        """Was it authorised that somebody is told, and nobody was yet?"""
        return self.discloses and self.outcome == Disclosure.Outcome.AUTHORISED and self.delivered_on is None


class DisclosureReview(CaseModel):
    """A decision about disclosure looked at again. Never changed."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="disclosure_reviews")
    disclosure = models.ForeignKey(Disclosure, models.CASCADE, related_name="reviews")
    was_due_on = models.DateField()
    reviewed_on = models.DateField()
    found = models.TextField()
    next_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["DisclosureReview"].as_manager()

    class Meta:
        ordering = ["-reviewed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("reviewed_on")),
                name="the_next_review_comes_after_this_one",
                violation_error_message=_("The next review must be after this one."),
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.disclosure_id}, {self.reviewed_on}"


class DisclosureDraftQuerySet(CaseQuerySet["DisclosureDraft"]):
    def visible_to(self, user: User) -> Self:
        """A person's own, of cases that he sees; the system sees all, to forget the old ones."""
        if scope_of(user).everything:
            return self.scoped(Q(pk__isnull=False))
        cases = Offender.objects.visible_to(user)
        return self.scoped(Q(user=user.pk, offender__in=cases.order_by().values("pk")))


class DisclosureDraft(CaseModel):
    """What somebody has answered so far, kept on the server and shown to nobody else."""

    KEPT_DAYS = 28

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "DD"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="disclosure_drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # By step and name of the box, as typed: also what a form would refuse is kept.
    answers = models.JSONField(default=dict)
    follows = models.ForeignKey(DisclosureDecision, models.CASCADE, related_name="+", null=True, blank=True)
    corrects = models.ForeignKey(Disclosure, models.CASCADE, related_name="+", null=True, blank=True)
    correction_reason = models.TextField(blank=True)
    # The application under the disclosure scheme for which it is written.
    application = models.ForeignKey(
        "disclosures.SchemeApplication", models.CASCADE, related_name="+", null=True, blank=True
    )
    begun_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    # The day on which it is deleted, unless it is saved again.
    kept_until = models.DateField()

    objects = DisclosureDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["kept_until"], name="disclosure_drafts_by_age")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("disclosures:draft_check", args=[self.reference])
