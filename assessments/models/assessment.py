"""Risk of serious harm, per group of people at risk."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet

GROUPS = {
    "children": _("Children"),
    "public": _("Public"),
    "known_adult": _("Known adult"),
    "staff": _("Staff"),
    "prisoners": _("Prisoners"),
}
RISK_TO = tuple(GROUPS)


class Assessment(CaseModel):
    """An assessment of risk of serious harm in the community, as one person made it on one day.

    The overall level is the highest of the groups; levels are those of the Guidance (domain.md 5.1).
    """

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="assessments")
    children = models.PositiveSmallIntegerField(GROUPS["children"], choices=Offender.Rosh)
    public = models.PositiveSmallIntegerField(GROUPS["public"], choices=Offender.Rosh)
    known_adult = models.PositiveSmallIntegerField(GROUPS["known_adult"], choices=Offender.Rosh)
    staff = models.PositiveSmallIntegerField(GROUPS["staff"], choices=Offender.Rosh)
    prisoners = models.PositiveSmallIntegerField(GROUPS["prisoners"], choices=Offender.Rosh)
    nature = models.TextField(_("nature of the risk"))
    assessed_at = models.DateTimeField(auto_now_add=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CaseQuerySet["Assessment"].as_manager()

    class Meta:
        ordering = ["-assessed_at", "-pk"]
        get_latest_by = "assessed_at"

    def __str__(self) -> str:
        return f"assessment of {self.assessed_at:%Y-%m-%d}"

    @property
    def overall(self) -> int:
        """The highest level of any group."""
        return max(int(getattr(self, group)) for group in RISK_TO)

    def by_group(self) -> list[tuple[str, int]]:
        """Each group at risk by name, with its level."""
        return [(str(GROUPS[group]), int(getattr(self, group))) for group in RISK_TO]
