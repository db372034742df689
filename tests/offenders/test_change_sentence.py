"""What is recorded of a conviction is corrected, added to, varied and quashed; nothing is overwritten."""

from datetime import date

import pytest

from offenders import actions
from offenders.actions import requirements
from offenders.models import Conviction, Disposal, Offence, Term
from tests.factories import ConvictionFactory, DisposalFactory, TermFactory, in_days
from tests.offenders.test_add_conviction import day


@pytest.fixture
def conviction(offender):
    return ConvictionFactory(offender=offender, court="Luton Crown Court")


@pytest.fixture
def sentence(offender, conviction):
    disposal = DisposalFactory(offender=offender, conviction=conviction)
    TermFactory(offender=offender, disposal=disposal, months=11)
    return disposal


@pytest.fixture
def right(conviction):
    return {
        "offence": conviction.offence.pk,
        "outcome": "convicted",
        **day("dealt_with_on", date(2024, 2, 1)),
        "court": "St Albans Crown Court",
        "jurisdiction": "england_and_wales",
        "correction_reason": "Wrong court",
    }


@pytest.fixture
def imposed():
    return {
        "replaced_why": "varied",
        "replaced_court": "Court of Appeal",
        "replacement_reason": "Unduly lenient",
        "kind": "imprisonment",
        "terms": "18 months",
    }


QUASHED = {**day("set_aside_on", in_days(-1)), "set_aside_court": "Court of Appeal", "set_aside_reason": "Unsafe"}


def at(row, verb):
    return f"/people/{'convictions' if isinstance(row, Conviction) else 'disposals'}/{row.reference}/{verb}/"


def test_a_correction_is_a_new_row_with_the_sentence_as_it_stands(client, practitioner, conviction, sentence, right):
    client.force_login(practitioner)

    client.post(at(conviction, "correct"), right)

    new = Conviction.objects.visible_to(practitioner).in_force().with_sentence(practitioner).get()
    assert (new.corrects, new.court, new.added_by) == (conviction, "St Albans Crown Court", practitioner)
    disposal = new.disposals.all()[0]
    assert ([term.months for term in disposal.terms.all()], disposal.imposed_on) == ([11], date(2024, 2, 1))
    old = Conviction.objects.visible_to(practitioner).get(pk=conviction.pk)
    assert (old.court, old.dealt_with_on) == ("Luton Crown Court", date(2024, 3, 1))


@pytest.mark.parametrize("corrected", [date(2024, 2, 1), date(2024, 3, 20)])
def test_a_sentence_of_a_later_day_keeps_it(client, practitioner, offender, conviction, right, corrected):
    DisposalFactory(offender=offender, conviction=conviction, imposed_on=date(2024, 4, 1))
    client.force_login(practitioner)

    client.post(at(conviction, "correct"), right | day("dealt_with_on", corrected))

    assert Disposal.objects.visible_to(practitioner).in_force().get().imposed_on == date(2024, 4, 1)


def test_a_correction_by_another_system_keeps_what_it_does_not_know(offender, practitioner, conviction):
    Conviction._base_manager.update(inchoate="attempt", count="2", schedule_3_met=True)
    known = {name: getattr(conviction, name) for name in ("offence", "outcome", "dealt_with_on", "jurisdiction")}
    known |= {"committed_from": None, "committed_until": None, "court": "Oxford", "is_index": False}

    new = actions.correct_conviction(conviction=conviction, correction_reason="x", by=practitioner, **known)

    assert (new.inchoate, new.count, new.schedule_3_met) == ("attempt", "2", True)


def test_a_conviction_of_another_person_is_taken_back_and_counts_for_nothing(
    client, practitioner, offender, conviction, sentence
):
    TermFactory(offender=offender, disposal=sentence, position=2, months=1)
    actions.rederive(offender, by=practitioner)
    client.force_login(practitioner)

    client.post(at(conviction, "withdraw"), {"withdrawal_reason": "His brother"})

    assert not Conviction.objects.visible_to(practitioner).in_force().exists()
    assert not offender.bases.visible_to(practitioner).standing().exists()
    part = client.get(conviction.get_absolute_url()).context["parts"][0]
    assert (part.cards, part.past[0].tag, part.past[0].links) == ([], "Taken back", ())
    assert "His brother" in client.get(conviction.get_absolute_url()).text


