"""Who of those at a meeting reads a part of what was said there: one rule for paragraphs, dissent and what is like them."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.access import Perm, areas_granting
from agencies.models import Agency, User
from offenders.visibility import Scope, scope_of
from panels.models.distribution import issued_rule, left_for_conflict
from panels.models.meeting import ItemModel, ItemQuerySet, Meeting, item_rule, minuting_rule

M = TypeVar("M", bound=models.Model)


class Audience(models.TextChoices):
    """Who may read a part of the minutes."""

    EVERYONE = "everyone", _("Everyone invited for this person")
    AUTHORITY = "authority", _("Responsible Authority only")
    NAMED = "named", _("Named agencies only")


def named_rule(model: type[models.Model], scope: Scope) -> Q:
    """Rows for named agencies, of which the user's is one."""
    ties = model.agencies.through._default_manager  # type: ignore[attr-defined]
    mine = ties.filter(agency__in=sorted(scope.agencies)).values(str(model._meta.model_name))
    return Q(audience=Audience.NAMED, pk__in=mine)


def keeping_rule(user: User) -> Q:
    """Rows of items that the user keeps: he co-ordinates or chairs for the area of the case.

    Until the minutes are approved whoever writes or approves them keeps them too, though the case was handed to another
    area since.
    """
    areas = areas_granting(user, Perm.TAKE_MINUTES)
    written = Q(item__meeting__area__in=areas) & ~Q(item__meeting__state=Meeting.State.APPROVED)
    return Q(item__offender__area__in=areas) | written


def without_conflict(user: User) -> Q:
    """Rows of items that the user did not leave for a conflict of interest: of those he reads nothing that was said."""
    return ~Q(item__in=left_for_conflict(user))


class AudienceQuerySet(ItemQuerySet[M]):
    """Rows of items the user sees, for an audience he belongs to; to other agencies once they were sent it."""

    def visible_to(self, user: User) -> Self:
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        named = named_rule(self.model, scope)
        issued = issued_rule(scope) & (Q(audience=Audience.EVERYONE) | named)
        authority = minuting_rule(user, scope) & (~Q(audience=Audience.NAMED) | named)
        return self.scoped(rows & without_conflict(user) & (issued | authority | keeping_rule(user)))


class AudienceModel(ItemModel):
    """Something said at a meeting, for everyone invited, for the Responsible Authority, or for the agencies named."""

    Audience: Any = Audience

    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    agencies = models.ManyToManyField(Agency, related_name="+", blank=True)

    class Meta:
        abstract = True
