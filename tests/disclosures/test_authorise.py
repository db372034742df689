"""A disclosure is authorised by somebody of rank who did not write it, and the rank is kept."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from audit.models import AccessEvent
from disclosures import actions
from disclosures.models import Disclosure
from mappa.templatetags.mappa import long_date
from tests.conftest import member
from tests.disclosures.writing import as_no, considered
from tests.factories import DisclosureFactory, PurposeFactory, RankFactory, in_days
from tests.offenders.dates_typed import typed

ANSWER = {"outcome": "authorised", "authorised_on": in_days(0), "authorised_reasons": "All tests are met"}
TYPED = {
    **ANSWER,
    **typed("authorised_on", in_days(0)),
    "conditions": "Tell nobody else",
    "needs_undertaking": "yes",
    "no_undertaking_because": "",
}
VERB = ANSWER | {"needs_undertaking": True}
SENT = VERB | {"authorised_on": in_days(0).isoformat()}


@pytest.fixture
def row(offender, practitioner):
    return DisclosureFactory(offender=offender, author=practitioner)


@pytest.fixture
def url(row):
    return f"/people/disclosures/{row.reference}/authorise/"


@pytest.mark.parametrize(
    ("person", "rank"),
    [
        ("manager", "Senior probation officer, Probation, Bedfordshire"),
        ("chair", "Superintendent, Police, Bedfordshire"),
    ],
)
def test_a_manager_of_the_lead_agency_or_a_chair_authorises_and_the_rank_is_kept(
    client, request, row, url, person, rank
):
    user = request.getfixturevalue(person)
    client.force_login(user)

    response = client.post(url, TYPED)

    assert response.headers["Location"] == row.get_absolute_url()
    row = Disclosure.objects.visible_to(user).select_related("entry").get()
    assert (row.outcome, row.authorised_by, row.authorised_rank) == ("authorised", user, rank)
    assert (row.conditions, row.needs_undertaking, row.authorised_on) == ("Tell nobody else", True, in_days(0))
    assert row.is_to_be_delivered
    assert timezone.localdate(row.authorised_at) == in_days(0)
    assert rank in client.get(row.get_absolute_url()).text


def test_it_is_told_without_a_word_of_it_and_recorded_with_the_rank(client, chair, offender, url):
    client.force_login(chair)

    client.post(url, TYPED)

    entry = offender.timeline.visible_to(chair).get()
    assert (entry.title, entry.text) == ("Disclosure", "Authorised")
    detail = AccessEvent.objects.get(event="disclosure.authorised").detail
    assert detail == {"outcome": "authorised", "rank": "Superintendent, Police, Bedfordshire"}


@pytest.fixture
def own(offender, manager):
    """A record that the manager wrote herself: she has the rank."""
    return DisclosureFactory(offender=offender, author=manager)


def test_its_author_is_refused_by_the_page(client, own, manager):
    client.force_login(manager)
    url = f"/people/disclosures/{own.reference}/authorise/"

    assert "You recorded this. Somebody else" in client.get(url).text
    assert client.post(url, TYPED).status_code == 403
    assert url not in client.get(own.get_absolute_url()).text
    assert Disclosure.objects.visible_to(manager).get().outcome == ""


def test_its_author_is_refused_by_the_api(call, every_scope, own, manager):
    call(f"disclosures/{own.reference}/authorise/", SENT, manager, status=403)

    assert Disclosure.objects.visible_to(manager).get().outcome == ""
    denied = AccessEvent.objects.get(event="api.disclosure_authorisation_sent", outcome="N")
    assert denied.actor_id == manager.pk


def test_its_author_is_refused_by_the_action(own, manager):
    with pytest.raises(PermissionDenied):
        actions.authorise_disclosure(disclosure=own, by=manager, **VERB)

    assert Disclosure.objects.visible_to(manager).get().outcome == ""


def test_who_wrote_what_it_corrects_is_refused_too(client, offender, manager, practitioner, chair):
    first = DisclosureFactory(offender=offender, author=manager)
    row = DisclosureFactory(offender=offender, author=practitioner, corrects=first, correction_reason="A name")

    with pytest.raises(PermissionDenied):
        actions.authorise_disclosure(disclosure=row, by=manager, **VERB)
    actions.authorise_disclosure(disclosure=row, by=chair, **VERB)


BELOW = pytest.mark.parametrize("person", ["practitioner", "coordinator", "area_officer", "victim_liaison"])


@BELOW
def test_below_the_rank_it_is_refused_by_the_page(client, request, offender, person):
    row = DisclosureFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))
    url = f"/people/disclosures/{row.reference}/authorise/"

    assert client.get(url).status_code == client.post(url, TYPED).status_code == 403
    assert url not in client.get(row.get_absolute_url()).text


@BELOW
def test_below_the_rank_it_is_refused_by_the_api(call, every_scope, request, token, offender, person):
    row = DisclosureFactory(offender=offender)
    user = request.getfixturevalue(person)
    token.user.memberships.update(agency=user.memberships.get().agency)
    PurposeFactory(offender=offender, user=user)

    call(f"disclosures/{row.reference}/", None, user)
    call(f"disclosures/{row.reference}/authorise/", SENT, user, status=403)

    assert Disclosure.objects.visible_to(user).get().outcome == ""


@BELOW
def test_below_the_rank_it_is_refused_by_the_action(request, offender, person):
    row = DisclosureFactory(offender=offender)

    with pytest.raises(PermissionDenied):
        actions.authorise_disclosure(disclosure=row, by=request.getfixturevalue(person), **VERB)


def test_somebody_of_rank_authorises_by_the_api_and_the_rank_is_kept(call, every_scope, row, manager):
    call(f"disclosures/{row.reference}/authorise/", SENT | {"conditions": "Tell nobody else"}, manager)

    row.refresh_from_db()
    assert (row.outcome, row.authorised_by, row.conditions) == ("authorised", manager, "Tell nobody else")
    assert row.authorised_rank == "Senior probation officer, Probation, Bedfordshire"


def test_a_rank_in_another_agency_does_not_count(offender, police, row):
    inspector = member(police, "practitioner", "ines", rank=RankFactory(name="Inspector", order=20))

    with pytest.raises(PermissionDenied):
        actions.authorise_disclosure(disclosure=row, by=inspector, **VERB)


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == client.post(url, TYPED).status_code == 404


def test_the_database_itself_refuses_its_author(offender, practitioner):
    with pytest.raises(IntegrityError):
        DisclosureFactory(offender=offender, authorised=True, author=practitioner, authorised_by=practitioner)


def test_the_database_itself_refuses_an_authorisation_without_a_rank(offender):
    with pytest.raises(IntegrityError):
        DisclosureFactory(offender=offender, authorised=True, authorised_rank="")


def test_a_refusal_is_an_answer_too_and_nobody_is_told(client, chair, row, url):
    client.force_login(chair)

    client.post(url, TYPED | {"outcome": "refused"})

    row = Disclosure.objects.visible_to(chair).select_related("entry").get()
    assert (row.outcome, row.conditions, row.needs_undertaking) == ("refused", "", False)
    assert not row.is_to_be_delivered
    assert "Not authorised" in client.get(row.get_absolute_url()).text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"outcome": ""}, "outcome", "Choose whether"),
        ({"authorised_reasons": ""}, "authorised_reasons", "Enter an answer"),
        ({"needs_undertaking": ""}, "needs_undertaking", "Say whether"),
        ({"needs_undertaking": "no"}, "no_undertaking_because", "Enter why no undertaking"),
        (typed("authorised_on", in_days(1)), "authorised_on", "today or in the past"),
    ],
)
def test_a_refused_answer_keeps_what_was_typed(client, chair, url, change, field, message):
    client.force_login(chair)

    response = client.post(url, TYPED | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "Tell nobody else" in response.text
    assert Disclosure.objects.visible_to(chair).get().outcome == ""


def test_an_earlier_day_of_the_answer_does_not_hide_when_it_was_recorded(client, chair, row, url):
    client.force_login(chair)

    client.post(url, TYPED | typed("authorised_on", in_days(-9)))

    text = client.get(row.get_absolute_url()).text
    assert long_date(in_days(-9)) in text
    assert f"Recorded on {long_date(in_days(0))}" in text


def test_whoever_refuses_is_not_asked_about_an_undertaking(client, chair, url):
    client.force_login(chair)

    assert client.post(url, TYPED | {"outcome": "refused", "needs_undertaking": ""}).status_code == 302


def test_what_was_typed_stays_when_somebody_else_answered_first(client, chair, manager, row, url):
    actions.authorise_disclosure(disclosure=row, by=manager, **VERB)
    client.force_login(chair)

    page = client.post(url, TYPED)

    assert "This was answered already" in page.text
    assert "Tell nobody else" in page.text


def test_the_verb_itself_refuses_an_answer_without_reasons(chair, row):
    with pytest.raises(ValidationError, match="Enter the reasons"):
        actions.authorise_disclosure(disclosure=row, by=chair, **VERB | {"authorised_reasons": " "})


def test_it_is_answered_once(client, chair, row, url):
    client.force_login(chair)
    client.post(url, TYPED)

    assert "This was answered already" in client.get(url).text
    assert "This was answered already" in client.post(url, TYPED).text


def test_not_to_disclose_against_the_presumption_is_authorised_without_an_undertaking(
    client, offender, practitioner, chair
):
    row = actions.record_disclosure(offender=offender, considered=as_no(), decision="no", reasons="x", by=practitioner)
    client.force_login(chair)
    url = f"/people/disclosures/{row.reference}/authorise/"

    assert "needs_undertaking" not in client.get(url).context["form"].fields
    client.post(url, TYPED)

    row = Disclosure.objects.visible_to(chair).select_related("entry").get()
    assert (row.outcome, row.is_to_be_delivered, row.is_waiting) == ("authorised", False, False)


def test_where_nobody_has_to_authorise_the_page_says_so(client, offender, practitioner, chair):
    said = as_no(serious_harm_to_children=False)
    row = actions.record_disclosure(offender=offender, considered=said, decision="no", reasons="x", by=practitioner)
    client.force_login(chair)

    assert "Nobody has to authorise" in client.get(f"/people/disclosures/{row.reference}/authorise/").text
    with pytest.raises(ValidationError, match="Nobody has to"):
        actions.authorise_disclosure(disclosure=row, by=chair, **VERB)


def test_it_is_due_by_the_standard_and_no_later_than_they_are_told(offender, practitioner):
    soon = actions.record_disclosure(
        offender=offender, considered=considered(tell_by=in_days(0)), decision="yes", reasons="x", by=practitioner
    )

    assert soon.authorise_by == in_days(0)


def test_a_manager_with_a_closed_account_authorises_nothing(row, manager):
    manager.is_active = False

    with pytest.raises(PermissionDenied):
        actions.authorise_disclosure(disclosure=row, by=manager, **VERB)
