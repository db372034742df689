"""What lay advisers and members ask and tell the board, and its answers."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import working_days
from agencies.access import Perm, require
from agencies.models import User
from agencies.models.standard import value
from audit.record import record
from mappa import dates
from offenders.actions.case import refuse_twice
from reviews.actions.board_members import hold_board
from reviews.board_mail import MEMBERS, people_of, tell
from reviews.models import Board, BoardQuestion
from reviews.plain_words import refuse_references


@transaction.atomic
def ask_board(*, board: Board, kind: str, title: str, text: str, by: User) -> BoardQuestion:
    """Ask or tell the board something. Everybody on the board reads it, and the board answers by a day."""
    require(by, Perm.BOARD_BUSINESS, on=board)
    return _ask(BoardQuestion(board=hold_board(board, by=by), kind=kind, title=title.strip()), text, by=by)


def _ask(row: BoardQuestion, text: str, *, by: User) -> BoardQuestion:
    refuse_references(title=row.title, text=text)
    row.text, row.asked_by = text.strip(), by
    days = value("board_answer_working_days", row.board.area, dates.today())
    row.due_on = working_days.after(dates.today(), days, row.board.area)
    same = BoardQuestion.objects.visible_to(by).unanswered().filter(board=row.board, asked_by=by)
    refuse_twice(same.filter(title=row.title, text=row.text))
    row.full_clean()
    row.save()
    record("board_question.asked", by=by, about=row, kind=row.kind)
    tell(
        row,
        people_of(row.board.area, MEMBERS),
        key=f"board-question:{row.reference}",
        subject=_("For the board to answer: %s") % row.reference,
        words=_("Somebody on the board asks or tells it something. Sign in to read and answer it."),
        but=by,
    )
    return row


def _hold(question: BoardQuestion, *, by: User) -> BoardQuestion:
    hold_board(question.board, by=by)
    return BoardQuestion.objects.visible_to(by).select_related("board__area", "asked_by").get(pk=question.pk)


@transaction.atomic
def answer_question(*, question: BoardQuestion, answer: str, by: User) -> BoardQuestion:
    """Answer for the board; whoever asked is told. Nobody answers himself."""
    require(by, Perm.BOARD_PREPARE, on=question)
    row = _hold(question, by=by)
    if row.answered_at is not None:
        raise ValidationError(_("This was answered already. Open the page again to read the answer."))
    if row.asked_by_id == by.pk:
        raise ValidationError(_("Whoever asked does not answer. Ask another member."))
    refuse_references(answer=answer)
    row.answer, row.answered_at, row.answered_by = answer.strip(), timezone.now(), by
    row.full_clean()
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    record("board_question.answered", by=by, about=row)
    tell(
        row,
        [row.asked_by],
        key=f"board-answer:{row.reference}",
        subject=_("The board has answered: %s") % row.reference,
        words=_("The board has answered you. Sign in to read it."),
    )
    return row


@transaction.atomic
def ask_again(*, question: BoardQuestion, text: str, by: User) -> BoardQuestion:
    """Whoever asked says why the answer is not enough: another question, which names the first."""
    require(by, Perm.BOARD_BUSINESS, on=question)
    row = _hold(question, by=by)
    if row.asked_by_id != by.pk:
        raise ValidationError(_("Only whoever asked can ask again. Ask a question of your own."))
    if row.answered_at is None:
        raise ValidationError(_("The board has not answered yet. Wait for its answer."))
    if BoardQuestion.objects.visible_to(by).filter(follows=row).exists():
        raise ValidationError(_("You have asked again already. Open your later question."))
    return _ask(BoardQuestion(board=row.board, kind=row.kind, title=row.title, follows=row), text, by=by)
