"""The paragraphs of the minutes: added, saved while they are typed, moved, taken out and put back."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, User
from audit.record import record
from offenders.actions.case import StaleError
from panels.actions.meetings import changed
from panels.actions.working import keep_unfinished
from panels.models import AgendaItem, Audience, Invitation, Paragraph

Section = Paragraph.Section
# These are rows of their own: actions, and what was decided.
NOT_WRITTEN = (Section.ACTIONS, Section.LEVEL, Section.REVIEW)


def usual_audience(section: str) -> str:
    """Victims' details are kept to the Responsible Authority unless someone opens them on purpose (domain.md 8.4)."""
    return Audience.AUTHORITY if section == Section.VICTIMS else Audience.EVERYONE


def first_paragraphs(item: AgendaItem) -> None:
    """The empty paragraphs with which an item begins."""
    Paragraph.objects.bulk_create(
        Paragraph(item=item, section=section, audience=usual_audience(section)) for section in Paragraph.WRITTEN
    )


@transaction.atomic
def add_paragraph(*, item: AgendaItem, section: str, by: User) -> Paragraph:
    """Another paragraph under a heading, for instance one that fewer may read."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    if section not in Section.values or section in NOT_WRITTEN:
        raise ValidationError(_("Choose a heading of the minutes"))
    last = max(_places(item, section, by=by), default=0)
    row = Paragraph(item=item, section=section, position=last + 1, audience=usual_audience(section))
    row.full_clean()
    row.save()
    changed(meeting)
    record("paragraph.added", by=by, about=row, section=section)
    return row


def _places(item: AgendaItem, section: str, *, by: User) -> list[int]:
    return list(item.paragraphs.visible_to(by).filter(section=section).values_list("position", flat=True))


@transaction.atomic
def save_paragraph(
    *,
    paragraph: Paragraph,
    text: str,
    audience: str,
    version: int,
    agencies: Iterable[Agency] | None = None,
    by: User,
) -> Paragraph:
    """Save a paragraph, if nobody else saved it since `version` was read. `agencies`: None leaves those that are named.

    Raises StaleError with the row as it is now: nothing is overwritten, and nobody's words are lost.
    """
    require(by, Perm.TAKE_MINUTES, on=paragraph)
    meeting = keep_unfinished(paragraph.item, by=by)
    _refuse_drawn(paragraph)
    named = named_agencies(paragraph, audience, agencies)
    row = Paragraph.objects.visible_to(by).filter(pk=paragraph.pk)
    saved = row.filter(version=version).update(
        text=text.strip(), audience=audience, version=F("version") + 1, saved_at=timezone.now(), saved_by=by
    )
    now = row.select_related("saved_by", "item__meeting", "item__offender").first()
    if now is None:
        raise ValidationError(_("This paragraph was taken out meanwhile. Copy your text, then open the page again."))
    if not saved:
        raise StaleError(now)
    now.agencies.set(named)
    changed(meeting, held=True)
    record("minutes.saved", by=by, about=now, section=now.section, version=now.version, audience=audience)
    return now


def named_agencies(row: Paragraph | None, audience: str, agencies: Iterable[Agency] | None) -> list[Agency]:
    """The agencies that may read what is for named agencies; of any other audience none."""
    if audience not in Audience.values:
        raise ValidationError(_("Choose who may read it"))
    if audience != Audience.NAMED:
        return []
    named = list(agencies) if agencies is not None else list(row.agencies.all()) if row else []
    if not named:
        raise ValidationError({"agencies": _("Choose which agencies may read it")})
    return named


def invited(item: AgendaItem) -> list[Agency]:
    """The agencies that can be named: those invited for the person."""
    keys = Invitation.objects.of_item(item).values_list("agency", flat=True)
    return list(Agency.objects.filter(pk__in=list(keys)).order_by("name"))


def _refuse_drawn(paragraph: Paragraph) -> None:
    if paragraph.drawn:
        raise ValidationError(_("This is what the record says. Correct the record; it is drawn anew."))


@transaction.atomic
def move_paragraph(*, paragraph: Paragraph, way: str, by: User) -> Paragraph:
    """Move a paragraph one place up or down under its heading."""
    require(by, Perm.TAKE_MINUTES, on=paragraph)
    meeting = keep_unfinished(paragraph.item, by=by)
    _refuse_drawn(paragraph)
    written = paragraph.item.paragraphs.visible_to(by).filter(section=paragraph.section, drawn=False)
    rows = list(written)
    here = next((number for number, row in enumerate(rows) if row.pk == paragraph.pk), None)
    if here is None:
        raise ValidationError(_("This paragraph was taken out meanwhile. Open the page again to see it."))
    there = here + (-1 if way == "up" else 1)
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
        for place, row in enumerate(rows, start=1):
            written.filter(pk=row.pk).update(position=place)
        changed(meeting)
        record("paragraph.moved", by=by, about=paragraph)
    return paragraph


@transaction.atomic
def remove_paragraph(*, paragraph: Paragraph, version: int, by: User) -> None:
    """Take a paragraph out. With words in it, it is kept and can be put back; an empty one goes."""
    require(by, Perm.TAKE_MINUTES, on=paragraph)
    meeting = keep_unfinished(paragraph.item, by=by)
    _refuse_drawn(paragraph)
    row = Paragraph.objects.visible_to(by).filter(pk=paragraph.pk)
    now = row.first()
    if now is None:
        raise ValidationError(_("This paragraph was taken out meanwhile. Open the page again to see it."))
    if now.version != version:
        raise ValidationError(
            _("Someone wrote in it meanwhile. Read it as it is now, then take it out."),
            code="stale",
            params={"version": now.version},
        )
    if now.text:
        row.update(removed_at=timezone.now(), removed_by=by)
    record("paragraph.removed", by=by, about=now, section=now.section, words=len(now.text.split()))
    if not now.text:
        row.delete()
    changed(meeting)


@transaction.atomic
def put_back(*, item: AgendaItem, paragraph: str, by: User) -> Paragraph:
    """Put a paragraph back that was taken out, named by its reference; at the end of its heading."""
    require(by, Perm.TAKE_MINUTES, on=item)
    meeting = keep_unfinished(item, by=by)
    row = Paragraph.objects.removed(by).filter(item=item, reference=paragraph).first()
    if row is None:
        raise ValidationError(_("This paragraph is back already. Open the page again to see it."))
    row.position = max(_places(item, row.section, by=by), default=0) + 1
    row.removed_at = row.removed_by = None
    row.save(update_fields=["position", "removed_at", "removed_by"])
    changed(meeting)
    record("paragraph.put_back", by=by, about=row, section=row.section)
    return row
