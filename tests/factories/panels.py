"""Standing panels, what became of meetings, and who observes them."""

import factory
from django.utils import timezone

from offenders.models import Offender
from panels.models import MeetingChange, Observation, Panel, Seat, Slot
from tests.factories.world import AgencyFactory, AreaFactory, GuardedFactory, MeetingFactory, UserFactory


class PanelFactory(GuardedFactory):
    class Meta:
        model = Panel

    class Params:
        offender = None

    area = factory.Maybe("offender", factory.SelfAttribute("offender.area"), factory.SubFactory(AreaFactory))
    level = Offender.Level.ACTIVE
    name = factory.Sequence(lambda n: f"Panel {n}")
    place = "Police headquarters"
    chair = factory.SubFactory(UserFactory)
    made_by = factory.SubFactory(UserFactory)


class SeatFactory(GuardedFactory):
    class Meta:
        model = Seat

    class Params:
        offender = None

    panel = factory.SubFactory(PanelFactory, offender=factory.SelfAttribute("..offender"))
    agency = factory.SubFactory(AgencyFactory, area=factory.SelfAttribute("..panel.area"))
    added_by = factory.SubFactory(UserFactory)


def meeting_of() -> factory.Maybe:
    """A meeting of the area of `offender=`, or of any."""
    of_area = factory.SubFactory(MeetingFactory, area=factory.SelfAttribute("..offender.area"))
    return factory.Maybe("offender", of_area, factory.SubFactory(MeetingFactory))


class MeetingChangeFactory(GuardedFactory):
    class Meta:
        model = MeetingChange

    class Params:
        offender = None

    meeting = meeting_of()
    kind = MeetingChange.Kind.MOVED
    reason = "The room was needed for something else"
    was_at = factory.LazyFunction(timezone.now)
    was_place = "Police headquarters"
    was_chair = factory.SubFactory(UserFactory)
    by = factory.SubFactory(UserFactory)


class ObservationFactory(GuardedFactory):
    class Meta:
        model = Observation

    class Params:
        offender = None

    meeting = meeting_of()
    adviser = factory.SubFactory(UserFactory)
    invited_by = factory.SubFactory(UserFactory)


class SlotFactory(GuardedFactory):
    class Meta:
        model = Slot

    class Params:
        offender = None

    meeting = meeting_of()
    kind = Slot.Kind.BREAK
    position = 1
    minutes = 15
    added_by = factory.SubFactory(UserFactory)
