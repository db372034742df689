"""The pack of a meeting, or of one of its items, as each reader may read it: on the page, as PDF and as Word."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.reauthentication import again
from audit.models import Act, act_of
from audit.record import record
from mappa import dates
from offenders.views.paper import Sheet, hand_out_pdf, hand_out_word
from panels.models import AgendaItem, Meeting
from panels.pack import PackItem, changed_heading, paper
from panels.pack import pack as pack_of


@guarded(Perm.VIEW_CASE, Meeting)
@require_safe
def pack(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Everything that the reader may know before the meeting begins."""
    items = _read(request, meeting, "pack.read")
    return _page(request, meeting, items, ("panels:pack_pdf", "panels:pack_word", meeting.reference))


@guarded(Perm.VIEW_CASE, AgendaItem)
@require_safe
def item_pack(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """The same of one person."""
    items = _read(request, item.meeting, "pack.read", only=item)
    return _page(request, item.meeting, items, ("panels:item_pack_pdf", "panels:item_pack_word", item.reference))


def _page(
    request: AuthedRequest, meeting: Meeting, items: list[PackItem], downloads: tuple[str, str, str]
) -> HttpResponse:
    pdf, word, reference = downloads
    context = {
        "meeting": meeting,
        "items": [{"one": one, "changed": changed_heading(one.since)} for one in items],
        "pdf": reverse(pdf, args=[reference]),
        "word": reverse(word, args=[reference]),
        "can_minute": allowed(request.user, Perm.TAKE_MINUTES, on=meeting),
        "today": dates.today(),
    }
    return render(request, "panels/pack.html", context)


def _read(request: AuthedRequest, meeting: Meeting, event: str, *, only: AgendaItem | None = None) -> list[PackItem]:
    """The items for this reader, each case in them recorded as read, or as asked about first."""
    items = pack_of(meeting, request.user, only=only)
    for one in items:
        if one.why.ask:
            record("purpose.asked", by=request.user, about=one.item, act=Act.VIEW, before=event)
        else:
            record(event, by=request.user, about=one.item, act=act_of(event), purpose=one.why.name)
    return items


def _sheet(request: AuthedRequest, meeting: Meeting, *, only: AgendaItem | None = None) -> Sheet:
    items = _read(request, meeting, "pack.downloaded", only=only)
    return Sheet(paper(meeting, items, request.user), only or meeting, "pack.handed_out", "pack")


@guarded(Perm.VIEW_CASE, Meeting, act=Act.DOWNLOAD)
@require_safe
@again
def pack_pdf(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The reader's pack as a PDF."""
    as_page = (reverse("panels:pack", args=[meeting.reference]), _("Read or print the pack as a page"))
    return hand_out_pdf(request, _sheet(request, meeting), otherwise=as_page)


@guarded(Perm.VIEW_CASE, Meeting, act=Act.DOWNLOAD)
@require_safe
@again
def pack_word(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The same as a Word file."""
    return hand_out_word(request, _sheet(request, meeting))


@guarded(Perm.VIEW_CASE, AgendaItem, act=Act.DOWNLOAD)
@require_safe
@again
def item_pack_pdf(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """The pack of one person as a PDF."""
    as_page = (reverse("panels:item_pack", args=[item.reference]), _("Read or print the pack as a page"))
    return hand_out_pdf(request, _sheet(request, item.meeting, only=item), otherwise=as_page)


@guarded(Perm.VIEW_CASE, AgendaItem, act=Act.DOWNLOAD)
@require_safe
@again
def item_pack_word(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """The same as a Word file."""
    return hand_out_word(request, _sheet(request, item.meeting, only=item))
