"""The pages of a person's category and level: what is recorded and why, the decisions, and what is proposed."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded, memberships
from agencies.models import User
from mappa import dates
from mappa.paging import page_of
from mappa.templatetags.mappa import due_tone, due_words, long_date
from offenders import actions
from offenders.category_standards import category_order
from offenders.derivation import category_of, next_to_end
from offenders.forms.category import (
    CategoryForm,
    EndDecisionForm,
    ExitForm,
    ProposalForm,
    ReEntryForm,
    RuleOutForm,
    WithdrawalForm,
)
from offenders.models import (
    CategoryBasis,
    CategoryDecision,
    CategoryPeriod,
    CategoryProposal,
    LevelPeriod,
    Offender,
)
from offenders.views.record import Card, Line, Link, Part, ask, show

CHANGES = ["GET", "HEAD", "POST"]
# A person has few of each; what is beyond is told, and stands on the timeline.
MOST = 50


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def category(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Every basis with its own start and end, the one recorded category and why, and what would end next."""
    user = request.user
    may = allowed(user, Perm.SCREEN, on=offender)
    every = offender.bases.visible_to(user).select_related("conviction__offence", "decision", "requirement", "ended_by")
    bases = list(every.order_by("-starts_on", "-pk")[:MOST])
    decisions = list(offender.category_decisions.visible_to(user).select_related("recorded_by")[:MOST])
    periods = list(offender.category_periods.visible_to(user).select_related("decided_by")[:MOST])
    levels = list(offender.levels.visible_to(user).select_related("decided_by")[:MOST])
    proposals = offender.category_proposals.visible_to(user).select_related("answered_by").order_by("-made_at")
    proposed = list(proposals[:MOST])
    parts = [
        _recorded(offender, bases, periods, may=may),
        _proposed(proposed, may=may),
        _bases(bases),
        _decisions(decisions, bases, may=may),
        Part("categories", _("Categories over time"), [_period(row) for row in periods], empty=_("None recorded")),
        Part("levels", _("Levels over time"), [_level(row) for row in levels], empty=_("None recorded")),
    ]
    longest = max(len(bases), len(decisions), len(periods), len(levels), len(proposed))
    told = _("Only the latest %s of each are shown here. All of them are on the timeline.") % MOST
    intro = told if longest == MOST else ""
    return show(request, offender, "category", title=_("Category and level"), parts=parts, intro=intro)


def _recorded(offender: Offender, bases: list[CategoryBasis], periods: list[CategoryPeriod], *, may: bool) -> Part:
    period = next((row for row in periods if row.until is None), None)
    if offender.ended_on:
        card = Card(
            _("Not managed under MAPPA"),
            [Line(_("Since"), long_date(offender.ended_on))],
            _links(
                offender, ("re_enter", _("Manage again")), ("decide_category", _("Decide category 3 or 4")), may=may
            ),
            tag=_("Ended"),
        )
        return Part("recorded", _("Recorded category"), [card])
    by_law = any(basis.decision_id is None and basis.in_force(dates.today()) for basis in bases)
    links = [("rule_out", _("Record as not eligible")), ("exit_from_mappa", _("End management"))]
    if not by_law:
        links.insert(0, ("decide_category", _("Decide category 3 or 4")))
    known = offender.category is not None
    card = Card(
        offender.get_category_display() if known else _("Category to be determined"),
        [
            Line(_("Why"), period.explanation if period else ""),
            Line(_("Since"), long_date(period.from_on) if period else ""),
            Line(_("Level"), offender.get_level_display()),
            Line(_("What would end next"), _what_next(offender, bases)),
            Line(_("Order of categories"), ", ".join(map(str, category_order(offender.area, dates.today())))),
        ],
        _links(offender, *links, may=may),
        tag=_("Recorded") if known else _("To be determined"),
        colour="blue" if known else "yellow",
    )
    return Part("recorded", _("Recorded category"), [card])


def _links(offender: Offender, *wanted: tuple[str, str], may: bool) -> list[Link]:
    return [Link(reverse(f"offenders:{name}", args=[offender.reference]), text) for name, text in wanted if may]


