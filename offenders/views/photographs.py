"""The pages of photographs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, NotGivenError, Perm, allowed, guarded
from mappa.forms import Form
from mappa.templatetags.mappa import long_date
from offenders import actions, copies
from offenders.forms import PhotographForm, ReplacementForm, WithdrawalForm
from offenders.header import record_pages
from offenders.models import Offender, Photograph
from offenders.store import DamagedFileError
from offenders.timeline import page_from
from offenders.views.cases import about_person
from offenders.views.record import ask


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def photographs(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The photographs that stand, and below them, by date, those that were replaced or withdrawn."""
    rows = offender.photographs.visible_to(request.user).select_related("by", "withdrawn_by")
    standing = list(rows.standing().order_by("kind", "-taken_on", "-at")[:MOST])
    place = request.GET.get("from", "")
    past, older = page_from(place, rows.exclude(pk__in=rows.standing().values("pk")))
    context = about_person(request, offender, "record") | {
        "pages": record_pages(offender, "photographs"),
        "standing": [_row(row) for row in standing],
        "past": [_row(row) for row in past],
        "next": f"{request.path}?from={older}" if older else "",
        "newest": request.path if place else "",
        "can_edit": allowed(request.user, Perm.EDIT_CASE, on=offender),
    }
    return render(request, "offenders/photographs.html", context)


# More pictures than that of one person help nobody to know him; the oldest are left out of the page.
MOST = 60


def _row(row: Photograph) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "kind": row.get_kind_display(),
        "taken": long_date(row.taken_on),
        "alt": alt(row),
        "notes": row.notes,
        "added": long_date(row.at),
        "by": row.by.name,
        "scan": row.get_scan_display(),
        "withdrawn": long_date(row.withdrawn_at) if row.withdrawn_at else "",
        "withdrawn_by": row.withdrawn_by.name if row.withdrawn_by else "",
        "reason": row.withdrawal_reason,
    }


def alt(photograph: Photograph) -> str:
    """What the picture is, for those who hear the page; whose it is, the page says elsewhere."""
    words = {
        Photograph.Kind.FACE: _("Photograph of the person's face, taken on %s"),
        Photograph.Kind.FULL_LENGTH: _("Full-length photograph of the person, taken on %s"),
        Photograph.Kind.MARK: _("Photograph of a tattoo, scar or mark, taken on %s"),
    }
    return words[Photograph.Kind(photograph.kind)] % long_date(photograph.taken_on)


@guarded(Perm.VIEW_CASE, Photograph, in_emergency=True)
@require_safe
def photograph_small(request: AuthedRequest, photograph: Photograph) -> HttpResponse:
    """The picture as it stands on pages."""
    return _picture(request, photograph, small=True)


@guarded(Perm.VIEW_CASE, Photograph)
@require_safe
def photograph_large(request: AuthedRequest, photograph: Photograph) -> HttpResponse:
    """The picture as large as it is kept, marked with who looked."""
    return _picture(request, photograph, small=False)


def _picture(request: AuthedRequest, photograph: Photograph, *, small: bool) -> HttpResponse:
    if photograph.withdrawn_at is not None:
        return render(request, "offenders/damaged.html", {"withdrawn": True}, status=410)
    try:
        copy = copies.photograph_copy(photograph, request.user, small=small)
    except DamagedFileError:
        raise NotGivenError(render(request, "offenders/damaged.html", status=503), event="photograph.damaged") from None
    return copies.answer(copy, copies.kind_of_row(photograph), name=photograph.reference, attached=False)


@guarded(Perm.EDIT_CASE, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_photograph(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Add a photograph."""
    return _ask(
        request,
        offender,
        _sent(request, PhotographForm),
        actions.add_photograph,
        title=_("Add a photograph"),
        intro=_("For knowing the person. It is never used to recognise faces."),
        button=_("Add the photograph"),
        done=_("The photograph is on the record."),
    )


@guarded(Perm.EDIT_CASE, Photograph)
@require_http_methods(["GET", "HEAD", "POST"])
def replace_photograph(request: AuthedRequest, photograph: Photograph) -> HttpResponse:
    """Put another picture in the place of one."""
    return _ask(
        request,
        photograph.offender,
        _sent(request, ReplacementForm),
        actions.replace_photograph,
        about={"photograph": photograph},
        title=_("Replace the photograph"),
        intro=_("The earlier photograph stays on the record, under earlier photographs."),
        button=_("Replace the photograph"),
        done=_("The photograph is replaced."),
    )


@guarded(Perm.EDIT_CASE, Photograph)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_photograph(request: AuthedRequest, photograph: Photograph) -> HttpResponse:
    """Take a photograph out of use."""
    return _ask(
        request,
        photograph.offender,
        WithdrawalForm(request.POST if request.method == "POST" else None),
        actions.withdraw_photograph,
        about={"photograph": photograph},
        title=_("Withdraw the photograph"),
        intro=_("It is not shown any more. That it was there, and your reason, stay on the record."),
        button=_("Withdraw the photograph"),
        done=_("The photograph is withdrawn."),
    )


def _sent(request: AuthedRequest, form: type[Form]) -> Form:
    return form(request.POST, request.FILES) if request.method == "POST" else form()


def _ask(request: AuthedRequest, offender: Offender, form: Form, verb: Any, **words: Any) -> HttpResponse:
    back = reverse("offenders:photographs", args=[offender.reference])
    return ask(request, offender, "record", form, verb, back=back, **words)
