"""The list of meetings, and what becomes due when a meeting has nobody on its agenda."""

from datetime import timedelta

from django.utils import timezone

from reviews.deadlines import BY_SLUG
from tests.factories import AgendaItemFactory, MeetingFactory, PanelFactory


def test_meetings_are_listed_by_level_and_panel_and_nobody_sees_other_areas(sign_in, coordinator, area, outsider):
    panel = PanelFactory(area=area, name="North panel")
    mine = MeetingFactory(area=area, panel=panel)
    other, third = MeetingFactory(area=area), MeetingFactory(area=area, level=3)
    client = sign_in(coordinator)

    def listed(query):
        text = client.get(f"/meetings/?{query}").text
        return {row for row in (mine, other, third) if row.reference in text}

    assert listed("") == {mine, other, third}
    assert listed(f"panel={panel.reference}") == {mine}
    assert listed("level=3") == {third}
    assert listed("show=past") == set()
    page = sign_in(outsider).get(f"/meetings/?panel={panel.reference}").text
    assert "North panel" not in page


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    sign_in, coordinator, area, django_assert_max_num_queries
):
    client = sign_in(coordinator)
    for _each in range(3):
        MeetingFactory(area=area, panel=PanelFactory(area=area))
    client.get("/meetings/")
    with django_assert_max_num_queries(20) as few:
        client.get("/meetings/")
    for _each in range(9):
        MeetingFactory(area=area, panel=PanelFactory(area=area))

    with django_assert_max_num_queries(len(few)):
        client.get("/meetings/")


def test_a_meeting_without_agenda_falls_to_co_ordination_until_somebody_is_on_it(offender, coordinator, area, today):
    meeting = MeetingFactory(area=area, starts_at=timezone.now() + timedelta(days=2))
    assert list(BY_SLUG["meeting-without-agenda"].mine(coordinator, today)) == [meeting]

    AgendaItemFactory(meeting=meeting, offender=offender)

    assert not BY_SLUG["meeting-without-agenda"].mine(coordinator, today).exists()


def test_what_belongs_to_a_meeting_stands_under_meetings(sign_in, item, coordinator):
    page = sign_in(coordinator).get(item.get_absolute_url()).text

    assert '<a class="govuk-service-navigation__link" href="/meetings/" aria-current="true"' in page
    assert page.count('aria-current="true"') == 1
