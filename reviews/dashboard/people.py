"""Who is managed: how many, at which level, where they came from and went, and what courts, prisons and police did."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mappa import dates
from mappa.charts import Bars, Chart, Line, Stacked
from mappa.paper import Table
from offenders.models import Offender
from reviews import figures
from reviews.dashboard.look import ACTIVE, Look, Named, share_part, share_table, whole_of
from reviews.dashboard.part import Part
from reviews.dashboard.words import (
    category_words,
    compared_count,
    level_words,
    month_and_year,
    month_words,
    number,
)
from reviews.measures import MEASURES
from reviews.measures.law import kinds_of_orders
from reviews.period import Period

LEVELS = tuple(int(level) for level in Offender.Level)
HALF_A_YEAR = 6  # months
CATEGORIES = (*(int(category) for category in Offender.Category), 0)


def people(look: Look) -> Part:
    """By category and level at the end of the period; the many at level 1 are in the table, for they would hide the others."""
    found = look.count("people", "category", "level")
    categories = [c for c in CATEGORIES if c or any(key[0] == 0 for key in found)]
    rows = [(c, [whole_of(found, c, level) for level in LEVELS]) for c in categories]
    lines = [[category_words(c), *map(number, counts), number(sum(counts))] for c, counts in rows]
    sums = [sum(counts[place] for _c, counts in rows) for place in range(len(LEVELS))]
    lines.append([_("All"), *map(number, sums), number(sum(sums))])
    active = sum(sums[1:])
    title = _("People at level 2 and 3, by category")
    summary = ngettext(
        "%(active)s of %(all)s person managed is at level 2 or 3.",
        "%(active)s of %(all)s people managed are at level 2 or 3.",
        sum(sums),
    ) % {"active": number(active), "all": number(sum(sums))}
    drawn = [(category_words(c), counts[1:]) for c, counts in rows if sum(counts[1:])]
    chart = Stacked(
        title,
        summary,
        [(name, sum(counts)) for name, counts in drawn],
        id="people",
        parts=[level_words(level) for level in ACTIVE],
        numbers=[counts for _name, counts in drawn],
    )
    headings = [_("Category"), *(level_words(level) for level in LEVELS), _("All")]
    return Part(chart, Table(_("People by category and level"), headings, lines), behind="people")


def months(look: Look) -> Part:
    """Through at least half a year, for two points are no trend."""
    half_a_year = dates.add_months(look.period.last.replace(day=1), 1 - HALF_A_YEAR)
    long = Period(min(look.period.first, half_a_year), look.period.last)
    found = [(month, share.whole) for month, share in figures.series("people", long, area=look.area, level=ACTIVE)]
    counted = set(long.starts) - set(figures.freshness(long, ["people"]).missing)
    known = [(month, count) for month, count in found if month in counted]
    title = _("People at level 2 and 3, month by month")
    if not known:
        return Part(Chart(title, _("Nothing was counted in these months."), [], id="months"))
    (first_month, first), (_last_month, last) = known[0], known[-1]
    words = {"first": number(first), "last": number(last), "since": month_and_year(first_month)}
    if first == last:
        summary = _("The number is %(last)s, as it was in %(since)s.") % words
    else:
        rose = _("The number has risen from %(first)s to %(last)s since %(since)s.")
        fell = _("The number has fallen from %(first)s to %(last)s since %(since)s.")
        summary = (rose if last > first else fell) % words
    line = Line(title, summary, [(month_words(month), count) for month, count in known], id="months")
    table = Table(title, [_("Month"), _("People")], [[month_and_year(m), number(count)] for m, count in known])
    return Part(line, table, compared_count(look.compared("people", level=ACTIVE)))


def flows(look: Look) -> Part:
    """Who came under the arrangements and who left them, and how levels changed."""
    title = _("People who came and who left")
    slugs = ("entries", "moves-in", "exits", "moves-out")
    came, moved_in, ended, moved_out = (sum(s.whole for s in look.count(slug).values()) for slug in slugs)
    changes = look.count("level-changes", "detail")
    up, down = whole_of(changes, "up"), whole_of(changes, "down")
    summary = _("%(came)s came and %(left)s left. %(up)s moved to a higher level and %(down)s to a lower one.") % {
        "came": number(came + moved_in),
        "left": number(ended + moved_out),
        "up": number(up),
        "down": number(down),
    }
    rows = [
        (_("Began to be managed"), came),
        (_("Taken over from another area"), moved_in),
        (_("Stopped being managed"), ended),
        (_("Handed to another area"), moved_out),
        (_("To a higher level"), up),
        (_("To a lower level"), down),
    ]
    table = Table(title, [_("What happened"), _("People")], [[name, number(count)] for name, count in rows])
    return Part(Bars(title, summary, rows, id="flows"), table)


def plans(look: Look) -> Part:
    """Whether each has a plan that is in date, by level."""
    title = _("Risk management plans current and complete")
    found = look.count("plans-current", "level")
    rows = [Named(level_words(key[0]), share) for key, share in sorted(found.items())]
    worst = min(rows, key=lambda row: row.share.part / row.share.whole, default=None)
    summary = _("Nobody was managed at the end of the period.")
    if worst is not None and worst.share.part == worst.share.whole:
        summary = _("Every plan is current.")
    elif worst is not None:
        summary = _("%(level)s has the fewest: %(part)s of %(whole)s plans are current.") % {
            "level": worst.name,
            "part": number(worst.share.part),
            "whole": number(worst.share.whole),
        }
    table = share_table(title, _("Level"), rows, _("People"))
    return share_part(title, "plans", summary, rows, table, notes=[], behind="plans-current")


def law(look: Look) -> Part:
    """Recalls, returns to custody, breaches and orders: events of a few people, as a table."""
    title = _("Recalls, breaches and orders")
    orders, breaches = look.count("orders-made", "detail"), look.count("notification-breaches", "detail")
    recalled = look.compared("recalls").now.whole
    returned = look.compared("returns-to-custody")
    names, actions = kinds_of_orders(), dict(MEASURES["notification-breaches"].labels)
    rows = [
        [_("Recalls decided"), number(recalled)],
        [_("Returned to custody for a breach of licence"), number(returned.now.whole)],
        *_detailed(_("Breach of notification: %s"), breaches, actions),
        *_detailed(_("Order made: %s"), orders, names),
    ]
    summary = _(
        "%(returned)s returned to custody, %(breaches)s breaches of notification and %(orders)s orders made."
    ) % {
        "returned": number(returned.now.whole),
        "breaches": number(sum(share.whole for share in breaches.values())),
        "orders": number(sum(share.whole for share in orders.values())),
    }
    notes = [_("Returned to custody. %s") % note for note in compared_count(returned)]
    table = Table(title, [_("What happened"), _("Number")], rows)
    return Part(Chart(title, summary, [], id="law"), table, notes, behind="notification-breaches")


def _detailed(words: str, counts: figures.Counts, names: Mapping[str, object]) -> Sequence[list[str]]:
    return [[words % names.get(key[0], key[0]), number(share.whole)] for key, share in sorted(counts.items())]
