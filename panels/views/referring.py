"""Writing a referral: a task list, one question a page, a manager's agreement, and sending it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, agencies_granting, guarded
from mappa.forms import ANSWERS, Form, attempt, sent
from mappa.templatetags.mappa import long_date
from mappa.typed import in_words, typed_in
from offenders.actions.case import StaleError
from offenders.law import level as law
from offenders.models import Offender
from offenders.views.cases import about_person
from offenders.views.record import ask
from panels import actions
from panels.actions.referring import is_of, possible_managers
from panels.forms import QUESTIONS, AgreeForm, ManagerForm, OnBehalfForm, Question, WordsForm
from panels.known import PART_TITLES, known
from panels.models import Referral, ReferralEvent
from panels.referring import Reading, facts_of, fill, form_of, mark_of, need_of, read

Kind = ReferralEvent.Kind
SECTIONS = 6  # five of questions, and the manager's agreement


@guarded(Perm.REFER, Offender)
@ANSWERS
def refer(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What a referral is and asks, and in whose name it is made; then the task list."""
    agencies = agencies_granting(request.user, Perm.REFER, on=offender)
    form = OnBehalfForm(sent(request), agencies=agencies)
    begun: list[Referral] = []

    def begin(**answers: Any) -> None:
        begun.append(actions.begin_referral(**answers))

    if request.method == "POST" and attempt(form, begin, offender=offender, by=request.user):
        return redirect("panels:write_referral", begun[0].reference)
    rows = offender.referrals.visible_to(request.user)
    context = about_person(request, offender, "meetings") | {
        "form": form,
        "can_rise": offender.can_be_referred_to(Offender.Level.ENHANCED),
        "open_referral": rows.awaiting_decision().first(),
        "mine": rows.being_written().filter(agency__in=agencies).first(),
    }
    return render(request, "panels/refer.html", context)


def _elsewhere(request: AuthedRequest, referral: Referral) -> HttpResponse | None:
    """To the page where it is read, for whoever may not write in it, and once it was sent."""
    if is_of(referral, request.user) and referral.is_being_written:
        return None
    return redirect(referral)


def _about(request: AuthedRequest, referral: Referral) -> dict[str, Any]:
    return about_person(request, referral.offender, "meetings") | {
        "referral": referral,
        "kept_until": long_date(referral.kept_until) if referral.kept_until else "",
    }


def address(referral: Referral, page: str) -> str:
    """Where a page of questions is."""
    return reverse(f"panels:refer_{page}", args=[referral.reference])


@guarded(Perm.REFER, Referral)
@require_safe
def write_referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """The task list: six sections, and how far each is."""
    if answer := _elsewhere(request, referral):
        return answer
    reading = read(referral, request.user)
    others = referral.offender.referrals.visible_to(request.user).exclude(pk=referral.pk)
    last = referral.events.visible_to(request.user).filter(kind__in=[Kind.RETURNED, Kind.SENT_BACK]).last()
    context = _about(request, referral) | {
        "sections": [_section(referral, *section, reading) for section in reading.sections],
        "agreement": _agreement(referral, reading),
        "completed": reading.completed + referral.is_agreed,
        "all": SECTIONS,
        "can_send": not reading.missing and referral.is_agreed,
        "said_back": last if referral.back_on and not referral.is_agreed else None,
        "open_referral": others.awaiting_decision().first(),
        "can_rise": referral.offender.can_be_referred_to(Offender.Level.ENHANCED),
    }
    return render(request, "panels/write_referral.html", context)


def _section(referral: Referral, title: str, pages: list[str], is_done: bool, reading: Reading) -> dict[str, Any]:  # noqa: FBT001
    """One line of the task list. It leads to the first page that lacks an answer."""
    first = next((page for page in pages if page in reading.missing), pages[0])
    begun = any(page in referral.answers for page in pages)
    state, colour = (_("In progress"), "light-blue") if begun else (_("Not yet started"), "blue")
    return {
        "title": title,
        "url": address(referral, first),
        "state": _("Completed") if is_done else state,
        "colour": "" if is_done else colour,
        "pages": [{"title": QUESTIONS[page].title, "url": address(referral, page)} for page in pages],
    }


