"""One meeting about many cases, and who is invited to which."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Perm, Why, areas_granting
from agencies.models import Agency, Area, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.models.offender import CaseModel
from offenders.visibility import Scope, beside_scope, scope_of
from panels.models.panel import LEVELS, LINK_WITH_VIDEO, LONGEST, REAL_LENGTH, Mode, Panel, length_field, link_field

M = TypeVar("M", bound=models.Model)


class MeetingQuerySet(GuardedQuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """Meetings of the user's areas, and those where their agency is invited to an item."""
        scope = scope_of(user)
        if scope.everything:
            return self.scoped(Q(pk__isnull=False))
        elsewhere = beside_scope(user, "meetings", lambda: _invited_elsewhere(scope))
        return self.scoped(Q(area__in=sorted(scope.areas)) | Q(pk__in=elsewhere))

    def standing(self) -> Self:
        """Those that are, or were, to take place."""
        return self.exclude(state=Meeting.State.CANCELLED)

    def busy(self, people: Iterable[int], first: datetime, last: datetime) -> Self:
        """Meetings that may take people's time between two moments, whoever sees them: nobody is in two places at once.

        They chair them, or are named on their panel to come for an agency.
        """
        taken = Q(chair__in=people) | Q(panel__seats__representative__in=people)
        near = Q(starts_at__gt=first - timedelta(minutes=LONGEST), starts_at__lt=last)
        return self.scoped(taken & near).standing().distinct()


def _invited_elsewhere(scope: Scope) -> list[int]:
    """Meetings to which the user's agencies are invited. Those of his own areas he sees anyway: a police force is
    invited to thousands."""
    if not scope.agencies:
        return []
    mine = Q(agency__in=sorted(scope.agencies)) & scope.rule("item__offender__")
    rows = Invitation.objects.scoped(mine & ~Q(item__meeting__area__in=sorted(scope.areas)))
    invited = rows.coming().order_by()
    return list(invited.values_list("item__meeting", flat=True).distinct())


class Meeting(ProtectedModel):
    """A level 2 or level 3 meeting of one area."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held, minutes being written")
        APPROVED = "approved", _("Minutes approved")
        CANCELLED = "cancelled", _("Cancelled")

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "MT"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    panel = models.ForeignKey(Panel, models.PROTECT, related_name="meetings", null=True, blank=True)
    starts_at = models.DateTimeField()
    length = length_field()
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.IN_PERSON)
    place = models.CharField(max_length=120)
    link = link_field()
    # Why it cannot wait for the panel's next one; empty for every other meeting.
    emergency_reason = models.CharField(max_length=300, blank=True)
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    minutes_due_on = models.DateField(null=True, blank=True)
    # When the chair was last asked to read the draft, by whom, and which one.
    draft_sent_at = models.DateTimeField(null=True, blank=True)
    draft_sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    draft_version = models.PositiveIntegerField(default=0)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0)
    # Counts what a calendar must learn of: another time or place, or that it does not take place.
    sequence = models.PositiveIntegerField(default=0)
    # The version of which the invited agencies were told last.
    told_version = models.PositiveIntegerField(default=0)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "area",
                "level",
                "panel",
                "starts_at",
                name="one_meeting_at_a_time",
                condition=~Q(state="cancelled"),
                nulls_distinct=False,
                violation_error_message=_("A meeting of this level already starts then."),
            ),
            models.CheckConstraint(
                condition=LINK_WITH_VIDEO,
                name="a_meeting_by_video_has_a_link",
                violation_error_message=_("A joining link goes with meetings by video, and only with those."),
            ),
            models.CheckConstraint(
                condition=REAL_LENGTH,
                name="a_meeting_lasts_minutes",
                violation_error_message=_("Enter between 15 and 600 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False, state="approved"),
                name="approved_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(draft_sent_at__isnull=True, draft_sent_by__isnull=True)
                | Q(draft_sent_at__isnull=False, draft_sent_by__isnull=False),
                name="draft_sent_at_and_by_together",
            ),
        ]
        indexes = [
            models.Index(fields=["area", "starts_at"], name="meetings_of_an_area"),
            models.Index(fields=["chair", "starts_at"], name="meetings_of_a_chair"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:meeting", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        invited = Agency.objects.filter(pk__in=Invitation.objects.of_meeting(self).coming().values("agency"))
        return Parts(area=self.area_id, chair=self.chair_id, invited=frozenset(invited.values_list("pk", flat=True)))

    def why(self, user: User) -> Why:
        """A meeting is no case: what is read in it of each case is judged case by case (panels/reading.py)."""
        return Why("meeting")

    @property
    def is_locked(self) -> bool:
        """Approved minutes never change."""
        return self.state == self.State.APPROVED

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def is_open(self) -> bool:
        """It can still be prepared or minuted."""
        return self.state in {self.State.PLANNED, self.State.HELD}

    @property
    def is_emergency(self) -> bool:
        return bool(self.emergency_reason)

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end, whatever its agenda comes to."""
        return self.starts_at + timedelta(minutes=self.length)

    @property
    def held_on(self) -> date:
        """The day of the meeting, in London."""
        return timezone.localtime(self.starts_at).date()


