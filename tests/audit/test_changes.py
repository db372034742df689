"""What is changed, by whatever way, is written down by the database: old and new, who, for whom, from where."""

import json

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from agencies.models import User
from audit import acting, installing
from audit.models import AccessEvent, Change, SignInEvent
from audit.triggers import LEFT_OUT, case_of, withheld
from mappa import eyes
from mappa.guard import unguarded
from offenders.models import Address, Offender
from offenders.models.vehicle import Vehicle
from offenders.tasks import forget_old_imports
from panels.models import AgendaItem
from tests.factories import AddressFactory, DecisionFactory, ImportRowFactory, OffenderFactory
from tests.factories.identity import VehicleFactory

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def changes_of(row):
    return Change.objects.filter(table_name=row._meta.db_table, row_id=str(row.pk)).order_by("pk")


def test_a_changed_row_keeps_old_and_new(offender):
    before = offender.surname
    offender.surname = "Newname"
    offender.save()

    change = changes_of(offender).last()

    assert (change.operation, change.case_id) == ("U", offender.pk)
    assert (change.old["surname"], change.new["surname"]) == (before, "Newname")
    assert change.old.keys() == change.new.keys()
    assert "first_names" not in change.new


def test_saving_what_is_the_same_is_no_change(offender):
    before = changes_of(offender).count()

    Offender._base_manager.filter(pk=offender.pk).update(surname=offender.surname)

    assert changes_of(offender).count() == before


def test_neither_bulk_nor_raw_sql_goes_past_it(offender):
    with unguarded("a test"):
        rows = [VehicleFactory(offender=offender) for _each in range(3)]
        Vehicle.objects.bulk_create([Vehicle(**_values(row) | {"mark": f"NEW{row.pk}"}) for row in rows])
        Vehicle.objects.filter(offender=offender).update(notes="In bulk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE offenders_vehicle SET notes = 'By hand' WHERE offender_id = %s", [offender.pk])

    found = Change.objects.filter(table_name="offenders_vehicle", case_id=offender.pk)
    assert [found.filter(operation=operation).count() for operation in "IU"] == [6, 12]


