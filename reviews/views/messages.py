"""How mappa tells somebody what falls due: what he chooses, whether mail reaches him, and his own calendar."""

from typing import Any

from django.conf import settings
from django.contrib import messages as notes
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies import telling
from agencies.access import AuthedRequest, Perm, guarded, memberships
from agencies.models import CalendarFeed, OutboxMessage, Rank, User
from agencies.models.token import digest
from agencies.wrong_keys import record_wrong_key
from audit.models import Act
from audit.record import record
from mappa import dates
from mappa.forms import ANSWERS, attempt, sent
from mappa.templatetags.mappa import clock, long_date
from reviews import calendar_feed as feeds
from reviews.deadlines.parts import OFFICERS, R
from reviews.forms.messages import MessagesForm

SHOWN = 10


@guarded(Perm.SIGNED_IN)
@ANSWERS
def messages(request: AuthedRequest) -> HttpResponse:
    """What he chose and may choose anew, and what was sent to him last."""
    user, choice = request.user, telling.choice_of(request.user)
    initial = {"rhythm": choice.rhythm, "early": choice.early, "weekly": choice.weekly}
    form, known = MessagesForm(sent(request), initial=initial), {}
    if not hears_weekly(user):
        del form.fields["weekly"]
        known = {"weekly": choice.weekly}
    if request.method == "POST" and attempt(form, telling.choose_messages, by=user, **known):
        notes.success(request, _("Kept. mappa tells you so from now on."))
        return redirect("reviews:messages")
    context = {
        "form": form,
        "email": user.email,
        "comes_back": bool(user.mail_returned_at),
        "feed": CalendarFeed.objects.filter(user=user).first(),
        "headings": [_("Message"), _("When"), _("What became of it")],
        "last": [_line(row) for row in OutboxMessage.objects.filter(to=user).order_by("-pk")[:SHOWN]],
    }
    return render(request, "reviews/messages.html", context)


def hears_weekly(user: User) -> bool:
    """Whether there is a weekly summary for him: managers of an agency, and members of the board."""
    held = memberships(user)
    return any(m.role_id == R.BOARD_MEMBER or (m.role_id in OFFICERS and m.rank_order >= Rank.MANAGER) for m in held)


def _line(row: OutboxMessage) -> list[Any]:
    moment = row.sent_at or row.created_at
    when = _("%(day)s at %(time)s") % {"day": long_date(moment), "time": clock(moment)}
    # Words that are written at sending do not exist before.
    return [row.subject or _("What falls due"), when, row.get_state_display()]


@guarded(Perm.SIGNED_IN)
@require_POST
def mail_works(request: AuthedRequest) -> HttpResponse:
    """The person says that mail reaches him: it is sent there again, and the first one proves it."""
    try:
        telling.say_mail_works(person=request.user, by=request.user)
    except ValidationError as refusal:
        notes.info(request, refusal.messages[0])
    else:
        notes.success(request, _("Thank you. A message that proves it is on its way to you."))
    return redirect("reviews:messages")


@guarded(Perm.SIGNED_IN)
@require_POST
def make_calendar(request: AuthedRequest) -> HttpResponse:
    """A private address for the person's calendar, shown this once: only its digest is kept."""
    token = telling.make_calendar(by=request.user)
    address = settings.BASE_URL + reverse("reviews:calendar_feed", args=[token])
    return render(request, "reviews/calendar_address.html", {"address": address})


@guarded(Perm.SIGNED_IN)
@require_POST
def end_calendar(request: AuthedRequest) -> HttpResponse:
    """Close the address, because it got into other hands or is not needed."""
    telling.end_calendar(by=request.user)
    notes.success(request, _("Closed. Whoever has the address reads nothing from now on."))
    return redirect("reviews:messages")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What is due to whoever owns the address. Read by calendar programs, which cannot sign in: the address is the key."""
    feed = CalendarFeed.objects.select_related("user").filter(digest=digest(token)).first()
    if feed is None:
        record_wrong_key(request, "calendar.refused")
        raise Http404
    if not feeds.may_be_read(feed.user):
        record("calendar.read", act=Act.EXPORT, by=feed.user, denied=True)
        raise Http404
    with transaction.atomic():
        found = feeds.entries_of(feed.user, dates.today())
        record("calendar.read", act=Act.EXPORT, by=feed.user, entries=len(found))
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=timezone.now())
    return HttpResponse(feeds.calendar_file(found), content_type="text/calendar; charset=utf-8")


calendar_feed.login_required = False  # type: ignore[attr-defined]
