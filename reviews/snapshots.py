"""Freeze figures: what was known on a day, with its definitions and a digest, never changed afterwards."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, require
from agencies.models import Area, User
from agencies.models.standard import Standard, UnknownStandardError, standard
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from reviews.figures import freshness
from reviews.measures import MEASURES
from reviews.models import Snapshot
from reviews.period import Period


@transaction.atomic
def freeze(
    *,
    kind: str,
    area: Area,
    period: Period,
    content: Any,
    definitions: Any,
    corrects: Snapshot | None = None,
    reason: str = "",
    by: User,
) -> Snapshot:
    """Keep figures of an area and period as they are now.

    Refuses a period that has not ended: what is still being counted is no figure to be held to. One that was corrected
    already is corrected by its correction.
    """
    require(by, Perm.BOARD_PREPARE, on=Parts(area=area.pk))
    if period.last >= dates.today():
        words = _("This period ends on %(last)s. Choose months that have ended.")
        raise ValidationError({"until": words % {"last": long_date(period.last)}})
    if corrects is not None and (corrects.area_id != area.pk or corrects.kind != kind):
        raise ValidationError(_("A correction is of the same area and kind."))
    snapshot = Snapshot(
        kind=kind,
        area=area,
        first=period.first,
        last=period.last,
        content=plain(content),
        definitions=plain(definitions),
        counted_at=freshness(period).counted_at,
        made_at=timezone.now(),
        made_by=by,
        corrects=corrects,
        reason=reason.strip(),
    )
    snapshot.digest = snapshot.sealed()
    snapshot.full_clean()
    snapshot.save()
    record("board.figures_frozen", by=by, about=snapshot, digest=snapshot.digest)
    return snapshot


def plain(content: Any) -> Any:
    """As it will be read back: dates as words, tuples as lists, so that the digest is of what is kept."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


def definitions_on(area: Area, period: Period) -> list[dict[str, Any]]:
    """What every measure means, and the standards that it is held against at the end of the period."""
    return [
        {
            "slug": measure.slug,
            "title": str(measure.title),
            "numerator": str(measure.numerator),
            "denominator": str(measure.denominator),
            "unit": str(measure.unit),
            "how": str(measure.how),
            "source": str(measure.source),
            "standards": [_as_words(found) for name in measure.standards if (found := _in_force(name, area, period))],
        }
        for measure in MEASURES.values()
    ]


def _in_force(name: str, area: Area, period: Period) -> Standard | None:
    try:
        return standard(name, area, period.last)
    except UnknownStandardError:
        return None


def _as_words(found: Standard) -> dict[str, Any]:
    return {"name": found.name, "value": int(found.value), "unit": found.unit, "citation": found.citation}
