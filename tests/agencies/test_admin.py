"""Administration: what an administrator changes there, and what nobody can reach from it."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from agencies import outbox
from agencies.api.tokens import rotate
from agencies.models import (
    Agency,
    Area,
    ClosedDay,
    IdentityLink,
    IdentityProvider,
    IntegrationToken,
    Membership,
    OutboxMessage,
    Role,
    Standard,
    User,
)
from agencies.models.token import digest
from audit.models import AccessEvent
from mappa.guard import ProtectedModel
from tests.factories import MembershipFactory, NoteFactory, UserFactory

REGISTERED = [
    "agency",
    "agencykind",
    "area",
    "closedday",
    "identityprovider",
    "integrationtoken",
    "membership",
    "outboxmessage",
    "rank",
    "role",
    "standard",
    "user",
]


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def last_event():
    return AccessEvent.objects.latest("pk")


def test_only_reference_data_is_there_and_no_protected_table():
    models = admin.site._registry
    of_other_rooms = [
        "auditform",
        "characteristicvalue",
        "conditiontext",
        "flagkind",
        "handoverkind",
        "offence",
        "orderkind",
        "patientsection",
        "population",
        "premises",
        "region",
        "statement",
        "tool",
        "warningkind",
    ]

    assert sorted(model._meta.model_name for model in models) == sorted(REGISTERED + of_other_rooms)
    assert not [model for model in models if issubclass(model, ProtectedModel)]


@pytest.mark.parametrize("name", REGISTERED)
def test_the_administrator_opens_every_list_and_form(signed_in, name, probation, practitioner):
    assert signed_in.get(f"/admin/agencies/{name}/").status_code == 200
    assert signed_in.get(f"/admin/agencies/{name}/add/").status_code == (
        403 if name in {"role", "outboxmessage"} else 200
    )


@pytest.mark.parametrize("name", REGISTERED)
def test_a_coordinator_opens_none_of_it(client, coordinator, name):
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = client.get(f"/admin/agencies/{name}/", follow=True)

    assert response.status_code == 403
    assert last_event().event == "administration.opened"
    assert last_event().outcome == "N"


def test_staff_without_the_role_do_not_come_in(client, coordinator):
    User.objects.filter(pk=coordinator.pk).update(is_staff=True)
    client.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/admin/", follow=True).status_code == 403


def test_the_role_without_staff_does_not_come_in(client, administrator):
    User.objects.filter(pk=administrator.pk).update(is_staff=False)
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/admin/", follow=True).status_code == 403


def test_a_stranger_is_sent_to_the_one_sign_in_page(client, db):
    assert client.get("/admin/").headers["Location"] == "/sign-in/?next=%2Fadmin%2F"


def test_an_agency_gets_its_group(signed_in, area):
    kind = area.agencies.model.kind.field.related_model.objects.get(code="housing")

    signed_in.post(
        "/admin/agencies/agency/add/", {"name": "Luton Housing", "kind": kind.pk, "area": area.pk, "is_active": "on"}
    )

    agency = Agency.objects.get(name="Luton Housing")
    assert agency.group.name == "agency: Luton Housing"
    assert (last_event().event, last_event().object_id) == ("reference.added", agency.pk)


def test_a_standard_is_changed_and_the_audit_names_the_field(signed_in):
    row = Standard.objects.get(name="kpi_minutes_percent")
    data = {"name": row.name, "value": "95", "unit": row.unit, "from_on": "2010-01-01", "citation": row.citation}

    signed_in.post(f"/admin/agencies/standard/{row.pk}/change/", data | {"certainty": row.certainty})

    assert Standard.objects.get(pk=row.pk).value == 95
    assert last_event().event == "reference.changed"
    assert last_event().detail == {"fields": ["Value"], "from_to": {"value": [str(row.value), "95"]}}


def test_a_rank_that_is_none_is_refused_and_nothing_changes(signed_in):
    row = Standard.objects.get(name="category_4_rank")
    data = {"name": row.name, "value": "7", "unit": row.unit, "from_on": row.from_on, "citation": row.citation}

    response = signed_in.post(f"/admin/agencies/standard/{row.pk}/change/", data | {"certainty": row.certainty})

    assert "Enter one of these: 1, 2, 3" in response.text
    assert Standard.objects.get(pk=row.pk).value == row.value


def test_a_closed_day_is_deleted_and_the_audit_says_so(signed_in, area):
    row = ClosedDay.objects.create(on="2026-12-24", area=area, name="Office closed")

    signed_in.post(f"/admin/agencies/closedday/{row.pk}/delete/", {"post": "yes"})

    assert not ClosedDay.objects.exists()
    assert (last_event().event, last_event().object_id) == ("reference.deleted", row.pk)


def test_no_standard_is_deleted(signed_in):
    row = Standard.objects.get(name="kpi_minutes_percent")

    assert signed_in.post(f"/admin/agencies/standard/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Standard.objects.filter(pk=row.pk).exists()


def test_no_person_is_deleted(signed_in, practitioner):
    response = signed_in.post(f"/admin/agencies/user/{practitioner.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403
    assert User.objects.filter(pk=practitioner.pk).exists()


def test_a_service_is_added_under_the_lower_case_address_and_without_a_password(signed_in):
    signed_in.post("/admin/agencies/user/add/", {"email": "New.Reader@Example.org", "name": "Reader"})

    assert not User.objects.get(email="new.reader@example.org").has_usable_password()


def test_a_person_s_form_shows_no_password_hash_and_no_permissions(signed_in, practitioner):
    User.objects.filter(pk=practitioner.pk).update(password="argon2$argon2id$v=19$secret")

    page = signed_in.get(f"/admin/agencies/user/{practitioner.pk}/change/").text

    assert "argon2" not in page
    assert 'name="user_permissions"' not in page
    assert 'name="is_superuser"' not in page
    assert 'name="last_login' not in page


def test_nobody_sets_another_s_password(signed_in, practitioner):
    before = practitioner.password
    data = {"password1": "another long and unlikely password", "password2": "another long and unlikely password"}

    answer = signed_in.post(f"/admin/agencies/user/{practitioner.pk}/password/", data)

    practitioner.refresh_from_db()
    assert answer.status_code in {302, 404}
    assert practitioner.password == before


def test_nobody_lets_anybody_in_vets_or_raises_himself_or_another(signed_in, administrator, practitioner):
    own = signed_in.post(f"/admin/agencies/user/{administrator.pk}/change/", {"name": "Boss", "is_staff": "on"})
    User.objects.filter(pk=practitioner.pk).update(is_active=False)
    vetting = (practitioner.vetting_level, practitioner.vetting_expires_on)
    data = {"email": practitioner.email, "name": "Bob B", "vetting_level": "dv", "vetting_expires_on": "2090-01-01"}
    data |= {"is_active": "on", "is_superuser": "on", "is_staff": "on"}
    signed_in.post(f"/admin/agencies/user/{practitioner.pk}/change/", data)

    practitioner.refresh_from_db()
    assert own.status_code == 403
    assert practitioner.name == "Bob B"
    assert (practitioner.vetting_level, practitioner.vetting_expires_on) == vetting
    assert (practitioner.is_active, practitioner.is_superuser, practitioner.is_staff) == (False, False, False)


def test_the_system_is_not_among_the_people(signed_in, system):
    assert signed_in.get(f"/admin/agencies/user/{system.pk}/change/").status_code == 302


def test_a_service_is_given_its_agency_and_a_person_is_invited_instead(signed_in, probation, practitioner):
    service = User.objects.create_user("reader@test.invalid", "Reader")
    data = {"agency": probation.pk, "role": "integration", "from_on": "2026-01-01"}

    signed_in.post("/admin/agencies/membership/add/", data | {"user": service.pk})
    page = signed_in.post("/admin/agencies/membership/add/", data | {"user": practitioner.pk}).text
    raised = signed_in.post("/admin/agencies/membership/add/", data | {"user": service.pk, "role": "coordinator"}).text

    assert Membership.objects.get(user=service).agency == probation
    assert "This is a person" in page
    assert "Select a valid choice" in raised
    assert practitioner.memberships.count() == 1


def test_nobody_changes_a_person_s_membership_here(signed_in, administrator, practitioner):
    for held in (administrator.memberships.get(), practitioner.memberships.get()):
        address = f"/admin/agencies/membership/{held.pk}/change/"

        assert signed_in.get(address).status_code == 200
        assert signed_in.post(address, {"role": "coordinator"}).status_code == 403


def test_a_token_is_shown_once_and_those_who_work_there_hear_of_it(signed_in, probation, coordinator, today):
    user = MembershipFactory(agency=probation, role_id=Role.Code.INTEGRATION).user
    data = {"name": "Reader", "user": user.pk, "scopes": '["cases:read"]', "expires_on": f"{today:%Y-%m-%d}"}

    page = signed_in.post("/admin/agencies/integrationtoken/add/", data).text

    assert "has a token of that name" in signed_in.post("/admin/agencies/integrationtoken/add/", data).text
    row = IntegrationToken.objects.get()
    token = page.split("shown only now: ")[1].split("<")[0].strip()
    assert [message.to for message in OutboxMessage.objects.filter(key__startswith="token-by-")] == [coordinator]
    assert digest(token) == row.digest
    again = signed_in.get(f"/admin/agencies/integrationtoken/{row.pk}/change/").text
    assert token not in again
    assert row.digest not in again


def test_each_way_of_letting_a_service_in_is_told_to_those_who_work_there(signed_in, probation, coordinator, today):
    held = MembershipFactory(
        agency=probation, role_id=Role.Code.INTEGRATION, from_on=today + timezone.timedelta(days=9)
    )
    row = IntegrationToken.objects.create(name="Reader", user=held.user, scopes=[], digest="d", expires_on=today)
    token = {"name": "Reader", "user": held.user_id, "scopes": '["cases:read"]', "expires_on": f"{today:%Y-%m-%d}"}
    service = {"user": held.user_id, "agency": probation.pk, "role": "integration", "from_on": f"{today:%Y-%m-%d}"}

    def told():
        return list(OutboxMessage.objects.filter(subject__contains="let a service act").values_list("to", flat=True))

    signed_in.post(f"/admin/agencies/integrationtoken/{row.pk}/change/", token)
    assert told() == [coordinator.pk]
    signed_in.post(f"/admin/agencies/integrationtoken/{row.pk}/change/", token | {"scopes": '["notes:read"]'})
    assert told() == [coordinator.pk] * 2
    signed_in.post(f"/admin/agencies/membership/{held.pk}/change/", service)
    assert told() == [coordinator.pk] * 3
    held.refresh_from_db()
    assert held.from_on == today


def test_another_area_or_domain_of_an_agency_is_told_to_those_who_work_there(signed_in, probation, coordinator):
    data = {"name": probation.name, "kind": probation.kind_id, "area": probation.area_id, "is_active": "on"}

    signed_in.post(f"/admin/agencies/agency/{probation.pk}/change/", data | {"email_domains": "mine.example"})

    assert OutboxMessage.objects.get(key__startswith="agency-by-administrator:").to == coordinator


@pytest.fixture
def provider(probation):
    return IdentityProvider.objects.create(
        agency=probation, slug="probation", name="Probation sign-in", issuer="https://id.example", client_id="mappa",
        client_secret="first secret of theirs", required_amr=["mfa"],
    )  # fmt: skip


def change_provider(signed_in, provider, **more):
    data = {"slug": provider.slug, "name": provider.name, "client_id": provider.client_id, "client_secret": ""}
    data |= {"agency": provider.agency_id, "issuer": provider.issuer, "is_active": "on"}
    data |= {"required_amr": '["mfa"]', "required_acr": "[]"}
    response = signed_in.post(f"/admin/agencies/identityprovider/{provider.pk}/change/", data | more)
    assert response.status_code == 302
    provider.refresh_from_db()


def test_the_audit_is_told_no_secret_and_an_empty_box_changes_none(signed_in, provider):
    change_provider(signed_in, provider, client_id="mappa-2")
    assert last_event().detail["from_to"] == {"client_id": ["mappa", "mappa-2"]}
    assert provider.client_secret == "first secret of theirs"

    change_provider(signed_in, provider, client_secret="second secret of theirs")

    assert provider.client_secret == "second secret of theirs"
    detail = last_event().detail
    assert detail["fields"]
    assert detail["from_to"] == {}
    assert not [event for event in AccessEvent.objects.all() if "secret of theirs" in str(event.detail)]


def test_a_service_by_which_somebody_is_known_stays_that_service(signed_in, provider, police):
    change_provider(signed_in, provider, issuer="https://id.probation.example")
    assert provider.issuer == "https://id.probation.example"
    IdentityLink.objects.create(user=UserFactory(), provider=provider, subject="officer-1")

    change_provider(signed_in, provider, issuer="https://mine.example", agency=police.pk)

    assert (provider.issuer, provider.agency.name) == ("https://id.probation.example", "Probation, Bedfordshire")


def test_a_changed_sign_in_of_an_agency_is_told_there_and_ends_sessions(signed_in, provider, practitioner, coordinator):
    IdentityLink.objects.create(user=practitioner, provider=provider, subject="officer-1")
    his = a_session_of(practitioner)
    change_provider(signed_in, provider)
    assert his.get("/people/").status_code == 200
    assert not OutboxMessage.objects.filter(key__startswith="provider-by-").exists()

    change_provider(signed_in, provider, is_active="")

    assert OutboxMessage.objects.get(key__startswith="provider-by-administrator:").to == coordinator
    assert his.get("/people/").status_code == 302


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scopes": '["everything"]'}, "Give a list of these"),
        ({"scopes": '[["cases:read"]]'}, "Give a list of these"),
        ({"expires_on": "2090-01-01"}, "lasts a year at most"),
    ],
)
def test_a_token_for_everything_or_for_ever_is_refused(signed_in, probation, today, change, message):
    user = MembershipFactory(agency=probation, role_id=Role.Code.INTEGRATION).user
    data = {"name": "Reader", "user": user.pk, "scopes": '["cases:read"]', "expires_on": f"{today:%Y-%m-%d}"}

    page = signed_in.post("/admin/agencies/integrationtoken/add/", data | change).text

    assert message in page
    assert not IntegrationToken.objects.exists()


def test_a_token_is_only_for_an_integration(signed_in, practitioner):
    data = {"name": "Reader", "user": practitioner.pk, "scopes": "[]", "expires_on": "2030-01-01"}

    signed_in.post("/admin/agencies/integrationtoken/add/", data)

    assert not IntegrationToken.objects.exists()


def test_an_area_stays(signed_in):
    row = Area.objects.get(slug="kent")

    assert signed_in.post(f"/admin/agencies/area/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_token_shows_for_which_one_it_was_changed(signed_in, token):
    new, _secret = rotate(token)

    page = signed_in.get(f"/admin/agencies/integrationtoken/{token.pk}/change/")

    assert f"/admin/agencies/integrationtoken/{new.successor_id}/change/" in page.text


def test_messages_that_failed_are_listed_first_without_what_they_say_and_sent_again(signed_in, practitioner):
    outbox.post(key="invited:MM-2222-2222", to=practitioner, subject="A subject", body="A body")
    OutboxMessage.objects.update(state="failed", tries=8)
    outbox.post(key="other:MM-2222-2222", to=practitioner, subject="A subject", body="A body")
    row = OutboxMessage.objects.get(state="failed")

    page = signed_in.get("/admin/agencies/outboxmessage/").text
    one = signed_in.get(f"/admin/agencies/outboxmessage/{row.pk}/change/").text
    signed_in.post("/admin/agencies/outboxmessage/", {"action": "send_again", "_selected_action": row.pk})

    assert "invited" in page
    assert "other" not in page.replace("another", "")
    assert not [words for words in ("A subject", "A body", "MM-2222") if words in page + one]
    row.refresh_from_db()
    assert (row.state, row.tries) == ("waiting", 1)
    assert last_event().event == "mail.sent_again"


def test_a_new_address_or_a_word_of_the_administrators_lets_mail_go_there_again(
    signed_in, practitioner, manager, coordinator, mailoutbox
):
    User.objects.filter(pk__in=[practitioner.pk, manager.pk]).update(mail_returned_at=timezone.now())

    signed_in.post("/admin/agencies/user/", {"action": "mail_works_again", "_selected_action": practitioner.pk})
    before = manager.email
    data = {"email": "Maya.New@test.invalid", "name": manager.name}
    signed_in.post(f"/admin/agencies/user/{manager.pk}/change/", data)

    assert not User.objects.filter(mail_returned_at__isnull=False).exists()
    assert OutboxMessage.objects.get(key__startswith="mail-works:").to == practitioner
    # A new address is where a link to a new password goes: who works there hears of it.
    assert OutboxMessage.objects.get(key__startswith="address-by-administrator:").to == coordinator
    # So does he himself, where he reads still.
    own = OutboxMessage.objects.get(key__startswith="own-address-by-administrator:")
    assert (own.to, own.goes_to, own.to.email) == (manager, before, "maya.new@test.invalid")
    outbox.send_waiting()
    assert [before] in [message.to for message in mailoutbox]


def a_session_of(person):
    """A session by the sign-in page, which a person's own list knows."""
    person.set_password("correct horse battery")
    person.save()
    client = Client()
    client.post("/sign-in/", {"login": person.email, "password": "correct horse battery"})
    return client


