"""Information requests: one agency asks another what it holds about a person, and what comes back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why, memberships
from agencies.models import Agency, Role, User
from mappa import dates
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.note import of_the_authority
from offenders.models.offender import CaseModel, CaseQuerySet
from offenders.visibility import scope_of

# Who answers for an agency that is asked.
ANSWERING = (Role.Code.PRACTITIONER, Role.Code.CONTACT_POINT)


def answers_for(user: User) -> list[int]:
    """The agencies for which the user answers what is asked of them; a system reads it, and answers for a person (ADR 8)."""
    reading = (*ANSWERING, Role.Code.INTEGRATION)
    return sorted({m.agency_id for m in memberships(user) if Role.Code(m.role_id) in reading})


def asked_rule(user: User, on: date, prefix: str = "") -> Q:
    """Requests that an agency of the user was sent: until they are closed for it, and none of a restricted case."""
    rule = Q(
        **{
            f"{prefix}agency__in": answers_for(user),
            f"{prefix}offender__restricted": False,
        }
    )
    rule &= Q(**{f"{prefix}seen_until__isnull": True}) | Q(**{f"{prefix}seen_until__gte": on})
    if excluded := scope_of(user).excluded:
        rule &= ~Q(**{f"{prefix}offender__in": sorted(excluded)})
    return rule


class InformationRequestQuerySet(CaseQuerySet["InformationRequest"]):
    def visible_to(self, user: User) -> Self:
        """Requests about cases the user sees, and those sent to an agency for which he answers: these give no case."""
        scope = scope_of(user)
        rule = scope.rule("offender__")
        return self.scoped(rule if scope.everything else rule | asked_rule(user, dates.today()))

    def open(self) -> Self:
        """Requests that wait for an answer."""
        return self.filter(state=InformationRequest.State.OPEN)

    def sent_to(self, user: User) -> Self:
        """Requests to agencies for which the user answers."""
        return self.filter(asked_rule(user, dates.today()))

    def on_cases_of(self, user: User) -> Self:
        """Requests about cases that the user himself sees: only beside these may a page say whose case it is."""
        return self.filter(scope_of(user).rule("offender__"))


class InformationRequest(CaseModel):
    """What one agency asks another about a person (CJA 2003 s.325(4) to (4G)).

    `name` and `details` are what whoever asked chose to give, as it was then: from these the asked agency finds the
    person in its own records. It sees this row and never the case, also after it has answered. `parts` are those of the case, with
    the asked agency as the one invited: "record a disclosure" asks and chases, "send agency information" answers (ADR 10).
    """

    class Gateway(models.TextChoices):
        CO_OPERATION = "cja-2003-325", _("Criminal Justice Act 2003, s.325(4) to (4G): to assess and manage risk")
        CRIME_AND_DISORDER = "cda-1998-115", _("Crime and Disorder Act 1998, s.115: to prevent crime and disorder")
        OFFENDER_MANAGEMENT = "oma-2007-14", _("Offender Management Act 2007, s.14: to manage offenders")
        CHILDREN = "ca-1989-47", _("Children Act 1989, s.47(9) to (11): an enquiry about a child at risk")
        OTHER = "other", _("Another power")

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RQ"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="information_requests")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    asking_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=15, choices=Gateway)
    gateway_words = models.CharField(max_length=200, blank=True)
    purpose = models.TextField()
    questions = models.TextField()
    name = models.CharField(max_length=203)
    # Pairs of what it is and what it says, in the words in which they were given.
    details = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    # When whoever asked is to ask again: a working day after the answer was due, and later after each time.
    chase_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # The last day on which the asked agency still sees it.
    seen_until = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)

    objects = InformationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_on__isnull=True, seen_until__isnull=True)
                | Q(state="answered", answered_on__isnull=False, seen_until__isnull=False)
                | Q(state="withdrawn", answered_on__isnull=True, seen_until__isnull=False),
                name="a_request_is_seen_until_some_time_after_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_on__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawal_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_on__isnull=True, withdrawn_by__isnull=True, withdrawal_reason=""),
                name="a_withdrawn_request_says_why",
                violation_error_message=_("Enter why the request is withdrawn."),
            ),
            models.CheckConstraint(
                condition=~Q(gateway="other", gateway_words=""),
                name="another_power_is_in_words",
                violation_error_message=_("Enter the Act and the section."),
            ),
            models.CheckConstraint(
                condition=~Q(agency=models.F("asking_agency")),
                name="nobody_asks_his_own_agency",
                violation_error_message=_("Choose another agency than your own."),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "due_on"], name="requests_to_an_agency", condition=Q(state="open")),
            models.Index(fields=["asked_by", "chase_on"], name="requests_to_chase", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The page of the agency that was asked."""
        return reverse("disclosures:answer_information", args=[self.reference])

    def clean(self) -> None:
        if self._state.adding and self.due_on < dates.today():
            raise ValidationError({"due_on": _("The date by which you need the answer must be today or in the future")})
        if self.gateway == self.Gateway.OTHER and not self.gateway_words:
            raise ValidationError({"gateway_words": _("Enter the Act and the section")})
        if self.agency_id == self.asking_agency_id:
            raise ValidationError({"agency": _("Choose another agency than your own")})

    def parts(self) -> Parts:
        """Those of the case, and the asked agency, as if it were invited to the meeting at which it would be asked."""
        return self.parts_beside(self.offender.parts())

    def parts_beside(self, case: Parts) -> Parts:
        """The same, where those of the case were read already."""
        return replace(case, invited=frozenset({self.agency_id}))

    def why(self, user: User) -> Why:
        """Whoever sees the case opens it as he opens the case; for the others being asked is why."""
        return self.offender.why(user) if scope_of(user).sees(self.offender) else Why("asked for information")

    @property
    def gateway_in_words(self) -> str:
        """The Act and the section."""
        return self.gateway_words if self.gateway == self.Gateway.OTHER else str(self.get_gateway_display())

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class InformationAnswerQuerySet(CaseQuerySet["InformationAnswer"]):
    def visible_to(self, user: User) -> Self:
        """Answers about cases the user sees, for an audience he belongs to; always those of his own agency."""
        scope, today = scope_of(user), dates.today()
        rows = scope.rule("offender__")
        if scope.everything:
            return self.scoped(rows)
        agencies = sorted(scope.agencies)
        audience = (
            Q(audience=InformationAnswer.Audience.EVERYONE)
            | of_the_authority(scope)
            | Q(request__asking_agency__in=agencies)
            | Q(request__agency__in=agencies)
        )
        return self.scoped(rows & audience | asked_rule(user, today, "request__"))

    def outline_of(self, requests: Iterable[InformationRequest]) -> Self:
        """Every answer to requests the caller already holds: only to say that one came, never what it says."""
        return self.scoped(Q(request__in=list(requests)))


