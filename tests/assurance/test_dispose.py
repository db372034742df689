"""A record goes when two people decided it, whole, and leaves a certificate that names nobody."""

import json
import os
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import SET_NULL
from django.utils import timezone

from agencies.models import Pulse, Standard
from agencies.models.user import system_user
from assurance import carrying_out, disposing, tasks
from assurance.models import RecordDisposal
from assurance.tasks import dispose
from audit.models import AccessEvent, Change
from audit.verifying import verify
from disclosures.models import SchemeApplication
from mappa import dates
from mappa.guard import ProtectedModel, unguarded
from offenders import ledger, store
from offenders.models import NameWord, Offender
from tests.audit.sealed import seal_all
from tests.factories import (
    FACTORIES,
    LegalHoldFactory,
    MergeFactory,
    OffenderFactory,
    RecordDisposalFactory,
    RelationshipFactory,
    SchemeApplicationFactory,
)

State = RecordDisposal.State
CANARY = "canary7f3a"


@pytest.fixture(autouse=True)
def a_list_of_the_test(settings, tmp_path):
    settings.DISPOSALS_PATH = tmp_path / "disposals.jsonl"


def proposed(offender):
    return {"case": offender.reference, "ground": "retention", "reason": "Nobody needs it any more"}


def only(user):
    return RecordDisposal.objects.visible_to(user).get()


