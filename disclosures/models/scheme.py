"""Applications under the Child Sex Offender Disclosure Scheme: somebody asks the police about a person who is near a child."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, cells_of, held_in
from agencies.models import Agency, Membership, User
from disclosures.models.third_party import Disclosure
from mappa import dates
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.plain import NameField
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.visibility import scope_of

POLICE = "police"


def police_of(user: User) -> list[int]:
    """The police agencies for which the user deals with applications."""
    return sorted({membership.agency_id for membership in held_in(user, Perm.RECORD_DISCLOSURE, POLICE)})


def officers_of(agency: Agency) -> QuerySet[User]:
    """Who may deal with an application of a police agency."""
    roles = list(cells_of(Perm.RECORD_DISCLOSURE))
    held = Membership.objects.in_force(dates.today()).filter(agency=agency, role__in=roles)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


class SchemeApplicationQuerySet(GuardedQuerySet["SchemeApplication"]):
    def visible_to(self, user: User) -> Self:
        """Those made to a police agency for which the user deals with them, and nobody else's: not the case's agencies'.

        Once it is matched, it keeps to what closes the case besides: whoever is excluded from it, or is not named on a
        restricted one, does not see the application either.
        """
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        rule = Q(agency__in=police_of(user)) & (
            Q(offender__isnull=True) | Q(offender__restricted=False) | Q(offender__in=sorted(scope.named))
        )
        if scope.excluded:
            rule &= ~Q(offender__in=sorted(scope.excluded))
        return self.scoped(rule)

    def open(self) -> Self:
        """Applications that are not closed."""
        return self.exclude(stage=SchemeApplication.Stage.CLOSED)

    def urgent(self) -> Self:
        """A child is at immediate risk, and nobody has said what was done."""
        return self.open().filter(immediate_at__isnull=False, protected_at__isnull=True)


class SchemeApplication(ProtectedModel):
    """What a member of the public asks the police about a person who may harm a child, and what becomes of it.

    It is the police's and the applicant's, not a case's: it exists without one, and may be matched to one (ADR 11). What
    each stage found is added once. To disclose is to write a record of disclosure on the case, with its own tests.
    """

    # Merging records tells nobody that there is one (offenders/ledger.py).
    is_apart = True

    class Stage(models.TextChoices):
        CHECKS = "checks", _("Initial checks")
        MEETING = "meeting", _("Meeting the applicant")
        ASSESSMENT = "assessment", _("Full risk assessment")
        DECISION = "decision", _("Decision")
        TELLING = "telling", _("Applicant to be told")
        CLOSED = "closed", _("Closed")

    class Channel(models.TextChoices):
        TELEPHONE = "telephone", _("By telephone")
        IN_PERSON = "in-person", _("In person")
        ONLINE = "online", _("Online")
        OTHER = "other", _("Through somebody else")

    class Relation(models.TextChoices):
        PARENT = "parent", _("Parent")
        CARER = "carer", _("Carer or guardian")
        RELATIVE = "relative", _("Another relative")
        FRIEND = "friend", _("Friend or neighbour")
        OTHER = "other", _("Somebody else")

    class Manner(models.TextChoices):
        IN_PERSON = "in-person", _("In person")
        TELEPHONE = "telephone", _("By telephone or video")
        LETTER = "letter", _("By letter")
        NOT_TOLD = "not-told", _("Not told")

    class Outcome(models.TextChoices):
        DISCLOSE = "disclose", _("Disclose: by a record of disclosure on the case")
        DISCLOSE_ELSEWHERE = "elsewhere", _("Disclose: not a MAPPA case, recorded by the force")
        CHILDREN = "children", _("No disclosure: concerns passed to children’s services")
        NO_DISCLOSURE = "no-disclosure", _("No disclosure, though there are concerns")
        NO_CONCERN = "no-concern", _("No concern found")
        OUTSIDE = "outside", _("Not within the scheme")
        WITHDRAWN = "withdrawn", _("Withdrawn by the applicant")
        PASSED_ON = "passed-on", _("Passed to another police force")

    # What a manager decides once the risk is assessed, and how an application ends before that.
    DECIDED = (
        Outcome.DISCLOSE,
        Outcome.DISCLOSE_ELSEWHERE,
        Outcome.CHILDREN,
        Outcome.NO_DISCLOSURE,
        Outcome.NO_CONCERN,
    )
    EARLY = (Outcome.OUTSIDE, Outcome.WITHDRAWN, Outcome.PASSED_ON)
    DISCLOSING = (Outcome.DISCLOSE, Outcome.DISCLOSE_ELSEWHERE)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SC"), editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The case of the person asked about, once somebody who sees it has said so.
    offender = models.ForeignKey(Offender, models.SET_NULL, related_name="scheme_applications", null=True, blank=True)
    disclosure = models.OneToOneField(
        Disclosure, models.SET_NULL, related_name="scheme_application", null=True, blank=True
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.CHECKS)
    # When the stage, or what must be done at once, is due; empty once it is closed.
    due_on = models.DateField(null=True, blank=True)

    received_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    applicant_name = NameField(max_length=120)
    applicant_born = models.CharField(max_length=40, blank=True)
    applicant_address = models.TextField(blank=True)
    applicant_contact = models.TextField()
    safe_contact = models.TextField()
    relation = models.CharField(max_length=10, choices=Relation)
    children = models.TextField()
    subject_name = NameField(max_length=120)
    subject_details = models.TextField(blank=True)
    subject_access = models.TextField()
    concern = models.TextField()
    checks_due_at = models.DateTimeField()
    meeting_due_on = models.DateField()
    decision_due_on = models.DateField()
    whole_due_on = models.DateField()

    # A child at immediate risk: since when, what the risk is, and what was done.
    immediate_at = models.DateTimeField(null=True, blank=True)
    immediate_words = models.TextField(blank=True)
    protected_at = models.DateTimeField(null=True, blank=True)
    protected_words = models.TextField(blank=True)

    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    checks = models.TextField(blank=True)

    met_on = models.DateField(null=True, blank=True)
    met_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    met_how = models.CharField(max_length=10, choices=Manner, blank=True)
    is_identified = models.BooleanField(null=True, blank=True)
    identity = models.TextField(blank=True)
    said = models.TextField(blank=True)
    best_placed = models.TextField(blank=True)
    education = models.TextField(blank=True)

    assessed_on = models.DateField(null=True, blank=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    consulted = models.TextField(blank=True)
    assessment = models.TextField(blank=True)
    # The answers that the law asks, and what it said then (Criminal Justice Act 2003 s.327A).
    child_sex_offender = models.BooleanField(null=True, blank=True)
    serious_harm_to_children = models.BooleanField(null=True, blank=True)
    necessary_for_children = models.BooleanField(null=True, blank=True)
    asked_for = True  # by the applicant
    presumption = models.BooleanField(null=True, blank=True)

    outcome = models.CharField(max_length=15, choices=Outcome, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decided_rank = models.CharField(max_length=200, blank=True)
    decided_with = models.TextField(blank=True)
    reasons = models.TextField(blank=True)
    against_presumption = models.TextField(blank=True)
    passed_to = models.TextField(blank=True)

    told_on = models.DateField(null=True, blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    told_how = models.CharField(max_length=10, choices=Manner, blank=True)
    told_words = models.TextField(blank=True)
    # Was the applicant the one to whom it was disclosed?
    is_recipient = models.BooleanField(null=True, blank=True)

    objects = SchemeApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    stage__in=["checks", "meeting", "assessment", "decision"],
                    outcome="",
                    decided_on__isnull=True,
                    decided_by__isnull=True,
                )
                | Q(stage__in=["telling", "closed"], decided_on__isnull=False, decided_by__isnull=False)
                & ~Q(outcome="")
                & ~Q(reasons=""),
                name="an_application_ends_with_an_outcome_and_reasons",
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", due_on__isnull=True, told_on__isnull=False, told_by__isnull=False)
                & ~Q(told_how="")
                | ~Q(stage="closed") & Q(due_on__isnull=False, told_on__isnull=True, told_by__isnull=True, told_how=""),
                name="an_open_application_is_due_and_a_closed_one_told",
            ),
            models.CheckConstraint(
                condition=Q(assessed_by__isnull=True)
                | Q(decided_by__isnull=True)
                | Q(outcome__in=["outside", "withdrawn", "passed-on"])
                | ~Q(decided_by=F("assessed_by")),
                name="somebody_else_decides_an_application",
                violation_error_message=_("Nobody decides on a risk that he or she assessed."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["children", "no-disclosure", "no-concern"])
                | ~Q(presumption=True)
                | ~Q(against_presumption=""),
                name="a_no_against_the_presumption_says_why",
                violation_error_message=_("Enter why the presumption to disclose does not hold here."),
            ),
            models.CheckConstraint(
                condition=Q(immediate_at__isnull=True, immediate_words="", protected_at__isnull=True)
                | Q(immediate_at__isnull=False) & ~Q(immediate_words=""),
                name="an_immediate_risk_is_in_words",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_on"], name="applications_due", condition=Q(due_on__isnull=False)),
            models.Index(fields=["agency", "-received_at", "-id"], name="applications_by_day"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("disclosures:application", args=[self.reference])

    def case_id_for_audit(self) -> int | None:
        """Once it is matched, reading it is reading of the person's case."""
        return self.offender_id

    def parts(self) -> Parts:
        """Those of the police agency alone: no other has a part in it."""
        return Parts(area=self.agency.area_id, lead=self.agency_id)

    def why(self, user: User) -> Why:
        """Whoever deals with it needs no other purpose; of one that is matched, the others say what they need it for."""
        if self.officer_id == user.pk:
            return Why("deals with the application")
        if self.offender is not None and scope_of(user).sees(self.offender):
            return self.offender.why(user)
        return Why("application under the disclosure scheme")

    @property
    def is_urgent(self) -> bool:
        """Is a child at immediate risk, and has nobody said what was done?"""
        return self.is_open and self.immediate_at is not None and self.protected_at is None

    @property
    def is_open(self) -> bool:
        return self.stage != self.Stage.CLOSED

    @property
    def was_decided(self) -> bool:
        """Did it come to a decision about the risk, or did it end before?"""
        return self.outcome in self.DECIDED

    def falls_due(self) -> date | None:
        """When what comes next is due: by its stage, or at once."""
        if self.immediate_at is not None and self.is_urgent:
            return timezone.localdate(self.immediate_at)
        return {
            self.Stage.CHECKS: timezone.localdate(self.checks_due_at),
            self.Stage.MEETING: self.meeting_due_on,
            self.Stage.ASSESSMENT: self.decision_due_on,
            self.Stage.DECISION: self.decision_due_on,
            self.Stage.TELLING: self.whole_due_on,
            self.Stage.CLOSED: None,
        }[self.Stage(self.stage)]


class SchemeEntryQuerySet(GuardedQuerySet["SchemeEntry"]):
    def visible_to(self, user: User) -> Self:
        """Those of applications that the user sees."""
        rows = SchemeApplication.objects.visible_to(user)
        return self.scoped(Q(application__in=rows.order_by().values("pk")))


class SchemeEntry(ProtectedModel):
    """What happened to an application beside its stages. Never changed: what is put right is another entry."""

    is_apart = True

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        IMMEDIATE = "immediate", _("Immediate risk")
        PROTECTED = "protected", _("What was done at once")
        HANDED_OVER = "handed-over", _("Given to another officer")
        PUT_OFF = "put-off", _("Put off")
        MATCHED = "matched", _("Matched to a record")
        UNMATCHED = "unmatched", _("Taken from a record")
        DECIDED_AGAIN = "decided-again", _("Decided again")

    application = models.ForeignKey(SchemeApplication, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=15, choices=Kind)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SchemeEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.application_id}"

    def case_id_for_audit(self) -> int | None:
        return self.application.case_id_for_audit()

    def parts(self) -> Parts:
        return self.application.parts()

    def why(self, user: User) -> Why:
        return self.application.why(user)
