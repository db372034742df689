"""The identity bar of every page about a person, and the tabs below it."""

from datetime import date
from typing import Any, TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.access import Parts, Perm, allowed
from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import clock, due_tone, due_words, long_date
from offenders import groups
from offenders.models import Dispute, Identifier, Offender, PatientStep, Precision
from offenders.models import Flag as CaseFlag
from offenders.victims import warning_words
from offenders.visibility import scope_of

# The codes by which templates name a level of risk of serious harm (mappa/templatetags/mappa.py).
RISK_CODES = {
    Offender.Rosh.LOW: "L",
    Offender.Rosh.MEDIUM: "M",
    Offender.Rosh.HIGH: "H",
    Offender.Rosh.VERY_HIGH: "VH",
}


class Flag(TypedDict):
    """A word of warning in the bar; tone is "alert", "risk", "severe" or "plain"."""

    text: str
    tone: str


class MappaBox(TypedDict):
    """Category and level, by which limb and authority, and when the next review is due: components/mappa_box.html."""

    category: int | None
    category_name: str
    level: int
    limb: str
    authority: str
    lead_agency: str
    next_review: str
    next_review_tone: str
    changed: str


class RiskRow(TypedDict):
    """Risk to one group of people, as codes that risk_word and risk_class understand; None is not known."""

    who: str
    community: str | None
    custody: str | None


class RoshBox(TypedDict):
    """Risk of serious harm; level is None while nobody has assessed it: components/rosh_box.html."""

    level: str | None
    rows: list[RiskRow]
    custody: bool
    source: str
    updated: str
    why: str


class Person(TypedDict):
    """What components/person_header.html, mappa_box.html and rosh_box.html show."""

    name: str
    reference: str
    url: str
    crn: str
    pnc: str
    born: str
    lead_agency: str
    flags: list[Flag]
    warnings: list[str]
    emergency: dict[str, str] | None
    mappa: MappaBox
    rosh: RoshBox


class Section(TypedDict):
    """One tab of a person's pages: components/sub_navigation.html, as `tabs`."""

    url: str
    label: str
    current: bool
    count: int
    about: str


SECTIONS = (
    ("overview", "offenders:overview", gettext_lazy("Overview")),
    ("record", "offenders:identity", gettext_lazy("Record")),
    ("risk", "assessments:risk", gettext_lazy("Risk and plan")),
    ("release", "reviews:release", gettext_lazy("Release")),
    ("meetings", "panels:case_meetings", gettext_lazy("Meetings")),
    ("actions", "panels:case_actions", gettext_lazy("Actions")),
    ("disclosures", "disclosures:log", gettext_lazy("Disclosures")),
    ("timeline", "offenders:timeline", gettext_lazy("Timeline")),
    ("who", "offenders:who", gettext_lazy("Who can see this")),
    ("access-log", "assurance:case_log", gettext_lazy("Access log")),
)

DISPUTED = "dispute:"  # as the lines of disputes.beside_facts begin

# Where somebody is held, and a release is planned.
HELD_IN = (Offender.Whereabouts.CUSTODY, Offender.Whereabouts.HOSPITAL, Offender.Whereabouts.DETENTION)

# The pages of the record, as its side navigation lists them.
RECORD = (
    ("identity", "offenders:identity", gettext_lazy("Identity")),
    ("characteristics", "offenders:characteristics", gettext_lazy("Characteristics")),
    ("sentences", "offenders:sentences", gettext_lazy("Offences and sentences")),
    ("category", "offenders:category", gettext_lazy("Category and level")),
    ("notification", "offenders:notification", gettext_lazy("Notification")),
    ("orders", "offenders:orders", gettext_lazy("Orders and licence")),
    ("premises", "offenders:premises", gettext_lazy("Approved premises")),
    ("flags", "offenders:flags", gettext_lazy("Flags")),
    ("groups", "offenders:groups", gettext_lazy("Particular groups")),
    ("victims", "offenders:victims", gettext_lazy("Victims")),
    ("documents", "offenders:documents", gettext_lazy("Documents")),
    ("photographs", "offenders:photographs", gettext_lazy("Photographs")),
    ("transfer", "offenders:transfer", gettext_lazy("Transfer")),
    ("charges", "reviews:charges", gettext_lazy("Serious further offences")),
    ("data", "assurance:case_data", gettext_lazy("Holds and requests")),
    ("changes", "offenders:changes", gettext_lazy("Changes")),
)
# Lines of the record that not everybody on the case may open: the link is shown to those who may.
RECORD_NEEDS = {"victims": Perm.VIEW_VICTIMS, "changes": Perm.EDIT_CASE}


