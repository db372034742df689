"""Every route × every member of the cast answers exactly as the policy says.

200, 302 or 405 where the role grants it on this case; 403 where the person sees the thing but may not; 404 where
for this person it does not exist; sign-in for strangers.
"""

from functools import cache

import pytest
from django.contrib.admin.sites import AdminSite
from django.db import transaction
from django.template import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.authentication import SessionAuthentication

from agencies.access import Perm, allowed, memberships
from assessments.models import Assessment, DriftPrompt, Measure, Plan, PlanShare, ToolResult
from assurance.models import AccessRequest, RecordDisposal, UnusualAccess
from audit.models import Act, Change
from disclosures.models import Disclosure, DisclosureDraft, InformationRequest, SchemeApplication
from disclosures.models.scheme import police_of
from offenders.models import (
    Breach,
    CategoryDecision,
    CategoryProposal,
    Conviction,
    Disposal,
    Dispute,
    Document,
    DuplicateSuspicion,
    EmergencyAccess,
    Fact,
    Flag,
    ForeignTravel,
    HandoverItem,
    ImportRow,
    ImportRun,
    KeyDate,
    LegalHold,
    Licence,
    LicenceCondition,
    Merge,
    Monitoring,
    Note,
    Notification,
    NotificationBreach,
    NotificationDue,
    NotificationRequirement,
    Order,
    OtherPremises,
    Photograph,
    PremisesPlace,
    PremisesProposal,
    Recall,
    RequirementReview,
    SavedView,
    Stay,
    Transfer,
    Victim,
    VictimRequest,
    WhereaboutsPeriod,
)
from panels.models import (
    Action,
    AgendaItem,
    Amendment,
    Commitment,
    Dissent,
    ExecutiveSummary,
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
from tests.factories import (
    FACTORIES,
    AccessRequestFactory,
    ActionFactory,
    AgendaItemFactory,
    AmendmentFactory,
    AssessmentFactory,
    AuditFactory,
    AuditFindingFactory,
    AuditSampleFactory,
    BreachFactory,
    CategoryDecisionFactory,
    CategoryProposalFactory,
    CommitmentFactory,
    ConvictionFactory,
    DisclosureDraftFactory,
    DisclosureFactory,
    DisposalFactory,
    DisputeFactory,
    DissentFactory,
    DocumentFactory,
    DriftPromptFactory,
    DuplicateSuspicionFactory,
    EmergencyAccessFactory,
    ExecutiveSummaryFactory,
    FlagFactory,
    ForeignTravelFactory,
    GroupGrantFactory,
    HandoverItemFactory,
    ImportRowFactory,
    ImportRunFactory,
    InformationRequestFactory,
    InvitationFactory,
    KeyDateFactory,
    LegalHoldFactory,
    LicenceConditionFactory,
    LicenceFactory,
    MeasureFactory,
    MeetingFactory,
    MergeFactory,
    MonitoringFactory,
    NoteFactory,
    NotificationBreachFactory,
    NotificationDueFactory,
    NotificationFactory,
    NotificationRequirementFactory,
    ObservationFactory,
    OnwardRequestFactory,
    OrderFactory,
    OtherPremisesFactory,
    PanelFactory,
    ParagraphFactory,
    PhotographFactory,
    PlanFactory,
    PlanShareFactory,
    PremisesPlaceFactory,
    PremisesProposalFactory,
    ProposalFactory,
    RecallFactory,
    RecommendationFactory,
    RecordDisposalFactory,
    ReferralFactory,
    RequirementReviewFactory,
    SavedViewFactory,
    SchemeApplicationFactory,
    SeatFactory,
    SeriousCaseFactory,
    SlotFactory,
    SnapshotFactory,
    StayFactory,
    ToolResultFactory,
    TransferFactory,
    UnusualAccessFactory,
    VictimFactory,
    VictimRequestFactory,
    WhereaboutsPeriodFactory,
    in_days,
)
from tests.mappa.test_headers import wrong

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# What anyone on the internet may open; the calendar and the numbers ask for a token of their own.
PUBLIC = {
    "sign-in/",
    "sign-in/code/",
    "sign-in/passkey/",
    "sign-in/agency/",
    "sign-in/agency/back/",
    "sign-in/agency/<slug:provider>/",
    "sign-in/forgotten/",
    "sign-in/new-password/",
    "sign-in/new-password/<str:token>/",
    "sign-out/",
    "join/<str:token>/",
    "terms/",
    "health/",
    "accessibility/",
    "calendar/<str:token>.ics",
    "metrics",
    "csp-report/",
    ".well-known/security.txt",
}
FACTS = [model for model in FACTORIES if issubclass(model, Fact)]
CAST = [
    "coordinator",
    "practitioner",
    "manager",
    "area_officer",
    "chair",
    "outsider",
    "housing",
    "uninvited",
    "victim_liaison",
    "board_member",
    "lay_adviser",
    "information_officer",
    "administrator",
    "national",
]


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


ROUTES = [(path, view) for path, view in routes() if not path.startswith("admin/")]
API = [(path, view) for path, view in ROUTES if hasattr(view, "cls")]
PAGES = [(path, view) for path, view in ROUTES if path not in PUBLIC and (path, view) not in API]


def permission_of(view):
    return getattr(view, "permission", getattr(getattr(view, "cls", None), "permission", None))


@pytest.mark.parametrize(("path", "view"), ROUTES, ids=[path or "/" for path, _view in ROUTES])
def test_every_route_declares_a_permission(path, view):
    assert path in PUBLIC or isinstance(permission_of(view), Perm)


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_every_route_with_a_reference_says_whose(path, view):
    assert ("reference" in path) == (view.guards is not None)


def notification_rows(offender):
    """One row of each table of notification requirements that a page names."""
    requirement = NotificationRequirementFactory(offender=offender)
    of = {"offender": offender, "requirement": requirement}
    premises = OtherPremisesFactory(offender=offender)
    return {
        NotificationRequirement: requirement,
        Notification: NotificationFactory(**of),
        NotificationDue: NotificationDueFactory(**of),
        NotificationBreach: NotificationBreachFactory(**of),
        RequirementReview: RequirementReviewFactory(**of),
        OtherPremises: premises,
        Stay: StayFactory(offender=offender, premises=premises),
        ForeignTravel: ForeignTravelFactory(offender=offender),
    }


BOARD_TABLES = (
    BoardDecision, BoardItem, BoardMeeting, BoardMember, BoardPaper, BoardQuestion, BusinessPlan, HoursEntry, LayAdviser,
    PlanAction, SubGroup, AnnualReport, PublishedTotal,
)  # fmt: skip


def board_rows(offender):
    """A row of each table of the area's board that a page is about."""
    return {model: FACTORIES[model](offender=offender) for model in BOARD_TABLES}


@pytest.fixture
def world(offender, chair, coordinator, housing_agency, probation):
    """The case on a meeting to which housing and probation are invited, with a row of everything a page is about."""
    meeting = MeetingFactory(area=offender.area, chair=chair, arranged_by=coordinator)
    item = AgendaItemFactory(offender=offender, meeting=meeting)
    invitation = InvitationFactory(item=item, agency=housing_agency, offender=None)
    InvitationFactory(item=item, agency=probation, offender=None)
    GroupGrantFactory(content_object=offender, group=housing_agency.group, basis="invited", source=item.reference)
    order, licence = OrderFactory(offender=offender), LicenceFactory(offender=offender)
    condition = LicenceConditionFactory(offender=offender, licence=licence)
    proposal = PremisesProposalFactory(offender=offender, accepted=True)
    return {
        **board_rows(offender),
        Assessment: AssessmentFactory(offender=offender),
        ToolResult: ToolResultFactory(offender=offender),
        DriftPrompt: DriftPromptFactory(offender=offender),
        Order: order,
        Licence: licence,
        LicenceCondition: condition,
        Monitoring: MonitoringFactory(offender=offender, condition=condition),
        Breach: BreachFactory(offender=offender, order=order),
        PremisesProposal: proposal,
        PremisesPlace: PremisesPlaceFactory(offender=offender, proposal=proposal),
        Meeting: meeting,
        Observation: ObservationFactory(meeting=meeting),
        Panel: (panel := PanelFactory(area=offender.area)),
        Snapshot: SnapshotFactory(area=offender.area),
        Seat: SeatFactory(panel=panel, agency=housing_agency),
        AgendaItem: item,
        Invitation: invitation,
        Slot: SlotFactory(meeting=meeting),
        Commitment: CommitmentFactory(item=item, agency=housing_agency, offender=None),
        Paragraph: ParagraphFactory(item=item, offender=None),
        Dissent: DissentFactory(item=item, offender=None),
        Proposal: ProposalFactory(item=item, offender=None),
        Referral: ReferralFactory(offender=offender),
        Amendment: AmendmentFactory(item=item, offender=None),
        OnwardRequest: OnwardRequestFactory(item=item, offender=None),
        ExecutiveSummary: ExecutiveSummaryFactory(item=item, offender=None),
        Action: ActionFactory(offender=offender, item=item, agency=housing_agency),
        CategoryDecision: CategoryDecisionFactory(offender=offender),
        CategoryProposal: CategoryProposalFactory(offender=offender),
        Flag: FlagFactory(offender=offender),
        Plan: (plan := PlanFactory(offender=offender)),
        Measure: MeasureFactory(offender=offender, plan=plan, agency=housing_agency),
        PlanShare: PlanShareFactory(offender=offender, agency=housing_agency),
        Note: NoteFactory(offender=offender),
        Merge: MergeFactory(offender=offender),
        DuplicateSuspicion: DuplicateSuspicionFactory(offender=offender),
        EmergencyAccess: EmergencyAccessFactory(offender=offender, user=offender.lead_officer),
        ImportRun: (run := ImportRunFactory(by=offender.lead_officer, agency=probation)),
        ImportRow: ImportRowFactory(run=run),
        SavedView: SavedViewFactory(user=offender.lead_officer),
        Conviction: ConvictionFactory(offender=offender),
        Disposal: DisposalFactory(offender=offender),
        KeyDate: KeyDateFactory(offender=offender),
        WhereaboutsPeriod: WhereaboutsPeriodFactory(offender=offender),
        Recall: RecallFactory(offender=offender),
        **{model: FACTORIES[model](offender=offender) for model in FACTS},
        **notification_rows(offender),
        Victim: (victim := VictimFactory(offender=offender)),
        VictimRequest: VictimRequestFactory(offender=offender, victim=victim),
        Transfer: (transfer := TransferFactory(offender=offender)),
        HandoverItem: HandoverItemFactory(offender=offender, transfer=transfer),
        Document: DocumentFactory(offender=offender),
        Photograph: PhotographFactory(offender=offender),
        Disclosure: DisclosureFactory(offender=offender),
        DisclosureDraft: DisclosureDraftFactory(offender=offender, user=offender.lead_officer),
        InformationRequest: InformationRequestFactory(offender=offender, agency=housing_agency),
        SchemeApplication: SchemeApplicationFactory(offender=offender),
        AuditSample: (sample := AuditSampleFactory(area=offender.area)),
        Audit: (audit := AuditFactory(offender=offender, sample=sample, auditor=chair)),
        AuditFinding: AuditFindingFactory(audit=audit, offender=None),
        SeriousCase: (serious := SeriousCaseFactory(offender=offender, reviewed=True)),
        Recommendation: RecommendationFactory(serious=serious, offender=None),
        UnusualAccess: UnusualAccessFactory(offender=offender, person=offender.lead_officer),
        LegalHold: LegalHoldFactory(offender=offender),
        AccessRequest: AccessRequestFactory(offender=offender),
        Dispute: DisputeFactory(offender=offender),
        RecordDisposal: RecordDisposalFactory(offender=offender),
        type(offender): offender,
    }


# Where these houses are, and opening in an emergency, is for the Responsible Authority alone, which is less than the permission lets.
FOR_AUTHORITIES = {"premises_register", "reserve_bed", "change_place", "open_in_emergency"}
# What a member of the public asks is for the police alone.
FOR_POLICE = {"applications", "take_application"}


def sees(user, row):
    """By the rule of the row's own table."""
    return type(row).objects.visible_to(user).filter(pk=row.pk).exists()


def expected(user, view, row, sees):
    """What the policy says, asked of the policy itself."""
    if row is not None and not sees(user, row):
        return {404}
    if view.__name__ in FOR_AUTHORITIES and not any(m.agency.is_responsible_authority for m in memberships(user)):
        return {403, 405}
    if view.__name__ in FOR_POLICE and not police_of(user):
        return {403, 405}
    if row is None:
        return {200, 204, 302, 405} if allowed(user, view.permission) else {403}
    return {200, 302, 405, 503} if allowed(user, view.permission, on=row) else {403}


@pytest.fixture
def sitting(world, client, request):
    """Everybody of the cast at a browser of their own: each one's user, and the cookies of a session in use."""
    found = {}
    for person in CAST:
        client.cookies.clear()
        client.force_login(user := request.getfixturevalue(person), backend=BACKEND)
        client.get("/accessibility/")
        found[person] = (user, client.cookies.copy())
    client.cookies.clear()
    return found


# Whoever reads minutes is given a numbered copy, and which it was is kept: it says who looked, and nothing of the case is another for it.
KEPT_OF_READING = {"panels_minutescopy"}


def changed_by(response):
    """Of which tables the request changed rows, as Postgres itself kept it. What only says that somebody looked is no change."""
    changed = Change.objects.filter(request_id=response.headers["X-Request-ID"])
    return set(changed.values_list("table_name", flat=True))


def answer(client, cookies, method, url, *, look=None):
    """What one person gets, in a world that is put back afterwards: with every header, and if he only reads, without a change of any row.

    `body` of it is what he is sent, to the end, as a browser reads it. `look` is called before the world is put back.
    """
    with transaction.atomic():
        client.cookies = cookies.copy()
        response = getattr(client, method)(url, secure=True)
        response.body = response.getvalue()
        assert wrong(response) == set(), url
        if method == "get":
            assert changed_by(response) <= KEPT_OF_READING, url
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            assert getattr(response.resolver_match.func, "act", Act.EXPORT) in {Act.DOWNLOAD, Act.EXPORT, Act.PRINT}, (
                url
            )
        if look:
            look(response)
        transaction.set_rollback(True)
    return response


def address(path, reference):
    return "/" + path.replace("<str:reference>", reference)


# Some pages at a time are walked in one world, for making it takes longer than asking for a page; but no more at once
# than another worker can share.
AT_ONCE = 30
BY_TABLE = sorted(PAGES, key=lambda page: (str(getattr(page[1], "guards", None)), page[0]))
WALKS = [
    pytest.param(pages, id=f"{getattr(getattr(pages[0][1], 'guards', None), '__name__', 'nobody')}-{first}")
    for first, pages in ((first, BY_TABLE[first : first + AT_ONCE]) for first in range(0, len(BY_TABLE), AT_ONCE))
]


@pytest.fixture
def rendered_plainly(monkeypatch):
    """As in production: the test client notes every template with a copy of what it was given, and no walk asks for it."""
    monkeypatch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))


