"""A level 2 case on the agenda of a meeting, to which housing is invited."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import OutboxMessage
from agencies.outbox import MARKING
from mappa import dates
from offenders.models import Offender
from panels import actions
from panels.models import Action, AgendaItem, Paragraph
from tests.factories import MeetingFactory, OffenderFactory
from tests.panels.referrals import agree, begin

LOGIN = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def sign_in(client):
    """The client, signed in as somebody."""

    def as_(user):
        client.force_login(user, backend=LOGIN)
        return client

    return as_


def boxes(name, day):
    """A date as its three boxes are sent."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def in_days(days):
    return dates.today() + timedelta(days=days)


@pytest.fixture
def at_high_risk(offender):
    Offender._base_manager.update(rosh=Offender.Rosh.HIGH)
    offender.rosh = Offender.Rosh.HIGH
    return offender


@pytest.fixture
def written(at_high_risk, practitioner, manager):
    """Bob has answered every question; nobody was asked to agree."""
    return begin(at_high_risk, practitioner)


@pytest.fixture
def agreed(written, practitioner, manager):
    """His manager Maya has agreed."""
    return agree(written, asked_by=practitioner, manager=manager)


@pytest.fixture
def referred(agreed, practitioner):
    """It was sent, and waits for co-ordination."""
    return actions.refer(referral=agreed, by=practitioner)


@pytest.fixture
def level_2(area, probation, practitioner):
    """Martin Lowe: category 2, level 2, review due soon."""
    return OffenderFactory(
        surname="Lowe",
        forenames="Martin",
        area=area,
        lead_agency=probation,
        lead_officer=practitioner,
        registered_by=practitioner,
        level=Offender.Level.ACTIVE,
        rosh=Offender.Rosh.HIGH,
        level_period=True,
    )


@pytest.fixture
def meeting(area, chair, coordinator):
    """Held yesterday, so that its minutes can be written."""
    return MeetingFactory(area=area, chair=chair, arranged_by=coordinator, starts_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def item(meeting, level_2, coordinator):
    return actions.add_item(meeting=meeting, offender=level_2, minutes=30, by=coordinator)


@pytest.fixture
def invitation(item, housing_agency, housing, probation, coordinator):
    """Housing and probation are invited; this is housing's invitation."""
    actions.invite(item=item, agencies=[housing_agency, probation], by=coordinator)
    return item.invitations.visible_to(coordinator).get(agency=housing_agency)


@pytest.fixture
def decided(item, coordinator):
    return actions.decide(
        item=item,
        level=1,
        rationale="The plan holds without us",
        disclosure="no",
        disclosure_reasons="Nobody is at risk",
        disclosure_to="",
        child_sex_offender=False,
        next_review_on=in_days(60),
        version=0,
        by=coordinator,
    )


def write(item, section, text, audience="everyone", *, version=0, agencies=None, by):
    """Save the first paragraph under a heading."""
    row = Paragraph.objects.visible_to(by).filter(item=item, section=section, drawn=False).first()
    return actions.save_paragraph(
        paragraph=row, text=text, audience=audience, version=version, agencies=agencies, by=by
    )


def finished(meeting):
    """As if every item had been finished: for what is about something else."""
    rows = AgendaItem._base_manager.filter(meeting=meeting, finished_at__isnull=True)
    rows.update(finished_at=timezone.now(), finished_by=meeting.chair)


def approve(meeting, by):
    finished(meeting)
    meeting = type(meeting).objects.visible_to(by).get(pk=meeting.pk)
    return actions.approve(meeting=meeting, accurate=True, may_be_sent=True, version=meeting.version, by=by)


@pytest.fixture
def action(item, invitation, coordinator):
    """Housing is to visit the address within a week."""
    return actions.add_action(
        item=item, text="Visit the address", agency=invitation.agency, due_on=in_days(7), by=coordinator
    )


@pytest.fixture
def done(action, housing):
    """Housing says that it visited."""
    return actions.complete(action=action, text="Visited, all quiet", version=0, by=housing)


def now(action, user):
    """The action as it is now."""
    return Action.objects.visible_to(user).get(pk=action.pk)


def mailed_about(action):
    """Who was told of an action, and in which words after the marking."""
    rows = OutboxMessage.objects.filter(key__contains=action.reference).order_by("pk")
    assert all(row.subject.startswith(f"{MARKING}: ") for row in rows)
    return [(row.to, row.subject.removeprefix(f"{MARKING}: ")) for row in rows]


@pytest.fixture
def sent(meeting, invitation, item, decided, coordinator, chair):
    """Approved minutes of a meeting at which housing was, with a paragraph for all and one for the authority."""
    write(item, "09-agencies", "Two calls were reported", by=coordinator)
    write(item, "14-risk", "An informant is at risk", "authority", by=coordinator)
    actions.take_attendance(invitation=invitation, attendance="present", by=coordinator)
    return approve(meeting, chair)


@pytest.fixture
def paragraph(sent, item, coordinator):
    """What the minutes say for all."""
    return item.paragraphs.visible_to(coordinator).get(section="09-agencies")


def amend(item, paragraph, becomes="Three calls were reported", *, version=1, by):
    reason = "One call was left out"
    words = {"becomes": becomes, "reason": reason, "version": version}
    return actions.amend(item=item, part="paragraph", of=paragraph, **words, by=by)


def countersign(amendment, by):
    return actions.decide_amendment(amendment=amendment, outcome="accepted", reason="", by=by)