def _values(row):
    """All of a row but what is its own."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in {"id", "reference"}}


def test_the_actor_his_agency_and_the_request_stand_with_it(client, manager, offender, url_of_a_review):
    client.force_login(manager, backend=BACKEND)
    client.post(*url_of_a_review)

    change = Change.objects.filter(case_id=offender.pk, actor_id=manager.pk).last()

    event = AccessEvent.objects.filter(actor_id=manager.pk).last()
    assert change.agency_id == event.agency_id == manager.memberships.get().agency_id
    assert (change.request_id, change.session) == (event.request_id, event.session)
    assert change.origin == "POST offenders:review"
    assert change.db_user == "mappa_app"
    assert change.backend == _backend()


def _backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.fixture
def url_of_a_review(offender):
    return f"/people/{offender.reference}/review/", {"outcome": "Held", "next_review_on": ""}


def test_a_task_says_that_it_is_the_system(db, monkeypatch):
    said = []
    monkeypatch.setattr("offenders.tasks.imports.forget_old", lambda: said.append(acting.acting("UPDATE x")))

    forget_old_imports.apply()

    assert json.loads(said[0])["origin"] == "task offenders.tasks.forget_old_imports"


def test_a_forged_claim_is_told_from_what_postgres_knows(offender):
    with connection.cursor() as cursor:
        cursor.execute("""SELECT set_config('mappa.acting', '{"actor": 999}', true)""")
        cursor.execute("UPDATE offenders_offender SET surname = 'Forged' WHERE id = %s", [offender.pk])

    change = changes_of(offender).last()
    # Each of our statements says anew who acts, and here that is nobody.
    assert (change.actor_id, change.db_user) == (None, "mappa_app")


def test_a_secret_is_named_and_not_shown(practitioner):
    practitioner.set_password("a very new secret indeed")
    practitioner.save()

    change = changes_of(practitioner).last()
    assert change.new["password"] == "withheld"
    assert "argon2" not in json.dumps([change.old, change.new])


def test_no_column_that_sounds_secret_is_shown():
    words = ("password", "secret", "token", "recovery", "otp", "api_key")
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in LEFT_OUT:
            continue
        named = {
            f.column for f in model._meta.concrete_fields if not f.is_relation and any(w in f.column for w in words)
        }
        assert named - withheld(model) <= SOUND_SECRET, model


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        ("agencies.IntegrationToken", {"digest"}),
        ("agencies.Invitation", {"nonce", "digest"}),
        ("agencies.CalendarFeed", {"digest"}),
        ("agencies.KnownDevice", {"digest"}),
        ("agencies.IdentityProvider", {"client_secret"}),
        ("account.EmailConfirmation", {"key"}),
        ("mfa.Authenticator", {"data"}),
    ],
)
def test_what_opens_something_is_named_and_not_shown(model, columns):
    assert withheld(apps.get_model(model)) == columns


# Names that sound so and are not.
SOUND_SECRET: set[str] = set()


def test_what_is_taken_away_is_kept(offender):
    address = AddressFactory(offender=offender, postcode="AB1 2CD")
    key = address.pk
    with unguarded("a test"):
        Address.objects.filter(pk=key).delete()

    change = Change.objects.filter(table_name="offenders_address", row_id=str(key)).last()
    assert (change.operation, change.new, change.old["postcode"]) == ("D", None, "AB1 2CD")


def test_a_rollback_leaves_no_change(offender):
    before = changes_of(offender).count()
    with transaction.atomic():
        Offender._base_manager.filter(pk=offender.pk).update(surname="Gone")
        transaction.set_rollback(True)

    assert changes_of(offender).count() == before


def test_what_a_file_said_is_not_in_the_history(db):
    row = ImportRowFactory(cells={"Surname": "Xanthippe"}, reasons=["Xanthippe is unknown"], numbers=["12/34567X"])

    change = changes_of(row).last()
    assert {change.new[column] for column in ("cells", "reasons", "numbers", "discard_reason")} == {"withheld"}


# Which tables


def test_every_table_has_a_history_or_a_reason():
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}

    assert LEFT_OUT.keys() <= models.keys()
    assert {table for table in LEFT_OUT if case_of(models[table])} <= {"reviews_reminder"}


def test_the_database_has_exactly_these_triggers(db):
    with connection.cursor() as cursor:
        assert installing.found(cursor) == installing.wanted_in(cursor)
        assert set(installing.found(cursor)).isdisjoint(LEFT_OUT)


def test_each_table_knows_its_way_to_the_case():
    assert case_of(Offender) == ["id"]
    assert case_of(AgendaItem) == ["offender_id"]
    assert case_of(apps.get_model("panels.Decision")) == ["item_id", "panels_agendaitem.offender_id"]
    assert case_of(apps.get_model("disclosures.SchemeApplication")) is None
    assert case_of(User) is None


def test_whose_case_is_found_over_another_table(offender):
    decision = DecisionFactory(item__offender=offender)
    assert changes_of(decision).last().case_id == offender.pk


# Nobody changes it


@pytest.mark.parametrize("model", [AccessEvent, SignInEvent, Change])
@pytest.mark.parametrize("verb", ["UPDATE {} SET request_id = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_may_not_touch_it(db, model, verb):
    refused = pytest.raises(DatabaseError, match="permission denied")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(verb.format(model._meta.db_table))


def test_the_application_may_not_write_history_of_its_own(db):
    statement = "INSERT INTO audit_change (operation, table_name, row_id) VALUES ('I', 'x', '1')"
    refused = pytest.raises(DatabaseError, match="permission denied for table audit_change")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["audit_accessevent", "audit_signinevent"])
@pytest.mark.parametrize("column", ["xid", "epoch"])
def test_the_application_may_not_say_which_transaction_wrote(db, table, column):
    refused = pytest.raises(DatabaseError, match=f"permission denied for table {table}")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"INSERT INTO {table} ({column}) VALUES ('5')")


def test_a_case_made_in_a_test_has_its_history(db):
    assert changes_of(OffenderFactory()).get(operation="I").new["surname"]


def test_the_history_stands_behind_the_wall_of_its_case(offender, practitioner, outsider):
    with eyes.through(practitioner):
        assert Change.objects.filter(case_id=offender.pk).exists()
        assert not Change.objects.filter(case_id=None).exists()
    with eyes.through(outsider):
        assert not Change.objects.filter(case_id=offender.pk).exists()
