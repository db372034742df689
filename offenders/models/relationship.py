"""Whom a person is related to or goes about with: other people, and other cases."""

from datetime import date
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from mappa import dates
from mappa.plain import NameField
from offenders.models.fact import DatedFact, FactQuerySet
from offenders.models.offender import Offender
from offenders.visibility import scope_of

ADULT = 18  # years: a child is a person under 18 (Children Act 1989 s.105(1))


class RelationshipQuerySet(FactQuerySet["Relationship"]):
    def visible_to(self, user: User) -> Self:
        """Of cases the user sees; one to another case only where he sees that case too."""
        scope = scope_of(user)
        return self.scoped(scope.rule("offender__") & (Q(other__isnull=True) | scope.rule("other__")))

    def outline_of(self, offender: Offender) -> Self:
        """Every relationship recorded in a case that the caller already holds: only to say that there is one."""
        return self.scoped(Q(offender=offender))


class Relationship(DatedFact):
    """Somebody whom the person is related to: by name, or another case where that person is managed too."""

    class Relation(models.TextChoices):
        PARTNER = "partner", _("Spouse or partner")
        FORMER_PARTNER = "former_partner", _("Former spouse or partner")
        CHILD = "child", _("Child")
        PARTNERS_CHILD = "partners_child", _("Child of a partner")
        PARENT = "parent", _("Parent")
        PARENTS_PARTNER = "parents_partner", _("Partner of a parent")
        SIBLING = "sibling", _("Brother or sister")
        RELATIVE = "relative", _("Other relative")
        HOUSEHOLD = "household", _("Lives in the same household")
        FRIEND = "friend", _("Friend")
        ASSOCIATE = "associate", _("Associate")
        CO_DEFENDANT = "co_defendant", _("Co-defendant")
        OTHER = "other", _("Other")

    # What this one is to the other one; where nothing else is said, the same.
    INVERSE: ClassVar = {
        "child": "parent",
        "parent": "child",
        "partners_child": "parents_partner",
        "parents_partner": "partners_child",
    }

    class Child(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", _("Not known")

    offender = models.ForeignKey(Offender, models.CASCADE, related_name="relationships")
    relation = models.CharField(max_length=15, choices=Relation)
    name = NameField(max_length=200, blank=True)
    other = models.ForeignKey(Offender, models.PROTECT, related_name="related_from", null=True, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    is_child = models.CharField(max_length=10, choices=Child)
    notes = models.TextField(max_length=1000, blank=True)

    objects = RelationshipQuerySet.as_manager()

    class Meta(DatedFact.Meta):
        verbose_name = _("relationship")
        ordering = ["relation", "pk"]
        constraints = [
            *DatedFact.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(name="", other__isnull=False) | (~Q(name="") & Q(other__isnull=True))),
                name="a_relationship_is_to_a_name_or_a_case",
                violation_error_message=_("Enter the name of the other person, or the reference of the other case."),
            ),
            models.CheckConstraint(
                condition=~Q(other=F("offender")),
                name="nobody_is_related_to_himself",
                violation_error_message=_("This is the case itself: enter the reference of another one."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.born_on and self.born_on > dates.today():
            raise ValidationError({"born_on": _("The date of birth must be in the past")})
        if self.born_on and self.is_child != self.Child.UNKNOWN:
            by_birth = self.child_by(self.born_on, dates.today())
            if by_birth != self.is_child:
                child, adult = _("By the date of birth it is a child"), _("By the date of birth it is an adult")
                raise ValidationError({"is_child": child if by_birth == self.Child.YES else adult})

    @property
    def inverse(self) -> str:
        """What the person of this case is to the other one, in words."""
        return str(self.Relation(self.INVERSE.get(self.relation, self.relation)).label)

    def is_child_on(self, on: date) -> str:
        """Whether the other one is a child on a day, in words: by the date of birth where it is known."""
        born_on = self.other.born_on if self.other else self.born_on
        return str(self.child_by(born_on, on).label if born_on else self.get_is_child_display())

    @classmethod
    def child_by(cls, born_on: date, on: date) -> Child:
        """Whether somebody born on a day is a child on another."""
        return cls.Child.YES if dates.age(born_on, on) < ADULT else cls.Child.NO
