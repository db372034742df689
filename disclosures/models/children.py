"""What the law asks about children whenever disclosure is considered (Criminal Justice Act 2003 s.327A)."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

IS_ONE: dict[str, Words] = {"child_sex_offender": _("Say whether the person is a child sex offender")}
# Asked only of a child sex offender where a meeting decides; a record of one person's decision answers all.
OF_ONE: dict[str, Words] = {
    "serious_harm_to_children": _("Say whether there is a risk of serious harm to children"),
    "necessary_for_children": _("Say whether telling is necessary to protect them"),
    "asked_for": _("Say whether somebody asked to be told"),
}
CHILDREN = (*IS_ONE, *OF_ONE)
AGAINST_PRESUMPTION = _("Enter why the presumption to disclose does not hold here")


class AskedAboutChildren(models.Model):
    """The answers of a meeting, and what the law said by them.

    All are empty where nobody asked: before a meeting was asked, and where the whole record has them.
    """

    # As a row stands of which nobody was asked.
    NOT_ASKED: ClassVar[dict[str, Any]] = dict.fromkeys(CHILDREN) | {"presumption": False, "against_presumption": ""}

    child_sex_offender = models.BooleanField(null=True, blank=True)
    serious_harm_to_children = models.BooleanField(null=True, blank=True)
    necessary_for_children = models.BooleanField(null=True, blank=True)
    asked_for = models.BooleanField(null=True, blank=True)
    presumption = models.BooleanField(default=False)
    against_presumption = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    child_sex_offender=True,
                    serious_harm_to_children__isnull=False,
                    necessary_for_children__isnull=False,
                    asked_for__isnull=False,
                )
                | (Q(child_sex_offender__isnull=True) | Q(child_sex_offender=False))
                & Q(
                    serious_harm_to_children__isnull=True,
                    necessary_for_children__isnull=True,
                    asked_for__isnull=True,
                    presumption=False,
                ),
                name="%(app_label)s_%(class)s_asks_about_children",
                violation_error_message=_("Answer every question about children of a child sex offender."),
            ),
        ]

    def missing_about_children(self) -> dict[str, Words]:
        """What is not answered, in words."""
        if self.child_sex_offender is None:
            return dict(IS_ONE)
        asked = OF_ONE if self.child_sex_offender else {}
        return {name: words for name, words in asked.items() if getattr(self, name) is None}

    def answer(self, *, child_sex_offender: bool | None, **of_one: bool | None) -> None:
        """Take the answers; of anybody else than a child sex offender the others are not asked."""
        self.child_sex_offender = child_sex_offender
        for name in OF_ONE:
            setattr(self, name, of_one.get(name) if child_sex_offender else None)

    def answer_as(self, other: "AskedAboutChildren") -> Self:
        """Take over what another row answered."""
        for name in self.NOT_ASKED:
            setattr(self, name, getattr(other, name))
        return self
