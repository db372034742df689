"""Unusual access: the queue, one of them with the acts it is about, and the steps to an outcome."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.asking import ask
from assurance import access_log, answering
from assurance.access_log import Asked
from assurance.forms.unusual import DecisionForm, ExplanationForm, ManagerForm, QueueForm
from assurance.lines import Line as LogLine
from assurance.lines import lines_of
from assurance.models import UnusualAccess
from assurance.unusual import BY_CODE, RULES
from mappa import dates
from mappa.forms import ANSWERS, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import due_tone, due_words, long_date
from offenders.views.record import Card, Line, Link

State = UnusualAccess.State
COLOURS = {State.TO_REVIEW: "blue", State.ASKED: "yellow", State.ANSWERED: "turquoise", State.NOT_EXPLAINED: "red"}
# Acts that stand on the page as a sample: the log has them all.
ACTS_SHOWN = 25


@guarded(Perm.REVIEW_ACCESS)
@require_safe
def unusual_list(request: AuthedRequest) -> HttpResponse:
    """What waits to be looked at, the most pressing first; and what was decided."""
    form = QueueForm(request.GET)
    chosen = form.cleaned_data["state"] if form.is_valid() else ""
    rows = UnusualAccess.objects.visible_to(request.user).select_related("person", "agency")
    rows = rows.filter(state=chosen) if chosen else rows.undecided()
    page = page_of(rows, request, by="due_on")
    context = {
        "form": form,
        "rows": [_row(row) for row in page.rows],
        "previous": page.previous,
        "next": page.next,
    }
    return render(request, "assurance/unusual_list.html", context)


def _row(row: UnusualAccess) -> dict[str, Any]:
    today = dates.today()
    return {
        "url": row.get_absolute_url(),
        "reference": row.reference,
        "title": _rule_title(row),
        "says": BY_CODE[row.rule].in_words(row.found) if row.rule in BY_CODE else "",
        "person": row.person.name,
        "agency": row.agency.name,
        "on": long_date(row.on),
        "state": row.get_state_display(),
        "colour": COLOURS.get(State(row.state), "grey"),
        "due": due_words(row.due_on, today) if row.is_open else "",
        "tone": due_tone(row.due_on, today),
    }


def _rule_title(row: UnusualAccess) -> str:
    return str(BY_CODE[row.rule].title) if row.rule in BY_CODE else row.rule


@guarded(Perm.SIGNED_IN, UnusualAccess)
@require_safe
def unusual_access(request: AuthedRequest, row: UnusualAccess) -> HttpResponse:
    """One of them: what the rule says, the acts, what the manager said, and what was decided. A manager is led to his question."""
    if not allowed(request.user, Perm.REVIEW_ACCESS, on=row):
        return redirect("assurance:explain", row.reference)
    context = {
        "title": _rule_title(row),
        "caption": row.reference,
        "card": _card(row),
        "why": BY_CODE[row.rule].why if row.rule in BY_CODE else "",
        "how": BY_CODE[row.rule].how if row.rule in BY_CODE else "",
        "lines": _acts(request, row),
        "log": f"{reverse('assurance:person_log')}?who={access_log.token_of(row.person_id)}",
        "can_ask": row.state in {State.TO_REVIEW, State.ASKED},
        "can_decide": row.is_open and row.manager_id != request.user.pk,
        "row": row,
    }
    return render(request, "assurance/unusual.html", context)


def _card(row: UnusualAccess) -> Card:
    lines = [
        Line(_("Who"), f"{row.person.name}, {row.agency.name}"),
        Line(_("Day"), long_date(row.on)),
        *([Line(_("Case"), row.case_reference)] if row.case_reference else []),
        Line(_("What was found"), BY_CODE[row.rule].in_words(row.found) if row.rule in BY_CODE else ""),
        Line(_("To be decided by"), long_date(row.due_on)),
    ]
    if row.manager:
        words = _("%(name)s, on %(day)s; to answer by %(due)s")
        told = {"name": row.manager.name, "day": long_date(row.asked_at), "due": long_date(row.explain_by)}
        lines.append(Line(_("Manager asked"), words % told))
    if row.explanation:
        lines.append(Line(_("The manager says"), row.explanation))
    if row.decided_by:
        words = _("%(name)s, on %(day)s: %(reasons)s")
        told = {"name": row.decided_by.name, "day": long_date(row.decided_at), "reasons": row.reasons}
        lines.append(Line(_("Decided"), words % told))
    return Card(_("What was found"), lines, tag=row.get_state_display(), colour=COLOURS.get(State(row.state), "grey"))


def _acts(request: AuthedRequest, row: UnusualAccess) -> list[LogLine]:
    """Some of the acts of that day: of the case, where it is about one."""
    events = access_log.of_person(row.person_id, Asked(row.on, row.on))
    if row.case_id is not None:
        # What was refused knows no case: it has the reference as it was typed.
        events = events.filter(Q(case_id=row.case_id) | Q(reference=row.case_reference))
    return lines_of(events.order_by("at", "pk")[:ACTS_SHOWN], request.user)


@guarded(Perm.REVIEW_ACCESS, UnusualAccess)
@ANSWERS
def ask_manager(request: AuthedRequest, row: UnusualAccess) -> HttpResponse:
    """Whose manager is asked to explain it."""
    managers = answering.managers_to_ask(row, by=request.user)
    return ask(
        request,
        ManagerForm(sent(request), managers=managers),
        answering.ask_manager,
        back=row.get_absolute_url(),
        done=_("The manager is asked, and reminded until the day."),
        about={"unusual": row},
        title=_("Ask the manager to explain"),
        caption=row.reference,
        intro=_("The manager reads what was found, and not the records. The person is not told."),
        button=_("Ask the manager"),
        nothing="" if managers else _("Nobody manages this person’s team. Decide by what the log shows, or refer it."),
    )


@guarded(Perm.SIGNED_IN, UnusualAccess)
@ANSWERS
def explain_access(request: AuthedRequest, row: UnusualAccess) -> HttpResponse:
    """The manager says what the access was for."""
    numbers = BY_CODE[row.rule].in_words(row.found) if row.rule in BY_CODE else ""
    rule = BY_CODE.get(row.rule)
    # Whose record it is, or that there is one, is not the manager's to know.
    what = (
        _("records were opened in a way that is unusual")
        if rule and rule.tells_of_a_record
        else _rule_title(row).lower()
    )
    told = {"name": row.person.name, "day": long_date(row.on), "what": what, "numbers": numbers}
    return ask(
        request,
        ExplanationForm(sent(request)),
        answering.explain,
        back="/",
        done=_("Thank you. Whoever asked you reads your answer."),
        about={"unusual": row},
        title=_("Explain an access"),
        caption=row.reference,
        intro=_("%(name)s, %(day)s: %(what)s. %(numbers)s") % told,
        button=_("Send the explanation"),
        nothing=_nothing_to_explain(row, request.user.pk),
    )


def _nothing_to_explain(row: UnusualAccess, reader: int) -> str:
    if row.manager_id != reader:
        return _("Only the manager who was asked answers here.")
    return "" if row.state == State.ASKED else _("You have answered, or it is decided already.")


@guarded(Perm.REVIEW_ACCESS, UnusualAccess)
@ANSWERS
def decide_on_access(request: AuthedRequest, row: UnusualAccess) -> HttpResponse:
    """What was found, and how that is known."""
    return ask(
        request,
        DecisionForm(sent(request)),
        answering.decide,
        back=row.get_absolute_url(),
        done=_("Decided. It stays on record with your reasons."),
        about={"unusual": row},
        title=_("Decide on an unusual access"),
        caption=row.reference,
        button=_("Decide"),
        nothing="" if row.is_open else _("It is decided already."),
    )


@guarded(Perm.SIGNED_IN)
@require_safe
def access_rules(request: AuthedRequest) -> HttpResponse:
    """What mappa looks for: no secret, for knowing it keeps people from it."""
    cards = [Card(str(rule.title), [Line(_("Why"), str(rule.why)), Line(_("How"), str(rule.how))]) for rule in RULES]
    context = {"cards": cards, "queue": _queue_link(request)}
    return render(request, "assurance/rules.html", context)


def _queue_link(request: AuthedRequest) -> Link | None:
    if not allowed(request.user, Perm.REVIEW_ACCESS):
        return None
    return Link(reverse("assurance:unusual_list"), _("Unusual access that waits"))
