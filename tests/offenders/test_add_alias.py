"""Another name of a person."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders import actions, search
from offenders.models import Alias
from tests.factories import AliasFactory

GOOD = {
    "kind": "maiden",
    "surname": "Blackwood",
    "forenames": "",
    "from_on_day": "",
    "from_on_month": "",
    "from_on_year": "",
    "until_day": "",
    "until_month": "",
    "until_year": "",
}


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/names/add/"


def test_a_practitioner_records_a_name_and_the_person_is_found_by_it(client, practitioner, offender, url):
    client.force_login(practitioner)

    response = client.post(url, GOOD)

    assert response.headers["Location"] == f"/people/{offender.reference}/identity/"
    assert "Blackwood (Maiden name)" in client.get(offender.get_absolute_url()).text
    found = client.post("/people/", {"words": "Blakwood"}, follow=True)
    assert [row["name"] for row in found.context["rows"]] == ["Ashdown, Peter"]


def test_the_audit_and_the_timeline_do_not_repeat_the_name(practitioner, offender):
    actions.add_alias(
        offender=offender, surname="Blackwood", forenames="", kind="former", from_on=date(2001, 1, 1), by=practitioner
    )

    assert offender.timeline.visible_to(practitioner).get().title == "Recorded: other name"
    assert not [event for event in AccessEvent.objects.all() if "lackwood" in str(event.__dict__)]
    assert AccessEvent.objects.get(event="alias.added").case_id == offender.pk


@pytest.mark.parametrize("person", ["victim_liaison", "chair"])
def test_who_sees_the_case_but_may_not_edit_it_is_refused(client, request, person, offender, url):
    client.force_login(request.getfixturevalue(person))

    assert client.post(url, GOOD).status_code == 403
    assert "Add a name" not in client.get(f"/people/{offender.reference}/identity/").text


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing"])
def test_for_others_the_case_does_not_exist(client, request, person, url):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, GOOD).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"surname": "", "forenames": " "}, "Enter a last name or first names."),
        ({"kind": ""}, "Choose what kind of name it is"),
        (
            {"from_on_day": "1", "from_on_month": "1", "from_on_year": "1970"},
            "The date must be after the date of birth",
        ),
    ],
)
def test_a_wrong_answer_is_told_kept_and_writes_nothing(client, practitioner, offender, url, wrong, told):
    client.force_login(practitioner)

    response = client.post(url, {**GOOD, "forenames": "Victor", **wrong})

    assert told in response.text
    assert not Alias.objects.visible_to(practitioner).exists()
    assert wrong.get("forenames", "Victor").strip() in response.text


def test_the_same_name_is_not_recorded_twice(client, practitioner, offender, url):
    AliasFactory(offender=offender, surname="Blackwood", forenames="", kind="maiden")
    client.force_login(practitioner)

    assert "This name is recorded already." in client.post(url, GOOD).text


def test_the_verb_asks_for_itself(outsider, offender):
    with pytest.raises(PermissionDenied):
        actions.add_alias(offender=offender, surname="X", forenames="", kind="former", from_on=None, by=outsider)


def test_a_refused_name_is_not_found_later(practitioner, offender):
    with pytest.raises(ValidationError):
        actions.add_alias(
            offender=offender, surname="Blackwood", forenames="", kind="no", from_on=None, by=practitioner
        )

    assert not search.matching(practitioner, "Blackwood", {}).exists()
