"""What every figure means stands on a page, for everybody who reads the board, and in the documents."""

from pathlib import Path

from agencies.models import Standard
from reviews.measures import MEASURES
from reviews.recount import recount

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
DOCUMENT = Path(__file__).parents[2] / "docs" / "boards" / "measures.md"


def opened(client, user, query=""):
    client.force_login(user, backend=BACKEND)
    return client.get(f"/board/measures/{query}")


def test_every_measure_is_explained_with_its_standard(client, lay_adviser, area):
    page = opened(client, lay_adviser)

    assert [measure.slug for measure in MEASURES.values() if str(measure.title) not in page.text] == []
    assert "kpi_minutes_percent: 90%" in page.text


def test_a_standard_that_is_not_set_is_said(client, board_member, area):
    Standard.objects.filter(name="kpi_minutes_percent").delete()

    assert "kpi_minutes_percent: not set" in opened(client, board_member).text


def test_the_page_says_when_the_running_month_was_counted(client, board_member, area, today):
    assert "has not been counted yet" in opened(client, board_member).text

    recount([today], on=today)

    assert "The running month was last counted on" in opened(client, board_member).text


def test_it_is_not_for_practitioners_nor_of_another_area(client, practitioner, board_member, other_area):
    assert opened(client, practitioner).status_code == 403
    assert opened(client, board_member, "?area=north-wales").status_code == 403


def test_the_documents_have_the_same_table():
    text = DOCUMENT.read_text()

    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| `")}
    assert list(rows) == [f"`{slug}`" for slug in MEASURES]
    assert [slug for slug, measure in MEASURES.items() if str(measure.title) not in rows[f"`{slug}`"]] == []
    assert [slug for slug, m in MEASURES.items() if not all(name in rows[f"`{slug}`"] for name in m.standards)] == []
