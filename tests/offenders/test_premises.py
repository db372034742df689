"""The way to approved premises: proposed, decided by the competent body, reserved, arrived, left."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from audit.models import AccessEvent
from offenders.actions import premises
from offenders.models import Premises, PremisesPlace, PremisesProposal
from tests.factories import (
    AgencyFactory,
    GroupGrantFactory,
    MembershipFactory,
    PremisesFactory,
    PremisesPlaceFactory,
    PremisesProposalFactory,
    in_days,
)
from tests.offenders.dates_typed import typed


@pytest.fixture
def house(area):
    return PremisesFactory(code="example-house", area=area, beds=2)


@pytest.fixture
def proposal(offender, practitioner):
    return PremisesProposalFactory(offender=offender, recorded_by=practitioner)


@pytest.fixture
def accepted(offender, practitioner):
    return PremisesProposalFactory(offender=offender, recorded_by=practitioner, accepted=True)


@pytest.fixture
def place(offender, accepted, house):
    return PremisesPlaceFactory(offender=offender, proposal=accepted, premises=house)


def proposed(**change):
    times = typed("proposed_on", in_days(-3)) | typed("needed_from", in_days(10))
    return {"proposed_by": "meeting", "reasons": "No other address can be approved", **times} | change


def decision(**change):
    said = {"decision": "accepted", "decided_by": "premises-unit", "decided_by_officer": "Pat Example, placements"}
    return said | {"decision_reasons": "Risk and need", "conditions": "", **typed("decided_on", in_days(-1))} | change


def reservation(first=0, until=60, **change):
    times = typed("from_on", in_days(first)) | typed("until_on", in_days(until))
    return {"premises": "example-house", "bed": "", **times} | change


def test_a_meeting_proposes_and_imposes_nothing(client, practitioner, offender):
    client.force_login(practitioner)

    client.post(f"/people/{offender.reference}/premises/propose/", proposed())

    proposal = PremisesProposal.objects.visible_to(practitioner).get()
    assert (proposal.get_proposed_by_display(), proposal.decision) == ("A MAPPA meeting", "")
    page = client.get(f"/people/{offender.reference}/premises/")
    assert "The competent body has not decided yet." in page.text
    assert "Reserve a bed" not in page.text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"proposed_by": ""}, "proposed_by", "Choose who proposes it"),
        ({"reasons": ""}, "reasons", "Enter an answer"),
        (typed("proposed_on", in_days(1)), "proposed_on", "today or in the past"),
        (typed("needed_from", in_days(-4)), "needed_from", "from the date of the proposal"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused(client, practitioner, offender, change, field, message):
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/premises/propose/", proposed(**change))

    assert message in " ".join(response.context["form"].errors[field])
    assert not PremisesProposal.objects.visible_to(practitioner).exists()


def test_one_proposal_runs_at_a_time(client, practitioner, offender, proposal):
    client.force_login(practitioner)

    response = client.post(f"/people/{offender.reference}/premises/propose/", proposed())

    assert "Another proposal for this person is open" in response.text


def test_the_decision_says_whose_it_was(client, practitioner, offender, proposal):
    client.force_login(practitioner)

    client.post(f"/people/proposals/{proposal.reference}/decide/", decision())

    text = client.get(f"/people/{offender.reference}/premises/").text
    assert "by: Probation Service: approved premises placements (Pat Example, placements)" in text
    assert AccessEvent.objects.get(event="premises.decided").detail == {"decision": "accepted", "body": "premises-unit"}
    again = client.post(f"/people/proposals/{proposal.reference}/decide/", decision(decision="refused"))
    assert "recorded already" in again.text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"decision": ""}, "decision", "Choose what was decided"),
        ({"decided_by": "meeting"}, "decided_by", "valid choice"),
        ({"decided_by_officer": ""}, "decided_by_officer", "Enter who decided"),
        ({"decision_reasons": ""}, "decision_reasons", "Enter an answer"),
        (typed("decided_on", in_days(1)), "decided_on", "until today"),
        (typed("decided_on", in_days(-31)), "decided_on", "from the day of the proposal"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(client, practitioner, proposal, change, field, message):
    client.force_login(practitioner)

    response = client.post(f"/people/proposals/{proposal.reference}/decide/", decision(**change))

    assert message in " ".join(response.context["form"].errors[field])
    assert PremisesProposal.objects.visible_to(practitioner).get().decision == ""


def test_what_was_refused_leads_to_no_bed(client, practitioner, proposal, house):
    client.force_login(practitioner)
    client.post(f"/people/proposals/{proposal.reference}/decide/", decision(decision="refused"))

    response = client.post(f"/people/proposals/{proposal.reference}/reserve/", reservation())

    assert "This proposal has ended" in response.text
    assert not PremisesPlace.objects.visible_to(practitioner).exists()


def test_no_bed_before_the_decision(client, practitioner, proposal, house):
    client.force_login(practitioner)

    response = client.post(f"/people/proposals/{proposal.reference}/reserve/", reservation())

    assert "before the competent body has accepted" in response.text
    assert not PremisesPlace.objects.visible_to(practitioner).exists()


def test_the_first_free_bed_is_reserved(client, practitioner, accepted, house, other_case):
    PremisesPlaceFactory(offender=other_case, premises=house, bed=1)
    client.force_login(practitioner)

    client.post(f"/people/proposals/{accepted.reference}/reserve/", reservation())

    assert PremisesPlace.objects.visible_to(practitioner).get().bed == 2


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"premises": ""}, "premises", "Choose the premises"),
        ({"bed": "3"}, "bed", "These premises have 2 beds"),
        ({"bed": "one"}, "bed", "Enter the number of the bed"),
        ({"bed": "0"}, "bed", "greater than or equal to 1"),
        (typed("until_on", in_days(0)), "until_on", "must be after the first day"),
    ],
)
def test_a_reservation_that_cannot_be_is_refused(client, practitioner, accepted, house, change, field, message):
    client.force_login(practitioner)

    response = client.post(f"/people/proposals/{accepted.reference}/reserve/", reservation(**change))

    assert message in " ".join(response.context["form"].errors[field])
    assert not PremisesPlace.objects.visible_to(practitioner).exists()


def test_the_same_bed_is_not_reserved_twice_and_nothing_is_told_of_the_other(
    client, practitioner, accepted, house, other_case
):
    PremisesPlaceFactory(offender=other_case, premises=house, bed=1)
    client.force_login(practitioner)

    response = client.post(f"/people/proposals/{accepted.reference}/reserve/", reservation(bed="1"))

    assert "This bed is taken on some of these days." in response.text
    assert "Elsewhere" not in response.text
    assert not PremisesPlace.objects.visible_to(practitioner).exists()


def test_full_premises_take_nobody(client, practitioner, accepted, house, other_case):
    for bed in (1, 2):
        PremisesPlaceFactory(offender=other_case, premises=house, bed=bed, until_on=in_days(20))
    client.force_login(practitioner)
    url = f"/people/proposals/{accepted.reference}/reserve/"

    assert "No bed is free there" in client.post(url, reservation()).text
    assert client.post(url, reservation(first=20)).status_code == 302  # the day on which they leave


def test_premises_out_of_use_take_nobody(client, practitioner, accepted, house):
    Premises.objects.update(is_active=False)
    client.force_login(practitioner)

    response = client.post(f"/people/proposals/{accepted.reference}/reserve/", reservation())

    assert "Choose premises from the list" in response.text


def test_a_new_reservation_takes_the_place_of_the_old(client, practitioner, place):
    client.force_login(practitioner)

    client.post(f"/people/proposals/{place.proposal.reference}/reserve/", reservation(first=5, bed="2"))

    old, new = PremisesPlace.objects.visible_to(practitioner).order_by("pk")
    assert (old.release, new.bed, new.released_on) == ("changed", 2, None)


def test_the_database_itself_refuses_the_same_bed(place, other_case):
    with pytest.raises(IntegrityError, match="a_bed_is_reserved_once"):
        PremisesPlaceFactory(offender=other_case, premises=place.premises, bed=1, from_on=in_days(59))


def test_the_bed_is_free_on_the_day_of_departure(place, other_case):
    PremisesPlaceFactory(offender=other_case, premises=place.premises, bed=1, from_on=in_days(60), until_on=in_days(80))

    assert PremisesPlace._base_manager.count() == 2


def test_an_arrival_is_recorded(client, practitioner, offender, place):
    client.force_login(practitioner)

    client.post(f"/people/places/{place.reference}/arrive/", typed("arrived_on", in_days(-2)))

    assert PremisesPlace.objects.visible_to(practitioner).get().arrived_on == in_days(-2)
    assert "Lives there" in client.get(f"/people/{offender.reference}/premises/").text
    again = client.post(f"/people/places/{place.reference}/arrive/", typed("arrived_on", in_days(-1)))
    assert "recorded already" in again.text


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (in_days(-25), "before the decision of the competent body"),
        (in_days(1), "today or in the past"),
        (in_days(-10), "not reserved on this day"),
    ],
)
def test_an_arrival_that_cannot_be_is_refused(client, practitioner, place, day, message):
    client.force_login(practitioner)

    assert message in client.post(f"/people/places/{place.reference}/arrive/", typed("arrived_on", day)).text
    assert PremisesPlace.objects.visible_to(practitioner).get().arrived_on is None


def test_nobody_moves_into_a_bed_that_somebody_still_lives_in(client, practitioner, place, other_case):
    PremisesPlaceFactory(
        offender=other_case,
        premises=place.premises,
        bed=1,
        from_on=in_days(-19),
        until_on=in_days(-6),
        arrived_on=in_days(-19),
    )
    client.force_login(practitioner)

    response = client.post(f"/people/places/{place.reference}/arrive/", typed("arrived_on", in_days(0)))

    assert "Somebody still lives in this bed" in response.text


@pytest.fixture
def resident(place):
    PremisesPlace._base_manager.update(arrived_on=in_days(-5))
    return place


def change(until, **more):
    return {"premises": "example-house", "bed": "", "reason": "Move-on is not ready", **typed("until_on", until)} | more


@pytest.mark.parametrize("bed", ["", "1", "2"])
def test_a_stay_is_extended_or_moved_and_what_held_is_kept(client, practitioner, resident, bed):
    client.force_login(practitioner)

    response = client.post(f"/people/places/{resident.reference}/change/", change(in_days(90), bed=bed))

    assert response.status_code == 302
    old, new = PremisesPlace.objects.visible_to(practitioner).order_by("pk")
    assert (old.released_on, old.release, old.until_on) == (in_days(0), "changed", in_days(60))
    assert (new.until_on, new.arrived_on, new.bed) == (in_days(90), in_days(0), int(bed or 1))


def test_a_stay_is_extended_into_the_future_only(client, practitioner, resident):
    client.force_login(practitioner)

    response = client.post(f"/people/places/{resident.reference}/change/", change(in_days(0)))

    assert "Enter a day after today" in response.text
    assert PremisesPlace.objects.visible_to(practitioner).get().released_on is None


def test_who_has_not_arrived_neither_extends_nor_leaves(client, practitioner, place):
    client.force_login(practitioner)
    left = {"release": "planned", "release_notes": "", **typed("released_on", in_days(0))}

    assert "has not arrived" in client.post(f"/people/places/{place.reference}/change/", change(in_days(9))).text
    assert "has not arrived" in client.post(f"/people/places/{place.reference}/leave/", left).text


@pytest.fixture
def overstayed(resident, other_case):
    """Somebody who was to leave two days ago, and whose bed was promised to the next from that day."""
    PremisesPlace._base_manager.update(until_on=in_days(-2), arrived_on=in_days(-5))
    PremisesPlaceFactory(offender=other_case, premises=resident.premises, bed=1, from_on=in_days(-2))
    return resident


def test_whoever_overstayed_leaves_though_the_bed_was_promised_to_the_next(client, practitioner, overstayed):
    client.force_login(practitioner)
    left = {"release": "planned", "release_notes": "", **typed("released_on", in_days(0))}

    client.post(f"/people/places/{overstayed.reference}/leave/", left)

    assert PremisesPlace.objects.visible_to(practitioner).get().released_on == in_days(0)


@pytest.mark.parametrize(("bed", "answer"), [("2", 302), ("1", 200)])
def test_whoever_overstayed_moves_to_another_bed_and_not_on_in_this_one(client, practitioner, overstayed, bed, answer):
    client.force_login(practitioner)

    response = client.post(f"/people/places/{overstayed.reference}/change/", change(in_days(9), bed=bed))

    assert response.status_code == answer
    assert PremisesPlace.objects.visible_to(practitioner).standing().get().bed == int(bed)


def test_nobody_arrived_in_a_bed_that_somebody_had_not_left(client, practitioner, place, other_case):
    stay = {"from_on": in_days(-19), "until_on": in_days(-6), "arrived_on": in_days(-19)}
    PremisesPlaceFactory(
        offender=other_case, premises=place.premises, released_on=in_days(-2), release="planned", **stay
    )
    client.force_login(practitioner)
    url = f"/people/places/{place.reference}/arrive/"

    assert "Somebody still lived in this bed then" in client.post(url, typed("arrived_on", in_days(-3))).text
    assert client.post(url, typed("arrived_on", in_days(-2))).status_code == 302


def test_whoever_left_before_the_stay_was_extended_left_from_the_place_before(client, practitioner, resident):
    client.force_login(practitioner)
    client.post(f"/people/places/{resident.reference}/change/", change(in_days(90)))
    new = PremisesPlace.objects.visible_to(practitioner).standing().get()
    left = {"release": "absconded", "release_notes": "", **typed("released_on", in_days(-1))}

    client.post(f"/people/places/{new.reference}/leave/", left)

    old, new = PremisesPlace.objects.visible_to(practitioner).order_by("pk")
    assert (old.release, old.released_on) == ("absconded", in_days(-1))
    assert (new.release, new.arrived_on) == ("withdrawn", None)


def breached(client, place, day):
    told = {"what": "Came back late", "action": "warning", **typed("happened_on", in_days(day))}
    return client.post(f"/people/places/{place.reference}/breach/", told)


def test_a_breach_before_the_stay_was_extended_is_recorded_at_the_new_place(client, practitioner, resident):
    client.force_login(practitioner)
    client.post(f"/people/places/{resident.reference}/change/", change(in_days(90)))
    new = PremisesPlace.objects.visible_to(practitioner).standing().get()

    assert "from the day when it began to hold" in breached(client, new, -6).text
    assert breached(client, new, -4).status_code == 302


def test_a_breach_that_became_known_after_the_departure_is_recorded(client, practitioner, offender, resident):
    client.force_login(practitioner)
    left = {"release": "breach", "release_notes": "", **typed("released_on", in_days(-1))}
    client.post(f"/people/places/{resident.reference}/leave/", left)

    assert f"/people/places/{resident.reference}/breach/" in client.get(f"/people/{offender.reference}/premises/").text
    assert breached(client, resident, -2).status_code == 302


@pytest.fixture
def health_leads(offender, area):
    """Henry works for a trust that leads the case: he edits its record, and is of no Responsible Authority agency."""
    trust = AgencyFactory(kind__code="nhs-trust", area=area)
    type(offender)._base_manager.update(lead_agency=trust)
    GroupGrantFactory(content_object=offender, group=trust.group, basis="lead")
    return MembershipFactory(agency=trust, role_id="practitioner").user


def test_a_partner_agency_that_leads_the_case_is_shown_no_premises(client, health_leads, offender, accepted, house):
    client.force_login(health_leads)

    page = client.get(f"/people/{offender.reference}/premises/")
    url = f"/people/proposals/{accepted.reference}/reserve/"

    assert "Withdraw" in page.text
    assert url not in page.text
    assert client.get(url).status_code == client.post(url, reservation()).status_code == 403


def test_a_partner_agency_gives_no_bed_by_any_way(client, health_leads, accepted, resident, house):
    days = {"premises": house, "bed": None, "until_on": in_days(9), "by": health_leads}
    # Read anew, so that they know who leads the case now.
    proposal = PremisesProposal.objects.visible_to(health_leads).get()
    place = PremisesPlace.objects.visible_to(health_leads).get()

    with pytest.raises(PermissionDenied):
        premises.reserve_bed(proposal=proposal, from_on=in_days(0), **days)
    with pytest.raises(PermissionDenied):
        premises.change_place(place=place, reason="x", **days)
    client.force_login(health_leads)
    assert client.get(f"/people/places/{resident.reference}/change/").status_code == 403


@pytest.mark.parametrize("how", ["planned", "breach", "recalled", "absconded", "died"])
def test_a_departure_frees_the_bed_and_ends_the_proposal(client, practitioner, offender, resident, how):
    client.force_login(practitioner)
    left = {"release": how, "release_notes": "", **typed("released_on", in_days(-1))}

    client.post(f"/people/places/{resident.reference}/leave/", left)

    assert PremisesPlace.objects.visible_to(practitioner).get().release == how
    assert "Propose approved premises" in client.get(f"/people/{offender.reference}/premises/").text
    assert "no longer held" in client.post(f"/people/places/{resident.reference}/leave/", left).text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"release": "withdrawn"}, "valid choice"),
        (typed("released_on", in_days(1)), "until today"),
        (typed("released_on", in_days(-6)), "from the day of arrival"),
    ],
)
def test_a_departure_that_cannot_be_is_refused(client, practitioner, resident, change, message):
    client.force_login(practitioner)
    left = {"release": "planned", "release_notes": "", **typed("released_on", in_days(0))}

    assert message in client.post(f"/people/places/{resident.reference}/leave/", left | change).text
    assert PremisesPlace.objects.visible_to(practitioner).get().released_on is None


def test_a_proposal_is_withdrawn_with_its_reservation(client, practitioner, place):
    client.force_login(practitioner)
    url = f"/people/proposals/{place.proposal.reference}/withdraw/"

    client.post(url, {"withdrawal_reason": "Another address was approved"})

    assert PremisesPlace.objects.visible_to(practitioner).get().release == "withdrawn"
    assert "has ended" in client.post(url, {"withdrawal_reason": "Again"}).text


def test_who_lives_there_is_not_withdrawn(client, practitioner, resident):
    client.force_login(practitioner)
    url = f"/people/proposals/{resident.proposal.reference}/withdraw/"

    assert "record the departure instead" in client.post(url, {"withdrawal_reason": "x"}).text


@pytest.mark.parametrize(
    ("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404), ("uninvited", 404)]
)
def test_nobody_else_changes_anything(client, request, granted, offender, place, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"/people/{offender.reference}/premises/propose/", proposed()).status_code == status
    assert client.post(f"/people/proposals/{place.proposal.reference}/decide/", decision()).status_code == status
    assert (
        client.post(f"/people/places/{place.reference}/arrive/", typed("arrived_on", in_days(0))).status_code == status
    )
    assert PremisesPlace._base_manager.get().arrived_on is None


REGISTER = "/premises/"


def test_the_register_names_only_whom_the_reader_sees(client, practitioner, place, other_case):
    PremisesPlaceFactory(offender=other_case, premises=place.premises, bed=2)
    client.force_login(practitioner)

    page = client.get(REGISTER)

    assert "Ashdown, Peter" in page.text
    assert "Elsewhere" not in page.text
    beds = page.context["rows"][0]["beds"]
    assert [(bed["state"], bed["name"], bool(bed["until"])) for bed in beds] == [
        ("Reserved", "Ashdown, Peter", True),
        ("Occupied", "", False),
    ]
    assert "0 of 2 beds free" in page.text


def test_the_register_names_only_to_whoever_said_why_and_that_is_recorded(client, area_officer, offender, place):
    client.force_login(area_officer)
    assert "Ashdown" not in client.get(REGISTER).text

    client.post(f"/people/{offender.reference}/reason/", {"purpose": "duty"})

    assert "Ashdown, Peter" in client.get(REGISTER).text
    told = AccessEvent.objects.filter(event="premises.residents_named").order_by("pk")
    assert [event.detail["cases"] for event in told] == [[], [offender.reference]]


def test_the_register_is_of_today_and_of_days_to_come(client, practitioner, house):
    client.force_login(practitioner)

    assert "Enter today or a later day" in client.get(REGISTER, typed("on", in_days(-1))).text


def test_the_choice_of_premises_says_where_and_for_whom(client, practitioner, accepted, house):
    client.force_login(practitioner)

    text = client.get(f"/people/proposals/{accepted.reference}/reserve/").text

    assert "Example House, Bedfordshire, men" in text


def test_a_restricted_case_is_only_a_bed_that_is_taken(client, practitioner, coordinator, offender, place):
    type(offender)._base_manager.update(restricted=True)
    for person in (practitioner, coordinator):
        client.force_login(person)
        page = client.get(REGISTER)
        assert "Ashdown" not in page.text
        assert "1 of 2 beds free" in page.text


def test_beds_are_counted_for_the_day_that_is_asked(client, practitioner, place):
    client.force_login(practitioner)

    assert "1 of 2 beds free" in client.get(REGISTER, typed("on", in_days(59))).text
    assert "2 of 2 beds free" in client.get(REGISTER, typed("on", in_days(60))).text
    assert (
        "The date must be a real date" in client.get(REGISTER, {"on_day": "x", "on_month": "1", "on_year": "2026"}).text
    )


def test_whoever_overstays_is_still_there_today(client, practitioner, resident):
    PremisesPlace._base_manager.update(until_on=in_days(-1))
    client.force_login(practitioner)

    assert "1 of 2 beds free" in client.get(REGISTER).text
    assert "2 of 2 beds free" in client.get(REGISTER, typed("on", in_days(5))).text


def test_the_register_begins_with_ones_own_area_and_is_filtered(client, practitioner, house, other_area):
    PremisesFactory(code="far-house", area=other_area, residents="women")
    client.force_login(practitioner)

    def names(**asked):
        return [row["name"] for row in client.get(REGISTER, asked).context["rows"]]

    assert names() == ["Example House"]
    assert names(area="") == ["Example House", "Far House"]
    assert names(area="", residents="women") == ["Far House"]


def test_the_register_is_turned_page_by_page(client, practitioner, area):
    for number in range(27):
        PremisesFactory(code=f"house-{number:02}", area=area)
    client.force_login(practitioner)

    first = client.get(REGISTER, {"area": ""})
    second = client.get(first.context["next"])

    shown = [row["name"] for page in (first, second) for row in page.context["rows"]]
    assert shown == [f"House {number:02}" for number in range(27)]


@pytest.mark.parametrize("number", [1, 12])
def test_the_register_costs_the_same_however_many(
    client, practitioner, area, offender, accepted, number, django_assert_max_num_queries
):
    for each in range(number):
        house = PremisesFactory(code=f"house-{each:02}", area=area)
        PremisesPlaceFactory(premises=house, proposal__accepted=True)
    client.force_login(practitioner)

    with django_assert_max_num_queries(20):
        client.get(REGISTER)


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_of_a_case_costs_the_same_however_many(
    client, practitioner, offender, house, number, django_assert_max_num_queries
):
    for _each in range(number):
        PremisesPlaceFactory(offender=offender, premises=house, released_on=in_days(-5), release="withdrawn")
    client.force_login(practitioner)

    with django_assert_max_num_queries(28):
        client.get(f"/people/{offender.reference}/premises/")


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "board_member", "lay_adviser", "administrator"])
def test_who_edits_no_case_does_not_open_the_register(client, request, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(REGISTER).status_code == 403


@pytest.mark.parametrize("person", ["housing", "uninvited"])
def test_a_partner_agency_does_not_learn_where_the_houses_are(client, request, person, granted):
    client.force_login(request.getfixturevalue(person))

    assert client.get(REGISTER).status_code == 403
    assert REGISTER not in client.get("/work/", follow=True).text