def test_requirements_of_what_was_taken_back_are_put_before_a_person(client, practitioner, offender):
    rape = ConvictionFactory(offender=offender, offence=Offence.objects.get(code="SOA1"))
    DisposalFactory(offender=offender, conviction=rape, kind="life")
    row = requirements.begin_notification(offender=offender, conviction=rape, by=practitioner)[0]

    actions.withdraw_conviction(conviction=rape, withdrawal_reason="His brother", by=practitioner)

    row = offender.requirements.visible_to(practitioner).get()
    assert (row.doubt, row.ended_on) == ("none", None)
    how = {"ended_on": in_days(0), "end_reason": "error", "end_words": ""}
    assert requirements.end_requirement(requirement=row, by=practitioner, **how).end_reason == "error"


def test_a_sentence_recorded_by_mistake_is_taken_back(client, practitioner, offender, conviction, sentence):
    wrong = DisposalFactory(offender=offender, conviction=conviction)
    client.force_login(practitioner)

    client.post(at(wrong, "withdraw"), {"withdrawal_reason": "Typed twice"})

    assert Disposal.objects.visible_to(practitioner).standing().get() == sentence
    assert "Typed twice" in client.get(conviction.get_absolute_url()).text


@pytest.mark.parametrize("row", ["conviction", "sentence"])
def test_what_is_taken_back_says_why_and_is_taken_back_once(client, request, practitioner, sentence, row):
    url = at(request.getfixturevalue(row), "withdraw")
    client.force_login(practitioner)

    assert "Enter why it does not hold" in client.post(url, {"withdrawal_reason": ""}).text
    client.post(url, {"withdrawal_reason": "Wrong"})
    assert "taken back already" in client.get(url).text
    assert "taken back already" in client.post(url, {"withdrawal_reason": "Wrong"}).text


def test_a_correction_of_the_outcome_must_fit_the_sentence(client, practitioner, conviction, sentence, right):
    client.force_login(practitioner)

    response = client.post(at(conviction, "correct"), right | {"outcome": "cautioned"})

    assert "A caution is both" in " ".join(response.context["form"].errors["outcome"])
    assert Conviction.objects.visible_to(practitioner).count() == 1


def test_the_form_begins_with_what_is_recorded(client, practitioner, conviction, sentence):
    client.force_login(practitioner)

    assert 'value="Luton Crown Court"' in client.get(at(conviction, "correct")).text
    assert "11 months</textarea>" in client.get(at(sentence, "replace")).text


def test_a_correction_that_changes_nothing_is_refused(client, practitioner, conviction, right):
    client.force_login(practitioner)
    same = right | day("dealt_with_on", date(2024, 3, 1)) | {"court": "Luton Crown Court"}

    assert "Nothing differs" in client.post(at(conviction, "correct"), same).text


@pytest.mark.parametrize("verb", ["correct", "quash", "sentence"])
def test_what_was_corrected_is_not_changed_again(client, practitioner, conviction, sentence, right, imposed, verb):
    client.force_login(practitioner)
    client.post(at(conviction, "correct"), right)

    response = client.post(at(conviction, verb), right | QUASHED | imposed)

    assert "corrected, quashed or taken back already" in response.text
    assert Conviction.objects.visible_to(practitioner).count() == 2


