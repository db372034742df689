"""Inviting somebody, and coming by that: by one link, once, into what was said and nothing else."""

from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies import outbox
from agencies.colleagues import inviting, joining, links
from agencies.models import Invitation, Membership, OutboxMessage, Rank, Role, User
from agencies.models.token import digest
from audit.models import AccessEvent
from tests.factories import MembershipFactory, RankFactory, in_days
from tests.offenders.dates_typed import typed

R = Role.Code
PASSWORD = "seven green herons wait"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
INVITE = "/colleagues/invite/?agency=Probation%2C+Bedfordshire"


@pytest.fixture
def point(probation):
    """Petra, contact point of Bob's office, at manager rank; its domain is recorded."""
    probation.email_domains = "probation.example"
    probation.save()
    rank = RankFactory(name="Senior probation officer", order=20)
    return MembershipFactory(agency=probation, role_id=R.CONTACT_POINT, rank=rank, user__name="Petra").user


def good(**more):
    first, vetted = typed("from_on", in_days(0)), typed("vetting_expires_on", date(2030, 6, 1))
    words = {"email": "Nora.New@probation.example", "name": "Nora New", "role": R.PRACTITIONER, "vetting_level": "sc"}
    return words | first | vetted | more


def invite(agency, by, **more):
    facts = {
        "email": "new@probation.example",
        "name": "Nora New",
        "role": Role.objects.get(pk=more.pop("role", R.PRACTITIONER)),
        "rank": None,
        "line_manager": None,
        "from_on": in_days(0),
        "until": None,
        "vetting_level": "sc",
        "vetting_expires_on": in_days(400),
    }
    return inviting.invite(agency=agency, by=by, **facts | more)


def link(row):
    return f"/join/{links.token_of(row)}/"


def test_a_contact_point_invites_and_whoever_comes_works_there(client, point, probation):
    client.force_login(point)
    assert client.post(INVITE, good()).status_code == 302
    client.logout()
    row = Invitation.objects.get()

    page = client.get(link(row))
    joined = client.post(link(row), {"password": PASSWORD, "agreed": "on"})

    assert "as practitioner at Probation, Bedfordshire" in page.text
    assert joined.headers["Location"] == "/sign-in/"
    person = User.objects.get(email="nora.new@probation.example")
    held = Membership.objects.in_force(in_days(0)).get(user=person)
    assert (held.agency, held.role_id, str(person.vetting_expires_on)) == (probation, R.PRACTITIONER, "2030-06-01")
    assert person.check_password(PASSWORD)
    assert person.terms_version
    assert AccessEvent.objects.filter(event="invitation.accepted", actor_id=person.pk).exists()


def test_only_a_digest_is_kept_and_the_mail_s_link_is_not_in_the_outbox(point, probation, mailoutbox):
    row = invite(probation, point)

    outbox.send_waiting()

    token = links.token_of(row)
    assert token in mailoutbox[0].body
    assert "Nora" not in mailoutbox[0].body
    assert digest(token) == row.digest
    assert token not in OutboxMessage.objects.get().body
    assert len(token) == 43


def test_a_link_works_once_and_looks_like_none_at_all_afterwards(client, point, probation):
    row = invite(probation, point)
    client.post(link(row), {"password": PASSWORD, "agreed": "on"})
    client.get("/sign-in/")  # says that he has joined

    used, invented = client.get(link(row)), client.get("/join/" + "A" * 43 + "/")

    assert (used.status_code, invented.status_code) == (404, 404)
    assert used.content == invented.content


def test_a_link_expires_and_is_sent_again_and_the_one_before_opens_nothing(client, point, probation):
    row = invite(probation, point)
    before = link(row)
    assert row.expires_at - timezone.now() > timedelta(hours=71)
    Invitation.objects.update(expires_at=timezone.now())
    assert client.get(before).status_code == 404

    again = inviting.send_again(invitation=row, by=point)

    assert (client.get(before).status_code, client.get(link(again)).status_code) == (404, 200)


def test_a_withdrawn_invitation_opens_nothing(client, point, probation):
    row = invite(probation, point)
    client.force_login(point)
    client.post(f"/colleagues/invite/withdraw/?row={row.reference}")
    client.logout()

    assert client.get(link(row)).status_code == 404
    with pytest.raises(ValidationError, match="withdrawn"):
        inviting.send_again(invitation=row, by=point)


