"""A day on which an officer opened very many people, and tried one of another area: for whoever looks at unusual access."""

from datetime import date

from agencies.models.user import system_user
from assurance import answering
from assurance.models import UnusualAccess
from assurance.reach import managers_of
from assurance.unusual import look
from audit.models import Act
from audit.record import record
from offenders.models import Offender
from reviews.demo.agencies import Place

# More than the standard of an hour.
OPENED = 64
TRIED = "MA-2222-2222"
PAGE = "offenders.overview.opened"


def begin(place: Place, on: date) -> None:
    """What was opened, what the rules say to it, and one of it that a manager is asked to explain."""
    officer, reader = place.people["probation"], place.people["information-officer"]
    cases = Offender.objects.visible_to(officer).filter(lead_agency=place.agencies["police"]).order_by("search_name")
    for number, case in enumerate(cases[:OPENED]):
        record(PAGE, by=officer, about=case, act=Act.VIEW, purpose="records" if number % 7 else "work")
    for _each in range(2):
        record(PAGE, by=officer, act=Act.VIEW, denied=True, reference=TRIED)
    look.judge([officer.pk], on, by=system_user())
    found = UnusualAccess.objects.visible_to(reader).filter(person=officer).order_by("pk").first()
    manager = managers_of(officer).exclude(pk=reader.pk).first()
    if found is not None and manager is not None:
        answering.ask_manager(unusual=found, manager=manager, by=reader)