def test_one_proposes_another_approves_and_the_record_is_gone(
    client, information_officer, board_member, over, switched_on, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr("assurance.tasks.dispose.delay", lambda pk: None)
    client.force_login(information_officer)
    client.post("/assurance/disposals/propose/", proposed(over))
    row = only(information_officer)
    client.force_login(board_member)

    client.post(f"/disposals/{row.reference}/decide/", {"approve": "yes"})
    with django_capture_on_commit_callbacks(execute=True):
        assert carrying_out.carry_out(only(board_member))

    row.refresh_from_db()
    assert (row.state, row.approved_by) == (State.DONE, board_member)
    assert row.is_intact()
    assert row.counts["offenders_offender"] == 1
    assert not Offender._base_manager.filter(pk=over.pk).exists()
    page = client.get(f"/disposals/{row.reference}/").text
    assert row.digest in page
    assert over.surname not in page
    kept = json.loads(Path(configured.DISPOSALS_PATH).read_text())
    assert (kept["certificate"], kept["record"]) == (row.reference, over.reference)
    assert AccessEvent.objects.filter(event="disposal.done", case_id=over.pk).exists()


def test_the_certificate_is_a_pdf_and_recorded(client, board_member, over, switched_on):
    row = RecordDisposalFactory(offender=over, approved=True)
    carrying_out.carry_out(row)
    client.force_login(board_member)

    response = client.get(f"/disposals/{row.reference}/certificate/")

    assert response.content.startswith(b"%PDF")
    assert AccessEvent.objects.filter(event="disposal.certificate_printed").exists()


@pytest.mark.parametrize("ground", ["retention", "erasure"])
def test_while_it_is_switched_off_nothing_is_proposed(client, information_officer, over, ground):
    client.force_login(information_officer)

    page = client.post("/assurance/disposals/propose/", proposed(over) | {"ground": ground}).text

    assert "Disposal is switched off" in page
    assert not RecordDisposal.objects.visible_to(information_officer).exists()


def test_what_must_be_kept_is_refused_and_why_is_said(client, information_officer, offender, over, switched_on):
    client.force_login(information_officer)
    current = OffenderFactory(area=offender.area, lead_agency=offender.lead_agency, level_period=True)

    def refusal(**changes):
        return client.post("/assurance/disposals/propose/", proposed(over) | changes).text

    assert "The case must end first" in refusal(case=current.reference)
    assert "Write it without a name" in refusal(reason="Ashdown has died")
    Standard.objects.filter(name="retention_record_years").update(value=50)
    assert "is not over" in refusal()
    LegalHoldFactory(offender=over)
    assert "A legal hold holds this record whole" in refusal(ground="erasure")


def test_a_reference_that_leads_nowhere_is_recorded_as_refused(client, information_officer, other_case, switched_on):
    client.force_login(information_officer)

    page = client.post("/assurance/disposals/propose/", proposed(other_case)).text

    assert "Your area has no record with this reference" in page
    assert AccessEvent.objects.get(event="case.reference_refused").reference == other_case.reference


def test_nobody_approves_his_own_proposal(client, information_officer, second_officer, over, switched_on):
    row = RecordDisposalFactory(offender=over, proposed_by=information_officer)
    client.force_login(information_officer)

    page = client.post(f"/disposals/{row.reference}/decide/", {"approve": "yes"}).text

    assert "A second person decides" in page
    with pytest.raises(ValidationError, match="You proposed it"):
        disposing.decide_disposal(disposal=row, approve=True, reason="", by=information_officer)
    client.force_login(second_officer)
    client.post(f"/disposals/{row.reference}/decide/", {"approve": "no", "reason": "The inquest is not over"})
    row.refresh_from_db()
    assert (row.state, row.refused_by) == (State.REFUSED, second_officer)


def test_a_proposal_is_taken_back_by_who_made_it(client, information_officer, second_officer, over):
    row = RecordDisposalFactory(offender=over, proposed_by=information_officer)

    for person, state in ((second_officer, State.PROPOSED), (information_officer, State.TAKEN_BACK)):
        client.force_login(person)
        client.post(f"/disposals/{row.reference}/take-back/")
        row.refresh_from_db()
        assert row.state == state


def test_a_hold_placed_meanwhile_ends_it_and_the_page_says_so(client, board_member, over, switched_on):
    row = RecordDisposalFactory(offender=over, approved=True)
    hold = LegalHoldFactory(offender=over, ground="inquiry")

    assert not carrying_out.carry_out(row)

    type(hold)._base_manager.filter(pk=hold.pk).update(
        lifted_at=timezone.now(), lifted_by=board_member, lifted_because="It is over"
    )
    tasks.go_on_with_disposals()
    assert Offender._base_manager.filter(pk=over.pk).exists()
    client.force_login(board_member)
    page = client.get(f"/disposals/{row.reference}/").text
    assert "A legal hold holds this record whole" in page
    assert "Propose it anew" in page
    assert AccessEvent.objects.filter(event="disposal.lapsed", case_id=over.pk).exists()


@pytest.mark.parametrize("kept", ["reopened", "switched off", "kept longer", "approved long ago"])
def test_an_approval_lapses_when_the_record_must_be_kept_or_it_grew_old(over, switched_on, kept):
    row = RecordDisposalFactory(offender=over, approved=True)
    if kept == "reopened":
        Offender._base_manager.filter(pk=over.pk).update(ended_on=None, next_review_on=dates.today())
    elif kept == "switched off":
        Standard.objects.filter(name="disposal_enabled").update(value=0)
    elif kept == "kept longer":
        Standard.objects.filter(name="retention_record_years").update(value=50)
    else:
        RecordDisposal._base_manager.filter(pk=row.pk).update(decided_at=timezone.now() - timedelta(days=31))

    tasks.go_on_with_disposals()

    row.refresh_from_db()
    assert (row.state, row.approved_by) == (State.REFUSED, None)
    assert Offender._base_manager.filter(pk=over.pk).exists()


def test_a_fault_is_tried_again(over, switched_on, monkeypatch):
    row = RecordDisposalFactory(offender=over, approved=True)

    def fault(row):
        raise DatabaseError

    with monkeypatch.context() as patched:
        patched.setattr(carrying_out, "_take_away_rows", fault)
        assert not carrying_out.carry_out(row)
    row.refresh_from_db()
    assert (row.state, bool(row.trouble)) == (State.APPROVED, True)

    tasks.go_on_with_disposals()

    assert not Offender._base_manager.filter(pk=over.pk).exists()


def test_whether_the_time_is_over_is_asked_again_at_the_approval(client, board_member, over, switched_on):
    row = RecordDisposalFactory(offender=over)
    Standard.objects.filter(name="retention_record_years").update(value=50)
    client.force_login(board_member)

    page = client.post(f"/disposals/{row.reference}/decide/", {"approve": "yes"}).text

    assert "is not over" in page
    row.refresh_from_db()
    assert row.state == State.PROPOSED


def test_the_database_asks_for_two_people_whoever_calls_it(over, switched_on):
    row = RecordDisposalFactory(offender=over)

    with pytest.raises(DatabaseError, match="two people"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT dispose_of_case(%s)", [row.reference])
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM assurance_recorddisposal")


def test_a_certificate_does_not_change(over, switched_on):
    row = RecordDisposalFactory(offender=over, approved=True)
    carrying_out.carry_out(row)

    with pytest.raises(DatabaseError, match="A certificate does not change"), transaction.atomic():
        RecordDisposal._base_manager.filter(pk=row.pk).update(counts={})


def test_a_merged_record_goes_with_it_and_a_neighbour_stays(over, coordinator, switched_on):
    merged = OffenderFactory(area=over.area, lead_agency=over.lead_agency, restricted=True)
    MergeFactory(offender=over, merged=merged, merged_reference=merged.reference)
    Offender._base_manager.filter(pk=merged.pk).update(merged_into=over)
    neighbour = OffenderFactory(area=over.area, lead_agency=over.lead_agency, surname="Ashdown", level_period=True)
    RelationshipFactory(offender=neighbour, other=over, name="")

    assert carrying_out.carry_out(RecordDisposalFactory(offender=over, approved=True))

    assert list(Offender._base_manager.values_list("pk", flat=True)) == [neighbour.pk]
    assert not neighbour.relationships.visible_to(coordinator).exists()
    # A word that another still bears stays a word.
    assert set(NameWord.objects.filter(word__in=["ashdown", "peter"]).values_list("word", flat=True)) == {"ashdown"}


def test_after_a_restore_what_was_disposed_of_goes_again(over, switched_on, tmp_path, settings):
    row = RecordDisposalFactory(offender=over, approved=True)
    row.done_at, row.counts = row.decided_at, {}
    tmp_path.joinpath("list").write_text(carrying_out.line_of(row) + "\n")
    RecordDisposal._base_manager.filter(pk=row.pk).update(state=State.PROPOSED, approved_by=None, decided_at=None)

    call_command("replay_disposals", "--list", str(tmp_path / "list"))

    assert not Offender._base_manager.filter(pk=over.pk).exists()
    assert RecordDisposal._base_manager.get().state == State.DONE
    call_command("replay_disposals", "--list", str(tmp_path / "list"))
    with pytest.raises(CommandError, match="There is no list"):
        call_command("replay_disposals", "--list", str(tmp_path / "none"))


def listed():
    return [facts["certificate"] for facts in carrying_out.read_list(configured.DISPOSALS_PATH)]


def test_what_could_not_be_listed_is_listed_by_the_next_hour(
    over, switched_on, tmp_path, settings, django_capture_on_commit_callbacks
):
    row = RecordDisposalFactory(offender=over, approved=True)
    (tmp_path / "full").touch()
    settings.DISPOSALS_PATH = tmp_path / "full" / "disposals.jsonl"
    with django_capture_on_commit_callbacks(execute=True):
        assert carrying_out.carry_out(row)
    tasks.go_on_with_disposals()
    assert Pulse.objects.get(name="disposals").last_ended_at is None

    (tmp_path / "full").unlink()
    tasks.go_on_with_disposals()
    tasks.go_on_with_disposals()

    assert listed() == [row.reference]
    assert Pulse.objects.get(name="disposals").last_ended_at


def test_a_line_that_was_cut_short_is_written_again_below_it_and_stops_no_restore(over, switched_on):
    row = RecordDisposalFactory(offender=over, approved=True)
    carrying_out.carry_out(row)
    configured.DISPOSALS_PATH.write_text(carrying_out.line_of(row)[:40])

    tasks.go_on_with_disposals()

    assert len(configured.DISPOSALS_PATH.read_text().splitlines()) == 2
    assert listed() == [row.reference]
    call_command("replay_disposals")


def test_a_line_that_was_cut_short_and_stands_nowhere_whole_is_told_after_a_restore(over, switched_on, tmp_path):
    row = RecordDisposalFactory(offender=over, approved=True)
    row.done_at, row.counts = row.decided_at, {}
    tmp_path.joinpath("list").write_text(carrying_out.line_of(row)[:40])

    with pytest.raises(CommandError, match="1 lines of the list cannot be read"):
        call_command("replay_disposals", "--list", str(tmp_path / "list"))


def test_what_was_asked_of_the_police_about_the_person_stays_theirs_and_names_no_record(over, police, switched_on):
    disclosure = FACTORIES[apps.get_model("disclosures.Disclosure")](offender=over)
    applications = [
        SchemeApplicationFactory(offender=over, disclosure=disclosure),
        SchemeApplicationFactory(offender=over),
        SchemeApplicationFactory(unmatched=True, agency=police),
    ]

    assert carrying_out.carry_out(RecordDisposalFactory(offender=over, approved=True))

    assert not type(disclosure)._base_manager.exists()
    kept = SchemeApplication._base_manager.order_by("pk").values_list("pk", "offender", "disclosure")
    assert list(kept) == [(row.pk, None, None) for row in applications]


def test_no_other_table_outlives_a_record_that_it_names():
    """Where a model says that its row stays, `_let_go_of_applications` must know it: the database would delete the row."""
    stays = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if getattr(field.remote_field, "on_delete", None) is SET_NULL
        and issubclass(field.related_model, ProtectedModel)
    }

    assert stays == {"disclosures.SchemeApplication"}


def a_whole_case():
    """A row of every table of a case, and of whatever hangs on one."""
    offender = OffenderFactory(level_period=True)
    for model in apps.get_models():
        takes_case = model in FACTORIES and issubclass(model, ProtectedModel) and model._meta.label not in ALONE
        if takes_case and model is not Offender:
            try:
                with transaction.atomic():
                    FACTORIES[model](
                        **{"content_object" if "ObjectPermission" in model.__name__ else "offender": offender}
                    )
            except (TypeError, DatabaseError):
                continue  # a row of a board or a meeting alone, or there is one already
    return offender


# These stand for themselves and belong to no case.
ALONE = {"offenders.ImportRun", "offenders.SavedView", "assurance.RecordDisposal", "offenders.LegalHold"}
ALONE |= {"disclosures.SchemeApplication", "disclosures.SchemeEntry"}


def administrator():
    return closing(
        psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname=connections["default"].settings_dict["NAME"])
    )


