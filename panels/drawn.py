"""What the record says under the first headings of the minutes, on the day on which it is asked.

What everyone who sees the case reads is for everyone invited; what the record keeps to those who manage the case is for
the Responsible Authority. Nothing of the victims' compartment is drawn.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.header import born_words
from offenders.models import Characteristic, Identifier, Offender
from offenders.sentencing import imposed_words
from panels.models import AgendaItem, Audience, Paragraph, Referral

Section = Paragraph.Section


@dataclass(frozen=True)
class Drawn:
    """What the record says under a heading, for an audience."""

    section: str
    text: str
    audience: str = Audience.EVERYONE


Lines = Iterable[tuple[str, str]]


def drawn(item: AgendaItem, user: User) -> list[Drawn]:
    """What the record says, heading by heading; headings of which it says nothing are left out."""
    case = item.offender
    found = [
        Drawn(Section.CATEGORY, _text(_category(case, user))),
        Drawn(Section.PERSON, _text(_person(case, user))),
        Drawn(Section.PERSON, _text(_kept_close(case, user)), Audience.AUTHORITY),
        Drawn(Section.OFFENCES, _text(_offences(case, user))),
        Drawn(Section.DATES, _text(_dates(case, user))),
        Drawn(Section.HOSPITAL, _text(_hospital(case, user)), Audience.AUTHORITY),
        Drawn(Section.RELEVANT, _text(_relevant(case, user))),
    ]
    return [each for each in found if each.text]


def _text(lines: Lines) -> str:
    return "\n".join(f"{label}: {value}" for label, value in lines if value)


def _category(case: Offender, user: User) -> Lines:
    bases = case.bases.visible_to(user).standing().filter(category=case.category or 0).order_by("-starts_on")
    yield _("Category"), case.get_category_display() if case.category else _("none recorded")
    yield _("By"), "; ".join(f"{basis.limb} ({basis.authority})" for basis in bases[:3])
    yield _("Level"), case.get_level_display()
    yield _("Lead agency"), case.lead_agency.name
    yield _("Next review due"), long_date(case.next_review_on)


def _person(case: Offender, user: User) -> Lines:
    today = dates.today()
    yield _("Name"), case.full_name
    yield _("Other names"), "; ".join(row.full_name for row in case.aliases.visible_to(user).in_force(today))
    yield _("Date of birth"), born_words(case, today)
    numbers = case.identifiers.visible_to(user).standing().filter(superseded_on__isnull=True)
    for kind in (Identifier.Kind.CRN, Identifier.Kind.PNC, Identifier.Kind.VISOR, Identifier.Kind.NOMS):
        yield str(kind.label), ", ".join(row.value for row in numbers if row.kind == kind)
    described = case.characteristics.visible_to(user).in_force(today).exclude(kind__in=Characteristic.RESTRICTED)
    yield from ((row.get_kind_display(), row.value.name) for row in described.select_related("value"))
    yield _("Where the person is"), case.get_whereabouts_display()
    living = case.addresses.visible_to(user).in_force(today).filter(Q(from_on__isnull=True) | Q(from_on__lte=today))
    yield from ((row.get_kind_display(), ", ".join(row.address.splitlines())) for row in living)


def _kept_close(case: Offender, user: User) -> Lines:
    rows = case.characteristics.visible_to(user).in_force(dates.today()).filter(kind__in=Characteristic.RESTRICTED)
    return [(row.get_kind_display(), row.value.name) for row in rows.select_related("value")]


def _offences(case: Offender, user: User) -> Lines:
    rows = list(case.convictions.visible_to(user).in_force().with_sentence(user))
    for row in sorted(rows, key=lambda row: (not row.is_index, -row.dealt_with_on.toordinal())):
        words = [long_date(row.dealt_with_on), row.title, row.court, imposed_words(row)]
        label = _("Index offence") if row.is_index else _("Offence")
        yield label, ", ".join(filter(None, words))


def _dates(case: Offender, user: User) -> Lines:
    for row in case.key_dates.visible_to(user).standing():
        yield row.get_kind_display(), long_date(row.on)
    for order in case.orders.visible_to(user).standing().select_related("kind"):
        ends = long_date(order.ends_on) if order.ends_on else _("until further order")
        yield order.kind.name, ends


def _hospital(case: Offender, user: User) -> Lines:
    rows = case.patient_records.visible_to(user).in_force(dates.today()).select_related("section")
    for row in rows:
        words = _("%(section)s, since %(day)s") % {"section": row.section.name, "day": long_date(row.from_on)}
        yield row.hospital, words


def _relevant(case: Offender, user: User) -> Lines:
    accepted = case.referrals.visible_to(user).filter(outcome=Referral.Outcome.ACCEPTED)
    referral = accepted.order_by("-decided_at").first()
    yield _("Reason for referral"), referral.reason if referral else ""
    yield _("Risk of serious harm"), case.get_rosh_display() if case.rosh else _("not assessed")
    flags = case.flags.visible_to(user).open().select_related("kind")
    yield _("Flags"), "; ".join(flag.kind.name for flag in flags)
