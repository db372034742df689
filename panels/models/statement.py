"""The confidentiality statement that is read at the start of a meeting, and who has agreed to it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import Agency, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from offenders.visibility import scope_of
from panels.models.meeting import Meeting


class StatementQuerySet(models.QuerySet["Statement"]):
    def in_force(self, on: date) -> "Statement | None":
        """The newest edition that holds on a day."""
        return self.filter(from_on__lte=on).order_by("-from_on", "-pk").first()


class Statement(models.Model):
    """An edition of the statement (domain.md 3.4). What was agreed to is kept: a new wording is a new edition."""

    edition = models.CharField(max_length=60, unique=True)
    from_on = models.DateField(_("in force from"))
    text = models.TextField(help_text=_("A line for each paragraph."))
    citation = models.CharField(max_length=200)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on", "-pk"]
        verbose_name = _("confidentiality statement")

    def __str__(self) -> str:
        return self.edition


class AgreementQuerySet(GuardedQuerySet["Agreement"]):
    def visible_to(self, user: User) -> Self:
        """Who agreed at meetings of the user's areas, and the user's own agreement."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        return self.scoped(Q(meeting__area__in=sorted(scope.areas)) | Q(user=user.pk))

    def of_meeting(self, meeting: Meeting) -> Self:
        """Who agreed at a meeting the caller already holds."""
        return self.scoped(Q(meeting=meeting))


class Agreement(ProtectedModel):
    """Somebody who came for an agency agreed to the statement: himself, or read out and noted by the minute-taker."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agreements")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    name = models.CharField(max_length=120)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="+")
    read_out = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "agency",
                "name",
                name="an_agreement_once",
                violation_error_message=_("This is recorded already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="an_agreement_names_who_agreed"),
        ]

    def __str__(self) -> str:
        return f"agreement at {self.meeting_id}"

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return self.meeting.parts()

    def why(self, user: User) -> Why:
        """A meeting is no case."""
        return self.meeting.why(user)