def item_rule(scope: Scope, prefix: str) -> Q:
    """The items of a meeting a user sees: of cases he sees, in his area, naming him, or to which his agency is invited.

    Seeing a case today does not open the minutes of a meeting one's agency was not at, or declined to come to; nor does
    an emergency.
    """
    cases = scope.lasting().rule(f"{prefix}offender__")
    if scope.everything:
        return cases
    invited = Invitation.objects.filter(agency__in=sorted(scope.agencies)).coming().values("item")
    mine = (
        Q(**{f"{prefix}offender__area__in": sorted(scope.areas)})
        | Q(**{f"{prefix}offender__in": sorted(scope.named)})
        | Q(**{f"{prefix}pk__in": invited})
    )
    return cases & mine


def minuting_rule(user: User, scope: Scope, prefix: str = "item__") -> Q:
    """Of items the user sees, those where he reads what is for the Responsible Authority alone, and what is not final.

    They are those of cases of his area. Until the minutes are approved whoever writes or approves them reads it too,
    though the case has been handed to another area since.
    """
    rule = Q(**{f"{prefix}offender__area__in": sorted(scope.areas)})
    if not scope.areas:
        return rule
    writes = Q(**{f"{prefix}meeting__area__in": areas_granting(user, Perm.TAKE_MINUTES)})
    return rule | writes & ~Q(**{f"{prefix}meeting__state": Meeting.State.APPROVED})


class AgendaItemQuerySet(GuardedQuerySet["AgendaItem"]):
    def visible_to(self, user: User) -> Self:
        """Items of cases the user sees, of the own area or where the own agency is invited."""
        return self.scoped(item_rule(scope_of(user), ""))

    def timetable_of(self, meeting: Meeting) -> list[tuple[int, int, int]]:
        """Position, key and minutes of every item of a meeting the caller already holds, in order.

        The start of an item depends on all before it, whoever they are about; nothing else of them is read.
        """
        rows = self.scoped(Q(meeting=meeting)).order_by("position", "pk")
        return list(rows.values_list("position", "pk", "minutes"))

    def make_room(self, meeting: Meeting, lines: int, *, after: int) -> None:
        """Move the items of a meeting the caller already holds that stand after a place so many on; nothing is read."""
        self.scoped(Q(meeting=meeting, position__gt=after)).update(position=models.F("position") + lines)


