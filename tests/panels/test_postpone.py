import pytest

from panels.models import Postponement
from tests.panels.conftest import boxes, in_days, now


@pytest.fixture
def url(action):
    return f"/actions/{action.reference}/postpone/"


def later(days, reason="Tenant away", version=0):
    return {"reason": reason, "version": version} | boxes("due_on", in_days(days))


def test_a_new_date_comes_with_a_reason_and_keeps_the_old_one(sign_in, action, url, housing):
    sign_in(housing).post(url, later(20))

    row = Postponement.objects.visible_to(housing).get()
    assert (row.from_due_on, row.to_due_on, row.reason) == (in_days(7), in_days(20), "Tenant away")
    assert now(action, housing).due_on == in_days(20)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": "Tenant away", "version": 0}, "Enter the new date"),
        (later(20, reason=""), "Enter why the action needs more time"),
        (later(5), "after the present one"),
        (later(20, version=3), "Somebody changed this action meanwhile"),
    ],
)
def test_half_a_new_date_is_refused(sign_in, action, url, housing, form, words):
    page = sign_in(housing).post(url, form)

    assert words in page.text
    assert now(action, housing).due_on == in_days(7)


def test_what_is_done_has_no_new_date(sign_in, done, url, housing):
    page = sign_in(housing).post(url, later(20, version=1))

    assert "waits to be confirmed" in page.text
    assert not Postponement.objects.visible_to(housing).exists()
