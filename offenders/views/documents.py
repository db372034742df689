"""The pages of documents: the list, one document, its copy, and what changes them."""

from typing import Any

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import AuthedRequest, NotGivenError, Perm, allowed, guarded
from audit.models import Act
from mappa.templatetags.mappa import long_date, short_date
from offenders import actions, copies, search
from offenders.actions.documents import restricted_words
from offenders.actions.files import may_withdraw
from offenders.forms import DocumentForm, DocumentsForm, VersionForm, WithdrawalForm
from offenders.header import record_pages
from offenders.models import Document, DocumentAgency, Offender
from offenders.models.stored import followed_in
from offenders.store import DamagedFileError
from offenders.timeline import page_from
from offenders.views.cases import about_person
from offenders.views.record import ask


@guarded(Perm.VIEW_CASE, Offender, in_emergency=True)
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """The documents of the case, newest first, each in its latest version.

    A document for others than the reader is told by a placeholder, whatever was asked for: which it is, only its
    readers know. What is sent are filters.
    """
    form = DocumentsForm(search.with_words(request))
    if request.method == "POST":
        return search.asked_for(request, form)
    form.is_valid()
    place = request.GET.get("from", "")
    mine = Document.objects.visible_to(request.user).filter(offender=offender).order_by()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    left_out = _not_asked_for(mine, asked) if asked else mine.none()
    everybodys = Document.objects.outline_of(offender)
    # The reader's newest version as well, where a newer one is for others.
    newest = Q(pk__in=everybodys.newest_versions().values("pk")) | Q(~followed_in(mine), pk__in=mine.values("pk"))
    rows = everybodys.filter(newest).exclude(pk__in=left_out.values_list("pk", flat=True))
    shown, older = page_from(place, rows.only("pk", "at", "audience"))
    found = mine.filter(pk__in=[row.pk for row in shown]).select_related("by").in_bulk()
    filters = request.GET.dict() | {"from": ""}
    context = about_person(request, offender, "record") | {
        "pages": record_pages(offender, "documents"),
        "form": form,
        "filtered": bool(asked),
        "rows": [_row(found[row.pk]) if row.pk in found else _restricted(row) for row in shown],
        "next": search.address(request.path, filters | {"from": older}) if older else "",
        "newest": search.address(request.path, filters) if place else "",
        "can_add": allowed(request.user, Perm.ADD_NOTES, on=offender),
    }
    return render(request, "offenders/documents.html", context)


def _not_asked_for(mine: Any, asked: dict[str, str]) -> Any:
    """Of the documents that the reader may read, those that the filters leave out."""
    wanted = mine
    if "kind" in asked:
        wanted = wanted.filter(kind=asked["kind"])
    for word in asked.get("words", "").split():
        wanted = wanted.filter(title__icontains=word)
    return mine.exclude(pk__in=wanted.values("pk"))


def _row(document: Document) -> dict[str, Any]:
    return {
        "url": document.get_absolute_url(),
        "title": document.title,
        "kind": document.get_kind_display(),
        "dated": short_date(document.dated_on),
        "marked": document.marked,
        "audience": document.get_audience_display(),
        "added": long_date(document.at),
        "by": document.by.name,
        "withdrawn": document.withdrawn_at is not None,
    }


def _restricted(document: Document) -> dict[str, Any]:
    return {"restricted": restricted_words(document.audience), "added": long_date(document.at)}


@guarded(Perm.VIEW_CASE, Document)
@require_safe
def document(request: AuthedRequest, document: Document) -> HttpResponse:
    """One document: what is known of it, how its copy will be marked, its versions."""
    laters = Document.objects.visible_to(request.user).filter(supersedes=document)
    later = laters.order_by(F("withdrawn_at").asc(nulls_first=True), "-at").first()
    stands = Document.objects.outline_of(document.offender).newest_versions().filter(pk=document.pk).exists()
    may_add = allowed(request.user, Perm.ADD_NOTES, on=document.offender)
    is_open = may_add and document.withdrawn_at is None
    context = about_person(request, document.offender, "record") | {
        "pages": record_pages(document.offender, "documents"),
        "document": document,
        "kind": copies.kind_of_row(document),
        "agencies": [
            named.agency.name
            for named in DocumentAgency.objects.visible_to(request.user)
            .filter(document=document)
            .select_related("agency")
        ],
        "later": later,
        "later_for_others": later is None and not stands,
        "versions": _versions(request, document),
        "can_version": is_open and stands,
        "can_withdraw": is_open and may_withdraw(document, request.user),
    }
    return render(request, "offenders/document.html", context)


