"""Who saw and did what, what was changed, and the seals on it. Rows are added and never changed.

The application may add reads and acts; the history of changes is written by the database itself (audit/sql/changes.sql), and
so are the seals (audit/sql/seals.sql). The tables stand in monthly parts (audit/sql/keeping.sql).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def _by(field: str, name: str) -> models.Index:
    return models.Index(fields=[field, "at"], condition=Q(**{f"{field}__isnull": False}), name=name)


class Act(models.TextChoices):
    """What kind of thing was done: the verbs of section 62 of the Data Protection Act 2018, and finer ones."""

    VIEW = "V", _("Viewed")
    LIST = "L", _("Listed")
    SEARCH = "S", _("Searched")
    REVEAL = "R", _("Revealed")
    DOWNLOAD = "D", _("Downloaded")
    PRINT = "P", _("Printed")
    EXPORT = "E", _("Exported")
    CHANGE = "C", _("Changed")
    SEND = "F", _("Sent a form")
    MERGE = "M", _("Merged records")
    DISCLOSE = "X", _("Disclosed")
    ERASE = "Z", _("Erased")
    BREAK_GLASS = "B", _("Opened in an emergency")
    TELL = "N", _("Told")


def act_of(event: str) -> Act:
    """What a read is that is recorded under one of two names, `….downloaded` or another."""
    return Act.DOWNLOAD if event.endswith(".downloaded") else Act.VIEW


class AccessEvent(models.Model):
    """One act, read or refusal, by one person, about one thing.

    Ids and not foreign keys: the record outlives what it is about. No names, no contents.
    """

    class Outcome(models.TextChoices):
        ALLOWED = "A", _("Allowed")
        DENIED = "N", _("Denied")

    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=60)
    act = models.CharField(max_length=1, choices=Act, default=Act.CHANGE)
    outcome = models.CharField(max_length=1, choices=Outcome, default=Outcome.ALLOWED)
    actor_id = models.BigIntegerField(null=True)
    # The agency for which he acted: whose log it is.
    agency_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=40, blank=True)
    # What he needs the case for, or by which part in it he has it (access.md, Purpose).
    purpose = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=32)
    session = models.CharField(max_length=16, blank=True)
    ip = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            _by("case_id", "access_by_case"),
            _by("actor_id", "access_by_actor"),
            _by("agency_id", "access_by_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.reference}".strip()


class SignInEvent(models.Model):
    """A sign-in, a refused one, a sign-out, or a change of what somebody signs in with."""

    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=32)
    session = models.CharField(max_length=16, blank=True)
    ip = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [_by("actor_id", "sign_ins_by_actor"), _by("agency_id", "sign_ins_by_agency")]

    def __str__(self) -> str:
        return self.event


class Change(models.Model):
    """A row that was added, changed or removed, by whatever way: old and new values, and who said that he did it.

    Of a change only the columns that changed. Secrets (a password) are named and not shown. `db_user` and `backend` are what
    Postgres itself knows, where the rest is what the application claims. The contents of an erased case are gone, and
    `certificate` names the erasure.
    """

    class Operation(models.TextChoices):
        ADDED = "I", _("Added")
        CHANGED = "U", _("Changed")
        REMOVED = "D", _("Removed")

    at = models.DateTimeField()
    operation = models.CharField(max_length=1, choices=Operation)
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=64)
    case_id = models.BigIntegerField(null=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    actor_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=32)
    session = models.CharField(max_length=16)
    ip = models.GenericIPAddressField(null=True)
    # The route, the task or the command.
    origin = models.CharField(max_length=120)
    purpose = models.CharField(max_length=40)
    db_user = models.CharField(max_length=63)
    backend = models.IntegerField()
    certificate = models.CharField(max_length=40)

    class Meta:
        indexes = [
            _by("case_id", "changes_by_case"),
            _by("actor_id", "changes_by_actor"),
            _by("agency_id", "changes_by_agency"),
            models.Index(fields=["table_name", "row_id", "at"], name="changes_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.operation}"


class Seal(models.Model):
    """All rows of the three tables that transactions from `low` to below `high` wrote, under one hash over the seal before.

    `leaves` is for saying which row was tampered with: for each a letter, its id and the beginning of its digest.
    """

    made_at = models.DateTimeField()
    epoch = models.SmallIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    rows = models.IntegerField()
    root = models.BinaryField()
    leaves = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["made_at"], name="seals_by_day")]

    def __str__(self) -> str:
        return f"seal {self.pk}"
