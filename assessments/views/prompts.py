"""The pages of prompts: which rule found what, what it suggests, and why somebody did nothing."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Concern, Perm, allowed, guarded
from agencies.models import User
from assessments import actions
from assessments.forms import DismissalForm
from assessments.models import DriftPrompt
from mappa import dates
from mappa.templatetags.mappa import due_words, long_date
from offenders.models import Offender
from offenders.views.cases import about_person
from offenders.views.record import Card, Line, Link, ask

ANSWERS = require_http_methods(["GET", "HEAD", "POST"])
EARLIER = 20
# Where the record holds what a rule rests on.
PAGES = {
    DriftPrompt.Rule.ROSH_RAISED: "assessments:risk",
    DriftPrompt.Rule.RELEASE: "offenders:sentences",
    DriftPrompt.Rule.NEAR_VICTIM: "offenders:victims",
    DriftPrompt.Rule.CHILD: "offenders:identity",
    DriftPrompt.Rule.REVIEWS: "assessments:risk",
    DriftPrompt.Rule.RECALL: "offenders:sentences",
}


@guarded(Perm.VIEW_CASE, DriftPrompt)
@require_safe
def prompt(request: AuthedRequest, prompt: DriftPrompt) -> HttpResponse:
    """One prompt, and what may be done with it."""
    offender, user = prompt.offender, request.user
    context = about_person(request, offender, "risk") | {
        "title": prompt.get_rule_display(),
        "card": card_of(prompt),
        "steps": steps(prompt, user, offender.parts()),
        "page": _page(prompt, user),
    }
    return render(request, "assessments/prompt.html", context)


def _page(prompt: DriftPrompt, user: User) -> str:
    """Where the record holds the fact: of breaches and households, each kind has its own page."""
    offender = prompt.offender
    if prompt.rule == DriftPrompt.Rule.BREACH:
        breach = offender.breaches.visible_to(user).filter(reference=prompt.fact).first()
        return breach.get_absolute_url() if breach else reverse("offenders:notification", args=[offender.reference])
    if offender.notifications.visible_to(user).filter(reference=prompt.fact).exists():
        return reverse("offenders:notification", args=[offender.reference])
    return reverse(PAGES[DriftPrompt.Rule(prompt.rule)], args=[offender.reference])


@guarded(Perm.WRITE_PLANS, DriftPrompt)
@ANSWERS
def dismiss_prompt(request: AuthedRequest, prompt: DriftPrompt) -> HttpResponse:
    """Neither refer nor reassess, and say why."""
    return ask(
        request,
        prompt.offender,
        "risk",
        DismissalForm(request.POST if request.method == "POST" else None, closed=prompt.rests_on_a_victim),
        actions.dismiss_prompt,
        back=prompt.get_absolute_url(),
        done=_("The prompt is dismissed. The same fact is not put to you again; a new one is."),
        about={"prompt": prompt},
        title=_("Dismiss the prompt"),
        intro=f"{prompt.get_rule_display()}. {prompt.words}",
        button=_("Dismiss the prompt"),
        nothing="" if prompt.is_open else _("This prompt is answered already."),
    )


def prompts_of(offender: Offender, user: User) -> tuple[list[Card], list[Card]]:
    """For the page of risk: the prompts that wait, and the last of those that were answered. Two questions.

    Those that rest on a victim stand on the page of victims: this one is also read over shoulders, and printed.
    """
    rows = offender.drift_prompts.visible_to(user).of_everybody()
    answered = rows.exclude(outcome="").select_related("answered_by").order_by("-answered_at", "-pk")[:EARLIER]
    return _linked(rows.open()), _linked(answered)


def _linked(rows: Iterable[DriftPrompt]) -> list[Card]:
    return [card_of(row, link=True) for row in rows]


def card_of(prompt: DriftPrompt, *, link: bool = False) -> Card:
    """Its rule, the fact with its days, and what became of it."""
    lines = [Line(_("What it rests on"), prompt.words)]
    if prompt.is_open:
        lines += [
            Line(_("What it suggests"), suggestion(prompt)),
            Line(_("Answer"), due_words(prompt.due_on, dates.today())),
        ]
    elif prompt.answered_by is not None:
        words = _("%(what)s, %(who)s, %(date)s")
        about = {"what": prompt.get_outcome_display(), "who": prompt.answered_by.name}
        lines.append(Line(_("What became of it"), words % (about | {"date": long_date(prompt.answered_at)})))
    if prompt.answer_reason:
        lines.append(Line(_("Why"), prompt.answer_reason))
    return Card(
        title=prompt.get_rule_display(),
        lines=lines,
        links=[Link(prompt.get_absolute_url(), _("Open"))] if link else [],
        tag=_("To be answered") if prompt.is_open else prompt.get_outcome_display(),
        colour="yellow" if prompt.is_open else "grey",
    )


def suggestion(prompt: DriftPrompt) -> str:
    return _("A referral to a higher level") if prompt.suggests_referral else _("A new assessment of risk")


def steps(prompt: DriftPrompt, user: User, on: Concern) -> list[dict[str, str]]:
    """What the user may do with it, what it suggests first; nothing once it is answered."""
    offender = prompt.offender
    if not prompt.is_open or offender.ended_on:
        return []
    may_write = allowed(user, Perm.WRITE_PLANS, on=on)
    may_refer = allowed(user, Perm.REFER, on=on) and offender.can_be_referred_to(Offender.Level.ENHANCED)
    refer = {"url": reverse("panels:refer", args=[offender.reference]), "label": _("Refer to a higher level")}
    assess = {"url": reverse("assessments:assess", args=[offender.reference]), "label": _("Assess the risk again")}
    dismiss = {
        "url": reverse("assessments:dismiss_prompt", args=[prompt.reference]),
        "label": _("Dismiss with a reason"),
    }
    wanted = [(may_refer, refer), (may_write, assess)]
    if not prompt.suggests_referral:
        wanted.reverse()
    return [step for may, step in [*wanted, (may_write, dismiss)] if may]