class InformationAnswer(CaseModel):
    """What the asked agency says, for an audience. Never changed: what is added or put right is another answer."""

    class Kind(models.TextChoices):
        HELD = "held", _("We hold information")
        NOTHING = "nothing", _("We hold nothing about this person")
        REFUSED = "refused", _("We do not share what we hold")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everyone on the case")
        AUTHORITY = "authority", _("Responsible Authority only, and the agency that asked")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "RA"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="information_answers")
    request = models.ForeignKey(InformationRequest, models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=10, choices=Audience)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = InformationAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="nothing") | ~Q(text=""),
                name="an_answer_says_what_or_why_not",
                violation_error_message=_("Write what your agency holds, or why it does not share it."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        if self.text or self.kind == self.Kind.NOTHING:
            return
        if self.kind == self.Kind.REFUSED:
            raise ValidationError({"text": _("Enter why your agency does not share what it holds")})
        raise ValidationError({"text": _("Enter what your agency holds")})


class InformationChase(CaseModel):
    """The asked agency was reminded by whoever waits for the answer: once a day at most."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="information_chases")
    request = models.ForeignKey(InformationRequest, models.CASCADE, related_name="chases")
    on = models.DateField(default=dates.today)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["InformationChase"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "request",
                "on",
                name="one_chase_a_day",
                violation_error_message=_("The agency was reminded today already."),
            ),
        ]

    def __str__(self) -> str:
        return f"chase of {self.request_id}"
