"""A flag is taken off a case, and stays on the record."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from offenders import flags
from offenders.models import Flag
from tests.factories import FlagFactory

GOOD = {"removal_reason": "The dog was taken away"}


@pytest.fixture
def flag(offender):
    return FlagFactory(offender=offender)


@pytest.fixture
def url(flag):
    return f"/people/flags/{flag.reference}/remove/"


def test_it_is_off_the_header_and_stays_on_the_page(client, practitioner, offender, url, today):
    client.force_login(practitioner)

    response = client.post(url, GOOD, follow=True)

    flag = Flag.objects.visible_to(practitioner).get()
    assert (flag.removed_on, flag.removed_by, flag.removal_reason) == (today, practitioner, GOOD["removal_reason"])
    assert "Risk to children" not in [shown["text"] for shown in response.context["person"]["flags"]]
    assert [row["removal_reason"] for row in response.context["removed"]] == [GOOD["removal_reason"]]
    assert GOOD["removal_reason"] in response.text


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 403
    assert client.post(url, GOOD).status_code == 403


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url, GOOD).status_code == 404


@pytest.mark.parametrize(
    ("reason", "message"), [(" ", "Enter why the flag is removed"), ("x" * 2001, "at most 2000 characters")]
)
def test_a_refusal_keeps_what_was_typed_and_writes_nothing(client, practitioner, url, reason, message):
    client.force_login(practitioner)

    response = client.post(url, {"removal_reason": reason})

    assert message in " ".join(response.context["form"].errors["removal_reason"])
    assert reason.strip() in response.text
    assert Flag.objects.visible_to(practitioner).open().exists()


def test_a_flag_is_removed_once(client, practitioner, manager, flag, url):
    flags.remove_flag(flag=flag, removal_reason="Moved", by=manager)
    client.force_login(practitioner)

    assert "removed already" in client.get(url).text
    client.post(url, GOOD)

    assert Flag.objects.visible_to(practitioner).get().removal_reason == "Moved"


def test_the_verb_itself_refuses_those_who_may_not_and_an_empty_reason(flag, chair, practitioner):
    with pytest.raises(PermissionDenied):
        flags.remove_flag(flag=flag, removal_reason="x", by=chair)
    with pytest.raises(ValidationError):
        flags.remove_flag(flag=flag, removal_reason="", by=practitioner)
