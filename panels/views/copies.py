"""The copy that each reader may read, as a page and to take away, and who opened which."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import AuthedRequest, Perm, allowed, guarded
from agencies.models import User
from agencies.reauthentication import again, again_when_sent
from audit.models import Act, act_of
from audit.record import record
from mappa.forms import attempt
from mappa.paging import page_of
from mappa.paper import PangoMissingError, Paper, pdf_of, word_of
from offenders.views.paper import WORD, attached, no_pdf
from offenders.views.record import Link
from panels import actions
from panels import receipts as told
from panels.actions.approval import CHANGED
from panels.actions.distribution import note_read
from panels.copies import copy_words, keep_copy, new_serial, paper_of, version_words
from panels.forms import ApprovalForm
from panels.gaps import Gap, gaps_of, unfinished
from panels.models import Amendment, ExecutiveSummary, Meeting, MinutesCopy
from panels.reading import Copy, changes_since, copies
from panels.seal import seal_of

Kind = MinutesCopy.Kind


@guarded(Perm.APPROVE_MINUTES, Meeting)
@require_http_methods(["GET", "POST"])
@again_when_sent
def approve(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The chair reads the minutes, sees what is missing and what is new, and signs."""
    if not meeting.is_open:
        return redirect("panels:minutes", meeting.reference)
    form = ApprovalForm(request.POST or None, initial={"version": meeting.version})
    if request.method == "POST" and attempt(form, actions.approve, meeting=meeting, by=request.user):
        messages.success(request, _("Minutes approved. The agencies that they are sent to have been told."))
        return redirect("panels:minutes", meeting.reference)
    if form.is_bound:
        # The page shows the minutes as they are now: who signs it again has read them, and is told where they changed.
        if form.data.get("version") != str(meeting.version) and not form.non_field_errors():
            form.add_error(None, CHANGED)
        form.data = request.POST.copy()
        form.data["version"] = str(meeting.version)
    read = copies(meeting, request.user)
    context = {"meeting": meeting, "form": form, "copies": read, "gaps": _gaps(read, request.user)}
    context["is_ahead"] = meeting.starts_at > timezone.now()
    if meeting.draft_sent_at:
        context["changes"] = changes_since(meeting.draft_sent_at, read, request.user)
    return render(request, "panels/approve.html", context)


def _gaps(read: list[Copy], user: User) -> list[Gap]:
    """What keeps the chair from approving: items that are not finished, and what is missing there."""
    items = [copy.item for copy in read if not copy.why.ask and copy.item.finished_at is None]
    return unfinished(items) + gaps_of(items, user)