def test_an_administrator_ends_somebodys_sessions(signed_in, administrator, practitioner):
    his = a_session_of(practitioner)

    signed_in.post("/admin/agencies/user/", {"action": "end_sessions", "_selected_action": [practitioner.pk]})

    assert his.get("/people/").status_code == 302
    ended = AccessEvent.objects.get(event="sessions.ended")
    assert ended.object_id == practitioner.pk
    assert ended.actor_id == administrator.pk


def test_whoever_has_another_address_has_no_session_left(signed_in, practitioner):
    his = a_session_of(practitioner)
    data = {"email": "bob.new@test.invalid", "name": practitioner.name}

    assert signed_in.post(f"/admin/agencies/user/{practitioner.pk}/change/", data).status_code == 302

    assert his.get("/people/").status_code == 302


def test_what_gives_access_asks_again_who_sits_there(signed_in, practitioner):
    held = practitioner.memberships.get()
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=6), tick=False):
        asked = signed_in.post(f"/admin/agencies/membership/{held.pk}/change/", {"role": "chair"})

    assert asked.headers["Location"].startswith("/again/")
    assert practitioner.memberships.get().role_id == "practitioner"


@pytest.mark.parametrize(
    "path", ["agency/add/", "agencykind/add/", "rank/add/", "standard/add/", "user/", "integrationtoken/1/delete/"]
)
def test_so_does_what_decides_about_access_and_what_is_done_to_several(signed_in, path):
    signed_in.get("/admin/agencies/rank/")  # in for two hours
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=6), tick=False):
        assert signed_in.get("/admin/agencies/rank/").status_code == 200
        assert (
            signed_in.post(f"/admin/agencies/{path}", {"action": "end_sessions"}).headers["Location"][:7] == "/again/"
        )


