"""The page of offences and sentences: what was found and imposed, the dates that follow, and where the person is."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from mappa.templatetags.mappa import long_date
from offenders.licence_ends import licence_warnings
from offenders.models import Offender
from offenders.sentencing import passed_together
from offenders.views.convictions import convictions
from offenders.views.key_dates import key_dates
from offenders.views.record import show
from offenders.views.whereabouts import recalls, whereabouts


@guarded(Perm.VIEW_CASE, Offender)
@require_safe
def sentences(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Convictions with what was imposed, key dates, and where the person was and is."""
    may = allowed(request.user, Perm.EDIT_CASE, on=offender)
    found, older = convictions(request, offender, may=may)
    parts = [
        found,
        key_dates(request, offender, may=may),
        whereabouts(request, offender, may=may),
        recalls(request, offender, may=may),
    ]
    return show(
        request,
        offender,
        "sentences",
        title=_("Offences and sentences"),
        parts=parts,
        warnings=_warnings(request, offender),
        next=f"{request.path}?{urlencode({'from': older})}" if older else "",
        newest=request.path if request.GET.get("from") else "",
    )


def _warnings(request: AuthedRequest, offender: Offender) -> list[str]:
    warnings = licence_warnings(offender, request.user)
    if offender.whereabouts == Offender.Whereabouts.DECEASED and not offender.ended_on:
        warnings.insert(
            0, _("The person is recorded as deceased. The case stays open until somebody confirms the exit.")
        )
    standing = list(offender.convictions.visible_to(request.user).in_force().with_sentence(request.user))
    for row in standing:
        if row.schedule_3_is_unanswered:
            words = _(
                "%(offence)s of %(day)s: nobody has said whether it counts for registration. Correct it and say so."
            )
            warnings.append(words % {"offence": row.title, "day": long_date(row.dealt_with_on)})
    for day in passed_together(standing):
        words = _(
            "Custody for several Schedule 3 offences was imposed on %s. If the terms are consecutive or partly "
            "concurrent, enter all of them with one conviction: they count together (Sexual Offences Act 2003 s.82(3) "
            "and (4))."
        )
        warnings.append(words % long_date(day))
    return warnings