def sow(cursor, offender):
    """Put the canary into every column of words of every row of the case; how many columns took it."""
    cursor.execute("SET session_replication_role = replica")
    with unguarded("the test fills every row of the case"):
        direct = [ledger.Row(model._meta.label, pk) for model, _name, pk in ledger.pointing_at(offender.pk)]
        rows = [ledger.Row("offenders.Offender", offender.pk), *direct, *ledger.hanging_on(direct)]
    sown = 0
    for label, pk in rows:
        table = apps.get_model(label)._meta.db_table
        cursor.execute(
            "SELECT column_name, coalesce(character_maximum_length, 100), data_type FROM information_schema.columns"
            " WHERE table_name = %s AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')"
            " AND column_name NOT IN ('reference', 'stored_as')",
            [table],
        )
        for column, length, kind in cursor.fetchall():
            value = {"jsonb": f'{{"x": "{CANARY}"}}', "ARRAY": f"{{{CANARY}}}"}.get(kind, CANARY)
            if length < len(CANARY):
                continue
            cursor.execute("SAVEPOINT one")
            try:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [value, pk])
                sown += 1
            except psycopg2.Error:  # a choice that the database knows, or a code
                cursor.execute("ROLLBACK TO one")
    return sown


def found_in_a_dump(cursor):
    """The tables in which a dump of the whole database would show the canary."""
    cursor.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = 'public' AND relkind IN ('r', 'p')"
    )
    found = []
    for (table,) in cursor.fetchall():
        cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{CANARY}%"])
        if count := cursor.fetchone()[0]:
            found.append((table, count))
    return found


