"""How the tests of notification requirements type, record and read."""

from datetime import date

from offenders.actions import notifications, requirements
from offenders.models import NotificationDue
from tests.factories import OffenceFactory, sentenced


def typed(**days):
    """Dates as three boxes each; None leaves them empty."""
    boxes = {}
    for name, day in days.items():
        parts = (day.day, day.month, day.year) if day else ("", "", "")
        boxes |= dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), parts, strict=True))
    return boxes


def sexual(offender, **more):
    """A conviction that makes the person a registered sexual offender: by default a community order."""
    facts = {"dealt_with_on": date(2024, 3, 1), "disposal": "community_order", "term_months": 0} | more
    return sentenced(offender=offender, offence=OffenceFactory(schedule_3=True), **facts)


def begin(offender, by, **more):
    return requirements.begin_notification(offender=offender, conviction=sexual(offender, **more), by=by)[0]


def notify(requirement, by, kind="initial", on=date(2024, 3, 2), **more):
    told = {
        "place": "Luton",
        "method": "in_person",
        "received_by": "PC Example",
        "acknowledged": True,
        "what": "Name and home address",
        "fingerprints": False,
        "photographs": False,
        "no_fixed_abode": False,
    } | more
    return notifications.notify(requirement=requirement, kind=kind, given_on=on, by=by, **told)


def open_dues(offender, user):
    rows = NotificationDue.objects.visible_to(user).filter(offender=offender).open()
    return {row.what: row.due_on for row in rows}
