"""Cases from a file: every row ends somewhere and says why, and the same file again changes nothing."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import AccessEvent
from mappa import dates
from offenders import store, tasks
from offenders.imports import loading, reading, verbs
from offenders.imports.columns import COLUMNS, template
from offenders.imports.strings import in_fields, normalise
from offenders.models import CategoryProposal, Conviction, Identifier, ImportRow, ImportRun, Offender, SourceStatus
from tests.factories import ExclusionFactory, IdentifierFactory, ImportRowFactory, ImportRunFactory

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
    [
        "PC4",
        "CAT 5",
        "not CAT 2",
        "M1/M2",
        "Level 2²",
        "MAPPA 2",
        "was L3",
        "CAT 2 to be determined",
        "M0 CAT 2",
        "–",
        "/",
        "|",
        "AND",
        "NOMINAL",
    ],
)
def test_what_is_not_wholly_understood_gives_nothing(text):
    found = normalise(text)

    assert (found.category, found.level, found.source, found.understood) == (None, None, text, False)


def test_in_a_field_of_levels_m2_is_level_2():
    assert in_fields("M2", "M3")[:2] == (2, 3)
    assert in_fields("2", "1")[:2] == (2, 1)


@pytest.mark.parametrize("level", ["M4", "m4", "CAT 2", "PC1"])
def test_a_field_of_levels_gives_no_category(level):
    found = in_fields("", level)

    assert (found.category, found.level, found.understood) == (None, None, False)


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


@pytest.fixture
def killed(load, monkeypatch):
    """A load that was killed before a row, one row a batch."""

    def at(number, *rows):
        monkeypatch.setattr(loading, "BATCH", 1)
        real = loading._do

        def kill(judged, work):
            if judged[0][0].number == number:
                raise KeyboardInterrupt
            return real(judged, work)

        monkeypatch.setattr(loading, "_do", kill)
        with pytest.raises(KeyboardInterrupt):
            load(*rows)
        monkeypatch.setattr(loading, "_do", real)

    return at


def test_killed_half_way_it_goes_on(load, killed, practitioner):
    killed(3, BELL, CROFT)
    assert (EVERYONE.count(), ImportRun.objects.visible_to(practitioner).get().position) == (1, 2)

    said = load(BELL, CROFT)

    assert "Going on after row 2." in said
    assert "1 created, 0 matched" in said
    assert ImportRun.objects.visible_to(practitioner).get().outcomes == "cc"


def test_going_on_it_still_knows_whom_the_file_named(load, killed, waiting):
    twin = BELL | {"forenames": "Ann Mary", "crn": "X999999", "pnc": ""}
    killed(4, BELL, CROFT | {"born_on": "soon"}, twin, BELL)

    load(BELL, CROFT | {"born_on": "soon"}, twin, BELL)

    assert waiting() == [(3, ["date"]), (4, ["likely"]), (5, ["twice"])]


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


PLACES = {"custody": "HMP Bedford", "hospital": "Fernhollow Clinic", "detention": "Yarl's Wood", "abroad": "France"}


@pytest.mark.parametrize("where", Offender.Whereabouts.values)
def test_wherever_the_source_says_the_person_is_the_record_says_too(load, practitioner, where):
    more = ["whereabouts", "whereabouts_since", "whereabouts_place"]
    place = PLACES.get(where, "")

    load(BELL | {"whereabouts": where, "whereabouts_since": "01/02/2025", "whereabouts_place": place}, more=more)

    person = Offender.objects.visible_to(practitioner).get()
    period = person.whereabouts_periods.visible_to(practitioner).get()
    assert (person.whereabouts, period.kind, period.place) == (where, where, place)
    assert (period.move == "release") == (where == "community")


def test_who_was_never_held_is_not_released(load, practitioner):
    here = {"whereabouts": "community", "whereabouts_since": "01/02/2025"}

    load(NOT_CONVICTED | here, more=[*here])

    person = Offender.objects.visible_to(practitioner).get()
    assert person.whereabouts_periods.visible_to(practitioner).get().move == "here"


def test_a_day_that_is_wrong_is_told_beside_its_own_column(load, practitioner):
    more = ["released_on", "whereabouts", "whereabouts_since", "whereabouts_place"]
    place = {"whereabouts": "custody", "whereabouts_since": "01/04/2025", "whereabouts_place": "HMP Bedford"}

    load(BELL | {"released_on": "01/05/2025"} | place, more=more)

    assert [reason["column"] for reason in ImportRow.objects.visible_to(practitioner).get().reasons] == [
        "whereabouts_since"
    ]


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
    "a wrong shape": ({"pnc": "2004-W"}, "number"),
    "a court without an offence": (
        {"offence_code": "", "dealt_with_on": "", "disposal": "", "term_months": "", "court": "Luton Crown Court"},
        "missing",
    ),
    "a stranger as lead officer": ({"lead_officer": "nobody@example.org"}, "officer"),
    "a dash for MAPPA": ({"mappa": "–", "offence_code": "", "dealt_with_on": "", "disposal": ""}, "status"),
    "a place without where": ({"whereabouts_since": "01/01/2025", "whereabouts_place": "HMP Bedford"}, "missing"),
    "in the community in a prison": ({"whereabouts": "community", "whereabouts_place": "HMP Bedford"}, "place"),
    "in the community since another day": (
        {"whereabouts": "community", "released_on": "01/05/2025", "whereabouts_since": "02/05/2025"},
        "since",
    ),
    "a cell of two lines": ({"court": "Luton\nCrown Court"}, "lines"),
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
    "tabs": (content(BELL, delimiter="\t"), "The first row lacks"),
    "UTF-16 without a mark": (content(BELL).decode().encode("utf-16-le"), "The first row lacks"),
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


def test_whoever_imports_does_not_lead_the_cases(load, practitioner, manager):
    load(BELL, CROFT | {"lead_officer": manager.email.upper()}, more=["lead_officer"])

    officers = {row.surname: row.lead_officer for row in Offender.objects.visible_to(practitioner)}
    assert officers == {"Bell": None, "Croft": manager}


def test_a_name_without_letters_stops_nothing(load, waiting, practitioner):
    load(BELL | {"surname": "?"}, CROFT)

    assert sorted(row.surname for row in EVERYONE.all()) == ["?", "Croft"]
    assert waiting() == []


def test_a_row_that_fails_as_nobody_foresaw_waits_and_the_rest_is_loaded(load, waiting, monkeypatch, caplog):
    real = loading.create

    def failing(wanted, **known):
        if wanted.who["surname"] == "Bell":
            message = "about Ann Bell"
            raise ZeroDivisionError(message)
        return real(wanted, **known)

    monkeypatch.setattr(loading, "create", failing)

    load(BELL, CROFT)

    assert [row.surname for row in EVERYONE.all()] == ["Croft"]
    assert waiting() == [(2, ["not_done"])]
    assert "ZeroDivisionError" in caplog.text
    assert "Ann Bell" not in caplog.records[0].getMessage()


WRONG_LETTER = BELL | {"pnc": "", "cro": "SF80/655108T"}


def test_a_wrong_check_letter_is_loaded_with_a_warning(load, client, practitioner):
    said = load(WRONG_LETTER, more=["cro"])

    number = Identifier.objects.visible_to(practitioner).get(kind="cro")
    assert (number.value, number.typed, number.check_ok) == ("SF80/655108T", "SF80/655108T", False)
    assert "the last letter would be V" in said
    row = ImportRow.objects.visible_to(practitioner).get()
    assert (row.state, row.cells) == ("noted", {})
    client.force_login(practitioner)
    page = client.get(f"/people/{number.offender.reference}/identity/")
    assert "The check letter does not fit" in page.text


def test_a_wrong_check_letter_alone_finds_the_same_person_and_nobody_else(load):
    wrong = BELL | {"crn": "", "pnc": "2004/0712343X"}
    load(wrong)

    said = load(wrong | {"mappa": "CAT 2/LEVEL 1"})
    load(CROFT | {"pnc": "2004/0712343X"})

    assert "1 matched, 0 matched and different" in said
    assert sorted(row.surname for row in EVERYONE.all()) == ["Bell", "Croft"]


def test_what_a_source_says_of_somebody_on_record_is_kept_once(load, practitioner, client):
    load(BELL | {"mappa": ""})

    load(BELL | {"mappa": "CAT 2 / LEVEL 3"})
    load(BELL | {"mappa": "CAT 2 / LEVEL 3", "court": "Luton"}, more=["court"])

    assert [row.source for row in SourceStatus.objects.visible_to(practitioner)] == ["CAT 2 / LEVEL 3"]
    client.force_login(practitioner)
    assert "CAT 2 / LEVEL 3" in client.get("/import/above/").text


DIFFERENT = {
    "another conviction": ({"dealt_with_on": "02/03/2024"}, "offence_code"),
    "another sentence": ({"disposal": "life", "term_months": ""}, "offence_code"),
    "a release": ({"released_on": "01/12/2024"}, "released_on"),
    "another place": (
        {"whereabouts": "abroad", "whereabouts_since": "01/12/2024", "whereabouts_place": "France"},
        "whereabouts_since",
    ),
    "another day of review": ({"next_review_on": "01/02/2024"}, "next_review_on"),
}


@pytest.mark.parametrize(("change", "column"), DIFFERENT.values(), ids=DIFFERENT)
def test_in_what_somebody_on_record_differs_waits_to_be_seen(load, waiting, practitioner, change, column):
    load(BELL)

    load(BELL | change, more=sorted(change.keys() - BELL.keys()))

    row = ImportRow.objects.visible_to(practitioner).get()
    assert (row.state, [reason["column"] for reason in row.reasons]) == ("differs", [column])
    assert row.cells["surname"] == "Bell"
    assert waiting() == [(2, ["differs"])]


def test_somebody_who_left_is_told_as_no_longer_managed(load, waiting, practitioner):
    load(BELL)
    EVERYONE.update(ended_on=dates.today(), next_review_on=None)

    load(BELL | {"mappa": "CAT 2/LEVEL 1"})

    assert "managed under MAPPA no longer" in str(ImportRow.objects.visible_to(practitioner).get().reasons)


def test_people_who_are_alike_wait_also_when_only_checked_and_in_another_batch(load, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 1)
    john = BELL | {"surname": "Smith", "forenames": "John"}

    said = load(john, john | {"forenames": "Jon", "crn": "X999999", "pnc": ""}, flags=())

    assert "3,quarantined,,Row 2 of this file is about somebody like this" in said


MANY_LINES = b'"Bell","Ann","27/03/1981","X123456","bedfordshire","probation","CAT 2 / LEVEL 1","one\r\ntwo, three"\r\n'
TITLES = b"surname,forenames,born_on,crn,area,lead_agency,mappa,notes\r\n"


def test_a_cell_of_several_lines_is_one_row_with_the_number_of_a_spreadsheet(load, waiting):
    said = load(TITLES + MANY_LINES + MANY_LINES.replace(b"27/03", b"31/02") + b",,,,,,,\r\n")

    assert "2 rows" in said
    assert waiting() == [(3, ["date"])]


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row(load, waiting):
    load(TITLES + b'"Cole,Ann\r\n' + MANY_LINES)

    assert waiting() == [(2, ["quote"])]
    assert EVERYONE.get().surname == "Bell"


def test_a_line_of_10_mb_is_one_row_that_waits(load, waiting):
    load(content(CROFT) + b"x" * 10_000_000 + b"\r\n")

    assert waiting() == [(3, ["long"])]


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


def test_a_large_file_is_brought_and_its_empty_rows_are_not_counted(client, practitioner, probation):
    client.force_login(practitioner)
    empty = b"," * 11 + b"\r\n"

    client.post("/import/", {"file": SimpleUploadedFile("cases.csv", content(BELL) + empty * 210_000)})

    run = ImportRun.objects.visible_to(practitioner).get()
    assert run.size > 2.5 * 2**20
    assert run.rows == 1


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


def go_on(callbacks):
    with callbacks(execute=True):
        tasks.go_on_with_imports()


def test_rows_that_a_load_left_outlive_a_later_check(
    client, practitioner, probation, monkeypatch, django_capture_on_commit_callbacks
):
    client.force_login(practitioner)
    brought(client, BELL | {"born_on": "soon"})
    go_on(django_capture_on_commit_callbacks)
    run = ImportRun.objects.visible_to(practitioner).get()
    client.post(f"/import/{run.reference}/load/")
    go_on(django_capture_on_commit_callbacks)
    ImportRun._base_manager.update(made_at=timezone.now() - timedelta(days=10))
    brought(client, BELL | {"born_on": "soon"})
    go_on(django_capture_on_commit_callbacks)

    tasks.forget_old_imports()
    assert ImportRun.objects.visible_to(practitioner).get().state == "checked"
    monkeypatch.setattr("offenders.imports.verbs.KEPT_DAYS", -1)
    tasks.forget_old_imports()

    assert ImportRun.objects.visible_to(practitioner).get().state == "expired"
    assert ImportRow.objects.visible_to(practitioner).waiting().count() == 1


def test_a_file_that_cannot_be_worked_on_stands_in_nobodys_way_and_is_stopped(
    client, practitioner, manager, probation, monkeypatch
):
    client.force_login(manager)
    brought(client, CROFT)
    client.force_login(practitioner)
    brought(client, BELL)
    real = verbs.begin

    def failing(run, *args, **known):
        if run.by == manager:
            raise ZeroDivisionError
        return real(run, *args, **known)

    monkeypatch.setattr(verbs, "begin", failing)
    tasks.go_on_with_imports()

    assert ImportRun.objects.visible_to(practitioner).get().state == "checked"
    stuck = ImportRun.objects.visible_to(manager).get()
    assert (stuck.state, stuck.held_until) == ("checking", None)
    client.force_login(manager)
    page = client.post(f"/import/{stuck.reference}/stop/", follow=True)
    assert "Stopped by who brought it" in page.text
    assert ImportRun.objects.visible_to(manager).get().stored_as == ""


def test_while_one_worker_has_a_file_the_next_leaves_it(client, practitioner, probation):
    client.force_login(practitioner)
    brought(client, BELL)
    ImportRun._base_manager.update(held_until=timezone.now() + timedelta(minutes=1))
    tasks.go_on_with_imports()
    assert ImportRun.objects.visible_to(practitioner).get().state == "checking"

    ImportRun._base_manager.update(held_until=timezone.now() - timedelta(minutes=1))
    tasks.go_on_with_imports()

    assert ImportRun.objects.visible_to(practitioner).get().state == "checked"


def test_whoever_comes_second_to_a_file_does_nothing(client, practitioner, probation):
    client.force_login(practitioner)
    brought(client, BELL)
    run = ImportRun.objects.visible_to(practitioner).get()
    ImportRun._base_manager.update(position=2, outcomes="c")

    verbs._work(run, until=float("inf"))

    run.refresh_from_db(from_queryset=ImportRun.objects.visible_to(practitioner))
    assert (run.state, run.position, run.outcomes) == ("checking", 2, "c")


def test_rows_of_a_mere_check_stand_on_its_own_page_alone(client, practitioner, coordinator, probation):
    client.force_login(practitioner)
    brought(client, BELL | {"born_on": "soon"})
    tasks.go_on_with_imports()
    row = ImportRow.objects.visible_to(practitioner).get()

    assert row.reference not in client.get("/import/queue/").text
    assert row.get_absolute_url() in client.get(row.run.get_absolute_url()).text
    assert "The file is only checked" in client.get(row.get_absolute_url()).text
    assert client.post(row.get_absolute_url(), BELL).status_code == 200
    assert not EVERYONE.exists()
    assert not ImportRow.objects.visible_to(coordinator).exists()


def test_the_report_of_a_check_says_from_which_case_a_row_differs_and_in_what(client, load, practitioner):
    load(BELL)
    client.force_login(practitioner)
    brought(client, BELL | {"mappa": "CAT 2 / LEVEL 3"})
    tasks.go_on_with_imports()
    run = ImportRun.objects.visible_to(practitioner).get(state="checked")

    report = client.get(f"/import/{run.reference}/report/").content.decode()

    case = Offender.objects.visible_to(practitioner).get()
    assert f'"2","matched, differs","{case.reference}","MAPPA level: the record says something else' in report


def test_the_page_of_a_row_that_differs_leads_to_the_case_and_it_is_set_aside(client, load, practitioner):
    load(BELL)
    load(BELL | {"mappa": "CAT 2 / LEVEL 3"})
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)

    page = client.get(row.get_absolute_url())
    client.post(f"/import/rows/{row.reference}/set-aside/", {"discard_reason": "Referred to level 3"})

    assert Offender.objects.visible_to(practitioner).get().get_absolute_url() in page.text
    assert ImportRow.objects.visible_to(practitioner).get().state == "discarded"


def test_a_row_of_somebody_on_record_keeps_what_differs_when_it_is_put_right(client, load, practitioner):
    load(BELL)
    load(BELL | {"born_on": "soon", "mappa": "CAT 2 / LEVEL 3"})
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)

    response = client.post(row.get_absolute_url(), BELL | {"mappa": "CAT 2 / LEVEL 3"}, follow=True)

    assert "on record already, and nothing was changed" in response.text
    row = ImportRow.objects.visible_to(practitioner).get()
    assert (row.state, row.cells["mappa"]) == ("differs", "CAT 2 / LEVEL 3")


def test_whom_somebody_was_told_of_on_the_page_of_a_row_stays_recorded(client, load, practitioner, other_case):
    IdentifierFactory(offender=other_case, kind="crn", value="X123456")
    load(CROFT | {"born_on": "soon"})
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)

    response = client.post(row.get_absolute_url(), BELL)

    assert "A record exists. Ask North Wales MAPPA co-ordination." in response.text
    assert AccessEvent.objects.filter(event="case.existence_told", case_id=other_case.pk).count() == 1


def test_others_read_of_a_row_only_what_its_cells_say(client, load, practitioner, coordinator, offender):
    IdentifierFactory(offender=offender, kind="crn", value="X123456")
    load(BELL)
    row = ImportRow.objects.visible_to(coordinator).get()
    client.force_login(coordinator)

    for url in ("/import/queue/", row.get_absolute_url()):
        page = client.get(url).text
        assert "belongs to somebody on record" not in page
        assert f"ask who brought the file: {practitioner.name}" in page


def test_whoever_is_excluded_from_a_case_sees_no_row_with_its_number(load, coordinator, practitioner, offender):
    IdentifierFactory(offender=offender, kind="crn", value="X123456")
    load(BELL)
    assert ImportRow.objects.visible_to(coordinator).exists()

    ExclusionFactory(offender=offender, user=coordinator)

    assert not ImportRow.objects.visible_to(coordinator).exists()
    assert ImportRow.objects.visible_to(practitioner).exists()


def test_two_people_who_load_one_person_at_once_are_told(client, load, practitioner, monkeypatch):
    load(BELL | {"born_on": "soon"})
    row = ImportRow.objects.visible_to(practitioner).get()
    client.force_login(practitioner)

    def clash(*_args, **_known):
        raise IntegrityError

    monkeypatch.setattr(loading, "create", clash)

    response = client.post(row.get_absolute_url(), BELL)

    assert "somebody recorded it at the same moment" in response.text


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

    page = client.get(row.get_absolute_url())
    assert Offender.objects.visible_to(practitioner).get().get_absolute_url() in page.text
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


def test_whoever_has_a_closed_account_checks_and_loads_no_file(practitioner):
    run = ImportRunFactory(by=practitioner)
    practitioner.is_active = False
    practitioner.save(update_fields=["is_active"])

    with pytest.raises(PermissionDenied):
        verbs.for_a_check("people.csv", None, by=practitioner)
    with pytest.raises(PermissionDenied):
        loading.begin(run, None, load=True)