@pytest.mark.parametrize("pages", WALKS)
def test_every_page_answers_each_of_the_cast(client, world, sitting, rendered_plainly, pages):
    """As the policy says; and a stranger the same of a row that is there as of one that is not."""
    # The world is put back after every page, so that the rule need be asked once of each row.
    surprises, sees_once = [], cache(sees)
    for path, view in pages:
        row = world[view.guards] if view.guards else None
        url = address(path, getattr(row, "reference", ""))
        for person, (user, cookies) in sitting.items():
            wanted = expected(user, view, row, sees_once)
            got, sent = (answer(client, cookies, method, url) for method in ("get", "post"))
            found = {"get": got.status_code, "post": sent.status_code}
            surprises += [(url, person, method, was, wanted) for method, was in found.items() if was not in wanted]
            if row and person in STRANGERS and wanted == {404}:
                surprises += differences(got, answer(client, cookies, "get", address(path, "MA-2222-2222")), row)

    assert surprises == []


STRANGERS = {"outsider", "uninvited", "board_member", "lay_adviser", "administrator", "national"}


def differences(real, invented, row):
    """By what a stranger could tell a row that is there from one that is not."""
    url = real.request["PATH_INFO"]
    codes = (real.status_code, invented.status_code)
    if codes != (404, 404):
        return [(url, codes)]
    return [(url, "names the row")] if row.reference in real.text else []


