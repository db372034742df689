"""Handing a case over: proposed, accepted, refused or withdrawn, and never without an owner."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies import working_days
from agencies.models import Membership, Role
from audit.models import AccessEvent
from mappa import dates
from offenders import actions
from offenders.models import HandoverItem, HandoverKind, Offender, OffenderGroupObjectPermission, Review, Transfer
from offenders.models.grant import Basis, in_force
from reviews.deadlines import BY_SLUG
from tests.conftest import member
from tests.factories import (
    ActionFactory,
    AgencyFactory,
    AgendaItemFactory,
    ExclusionFactory,
    InvitationFactory,
    PersonalGrantFactory,
    RankFactory,
    ReferralFactory,
    TransferFactory,
    in_days,
)

R = Role.Code


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/transfer/propose/"


@pytest.fixture
def welsh_police(outsider):
    return Membership.objects.get(user=outsider).agency


@pytest.fixture
def welsh_probation(other_area):
    return AgencyFactory(name="Probation, North Wales", kind__code="probation", area=other_area)


@pytest.fixture
def gwen(welsh_probation):
    """Gwen, a probation officer of the other area."""
    return member(welsh_probation, R.PRACTITIONER, "gwen")


@pytest.fixture
def megan(welsh_probation):
    """Megan manages Gwen."""
    return member(welsh_probation, R.PRACTITIONER, "megan", rank=RankFactory(name="Senior probation officer", order=20))


def sees(user, offender):
    return Offender.objects.visible_to(user).filter(pk=offender.pk).exists()


def propose(offender, by, area=None, agency=None):
    return actions.propose_transfer(offender=offender, to_area=area, to_agency=agency, reason="Moves", by=by)


def tick_all(transfer, by):
    for item in transfer.items.visible_to(by):
        actions.tick_item(item=item, outcome="done", words="", by=by)


@pytest.fixture
def proposed(offender, coordinator, outsider, other_area, welsh_probation, gwen, megan):
    transfer = propose(offender, coordinator, other_area, welsh_probation)
    tick_all(transfer, coordinator)
    return transfer


@pytest.mark.parametrize("person", ["coordinator", "chair", "manager"])
def test_a_proposal_waits_and_lets_the_receiving_side_look(
    client, request, offender, outsider, other_area, url, today, person
):
    user = request.getfixturevalue(person)
    client.force_login(user)

    client.post(url, {"to_area": other_area.pk, "to_agency": "", "reason": "Moves to his sister"})

    transfer = Transfer.objects.visible_to(user).get()
    assert (transfer.state, transfer.due_on) == ("proposed", working_days.after(today, 10, other_area))
    assert transfer.items.visible_to(user).count() == HandoverKind.objects.filter(is_active=True).count()
    assert sees(outsider, offender)
    assert Offender.objects.visible_to(user).get().area == offender.area


def test_the_receiving_side_is_told_apart_only_by_the_grant(offender, coordinator, outsider, other_area, gwen):
    propose(offender, coordinator, other_area)

    grant = OffenderGroupObjectPermission.objects.about(offender).get()
    assert (grant.basis, grant.until) == (Basis.TRANSFER, None)
    assert not sees(gwen, offender)


@pytest.mark.parametrize("person", ["practitioner", "victim_liaison", "area_officer"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, offender, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, {}).status_code == 403
    assert not Transfer._base_manager.exists()


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, {}).status_code == 404


def test_a_refused_proposal_keeps_what_was_typed(client, coordinator, url):
    client.force_login(coordinator)

    response = client.post(url, {"to_area": "", "to_agency": "", "reason": "Moves to his sister"})

    assert "Choose another area, another lead agency or both" in response.text
    assert "Moves to his sister" in response.text
    assert not Transfer.objects.visible_to(coordinator).exists()


def test_nobody_proposes_what_nobody_can_answer(offender, coordinator, other_area):
    with pytest.raises(ValidationError, match="Nobody coordinates North Wales"):
        propose(offender, coordinator, other_area)


def test_a_prison_never_leads(offender, coordinator, area):
    prison = AgencyFactory(kind__code="prison", area=area)

    with pytest.raises(ValidationError, match="Choose police, probation"):
        propose(offender, coordinator, agency=prison)


def test_one_transfer_waits_at_a_time(offender, coordinator, outsider, other_area):
    propose(offender, coordinator, other_area)

    with pytest.raises(ValidationError, match="withdraw it first"):
        propose(offender, coordinator, other_area)


def test_a_restricted_case_needs_a_keeper_there_first(offender, coordinator, outsider, other_area):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=offender, user=coordinator)
    with pytest.raises(ValidationError, match="Name a coordinator of that area"):
        propose(offender, coordinator, other_area)
    assert not sees(outsider, offender)

    PersonalGrantFactory(content_object=offender, user=outsider)

    assert propose(offender, coordinator, other_area).state == "proposed"


def accept(client, transfer, officer, **more):
    return client.post(f"/transfers/{transfer.reference}/accept/", {"officer": officer.email, "answer": ""} | more)


@pytest.mark.parametrize("person", ["outsider", "megan"])
def test_accepting_moves_everything_at_once(client, request, offender, proposed, gwen, today, person):
    client.force_login(request.getfixturevalue(person))

    response = accept(client, proposed, gwen)

    assert response.headers["Location"] == f"/people/{offender.reference}/transfer/"
    case = Offender.objects.visible_to(gwen).get()
    assert (case.area, case.lead_agency, case.lead_officer) == (proposed.to_area, proposed.to_agency, gwen)
    assert Review.objects.visible_to(gwen).open().get().area == proposed.to_area
    assert Transfer.objects.visible_to(gwen).get().answered_on == today


def test_unsettled_actions_and_referrals_move_and_what_is_confirmed_stays(
    proposed, offender, outsider, gwen, area, other_area
):
    done = ActionFactory(offender=offender, confirmed=True, area=area)
    waiting = ActionFactory(offender=offender, done=True)
    moved = [ActionFactory(offender=offender), waiting, ReferralFactory(offender=offender)]

    actions.accept_transfer(transfer=proposed, officer=gwen, answer="", is_confirmed=True, by=outsider)

    assert [type(row)._base_manager.get(pk=row.pk).area for row in moved] == [other_area] * 3
    assert type(done)._base_manager.get(pk=done.pk).area == area


def test_the_agency_that_led_looks_on_for_four_weeks_and_its_area_no_longer(
    proposed, offender, outsider, practitioner, area_officer, coordinator, probation, gwen
):
    actions.accept_transfer(transfer=proposed, officer=gwen, answer="", by=outsider)

    assert sees(practitioner, offender)
    assert not sees(area_officer, offender)
    assert not sees(coordinator, offender)
    grant = OffenderGroupObjectPermission.objects.about(offender).get(group=probation.group_id)
    assert (grant.basis, grant.until) == (Basis.TRANSFER, in_days(28))


def test_a_lead_agency_that_stays_sees_the_case_in_the_other_area(
    offender, coordinator, outsider, other_area, practitioner
):
    transfer = propose(offender, coordinator, other_area)
    tick_all(transfer, coordinator)

    actions.accept_transfer(transfer=transfer, officer=practitioner, answer="", by=outsider)

    case = Offender.objects.visible_to(practitioner).get()
    assert (case.area, case.lead_officer) == (other_area, practitioner)
    live = OffenderGroupObjectPermission.objects.about(offender).filter(in_force(in_days(0)))
    assert [grant.basis for grant in live] == [Basis.LEAD]


@pytest.mark.parametrize("person", ["coordinator", "chair", "manager", "practitioner", "gwen"])
def test_only_the_receiving_side_answers(client, request, proposed, gwen, person):
    client.force_login(request.getfixturevalue(person))

    assert accept(client, proposed, gwen).status_code == 403
    assert client.post(f"/transfers/{proposed.reference}/refuse/", {"answer": "x"}).status_code == 403


def test_a_stranger_cannot_tell_that_the_transfer_exists(client, proposed, uninvited, gwen):
    client.force_login(uninvited)

    assert accept(client, proposed, gwen).status_code == 404


def test_nobody_answers_his_own_proposal(offender, coordinator, police):
    force = AgencyFactory(kind__code="police", area=offender.area)
    other = member(police, R.COORDINATOR, "zoe")
    officer = member(force, R.PRACTITIONER, "pat")
    transfer = propose(offender, coordinator, agency=force)
    tick_all(transfer, coordinator)
    answer = {"transfer": transfer, "officer": officer, "answer": ""}

    with pytest.raises(ValidationError, match="You proposed this transfer"):
        actions.accept_transfer(**answer, by=coordinator)
    assert actions.accept_transfer(**answer, by=other).state == "accepted"


def test_an_unfinished_checklist_keeps_the_case_where_it_is(
    client, offender, coordinator, outsider, other_area, welsh_probation, gwen
):
    transfer = propose(offender, coordinator, other_area, welsh_probation)
    client.force_login(outsider)

    response = accept(client, transfer, gwen)

    assert "The checklist is not finished" in response.text
    assert Offender.objects.visible_to(coordinator).get().area == offender.area


@pytest.mark.parametrize("why", ["elsewhere", "excluded"])
def test_the_new_officer_works_there_and_will_see_the_case(client, proposed, offender, outsider, gwen, uninvited, why):
    if why == "excluded":
        ExclusionFactory(offender=offender, user=gwen)
    client.force_login(outsider)

    response = accept(client, proposed, gwen if why == "excluded" else uninvited)

    assert response.context["form"].errors["officer"]
    assert Offender.objects.visible_to(outsider).get().area == offender.area
    assert Transfer.objects.visible_to(outsider).get().state == "proposed"


def test_a_meeting_of_the_old_area_must_be_agreed(client, proposed, offender, outsider, gwen):
    AgendaItemFactory(offender=offender)
    client.force_login(outsider)

    refused = accept(client, proposed, gwen)
    assert "Agree with them how that is finished" in refused.text
    assert Offender.objects.visible_to(outsider).get().area == offender.area

    accept(client, proposed, gwen, is_confirmed="on")
    assert Offender.objects.visible_to(outsider).get().area == proposed.to_area


def test_minutes_that_are_approved_hold_nothing_up(proposed, offender, outsider, gwen):
    approved = {"state": "approved", "approved_at": timezone.now(), "approved_by": outsider}
    AgendaItemFactory(offender=offender, **{f"meeting__{name}": found for name, found in approved.items()})

    assert actions.accept_transfer(transfer=proposed, officer=gwen, answer="", by=outsider).state == "accepted"


@pytest.mark.parametrize(("days_ago", "kept"), [(10, True), (400, False)])
def test_police_who_were_invited_to_a_meeting_keep_what_the_invitation_gives(
    proposed, offender, outsider, gwen, police, area_officer, days_ago, kept
):
    held_at = timezone.now() - timedelta(days=days_ago)
    invitation = InvitationFactory(item__offender=offender, item__meeting__starts_at=held_at, agency=police)

    actions.accept_transfer(transfer=proposed, officer=gwen, answer="", is_confirmed=True, by=outsider)

    grants = OffenderGroupObjectPermission.objects.about(offender).filter(group=police.group_id)
    until = dates.add_months(timezone.localtime(held_at).date(), 6)
    expected = [(Basis.INVITED, invitation.item.reference, until)] if kept else []
    assert list(grants.values_list("basis", "source", "until")) == expected
    assert sees(area_officer, offender) == kept


def test_police_who_were_not_invited_see_the_case_no_longer(proposed, offender, outsider, gwen, area_officer):
    AgendaItemFactory(offender=offender)

    actions.accept_transfer(transfer=proposed, officer=gwen, answer="", is_confirmed=True, by=outsider)

    assert not sees(area_officer, offender)


def test_whoever_refuses_sees_the_case_no_longer_and_goes_on_to_the_list(client, proposed, offender, outsider, gwen):
    client.force_login(outsider)

    response = client.post(f"/transfers/{proposed.reference}/refuse/", {"answer": "No bed before spring"})

    assert response.headers["Location"] == "/transfers/"
    assert not sees(outsider, offender)
    assert not sees(gwen, offender)
    assert Offender._base_manager.get().area == offender.area


def test_a_refusal_needs_a_reason(client, proposed, outsider):
    client.force_login(outsider)

    response = client.post(f"/transfers/{proposed.reference}/refuse/", {"answer": " "})

    assert "Enter the reason" in response.text
    assert Transfer.objects.visible_to(outsider).waiting().exists()


def test_the_sending_side_withdraws(client, proposed, offender, manager, outsider):
    client.force_login(manager)

    client.post(f"/people/{offender.reference}/transfer/withdraw/", {"answer": "He stays after all"})

    row = Transfer.objects.visible_to(manager).get()
    assert (row.state, row.answer, row.answered_by) == ("withdrawn", "He stays after all", manager)
    assert not sees(outsider, offender)


def test_what_was_answered_is_answered(proposed, offender, coordinator, outsider, gwen):
    actions.withdraw_transfer(offender=offender, answer="x", by=coordinator)

    with pytest.raises(ValidationError, match="no longer see it"):
        actions.accept_transfer(transfer=proposed, officer=gwen, answer="", by=outsider)
    with pytest.raises(ValidationError, match="No transfer of this case"):
        actions.withdraw_transfer(offender=offender, answer="x", by=coordinator)


def test_a_line_of_the_checklist_is_done_or_not_needed_and_why(
    client, offender, practitioner, coordinator, outsider, other_area
):
    transfer = propose(offender, coordinator, other_area)
    item = transfer.items.visible_to(practitioner).first()
    client.force_login(practitioner)

    refused = client.post(f"/transfers/items/{item.reference}/", {"outcome": "not-needed", "words": ""})
    assert "Enter why this is not needed" in refused.text

    client.post(f"/transfers/items/{item.reference}/", {"outcome": "not-needed", "words": "No ViSOR record"})
    row = HandoverItem.objects.visible_to(practitioner).get(pk=item.pk)
    assert (row.is_needed, row.words, row.ticked_by) == (False, "No ViSOR record", practitioner)


def test_the_list_and_my_work_show_what_waits_for_an_answer(
    client, proposed, offender, outsider, megan, coordinator, gwen, today
):
    for person, waits in ((outsider, True), (megan, True), (coordinator, False)):
        client.force_login(person)
        assert (offender.surname in client.get("/transfers/").text) == waits
        assert BY_SLUG["transfer"].mine(person, today).exists() == waits

    assert not BY_SLUG["transfer"].mine(gwen, today).exists()


def test_the_page_says_where_it_goes_and_costs_the_same(
    client, proposed, offender, practitioner, django_assert_max_num_queries
):
    for _each in range(12):
        TransferFactory(offender=offender, state="refused", answered_on=in_days(0), answered_by=practitioner)
    client.force_login(practitioner)

    with django_assert_max_num_queries(32):
        text = client.get(f"/people/{offender.reference}/transfer/").text

    assert "From Bedfordshire to North Wales" in text
    assert "/accept/" not in text


def test_the_audit_names_the_row_and_no_words(proposed):
    event = AccessEvent.objects.get(event="transfer.proposed")

    assert event.reference == proposed.reference
    assert set(event.detail) == {"area", "agency"}


@pytest.fixture
def other_manager(probation):
    return member(probation, R.PRACTITIONER, "mick", rank=RankFactory(name="Senior probation officer", order=20))


STEPS = st.lists(st.sampled_from(["there", "lead there", "accept", "refuse", "withdraw"]), min_size=1, max_size=8)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_case_always_has_one_owner_and_the_ledger_says_who_else_sees_it(
    steps, offender, coordinator, outsider, area, other_area, probation, welsh_probation, gwen, practitioner
):
    places = {area.pk: (coordinator, other_area), other_area.pk: (outsider, area)}
    leads = {probation.pk: (practitioner, welsh_probation), welsh_probation.pk: (gwen, probation)}
    with transaction.atomic():
        for step in steps:
            case = Offender._base_manager.select_related("area", "lead_agency").get(pk=offender.pk)
            try_step(step, case, places, leads)
            case = Offender._base_manager.select_related("area", "lead_agency").get(pk=offender.pk)
            has_one_owner(case, places, leads)
        transaction.set_rollback(True)


def try_step(step, case, places, leads):
    """One step of somebody who may; what makes no sense now is refused, and changes nothing."""
    here, there = places[case.area_id]
    waiting = Transfer._base_manager.filter(offender=case, state="proposed").first()
    try:
        with transaction.atomic():
            if step in {"there", "lead there"}:
                agency = leads[case.lead_agency_id][1] if step == "lead there" else None
                tick_all(propose(case, here, there, agency), here)
            elif step == "withdraw":
                actions.withdraw_transfer(offender=case, answer="x", by=here)
            elif waiting and step == "refuse":
                actions.refuse_transfer(transfer=waiting, answer="x", by=places[there.pk][0])
            elif waiting:
                officer = leads[waiting.to_agency_id][0]
                actions.accept_transfer(transfer=waiting, officer=officer, answer="", by=places[there.pk][0])
    except ValidationError:
        pass


def has_one_owner(case, places, leads):
    officer, _next = leads[case.lead_agency_id]
    assert case.lead_officer_id == officer.pk
    assert sees(officer, case)
    assert sees(places[case.area_id][0], case)
    waiting = Transfer._base_manager.filter(offender=case, state="proposed").first()
    live = OffenderGroupObjectPermission.objects.about(case).filter(in_force(in_days(0)))
    for place, (holder, _there) in places.items():
        granted = live.filter(group=Membership.objects.get(user=holder).agency.group_id).exists()
        assert sees(holder, case) == (place == case.area_id or granted)
        assert granted == (place != case.area_id and waiting is not None)
    for grant in live.exclude(basis=Basis.LEAD):
        former = grant.until == in_days(28)
        assert former or (waiting is not None and grant.source == waiting.reference)
    assert live.filter(basis=Basis.LEAD).count() <= 1


def test_a_case_that_has_another_owner_meanwhile_is_not_taken_over(client, proposed, offender, megan, gwen, police):
    Offender._base_manager.filter(pk=offender.pk).update(lead_agency=police)
    client.force_login(megan)

    response = accept(client, proposed, gwen)

    assert "has had another owner" in response.text
    assert Offender._base_manager.get(pk=offender.pk).lead_agency == police
