"""When the time for notifying did not run: read from where the person was (`WhereaboutsPeriod`), and from nowhere else."""

from datetime import date

from agencies.models import User
from offenders.duties import DETAINED, Away
from offenders.law.disposals import HOSPITAL
from offenders.models import Offender, WhereaboutsPeriod

Place = Offender.Whereabouts
Move = WhereaboutsPeriod.Move
# Where time does not count, by the words of offenders/duties.py. Unlawfully at large it runs on.
KINDS: dict[str, str] = {
    Place.CUSTODY: "custody",
    Place.HOSPITAL: "hospital",
    Place.DETENTION: "immigration",
    Place.ABROAD: "abroad",
}


def stretches(offender: Offender, user: User) -> list[Away]:
    """Days in custody, in hospital, in immigration detention or abroad, as recorded; the first one first.

    A move from one place of detention to another is no release: what touches is one stretch. Whoever was released in
    the first move that is recorded was held before it, since the sentence, though nobody recorded the reception.
    A journey counts once its return is recorded: until then nobody knows that the person left. Days abroad do not count
    for SOA 2003 (ss.83(6) and 85(3)), and count for the period of CTA 2008 (s.53(7)): the caller chooses by `kind`.
    """
    periods = list(offender.whereabouts_periods.visible_to(user).standing().order_by("from_on", "pk"))
    found = _before_the_first(offender, periods, user)
    for period in periods:
        if kind := KINDS.get(period.kind):
            _add(found, Away(kind, period.from_on, period.until))
        elif period.kind == Place.ABSCONDED and found and found[-1].last == period.from_on:
            found[-1] = Away(found[-1].kind, found[-1].first, found[-1].last, escaped=True)
    journeys = offender.travels.visible_to(user).standing().filter(returned_on__isnull=False)
    found += [Away("abroad", first, last) for first, last in journeys.values_list("leaves_on", "returned_on")]
    return sorted(found, key=lambda each: each.first)


def _add(found: list[Away], stay: Away) -> None:
    last = found[-1] if found else None
    if last and last.last == stay.first and {last.kind, stay.kind} <= DETAINED:
        found[-1] = Away(last.kind, last.first, stay.last)
    else:
        found.append(stay)


def _before_the_first(offender: Offender, periods: list[WhereaboutsPeriod], user: User) -> list[Away]:
    """The stay that a first move says there was: it began with the last sentence before it that holds a person."""
    if not periods or periods[0].move != Move.RELEASE:
        return []
    rows = offender.disposals.visible_to(user).that_hold().filter(suspended=False, imposed_on__lt=periods[0].from_on)
    since: tuple[date, str] | None = rows.order_by("-imposed_on").values_list("imposed_on", "kind").first()
    if since is None:
        return []
    kind = "hospital" if since[1] in HOSPITAL else "custody"
    return [Away(kind, since[0], periods[0].from_on)]
