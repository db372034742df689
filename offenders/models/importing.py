"""What came from another register: the runs of an import, the rows that wait for a person, and what the source said."""

from functools import partial
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why, memberships
from agencies.models import Agency, Area, Role, User
from agencies.models.user import system_user
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models.identifier import Identifier
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.visibility import beside_scope, scope_of

# How each row of a file ended, one letter a row.
CREATED, MATCHED, DIFFERS, QUARANTINED, EMPTY = "c", "m", "d", "q", "-"


class ImportRunQuerySet(GuardedQuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """A person's own; the system sees all, to go on with them."""
        return self.scoped(Q(pk__isnull=False) if scope_of(user).everything else Q(by=user.pk))

    def in_hand(self) -> Self:
        """Runs with a file that wait for the worker."""
        return self.filter(state__in=ImportRun.IN_HAND).exclude(stored_as="")


class ImportRun(ProtectedModel):
    """One file of one person: how far it was checked or loaded, and how many rows ended how.

    The same file of the same person is the same run: it goes on where it was killed, and loaded again it creates nothing.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked: nothing is loaded yet")
        LOADING = "loading", _("Being loaded")
        LOADED = "loaded", _("Loaded")
        REFUSED = "refused", _("Refused")
        STOPPED = "stopped", _("Stopped")
        EXPIRED = "expired", _("Expired: the file was deleted and not loaded")

    IN_HAND = (State.CHECKING, State.LOADING)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "IR"), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Where the rows of no known area are looked after, and for which agency the person brought the file.
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    # The last time: from then its days are counted.
    brought_at = models.DateTimeField(default=timezone.now)
    # Until when a worker has it; long past where one was killed.
    held_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    encoding = models.CharField(max_length=10)
    delimiter = models.CharField(max_length=1)
    # A random name in the storage; empty for a run by command, and once the file is deleted.
    stored_as = models.CharField(max_length=100, blank=True, editable=False)
    ignored = models.JSONField(default=list, blank=True)
    rows = models.PositiveIntegerField()
    # The number of the last row that is done, as a spreadsheet counts: what follows is done next.
    position = models.PositiveIntegerField(default=0)
    outcomes = models.TextField(blank=True, editable=False)
    refusal = models.TextField(blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint("by", "sha256", name="one_run_of_a_file"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0), name="a_run_says_of_which_file"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["loaded", "refused", "stopped", "expired"]) | Q(stored_as=""),
                name="a_finished_run_keeps_no_file",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:import_run", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id, lead=self.agency_id, owner_user=self.by_id)

    def why(self, user: User) -> Why:
        """His own file: no case is opened by it."""
        return Why("own import")

    def count(self, outcome: str) -> int:
        return self.outcomes.count(outcome)

    def outcome_of(self, number: int) -> str:
        """The letter of a row that is done; the first row of people is the second of the file."""
        return self.outcomes[number - 2]

    @property
    def done(self) -> int:
        """How many rows are done; empty lines are none."""
        return len(self.outcomes) - self.outcomes.count(EMPTY)


def _coordinated(user: User) -> list[int]:
    return sorted({m.agency.area_id for m in memberships(user) if m.role_id == Role.Code.COORDINATOR})


def _numbers_kept_from(user: User) -> list[str]:
    """Every number of the cases from which somebody is excluded."""
    excluded = scope_of(user).excluded
    if not excluded:
        return []
    held = Identifier.objects.visible_to(system_user()).filter(offender__in=sorted(excluded))
    return beside_scope(user, "numbers kept from him", lambda: sorted(set(held.values_list("value", flat=True))))


class ImportRowQuerySet(GuardedQuerySet["ImportRow"]):
    def visible_to(self, user: User) -> Self:
        """Rows of the person's own files, and those that a load left in the areas that he coordinates; nobody else's.

        A row about a case on record is seen, by others than who brought it, with the case alone. A row with a number of
        a case from which somebody is excluded he does not see, whoever brought it.
        """
        if scope_of(user).everything:
            return self.scoped(Q(pk__isnull=False))
        rule = Q(run__by=user.pk)
        if areas := _coordinated(user) if user.pk else []:
            seen = Q(case_reference="") | Q(case_reference__in=Offender.objects.visible_to(user).values("reference"))
            rule |= Q(area__in=areas, checked_only=False) & seen
        if numbers := _numbers_kept_from(user):
            rule &= ~Q(numbers__overlap=numbers)
        return self.scoped(rule)

    def waiting(self) -> Self:
        """Rows that a load left and nobody has put right, looked at or set aside."""
        return self.filter(state__in=ImportRow.OPEN, checked_only=False)


class ImportRow(ProtectedModel):
    """A row of which there is something to say: it could not be loaded as it is, or the record says something else.

    A person puts it right or looks into it, or sets it aside and says why. Once it is loaded its cells are not kept: they
    are in the case.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a person")
        DIFFERS = "differs", _("On record already, and different: somebody must look")
        NOTED = "noted", _("With a warning")
        LOADED = "loaded", _("Loaded")
        DISCARDED = "discarded", _("Set aside")

    OPEN = (State.WAITING, State.DIFFERS)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "IW"), editable=False)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="quarantined")
    number = models.PositiveIntegerField()
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    cells = models.JSONField(default=dict, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    # Its numbers in their canonical form, as far as they can be read: from whom the row is kept.
    numbers = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # The case that it is about; empty where there is none. No key: the row is told of a case, and is no part of it.
    case_reference = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Made by a check: it goes with the check, and only a load makes it wait for people.
    checked_only = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    discard_reason = models.TextField(blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint("run", "number", name="a_row_waits_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "differs"],
                    settled_at__isnull=True,
                    settled_by__isnull=True,
                    discard_reason="",
                )
                | Q(state="noted", settled_at__isnull=True, settled_by__isnull=True, discard_reason="", cells={})
                | (Q(state="discarded", settled_at__isnull=False, settled_by__isnull=False) & ~Q(discard_reason=""))
                | Q(state="loaded", settled_at__isnull=False, settled_by__isnull=False, discard_reason="", cells={}),
                name="a_settled_row_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="differs") | ~Q(case_reference=""), name="a_row_that_differs_says_from_which_case"
            ),
        ]
        indexes = [
            models.Index(
                fields=["area", "made_at", "id"],
                name="rows_waiting",
                condition=Q(state__in=["waiting", "differs"], checked_only=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("offenders:import_row", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id, lead=self.run.agency_id, owner_user=self.run.by_id)

    def why(self, user: User) -> Why:
        """A row is no case yet."""
        return Why("import")


class SourceStatusQuerySet(CaseQuerySet["SourceStatus"]):
    def above(self) -> Self:
        """What a source manages at a higher level than mappa does now: somebody must refer the person, or say why not."""
        return self.filter(level__gt=F("offender__level"), offender__ended_on__isnull=True)

    def elsewhere(self) -> Self:
        """What a source puts in another category than is recorded."""
        return self.filter(category__isnull=False).exclude(category=F("offender__category"))


class SourceStatus(CaseModel):
    """What the register that a case came from said of category and level, to the letter. It decides nothing here."""

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="source_statuses")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="statuses")
    source = models.CharField(max_length=200)
    category = models.PositiveSmallIntegerField(choices=Offender.Category, null=True, blank=True)
    level = models.PositiveSmallIntegerField(choices=Offender.Level, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SourceStatusQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(source=""), name="a_source_said_something")]

    def __str__(self) -> str:
        return f"source of case {self.offender_id}"
