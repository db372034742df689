"""Somebody says himself that he knows the person: he is excluded at once, and co-ordination is told (access.md, rule 6)."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import outbox
from agencies.access import Perm, require
from agencies.models import Membership, Role, User
from audit.record import record
from mappa import dates
from offenders.actions.case import Topic, lock, telling
from offenders.actions.sharing import has_keeper
from offenders.models import Exclusion, Offender
from offenders.visibility import forget_scopes

tell = telling(Topic.ACCESS)


class HowKnown(models.TextChoices):
    """Why somebody must not see a case, as he says it himself."""

    RELATIVE = "relative", gettext_lazy("A relative or partner")
    FRIEND = "friend", gettext_lazy("A friend or neighbour")
    COLLEAGUE = "colleague", gettext_lazy("A colleague, now or before")
    VICTIM = "victim", gettext_lazy("I know somebody whom the person harmed")
    OTHER = "other", gettext_lazy("Another conflict of interest")


@transaction.atomic
def declare_conflict(*, offender: Offender, how: str, by: User) -> Exclusion:
    """Exclude oneself from a case. Nobody takes that back himself: those who may share the case can end it.

    Who leads it leads it no longer. A restricted case keeps a keeper: its only one asks for another first.
    """
    require(by, Perm.VIEW_CASE, on=offender)
    offender = lock(offender, by=by, in_emergency=True)
    row = Exclusion(offender=offender, user=by, reason=_("Said so: %s") % HowKnown(how).label, made_by=by)
    row.full_clean()
    row.save()
    if offender.lead_officer_id == by.pk:
        offender.lead_officer = None
        offender.save(update_fields=["lead_officer"])
    record("case.conflict_declared", by=by, about=offender, how=how)
    forget_scopes()
    if offender.restricted and not has_keeper(offender):
        forget_scopes()
        raise ValidationError(
            _("You are the only keeper of this restricted case. Ask another co-ordinator to be named on it first.")
        )
    tell(offender, _("Access to the case was changed"), by=by)
    _tell_co_ordination(row)
    return row


def _tell_co_ordination(row: Exclusion) -> None:
    offender = row.offender
    held = Membership.objects.in_force(dates.today()).filter(role=Role.Code.COORDINATOR, agency__area=offender.area_id)
    for coordinator in User.objects.filter(pk__in=held.values("user")).exclude(pk=row.user_id):
        outbox.tell_person(
            coordinator,
            about=offender,
            key=f"conflict:{offender.reference}:{row.pk}:{coordinator.pk}",
            subject=_("Somebody cannot work on %s any more") % offender.reference,
            words=_(
                "Somebody has said that he or she knows the person, and is excluded from %s. See whether the case needs a lead officer."
            )
            % offender.reference,
            path=reverse("offenders:who", args=[offender.reference]),
        )
