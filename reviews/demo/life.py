"""A hold, a request to see a record and a disputed fact, as a coordinator would record them."""

from datetime import date, timedelta

from assurance.answering_person import take_request
from assurance.models import AccessRequest
from offenders.actions import hold_record, take_dispute
from offenders.models import Dispute, LegalHold, Offender
from reviews.demo.agencies import Place


def begin(place: Place, on: date) -> None:
    """Of the first case that probation leads."""
    coordinator = place.people["coordinator"]
    cases = Offender.objects.visible_to(coordinator).current().filter(area=place.area, restricted=False)
    case = cases.filter(lead_agency=place.agencies["probation"]).order_by("pk").first()
    if case is None:
        return
    hold_record(
        offender=case,
        ground=LegalHold.Ground.INQUIRY,
        reason="Instruction of the inquiry to keep records of children in care",
        by=coordinator,
    )
    take_request(
        offender=case,
        asker=AccessRequest.Asker.SOLICITOR,
        identity="Letter of authority and a copy of the passport seen",
        wanted="Everything since the last release",
        received_on=on - timedelta(days=9),
        by=coordinator,
    )
    take_dispute(
        offender=case,
        page=Dispute.Page.IDENTITY,
        fact="The address of 2019",
        claim="I never lived there: I was abroad for the whole of that year.",
        evidence="Stamps in the passport",
        received_on=on - timedelta(days=9),
        by=coordinator,
    )
