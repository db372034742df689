"""A fact that changes works everything out again that rests on it: requirements, deadlines, the category. Nothing ends unseen."""

from datetime import date

import pytest

from offenders import actions
from offenders.actions import requirements
from offenders.models import CategoryProposal, NotificationRequirement
from tests.factories import ConvictionFactory, OffenceFactory, in_days
from tests.offenders.notifying import begin, notify, open_dues, sexual


def musts(user):
    return NotificationRequirement.objects.visible_to(user)


def bases(offender, user):
    rows = offender.bases.visible_to(user).standing()
    return {(row.limb, row.starts_on, row.ends_on) for row in rows}


def moved(offender, by, kind, on, place=""):
    actions.move(offender=offender, move=kind, on=on, place=place, section="", notes="", by=by)


def quash(conviction, by):
    about = {"set_aside_court": "Court of Appeal", "set_aside_reason": "Unsafe"}
    return actions.quash(conviction=conviction, set_aside_on=date(2024, 6, 1), **about, by=by)


def correct(conviction, by, **change):
    found = {
        "offence": conviction.offence,
        "outcome": "convicted",
        "dealt_with_on": conviction.dealt_with_on,
        "committed_from": None,
        "committed_until": None,
        "court": "Luton Crown Court",
        "jurisdiction": "england_and_wales",
        "is_index": True,
    } | change
    return actions.correct_conviction(conviction=conviction, correction_reason="Wrong day", by=by, **found)


def order_of(offender, by):
    return {
        "offender": offender,
        "regime": "SOA2003",
        "basis": "notification_order",
        "basis_words": "",
        "by": by,
        "lasts": "sentence",
        "disposal": "community_order",
        "order_ends_on": None,
        "term_years": 0,
        "term_months": 0,
        "term_days": 0,
    }


# Begun by law.


def test_whatever_changes_first_begins_what_a_conviction_gives_by_law(offender, practitioner):
    conviction = sexual(offender)

    moved(offender, practitioner, "abscond", date(2024, 3, 2))

    row = musts(practitioner).get()
    assert (row.conviction, row.last_day) == (conviction, date(2029, 2, 28))
    assert open_dues(offender, practitioner) == {"initial": date(2024, 3, 3)}


def test_it_is_begun_once_and_not_again_after_somebody_ended_it(offender, practitioner):
    row = begin(offender, practitioner)
    how = {"end_reason": "quashed", "end_words": ""}
    requirements.end_requirement(requirement=row, ended_on=date(2024, 6, 1), by=practitioner, **how)

    requirements.recompute(offender=offender, by=practitioner)

    assert musts(practitioner).get().ended_on == date(2024, 6, 1)


def test_what_is_long_over_is_not_begun(offender, practitioner):
    sexual(offender, dealt_with_on=date(2001, 3, 1))

    requirements.recompute(offender=offender, by=practitioner)

    assert not musts(practitioner).exists()


def test_a_conviction_elsewhere_begins_nothing(offender, practitioner):
    sexual(offender, jurisdiction="elsewhere")

    requirements.recompute(offender=offender, by=practitioner)

    assert not musts(practitioner).exists()


# Corrected and quashed.


def test_requirements_follow_the_correction_of_their_conviction(offender, practitioner):
    row = begin(offender, practitioner)
    notify(row, practitioner)

    new = correct(row.conviction, practitioner, dealt_with_on=date(2024, 2, 1))

    row = musts(practitioner).get()
    assert (row.conviction, row.relevant_on, row.last_day, row.doubt) == (new, date(2024, 2, 1), date(2029, 1, 31), "")
    assert "initial" not in open_dues(offender, practitioner)


def test_a_correction_by_which_nothing_gives_them_is_put_before_a_person(offender, practitioner):
    row = begin(offender, practitioner)

    correct(row.conviction, practitioner, offence=OffenceFactory())

    row = musts(practitioner).get()
    assert (row.doubt, row.ended_on) == ("none", None)
    assert open_dues(offender, practitioner)["check"] == row.doubt_until


