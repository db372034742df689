"""Mentally disordered offenders: under which section, in which hospital, leave, tribunal, discharge, recall, absence.

Health data (UK GDPR art. 9): read by those who manage the case and by the NHS agencies on it, and by nobody else.
"""

from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.access import memberships
from agencies.models import User
from mappa import dates
from offenders.models.characteristic import sees_restricted
from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.grant import OffenderGroupObjectPermission, OffenderUserObjectPermission, in_force
from offenders.models.group import GroupFact
from offenders.models.offender import Offender
from offenders.visibility import SEES_CASES, beside_scope, scope_of

M = TypeVar("M", bound=models.Model)
# Kinds of agencies of the National Health Service (CJA 2003 s.325(6)(ba), (f), (g), (h)).
HEALTH = ("nhs-trust", "health-commissioner")


class PatientSection(models.Model):
    """A section or order under which somebody is a patient: reference data with its statute."""

    class Restriction(models.TextChoices):
        ALWAYS = "always", _("Always restricted")
        MAY = "may", _("May be restricted")
        NEVER = "never", _("Never restricted")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120, unique=True)
    statute = models.CharField(max_length=120)
    restriction = models.CharField(max_length=10, choices=Restriction)
    in_hospital = models.BooleanField(_("detained in hospital"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("may be chosen"), default=True)
    citation = models.CharField(max_length=200)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.statute})"


def cases_of_health(user: User) -> frozenset[int]:
    """Cases that an NHS agency of the user's is on, or on which he is named while he works for one."""
    return beside_scope(user, "health", lambda: _read_cases_of_health(user))


def _read_cases_of_health(user: User) -> frozenset[int]:
    held = [m for m in memberships(user) if m.agency.kind.code in HEALTH and m.role_id in SEES_CASES]
    if not held:
        return frozenset()
    running = in_force(dates.today())
    groups = {m.agency.group_id for m in held}
    shared = OffenderGroupObjectPermission.objects.visible_to(user).filter(running, group__in=groups)
    named = OffenderUserObjectPermission.objects.visible_to(user).filter(running, user=user)
    return frozenset(shared.values_list("content_object", flat=True)) | frozenset(
        named.values_list("content_object", flat=True)
    )


def sees_patients(user: User, offender: Offender) -> bool:
    """The same rule as `PatientQuerySet.visible_to`, asked of a case that the user sees."""
    if offender.pk in scope_of(user).emergency:
        return False
    return sees_restricted(user, offender) or offender.pk in cases_of_health(user)


class PatientQuerySet(FactQuerySet[M]):
    def visible_to(self, user: User) -> Self:
        """Of cases the user sees: to the area's Responsible Authority, the lead agency, and NHS agencies on the case."""
        rows = Q(offender__in=Offender.objects.visible_to(user).order_by().values("pk"))
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(rows)
        manages = Q(offender__area__in=sorted(scope.areas)) | Q(offender__lead_agency__in=sorted(scope.agencies))
        return self.scoped(rows & (manages | Q(offender__in=sorted(cases_of_health(user)))) & scope.shut())

    def owed(self) -> Self:
        """Rows of which MAPPA co-ordination is still to be notified (MAPPA I)."""
        running = Q(until__isnull=True) | Q(until__gt=dates.today())
        return self.standing().filter(running, notice_due_on__isnull=False, notice_given_on__isnull=True)


class Notified(models.Model):
    """A row of which co-ordination is notified on MAPPA I, by a day that the verbs work out."""

    notice_due_on = models.DateField(null=True, blank=True, editable=False)
    notice_given_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.notice_given_on and self.notice_given_on > dates.today():
            raise ValidationError({"notice_given_on": _("The date must be today or in the past")})

    def audited(self) -> dict[str, Any]:
        # Of what kind it is says something of somebody's health.
        return {}


