"""The victims' compartment: who opens it, and that nobody else learns of it."""

import itertools

import pytest

from agencies.access import Perm, allowed
from agencies.models import Role
from audit.models import AccessEvent
from mappa import dates
from offenders.models import Offender, Victim
from tests.conftest import member
from tests.factories import (
    AgencyFactory,
    CaseWarningFactory,
    ContactSchemeFactory,
    ExclusionFactory,
    GroupGrantFactory,
    PersonalGrantFactory,
    VictimContactFactory,
    VictimFactory,
    VictimRequestFactory,
    in_days,
)

R = Role.Code
NAME, ADDRESS, SECRET = "Wilhelmina Oakapple", "9 Zugzwang Row", "Now called Quince"
READERS = ["victim_liaison", "coordinator", "chair"]
OTHERS = ["practitioner", "manager", "area_officer", "housing"]


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/victims/"


@pytest.fixture
def victim(offender, granted, victim_liaison):
    victim = VictimFactory(
        offender=offender, name=NAME, contact=ADDRESS, never_disclose=SECRET, vulnerability="Deaf", is_child=True
    )
    ContactSchemeFactory(offender=offender, victim=victim, officer=victim_liaison)
    VictimContactFactory(offender=offender, victim=victim, words="Telephoned her at work")
    VictimRequestFactory(offender=offender, victim=victim, words="Not near Zugzwang Row")
    return victim


def page_of(victim):
    return f"/people/victims/{victim.reference}/about/"


@pytest.mark.parametrize("person", READERS)
def test_those_whom_the_policy_lets_read_it(client, request, victim, url, person):
    client.force_login(request.getfixturevalue(person))

    assert NAME in client.get(url).text
    text = client.get(page_of(victim)).text
    assert all(words in text for words in (ADDRESS, SECRET, "Telephoned her at work", "Not near Zugzwang Row"))


@pytest.mark.parametrize("person", OTHERS)
def test_who_is_on_the_case_and_no_reader_is_refused(client, request, victim, url, person):
    user = request.getfixturevalue(person)
    client.force_login(user)
    client.post(url.replace("victims/", "reason/"), {"purpose": "duty"})

    assert client.get(url).status_code == 403
    assert client.get(page_of(victim)).status_code == 404
    assert not Victim.objects.visible_to(user).exists()


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, victim, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.get(page_of(victim)).status_code == 404


PAGES = ["", "timeline/", "flags/", "transfer/", "risk/", "meetings/", "actions/", "disclosures/", "who-can-see/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["practitioner", "victim_liaison"])
def test_no_other_page_says_anything_of_a_victim(client, request, victim, offender, page, person):
    client.force_login(request.getfixturevalue(person))

    text = client.get(f"/people/{offender.reference}/{page}").text

    assert not any(words in text for words in (NAME, ADDRESS, SECRET, victim.reference, "Telephoned her"))


@pytest.mark.parametrize("words", [NAME, "Oakapple", "Zugzwang", "Quince"])
def test_no_search_finds_a_victim(client, victim_liaison, victim, words):
    client.force_login(victim_liaison)

    response = client.post("/people/", {"words": words}, follow=True)

    assert "Ashdown" not in response.text


def test_the_link_is_shown_to_those_who_may_open_it(client, practitioner, victim_liaison, offender, url):
    flags = f"/people/{offender.reference}/flags/"
    client.force_login(practitioner)
    assert url not in client.get(flags).text

    client.force_login(victim_liaison)
    assert url in client.get(flags).text


@pytest.mark.parametrize("person", ["coordinator", "chair"])
@pytest.mark.parametrize("verb", ["change", "end", "scheme", "sentence", "officer", "contact", "request"])
def test_who_may_look_may_not_change(client, request, victim, person, verb):
    client.force_login(request.getfixturevalue(person))

    assert client.get(f"/people/victims/{victim.reference}/{verb}/").status_code == 403
    assert client.post(f"/people/victims/{victim.reference}/{verb}/", {}).status_code == 403
    assert "/change/" not in client.get(page_of(victim)).text


def test_an_excluded_reader_sees_nothing(client, victim, victim_liaison, url):
    ExclusionFactory(offender=victim.offender, user=victim_liaison)
    client.force_login(victim_liaison)

    assert client.get(url).status_code == client.get(page_of(victim)).status_code == 404


def test_a_restricted_case_closes_the_compartment_to_the_unnamed(victim, victim_liaison, coordinator):
    Offender._base_manager.update(restricted=True)
    PersonalGrantFactory(content_object=victim.offender, user=victim_liaison)

    assert Victim.objects.visible_to(victim_liaison).exists()
    assert not Victim.objects.visible_to(coordinator).exists()


def test_a_read_is_recorded_by_a_name_of_its_own(client, victim, victim_liaison, url):
    client.force_login(victim_liaison)

    client.get(url)
    client.get(page_of(victim))

    events = AccessEvent.objects.filter(case_id=victim.offender_id, event__startswith="offenders.victim")
    assert list(events.order_by("pk").values_list("event", "reference")) == [
        ("offenders.victims.opened", victim.offender.reference),
        ("offenders.victim.opened", victim.reference),
    ]


def test_a_refusal_is_recorded(client, practitioner, victim, url):
    client.force_login(practitioner)

    client.get(url)

    assert AccessEvent.objects.get(event="offenders.victims.opened").outcome == AccessEvent.Outcome.DENIED


def test_the_audit_holds_nothing_of_a_victim(client, victim, victim_liaison, url):
    client.force_login(victim_liaison)
    client.get(url)
    client.post(f"/people/victims/{victim.reference}/end/", {"end_reason": "Quince has moved away"})

    kept = str(list(AccessEvent.objects.values_list("event", "reference", "detail")))

    assert not any(words in kept for words in ("Oakapple", "Zugzwang", "Quince"))


def test_no_title_says_a_name(client, victim, victim_liaison):
    client.force_login(victim_liaison)

    title = client.get(page_of(victim)).text.split("<title>")[1].split("</title>")[0]

    assert NAME not in title
    assert victim.offender.surname not in title


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["practitioner", "housing"])
def test_everybody_on_the_case_sees_the_warning_and_whom_to_ask(
    client, request, granted, victim_liaison, offender, page, person
):
    user = request.getfixturevalue(person)
    CaseWarningFactory(offender=offender, officer=victim_liaison, agency__name="Probation, Luton")
    client.force_login(user)

    text = client.get(f"/people/{offender.reference}/{page}").text

    assert "before disclosing the address. Ask Vera, Probation, Luton</strong>" in text


