"""To which particular groups a person belongs, by the facts of the record, and what must be known at once.

MAPPA Guidance chapters on mentally disordered offenders (26), foreign nationals, terrorism, young people and the armed
forces (16); domain.md 12. Nothing here is stored: a fact that changes changes the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, DateField, Exists, F, Func, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from agencies.models.standard import Standard, value
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.models import (
    ArmedService,
    Characteristic,
    CounterTerrorism,
    Disposal,
    GroupFact,
    Immigration,
    KeyDate,
    Offender,
    Patient,
    PatientStep,
    Transition,
)
from offenders.models.offender import OffenderQuerySet
from offenders.models.patient import sees_patients

ADULT = 18
Where = Offender.Whereabouts
ORDERS = (Disposal.Kind.HOSPITAL, Disposal.Kind.RESTRICTED_HOSPITAL, Disposal.Kind.GUARDIANSHIP)
# Nationalities that make nobody a foreign national, and what is not known.
CITIZENS = ("british", "ireland")
NOT_FOREIGN = (*CITIZENS, "unknown", "not-said")
YOUTH_JUSTICE, CHILDREN, IMMIGRATION = "yot", "social-services", "immigration"
_LATER: dict[str, Any] = {
    "template": "(%(expressions)s)::date",
    "arg_joiner": " + interval '1 month' * ",
    "output_field": DateField(),
}
MOST = 60  # rows of a kind that the page reads


@dataclass(frozen=True)
class Known:
    """What the record says that bears on the groups, as far as the reader may know it."""

    offender: Offender
    reads_patients: bool
    orders: Sequence[Disposal]
    foreign: Sequence[str]
    is_citizen: bool  # by a nationality, whatever others the person has
    languages: Sequence[Characteristic]
    patients: Sequence[Patient]
    steps: Sequence[PatientStep]
    hearing: KeyDate | None
    immigration: Sequence[Immigration]
    terrorism: Sequence[CounterTerrorism]
    service: Sequence[ArmedService]
    transitions: Sequence[Transition]
    kinds: frozenset[str]  # kinds of agencies on the case

    def present(self, rows: Sequence[GroupFact]) -> GroupFact | None:
        """The record that holds today, or is planned."""
        return next((row for row in rows if row.withdrawn_at is None and not row.has_ended(dates.today())), None)


@dataclass(frozen=True)
class Group:
    """A group to which the person belongs, and by which facts."""

    slug: str
    name: str
    why: Sequence[str]


def read(offender: Offender, user: User) -> Known:
    """Everything the page needs, read as the user may."""
    said = offender.characteristics.visible_to(user).in_force(dates.today()).select_related("value")
    described = list(said.filter(kind__in=["nationality", "language"]))
    nations = [row.value for row in described if row.kind == "nationality"]
    hearings = offender.key_dates.visible_to(user).standing()
    parts = offender.parts()
    on_case = Agency.objects.filter(pk__in=[*parts.involved, offender.lead_agency_id])
    people = ("added_by", "withdrawn_by")
    return Known(
        offender=offender,
        reads_patients=sees_patients(user, offender),
        orders=list(offender.disposals.visible_to(user).standing().filter(kind__in=ORDERS)),
        foreign=[value.name for value in nations if value.code not in NOT_FOREIGN],
        is_citizen=any(value.code in CITIZENS for value in nations),
        languages=[row for row in described if row.kind == "language"],
        patients=list(offender.patient_records.visible_to(user).select_related("section", *people)[:MOST]),
        steps=list(offender.patient_steps.visible_to(user).select_related(*people)[:MOST]),
        hearing=hearings.filter(kind=KeyDate.Kind.TRIBUNAL_HEARING, on__gte=dates.today()).first(),
        immigration=list(offender.immigration_records.visible_to(user).select_related(*people)[:MOST]),
        terrorism=list(offender.terrorism_records.visible_to(user).select_related(*people)[:MOST]),
        service=list(offender.service_records.visible_to(user).select_related(*people)[:MOST]),
        transitions=list(offender.transitions.visible_to(user).select_related("to_agency", *people)[:MOST]),
        kinds=frozenset(on_case.values_list("kind__code", flat=True)),
    )


def applying(known: Known) -> list[Group]:
    """The groups to which the person belongs today, each with the facts that say so."""
    found = (
        ("patients", _("Mentally disordered offender"), _why_patient(known)),
        ("young", _("Child or young person"), _why_young(known.offender)),
        ("foreign", _("Foreign national"), _why_foreign(known)),
        ("terrorism", _("Terrorist or terrorism-risk offender"), _why_terrorism(known)),
        (
            "forces",
            _("Armed forces"),
            [_("Service in the armed forces is recorded")] if known.present(known.service) else [],
        ),
    )
    return [Group(slug, name, why) for slug, name, why in found if why]


def _why_patient(known: Known) -> list[str]:
    """By the sentence and the whereabouts, which all on the case read; by the patient's record for those who may."""
    today = dates.today()
    running = [row for row in known.orders if row.ends_on is None or row.ends_on >= today]
    why = [f"{row.get_kind_display()}, {long_date(row.imposed_on)}" for row in running]
    if known.offender.whereabouts == Where.HOSPITAL:
        why.append(_("In hospital"))
    patient = known.present(known.patients)
    if isinstance(patient, Patient):
        why.append(f"{patient.section}, {long_date(patient.from_on)}")
    return why


