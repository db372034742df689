"""What an invited agency tells a meeting about one person before it is held."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencies.access import Perm, areas_granting
from agencies.models import User
from offenders.visibility import scope_of
from panels.models.audience import Audience, AudienceModel, keeping_rule, named_rule, without_conflict
from panels.models.meeting import AgendaItem, Invitation, ItemModel, ItemQuerySet, item_rule, minuting_rule


class InformationReturnQuerySet(ItemQuerySet["InformationReturn"]):
    def outline_of(self, items: Iterable[AgendaItem]) -> set[int]:
        """The invitations, to items the caller already holds, that were answered: that, not what was said."""
        rows = self.scoped(Q(item__in=list(items)))
        return set(rows.values_list("invitation", flat=True))

    def last_sent(self) -> Self:
        """The last of each invitation: what was sent before it was put right by it."""
        newer = InformationReturn.objects.filter(invitation=OuterRef("invitation"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))


class InformationReturn(ItemModel):
    """What an invited agency sent, or that it has nothing to share. Never changed: another version puts it right."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="returns")
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="information")
    number = models.PositiveSmallIntegerField(default=1)
    nothing_to_share = models.BooleanField(default=False)
    sent_at = models.DateTimeField(auto_now_add=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = InformationReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-number", "pk"]
        constraints = [
            models.UniqueConstraint(
                "invitation",
                "number",
                name="a_return_of_each_number_once",
                violation_error_message=_("This was sent already, perhaps by a colleague. Open the page again."),
            ),
        ]

    def __str__(self) -> str:
        return f"information for {self.item_id}"


class InformationPartQuerySet(ItemQuerySet["InformationPart"]):
    def visible_to(self, user: User) -> Self:
        """Parts of returns for items the user sees, for an audience he belongs to; always those of his own agency.

        Unlike minutes they are read before the meeting, by everyone invited. Whoever keeps the minutes reads all of them:
        what he may not read he could not minute.
        """
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        own = Q(information__invitation__agency__in=sorted(scope.agencies))
        authority = Q(audience=Audience.AUTHORITY) & minuting_rule(user, scope)
        readers = Q(audience=Audience.EVERYONE) | authority | named_rule(self.model, scope) | keeping_rule(user)
        return self.scoped(rows & without_conflict(user) & (own | readers))

    def outline_of(self, items: Iterable[AgendaItem]) -> list[tuple[int, str]]:
        """Return and section of each part with words, of items the caller already holds: that, not what they say."""
        rows = self.scoped(Q(item__in=list(items))).exclude(text="").order_by("section")
        return list(rows.values_list("information", "section"))


class InformationPart(AudienceModel):
    """One part of a return, for one audience."""

    class Section(models.TextChoices):
        KNOWN = "1-known", _("What the agency knows")
        RISK = "2-risk", _("Risk as the agency sees it")
        VICTIMS = "3-victims", _("Victims")
        OFFER = "4-offer", _("What the agency offers to do")

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="information_parts")
    information = models.ForeignKey(InformationReturn, models.CASCADE, related_name="parts")
    section = models.CharField(max_length=10, choices=Section)
    text = models.TextField(blank=True)

    objects = InformationPartQuerySet.as_manager()

    class Meta:
        ordering = ["section", "pk"]
        constraints = [
            models.UniqueConstraint("information", "section", name="a_part_of_a_return_once"),
            models.CheckConstraint(
                condition=~Q(section="3-victims", audience="everyone"),
                name="victims_are_not_for_everyone_invited",
                violation_error_message=_("What is said of victims is not for everyone invited."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_section_display())


class InformationDraftQuerySet(ItemQuerySet["InformationDraft"]):
    def visible_to(self, user: User) -> Self:
        """Drafts for items the user sees, for the side that writes them: the agency, or co-ordination in its place."""
        scope = scope_of(user)
        rows = item_rule(scope, "item__")
        if scope.everything:
            return self.scoped(rows)
        agency = Q(for_agency=True, invitation__agency__in=sorted(scope.agencies))
        area = Q(for_agency=False, item__meeting__area__in=areas_granting(user, Perm.SEND_INFORMATION))
        return self.scoped(rows & (agency | area))


class InformationDraft(ItemModel):
    """A return as it is being typed, and not yet sent. `version` counts its saves: nobody saves over what he has not read."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="information_drafts")
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="drafts")
    for_agency = models.BooleanField(help_text=_("Typed by the agency itself, and not by co-ordination in its place."))
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = InformationDraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("invitation", "for_agency", name="one_draft_of_each_side")]

    def __str__(self) -> str:
        return f"draft for {self.item_id}"