class Patient(Notified, GroupFact):
    """A stay under a section of the Mental Health Act 1983 or another order, from admission to discharge.

    `restricted`: a restriction order, limitation or restriction direction (ss.41, 45A, 49): the Secretary of State
    consents to leave and transfer, and may discharge and recall.
    """

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="patient_records")
    section = models.ForeignKey(PatientSection, models.PROTECT, related_name="+")
    restricted = models.BooleanField(default=False)
    hospital = models.CharField(max_length=120)
    clinician = models.CharField(max_length=120, blank=True)

    objects = PatientQuerySet["Patient"].as_manager()

    class Meta(GroupFact.Meta):
        constraints = [
            *GroupFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(from_on__isnull=False),
                name="a_patient_has_a_day_of_admission",
                violation_error_message=_("Enter the day of the order or admission."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        super().clean()
        if self.from_on is None:
            raise ValidationError({"from_on": _("Enter the day of the order or admission")})
        if self.notice_given_on and self.notice_given_on < self.from_on:
            words = _("The date must be on or after the day of the order or admission: each is notified anew")
            raise ValidationError({"notice_given_on": words})
        if not self.section_id:
            return
        law = self.section.restriction
        if self.restricted and law == PatientSection.Restriction.NEVER:
            raise ValidationError({"restricted": _("Under this section a patient is never restricted")})
        if not self.restricted and law == PatientSection.Restriction.ALWAYS:
            raise ValidationError({"restricted": _("Under this section a patient is always restricted")})


class PatientStep(Notified, DatedFact):
    """Something that changes who meets the patient: leave, a hearing, a discharge, a recall, an absence.

    Conditions of a discharge are set by the Secretary of State (s.42(2)) or the Tribunal (s.73), never by MAPPA.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        TRIBUNAL = "tribunal", _("Tribunal hearing")
        DISCHARGE = "discharge", _("Discharge")
        RECALL = "recall", _("Recall to hospital")
        ABSENCE = "absence", _("Absent without leave or absconded")

    class Leave(models.TextChoices):
        GROUNDS_ESCORTED = "grounds-escorted", _("In the hospital’s grounds, escorted")
        GROUNDS = "grounds", _("In the hospital’s grounds, unescorted")
        COMMUNITY_ESCORTED = "community-escorted", _("In the community, escorted")
        COMMUNITY = "community", _("In the community, unescorted")
        OVERNIGHT = "overnight", _("Overnight, unescorted")
        LONG = "long", _("Longer leave, or trial leave to another hospital")

    class Discharge(models.TextChoices):
        CONDITIONAL = "conditional", _("Conditional discharge (restricted patients)")
        ABSOLUTE = "absolute", _("Absolute discharge")
        COMMUNITY = "community", _("Community treatment order (s.17A; patients who are not restricted)")
        PRISON = "prison", _("Return to prison")

    class Outcome(models.TextChoices):
        NOT_DISCHARGED = "not-discharged", _("Not discharged")
        DEFERRED = "deferred", _("Conditional discharge deferred")
        CONDITIONAL = "conditional", _("Conditional discharge directed")
        ABSOLUTE = "absolute", _("Absolute discharge, or discharge of an unrestricted patient")
        RECOMMENDED = "recommended", _("Leave, transfer or other step recommended")
        ADJOURNED = "adjourned", _("Adjourned or withdrawn")

    class Authority(models.TextChoices):
        SECRETARY_OF_STATE = "secretary-of-state", _("Secretary of State for Justice (Mental Health Casework Section)")
        CLINICIAN = "clinician", _("Responsible clinician")
        TRIBUNAL = "tribunal", _("First-tier Tribunal, or Mental Health Review Tribunal for Wales")
        MANAGERS = "managers", _("Hospital managers")

    may_be_planned: ClassVar[bool] = True
    PLANNED = (Kind.LEAVE, Kind.DISCHARGE)
    UNESCORTED = (Leave.COMMUNITY, Leave.OVERNIGHT, Leave.LONG)
    # Who may decide it of any patient (MHA 1983 ss.17, 17E, 23, 42, 72, 73); `wrong_for` says more.
    MAY_DECIDE: ClassVar = {
        Kind.LEAVE: {Authority.SECRETARY_OF_STATE, Authority.CLINICIAN},
        Kind.DISCHARGE: set(Authority),
        Kind.RECALL: {Authority.SECRETARY_OF_STATE, Authority.CLINICIAN},
    }

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="patient_steps")
    kind = models.CharField(max_length=10, choices=Kind)
    leave = models.CharField(max_length=20, choices=Leave, blank=True)
    discharge = models.CharField(max_length=20, choices=Discharge, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    authority = models.CharField(max_length=20, choices=Authority, blank=True)
    conditions = models.TextField(max_length=2000, blank=True)

    objects = PatientQuerySet["PatientStep"].as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("particular group")
        ordering = ["-from_on", "-pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(condition=Q(from_on__isnull=False), name="a_step_of_a_patient_has_its_day"),
            models.CheckConstraint(
                condition=(Q(kind="leave") & ~Q(leave="")) | (~Q(kind="leave") & Q(leave="")),
                name="leave_and_nothing_else_says_which",
            ),
            models.CheckConstraint(
                condition=(Q(kind="discharge") & ~Q(discharge="")) | (~Q(kind="discharge") & Q(discharge="")),
                name="a_discharge_and_nothing_else_says_which",
            ),
            models.CheckConstraint(
                condition=(Q(kind="tribunal") & ~Q(outcome="")) | (~Q(kind="tribunal") & Q(outcome="")),
                name="a_hearing_and_nothing_else_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["tribunal", "absence"], authority="")
                | (Q(kind__in=["leave", "discharge", "recall"]) & ~Q(authority="")),
                name="leave_discharge_and_recall_say_who_decided",
            ),
            models.CheckConstraint(
                condition=~Q(discharge="conditional") | Q(authority__in=["secretary-of-state", "tribunal"]),
                name="who_discharges_conditionally",
                violation_error_message=_(
                    "A conditional discharge is directed by the Secretary of State or the Tribunal."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["leave", "recall"]) | Q(authority__in=["secretary-of-state", "clinician"]),
                name="who_grants_leave_and_recalls",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        super().clean()
        if self.from_on is None:
            raise ValidationError({"from_on": _("Enter the date")})
        if self.from_on > dates.today() and self.kind not in self.PLANNED:
            raise ValidationError({"from_on": _("The date must be today or in the past")})
        if wrong := self._wrong_authority():
            raise ValidationError({"authority": wrong})

    def _wrong_authority(self) -> str:
        if self.discharge == self.Discharge.CONDITIONAL and self.authority not in (
            self.Authority.SECRETARY_OF_STATE,
            self.Authority.TRIBUNAL,
        ):
            return str(_("A conditional discharge is directed by the Secretary of State (s.42) or the Tribunal (s.73)"))
        if self.authority and self.authority not in self.MAY_DECIDE.get(self.Kind(self.kind), set()):
            return str(_("Choose who may decide this"))
        return ""

    @property
    def is_unescorted(self) -> bool:
        """Leave in the community without an escort."""
        return self.leave in self.UNESCORTED

    def wrong_for(self, patient: Patient | None) -> str:
        """Why the law does not let this be decided by `authority` for this patient; nothing when it does.

        Restricted: leave of absence and recall need the Secretary of State (s.41(3)(c) and (d), s.42(3)); discharge
        by clinician or managers needs his consent, and no community treatment order is made (s.41(3)(aa)).
        """
        minister, tribunal = self.Authority.SECRETARY_OF_STATE, self.Authority.TRIBUNAL
        if patient is None or not patient.restricted:
            conditional = self.discharge == self.Discharge.CONDITIONAL
            return str(_("Only a restricted patient is discharged conditionally")) if conditional and patient else ""
        in_grounds = self.leave in (self.Leave.GROUNDS, self.Leave.GROUNDS_ESCORTED)
        if self.kind == self.Kind.LEAVE and not in_grounds and self.authority != minister:
            return str(_("Restricted patient: leave only with the consent of the Secretary of State (s.41(3)(c))"))
        if self.kind == self.Kind.RECALL and self.authority != minister:
            return str(_("Restricted patient: only the Secretary of State recalls (s.42(3))"))
        if self.discharge == self.Discharge.COMMUNITY:
            return str(_("Restricted patient: no community treatment order is made (s.41(3)(aa))"))
        if self.kind == self.Kind.DISCHARGE and self.authority not in (minister, tribunal):
            return str(_("Restricted patient: the Secretary of State or the Tribunal discharges (ss.42 and 73)"))
        return ""
