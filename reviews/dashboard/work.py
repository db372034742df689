"""How the work goes: reviews, referrals, minutes, disclosure and prompts about levels."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mappa.charts import Bars, Chart
from mappa.paper import Table
from offenders.models import Offender
from panels.models import Referral
from reviews import figures
from reviews.dashboard.look import ACTIVE, Look, Named, miss, of_all, one_share, share_part, share_table, whole_of
from reviews.dashboard.part import Asked, Part
from reviews.dashboard.words import (
    against,
    compared_wait,
    in_all,
    level_words,
    number,
)
from reviews.figures import NOTHING
from reviews.measures import MEASURES

LEVELS = tuple(int(level) for level in Offender.Level)
FEW = 5  # of fewer, half of them would be about somebody


def review_rows(look: Look) -> list[Named]:
    found = look.count("reviews-on-time", "level")
    return [
        Named(level_words(level), found.get((level,), NOTHING), look.goal(f"kpi_level_{level}_reviews_percent"))
        for level in LEVELS
    ]


def reviews(look: Look) -> Part:
    rows = review_rows(look)
    title = _("Reviews held on time, by level")
    summary = " ".join(against(row.name, row.share, row.goal) for row in rows)
    table = share_table(title, _("Level"), rows, _("Due"))
    notes = in_all(_("Level 2 and 3"), look.compared("reviews-on-time", level=ACTIVE))
    return share_part(title, "reviews", summary, rows, table, notes=notes, behind="reviews-on-time")


def outcomes(
    title: str, slug: str, counts: figures.Counts, labels: Sequence[tuple[str, Any]], sentence: str, nothing: str
) -> Part:
    """How many there were, by what became of them."""
    rows = [(str(label), whole_of(counts, outcome)) for outcome, label in labels]
    whole = of_all(counts).whole
    if not whole:
        return Part(Chart(title, nothing, [], id=slug))
    table = Table(title, [_("Outcome"), _("Number")], [[name, number(count)] for name, count in rows])
    table = Table(title, table.columns, [*table.rows, [_("All"), number(whole)]])
    return Part(Bars(title, sentence, rows, id=slug), table, behind=slug)


def referrals(look: Look) -> Part:
    found = look.count("referrals", "detail")
    accepted, everyone = whole_of(found, Referral.Outcome.ACCEPTED.value), of_all(found).whole
    sentence = ngettext(
        "%(accepted)s of %(all)s referral was accepted.", "%(accepted)s of %(all)s referrals were accepted.", everyone
    ) % {"accepted": number(accepted), "all": number(everyone)}
    nothing = _("No referral was made in this period.")
    title = _("Referrals and what became of them")
    return outcomes(title, "referrals", found, MEASURES["referrals"].labels, sentence, nothing)


def waits(look: Look) -> Part:
    """From being sent to the decision, and to the first meeting: the middle wait, how many waited, and how long nearly all."""
    title, rows, notes, said = _("How long referrals wait"), [], [], []
    asked = (
        (
            "referral-decision-days",
            "referral-decisions-on-time",
            _("To the decision"),
            _("Half were decided within %s working days."),
        ),
        (
            "referral-meeting-days",
            "referral-meetings-on-time",
            _("To the first meeting"),
            _("Half of those accepted were discussed within %s working days."),
        ),
    )
    for slug, on_time, name, words in asked:
        now, before, others = figures.compared_waits(slug, look.period, look.area)
        share = look.compared(on_time).now
        cells = [
            _days(now.median),
            _days(now.quantile(0.9)),
            number(now.count),
            "–" if share.percent is None else f"{share.percent}%",
        ]
        rows.append([name, *cells])
        if now.count >= FEW:
            said.append(words % now.median)
        notes += [f"{name}. {note}" for note in compared_wait(before, others)]
    columns = [
        _("Wait"),
        _("Half within, working days"),
        _("9 in 10 within, working days"),
        _("Referrals"),
        _("On time"),
    ]
    summary = " ".join(said) or _("Too few referrals to say how long they usually wait.")
    return Part(Chart(title, summary, [], id="waits"), Table(title, columns, rows), notes, "referral-decisions-on-time")


def _days(days: int | None) -> str:
    return "–" if days is None else number(days)


def minutes(look: Look) -> Part:
    return one_share(look, "minutes-on-time", _("Minutes approved on time"), _("Due"), "kpi_minutes_percent")


def disclosure(look: Look) -> Part:
    title = _("Disclosure considered and recorded")
    return one_share(look, "disclosure-considered", title, _("Cases discussed"), "kpi_disclosure_percent")


def prompts(look: Look) -> Part:
    """Facts by which a level or an assessment may be out of date (assessments/drift_rules.py)."""
    found = look.count("drift-prompts", "detail")
    followed, everyone = sum(whole_of(found, o) for o in ("referred", "reassessed")), of_all(found).whole
    sentence = ngettext(
        "%(followed)s of %(all)s prompt was followed by a referral or an assessment.",
        "%(followed)s of %(all)s prompts were followed by a referral or an assessment.",
        everyone,
    ) % {"followed": number(followed), "all": number(everyone)}
    title, nothing = _("Level-drift prompts and what became of them"), _("No prompt was made in this period.")
    return outcomes(title, "drift-prompts", found, MEASURES["drift-prompts"].labels, sentence, nothing)


def asked(look: Look) -> list[Asked]:
    """What these figures make one ask."""
    found: list[Asked] = []
    question = _("Why were only %(share)s of reviews at %(level)s held on time?")
    for row in review_rows(look):
        found += miss(question, row.share, row.goal, level=row.name.lower())
    share, goal = look.compared("minutes-on-time").now, look.goal("kpi_minutes_percent")
    found += miss(_("Why were only %(share)s of minutes approved on time?"), share, goal)
    share, goal = look.compared("disclosure-considered").now, look.goal("kpi_disclosure_percent")
    return found + miss(
        _("Why do only %(share)s of cases discussed have a recorded decision on disclosure?"), share, goal
    )
