"""The standing panels of a demo area, a meeting that was called off, and what its lay adviser observes."""

from collections.abc import Callable
from datetime import datetime, timedelta

from offenders.models import Offender
from panels.models import Meeting, MeetingChange, Mode, Observation, Panel, Seat
from reviews.demo import words
from reviews.demo.agencies import Place
from reviews.demo.bulk import Load

# Who usually comes for each kind of agency, by the start of the sign-in.
MEMBERS = {
    "police": "police",
    "probation": "probation",
    "prison": "prison",
    "housing": "housing",
    "nhs-trust": "health",
}
LENGTHS = {Offender.Level.ACTIVE: 240, Offender.Level.ENHANCED: 180}
LINK = "https://video.example/mappa-level-2"

Next = Callable[[str], str]


def found_panels(place: Place, next_reference: Next) -> dict[int, Panel]:
    """One panel of each level, chaired by the chair of the area, with its core members."""
    found = {}
    for level, length in LENGTHS.items():
        by_video = level == Offender.Level.ACTIVE
        panel = Panel.objects.create(
            reference=next_reference("PN"),
            area=place.area,
            level=level,
            name=f"{place.area.name} level {level} panel",
            mode=Mode.HYBRID if by_video else Mode.IN_PERSON,
            place=words.PLACES[level],
            link=LINK if by_video else "",
            length=length,
            chair=place.people["chair"],
            made_by=place.people["coordinator"],
        )
        for kind, who in MEMBERS.items():
            Seat.objects.create(
                reference=next_reference("ST"),
                panel=panel,
                agency=place.agencies[kind],
                representative=place.people[who],
                added_by=place.people["coordinator"],
            )
        found[int(level)] = panel
    return found


def call_off(load: Load, place: Place, panel: Panel, at: datetime, next_reference: Next) -> None:
    """A meeting that was cancelled two days before it."""
    meeting, coordinator = load.id_for(Meeting), place.people["coordinator"]
    add_meeting(load, meeting, next_reference("MT"), place, panel, at, Meeting.State.CANCELLED)
    load.add(
        MeetingChange,
        meeting=meeting,
        kind="cancelled",
        reason="Snow: the roads to the police station were closed",
        was_at=at,
        was_place=panel.place,
        was_chair=panel.chair_id,
        at=at - timedelta(days=2),
        by=coordinator.pk,
    )


def add_meeting(
    load: Load,
    key: int,
    reference: str,
    place: Place,
    panel: Panel,
    starts_at: datetime,
    state: Meeting.State,
    **minutes: object,
) -> None:
    """A meeting as its panel usually meets; `minutes` say by when they are due, and when and by whom they were approved."""
    due = {"minutes_due_on": None, "approved_at": None, "approved_by": None} | minutes
    load.add(
        Meeting,
        id=key,
        reference=reference,
        area=place.area.pk,
        level=panel.level,
        panel=panel.pk,
        starts_at=starts_at,
        length=panel.length,
        mode=panel.mode,
        place=panel.place,
        link=panel.link,
        chair=panel.chair_id,
        state=str(state),
        arranged_by=place.people["coordinator"].pk,
        sequence=int(state == Meeting.State.CANCELLED),
        **due,
    )


def observe(load: Load, place: Place, meeting: int, at: datetime, next_reference: Next, *, observed: bool) -> None:
    """The lay adviser is invited to a meeting, and said afterwards that he was there."""
    load.add(
        Observation,
        reference=next_reference("OB"),
        meeting=meeting,
        adviser=place.people["lay-adviser"].pk,
        invited_at=at - timedelta(days=28),
        invited_by=place.people["coordinator"].pk,
        observed_at=at + timedelta(hours=3) if observed else None,
    )
