"""A meeting's worth of cases and of people to sit at it: `python -m tests.journeys.meeting_world`.

It runs beside the web server, in the server's environment, and answers the reference of each case by its surname.
"""

import json
import sys
from datetime import timedelta

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth.hashers import make_password

from agencies.models import Agency, AgencyKind, Area, Membership, Rank, Role, User
from mappa import dates
from offenders.models import Offender
from tests import factories
from tests.factories import IdentifierFactory, OffenderFactory

SURNAMES = (
    "Ashgrovel",
    "Brackenthwaite",
    "Copplestoner",
    "Dunmallard",
    "Eskdalewick",
    "Farrowdene",
    "Gristhorper",
    "Hallamshaw",
)
# Who comes beside the demo's cast: the start of the sign-in, the kind of agency and the rank.
PEOPLE = (
    ("youth-justice", "yot", "Team manager"),
    ("jobcentre", "jobcentre", "Team manager"),
    ("jobcentre-deputy", "jobcentre", "Officer"),
    ("education", "education", "Team manager"),
    ("social-care", "social-services", "Team manager"),
    ("social-care-deputy", "social-services", "Officer"),
    ("landlord", "rsl", "Team manager"),
    ("monitoring", "electronic-monitoring", "Team manager"),
    ("commissioner", "health-commissioner", "Team manager"),
    ("housing-deputy", "housing", "Officer"),
    ("health-deputy", "nhs-trust", "Officer"),
)


def make_people(area: Area) -> None:
    """A contact point or deputy of each agency, who signs in with the demo's password."""
    password = make_password(settings.DEMO_PASSWORD)
    for start, kind, rank in PEOPLE:
        name = start.replace("-", " ").title()
        user = User.objects.create(email=f"{start}@demo.invalid", name=name, password=password)
        Membership.objects.create(
            user=user,
            agency=Agency.objects.get(area=area, kind=AgencyKind.objects.get(code=kind)),
            role_id=Role.Code.PRACTITIONER if start.endswith("deputy") else Role.Code.CONTACT_POINT,
            rank=Rank.objects.get(name=rank),
            from_on=dates.today() - timedelta(days=90),
        )


def make_cases(area: Area) -> dict[str, str]:
    """Eight people at level 2 whose reviews are long overdue: they are suggested first."""
    officer = User.objects.get(email="probation@demo.invalid")
    found = {}
    for number, surname in enumerate(SURNAMES):
        case = OffenderFactory(
            surname=surname,
            forenames="Piers",
            area=area,
            lead_agency=Agency.objects.get(area=area, kind__code="probation"),
            lead_officer=officer,
            registered_by=officer,
            level=Offender.Level.ACTIVE,
            rosh=Offender.Rosh.HIGH,
            next_review_on=dates.today() - timedelta(days=400 - number),
            level_period=True,
        )
        IdentifierFactory(offender=case, value=f"J88000{number}")
        found[surname] = case.reference
    return found


if __name__ == "__main__":
    for each in {each for name, each in vars(factories).items() if name.endswith("Factory")}:
        each.reset_sequence(User.objects.count(), force=True)  # numbers go on from what is there already
    bedfordshire = Area.objects.get(slug="bedfordshire")
    make_people(bedfordshire)
    json.dump(make_cases(bedfordshire), sys.stdout)
