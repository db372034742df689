"""The pages of a board, in the order of its sub-navigation: only those that the reader's roles open."""

from dataclasses import dataclass
from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from agencies.access import Perm, allowed
from agencies.models import User


@dataclass(frozen=True)
class Page:
    """One entry: where it leads, what it is called, and who opens it."""

    route: str
    label: str | Promise
    perm: Perm = Perm.VIEW_BOARD


PAGES: tuple[Page, ...] = (
    Page("reviews:board", _("How we are doing")),
    Page("reviews:board_members", _("Members")),
    Page("reviews:board_meetings", _("Meetings")),
    Page("reviews:business_plans", _("Business plan")),
    Page("reviews:board_questions", _("Questions")),
    Page("reviews:board_compliance", _("What is missing")),
    Page("reviews:board_glossary", _("Glossary")),
    Page("reviews:packs", _("Board packs")),
    Page("reviews:annual_reports", _("Annual report")),
    Page("reviews:measures", _("What the figures mean")),
    Page("reviews:audits", _("Audits"), Perm.BOARD_PREPARE),
    Page("reviews:serious_cases", _("Serious case reviews")),
)


class Section(TypedDict):
    """For components/sub_navigation.html."""

    url: str
    label: str | Promise
    current: bool


def sections_of(request: HttpRequest, user: User) -> list[Section]:
    """The pages that the person may open, each of the same area; the one with the longest address here is open."""
    pages = [(reverse(page.route), page.label) for page in PAGES if allowed(user, page.perm)]
    here = max((url for url, _label in pages if request.path.startswith(url)), key=len, default="")
    area = request.GET.get("area", "")
    query = f"?{urlencode({'area': area})}" if area else ""
    return [Section(url=f"{url}{query}", label=label, current=url == here) for url, label in pages]