def test_nobody_sets_that_nobody_is_asked_again(signed_in):
    row = Standard.objects.get(name="reauthentication_minutes")
    data = {"name": row.name, "unit": row.unit, "from_on": f"{row.from_on:%Y-%m-%d}", "citation": "Mine"}

    pages = [
        signed_in.post(f"/admin/agencies/standard/{row.pk}/change/", data | {"value": value}).text
        for value in ("0", "16", "525600")
    ]

    assert all("Enter a figure from 1 to 15" in page for page in pages)
    row.refresh_from_db()
    assert row.value == 5


def sign_in(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")


def test_whoever_comes_in_proves_who_he_is_and_leaves_after_two_hours(client, administrator):
    sign_in(client, administrator)
    now = timezone.now().timestamp()

    def at(proved, since):
        session = client.session
        session["proved"], session["administers_since"] = now - proved * 60, now - since * 60
        session.save()
        return client.get("/admin/agencies/area/")

    assert at(proved=90, since=9999).headers["Location"].startswith("/again/?next=%2Fadmin")
    assert last_event().event == "reauthentication.asked"
    assert at(proved=90, since=119).status_code == 200
    assert at(proved=90, since=121).status_code == 302
    assert at(proved=1, since=121).status_code == 200


def test_every_page_of_it_is_recorded(signed_in, practitioner):
    signed_in.get(f"/admin/agencies/user/{practitioner.pk}/change/")

    event = AccessEvent.objects.filter(event="administration.opened").latest("pk")
    assert event.detail == {"page": "agencies_user_change", "row": str(practitioner.pk)}


def test_several_deleted_at_once_are_recorded_each(signed_in, area):
    rows = [ClosedDay.objects.create(on=f"2026-12-2{n}", area=area, name="Office closed") for n in (4, 5)]
    data = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}

    signed_in.post("/admin/agencies/closedday/", data)

    deleted = AccessEvent.objects.filter(event="reference.deleted")
    assert {event.object_id for event in deleted} == {row.pk for row in rows}


