"""Rows of the record in a state that a form needs and the smallest valid row is not in.

Each is given `case`, which makes a case, and answers the row whose reference the address names.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from agencies.models import Agency, User
from assessments.models import Heading, PlanSection
from offenders import actions, merging
from offenders.models import ImportRow, Offender
from panels import actions as panels
from tests import factories as f
from tests.disclosures import writing
from tests.factories.category import convict, minor
from tests.factories.world import in_days

Case = Callable[..., Any]


def played(who: str) -> User:
    return User.objects.get(email=f"{who}@demo.invalid")


def agency(kind: str, area: str = "bedfordshire") -> Agency:
    return Agency.objects.get(area__slug=area, kind__code=kind)


class Pair:
    """Two references of one address."""

    def __init__(self, one: str, other: str) -> None:
        self.reference = f"{one}/{other}"


def two_records(case: Case) -> Pair:
    return Pair(case().reference, case(born_on=date(1981, 5, 14)).reference)


def shared(case: Case) -> Any:
    offender = case()
    f.GroupGrantFactory(content_object=offender, group=agency("housing").group, given_by=played("probation-manager"))
    return offender


def named(case: Case) -> Any:
    offender = case()
    f.PersonalGrantFactory(content_object=offender, user=played("health"), given_by=played("probation-manager"))
    return offender


def restricted(case: Case) -> Any:
    manager = played("probation-manager")
    offender = case(restricted=True)
    f.PersonalGrantFactory(content_object=offender, user=manager, given_by=manager)
    f.RestrictionFactory(offender=offender, made_by=manager)
    return offender


def excluded(case: Case) -> Any:
    offender = case()
    f.ExclusionFactory(offender=offender, user=played("health"), made_by=played("probation-manager"))
    return offender


def warned(case: Case) -> Any:
    offender = case()
    f.CaseWarningFactory(offender=offender, officer=played("victim-liaison"), agency=agency("probation"))
    return offender


def assessed(case: Case) -> Any:
    offender = case()
    f.AssessmentFactory(offender=offender)
    return offender


def officer_left(case: Case) -> Any:
    offender = case()
    f.CaseWarningFactory(offender=offender, officer=played("nw-victim-liaison"), agency=agency("probation"))
    return offender


def whole_plan(case: Case, **more: Any) -> Any:
    plan = f.PlanFactory(offender=case(), **more)
    for heading in Heading:
        f.PlanSectionFactory(offender=plan.offender, plan=plan, heading=heading)
    f.MeasureFactory(offender=plan.offender, plan=plan)
    return plan


def partnered_plan(case: Case) -> Any:
    """A draft on a case that housing sees too, with what is said of victims kept to the authority."""
    plan = whole_plan(lambda: shared(case))
    PlanSection._base_manager.filter(plan=plan, heading=Heading.VICTIM_SAFETY).update(audience="authority")
    return plan


def sent_plan(case: Case) -> Any:
    return whole_plan(case, sent=True, sent_by=played("probation"))


def signed_plan(case: Case) -> Any:
    return whole_plan(case, signed=True)


def given_plan(case: Case) -> Any:
    plan = whole_plan(case, current=True)
    return f.PlanShareFactory(offender=plan.offender, plan=plan, agency=plan.offender.lead_agency)


def with_partner(case: Case) -> Any:
    offender = shared(case)
    f.PlanFactory(offender=offender)
    return offender


def in_force(case: Case) -> Any:
    offender = case()
    return f.MeasureFactory(offender=offender, plan=f.PlanFactory(offender=offender, current=True))


def with_terms(case: Case) -> Any:
    plan = whole_plan(case)
    f.OrderFactory(offender=plan.offender)
    f.FlagFactory(offender=plan.offender)
    return plan


def ended(case: Case) -> Any:
    offender = case(category=None, next_review_on=None, ended_on=in_days(-30), level=1, level_period=False)
    f.CategoryBasisFactory(offender=offender)
    return offender


def recalled(case: Case) -> Any:
    return f.RecallFactory(offender=case())


def back_in_custody(case: Case) -> Any:
    return f.RecallFactory(offender=case(), returned_on=in_days(-1), returned_by=played("probation-manager"))


def overdue(case: Case) -> Any:
    offender = case()
    requirement = f.NotificationRequirementFactory(offender=offender)
    return f.NotificationDueFactory(offender=offender, requirement=requirement, due_on=in_days(-3))


def accepted(case: Case) -> Pair:
    """With premises of its own to choose, so that a bed is free."""
    proposal = f.PremisesProposalFactory(offender=case(), accepted=True)
    return Pair(proposal.reference, own_premises(proposal.offender).code)


def own_premises(offender: Any) -> Any:
    return f.PremisesFactory(code=offender.reference.lower(), area=offender.area)


def placed(case: Case, **more: Any) -> Any:
    """In premises of its own, so that no two sleep in one bed."""
    offender = case()
    return f.PremisesPlaceFactory(offender=offender, premises=own_premises(offender), **more)


def arrived(case: Case) -> Any:
    return placed(case, arrived_on=in_days(-5))


def merged(case: Case) -> Any:
    """Merged by the verb itself: what it keeps is what is undone."""
    offender, other = case(), case(born_on=date(1981, 5, 14))
    by = played("coordinator")
    seen = merging.preview(offender=offender, other=other, choices={}, by=by)
    return merging.merge(offender=offender, other=other, choices={}, reason="One person", confirmed=seen.token, by=by)


def to_another_area(case: Case) -> Any:
    """Proposed by the verb itself, which lets the receiving co-ordination see the case."""
    receiving, by = agency("probation", "north-wales"), played("probation-manager")
    transfer = actions.propose_transfer(
        offender=case(), to_area=receiving.area, to_agency=receiving, reason="Moves to his sister", by=by
    )
    transfer.items.visible_to(by).update(ticked_on=in_days(0), ticked_by=by)
    return transfer


def with_keepers(case: Case) -> Any:
    """Named on it are the one who restricts it and a coordinator of the area."""
    offender = case()
    for who in ("probation-manager", "coordinator"):
        f.PersonalGrantFactory(content_object=offender, user=played(who), given_by=played("probation-manager"))
    return offender


def proposed(case: Case) -> Any:
    return to_another_area(case).offender


def of_the_officer() -> Any:
    officer, probation = played("probation"), agency("probation")
    return f.ImportRunFactory(by=officer, agency=probation, area=probation.area)


def brought(_case: Case) -> Any:
    return of_the_officer()


def waiting(_case: Case) -> Any:
    """A row that lacks its first names."""
    run = of_the_officer()
    number = ImportRow._base_manager.count()
    cells = {
        "surname": f"Waitingale{'abcdefghij'[number % 10] * 3}", "forenames": "", "born_on": f"{1 + number % 28}/3/1961",
        "area": "bedfordshire", "lead_agency": "probation", "offence_code": "OAPA18", "dealt_with_on": "01/03/2024",
        "disposal": "imprisonment", "term_months": "18",
    }  # fmt: skip
    return f.ImportRowFactory(run=run, cells=cells)


def convicted(case: Case) -> Any:
    return minor(case()).offender


def sentenced(case: Case) -> Any:
    return f.sentenced(offender=case()).offender


def sexual(case: Case) -> Any:
    return convict(case(), schedule_3=True).offender


def decided(case: Case) -> Any:
    decision = f.CategoryDecisionFactory(offender=case(category=3, level=2))
    f.CategoryBasisFactory(
        offender=decision.offender, category=3, limb="s.325(2)(b)", starts_on=decision.decided_on, decision=decision
    )
    return decision


def child(case: Case) -> Any:
    return f.NotificationRequirementFactory(offender=case(born_on=in_days(-16 * 365)), relevant_on=in_days(-30))


def indefinite(case: Case) -> Any:
    requirement = f.NotificationRequirementFactory(
        offender=case(born_on=date(1960, 5, 14)),
        relevant_on=date(2004, 3, 1),
        lasts="sentence",
        disposal="life",
        indefinite=True,
    )
    f.RequirementPeriodFactory(offender=requirement.offender, requirement=requirement, indefinite=True)
    f.NotificationFactory(
        offender=requirement.offender, requirement=requirement, kind="initial", given_on=date(2004, 3, 2)
    )
    return requirement


def noticed(case: Case) -> Any:
    return f.NotificationFactory(offender=case(), kind="address", given_on=in_days(-5), expected_on=in_days(2))


def of_requirement(row: Any) -> Any:
    """Under a requirement of the Act that asks for what the row tells."""
    f.NotificationRequirementFactory(offender=row.offender)
    return row


def premises(case: Case) -> Any:
    return of_requirement(f.OtherPremisesFactory(offender=case()))


def leaving(case: Case) -> Any:
    return of_requirement(f.ForeignTravelFactory(offender=case(), leaves_on=in_days(30)))


def returned(case: Case) -> Any:
    row = f.ForeignTravelFactory(offender=case(), leaves_on=in_days(-30), returned_on=in_days(-1))
    return of_requirement(row)


def conditioned(case: Case) -> Any:
    return f.LicenceConditionFactory(offender=case()).licence


def standard(case: Case) -> Any:
    text = f.ConditionTextFactory(code="a-standard-one", group="standard", text="Behave well")
    return f.LicenceConditionFactory(offender=case(), wording=text).licence


def to_monitor(case: Case) -> Any:
    return f.LicenceConditionFactory(offender=case()).offender


def revoked(case: Case) -> Any:
    return f.RecallFactory(offender=case(), licence=f.LicenceFactory(offender=case()))


def in_scheme(case: Case) -> Any:
    return f.ContactSchemeFactory(offender=case(), begun_by=played("victim-liaison")).victim


def kept(case: Case) -> Any:
    return f.SavedViewFactory(user=played("probation"), name=f"View of {case().reference}")


def drafted(case: Case) -> Any:
    return f.DisclosureDraftFactory(offender=case(), user=played("probation"), answers=writing.PAGES)


def to_be_told(case: Case) -> Any:
    return f.DisclosureFactory(offender=case(), authorised=True)


def asked(case: Case) -> Any:
    """Housing is asked, which does not see the case."""
    return f.InformationRequestFactory(offender=case(), agency=agency("housing"), asking_agency=agency("probation"))


def application(**state: Any) -> Any:
    """An application about nobody on record, which the police officer deals with."""
    known = {"unmatched": True, "agency": agency("police"), "officer": played("police")}
    return f.SchemeApplicationFactory(**known | state)


def taken(_case: Case) -> Any:
    return application()


def at_risk(_case: Case) -> Any:
    return application(urgent=True)


def checked_application(_case: Case) -> Any:
    return application(checked=True)


def met_applicant(_case: Case) -> Any:
    return application(met=True)


def assessed_application(_case: Case) -> Any:
    return application(assessed=True)


def answered_application(_case: Case) -> Any:
    return application(decided=True, outcome="no-concern", against_presumption="He moved away")


def taken_about_a_case(case: Case) -> Pair:
    """With the reference of the case that it is about."""
    row, offender = application(), case()
    return Pair(row.reference, offender.reference)


def matched(case: Case) -> Any:
    return application(unmatched=False, offender=case())


def to_disclose(case: Case) -> Any:
    return application(unmatched=False, offender=case(), decided=True)


def minuted(case: Case) -> Pair:
    """A meeting whose minutes are approved, at which housing was, with the item about one person."""
    chair, coordinator, offender = played("chair"), played("coordinator"), case(level=Offender.Level.ACTIVE)
    meeting = f.MeetingFactory(
        area=offender.area, chair=chair, arranged_by=coordinator, starts_at=timezone.now() - timedelta(days=1)
    )
    item = panels.add_item(meeting=meeting, offender=offender, minutes=30, by=coordinator)
    panels.invite(item=item, agencies=[agency("housing"), agency("probation")], by=coordinator)
    came = list(item.invitations.visible_to(coordinator).select_related("agency", "attended_by"))
    for invitation in came:
        panels.take_attendance(invitation=invitation, attendance="present", who="Pat Brook", by=coordinator)
    panels.record_agreements(item=item, invitations=came, by=coordinator)
    words = {
        "09-agencies": ("Two calls were reported", "everyone"),
        "14-risk": ("An informant is at risk", "authority"),
    }
    for row in item.paragraphs.visible_to(coordinator):
        text, audience = words.get(row.section, ("Considered", row.audience))
        panels.save_paragraph(paragraph=row, text=text, audience=audience, version=0, by=coordinator)
    panels.decide(
        item=item,
        level=2,
        rationale="Agencies must act together",
        disclosure="no",
        disclosure_reasons="Nobody is at risk",
        disclosure_to="",
        child_sex_offender=False,
        category="confirmed",
        next_review_on=in_days(60),
        version=0,
        by=coordinator,
    )
    panels.finish_item(item=item, by=coordinator)
    now = type(meeting).objects.visible_to(chair).get(pk=meeting.pk)
    panels.approve(meeting=now, accurate=True, may_be_sent=True, version=now.version, by=chair)
    return Pair(meeting.reference, item.reference)


def sitting(case: Case) -> Pair:
    """A meeting that is going on, with the item about one person to which housing and probation are invited."""
    coordinator, offender = played("coordinator"), case(level=Offender.Level.ACTIVE)
    meeting = f.MeetingFactory(
        area=offender.area,
        chair=played("chair"),
        arranged_by=coordinator,
        starts_at=timezone.now() - timedelta(minutes=5),
    )
    item = panels.add_item(meeting=meeting, offender=offender, minutes=30, by=coordinator)
    panels.invite(item=item, agencies=[agency("housing"), agency("probation")], by=coordinator)
    return Pair(meeting.reference, item.reference)


STATES: dict[str, Callable[[Case], Any]] = {
    rule.__name__.replace("_", "-"): rule
    for rule in (
        two_records, merged, shared, named, restricted, excluded, warned, officer_left, ended, recalled, overdue,
        accepted, placed,
        arrived, kept, convicted, sentenced, sexual, decided, child, indefinite, noticed, premises, leaving, returned,
        conditioned, brought, waiting, proposed, with_keepers, to_another_area, to_monitor, revoked, in_scheme,
        standard, back_in_custody, assessed, drafted, to_be_told,
        whole_plan, partnered_plan, sent_plan, signed_plan, given_plan, in_force, with_terms, with_partner, asked,
        taken, at_risk, checked_application, met_applicant, assessed_application, answered_application,
        taken_about_a_case, matched, to_disclose, minuted, sitting,
    )
}  # fmt: skip
