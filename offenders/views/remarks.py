"""The pages of what is flagged and noted: the timeline, notes, flags."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from mappa import dates
from mappa.forms import attempt
from mappa.templatetags.mappa import due_tone, due_words, long_date
from offenders import flags as flag_verbs
from offenders import notes, search
from offenders.forms.cases import FlagForm, FlagRemovalForm, FlagReviewForm, NoteForm, TimelineForm
from offenders.header import record_pages
from offenders.models import Flag, FlagKind, FlagReview, Note, Offender
from offenders.timeline import Chosen, everything, page_from
from offenders.views.cases import about_person


@guarded(Perm.VIEW_CASE, Offender, in_emergency=True)
@require_http_methods(["GET", "HEAD", "POST"])
def timeline(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Everything that happened and was noted, newest first; nothing in it is ever changed. What is sent are filters."""
    # What is wrong in an address is said, and left out: the list stays usable.
    form = TimelineForm(search.with_words(request))
    if request.method == "POST":
        return search.asked_for(request, form)
    form.is_valid()
    chosen, place = Chosen(**form.cleaned_data), request.GET.get("from", "")
    may_note = allowed(request.user, Perm.ADD_NOTES, on=offender)
    shown, older = everything(place, offender, request.user, chosen, may_correct=may_note)
    asked = request.GET.dict() | {"from": ""}
    context = about_person(request, offender, "timeline") | {
        "form": form,
        "filtered": any(asked.values()),
        "events": shown,
        "next": search.address(request.path, asked | {"from": older}) if older else "",
        "newest": search.address(request.path, asked) if place else "",
        "can_note": may_note,
    }
    return render(request, "offenders/timeline.html", context)


@guarded(Perm.ADD_NOTES, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_note(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Write a note on the case."""
    form = NoteForm(request.POST or None, initial={"happened_on": dates.today()})
    if attempt(form, notes.add_note, offender=offender, by=request.user):
        messages.success(request, _("The note is on the timeline."))
        return redirect("offenders:timeline", offender.reference)
    return render(request, "offenders/note.html", about_person(request, offender, "timeline") | {"form": form})


@guarded(Perm.ADD_NOTES, Note)
@require_http_methods(["GET", "HEAD", "POST"])
def correct_note(request: AuthedRequest, note: Note) -> HttpResponse:
    """Write a note that corrects another; it begins with what the other says."""
    before = {name: getattr(note, name) for name in ("kind", "happened_on", "text", "audience")}
    form = NoteForm(request.POST or None, initial=before)
    if attempt(form, notes.correct_note, note=note, by=request.user):
        messages.success(request, _("The correction is on the timeline, and the note that it corrects stays there."))
        return redirect("offenders:timeline", note.offender.reference)
    context = about_person(request, note.offender, "timeline") | {"form": form, "note": note}
    return render(request, "offenders/note.html", context)


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def flags(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The flags of the case, each with its next review, and those that were removed."""
    rows = offender.flags.visible_to(request.user).select_related("kind", "added_by", "removed_by")
    place = request.GET.get("from", "")
    removed, older = page_from(
        place, rows.filter(removed_on__isnull=False).order_by("-added_at", "-pk"), field="added_at"
    )
    standing = list(rows.open())
    reviews = offender.flag_reviews.visible_to(request.user).filter(flag__in=[*standing, *removed])
    by_flag: dict[int, list[FlagReview]] = {}
    for review in reviews.select_related("by"):
        by_flag.setdefault(review.flag_id, []).append(review)
    context = about_person(request, offender, "record") | {
        "pages": record_pages(offender, "flags", request.user),
        "standing": [_flag_row(flag, by_flag) for flag in standing],
        "removed": [_flag_row(flag, by_flag) for flag in removed],
        "next": f"{request.path}?{urlencode({'from': older})}" if older else "",
        "newest": request.path if place else "",
        "can_edit": allowed(request.user, Perm.EDIT_CASE, on=offender),
    }
    return render(request, "offenders/flags.html", context)


def _flag_row(flag: Flag, reviews: dict[int, list[FlagReview]]) -> dict[str, Any]:
    today = dates.today()
    return {
        "reference": flag.reference,
        "name": flag.kind.name,
        "tone": flag.kind.tone,
        "notes": flag.notes,
        "reviews": [
            {"when": long_date(review.at), "by": review.by.name, "reason": review.reason}
            for review in reviews.get(flag.pk, [])
        ],
        "added": long_date(flag.added_at),
        "added_by": flag.added_by.name,
        "review": long_date(flag.review_on) if flag.is_overdue(today) else due_words(flag.review_on, today),
        "review_tone": due_tone(flag.review_on, today),
        "overdue": flag.is_overdue(today),
        "removed": long_date(flag.removed_on) if flag.removed_on else "",
        "removed_by": flag.removed_by.name if flag.removed_by else "",
        "removal_reason": flag.removal_reason,
    }


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_flag(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Put a flag on the case."""
    form = FlagForm(request.POST or None)
    if attempt(form, flag_verbs.add_flag, offender=offender, by=request.user):
        messages.success(request, _("The flag is on the case, and its review is dated."))
        return redirect("offenders:flags", offender.reference)
    kinds = FlagKind.objects.filter(is_active=True)
    context = about_person(request, offender, "record") | {"form": form, "kinds": kinds}
    return render(request, "offenders/add_flag.html", context)


@guarded(Perm.EDIT_CASE, Flag)
@require_http_methods(["GET", "HEAD", "POST"])
def review_flag(request: AuthedRequest, flag: Flag) -> HttpResponse:
    """Look at a flag again and let it stand."""
    form = FlagReviewForm(request.POST or None)
    if attempt(form, flag_verbs.review_flag, flag=flag, by=request.user):
        messages.success(request, _("The flag stands, and its next review is dated."))
        return redirect(flag)
    limit = long_date(flag.kind.latest_review(dates.today()))
    context = about_person(request, flag.offender, "record") | {"form": form, "flag": flag, "limit": limit}
    return render(request, "offenders/review_flag.html", context)


@guarded(Perm.EDIT_CASE, Flag)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_flag(request: AuthedRequest, flag: Flag) -> HttpResponse:
    """Take a flag off the case."""
    form = FlagRemovalForm(request.POST or None)
    if attempt(form, flag_verbs.remove_flag, flag=flag, by=request.user):
        messages.success(request, _("The flag is removed. It stays on this page, under removed flags."))
        return redirect(flag)
    context = about_person(request, flag.offender, "record") | {"form": form, "flag": flag}
    return render(request, "offenders/remove_flag.html", context)
