"""What is late and climbed, or is nobody's, stands in My work of whoever it was passed to while it is open and he sees it."""

import pytest
from django.utils import timezone

from agencies.models import User
from offenders.models import Offender
from reviews import my_work, passed_up
from reviews.deadlines import BY_SLUG
from tests.factories import OffenderFactory, ReminderFactory, in_days

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def late(offender, practitioner):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(-9))
    return offender


def passed_to(user, offender, rung="manager", **more):
    return ReminderFactory(offender=offender, to=user, rung=rung, due_on=in_days(-9), stage=f"late-{rung}", **more)


def open_as(client, user, path="/"):
    client.force_login(user, backend=BACKEND)
    return client.get(path)


def test_a_manager_finds_it_apart_with_why(client, manager, late):
    passed_to(manager, late)

    response = open_as(client, manager)

    assert "Passed up to you" in response.text
    assert "Late in your agency, which you manage." in response.text
    # The step is another's, and perhaps none that he may take.
    (task,) = response.context["passed"]["tasks"]
    assert (task["next"], task["next_url"]) == ("Open the case", f"/people/{late.reference}/")
    assert response.context["work"].total == 0
    why = open_as(client, manager, f"/why/?kind=case-review&row={late.reference}")
    assert "Late in your agency, which you manage." in why.text
    assert "Once, when it was passed up to you." in why.text
    assert "Open the case" in why.text
    assert "working days before" not in why.text


def test_what_is_nobodys_says_so_to_whoever_co_ordinates_until_it_is_somebodys(client, coordinator, practitioner, late):
    User.objects.filter(pk=practitioner.pk).update(mail_returned_at=timezone.now())
    passed_to(coordinator, late, rung="nobody")
    words = "Nobody is there to do this. Give it to somebody."

    assert words in open_as(client, coordinator, "/passed-up/").text
    User.objects.filter(pk=practitioner.pk).update(mail_returned_at=None)
    assert words not in open_as(client, coordinator, "/passed-up/").text


def gone(reminder, late):
    late.reviews.visible_to(late.lead_officer).update(held_on=in_days(0))


def moved(reminder, late):
    late.reviews.visible_to(late.lead_officer).update(due_on=in_days(9))


def withdrawn(reminder, late):
    type(reminder)._base_manager.update(withdrawn_at=reminder.made_at)


def restricted(reminder, late):
    Offender._base_manager.update(restricted=True)


@pytest.mark.parametrize("change", [gone, moved, withdrawn, restricted])
def test_what_was_done_moved_withdrawn_or_is_not_seen_any_more_is_gone(client, manager, late, change):
    change(passed_to(manager, late), late)

    response = open_as(client, manager, "/passed-up/")

    assert "Nothing late has been passed up to you." in response.text
    assert late.reference not in response.text


def test_nobody_reads_what_was_passed_to_another(client, manager, area_officer, late):
    passed_to(manager, late)

    assert late.reference not in open_as(client, area_officer, "/passed-up/").text


def test_what_climbed_twice_stands_there_once(client, manager, late):
    passed_to(manager, late)
    ReminderFactory(offender=late, to=manager, rung="manager", due_on=in_days(-9), stage="late-again")

    response = open_as(client, manager, "/passed-up/")

    assert len(response.context["tasks"]) == 1


def test_what_was_given_to_somebody_hides_nothing_that_stands_behind_it(
    client, coordinator, practitioner, probation, late, monkeypatch
):
    for days in (20, 21, 22):
        given = OffenderFactory(area=late.area, lead_agency=probation, lead_officer=practitioner, level_period=True)
        given.reviews.visible_to(practitioner).update(due_on=in_days(-days))
        ReminderFactory(offender=given, to=coordinator, rung="nobody", due_on=in_days(-days), stage="5-after")
    passed_to(coordinator, late, rung="coordinator")
    monkeypatch.setattr(my_work, "FEW", 1)

    response = open_as(client, coordinator)

    assert [task["detail"] for task in response.context["passed"]["tasks"]] == [late.reference]
    assert response.context["passed"]["has_more"] is False


def test_of_very_many_the_newest_are_read(client, manager, late, monkeypatch):
    ReminderFactory(offender=late, to=manager, rung="manager", due_on=in_days(-99), stage="late-manager")
    passed_to(manager, late)
    monkeypatch.setattr(passed_up, "MOST", 1)

    assert late.reference in open_as(client, manager, "/passed-up/").text


def test_co_ordination_finds_the_vetting_that_nobody_looks_after(client, coordinator, practitioner):
    User.objects.filter(pk=practitioner.pk).update(vetting_expires_on=in_days(-3))
    ReminderFactory(
        offender=None,
        to=coordinator,
        kind="vetting-of-others",
        reference=BY_SLUG["vetting-of-others"].open(coordinator).get().reference,
        rung="nobody",
        due_on=in_days(-3),
    )

    text = open_as(client, coordinator, "/passed-up/").text

    assert "Vetting of somebody of your agency ends" in text
    assert practitioner.name in text
