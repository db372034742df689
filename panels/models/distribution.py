"""To whom approved minutes went: the agencies they were sent to, the copies that were taken, and what was sent on."""

from dataclasses import replace
from functools import partial
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, areas_granting
from agencies.models import Agency, User
from disclosures.models.request import answers_for
from mappa import dates
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.visibility import Scope, scope_of
from panels.models.meeting import AgendaItem, Invitation, ItemModel, ItemQuerySet, Meeting, item_rule, minuting_rule


def issued_rule(scope: Scope, prefix: str = "item__") -> Q:
    """Items whose approved minutes were sent to one of the user's agencies, or whose case names him."""
    sent = Distribution.objects.filter(agency__in=sorted(scope.agencies)).values("item")
    to_him = Q(**{f"{prefix}pk__in": sent}) | Q(**{f"{prefix}offender__in": sorted(scope.named)})
    return Q(**{f"{prefix}meeting__state": Meeting.State.APPROVED}) & to_him


def left_for_conflict(user: User) -> models.QuerySet[Any, Any]:
    """The items that the user left for a conflict of interest, as the newest version of the minutes says it."""
    amendments = apps.get_model("panels", "Amendment")._default_manager
    newest = amendments.scoped(Q(invitation=OuterRef("pk"), version__isnull=False)).order_by("-version")
    says = Coalesce(Subquery(newest.values("becomes")[:1]), "attendance", output_field=models.TextField())
    rows = Invitation.objects.scoped(Q(attended_by=user.pk)).annotate(says=says)
    return rows.filter(says=Invitation.Attendance.CONFLICT).order_by().values("item")


def read_by(user: User, items: list[AgendaItem]) -> set[int]:
    """Of items the user sees, those whose minutes he reads: another agency's only once they were sent to it.

    What he left for a conflict of interest he does not read.
    """
    scope, rows = scope_of(user), AgendaItem.objects.visible_to(user).filter(pk__in=[item.pk for item in items])
    if not scope.everything:
        rows = rows.filter(issued_rule(scope, "") | minuting_rule(user, scope, ""))
        rows = rows.exclude(pk__in=left_for_conflict(user))
    return set(rows.values_list("pk", flat=True))


class DistributionQuerySet(ItemQuerySet["Distribution"]):
    def of_meeting(self, meeting: Meeting) -> Self:
        """To whom a meeting's minutes were sent, for a meeting the caller already holds."""
        return self.scoped(Q(item__meeting=meeting))

    def unread(self) -> Self:
        """Agencies in which nobody has opened the newest version."""
        return self.filter(read_version__lt=F("version"))


class Distribution(ItemModel):
    """The minutes of one item, sent to one agency. Only such an agency reads them, besides the Responsible Authority."""

    class Basis(models.TextChoices):
        ATTENDED = "attended", _("Was there")
        INFORMED = "informed", _("Sent information")
        APOLOGISED = "apologised", _("Gave apologies")
        OWNER = "owner", _("Has an action")

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="distributions")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=10, choices=Basis)
    # The newest version that the agency was told of, when, and by when somebody there should have read it.
    version = models.PositiveSmallIntegerField(default=1)
    told_at = models.DateTimeField()
    read_due_on = models.DateField()
    # The newest version that somebody of the agency has opened; 0 while nobody has.
    read_version = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = DistributionQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name", "pk"]
        constraints = [
            models.UniqueConstraint("item", "agency", name="minutes_sent_once_to_an_agency"),
            models.CheckConstraint(
                condition=Q(read_version=0, read_at__isnull=True, read_by__isnull=True)
                | Q(read_version__gt=0, read_at__isnull=False, read_by__isnull=False),
                name="a_read_version_says_who_read_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "read_due_on"], name="minutes_unread", condition=Q(read_version__lt=F("version"))
            )
        ]

    def __str__(self) -> str:
        return f"minutes of {self.item_id} to {self.agency_id}"

    def get_absolute_url(self) -> str:
        return reverse("panels:minutes", args=[self.item.meeting.reference])


