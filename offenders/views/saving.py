"""A text that two people write: saved while it is typed, and nobody saves over what he has not read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from agencies.access import AuthedRequest
from mappa.forms import Form
from offenders.actions.case import StaleError
from offenders.header import person_header
from offenders.models import Offender


@dataclass(frozen=True)
class Writing:
    """Of what the text is a part: the case, the verb that saves it, and the page on which it is written.

    `saved` gives the row of a section as it is now. A section has `text`, `audience`, `version` and who saved it when.
    `hidden` is sent beside a text that is saved from the page of the two.
    """

    offender: Offender
    sections: type[TextChoices]
    saved: Callable[[str], Any]
    verb: Callable[..., Any]
    page: str
    hidden: Mapping[str, str] = field(default_factory=dict)


def save_text(request: AuthedRequest, form: Callable[[QueryDict], Form], writing: Writing) -> HttpResponse:
    """Save one section. When someone else was first: 409 with both texts, and nothing is overwritten."""
    answers = _typed(request, writing)
    asked = form(answers)
    if asked.has_error("section"):
        messages.error(request, _first_error(asked))
        return redirect(writing.page)
    if not asked.is_valid():
        return _not_saved(request, writing, answers, ValidationError(_first_error(asked)))
    try:
        row = writing.verb(**asked.cleaned_data, by=request.user)
    except ValidationError as refusal:
        return _not_saved(request, writing, answers, refusal)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{writing.page}#section-{answers['section']}")
    kept = render(request, "components/saved.html", {"version": row.version, "saved_at": row.saved_at})
    if answers.get("over"):
        kept["HX-Refresh"] = "true"  # so that the page shows the audience that now holds
    return kept


def _typed(request: AuthedRequest, writing: Writing) -> QueryDict:
    answers = request.POST.copy()
    if answers.get("over"):
        # Pressed beside the other text: whoever types has read it, and saves over that version of it.
        answers["version"] = str(answers["over"])
        if request.htmx:  # type: ignore[attr-defined]
            # The page's own choice of audience is older than that version's, which nobody here has chosen anew.
            now = writing.saved(answers.get("section", ""))
            answers["audience"] = now.audience if now else answers.get("audience", "")
    return answers


def _first_error(form: Form) -> str:
    """Why nothing was saved, in one line."""
    return " ".join(str(text) for errors in form.errors.values() for text in errors)


def _not_saved(request: AuthedRequest, writing: Writing, answers: QueryDict, refusal: ValidationError) -> HttpResponse:
    """Both texts, side by side, with a way to go on."""
    theirs = refusal.theirs if isinstance(refusal, StaleError) else None
    yours = {name: answers.get(name, "") for name in ("text", "audience")}
    section = answers.get("section", "")
    context = {
        "person": person_header(writing.offender, request.user),
        "why": " ".join(refusal.messages),
        "theirs": theirs,
        "yours": yours,
        # Whoever restricted it meanwhile must not find it opened again by a text that was typed before.
        "restricted": theirs is not None and theirs.audience != yours["audience"],
        "heading": writing.sections(section).label,
        "hidden": {"section": section, **writing.hidden},
        "save_url": request.path,
        "url": writing.page,
    }
    name = "offenders/_conflict.html" if request.htmx else "offenders/conflict.html"  # type: ignore[attr-defined]
    return render(request, name, context, status=409)
