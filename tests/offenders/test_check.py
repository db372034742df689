"""The Check pages: staff ask the law, read the answer with its authority, and nothing is stored."""

import pytest

from agencies.models import Standard
from audit.models import AccessEvent
from offenders.models import Offence, Offender
from tests.offenders.rules.conftest import BACKEND

RULES = [
    "category",
    "notification-period",
    "deadlines",
    "premises",
    "level",
    "review-due",
    "child-disclosure",
    "identifiers",
    "working-days",
]


def day(name, text):
    """A date as its three boxes send it."""
    year, month, number = text.split("-")
    return {f"{name}_day": number, f"{name}_month": month, f"{name}_year": year}


PERIOD = {
    **day("born_on", "1980-01-01"),
    **day("dealt_with_on", "2020-06-01"),
    "regime": "SOA2003",
    "disposal": "imprisonment",
    "term_months": "18",
}
LEVEL = {"category": "2", "proposed_level": "2", "rosh": "3", "adds_value": "on"}


@pytest.fixture
def bob(client, practitioner):
    client.force_login(practitioner, backend=BACKEND)
    return client


@pytest.fixture
def category(today):
    offence = Offence.objects.get(code="OAPA20")
    return {
        **day("born_on", "1980-01-01"),
        **day("dealt_with_on", f"{today.year - 1}-06-01"),
        "offence": offence.pk,
        "outcome": "convicted",
        "jurisdiction": "england_and_wales",
        "disposal": "imprisonment",
        "term_months": "12",
    }


def test_the_service_navigation_leads_to_every_check(bob):
    page = bob.get("/check/")

    assert '<a class="govuk-service-navigation__link" href="/check/"' in page.text
    assert '<a class="govuk-service-navigation__link" href="/offences/"' in page.text
    assert [rule for rule in RULES if f'href="/check/{rule}/"' not in page.text] == []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("person", ["lay_adviser", "board_member", "administrator"])
def test_who_sees_no_case_checks_nothing(client, request, person, rule):
    client.force_login(request.getfixturevalue(person), backend=BACKEND)

    assert client.get(f"/check/{rule}/").status_code == 403
    assert client.post(f"/check/{rule}/", LEVEL).status_code == 403
    assert "/check/" not in client.get("/").text


def test_the_category_is_told_with_its_limb_and_authority(bob, category):
    page = bob.post("/check/category/", category).text

    assert str(Offender.Category.VIOLENT.label) in page
    assert "Category 2, s.327(3)" in page
    assert "Authority: Criminal Justice Act 2003 ss.325(2) and 327." in page


def test_who_is_not_eligible_by_law_may_be_by_decision(bob, category):
    page = bob.post("/check/category/", category | {"term_months": "11", "term_days": "30"}).text

    assert "Not eligible today by law" in page
    assert "The Responsible Authority could decide" in page


def test_an_offence_in_no_schedule_can_be_checked(bob, category):
    assert "Not eligible today by law" in bob.post("/check/category/", category | {"offence": ""}).text


def test_the_notification_period_is_told_with_its_last_day(bob):
    page = bob.post("/check/notification-period/", PERIOD).text

    assert "Must notify until 31 May 2030, that day included" in page
    assert "Authority: Sexual Offences Act 2003 s.82(1) and (6)." in page


def test_custody_stops_the_clock_for_terrorist_offenders_only(bob):
    custody = {"custody": "1/6/2020 to 30/11/2020\n1/12/2020 to 31/5/2021"}

    for regime, until in (("SOA2003", "31 May 2030"), ("CTA2008", "31 May 2031")):
        assert (
            f"Must notify until {until}"
            in bob.post("/check/notification-period/", PERIOD | custody | {"regime": regime}).text
        )


def test_some_must_notify_without_end_and_some_not_at_all(bob):
    forever, never = {"term_months": "30"}, {"regime": "CTA2008", "disposal": "fine", "term_months": ""}

    assert "Must notify without end" in bob.post("/check/notification-period/", PERIOD | forever).text
    assert "The requirements do not apply" in bob.post("/check/notification-period/", PERIOD | never).text


DEADLINES = [
    ("conviction", day("on", "2026-03-01"), "Due by 3 March 2026"),
    ("periodic", day("last_notified_on", "2025-03-01"), "Due by 1 March 2026"),
    ("periodic", day("last_notified_on", "2026-03-01") | {"no_fixed_abode": "on"}, "Due by 8 March 2026"),
    ("advance_notice", day("expected_on", "2026-03-10") | day("happened_on", "2026-03-10"), "Nothing more is due"),
    ("advance_notice", day("expected_on", "2026-03-10") | day("not_happened_by", "2026-03-20"), "Due by 15 March 2026"),
    ("indefinite_review", day("first_notified_on", "2010-05-04"), "An application may be made from 4 May 2025"),
    ("indefinite_review_refused", day("on", "2020-05-04"), "An application may be made from 4 May 2028"),
]


