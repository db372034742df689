"""Risk of serious harm, per group of people at risk."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from offenders.models import Offender
from offenders.models.offender import CaseModel, CaseQuerySet

RISK_TO = ("children", "public", "known_adult", "staff", "prisoners")


class Assessment(CaseModel):
    """An assessment of risk of serious harm in the community, as one person made it on one day.

    The overall level is the highest of the groups; levels are those of the Guidance (domain.md 5.1).
    """

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="assessments")
    children = models.PositiveSmallIntegerField(_("Children"), choices=Offender.Rosh)
    public = models.PositiveSmallIntegerField(_("Public"), choices=Offender.Rosh)
    known_adult = models.PositiveSmallIntegerField(_("Known adult"), choices=Offender.Rosh)
    staff = models.PositiveSmallIntegerField(_("Staff"), choices=Offender.Rosh)
    prisoners = models.PositiveSmallIntegerField(_("Prisoners"), choices=Offender.Rosh)
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
