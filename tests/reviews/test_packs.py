"""A board's pack is made of months that have ended, says what was counted, and is corrected only by another one."""

import hashlib
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.models import AccessEvent
from mappa import dates
from reviews.figures import Spread, Waits
from reviews.models import CountedMonth, Figure, Snapshot
from reviews.packs import correct_pack, make_pack, others_in_words, wait_in_words
from reviews.period import Period, month_end
from reviews.recount import months_back, recount
from tests.factories import LevelPeriodFactory, OffenderFactory, ReferralFactory, ReviewFactory

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def months(today):
    """The two months before this one, as the two choices of the form."""
    first, last, _running = months_back(today, 3)
    return {"since": first.isoformat(), "until": last.isoformat()}


@pytest.fixture
def counted(area, months, today, offender, coordinator):
    """Peter Ashdown at level 1 and two more; one review in time of two; one referral decided."""
    last = date.fromisoformat(months["until"])
    for held_on in (last, None):
        case = OffenderFactory(area=area, level=2)
        LevelPeriodFactory(offender=case, level=2)
        ReviewFactory(offender=case, level=2, due_on=last, held_on=held_on)
    noon = datetime(last.year, last.month, 3, 12, tzinfo=UTC)
    answered = {"outcome": "accepted", "decided_at": noon, "decided_by": coordinator, "made_at": noon}
    ReferralFactory(offender=case, due_on=last, **answered)
    recount(Period(date.fromisoformat(months["since"]), today).starts, on=today)
    return area


def sign_in(client, user):
    client.force_login(user, backend=BACKEND)
    return client


def made(months, area, by):
    return make_pack(area=area, **{name: date.fromisoformat(day) for name, day in months.items()}, by=by)


def test_the_coordinator_makes_a_pack_and_reads_it(client, coordinator, counted, months):
    sign_in(client, coordinator).post("/board/packs/make/", months)

    pack = Snapshot.objects.visible_to(coordinator).get()
    text = client.get(f"/board/packs/{pack.reference}/").text
    assert (pack.first.isoformat(), pack.last) == (months["since"], month_end(date.fromisoformat(months["until"])))
    assert "1 of 2 (50%). The period before was not all counted. No other area has a figure." in text
    assert "1 waited: 0 working days." in text
    assert "Checked now: the figures are as they were." in text
    assert AccessEvent.objects.filter(event="board.figures_frozen", reference=pack.reference).exists()


def test_a_pack_does_not_follow_the_record(client, board_member, counted, months, today):
    pack = made(months, counted, board_member)
    Figure.objects.visible_to(board_member).delete()

    text = sign_in(client, board_member).get(f"/board/packs/{pack.reference}/").text

    assert "1 of 2 (50%)" in text
    assert Snapshot.objects.visible_to(board_member).get().is_intact()


def test_the_file_has_the_checksum_of_the_page(client, board_member, counted, months):
    pack = made(months, counted, board_member)

    file = sign_in(client, board_member).get(f"/board/packs/{pack.reference}/file/")

    assert hashlib.sha256(file.content).hexdigest() == pack.digest
    assert file.headers["Content-Disposition"] == f'attachment; filename="board-pack-{pack.reference}.json"'


def test_a_wrong_pack_is_corrected_once_by_a_new_one(client, coordinator, counted, months):
    pack = made(months, counted, coordinator)
    address = f"/board/packs/{pack.reference}/"

    sign_in(client, coordinator).post(f"{address}correct/", {"reason": "Two reviews were recorded late."})

    later = Snapshot.objects.visible_to(coordinator).get(corrects=pack)
    assert (later.first, later.last, later.reason) == (pack.first, pack.last, "Two reviews were recorded late.")
    assert "Open the corrected pack" in client.get(address).text
    assert "Open the earlier pack" in client.get(later.get_absolute_url()).text
    assert "Corrected by a later one" in client.get("/board/packs/").text
    with pytest.raises(ValidationError, match="corrected already"):
        correct_pack(pack=pack, reason="Again", by=coordinator)


def test_of_the_same_months_there_is_one_pack(client, coordinator, counted, months):
    made(months, counted, coordinator)

    response = sign_in(client, coordinator).post("/board/packs/make/", months)

    assert "There is a pack of these months already." in response.text
    assert Snapshot.objects.visible_to(coordinator).count() == 1


