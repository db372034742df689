"""The agencies of the demo's areas and the people who work in them, each of whom can be played."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password

from agencies.models import Agency, AgencyKind, Area, IntegrationToken, Membership, Rank, Role, User
from agencies.models.token import SCOPES, digest
from mappa import dates
from reviews.demo import people

R = Role.Code

NAMES = {
    "police": "{} Police",
    "probation": "Probation Service, {}",
    "prison": "Prison Service, {}",
    "yot": "Youth Justice Service, {}",
    "jobcentre": "Jobcentre Plus, {}",
    "health-commissioner": "NHS commissioner, {}",
    "education": "Education, {}",
    "housing": "Housing, {}",
    "social-services": "Social Care, {}",
    "rsl": "{} Homes",
    "nhs-trust": "{} Mental Health Trust",
    "electronic-monitoring": "Electronic Monitoring, {}",
    "immigration": "Immigration Enforcement, {}",
    "associate": "Families’ Support, {}",
    "board": "{} Strategic Management Board",
    "service": "mappa service, {}",
}

# Who can be played: the start of the sign-in, agency, role and rank.
CAST = (
    ("coordinator", "police", R.COORDINATOR, "Inspector"),
    ("chair", "police", R.CHAIR, "Superintendent"),
    ("probation", "probation", R.PRACTITIONER, "Probation officer"),
    ("probation-manager", "probation", R.PRACTITIONER, "Senior probation officer"),
    ("police", "police", R.PRACTITIONER, "Constable"),
    ("prison", "prison", R.PRACTITIONER, "Head of offender management, prison"),
    ("housing", "housing", R.CONTACT_POINT, "Team manager"),
    ("health", "nhs-trust", R.PRACTITIONER, "Officer"),
    ("victim-liaison", "probation", R.VICTIM_LIAISON, "Officer"),
    ("board", "board", R.BOARD_MEMBER, "Director"),
    ("lay-adviser", "board", R.LAY_ADVISER, None),
    ("information-officer", "police", R.INFORMATION_OFFICER, "Officer"),
    ("national", "service", R.NATIONAL, None),
    ("admin", "service", R.ADMINISTRATOR, None),
)
# In the areas that are only there for size.
FEW = tuple(person for person in CAST if person[0] in {"coordinator", "probation", "police", "housing"})
FEW_KINDS = ("police", "probation", "prison", "housing")
SINCE = timedelta(days=1200)
OFFICERS = {"probation": ("Probation officer", 26), "police": ("Constable", 22)}


@dataclass
class Place:
    """An area with its agencies by kind, its people by sign-in, and the officers who lead cases."""

    area: Area
    agencies: dict[str, Agency] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    officers: dict[str, list[User]] = field(default_factory=dict)


class Founder:
    """Makes agencies and people, with one password hash for all."""

    def __init__(self, rng: Random, on: date) -> None:
        self.rng = rng
        self.on = on
        self.password = make_password(settings.DEMO_PASSWORD)
        self.ranks = {rank.name: rank for rank in Rank.objects.all()}
        self.kinds = {kind.code: kind for kind in AgencyKind.objects.all()}

    def found(self, slug: str, prefix: str) -> Place:
        """An area in full: an agency of every kind, a person of every role, two dozen officers each."""
        place = Place(Area.objects.get(slug=slug))
        self._agencies(place, NAMES)
        for start, kind, role, rank in CAST:
            email = f"{prefix}{start}@demo.invalid"
            place.people[start] = self._person(email, place.agencies[kind], role, rank, is_staff=start == "admin")
        for kind, (rank, count) in OFFICERS.items():
            self._officers(place, kind, rank, count)
        return place

    def found_small(self, area: Area, officers: int) -> Place:
        """An area for size: the Responsible Authority, housing, one person to play in each, and officers for its cases."""
        place = Place(area)
        self._agencies(place, FEW_KINDS)
        for start, kind, role, rank in FEW:
            email = f"{start}@{area.slug}.demo.invalid"
            place.people[start] = self._person(email, place.agencies[kind], role, rank)
        for kind, (rank, _count) in OFFICERS.items():
            self._officers(place, kind, rank, officers)
            place.officers[kind].append(place.people[kind])
        return place

    def add_integration(self, place: Place) -> None:
        """A system that reads cases through the API, with the token of the settings."""
        agency = place.agencies["probation"]
        user = self._person("integration@systems.demo.invalid", agency, R.INTEGRATION, None, name="Case list reader")
        user.set_unusable_password()
        user.save(update_fields=["password"])
        IntegrationToken.objects.get_or_create(
            digest=digest(settings.DEMO_API_TOKEN),
            defaults={
                "name": "Demo integration",
                "user": user,
                "scopes": [scope for scope in SCOPES if scope.endswith(":read")],
                "expires_on": dates.add_years(self.on, 1),
            },
        )

    def _agencies(self, place: Place, kinds: "dict[str, str] | tuple[str, ...]") -> None:
        for kind in kinds:
            name = NAMES[kind].format(place.area.name)
            fresh = {"kind": self.kinds[kind], "area": place.area, "email_domains": "demo.invalid"}
            place.agencies[kind] = Agency.objects.get_or_create(name=name, defaults=fresh)[0]

    def _officers(self, place: Place, kind: str, rank: str, count: int) -> None:
        """Officers who lead cases, in three statements however many they are."""
        emails = [f"{kind}-{number:04d}@{place.area.slug}.demo.invalid" for number in range(1, count + 1)]
        fresh = [User(email=email, name=people.officer_name(self.rng), password=self.password) for email in emails]
        User.objects.bulk_create(fresh, ignore_conflicts=True)
        place.officers[kind] = list(User.objects.filter(email__in=emails).order_by("email"))
        Membership.objects.bulk_create(
            [
                Membership(
                    user=user,
                    agency=place.agencies[kind],
                    role_id=R.PRACTITIONER,
                    rank=self.ranks[rank],
                    from_on=self.on - SINCE,
                )
                for user in place.officers[kind]
            ],
            ignore_conflicts=True,
        )

    def _person(
        self, email: str, agency: Agency, role: Role.Code, rank: str | None, *, is_staff: bool = False, name: str = ""
    ) -> User:
        drawn = people.officer_name(self.rng)
        fresh = {"name": name or drawn, "password": self.password, "is_staff": is_staff}
        user = User.objects.get_or_create(email=email, defaults=fresh)[0]
        Membership.objects.get_or_create(
            user=user,
            agency=agency,
            role_id=role,
            defaults={"rank": self.ranks[rank] if rank else None, "from_on": self.on - SINCE},
        )
        return user
