"""Minutes for an agency that was not there: asked for, decided by the chair, and read there without the case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from agencies.reauthentication import again, again_when_sent
from audit.models import Act
from audit.record import record
from mappa.forms import attempt, sent
from offenders.views.cases import about_person
from offenders.views.record import ask
from panels import actions
from panels.actions.distribution import agencies_to_send_on_to, deciders, sent_on_until, why_not_send_on
from panels.copies import copy_words, keep_copy, new_serial, paper_of, version_words
from panels.forms import DecideSendingOnForm, SendOnForm
from panels.models import AgendaItem, Amendment, MinutesCopy, OnwardRequest
from panels.models.distribution import read_by
from panels.reading import sent_on as words_sent_on
from panels.views.copies import hand_out

Kind = MinutesCopy.Kind


@guarded(Perm.VIEW_CASE, AgendaItem)
@require_http_methods(["GET", "HEAD", "POST"])
def send_on(request: AuthedRequest, item: AgendaItem) -> HttpResponse:
    """Ask the chair that an agency that was not there gets the minutes of one person."""
    minutes = reverse("panels:minutes", args=[item.meeting.reference])
    if not item.meeting.is_locked or not read_by(request.user, [item]):
        return redirect(minutes)
    form = SendOnForm(sent(request), agencies=agencies_to_send_on_to(item))
    return ask(
        request,
        item.offender,
        "meetings",
        form,
        actions.ask_to_send_on,
        back=minutes,
        done=_("The chair is asked. You are told of the answer by mail."),
        about={"item": item},
        title=_("Ask to send these minutes on"),
        intro=_(
            "The chair decides. The agency then reads what these minutes say to everyone about this person, until a day, "
            "and sees nothing else of the case."
        ),
        button=_("Ask the chair"),
        nothing=why_not_send_on(item),
    )


@guarded(Perm.TAKE_MINUTES, OnwardRequest)
@require_http_methods(["GET", "POST"])
@again_when_sent
def decide_sending_on(request: AuthedRequest, row: OnwardRequest) -> HttpResponse:
    """Who asks for whom and why; the chair's answer."""
    may_decide = not row.outcome and request.user.pk in deciders(row.item.meeting, row.asked_by)
    form = DecideSendingOnForm(request.POST or None)
    if request.method == "POST" and attempt(form, actions.decide_sending_on, request=row, by=request.user):
        messages.success(request, _("Decided. Whoever asked is told."))
        return redirect("panels:receipts", row.item.meeting.reference)
    context = about_person(request, row.item.offender, "meetings") | {
        "row": row,
        "may_decide": may_decide,
        "until": sent_on_until(row.item.meeting),
        "form": form if may_decide or form.is_bound else None,
    }
    return render(request, "panels/decide_sending_on.html", context)


@guarded(Perm.VIEW_CASE, OnwardRequest)
@require_safe
def sent_on(request: AuthedRequest, row: OnwardRequest) -> HttpResponse:
    """To the agency what was sent on to it; to everybody else who sees the request, what became of it."""
    context = {"row": row, "meeting": row.item.meeting, "may_decide": allowed(request.user, Perm.TAKE_MINUTES, on=row)}
    if _is_theirs(row, request.user):
        serial, version = new_serial(), Amendment.objects.version_of(row.item.meeting)
        record("minutes.read", act=Act.VIEW, by=request.user, about=row, version=version)
        shown = render_to_string("panels/_copy.html", {"copy": words_sent_on(row.item)})
        keep_copy(
            serial,
            shown.encode(),
            meeting=row.item.meeting,
            item=row.item,
            kind=Kind.PAGE,
            version=version,
            by=request.user,
        )
        context |= {
            "shown": shown,
            "copy": copy_words(serial, row.reference, request.user),
            "state": version_words(row.item.meeting, version),
        }
    return render(request, "panels/sent_on.html", context)


def _is_theirs(row: OnwardRequest, user: User) -> bool:
    return OnwardRequest.objects.visible_to(user).sent_to(user).filter(pk=row.pk).exists()


@guarded(Perm.VIEW_CASE, OnwardRequest, act=Act.DOWNLOAD)
@require_safe
@again
def sent_on_pdf(request: AuthedRequest, row: OnwardRequest) -> HttpResponse:
    """What was sent on, as a PDF."""
    return _file(request, row, Kind.PDF)


@guarded(Perm.VIEW_CASE, OnwardRequest, act=Act.DOWNLOAD)
@require_safe
@again
def sent_on_word(request: AuthedRequest, row: OnwardRequest) -> HttpResponse:
    """The same as a Word file."""
    return _file(request, row, Kind.WORD)


def _file(request: AuthedRequest, row: OnwardRequest, kind: Kind) -> HttpResponse:
    if not _is_theirs(row, request.user):
        return redirect(row)
    meeting, serial = row.item.meeting, new_serial()
    version = Amendment.objects.version_of(meeting)
    record("minutes.downloaded", act=Act.DOWNLOAD, by=request.user, about=row, version=version)
    copy = copy_words(serial, row.reference, request.user)
    paper = paper_of(meeting, [words_sent_on(row.item)], version=version, seal="", copy=copy)
    otherwise = (row.get_absolute_url(), _("Read or print the minutes as a page"))
    of = {"meeting": meeting, "item": row.item, "version": version}
    return hand_out(request, paper, kind, serial, f"minutes-{row.reference}", otherwise=otherwise, **of)


@guarded(Perm.VIEW_CASE)
@require_safe
def sent_on_to_us(request: AuthedRequest) -> HttpResponse:
    """Minutes that were sent on to the user's agencies, the newest first."""
    rows = OnwardRequest.objects.visible_to(request.user).sent_to(request.user)
    rows = rows.select_related("item__meeting", "item__offender", "agency").order_by("-decided_at", "-pk")
    return render(request, "panels/sent_on_to_us.html", {"rows": list(rows[:100])})
