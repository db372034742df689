"""Who sees a case, for an information officer: by its reference alone, and nothing of what it says."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, areas_granting, guarded
from assurance.forms.emergency import CaseReferenceForm
from audit.models import Act
from audit.record import record
from offenders import sight
from offenders.models import Offender
from offenders.search import record_refused
from offenders.visibility import scope_of


@guarded(Perm.REVIEW_EMERGENCY)
@require_safe
def who_by_reference(request: AuthedRequest) -> HttpResponse:
    """Agencies, rules, days and numbers of people. A reference of another area, or of none, is answered alike."""
    form = CaseReferenceForm(request.GET if "reference" in request.GET else None)
    context: dict[str, Any] = {"form": form, "offender": None}
    if form.is_valid():
        offender = _case(form.cleaned_data["reference"].strip().upper(), request)
        if offender is None:
            record_refused(form.cleaned_data["reference"], by=request.user)
            form.add_error("reference", _("No case of your area has this reference. Check it and enter it again"))
        else:
            record("case.sight_explained", by=request.user, about=offender, act=Act.VIEW)
            context |= sight.table(offender, request.user) | {"offender": offender}
    return render(request, "assurance/who.html", context)


def _case(reference: str, request: AuthedRequest) -> Offender | None:
    areas = areas_granting(request.user, Perm.REVIEW_EMERGENCY)
    kept_from = sorted(scope_of(request.user).excluded)
    return Offender.objects.outline_of(reference, areas).exclude(pk__in=kept_from).first()
