"""The flags of a case: on their page, in the bar of every page, and as a warning."""

import pytest
from django.core.exceptions import ValidationError

from audit.models import AccessEvent
from offenders.models import FlagKind
from tests.factories import FlagFactory, FlagReviewFactory, in_days


@pytest.fixture
def url(offender):
    return f"/people/{offender.reference}/flags/"


@pytest.fixture
def staff(db):
    return FlagKind.objects.get(code="risk-to-staff")


PAGES = ["", "flags/", "timeline/", "risk/", "risk/assess/", "meetings/", "disclosures/", "notes/add/"]


@pytest.mark.parametrize("page", PAGES)
def test_risk_to_staff_warns_on_every_page_about_the_person(client, practitioner, offender, staff, page):
    FlagFactory(offender=offender, kind=staff, notes="Visit in pairs")
    client.force_login(practitioner)

    text = client.get(f"/people/{offender.reference}/{page}").text

    assert "Risk to staff. Visit in pairs</strong>" in text
    assert text.index("Risk to staff. Visit in pairs") < text.index("<h1") or page == ""


def test_another_flag_is_in_the_bar_and_warns_not(client, practitioner, offender, url):
    FlagFactory(offender=offender)
    client.force_login(practitioner)

    person = client.get(url).context["person"]

    assert {"text": "Risk to children", "tone": "risk"} in person["flags"]
    assert person["warnings"] == []


def test_an_overdue_review_is_said_in_words(client, practitioner, offender, url):
    FlagFactory(offender=offender, review_on=in_days(-1))
    client.force_login(practitioner)

    response = client.get(url)

    assert "Risk to children (review overdue since" in response.text
    assert '<strong class="govuk-tag govuk-tag--red">Overdue</strong>' in response.text


def test_a_flag_reviewed_today_is_not_overdue(client, practitioner, offender, url, today):
    FlagFactory(offender=offender, review_on=today)
    client.force_login(practitioner)

    assert "overdue since" not in client.get(url).text


def test_every_review_of_a_flag_is_shown(client, practitioner, offender, url):
    flag = FlagFactory(offender=offender)
    FlagReviewFactory(offender=offender, flag=flag, by=practitioner, reason="Still lives there")
    client.force_login(practitioner)

    assert "by Bob: Still lives there" in client.get(url).text


@pytest.mark.parametrize(
    ("person", "may"), [("practitioner", True), ("coordinator", True), ("chair", False), ("housing", False)]
)
def test_who_may_not_change_flags_sees_them(client, request, granted, offender, url, person, may):
    FlagFactory(offender=offender)
    client.force_login(request.getfixturevalue(person))

    text = client.get(url).text

    assert "Do not visit alone" in text
    assert (">Add a flag<" in text.replace("\n", "")) == may
    assert ("/remove/" in text) == may


@pytest.mark.parametrize("person", ["outsider", "uninvited"])
def test_a_stranger_cannot_tell_that_it_exists(client, request, url, person):
    client.force_login(request.getfixturevalue(person))

    assert client.get(url).status_code == 404


def test_removed_flags_are_turned_page_by_page(client, practitioner, offender, url, today):
    for number in range(27):
        FlagFactory(
            offender=offender, removed_on=today, removed_by=practitioner, removal_reason="Over", notes=f"Note {number}"
        )
    client.force_login(practitioner)

    first = client.get(url)
    second = client.get(first.context["next"])

    notes = [row["notes"] for page in (first, second) for row in page.context["removed"]]
    assert notes == [f"Note {number}" for number in range(26, -1, -1)]


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_costs_the_same_however_many(
    client, practitioner, offender, url, today, number, django_assert_max_num_queries
):
    for _each in range(number):
        flag = FlagFactory(offender=offender, removed_on=today, removed_by=practitioner, removal_reason="Over")
        FlagReviewFactory(offender=offender, flag=flag)
    client.force_login(practitioner)

    with django_assert_max_num_queries(28):
        client.get(url)


def test_the_administrator_edits_the_kinds_and_it_is_recorded(client, administrator, staff):
    client.force_login(administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    data = {"name": "Risk to staff", "tone": "severe", "review_months": 2, "warns": "on", "is_active": "on"}

    client.post(f"/admin/offenders/flagkind/{staff.pk}/change/", data | {"citation": "Local practice"})

    staff.refresh_from_db()
    assert (staff.code, staff.review_months) == ("risk-to-staff", 2)
    assert AccessEvent.objects.filter(event="reference.changed").exists()
    assert client.post(f"/admin/offenders/flagkind/{staff.pk}/delete/", {"post": "yes"}).status_code == 403


def test_every_kind_says_where_it_comes_from_and_is_reviewed(db):
    kinds = list(FlagKind.objects.all())

    assert len(kinds) >= 8
    assert all(kind.citation for kind in kinds)
    for kind in kinds:
        kind.full_clean()
    with pytest.raises(ValidationError):
        FlagKind(code="x", name="X", citation="x", review_months=0).full_clean()
