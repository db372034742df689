"""The verbs of documents: add one, add a new version, withdraw one. Each asks `require` first."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, AgencyKind, User
from audit.record import record
from mappa.files import safe_name
from offenders.actions import files
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.models import Document, DocumentAgency, Offender

tell = telling(Topic.DOCUMENTS)

Audience = Document.Audience


def add_document(
    *,
    offender: Offender,
    file: "UploadedFile[Any]",
    title: str,
    kind: str,
    dated_on: date,
    marking: str,
    handling: str,
    audience: str,
    agencies: Sequence[Agency],
    by: User,
) -> Document:
    """Bring a file to the case, for its audience. Raises ValidationError for a file that is not taken, with why."""
    require(by, Perm.ADD_NOTES, on=offender)
    row = Document(offender=offender, title=title, kind=kind, dated_on=dated_on, marking=marking)
    row.handling, row.audience, row.by = handling.strip(), audience, by
    chosen = _for_whom(offender, audience, agencies)
    return _bring(row, file, chosen, by=by)


def add_version(*, document: Document, file: "UploadedFile[Any]", dated_on: date, by: User) -> Document:
    """Bring a new version of a document: of the same title, marking and audience, dated by itself."""
    require(by, Perm.ADD_NOTES, on=document)
    row = Document(offender=document.offender, dated_on=dated_on, supersedes=document, by=by)
    for name in ("title", "kind", "marking", "handling", "audience"):
        setattr(row, name, getattr(document, name))
    chosen = [named.agency for named in document.agencies.visible_to(by).select_related("agency")]
    return _bring(row, file, chosen, by=by)


def _bring(row: Document, file: "UploadedFile[Any]", chosen: Sequence[Agency], *, by: User) -> Document:
    row.file_name = safe_name(file.name or "")
    kind, scanned = files.checked(file, row.offender, by=by)
    with transaction.atomic():
        row.offender = lock(row.offender, by=by)
        if row.supersedes is not None:
            files.refuse_old(_stands(row.supersedes), _fresh(row.supersedes, by=by))
        for name, value in files.keep(file.file, kind, scanned).items():
            setattr(row, name, value)
        standing = Document.objects.visible_to(by).newest_versions().filter(withdrawn_at__isnull=True)
        same = standing.filter(offender=row.offender, by=by, sha256=row.sha256, title=row.title)
        refuse_twice(same.filter(audience=row.audience))
        row.full_clean()
        row.save()
        for agency in chosen:
            DocumentAgency.objects.create(offender=row.offender, document=row, agency=agency)
        record(
            "document.added" if row.supersedes is None else "document.superseded",
            by=by,
            about=row,
            kind=row.kind,
            audience=row.audience,
            file=row.file_kind,
            size=row.size,
            sha256=row.sha256,
            scan=row.scan,
        )
        tell(
            row.offender,
            _("Document added") if row.supersedes is None else _("New version of a document"),
            _told(row),
            by=by,
        )
    return row


def _stands(document: Document) -> Callable[[], bool]:
    return Document.objects.outline_of(document.offender).newest_versions().filter(pk=document.pk).exists


def _fresh(document: Document, *, by: User) -> Document:
    return Document.objects.visible_to(by).select_related("offender").get(pk=document.pk)


def _told(document: Document) -> str:
    """What everyone on the case may know: of a document for some, only that there is one."""
    if document.audience == Audience.EVERYONE:
        return document.title
    return restricted_words(document.audience)


def restricted_words(audience: str) -> str:
    """What stands in the place of a document that the reader is not meant for."""
    if audience == Audience.AUTHORITY:
        return _("A document for the Responsible Authority only.")
    return _("A document for named agencies only.")


@transaction.atomic
def withdraw_document(*, document: Document, reason: str, by: User) -> Document:
    """Take a document out of use, and say why: it was of somebody else, or should not have been shared."""
    require(by, Perm.ADD_NOTES, on=document)
    offender = lock(document.offender, by=by)
    found = _fresh(document, by=by)
    files.withdraw(found, reason, by=by)
    record("document.withdrawn", by=by, about=found, kind=found.kind)
    tell(offender, _("Document withdrawn"), _told(found), by=by)
    return found


def agencies_on(offender: Offender) -> QuerySet[Agency]:
    """The agencies for which a document of the case may be: those that see it by their area, lead or grant."""
    parts = offender.parts()
    by_area = Q(area=parts.area, kind__duty=AgencyKind.Duty.RESPONSIBLE_AUTHORITY)
    involved = Q(pk__in=[*parts.involved, *([parts.lead] if parts.lead else [])])
    return Agency.objects.filter(by_area | involved, is_active=True).order_by("name")


def _for_whom(offender: Offender, audience: str, agencies: Sequence[Agency]) -> list[Agency]:
    if audience != Audience.AGENCIES:
        if agencies:
            raise ValidationError({"agencies": _("Choose “Named agencies only” above, or no agency here")})
        return []
    wanted = {agency.pk for agency in agencies}
    if not wanted:
        raise ValidationError({"agencies": _("Choose at least one agency")})
    found = list(agencies_on(offender).filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise ValidationError({"agencies": _("Choose agencies that are on the case")})
    return found
