"""What falls due of referrals, meetings, their minutes and actions."""

from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.access import Perm, areas_granting
from agencies.models import AgencyKind, Membership, User
from mappa import dates
from mappa.templatetags.mappa import long_date
from panels.models import Action, Amendment, Distribution, Invitation, Meeting, OnwardRequest, Proposal
from panels.models.meeting import InvitationQuerySet
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import OFFICERS, Holders, InPlaceOf, Person, R, coordination


def _information(user: User) -> QuerySet[Any]:
    # What a meeting that was held did not get, it no longer needs.
    return _invitations(user).coming().filter(information__isnull=True).select_related("item__offender")


def _invitations(user: User) -> InvitationQuerySet:
    rows = Invitation.objects.visible_to(user).filter(
        item__meeting__state=Meeting.State.PLANNED, item__meeting__starts_at__gte=timezone.now()
    )
    return rows.select_related("item__meeting")


def _to_answer(user: User) -> QuerySet[Any]:
    # One of an agency and meeting: all of them are answered on one page.
    rows = _invitations(user).filter(response="", answer_due_on__isnull=False)
    first = rows.filter(item__meeting=OuterRef("item__meeting"), agency=OuterRef("agency"), pk__lt=OuterRef("pk"))
    return rows.filter(~Exists(first.order_by()))


def _declined(user: User) -> QuerySet[Any]:
    # Until the agency answers otherwise, or the meeting begins.
    rows = _invitations(user).filter(
        response=Invitation.Response.DECLINED, agency__kind__duty=AgencyKind.Duty.RESPONSIBLE_AUTHORITY
    )
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("responded_at")).select_related("item__offender")
    return found


def _late_information(user: User) -> QuerySet[Any]:
    # A meeting once, from the day after the first agency was late.
    late = _information(user).filter(item__meeting=OuterRef("pk"), information_due_on__lt=dates.today()).order_by()
    earliest = late.values("item__meeting").annotate(first=Min("information_due_on")).values("first")
    found: QuerySet[Any] = _meetings(user).annotate(falls_on=Subquery(earliest[:1])).filter(falls_on__isnull=False)
    return found


def _meetings(user: User) -> QuerySet[Any]:
    return Meeting.objects.visible_to(user)


def _agendas(user: User) -> QuerySet[Any]:
    rows = _meetings(user).filter(state=Meeting.State.PLANNED, starts_at__gte=timezone.now())
    found: QuerySet[Any] = rows.annotate(falls_on=TruncDate("starts_at"))
    return found


def _empty(user: User) -> QuerySet[Any]:
    return _agendas(user).filter(items__isnull=True)


def _minutes(user: User) -> QuerySet[Any]:
    rows = _meetings(user).filter(state__in=[Meeting.State.PLANNED, Meeting.State.HELD])
    return rows.filter(starts_at__lte=timezone.now(), minutes_due_on__isnull=False)


def _actions(user: User) -> QuerySet[Any]:
    return Action.objects.visible_to(user).open().select_related("offender")


def _done_actions(user: User) -> QuerySet[Any]:
    # Not what he himself said to be done, and only where he may answer: a chair does not, once the case was handed over.
    rows = Action.objects.visible_to(user).to_confirm().exclude(done_by=user)
    rows = rows.select_related("offender", "item__meeting")
    return rows if user.is_system else rows.filter(area__in=areas_granting(user, Perm.SETTLE_ACTION))


def _unread(user: User) -> QuerySet[Any]:
    """Minutes that nobody of an agency has opened, one row for each meeting and agency."""
    rows = Distribution.objects.visible_to(user).unread()
    earlier = rows.filter(item__meeting=OuterRef("item__meeting"), agency=OuterRef("agency"), pk__lt=OuterRef("pk"))
    return rows.filter(~Exists(earlier.order_by())).select_related("item__meeting")


def _for_the_chair(rows: QuerySet[Any], author: str, user: User) -> QuerySet[Any]:
    """Of what a chair decides, what this one does: of his own meetings, and elsewhere what their chairs cannot decide.

    A chair decides nothing that he asked himself; and one who is no chair of the area any more decides nothing.
    """
    if user.is_system:
        return rows
    there = Membership.objects.in_force(dates.today()).filter(
        user=OuterRef("item__meeting__chair"), role=R.CHAIR, agency__area=OuterRef("item__meeting__area")
    )
    his = Q(item__meeting__chair=user) | Q(**{author: F("item__meeting__chair")}) | ~Q(Exists(there))
    return rows.filter(his).exclude(**{author: user})


def _amendments(user: User) -> QuerySet[Any]:
    rows = Amendment.objects.visible_to(user).undecided().select_related("item__offender", "item__meeting")
    return _for_the_chair(rows, "proposed_by", user)


def _sending_on(user: User) -> QuerySet[Any]:
    rows = OnwardRequest.objects.visible_to(user).undecided().select_related("item__offender", "item__meeting")
    return _for_the_chair(rows, "asked_by", user)