@pytest.fixture
def superuser(administrator):
    """Adam, whose row says more than anybody may."""
    User.objects.filter(pk=administrator.pk).update(is_superuser=True)
    administrator.refresh_from_db()
    return administrator


def test_a_superuser_sees_no_case_on_any_page_of_it(client, superuser, offender):
    """Every list, form, history and deletion of every table, and no word of the record."""
    NoteFactory(offender=offender, text="Canary in a coal mine")
    sign_in(client, superuser)
    pages = ["/admin/", "/admin/jsi18n/"]
    for model in admin.site._registry:
        assert not issubclass(model, ProtectedModel)
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._default_manager.first()
        pages += [place, f"{place}add/"]
        pages += [f"{place}{row.pk}/{page}/" for page in ("change", "history", "delete")] if row else []

    for page in pages:
        text = client.get(page, follow=True).text
        assert not [word for word in ("Ashdown", offender.reference, "Canary") if word in text], page


def test_being_a_superuser_opens_nothing(client, superuser, practitioner, offender):
    User.objects.filter(pk=practitioner.pk).update(is_superuser=True)
    practitioner.refresh_from_db()
    sign_in(client, superuser)

    assert not superuser.has_perm("offenders.view_offender", offender)
    assert not superuser.has_perm("agencies.change_user")
    assert not superuser.has_module_perms("agencies")
    assert practitioner.has_perm("offenders.view_offender", offender)
    assert client.get(f"/people/{offender.reference}/").status_code == 404
    sign_in(client, practitioner)
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_first_administrator_is_invited_at_the_machine(db, area, client):
    said = StringIO()
    given = {"email": "first@service.example", "name": "First", "agency": "mappa service", "area": area.slug}

    call_command("invite_administrator", **given, stdout=said)

    link = urlsplit(said.getvalue().strip()).path
    client.post(link, {"password": "seven green herons wait", "agreed": "on"})
    sign_in(client, User.objects.get(email="first@service.example"))
    assert client.get("/admin/").status_code == 200
    with pytest.raises(CommandError, match="works here in this role already"):
        call_command("invite_administrator", **given)


@pytest.mark.parametrize("sent", ["24:00", "Words", "9" * 30, "1.5"])
def test_a_ticked_row_that_can_be_none_is_refused_and_no_fault(signed_in, sent):
    response = signed_in.post("/admin/reviews/region/", {"action": "delete_selected", "_selected_action": sent})

    assert response.status_code == (200 if sent.isdecimal() else 400)


def test_a_chosen_row_that_can_be_none_is_told_beside_its_question(signed_in):
    response = signed_in.post("/admin/agencies/identityprovider/add/", {"agency": "Words"})

    assert response.status_code == 200
    assert "agency" in response.context["adminform"].form.errors
