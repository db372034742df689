"""Who may see a row of a table that has readers of its own: in the words of docs/access.md and of the ADRs, and never by asking
the table.

Each function is told of somebody (`Reader`) and a row, and answers from the small model and from what stands in the row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from assessments.models import DriftPrompt, Measure, Plan, PlanSection, PlanShare, PlanTerm
from assurance.models import RecordDisposal, UnusualAccess
from disclosures.models import DisclosureDraft, InformationAnswer, InformationRequest, SchemeApplication
from offenders.models import (
    Characteristic,
    Document,
    DocumentAgency,
    DuplicateSuspicion,
    EmergencyAccess,
    ImportRow,
    ImportRun,
    LegalHold,
    Note,
    Patient,
    PatientStep,
    Relationship,
    SavedView,
    TimelineEntry,
    Victim,
    VictimRequest,
)
from panels.models import (
    Action,
    AgendaItem,
    Amendment,
    Commitment,
    Decision,
    Dissent,
    Distribution,
    ExecutiveSummary,
    InformationDraft,
    InformationPart,
    InformationReturn,
    Invitation,
    Meeting,
    Observation,
    OnwardRequest,
    Panel,
    Paragraph,
    Proposal,
    Referral,
    Seat,
    Slot,
)
from reviews.models import (
    AnnualReport,
    Audit,
    AuditFinding,
    AuditSample,
    BoardDecision,
    BoardItem,
    BoardMeeting,
    BoardMember,
    BoardPaper,
    BoardQuestion,
    BusinessPlan,
    HoursEntry,
    LayAdviser,
    PlanAction,
    PublishedTotal,
    Recommendation,
    SeriousCase,
    Snapshot,
    SubGroup,
)
from tests.attack import policy
from tests.matrix.situations import CASE, name_of

PRACTISE = {"practitioner", "contact-point"}
# "board dashboards and papers", "board business", and who of them reads numbers as they are.
OF_THE_BOARD = {"coordinator", "chair", "board-member", "lay-adviser", "information-officer"}
PREPARE = {"coordinator", "board-member"}
READ_ALL = {"coordinator", "chair", "board-member"}
FOR_THE_RECORD = {"information-officer"}


@dataclass(frozen=True)
class Reader:
    """Somebody before the case, as the small model has him; `pk` is how rows name him."""

    model: policy.World
    name: str
    pk: int

    @property
    def sees(self) -> bool:
        return self.model.sees(self.name, CASE)

    @property
    def is_kept_from(self) -> bool:
        return self.model.is_kept_from(self.name, CASE)

    def manages(self) -> bool:
        return self.model.manages(self.name, CASE)

    def works_for(self, agency_id: int) -> bool:
        return str(agency_id) in self.model.agencies_of(self.name)

    def holds(self, roles: set[str], area_id: int) -> bool:
        return self.model.holds(self.name, roles, str(area_id))

    def is_of_the_authority(self, area_id: int) -> bool:
        return self.model.is_of_the_authority(self.name, str(area_id))

    def answers_for(self, agency_id: int) -> bool:
        """ "Those who answer for the asked agency": its practitioners and contact points, and its systems (ADR 10)."""
        roles = PRACTISE | {"integration"}
        return any(m.agency == str(agency_id) and m.role in roles for m in self.model.held(self.name))

    def is_asked(self, request: Any) -> bool:
        """Its agency is told of whom it is asked, until the request is closed for it, and of no restricted case (ADR 10)."""
        lasts = request.seen_until is None or request.seen_until >= self.model.today
        closed = self.is_kept_from or self.model.cases[CASE].is_restricted
        return self.answers_for(request.agency_id) and lasts and not closed

    def of_item(self, rule: Callable[..., bool], row: Any, *more: Any) -> bool:
        """What a rule of the model says of the item to which a row belongs."""
        item = row if isinstance(row, AgendaItem) else row.item
        return rule(self.name, CASE, modelled(item), *more)

    def reads_note(self, row: Any) -> bool:
        note = policy.Note(by=self.name if row.by_id == self.pk else "", for_authority=row.audience == "authority")
        return self.model.reads_note(self.name, CASE, note)


@cache  # nothing between people and a case changes an item, and no key is given twice
def modelled(item: AgendaItem) -> policy.Item:
    """The rows as they are: an agency that declined is not invited any more (access.md, rule 3)."""
    invited = Invitation._base_manager.filter(item=item).exclude(response="declined")
    sent = Distribution._base_manager.filter(item=item)
    return policy.Item(
        area=str(item.meeting.area_id),
        invited={str(row.agency_id) for row in invited},
        sent_to={str(row.agency_id) for row in sent},
        is_approved=item.meeting.state == "approved",
    )


# Of a case (access.md, Compartments).


def victims(reader: Reader, _row: Any) -> bool:
    return reader.model.reads_victims(reader.name, CASE)


def document(reader: Reader, row: Document) -> bool:
    """Like a note; one for named agencies is theirs, and no emergency opens it."""
    if row.audience != "agencies":
        return reader.reads_note(row)
    named = any(reader.works_for(tie.agency_id) for tie in DocumentAgency._base_manager.filter(document=row))
    lasting = reader.model.sees_beyond_emergency(reader.name, CASE)
    return (named and lasting) or (reader.sees and row.by_id == reader.pk)


def characteristic(reader: Reader, row: Characteristic) -> bool:
    """What the law protects beyond age, sex and ethnicity is for the Responsible Authority and the lead agency."""
    is_restricted = row.kind in {"religion", "disability", "orientation", "reassignment", "pregnancy"}
    return reader.manages() if is_restricted else reader.sees


def entry(reader: Reader, row: TimelineEntry) -> bool:
    return reader.manages() if row.restricted else reader.sees


def patient(reader: Reader, _row: Any) -> bool:
    return reader.manages() or reader.model.treats(reader.name, CASE)


def relationship(reader: Reader, row: Relationship) -> bool:
    return reader.sees and (row.other is None or reader.model.sees(reader.name, name_of(row.other)))


def drift(reader: Reader, row: DriftPrompt) -> bool:
    return reader.sees and (row.rule != "near-victim" or victims(reader, row))


def suspicion(reader: Reader, row: DuplicateSuspicion) -> bool:
    """Of whom both cases are seen: to anybody else it would tell of another."""
    return reader.sees and reader.model.sees(reader.name, name_of(row.second))


def hold(reader: Reader, row: LegalHold) -> bool:
    """Who sees the case, and who keeps retention in its area."""
    keeps = reader.holds(FOR_THE_RECORD, row.offender.area_id) and not reader.is_kept_from
    return reader.sees or keeps


def emergency(reader: Reader, row: EmergencyAccess) -> bool:
    """His own; and of his area for who reviews it, who sees no case by it (rule 5)."""
    reviews = reader.holds(FOR_THE_RECORD, row.offender.area_id) and not reader.is_kept_from
    return row.user_id == reader.pk or reviews


# Plans: until they are shared, for those who write them ("RA and lead agency").


def is_shared(plan: Plan) -> bool:
    return plan.state in {"current", "superseded"}


def plan(reader: Reader, row: Plan) -> bool:
    return reader.manages() or (is_shared(row) and reader.sees)


def of_plan(reader: Reader, row: Any) -> bool:
    return plan(reader, row.plan)


def section(reader: Reader, row: PlanSection) -> bool:
    return reader.manages() or (plan(reader, row.plan) and row.audience == "everyone")


def measure(reader: Reader, row: Measure) -> bool:
    """An agency words its own part, also while the plan is a draft."""
    own = reader.sees and reader.works_for(row.agency_id)
    everyone = row.audience == "everyone" and row.removed_at is None
    return reader.manages() or own or (plan(reader, row.plan) and everyone)


# Disclosures (ADR 10, 11).


def draft(reader: Reader, row: DisclosureDraft) -> bool:
    return reader.sees and row.user_id == reader.pk


def request(reader: Reader, row: InformationRequest) -> bool:
    return reader.sees or reader.is_asked(row)


def answer(reader: Reader, row: InformationAnswer) -> bool:
    """Everyone on the case, or the Responsible Authority and the agency that asked; the one that answered reads its own."""
    if reader.is_asked(row.request):
        return True
    parties = reader.works_for(row.request.asking_agency_id) or reader.works_for(row.request.agency_id)
    authority = policy.Note(by="", for_authority=row.audience != "everyone")
    return reader.sees and (parties or reader.model.reads_note(reader.name, CASE, authority))


def application(reader: Reader, row: SchemeApplication) -> bool:
    """Of those who record disclosures in the police agency that took it; matched, it keeps to what closes the case."""
    roles = PRACTISE | policy.FOR_AN_AREA
    police = any(m.agency == str(row.agency_id) and m.role in roles for m in reader.model.held(reader.name))
    if row.offender is None:
        return police
    closed = reader.model.cases[CASE].is_restricted and not reader.model.is_named(reader.name, CASE)
    return police and not closed and not reader.is_kept_from


# Meetings (access.md, Minutes; ADR 15, 16, 17).


def meeting(reader: Reader, row: Meeting) -> bool:
    """About nobody: of the area, and of whose agency is invited for a case that he sees."""
    if reader.is_of_the_authority(row.area_id):
        return True
    invited = set().union(*(modelled(item).invited for item in row.items.model._base_manager.filter(meeting=row)))
    return reader.sees and bool(invited & reader.model.agencies_of(reader.name))


def of_meeting(reader: Reader, row: Any) -> bool:
    return meeting(reader, row.meeting)


def observation(reader: Reader, row: Observation) -> bool:
    own = row.adviser_id == reader.pk and row.withdrawn_at is None
    advises = own and reader.holds({"lay-adviser"}, row.meeting.area_id)
    return reader.is_of_the_authority(row.meeting.area_id) or advises


def panel(reader: Reader, row: Any) -> bool:
    return reader.is_of_the_authority(row.area_id if isinstance(row, Panel) else row.panel.area_id)


def item(reader: Reader, row: Any) -> bool:
    return reader.of_item(reader.model.sees_item, row)


def minuted(reader: Reader, row: Any) -> bool:
    """Of the minutes as a whole: as a paragraph for everyone invited is read."""
    rules = (reader.model.was_sent_minutes, reader.model.minutes_as_authority)
    return any(reader.of_item(rule, row) for rule in rules)


def said(reader: Reader, row: Any) -> bool:
    named = {str(agency.pk) for agency in row.agencies.all()}
    return reader.of_item(reader.model.reads_said, row, row.audience, named)


def paragraph(reader: Reader, row: Paragraph) -> bool:
    return row.removed_at is None and said(reader, row)


def amendment(reader: Reader, row: Amendment) -> bool:
    """In force: who was sent the minutes, and who reads them as authority. Proposed: these, its chair and who proposed it."""
    if row.paragraph is not None and not paragraph(reader, row.paragraph):
        return False
    proposed = {row.item.meeting.chair_id, row.proposed_by_id}
    own = item(reader, row) and reader.pk in proposed
    in_force = row.version is not None and reader.of_item(reader.model.was_sent_minutes, row)
    return own or in_force or reader.of_item(reader.model.minutes_as_authority, row)


def onward(reader: Reader, row: OnwardRequest) -> bool:
    """Who minutes, who decides and who asked; permitted, the agency it was sent to, which sees no case (ADR 16)."""
    parties = item(reader, row) and reader.pk in {row.asked_by_id, row.item.meeting.chair_id}
    lasts = row.until is not None and row.until >= reader.model.today
    closed = reader.is_kept_from or reader.model.cases[CASE].is_restricted
    sent = row.outcome == "permitted" and lasts and not closed and reader.answers_for(row.agency_id)
    return parties or sent or reader.of_item(reader.model.minutes_as_authority, row)


def commitment(reader: Reader, row: Commitment) -> bool:
    return minuted(reader, row) or (reader.sees and reader.works_for(row.agency_id))


def action(reader: Reader, row: Action) -> bool:
    return item(reader, row) or (reader.sees and reader.works_for(row.agency_id))


def part(reader: Reader, row: InformationPart) -> bool:
    """Read before the meeting by everyone invited, as far as it is for them; by its own agency and by who minutes always."""
    if not item(reader, row):
        return False
    named = any(reader.works_for(agency.pk) for agency in row.agencies.all())
    own = reader.works_for(row.information.invitation.agency_id)
    authority = row.audience == "authority" and reader.of_item(reader.model.minutes_as_authority, row)
    told = row.audience == "everyone" or authority or (row.audience == "named" and named)
    return own or told or reader.of_item(reader.model.keeps_minutes, row)


def unsent(reader: Reader, row: InformationDraft) -> bool:
    """The side that types it: the agency, or co-ordination in its place."""
    agency = row.for_agency and reader.works_for(row.invitation.agency_id)
    area = not row.for_agency and reader.holds(policy.FOR_AN_AREA, row.item.meeting.area_id)
    return item(reader, row) and (agency or area)


def summary(reader: Reader, row: ExecutiveSummary) -> bool:
    return item(reader, row) and reader.manages()


def referral(reader: Reader, row: Referral) -> bool:
    """Once sent everybody's who sees the case; before that its agency's (ADR 12)."""
    own = reader.works_for(row.agency_id) or row.made_by_id == reader.pk
    return reader.sees and (row.made_at is not None or own)


# Boards (access.md, Boards), and what is about the use of the record.


def board(reader: Reader, row: Any) -> bool:
    return reader.holds(OF_THE_BOARD, row.board.area_id)


def closed(reader: Reader, row: Any) -> bool:
    """What is for members alone is told neither to lay advisers nor to information officers."""
    return reader.holds(READ_ALL if row.is_closed else OF_THE_BOARD, row.board.area_id)


def hours(reader: Reader, row: HoursEntry) -> bool:
    own = row.adviser.person_id == reader.pk and reader.holds({"lay-adviser"}, row.board.area_id)
    return own or reader.holds(READ_ALL, row.board.area_id)


def report(reader: Reader, row: AnnualReport) -> bool:
    roles = OF_THE_BOARD if row.state == "published" else READ_ALL | {"lay-adviser"}
    return reader.holds(roles, row.area_id)


def total(reader: Reader, row: PublishedTotal) -> bool:
    return reader.holds(OF_THE_BOARD, row.area_id)


def snapshot(reader: Reader, row: Snapshot) -> bool:
    national = any(m.role == "national" for m in reader.model.held(reader.name))
    return national or reader.holds(READ_ALL, row.area_id)


def sample(reader: Reader, row: AuditSample) -> bool:
    return reader.holds(PREPARE, row.area_id)


def audit(reader: Reader, row: Audit) -> bool:
    """Of the board's business, and his own while he sees what he audits; never of a case he is kept from."""
    own = row.auditor_id == reader.pk and (reader.sees if row.offender else meeting(reader, row.meeting))
    return not reader.is_kept_from and (sample(reader, row.sample) or own)