def _proposals(user: User) -> QuerySet[Any]:
    rows = Proposal.objects.visible_to(user).unanswered().filter(item__meeting__state=Meeting.State.APPROVED)
    return rows.select_related("item__offender", "item__meeting")


def _meeting_of(row: Any) -> str:
    meeting = row.item.meeting
    return _("Level %(level)s meeting, %(day)s") % {"level": meeting.level, "day": long_date(meeting.held_on)}


CHAIRS = Holders("item__meeting__area_id", (R.CHAIR,), of="agency__area")


_INVITED = (
    Holders("agency_id", (R.CONTACT_POINT,)),
    InPlaceOf(R.CONTACT_POINT, Holders("agency_id", (R.PRACTITIONER,))),
)

MEETINGS: tuple[Kind, ...] = (
    Kind(
        slug="information",
        title=gettext_lazy("Information for meetings"),
        words=lambda invitation: (
            _("Information for a level %(level)s meeting") % {"level": invitation.item.meeting.level}
        ),
        open=_information,
        due="information_due_on",
        standard=gettext_lazy("The meeting, and so many working days before"),
        figures=("information_return_working_days",),
        done=gettext_lazy("The agency sends its information, or the meeting is held"),
        area="item__meeting__area_id",
        whose=_INVITED,
        next_step=gettext_lazy("Send information"),
        url=to("panels:send_information"),
        stages=(-5, -1, 0, 1, 3),
        case="item__offender",
    ),
    Kind(
        slug="invitation",
        title=gettext_lazy("Invitations to answer"),
        words=lambda invitation: _("Invitation to answer"),
        open=_to_answer,
        due="answer_due_on",
        standard=gettext_lazy("The invitation, and so many working days"),
        figures=("invitation_answer_working_days",),
        done=gettext_lazy("The agency says who comes, or the meeting is held"),
        area="item__meeting__area_id",
        whose=_INVITED,
        next_step=gettext_lazy("Say who comes"),
        url=to("panels:answer_invitation"),
        stages=(-1, 0, 1),
        # Of a meeting and all its people, and so not of one case.
        case="",
        reference="item__meeting__reference",
        subject=_meeting_of,
    ),
    Kind(
        slug="information-late",
        title=gettext_lazy("Information that did not come"),
        words=lambda meeting: _("Agencies have not sent information"),
        open=_late_information,
        due="falls_on",
        standard=gettext_lazy("The day by which the first late agency should have sent it"),
        figures=("information_return_working_days",),
        done=gettext_lazy("Every agency has sent its information, or the meeting is held"),
        area="area_id",
        whose=(coordination("area_id"),),
        next_step=gettext_lazy("Remind them"),
        url=to("panels:replies"),
        stages=(1, 3),
        case="",
    ),
    Kind(
        slug="authority-declined",
        title=gettext_lazy("Responsible Authorities that declined"),
        words=lambda invitation: _("The Responsible Authority declined to come"),
        open=_declined,
        due="falls_on",
        standard=gettext_lazy("The day on which it declined"),
        done=gettext_lazy("The agency answers otherwise, or the meeting is held"),
        area="item__meeting__area_id",
        whose=(Person("item__meeting__chair_id"),),
        next_step=gettext_lazy("See the replies"),
        url=lambda invitation: reverse("panels:replies", args=[invitation.item.meeting.reference]),
        # The chair was told at once.
        stages=(),
        case="item__offender",
    ),
    Kind(
        slug="agenda",
        title=gettext_lazy("Agendas to agree"),
        words=lambda meeting: _("Agenda to agree"),
        open=_agendas,
        due="falls_on",
        standard=gettext_lazy("The day of the meeting"),
        done=gettext_lazy("The meeting begins"),
        area="area_id",
        whose=(Person("chair_id"),),
        next_step=gettext_lazy("Open the agenda"),
        url=to("panels:meeting"),
        stages=(-5, 0),
        case="",
    ),
    Kind(
        slug="meeting-without-agenda",
        title=gettext_lazy("Meetings without agenda"),
        words=lambda meeting: _("Meeting without agenda"),
        open=_empty,
        due="falls_on",
        standard=gettext_lazy("The day of the meeting"),
        done=gettext_lazy("Somebody is put on the agenda, or the meeting is cancelled"),
        area="area_id",
        whose=(coordination("area_id"),),
        next_step=gettext_lazy("Put people on it, or cancel it"),
        url=to("panels:meeting"),
        stages=(-10, -5, 0),
        case="",
    ),
    Kind(
        slug="minutes",
        title=gettext_lazy("Minutes to approve"),
        words=lambda meeting: _("Minutes to approve"),
        open=_minutes,
        due="minutes_due_on",
        standard=gettext_lazy("The meeting, and so many working days by its level"),
        figures=(
            "level_2_minutes_working_days",
            "level_3_minutes_working_days",
        ),
        done=gettext_lazy("The chair approves the minutes"),
        area="area_id",
        whose=(Person("chair_id"),),
        next_step=gettext_lazy("Approve minutes"),
        url=to("panels:approve"),
        stages=(-2, 0, 1, 5),
        case="",
    ),
    Kind(
        slug="minutes-to-finish",
        title=gettext_lazy("Minutes to finish"),
        words=lambda meeting: _("Minutes to finish"),
        open=_minutes,
        due="minutes_due_on",
        standard=gettext_lazy("The meeting, and so many working days by its level"),
        figures=(
            "level_2_minutes_working_days",
            "level_3_minutes_working_days",
        ),
        done=gettext_lazy("The chair approves the minutes"),
        area="area_id",
        whose=(coordination("area_id"),),
        next_step=gettext_lazy("Open the minutes"),
        url=to("panels:meeting"),
        stages=(-2, 1),
        case="",
    ),
    Kind(
        slug="minutes-to-read",
        title=gettext_lazy("Minutes to read"),
        words=lambda row: _("Minutes to read"),
        open=_unread,
        due="read_due_on",
        standard=gettext_lazy("The day on which they were sent, and so many working days"),
        figures=("minutes_read_working_days",),
        done=gettext_lazy("Somebody of the agency opens the minutes"),
        area="item__meeting__area_id",
        whose=(
            Holders("agency_id", (R.CONTACT_POINT,)),
            InPlaceOf(R.CONTACT_POINT, Holders("agency_id", (R.PRACTITIONER,))),
        ),
        next_step=gettext_lazy("Read the minutes"),
        url=lambda row: row.get_absolute_url(),
        # Once: who is told and then reminded has been told enough.
        stages=(0,),
        case="",
        reference="item__meeting__reference",
        subject=_meeting_of,
        climbs=False,
    ),
    Kind(
        slug="amendment",
        title=gettext_lazy("Amendments of minutes"),
        words=lambda row: _("Amendment to countersign"),
        open=_amendments,
        due="due_on",
        standard=gettext_lazy("The amendment, and so many working days"),
        figures=("minutes_amendment_working_days",),
        done=gettext_lazy("The chair countersigns or refuses it"),
        area="item__meeting__area_id",
        whose=(CHAIRS,),
        next_step=gettext_lazy("Countersign"),
        url=to("panels:decide_amendment"),
        stages=(-2, 0, 1),
        case="item__offender",
    ),
    Kind(
        slug="sending-on",
        title=gettext_lazy("Minutes to be sent on"),
        words=lambda row: _("Minutes to be sent on"),
        open=_sending_on,
        due="due_on",
        standard=gettext_lazy("The day on which it was asked, and so many working days"),
        figures=("minutes_sending_on_working_days",),
        done=gettext_lazy("The chair lets it be sent on, or refuses"),
        area="item__meeting__area_id",
        whose=(CHAIRS,),
        next_step=gettext_lazy("Decide"),
        url=to("panels:decide_sending_on"),
        stages=(-2, 0, 1),
        case="item__offender",
    ),
    Kind(
        slug="proposal",
        title=gettext_lazy("Proposals to other bodies"),
        words=lambda row: _("Answer of another body to a proposal"),
        open=_proposals,
        due="due_on",
        standard=gettext_lazy("The next review that the meeting decided, or the day that it set"),
        done=gettext_lazy("The answer of the other body is recorded"),
        area="item__meeting__area_id",
        whose=(coordination("item__meeting__area_id"),),
        next_step=gettext_lazy("Record the answer"),
        url=to("panels:answer_proposal"),
        stages=(-5, 0, 5),
        case="item__offender",
    ),
    Kind(
        slug="action",
        title=gettext_lazy("Actions of meetings"),
        words=lambda action: _("Action of your agency"),
        open=_actions,
        due="due_on",
        standard=gettext_lazy("The day that the meeting set"),
        done=gettext_lazy("The action is done, or withdrawn"),
        area="area_id",
        whose=(Person("officer_id"), Holders("agency_id", OFFICERS, unless="officer_id")),
        next_step=gettext_lazy("Update action"),
        url=to("panels:action"),
        stages=(-5, 0, 1, 5),
    ),
    Kind(
        slug="action-to-confirm",
        title=gettext_lazy("Actions to confirm"),
        words=lambda action: _("Action to confirm"),
        open=_done_actions,
        due="confirm_due_on",
        standard=gettext_lazy("The day on which it was said to be done, and so many working days"),
        figures=("action_confirm_working_days",),
        done=gettext_lazy("It is confirmed, or sent back"),
        area="area_id",
        whose=(coordination("area_id"), Person("item__meeting__chair_id")),
        next_step=gettext_lazy("Confirm action"),
        url=to("panels:action"),
        stages=(0, 1, 5),
    ),
)
