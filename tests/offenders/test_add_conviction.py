"""A conviction, caution or finding is recorded with its sentence, and what it makes the person eligible for is stored."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AccessEvent
from offenders import actions
from offenders.models import Conviction, Disposal, Offence, Term


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/convictions/add/"


def day(name, value):
    parts = (value.day, value.month, value.year) if value else ("", "", "")
    return dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), parts, strict=True))


@pytest.fixture
def good(db):
    return {
        "offence": Offence.objects.get(code="SOA3").pk,
        "schedule_3_met": "True",
        "outcome": "convicted",
        **day("dealt_with_on", date(2024, 3, 1)),
        **day("committed_from", date(2023, 1, 1)),
        **day("committed_until", date(2023, 2, 1)),
        "court": "Luton Crown Court",
        "jurisdiction": "england_and_wales",
        "is_index": "on",
        "kind": "imprisonment",
        "terms": "2 years and 3 months\n6 months",
        "overlap": "3 months",
        "extension": "",
        "discharge": "",
    }


def test_several_terms_are_kept_and_their_aggregate_decides_the_period(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    response = client.post(url, good)

    assert response.headers["Location"] == f"/people/{offender.reference}/sentences/"
    terms = Term.objects.visible_to(practitioner)
    assert [(term.years, term.months) for term in terms] == [(2, 3), (0, 6)]
    basis = offender.bases.visible_to(practitioner).get(category=1)
    assert (basis.starts_on, basis.ends_on) == (date(2024, 3, 1), None)  # 30 months: indefinite


def test_one_month_less_is_ten_years(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"overlap": "4 months"})

    assert offender.bases.visible_to(practitioner).get(category=1).ends_on == date(2034, 2, 28)


def test_an_extension_counts(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"terms": "2 years", "overlap": "", "extension": "6m"})

    assert offender.bases.visible_to(practitioner).get(category=1).ends_on is None


def test_a_conviction_elsewhere_gives_no_basis(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"jurisdiction": "elsewhere"})

    assert not offender.bases.visible_to(practitioner).exists()
    assert Conviction.objects.visible_to(practitioner).get().jurisdiction == "elsewhere"


def test_an_offence_with_a_condition_asks_whether_it_is_met(client, practitioner, offender, url, good):
    client.force_login(practitioner)
    del good["schedule_3_met"]

    response = client.post(url, good)

    field = response.context["form"]["schedule_3_met"]
    assert "victim under 18, or sentence" in field.help_text
    assert field.errors == ["Say whether the conviction counts for registration"]
    assert "Luton Crown Court" in response.text
    assert not Conviction.objects.visible_to(practitioner).exists()


def test_an_offence_without_a_condition_asks_nothing(client, practitioner, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"offence": Offence.objects.get(code="SOA1").pk})

    assert Conviction.objects.visible_to(practitioner).get().schedule_3_met is None


def test_a_condition_that_is_not_met_gives_no_category_1_and_no_requirements(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"schedule_3_met": "False"})

    assert [basis.category for basis in offender.bases.visible_to(practitioner)] == [2]
    assert not offender.requirements.visible_to(practitioner).exists()


@pytest.mark.parametrize(("answer", "categories"), [("True", {1, 2}), ("False", {2})])
def test_what_is_older_than_the_register_counts_if_it_still_ran_then(
    client, practitioner, offender, url, good, answer, categories
):
    rape, old = {"offence": Offence.objects.get(code="SOA1956-1").pk}, day("dealt_with_on", date(1996, 3, 1))
    dates = day("committed_from", None) | day("committed_until", None)
    client.force_login(practitioner)

    asked = client.post(url, good | rape | old | dates | {"schedule_3_met": ""}).context["form"]["schedule_3_met"]
    client.post(url, good | rape | old | dates | {"schedule_3_met": answer})

    assert "1 September 1997" in asked.help_text
    assert {basis.category for basis in offender.bases.visible_to(practitioner)} == categories


def test_a_caution_of_before_the_register_never_counts(client, practitioner, offender, url, good):
    caution = {"outcome": "cautioned", "kind": "caution", "terms": "", "overlap": "", "schedule_3_met": ""}
    dates = day("dealt_with_on", date(1996, 3, 1)) | day("committed_from", None) | day("committed_until", None)
    client.force_login(practitioner)

    client.post(url, good | caution | dates)

    assert Conviction.objects.visible_to(practitioner).get().schedule_3_met is None
    assert not offender.bases.visible_to(practitioner).exists()


def test_an_attempt_is_recorded_as_one(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"inchoate": "attempt"})

    assert "Sexual assault (attempt)" in client.get(f"/people/{offender.reference}/sentences/").text


def test_another_count_of_the_same_is_recorded_with_its_number(client, practitioner, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    assert "If it is another count" in client.post(url, good).text
    client.post(url, good | {"count": "2"})
    client.post(url, good | {"count": "3", "terms": "4 years", "overlap": ""})

    assert [row.count for row in Conviction.objects.visible_to(practitioner).order_by("pk")] == ["", "2", "3"]


def test_the_same_offence_with_another_length_is_not_the_same(client, practitioner, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    client.post(url, good | {"terms": "4 years", "overlap": ""})

    assert Conviction.objects.visible_to(practitioner).count() == 2


def test_enter_saves_unless_the_words_of_the_search_are_new(client, practitioner, url, good):
    client.force_login(practitioner)

    searched = client.post(url, good | {"enter": "1", "find": "robbery", "found_for": ""})
    assert (searched.context["form"].errors, 'name="found_for" value="robbery"' in searched.text) == ({}, True)
    client.post(url, good | {"enter": "1", "find": "robbery", "found_for": "robbery"})

    assert Conviction.objects.visible_to(practitioner).count() == 1


def test_a_caution_is_recorded(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good | {"outcome": "cautioned", "kind": "caution", "terms": "", "overlap": "", "court": ""})

    assert offender.bases.visible_to(practitioner).get().ends_on == date(2026, 2, 28)


def test_it_is_recorded_and_told_without_the_offence(client, practitioner, offender, url, good):
    client.force_login(practitioner)

    client.post(url, good)

    entry = offender.timeline.visible_to(practitioner).get(title__startswith="Conviction")
    assert (entry.title, entry.text) == ("Conviction, caution or finding recorded", "")
    assert AccessEvent.objects.get(event="conviction.added").detail == {"outcome": "convicted"}


def test_finding_an_offence_shortens_the_list_and_keeps_what_was_typed(client, practitioner, url, good):
    client.force_login(practitioner)

    response = client.post(url, good | {"find": "robbery", "search": "1"})

    codes = {offence.code for offence in response.context["form"].fields["offence"].queryset}
    assert codes == {"ROBBERY", "SOA3"}
    assert "Luton Crown Court" in response.text
    assert not Conviction.objects.visible_to(practitioner).exists()


def test_finding_nothing_leaves_the_whole_list(client, practitioner, url):
    client.force_login(practitioner)

    response = client.post(url, {"find": "zzz", "search": "1"})

    assert response.context["form"].found == 0
    assert response.context["form"].fields["offence"].queryset.count() > 100
    assert "There is a problem" not in response.text


def test_the_same_is_not_recorded_twice(client, practitioner, url, good):
    client.force_login(practitioner)
    client.post(url, good)

    response = client.post(url, good)

    assert "recorded this already" in response.text
    assert Conviction.objects.visible_to(practitioner).count() == 1


@pytest.mark.parametrize("person", ["chair", "victim_liaison", "housing"])
def test_who_sees_the_case_but_may_not_is_refused(client, request, granted, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 403
    assert client.post(url, good).status_code == 403
    assert not Conviction._base_manager.exists()


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_the_case_exists(client, request, url, good, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404
    assert client.post(url, good).status_code == 404


BAD = {
    "no offence": ({"offence": ""}, "offence", "Choose the offence"),
    "a conviction before birth": (day("dealt_with_on", date(1980, 1, 1)), "dealt_with_on", "after the date of birth"),
    "an offence after the conviction": (day("committed_from", date(2024, 3, 2)), "committed_from", "before the conv"),
    "an offence before birth": (day("committed_from", date(1980, 1, 1)), "committed_from", "after the date of birth"),
    "an end before a start": (day("committed_until", date(2022, 1, 1)), "committed_until", "on or after the day"),
    "an end without a start": (day("committed_from", None), "committed_until", "first day"),
    "a sentence before the conviction": (day("imposed_on", date(2024, 2, 1)), "imposed_on", "on or after the date"),
    "a sentence to come": (day("imposed_on", date(2090, 2, 1)), "imposed_on", "in the past"),
    "a licence before the sentence": (day("ends_on", date(2024, 2, 1)), "ends_on", "must end after"),
    "no term": ({"terms": "", "overlap": ""}, "terms", "Enter the length of the sentence"),
    "a term on a fine": ({"kind": "fine", "overlap": ""}, "terms", "This sentence has no length"),
    "a term on a community order": ({"kind": "community_order", "overlap": ""}, "terms", "has no length"),
    "an overlap too long": ({"overlap": "7 months"}, "overlap", "cannot be longer"),
    "an overlap of one term": ({"terms": "2 years"}, "overlap", "two terms or more"),
    "a suspended fine": ({"kind": "fine", "terms": "", "overlap": "", "suspended": "on"}, "suspended", "Only impri"),
    "an extended fine": ({"kind": "fine", "terms": "", "overlap": "", "extension": "1y"}, "extension", "Only impri"),
    "a discharge without a period": (
        {"kind": "conditional_discharge", "terms": "", "overlap": ""},
        "discharge",
        "Enter the period",
    ),
    "a period without a discharge": ({"discharge": "1 year"}, "discharge", "Only a conditional discharge"),
    "a caution of the court": ({"kind": "caution", "terms": "", "overlap": ""}, "kind", "A caution is both"),
    "words for a length": ({"terms": "a long time"}, "terms", "as years, months and days"),
    "a length of nothing": ({"terms": "0 years"}, "terms", "as years, months and days"),
    "a unit twice": ({"terms": "1 year 2 years"}, "terms", "as years, months and days"),
    "a negative length": ({"terms": "-1 year"}, "terms", "as years, months and days"),
    "too many terms": ({"terms": "1 day\n" * 21}, "terms", "at most 20"),
}


@pytest.mark.parametrize(("change", "field", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_told_at_its_field_and_nothing_is_written(client, practitioner, url, good, change, field, message):
    client.force_login(practitioner)

    response = client.post(url, good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "<title>Error:" in response.text
    assert "Luton Crown Court" in response.text or "court" in change
    assert not Conviction._base_manager.exists()
    assert not Disposal._base_manager.exists()


def test_what_is_wrong_with_both_is_told_at_once(client, practitioner, url, good):
    client.force_login(practitioner)

    response = client.post(url, good | {"terms": "", "overlap": ""} | day("dealt_with_on", date(2090, 1, 1)))

    assert {"terms", "dealt_with_on"} <= set(response.context["form"].errors)


def test_the_verb_itself_refuses_those_who_may_not(offender, chair):
    with pytest.raises(PermissionDenied):
        actions.add_conviction(offender=offender, by=chair)
