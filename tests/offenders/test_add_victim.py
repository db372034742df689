"""Victim liaison records victims and people at risk, changes what is known, and ends the record."""

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AccessEvent
from offenders import victims
from offenders.models import EarlierVictim, TimelineEntry, Victim
from tests.factories import VictimFactory, in_days

GOOD = {
    "kind": "victim",
    "name": "Wilhelmina Oakapple",
    "relation": "Former partner",
    "about_age": "40",
    "preference": "letter",
    "contact": "9 Zugzwang Row",
    "vulnerability": "Deaf",
    "never_disclose": "The school",
}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/victims/add/"


def test_victim_liaison_records_a_victim(client, victim_liaison, offender, url):
    client.force_login(victim_liaison)

    response = client.post(url, GOOD)

    assert response.headers["Location"] == f"/people/{offender.reference}/victims/"
    victim = Victim.objects.visible_to(victim_liaison).get()
    assert (victim.name, victim.about_age, victim.contact) == ("Wilhelmina Oakapple", 40, "9 Zugzwang Row")


def test_the_timeline_says_nothing_and_the_audit_no_name(client, victim_liaison, offender, url):
    client.force_login(victim_liaison)

    client.post(url, GOOD)

    assert not TimelineEntry.objects.visible_to(victim_liaison).exists()
    event = AccessEvent.objects.get(event="victim.added")
    assert (event.case_id, event.detail) == (offender.pk, {})


@pytest.mark.parametrize("person", ["practitioner", "manager", "coordinator", "chair", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, GOOD).status_code == 403
    assert not Victim._base_manager.exists()


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, GOOD).status_code == 404


BORN = {"born_on_day": "1", "born_on_month": "2", "born_on_year": "1990"}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kind": ""}, "kind", "Choose whether it is a victim"),
        ({"name": " "}, "name", "Enter the name"),
        ({"relation": ""}, "relation", "Enter the relation"),
        (BORN, "about_age", "a date of birth or an age, not both"),
        (BORN | {"about_age": "", "is_child": "on"}, "is_child", "everybody under 18"),
        ({"about_age": "", "born_on_day": "1", "born_on_month": "1", "born_on_year": "2099"}, "born_on", "in the past"),
        ({"about_age": "400"}, "about_age", "less than or equal to 120"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, victim_liaison, url, change, field, message):
    client.force_login(victim_liaison)

    response = client.post(url, GOOD | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "9 Zugzwang Row" in response.text
    assert not Victim.objects.visible_to(victim_liaison).exists()


def test_a_second_click_saves_nothing_twice(client, victim_liaison, url):
    client.force_login(victim_liaison)
    client.post(url, GOOD)

    response = client.post(url, GOOD)

    assert "recorded this already" in response.text
    assert Victim.objects.visible_to(victim_liaison).count() == 1


def test_what_was_known_before_a_change_is_kept(client, victim_liaison, offender):
    victim = VictimFactory(offender=offender, contact="1 Old Road")
    client.force_login(victim_liaison)

    client.post(f"/people/victims/{victim.reference}/change/", GOOD)

    assert Victim.objects.visible_to(victim_liaison).get().contact == "9 Zugzwang Row"
    earlier = EarlierVictim.objects.visible_to(victim_liaison).get()
    assert (earlier.contact, earlier.changed_by) == ("1 Old Road", victim_liaison)


def test_a_change_of_nothing_is_refused(client, victim_liaison, offender):
    client.force_login(victim_liaison)
    client.post(f"/people/{offender.reference}/victims/add/", GOOD)
    victim = Victim.objects.visible_to(victim_liaison).get()

    response = client.post(f"/people/victims/{victim.reference}/change/", GOOD)

    assert "Nothing was changed" in response.text
    assert not EarlierVictim.objects.visible_to(victim_liaison).exists()


def test_an_ended_record_stays_and_is_changed_no_more(client, victim_liaison, offender, today):
    victim = VictimFactory(offender=offender)
    client.force_login(victim_liaison)

    client.post(f"/people/victims/{victim.reference}/end/", {"end_reason": "Moved abroad"})
    response = client.post(f"/people/victims/{victim.reference}/change/", GOOD)

    assert response.status_code == 200
    victim = Victim.objects.visible_to(victim_liaison).get()
    assert (victim.ended_on, victim.end_reason, victim.name) == (today, "Moved abroad", "Wilhelmina Oakapple")
    assert "Moved abroad" in client.get(f"/people/{offender.reference}/victims/").text


def test_an_end_needs_a_reason(client, victim_liaison, offender):
    victim = VictimFactory(offender=offender)
    client.force_login(victim_liaison)

    response = client.post(f"/people/victims/{victim.reference}/end/", {"end_reason": " "})

    assert "Enter why the record ends" in response.text
    assert Victim.objects.visible_to(victim_liaison).standing().exists()


def test_the_verbs_themselves_refuse_those_who_may_only_look(offender, coordinator):
    victim = VictimFactory(offender=offender)

    with pytest.raises(PermissionDenied):
        victims.end_victim(victim=victim, end_reason="x", by=coordinator)
    with pytest.raises(PermissionDenied):
        victims.add_victim(offender=offender, by=coordinator, kind="victim", name="x", relation="y")


def test_a_birth_in_the_future_is_no_birth(victim_liaison, offender):
    with pytest.raises(Exception, match="in the past"):
        victims.add_victim(
            offender=offender, by=victim_liaison, kind="victim", name="x", relation="y", born_on=in_days(1)
        )