def finding(reader: Reader, row: AuditFinding) -> bool:
    own = row.owner_id == reader.pk and row.audit.state == "signed"
    return not reader.is_kept_from and (audit(reader, row.audit) or own)


def serious(reader: Reader, row: SeriousCase) -> bool:
    published = row.published_at is not None and reader.holds(OF_THE_BOARD, row.area_id)
    return not reader.is_kept_from and (reader.sees or reader.holds(PREPARE, row.area_id) or published)


def recommendation(reader: Reader, row: Recommendation) -> bool:
    own = row.owner_id == reader.pk and row.serious.state in {"accepted", "closed"}
    return not reader.is_kept_from and (reader.holds(PREPARE, row.serious.area_id) or own)


def disposal(reader: Reader, row: RecordDisposal) -> bool:
    """ "approve a disposal"."""
    return reader.holds({"board-member", "information-officer"}, row.area_id) and not reader.is_kept_from


def unusual(reader: Reader, row: UnusualAccess) -> bool:
    """ "answer for how the record is used", and the manager who was asked; nobody his own."""
    asked = reader.holds(FOR_THE_RECORD, row.area_id) or row.manager_id == reader.pk
    return asked and row.person_id != reader.pk and not reader.is_kept_from


# What one person keeps.


def own_view(reader: Reader, row: SavedView) -> bool:
    return row.user_id == reader.pk