def person_header(offender: Offender, user: User) -> Person:
    """Who this is, and how the person is managed: on every page about a person, forms too."""
    present = offender.identifiers.visible_to(user).standing().filter(superseded_on__isnull=True)
    absences = offender.patient_steps.visible_to(user).in_force(dates.today()).filter(kind=PatientStep.Kind.ABSENCE)
    # In one question, since every page asks it; no number is of the kind "absence".
    asked = present.order_by().values_list("pk", "kind", "value")
    disputes = offender.disputes.visible_to(user).beside_facts()
    lines = absences.order_by().values_list("pk", "kind", "reference")
    found = sorted(asked.union(lines, disputes, all=True))
    numbers: dict[str, str] = {kind: value for _pk, kind, value in found}
    disputed = [(kind.removeprefix(DISPUTED), value) for _pk, kind, value in found if kind.startswith(DISPUTED)]
    standing = list(offender.flags.visible_to(user).open().select_related("kind"))
    return Person(
        name=offender.full_name,
        reference=offender.reference,
        url=offender.get_absolute_url(),
        crn=numbers.get(Identifier.Kind.CRN, ""),
        pnc=numbers.get(Identifier.Kind.PNC, ""),
        born=born_words(offender, dates.today()),
        lead_agency=offender.lead_agency.name,
        flags=_flags(offender) + [_flag(flag) for flag in standing] + _disputes(disputed),
        warnings=[
            *groups.warnings_for(offender, user, absent=PatientStep.Kind.ABSENCE in numbers),
            *warning_words(offender, to=user),
            *(f"{flag.kind.name}. {flag.notes}" for flag in standing if flag.kind.warns),
        ],
        emergency=_emergency(offender, user),
        mappa=_mappa_box(offender, user),
        rosh=_rosh_box(offender, user),
    )


def _emergency(offender: Offender, user: User) -> dict[str, str] | None:
    """Until when the user reads the case in an emergency, and where he ends that; nothing for everybody else."""
    if offender.pk not in scope_of(user).emergency:
        return None
    row = offender.emergencies.visible_to(user).running().filter(user=user.pk).first()
    if row is None:
        return None
    return {"until": clock(row.expires_at), "url": reverse("offenders:end_emergency", args=[offender.reference])}


def born_words(offender: Offender, on: date) -> str:
    """14 May 1981 (45 years old); about 1981 (about 45 years old)."""
    years = dates.age(offender.born_on, on)
    old = ngettext("%(years)s year old", "%(years)s years old", years) % {"years": years}
    if offender.born_is != Precision.DAY:
        old = _("about %s") % old
    return f"{offender.born_in_words} ({old})"


def management(offender: Offender) -> str:
    """Category 2, Level 1; nothing while the category is not known."""
    if offender.category is None:
        return ""
    return _("Category %(category)s, Level %(level)s") % {"category": offender.category, "level": offender.level}


def _flags(offender: Offender) -> list[Flag]:
    flags = []
    if managed := management(offender):
        flags.append(Flag(text=_("MAPPA %s") % managed, tone="alert"))
    if offender.ended_on:
        flags.append(Flag(text=_("Not managed since %s") % long_date(offender.ended_on), tone="plain"))
    if offender.rosh is None:
        flags.append(Flag(text=_("ROSH unknown"), tone="plain"))
    elif offender.rosh >= Offender.Rosh.HIGH:
        tone = "severe" if offender.rosh == Offender.Rosh.VERY_HIGH else "risk"
        flags.append(Flag(text=_("%s ROSH") % offender.get_rosh_display(), tone=tone))
    if offender.whereabouts != Offender.Whereabouts.COMMUNITY:
        flags.append(Flag(text=offender.get_whereabouts_display(), tone="plain"))
    if offender.restricted:
        flags.append(Flag(text=_("Restricted case"), tone="alert"))
    return flags


