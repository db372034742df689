"""Writing a record of disclosure: one question a page, kept on the server, checked, and then recorded for good."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import AuthedRequest, Perm, guarded
from agencies.reauthentication import again_when_sent
from disclosures import actions
from disclosures.forms import STEPS, BeginForm, Step
from disclosures.models import DisclosureDraft
from disclosures.writing import answers_of, form_of, steps_of, typed_of_meeting
from mappa.forms import ANSWERS, Form, attempt, sent
from mappa.templatetags.mappa import long_date
from mappa.typed import in_words, typed_in
from offenders.models import Offender
from offenders.views.cases import about_person


@guarded(Perm.RECORD_DISCLOSURE, Offender)
@ANSWERS
def begin(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """What is asked, and perhaps which meeting's decision it carries out."""
    form = BeginForm(sent(request), offender=offender, user=request.user)
    if request.method == "POST" and form.is_valid():
        follows = form.cleaned_data.get("follows")
        answers = typed_of_meeting(follows) if follows else None
        draft = actions.begin_draft(offender=offender, follows=follows, answers=answers, by=request.user)
        return redirect(f"disclosures:draft_{next(iter(STEPS))}", draft.reference)
    context = about_person(request, offender, "disclosures") | {
        "form": form,
        "questions": [step.title for step in STEPS.values()],
    }
    return render(request, "disclosures/begin.html", context)


@guarded(Perm.RECORD_DISCLOSURE, DisclosureDraft)
@ANSWERS
def step(request: AuthedRequest, draft: DisclosureDraft, step: str) -> HttpResponse:
    """One question. What is typed is kept while it is typed, right or wrong."""
    form = form_of(draft, step)
    if request.method == "POST":
        typed = typed_in(STEPS[step], request.POST)
        form = form_of(draft, step, typed)
        try:
            draft = actions.keep_answers(draft=draft, step=step, answers=typed, by=request.user)
        except ValidationError as refusal:
            if request.htmx:  # type: ignore[attr-defined]
                raise Http404 from refusal
            form.add_error(None, refusal)
        else:
            if answer := _when_kept(request, draft, form):
                return answer
    context = _about(request, draft) | {
        "form": form,
        "title": form.title,
        "intro": form.intro,
        "said_by_law": _law(form) if step == "decision" else "",
        "back": _before(draft, step),
    }
    return render(request, "disclosures/step.html", context)


def _when_kept(request: AuthedRequest, draft: DisclosureDraft, form: Step) -> HttpResponse | None:
    """Where it goes on; nowhere while the page is not answered as it must be."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "components/saved.html", {"version": "", "saved_at": draft.saved_at})
    if "later" in request.GET:
        messages.success(request, _("Your answers are kept until %s.") % long_date(draft.kept_until))
        return redirect("disclosures:log", draft.offender.reference)
    return redirect(_next(draft)) if form.is_valid() else None


def _law(form: Step) -> str:
    law = form.facts.law
    return f"{law.explanation} ({law.authority})" if law else ""


def _next(draft: DisclosureDraft) -> str:
    """The first page that is not answered; all answered, the page that shows them together."""
    missing = answers_of(draft)[1]
    return _address(draft, missing[0] if missing else "check")


def _before(draft: DisclosureDraft, step: str) -> str:
    steps = steps_of(draft)
    number = steps.index(step) if step in steps else 0
    return _address(draft, steps[number - 1]) if number else reverse("disclosures:log", args=[draft.offender.reference])


def _address(draft: DisclosureDraft, page: str) -> str:
    return reverse(f"disclosures:draft_{page}", args=[draft.reference])


@guarded(Perm.RECORD_DISCLOSURE, DisclosureDraft)
@ANSWERS
@again_when_sent
def check(request: AuthedRequest, draft: DisclosureDraft) -> HttpResponse:
    """Every answer together, to be checked; then it is recorded, and never changed."""
    answers, missing = answers_of(draft)
    form, saved_at = Form(sent(request)), draft.saved_at.isoformat()
    if request.method == "POST" and request.POST.get("seen", saved_at) != saved_at:
        form.add_error(None, actions.changed_since())
    elif request.method == "POST" and missing:
        form.add_error(None, _("Answer first: %s") % "; ".join(str(STEPS[name].title) for name in missing))
    elif request.method == "POST" and attempt(
        form, actions.record_draft, draft=draft, answers=answers, by=request.user
    ):
        messages.success(request, _("The decision is recorded. What it waits for stands beside it."))
        return redirect("disclosures:log", draft.offender.reference)
    context = _about(request, draft) | {
        "form": form,
        "seen": saved_at,
        "parts": [_part(draft, name) for name in steps_of(draft)],
        "missing": [(STEPS[name].title, _address(draft, name)) for name in missing],
    }
    return render(request, "disclosures/check.html", context)


def _part(draft: DisclosureDraft, name: str) -> dict[str, Any]:
    url = _address(draft, name)
    rows = [{"label": label, "value": value, "url": url} for label, value in in_words(form_of(draft, name))]
    return {"title": STEPS[name].title, "rows": rows}


@guarded(Perm.RECORD_DISCLOSURE, DisclosureDraft)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthedRequest, draft: DisclosureDraft) -> HttpResponse:
    """Throw away a record that was not finished."""
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, actions.discard_draft, draft=draft, by=request.user):
        messages.success(request, _("What you had typed is deleted."))
        return redirect("disclosures:log", draft.offender.reference)
    context = _about(request, draft) | {
        "form": form,
        "back": _address(draft, "check"),
        "title": _("Delete what you have typed"),
        "warning": _("Nobody else has seen it, and it cannot be brought back."),
        "button": _("Delete it"),
    }
    return render(request, "offenders/question.html", context)


def _about(request: AuthedRequest, draft: DisclosureDraft) -> dict[str, Any]:
    return about_person(request, draft.offender, "disclosures") | {
        "draft": draft,
        "kept_until": long_date(draft.kept_until),
    }
