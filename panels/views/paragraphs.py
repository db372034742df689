"""The paragraphs of the minutes: saved while they are typed, added, moved, taken out and put back."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.access import AuthedRequest, Perm, guarded
from agencies.models import Agency, User
from mappa.forms import Form, attempt
from offenders.views.record import ask
from offenders.views.saving import Writing, save_text
from panels import actions
from panels.actions.paragraphs import invited
from panels.forms import ParagraphForm, RemoveForm
from panels.models import AgendaItem, Audience, Paragraph
from panels.views.workspace import first_error


@guarded(Perm.TAKE_MINUTES, Paragraph)
@require_POST
def paragraph(request: AuthedRequest, paragraph: Paragraph) -> HttpResponse:
    """Save a paragraph while it is typed."""
    # Saved over the other text, or from the page of the two: the agencies that are named now stay named.
    keeps = "over" in request.POST or "as_named" in request.POST

    def save(*, section: str, agencies: Any, by: User, **answers: Any) -> Paragraph:
        return actions.save_paragraph(paragraph=paragraph, agencies=None if keeps else agencies, by=by, **answers)

    writing = Writing(
        paragraph.item.offender,
        Paragraph.Section,
        saved=lambda section: Paragraph.objects.visible_to(request.user).filter(pk=paragraph.pk).first(),
        verb=save,
        page=paragraph.item.get_absolute_url(),
        hidden={"as_named": "1"},
    )
    return save_text(request, partial(ParagraphForm, invited=invited(paragraph.item)), writing)


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def add_paragraph(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Another paragraph under a heading; htmx gets it alone, so that nothing typed beside it is lost."""
    form, made = Form(request.POST), []

    def add(**known: Any) -> None:
        made.append(actions.add_paragraph(section=request.POST.get("section", ""), **known))

    if not attempt(form, add, item=item, by=request.user):
        messages.error(request, first_error(form))
        return redirect(item)
    row = made[0]
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "panels/_paragraph.html", _alone(row, invited(item)))
    return redirect(row)


def _alone(row: Paragraph, agencies: list[Agency]) -> dict[str, Any]:
    """A new paragraph, as the workspace shows each of them."""
    number = row.position
    part = {"row": row, "named": set(), "number": number, "is_first": number == 1, "is_last": True, "focus": True}
    section = {"key": row.section, "heading": row.get_section_display()}
    return {"part": part, "section": section, "audiences": Audience.choices, "agencies": agencies}


@guarded(Perm.TAKE_MINUTES, Paragraph)
@require_POST
def move_paragraph(request: AuthedRequest, paragraph: Paragraph) -> HttpResponse:
    """Move a paragraph up or down under its heading."""
    form = Form(request.POST)
    way = "up" if request.POST.get("way") == "up" else "down"
    if not attempt(form, actions.move_paragraph, paragraph=paragraph, way=way, by=request.user):
        messages.error(request, first_error(form))
    return redirect(paragraph)


@guarded(Perm.TAKE_MINUTES, Paragraph)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_paragraph(request: AuthedRequest, paragraph: Paragraph) -> HttpResponse:
    """Ask before words are taken out."""
    sent = request.POST if request.method == "POST" else None
    return ask(
        request,
        paragraph.item.offender,
        "meetings",
        RemoveForm(sent, initial={"version": paragraph.version}),
        actions.remove_paragraph,
        back=paragraph.get_absolute_url(),
        done=_("Taken out of the minutes. You find it below them, and can put it back."),
        about={"paragraph": paragraph},
        title=_("Take this paragraph out?"),
        button=_("Take it out"),
        intro=paragraph.text or _("It is empty."),
    )


@guarded(Perm.TAKE_MINUTES, AgendaItem)
@require_POST
def put_back(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Put a paragraph back that was taken out."""
    form = Form(request.POST)
    named = request.POST.get("paragraph", "")
    if attempt(form, actions.put_back, item=item, paragraph=named, by=request.user):
        messages.success(request, _("Put back."))
    else:
        messages.error(request, first_error(form))
    return redirect(item)
