"""Totals of earlier reports, and what the areas of each region published together."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, guarded
from agencies.asking import ask
from mappa import dates
from mappa.forms import ANSWERS, Form, attempt, sent
from reviews.annual import totals
from reviews.annual.forms import BringForm, TotalForm
from reviews.annual.regions import compared
from reviews.board import area_asked_for, areas_of
from reviews.models import PublishedTotal
from reviews.models.annual import year_before, year_words

YEARS_SHOWN = 5


@guarded(Perm.VIEW_BOARD)
@require_safe
def published_totals(request: AuthedRequest) -> HttpResponse:
    """What was entered of the years before this service."""
    area = area_asked_for(request.user, request.GET.get("area", ""))
    rows = PublishedTotal.objects.visible_to(request.user).filter(area=area)
    context = {
        "area": area,
        "areas": areas_of(request.user),
        "totals": list(rows),
        "may_prepare": area in areas_of(request.user, Perm.BOARD_PREPARE),
    }
    return render(request, "reviews/published_totals.html", context)


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def enter_total(request: AuthedRequest) -> HttpResponse:
    """Enter one number."""
    return ask(
        request,
        TotalForm(sent(request), areas=areas_of(request.user, Perm.BOARD_PREPARE)),
        totals.enter_total,
        back=reverse("reviews:published_totals"),
        about={},
        title=_("Enter a published total"),
        intro=_("Enter it exactly as it was published. It stands in the trends with its source."),
        button=_("Save"),
        done=_("The total is entered."),
    )


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def bring_totals(request: AuthedRequest) -> HttpResponse:
    """Bring a file of them: every row of it, or none."""
    form = BringForm(sent(request), request.FILES or None, areas=areas_of(request.user, Perm.BOARD_PREPARE))
    brought: list[int] = []

    def bring(**answers: Any) -> None:
        brought.append(totals.bring_totals(**answers))

    if request.method == "POST" and attempt(form, bring, by=request.user):
        words = ngettext("%s total is entered.", "%s totals are entered.", brought[0])
        messages.success(request, words % brought[0])
        return redirect("reviews:published_totals")
    context = {"form": form, "example": totals.EXAMPLE, "tables": PublishedTotal.Table.choices}
    return render(request, "reviews/bring_totals.html", context)


@guarded(Perm.BOARD_PREPARE, PublishedTotal)
@ANSWERS
def remove_total(request: AuthedRequest, total: PublishedTotal) -> HttpResponse:
    """Take a number away that was entered by mistake."""
    return ask(
        request,
        Form(sent(request)),
        totals.remove_total,
        back=reverse("reviews:published_totals"),
        about={"total": total},
        caption=f"{total.get_table_display()}, {total.years}",
        title=_("Remove this total?"),
        intro=_("%(about)s: %(number)s. Source: %(source)s")
        % {"about": total.about(), "number": f"{total.number:,}", "source": total.source},
        button=_("Remove"),
        look="warning",
        done=_("The total is removed."),
    )


@guarded(Perm.VIEW_BOARD)
@require_safe
def regions(request: AuthedRequest) -> HttpResponse:
    """What the areas of each region published of a year."""
    last = year_before(dates.today())
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and last - YEARS_SHOWN < int(asked) <= last else last
    context = {
        "area": None,
        "years": [(each, year_words(each)) for each in range(last, last - YEARS_SHOWN, -1)],
        "year": year,
        "shown": year_words(year),
        "regions": compared(year),
    }
    return render(request, "reviews/regions.html", context)
