"""Notifications that the person gave, what is due next, and what was not done."""

from datetime import date
from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mappa.reference_numbers import new_reference
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.models.premises import OtherPremises
from offenders.models.requirement import NotificationRequirement, Regime
from offenders.models.travel import ForeignTravel


class NotificationQuerySet(CaseQuerySet["Notification"]):
    def standing(self) -> Self:
        """Notifications that were not struck out."""
        return self.filter(struck_on__isnull=True)


class Notification(CaseModel):
    """What the person told the police, when, where and how, and whether that was on time. Struck out when it is wrong."""

    class Kind(models.TextChoices):
        INITIAL = "initial", _("Initial notification")
        NAME = "name", _("Change of name")
        ADDRESS = "address", _("Change of home address")
        PREMISES = "premises", _("Other premises")
        PERIODIC = "periodic", _("Periodic notification")
        RELEASE = "release", _("Release from custody or hospital")
        TRAVEL_LEAVE = "travel_leave", _("Leaving the United Kingdom")
        TRAVEL_RETURN = "travel_return", _("Return to the United Kingdom")
        CHILD = "child", _("Household with a child")
        MONEY = "money", _("Bank account, card or identity document")

    class Method(models.TextChoices):
        IN_PERSON = "in_person", _("In person at a police station")
        OTHER = "other", _("Another way that the law allows")

    # After each of these a year, or a week, begins anew (s.85(2)); what is told about travel (s.86) does not count.
    COUNTED = (
        Kind.INITIAL,
        Kind.NAME,
        Kind.ADDRESS,
        Kind.PREMISES,
        Kind.PERIODIC,
        Kind.RELEASE,
        Kind.CHILD,
        Kind.MONEY,
    )
    # These are about an event with a day of its own, and may be told before it happens (s.84(2)).
    CHANGES = (Kind.NAME, Kind.ADDRESS, Kind.CHILD, Kind.MONEY)
    # Chosen on a form of their own, from the premises or the journey they are about.
    ABOUT_A_ROW = (Kind.PREMISES, Kind.TRAVEL_LEAVE, Kind.TRAVEL_RETURN)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "NT"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="notifications")
    requirement = models.ForeignKey(NotificationRequirement, models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=15, choices=Kind)
    given_on = models.DateField()
    place = models.CharField(_("police station"), max_length=120)
    method = models.CharField(max_length=10, choices=Method, default=Method.IN_PERSON)
    received_by = models.CharField(max_length=120)
    acknowledged = models.BooleanField(_("acknowledged in writing"), default=False)
    what = models.TextField(_("what was notified"))
    fingerprints = models.BooleanField(_("fingerprints taken"), default=False)
    photographs = models.BooleanField(_("photographs taken"), default=False)
    no_fixed_abode = models.BooleanField(_("no sole or main residence"), default=False)
    premises = models.ForeignKey(OtherPremises, models.PROTECT, related_name="notifications", null=True, blank=True)
    travel = models.ForeignKey(ForeignTravel, models.PROTECT, related_name="notifications", null=True, blank=True)
    # Of a change: when it happened; or, told in advance, when it was expected, and what came of it.
    happened_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    not_happened_by = models.DateField(null=True, blank=True)
    said_on = models.DateField(null=True, blank=True)
    # Against which deadline it was measured, as the law function gave it on the day of recording; none for some.
    due_on = models.DateField(null=True, blank=True)
    on_time = models.BooleanField(null=True, blank=True)
    authority = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    struck_on = models.DateField(null=True, blank=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    struck_reason = models.TextField(blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "requirement",
                condition=Q(kind="initial", struck_on__isnull=True),
                name="one_initial_notification",
                violation_error_message=_("The initial notification is recorded already: choose another kind."),
            ),
            models.UniqueConstraint(
                "travel",
                "kind",
                condition=Q(travel__isnull=False, struck_on__isnull=True),
                name="travel_is_notified_once",
                violation_error_message=_("This notification of the journey is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(struck_on__isnull=True, struck_by__isnull=True, struck_reason="")
                | (Q(struck_on__isnull=False, struck_by__isnull=False) & ~Q(struck_reason="")),
                name="a_struck_notification_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(kind="premises", premises__isnull=False) | (Q(premises__isnull=True) & ~Q(kind="premises")),
                name="notified_premises_are_named",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["travel_leave", "travel_return"], travel__isnull=False)
                | (Q(travel__isnull=True) & ~Q(kind__in=["travel_leave", "travel_return"])),
                name="notified_travel_is_named",
            ),
            models.CheckConstraint(
                condition=Q(expected_on__isnull=True) | Q(expected_on__gt=F("given_on")),
                name="an_advance_notice_comes_before",
                violation_error_message=_("The expected day must be after the day of the notification."),
            ),
            models.CheckConstraint(
                condition=Q(expected_on__isnull=True) | Q(kind__in=["name", "address", "child", "money"]),
                name="only_a_change_is_told_in_advance",
            ),
            models.CheckConstraint(
                condition=(Q(due_on__isnull=True, on_time__isnull=True))
                | Q(due_on__isnull=False, on_time__isnull=False),
                name="measured_against_a_deadline",
            ),
        ]
        indexes = [models.Index(fields=["offender", "-given_on", "-id"], name="notifications_of_a_case")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:notification", args=[self.offender.reference])

    @property
    def is_open_notice(self) -> bool:
        """Given in advance, and nobody has recorded whether the change came."""
        return self.expected_on is not None and self.happened_on is None and self.struck_on is None


class DueQuerySet(CaseQuerySet["NotificationDue"]):
    def open(self) -> Self:
        """What is still to be done."""
        return self.filter(done_by__isnull=True, superseded_on__isnull=True)

    def missed(self) -> Self:
        """What was done after its day, or had not been done when its requirements ended: it is no longer open.

        Not what was superseded because the facts were put right, nor what a quashed conviction asked for.
        """
        ended = Q(
            superseded_on__gt=F("due_on"),
            superseded_on__gte=F("requirement__ended_on"),
            requirement__ended_on__gte=F("due_on"),
        ) & ~Q(requirement__end_reason="quashed")
        return self.filter(Q(done_by__given_on__gt=F("due_on")) | ended).exclude(what__in=["review", "check"])


class NotificationDue(CaseModel):
    """Something that the person must do by a day, as the law functions gave it; for a review, the first day for asking."""

    class What(models.TextChoices):
        INITIAL = "initial", _("Initial notification")
        PERIODIC = "periodic", _("Periodic notification")
        RELEASE = "release", _("Notification of release")
        CHANGE = "change", _("Notification of a change")
        PREMISES = "premises", _("Notification of other premises")
        ADVANCE = "advance", _("What came of an advance notice")
        TRAVEL_LEAVE = "travel_leave", _("Notice of leaving the United Kingdom")
        TRAVEL_RETURN = "travel_return", _("Notification of return to the United Kingdom")
        REVIEW = "review", _("Indefinite requirements: an application for review is possible")
        CHECK = "check", _("Check whether the requirements still stand")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "ND"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="notification_dues")
    requirement = models.ForeignKey(NotificationRequirement, models.CASCADE, related_name="dues")
    regime = models.CharField(max_length=7, choices=Regime)
    what = models.CharField(max_length=15, choices=What)
    due_on = models.DateField()
    authority = models.CharField(max_length=160)
    explanation = models.CharField(max_length=500)
    # What it is about: the reference of a notice, premises, a journey, a home or a name, the day of a release; empty
    # where the requirement says all.
    about = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    done_by = models.ForeignKey(Notification, models.PROTECT, related_name="done", null=True, blank=True)
    superseded_on = models.DateField(null=True, blank=True)

    objects = DueQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "offender",
                "regime",
                "what",
                "about",
                condition=Q(done_by__isnull=True, superseded_on__isnull=True),
                name="one_open_due_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | Q(superseded_on__isnull=True), name="due_is_done_or_superseded"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="notification_dues_open",
                condition=Q(done_by__isnull=True, superseded_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_overdue(self, on: date) -> bool:
        """The day has passed. A review is nobody's duty and never overdue."""
        return self.what != self.What.REVIEW and self.due_on < on

    def was_missed(self, on: date) -> bool:
        """Nobody had done it when its day had passed: so it stands open, or was done or superseded after that day."""
        if self.what == self.What.CHECK or not self.is_overdue(on):
            return False
        closed_on = self.done_by.given_on if self.done_by else self.superseded_on
        return closed_on is None or closed_on > self.due_on


class NotificationBreach(CaseModel):
    """A duty that was not done, or false information, and what came of it (SOA 2003 s.91; CTA 2008 s.54)."""

    class Action(models.TextChoices):
        OPEN = "open", _("Being looked into")
        CHARGED = "charged", _("Charged")
        CAUTIONED = "cautioned", _("Cautioned")
        NO_ACTION = "no_action", _("No further action")
        EXCUSE = "excuse", _("Reasonable excuse")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "NB"), editable=False)
    offender = models.ForeignKey(Offender, models.CASCADE, related_name="notification_breaches")
    requirement = models.ForeignKey(NotificationRequirement, models.PROTECT, related_name="breaches")
    due = models.ForeignKey(NotificationDue, models.PROTECT, related_name="breaches", null=True, blank=True)
    what = models.TextField(_("what was not done, or was false"))
    discovered_on = models.DateField()
    action = models.CharField(max_length=10, choices=Action, default=Action.OPEN)
    action_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = CaseQuerySet["NotificationBreach"].as_manager()

    class Meta:
        ordering = ["-discovered_on", "-pk"]
        verbose_name_plural = _("notification breaches")
        constraints = [
            models.UniqueConstraint(
                "due",
                name="one_breach_of_a_duty",
                violation_error_message=_("A breach of this duty is recorded already (one failure, one offence)."),
            ),
            models.CheckConstraint(
                condition=Q(action="open", action_on__isnull=True, decided_by__isnull=True)
                | (~Q(action="open") & Q(action_on__gte=F("discovered_on"), decided_by__isnull=False)),
                name="a_decided_breach_says_when",
                violation_error_message=_("The day of the action must be on or after the day of discovery."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
