"""A manager countersigns another person's assessment, or sends it back; nobody does so with his own."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from assessments import actions
from assessments.models import Assessment
from tests.factories import AssessmentFactory, in_days

WHY = {"return_reason": "Say why the risk to children is medium"}


@pytest.fixture
def row(offender, practitioner):
    return AssessmentFactory(offender=offender, assessed_by=practitioner)


def url(row, verb="countersign"):
    return f"/people/assessments/{row.reference}/{verb}/"


def test_a_manager_countersigns_and_it_is_locked(client, manager, offender, row):
    client.force_login(manager)
    assert "Violence" in client.get(url(row)).text

    response = client.post(url(row))

    assert response.headers["Location"] == row.get_absolute_url()
    row.refresh_from_db()
    assert row.countersigned_by == manager
    assert offender.timeline.visible_to(manager).get().title == "Assessment of risk countersigned"
    assert "Countersigned by Maya" in client.get(row.get_absolute_url()).text
    for verb in (actions.countersign, lambda **known: actions.send_back(**known, **WHY)):
        with pytest.raises(ValidationError, match="no longer waits"):
            verb(assessment=row, by=manager)


def test_a_chair_of_the_area_may_countersign(client, chair, row):
    client.force_login(chair)

    assert client.post(url(row)).status_code == 302


@pytest.mark.parametrize("verb", ["countersign", "send-back"])
def test_nobody_countersigns_his_own(client, manager, offender, verb):
    own = AssessmentFactory(offender=offender, assessed_by=manager)
    client.force_login(manager)

    assert "another manager countersigns it" in client.get(url(own, verb)).text
    assert "another manager countersigns it" in client.post(url(own, verb), WHY).text
    own.refresh_from_db()
    assert (own.countersigned_at, own.returned_at) == (None, None)
    assert "Countersign the assessment" not in client.get(own.get_absolute_url()).text


@pytest.mark.parametrize("field", ["countersigned", "returned"])
def test_the_database_itself_refuses_ones_own(manager, offender, today, field):
    own = AssessmentFactory(offender=offender, assessed_by=manager)
    values = {f"{field}_at": own.assessed_at, f"{field}_by": manager}
    values |= {"return_reason": "Why"} if field == "returned" else {}

    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment._base_manager.filter(pk=own.pk).update(**values)


@pytest.mark.parametrize("person", ["practitioner", "area_officer", "coordinator", "housing", "victim_liaison"])
def test_below_rank_or_elsewhere_it_is_refused(client, request, granted, row, person):
    user = request.getfixturevalue(person)
    client.force_login(user)

    assert client.post(url(row)).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.countersign(assessment=row, by=user)
    with pytest.raises(PermissionDenied):
        actions.send_back(assessment=row, by=user, **WHY)


@pytest.mark.parametrize("person", ["outsider", "uninvited", "housing"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, row, person):
    client.force_login(request.getfixturevalue(person))

    assert [client.get(row.get_absolute_url()).status_code, client.post(url(row)).status_code] == [404, 404]


def test_sent_back_it_says_why_and_counts_until_its_review(client, manager, offender, row):
    client.force_login(manager)

    client.post(url(row, "send-back"), WHY)

    row.refresh_from_db()
    assert (row.returned_by, row.superseded_on) == (manager, None)
    assert WHY["return_reason"] in client.get(row.get_absolute_url()).text
    assert offender.timeline.visible_to(manager).get().text == ""


def test_sending_back_needs_a_reason(client, manager, row):
    client.force_login(manager)

    assert list(client.post(url(row, "send-back")).context["form"].errors) == ["return_reason"]


def test_what_a_later_assessment_replaced_is_countersigned_no_more(manager, row, today):
    Assessment._base_manager.filter(pk=row.pk).update(superseded_on=today)

    with pytest.raises(ValidationError, match="no longer waits"):
        actions.countersign(assessment=row, by=manager)


def test_a_new_assessment_waits_for_the_working_days_of_the_standard(offender, practitioner):
    levels = dict.fromkeys(
        (f"{place}{group}" for place in ("", "custody_") for group in ("children", "public", "known_adult", "staff")), 1
    )
    levels |= {"prisoners": 1, "to_self": 1, "custody_prisoners": 1, "custody_to_self": 1}
    words = dict.fromkeys(
        ("who_is_at_risk", "nature_of_risk", "risk_imminence", "risk_increase_factors", "risk_mitigation_factors"),
        "As seen",
    )

    made = actions.assess(
        offender=offender, seen="", assessed_on=in_days(0), review_on=None, by=practitioner, **levels, **words
    )

    assert made.is_unsigned()
    assert in_days(5) < made.countersign_due_on <= in_days(14)
