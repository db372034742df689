"""Another chair takes a meeting over until its minutes are approved, and approves them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Membership, OutboxMessage, Role
from offenders.models import Exclusion
from panels import actions
from panels.models import MeetingChange
from tests.conftest import member
from tests.factories import ExclusionFactory, MeetingFactory, PanelFactory, RankFactory
from tests.panels.conftest import approve, in_days


@pytest.fixture
def deputy(police):
    """Dana chairs too, as an inspector."""
    return member(police, Role.Code.CHAIR, "dana", rank=RankFactory(name="Inspector (test)", order=20))


def hand_over(meeting, chair, by, reason="The chair is ill"):
    return actions.hand_over(meeting=meeting, chair=chair, reason=reason, by=by)


def test_the_deputy_approves_in_place_of_the_chair(meeting, item, decided, chair, deputy, coordinator):
    handed = hand_over(meeting, deputy, coordinator)

    with pytest.raises(PermissionDenied):
        approve(handed, chair)
    assert approve(handed, deputy).approved_by == deputy
    assert MeetingChange.objects.visible_to(coordinator).get().was_chair == chair
    told = OutboxMessage.objects.filter(subject__contains="A MAPPA meeting has another chair")
    assert set(told.values_list("to", flat=True)) == {chair.pk, deputy.pk}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m, d: {"chair": m.chair}, "chairs this meeting already"),
        (lambda m, d: {"reason": ""}, "Enter why the chair changes"),
        (lambda m, d: {"chair": m.arranged_by}, "Choose a chair of this area"),
    ],
)
def test_what_cannot_be_is_refused(meeting, deputy, coordinator, change, words):
    with pytest.raises(ValidationError, match=words):
        hand_over(meeting, **{"chair": deputy, "by": coordinator} | change(meeting, deputy))


def test_a_level_3_meeting_is_not_handed_to_a_lower_rank(area, chair, deputy, coordinator):
    with pytest.raises(ValidationError, match="chaired at senior rank"):
        hand_over(MeetingFactory(area=area, chair=chair, level=3), deputy, coordinator)


def test_who_no_longer_chairs_on_the_day_is_refused(area, chair, deputy, coordinator):
    Membership.objects.filter(user=deputy).update(until=in_days(3))

    with pytest.raises(ValidationError, match="membership or vetting of Dana ends before"):
        hand_over(MeetingFactory(area=area, chair=chair), deputy, coordinator)


def test_who_may_not_see_a_record_on_the_agenda_is_refused(meeting, item, deputy, coordinator):
    ExclusionFactory(offender=item.offender, user=deputy)

    with pytest.raises(ValidationError, match="may not see every record on this agenda"):
        hand_over(meeting, deputy, coordinator)
    Exclusion._base_manager.all().delete()
    assert hand_over(meeting, deputy, coordinator).chair == deputy


def test_approved_minutes_keep_their_chair(meeting, item, decided, chair, deputy, coordinator):
    approve(meeting, chair)

    with pytest.raises(ValidationError, match="can no longer be changed"):
        hand_over(meeting, deputy, coordinator)


def test_the_page_offers_the_deputies_of_the_panel_first(sign_in, area, chair, deputy, coordinator):
    panel = PanelFactory(area=area, chair=chair)
    panel.deputies.add(deputy)
    senior = member(deputy.memberships.get().agency, Role.Code.CHAIR, "anne", rank=RankFactory(name="Chief", order=40))
    meeting = MeetingFactory(area=area, chair=chair, panel=panel)
    client, url = sign_in(coordinator), f"/meetings/{meeting.reference}/chair/"

    page = client.get(url).text
    assert page.index("Dana (") < page.index("Anne (")
    assert "Chris (" not in page
    assert client.post(url, {"chair": senior.pk, "reason": "The chair is ill"}).status_code == 302
