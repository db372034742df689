"""The pages of a board, on each of them."""

from typing import Any

from django import template
from django.template import Context

from reviews.sections import sections_of

register = template.Library()


@register.inclusion_tag("reviews/_sections.html", takes_context=True)
def board_sections(context: Context) -> dict[str, Any]:
    """The sub-navigation of the page that is asked for."""
    request = context["request"]
    return {"tabs": sections_of(request, request.user)}