def test_a_visitor_who_is_not_signed_in_is_asked_to(client, world):
    for path, view in PAGES:
        response = client.get(address(path, getattr(world.get(view.guards), "reference", "")))

        assert response.headers["Location"].startswith("/sign-in/?next="), path


@pytest.mark.parametrize(("path", "view"), API, ids=[path for path, _view in API])
def test_the_api_answers_nobody_without_a_token(client, db, path, view):
    response = client.get("/" + path.replace("<str:reference>", "MA-2222-2222"))

    assert response.status_code == 401


def test_a_form_that_is_sent_changes_what_a_reading_does_not(client, practitioner, offender):
    client.force_login(practitioner, backend=BACKEND)
    url, day = f"/people/{offender.reference}/notes/add/", in_days(-1)
    note = {"kind": "contact", "text": "Rang at ten", "audience": "everyone"}
    note |= {"happened_on_day": day.day, "happened_on_month": day.month, "happened_on_year": day.year}

    assert changed_by(client.get(url)) == set()
    assert "offenders_note" in changed_by(client.post(url, note))


def test_of_the_api_the_rules_alone_take_a_session():
    taking = {path for path, view in API if SessionAuthentication in view.cls.authentication_classes}

    assert taking
    assert [path for path in taking if not path.startswith("api/v1/rules/")] == []


def test_a_form_without_its_token_is_refused_but_for_browsers_reports_and_systems(practitioner):
    open_to_others = {path for path, view in routes() if getattr(view, "csrf_exempt", False)}
    assert open_to_others == {"csp-report/"} | {path for path, view in API}

    client = Client(enforce_csrf_checks=True)
    client.force_login(practitioner, backend=BACKEND)
    assert client.post("/people/register/", {"surname": "Ashdown"}).status_code == 403


@pytest.mark.parametrize("person", CAST)
def test_only_the_administrator_opens_the_admin(client, request, world, person):
    client.force_login(request.getfixturevalue(person), backend=BACKEND)

    assert (client.get("/admin/").status_code == 200) == (person == "administrator")


def test_the_admin_knows_no_protected_table():
    from django.contrib import admin

    from mappa.guard import ProtectedModel

    assert isinstance(admin.site, AdminSite)
    assert [model for model in admin.site._registry if issubclass(model, ProtectedModel)] == []
