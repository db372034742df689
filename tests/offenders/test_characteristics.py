"""Characteristics: one row at a time with its history; the restricted ones for those who manage the case."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit.models import AccessEvent
from offenders import actions
from offenders.models import Characteristic, CharacteristicValue
from offenders.models.characteristic import Kind, sees_restricted
from tests.factories import CharacteristicFactory, in_days
from tests.offenders.test_add_identity import typed


def answer(kind, code):
    return CharacteristicValue.objects.get(kind=kind, code=code)


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/characteristics/"


@pytest.mark.parametrize("kind", Kind)
def test_each_is_recorded_and_stands_on_the_page(client, practitioner, offender, url, kind):
    value = CharacteristicValue.objects.filter(kind=kind).first()
    client.force_login(practitioner)

    response = client.post(f"{url}{kind}/", {"value": value.pk, "interpreter": "true"})

    assert response.headers["Location"] == url
    row = Characteristic.objects.visible_to(practitioner).get()
    assert (row.value, row.interpreter) == (value, True if kind == "language" else None)
    assert value.name in client.get(url).text


def test_a_change_is_a_new_row_and_the_one_before_ends(client, practitioner, offender, url):
    CharacteristicFactory(offender=offender, kind="marital", value=answer("marital", "single"))
    client.force_login(practitioner)

    client.post(f"{url}marital/", {"value": answer("marital", "married").pk, **typed("from_on", in_days(-3))})

    old, new = Characteristic.objects.visible_to(practitioner).order_by("pk")
    assert (old.until, new.value.name, new.until) == (in_days(-3), "Married", None)


@pytest.mark.parametrize("kind", ["language", "nationality", "disability"])
def test_a_person_has_several_of_some(client, practitioner, offender, url, kind):
    first, second = CharacteristicValue.objects.filter(kind=kind)[:2]
    CharacteristicFactory(offender=offender, kind=kind, value=first)
    client.force_login(practitioner)

    client.post(f"{url}{kind}/", {"value": second.pk})

    assert Characteristic.objects.visible_to(practitioner).filter(until=None).count() == 2


@pytest.mark.parametrize("kind", ["marital", "language"])
def test_the_same_again_is_refused(client, practitioner, offender, url, kind):
    row = CharacteristicFactory(offender=offender, kind=kind)
    client.force_login(practitioner)

    response = client.post(f"{url}{kind}/", {"value": row.value_id})

    assert "recorded already" in response.text
    assert Characteristic.objects.visible_to(practitioner).count() == 1


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"value": ""}, "value", "Choose an answer"),
        (typed("from_on", in_days(2)), "from_on", "today or in the past"),
        (typed("from_on", in_days(-20)), "from_on", "start of the present one"),
    ],
)
def test_a_refusal_keeps_what_was_typed(client, practitioner, offender, url, change, field, message):
    CharacteristicFactory(offender=offender, kind="marital", from_on=in_days(-10))
    client.force_login(practitioner)
    good = {"value": answer("marital", "married").pk, "detail": "In church"}

    response = client.post(f"{url}marital/", good | change)

    assert message in " ".join(response.context["form"].errors[field])
    assert "In church" in response.text
    assert Characteristic.objects.visible_to(practitioner).get().until is None


def test_an_answer_to_another_question_is_refused(practitioner, offender):
    wrong = {"kind": "sex", "value": answer("marital", "married"), "from_on": None, "detail": ""}

    with pytest.raises(ValidationError, match="Choose an answer"):
        actions.record_characteristic(offender=offender, by=practitioner, **wrong)


def test_it_is_corrected_within_its_kind(client, practitioner, offender):
    row = CharacteristicFactory(offender=offender, kind="sex", value=answer("sex", "F"))
    client.force_login(practitioner)

    client.post(f"/people/characteristics/{row.reference}/correct/", {"value": answer("sex", "M").pk})

    assert Characteristic.objects.visible_to(practitioner).standing().get().value.code == "M"


@pytest.mark.parametrize("kind", Characteristic.RESTRICTED)
def test_others_on_the_case_read_restricted_whether_it_is_recorded_or_not(
    client, housing, granted, offender, url, kind
):
    client.force_login(housing)
    before = client.get(url).text.partition("<main")[2].partition("csrf")[0]

    CharacteristicFactory(offender=offender, kind=kind)
    after = client.get(url).text.partition("<main")[2].partition("csrf")[0]

    assert before == after
    assert before.count("Restricted") >= len(Characteristic.RESTRICTED)
    assert not Characteristic.objects.visible_to(housing).exists()


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in Characteristic.RESTRICTED])
def test_the_others_are_read_by_everybody_on_the_case(housing, granted, offender, kind):
    row = CharacteristicFactory(offender=offender, kind=kind)

    assert list(Characteristic.objects.visible_to(housing)) == [row]


@pytest.mark.parametrize(
    "person", ["practitioner", "area_officer", "coordinator", "chair", "housing", "outsider", "system"]
)
def test_the_rule_on_one_case_and_on_many_is_one(request, granted, offender, person):
    user = request.getfixturevalue(person)
    CharacteristicFactory(offender=offender, kind="religion")

    assert Characteristic.objects.visible_to(user).exists() == sees_restricted(user, offender)


def test_a_lead_agency_that_is_no_responsible_authority_reads_them(uninvited, health_agency, offender, granted):
    offender.lead_agency = health_agency
    offender.save(update_fields=["lead_agency"])

    assert sees_restricted(uninvited, offender)


@pytest.mark.parametrize("kind", Characteristic.RESTRICTED)
def test_neither_audit_nor_timeline_says_which_restricted_one_it_was(practitioner, offender, kind):
    value = CharacteristicValue.objects.filter(kind=kind).first()

    actions.record_characteristic(offender=offender, kind=kind, value=value, from_on=None, detail="", by=practitioner)

    assert AccessEvent.objects.get(event="characteristic.added").detail == {}
    assert offender.timeline.visible_to(practitioner).get().title == "Recorded: characteristic"


@pytest.mark.parametrize("kind", ["sex", "religion"])
def test_the_timeline_of_others_does_not_tell_that_one_was_recorded(practitioner, housing, granted, offender, kind):
    value = CharacteristicValue.objects.filter(kind=kind).first()

    actions.record_characteristic(offender=offender, kind=kind, value=value, from_on=None, detail="", by=practitioner)

    assert not offender.timeline.visible_to(housing).exists()
    assert AccessEvent.objects.get(event="characteristic.added").detail == {}


MARRIED = {"kind": "marital", "from_on": in_days(-1000), "until": in_days(-500)}


@pytest.mark.parametrize(("first", "last"), [(-800, None), (-2000, -999), (-501, -400), (None, None)])
def test_of_what_a_person_has_one_of_two_do_not_hold_in_the_same_days(practitioner, offender, first, last):
    CharacteristicFactory(offender=offender, value=answer("marital", "married"), **MARRIED)
    days = {"from_on": first and in_days(first), "until": last and in_days(last)}
    other = CharacteristicFactory(offender=offender, kind="marital", from_on=in_days(-3), until=in_days(-2))

    with pytest.raises(ValidationError, match="Another answer holds in these days: Married, from"):
        actions.correct_fact(fact=other, value=answer("marital", "divorced"), **days, by=practitioner)


def test_days_between_two_answers_are_free(practitioner, offender):
    CharacteristicFactory(offender=offender, value=answer("marital", "married"), **MARRIED)
    other = CharacteristicFactory(offender=offender, kind="marital", from_on=in_days(-3), until=None)

    right = actions.correct_fact(fact=other, from_on=in_days(-500), by=practitioner)

    assert right.from_on == in_days(-500)


def test_an_answer_whose_beginning_is_not_asked_begins_when_the_one_before_ends(practitioner, offender, today):
    CharacteristicFactory(offender=offender, kind="marital", value=answer("marital", "single"))

    new = actions.record_characteristic(
        offender=offender, kind="marital", value=answer("marital", "married"), from_on=None, detail="", by=practitioner
    )

    assert new.from_on == today


@pytest.mark.parametrize("kind", Characteristic.RESTRICTED)
def test_the_audit_of_the_page_that_asks_does_not_say_which_one_it_was(client, practitioner, url, kind):
    client.force_login(practitioner)

    client.get(f"{url}{kind}/")

    assert not [event for event in AccessEvent.objects.all() if kind in str(event.__dict__)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(("person", "status"), [("chair", 403), ("housing", 403), ("outsider", 404)])
def test_who_may_not_edit_records_none(client, request, granted, offender, url, kind, person, status):
    client.force_login(request.getfixturevalue(person))

    assert client.post(f"{url}{kind}/", {}).status_code == status


@pytest.fixture
def host(coordinator, housing_agency, granted):
    """Alice coordinates the area from the council, which is no Responsible Authority."""
    coordinator.memberships.update(agency=housing_agency)
    return coordinator


def test_a_coordinator_of_another_kind_of_agency_may_not_record_what_she_may_not_read(client, host, offender, url):
    row = CharacteristicFactory(offender=offender, kind="religion")
    client.force_login(host)

    assert client.get(f"{url}sex/").status_code == 200
    assert client.get(f"{url}religion/").status_code == 403
    assert client.get(f"/people/characteristics/{row.reference}/end/").status_code == 404


def test_the_verbs_refuse_her_too(host, offender, today):
    row = CharacteristicFactory(offender=offender, kind="religion")

    with pytest.raises(PermissionDenied):
        actions.record_characteristic(
            offender=offender, kind="religion", value=row.value, from_on=None, detail="", by=host
        )
    with pytest.raises(PermissionDenied):
        actions.end_fact(fact=row, until=today, by=host)


def test_gender_reassignment_carries_its_warning(client, practitioner, url):
    client.force_login(practitioner)

    assert "Gender Recognition Act 2004 s.22" in client.get(f"{url}reassignment/").text
    assert "Gender Recognition Act 2004 s.22" in client.get(url).text


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_costs_the_same_however_much_is_recorded(
    client, practitioner, offender, url, rows, django_assert_max_num_queries
):
    for value in CharacteristicValue.objects.filter(kind="language")[:rows]:
        CharacteristicFactory(offender=offender, kind="language", value=value)
    client.force_login(practitioner)

    with django_assert_max_num_queries(26):
        client.get(url)


def test_the_list_of_all_says_what_each_answer_is_an_answer_to(client, practitioner, offender, url):
    CharacteristicFactory(offender=offender, kind="language", value=answer("language", "polish"))
    client.force_login(practitioner)

    assert "Language: Polish" in client.get(f"{url}all/").text
