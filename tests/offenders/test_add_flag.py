"""A flag is put on a case, shown on every page about the person, and has a date of review."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AccessEvent
from mappa import dates
from offenders import flags
from offenders.models import Flag, FlagKind
from tests.factories import FlagFactory, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/flags/add/"


@pytest.fixture
def staff(db):
    return FlagKind.objects.get(code="risk-to-staff")


@pytest.fixture
def good(staff):
    return {"kind": staff.pk, "notes": "Visit in pairs", **typed(None)}


def typed(day):
    parts = (day.day, day.month, day.year) if day else ("", "", "")
    return dict(zip(("review_on_day", "review_on_month", "review_on_year"), parts, strict=True))


@pytest.mark.parametrize("person", ["practitioner", "coordinator"])
def test_a_flag_is_added_and_reviewed_within_the_months_of_its_kind(
    client, request, offender, url, good, person, today
):
    user = request.getfixturevalue(person)
    client.force_login(user)

    response = client.post(url, good)

    assert response.headers["Location"] == f"/people/{offender.reference}/flags/"
    flag = Flag.objects.visible_to(user).get()
    assert (flag.notes, flag.added_by, flag.review_on) == ("Visit in pairs", user, dates.add_months(today, 3))


def test_an_earlier_review_may_be_chosen(client, practitioner, url, good):
    client.force_login(practitioner)

    client.post(url, good | typed(in_days(14)))

    assert Flag.objects.visible_to(practitioner).get().review_on == in_days(14)


def test_it_is_recorded_and_told_without_its_notes(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Flag added", "Risk to staff")
    event = AccessEvent.objects.get(event="flag.added")
    assert (event.case_id, event.detail) == (offender.pk, {"kind": "risk-to-staff"})


def test_a_kind_out_of_use_is_not_offered(client, practitioner, staff, url, good):
    FlagKind.objects.filter(pk=staff.pk).update(is_active=False)
    client.force_login(practitioner)

    response = client.post(url, good)

    assert response.context["form"].errors["kind"] == ["Choose a flag from the list"]


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 403
    assert client.post(url, good).status_code == 403
    assert not Flag._base_manager.exists()


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url, good).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose the flag"),
        ({"notes": " "}, "notes", "Enter what somebody should know"),
        (typed(in_days(0)), "review_on", "after today"),
        (typed(in_days(100)), "review_on", "within 3 months"),
        ({"review_on_day": "1"}, "review_on", "must include a month and a year"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert change.get("notes", "Visit in pairs").strip() in response.text
    assert not Flag.objects.visible_to(practitioner).exists()


def test_the_same_flag_stands_once(client, practitioner, offender, staff, url, good):
    FlagFactory(offender=offender, kind=staff)
    client.force_login(practitioner)

    response = client.post(url, good)

    assert "on the case already" in response.text
    assert "Visit in pairs" in response.text
    assert Flag.objects.visible_to(practitioner).count() == 1


def test_a_flag_that_was_removed_may_be_added_again(client, practitioner, offender, staff, url, good, today):
    FlagFactory(offender=offender, kind=staff, removed_on=today, removed_by=practitioner, removal_reason="Moved")
    client.force_login(practitioner)

    client.post(url, good)

    assert Flag.objects.visible_to(practitioner).count() == 2


def test_the_verb_itself_refuses_those_who_may_not(offender, chair, staff):
    with pytest.raises(PermissionDenied):
        flags.add_flag(offender=offender, kind=staff, notes="x", review_on=None, by=chair)


def test_victim_contact_is_told_by_a_warning_and_no_flag(client, practitioner, offender):
    client.force_login(practitioner)

    page = client.get(f"/people/{offender.reference}/flags/add/")

    assert "Risk to staff" in page.text
    assert "Victim contact" not in page.text
