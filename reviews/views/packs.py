"""Board packs: which there are, one of them, and making or correcting one."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.access import AuthedRequest, Parts, Perm, allowed, guarded
from agencies.asking import ask
from agencies.reauthentication import again
from audit.models import Act
from mappa import dates
from mappa.forms import ANSWERS, sent
from mappa.paging import page_of
from mappa.templatetags.mappa import clock, long_date
from offenders.views.paper import attached
from offenders.views.record import Card, Line, Link
from reviews import board as boards
from reviews.dashboard.words import period_words
from reviews.forms import CorrectPackForm, PackForm
from reviews.models import Snapshot
from reviews.packs import PACK, correct_pack, make_pack
from reviews.period import Period


@guarded(Perm.VIEW_BOARD)
@require_safe
def packs(request: AuthedRequest) -> HttpResponse:
    """The packs of an area, newest first. Small numbers are in them: whoever may not read those is told so."""
    area = boards.area_asked_for(request.user, request.GET.get("area", ""))
    rows = Snapshot.objects.visible_to(request.user).filter(kind=PACK, area=area)
    page = page_of(rows.select_related("made_by", "corrects", "correction"), request, by="made_at", newest_first=True)
    context = {
        "area": area,
        "areas": boards.areas_of(request.user),
        "reads": boards.reads_all(request.user, area),
        "can_make": allowed(request.user, Perm.BOARD_PREPARE, on=Parts(area=area.pk)),
        "make": f"{reverse('reviews:make_pack')}?{urlencode({'area': area.slug})}",
        "cards": [_card(pack) for pack in page.rows],
        "page": page,
    }
    return render(request, "reviews/packs.html", context)


def _card(pack: Snapshot) -> Card:
    lines = [
        Line(_("Made"), made_words(pack)),
        *([Line(_("Corrects an earlier pack"), pack.reason)] if pack.corrects else []),
    ]
    is_corrected = corrected_by(pack) is not None
    tag = _("Corrected by a later one") if is_corrected else ""
    return Card(months_of(pack), lines=lines, links=[Link(pack.get_absolute_url(), _("Open"))], tag=tag, colour="grey")


def months_of(pack: Snapshot) -> str:
    return period_words(Period(pack.first, pack.last))


def made_words(pack: Snapshot) -> str:
    words = _("%(day)s at %(time)s by %(name)s")
    at = timezone.localtime(pack.made_at)
    return words % {"day": long_date(at), "time": clock(at), "name": pack.made_by.name}


def corrected_by(pack: Snapshot) -> Snapshot | None:
    """The pack that corrects it, if there is one."""
    return getattr(pack, "correction", None)


@guarded(Perm.VIEW_BOARD, Snapshot)
@require_safe
def pack(request: AuthedRequest, pack: Snapshot) -> HttpResponse:
    """A pack, as it was made, and whether it still says what it said."""
    pack = _only_pack(pack)
    later = corrected_by(pack)
    context = {
        "pack": pack,
        "months": months_of(pack),
        "made": made_words(pack),
        "is_intact": pack.is_intact(),
        "corrects": pack.corrects,
        "later": later,
        "can_correct": later is None and allowed(request.user, Perm.BOARD_PREPARE, on=pack),
    }
    return render(request, "reviews/pack.html", context)


def _only_pack(snapshot: Snapshot) -> Snapshot:
    if snapshot.kind != PACK:
        raise Http404
    return snapshot


@guarded(Perm.VIEW_BOARD, Snapshot, act=Act.EXPORT)
@require_safe
@again
def pack_file(request: AuthedRequest, pack: Snapshot) -> HttpResponse:
    """The very words that the checksum is of: SHA-256 of this file is the checksum on the page."""
    pack = _only_pack(pack)
    return attached(pack.words().encode(), "application/json", f"board-pack-{pack.reference}.json")


@guarded(Perm.BOARD_PREPARE)
@ANSWERS
def make(request: AuthedRequest) -> HttpResponse:
    """Which months, then the pack of them."""
    area = boards.area_asked_for(request.user, request.GET.get("area", ""))
    if not allowed(request.user, Perm.BOARD_PREPARE, on=Parts(area=area.pk)):
        raise PermissionDenied(Perm.BOARD_PREPARE)
    return ask(
        request,
        PackForm(sent(request), on=dates.today()),
        make_pack,
        back=f"{reverse('reviews:packs')}?{urlencode({'area': area.slug})}",
        done=_("Pack made. It never changes: if a figure was wrong, correct it by a new one."),
        about={"area": area},
        title=_("Make a board pack"),
        caption=area.name,
        intro=_("The figures of these months as they are now, with their definitions. Only months that have ended."),
        button=_("Make the pack"),
    )


@guarded(Perm.BOARD_PREPARE, Snapshot)
@ANSWERS
def correct(request: AuthedRequest, pack: Snapshot) -> HttpResponse:
    """Why a pack was wrong, then a new one of the same months."""
    pack = _only_pack(pack)
    return ask(
        request,
        CorrectPackForm(sent(request)),
        correct_pack,
        back=f"{reverse('reviews:packs')}?{urlencode({'area': pack.area.slug})}",
        done=_("Corrected by a new pack. The one before stays as it was."),
        about={"pack": pack},
        title=_("Correct a board pack"),
        caption=months_of(pack),
        intro=_("The figures of the same months are frozen again as they are now. Both packs stay."),
        button=_("Make the corrected pack"),
    )