# Nobody brings more versions than that; the page stays one page.
MOST_VERSIONS = 25


def _versions(request: AuthedRequest, document: Document) -> list[Document]:
    """The earlier versions, the newest first, one by one along what each supersedes."""
    mine = Document.objects.visible_to(request.user).filter(offender=document.offender, title=document.title)
    by_pk = {row.pk: row for row in mine.select_related("by").order_by("-at", "-pk")[:200]}
    found: list[Document] = []
    following = document.supersedes_id
    while following in by_pk and len(found) < MOST_VERSIONS:
        found.append(by_pk[following])
        following = by_pk[following].supersedes_id
    return found


@guarded(Perm.VIEW_CASE, Document, act=Act.DOWNLOAD)
@require_safe
def download(request: AuthedRequest, document: Document) -> HttpResponse:
    """The reader's copy. That it was taken is recorded before the first byte is sent; what is withdrawn is not sent."""
    if document.withdrawn_at is not None:
        messages.error(request, _("This document is withdrawn, so no copy of it is handed out."))
        return redirect(document)
    try:
        return copies.hand_out(document, request.user, marking=document.marked, kind=document.kind)
    except DamagedFileError:
        page = render(request, "offenders/damaged.html", {"document": document}, status=503)
        raise NotGivenError(page, event="document.damaged") from None


@guarded(Perm.ADD_NOTES, Offender)
@require_http_methods(["GET", "HEAD", "POST"])
def add_document(request: AuthedRequest, offender: Offender) -> HttpResponse:
    """Bring a document to the case."""
    sent = request.method == "POST"
    return ask(
        request,
        offender,
        "record",
        DocumentForm(request.POST if sent else None, request.FILES if sent else None, offender=offender),
        actions.add_document,
        back=reverse("offenders:documents", args=[offender.reference]),
        done=_("The document is on the case."),
        title=_("Add a document"),
        intro=_(
            "A document is never changed. Should it be wrong, withdraw it; should there be a newer one, add a version."
        ),
        button=_("Add the document"),
    )


@guarded(Perm.ADD_NOTES, Document)
@require_http_methods(["GET", "HEAD", "POST"])
def add_version(request: AuthedRequest, document: Document) -> HttpResponse:
    """Bring a new version of a document."""
    sent = request.method == "POST"
    return ask(
        request,
        document.offender,
        "record",
        VersionForm(request.POST if sent else None, request.FILES if sent else None),
        actions.add_version,
        about={"document": document},
        back=document.get_absolute_url(),
        done=_("The new version is on the case. The earlier one stays below it."),
        title=_("Add a new version"),
        intro=_("It has the same title, marking and readers as the version before it."),
        button=_("Add the version"),
    )


@guarded(Perm.ADD_NOTES, Document)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_document(request: AuthedRequest, document: Document) -> HttpResponse:
    """Take a document out of use."""
    mine = may_withdraw(document, request.user)
    return ask(
        request,
        document.offender,
        "record",
        WithdrawalForm(request.POST if request.method == "POST" else None),
        actions.withdraw_document,
        about={"document": document},
        back=document.get_absolute_url(),
        done=_("The document is withdrawn. It stays on the list, and no copy of it is handed out."),
        title=_("Withdraw the document"),
        intro=_("The document stays on the list with your reason. Nobody gets a copy of it any more."),
        nothing="" if mine else _("Only whoever uploaded it, and those who edit the record, can withdraw it."),
        button=_("Withdraw the document"),
    )