def _what_next(offender: Offender, bases: list[CategoryBasis]) -> str:
    today = dates.today()
    basis = next_to_end(bases, today)
    if basis is None or basis.ends_on is None:
        return _("No basis in force has an end.")
    after = category_of(bases, basis.ends_on + dates.ONE_DAY, category_order(offender.area, today))
    words = {"limb": basis.limb, "category": basis.category, "day": long_date(basis.ends_on)}
    ends = _("Category %(category)s, %(limb)s, on %(day)s.") % words
    if after is None:
        return f"{ends} " + _("Then no basis would be left.")
    return f"{ends} " + _("Then category %s would be recorded.") % after


def _proposed(rows: list[CategoryProposal], *, may: bool) -> Part:
    waiting = [row for row in rows if not row.outcome]
    return Part(
        "proposals",
        _("Proposals"),
        [_proposal_card(row, may=may) for row in waiting],
        [_proposal_card(row, may=False) for row in rows if row.outcome],
        empty=_("Nothing waits for an answer."),
    )


def _proposal_card(row: CategoryProposal, *, may: bool) -> Card:
    lines = [
        Line(_("Proposed"), proposed_words(row)),
        Line(_("Why"), row.explanation),
        Line(_("Made on"), long_date(row.as_of)),
    ]
    if row.outcome and row.answered_at and row.answered_by:
        lines += [
            Line(_("Answered"), _by(long_date(row.answered_at), row.answered_by)),
            Line(_("Reason"), row.answer_reason),
        ]
    else:
        lines.append(Line(_("Answer by"), long_date(row.due_on)))
    links = [Link(row.get_absolute_url(), _("Answer"))] if may else []
    tag = row.get_outcome_display() if row.outcome else _("Waits for an answer")
    return Card(row.get_kind_display(), lines, links, tag=tag, colour="grey" if row.outcome else "yellow")


def proposed_words(row: CategoryProposal) -> str:
    """From what to what, in few words."""
    now = _("Category %s") % row.from_category if row.from_category else _("No category")
    if row.kind == CategoryProposal.Kind.DECIDE:
        return _("Somebody decides the category")
    then = _("Category %s") % row.to_category if row.to_category else _("No longer managed")
    return _("%(now)s now; then: %(then)s") % {"now": now, "then": then}


def _bases(rows: list[CategoryBasis]) -> Part:
    today = dates.today()
    return Part(
        "bases",
        _("Why the person is eligible"),
        [_basis(row) for row in rows if row.in_force(today)],
        [_basis(row) for row in rows if not row.in_force(today)],
        intro=_("Every basis has its own start and end. One category is recorded: the first in order with a basis."),
        empty=_("No basis is in force."),
    )


def _basis(row: CategoryBasis) -> Card:
    superseded, in_force = row.superseded_on, row.in_force(dates.today())
    lines = [
        Line(_("Why"), row.explanation),
        Line(_("Authority"), row.authority),
        Line(_("From"), long_date(row.starts_on)),
        Line(_("Until"), long_date(row.ends_on) if row.ends_on else _("No end")),
        Line(_("Source"), _source(row)),
    ]
    if superseded:
        lines.append(Line(_("Superseded on"), long_date(superseded)))
    words = _("Category %(category)s, %(limb)s") % {"category": row.category, "limb": row.limb}
    tag = _("In force") if in_force else _("Superseded") if superseded else _("Ended")
    return Card(words, lines, tag=tag, colour="green" if in_force else "grey")


def _source(row: CategoryBasis) -> str:
    if row.conviction is not None:
        words = _("%(offence)s, dealt with on %(day)s")
        return words % {"offence": row.conviction.offence.title, "day": long_date(row.conviction.dealt_with_on)}
    if row.requirement is not None:
        words = _("Notification requirements since %(day)s: %(basis)s")
        return words % {"day": long_date(row.requirement.relevant_on), "basis": row.requirement.get_basis_display()}
    if row.decision is not None:
        return _("Decision of %s") % long_date(row.decision.decided_on)
    return _("Recorded without its conviction")


def _decisions(rows: list[CategoryDecision], bases: list[CategoryBasis], *, may: bool) -> Part:
    later: dict[int, CategoryDecision] = {row.concerns_id: row for row in reversed(rows) if row.concerns_id}
    live = {basis.decision_id for basis in bases if basis.in_force(dates.today())}
    return Part(
        "decisions",
        _("Decisions"),
        [_decision(row, later.get(row.pk), is_live=row.pk in live, may=may) for row in rows],
        empty=_("None recorded"),
    )


