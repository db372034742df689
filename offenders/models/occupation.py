"""Work, study and volunteering, and whether they bring a person near children."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender


class Occupation(DatedFact):
    """What a person does with the day, and for whom."""

    class Kind(models.TextChoices):
        EMPLOYMENT = "employment", _("Employment")
        SELF_EMPLOYED = "self_employed", _("Self-employment")
        EDUCATION = "education", _("Education or training")
        VOLUNTEERING = "volunteering", _("Volunteering")

    class Contact(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", _("Not known")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="occupations")
    kind = models.CharField(max_length=15, choices=Kind)
    organisation = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    place = models.TextField(max_length=400, blank=True)
    vulnerable_contact = models.CharField(max_length=10, choices=Contact)
    notes = models.TextField(max_length=1000, blank=True)

    objects = FactQuerySet["Occupation"].as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("work, education or volunteering")
        ordering = ["-from_on", "pk"]
