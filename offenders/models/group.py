"""Particular groups (MAPPA Guidance chapters 16, 23 to 26): foreign nationals, terrorism, armed forces, young people."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from mappa import dates
from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender

# As papers write them: letters, figures and the signs between, so that no sentence is written into a number.
NUMBER = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9 /.-]*$", _("Enter letters, numbers, spaces, slashes and hyphens only"))


class GroupFact(DatedFact):
    """What is kept because a person belongs to a group. A change is a new row, and the one before ends.

    All have one name in the timeline, so that it never tells of which group somebody is.
    """

    class Meta(DatedFact.Meta):
        abstract = True
        verbose_name = _("particular group")
        ordering = ["-from_on", "-pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.UniqueConstraint(
                "offender",
                condition=Q(withdrawn_at__isnull=True, until__isnull=True),
                name="one_%(class)s_at_a_time",
                violation_error_message=_("This is recorded already: change it instead."),
            ),
        ]


class Immigration(GroupFact):
    """The immigration status of a foreign national, and how far deportation or removal has come."""

    class Status(models.TextChoices):
        CITIZEN = "citizen", _("British or Irish citizen: not subject to immigration control")
        SETTLED = "settled", _("Indefinite leave or settled status")
        LIMITED = "limited", _("Limited leave or pre-settled status")
        CLAIM = "claim", _("Asylum or human rights claim not decided")
        PROTECTION = "protection", _("Refugee or humanitarian protection")
        NONE = "none", _("No leave to be in the United Kingdom")
        UNKNOWN = "unknown", _("Not known")

    class Progress(models.TextChoices):
        NOT_CONSIDERED = "not-considered", _("Not considered, or not known")
        CONSIDERED = "considered", _("Deportation or removal is considered")
        DECIDED = "decided", _("Decision to deport or remove was made")
        APPEAL = "appeal", _("Appeal or claim pending")
        ORDERED = "ordered", _("Deportation order signed")
        DIRECTIONS = "directions", _("Removal directions set")
        REMOVED = "removed", _("Deported or removed")
        ENDED = "ended", _("No longer pursued, or order revoked")

    DATED = (Progress.DECIDED, Progress.APPEAL, Progress.ORDERED, Progress.DIRECTIONS, Progress.REMOVED)

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="immigration_records")
    status = models.CharField(max_length=15, choices=Status)
    home_office_reference = models.CharField(_("Home Office reference"), max_length=30, blank=True, validators=[NUMBER])
    detained = models.BooleanField(_("detained under immigration powers"), default=False)
    progress = models.CharField(max_length=15, choices=Progress, default=Progress.NOT_CONSIDERED)
    progress_on = models.DateField(null=True, blank=True)
    informed_on = models.DateField(null=True, blank=True)
    contact = models.CharField(max_length=200, blank=True)

    objects = FactQuerySet["Immigration"].as_manager()

    class Meta(GroupFact.Meta):
        constraints = [
            *GroupFact.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(progress__in=["decided", "appeal", "ordered", "directions", "removed"])
                | Q(progress_on__isnull=False),
                name="a_step_of_deportation_is_dated",
                violation_error_message=_("Enter the date of the decision or step."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.progress in self.DATED and self.progress_on is None:
            raise ValidationError({"progress_on": _("Enter the date of the decision or step")})
        lies_ahead = self.progress == self.Progress.DIRECTIONS
        if self.progress_on and self.progress_on > dates.today() and not lies_ahead:
            raise ValidationError({"progress_on": _("The date must be today or in the past")})
        if self.informed_on and self.informed_on > dates.today():
            raise ValidationError({"informed_on": _("The date must be today or in the past")})


class CounterTerrorism(GroupFact):
    """Who leads on a terrorist or terrorism-risk offender, and what a court determined. Never intelligence."""

    class Lead(models.TextChoices):
        LED = "led", _("Led by counter-terrorism policing or the probation terrorism unit")
        CO_LED = "co-led", _("Led jointly with them")
        INFORMED = "informed", _("They are informed; the lead agency leads")
        NOT_INFORMED = "not-informed", _("They are not informed yet")

    class Connection(models.TextChoices):
        RELEVANT = "relevant", _("Convicted of a relevant terrorist offence")
        DETERMINED = "determined", _("A court determined a terrorist connection")
        NONE = "none", _("No terrorist connection determined")
        UNKNOWN = "unknown", _("Not known")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="terrorism_records")
    lead = models.CharField(max_length=15, choices=Lead)
    unit = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    connection = models.CharField(max_length=15, choices=Connection)
    determined_on = models.DateField(null=True, blank=True)
    search_condition = models.BooleanField(null=True, blank=True)

    objects = FactQuerySet["CounterTerrorism"].as_manager()

    class Meta(GroupFact.Meta):
        constraints = [
            *GroupFact.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(lead__in=["led", "co-led", "informed"]) | ~Q(unit=""),
                name="counter_terrorism_names_the_unit",
                violation_error_message=_("Enter the unit."),
            ),
            models.CheckConstraint(
                condition=Q(determined_on__isnull=True) | Q(connection="determined"),
                name="only_a_determination_has_its_day",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.lead != self.Lead.NOT_INFORMED and not self.unit:
            raise ValidationError({"unit": _("Enter the unit")})
        if self.determined_on and self.connection != self.Connection.DETERMINED:
            raise ValidationError({"determined_on": _("Leave this empty unless a court determined a connection")})
        if self.determined_on and self.determined_on > dates.today():
            raise ValidationError({"determined_on": _("The date must be today or in the past")})


class ArmedService(GroupFact):
    """Service in the armed forces, now or once."""

    class Status(models.TextChoices):
        SERVING = "serving", _("Serving")
        RESERVIST = "reservist", _("Reservist")
        VETERAN = "veteran", _("Veteran")

    class Branch(models.TextChoices):
        NAVY = "navy", _("Royal Navy")
        MARINES = "marines", _("Royal Marines")
        ARMY = "army", _("Army")
        AIR_FORCE = "air-force", _("Royal Air Force")
        OTHER = "other", _("Forces of another country")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="service_records")
    status = models.CharField(max_length=10, choices=Status)
    branch = models.CharField(max_length=10, choices=Branch)
    service_number = models.CharField(max_length=20, blank=True, validators=[NUMBER])
    unit = models.CharField(max_length=120, blank=True)
    police_contact = models.CharField(max_length=200, blank=True)

    objects = FactQuerySet["ArmedService"].as_manager()


class Transition(GroupFact):
    """The plan by which a young person's case goes to adult services when he becomes 18."""

    # The day from which the adult service leads lies ahead, mostly.
    may_be_planned: ClassVar[bool] = True

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="transitions")
    agreed_on = models.DateField()
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    plan = models.TextField(max_length=2000)

    objects = FactQuerySet["Transition"].as_manager()

    def clean(self) -> None:
        super().clean()
        agreed_on: date | None = self.agreed_on
        if agreed_on is not None and agreed_on > dates.today():
            raise ValidationError({"agreed_on": _("The date must be today or in the past")})
