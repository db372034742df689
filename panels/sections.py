"""The headings of the minutes as the workspace shows them: what is drawn from the record, and each paragraph."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from agencies.models import User
from panels.actions.paragraphs import NOT_WRITTEN
from panels.drawn import Drawn
from panels.models import AgendaItem, Audience, Paragraph

Section = Paragraph.Section


def sections_of(item: AgendaItem, user: User, record: Iterable[Drawn]) -> list[dict[str, Any]]:
    """Every heading in the Guidance's order, written or not; `record` is what the record says today of an open item."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    kept: dict[str, list[Drawn]] = defaultdict(list)
    seen = set()
    for part in record:
        kept[part.section].append(part)
    for row in Paragraph.objects.visible_to(user).filter(item=item).prefetch_related("agencies"):
        seen.add(row.pk)
        if row.drawn:
            kept[row.section].append(Drawn(row.section, row.text, row.audience))
        else:
            rows[row.section].append({"row": row, "named": {agency.pk for agency in row.agencies.all()}})
    hidden = {section for _item, section, _position, key in Paragraph.objects.outline_of([item]) if key not in seen}
    return [
        {
            "key": section.value,
            "number": number,
            "heading": section.label,
            "drawn": kept[section.value],
            "paragraphs": _numbered(rows[section.value]),
            "is_hidden": section.value in hidden,
            "is_written": section not in NOT_WRITTEN,
            "is_must": section in Paragraph.MUST,
            "is_victims": section == Section.VICTIMS,
        }
        for number, section in enumerate(Section, start=1)
    ]


def _numbered(written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each paragraph with its number, and whether it is the first or the last under its heading."""
    last = len(written)
    places = [{"number": n, "is_first": n == 1, "is_last": n == last, "total": last} for n in range(1, last + 1)]
    return [each | place for each, place in zip(written, places, strict=True)]


def shared_sections(item: AgendaItem, user: User) -> list[tuple[str, list[str]]]:
    """What everyone invited may read under each heading, without victims'."""
    rows = Paragraph.objects.visible_to(user).filter(item=item, audience=Audience.EVERYONE, drawn=False)
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows.exclude(section=Section.VICTIMS).exclude(text=""):
        found[row.section].append(row.text)
    return [(str(Section(section).label), texts) for section, texts in found.items()]