def _decision(row: CategoryDecision, later: CategoryDecision | None, *, is_live: bool, may: bool) -> Card:
    links = []
    if may and is_live:
        links.append(Link(reverse("offenders:end_decision", args=[row.reference]), _("End")))
    if may and later is None and row.kind in CategoryDecision.CAN_BE_WITHDRAWN:
        links.append(Link(reverse("offenders:withdraw_decision", args=[row.reference]), _("Withdraw")))
    lines = [
        Line(_("Reasons"), row.reasons),
        Line(_("Decided on"), long_date(row.decided_on)),
        Line(_("Recorded"), _by(long_date(row.recorded_at), row.recorded_by)),
    ]
    if row.meeting:
        lines.append(Line(_("Meeting"), row.meeting))
    if row.tool:
        lines.append(Line(_("Tool"), row.tool))
    tag = ""
    if later is not None:
        tag = _("Withdrawn") if later.kind == CategoryDecision.Kind.WITHDRAWN else _("Ended")
    return Card(row.get_kind_display(), lines, links, tag=tag)


def _period(row: CategoryPeriod) -> Card:
    source = _("By decision") if row.decision_id else _("By law")
    lines = [
        Line(_("From"), long_date(row.from_on)),
        Line(_("Until"), _until(row.until)),
        Line(_("Why"), row.explanation),
        Line(_("Recorded by"), f"{row.decided_by.name} ({source})"),
    ]
    return Card(row.get_category_display(), lines)


def _level(row: LevelPeriod) -> Card:
    lines = [
        Line(_("From"), long_date(row.from_on)),
        Line(_("Until"), _until(row.until)),
        Line(_("Why"), row.reason),
        Line(_("Decided by"), row.decided_by.name),
    ]
    return Card(row.get_level_display(), lines)


def _until(day: Any) -> str:
    return long_date(day) if day else _("Now")


def _by(day: str, person: User) -> str:
    return _("%(day)s by %(name)s") % {"day": day, "name": person.name}


def _back(offender: Offender) -> str:
    return reverse("offenders:category", args=[offender.reference])