class MinutesCopyQuerySet(GuardedQuerySet["MinutesCopy"]):
    def visible_to(self, user: User) -> Self:
        """One's own copies, and those of meetings that one minutes; of one person's summary only where one sees the item."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        mine = Q(reader=user) | Q(meeting__area__in=areas_granting(user, Perm.TAKE_MINUTES))
        return self.scoped(mine & (Q(item__isnull=True) | item_rule(scope, "item__")))


class MinutesCopy(ProtectedModel):
    """A copy that somebody took, with a serial number that stands on each of its pages. Never changed."""

    class Kind(models.TextChoices):
        PAGE = "page", _("Page")
        PDF = "pdf", _("PDF")
        WORD = "docx", _("Word")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "CP"), editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="copies")
    # Of a copy about one person alone: a summary, or minutes that were sent on.
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="+", null=True, blank=True)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind)
    is_summary = models.BooleanField(default=False)
    # 0 is a draft.
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    # SHA-256 of the file, or of the words of the page.
    digest = models.CharField(max_length=64)

    objects = MinutesCopyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["meeting", "reader", "-at"], name="copies_of_a_meeting")]

    def __str__(self) -> str:
        return self.reference

    def case_id_for_audit(self) -> int | None:
        return self.item.offender_id if self.item else None

    def parts(self) -> Parts:
        return self.item.parts() if self.item else self.meeting.parts()

    def why(self, user: User) -> Why:
        return self.item.why(user) if self.item else self.meeting.why(user)


def sent_on_rule(user: User) -> Q:
    """What was sent on to an agency of the user, until its day, and nothing of a restricted case or one closed to him."""
    rule = Q(
        outcome=OnwardRequest.Outcome.PERMITTED,
        agency__in=answers_for(user),
        until__gte=dates.today(),
        item__offender__restricted=False,
    )
    if excluded := scope_of(user).excluded:
        rule &= ~Q(item__offender__in=sorted(excluded))
    return rule


class OnwardRequestQuerySet(ItemQuerySet["OnwardRequest"]):
    def visible_to(self, user: User) -> Self:
        """To those who minute, decide or asked; and what was permitted to the agency it was sent to: that gives no case."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        decides = Q(item__meeting__chair=user)
        return self.scoped(rows & (Q(asked_by=user) | decides | minuting_rule(user, scope)) | sent_on_rule(user))

    def undecided(self) -> Self:
        return self.filter(outcome="")

    def sent_to(self, user: User) -> Self:
        """What was sent on to agencies for which the user answers."""
        return self.filter(sent_on_rule(user))


class OnwardRequest(ItemModel):
    """Somebody asks that minutes go to an agency that was not there; the chair answers (ADR 16).

    Permitted, the agency reads what the minutes of this item say to everyone, until a day, and never the case.
    """

    class Outcome(models.TextChoices):
        PERMITTED = "permitted", _("Permitted")
        REFUSED = "refused", _("Refused")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "ON"), editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="onward_requests")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # The last day on which the agency reads them.
    until = models.DateField(null=True, blank=True)

    objects = OnwardRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "agency",
                condition=Q(outcome=""),
                name="one_open_request_to_send_on",
                violation_error_message=_("Sending these minutes to this agency has been asked for already."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True, decided_by__isnull=True, decision_reason="")
                | (~Q(outcome="") & Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision_reason="")),
                name="sending_on_is_decided_with_reasons",
                violation_error_message=_("Enter the reason for your decision."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="permitted", until__isnull=False)
                | (~Q(outcome="permitted") & Q(until__isnull=True)),
                name="what_is_sent_on_is_seen_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="nobody_permits_what_he_asked",
                violation_error_message=_("You asked for this. Somebody else must decide it."),
            ),
        ]
        indexes = [models.Index(fields=["agency", "until"], name="minutes_sent_on", condition=Q(outcome="permitted"))]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:sent_on", args=[self.reference])

    def parts(self) -> Parts:
        """Those of the item, with the agency that it is sent to as the one invited: what it reads, it reads as if it had been."""
        return replace(self.item.parts(), invited=frozenset({self.agency_id}))

    def why(self, user: User) -> Why:
        """Whoever sees the case opens it as he opens the case; for the others it was sent to them."""
        return self.item.why(user) if scope_of(user).sees(self.item.offender) else Why("minutes sent on")
