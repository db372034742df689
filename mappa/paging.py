"""Twenty-five rows at a time, found by where the last page ended and not by counting."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.http import urlencode

PAGE = 25


@dataclass(frozen=True)
class Page:
    """Some rows, and the addresses of the pages before and after them; empty when there is none."""

    rows: list[Any]
    previous: str
    next: str


def page_of(rows: Any, request: HttpRequest, *, by: str, newest_first: bool = False) -> Page:
    """A page of visible rows ordered by `by` and key. References and not dates stand in the address."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    # One more look at the same rows: a place that the person does not see (any more) is the beginning.
    place = rows.filter(reference=after or before).first() if after or before else None
    backwards = place is not None and not after
    sign = "-" if newest_first != backwards else ""
    ordered = rows.order_by(f"{sign}{by}", f"{sign}pk")
    if place is not None:
        ordered = ordered.filter(_beyond(place, by, "lt" if sign else "gt"))
    found = list(ordered[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    has_previous = more if backwards else place is not None
    return Page(
        rows=found,
        previous=_address(request, before=found[0].reference) if found and has_previous else "",
        next=_address(request, after=found[-1].reference) if found and (more or backwards) else "",
    )


def _beyond(place: Any, by: str, side: str) -> Q:
    key = getattr(place, by)
    return Q(**{f"{by}__{side}": key}) | Q(**{by: key, f"pk__{side}": place.pk})


def _address(request: HttpRequest, **changes: str) -> str:
    kept = {name: str(value) for name, value in request.GET.items() if name not in {"after", "before"}}
    return f"{request.path}?{urlencode(kept | changes)}"