def test_a_warning_that_ended_is_shown_no_more(client, practitioner, offender):
    CaseWarningFactory(offender=offender, ended_on=dates.today(), ended_by=practitioner)
    client.force_login(practitioner)

    assert "ask the liaison officer" not in client.get(f"/people/{offender.reference}/").text


@pytest.mark.parametrize("number", [1, 40])
def test_the_pages_cost_the_same_however_many(
    client, victim_liaison, offender, url, number, django_assert_max_num_queries
):
    victim = VictimFactory(offender=offender)
    for _each in range(number):
        VictimFactory(offender=offender)
        VictimContactFactory(offender=offender, victim=victim)
    client.force_login(victim_liaison)

    with django_assert_max_num_queries(32):
        client.get(url)
    with django_assert_max_num_queries(36):
        client.get(page_of(victim))


def test_contacts_are_paged(client, victim_liaison, offender):
    victim = VictimFactory(offender=offender)
    for number in range(30):
        VictimContactFactory(offender=offender, victim=victim, words=f"Call number {number}.")
    client.force_login(victim_liaison)

    first = client.get(page_of(victim))
    second = client.get(first.context["next"])

    assert "Call number 29." in first.text
    assert "Call number 0." not in first.text
    assert "Call number 0." in second.text


PARTS = list(itertools.product(["lead", "granted", "named", "none", "lapsed"], ["own area", "elsewhere"]))


@pytest.mark.parametrize("kind", ["probation", "housing"])
@pytest.mark.parametrize("role", [R.VICTIM_LIAISON, R.COORDINATOR, R.CHAIR, R.PRACTITIONER, R.CONTACT_POINT])
@pytest.mark.parametrize(("part", "place"), PARTS)
def test_the_filter_is_the_permission(offender, area, other_area, kind, role, part, place):
    agency = AgencyFactory(kind__code=kind, area=area if place == "own area" else other_area)
    user = member(agency, role, "somebody")
    if part == "lead":
        Offender._base_manager.update(lead_agency=agency)
    if part in {"lead", "granted", "lapsed"}:
        until = in_days(-1) if part == "lapsed" else None
        GroupGrantFactory(content_object=offender, group=agency.group, basis="lead", until=until)
    if part == "named":
        PersonalGrantFactory(content_object=offender, user=user)
    VictimFactory(offender=offender)
    case = Offender.objects.visible_to(user).first()

    wanted = case is not None and allowed(user, Perm.VIEW_VICTIMS, on=case)

    assert Victim.objects.visible_to(user).exists() == wanted
