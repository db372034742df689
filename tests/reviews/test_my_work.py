"""My work: what needs each person today, worst first, and nothing of anybody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisConnectionError

from agencies import counts
from agencies.models import Pulse
from offenders.models import Offender
from reviews import my_work
from reviews.lines import finds_nothing
from reviews.tasks import count_work
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    InvitationFactory,
    MeetingFactory,
    OffenderFactory,
    ReferralFactory,
    in_days,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def open_as(client, user, query=""):
    client.force_login(user, backend=BACKEND)
    return client.get(f"/{query}")


def tasks(response):
    return [(task["subject"], task["what"]) for task in response.context["work"].tasks]


def numbers(response):
    return [tile["number"] for tile in response.context["tiles"]]


@pytest.fixture
def overdue(offender, practitioner):
    """The review was due three days ago."""
    offender.reviews.visible_to(practitioner).update(due_on=in_days(-3))
    return offender


def test_a_practitioner_sees_own_reviews_and_actions_worst_first(client, practitioner, overdue):
    ActionFactory(offender=overdue, officer=practitioner, due_on=in_days(2))

    response = open_as(client, practitioner)

    assert tasks(response) == [("Ashdown, Peter", "Level 1 review"), ("Ashdown, Peter", "Action of your agency")]
    assert "Overdue by 3 days" in response.text
    assert f'href="/people/{overdue.reference}/review/"' in response.text


def test_the_tiles_count_overdue_this_week_meetings_and_caseload(client, practitioner, overdue):
    ActionFactory(offender=overdue, officer=practitioner, due_on=in_days(2))
    MeetingFactory(area=overdue.area, starts_at=timezone.now() + timedelta(days=3))

    response = open_as(client, practitioner)

    assert numbers(response) == ["1", "1", "1", "1"]
    assert 'href="#tasks"' in response.text


def test_a_coordinator_sees_referrals_to_screen_and_minutes_to_finish(client, coordinator, chair, offender):
    ReferralFactory(offender=offender, due_on=in_days(1))
    started = timezone.now() - timedelta(days=2)
    MeetingFactory(area=offender.area, chair=chair, starts_at=started, minutes_due_on=in_days(-1), state="held")

    response = open_as(client, coordinator)

    assert [what for _subject, what in tasks(response)] == ["Minutes to finish", "Referral to screen"]


def test_a_chair_sees_minutes_to_approve_and_agendas(client, chair, area):
    started = timezone.now() - timedelta(days=2)
    MeetingFactory(area=area, chair=chair, starts_at=started, minutes_due_on=in_days(3), state="held")
    MeetingFactory(area=area, chair=chair)

    response = open_as(client, chair)

    assert [what for _subject, what in tasks(response)] == ["Minutes to approve", "Agenda to agree"]
    assert "Level 2 meeting, " in response.text


def test_an_agencys_contact_sees_the_information_to_send(client, housing, granted, offender):
    invitation = InvitationFactory(offender=offender, agency=housing.memberships.get().agency)

    response = open_as(client, housing)

    assert tasks(response) == [("Ashdown, Peter", "Information for a level 2 meeting")]
    assert f'href="/invitations/{invitation.reference}/information/"' in response.text


@pytest.mark.parametrize("person", ["outsider", "uninvited", "manager"])
def test_nobody_sees_the_work_of_others(client, request, person, overdue):
    response = open_as(client, request.getfixturevalue(person))

    assert response.status_code == 200
    assert "Ashdown" not in response.text


def test_the_work_of_a_restricted_case_is_not_shown(client, practitioner, overdue):
    Offender._base_manager.update(restricted=True)

    response = open_as(client, practitioner)

    assert numbers(response)[0] == numbers(response)[3] == "0"
    assert overdue.reference not in response.text


@pytest.mark.parametrize(
    ("person", "link"),
    [
        ("administrator", 'href="/admin/"'),
        ("lay_adviser", 'href="/board/"'),
        ("board_member", 'href="/board/"'),
        ("information_officer", "You answer for how the record is used"),
    ],
)
def test_whoever_has_no_cases_is_told_where_the_work_is(client, request, person, link, overdue):
    response = open_as(client, request.getfixturevalue(person))

    assert link in response.text
    assert "Ashdown" not in response.text


def test_when_nothing_is_due_the_page_says_what_comes_next(client, practitioner, offender):
    offender.reviews.visible_to(practitioner).update(due_on=in_days(70))

    response = open_as(client, practitioner)

    assert "Nothing is due in the next 4 weeks. Next: Level 1 review, " in response.text


def test_when_nothing_comes_the_page_says_so(client, manager, offender):
    assert "Nothing is due, and nothing is coming up." in open_as(client, manager).text


def test_a_person_is_searched_for_without_the_name_entering_an_address(client, practitioner):
    text = open_as(client, practitioner).text

    assert '<form method="post" action="/people/" role="search"' in text
    assert 'name="words"' in text


def test_the_title_names_nobody(client, practitioner, overdue):
    title = open_as(client, practitioner).text.split("<title>")[1].split("</title>")[0]

    assert "Ashdown" not in title


def test_a_long_list_is_shown_fifty_at_a_time(client, practitioner, offender):
    item = AgendaItemFactory(offender=offender)
    for number in range(60):
        ActionFactory(offender=offender, item=item, officer=practitioner, due_on=in_days(-1), text=f"Visit {number}")

    first, second = open_as(client, practitioner), open_as(client, practitioner, "?page=2")

    assert (len(first.context["work"].tasks), numbers(first)[0]) == (50, "60")
    assert 'href="?page=2#tasks"' in first.text
    assert 'href="?page=1#tasks"' in second.text
    assert len(second.context["work"].tasks) == 10


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 5000, "²", "1.5", ""])
def test_an_invented_page_is_not_a_fault(client, practitioner, page):
    assert open_as(client, practitioner, f"?page={page}").status_code == 200


def test_a_count_stops_where_it_says_enough(monkeypatch):
    monkeypatch.setattr(my_work, "CAP", 1000)

    assert (my_work.counted(1000), my_work.counted(1001)) == ("1,000", "more than 1,000")


@pytest.mark.parametrize("person", ["practitioner", "coordinator", "chair", "housing"])
@pytest.mark.parametrize("rows", [1, 8])
def test_the_page_costs_the_same_however_much_is_due(
    client, request, person, rows, offender, probation, granted, housing_agency, django_assert_max_num_queries
):
    user = request.getfixturevalue(person)
    for number in range(rows):
        case = OffenderFactory(area=offender.area, lead_agency=probation, lead_officer=user, level_period=True)
        ActionFactory(offender=case, officer=user, text=f"Visit {number}")
        ReferralFactory(offender=case)
        MeetingFactory(area=offender.area, chair=user)
    client.force_login(user, backend=BACKEND)

    # One for all kinds of deadline, one for each kind that the page shows, and those of the page itself.
    with django_assert_max_num_queries(55):
        client.get("/")


def sections(response):
    return [(section.slug, section.count, len(section.tasks)) for section in response.context["work"].sections]


def test_the_list_stands_in_sections_of_which_one_can_be_shown_alone(client, practitioner, overdue):
    for days in (0, 1, 7, 8, 28, 29):
        ActionFactory(offender=overdue, officer=practitioner, due_on=in_days(days), text=f"Visit {days}")

    response = open_as(client, practitioner)

    assert sections(response) == [("overdue", 1, 1), ("today", 1, 1), ("week", 2, 2), ("later", 2, 2)]
    assert "Due in the next 7 days: 2" in response.text
    assert sections(open_as(client, practitioner, "?when=week")) == [("week", 2, 2)]
    assert sections(open_as(client, practitioner, "?when=nonsense")) == sections(response)


def test_the_navigation_counts_what_is_overdue_or_due_today_on_every_page(client, practitioner, overdue):
    ActionFactory(offender=overdue, officer=practitioner, due_on=in_days(0))
    ActionFactory(offender=overdue, officer=practitioner, due_on=in_days(1), text="Visit again")
    counts.keep(practitioner, 0, in_days(0))
    assert "to do today" not in open_as(client, practitioner, "away/").text

    open_as(client, practitioner)

    number = '<span class="app-count">2<span class="govuk-visually-hidden"> to do today</span></span>'
    assert number in open_as(client, practitioner, "away/").text


def test_a_task_counts_for_whoever_may_be_signed_in(client, practitioner, overdue):
    client.force_login(practitioner, backend=BACKEND)
    counts.keep(practitioner, 9, in_days(0))

    count_work.apply(throw=True)

    assert counts.kept(practitioner, in_days(0)) == 1
    assert counts.kept(practitioner, in_days(1)) == 0
    assert Pulse.objects.get(name="count-work").done == 1


def test_what_somebody_sees_is_read_once_to_count_his_work(client, practitioner, overdue):
    client.force_login(practitioner, backend=BACKEND)

    with CaptureQueriesContext(connection) as asked:
        count_work.apply(throw=True)

    assert len([query for query in asked if "WITH held AS" in query["sql"]]) == 1


def test_a_run_ends_before_the_next_begins_and_counts_first_for_who_signed_in_last(
    client, practitioner, coordinator, overdue, monkeypatch
):
    client.force_login(coordinator, backend=BACKEND)
    client.force_login(practitioner, backend=BACKEND)
    monkeypatch.setattr(my_work, "COUNTING_SECONDS", 0)
    counts.keep(practitioner, 9, in_days(0))

    count_work.apply(throw=True)

    assert Pulse.objects.get(name="count-work").done == 1
    assert counts.kept(practitioner, in_days(0)) == 1


def test_without_redis_there_is_no_number_and_the_page_is_there(client, practitioner, overdue, monkeypatch):
    def gone(*args, **kwargs):
        raise RedisConnectionError

    monkeypatch.setattr(counts.cache, "get", gone)
    monkeypatch.setattr(counts.cache, "set", gone)

    response = open_as(client, practitioner)

    assert response.status_code == 200
    assert "to do today" not in response.text


def test_whoever_answers_for_an_agency_finds_what_it_is_asked(client, housing, coordinator):
    link = 'href="/people/information-requests/to-us/"'

    assert link in open_as(client, housing).text
    assert link not in open_as(client, coordinator).text


@pytest.mark.parametrize(
    ("rule", "is_so"),
    [
        (Q(pk__in=[]), True),
        (Q(pk__in=[]) | Q(agency__in=[]), True),
        (Q(pk__in=[]) | (Q(agency__in=[]) & Q(level=2)), True),
        (Q(pk__in=[]) | Q(officer=7), False),
        (Q(pk__in=[]) | ~Q(agency__in=[]), False),
        (Q(pk__in=[]) | Q(agency__in=[7]), False),
        (Q(), False),
    ],
)
def test_only_what_finds_nothing_by_its_words_is_not_asked(rule, is_so):
    assert finds_nothing(rule) == is_so
