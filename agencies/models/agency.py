"""The 42 areas and the agencies that work in them."""

import re
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# What stands after the @ of an address, in small letters.
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


class Area(models.Model):
    """One of the 42 criminal justice areas, each with its own arrangements (CJA 2003 s.325)."""

    class Nation(models.TextChoices):
        ENGLAND = "england", _("England")
        WALES = "wales", _("Wales")

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60, unique=True)
    nation = models.CharField(max_length=10, choices=Nation)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AgencyKind(models.Model):
    """A kind of agency, under its statutory name and the one that practitioners still use."""

    class Duty(models.TextChoices):
        RESPONSIBLE_AUTHORITY = "responsible_authority", _("Responsible Authority")
        CO_OPERATE = "co_operate", _("Duty to co-operate")
        ASSOCIATE = "associate", _("Associate")
        BOARD = "board", _("Strategic Management Board")
        SERVICE = "service", _("Runs this service")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    older_name = models.CharField(max_length=120, blank=True)
    duty = models.CharField(max_length=30, choices=Duty)
    citation = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """One agency in one area. Its group carries the grants of django-guardian.

    `registered_as` is its first name, which never changes: approved minutes are sealed with it (panels/seal.py).
    """

    name = models.CharField(max_length=120, unique=True)
    registered_as = models.CharField(max_length=120, editable=False)
    kind = models.ForeignKey(AgencyKind, models.PROTECT, related_name="agencies")
    area = models.ForeignKey(Area, models.PROTECT, related_name="agencies")
    group = models.OneToOneField(Group, models.PROTECT, related_name="agency", editable=False)
    is_active = models.BooleanField(default=True)
    email_domains = models.CharField(
        _("email domains"),
        max_length=300,
        blank=True,
        help_text=_(
            "What stands after the @ in its staff’s addresses, divided by spaces. Only such addresses are invited. Without "
            "any, only co-ordination and administrators invite."
        ),
    )

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        indexes = [models.Index(fields=["area", "kind"], name="agencies_of_an_area")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The group is part of the agency, however the row is made (admin, demo, factory).
        if not self.group_id:
            self.group = Group.objects.create(name=f"agency: {self.name}"[:150])
        if not self.registered_as:
            self.registered_as = self.name
        super().save(*args, **kwargs)

    def clean(self) -> None:
        names = self.email_domains.lower().split()
        if wrong := [name for name in names if not DOMAIN.fullmatch(name)]:
            words = _("Enter domains such as probation.gsi.example, divided by spaces. This is none: %s")
            raise ValidationError({"email_domains": words % wrong[0]})
        self.email_domains = " ".join(dict.fromkeys(names))

    def takes_address(self, email: str) -> bool:
        """Is this an address of its staff? A domain below one of its own is another."""
        return email.rpartition("@")[2].lower() in self.email_domains.split()

    @property
    def is_responsible_authority(self) -> bool:
        """Police, probation or prison (CJA 2003 s.325(1)). Needs `kind` loaded."""
        return self.kind.duty == AgencyKind.Duty.RESPONSIBLE_AUTHORITY