def _agreement(referral: Referral, reading: Reading) -> dict[str, Any]:
    """The last line: whether a manager has agreed to what it says now."""
    url = "" if reading.missing else reverse("panels:ask_agreement", args=[referral.reference])
    found = {"url": url, "state": _("Not yet started"), "colour": "blue", "hint": ""}
    if referral.is_agreed and referral.agreed_by and referral.agreed_at:
        hint = f"{referral.agreed_by.name}, {referral.agreed_rank}, {long_date(referral.agreed_at)}"
        return found | {"url": "", "state": _("Completed"), "colour": "", "hint": hint}
    if referral.asked and not reading.missing:
        return found | {"state": _("Asked"), "colour": "yellow", "hint": _("%s was asked") % referral.asked.name}
    if reading.missing:
        return found | {"state": _("Cannot start yet"), "colour": "grey", "hint": _("Answer every question first")}
    return found


@guarded(Perm.REFER, Referral)
@ANSWERS
def question(request: AuthedRequest, referral: Referral, page: str) -> HttpResponse:
    """One question. What is typed is kept while it is typed, right or wrong."""
    if answer := _elsewhere(request, referral):
        return answer
    facts = facts_of(referral, request.user)
    form = form_of(referral, page, facts)
    if request.method == "POST":
        typed = typed_in(QUESTIONS[page], request.POST)
        form = form_of(referral, page, facts, typed)
        try:
            seen = request.POST.get("version")
            referral = actions.write_referral(referral=referral, page=page, answers=typed, seen=seen, by=request.user)
        except StaleError as refusal:
            return _beside_theirs(request, refusal.theirs, page, form)
        except ValidationError as refusal:
            if request.htmx:  # type: ignore[attr-defined]
                raise Http404 from refusal
            form.add_error(None, refusal)
        else:
            if kept := _when_kept(request, referral, page, form):
                return kept
    context = _about(request, referral) | _asked(request, referral, page, form)
    return render(request, "panels/referral_question.html", context)


def _beside_theirs(request: AuthedRequest, referral: Referral, page: str, form: Question) -> HttpResponse:
    """A colleague wrote on the page meanwhile: what is kept stands beside what was typed, and nothing was saved."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "components/saved.html", {"conflict": True, "url": request.path}, status=409)
    words = _(
        "This page was changed since you opened it. What is kept now stands above yours. Put together what you need of "
        "both, then continue: that saves yours in its place."
    )
    form.add_error(None, words)
    kept = form_of(referral, page, form.facts)
    # Half an answer is not read by its form: of that, what was typed in words.
    typed = [(str(box.label), box.value()) for box in kept if isinstance(box.value(), str)]
    said = in_words(kept) if kept.is_valid() else typed
    theirs = [{"label": label, "value": value} for label, value in said]
    context = _about(request, referral) | _asked(request, referral, page, form) | {"theirs": theirs}
    return render(request, "panels/referral_question.html", context, status=409)


def _asked(request: AuthedRequest, referral: Referral, page: str, form: Question) -> dict[str, Any]:
    is_level = form.known == "level"
    return {
        "version": mark_of(referral, page),
        "form": form,
        "title": form.title,
        "intro": form.intro,
        "known": known(referral.offender, form.known, request.user),
        "known_title": PART_TITLES[form.known]() if form.known in PART_TITLES else "",
        "criteria": criteria_of(referral, request) if is_level else [],
        "back": reverse("panels:write_referral", args=[referral.reference]),
    }


def _when_kept(request: AuthedRequest, referral: Referral, page: str, form: Question) -> HttpResponse | None:
    """Where it goes on; nowhere while the page is not answered as it must be."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(
            request, "components/saved.html", {"version": mark_of(referral, page), "saved_at": referral.saved_at}
        )
    if "later" in request.GET:
        messages.success(request, _("Your answers are kept."))
        return redirect("panels:write_referral", referral.reference)
    return redirect(_next(referral, page, request)) if form.is_valid() else None


def _next(referral: Referral, page: str, request: AuthedRequest) -> str:
    """The next page of the section that lacks an answer; then the task list."""
    reading = read(referral, request.user)
    of_section: list[str] = next((pages for _title, pages, _done in reading.sections if page in pages), [])
    waiting = [one for one in of_section if one in reading.missing]
    if waiting:
        return address(referral, waiting[0])
    return reverse("panels:write_referral", args=[referral.reference])


def criteria_of(referral: Referral, request: AuthedRequest) -> list[law.Criterion]:
    """Each criterion, by what is answered so far; what was sent before stays in the columns of the row."""
    said = fill(Referral(offender=referral.offender), read(referral, request.user))
    return list(law.criteria(need_of(said, by=request.user)))


def whole(referral: Referral, reading: Reading, *, change: bool) -> list[dict[str, Any]]:
    """Every question with its answer, section by section; with a way to change each, for those who write it."""
    parts = []
    for title, pages, _done in reading.sections:
        rows = [
            {"label": label, "value": value, "url": address(referral, page) if change else ""}
            for _title, page, label, value in reading.said
            if page in pages
        ]
        parts.append({"title": title, "rows": rows})
    return parts


