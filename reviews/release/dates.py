"""For which day a release is planned: from the key dates and the moves on the record."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.whereabouts import HELD
from offenders.models import KeyDate, Offender, Recall, WhereaboutsPeriod
from reviews.release.steps import CERTAIN, FREE, LEVEL_MONTHS, WINDOW_MONTHS, Figures

HEARINGS = (KeyDate.Kind.PAROLE_HEARING, KeyDate.Kind.TRIBUNAL_HEARING)


@dataclass(frozen=True)
class Release:
    """The first day of release to come; since when the person is held, where the moves say so; and what else the record has."""

    on: date
    kind: str
    held_since: date | None
    # In words: other dates, the date before it was changed, a recall.
    notes: list[str]

    def since(self, figures: Figures, area: int) -> date:
        """What was decided before the person was last free, or longer ago than anybody decides for a release, is no
        step to this one. `steps.leaving` says the same to the database."""
        window = dates.add_months(self.on, -figures.at(LEVEL_MONTHS, area))
        window = dates.add_months(window, -figures.at(WINDOW_MONTHS, area))
        return max(window, self.held_since or window)


@dataclass(frozen=True)
class NoRelease:
    """Why there is no day that could be planned for, in words; what helps, as a verb; and what else the record has."""

    why: str
    can_add: bool = False
    notes: list[str] = field(default_factory=list)


def release_of(offender: Offender, user: User) -> Release | NoRelease:
    """The release that is planned for, by what the record says today."""
    today = dates.today()
    if offender.ended_on:
        return NoRelease(_("This case is no longer managed: no release is planned here."))
    recall = Recall.objects.visible_to(user).standing().filter(offender=offender).order_by("-decided_on").first()
    if offender.whereabouts not in HELD:
        return NoRelease(_not_held(offender, recall))
    rows = list(KeyDate.objects.visible_to(user).standing().filter(offender=offender).select_related("replaces"))
    release = sorted((row for row in rows if row.kind in KeyDate.RELEASE and row.on >= today), key=lambda row: row.on)
    held_since = _held_since(offender, user)
    notes = [*_recalled(recall, held_since), *_hearings(rows, today)]
    if not release:
        return NoRelease(_no_date(rows, recall), can_add=True, notes=notes)
    first, others = release[0], release[1:]
    return Release(
        first.on,
        str(first.get_kind_display()),
        held_since,
        [*_changed(first), *(_named(row) for row in others), *notes],
    )


def _held_since(offender: Offender, user: User) -> date | None:
    """The day on which the person was last taken from freedom, where the moves say so."""
    free = WhereaboutsPeriod.objects.visible_to(user).standing().filter(offender=offender, kind__in=FREE)
    found: date | None = free.filter(until__isnull=False).order_by("-until").values_list("until", flat=True).first()
    return found


def _not_held(offender: Offender, recall: Recall | None) -> str:
    if recall is not None and recall.is_outstanding:
        words = _("Recalled on %s and not back in custody. The plan begins with the return and a new day of release.")
        return words % long_date(recall.decided_on)
    where = offender.get_whereabouts_display().lower()
    return _("The record says: %s. A release is planned while somebody is in prison, hospital or detention.") % where


def _no_date(rows: list[KeyDate], recall: Recall | None) -> str:
    """Why there is no day to plan for: none was recorded, or those that were have passed."""
    passed = sorted((row for row in rows if row.kind in KeyDate.RELEASE), key=lambda row: row.on)
    if not passed:
        return _("No day of release is recorded. Add the earliest one: the plan is reckoned back from it.")
    last = passed[-1]
    if recall is not None and recall.returned_on and recall.returned_on >= last.on:
        words = _("Returned to custody by the recall of %s. Record the new day of release: the old ones do not hold.")
        return words % long_date(recall.decided_on)
    if last.kind in CERTAIN:
        words = _("%(what)s was on %(day)s, and the person is still held. Record the release, or the new day.")
    else:
        words = _(
            "%(what)s was on %(day)s: release may be decided at any time. Plan as if it were near, and record the day once it is known."
        )
    return words % {"what": last.get_kind_display(), "day": long_date(last.on)}


def _recalled(recall: Recall | None, held_since: date | None) -> list[str]:
    """Of the recall by which the person is held now, and of no earlier one."""
    if recall is None or not recall.returned_on or recall.returned_on < (held_since or recall.returned_on):
        return []
    words = _("Back in custody since %(day)s, by the recall of %(decided)s: what was done before it counts no more.")
    return [words % {"day": long_date(recall.returned_on), "decided": long_date(recall.decided_on)}]


def _hearings(rows: list[KeyDate], today: date) -> list[str]:
    coming = sorted((row for row in rows if row.kind in HEARINGS and row.on >= today), key=lambda row: row.on)
    return [_named(row) for row in coming]


def _named(row: KeyDate) -> str:
    return _("%(what)s: %(day)s") % {"what": row.get_kind_display(), "day": long_date(row.on)}


def _changed(row: KeyDate) -> list[str]:
    if row.replaces is None:
        return []
    words = _("Changed from %(before)s on %(day)s: %(reason)s")
    return [words % {"before": long_date(row.replaces.on), "day": long_date(row.added_at), "reason": row.reason}]