@guarded(Perm.SCREEN, Offender)
@require_http_methods(CHANGES)
def decide_category(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Decide category 3 or 4, and the level with it."""
    return ask(
        request,
        offender,
        "record",
        CategoryForm(request.POST or None),
        actions.decide_category,
        title=_("Decide category 3 or 4"),
        intro=_(
            "For somebody who has committed an offence, wherever it was, and is in no category by law. Category 3: the "
            "Responsible Authority considers that the person may cause serious harm to the public (CJA 2003 "
            "s.325(2)(b)); it is managed at level 2 or 3. Category 4: the person may be at risk of involvement in "
            "terrorism-related activity (s.325(2)(c))."
        ),
        button=_("Record the decision"),
        back=_back(offender),
        done=_("The decision is recorded, with its category and level."),
    )


@guarded(Perm.SCREEN, Offender)
@require_http_methods(CHANGES)
def rule_out(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Record that the person was considered and is not MAPPA eligible."""
    return ask(
        request,
        offender,
        "record",
        RuleOutForm(request.POST or None),
        actions.rule_out,
        title=_("Record as not MAPPA eligible"),
        intro=_("For somebody who looks eligible, was considered, and was ruled out."),
        warning="" if offender.ended_on else _("The case will no longer be managed under MAPPA."),
        button=_("Record the decision"),
        back=_back(offender),
        done=_("The person is recorded as not MAPPA eligible."),
    )


@guarded(Perm.SCREEN, Offender)
@require_http_methods(CHANGES)
def exit_from_mappa(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """End the management of a case."""
    return ask(
        request,
        offender,
        "record",
        ExitForm(request.POST or None),
        actions.exit_from_mappa,
        title=_("End management under MAPPA"),
        warning=_(
            "The level and the open review end today. Whoever sees the case goes on seeing it. Open actions stay with their "
            "owners until they are done, or until co-ordination withdraws them."
        ),
        nothing=_("This case is no longer managed.") if offender.ended_on else "",
        button=_("End management"),
        back=_back(offender),
        done=_("The case is no longer managed under MAPPA."),
    )


@guarded(Perm.SCREEN, Offender)
@require_http_methods(CHANGES)
def re_enter(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Manage a case again whose basis is in force."""
    return ask(
        request,
        offender,
        "record",
        ReEntryForm(request.POST or None),
        actions.re_enter,
        title=_("Manage under MAPPA again"),
        intro=_("For somebody for whom a basis is in force. A new level and a new review begin; the history is kept."),
        nothing="" if offender.ended_on else _("This case is managed already."),
        button=_("Manage again"),
        back=_back(offender),
        done=_("The case is managed under MAPPA again."),
    )


@guarded(Perm.SCREEN, CategoryDecision)
@require_http_methods(CHANGES)
def end_decision(request: AuthedRequest, decision: CategoryDecision) -> HttpResponse:
    """The level of risk has reduced enough."""
    return ask(
        request,
        decision.offender,
        "record",
        EndDecisionForm(request.POST or None),
        actions.end_decision,
        title=_("The level of risk has reduced enough"),
        intro=decision.get_kind_display(),
        warning=_("If nothing else is in force, the case will no longer be managed under MAPPA."),
        button=_("End it"),
        back=_back(decision.offender),
        done=_("The decision has ended, and the record follows what is left."),
        about={"decision": decision},
    )


@guarded(Perm.SCREEN, CategoryDecision)
@require_http_methods(CHANGES)
def withdraw_decision(request: AuthedRequest, decision: CategoryDecision) -> HttpResponse:
    """A decision was made in error."""
    return ask(
        request,
        decision.offender,
        "record",
        WithdrawalForm(request.POST or None),
        actions.withdraw_decision,
        title=_("Withdraw a decision made in error"),
        intro=_("%(what)s, decided on %(day)s")
        % {"what": decision.get_kind_display(), "day": long_date(decision.decided_on)},
        button=_("Withdraw the decision"),
        back=_back(decision.offender),
        done=_("The decision is withdrawn, and the record follows what is left."),
        about={"decision": decision},
    )


@guarded(Perm.SCREEN)
@require_safe
def proposals(request: AuthedRequest) -> HttpResponse:
    """What waits for an answer in one's own areas: the least time left first."""
    areas = {membership.agency.area_id for membership in memberships(request.user)}
    rows = CategoryProposal.objects.visible_to(request.user).open().filter(offender__area__in=areas)
    page = page_of(rows.select_related("offender"), request, by="due_on")
    return render(request, "offenders/proposals.html", {"page": page, "lines": _waiting(page.rows)})


def _waiting(rows: Iterable[CategoryProposal]) -> list[dict[str, str]]:
    today = dates.today()
    return [
        {
            "name": row.offender.full_name,
            "url": row.offender.get_absolute_url(),
            "kind": row.get_kind_display(),
            "proposed": proposed_words(row),
            "why": row.explanation,
            "due": due_words(row.due_on, today),
            "tone": due_tone(row.due_on, today),
            "answer": row.get_absolute_url(),
        }
        for row in rows
    ]


@guarded(Perm.SCREEN, CategoryProposal)
@require_http_methods(CHANGES)
def proposal(request: AuthedRequest, proposal: CategoryProposal) -> HttpResponse:
    """Confirm what is proposed, or decline it. What is to be determined is decided on its own page."""
    offender = proposal.offender
    if proposal.kind == CategoryProposal.Kind.DECIDE and not proposal.outcome:
        return redirect("offenders:decide_category", offender.reference)
    form = ProposalForm(request.POST or None, proposal=proposal)

    def verb(*, answer: str, reason: str, by: User, **_level: Any) -> CategoryProposal:
        if answer == ProposalForm.DECLINE:
            return actions.decline_proposal(proposal=proposal, reason=reason, by=by)
        return actions.confirm_proposal(proposal=proposal, reason=reason, **form.answers(), by=by)

    return ask(
        request,
        offender,
        "record",
        form,
        verb,
        title=proposal.get_kind_display(),
        intro=f"{proposed_words(proposal)}. {proposal.explanation}",
        nothing=_("This proposal has been answered already.") if proposal.outcome and request.method != "POST" else "",
        button=_("Record the answer"),
        back=_back(offender),
        done=_("Your answer is recorded."),
        about={},
    )
