"""What a board lacks, and the words that boards use."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from mappa import dates
from offenders.views.record import Link
from reviews.compliance import checks
from reviews.glossary import TERMS
from reviews.views.about_board import address, board_asked_for


@guarded(Perm.VIEW_BOARD)
@require_safe
def board_compliance(request: AuthedRequest) -> HttpResponse:
    """Check by check what the board has and what is missing."""
    asked = board_asked_for(request)
    found = checks(asked.board, dates.today(), request.user) if asked.board else []
    missing = sum(check.is_missing for check in found)
    words = ngettext(
        "%(missing)s of %(all)s check found something missing.",
        "%(missing)s of %(all)s checks found something missing.",
        len(found),
    ) % {"missing": missing, "all": len(found)}
    context = {
        "asked": asked,
        "area": asked.area,
        "areas": asked.areas,
        "checks": found,
        "summary": words if missing else _("Nothing is missing."),
        "set_up": Link(address("reviews:set_up_board", asked.area), _("Set up the board")),
    }
    return render(request, "reviews/board_compliance.html", context)


@guarded(Perm.VIEW_BOARD)
@require_safe
def board_glossary(request: AuthedRequest) -> HttpResponse:
    """Every word of the board's pages in plain language."""
    terms = [{"slug": slug, "term": term, "words": words} for slug, term, words in TERMS]
    return render(
        request, "reviews/board_glossary.html", {"terms": sorted(terms, key=lambda t: str(t["term"]).lower())}
    )
