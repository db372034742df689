"""Boards, who sits on them, their meetings, plans and questions. `offender=` gives the area, as of every table."""

from datetime import timedelta

import factory
from django.utils import timezone

from reviews.models import (
    Board,
    BoardAttendance,
    BoardDecision,
    BoardItem,
    BoardMeeting,
    BoardMember,
    BoardPaper,
    BoardQuestion,
    BusinessPlan,
    HoursEntry,
    LayAdviser,
    PlanAction,
    PlanStep,
    SubGroup,
)
from tests.factories.files import StoredFactory, a_pdf
from tests.factories.world import AgencyFactory, AreaFactory, GuardedFactory, UserFactory, in_days


class OfBoardFactory(GuardedFactory):
    class Meta:
        abstract = True

    class Params:
        offender = None


def of(factory_of: type, **more) -> factory.SubFactory:
    """A row above this one, of the same area."""
    return factory.SubFactory(factory_of, offender=factory.SelfAttribute("..offender"), **more)


class BoardFactory(OfBoardFactory):
    class Meta:
        model = Board
        django_get_or_create = ("area",)

    area = factory.Maybe("offender", factory.SelfAttribute("offender.area"), factory.SubFactory(AreaFactory))
    name = factory.LazyAttribute(lambda o: f"{o.area} Strategic Management Board")


class BoardMemberFactory(OfBoardFactory):
    class Meta:
        model = BoardMember

    board = of(BoardFactory)
    agency = factory.SubFactory(AgencyFactory, area=factory.SelfAttribute("..board.area"))
    person = factory.SubFactory(UserFactory)
    post = "Head of Public Protection"
    from_on = factory.LazyFunction(lambda: in_days(-400))
    added_by = factory.SubFactory(UserFactory)


class LayAdviserFactory(OfBoardFactory):
    class Meta:
        model = LayAdviser

    board = of(BoardFactory)
    person = factory.SubFactory(UserFactory)
    letter = "MoJ 2025/17"
    is_clear = True
    from_on = factory.LazyFunction(lambda: in_days(-400))
    until = factory.LazyFunction(lambda: in_days(600))
    added_by = factory.SubFactory(UserFactory)


class HoursEntryFactory(OfBoardFactory):
    class Meta:
        model = HoursEntry

    adviser = of(LayAdviserFactory)
    on = factory.LazyFunction(lambda: in_days(0))
    hours = 2
    kind = HoursEntry.Kind.READING


class SubGroupFactory(OfBoardFactory):
    class Meta:
        model = SubGroup

    board = of(BoardFactory)
    name = factory.Sequence(lambda n: f"Group {n}")
    purpose = "Looks at performance"
    set_up_by = factory.SubFactory(UserFactory)


class BoardMeetingFactory(OfBoardFactory):
    class Meta:
        model = BoardMeeting

    board = of(BoardFactory)
    starts_at = factory.Sequence(lambda n: timezone.now() + timedelta(days=20, minutes=n))
    place = "County Hall"


class BoardItemFactory(OfBoardFactory):
    class Meta:
        model = BoardItem

    meeting = of(BoardMeetingFactory)
    title = factory.Sequence(lambda n: f"Performance {n}")
    purpose = BoardItem.Purpose.DISCUSS
    added_by = factory.SubFactory(UserFactory)


class BoardPaperFactory(StoredFactory):
    class Meta:
        model = BoardPaper
        exclude = ("offender",)

    offender = None
    meeting = of(BoardMeetingFactory)
    title = "Performance, July to September"
    content = factory.LazyFunction(a_pdf)
    file_kind = "pdf"
    file_name = "performance.pdf"


class BoardAttendanceFactory(OfBoardFactory):
    class Meta:
        model = BoardAttendance

    meeting = of(BoardMeetingFactory)
    member = factory.SubFactory(BoardMemberFactory, board=factory.SelfAttribute("..meeting.board"))
    state = BoardAttendance.State.CAME
    taken_by = factory.SubFactory(UserFactory)


class BoardDecisionFactory(OfBoardFactory):
    class Meta:
        model = BoardDecision

    meeting = of(BoardMeetingFactory)
    text = "Minutes go out within five days"
    reasons = "They were late in two months of three"
    recorded_by = factory.SubFactory(UserFactory)


class BusinessPlanFactory(OfBoardFactory):
    class Meta:
        model = BusinessPlan

    board = of(BoardFactory)
    title = factory.Sequence(lambda n: f"Business plan {n}")
    aims = "Fewer late reviews"
    from_on = factory.LazyFunction(lambda: in_days(-100))
    until = factory.LazyFunction(lambda: in_days(265))
    written_by = factory.SubFactory(UserFactory)


class PlanActionFactory(OfBoardFactory):
    class Meta:
        model = PlanAction

    plan = of(BusinessPlanFactory)
    title = "Train chairs"
    measure = "Every chair has been trained"
    owner = factory.SubFactory(BoardMemberFactory, board=factory.SelfAttribute("..plan.board"))
    due_on = factory.LazyFunction(lambda: in_days(30))
    added_by = factory.SubFactory(UserFactory)


class PlanStepFactory(OfBoardFactory):
    class Meta:
        model = PlanStep

    action = of(PlanActionFactory)
    kind = PlanStep.Kind.PROGRESS
    words = "Half of them were"
    was_due_on = factory.LazyFunction(lambda: in_days(30))
    by = factory.SubFactory(UserFactory)


class BoardQuestionFactory(OfBoardFactory):
    class Meta:
        model = BoardQuestion

    board = of(BoardFactory)
    kind = BoardQuestion.Kind.QUESTION
    title = "Attendance of housing"
    text = "Why did housing miss so many meetings?"
    asked_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: in_days(20))