def test_a_conviction_is_quashed_and_stays_on_the_record(client, practitioner, conviction, sentence):
    client.force_login(practitioner)

    client.post(at(conviction, "quash"), QUASHED)

    assert not Conviction.objects.visible_to(practitioner).in_force().exists()
    assert Conviction.objects.visible_to(practitioner).get().set_aside_by == practitioner


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"set_aside_court": ""}, "set_aside_court", "Enter the court"),
        ({"set_aside_reason": ""}, "set_aside_reason", "Enter what the court decided"),
        (day("set_aside_on", date(2024, 2, 1)), "set_aside_on", "after the conviction"),
        (day("set_aside_on", in_days(1)), "set_aside_on", "not after today"),
    ],
)
def test_a_bad_appeal_is_refused(client, practitioner, conviction, change, field, message):
    client.force_login(practitioner)

    response = client.post(at(conviction, "quash"), QUASHED | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert Conviction.objects.visible_to(practitioner).in_force().exists()


def test_a_sentence_varied_is_replaced_and_gives_its_basis(client, practitioner, offender, sentence, imposed):
    client.force_login(practitioner)

    client.post(at(sentence, "replace"), imposed)

    new = Disposal.objects.visible_to(practitioner).standing().get()
    assert (new.replaces, new.replaced_court) == (sentence, "Court of Appeal")
    assert offender.bases.visible_to(practitioner).get().category == 2
    assert "Unduly lenient" in client.get(new.get_absolute_url()).text


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"replaced_court": ""}, "replaced_court", "Enter the court"),
        ({"replaced_why": "corrected"}, "replaced_court", "leave it empty"),
        ({"replacement_reason": ""}, "replacement_reason", "Enter why"),
        ({"kind": "fine"}, "terms", "no length"),
    ],
)
def test_a_bad_replacement_is_refused(client, practitioner, sentence, imposed, change, field, message):
    client.force_login(practitioner)

    response = client.post(at(sentence, "replace"), imposed | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert Disposal.objects.visible_to(practitioner).get() == sentence


def test_a_sentence_replaced_is_not_changed_again(client, practitioner, sentence, imposed):
    client.force_login(practitioner)
    client.post(at(sentence, "replace"), imposed)

    assert "corrected, varied or taken back already" in client.post(at(sentence, "replace"), imposed).text
    assert "corrected, varied or taken back already" in client.post(at(sentence, "term"), {"length": "1 month"}).text


def test_a_further_term_makes_the_sentence_long_enough(client, practitioner, offender, sentence):
    client.force_login(practitioner)

    client.post(at(sentence, "term"), {"length": "1 month"})

    assert [term.position for term in Term.objects.visible_to(practitioner)] == [1, 2]
    assert offender.bases.visible_to(practitioner).get().category == 2


@pytest.mark.parametrize("typed", ["", "long", "0 days"])
def test_a_term_needs_a_length(client, practitioner, sentence, typed):
    client.force_login(practitioner)

    assert client.post(at(sentence, "term"), {"length": typed}).context["form"].errors["length"]
    assert Term.objects.visible_to(practitioner).count() == 1


def test_a_fine_has_no_terms(client, practitioner, offender, conviction):
    fine = DisposalFactory(offender=offender, conviction=conviction, kind="fine")
    client.force_login(practitioner)

    assert "Only imprisonment and detention" in client.post(at(fine, "term"), {"length": "1 month"}).text


def test_a_sentence_has_no_more_than_twenty_terms(client, practitioner, offender, sentence):
    for position in range(2, 21):
        TermFactory(offender=offender, disposal=sentence, position=position)
    client.force_login(practitioner)

    assert "at most 20 terms" in client.post(at(sentence, "term"), {"length": "1 month"}).text


def test_another_sentence_is_added_once(client, practitioner, conviction, sentence):
    client.force_login(practitioner)
    client.post(at(conviction, "sentence"), {"kind": "community_order"})

    response = client.post(at(conviction, "sentence"), {"kind": "community_order"})

    assert "recorded this already" in response.text
    kinds = Disposal.objects.visible_to(practitioner).values_list("kind", flat=True)
    assert list(kinds) == ["imprisonment", "community_order"]


PAGES = [("conviction", "correct"), ("conviction", "quash"), ("conviction", "sentence")]
PAGES += [("sentence", "replace"), ("sentence", "term"), ("conviction", "withdraw"), ("sentence", "withdraw")]


@pytest.mark.parametrize(("row", "verb"), PAGES)
def test_who_may_not_is_refused_and_a_stranger_learns_nothing(client, request, chair, outsider, sentence, row, verb):
    url = at(request.getfixturevalue(row), verb)

    for person, status in ((chair, 403), (outsider, 404)):
        client.force_login(person)
        assert (client.get(url).status_code, client.post(url).status_code) == (status, status)


@pytest.mark.parametrize(("row", "verb"), PAGES)
def test_each_question_opens(client, request, practitioner, sentence, row, verb):
    client.force_login(practitioner)

    assert client.get(at(request.getfixturevalue(row), verb)).status_code == 200
