"""One question that hangs on no page of a case, then back to where it was asked."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from agencies.access import AuthedRequest
from mappa.forms import Form, attempt


def ask(
    request: AuthedRequest,
    form: Form,
    verb: Callable[..., object],
    *,
    back: str,
    done: Any,
    about: Mapping[str, object],
    **words: Any,
) -> HttpResponse:
    """A question and its answer, and nothing of a case on the page but what the words say.

    The verb is given the answers, what it is `about`, and `by`.

    `words`: title and button; perhaps caption, intro, warning, look of the button, and nothing, why there is nothing
    to ask.
    """
    if request.method == "POST" and attempt(form, verb, **about, by=request.user):
        messages.success(request, done)
        return redirect(back)
    return render(request, "question.html", {"form": form, "back": back} | words)
