"""Who works in housing, as its contact point finds it: a list to confirm, somebody invited, somebody suspended, somebody who left."""

from datetime import date, timedelta

from django.utils import timezone

from agencies.colleagues import links
from agencies.models import Invitation, Membership, Rank, Recertification, RecertificationLine, Role, Suspension, User
from agencies.models.token import digest
from agencies.models.user import Vetting
from reviews.demo.agencies import Place

R = Role.Code
# Name, and what becomes of the person. They cannot be played: they have no password.
PEOPLE = (
    ("Aled Marsh", ""),
    ("Chloe Winter", ""),
    ("Farah Iqbal", ""),
    ("Grace Holt", "ends"),
    ("Hugh Talbot", "suspended"),
    ("Leon Price", "left"),
    ("Megan Frost", "vetting"),
    ("Omar Reid", ""),
    ("Tessa Lamb", "invited"),
)


def write_colleagues(place: Place, on: date) -> None:
    """Write them once: a second run finds them there."""
    point, agency = place.people["housing"], place.agencies["housing"]
    rank = Rank.objects.get(name="Officer")
    for number, (name, fate) in enumerate(PEOPLE, start=1):
        person, is_new = User.objects.get_or_create(
            email=f"housing-{number}@{place.area.slug}.demo.invalid",
            defaults={
                "name": name,
                "password": "!",
                "vetting_level": Vetting.BPSS,
                "vetting_expires_on": on + timedelta(days=20 if fate == "vetting" else 300 + number),
            },
        )
        if not is_new:
            continue
        if fate == "invited":
            _invite(person, place, rank, on, point)
            continue
        held = Membership.objects.create(
            user=person,
            agency=agency,
            role_id=R.PRACTITIONER,
            rank=rank,
            line_manager=point,
            from_on=on - timedelta(days=400 + 30 * number),
            until=on + timedelta(days=25) if fate == "ends" else None,
        )
        _let_come_to_pass(held, fate, point)
    if not Recertification.objects.filter(agency=agency).exists():
        _ask(place, on)


def _invite(person: User, place: Place, rank: Rank, on: date, by: User) -> None:
    row = Invitation(
        user=person,
        name=person.name,
        agency=place.agencies["housing"],
        role_id=R.PRACTITIONER,
        rank=rank,
        line_manager=by,
        from_on=on + timedelta(days=7),
        vetting_level=person.vetting_level,
        vetting_expires_on=person.vetting_expires_on or on,
        made_by=by,
        nonce=links.new_nonce(),
        expires_at=timezone.now() + timedelta(hours=60),
    )
    row.digest = digest(links.token_of(row))
    row.save()


def _let_come_to_pass(held: Membership, fate: str, by: User) -> None:
    if fate == "suspended":
        User.objects.filter(pk=held.user_id).update(is_active=False)
        Suspension.objects.create(user=held.user, why=Suspension.Why.BY_HAND, reason="Lost a laptop", made_by=by)
    if fate == "left":
        held.stopped_at, held.stopped_by, held.stopped_why = timezone.now(), by, Membership.Stopped.LEFT
        held.save()
        User.objects.filter(pk=held.user_id).update(left_at=timezone.now())


def _ask(place: Place, on: date) -> None:
    """The quarterly list, opened four days ago."""
    days = {"opened_on": on - timedelta(days=4), "due_on": on + timedelta(days=10), "stops_on": on + timedelta(days=17)}
    row = Recertification.objects.create(agency=place.agencies["housing"], **days)
    held = Membership.objects.standing(on).filter(agency=row.agency).exclude(role=R.INTEGRATION)
    RecertificationLine.objects.bulk_create(RecertificationLine(recertification=row, membership=m) for m in held)