def test_a_name_in_letters_that_only_look_alike_is_refused_and_kept_on_the_page(client, point):
    client.force_login(point)

    page = client.post(INVITE, good(name="Nоra New"))

    assert "mixes letters that only look alike" in page.text
    assert not User.objects.filter(email="nora.new@probation.example").exists()


def test_a_password_that_is_too_weak_is_refused_and_the_link_stays(client, point, probation):
    row = invite(probation, point)

    page = client.post(link(row), {"password": "short", "agreed": "on"})

    assert "at least 15 characters" in page.text
    assert not Membership.objects.filter(user=row.user).exists()
    assert client.get(link(row)).status_code == 200


def test_nobody_joins_without_the_terms(client, point, probation):
    row = invite(probation, point)

    page = client.post(link(row), {"password": PASSWORD})

    assert "Agree to the terms to go on" in page.text
    assert not row.user.has_usable_password()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email": "nora@elsewhere.example"}, "it ends in @probation.example"),
        ({"email": "nora@sub.probation.example"}, "it ends in @probation.example"),
        ({"role": R.COORDINATOR}, "Choose a role that you may give"),
        ({"rank": "Superintendent"}, "Choose a rank that you may give"),
        ({"vetting_expires_on_year": "2020"}, "nobody works unvetted"),
        ({"from_on_year": "2020"}, "Enter a first day that is today or later"),
    ],
)
def test_what_a_contact_point_may_not_ask_is_refused_and_what_was_typed_is_kept(client, point, chair, change, message):
    client.force_login(point)

    page = client.post(INVITE, good(**change))

    assert message in page.text
    assert 'value="Nora New"' in page.text
    assert not Invitation.objects.exists()
    assert not User.objects.filter(name="Nora New").exists()


def test_the_action_itself_refuses_a_role_and_a_rank_that_are_not_his_to_give(point, probation, manager):
    with pytest.raises(ValidationError, match="You cannot give the role"):
        invite(probation, point, role=R.COORDINATOR)
    with pytest.raises(ValidationError, match="rank above your own"):
        invite(probation, point, rank=Rank.objects.create(name="Chief", order=40))
    with pytest.raises(ValidationError, match="You cannot give the role"):
        invite(probation, point, role=R.INTEGRATION)


def test_without_a_recorded_domain_only_co_ordination_and_administrators_invite(
    point, probation, coordinator, administrator
):
    probation.email_domains = ""
    probation.save()

    with pytest.raises(ValidationError, match="No email domain"):
        invite(probation, point)
    assert invite(probation, coordinator)
    assert invite(probation, administrator, email="another@probation.example")


def test_nobody_invites_himself_or_into_an_agency_that_he_does_not_keep(
    client, point, probation, police, practitioner, outsider
):
    User.objects.filter(pk=point.pk).update(email="petra@probation.example")
    point.refresh_from_db()
    with pytest.raises(ValidationError, match="Nobody invites himself"):
        invite(probation, point, email=point.email, role=R.VICTIM_LIAISON)
    for by, agency in ((point, police), (practitioner, probation), (outsider, probation)):
        with pytest.raises(PermissionDenied):
            invite(agency, by)
    client.force_login(outsider)
    assert client.get(INVITE).status_code == 404


def test_somebody_who_works_elsewhere_signs_in_to_accept_and_nobody_else_can(
    client, point, probation, housing, manager
):
    User.objects.filter(pk=housing.pk).update(email="harriet@probation.example", vetting_expires_on=in_days(5))
    row = invite(probation, point, email="harriet@probation.example")

    assert client.get(link(row)).headers["Location"].startswith("/sign-in/?next=%2Fjoin")
    client.force_login(manager, backend=BACKEND)
    assert client.post(link(row), {"agreed": "on", "password": PASSWORD}).status_code == 403
    client.force_login(housing, backend=BACKEND)
    assert client.post(link(row), {"agreed": "on"}).headers["Location"] == "/"

    housing.refresh_from_db()
    assert housing.memberships.filter(agency=probation).exists()
    assert not housing.check_password(PASSWORD)
    # What her own agency recorded stays.
    assert housing.vetting_expires_on == in_days(5)