def test_corrected_back_nothing_is_to_be_checked(offender, practitioner):
    row = begin(offender, practitioner)
    wrong = correct(row.conviction, practitioner, offence=OffenceFactory())

    right = correct(wrong, practitioner, offence=row.conviction.offence)

    row = musts(practitioner).get()
    assert (row.conviction, row.doubt) == (right, "")
    assert "check" not in open_dues(offender, practitioner)


def test_requirements_of_a_quashed_conviction_stand_until_a_person_ends_them(client, offender, practitioner):
    row = begin(offender, practitioner)

    quash(row.conviction, practitioner)

    assert (musts(practitioner).get().doubt, musts(practitioner).get().ended_on) == ("quashed", None)
    client.force_login(practitioner)
    text = client.get(f"/people/{offender.reference}/notification/").text
    assert "The conviction was quashed." in text
    assert "Record a breach of" not in text


def test_once_a_person_ended_them_nothing_is_due(offender, practitioner):
    row = begin(offender, practitioner)
    quash(row.conviction, practitioner)

    how = {"end_reason": "quashed", "end_words": ""}
    requirements.end_requirement(requirement=row, ended_on=date(2024, 6, 1), by=practitioner, **how)

    assert open_dues(offender, practitioner) == {}
    assert musts(practitioner).get().doubt == ""


def test_a_date_of_birth_put_right_halves_the_period(offender, practitioner):
    begin(offender, practitioner)
    day = date(2008, 1, 1)

    actions.change_birth(offender=offender, first=day, last=day, precision="day", source="Passport", by=practitioner)

    assert musts(practitioner).get().last_day == date(2026, 8, 31)
    assert ("s.327(2)", date(2024, 3, 1), date(2026, 8, 31)) in bases(offender, practitioner)


# Requirements and the category agree.


def test_the_basis_ends_when_the_indefinite_requirements_ended_on_review(offender, practitioner):
    row = begin(offender, practitioner, dealt_with_on=date(2005, 3, 1), disposal="imprisonment", term_months=40)
    notify(row, practitioner, on=date(2005, 3, 2))
    review = requirements.apply_for_review(requirement=row, applied_on=in_days(-9), by=practitioner)

    ends = {"determined_on": in_days(-1), "outcome": "ends", "reasons": "Low risk", "next_on": None}
    requirements.determine_review(review=review, by=practitioner, **ends)

    assert ("s.327(2)", date(2005, 3, 1), in_days(-1)) in bases(offender, practitioner)


def test_a_notification_order_gives_category_1_and_says_so(client, offender, practitioner):
    requirements.begin_by_hand(relevant_on=date(2025, 1, 10), **order_of(offender, practitioner))

    basis = offender.bases.visible_to(practitioner).standing().get()
    assert (basis.category, basis.limb, basis.ends_on) == (1, "s.327(2)", date(2030, 1, 9))
    client.force_login(practitioner)
    text = client.get(f"/people/{offender.reference}/category/").text
    assert "Notification requirements since 10 January 2025: Notification order" in text


def test_the_terrorism_act_gives_its_own_limb_for_as_long_as_it_runs(offender, practitioner):
    offence = OffenceFactory(relevant_terrorist=True)
    row = ConvictionFactory(offender=offender, offence=offence, dealt_with_on=date(2024, 3, 1), term_months=60)

    requirements.begin_notification(offender=offender, conviction=row, by=practitioner)

    assert ("s.327(4C)", date(2024, 3, 1), date(2039, 2, 28)) in bases(offender, practitioner)


def test_what_is_to_be_checked_gives_no_category(offender, practitioner):
    row = begin(offender, practitioner)

    quash(row.conviction, practitioner)

    assert bases(offender, practitioner) == set()


# Where the person is.


def test_moved_from_prison_to_prison_nobody_was_released(offender, practitioner):
    row = begin(offender, practitioner, disposal="imprisonment", term_months=40)
    notify(row, practitioner)
    moved(offender, practitioner, "reception", date(2024, 4, 1), "HMP One")
    moved(offender, practitioner, "transfer", date(2024, 5, 1), "HMP Two")

    assert "release" not in open_dues(offender, practitioner)

    moved(offender, practitioner, "release", date(2025, 4, 1))
    assert open_dues(offender, practitioner)["release"] == date(2025, 4, 3)


