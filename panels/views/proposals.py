"""Dissent taken back, and proposals to other bodies: taken back, and answered."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from agencies.access import AuthedRequest, Perm, guarded
from mappa.forms import ANSWERS, Form, sent
from mappa.templatetags.mappa import long_date
from offenders.views.record import ask
from panels import actions
from panels.forms import AnswerProposalForm
from panels.models import Dissent, Proposal


@guarded(Perm.TAKE_MINUTES, Dissent)
@ANSWERS
def remove_dissent(request: AuthedRequest, dissent: Dissent) -> HttpResponse:
    """Ask before a dissent is taken back."""
    return ask(
        request,
        dissent.item.offender,
        "meetings",
        Form(sent(request)),
        actions.remove_dissent,
        back=f"{dissent.item.get_absolute_url()}#dissent",
        done=_("The dissent is taken back."),
        about={"dissent": dissent},
        title=_("Take this dissent back?"),
        button=_("Take it back"),
        intro=f"{dissent.agency.name}: {dissent.words}",
    )


@guarded(Perm.TAKE_MINUTES, Proposal)
@ANSWERS
def withdraw_proposal(request: AuthedRequest, proposal: Proposal) -> HttpResponse:
    """Ask before a proposal is taken back."""
    return ask(
        request,
        proposal.item.offender,
        "meetings",
        Form(sent(request)),
        actions.withdraw_proposal,
        back=f"{proposal.item.get_absolute_url()}#proposals",
        done=_("The proposal is taken back."),
        about={"proposal": proposal},
        title=_("Take this proposal back?"),
        button=_("Take it back"),
        intro=f"{proposal.body}: {proposal.what}",
    )


@guarded(Perm.EDIT_CASE, Proposal)
@ANSWERS
def answer_proposal(request: AuthedRequest, proposal: Proposal) -> HttpResponse:
    """Record what the body decided about a proposal of a meeting."""
    case = proposal.item.offender
    answered = _("The answer is recorded: %(answer)s on %(day)s. %(words)s") % {
        "answer": proposal.get_answer_display(),
        "day": long_date(proposal.answered_on),
        "words": proposal.answer_words,
    }
    return ask(
        request,
        case,
        "meetings",
        AnswerProposalForm(sent(request)),
        actions.answer_proposal,
        back=f"/people/{case.reference}/meetings/",
        done=_("The answer is recorded."),
        about={"proposal": proposal},
        title=_("What did the body decide?"),
        button=_("Record the answer"),
        intro=_("%(body)s was asked: %(what)s Why: %(why)s")
        % {"body": proposal.body, "what": proposal.what, "why": proposal.reasons},
        nothing=answered if proposal.answer else "",
    )
