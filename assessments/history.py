"""Levels of risk over time: the drawing, and the one sentence that says what to notice."""

from collections.abc import Sequence
from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.models import Assessment
from mappa.charts import Steps
from mappa.templatetags.mappa import long_date
from offenders.models import Offender

# How many stand beside each other on a telephone.
SHOWN = 6
Point = tuple[date, int | None]


def chart(newest_first: Sequence[Assessment]) -> Steps | None:
    """The overall level in the community, assessment by assessment; nothing to draw before there are two."""
    rows = newest_first[:SHOWN][::-1]
    if len(rows) < 2:
        return None
    return Steps(
        title=_("Overall level over time"),
        summary=sentence([(row.assessed_on, row.overall) for row in rows]),
        rows=[(dateformat.format(row.assessed_on, "M y"), row.overall or 0) for row in rows],
        words=[pgettext("risk", "Unknown"), *(str(label) for label in Offender.Rosh.labels)],
    )


def sentence(points: Sequence[Point]) -> str:
    """What became of the level, oldest first; at least one assessment."""
    on, level = points[-1]
    if level is None:
        return _("The last assessment, of %s, leaves the overall level not known.") % long_date(on)
    begun = len(points) - 1
    while begun and points[begun - 1][1] == level:
        begun -= 1
    about = {"level": word(level), "date": long_date(points[begun][0]), "number": len(points)}
    if begun == 0:
        return (
            _("The overall level was %(level)s in each of the last %(number)s assessments, from %(date)s on.") % about
        )
    before = points[begun - 1][1]
    if before is None:
        return _("The overall level was not known before %(date)s, and is %(level)s since.") % about
    about["before"] = word(before)
    if level > before:
        return _("The overall level rose from %(before)s to %(level)s on %(date)s, and is %(level)s since.") % about
    return _("The overall level fell from %(before)s to %(level)s on %(date)s, and is %(level)s since.") % about


def word(level: int) -> str:
    """A level within a sentence."""
    return str(Offender.Rosh(level).label).lower()
