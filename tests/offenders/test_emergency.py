"""Opening a case in an emergency: who may, what it gives and does not give, and how it ends (access.md, rule 5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import RequestFactory
from django.utils import timezone

from agencies.access import GRANTS, Perm, allowed
from agencies.models import Membership, OutboxMessage, Role
from agencies.models.user import system_user
from audit.models import AccessEvent
from offenders import actions
from offenders.actions.emergency import end_what_ran_out
from offenders.models import Document, EmergencyAccess, Note, Offender, Victim
from offenders.visibility import one_scope_per_request, who_sees
from panels.models import AgendaItem
from tests.conftest import member
from tests.factories import (
    AgencyFactory,
    AgendaItemFactory,
    DocumentFactory,
    EmergencyAccessFactory,
    ExclusionFactory,
    NoteFactory,
    PersonalGrantFactory,
    VictimFactory,
)

R = Role.Code
WORDS = "He was seen outside the school with a knife"


@pytest.fixture
def sam(other_area):
    """Sam, a police officer of another area, meets the person at night."""
    return member(AgencyFactory(kind__code="police", area=other_area), R.PRACTITIONER, "sam")


def opened(offender, by, **more):
    asked = {"number": offender.reference, "category": "life", "words": WORDS} | more
    return actions.open_in_emergency(**asked, by=by)


def seen_by(user):
    return set(Offender.objects.visible_to(user))


def test_an_officer_elsewhere_sees_the_case_for_an_hour(offender, sam):
    row = opened(offender, sam)

    assert seen_by(sam) == {offender}
    assert timedelta(minutes=59) < row.expires_at - timezone.now() <= timedelta(minutes=60)
    EmergencyAccess._base_manager.update(expires_at=timezone.now())
    assert seen_by(sam) == set()


def test_the_number_is_exact(offender, sam):
    for number in (offender.reference[:-1], offender.surname, ""):
        with pytest.raises(ValidationError):
            opened(offender, sam, number=number)

    assert opened(offender, sam, number=f" {offender.reference.lower()} ").offender == offender


def test_a_short_reason_and_none_of_the_list_are_refused(offender, sam):
    for wrong in ({"words": "urgent            "}, {"category": "curious"}):
        with pytest.raises(ValidationError):
            opened(offender, sam, **wrong)

    assert seen_by(sam) == set()


def refusal(number, by):
    with pytest.raises(ValidationError) as refused:
        actions.open_in_emergency(number=number, category="life", words=WORDS, by=by)
    return refused.value.message_dict


def test_one_answer_for_none_a_restricted_one_and_one_he_is_excluded_from(offender, other_case, sam):
    none = refusal("MA-2222-2222", sam)
    ExclusionFactory(offender=offender, user=sam)
    assert refusal(offender.reference, sam) == none

    restricted = AgencyFactory(kind__code="prison")
    warder = member(restricted, R.PRACTITIONER, "wanda")
    Offender._base_manager.filter(pk=offender.pk).update(restricted=True)
    assert refusal(offender.reference, warder) == none
    assert not EmergencyAccess.objects.visible_to(system_user()).exists()


def test_only_the_responsible_authority_and_those_who_run_the_area_may(offender, other_area, outsider):
    partner = member(AgencyFactory(kind__code="housing", area=other_area), R.PRACTITIONER, "hope")
    assert "number" in refusal(offender.reference, partner)
    # A coordinator of another area holds the role for that area.
    assert "number" in refusal(offender.reference, outsider)


@pytest.mark.parametrize("person", ["victim_liaison", "board_member", "information_officer", "administrator"])
def test_other_roles_may_not(request, offender, person):
    with pytest.raises(PermissionDenied):
        opened(offender, request.getfixturevalue(person))


@pytest.mark.parametrize("person", ["coordinator", "chair"])
def test_a_restricted_case_is_opened_by_those_who_run_its_area(request, offender, person):
    user = request.getfixturevalue(person)
    Offender._base_manager.update(restricted=True)

    row = opened(offender, user)

    assert row.was_restricted
    assert row.is_urgent
    assert seen_by(user) == {offender}


def test_a_case_that_is_restricted_meanwhile_closes(offender, sam):
    opened(offender, sam)
    Offender._base_manager.update(restricted=True)

    assert seen_by(sam) == set()


def test_exclusion_and_leaving_close_it(offender, sam):
    opened(offender, sam)
    exclusion = ExclusionFactory(offender=offender, user=sam)
    assert seen_by(sam) == set()
    exclusion.delete()
    Membership.objects.filter(user=sam).update(role=R.VICTIM_LIAISON)
    assert seen_by(sam) == set()


def test_whoever_sees_the_case_opens_no_emergency(offender, practitioner):
    assert "without an emergency" in refusal(offender.reference, practitioner)["number"][0]


def test_it_gives_reading_and_no_other_permission(offender, sam):
    opened(offender, sam)
    Membership.objects.filter(user=sam).update(role=R.CONTACT_POINT)
    sam.__dict__.pop("_memberships", None)

    assert [perm for perm in GRANTS if allowed(sam, perm, on=offender)] == [Perm.VIEW_CASE]


def test_a_coordinator_in_an_emergency_only_reads(offender, coordinator):
    Offender._base_manager.update(restricted=True)
    opened(offender, coordinator)
    offender.refresh_from_db()

    assert [perm for perm in GRANTS if allowed(coordinator, perm, on=offender)] == [Perm.VIEW_CASE]
    PersonalGrantFactory(content_object=offender, user=coordinator)
    assert allowed(coordinator, Perm.SHARE_CASE, on=offender)


def test_compartments_and_meetings_stay_shut(offender, coordinator, police):
    """Of a restricted case, for a coordinator of its area, to whom each of them would be open."""
    VictimFactory(offender=offender)
    NoteFactory(offender=offender, audience="authority")
    DocumentFactory(offender=offender, audience="authority")
    everyone = NoteFactory(offender=offender, audience="everyone")
    AgendaItemFactory(offender=offender)
    Offender._base_manager.update(restricted=True)
    opened(offender, coordinator)

    assert list(Note.objects.visible_to(coordinator)) == [everyone]
    for model in (Victim, Document, AgendaItem):
        assert not model.objects.visible_to(coordinator).exists()


def test_another_system_is_given_nothing(offender, sam):
    opened(offender, sam)

    seen = []
    for path in ("/api/v1/cases/", "/people/"):
        one_scope_per_request(lambda _request: seen.append(seen_by(sam)))(RequestFactory().get(path))

    assert seen == [set(), {offender}]


def test_who_sees_the_case_tells_of_it(offender, sam):
    row = opened(offender, sam)

    sights, _kept_out = who_sees(offender)
    assert [(s.basis, s.people) for s in sights if s.rule == "emergency"] == [(row.reference, {sam.pk})]


def test_a_second_one_that_day_is_looked_into_at_once(offender, probation, sam):
    first = opened(offender, sam)
    actions.end_emergency(access=first, by=sam)
    second = opened(offender, sam)

    assert (first.is_urgent, second.is_urgent) == (False, True)
    assert second.review_due_on <= first.review_due_on


def test_the_lead_officer_and_the_information_officers_are_told_by_reference(
    offender, sam, practitioner, information_officer, board_member
):
    row = opened(offender, sam)

    mail = {message.to: message for message in OutboxMessage.objects.all()}
    assert set(mail) == {practitioner, information_officer}
    assert offender.reference in mail[practitioner].body
    assert f"/assurance/emergency/{row.reference}/" in mail[information_officer].body
    for private in ("Ashdown", "Sam", "school"):
        assert not any(private in m.subject + m.body for m in mail.values())


def test_the_board_is_told_of_an_urgent_one_without_a_reference(
    offender, coordinator, board_member, information_officer
):
    Offender._base_manager.update(restricted=True)

    opened(offender, coordinator)

    [message] = OutboxMessage.objects.filter(to=board_member)
    assert "looked into at once" in message.body
    assert offender.reference not in message.subject + message.body


def test_the_board_is_told_where_nobody_could_review_it(offender, sam, board_member):
    opened(offender, sam)

    [message] = OutboxMessage.objects.filter(to=board_member)
    assert "no information officer" in message.body


def test_it_is_ended_by_the_person_by_the_reviewer_and_by_nobody_else(offender, sam, information_officer, practitioner):
    row = opened(offender, sam)
    with pytest.raises(PermissionDenied):
        actions.end_emergency(access=row, by=practitioner)

    actions.end_emergency(access=row, by=information_officer)

    assert seen_by(sam) == set()
    row.refresh_from_db()
    assert row.ended_by == information_officer


def test_what_ran_out_is_written_down_once_and_told(offender, sam, information_officer):
    row = EmergencyAccessFactory(
        offender=offender,
        user=sam,
        opened_at=timezone.now() - timedelta(hours=2),
        expires_at=timezone.now() - timedelta(hours=1),
    )

    assert end_what_ran_out(by=system_user()) == 1
    assert end_what_ran_out(by=system_user()) == 0
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by) == (row.expires_at, None)
    assert OutboxMessage.objects.filter(to=information_officer, key__contains=":ended:").count() == 1


def test_openings_and_ends_are_recorded(offender, sam):
    row = opened(offender, sam)
    actions.end_emergency(access=row, by=sam)

    events = AccessEvent.objects.filter(actor_id=sam.pk).values_list("event", "case_id", "reference")
    assert list(events) == [
        ("emergency.opened", offender.pk, row.reference),
        ("emergency.ended", offender.pk, row.reference),
    ]