def _flag(flag: CaseFlag) -> Flag:
    """A flag as the bar shows it: when its review is overdue, that is said in words."""
    if not flag.is_overdue(dates.today()):
        return Flag(text=flag.kind.name, tone=flag.kind.tone)
    words = _("%(flag)s (review overdue since %(date)s)")
    return Flag(text=words % {"flag": flag.kind.name, "date": long_date(flag.review_on)}, tone=flag.kind.tone)


def _disputes(disputed: list[tuple[str, str]]) -> list[Flag]:
    """What the person says is wrong, on every page, so that nobody takes the fact as undisputed."""
    words = _("Disputed by the person: %(fact)s (%(page)s)")
    return [
        Flag(text=words % {"fact": fact, "page": Dispute.Page(page).label}, tone="plain") for page, fact in disputed
    ]


def _mappa_box(offender: Offender, user: User) -> MappaBox:
    today = dates.today()
    bases = offender.bases.visible_to(user).standing().filter(category=offender.category or 0)
    basis = bases.order_by("-starts_on").first()
    level = offender.levels.visible_to(user).filter(until__isnull=True).first()
    return MappaBox(
        category=offender.category,
        category_name=offender.get_category_display() if offender.category else "",
        level=offender.level,
        limb=basis.limb if basis else "",
        authority=basis.authority if basis else "",
        lead_agency=offender.lead_agency.name,
        next_review=due_words(offender.next_review_on, today),
        next_review_tone=due_tone(offender.next_review_on, today),
        changed=long_date(level.from_on) if level else "",
    )


def _rosh_box(offender: Offender, user: User) -> RoshBox:
    # Assessments belong to the room above; they are reached from the case, by name.
    latest = offender.assessments.visible_to(user).select_related("assessed_by").first()
    lines = latest.by_group() if latest else []
    return RoshBox(
        level=risk_code(offender.rosh),
        rows=[
            RiskRow(who=who, community=risk_code(community), custody=risk_code(custody))
            for who, community, custody in lines
        ],
        custody=bool(lines),
        source=_rosh_source(latest),
        updated=long_date(latest.assessed_on) if latest else "",
        why=_rosh_unknown(assessed=latest is not None),
    )


def risk_code(level: int | None) -> str | None:
    """The code of a level of risk; None while it is not known."""
    return None if level is None else RISK_CODES[Offender.Rosh(level)]


def _rosh_source(latest: Any) -> str:
    if latest is None:
        return ""
    words = _("Assessed by %s, not countersigned yet") if latest.is_unsigned() else _("Assessed by %s")
    return str(words % latest.assessed_by.name)


def _rosh_unknown(*, assessed: bool) -> str:
    if assessed:
        return _(
            "The last assessment leaves the level not known. Treat the risk as not known, not as low: read there what is done to find out, and review the assessment."
        )
    return _("Nobody has assessed the risk of serious harm here. Treat it as not known, not as low: assess it.")


def sections(offender: Offender, current: str, user: User) -> list[Section]:
    """The tabs of a person's pages; `current` is the first word of its line in SECTIONS. A release is planned of whoever is held."""
    open_actions = offender.actions.visible_to(user).open().count()
    # The log asks for nothing but whose area and lead agency it is: no grant need be read for it.
    hidden = (
        set() if allowed(user, Perm.ACCESS_LOG, on=Parts(offender.area_id, offender.lead_agency_id)) else {"access-log"}
    )
    if offender.whereabouts not in HELD_IN:
        hidden.add("release")
    return [
        Section(
            url=reverse(route, args=[offender.reference]),
            label=str(label),
            current=name == current,
            count=open_actions if name == "actions" else 0,
            about=_("open") if name == "actions" else "",
        )
        for name, route, label in SECTIONS
        if name not in hidden or current == name
    ]


def record_pages(offender: Offender, current: str, user: User | None = None) -> list[dict[str, object]]:
    """The pages of the record that the user may open; `current` is the first word of its line in RECORD.

    Whether a role could ever open a page is asked first: it costs nothing, and most people hold no such role.
    """
    return [
        {"url": reverse(route, args=[offender.reference]), "label": str(label), "current": name == current}
        for name, route, label in RECORD
        if name not in RECORD_NEEDS or _may_open(user, RECORD_NEEDS[name], offender)
    ]


def _may_open(user: User | None, perm: Perm, offender: Offender) -> bool:
    return user is not None and allowed(user, perm) and allowed(user, perm, on=offender)
