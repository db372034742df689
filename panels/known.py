"""What the record says of a person, as a referral shows it: nothing is typed again, and what is missing says where it is put right."""

from collections.abc import Callable
from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from assessments.validity import agencies_on
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.header import born_words
from offenders.models import Address, Offender
from offenders.sentencing import imposed_words


class Known(TypedDict):
    """One thing that the record says, as govuk/summary_list.html shows it; `url`, where it is added, only while it is missing."""

    label: str
    value: str
    url: str
    action: str


def _known(label: str, value: str, offender: Offender, route: str) -> Known:
    url = "" if value else reverse(route, args=[offender.reference])
    return Known(label=label, value=value, url=url, action=_("Add it to the record"))


def known(offender: Offender, part: str, user: User) -> list[Known]:
    """What the user may read of one part of the record; nothing for a part that has none."""
    return PARTS[part](offender, user) if part in PARTS else []


def _person(offender: Offender, user: User) -> list[Known]:
    numbers = offender.identifiers.visible_to(user).standing().filter(superseded_on__isnull=True)
    held = "\n".join(f"{row.get_kind_display()} {row.value}" for row in numbers.order_by("kind", "pk"))
    aliases = offender.aliases.visible_to(user).standing()[:8]
    names = "\n".join(f"{row.surname}, {row.forenames}".strip(", ") for row in aliases)
    today = dates.today()
    homes = offender.addresses.visible_to(user).in_force(today).filter(kind__in=Address.MAIN, from_on__lte=today)
    home = homes.first()
    there = f"{home.get_kind_display()}\n{home.address}\n{home.postcode}".strip() if home else ""
    officer = offender.lead_officer.name if offender.lead_officer else ""
    return [
        _known(_("Name"), offender.full_name, offender, "offenders:identity"),
        _known(_("Date of birth"), born_words(offender, today), offender, "offenders:identity"),
        *([_known(_("Other names"), names, offender, "offenders:identity")] if names else []),
        _known(_("Numbers"), held, offender, "offenders:identity"),
        _known(_("Where the person is"), offender.get_whereabouts_display(), offender, "offenders:sentences"),
        _known(_("Main address"), there, offender, "offenders:identity"),
        _known(_("Lead agency"), offender.lead_agency.name, offender, "offenders:who"),
        _known(_("Lead officer"), officer, offender, "offenders:who"),
    ]


def _offence(offender: Offender, user: User) -> list[Known]:
    rows = offender.convictions.visible_to(user).in_force().with_sentence(user).order_by("-is_index", "-dealt_with_on")
    convictions = "\n\n".join(
        "\n".join(
            filter(None, [row.title, f"{long_date(row.dealt_with_on)}, {row.court}".strip(", "), imposed_words(row)])
        )
        for row in rows[:6]
    )
    bases = offender.bases.visible_to(user).standing().filter(category=offender.category or 0)
    basis = bases.order_by("-starts_on").first()
    category = offender.get_category_display() if offender.category else ""
    why = f"\n{basis.explanation} ({basis.authority})" if basis else ""
    return [
        _known(_("Offences, the index offence first"), convictions, offender, "offenders:sentences"),
        _known(_("Category"), f"{category}{why}", offender, "offenders:category"),
        _known(_("Level now"), offender.get_level_display(), offender, "offenders:category"),
    ]


def _risk(offender: Offender, user: User) -> list[Known]:
    latest = offender.assessments.visible_to(user).select_related("assessed_by").first()
    level = offender.get_rosh_display() if offender.rosh else ""
    assessed = f"{long_date(latest.assessed_on)}, {latest.assessed_by.name}" if latest else ""
    plan = offender.plans.visible_to(user).current().first()
    version = _("Version %s, in force") % plan.number if plan else ""
    flags = "\n".join(row.kind.name for row in offender.flags.visible_to(user).open().select_related("kind"))
    lines = [
        _known(_("Risk of serious harm"), level, offender, "assessments:assess"),
        _known(_("Assessed"), assessed, offender, "assessments:assess"),
        _known(_("Risk management plan"), version, offender, "assessments:risk"),
    ]
    return [*lines, *([_known(_("Flags"), flags, offender, "offenders:flags")] if flags else [])]


def _agencies(offender: Offender, user: User) -> list[Known]:
    names = Agency.objects.filter(pk__in=agencies_on(offender)).order_by("name").values_list("name", flat=True)
    return [
        _known(_("Lead agency"), offender.lead_agency.name, offender, "offenders:who"),
        _known(_("Agencies of which somebody sees the case"), "\n".join(names), offender, "offenders:who"),
    ]


PARTS: dict[str, Callable[[Offender, User], list[Known]]] = {
    "person": _person,
    "offence": _offence,
    "risk": _risk,
    "agencies": _agencies,
}
PART_TITLES: dict[str, Callable[[], str]] = {
    "person": lambda: _("The person, as the record says"),
    "offence": lambda: _("Offences and category, as the record says"),
    "risk": lambda: _("Risk, as the record says"),
    "agencies": lambda: _("Agencies, as the record says"),
}
