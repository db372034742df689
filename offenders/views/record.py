"""The pages of the record: what stands on them, card by card, and the one question that each change asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from agencies.access import AuthedRequest
from mappa.forms import Form, attempt
from offenders.header import record_pages
from offenders.models import Offender
from offenders.views.cases import about_person


@dataclass(frozen=True)
class Link:
    """Something to do; `about` tells it from others of the same words, for those who hear the page."""

    url: str
    text: str
    about: str = ""


@dataclass(frozen=True)
class Line:
    """One thing known; nothing known reads "None recorded"."""

    label: str
    value: str


@dataclass(frozen=True)
class Card:
    """One row of the record. `tag` is its state in a word or two, in one of the colours of GOV.UK tags."""

    title: str
    lines: Sequence[Line] = ()
    links: Sequence[Link] = ()
    tag: str = ""
    colour: str = "grey"


@dataclass(frozen=True)
class Part:
    """A heading of the page with its rows: those that stand, and those that are past, which are folded away."""

    slug: str
    title: str
    cards: Sequence[Card] = ()
    past: Sequence[Card] = ()
    add: Link | None = None
    intro: str = ""
    empty: str = ""


def show(
    request: AuthedRequest, offender: Offender, current: str, *, title: str, parts: Sequence[Part], **words: Any
) -> HttpResponse:
    """A page of the record. `words`: perhaps intro, and warnings, a list of what must be seen first."""
    context = about_person(request, offender, "record") | {
        "title": title,
        "parts": parts,
        "pages": record_pages(offender, current, request.user),
    }
    return render(request, "offenders/record.html", context | words)


def ask(
    request: AuthedRequest,
    offender: Offender,
    current: str,
    form: Form,
    verb: Callable[..., object],
    *,
    back: str,
    done: str,
    about: Mapping[str, object] | None = None,
    **words: Any,
) -> HttpResponse:
    """One question about the case, then back to where it was asked.

    The verb is given the answers, `by` and what it is `about`: the offender, unless it is a row of the case.
    `words`: title and button; perhaps intro, warning, and nothing, why there is nothing to ask.
    """
    if request.method == "POST" and attempt(form, verb, **(about or {"offender": offender}), by=request.user):
        messages.success(request, done)
        return redirect(back)
    context = about_person(request, offender, current) | {"form": form, "back": back}
    return render(request, "offenders/question.html", context | words)
