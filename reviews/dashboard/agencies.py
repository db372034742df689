"""How the agencies take part: who comes, who sends what it knows, who does what was agreed."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mappa.charts import Bars, Chart, Heat, Stacked
from mappa.paper import Table
from reviews.dashboard.look import AUTHORITY, Look, Named, goal_cell, miss, of_all, share_part, share_table, whole_of
from reviews.dashboard.part import Asked, Part
from reviews.dashboard.words import in_all, month_and_year, month_words, number, of, percent
from reviews.figures import NOTHING
from reviews.measures import MEASURES
from reviews.period import Share

FEW = 5  # of fewer, a cell of the map says "3/4": a per cent of so few misleads


def attendance_rows(look: Look) -> list[Named]:
    """By kind of agency, those of the Responsible Authority first, with the target of each."""
    found = look.count("attendance", "duty", "kind")
    ordered = sorted(found.items(), key=lambda pair: (pair[0][0] != AUTHORITY, pair[0][1]))
    return [Named(kind, share, look.attendance_goal(duty)) for (duty, kind), share in ordered]


def lowest(rows: Sequence[Named]) -> Named | None:
    """The one that has the smallest share, the first by name of those that have."""
    return min(rows, key=lambda row: (_exactly(row), row.name), default=None)


def _exactly(row: Named) -> Fraction:
    return Fraction(row.share.part, row.share.whole)


def is_alone(rows: Sequence[Named], worst: Named) -> bool:
    """Is there another to compare with, and none that has as little?"""
    return len(rows) > 1 and sum(_exactly(row) == _exactly(worst) for row in rows) == 1


def attendance(look: Look) -> Part:
    rows, title = attendance_rows(look), _("Attendance by kind of agency")
    worst = lowest(rows)
    if worst is None:
        return Part(Chart(title, _("No attendance was taken in this period."), [], id="attendance"))
    words = {"name": worst.name, "of": of(worst.share), "share": percent(worst.share)}
    if is_alone(rows, worst):
        summary = _("%(name)s came to %(of)s cases they were invited for (%(share)s), the lowest of any.") % words
    else:
        summary = _("%(name)s came to %(of)s cases they were invited for (%(share)s).") % words
    if worst.share.part == worst.share.whole:
        summary = _("Every agency came whenever it was invited.")
    goals = sorted({f"{goal_cell(row.goal)}" for row in rows})
    notes = in_all(_("All agencies"), look.compared("attendance"))
    if len(goals) > 1:
        ra, dtc = goal_cell(look.attendance_goal(AUTHORITY)), goal_cell(look.attendance_goal(""))
        notes.append(_("Target: police, probation and prison %(ra)s, others %(dtc)s.") % {"ra": ra, "dtc": dtc})
    table = share_table(title, _("Kind of agency"), rows, _("Invitations"))
    return share_part(title, "attendance", summary, rows, table, notes=notes, behind="attendance")


def attendance_by_month(look: Look) -> Part:
    """Each agency in each month: a gap that lasts is seen as a dark row, a bad month as a dark column."""
    title = _("Attendance, month by month")
    found = look.count("attendance", "agency", "month")
    months: list[date] = look.period.starts
    agencies = sorted({key[0] for key in found})
    if not agencies:
        return Part(Chart(title, _("No attendance was taken in this period."), [], id="attendance-months"))
    shares = {agency: [found.get((agency, month), NOTHING) for month in months] for agency in agencies}
    whole = {agency: Share(sum(s.part for s in row), sum(s.whole for s in row)) for agency, row in shares.items()}
    missed = {agency: share.whole - share.part for agency, share in whole.items()}
    name = max(missed, key=lambda agency: missed[agency])
    often = sum(share.part < share.whole for share in shares[name])
    summary = _("Every agency came whenever it was invited.")
    if missed[name]:
        summary = ngettext(
            "%(name)s missed most, %(missed)s of %(whole)s, in %(often)s of %(all)s month.",
            "%(name)s missed most, %(missed)s of %(whole)s, in %(often)s of %(all)s months.",
            len(months),
        ) % {
            "name": name,
            "missed": number(missed[name]),
            "whole": number(whole[name].whole),
            "often": often,
            "all": len(months),
        }
    chart = Heat(
        title,
        summary,
        [(agency, whole[agency].percent or 0) for agency in agencies],
        "%",
        id="attendance-months",
        columns=[month_words(month) for month in months],
        cells=[[(share.percent, _cell(share)) for share in shares[agency]] for agency in agencies],
    )
    lines = [[agency, *(of(s) if s.whole else "–" for s in shares[agency]), of(whole[agency])] for agency in agencies]
    table = Table(title, [_("Agency"), *(month_and_year(month) for month in months), _("All")], lines)
    note = _(
        "Per cent of the cases that each agency was invited for. Of fewer than %s invitations, the numbers themselves."
    )
    return Part(chart, table, [note % FEW])


def _cell(share: Share) -> str:
    if not share.whole:
        return "–"
    return f"{share.part}/{share.whole}" if share.whole < FEW else f"{share.percent}"


def how_they_came(look: Look) -> Part:
    """Themselves, by deputy, for a part, with apologies, or not at all; and whether in time."""
    title, labels = _("How agencies came"), MEASURES["attendance"].labels
    found = look.count("attendance", "detail")
    rows = [(str(label), whole_of(found, value)) for value, label in labels if value]
    arrived = of_all(look.count("arrivals-on-time"))
    everyone = of_all(found).whole
    if not everyone:
        return Part(Chart(title, _("No attendance was taken in this period."), [], id="came"))
    deputies = whole_of(found, "deputy")
    summary = _("%(deputies)s of %(all)s invitations were met by a deputy.") % {
        "deputies": number(deputies),
        "all": number(everyone),
    }
    notes = []
    if arrived.whole:
        notes = [_("Where the time was written down, %s had arrived when the case began.") % of(arrived)]
    table = Table(title, [_("How"), _("Invitations")], [[name, number(count)] for name, count in rows])
    return Part(Bars(title, summary, rows, id="came"), table, notes)


def information(look: Look) -> Part:
    found, title = look.count("information-on-time", "kind"), _("Information sent before the meeting, on time")
    rows = [Named(key[0], share) for key, share in sorted(found.items())]
    worst = lowest(rows)
    if worst is None:
        return Part(Chart(title, _("No information was due in this period."), [], id="information"))
    words = {"name": worst.name, "of": of(worst.share), "share": percent(worst.share)}
    if is_alone(rows, worst):
        summary = _("%(name)s sent %(of)s on time (%(share)s), the fewest of any.") % words
    else:
        summary = _("%(name)s sent %(of)s on time (%(share)s).") % words
    if worst.share.part == worst.share.whole:
        summary = _("Every agency sent what it was asked for on time.")
    notes = in_all(_("All agencies"), look.compared("information-on-time"))
    table = share_table(title, _("Kind of agency"), rows, _("Asked"))
    return share_part(title, "information", summary, rows, table, notes=notes, behind="information-on-time")


def overdue(look: Look) -> Part:
    """Actions overdue at the end, by agency and by how long."""
    title, ages = _("Actions overdue, by agency and age"), MEASURES["actions-overdue"].labels
    found = look.count("actions-overdue", "agency", "detail")
    sums = look.count("actions-overdue", "agency")
    notes = in_all(_("Actions done on time"), look.compared("actions-on-time"))
    if not sums:
        return Part(Chart(title, _("No action is overdue."), [], id="overdue"), None, notes, "actions-on-time")
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1].whole, pair[0]))
    (name,), most = ordered[0]
    oldest = sum(whole_of(found, agency, ages[-1][0]) for (agency,), _share in ordered)
    everyone = sum(share.whole for _key, share in ordered)
    summary = ngettext(
        "%(name)s has the most, %(most)s of %(all)s action; %(oldest)s of all are overdue by more than 12 weeks.",
        "%(name)s has the most, %(most)s of %(all)s actions; %(oldest)s of all are overdue by more than 12 weeks.",
        everyone,
    ) % {"name": name, "most": number(most.whole), "all": number(everyone), "oldest": number(oldest)}
    numbers = [[whole_of(found, agency, age) for age, _label in ages] for (agency,), _share in ordered]
    labels = [str(label) for _age, label in ages]
    chart = Stacked(
        title,
        summary,
        [(agency, share.whole) for (agency,), share in ordered],
        id="overdue",
        parts=labels,
        numbers=numbers,
    )
    lines = [
        [agency, *map(number, row), number(share.whole)]
        for ((agency,), share), row in zip(ordered, numbers, strict=True)
    ]
    return Part(chart, Table(title, [_("Agency"), *labels, _("All")], lines), notes, "actions-overdue")


def asked(look: Look) -> list[Asked]:
    """What these figures make one ask."""
    found: list[Asked] = []
    question = _("Why did %(name)s come to only %(share)s of the cases they were invited for?")
    for row in attendance_rows(look):
        found += miss(question, row.share, row.goal, name=row.name)
    done, goal = look.compared("actions-on-time").now, look.goal("kpi_actions_percent")
    return found + miss(_("Why were only %(share)s of actions done on time?"), done, goal)
