"""Where the person is: moves follow one another without overlap or gap, and the case row says where it led."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.models import AccessEvent
from offenders import actions
from offenders.models import Offender, WhereaboutsPeriod
from tests.factories import ConvictionFactory, DisposalFactory, RecallFactory, WhereaboutsPeriodFactory, in_days
from tests.offenders.test_add_conviction import day


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/move/"


@pytest.fixture
def sentenced(offender):
    return DisposalFactory(offender=offender, conviction=ConvictionFactory(offender=offender))


@pytest.fixture
def prison(offender):
    offender.whereabouts = "custody"
    offender.save()
    return WhereaboutsPeriodFactory(
        offender=offender, kind="custody", move="reception", place="HMP Example", from_on=date(2024, 3, 1)
    )


RELEASE = {"move": "release", "place": "", "section": "", "notes": "", **day("on", date(2025, 6, 1))}
RECEIVED = RELEASE | {"move": "reception", "place": "HMP Other"}


def periods(user):
    rows = WhereaboutsPeriod.objects.visible_to(user).standing()
    return [(row.kind, row.from_on, row.until) for row in rows]


def test_a_release_ends_the_stay_and_begins_another(client, practitioner, offender, sentenced, prison, url):
    client.force_login(practitioner)

    response = client.post(url, RELEASE)

    on = date(2025, 6, 1)
    assert response.headers["Location"] == f"/people/{offender.reference}/sentences/"
    assert periods(practitioner) == [("community", on, None), ("custody", date(2024, 3, 1), on)]
    assert Offender.objects.visible_to(practitioner).get().whereabouts == "community"


def test_it_is_recorded_and_told_without_the_place(client, practitioner, offender, url):
    client.force_login(practitioner)

    client.post(url, RECEIVED)

    entry = offender.timeline.visible_to(practitioner).earliest("pk")
    assert (entry.title, entry.text) == ("Received into custody", "")
    assert AccessEvent.objects.get(event="whereabouts.moved").detail == {"move": "reception"}


@pytest.mark.parametrize(
    ("move", "place", "kind"),
    [
        ("reception", "HMP Other", "custody"),
        ("admission", "Example Hospital", "hospital"),
        ("transfer", "HMP Other", "custody"),
        ("abscond", "", "absconded"),
        ("abroad", "France", "abroad"),
        ("death", "", "deceased"),
    ],
)
def test_each_move_leads_where_it_says(client, practitioner, prison, url, move, place, kind):
    client.force_login(practitioner)

    client.post(url, RELEASE | {"move": move, "place": place})

    assert periods(practitioner)[0][0] == kind
    assert Offender.objects.visible_to(practitioner).get().whereabouts == kind


@pytest.mark.parametrize(("kind", "move"), [("absconded", "found"), ("abroad", "returned")])
def test_who_was_away_comes_back(client, practitioner, offender, url, kind, move):
    offender.whereabouts = kind
    offender.save()
    WhereaboutsPeriodFactory(offender=offender, kind=kind)
    client.force_login(practitioner)

    client.post(url, RELEASE | {"move": move})

    assert periods(practitioner)[0][0] == "community"


def test_nobody_moves_after_death(client, practitioner, offender, url):
    offender.whereabouts = "deceased"
    offender.save()
    WhereaboutsPeriodFactory(offender=offender, kind="deceased")
    client.force_login(practitioner)

    for move in WhereaboutsPeriod.Move.values:
        assert client.post(url, RECEIVED | {"move": move}).context["form"].errors["move"]


BAD = {
    "nothing": ({"move": ""}, "move", "Choose what happened"),
    "a return from abroad": ({"move": "returned"}, "move", "is recorded as “In custody”"),
    "custody without a prison": ({"move": "reception"}, "place", "Enter the prison, hospital or removal centre"),
    "abroad without a country": ({"move": "abroad"}, "place", "Enter the country"),
    "a section in prison": (
        {"move": "reception", "place": "HMP X", "section": "s.37"},
        "section",
        "Only a stay in hospital",
    ),
    "before the last move": (day("on", date(2024, 2, 1)), "on", "on or after the last move, of 1 March 2024"),
    "a day to come": (day("on", in_days(1)), "on", "not after today"),
    "half a date": ({"on_day": ""}, "on", "must include a day"),
}


@pytest.mark.parametrize(("change", "field", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_told_at_its_field_and_nothing_moves(
    client, practitioner, sentenced, prison, url, change, field, message
):
    client.force_login(practitioner)

    response = client.post(url, RELEASE | {"notes": "By taxi"} | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "By taxi" in response.text
    assert periods(practitioner) == [("custody", date(2024, 3, 1), None)]


def test_a_release_as_the_first_move_needs_a_sentence(client, practitioner, url):
    client.force_login(practitioner)

    assert "Record the sentence first" in client.post(url, RELEASE).text
    assert periods(practitioner) == []


@pytest.mark.parametrize(("move", "kind"), [("reception", "custody"), ("admission", "hospital")])
def test_who_is_held_without_a_sentence_is_released(client, practitioner, offender, url, move, kind):
    ConvictionFactory(offender=offender, dealt_with_on=date(2020, 3, 1))
    client.force_login(practitioner)
    client.post(url, RECEIVED | {"move": move} | day("on", date(2025, 3, 1)))

    client.post(url, RELEASE)

    assert periods(practitioner) == [
        ("community", date(2025, 6, 1), None),
        (kind, date(2025, 3, 1), date(2025, 6, 1)),
    ]


def test_the_same_move_is_not_recorded_twice(client, practitioner, sentenced, prison, url):
    client.force_login(practitioner)
    client.post(url, RECEIVED)

    assert "recorded this already" in client.post(url, RECEIVED).text
    client.post(url, RECEIVED | {"move": "transfer", "place": "HMP Third"})
    assert len(periods(practitioner)) == 3


def test_a_release_before_the_conviction_is_refused(client, practitioner, offender, prison, url):
    conviction = ConvictionFactory(offender=offender, dealt_with_on=date(2025, 7, 1))
    DisposalFactory(offender=offender, conviction=conviction)
    client.force_login(practitioner)

    assert "of 1 July 2025" in client.post(url, RELEASE).text
    assert len(periods(practitioner)) == 1


def test_two_moves_of_one_day_are_kept_in_their_order(client, practitioner, sentenced, prison, url):
    client.force_login(practitioner)

    client.post(url, RELEASE)
    client.post(url, RECEIVED)

    assert [row[0] for row in periods(practitioner)] == ["custody", "community", "custody"]


def test_the_database_knows_no_two_places_at_once(offender, prison):
    for until in (None, date(2024, 6, 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            WhereaboutsPeriodFactory(offender=offender, from_on=date(2024, 4, 1), until=until)


def test_the_model_says_so_in_words(offender, practitioner, prison):
    row = WhereaboutsPeriodFactory.build(offender=offender, from_on=date(2024, 4, 1), until=date(2024, 5, 1))
    row.added_by = practitioner

    with pytest.raises(Exception, match="somewhere else at that time"):
        row.full_clean()


def test_another_person_may_be_elsewhere_at_that_time(offender, other_case, prison):
    WhereaboutsPeriodFactory(offender=other_case, from_on=date(2024, 4, 1))


def test_a_stay_covers_its_first_day_and_not_its_last(offender, today):
    stay = WhereaboutsPeriodFactory(offender=offender, from_on=in_days(-2), until=today)

    assert [stay.covers(today + timedelta(days=each)) for each in (-3, -2, -1, 0)] == [False, True, True, False]


@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("victim_liaison", 403), ("outsider", 404)])
def test_who_may_not_moves_nobody(client, request, url, person, status):
    client.force_login(request.getfixturevalue(person))

    assert (client.get(url).status_code, client.post(url, RECEIVED).status_code) == (status, status)
    assert not WhereaboutsPeriod._base_manager.exists()


def test_the_last_move_is_taken_back_and_the_one_before_holds_again(client, practitioner, sentenced, prison, url):
    client.force_login(practitioner)
    client.post(url, RELEASE)
    last = WhereaboutsPeriod.objects.visible_to(practitioner).open().get()

    client.post(f"/people/moves/{last.reference}/withdraw/", {"withdrawal_reason": "Another person"})

    assert periods(practitioner) == [("custody", date(2024, 3, 1), None)]
    assert Offender.objects.visible_to(practitioner).get().whereabouts == "custody"
    assert WhereaboutsPeriod.objects.visible_to(practitioner).get(pk=last.pk).withdrawal_reason == "Another person"


def test_only_the_last_move_is_taken_back(client, practitioner, sentenced, prison, url):
    client.force_login(practitioner)
    client.post(url, RELEASE)

    response = client.post(f"/people/moves/{prison.reference}/withdraw/", {"withdrawal_reason": "Wrong"})

    assert "Only the last move" in response.text
    assert len(periods(practitioner)) == 2


def test_the_only_move_is_taken_back(client, practitioner, prison):
    client.force_login(practitioner)

    client.post(f"/people/moves/{prison.reference}/withdraw/", {"withdrawal_reason": "Wrong"})

    assert periods(practitioner) == []
    assert Offender.objects.visible_to(practitioner).get().whereabouts == "community"


@pytest.fixture
def recall_url(offender):
    return f"/people/{offender.reference}/recall/"


RECALLED = {**day("decided_on", in_days(-3)), "decided_by": "secretary-of-state", "reason": "Missed appointments"}
BACK = {**day("on", in_days(-1)), "place": "HMP Example"}


def test_a_recall_and_the_return_to_custody(client, practitioner, offender, sentenced, recall_url):
    client.force_login(practitioner)
    client.post(recall_url, RECALLED)
    row = offender.recalls.visible_to(practitioner).outstanding().get()

    client.post(f"/people/recalls/{row.reference}/return/", BACK)

    row.refresh_from_db(from_queryset=offender.recalls.visible_to(practitioner))
    assert (row.returned_on, row.returned_by) == (in_days(-1), practitioner)
    assert periods(practitioner) == [("custody", in_days(-1), None)]
    assert Offender.objects.visible_to(practitioner).get().whereabouts == "custody"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (day("decided_on", date(2024, 2, 1)), "decided_on", "on or after the first sentence"),
        (day("decided_on", in_days(1)), "decided_on", "not be after today"),
        ({"reason": ""}, "reason", "Enter why"),
    ],
)
def test_a_bad_recall_is_refused(client, practitioner, offender, sentenced, recall_url, change, field, message):
    client.force_login(practitioner)

    response = client.post(recall_url, RECALLED | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert not offender.recalls.visible_to(practitioner).exists()


def test_who_was_not_released_is_not_recalled(client, practitioner, sentenced, prison, recall_url):
    client.force_login(practitioner)

    assert "no release is recorded before it" in client.post(recall_url, RECALLED).text


def test_a_recall_is_after_the_release(client, practitioner, offender, sentenced, url, recall_url):
    client.force_login(practitioner)
    client.post(url, RELEASE)

    before = RECALLED | day("decided_on", date(2024, 5, 1))
    assert "on or after the release of 1 June 2025" in client.post(recall_url, before).text
    client.post(recall_url, RECALLED)
    assert offender.recalls.visible_to(practitioner).outstanding().exists()


def test_nobody_is_recalled_after_death(client, practitioner, offender, sentenced, prison, url, recall_url):
    client.force_login(practitioner)
    client.post(url, RELEASE)
    client.post(url, RELEASE | {"move": "death"} | day("on", in_days(-5)))

    assert "had died by then" in client.post(recall_url, RECALLED).text
    assert not offender.recalls.visible_to(practitioner).exists()


def test_a_recall_that_is_entered_late_takes_the_stay_that_is_recorded(
    client, practitioner, offender, sentenced, prison, url, recall_url
):
    client.force_login(practitioner)
    client.post(url, RELEASE)
    client.post(url, RECEIVED | day("on", in_days(-2)))

    early = client.post(recall_url, RECALLED | day("returned_on", in_days(-9)))
    nowhere = client.post(recall_url, RECALLED | day("returned_on", in_days(-3)))
    client.post(recall_url, RECALLED | day("returned_on", in_days(-2)))

    assert "on or after the recall" in early.text
    assert "No stay in custody is recorded for this day" in nowhere.text
    assert offender.recalls.visible_to(practitioner).get().returned_on == in_days(-2)
    assert [row[0] for row in periods(practitioner)] == ["custody", "community", "custody"]


def test_who_is_on_remand_after_a_release_is_recalled(client, practitioner, offender, sentenced, url, recall_url):
    client.force_login(practitioner)
    client.post(url, RECEIVED | day("on", in_days(-9)))

    client.post(recall_url, RECALLED)

    assert offender.recalls.visible_to(practitioner).outstanding().exists()


def test_a_recall_by_mistake_is_taken_back_and_another_recorded(client, practitioner, offender, sentenced, recall_url):
    row = RecallFactory(offender=offender)
    client.force_login(practitioner)
    url = f"/people/recalls/{row.reference}/withdraw/"

    client.post(url, {"withdrawal_reason": "Another person"})

    assert "taken back already" in client.get(url).text
    assert "taken back already" in client.post(url, {"withdrawal_reason": "x"}).text
    assert "Another person" in client.get(f"/people/{offender.reference}/sentences/").text
    client.post(recall_url, RECALLED)
    assert offender.recalls.visible_to(practitioner).outstanding().count() == 1


def test_a_wrong_return_is_taken_back_and_then_the_move(client, practitioner, offender, sentenced):
    row = RecallFactory(offender=offender)
    client.force_login(practitioner)
    client.post(f"/people/recalls/{row.reference}/return/", BACK)
    stay = WhereaboutsPeriod.objects.visible_to(practitioner).get()
    undo = f"/people/recalls/{row.reference}/undo-return/"

    client.post(undo, {"withdrawal_reason": "Wrong prison"})
    client.post(f"/people/moves/{stay.reference}/withdraw/", {"withdrawal_reason": "Wrong prison"})

    assert offender.recalls.visible_to(practitioner).outstanding().get().returned_by is None
    assert periods(practitioner) == []
    assert "No return" in client.get(undo).text
    assert "No return" in client.post(undo, {"withdrawal_reason": "x"}).text
    told = offender.timeline.visible_to(practitioner).get(title="Return after recall taken back as wrong")
    assert "Wrong prison" in told.text


@pytest.mark.parametrize("verb", ["withdraw", "undo-return"])
@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("outsider", 404)])
def test_who_may_not_takes_no_recall_back(client, request, offender, person, status, verb):
    url = f"/people/recalls/{RecallFactory(offender=offender).reference}/{verb}/"
    client.force_login(request.getfixturevalue(person))

    assert (client.get(url).status_code, client.post(url, {"withdrawal_reason": "x"}).status_code) == (status, status)


def test_who_died_before_the_return_is_not_waited_for(client, practitioner, offender, sentenced):
    RecallFactory(offender=offender)
    offender.whereabouts = "deceased"
    offender.save()
    client.force_login(practitioner)

    text = client.get(f"/people/{offender.reference}/sentences/").text

    assert ("Died before the return" in text, "Not returned yet" in text) == (True, False)


def test_a_recall_needs_a_sentence(client, practitioner, recall_url):
    client.force_login(practitioner)

    assert "Record the sentence first" in client.post(recall_url, RECALLED).text


def test_nobody_is_recalled_twice(client, practitioner, offender, sentenced, recall_url):
    client.force_login(practitioner)
    client.post(recall_url, RECALLED)

    assert "recorded this already" in client.post(recall_url, RECALLED).text
    assert "recalled already" in client.post(recall_url, RECALLED | day("decided_on", in_days(-2))).text
    assert offender.recalls.visible_to(practitioner).count() == 1


def test_a_return_before_the_recall_or_a_second_one_is_refused(client, practitioner, offender, sentenced):
    row = RecallFactory(offender=offender)
    client.force_login(practitioner)
    url = f"/people/recalls/{row.reference}/return/"

    assert "on or after the recall" in client.post(url, BACK | day("on", in_days(-9))).text
    client.post(url, BACK)
    assert "recorded already" in client.post(url, BACK).text


def test_a_move_on_which_a_return_rests_is_not_taken_back(client, practitioner, offender, sentenced):
    row = RecallFactory(offender=offender)
    client.force_login(practitioner)
    client.post(f"/people/recalls/{row.reference}/return/", BACK)
    stay = WhereaboutsPeriod.objects.visible_to(practitioner).get()

    response = client.post(f"/people/moves/{stay.reference}/withdraw/", {"withdrawal_reason": "Wrong"})

    assert "rests on this move" in response.text


@pytest.mark.parametrize(("kind", "words"), [("absconded", "Unlawfully at large"), ("deceased", "Deceased")])
def test_people_are_filtered_by_it_and_the_bar_says_it(client, practitioner, offender, kind, words):
    offender.whereabouts = kind
    offender.save()
    client.force_login(practitioner)

    assert "Ashdown, Peter" in client.get(f"/people/?whereabouts={kind}").text
    assert any(
        words in flag["text"] for flag in client.get(f"/people/{offender.reference}/").context["person"]["flags"]
    )


def test_the_verbs_themselves_refuse_those_who_may_not(offender, chair, prison, today):
    recalled = RecallFactory(offender=offender)
    with pytest.raises(PermissionDenied):
        actions.move(offender=offender, move="death", on=today, place="", section="", notes="", by=chair)
    with pytest.raises(PermissionDenied):
        actions.return_to_custody(recalled=recalled, on=today, place="x", by=chair)
    with pytest.raises(PermissionDenied):
        actions.withdraw_move(period=prison, withdrawal_reason="x", by=chair)
