"""The page of particular groups in words: what each row of it says, and who does what next."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from mappa import dates
from mappa.templatetags.mappa import due_words, long_date
from offenders.groups import CHILDREN, IMMIGRATION, YOUTH_JUSTICE, Known, is_young, transition_due
from offenders.models import (
    ArmedService,
    CounterTerrorism,
    DatedFact,
    Immigration,
    Patient,
    PatientStep,
    Transition,
)
from offenders.models.patient import Notified
from offenders.views.record import Card, Line, Link


def some(*lines: tuple[str, str]) -> list[Line]:
    """The lines of which something is known."""
    return [Line(label, value) for label, value in lines if value]


def when(row: DatedFact) -> list[Line]:
    """From when until when, as far as it is known."""
    return some((_("From"), long_date(row.from_on)), (_("Until"), long_date(row.until)))


def notice(row: Notified) -> list[Line]:
    """When co-ordination was notified on MAPPA I, or by when it is to be."""
    if row.notice_given_on:
        return [Line(_("Co-ordination notified (MAPPA I)"), long_date(row.notice_given_on))]
    if row.notice_due_on:
        return [Line(_("MAPPA I to co-ordination"), due_words(row.notice_due_on, dates.today()))]
    return []


def patient(row: Patient) -> tuple[str, Sequence[Line]]:
    control = _("Yes: the Secretary of State for Justice consents to leave and transfer, and may discharge and recall")
    restricted = control if row.restricted else _("No")
    lines = [
        Line(_("Statute"), row.section.statute),
        Line(_("Restricted patient"), restricted),
        Line(_("Hospital") if row.section.in_hospital else _("Guardian"), row.hospital),
        Line(_("Responsible clinician or team"), row.clinician),
    ]
    return row.section.name, [*lines, *when(row), *notice(row)]


def step(row: PatientStep) -> tuple[str, Sequence[Line]]:
    what = row.get_leave_display() or row.get_discharge_display() or row.get_outcome_display()
    lines = some(
        (_("What"), what),
        (_("Decided by"), row.get_authority_display()),
        (_("Conditions and details"), row.conditions),
    )
    return row.get_kind_display(), [*lines, *when(row), *notice(row)]


def immigration(row: Immigration) -> tuple[str, Sequence[Line]]:
    lines = [
        Line(_("Home Office reference"), row.home_office_reference),
        Line(_("Detained under immigration powers"), _("Yes") if row.detained else _("No")),
        Line(_("Deportation or removal"), row.get_progress_display()),
        *some((_("Date of that step"), long_date(row.progress_on))),
        Line(_("Immigration Enforcement informed"), long_date(row.informed_on)),
        *some((_("Contact there"), row.contact)),
    ]
    return row.get_status_display(), [*lines, *when(row)]


def terrorism(row: CounterTerrorism) -> tuple[str, Sequence[Line]]:
    search = {True: _("Yes"), False: _("No")}.get(row.search_condition, "") if row.search_condition is not None else ""
    lines = [
        *some((_("Unit"), row.unit), (_("Contact there"), row.contact)),
        Line(_("Terrorist connection"), row.get_connection_display()),
        *some((_("Determined on"), long_date(row.determined_on)), (_("Personal search condition"), search)),
    ]
    return row.get_lead_display(), [*lines, *when(row)]


def service(row: ArmedService) -> tuple[str, Sequence[Line]]:
    lines = some(
        (_("Service number"), row.service_number),
        (_("Regiment, ship or station"), row.unit),
        (_("Service police contact"), row.police_contact),
    )
    return f"{row.get_status_display()}, {row.get_branch_display()}", [*lines, *when(row)]


def transition(row: Transition) -> tuple[str, Sequence[Line]]:
    lines = [Line(_("Agreed"), long_date(row.agreed_on)), Line(_("Plan"), row.plan)]
    return row.to_agency.name, [*lines, *when(row)]


def _to(route: str, known: Known, words: str) -> Link:
    return Link(reverse(route, args=[known.offender.reference]), words)


def _on_case(known: Known, kind: str) -> str:
    return _("On the case") if kind in known.kinds else _("Not on the case")


def next_for_young(known: Known) -> Card:
    """Who does what for somebody under 18."""
    led = known.offender.lead_agency.kind.code == YOUTH_JUSTICE
    planned = known.present(known.transitions) is not None
    due = transition_due(known.offender)
    lines = [
        Line(_("Lead agency"), known.offender.lead_agency.name if led else _("Not a youth justice service: check it")),
        Line(_("Children’s social care: always invited"), _on_case(known, CHILDREN)),
        Line(_("Assessment"), _("AssetPlus, by the youth justice service")),
        Line(
            _("Notification periods"),
            _("Half as long (Sexual Offences Act 2003 s.82(2)); a parent may be directed (s.89)"),
        ),
        Line(_("Before an order"), _("Ask the partner agencies for their views, always, on anybody under 18")),
        Line(_("Transition plan"), _("Agreed") if planned else due_words(due, dates.today())),
    ]
    links = [
        _to("panels:case_meetings", known, _("Invite children’s social care")),
        _to("offenders:notification", known, _("Open notification")),
        _to("offenders:transfer", known, _("Change the lead agency")),
        _to("assessments:risk", known, _("Open risk and plan")),
    ]
    return Card(_("What to do next"), lines, links, _("Under 18"), "yellow")


def next_for_patient(known: Known) -> Card:
    """Who does what for a patient."""
    lines = [
        Line(
            _("Hospital"), _("Sends MAPPA I after admission, before the first unescorted leave, and before discharge")
        ),
        Line(_("MAPPA meeting"), _("Proposes conditions. The Secretary of State or the Tribunal makes them.")),
        Line(_("Next Tribunal hearing"), long_date(known.hearing.on) if known.hearing else ""),
    ]
    links = [
        _to("offenders:sentences", known, _("Key dates and where the person is")),
        _to("offenders:move", known, _("Record a move or an absence")),
        _to("panels:refer", known, _("Refer to level 2 or 3")),
    ]
    return Card(_("What to do next"), lines, links)


def next_for_foreign(known: Known) -> Card:
    """Who does what for a foreign national."""
    spoken = "\n".join(
        f"{row.value.name}: {_('interpreter needed')}" if row.interpreter else row.value.name for row in known.languages
    )
    lines = [
        Line(_("Nationality"), ", ".join(known.foreign)),
        Line(_("Language"), spoken),
        Line(_("Home Office Immigration Enforcement"), _on_case(known, IMMIGRATION)),
        Line(
            _("In detention"), _("Detention Services Order 20/2012 governs MAPPA offenders: identification and release")
        ),
    ]
    links = [
        _to("offenders:characteristics", known, _("Nationality and language")),
        _to("panels:case_meetings", known, _("Invite Immigration Enforcement")),
        _to("offenders:sentences", known, _("Record the day of removal")),
    ]
    return Card(_("What to do next"), lines, links)


def next_for_terrorism(known: Known) -> Card:
    """Who does what, and which powers there are, as information."""
    restricted = _("Restricted to named people") if known.offender.restricted else _("Consider restricting the case")
    lines = [
        Line(_("Route"), _("Counter-terrorism policing and the probation terrorism unit lead or lead jointly")),
        Line(_("Notification"), _("Counter-Terrorism Act 2008 Part 4")),
        Line(_("Handling"), restricted),
        Line(
            _("Powers to know of"),
            _(
                "Warrant to search premises, on the application of a superintendent or above; personal search where the "
                "licence has the condition; urgent arrest pending recall. What is seized to be looked at is kept for 7 "
                "days at most (Police, Crime, Sentencing and Courts Act 2022 ss.185 to 187)"
            ),
        ),
    ]
    links = [
        _to("offenders:notification", known, _("Open notification")),
        _to("offenders:who", known, _("Who can see this")),
    ]
    if not known.offender.restricted:
        links.append(_to("offenders:restrict", known, _("Restrict the case")))
    return Card(_("What to do next"), lines, links)


def next_for_forces(known: Known) -> Card:
    """What to know of service in the armed forces."""
    lines = [
        Line(
            _("Service courts"),
            _("Not courts for category 2: a service conviction alone gives none (CJA 2003 s.327(6))"),
        ),
        Line(_("Service police"), _("A partner: ask what they hold, and agree who tells the unit")),
    ]
    return Card(_("What to do next"), lines, [_to("panels:case_meetings", known, _("Invite the service police"))])


def next_steps(slug: str, known: Known) -> list[Card]:
    """The card of who does what, for a group to which the person belongs."""
    make = {
        "patients": next_for_patient,
        "young": next_for_young if is_young(known.offender) else None,
        "foreign": next_for_foreign,
        "terrorism": next_for_terrorism,
        "forces": next_for_forces,
    }[slug]
    return [make(known)] if make else []