def test_an_escape_is_no_release(offender, practitioner):
    row = begin(offender, practitioner, disposal="imprisonment", term_months=40)
    notify(row, practitioner)
    moved(offender, practitioner, "reception", date(2024, 4, 1), "HMP One")

    moved(offender, practitioner, "abscond", date(2024, 5, 1))

    assert "release" not in open_dues(offender, practitioner)


def test_whoever_was_released_first_was_held_before_since_the_sentence(offender, practitioner):
    begin(offender, practitioner, disposal="imprisonment", term_months=10)

    moved(offender, practitioner, "release", date(2024, 8, 1))

    assert open_dues(offender, practitioner) == {"initial": date(2024, 8, 3)}


def test_immigration_detention_is_a_place_too(offender, practitioner):
    begin(offender, practitioner)

    moved(offender, practitioner, "detention", date(2024, 3, 2), "Removal centre")

    assert open_dues(offender, practitioner) == {}


@pytest.fixture
def dead(offender, practitioner):
    begin(offender, practitioner)
    moved(offender, practitioner, "death", date(2024, 7, 1))


def test_for_the_dead_only_the_end_is_due(dead, offender, practitioner):
    row = musts(practitioner).get()
    assert (row.doubt, row.ended_on) == ("died", None)
    assert set(open_dues(offender, practitioner)) == {"check"}


def test_a_death_proposes_the_end_and_confirming_it_records_the_death(dead, offender, coordinator):
    proposal = CategoryProposal.objects.visible_to(coordinator).open().get()
    assert (proposal.kind, proposal.explanation) == ("exit", "The person is recorded as deceased.")

    no = {"level": None, "meetings_add_value": False, "exceptional": False, "senior_needed": False}
    actions.confirm_proposal(proposal=proposal, reason="Certificate seen", by=coordinator, **no)

    offender.refresh_from_db(from_queryset=type(offender).objects.visible_to(coordinator))
    assert offender.ended_on == in_days(0)
    assert offender.category_decisions.visible_to(coordinator).get().kind == "died"


def test_a_death_taken_back_as_wrong_withdraws_the_proposal(dead, offender, practitioner):
    period = offender.whereabouts_periods.visible_to(practitioner).standing().first()

    actions.withdraw_move(period=period, withdrawal_reason="Another person", by=practitioner)

    open_ones = CategoryProposal.objects.visible_to(practitioner).open()
    assert not open_ones.filter(facts="deceased").exists()
    assert musts(practitioner).get().doubt == ""
    assert open_dues(offender, practitioner) == {"initial": date(2024, 3, 3)}


# Another name, another home.


def moves_house(offender, by, on, **more):
    answers = {"kind": "home", "address": "4 Example Street, Luton", "postcode": "", "notes": "", "until": None} | more
    return actions.add_address(offender=offender, ends_present=True, from_on=on, by=by, **answers)


@pytest.fixture
def registered(offender, practitioner):
    """Told the police of the first home on 2 March 2024."""
    row = begin(offender, practitioner)
    notify(row, practitioner)
    return row


def changes(offender, user):
    rows = offender.notification_dues.visible_to(user).open().filter(what="change")
    return [(row.due_on, row.authority) for row in rows]


def test_a_home_that_changed_is_to_be_notified_within_three_days(registered, offender, practitioner):
    moves_house(offender, practitioner, date(2024, 6, 10))

    assert changes(offender, practitioner) == [(date(2024, 6, 12), "Sexual Offences Act 2003 s.84(1)(b)")]


def test_a_changed_name_is_to_be_notified_from_its_first_use(registered, offender, practitioner):
    name = {"surname": "Blackwood", "forenames": "Peter", "from_on": date(2024, 6, 10)}

    actions.change_name(offender=offender, **name, by=practitioner)

    assert changes(offender, practitioner) == [(date(2024, 6, 12), "Sexual Offences Act 2003 s.84(1)(a)")]


