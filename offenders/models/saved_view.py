"""Filters that somebody uses often, under a name of his own."""

from functools import partial
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.access import Parts, Why
from agencies.models import User
from mappa.guard import GuardedQuerySet, ProtectedModel
from mappa.reference_numbers import new_reference

# What a view may keep. Words are not among them: they are names of people.
KEEPS = frozenset({"area", "level", "category", "rosh", "lead_agency", "whereabouts", "mine", "overdue", "ended"})
LONGEST_ANSWER = 40


class SavedViewQuerySet(GuardedQuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """A person's own and nobody else's, the system's included."""
        return self.scoped(Q(user=user.pk))


class SavedView(ProtectedModel):
    """The filters of a list of people under a name. It holds no case, no name and no number of a person."""

    MOST = 30  # of one person

    reference = models.CharField(max_length=12, unique=True, default=partial(new_reference, "SV"), editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField()
    saved_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                Lower("name"),
                name="one_view_of_a_name",
                violation_error_message=_("You have a view of this name already. Choose another name."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self) -> None:
        if not isinstance(self.filters, dict) or not all(_is_answer(*answer) for answer in self.filters.items()):
            raise ValidationError(_("These filters cannot be saved."))
        if not self.filters:
            raise ValidationError(_("Choose at least one filter before you save the view."))

    def get_absolute_url(self) -> str:
        return reverse("offenders:saved_view", args=[self.reference])

    def case_id_for_audit(self) -> None:
        return None

    def parts(self) -> Parts:
        return Parts(area=0, owner_user=self.user_id)

    def why(self, user: User) -> Why:
        """His own list of filters: no case is opened by it."""
        return Why("own view")


def _is_answer(name: Any, value: Any) -> bool:
    return name in KEEPS and isinstance(value, str) and 0 < len(value) <= LONGEST_ANSWER
