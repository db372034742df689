"""The list of offences, and by which schedules each counts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from offenders.forms.offences import OffencesForm
from offenders.models import Offence


@guarded(Perm.VIEW_CASE)
@require_safe
def offences(request: AuthedRequest) -> HttpResponse:
    """The offences that can be chosen, with the schedules that make them count."""
    form = OffencesForm(request.GET or None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    found = Offence.objects.in_use().matching(words)
    rows = [
        {"title": row.title, "code": row.code, "statute": row.statute, "schedules": schedules(row)} for row in found
    ]
    return render(request, "offenders/offences.html", {"form": form, "rows": rows, "words": words})


def schedules(offence: Offence) -> str:
    """The schedules that the offence is in, in words."""
    marks = [
        (offence.schedule_3, _("Schedule 3 of the Sexual Offences Act 2003")),
        (offence.schedule_15_part, _("Schedule 15 Part %s of the CJA 2003") % offence.schedule_15_part),
        (offence.murder, _("Murder")),
        (offence.section_327_4a, _("CJA 2003 s.327(4A)")),
        (offence.relevant_terrorist, _("Relevant terrorist offence")),
    ]
    return ", ".join(words for wanted, words in marks if wanted)
