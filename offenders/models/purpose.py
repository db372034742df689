"""Why somebody opens a case: his recorded part in it, or what he says once a day (access.md, Purpose)."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import EMERGENCY, Why, memberships
from agencies.models import Area, Role, User
from agencies.models.standard import value
from mappa import dates
from offenders.models.offender import CaseModel, CaseQuerySet, Offender
from offenders.visibility import Scope, scope_of


class Purpose(CaseModel):
    """What one person said of one case on one day, in London. Never changed."""

    class Code(models.TextChoices):
        MEETING = "meeting", _("I’m attending a meeting about this person")
        DUTY = "duty", _("I’m on duty and there is an immediate risk")
        WORK = "work", _("I’m supervising this person or working on the case")
        RECORDS = "records", _("I’m keeping records or checking their quality")
        OTHER = "other", _("Another reason")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="purposes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField(default=dates.today)
    stated_at = models.DateTimeField(auto_now_add=True)
    purpose = models.CharField(max_length=10, choices=Code)
    words = models.CharField(max_length=300, blank=True)

    objects = CaseQuerySet["Purpose"].as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint("offender", "user", "on", name="one_purpose_a_day"),
            models.CheckConstraint(condition=~Q(purpose="other", words=""), name="another_reason_is_in_words"),
        ]

    def __str__(self) -> str:
        return self.purpose

    def clean(self) -> None:
        if self.purpose == self.Code.OTHER and not self.words:
            raise ValidationError({"words": _("Say what the other reason is")})


# Held for the area: who coordinates or chairs there has a part in all of its cases.
_RUN_THE_AREA = (Role.Code.COORDINATOR, Role.Code.CHAIR)
# The states of an action (panels/models/action.py) in which its owner still has something to do, or may have again.
_UNSETTLED = ("open", "done")


def whys(offenders: Iterable[Offender], user: User) -> dict[int, Why]:
    """Why the user opens each of these cases, which he sees: in a few queries, and none for those he works on."""
    cases, scope = list(offenders), scope_of(user)
    found = {case.pk: Why(part) for case in cases if (part := _part(case, user, scope))}
    rest = [case for case in cases if case.pk not in found]
    if not rest:
        return found
    stated = Purpose.objects.visible_to(user).filter(user=user, on=dates.today(), offender__in=rest)
    found |= {row.offender_id: Why(row.purpose) for row in stated}
    if rest := [case for case in rest if case.pk not in found]:
        found |= _by_work(rest, user, scope)
    asked = {case.pk: Why(ask=reverse("offenders:reason", args=[case.reference])) for case in rest}
    return asked | found


def _part(case: Offender, user: User, scope: Scope) -> str:
    """The part that the case and the user's scope already tell; empty when he sees the case by its area alone."""
    if user.is_system:
        return "system"
    parts = (
        (EMERGENCY, case.pk in scope.emergency),
        ("lead officer", case.lead_officer_id == user.pk),
        ("lead agency", case.lead_agency_id in scope.agencies),
        ("named", case.pk in scope.named),
        ("granted", case.pk in scope.granted),
        ("runs the area", _runs(case.area_id, user)),
    )
    return next((part for part, has in parts if has), "")


def _runs(area: int, user: User) -> bool:
    return any(m.role_id in _RUN_THE_AREA and m.agency.area_id == area for m in memberships(user))


def _by_work(cases: list[Offender], user: User, scope: Scope) -> dict[int, Why]:
    """Invitations to a meeting and unsettled actions of the user's agencies. The rooms above are reached by name.

    A Responsible Authority agency needs no grant to come to a meeting of its area, so its invitation counts here as
    long as it would grant the case to another one.
    """
    agencies = sorted(scope.agencies)
    owned = Offender.objects.visible_to(user).filter(
        pk__in=[case.pk for case in cases], actions__agency__in=agencies, actions__state__in=_UNSETTLED
    )
    found = dict.fromkeys(owned.values_list("pk", flat=True), Why("owns an action"))
    for area in Area.objects.filter(pk__in={case.area_id for case in cases}):
        since = dates.add_months(dates.today(), -value("invitee_access_months", area, dates.today()))
        mine = [case.pk for case in cases if case.area_id == area.pk]
        invited = Offender.objects.visible_to(user).filter(
            pk__in=mine,
            agenda_items__invitations__agency__in=agencies,
            agenda_items__invitations__response__in=["", "accepted", "deputy"],
            agenda_items__meeting__starts_at__date__gte=since,
            agenda_items__meeting__state__in=["planned", "held", "approved"],
        )
        found |= dict.fromkeys(invited.values_list("pk", flat=True), Why("invited"))
    return found
