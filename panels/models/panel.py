"""Standing panels: who meets regularly, at which level, where and how long. They hold no case."""

from functools import partial
from typing import Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import Agency, Area, User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference
from offenders.models import Offender
from offenders.visibility import scope_of

LEVELS = [choice for choice in Offender.Level.choices if choice[0] != Offender.Level.ORDINARY]
USUAL_MINUTES = 180
SHORTEST, LONGEST = 15, 600  # minutes


class Mode(models.TextChoices):
    """How people come to a meeting."""

    IN_PERSON = "in-person", _("In person")
    VIDEO = "video", _("By video")
    HYBRID = "hybrid", _("In person and by video")


def link_field() -> "models.URLField[str, str]":
    """Where a meeting by video is joined. Shown to whoever may see the meeting, and never mailed."""
    only_https = URLValidator(schemes=["https"], message=_("Enter a joining link that starts with https://"))
    return models.URLField(max_length=300, blank=True, validators=[only_https])


def length_field() -> "models.PositiveSmallIntegerField[int, int]":
    """How long a meeting is planned to last, in minutes."""
    return models.PositiveSmallIntegerField(default=USUAL_MINUTES)


# Of whatever has a mode, a link and a length.
LINK_WITH_VIDEO = Q(mode="in-person", link="") | (~Q(mode="in-person") & ~Q(link=""))
REAL_LENGTH = Q(length__gte=SHORTEST, length__lte=LONGEST)


class PanelQuerySet(GuardedQuerySet["Panel"]):
    def visible_to(self, user: User) -> Self:
        """Panels of the areas in which the user works for a Responsible Authority agency."""
        scope = scope_of(user)
        return self.scoped(Q(pk__isnull=False) if scope.everything else Q(area__in=sorted(scope.areas)))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Panel(ProtectedModel):
    """A standing panel of one area and level, with what is usual for its meetings."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "PN"), editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    name = models.CharField(max_length=80)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.IN_PERSON)
    place = models.CharField(max_length=120)
    link = link_field()
    length = length_field()
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Who chairs when the chair cannot.
    deputies = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    close_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering = ["level", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "area",
                "name",
                name="one_open_panel_of_a_name",
                condition=Q(closed_at__isnull=True),
                violation_error_message=_("The area has a panel of this name already. Choose another name."),
            ),
            models.CheckConstraint(
                condition=LINK_WITH_VIDEO,
                name="a_panel_by_video_has_a_link",
                violation_error_message=_("A joining link goes with meetings by video, and only with those."),
            ),
            models.CheckConstraint(
                condition=REAL_LENGTH,
                name="a_panel_lasts_minutes",
                violation_error_message=_("Enter between 15 and 600 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, close_reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(close_reason="")),
                name="a_closed_panel_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("panels:panel", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=self.area_id)

    def why(self, user: User) -> Why:
        """A panel is about nobody."""
        return Why("panel")

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class SeatQuerySet(GuardedQuerySet["Seat"]):
    def visible_to(self, user: User) -> Self:
        """Seats of the panels that the user sees."""
        scope = scope_of(user)
        return self.scoped(Q(pk__isnull=False) if scope.everything else Q(panel__area__in=sorted(scope.areas)))

    def of_panel(self, panel: Panel) -> Self:
        """The seats of a panel the caller already holds."""
        return self.scoped(Q(panel=panel))

    def of_meeting(self, meeting: models.Model) -> Self:
        """The core members of the panel whose meeting the caller already holds; none where it is no panel's."""
        return self.scoped(Q(panel__meetings=meeting))


class Seat(ProtectedModel):
    """A core member of a panel: an agency, who usually comes for it, and who comes instead."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "ST"), editable=False)
    panel = models.ForeignKey(Panel, models.CASCADE, related_name="seats")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    deputies = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name"]
        constraints = [
            models.UniqueConstraint(
                "panel",
                "agency",
                name="an_agency_has_one_seat",
                violation_error_message=_("This agency is a core member already."),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return self.panel.get_absolute_url()

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return self.panel.parts()

    def why(self, user: User) -> Why:
        return self.panel.why(user)
