"""The monthly sample: of what each agency opened some accesses are drawn by lot, so that everybody may be asked.

The lot is the digest of a secret, the month, the person and the case: nobody can foresee it, and whoever has the secret can
draw it again.
"""

from collections import defaultdict
from datetime import date
from math import ceil

from django.db import transaction
from django.utils.crypto import salted_hmac

from agencies.models import Agency, Membership, User
from assurance.models import UnusualAccess
from assurance.unusual.day import Day, Found, Limits
from assurance.unusual.look import keep, tell
from assurance.unusual.rules import BY_CODE
from audit.models import AccessEvent, Act
from mappa import dates

SAMPLE = BY_CODE["sample"]
Pair = tuple[int, int]


def draw_samples(*, on: date, by: User) -> int:
    """Draw the last month's sample of every agency of which none is drawn; how many accesses that are."""
    first = dates.add_months(on.replace(day=1), -1)
    agencies = Agency.objects.filter(is_active=True).select_related("area").order_by("pk")
    return sum(_draw(agency, first, on, by) for agency in agencies)


@transaction.atomic
def _draw(agency: Agency, first: date, on: date, by: User) -> int:
    last = dates.add_months(first, 1) - dates.ONE_DAY
    kept = UnusualAccess.objects.visible_to(by).filter(agency=agency, rule=SAMPLE.code, on__range=(first, last))
    if kept.exists():
        return 0
    pairs = _opened(agency, first, last)
    limits = Limits(on)
    share, most = (limits.of(agency.area, f"unusual_sample_{name}") for name in ("percent", "most"))
    wanted = min(most, ceil(len(pairs) * share / 100))
    chosen = sorted(pairs, key=lambda pair: _lot(first, pair))[:wanted]
    memberships = {m.user_id: m for m in _held(agency, first, last)}
    people = User.objects.in_bulk({person for person, _case in chosen})
    for person, case in chosen:
        day = Day(people[person], pairs[person, case], memberships[person], limits)
        keep(day, SAMPLE, Found(case, {"drawn": wanted, "of": len(pairs)}), by=by)
    if chosen:
        tell(agency.area, on=on)
    return len(chosen)


def _held(agency: Agency, first: date, last: date) -> list[Membership]:
    rows = Membership.objects.filter(agency=agency, from_on__lte=last, user__is_system=False).exclude(until__lt=first)
    return list(rows.select_related("agency__area", "role"))


def _opened(agency: Agency, first: date, last: date) -> dict[Pair, date]:
    """Who of the agency opened which case, and the last day on which he did: person by person, by the index of each."""
    found: defaultdict[Pair, date] = defaultdict(lambda: first)
    for person in {m.user_id for m in _held(agency, first, last)}:
        rows = AccessEvent.objects.filter(
            actor_id=person,
            at__gte=dates.midnight(first),
            at__lt=dates.midnight(last + dates.ONE_DAY),
            case_id__isnull=False,
            outcome=AccessEvent.Outcome.ALLOWED,
            act=Act.VIEW,
        )
        for case, at in rows.order_by("at").values_list("case_id", "at"):
            found[person, case or 0] = dates.in_london(at)
    return dict(found)


def _lot(first: date, pair: Pair) -> str:
    return salted_hmac("assurance.unusual.sample", f"{first:%Y-%m} {pair[0]} {pair[1]}").hexdigest()