def test_a_further_role_ends_the_sessions_of_whoever_accepts(client, point, probation, housing):
    User.objects.filter(pk=housing.pk).update(email="harriet@probation.example")
    row = invite(probation, point, email="harriet@probation.example")
    client.force_login(housing, backend=BACKEND)
    client.get("/terms/")
    UserSession.objects.update_or_create(
        session_key=client.session.session_key, defaults={"user": housing, "ip": "127.0.0.1", "user_agent": "x"}
    )

    client.post(link(row), {"agreed": "on"})

    assert housing.memberships.filter(agency=probation).exists()
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_an_invitation_opens_nothing_once_whoever_made_it_may_not_give_that_role(client, point, probation, coordinator):
    row = invite(probation, point)
    Membership.objects.filter(user=point).update(role=R.PRACTITIONER)

    page = client.post(link(row), {"password": PASSWORD, "agreed": "on"})

    assert "can no longer be used" in page.text
    assert not Membership.objects.filter(user=row.user).exists()
    again = inviting.send_again(invitation=row, by=coordinator)
    assert again.made_by == coordinator
    assert client.post(link(again), {"password": PASSWORD, "agreed": "on"}).status_code == 302
    assert Membership.objects.filter(user=row.user).exists()


def test_nobody_sends_again_what_he_may_not_give_or_his_own(client, point, probation, coordinator):
    row = invite(probation, coordinator, role=R.CHAIR)
    with pytest.raises(ValidationError, match="You cannot give the role"):
        inviting.send_again(invitation=row, by=point)

    own = invite(probation, coordinator, email=point.email.replace("test.invalid", "probation.example"))
    Invitation.objects.filter(pk=own.pk).update(user=point)
    own.refresh_from_db()
    with pytest.raises(PermissionDenied):
        inviting.send_again(invitation=own, by=point)


def test_an_invitation_is_sent_again_by_whoever_proved_lately_who_he_is(client, point, probation):
    row = invite(probation, point)
    client.force_login(point, backend=BACKEND)
    session = client.session
    session["proved"] = 0
    session.save()

    asked = client.post(f"/colleagues/invite/again/?row={row.reference}")

    assert asked.headers["Location"].startswith("/again/")
    row.refresh_from_db()
    assert row.times_sent == 1


def test_an_invitation_renews_no_vetting_of_somebody_who_works_elsewhere(client, point, probation, housing):
    User.objects.filter(pk=housing.pk).update(email="harriet@probation.example", vetting_expires_on=in_days(-5))
    row = invite(probation, point, email="harriet@probation.example")

    client.post(link(row), {"password": PASSWORD, "agreed": "on"})

    housing.refresh_from_db()
    assert housing.memberships.filter(agency=probation).exists()
    assert housing.vetting_expires_on == in_days(-5)


def test_whoever_is_signed_in_without_a_membership_that_counts_chooses_a_password(client, point, probation):
    row = invite(probation, point)
    client.force_login(row.user, backend=BACKEND)

    assert 'name="password"' in client.get(link(row)).text
    joined = client.post(link(row), {"password": PASSWORD, "agreed": "on"})

    assert joined.headers["Location"] == "/sign-in/"
    assert Membership.objects.filter(user=row.user).exists()


def test_those_who_work_there_hear_of_an_administrator_s_invitation(point, probation, coordinator, administrator):
    invite(probation, administrator)

    told = OutboxMessage.objects.filter(key__startswith="invited-by-administrator:")
    assert {message.to for message in told} == {point, coordinator}
    assert not [message for message in told if "Nora" in message.body]


def test_an_administrator_who_comes_may_open_administration_and_gives_no_case(administrator, client):
    agency = administrator.memberships.get().agency
    row = invite(agency, administrator, role=R.ADMINISTRATOR)

    client.post(link(row), {"password": PASSWORD, "agreed": "on"})

    assert User.objects.get(pk=row.user_id).is_staff


def test_whoever_does_not_keep_the_agency_neither_sends_again_nor_withdraws(point, probation, outsider):
    row = invite(probation, point)

    for verb in (inviting.send_again, inviting.withdraw):
        with pytest.raises(PermissionDenied):
            verb(invitation=row, by=outsider)


def test_the_verb_itself_asks_for_the_terms_and_for_whoever_works_elsewhere(point, probation, housing, manager):
    row = invite(probation, point)
    with pytest.raises(ValidationError, match="Agree to the terms"):
        joining.accept(invitation=row, by=None, password=PASSWORD)
    User.objects.filter(pk=housing.pk).update(email="harriet@probation.example")
    row = invite(probation, point, email="harriet@probation.example")

    for by in (None, manager):
        with pytest.raises(PermissionDenied):
            joining.accept(invitation=row, by=by, password=PASSWORD, agreed=True)
