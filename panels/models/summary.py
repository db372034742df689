"""What may be said of a meeting to the person himself: nobody else's information, and no paragraph of the minutes."""

from functools import partial
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from agencies.models import User
from mappa.reference_numbers import new_reference
from offenders.visibility import scope_of
from panels.models.meeting import AgendaItem, ItemModel, ItemQuerySet, item_rule


class ExecutiveSummaryQuerySet(ItemQuerySet["ExecutiveSummary"]):
    def visible_to(self, user: User) -> Self:
        """Summaries of items the user sees, for the area's Responsible Authority and the agency that leads the case."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        of_the_area = Q(item__offender__area__in=sorted(scope.areas))
        return self.scoped(rows & (of_the_area | Q(item__offender__lead_agency__in=sorted(scope.agencies))))


class ExecutiveSummary(ItemModel):
    """A summary as the chair released it, for the file and for subject access. Never changed: a later one takes its place."""

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "ES"), editable=False)
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="summaries")
    # What the chair wrote, and what the minutes said then: pairs of what it is and what it says.
    covering = models.TextField()
    facts = models.JSONField()
    version = models.PositiveSmallIntegerField()
    released_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ExecutiveSummaryQuerySet.as_manager()

    class Meta:
        ordering = ["-released_at", "-pk"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("panels:summary", args=[self.reference])
