"""When the licence ends, wherever that was recorded: the one day that ends categories 2 and 4 (domain.md 1.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from agencies.models import User
from mappa.templatetags.mappa import long_date
from offenders.law.disposals import CUSTODY, INDETERMINATE
from offenders.models import Conviction, Disposal, KeyDate, Licence, Offender


class Span(NamedTuple):
    """A licence or a date of one, as it was recorded somewhere."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class LicenceEnds:
    """The ends that a case has on its record beside its sentences, and the days of its sentences of custody."""

    key_dates: tuple[Span, ...] = ()
    licences: tuple[Span, ...] = ()
    imposed: tuple[date, ...] = ()

    def of(self, disposal: Disposal) -> date | None:
        """The end that counts: of the licence itself, else the key date, else what was entered with the sentence."""
        return self.recorded(disposal)[-1]

    def recorded(self, disposal: Disposal) -> list[date | None]:
        """As entered with the sentence, by the key date, and by the licence; each as the one before where it is silent."""
        found = [disposal.ends_on]
        if disposal.kind in CUSTODY | INDETERMINATE and not disposal.suspended:
            found += [self._read(disposal, found[-1], self.key_dates)]
            found += [self._read(disposal, found[-1], self.licences)]
        return found

    def _read(self, disposal: Disposal, ends_on: date | None, spans: Sequence[Span]) -> date | None:
        for span in spans:
            if span.starts_on >= disposal.imposed_on and not self._is_of_another(ends_on, span):
                ends_on = span.ends_on
        return ends_on

    def _is_of_another(self, ends_on: date | None, span: Span) -> bool:
        """Was another sentence of custody passed after the licence ended, before this one began?"""
        return ends_on is not None and any(ends_on < day <= span.starts_on for day in self.imposed)


def licence_ends(
    convictions: Iterable[Conviction], licences: Iterable[Licence], key_dates: Iterable[KeyDate]
) -> LicenceEnds:
    """Read the ends of a case. Convictions need `with_sentence`; supervision after a licence is none (domain.md 1.2)."""
    rows = [row for row in licences if row.kind != Licence.Kind.PSS and row.ending != Licence.Ending.ERROR]
    held = [row for conviction in convictions for row in conviction.disposals.all() if row.kind in Disposal.HELD]
    expiry = sorted(row.on for row in key_dates if row.kind == KeyDate.Kind.LICENCE_EXPIRY)
    return LicenceEnds(
        key_dates=tuple(Span(day, day) for day in expiry),
        licences=tuple(Span(row.starts_on, row.last_day) for row in sorted(rows, key=lambda row: row.starts_on)),
        imposed=tuple(row.imposed_on for row in held if not row.suspended),
    )


def licence_warnings(offender: Offender, user: User) -> list[str]:
    """What a page of the record says first about the end of the licence."""
    licences = list(offender.licences.visible_to(user))
    key_dates = list(offender.key_dates.visible_to(user).standing().filter(kind=KeyDate.Kind.LICENCE_EXPIRY))
    if not licences and not key_dates:
        return []
    convictions = list(offender.convictions.visible_to(user).in_force().with_sentence(user))
    return differences(convictions, licence_ends(convictions, licences, key_dates))


def differences(convictions: Sequence[Conviction], ends: LicenceEnds) -> list[str]:
    """What is to be put right: sentences for which the end of the licence is recorded in more than one way."""
    words = _(
        "The end of the licence for “%(what)s” is recorded as %(days)s. The last of these counts, and categories 2 and "
        "4 end with it: put right what is wrong with the sentence, in the key dates, or on the licence."
    )
    found = []
    for disposal in (row for conviction in convictions for row in conviction.disposals.all()):
        days = dict.fromkeys(day for day in ends.recorded(disposal) if day)
        if len(days) > 1:
            about = {"what": disposal.get_kind_display(), "days": _(" and as ").join(long_date(day) for day in days)}
            found.append(words % about)
    return found
