"""What became of approved minutes: one meeting's were amended, are to be sent on, and are summed up for the person."""

from agencies.models import Agency
from panels import actions
from panels.actions.distribution import agencies_to_send_on_to
from panels.models import Meeting, Paragraph
from reviews.demo.agencies import Place
from reviews.demo.calendar import ACTIVE

SAID = "This is what a meeting of the agencies that work together to protect the public decided about you."


def begin(place: Place) -> None:
    """The last level 2 minutes that were approved, worked on as its people would."""
    chair, coordinator = place.people["chair"], place.people["coordinator"]
    approved = Meeting.objects.visible_to(chair).filter(
        area=place.area, level=ACTIVE, chair=chair, state=Meeting.State.APPROVED
    )
    item = approved.latest("starts_at").items.visible_to(chair).earliest("position")
    paragraph = item.paragraphs.visible_to(coordinator).get(section=Paragraph.Section.AGENCIES)
    amendment = actions.amend(
        item=item,
        part="paragraph",
        of=paragraph,
        becomes=f"{paragraph.text} The date of the last call was put right.",
        reason="The date of the last call was missing",
        version=1,
        by=coordinator,
    )
    actions.decide_amendment(amendment=amendment, outcome="accepted", reason="", by=chair)
    actions.ask_to_send_on(
        item=item,
        agency=next(each for each in agencies_to_send_on_to(item) if _is_near(each, place)),
        reason="It is asked for help with the tenancy and needs to know what was decided",
        by=place.people["probation"],
    )
    actions.release_summary(item=item, covering=SAID, by=chair)


def _is_near(agency: Agency, place: Place) -> bool:
    return agency.area_id == place.area.pk
