"""What lay advisers and members ask and tell the board: the list, one of them, asking and answering."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Parts, Perm, allowed, guarded
from agencies.asking import ask
from agencies.models import User
from mappa import dates
from mappa.forms import ANSWERS, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import due_words, long_date
from offenders.views.record import Card, Line, Link, Part
from reviews import actions
from reviews.forms.board_work import AnswerForm, AskAgainForm, AskBoardForm
from reviews.models import BoardQuestion
from reviews.views.about_board import address, ask_of_board, board_asked_for, of_row, show


@guarded(Perm.VIEW_BOARD)
@require_safe
def board_questions(request: AuthedRequest) -> HttpResponse:
    """What waits for an answer, longest first; and what was answered, latest first."""
    asked = board_asked_for(request)
    rows = BoardQuestion.objects.visible_to(request.user).filter(board=asked.board).select_related("asked_by")
    waiting = rows.unanswered().order_by("due_on", "pk")
    page = page_of(rows.filter(answered_at__isnull=False), request, by="answered_at", newest_first=True)
    may_ask = allowed(request.user, Perm.BOARD_BUSINESS, on=Parts(area=asked.area.pk))
    return show(
        request,
        asked,
        title=_("Questions"),
        heading=_("Questions, notes and what communities say"),
        intro=_("Anybody on the board can ask or tell it something. Everybody on the board reads it, and its answer."),
        button=Link(address("reviews:ask_board", asked.area), _("Ask or tell the board")) if may_ask else None,
        page=page,
        parts=[
            Part(
                "waiting", _("Waiting for an answer"), [_card(row) for row in waiting[:100]], empty=_("Nothing waits.")
            ),
            Part("answered", _("Answered"), [_card(row) for row in page.rows], empty=_("Nothing was answered yet.")),
        ],
    )


def _card(row: BoardQuestion) -> Card:
    lines = [Line(_("From"), _from(row))]
    if row.answered_at:
        lines.append(Line(_("Answered"), long_date(row.answered_at)))
    else:
        lines.append(Line(_("Answer"), due_words(row.due_on, dates.today())))
    return Card(row.title, lines, [Link(row.get_absolute_url(), _("Read"))], row.get_kind_display(), "blue")


def _from(row: BoardQuestion) -> str:
    return _("%(name)s, %(day)s") % {"name": row.asked_by.name, "day": long_date(row.asked_at)}


@guarded(Perm.VIEW_BOARD, BoardQuestion)
@require_safe
def board_question(request: AuthedRequest, question: BoardQuestion) -> HttpResponse:
    """What was asked, and the board's answer."""
    asked = of_row(request.user, question.board)
    before = BoardQuestion.objects.visible_to(request.user).filter(followed_by=question).first()
    after = BoardQuestion.objects.visible_to(request.user).filter(follows=question).first()
    links = [Link(row.get_absolute_url(), words) for row, words in _neighbours(before, after) if row]
    said = Card(
        question.get_kind_display(), [Line(_("From"), _from(question)), Line(_("In words"), question.text)], links
    )
    return show(
        request,
        asked,
        title=_("Question to the board"),
        heading=question.title,
        back=Link(address("reviews:board_questions", asked.area), _("Questions")),
        button=_next_step(request.user, question, is_followed=after is not None),
        parts=[
            Part("said", _("What the board was asked or told"), [said]),
            Part("answer", _("The board's answer"), _answer(question), empty=_waits(question)),
        ],
    )


def _neighbours(before: BoardQuestion | None, after: BoardQuestion | None) -> list[tuple[BoardQuestion | None, str]]:
    return [(before, _("The question before")), (after, _("Asked again"))]


def _waits(question: BoardQuestion) -> str:
    words = {"day": long_date(question.due_on), "how": due_words(question.due_on, dates.today())}
    return _("The board has not answered yet. It answers by %(day)s. %(how)s.") % words


def _answer(question: BoardQuestion) -> list[Card]:
    if question.answered_by is None:
        return []
    lines = [Line(_("From"), question.answered_by.name), Line(_("In words"), question.answer)]
    return [Card(_("Answered on %s") % long_date(question.answered_at), lines)]


def _next_step(user: User, question: BoardQuestion, *, is_followed: bool) -> Link | None:
    is_own = question.asked_by_id == user.pk
    if question.answered_at is None:
        answers = allowed(user, Perm.BOARD_PREPARE, on=question) and not is_own
        return Link(reverse("reviews:answer_question", args=[question.reference]), _("Answer")) if answers else None
    again = is_own and not is_followed and allowed(user, Perm.BOARD_BUSINESS, on=question)
    return Link(reverse("reviews:ask_again", args=[question.reference]), _("Ask again")) if again else None


@guarded(Perm.BOARD_BUSINESS)
@ANSWERS
def ask_board(request: AuthedRequest) -> HttpResponse:
    """Ask or tell the board something."""
    asked = board_asked_for(request, Perm.BOARD_BUSINESS)
    return ask_of_board(
        request,
        asked,
        AskBoardForm(sent(request)),
        actions.ask_board,
        back=address("reviews:board_questions", asked.area),
        done=_("It is with the board, which is told by mail. You are told when it has answered."),
        title=_("Ask or tell the board"),
        button=_("Send to the board"),
    )


@guarded(Perm.BOARD_PREPARE, BoardQuestion)
@ANSWERS
def answer_question(request: AuthedRequest, question: BoardQuestion) -> HttpResponse:
    """Answer for the board."""
    own = _("Whoever asked does not answer. Ask another member.") if question.asked_by_id == request.user.pk else ""
    done = _("This was answered already.") if question.answered_at else ""
    return ask(
        request,
        AnswerForm(sent(request)),
        actions.answer_question,
        about={"question": question},
        back=question.get_absolute_url(),
        done=_("The board has answered. Whoever asked is told by mail."),
        title=_("Answer for the board"),
        caption=question.title,
        intro=question.text,
        button=_("Answer"),
        nothing=done or own,
    )


@guarded(Perm.BOARD_BUSINESS, BoardQuestion)
@ANSWERS
def ask_again(request: AuthedRequest, question: BoardQuestion) -> HttpResponse:
    """Say why an answer is not enough."""
    not_own = question.asked_by_id != request.user.pk
    nothing = _("Only whoever asked can ask again. Ask a question of your own.") if not_own else ""
    waits = "" if question.answered_at else _("The board has not answered yet. Wait for its answer.")
    return ask(
        request,
        AskAgainForm(sent(request)),
        actions.ask_again,
        about={"question": question},
        back=question.get_absolute_url(),
        done=_("Your question is with the board again."),
        title=_("Ask again"),
        caption=question.title,
        intro=question.answer,
        button=_("Send to the board"),
        nothing=nothing or waits,
    )