@pytest.mark.parametrize(("event", "facts", "words"), DEADLINES)
def test_each_event_has_its_deadline(bob, event, facts, words):
    assert words in bob.post(f"/check/deadlines/?event={event}", facts).text


def test_the_event_is_chosen_first_and_asks_only_for_its_own_facts(bob):
    chooser, facts = bob.get("/check/deadlines/"), bob.get("/check/deadlines/?event=periodic")

    assert ('name="event"' in chooser.text, 'method="get"' in chooser.text) == (True, True)
    assert list(facts.context["form"].fields) == ["last_notified_on", "no_fixed_abode", "released_on"]


@pytest.mark.parametrize("asked", ["?ask=1", "?event=party", "?event="])
def test_no_event_is_asked_for_again(bob, asked):
    page = bob.get(f"/check/deadlines/{asked}")

    assert page.context["form"].errors["event"]


def test_the_level_is_open_or_not_with_the_reason(bob):
    assert "Level 2 is open" in bob.post("/check/level/", LEVEL).text
    assert "Level 2 is not open" in bob.post("/check/level/", LEVEL | {"rosh": "1"}).text
    assert "Level 1 is not open" in bob.post("/check/level/", LEVEL | {"category": "3", "proposed_level": "1"}).text


def test_a_number_is_right_or_its_letter_is_told(bob):
    assert "1981/0000034U" in bob.post("/check/identifiers/", {"kind": "pnc", "value": "81/34u"}).text
    wrong = bob.post("/check/identifiers/", {"kind": "cro", "value": "SF80/655108T"}).text
    assert "The number is not valid" in wrong
    assert "the last letter would be V, not T" in wrong


def test_working_days_are_counted(bob):
    asked = {**day("first", "2026-12-24"), "days": "1", "nation": "wales"}

    assert "29 December 2026" in bob.post("/check/working-days/", asked).text


REFUSED = [
    ("notification-period", PERIOD | day("dealt_with_on", "1979-06-01"), "dealt_with_on"),
    ("notification-period", PERIOD | {"term_months": ""}, "term_years"),
    ("notification-period", PERIOD | {"disposal": "caution"}, "term_years"),
    ("notification-period", PERIOD | {"disposal": "conditional_discharge", "term_months": ""}, "term_years"),
    ("notification-period", PERIOD | {"term_months": "-1"}, "term_months"),
    ("notification-period", PERIOD | {"term_months": "9" * 30}, "term_months"),
    ("notification-period", PERIOD | {"regime": "SOA"}, "regime"),
    ("notification-period", PERIOD | {"custody": "since July"}, "custody"),
    ("notification-period", PERIOD | {"custody": "2/7/2020 to 1/7/2020"}, "custody"),
    ("deadlines/?event=conviction", day("on", "2026-02-30"), "on"),
    ("deadlines/?event=advance_notice", day("expected_on", "2026-03-10"), "happened_on"),
    ("level", LEVEL | {"rosh": "5"}, "rosh"),
    ("level", LEVEL | {"category": ""}, "category"),
    ("identifiers", {"kind": "pnc", "value": ""}, "value"),
    ("identifiers", {"kind": "pnc", "value": "\x00"}, "value"),
    ("identifiers", {"kind": "passport", "value": "7"}, "kind"),
    ("working-days", {**day("first", "2026-12-24"), "days": "0", "nation": "wales"}, "days"),
    ("working-days", {**day("first", "2026-12-24"), "days": "ten", "nation": "wales"}, "days"),
    ("working-days", {**day("first", "2099-12-24"), "days": "10", "nation": "wales"}, "first"),
]


@pytest.mark.parametrize(("rule", "asked", "field"), REFUSED)
def test_what_makes_no_sense_is_refused_at_its_box_and_kept(bob, rule, asked, field):
    page = bob.post(f"/check/{rule}" if "?" in rule else f"/check/{rule}/", asked)

    assert list(page.context["form"].errors) == [field]
    assert page.context["answer"] is None
    assert page.context["form"].data.dict() == {name: str(text) for name, text in asked.items()}
    assert "There is a problem" in page.text


def test_what_was_typed_stands_in_its_box_again(bob):
    page = bob.post("/check/identifiers/", {"kind": "passport", "value": "<81/34U>"})

    assert 'value="&lt;81/34U&gt;"' in page.text


def test_a_licence_does_not_end_before_the_sentence(bob, category, today):
    page = bob.post("/check/category/", category | day("licence_ended_on", f"{today.year - 2}-06-01"))

    assert list(page.context["form"].errors) == ["licence_ended_on"]


def test_the_category_is_the_first_in_the_order_of_the_country(bob, category):
    Standard.objects.filter(name="category_4_rank", area=None).update(value=1)

    page = bob.post("/check/category/", category | {"terrorism_notification": "on"}).text

    assert str(Offender.Category.TERRORIST.label) in page


def test_a_condition_of_schedule_3_is_asked_about(bob, category):
    assault = category | {"offence": Offence.objects.get(code="SOA66").pk, "disposal": "fine", "term_months": ""}

    assert "Category 1, s.327(2)" in bob.post("/check/category/", assault).text
    assert "Not eligible today" in bob.post("/check/category/", assault | {"schedule_3_met": "no"}).text