def test_of_a_whole_case_full_of_canaries_no_table_and_no_file_keeps_one(committed):
    offender = a_whole_case()
    name = store.storage().save("ca/na/ry", ContentFile(CANARY.encode()))
    document = FACTORIES[apps.get_model("offenders.Document")](offender=offender)
    type(document)._base_manager.filter(pk=document.pk).update(stored_as=name)
    Offender._base_manager.filter(pk=offender.pk).update(ended_on="2000-01-01")
    NameWord.learn([CANARY])
    Standard.objects.filter(name="disposal_enabled").update(value=1)
    try:
        with administrator() as server, server.cursor() as cursor:
            sown = sow(cursor, offender)
            server.commit()
            before = found_in_a_dump(cursor)
        row = RecordDisposalFactory(offender=offender, approved=True)

        dispose.apply(args=[row.pk])
        row.refresh_from_db()
        assert row.state == State.DONE, row.trouble

        with administrator() as server, server.cursor() as cursor:
            after = found_in_a_dump(cursor)
    finally:
        Standard.objects.filter(name="disposal_enabled").update(value=0)
    assert sown > 250
    assert len(before) > 80
    assert after == []
    # Who removed each row is known, and what the history still says is nothing.
    removed = Change.objects.filter(operation="D", case_id=offender.pk)
    assert len(set(removed.values_list("table_name"))) > 80
    assert set(removed.values_list("actor_id", "origin", "certificate")) == {
        (system_user().pk, "task assurance.tasks.dispose", row.reference)
    }
    event = AccessEvent.objects.get(event="audit.erased", reference=row.reference, case_id=offender.pk)
    assert event.actor_id == system_user().pk
    seal_all()
    assert verify().problems == []
    assert not store.storage().exists(name)
