"""Standing panels: set up, changed and closed by co-ordination and chairs, with core members and their people."""

import re

import pytest

from agencies.models import Membership, Role
from panels.models import Meeting, Panel, Seat
from tests.conftest import member
from tests.factories import MembershipFactory, PanelFactory, RankFactory, SeatFactory

USUAL = {
    "level": "2",
    "name": "Luton panel",
    "mode": "hybrid",
    "place": "County Hall",
    "link": "https://meet.example/luton",
    "length": "240",
}


@pytest.fixture
def form(chair):
    return USUAL | {"chair": chair.pk}


@pytest.fixture
def deputy(police):
    """Dana chairs too, as an inspector."""
    return member(police, Role.Code.CHAIR, "dana", rank=RankFactory(name="Inspector (test)", order=20))


@pytest.fixture
def panel(area, chair):
    return PanelFactory(area=area, chair=chair, name="Luton panel")


def panels(user):
    return Panel.objects.visible_to(user)


def test_a_chair_sets_up_a_panel_with_a_deputy(sign_in, chair, deputy, form, area, practitioner, outsider):
    response = sign_in(chair).post("/meetings/panels/new/", form | {"deputies": [deputy.pk]})

    panel = panels(chair).get()
    assert response.headers["Location"] == f"/meetings/panels/{panel.reference}/"
    assert (panel.area, panel.level, panel.length, list(panel.deputies.all())) == (area, 2, 240, [deputy])
    assert sign_in(practitioner).post("/meetings/panels/new/", form).status_code == 403
    assert sign_in(outsider).get(f"/meetings/panels/{panel.reference}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter a name for the panel"),
        ({"link": ""}, "Enter the joining link of the meeting"),
        ({"link": "http://meet.example/luton"}, "starts with https://"),
        ({"length": "5"}, "Enter between 15 and 600 minutes"),
        ({"level": "3", "deputies": "dana"}, "Choose a more senior chair"),
        ({"deputies": "chris"}, "Choose someone else than the chair"),
    ],
)
def test_what_a_panel_cannot_be_is_refused(sign_in, coordinator, chair, deputy, form, change, words):
    people = {"dana": deputy.pk, "chris": chair.pk}
    change = {name: people.get(value, value) for name, value in change.items()}

    page = sign_in(coordinator).post("/meetings/panels/new/", form | change)

    assert words in page.text
    assert "County Hall" in page.text
    assert not panels(coordinator).exists()


def test_a_second_click_sets_up_no_second_panel(sign_in, coordinator, form):
    client = sign_in(coordinator)
    client.post("/meetings/panels/new/", form)

    assert "has a panel of this name already" in client.post("/meetings/panels/new/", form).text
    assert panels(coordinator).count() == 1


def test_a_panel_is_changed_unless_somebody_else_did_meanwhile(sign_in, coordinator, panel, form):
    client, url = sign_in(coordinator), f"/meetings/panels/{panel.reference}/change/"
    client.post(url, form | {"version": "0"})

    page = client.post(url, form | {"name": "Dunstable panel", "version": "0"})

    assert "Someone else changed this panel meanwhile" in page.text
    assert "Dunstable panel" in page.text
    assert panels(coordinator).get().name == "Luton panel"
    client.post(url, form | {"name": "Dunstable panel", "version": "1"})
    assert panels(coordinator).get().name == "Dunstable panel"


def test_a_closed_panel_says_why_and_is_changed_no_more(sign_in, coordinator, panel, form):
    client, url = sign_in(coordinator), f"/meetings/panels/{panel.reference}"
    assert "Enter why the panel is closed" in client.post(f"{url}/close/", {}).text

    client.post(f"{url}/close/", {"reason": "Merged with another"})

    assert "Merged with another" in client.get(f"{url}/").text
    for page in ("close/", "change/", "members/"):
        answers = form | {"reason": "x", "version": "0", "agency": coordinator.memberships.get().agency_id}
        assert "This panel is closed" in client.post(f"{url}/{page}", answers).text
    assert PanelFactory(area=panel.area, name="Luton panel").pk  # the name is free again


def test_an_agency_of_the_area_becomes_a_core_member_once(sign_in, coordinator, panel, housing_agency, outsider):
    client, url = sign_in(coordinator), f"/meetings/panels/{panel.reference}/members/"
    elsewhere = Membership.objects.get(user=outsider).agency

    client.post(url, {"agency": housing_agency.pk})
    again = client.post(url, {"agency": housing_agency.pk})
    far = client.post(url, {"agency": elsewhere.pk})

    assert Seat.objects.visible_to(coordinator).get().agency == housing_agency
    assert "Select a valid choice" in again.text
    assert "Select a valid choice" in far.text


def test_who_comes_for_an_agency_and_who_instead_are_its_own_people(
    sign_in, coordinator, panel, housing_agency, housing, practitioner
):
    seat = SeatFactory(panel=panel, agency=housing_agency)
    second = MembershipFactory(agency=housing_agency).user
    client, url = sign_in(coordinator), f"/meetings/panels/members/{seat.reference}/"

    assert "Select a valid choice" in client.post(url, {"representative": practitioner.pk}).text
    same = client.post(url, {"representative": housing.pk, "deputies": [housing.pk]})
    assert "Choose someone else than the representative" in same.text
    client.post(url, {"representative": housing.pk, "deputies": [second.pk]})

    seat = Seat.objects.visible_to(coordinator).get()
    assert (seat.representative, list(seat.deputies.all())) == (housing, [second])
    assert "Harriet" in client.get(f"/meetings/panels/{panel.reference}/").text


def test_a_core_member_is_removed(sign_in, coordinator, panel, housing_agency, practitioner):
    seat = SeatFactory(panel=panel, agency=housing_agency)
    url = f"/meetings/panels/members/{seat.reference}/remove/"

    assert sign_in(practitioner).post(url).status_code == 403
    sign_in(coordinator).post(url)

    assert not Seat.objects.visible_to(coordinator).exists()


def test_core_members_are_ticked_first_when_agencies_are_invited(sign_in, coordinator, panel, housing_agency, item):
    SeatFactory(panel=panel, agency=housing_agency)
    client, url = sign_in(coordinator), f"/items/{item.reference}/invite/"
    ticked = f'value="{housing_agency.pk}"[^>]* checked'
    assert not re.search(ticked, client.get(url).text)

    Meeting._base_manager.update(panel=panel)

    assert re.search(ticked, client.get(url).text)


def test_the_list_of_panels_shows_those_of_ones_own_area(sign_in, coordinator, panel, other_area):
    PanelFactory(area=other_area, name="Far panel")

    page = sign_in(coordinator).get("/meetings/panels/").text

    assert "Luton panel" in page
    assert "Far panel" not in page