class AgendaItem(CaseModel):
    """One case on one agenda."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "IT"), editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    offender = models.ForeignKey(Offender, models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField()
    # Its place before the agenda was arranged by mappa.
    former_position = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    minutes = models.PositiveSmallIntegerField(default=30)
    # The chair keeps it where it is when the agenda is arranged.
    pinned = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The clock of the meeting. What is finished is written on only after it is opened again.
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "offender",
                name="a_case_once_on_an_agenda",
                violation_error_message=_("This person is already on the agenda."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=240),
                name="an_item_takes_minutes",
                violation_error_message=_("Enter between 5 and 240 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, started_by__isnull=True)
                | Q(started_at__isnull=False, started_by__isnull=False),
                name="an_item_started_at_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, finished_by__isnull=True)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
                name="an_item_finished_at_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:workspace", args=[self.reference])

    def parts(self) -> Parts:
        """The case's parts, with the agencies invited to this item and the chair of its meeting.

        The area is the meeting's: where the case was handed to since does not write the minutes of another area.
        """
        case = self.offender.parts()
        invited = Agency.objects.filter(pk__in=Invitation.objects.of_item(self).coming().values("agency"))
        return Parts(
            area=self.meeting.area_id,
            lead=case.lead,
            involved=case.involved,
            named=case.named,
            invited=frozenset(invited.values_list("pk", flat=True)),
            chair=self.meeting.chair_id,
            in_emergency=case.in_emergency,
        )


class ItemQuerySet(GuardedQuerySet[M]):
    """Whatever belongs to an item is seen by whoever sees the item."""

    def visible_to(self, user: User) -> Self:
        return self.scoped(item_rule(scope_of(user), "item__"))


class ItemModel(ProtectedModel):
    """A row of one agenda item."""

    item: models.ForeignKey[AgendaItem, AgendaItem]

    class Meta:
        abstract = True

    def case_id_for_audit(self) -> int:
        case_id: int = self.item.offender_id
        return case_id

    def parts(self) -> Parts:
        return self.item.parts()

    def why(self, user: User) -> Why:
        return self.item.why(user)


class InvitationQuerySet(ItemQuerySet["Invitation"]):
    def of_item(self, item: AgendaItem) -> Self:
        """The invitations to an item the caller already holds."""
        return self.scoped(Q(item=item))

    def of_meeting(self, meeting: Meeting) -> Self:
        """The invitations to a meeting the caller already holds."""
        return self.scoped(Q(item__meeting=meeting))

    def coming(self) -> Self:
        """Those that were not declined."""
        return self.exclude(response=Invitation.Response.DECLINED)


class Invitation(ItemModel):
    """An agency asked to come for one case, what it answered, and whether it came."""

    class Response(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DEPUTY = "deputy", _("Sends a deputy")
        DECLINED = "declined", _("Declined")

    class Attendance(models.TextChoices):
        PRESENT = "present", _("Present")
        DEPUTY = "deputy", _("By deputy")
        APOLOGIES = "apologies", _("Apologies")
        ABSENT = "absent", _("Absent")
        CONFLICT = "conflict", _("Conflict of interest")
        WITHDREW = "withdrew", _("Withdrew")

    # Whoever was in the room for some of it, and so has heard what is confidential.
    CAME = (Attendance.PRESENT, Attendance.DEPUTY, Attendance.WITHDREW)

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "IN"), editable=False)
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="invitations")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    information_due_on = models.DateField()
    # Empty where the agency was invited before it was asked to answer.
    answer_due_on = models.DateField(null=True, blank=True)
    response = models.CharField(max_length=10, choices=Response, blank=True)
    # Who comes, and for whom where he stands in for somebody.
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    deputy_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    response_reason = models.CharField(max_length=300, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    responded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    # When it was last asked again for what it had not sent.
    chased_on = models.DateField(null=True, blank=True)
    chased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    attendance = models.CharField(max_length=10, choices=Attendance, blank=True)
    attendance_reason = models.CharField(max_length=300, blank=True)
    # Who came: the name, and the user of the agency who bears it, where there is one.
    attended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    attended_name = models.CharField(max_length=120, blank=True)
    attended_role = models.CharField(max_length=120, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name"]
        constraints = [
            models.UniqueConstraint(
                "item",
                "agency",
                name="an_agency_invited_once",
                violation_error_message=_("This agency is already invited for this person."),
            ),
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True) | Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
                name="nobody_leaves_before_he_arrives",
                violation_error_message=_("The time of leaving must not be before the time of arriving."),
            ),
            models.CheckConstraint(
                condition=Q(response="", responded_at__isnull=True, responded_by__isnull=True)
                | (~Q(response="") & Q(responded_at__isnull=False, responded_by__isnull=False)),
                name="an_answer_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(response__in=["", "declined"], representative__isnull=True)
                | Q(response__in=["accepted", "deputy"], representative__isnull=False),
                name="who_accepts_says_who_comes",
                violation_error_message=_("Choose who comes."),
            ),
            models.CheckConstraint(
                condition=Q(deputy_for__isnull=False, response="deputy")
                | (Q(deputy_for__isnull=True) & ~Q(response="deputy")),
                name="a_deputy_stands_for_somebody",
                violation_error_message=_("Choose for whom the deputy comes."),
            ),
            models.CheckConstraint(
                condition=~Q(response="declined", response_reason=""),
                name="who_declines_says_why",
                violation_error_message=_("Enter why your agency does not come."),
            ),
            models.CheckConstraint(
                condition=Q(chased_on__isnull=True, chased_by__isnull=True)
                | Q(chased_on__isnull=False, chased_by__isnull=False),
                name="chased_on_and_by_together",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "information_due_on"], name="invitations_of_an_agency"),
            models.Index(fields=["answer_due_on"], name="invitations_to_answer", condition=Q(response="")),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:send_information", args=[self.reference])

    def parts(self) -> Parts:
        """The item's parts, with this one agency as the invited one: none answers for another."""
        return replace(self.item.parts(), invited=frozenset({self.agency_id}))

    @property
    def is_declined(self) -> bool:
        return self.response == self.Response.DECLINED