def test_months_in_the_wrong_order_the_future_and_months_never_counted_are_refused_and_kept(
    client, coordinator, counted, months, today
):
    sign_in(client, coordinator)
    running = today.replace(day=1).isoformat()
    long_ago = dates.add_months(date.fromisoformat(months["since"]), -12).isoformat()

    turned = client.post("/board/packs/make/", {"since": months["until"], "until": months["since"]})
    future = client.post("/board/packs/make/", months | {"until": running})
    never = client.post("/board/packs/make/", {"since": long_ago, "until": months["until"]})

    assert "The last month must not be before the first" in turned.text
    assert f'<option value="{months["until"]}" selected>' in turned.text
    assert "Select a valid choice" in future.text
    assert "was not counted yet" in never.text
    assert not Snapshot.objects.visible_to(coordinator).exists()


def test_months_that_were_last_counted_before_they_were_over_are_not_frozen(coordinator, counted, months):
    ended = month_end(date.fromisoformat(months["until"]))
    CountedMonth.objects.update(counted_at=datetime(ended.year, ended.month, ended.day, 12, tzinfo=UTC))

    with pytest.raises(ValidationError, match="last counted before"):
        made(months, counted, coordinator)


def test_a_pack_says_the_period_before_where_it_was_counted(area, coordinator, months, today):
    recount(months_back(today, 5), on=today)

    pack = made(months, area, coordinator)

    said = {row["slug"]: row["said"] for row in pack.content["figures"]}
    assert said["recalls"].startswith("0. In the period before: 0.")


def test_without_a_reason_nothing_is_corrected(client, board_member, counted, months):
    pack = made(months, counted, board_member)

    response = sign_in(client, board_member).post(f"/board/packs/{pack.reference}/correct/", {"reason": " "})

    assert response.status_code == 200
    assert not Snapshot.objects.visible_to(board_member).filter(corrects=pack).exists()


def test_the_chair_reads_packs_and_makes_none(client, chair, coordinator, counted, months):
    pack = made(months, counted, coordinator)
    sign_in(client, chair)

    codes = [client.get(f"/board/packs/{path}").status_code for path in ("", f"{pack.reference}/", "make/")]

    assert codes == [200, 200, 403]
    assert "Make a board pack" not in client.get("/board/packs/").text


@pytest.mark.parametrize("person", ["lay_adviser", "information_officer"])
def test_who_may_not_read_small_numbers_is_told_so_and_sees_no_pack(
    client, request, person, coordinator, counted, months
):
    pack = made(months, counted, coordinator)
    sign_in(client, request.getfixturevalue(person))

    listed = client.get("/board/packs/").text

    assert "Packs hold small numbers" in listed
    assert pack.reference not in listed
    assert [client.get(f"/board/packs/{pack.reference}/{more}").status_code for more in ("", "file/")] == [404, 404]


def test_another_areas_pack_does_not_exist(client, coordinator, other_area, outsider, counted, months):
    pack = made(months, counted, coordinator)

    assert sign_in(client, outsider).get(f"/board/packs/{pack.reference}/").status_code == 404


def test_frozen_tables_of_another_kind_are_no_pack(client, coordinator, counted, months):
    pack = Snapshot.objects.visible_to(coordinator).get(pk=made(months, counted, coordinator).pk)
    report = Snapshot(
        kind="annual-report", area=counted, first=pack.first, last=pack.last, content=[1], definitions=[1]
    )
    report.made_at, report.made_by, report.digest = pack.made_at, coordinator, "x"
    report.save()

    assert sign_in(client, coordinator).get(f"/board/packs/{report.reference}/").status_code == 404


def test_the_list_costs_the_same_however_many(client, coordinator, counted, django_assert_max_num_queries):
    for year in range(2010, 2022):
        row = Snapshot(kind="board-pack", area=counted, first=date(year, 1, 1), last=date(year, 1, 31), content=[1])
        row.definitions, row.made_at, row.made_by, row.digest = [1], timezone.now(), coordinator, "x"
        row.save()
    sign_in(client, coordinator)

    with django_assert_max_num_queries(20):
        assert client.get("/board/packs/").status_code == 200


def test_waits_and_other_areas_are_said_in_words():
    assert wait_in_words(Waits({2: 6, 5: 3, 9: 1})) == "Half of 10 within 2 working days, nine in ten within 5."
    assert wait_in_words(Waits()) == "None waited."
    assert others_in_words(Spread(3, 70, 75.5, 80), "%") == (
        "3 other areas have from 70% to 80%, the middle being 75.5%."
    )
    assert others_in_words(Spread(2)) == "Too few other areas have a figure to compare it with."


def test_an_area_with_no_case_has_a_pack_of_nothing(client, coordinator, area, months, today):
    recount(months_back(today, 3), on=today)

    pack = made(months, area, coordinator)

    assert "None waited." in sign_in(client, coordinator).get(f"/board/packs/{pack.reference}/").text