@guarded(Perm.REFER, Referral)
@ANSWERS
def ask_agreement(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Ask a manager to agree."""
    if answer := _elsewhere(request, referral):
        return answer
    managers = possible_managers(referral)
    nothing = "" if managers else _no_manager(referral)
    return ask(
        request,
        referral.offender,
        "meetings",
        ManagerForm(sent(request), managers=managers),
        actions.ask_agreement,
        back=reverse("panels:write_referral", args=[referral.reference]),
        done=_("Your manager was asked, by mail that names nobody. You are told of the answer."),
        about={"referral": referral},
        title=_("Ask a manager to agree"),
        intro=_(
            "A manager of your agency reads the whole referral, and agrees that it is sent or sends it back. What you change "
            "after that must be agreed again."
        ),
        button=_("Ask"),
        nothing=nothing,
    )


def _no_manager(referral: Referral) -> str:
    name = referral.agency.name if referral.agency else ""
    return _(
        "Nobody of %s at manager rank sees this case, other than those who wrote in the referral. Ask your contact point to "
        "record a manager’s rank, or share or name a manager on the case."
    ) % (name or _("your agency"))


@guarded(Perm.AGREE_REFERRAL, Referral)
@ANSWERS
def agree_referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Read the whole referral as it is now, and agree to it."""
    if not referral.is_being_written:
        return redirect(referral)
    form = AgreeForm(sent(request), initial={"version": referral.version})
    if request.method == "POST" and attempt(form, actions.agree_referral, referral=referral, by=request.user):
        messages.success(request, _("Agreed. Whoever wrote the referral was told, and sends it."))
        return redirect("reviews:my_work")
    reading = read(referral, request.user)
    context = _about(request, referral) | {
        "form": form,
        "parts": whole(referral, reading, change=False),
        "criteria": criteria_of(referral, request),
        "missing": bool(reading.missing),
        "is_own": referral.is_by(request.user),
        "is_asked": referral.asked_id is not None,
    }
    return render(request, "panels/agree_referral.html", context)


@guarded(Perm.AGREE_REFERRAL, Referral)
@ANSWERS
def send_back_referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Send a referral back to those who write it, with words."""
    if not referral.is_being_written:
        return redirect(referral)
    words = WordsForm(sent(request), label=_("What has to be put right?"), missing=_("Enter what has to be put right"))
    return ask(
        request,
        referral.offender,
        "meetings",
        words,
        actions.send_back_referral,
        back=reverse("panels:agree_referral", args=[referral.reference]),
        done=_("Sent back. Whoever wrote the referral was told."),
        about={"referral": referral},
        title=_("Send the referral back"),
        button=_("Send back"),
    )


@guarded(Perm.REFER, Referral)
@ANSWERS
def send_referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Every answer together, to be checked; then it is sent."""
    if answer := _elsewhere(request, referral):
        return answer
    form = Form(sent(request))
    if request.method == "POST" and attempt(form, actions.refer, referral=referral, by=request.user):
        messages.success(request, _("Sent. This page says what happens next, and by when."))
        return redirect(referral)
    reading = read(referral, request.user)
    context = _about(request, referral) | {
        "form": form,
        "parts": whole(referral, reading, change=True),
        "criteria": criteria_of(referral, request),
        "missing": [(QUESTIONS[page].title, address(referral, page)) for page in reading.missing],
        "is_agreed": referral.is_agreed,
    }
    return render(request, "panels/send_referral.html", context)


@guarded(Perm.REFER, Referral)
@ANSWERS
def discard_referral(request: AuthedRequest, referral: Referral) -> HttpResponse:
    """Throw away a referral that was never sent."""
    if answer := _elsewhere(request, referral):
        return answer
    form = Form(sent(request))
    if request.method == "POST" and attempt(form, actions.discard_referral, referral=referral, by=request.user):
        messages.success(request, _("The referral that was not sent is deleted."))
        return redirect("panels:case_meetings", referral.offender.reference)
    context = _about(request, referral) | {
        "form": form,
        "back": reverse("panels:write_referral", args=[referral.reference]),
        "title": _("Delete this referral"),
        "warning": _("Only your agency has seen it, and it cannot be brought back."),
        "button": _("Delete it"),
        "nothing": _("It was sent once: withdraw it instead.") if referral.made_at else "",
    }
    return render(request, "offenders/question.html", context)
