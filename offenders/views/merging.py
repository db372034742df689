"""The pages about two records of one person: what is suspected, one record made of two, and two of one again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from audit.models import Act
from audit.record import record
from mappa.forms import attempt
from mappa.templatetags.mappa import long_date
from offenders import duplicates, merging, summing_up, unmerging
from offenders.forms import DismissalForm, MergeForm, OtherRecordForm, UnmergeForm
from offenders.models import DuplicateSuspicion, Merge, Offender
from offenders.search import address, record_refused
from offenders.timeline import page_from
from offenders.views.cases import about_person


@guarded(Perm.SCREEN)
@require_safe
def possible_duplicates(request: AuthedRequest) -> HttpResponse:
    """The pairs that the user sees whole and nobody has looked into, newest first."""
    found = duplicates.open_for(request.user)
    rows, after = page_from(request.GET.get("from", ""), found, field="made_at")  # type: ignore[arg-type, var-annotated]
    shown = sorted({case.reference for row in rows for case in (row.first, row.second)})
    record("case.duplicates_listed", act=Act.LIST, by=request.user, found=len(rows), cases=shown)
    context = {
        "rows": [_pair(row) for row in rows],
        "newest": request.path if request.GET.get("from") else "",
        "next": address(request.path, {"from": after}) if after else "",
    }
    return render(request, "offenders/duplicates.html", context)


def _pair(row: DuplicateSuspicion) -> dict[str, Any]:
    people = [
        {
            "name": case.full_name,
            "url": case.get_absolute_url(),
            "born": case.born_in_words,
            "reference": case.reference,
        }
        for case in (row.first, row.second)
    ]
    return {
        "people": people,
        "why": row.get_birth_display(),
        "found": f"{row.get_source_display()}, {long_date(row.made_at)}",
        "said": row.said,
        "compare": reverse("offenders:merge", args=[row.first.reference, row.second.reference]),
        "dismiss": reverse("offenders:dismiss_duplicate", args=[row.reference]),
    }


@guarded(Perm.SCREEN, DuplicateSuspicion)
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss_duplicate(request: AuthedRequest, suspicion: DuplicateSuspicion) -> HttpResponse:
    """Say that two records are of two people."""
    form = DismissalForm(request.POST or None)
    if request.method == "POST" and attempt(form, duplicates.dismiss, suspicion=suspicion, by=request.user):
        messages.success(request, _("The two records stay apart, and the pair is not shown again."))
        return redirect("offenders:possible_duplicates")
    return render(request, "offenders/dismiss_duplicate.html", {"form": form, "row": _pair(suspicion)})


@guarded(Perm.SCREEN, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_record(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Ask which record is of the same person."""
    form = OtherRecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"].strip().upper()
        other = _mergeable(request, offender, reference)
        if other is not None:
            return redirect("offenders:merge", reference=offender.reference, other=other.reference)
        record_refused(reference, by=request.user)
        form.add_error("reference", _("Enter the reference of another record of your area that you see"))
    standing = offender.merges.visible_to(request.user).standing().select_related("made_by")
    merges = [
        {
            "merged_reference": row.merged_reference,
            "when": long_date(row.made_at),
            "who": row.made_by.name,
            "reason": row.reason,
            "url": row.get_absolute_url(),
        }
        for row in standing
    ]
    context = about_person(request, offender, "record") | {"form": form, "back": offender.get_absolute_url()}
    return render(request, "offenders/choose_record.html", context | {"merges": merges})


def _mergeable(request: AuthedRequest, offender: Offender, reference: str) -> Offender | None:
    """The other record, when the user sees it and may merge it. What he does not see and what is not there are one."""
    other = Offender.objects.visible_to(request.user).filter(reference=reference).exclude(pk=offender.pk).first()
    return other if other is not None and allowed(request.user, Perm.SCREEN, on=other) else None


@guarded(Perm.SCREEN, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: AuthedRequest, offender: Offender, other: str) -> HttpResponse:
    """Two records side by side: what stands of each, who will see more, and why they are one person."""
    second = _mergeable(request, offender, other)
    if second is None:
        record_refused(other, by=request.user)
        messages.warning(
            request,
            _("These two cannot be compared here: choose another record that you see, of an area you screen for."),
        )
        return redirect("offenders:choose_record", reference=offender.reference)
    record("offenders.merge.compared", act=Act.VIEW, by=request.user, about=second, into=offender.pk)
    asked, shown, refused = summing_up.questions(offender, second), None, ""
    choices = {question.name: request.POST.get(f"choice_{question.name}", question.offered) for question in asked}
    try:
        shown = merging.preview(offender=offender, other=second, choices=choices, by=request.user)
    except ValidationError as refusal:
        refused = " ".join(refusal.messages)
    form = MergeForm(
        request.POST or None,
        questions=asked,
        token=shown.token if shown and shown.gains else "",
        references=(offender.reference, second.reference),
    )
    if request.method == "POST" and attempt(form, merging.merge, offender=offender, other=second, by=request.user):
        messages.success(
            request, _("The two records are one. You can undo this on the page “Merge with another record”.")
        )
        return redirect(offender)
    context = about_person(request, offender, "record") | {
        "form": form,
        "same": [(question.label, question.standing, question.merged) for question in asked],
        "sides": [_side(offender), _side(second)],
        "gains": shown.gains if shown else [],
        # What was posted and refused stands beside the form; without a question there is nothing to choose otherwise.
        "refused": refused if request.method != "POST" or not asked else "",
        "can_choose": not refused or bool(asked),
        "back": offender.get_absolute_url(),
        "moved": shown.moved if shown else [],
        "gives_way": shown.gives_way if shown else [],
    }
    return render(request, "offenders/merge.html", context)


def _side(offender: Offender) -> dict[str, Any]:
    return {
        "reference": offender.reference,
        "url": offender.get_absolute_url(),
        "level": offender.get_level_display(),
        "area": offender.area.name,
        "review": long_date(offender.next_review_on) if offender.next_review_on else "",
        "restricted": offender.restricted,
        "registered": long_date(offender.registered_at),
    }


@guarded(Perm.SCREEN, Merge)
@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request: AuthedRequest, row: Merge) -> HttpResponse:
    """Two records again, or why that cannot be."""
    offender, shown, why_not = row.offender, None, ""
    try:
        shown = unmerging.preview(merge=row, by=request.user)
    except ValidationError as refusal:
        why_not = " ".join(refusal.messages)
    form = UnmergeForm(request.POST or None, token=shown.token if shown and shown.gains else "")
    if request.method == "POST" and attempt(form, unmerging.unmerge, merge=row, by=request.user):
        messages.success(request, _("The two records are apart again, each as it was."))
        return redirect(offender)
    context = about_person(request, offender, "record") | {
        "form": form,
        "merged": row.merged_reference,
        "reference": offender.reference,
        "back": offender.get_absolute_url(),
        "gains": shown.gains if shown else [],
        "nothing": why_not,
    }
    return render(request, "offenders/unmerge.html", context)
