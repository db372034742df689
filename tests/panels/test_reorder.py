"""Arrange for me: shown first, then taken or not, and taken back once."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from offenders.models import Offender
from panels import actions
from panels.agenda import mark_of, timetable
from panels.models import AgendaItem, Invitation, Seat
from panels.waiting import proposal_for
from tests.factories import AgencyFactory, OffenderFactory, PanelFactory, SeatFactory
from tests.panels.test_slots import names


@pytest.fixture
def three(meeting, item, area, probation, housing_agency, health_agency, coordinator):
    """Housing comes for the first and the last, health for the one between: housing waits half an hour."""
    items = [item]
    for surname in ("Middleton", "Zeller"):
        case = OffenderFactory(surname=surname, area=area, lead_agency=probation, level=2)
        items.append(actions.add_item(meeting=meeting, offender=case, minutes=30, by=coordinator))
    for row, agency in zip(items, (housing_agency, health_agency, housing_agency), strict=True):
        actions.invite(item=row, agencies=[agency, probation], by=coordinator)
    return items


def mark(meeting):
    return mark_of(timetable(meeting))


def take(client, meeting, user):
    proposal = proposal_for(meeting, user)
    form = {"order": ",".join(proposal.order), "seen": proposal.mark}
    return client.post(f"/meetings/{meeting.reference}/order/", form, follow=True)


def test_the_page_shows_waiting_before_and_after_and_changes_nothing(sign_in, meeting, three, probation, coordinator):
    page = sign_in(coordinator).get(f"/meetings/{meeting.reference}/order/").text

    assert "waits 30 minutes" in page
    assert "in one stretch" in page
    assert f"there for the whole meeting: {probation.name}" in page
    assert "Every order was compared." in page
    assert names(meeting, coordinator) == ["Lowe", "Middleton", "Zeller"]


def test_the_order_is_taken_and_put_back_once(sign_in, meeting, three, coordinator):
    client = sign_in(coordinator)

    page = take(client, meeting, coordinator)
    assert "Put back the order from before" in page.text
    assert names(meeting, coordinator) == ["Middleton", "Lowe", "Zeller"]
    client.post(f"/meetings/{meeting.reference}/order/restore/")
    assert names(meeting, coordinator) == ["Lowe", "Middleton", "Zeller"]
    again = client.post(f"/meetings/{meeting.reference}/order/restore/", follow=True)

    assert "put back already" in again.text


def test_what_was_added_since_keeps_its_place_when_the_order_is_put_back(meeting, three, area, coordinator):
    proposal = proposal_for(meeting, coordinator)
    actions.reorder(meeting=meeting, order=proposal.order, seen=proposal.mark, by=coordinator)
    new = OffenderFactory(surname="New", area=area, level=2)
    actions.add_item(meeting=meeting, offender=new, minutes=30, by=coordinator)

    actions.restore_order(meeting=meeting, by=coordinator)

    assert names(meeting, coordinator) == ["Lowe", "Middleton", "Zeller", "New"]


def test_who_is_kept_at_a_place_and_breaks_stay_there(sign_in, meeting, three, coordinator):
    client = sign_in(coordinator)
    actions.add_usual_slots(meeting=meeting, by=coordinator)

    page = client.post(f"/items/{three[0].reference}/pin/", {"pinned": "yes"}, headers={"HX-Request": "true"})
    take(client, meeting, coordinator)

    assert "Lowe, Martin stays at this place" in page.text
    assert names(meeting, coordinator)[2:-1] == ["Lowe", "Zeller", "Middleton"]
    assert names(meeting, coordinator)[-1] == "Any other business"


def test_an_order_that_moves_what_is_kept_is_refused(meeting, three, coordinator):
    actions.pin(item=three[0], pinned=True, by=coordinator)
    order = [row.reference for row in reversed(three)]

    with pytest.raises(ValidationError, match="stay where they are"):
        actions.reorder(meeting=meeting, order=order, seen=mark(meeting), by=coordinator)


@pytest.mark.parametrize("order", [[], ["IT-XXXX-XXXX"], None])
def test_what_is_not_the_order_of_this_agenda_is_refused(meeting, three, coordinator, order):
    order = [three[0].reference] * 3 if order is None else order

    with pytest.raises(ValidationError, match="not the order of this agenda"):
        actions.reorder(meeting=meeting, order=order, seen=mark(meeting), by=coordinator)


def test_an_order_made_before_a_colleague_changed_it_is_refused_and_shown_anew(sign_in, meeting, three, coordinator):
    client, proposal = sign_in(coordinator), proposal_for(meeting, coordinator)
    actions.move(item=three[0], way="down", by=coordinator)

    form = {"order": ",".join(proposal.order), "seen": proposal.mark}
    page = client.post(f"/meetings/{meeting.reference}/order/", form)

    assert "Someone else changed the agenda meanwhile" in page.text
    assert names(meeting, coordinator) == ["Middleton", "Lowe", "Zeller"]


def test_a_move_made_on_an_old_page_is_refused_with_the_order_as_it_is_now(sign_in, meeting, three, coordinator):
    client, seen = sign_in(coordinator), mark(meeting)
    actions.move(item=three[0], way="down", by=coordinator)

    form = {"way": "down", "seen": seen}
    page = client.post(f"/items/{three[2].reference}/move/", form, headers={"HX-Request": "true"})

    assert page.status_code == 409
    assert "Someone else changed the agenda meanwhile" in page.text
    assert page.text.index("Middleton") < page.text.index("Lowe")


def test_an_item_one_may_not_see_stays_and_counts_for_nothing(meeting, three, coordinator):
    Offender._base_manager.filter(surname="Middleton").update(restricted=True)

    proposal = proposal_for(meeting, coordinator)

    assert [line.name.split(",")[0] for line in proposal.lines] == ["Lowe", "Zeller"]
    assert proposal.before == 30


def test_an_agency_of_another_area_waits_too(meeting, three, other_area, coordinator):
    stranger = AgencyFactory(name="Police, North Wales", kind__code="police", area=other_area)
    three[0].offender.lead_agency = stranger
    three[0].offender.save(update_fields=["lead_agency"])
    for row in (three[0], three[2]):
        row.invitations.visible_to(coordinator).filter(agency__kind__code="housing").update(agency=stranger)

    assert [row.agency for row in proposal_for(meeting, coordinator).agencies][-1] == "Police, North Wales"


def test_a_core_member_that_is_there_for_some_people_waits_too(meeting, three, area, housing_agency, coordinator):
    meeting.panel = PanelFactory(area=area)
    meeting.save(update_fields=["panel"])
    SeatFactory(panel=meeting.panel, agency=housing_agency)

    assert proposal_for(meeting, coordinator).before == 30


def test_who_declined_does_not_wait(meeting, three, housing_agency, housing, coordinator):
    Invitation._base_manager.filter(agency=housing_agency).update(
        response="declined", response_reason="Not our tenant", responded_at=timezone.now(), responded_by=housing
    )

    assert proposal_for(meeting, coordinator).before == 0


def test_a_practitioner_sees_the_agenda_but_may_not_arrange_it(sign_in, meeting, three, practitioner, outsider):
    client = sign_in(practitioner)

    for path in (f"/meetings/{meeting.reference}/order/", f"/meetings/{meeting.reference}/order/restore/"):
        assert client.post(path, {"order": "x", "seen": "x"}).status_code == 403
    assert client.post(f"/items/{three[0].reference}/pin/", {"pinned": "yes"}).status_code == 403
    assert sign_in(outsider).get(f"/meetings/{meeting.reference}/order/").status_code == 404


LATE = {
    "moved": lambda line, by: actions.move(item=line, way="up", by=by),
    "given time": lambda line, by: actions.give_time(item=line, minutes=5, by=by),
    "kept at its place": lambda line, by: actions.pin(item=line, pinned=True, by=by),
}


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_what_a_colleague_took_off_meanwhile_is_not_changed(three, coordinator, late):
    actions.remove_item(item=AgendaItem.objects.visible_to(coordinator).get(pk=three[1].pk), by=coordinator)

    with pytest.raises(ValidationError, match="took this off the agenda"):
        late(three[1], coordinator)


def test_a_core_member_that_was_taken_off_meanwhile_is_not_changed(area, coordinator):
    seat = SeatFactory(panel=PanelFactory(area=area), agency=AgencyFactory(area=area))
    actions.remove_member(seat=Seat.objects.visible_to(coordinator).get(pk=seat.pk), by=coordinator)

    with pytest.raises(ValidationError, match="taken off the panel meanwhile"):
        actions.name_members(seat=seat, representative=None, deputies=[], by=coordinator)
