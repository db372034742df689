"""The pages of saved views: one's own filters, and nobody else's."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, guarded
from mappa.forms import Form, attempt
from offenders import saved_views as verbs
from offenders import search
from offenders.forms import PeopleForm, ViewNameForm
from offenders.models import SavedView


@guarded(Perm.VIEW_CASE)
@require_safe
def saved_views(request: AuthedRequest) -> HttpResponse:
    """One's own views, to open, rename and delete."""
    views = SavedView.objects.visible_to(request.user)
    return render(request, "offenders/saved_views.html", {"views": views[: SavedView.MOST]})


@guarded(Perm.VIEW_CASE)
@require_http_methods(["GET", "HEAD", "POST"])
def save_view(request: AuthedRequest) -> HttpResponse:
    """Give the filters in the address a name."""
    chosen = PeopleForm(request.GET.dict() | {"words": ""}, user=request.user)
    chosen.is_valid()
    filters = search.filters_in_words(chosen)
    form = ViewNameForm(request.POST or None)
    if request.method == "POST" and attempt(form, verbs.save_view, filters=filters, by=request.user):
        messages.success(request, _("The view is saved. You find it on the page of people."))
        return redirect(search.address(reverse("offenders:people"), filters))
    labels = [tag["label"] for tag in search.chosen(chosen, request.path, {})]
    return _ask(request, form, _("Save these filters"), _("Save view"), labels=labels)


def _ask(request: AuthedRequest, form: Form, title: str, button: str, **words: Any) -> HttpResponse:
    return render(request, "offenders/view.html", {"form": form, "title": title, "button": button, **words})


@guarded(Perm.SIGNED_IN, SavedView)
@require_safe
def saved_view(request: AuthedRequest, view: SavedView) -> HttpResponse:
    """The list of people, filtered so; and a word where something it filtered by is there no more."""
    form = PeopleForm({"words": "", **view.filters}, user=request.user)
    form.is_valid()
    if lost := [str(form.fields[name].label) for name in form.errors if name in form.fields]:
        words = _("The view filtered by something that is not there any more, and shows more people for it: %s.")
        messages.warning(request, words % ", ".join(lost))
    return redirect(verbs.address_of(view))


@guarded(Perm.SIGNED_IN, SavedView)
@require_http_methods(["GET", "HEAD", "POST"])
def rename_view(request: AuthedRequest, view: SavedView) -> HttpResponse:
    """Another name for a view."""
    form = ViewNameForm(request.POST or None, initial={"name": view.name})
    if request.method == "POST" and attempt(form, verbs.rename_view, view=view, by=request.user):
        messages.success(request, _("The view has its new name."))
        return redirect("offenders:saved_views")
    return _ask(request, form, _("Rename a saved view"), _("Rename"))


@guarded(Perm.SIGNED_IN, SavedView)
@require_http_methods(["GET", "HEAD", "POST"])
def delete_view(request: AuthedRequest, view: SavedView) -> HttpResponse:
    """Forget a view."""
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, verbs.delete_view, view=view, by=request.user):
        messages.success(request, _("The view is deleted. No record was changed."))
        return redirect("offenders:saved_views")
    return _ask(request, form, _("Delete a saved view"), _("Delete view"), labels=[view.name])
