"""Who does a colleague's work while he is away: arranged, ended, and told by mail.

It gives no access (docs/access.md): whoever stands in is shown and reminded of what he sees by himself.
"""

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import outbox
from agencies.access import Perm, require
from agencies.models import Delegation, User
from agencies.teams import colleagues_of, is_manager_of
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date

# Whoever is away for longer has left: his cases go to somebody else.
LONGEST_MONTHS = 12


def known_to(user: User, people: QuerySet[User]) -> QuerySet[Delegation]:
    """What was arranged and has not ended: of the user himself, for him, and for people whom he manages."""
    rows = Delegation.objects.filter(ended_at__isnull=True, until__gte=dates.today())
    rows = rows.filter(Q(person=user) | Q(to=user) | Q(person__in=people))
    return rows.select_related("person", "to")


def stood_in_for(user: User, on: date) -> list[Delegation]:
    """For whom the user stands in on a day: colleagues still, for whoever moves on stands in for nobody."""
    rows = Delegation.objects.in_force(on).filter(to=user, person__in=colleagues_of(user, on))
    return list(rows.select_related("person").order_by("until", "pk"))


@transaction.atomic
def stand_in(*, person: User, to: User, from_on: date, until: date, by: User) -> Delegation:
    """Have a colleague stand in for somebody who is away. One arranges it for himself, or for whom he manages."""
    require(by, Perm.SIGNED_IN)
    today = dates.today()
    _require_own_or_managed(person, by, today)
    # One at a time for each person, so that two clicks arrange it once.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    row = Delegation(person=person, to=to, from_on=from_on, until=until, made_by=by)
    _refuse_days(from_on, until, today)
    _refuse_colleague(row, today)
    row.full_clean()
    row.save()
    record("stand_in.arranged", by=by, about=row, person=person.pk, to=to.pk)
    _tell(row, [to] if by.pk == person.pk else [to, person], by, ended=False)
    return row


@transaction.atomic
def end_standing_in(*, delegation: Delegation, by: User) -> Delegation:
    """End it before its last day: whoever was away, his manager, or whoever stands in."""
    require(by, Perm.SIGNED_IN)
    row = Delegation.objects.select_for_update(of=("self",)).select_related("person", "to").get(pk=delegation.pk)
    if by.pk != row.to_id:
        _require_own_or_managed(row.person, by, dates.today())
    if row.ended_at is not None:
        raise ValidationError(_("This has ended already. Open the page again to see who stands in."))
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    record("stand_in.ended", by=by, about=row, person=row.person_id, to=row.to_id)
    _tell(row, [row.to, row.person], by, ended=True)
    return row


def _require_own_or_managed(person: User, by: User, today: date) -> None:
    if by.pk != person.pk and not is_manager_of(by, person, today):
        raise PermissionDenied(Perm.TEAM_WORK)


def _refuse_days(from_on: date, until: date, today: date) -> None:
    if from_on < today:
        raise ValidationError({"from_on": _("Enter a first day that is today or later.")})
    if until < from_on:
        raise ValidationError({"until": _("Enter a last day that is not before the first.")})
    if until > dates.add_months(from_on, LONGEST_MONTHS):
        words = _(
            "Enter a last day within %(months)s months. Whoever is away for longer gives the work to somebody else."
        )
        raise ValidationError({"until": words % {"months": LONGEST_MONTHS}})


def _refuse_colleague(row: Delegation, today: date) -> None:
    if row.to_id == row.person_id:
        raise ValidationError({"to": _("Choose somebody else to stand in.")})
    if not colleagues_of(row.person, today).filter(pk=row.to_id).exists():
        raise ValidationError({"to": _("Choose a colleague of the same agency.")})
    meanwhile = Delegation.objects.filter(ended_at__isnull=True, from_on__lte=row.until, until__gte=row.from_on)
    if meanwhile.filter(person=row.to_id).exists():
        raise ValidationError({"to": _("This colleague is away then too. Choose another, or other days.")})
    if meanwhile.filter(to=row.person_id).exists():
        # Or a third one's work would be nobody's.
        raise ValidationError(
            {
                "from_on": _(
                    "Who is to be away stands in for a colleague then. End that first, so that another is chosen."
                )
            }
        )
    if meanwhile.filter(person=row.person_id, to=row.to_id).exists():
        raise ValidationError(
            {"to": _("This colleague stands in on some of these days already. End that first, or choose other days.")}
        )


def _tell(row: Delegation, people: list[User], by: User, *, ended: bool) -> None:
    """Mail both but for whoever did it: days, a link, and nobody's name."""
    if ended:
        subject = _("Standing in has ended")
        words = _("What was arranged until %(until)s has ended: from now on you are shown only what is yours.")
    else:
        subject = _("Somebody stands in while somebody is away")
        words = _("From %(from)s until %(until)s a colleague stands in. Sign in to see who, and for whom.")
    words %= {"from": long_date(row.from_on), "until": long_date(row.until)}
    link = settings.BASE_URL + reverse("reviews:away")
    for person in people:
        if person.pk != by.pk:
            key = f"stand-in:{row.reference}:{'ended' if ended else 'arranged'}:{person.pk}"
            outbox.post(key=key, to=person, subject=subject, body=f"{words}\n\n{link}")
