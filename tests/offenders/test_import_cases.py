"""Cases from a file: every row ends somewhere and says why, and the same file again changes nothing."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AccessEvent
from offenders import store, tasks
from offenders.imports import loading, reading
from offenders.imports.columns import COLUMNS, template
from offenders.imports.strings import in_fields, normalise
from offenders.models import CategoryProposal, Conviction, Identifier, ImportRow, ImportRun, Offender, SourceStatus
from tests.factories import IdentifierFactory, ImportRowFactory, ImportRunFactory

EVERYONE = Offender._base_manager
BELL = {
    "surname": "Bell",
    "forenames": "Ann",
    "born_on": "27/03/1981",
    "crn": "X123456",
    "pnc": "2004/0712343W",
    "area": "bedfordshire",
    "lead_agency": "probation",
    "offence_code": "OAPA18",
    "dealt_with_on": "01/03/2024",
    "disposal": "imprisonment",
    "term_months": "18",
    "mappa": "CAT 2 / LEVEL 1",
}
CROFT = BELL | {"surname": "Croft", "forenames": "Dai", "born_on": "1970-05-01", "crn": "X123457", "pnc": ""}
NOT_CONVICTED = CROFT | dict.fromkeys(["offence_code", "dealt_with_on", "disposal", "term_months"], "")


def content(*rows, delimiter=",", more=()):
    out = io.StringIO()
    writer = csv.DictWriter(out, [*BELL, *more], delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture
def load(tmp_path, practitioner, probation):
    """Import rows, or bytes, by command; what it said."""

    def run(*rows, flags=("--load",), more=()):
        path, out = tmp_path / "cases.csv", io.StringIO()
        path.write_bytes(rows[0] if isinstance(rows[0], bytes) else content(*rows, more=more))
        call_command("import_cases", str(path), "--as", practitioner.email, *flags, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def waiting(practitioner):
    def codes():
        rows = ImportRow.objects.visible_to(practitioner).waiting()
        return [(row.number, [reason["code"] for reason in row.reasons]) for row in rows]

    return codes


STRINGS = {
    "CAT 2 / LEVEL 1": (2, 1),
    "CAT 2/LEVEL 1": (2, 1),
    "M2": (2, None),
    "Level 3 – MAPPP": (None, 3),
    "LEVEL_2": (None, 2),
    "MAPPA Cat 3 L2": (3, 2),
    "M0": (None, None),
    "X9": (None, None),
    "All – Category to be determined": (None, None),
    "PC2": (2, None),
    "PL3": (None, 3),
    "": (None, None),
}


@pytest.mark.parametrize(("text", "answer"), STRINGS.items(), ids=STRINGS)
def test_a_string_is_understood_and_kept(text, answer):
    found = normalise(text)

    assert (found.category, found.level, found.source, found.understood) == (*answer, text, True)


@pytest.mark.parametrize(
    "text",
    ["PC4", "CAT 5", "not CAT 2", "M1/M2", "Level 2²", "MAPPA 2", "was L3", "CAT 2 to be determined", "M0 CAT 2"],
)
def test_what_is_not_wholly_understood_gives_nothing(text):
    found = normalise(text)

    assert (found.category, found.level, found.source, found.understood) == (None, None, text, False)


def test_in_a_field_of_levels_m2_is_level_2():
    assert in_fields("M2", "M3")[:2] == (2, 3)
    assert in_fields("2", "1")[:2] == (2, 1)


@given(st.text() | st.text(alphabet="CATLEVMPX0123456789 /-_–", max_size=20))
def test_no_string_crashes_and_no_number_is_invented(text):
    found = normalise(text)

    assert found.source == text
    assert found.category is None or (found.category in range(1, 5) and str(found.category) in text)
    assert found.level is None or (found.level in range(1, 4) and str(found.level) in text)
    assert found.understood or found[:2] == (None, None)


@given(st.binary(max_size=400))
def test_no_file_crashes_the_reader(raw):
    file = io.BytesIO(content(BELL) + raw)
    try:
        layout = reading.survey(file)
    except reading.ValidationError:
        return
    assert all(line.number > 1 for line in reading.rows(file, layout))


def test_a_row_is_registered_with_its_category_by_law(load, practitioner):
    said = load(BELL)

    person = Offender.objects.visible_to(practitioner).get()
    assert (person.full_name, person.category, person.level) == ("Bell, Ann", 2, 1)
    assert SourceStatus.objects.visible_to(practitioner).get().source == "CAT 2 / LEVEL 1"
    assert "1 rows, utf-8, separated by comma" in said
    assert "Loaded: 1 created, 0 matched" in said


def test_a_check_reports_every_row_and_writes_nothing(load):
    said = load(BELL, CROFT | {"born_on": "31/02/1970"}, flags=())

    assert "2,created,," in said
    assert "3,quarantined,,Date of birth: must be a real date" in said
    assert not EVERYONE.exists()
    assert not ImportRun._base_manager.exists()
    assert not AccessEvent.objects.filter(event="case.registered").exists()


def test_the_same_file_again_creates_nothing(load):
    load(BELL, CROFT)

    said = load(BELL, CROFT)

    assert "0 created, 2 matched, 0 matched and different, 0 quarantined" in said
    assert EVERYONE.count() == 2


def test_a_row_that_differs_from_the_record_is_told_and_changes_nothing(load, practitioner):
    load(BELL)

    said = load(BELL | {"mappa": "CAT 1 / LEVEL 3", "pnc": ""})

    assert "1 matched and different" in said
    assert "[mappa_level]" in said
    assert Offender.objects.visible_to(practitioner).get().level == 1


def test_killed_half_way_it_goes_on(load, monkeypatch, practitioner):
    monkeypatch.setattr(loading, "BATCH", 1)
    real = loading._do

    def killed_at_the_second(judged, work):
        if judged[0][0].number == 3:
            raise KeyboardInterrupt
        return real(judged, work)

    monkeypatch.setattr(loading, "_do", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        load(BELL, CROFT)
    assert (EVERYONE.count(), ImportRun.objects.visible_to(practitioner).get().position) == (1, 2)
    monkeypatch.setattr(loading, "_do", real)

    said = load(BELL, CROFT)

    assert "Going on after row 2." in said
    assert "1 created, 0 matched" in said
    assert ImportRun.objects.visible_to(practitioner).get().outcomes == "cc"


def test_without_a_conviction_a_person_is_asked_to_decide(load, practitioner):
    load(NOT_CONVICTED | {"mappa": "MAPPA Cat 3 L2"})

    person = Offender.objects.visible_to(practitioner).get()
    proposal = CategoryProposal.objects.visible_to(practitioner).open().get()
    assert (person.category, person.level, proposal.kind) == (None, 1, "decide")
    assert "“MAPPA Cat 3 L2”" in proposal.explanation


def test_a_higher_level_elsewhere_is_listed_until_it_is_decided(load, client, practitioner):
    load(BELL | {"mappa": "Level 3 – MAPPP"})
    client.force_login(practitioner)

    assert "Level 3 – MAPPP" in client.get("/import/above/").text
    EVERYONE.update(level=3)
    assert "Nobody whom you see" in client.get("/import/above/").text


def test_where_the_person_is_follows_the_release(load, practitioner):
    more = ["released_on", "whereabouts", "whereabouts_since", "whereabouts_place"]
    place = {"whereabouts": "custody", "whereabouts_since": "01/02/2025", "whereabouts_place": "HMP Bedford"}

    load(BELL | {"released_on": "01/12/2024"} | place, more=more)

    assert Offender.objects.visible_to(practitioner).get().whereabouts == "custody"


BAD = {
    "no first name": ({"forenames": ""}, "missing"),
    "an impossible date": ({"born_on": "31/02/1981"}, "date"),
    "a date as a number": ({"born_on": "29672"}, "date"),
    "an end before the start": ({"licence_ends_on": "01/01/2020"}, "refused"),
    "a release before the conviction": ({"released_on": "01/01/2024"}, "refused"),
    "overlapping stays": (
        {
            "released_on": "01/05/2025",
            "whereabouts": "custody",
            "whereabouts_since": "01/04/2025",
            "whereabouts_place": "HMP Bedford",
        },
        "refused",
    ),
    "a sentence that gives no category": ({"disposal": "fine", "term_months": ""}, "no_category"),
    "neither a conviction nor MAPPA": (
        {"offence_code": "", "dealt_with_on": "", "disposal": "", "term_months": "", "mappa": ""},
        "no_basis",
    ),
    "category 3 at level 1": ({"mappa": "CAT 3 / LEVEL 1"}, "category_3"),
    "a string nobody understands": ({"mappa": "see Dave"}, "status"),
    "a formula": ({"surname": '=HYPERLINK("x")'}, "formula"),
    "a hidden character": ({"surname": "Be\x00ll"}, "hidden"),
    "a cell too long": ({"court": "x" * 81}, "long"),
    "a wrong check letter": ({"pnc": "2004/0712343X"}, "number"),
    "no number": ({"crn": "", "pnc": ""}, "number"),
    "another area": ({"area": "north-wales"}, "agency"),
    "no such area": ({"area": "atlantis"}, "area"),
    "no such offence": ({"offence_code": "NOPE"}, "offence"),
    "no such sentence": ({"disposal": "transportation"}, "choice"),
    "a length in words": ({"term_months": "two"}, "length"),
}


@pytest.mark.parametrize(("change", "code"), BAD.values(), ids=BAD)
def test_a_bad_row_waits_with_its_reason_and_the_rest_is_loaded(load, waiting, other_area, change, code):
    load(BELL | change, CROFT, more=[*(column.name for column in COLUMNS if column.name not in BELL)])

    assert [row.surname for row in EVERYONE.all()] == ["Croft"]
    (found,) = waiting()
    assert found[0] == 2
    assert code in found[1]


def test_the_cells_of_a_waiting_row_are_kept(load, practitioner):
    load(BELL | {"born_on": "soon"})

    row = ImportRow.objects.visible_to(practitioner).get()
    assert {name: text for name, text in row.cells.items() if text} == {
        name: text for name, text in (BELL | {"born_on": "soon"}).items() if text
    }


def test_a_row_that_cannot_be_taken_apart_is_kept_whole(load, waiting, practitioner):
    load(content(CROFT) + b'"Bell,Ann\r\nx,' + b"y" * 11000 + b"\r\n" + b"," * 30 + b"z\r\n")

    assert waiting() == [(3, ["quote"]), (4, ["long"]), (5, ["cells"])]
    assert ImportRow.objects.visible_to(practitioner).first().cells == {"": '"Bell,Ann'}
    assert EVERYONE.count() == 1


def test_numbers_of_somebody_else_wait(load, waiting, offender):
    IdentifierFactory(offender=offender, kind="crn", value="X123456")

    load(BELL)

    assert waiting() == [(2, ["somebody_else"])]


def test_a_number_of_a_hidden_case_is_told_as_policy_says(load, practitioner, other_case):
    IdentifierFactory(offender=other_case, kind="crn", value="X123456")

    load(BELL)

    row = ImportRow.objects.visible_to(practitioner).get()
    assert row.reasons[0]["words"] == "A record exists. Ask North Wales MAPPA co-ordination."
    assert AccessEvent.objects.filter(event="case.existence_told", case_id=other_case.pk).exists()
    assert "Elsewhere" not in str(row.reasons)


def test_a_check_too_records_whom_somebody_was_told_of(load, other_case):
    IdentifierFactory(offender=other_case, kind="crn", value="X123456")

    load(BELL, flags=())

    assert AccessEvent.objects.filter(event="case.existence_told", case_id=other_case.pk).exists()


def test_somebody_like_a_registered_person_waits(load, waiting):
    load(BELL)

    load(BELL | {"crn": "X999999", "pnc": ""})

    assert waiting() == [(2, ["likely"])]
    assert EVERYONE.count() == 1


def test_the_same_person_twice_in_a_file_is_created_once(load, waiting):
    load(BELL, BELL)

    assert waiting() == [(3, ["twice"])]
    assert EVERYONE.count() == 1


REFUSED = {
    "another encoding": (
        content(BELL | {"surname": "Bell"}).replace(b"Bell", "Béll".encode("cp1252")),
        "Line 2 is not",
    ),
    "a workbook": (b"PK\x03\x04 and so on", "This is a workbook"),
    "UTF-16": (content(BELL).decode().encode("utf-16"), "UTF-16"),
    "nothing": (b"", "The file is empty"),
    "no title of a column": (content(BELL).replace(b"surname", b"x"), "The first row lacks: surname"),
    "a column twice": (content(BELL).replace(b"mappa", b"crn"), "two columns for: crn"),
}


@pytest.mark.parametrize(("raw", "words"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(load, raw, words):
    with pytest.raises(CommandError, match=words):
        load(raw)
    assert not ImportRun._base_manager.exists()


def test_cp1252_is_read_when_somebody_says_so(load):
    load(content(BELL).replace(b"Bell", "Béll".encode("cp1252")), flags=("--load", "--encoding", "cp1252"))

    assert EVERYONE.get().surname == "Béll"


def test_semicolons_a_mark_other_titles_and_unknown_columns_are_understood(load):
    raw = content(BELL | {"eye": "blue"}, delimiter=";", more=["eye"]).replace(b"surname", b"Last Name")

    said = load(b"\xef\xbb\xbf" + raw)

    assert "separated by semicolon" in said
    assert "ignored: eye" in said
    assert EVERYONE.get().surname == "Bell"


def test_nobody_imports_who_may_not_register(tmp_path, chair):
    path = tmp_path / "cases.csv"
    path.write_bytes(content(BELL))

    with pytest.raises(CommandError, match="registers no cases"):
        call_command("import_cases", str(path), "--as", chair.email)


def test_the_report_is_written_to_a_file(load, tmp_path):
    load(BELL, flags=("--load", "--report", str(tmp_path / "report.csv")))

    lines = csv.reader((tmp_path / "report.csv").read_text().splitlines())
    assert [line[:2] for line in lines] == [["row", "outcome"], ["2", "created"]]


# The pages


def brought(client, *rows, name="cases.csv"):
    return client.post("/import/", {"file": SimpleUploadedFile(name, content(*rows))}, follow=True)


def test_a_file_is_checked_then_loaded_and_then_deleted(
    client, practitioner, probation, django_capture_on_commit_callbacks
):
    client.force_login(practitioner)
    response = brought(client, BELL, CROFT | {"born_on": "soon"})
    run = ImportRun.objects.visible_to(practitioner).get()
    assert "Being checked" in response.text
    assert response.headers["Refresh"] == "5"

    tasks.go_on_with_imports()
    assert not EVERYONE.exists()
    assert "Checked: nothing is loaded yet" in client.get(run.get_absolute_url()).text
    client.post(f"/import/{run.reference}/load/")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.go_on_with_imports()

    run.refresh_from_db(from_queryset=ImportRun.objects.visible_to(practitioner))
    assert (run.state, run.stored_as, run.outcomes) == ("loaded", "", "cq")
    assert EVERYONE.get().surname == "Bell"
    assert not any(path.is_file() for path in __import__("pathlib").Path(store.storage().path("")).rglob("*"))
    assert "quarantined" in client.get(f"/import/{run.reference}/report/").content.decode()


def test_a_file_named_like_a_path_loses_the_path(client, practitioner, probation):
    client.force_login(practitioner)

    brought(client, BELL, name="../../etc/passwd.csv")

    assert ImportRun.objects.visible_to(practitioner).get().file_name == "passwd.csv"


def test_a_refused_file_says_so_beside_its_box(client, practitioner):
    client.force_login(practitioner)

    response = client.post("/import/", {"file": SimpleUploadedFile("a.csv", b"PK\x03\x04")})

    assert "This is a workbook" in response.context["form"].errors["file"][0]
    assert "<title>Error:" in response.text


def test_a_checked_file_that_nobody_loads_is_deleted(client, practitioner, probation, monkeypatch):
    client.force_login(practitioner)
    brought(client, BELL | {"born_on": "soon"})
    tasks.go_on_with_imports()
    monkeypatch.setattr("offenders.imports.verbs.KEPT_DAYS", -1)

    tasks.forget_old_imports()

    run = ImportRun.objects.visible_to(practitioner).get()
    assert (run.state, run.stored_as) == ("expired", "")
    assert not ImportRow._base_manager.exists()


def test_a_row_is_put_right_and_loaded(client, load, practitioner):
    load(BELL | {"born_on": "soon"})
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)
    assert 'value="soon"' in client.get(row.get_absolute_url()).text

    response = client.post(row.get_absolute_url(), BELL)

    person = Offender.objects.visible_to(practitioner).get()
    assert response.headers["Location"] == person.get_absolute_url()
    row = ImportRow.objects.visible_to(practitioner).get()
    assert (row.state, row.cells, row.settled_by) == ("loaded", {}, practitioner)


def test_a_row_that_is_still_wrong_keeps_what_was_typed(client, load, practitioner):
    load(BELL | {"born_on": "soon"})
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)

    response = client.post(row.get_absolute_url(), BELL | {"born_on": "later"})

    assert "must be a real date" in response.context["form"].errors["born_on"][0]
    assert 'value="later"' in response.text
    assert not EVERYONE.exists()


def test_a_likely_duplicate_is_loaded_only_with_a_reason(client, load, practitioner):
    load(BELL)
    twin = BELL | {"crn": "X999999", "pnc": ""}
    load(twin)
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)

    assert client.post(row.get_absolute_url(), twin).context["form"].errors["another_reason"]
    client.post(row.get_absolute_url(), twin | {"another_reason": "Twins, seen together"})

    assert EVERYONE.count() == 2


def test_a_row_is_set_aside_with_a_reason_and_stays_so(client, load, practitioner):
    load(BELL | {"born_on": "soon"})
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)
    assert client.post(f"/import/rows/{row.reference}/set-aside/", {"discard_reason": " "}).context["form"].errors

    client.post(f"/import/rows/{row.reference}/set-aside/", {"discard_reason": "Died"})
    load(BELL | {"born_on": "soon"})

    row = ImportRow.objects.visible_to(practitioner).get()
    assert (row.state, row.discard_reason, row.settled_by) == ("discarded", "Died", practitioner)


def test_a_row_is_seen_by_its_owner_and_the_areas_coordinator_and_by_nobody_else(
    load, practitioner, coordinator, manager, area_officer, outsider
):
    load(BELL | {"born_on": "soon"})

    seen = {user: ImportRow.objects.visible_to(user).exists() for user in (practitioner, coordinator)}
    unseen = {user: ImportRow.objects.visible_to(user).exists() for user in (manager, area_officer, outsider)}

    assert all(seen.values())
    assert not any(unseen.values())


def test_the_run_is_its_owners_alone(client, practitioner, coordinator, manager):
    run = ImportRunFactory(by=practitioner)

    for user in (coordinator, manager):
        client.force_login(user)
        assert client.get(f"/import/{run.reference}/").status_code == 404


def test_who_may_register_nobody_opens_no_import(client, chair):
    client.force_login(chair)

    assert client.get("/import/").status_code == 403
    assert client.get("/import/queue/").status_code == 403


def test_the_template_has_every_column_and_the_example_loads(client, load, practitioner):
    client.force_login(practitioner)

    assert client.get("/import/template/").content.decode() == template()
    load(client.get("/import/example/").content)

    assert EVERYONE.count() == 1
    assert Identifier._base_manager.count() == 4
    assert Conviction._base_manager.count() == 1


@pytest.mark.parametrize("count", [1, 20])
def test_the_queue_costs_the_same_however_long(client, practitioner, probation, django_assert_max_num_queries, count):
    run = ImportRunFactory(by=practitioner, agency=probation)
    for number in range(count):
        ImportRowFactory(run=run, number=number + 2)
    client.force_login(practitioner)

    with django_assert_max_num_queries(14):
        assert client.get("/import/queue/").status_code == 200
