"""What an asked agency can find a person by: whoever asks chooses from it what is given."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.models import User
from mappa import dates
from offenders.models import Address, Offender


@dataclass(frozen=True)
class Detail:
    """One thing known of the person, in words that stand alone. Its code names it to those who choose."""

    code: str
    label: str
    value: str


def details_of(offender: Offender, user: User) -> list[Detail]:
    """Date of birth, other names, numbers and the main address, as far as the user sees them and they are recorded."""
    today = dates.today()
    names = offender.aliases.visible_to(user).in_force(today)
    found = [
        Detail("born", _("Date of birth"), offender.born_in_words),
        Detail("names", _("Other names"), "; ".join(alias.full_name for alias in names)),
    ]
    numbers = offender.identifiers.visible_to(user).standing().filter(superseded_on__isnull=True)
    found += [Detail(f"number-{row.reference}", str(row.get_kind_display()), row.value) for row in numbers]
    homes = offender.addresses.visible_to(user).in_force(today).filter(kind__in=Address.MAIN, from_on__lte=today)
    found += [
        Detail("address", _("Main address"), ", ".join(filter(None, [*home.address.splitlines(), home.postcode])))
        for home in homes
    ]
    return [detail for detail in found if detail.value]
