"""What approved minutes say instead, since when, and why: the approved words stay as they are."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa.reference_numbers import new_reference
from offenders.visibility import scope_of
from panels.models.audience import without_conflict
from panels.models.distribution import issued_rule
from panels.models.meeting import AgendaItem, Invitation, ItemModel, ItemQuerySet, Meeting, item_rule, minuting_rule
from panels.models.minutes import Paragraph


class AmendmentQuerySet(ItemQuerySet["Amendment"]):
    def visible_to(self, user: User) -> Self:
        """Amendments of what the user may read: those in force to every reader, proposals where minutes are written, and to
        whoever chaired the meeting or proposed them, though the case was handed to another area since."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        readable = Paragraph.objects.visible_to(user).order_by().values("pk")
        in_force = Q(version__isnull=False) & issued_rule(scope)
        about = Q(paragraph__isnull=True) | Q(paragraph__in=readable)
        proposed = minuting_rule(user, scope) | Q(item__meeting__chair=user) | Q(proposed_by=user)
        return self.scoped(rows & about & without_conflict(user) & (in_force | proposed))

    def of_meeting(self, meeting: Meeting) -> Self:
        """Amendments in force of a meeting the caller already holds, in their order: what the seal is made of."""
        return self.scoped(Q(item__meeting=meeting, version__isnull=False)).order_by("version")

    def version_of(self, meeting: Meeting) -> int:
        """Which version of a meeting's minutes is in force. How many were amended is no secret, of whom is."""
        newest: int | None = self.of_meeting(meeting).aggregate(newest=Max("version"))["newest"]
        return newest or 1

    def undecided(self) -> Self:
        return self.filter(outcome="")


class Amendment(ItemModel):
    """Other words for one part of approved minutes. Countersigned by somebody else, it makes a new version of them."""

    class Part(models.TextChoices):
        PARAGRAPH = "paragraph", _("A paragraph")
        RATIONALE = "rationale", _("Why this level")
        CATEGORY = "category_reasons", _("Why the category does not hold")
        PLAN = "plan_changes", _("Changes of the plan")
        DISCLOSURE = "disclosure_reasons", _("Why disclosure was decided so")
        PRESUMPTION = "against_presumption", _("Why the presumption does not hold")
        CRITICAL = "critical_reasons", _("Why this is, or is not, a critical public protection case")
        MEDIA = "media_reasons", _("Why a media plan is, or is not, needed")
        ATTENDANCE = "attendance", _("Attendance")

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Countersigned")
        REFUSED = "refused", _("Refused")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "AM"), editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="amendments")
    part = models.CharField(max_length=20, choices=Part)
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="amendments", null=True, blank=True)
    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="amendments", null=True, blank=True)
    was = models.TextField(blank=True)
    becomes = models.TextField()
    reason = models.CharField(max_length=300)
    proposed_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # Of the minutes that it makes, and their seal, which holds the seal of the version before.
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "part",
                "paragraph",
                "invitation",
                condition=Q(outcome=""),
                nulls_distinct=False,
                name="one_open_amendment_of_a_part",
                violation_error_message=_("An amendment of this part waits already. It must be decided first."),
            ),
            models.CheckConstraint(
                condition=Q(part="paragraph", paragraph__isnull=False, invitation__isnull=True)
                | Q(part="attendance", paragraph__isnull=True, invitation__isnull=False)
                | (~Q(part__in=["paragraph", "attendance"]) & Q(paragraph__isnull=True, invitation__isnull=True)),
                name="an_amendment_says_of_what",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(outcome="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="an_amendment_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused", decision_reason=""),
                name="a_refused_amendment_says_why",
                violation_error_message=_("Enter why it is refused."),
            ),
            models.CheckConstraint(
                condition=(Q(outcome="accepted", version__gt=1) & ~Q(digest=""))
                | (~Q(outcome="accepted") & Q(version__isnull=True, digest="")),
                name="a_countersigned_amendment_is_a_version",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="nobody_countersigns_his_own_amendment",
                violation_error_message=_("You proposed this. Somebody else must decide it."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:decide_amendment", args=[self.reference])