def run(reader: Reader, row: ImportRun) -> bool:
    return row.by_id == reader.pk


def line(reader: Reader, row: ImportRow) -> bool:
    """Of his own file; what a load left over, for the coordinators of the area."""
    left = not row.checked_only and not row.case_reference and reader.holds({"coordinator"}, row.area_id)
    return row.run.by_id == reader.pk or left


AUDIENCES: dict[type, Callable[[Reader, Any], bool]] = {
    **dict.fromkeys((Victim, VictimRequest), victims),
    Note: Reader.reads_note,
    Document: document,
    Characteristic: characteristic,
    TimelineEntry: entry,
    **dict.fromkeys((Patient, PatientStep), patient),
    Relationship: relationship,
    DriftPrompt: drift,
    DuplicateSuspicion: suspicion,
    LegalHold: hold,
    EmergencyAccess: emergency,
    Plan: plan,
    **dict.fromkeys((PlanShare, PlanTerm), of_plan),
    PlanSection: section,
    Measure: measure,
    DisclosureDraft: draft,
    InformationRequest: request,
    InformationAnswer: answer,
    SchemeApplication: application,
    Meeting: meeting,
    Slot: of_meeting,
    Observation: observation,
    **dict.fromkeys((Panel, Seat), panel),
    **dict.fromkeys((AgendaItem, Invitation, InformationReturn), item),
    **dict.fromkeys((Decision, Proposal, Distribution), minuted),
    Dissent: said,
    Paragraph: paragraph,
    Amendment: amendment,
    OnwardRequest: onward,
    Commitment: commitment,
    Action: action,
    InformationPart: part,
    InformationDraft: unsent,
    ExecutiveSummary: summary,
    Referral: referral,
    **dict.fromkeys((BoardMeeting, BoardMember, BoardQuestion, BusinessPlan, LayAdviser, PlanAction, SubGroup), board),
    **dict.fromkeys((BoardDecision, BoardItem, BoardPaper), closed),
    HoursEntry: hours,
    AnnualReport: report,
    PublishedTotal: total,
    Snapshot: snapshot,
    AuditSample: sample,
    Audit: audit,
    AuditFinding: finding,
    SeriousCase: serious,
    Recommendation: recommendation,
    RecordDisposal: disposal,
    UnusualAccess: unusual,
    SavedView: own_view,
    ImportRun: run,
    ImportRow: line,
}