def test_what_is_older_than_the_register_counts_where_it_still_ran(bob, category):
    rape = {"offence": Offence.objects.get(code="SOA1").pk, "disposal": "life", "term_months": ""}
    old = category | rape | day("dealt_with_on", "1997-08-31")

    assert "Category 1, s.327(2)" not in bob.post("/check/category/", old).text
    assert "Category 1, s.327(2)" in bob.post("/check/category/", old | {"schedule_3_met": "yes"}).text


def test_a_caution_is_a_caution_in_both_answers(bob, category):
    page = bob.post("/check/category/", category | {"outcome": "cautioned"})

    assert list(page.context["form"].errors) == ["disposal"]


def test_only_the_visit_is_recorded_and_never_what_was_asked(bob):
    bob.post("/check/identifiers/", {"kind": "pnc", "value": "81/34U"})

    event = AccessEvent.objects.get(event="offenders.check_rule.sent")
    assert "34U" not in str({name: getattr(event, name) for name in [f.attname for f in event._meta.fields]})


def test_a_check_costs_the_same_whatever_is_asked(bob, category, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        bob.post("/check/category/", category)


def test_further_terms_are_added_and_what_runs_together_is_taken_off(bob):
    asked = PERIOD | {"more_terms": "18 months\n1 year and 6 months", "overlap": "24 months"}

    page = bob.post("/check/notification-period/", asked).text

    assert "Must notify without end" in page
    assert "without end" not in bob.post("/check/notification-period/", asked | {"overlap": "25 months"}).text


@pytest.mark.parametrize(
    ("more", "told"), [("2y6m", "without end"), ("26 weeks", "31 May 2030"), ("2 years and 6 months", "without end")]
)
def test_lengths_are_read_as_the_record_reads_them(bob, more, told):
    assert told in bob.post("/check/notification-period/", PERIOD | {"term_months": "1", "more_terms": more}).text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"more_terms": "30 minutes"}, "more_terms", "Line 1 is not understood"),
        ({"more_terms": "2 decades"}, "more_terms", "Line 1 is not understood"),
        ({"more_terms": "18 months\na while"}, "more_terms", "Line 2 is not understood"),
        ({"more_terms": "\n".join(["1 day"] * 51)}, "more_terms", "no more than 50 lines"),
        ({"overlap": "3 years"}, "overlap", "cannot be longer than the terms"),
        ({"disposal": "fine", "term_months": "", "suspended": "on"}, "suspended", "can be suspended"),
        ({"disposal": "fine", "term_months": "", "extension": "1 year"}, "extension", "can be extended"),
    ],
)
def test_terms_that_make_no_sense_are_refused_and_stay_on_the_page(bob, change, field, message):
    page = bob.post("/check/notification-period/", PERIOD | change)

    assert message in " ".join(page.context["form"].errors[field])
    assert all(line in page.text for line in change.get(field, "").splitlines() if line != "on")


def test_stays_that_come_to_seven_days_must_be_notified(bob):
    page = bob.post("/check/premises/", {"stays": "3/4/2026 to 6/4/2026\n1.12.2026 until 3.12.2026"}).text

    assert "the qualifying period was reached on 3 December 2026" in page
    assert "Need not be notified yet" in bob.post("/check/premises/", {"stays": "3/4/2026 to 6/4/2026"}).text


@pytest.mark.parametrize(
    "stays", ["", "next week", "31/2/2026 to 3/3/2026", "6/4/2026 to 3/4/2026", "1/1/9999 to 9/1/9999"]
)
def test_stays_that_are_not_understood_are_refused(bob, stays):
    page = bob.post("/check/premises/", {"stays": stays})

    assert page.context["form"].errors["stays"]
    assert stays in page.text


def test_the_next_review_is_told_with_its_standard(bob):
    page = bob.post("/check/review-due/", {"level": "3", "area": "", **day("last_reviewed_on", "2026-11-02")}).text

    assert "By 28 December 2026" in page
    assert "Level 3 is reviewed at least every 8 weeks" in page


def test_a_review_before_any_standard_is_refused(bob):
    page = bob.post("/check/review-due/", {"level": "3", "area": "", **day("last_reviewed_on", "1901-11-02")})

    assert "No standard was in force" in page.text


@pytest.mark.parametrize(
    ("ticked", "headline"),
    [
        ({}, "This duty does not apply"),
        ({"child_sex_offender": "on"}, "Must be considered"),
        (
            {"child_sex_offender": "on", "serious_harm_to_children": "on", "necessary": "on"},
            "Must be considered, and is presumed",
        ),
    ],
)
def test_the_duty_to_consider_disclosure_is_told(bob, ticked, headline):
    page = bob.post("/check/child-disclosure/", ticked | {"csrf": "x"})

    assert page.context["answer"].headline == headline
    assert "Criminal Justice Act 2003 s.327A" in page.text