@guarded(Perm.TAKE_MINUTES, Meeting)
@require_POST
def send_to_chair(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """Tell the chair that the draft can be read."""
    try:
        actions.send_to_chair(meeting=meeting, by=request.user)
        messages.success(request, _("The chair is told that the draft is ready."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("panels:minutes", meeting.reference)


@guarded(Perm.VIEW_CASE, Meeting)
@require_safe
def minutes(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The reader's copy. Until the chair approves them, minutes are read only by those who write them."""
    if meeting.is_cancelled:
        return redirect(meeting)
    context = _copy(meeting, request.user, "minutes.read")
    if not context["is_readable"]:
        return render(request, "panels/minutes.html", context)
    read, serial = context["copies"], new_serial()
    shown = [render_to_string("panels/_copy.html", {"copy": copy}) for copy in read]
    keep_copy(
        serial, "".join(shown).encode(), meeting=meeting, kind=Kind.PAGE, version=context["version"], by=request.user
    )
    context |= {
        "shown": list(zip(shown, _links(read, meeting, request.user, may_write=context["may_write"]), strict=True)),
        "copy": copy_words(serial, meeting.reference, request.user),
        "state": version_words(meeting, context["version"]),
    }
    if meeting.is_locked:
        context["seal"] = seal_of(meeting) if context["may_write"] else None
        context["digest"] = _digest(meeting)
    return render(request, "panels/minutes.html", context)


def _digest(meeting: Meeting) -> str:
    newest = Amendment.objects.of_meeting(meeting).last()
    return newest.digest if newest else meeting.digest


def _copy(meeting: Meeting, user: User, event: str) -> dict[str, Any]:
    """One reader's copy, each case in it recorded as read."""
    may_write = allowed(user, Perm.TAKE_MINUTES, on=meeting)
    is_readable = meeting.is_locked or may_write
    read = copies(meeting, user) if is_readable else []
    version = Amendment.objects.version_of(meeting) if meeting.is_locked else 0
    for copy in read:
        if copy.why.ask:
            record("purpose.asked", by=user, about=copy.item, act=Act.VIEW, before=event)
        else:
            record(event, by=user, about=copy.item, act=act_of(event), purpose=copy.why.name, version=version)
    if version:
        note_read(meeting, [copy.item for copy in read if copy.is_read], version=version, by=user)
    return {
        "meeting": meeting,
        "copies": read,
        "is_readable": is_readable,
        "may_write": may_write,
        "may_send": may_write and not meeting.is_locked and meeting.starts_at <= timezone.now(),
        "version": version,
    }


def _links(read: list[Copy], meeting: Meeting, user: User, *, may_write: bool) -> list[list[Link]]:
    """What may be done about the minutes of each person, as far as they are final and he reads them."""
    may_approve = allowed(user, Perm.APPROVE_MINUTES, on=meeting)
    items = [copy.item for copy in read if meeting.is_locked and copy.is_read]
    released = {
        row.item_id: row
        for row in ExecutiveSummary.objects.visible_to(user).filter(item__in=items).order_by("released_at", "pk")
    }
    found = []
    for copy in read:
        links, reference = [], copy.item.reference
        if copy.item in items:
            if may_write:
                links.append(Link(reverse("panels:amend", args=[reference]), _("Amend"), copy.name))
            links.append(Link(reverse("panels:send_on", args=[reference]), _("Ask to send these on"), copy.name))
            if may_approve:
                links.append(Link(reverse("panels:release_summary", args=[reference]), _("Write a summary"), copy.name))
        summary = released.get(copy.item.pk)
        if summary and allowed(user, Perm.RECORD_DISCLOSURE, on=copy.item):
            links.append(Link(summary.get_absolute_url(), _("Executive summary"), copy.name))
        found.append(links)
    return found


@guarded(Perm.VIEW_CASE, Meeting, act=Act.DOWNLOAD)
@require_safe
@again
def minutes_pdf(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The reader's copy as a PDF that names its reader. The download is recorded."""
    return _file(request, meeting, Kind.PDF)


@guarded(Perm.VIEW_CASE, Meeting, act=Act.DOWNLOAD)
@require_safe
@again
def minutes_word(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """The same as a Word file."""
    return _file(request, meeting, Kind.WORD)


def _file(request: AuthedRequest, meeting: Meeting, kind: Kind) -> HttpResponse:
    if meeting.is_cancelled:
        return redirect(meeting)
    context = _copy(meeting, request.user, "minutes.downloaded")
    as_page = reverse("panels:minutes", args=[meeting.reference])
    if not context["is_readable"]:
        return redirect(as_page)
    serial, version = new_serial(), context["version"]
    paper = paper_of(
        meeting,
        context["copies"],
        version=version,
        seal=_digest(meeting),
        copy=copy_words(serial, meeting.reference, request.user),
    )
    return hand_out(
        request,
        paper,
        kind,
        serial,
        f"minutes-{meeting.reference}",
        otherwise=(as_page, _("Read or print the minutes as a page")),
        meeting=meeting,
        version=version,
    )


def hand_out(
    request: AuthedRequest, paper: Paper, kind: Kind, serial: str, name: str, *, otherwise: tuple[str, str], **of: Any
) -> HttpResponse:
    """A paper as a file, kept as a copy `of` something before it is handed out; where no PDF can be made, the way round.

    `name` says nothing of any person.
    """
    try:
        made = pdf_of("paper.html", {"paper": paper}) if kind == Kind.PDF else word_of(paper)
    except PangoMissingError:
        return no_pdf(request, *otherwise)
    keep_copy(serial, made, kind=kind, by=request.user, **of)
    return attached(made, "application/pdf" if kind == Kind.PDF else WORD, f"{name}-{serial}.{kind.value}")


@guarded(Perm.TAKE_MINUTES, Meeting)
@require_safe
def receipts(request: AuthedRequest, meeting: Meeting) -> HttpResponse:
    """To whom the minutes went, who has opened them, and every copy that was taken, the newest first."""
    taken = MinutesCopy.objects.visible_to(request.user).filter(meeting=meeting).select_related("reader")
    page = page_of(taken, request, by="at", newest_first=True)
    works_for = told.agencies_of(copy.reader_id for copy in page.rows)
    context = {
        "meeting": meeting,
        "agencies": told.of_agencies(meeting, request.user),
        "page": page,
        "taken": [(copy, works_for.get(copy.reader_id, "")) for copy in page.rows],
        "requests": told.sent_on(meeting, request.user),
        "amendments": told.amendments(meeting, request.user),
    }
    return render(request, "panels/receipts.html", context)
