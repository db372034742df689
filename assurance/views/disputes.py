"""Facts that the person says are wrong."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import User
from assurance.asking import DecideDisputeForm, DisputeForm
from mappa.forms import ANSWERS, sent
from mappa.templatetags.mappa import long_date
from offenders.actions import decide_dispute as decide
from offenders.actions import take_dispute as take
from offenders.models import Dispute, Offender
from offenders.views.record import Card, Line, Link, Part, ask


def disputes_part(offender: Offender, user: User, *, may: bool) -> Part:
    """Those that stand beside a fact, and those that are settled."""
    rows = list(Dispute.objects.visible_to(user).filter(offender=offender).select_related("decided_by"))
    standing = {"", Dispute.Outcome.NOT_PROVED}
    return Part(
        "disputes",
        _("Facts that the person disputes"),
        cards=[_card(row, may=may) for row in rows if row.outcome in standing],
        past=[_card(row, may=may) for row in rows if row.outcome not in standing],
        add=Link(reverse("assurance:take_dispute", args=[offender.reference]), _("Record a disputed fact")) if may else None,
        intro=_("Nothing is written over: the fact stays as it was recorded, and what the person says stands beside it."),
        empty=_("The person disputes nothing."),
    )  # fmt: skip


def _card(row: Dispute, *, may: bool) -> Card:
    lines = [
        Line(_("Where"), str(row.get_page_display())),
        Line(_("What the person says"), row.claim),
        *([Line(_("What shows it"), row.evidence)] if row.evidence else []),
        Line(_("Received"), long_date(row.received_on)),
        *([] if row.outcome else [Line(_("To be decided by"), long_date(row.due_on))]),
    ]
    if row.decided_by:
        found = {"day": long_date(row.decided_at), "name": row.decided_by.name, "why": row.reasons}
        lines += [
            Line(_("Found"), str(row.get_outcome_display())),
            Line(_("Reasons"), _("%(why)s (%(day)s, %(name)s)") % found),
        ]
    can_decide = may and not row.outcome
    links = [Link(reverse("assurance:decide_dispute", args=[row.reference]), _("Decide"))] if can_decide else []
    tag, colour = (_("Decided"), "grey") if row.outcome else (_("Being looked into"), "yellow")
    if row.outcome == Dispute.Outcome.NOT_PROVED:
        tag, colour = _("Stays disputed"), "orange"
    return Card(f"{row.fact}: {row.reference}", lines, links, tag, colour)


@guarded(Perm.ANSWER_PERSON, Offender)
@ANSWERS
def take_dispute(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Note that the person says something is wrong."""
    return ask(
        request,
        offender,
        "record",
        DisputeForm(sent(request)),
        take,
        back=reverse("assurance:case_data", args=[offender.reference]),
        done=_("It is recorded, and every page of the person says that it is disputed."),
        title=_("Record a disputed fact"),
        intro=_("The person has a right to have what is wrong put right. It is decided within a month."),
        button=_("Record it"),
    )


@guarded(Perm.ANSWER_PERSON, Dispute)
@ANSWERS
def decide_dispute(request: AuthedRequest, dispute: Dispute) -> HttpResponse:
    """Say whether it was wrong, and why."""
    return ask(
        request,
        dispute.offender,
        "record",
        DecideDisputeForm(sent(request)),
        decide,
        back=reverse("assurance:case_data", args=[dispute.offender.reference]),
        done=_("It is decided."),
        about={"dispute": dispute},
        title=_("Decide a disputed fact"),
        intro=_("%(fact)s. The person says: %(claim)s") % {"fact": dispute.fact, "claim": dispute.claim},
        warning=_("This changes no fact. What was wrong is corrected on its own page of the record first."),
        nothing=_("It is decided already.") if dispute.outcome else "",
        button=_("Save the decision"),
    )
