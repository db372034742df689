"""What tools gave about a person: recorded with band, score and day, withdrawn when it is wrong."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.models import Tool, ToolResult
from tests.factories import ToolFactory, ToolResultFactory, in_days
from tests.offenders.dates_typed import typed

GOOD = {"completed_by": "Pat Example, Police", "notes": ""} | typed("completed_on", in_days(-3))


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/risk/tools/record/"


def results(user):
    return list(ToolResult.objects.visible_to(user))


def test_a_practitioner_chooses_a_tool_and_records_its_band_and_score(client, practitioner, offender, url):
    client.force_login(practitioner)

    chosen = client.post(url, {"tool": "stable-2007"})
    response = client.post(chosen.headers["Location"], GOOD | {"band": "High", "score": "12"})

    assert response.headers["Location"] == f"/people/{offender.reference}/risk/tools/"
    (row,) = results(practitioner)
    assert (row.tool.code, row.band, row.score, row.recorded_by) == ("stable-2007", "High", 12, practitioner)
    entry = offender.timeline.visible_to(practitioner).get()
    assert (entry.title, entry.text) == ("Result of a tool recorded", "Stable 2007")
    assert "High, score 12" in client.get(f"/people/{offender.reference}/risk/").text


def test_a_tool_that_an_administrator_added_is_recorded_like_any_other(client, practitioner, url, db):
    ToolFactory(code="new-tool", name="New tool", bands=["Amber", "Red"])
    client.force_login(practitioner)
    assert "New tool" in client.get(url).text

    client.post(f"{url}?tool=new-tool", GOOD | {"band": "Red"})

    assert [row.band for row in results(practitioner)] == ["Red"]


def test_only_what_the_tool_gives_is_asked(client, practitioner, url):
    client.force_login(practitioner)

    assert "score" not in client.get(f"{url}?tool=arms").context["form"].fields
    assert "Very high" in client.get(f"{url}?tool=arms").text


@pytest.mark.parametrize(
    ("tool", "answers", "field"),
    [
        ("arms", {}, "band"),
        ("arms", {"band": "Purple"}, "band"),
        ("ogrs", {}, "score"),
        ("ogrs", {"score": "101"}, "score"),
        ("ogrs", {"score": "-1"}, "score"),
        ("ogrs", {"score": "much"}, "score"),
        ("arms", {"band": "High", "completed_by": ""}, "completed_by"),
        ("arms", {"band": "High"} | typed("completed_on", in_days(1)), "completed_on"),
        ("arms", {"band": "High"} | typed("completed_on", in_days(-30000)), "completed_on"),
    ],
)
def test_what_no_tool_gives_is_refused_and_the_rest_is_kept(client, practitioner, url, tool, answers, field):
    client.force_login(practitioner)

    response = client.post(f"{url}?tool={tool}", GOOD | {"notes": "Kept as typed"} | answers)

    assert list(response.context["form"].errors) == [field]
    assert "Kept as typed" in response.text
    assert results(practitioner) == []


def test_a_score_of_a_tool_that_gives_none_is_refused_by_the_action(offender, practitioner):
    known = {"completed_on": in_days(-1), "completed_by": "Pat", "by": practitioner, "offender": offender}

    with pytest.raises(ValidationError, match="gives no score"):
        actions.record_result(tool=Tool.objects.get(code="arms"), band="High", score=Decimal(4), **known)
    with pytest.raises(ValidationError, match="no longer recorded"):
        actions.record_result(tool=ToolFactory(code="old", is_active=False), band="High", **known)


def test_a_second_click_is_not_a_second_result(client, practitioner, url):
    client.force_login(practitioner)
    client.post(f"{url}?tool=arms", GOOD | {"band": "High"})

    assert "recorded this already" in client.post(f"{url}?tool=arms", GOOD | {"band": "High"}).text


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, offender, url, person):
    user = request.getfixturevalue(person)
    row = ToolResultFactory(offender=offender)
    client.force_login(user)

    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.post(f"{url}?tool=arms", GOOD | {"band": "High"}).status_code == 403
    assert client.post(f"/people/tool-results/{row.reference}/withdraw/", {"reason": "x"}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.withdraw_result(result=row, reason="x", by=user)


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, offender, url, person):
    row = ToolResultFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.get(f"/people/tool-results/{row.reference}/withdraw/").status_code == 404


def test_a_withdrawn_result_stays_on_the_record_and_counts_no_more(client, practitioner, offender):
    row = ToolResultFactory(offender=offender)
    client.force_login(practitioner)
    address = f"/people/tool-results/{row.reference}/withdraw/"

    client.post(address, {"reason": "Somebody else's result"})

    row.refresh_from_db()
    assert row.withdrawn_by == practitioner
    page = client.get(row.get_absolute_url())
    assert (page.context["cards"], len(page.context["withdrawn"])) == ([], 1)
    assert client.get(f"/people/{offender.reference}/risk/").context["results"] == []
    assert "withdrawn already" in client.get(address).text
    with pytest.raises(ValidationError, match="withdrawn already"):
        actions.withdraw_result(result=row, reason="Again", by=practitioner)


def test_of_each_tool_the_last_result_stands_on_the_page_of_risk(client, practitioner, offender):
    ToolResultFactory(offender=offender, band="Low", completed_on=in_days(-400))
    ToolResultFactory(offender=offender, band="High", completed_on=in_days(-4))
    ToolResultFactory(offender=offender, tool=Tool.objects.get(code="sara"), band="Medium")
    client.force_login(practitioner)

    rows = client.get(f"/people/{offender.reference}/risk/").context["results"]

    assert [(row["tool"], row["gave"]) for row in rows] == [("ARMS", "High"), ("SARA", "Medium")]


def test_the_database_itself_keeps_a_result_with_neither_band_nor_score_out(offender):
    with pytest.raises(IntegrityError), transaction.atomic():
        ToolResultFactory(offender=offender, band="")


def test_the_tools_that_are_shipped_each_give_something_and_say_where_that_is_written(db):
    tools = list(Tool.objects.all())

    assert {"oasys", "ogrs", "rsr", "osp-dc", "osp-iic", "rm2000", "arms", "sara", "erg22", "assetplus"} <= {
        tool.code for tool in tools
    }
    for tool in tools:
        tool.full_clean()
        assert tool.citation
