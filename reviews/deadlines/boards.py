"""What falls due of a board's business. None of it is about a case."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Perm, areas_granting
from agencies.models import User
from mappa.templatetags.mappa import long_date
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import Holders, Person, R, coordination
from reviews.models import (
    BoardAttendance,
    BoardDecision,
    BoardMeeting,
    BoardMember,
    BoardPaper,
    BoardQuestion,
    LayAdviser,
    PlanAction,
)


def _meetings(user: User) -> QuerySet[Any]:
    found: QuerySet[Any] = BoardMeeting.objects.visible_to(user).annotate(falls_on=TruncDate("starts_at"))
    return found.select_related("board")


def _coming(user: User) -> QuerySet[Any]:
    return _meetings(user).filter(cancelled_at__isnull=True, starts_at__gt=timezone.now())


def _without_papers(user: User) -> QuerySet[Any]:
    papers = BoardPaper.objects.visible_to(user).standing().filter(meeting=OuterRef("pk")).order_by()
    return _coming(user).filter(~Exists(papers), papers_due_on__isnull=False)


def _without_attendance(user: User) -> QuerySet[Any]:
    taken = BoardAttendance.objects.visible_to(user).filter(meeting=OuterRef("pk")).order_by()
    # Those whose attendance can be taken: of a board on which nobody sat that day there is none.
    day: Any = OuterRef("falls_on")
    members = BoardMember.objects.visible_to(user).sitting_on(day).filter(board=OuterRef("board")).order_by()
    advisers = LayAdviser.objects.visible_to(user).sitting_on(day).filter(board=OuterRef("board")).order_by()
    rows = _meetings(user).filter(cancelled_at__isnull=True, starts_at__lte=timezone.now())
    return rows.filter(Q(Exists(members)) | Q(Exists(advisers)), ~Exists(taken))


def _members(user: User) -> QuerySet[Any]:
    rows = BoardMember.objects.visible_to(user).standing().filter(until__isnull=False)
    return rows.select_related("board__area", "agency")


def _advisers(user: User) -> QuerySet[Any]:
    return LayAdviser.objects.visible_to(user).standing().select_related("board", "person")


def _questions(user: User) -> QuerySet[Any]:
    # Nobody answers himself.
    return BoardQuestion.objects.visible_to(user).unanswered().exclude(asked_by=user).select_related("board")


def _actions(user: User) -> QuerySet[Any]:
    return PlanAction.objects.visible_to(user).open().select_related("plan__board", "owner")


def _decisions(user: User) -> QuerySet[Any]:
    rows = BoardDecision.objects.visible_to(user).unconfirmed().exclude(recorded_by=user)
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("recorded_at")).select_related("meeting__board")
    # Only where he may confirm it.
    return found if user.is_system else found.filter(meeting__board__area__in=areas_granting(user, Perm.BOARD_DECIDE))


def _members_page(row: Any) -> str:
    return f"{reverse('reviews:board_members')}?area={row.board.area.slug}"


def _meeting_words(row: Any) -> str:
    return _("Board meeting, %s") % long_date(row.starts_at)


def on_the_board(path: str, *roles: R) -> Holders:
    """Whoever holds one of the roles in the area of the board."""
    return Holders(path, roles, of="agency__area")


BOARDS: tuple[Kind, ...] = (
    Kind(
        slug="board-meeting",
        title=gettext_lazy("Meetings of the board"),
        words=lambda meeting: _("Meeting of the board"),
        open=_coming,
        due="falls_on",
        standard=gettext_lazy("The day of the meeting"),
        figures=(
            "board_meeting_every_months",
            "board_meetings_each_year",
        ),
        done=gettext_lazy("The meeting begins, or is cancelled"),
        area="board__area_id",
        whose=(on_the_board("board__area_id", R.COORDINATOR, R.BOARD_MEMBER, R.LAY_ADVISER),),
        next_step=gettext_lazy("Read its agenda and papers"),
        url=to("reviews:board_meeting"),
        stages=(-5, 0),
        case="",
        subject=_meeting_words,
    ),
    Kind(
        slug="board-papers",
        title=gettext_lazy("Papers for the board"),
        words=lambda meeting: _("Papers for the board"),
        open=_without_papers,
        due="papers_due_on",
        standard=gettext_lazy("The meeting, and so many working days before"),
        figures=("board_papers_working_days",),
        done=gettext_lazy("A paper is added"),
        area="board__area_id",
        whose=(coordination("board__area_id"),),
        next_step=gettext_lazy("Add the papers"),
        url=to("reviews:board_meeting"),
        stages=(-2, 0, 1),
        case="",
        subject=_meeting_words,
    ),
    Kind(
        slug="board-attendance",
        title=gettext_lazy("Attendance of the board"),
        words=lambda meeting: _("Attendance of a board meeting to take"),
        open=_without_attendance,
        due="falls_on",
        standard=gettext_lazy("The day of the meeting"),
        done=gettext_lazy("The attendance is taken"),
        area="board__area_id",
        whose=(coordination("board__area_id"),),
        next_step=gettext_lazy("Take attendance"),
        url=to("reviews:take_attendance"),
        stages=(1, 5),
        case="",
        subject=_meeting_words,
    ),
    Kind(
        slug="board-decision",
        title=gettext_lazy("Decisions of the board to confirm"),
        words=lambda decision: _("Decision of the board to confirm"),
        open=_decisions,
        due="falls_on",
        standard=gettext_lazy("The day on which it was recorded"),
        done=gettext_lazy("Another member confirms it"),
        area="meeting__board__area_id",
        whose=(on_the_board("meeting__board__area_id", R.BOARD_MEMBER),),
        next_step=gettext_lazy("Confirm it"),
        url=to("reviews:confirm_decision"),
        # Members were told at once.
        stages=(5, 10),
        case="",
        subject=lambda decision: _meeting_words(decision.meeting),
    ),
    Kind(
        slug="board-term",
        title=gettext_lazy("Terms of board members"),
        words=lambda member: _("Term of a board member ends"),
        open=_members,
        due="until",
        standard=gettext_lazy("The last day of the term"),
        done=gettext_lazy("The term is renewed or ended"),
        area="board__area_id",
        whose=(coordination("board__area_id"),),
        next_step=gettext_lazy("Renew or end it"),
        url=_members_page,
        stages=(-20, 0, 5),
        case="",
        subject=lambda member: member.agency.name,
    ),
    Kind(
        slug="adviser-term",
        title=gettext_lazy("Appointments of lay advisers"),
        words=lambda adviser: _("Appointment of a lay adviser ends"),
        open=_advisers,
        due="until",
        standard=gettext_lazy("The last day of the appointment"),
        figures=(
            "lay_adviser_term_years",
            "board_term_notice_days",
        ),
        done=gettext_lazy("The appointment is renewed or ended"),
        area="board__area_id",
        whose=(coordination("board__area_id"), Person("person_id")),
        next_step=gettext_lazy("Ask for its renewal, or end it"),
        url=lambda adviser: adviser.get_absolute_url(),
        stages=(-30, -5, 0, 5),
        case="",
        subject=lambda adviser: adviser.person.name,
    ),
    Kind(
        slug="board-question",
        title=gettext_lazy("Questions to the board"),
        words=lambda question: _("Question to the board"),
        open=_questions,
        due="due_on",
        standard=gettext_lazy("The question, and so many working days"),
        figures=("board_answer_working_days",),
        done=gettext_lazy("The board answers it"),
        area="board__area_id",
        whose=(on_the_board("board__area_id", R.COORDINATOR, R.BOARD_MEMBER),),
        next_step=gettext_lazy("Answer it"),
        url=to("reviews:answer_question"),
        stages=(-5, 0, 1, 5),
        case="",
        subject=lambda question: question.title,
    ),
    Kind(
        slug="plan-action",
        title=gettext_lazy("Actions of the business plan"),
        words=lambda action: _("Action of the business plan"),
        open=_actions,
        due="due_on",
        standard=gettext_lazy("The day that the business plan gives"),
        done=gettext_lazy("The action is done or dropped"),
        area="plan__board__area_id",
        whose=(Person("owner__person_id"), coordination("plan__board__area_id")),
        next_step=gettext_lazy("Update it"),
        url=to("reviews:update_plan_action"),
        stages=(-5, 0, 1, 5),
        case="",
        subject=lambda action: action.title,
    ),
)
