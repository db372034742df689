"""Whether minutes still say what was approved and countersigned."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from tests.factories import AmendmentFactory, InvitationFactory, UserFactory


def verify():
    out = StringIO()
    call_command("verify_minutes", stdout=out)
    return out.getvalue()


def test_those_who_minute_read_that_the_seal_matches(sign_in, sent, coordinator, housing):
    ours, theirs = (sign_in(u).get(f"/meetings/{sent.reference}/minutes/").text for u in (coordinator, housing))

    assert "It matches: no word was changed since." in ours
    assert "It matches" not in theirs
    assert sent.digest in theirs


def test_the_command_says_that_all_match(sent):
    assert "All approved minutes match their seals." in verify()


ADDED = {
    "an agency": lambda item: InvitationFactory(item=item, offender=None),
    "an amendment": lambda item: AmendmentFactory(
        item=item,
        offender=None,
        outcome="accepted",
        decided_at=timezone.now(),
        decided_by=UserFactory(),
        version=2,
        digest="0" * 64,
    ),
}


@pytest.mark.parametrize("add", ADDED.values(), ids=ADDED)
def test_what_was_added_past_the_verbs_is_found(sign_in, sent, item, coordinator, add):
    add(item)

    with pytest.raises(CommandError, match=sent.reference):
        verify()
    assert "do not match their seal" in sign_in(coordinator).get(f"/meetings/{sent.reference}/minutes/").text


def test_minutes_match_their_seal_after_an_agency_is_renamed(sent, police):
    police.name = "Constabulary of Bedfordshire"
    police.save()

    assert "All approved minutes match their seals." in verify()


def test_the_name_that_an_agency_was_registered_under_is_never_changed(police):
    police.registered_as = "Another"

    with pytest.raises(DatabaseError, match="never changed"):
        police.save()
