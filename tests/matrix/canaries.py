"""Rows for some readers only, each with a word that stands nowhere else: where it turns up, the row was shown."""

from http import HTTPStatus
from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pypdf

from assessments.models import Measure
from assurance.models import RecordDisposal
from audit.models import AccessEvent
from disclosures.models import Disclosure, DisclosureDraft, InformationRequest, SchemeApplication
from offenders.models import (
    Alias,
    Characteristic,
    EmergencyAccess,
    LegalHold,
    Patient,
    SavedView,
    Victim,
    VictimRequest,
)
from panels.models import (
    Action,
    AgendaItem,
    Amendment,
    Commitment,
    Dissent,
    Invitation,
    OnwardRequest,
    Paragraph,
    Proposal,
)
from reviews.models import AuditFinding, BoardItem, Recommendation, SeriousCase
from tests.factories import (
    AgendaItemFactory,
    DissentFactory,
    DistributionFactory,
    DocumentAgencyFactory,
    DocumentFactory,
    ExecutiveSummaryFactory,
    InformationAnswerFactory,
    InformationDraftFactory,
    InformationPartFactory,
    InformationReturnFactory,
    InvitationFactory,
    MeasureFactory,
    MeetingFactory,
    NoteFactory,
    ParagraphFactory,
    PlanFactory,
    PlanSectionFactory,
    ReferralFactory,
    RelationshipFactory,
    TimelineEntryFactory,
)
from tests.matrix.readers import sees_row

# The box that bears a word, of the rows that pages are about.
BOXES = {
    Alias: "surname",
    Characteristic: "detail",
    Patient: "hospital",
    Victim: "name",
    VictimRequest: "words",
    Measure: "text",
    Disclosure: "information",
    InformationRequest: "questions",
    SchemeApplication: "applicant_name",
    EmergencyAccess: "words",
    LegalHold: "reason",
    SavedView: "name",
    Paragraph: "text",
    Dissent: "words",
    Proposal: "what",
    Commitment: "what",
    Amendment: "becomes",
    OnwardRequest: "reason",
    Action: "text",
    AuditFinding: "words",
    SeriousCase: "notice",
    Recommendation: "words",
    RecordDisposal: "reason",
    BoardItem: "title",
}


def sow(world, offender, other_case, coordinator, police, housing_agency):
    """Each word, and the row that bears it: those of the world, and some of each audience beside them."""
    sown = {f"Qx{model.__name__.lower()}Q": world[model] for model in BOXES}
    for word, row in sown.items():
        type(row)._base_manager.filter(pk=row.pk).update(**{BOXES[type(row)]: word})
    draft = world[DisclosureDraft]
    DisclosureDraft._base_manager.filter(pk=draft.pk).update(answers={"tests": {"risk": "QxdisclosuredraftQ"}})
    sown["QxdisclosuredraftQ"] = draft
    return (
        sown
        | _of_the_case(offender, other_case, police)
        | _of_meetings(world, offender, coordinator, police, housing_agency)
    )


def _of_the_case(offender, other_case, police):
    of = {"offender": offender}
    for_police = DocumentFactory(**of, title="QxdocumentagenciesQ", audience="agencies")
    DocumentAgencyFactory(**of, document=for_police, agency=police)
    current = PlanFactory(**of, number=7, current=True)
    type(other_case)._base_manager.filter(pk=other_case.pk).update(surname="QxothercaseQ")
    return {
        "QxothercaseQ": other_case,
        "QxnoteauthorityQ": NoteFactory(**of, text="QxnoteauthorityQ", audience="authority"),
        "QxdocumentauthorityQ": DocumentFactory(**of, title="QxdocumentauthorityQ", audience="authority"),
        "QxdocumentagenciesQ": for_police,
        "QxrelationshipQ": RelationshipFactory(**of, name="", other=other_case, notes="QxrelationshipQ"),
        "QxtimelineQ": TimelineEntryFactory(**of, title="QxtimelineQ", restricted=True),
        "QxplansectionQ": PlanSectionFactory(**of, plan=current, text="QxplansectionQ", audience="authority"),
        "QxmeasureauthorityQ": MeasureFactory(**of, plan=current, text="QxmeasureauthorityQ", audience="authority"),
        "QxreferraldraftQ": ReferralFactory(**of, draft=True, answers={"need": {"reason": "QxreferraldraftQ"}}),
        "QxanswerQ": InformationAnswerFactory(**of, text="QxanswerQ", audience="authority"),
    }


def _of_meetings(world, offender, coordinator, police, housing_agency):
    """Minutes of a meeting that housing was sent; and what probation and health tell the one that is to come."""
    held = MeetingFactory(area=offender.area, chair=coordinator, arranged_by=coordinator, state="held")
    item = AgendaItemFactory(offender=offender, meeting=held)
    of = {"item": item, "offender": None}
    InvitationFactory(**of, agency=housing_agency)
    DistributionFactory(**of, agency=housing_agency)
    named, dissent = (
        ParagraphFactory(**of, text="QxparagraphnamedQ", audience="named"),
        DissentFactory(**of, words="QxdissentnamedQ", audience="named"),
    )
    named.agencies.add(police)
    dissent.agencies.add(police)
    authority = ParagraphFactory(**of, text="QxparagraphauthorityQ", audience="authority")
    sent = ParagraphFactory(**of, text="QxparagraphsentQ")
    summary = ExecutiveSummaryFactory(**of, covering="QxsummaryQ")
    held.state = "approved"
    held.save(update_fields=["state"])

    asked = Invitation._base_manager.get(item=world[AgendaItem], agency=offender.lead_agency)
    coming = {"item": asked.item, "offender": None}
    told = InformationReturnFactory(**coming, invitation=asked)
    return {
        "QxparagraphnamedQ": named,
        "QxparagraphauthorityQ": authority,
        "QxparagraphsentQ": sent,
        "QxsummaryQ": summary,
        "QxdissentnamedQ": dissent,
        "QxpartvictimsQ": InformationPartFactory(
            **coming, information=told, section="3-victims", text="QxpartvictimsQ", audience="authority"
        ),
        "QxinformationdraftQ": InformationDraftFactory(
            **coming, invitation=asked, answers={"known": "QxinformationdraftQ"}
        ),
    }


def note(response):
    """Keep with an answer who did something to which case, as it was recorded of the request."""
    events = AccessEvent.objects.filter(request_id=response.headers["X-Request-ID"])
    response.recorded = set(events.values_list("actor_id", "case_id"))


def beside_its_status(model, person, user, response, sown, row):
    """What is wrong with an answer: words for others; or a row that was shown, and not recorded as his look at its case alone.

    A page that is of no case, such as a meeting's, may name each that it shows.
    """
    if words := leaked(model, person, user, response, sown):
        yield "told", words
    if response.status_code == HTTPStatus.OK and row is not None:
        look = (user.pk, row.case_id_for_audit())
        others = {each for each in response.recorded - {look} if look[1] is not None or each[0] != user.pk}
        if look not in response.recorded or others:
            yield "recorded", response.recorded


def leaked(model, person, user, response, sown):
    """The words that an answer told, in its headers or in what it shows, to somebody who may not see their rows."""
    told = (str(response.headers) + _text(response.body)).casefold()
    return [word for word, row in sown.items() if word.casefold() in told and not sees_row(model, person, user, row)]


def _text(body):
    """As a reader of such a file sees it."""
    if body.startswith(b"%PDF"):
        return "".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(body)).pages)
    if body.startswith(b"PK") and is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as packed:
            return "".join(_text(packed.read(name)) for name in packed.namelist())
    return body.decode("utf-8", "replace")