def _why_young(offender: Offender) -> list[str]:
    if not is_young(offender):
        return []
    return [_("Under 18 until %s") % long_date(eighteenth(offender))]


def _why_foreign(known: Known) -> list[str]:
    """Nothing of who is a British or Irish citizen too: by nationality, or by the status that is recorded."""
    row = known.present(known.immigration)
    if known.is_citizen or (isinstance(row, Immigration) and row.status == Immigration.Status.CITIZEN):
        return []
    why = [_("Nationality: %s") % name for name in known.foreign]
    if isinstance(row, Immigration):
        why.append(_("Immigration status: %s") % row.get_status_display())
    return why


def _why_terrorism(known: Known) -> list[str]:
    why = []
    if known.offender.category == Offender.Category.TERRORIST:
        why.append(_("Category 4"))
    if known.present(known.terrorism):
        why.append(_("A counter-terrorism record is kept"))
    return why


def eighteenth(offender: Offender) -> date:
    """The 18th birthday, counted from the recorded date of birth."""
    return dates.add_years(offender.born_on, ADULT)


def is_young(offender: Offender) -> bool:
    """Under 18 today; where only a month or a year is known, perhaps under 18 counts as under 18 until the end of it."""
    return dates.today() < eighteenth(offender)


def transition_due(offender: Offender) -> date:
    """By when the way to adult services is planned: months before the 18th birthday (standard, local practice)."""
    return dates.add_months(eighteenth(offender), -value("transition_months", offender.area, dates.today()))


def turning_adult(cases: OffenderQuerySet, on: date) -> OffenderQuerySet:
    """Cases of people who are under 18, or became 18 in the last year while managed, and for whom no plan is recorded.

    Annotated with `transition_due`: the months before the 18th birthday are the standard of the area, or the national one.
    """
    months, own = _transition_months(on)
    share = Case(*(When(area=area, then=Value(ADULT * 12 - m)) for area, m in own), default=Value(ADULT * 12 - months))
    adult = Func(F("born_on"), Value(ADULT * 12), **_LATER)
    planned = Transition.objects.filter(offender=OuterRef("pk"), withdrawn_at__isnull=True)
    # The first filter is on a column with an index, so that a million adults are never looked at.
    cases = cases.filter(born_on__gt=dates.add_years(on, -ADULT - 1)).annotate(
        transition_due=Func(F("born_on"), share, **_LATER), adult_on=adult
    )
    return cases.filter(~Exists(planned), registered_at__date__lt=F("adult_on"))


def _transition_months(on: date) -> tuple[int, list[tuple[int, int]]]:
    """The national standard and those of areas that have their own, in one query. Raises UnknownStandardError."""
    rows = Standard.objects.filter(Q(until__isnull=True) | Q(until__gte=on), name="transition_months", from_on__lte=on)
    found = {row.area_id: int(row.value) for row in rows.order_by("from_on")}
    national = found.pop(None, None)
    if national is None:
        national = value("transition_months", None, on)
    return national, [(area, months) for area, months in found.items() if area is not None]


def warnings_for(offender: Offender, user: User, *, absent: bool) -> list[str]:
    """What prevents harm when it is known at once, each with its source; stands on every page about the person.

    Costs nothing for an adult who is neither in hospital nor absconded, nor `absent`: a patient on leave, or
    discharged and recalled, is absent wherever he was last recorded. What is about a patient is told only to those who
    may read it.
    """
    if offender.ended_on:
        return []
    found = []
    if is_young(offender) and offender.lead_agency.kind.code != YOUTH_JUSTICE:
        found.append(
            _(
                "Under 18 and not led by a youth justice service (youth offending team). "
                "It leads under-18 cases that it supervises: check the lead agency. (MAPPA Guidance, lead agency)"
            )
        )
    if absent or offender.whereabouts in (Where.HOSPITAL, Where.ABSCONDED):
        found += _patient_warnings(offender, user)
    return found


def _patient_warnings(offender: Offender, user: User) -> list[str]:
    today = dates.today()
    absences = offender.patient_steps.visible_to(user).in_force(today).filter(kind=PatientStep.Kind.ABSENCE)
    absent = absences.first()
    patient = None
    if offender.whereabouts in (Where.HOSPITAL, Where.ABSCONDED):
        patient = offender.patient_records.visible_to(user).in_force(today).first()
    found = []
    if absent is not None:
        words = _(
            "Patient absent without leave since %s. Tell the police and the hospital (Mental Health Act 1983 s.18)."
        )
        found.append(words % long_date(absent.from_on))
    elif patient is not None and offender.whereabouts == Where.ABSCONDED:
        found.append(_("Patient absconded. Tell the police and the hospital (Mental Health Act 1983 s.18)."))
    if patient is not None and patient.restricted:
        found.append(
            _(
                "Restricted patient: leave, transfer and discharge by the hospital only with the consent of the "
                "Secretary of State for Justice (Mental Health Act 1983 s.41(3)(c))."
            )
        )
    return found