def test_a_corrected_name_is_no_change(registered, offender, practitioner):
    actions.correct_name(offender=offender, surname="Blackwood", forenames="Peter", by=practitioner)

    assert changes(offender, practitioner) == []


def test_another_name_is_to_be_notified_from_its_first_use(registered, offender, practitioner):
    actions.add_alias(
        offender=offender, surname="Larch", forenames="", kind="deed_poll", from_on=date(2024, 6, 10), by=practitioner
    )

    assert changes(offender, practitioner) == [(date(2024, 6, 12), "Sexual Offences Act 2003 s.84(1)(a)")]


@pytest.mark.parametrize("kind", ["birth", "maiden", "former", "nickname"])
def test_a_name_of_before_is_no_change(registered, offender, practitioner, kind):
    actions.add_alias(
        offender=offender, surname="Larch", forenames="", kind=kind, from_on=date(2024, 6, 10), by=practitioner
    )

    assert changes(offender, practitioner) == []


@pytest.mark.parametrize(
    ("kind", "days"),
    [("address", {"happened_on": date(2024, 6, 10)}), ("periodic", {})],
)
def test_once_it_is_notified_it_is_due_no_more(registered, offender, practitioner, kind, days):
    moves_house(offender, practitioner, date(2024, 6, 10))

    notify(registered, practitioner, kind=kind, on=date(2024, 6, 11), what="New home", **days)

    assert changes(offender, practitioner) == []


@pytest.mark.parametrize("day", [9, 10, 12])
def test_told_in_advance_it_is_not_asked_for_again(registered, offender, practitioner, day):
    expected = {"expected_on": date(2024, 6, 10)}
    notify(registered, practitioner, kind="address", on=date(2024, 6, 1), what="Moves soon", **expected)

    moves_house(offender, practitioner, date(2024, 6, day))

    assert changes(offender, practitioner) == []


def test_a_notice_that_named_another_week_does_not_count(registered, offender, practitioner):
    expected = {"expected_on": date(2024, 6, 10)}
    notify(registered, practitioner, kind="address", on=date(2024, 6, 1), what="Moves soon", **expected)

    moves_house(offender, practitioner, date(2024, 6, 20))

    assert changes(offender, practitioner) == [(date(2024, 6, 22), "Sexual Offences Act 2003 s.84(1)(b)")]


def test_what_somebody_else_was_told_does_not_tell_the_new_home(registered, offender, practitioner):
    moves_house(offender, practitioner, date(2024, 6, 10))

    notify(registered, practitioner, kind="money", on=date(2024, 6, 20), what="A card", happened_on=date(2024, 6, 19))

    assert [due for due, _authority in changes(offender, practitioner)] == [date(2024, 6, 12)]


def test_the_home_that_was_recorded_before_the_first_notification_is_part_of_it(offender, practitioner):
    row = begin(offender, practitioner)
    moves_house(offender, practitioner, date(2024, 3, 2))

    notify(row, practitioner)

    assert changes(offender, practitioner) == []


def test_a_home_recorded_by_mistake_is_not_asked_for(registered, offender, practitioner):
    home = moves_house(offender, practitioner, date(2024, 6, 10))

    actions.withdraw_fact(fact=home, because="Of somebody else", by=practitioner)

    assert changes(offender, practitioner) == []


def test_the_day_of_a_move_put_right_moves_the_deadline(registered, offender, practitioner):
    home = moves_house(offender, practitioner, date(2024, 6, 10))

    actions.correct_fact(fact=home, from_on=date(2024, 6, 20), by=practitioner)

    assert [due for due, _authority in changes(offender, practitioner)] == [date(2024, 6, 22)]


def test_where_somebody_is_held_or_stays_besides_is_no_new_home(registered, offender, practitioner):
    moves_house(offender, practitioner, date(2024, 6, 10), kind="temporary")

    assert changes(offender, practitioner) == []


def test_whoever_need_not_notify_is_asked_nothing(offender, practitioner):
    moves_house(offender, practitioner, date(2024, 6, 10))

    assert open_dues(offender, practitioner) == {}
