"""A board's pack: the figures of some months in words and numbers, frozen with their definitions (ADR 0019)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.access import Parts, Perm, require
from agencies.models import Area, User
from mappa.templatetags.mappa import long_date
from offenders.models import Offender
from reviews import figures
from reviews.dashboard.words import numbers_of
from reviews.figures import Spread, Waits
from reviews.measures import MEASURES, Kind, Measure
from reviews.measures.law import kinds_of_orders
from reviews.models import Snapshot
from reviews.period import Period, Share, whole_months
from reviews.snapshots import definitions_on, freeze

PACK = Snapshot.Kind.BOARD_PACK


@transaction.atomic
def make_pack(*, area: Area, since: date, until: date, by: User) -> Snapshot:
    """Freeze the figures of the months from one to another. Of the same months there is one pack: a wrong one is corrected."""
    require(by, Perm.BOARD_PREPARE, on=Parts(area=area.pk))
    period = _months(since, until)
    Area.objects.select_for_update().get(pk=area.pk)  # two who make the same pack at once: one makes it
    there = Snapshot.objects.visible_to(by).filter(kind=PACK, area=area, first=period.first, last=period.last)
    if there.exists():
        raise ValidationError(_("There is a pack of these months already. Open it, and correct it if it is wrong."))
    return _freeze(area, period, by=by)


@transaction.atomic
def correct_pack(*, pack: Snapshot, reason: str, by: User) -> Snapshot:
    """Count the months of a pack again into a new one that says why. The one before stays as it is."""
    require(by, Perm.BOARD_PREPARE, on=pack)
    Area.objects.select_for_update().get(pk=pack.area_id)
    if Snapshot.objects.visible_to(by).filter(corrects=pack).exists():
        raise ValidationError(_("This pack was corrected already. Open the one that corrects it."))
    return _freeze(pack.area, Period(pack.first, pack.last), corrects=pack, reason=reason, by=by)


def _months(since: date, until: date) -> Period:
    if since > until:
        raise ValidationError({"until": _("The last month must not be before the first")})
    return whole_months(since, until)


def _freeze(area: Area, period: Period, *, by: User, **more: Any) -> Snapshot:
    missing = figures.freshness(period).missing
    if missing:
        words = _(
            "%(month)s was not counted yet. It is counted within the hour; months of long ago when an administrator "
            "of the service runs the recount."
        )
        raise ValidationError(words % {"month": f"{missing[0]:%B %Y}"})
    if not figures.is_settled(period):
        words = _(
            "These figures were last counted before %(last)s was over. They are counted again within the hour: try again then."
        )
        raise ValidationError(words % {"last": long_date(period.last)})
    content = {"area": area.name, "figures": figures_in_words(area, period)}
    return freeze(
        kind=PACK, area=area, period=period, content=content, definitions=definitions_on(area, period), by=by, **more
    )


def figures_in_words(area: Area, period: Period) -> list[dict[str, Any]]:
    """Every measure: what was found, before and elsewhere, and the whole of it as a table."""
    names = {"orders-made": kinds_of_orders()}
    return [_in_words(measure, area, period, names.get(measure.slug, {})) for measure in MEASURES.values()]


def _in_words(measure: Measure, area: Area, period: Period, names: dict[str, str]) -> dict[str, Any]:
    said, numbers = _waits(measure, area, period) if measure.kind is Kind.WAIT else _shares(measure, area, period)
    if len(measure.standards) == 1 and (goal := figures.target(measure.standards[0], area, period.last)) is not None:
        said = " ".join([said, _("The standard is %(percent)s%%.") % {"percent": goal}])
    table = _table(measure, area, period, names)
    return {"slug": measure.slug, "title": str(measure.title), "said": said, "numbers": numbers, "table": table}


def _shares(measure: Measure, area: Area, period: Period) -> tuple[str, dict[str, Any]]:
    found = figures.compared(measure.slug, period, area)
    words = _share if measure.is_share else _number
    said = [words(found.now), _before(words(found.before) if found.before else "")]
    said.append(others_in_words(found.others, "%" if measure.is_share else ""))
    numbers = {
        "now": asdict(found.now),
        "before": found.before and asdict(found.before),
        "others": asdict(found.others),
    }
    return " ".join(said), numbers


def _before(words: str) -> str:
    """What it was in the period before; of what was not all counted there is no figure, and 0 would be a wrong one."""
    return _("In the period before: %s.") % words.rstrip(".") if words else _("The period before was not all counted.")


def _share(share: Share) -> str:
    if share.percent is None:
        return _("None was due.")
    words = {"part": f"{share.part:,}", "whole": f"{share.whole:,}", "percent": share.percent}
    return _("%(part)s of %(whole)s (%(percent)s%%).") % words


def _number(share: Share) -> str:
    return f"{share.whole:,}."


def _waits(measure: Measure, area: Area, period: Period) -> tuple[str, dict[str, Any]]:
    now, before, others = figures.compared_waits(measure.slug, period, area)
    said = [
        wait_in_words(now),
        _before(wait_in_words(before) if before else ""),
        others_in_words(others),
    ]
    numbers = {"now": _numbers(now), "before": before and _numbers(before), "others": asdict(others)}
    return " ".join(said), numbers


def _numbers(waits: Waits) -> dict[str, Any]:
    return {"count": waits.count, "median": waits.median, "nine_of_ten": waits.quantile(0.9)}


def wait_in_words(waits: Waits) -> str:
    """Half of 12 within 4 working days, nine of ten within 9."""
    if not waits.count:
        return _("None waited.")
    words = ngettext(
        "%(count)s waited: %(median)s working days.",
        "Half of %(count)s within %(median)s working days, nine in ten within %(most)s.",
        waits.count,
    )
    return words % {"count": f"{waits.count:,}", "median": waits.median, "most": waits.quantile(0.9)}


def others_in_words(others: Spread, unit: str = "") -> str:
    """How the other areas do, of which no single one is said."""
    if not others.areas:
        return _("No other area has a figure.")
    if others.middle is None:
        return _("Too few other areas have a figure to compare it with.")
    words = _(
        "%(areas)s other areas have from %(lowest)s%(unit)s to %(highest)s%(unit)s, the middle being %(middle)s%(unit)s."
    )
    return words % (numbers_of(others) | {"unit": unit})


def _table(measure: Measure, area: Area, period: Period, names: dict[str, str]) -> dict[str, Any]:
    """All that the measure is kept by, in words, with its numbers."""
    by = [*measure.dimensions, *(["days"] if measure.kind is Kind.WAIT else [])]
    found = figures.count(measure.slug, period, area=area, by=by) if by else {}
    known = names or {value: str(label) for value, label in measure.labels}
    headings = [str(HEADINGS[name]()) for name in by]
    headings += [_("Number"), _("Of"), _("Per cent")] if measure.is_share else [_("Number")]
    rows = [[*_cells(by, key, known), *_figures(measure, share)] for key, share in sorted(found.items(), key=_in_order)]
    return {"headings": headings, "rows": rows}


HEADINGS = {
    "level": lambda: _("Level"),
    "category": lambda: _("Category"),
    "agency": lambda: _("Agency"),
    "detail": lambda: _("Which"),
    "days": lambda: _("Working days"),
}


def _in_order(item: tuple[tuple[Any, ...], Share]) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is None, value) for value in item[0])


def _cells(by: Sequence[str], key: tuple[Any, ...], known: dict[str, str]) -> list[str]:
    return [_cell(name, value, known) for name, value in zip(by, key, strict=True)]


def _cell(name: str, value: Any, known: dict[str, str]) -> str:
    if name == "level":
        return _("Level %s") % value if value else _("Not managed")
    if name == "category":
        return str(Offender.Category(value).label) if value else _("Not yet known")
    return known.get(value, str(value)) if name == "detail" else str(value)


def _figures(measure: Measure, share: Share) -> list[str]:
    if not measure.is_share:
        return [f"{share.whole:,}"]
    return [f"{share.part:,}", f"{share.whole:,}", f"{share.percent}%"]
