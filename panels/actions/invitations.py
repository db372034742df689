"""Inviting agencies for the people of an agenda, what they answer, and telling them: one mail an agency and meeting."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies import outbox, working_days
from agencies.access import Perm, require
from agencies.models import Agency, AgencyKind, Membership, OutboxMessage, Role, User
from agencies.models.membership import MembershipQuerySet
from agencies.models.standard import UnknownStandardError, value
from agencies.models.user import system_user
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from offenders import grants
from offenders.actions import Topic, lock, telling
from offenders.actions.case import reason_in_words
from offenders.models import Offender
from offenders.models.grant import Basis
from panels.actions.meetings import changed, keep_open
from panels.agenda import times_of
from panels.calendars import calendar
from panels.models import AgendaItem, InformationReturn, Invitation, Meeting
from panels.models.meeting import InvitationQuerySet
from panels.notices import called_off_words, notices, path_of, series_of

tell = telling(Topic.MEETINGS)

Duty = AgencyKind.Duty
Response = Invitation.Response
# Whom an agency may send, and who answers for it.
SENT = (Role.Code.PRACTITIONER, Role.Code.CONTACT_POINT, Role.Code.VICTIM_LIAISON)


def invitable(item: AgendaItem) -> list[Agency]:
    """The agencies that can be asked to come for a person: those of the meeting's area, and the lead agency wherever it is."""
    duties = [Duty.RESPONSIBLE_AUTHORITY, Duty.CO_OPERATE, Duty.ASSOCIATE]
    rows = Agency.objects.filter(is_active=True, kind__duty__in=duties, area=item.meeting.area_id)
    lead = Agency.objects.filter(is_active=True, pk=item.offender.lead_agency_id)
    return list((rows | lead).select_related("kind").order_by("kind__position", "kind__name", "name"))


def access_until(meeting: Meeting) -> date:
    """Until when an invitation to the meeting lets an agency see the case."""
    return grants.invited_until(meeting.held_on, meeting.area)


def information_due(meeting: Meeting) -> date:
    """By when an invited agency is to send its information; today when that day has passed."""
    days = value("information_return_working_days", meeting.area, dates.today())
    closed = working_days.closed_days(meeting.area, dates.today(), meeting.held_on)
    return max(dates.today(), working_days.step(meeting.held_on, -days, closed))


def answer_due(meeting: Meeting) -> date | None:
    """By when an agency invited today is to say who comes: never after the meeting; nothing where there is no standard."""
    today = dates.today()
    try:
        days = value("invitation_answer_working_days", meeting.area, today)
    except UnknownStandardError:
        return None
    return max(today, min(working_days.after(today, days, meeting.area), meeting.held_on))


@transaction.atomic
def invite(*, item: AgendaItem, agencies: Iterable[Agency], by: User) -> None:
    """Invite exactly these agencies for one person. Each sees the case until its grant ends; who is left out no more.

    They are told of all their people of the meeting at once, in some minutes (`tell_invited`).
    """
    require(by, Perm.SCHEDULE, on=item)
    meeting, offender = keep_open(item.meeting, by=by), lock(item.offender, by=by)
    wanted = {agency.pk: agency for agency in agencies}
    if not wanted.keys() <= {agency.pk for agency in invitable(item)}:
        raise ValidationError({"agencies": _("Choose agencies of this area")})
    invited = {row.agency_id: row for row in Invitation.objects.of_item(item).select_related("agency__kind")}
    if offender.area_id != meeting.area_id and not wanted.keys() <= invited.keys():
        words = _("%s manages this case now, and shares it. Ask its co-ordination to share it with the agency")
        raise ValidationError({"agencies": words % offender.area.name})
    for agency in wanted.values():
        if agency.pk not in invited:
            _ask(agency, offender, item, meeting, by=by)
    for agency_id, invitation in invited.items():
        if agency_id not in wanted:
            _refuse_striking(invitation)
            strike(invitation, offender, item, by=by)
    changed(meeting)


def _ask(agency: Agency, offender: Offender, item: AgendaItem, meeting: Meeting, *, by: User) -> None:
    invitation = Invitation(
        item=item,
        agency=agency,
        invited_by=by,
        information_due_on=information_due(meeting),
        answer_due_on=answer_due(meeting),
    )
    invitation.full_clean()
    invitation.save()
    _let_in(agency, offender, item, meeting, by=by)
    record("agency.invited", by=by, about=invitation, agency=agency.pk)
    tell(offender, _("Agency invited"), agency.name, by=by)


def _let_in(agency: Agency, offender: Offender, item: AgendaItem, meeting: Meeting, *, by: User) -> None:
    """What an invitation gives (access.md, rule 3)."""
    grants.share(
        offender=offender,
        agency=agency,
        basis=Basis.INVITED,
        source=item.reference,
        reason=_("Invited to meeting %s") % meeting.reference,
        until=access_until(meeting),
        by=by,
    )


def _refuse_striking(invitation: Invitation) -> None:
    """What an agency sent or where it was present is evidence: its invitation stays."""
    answered = invitation.pk in InformationReturn.objects.outline_of([invitation.item])
    if invitation.attendance or answered:
        words = _("%s has sent information or its attendance is recorded, so its invitation stays")
        raise ValidationError({"agencies": words % invitation.agency.name})


def strike(invitation: Invitation, offender: Offender, item: AgendaItem, *, by: User) -> None:
    """Withdraw an invitation and what it gave. The caller holds the meeting and notes that it changed."""
    grants.end(offender=offender, agency=invitation.agency, basis=Basis.INVITED, source=item.reference, by=by)
    record("agency.struck", by=by, about=invitation, agency=invitation.agency_id)
    tell(offender, _("Invitation withdrawn"), invitation.agency.name, by=by)
    Invitation.objects.of_item(item).filter(pk=invitation.pk).delete()


def colleagues(agency: Agency) -> MembershipQuerySet:
    """Whom an agency may send."""
    rows = Membership.objects.in_force(dates.today()).filter(agency=agency, role__in=SENT)
    return rows.select_related("user").order_by("user__name", "pk")


def is_answerable(meeting: Meeting) -> bool:
    """Until it begins an agency may say who comes, and change its mind."""
    return meeting.state == Meeting.State.PLANNED and meeting.starts_at > timezone.now()


@transaction.atomic
def answer_invitation(
    *,
    invitation: Invitation,
    people: Collection[str],
    response: str,
    representative: User | None,
    deputy_for: User | None,
    reason: str,
    by: User,
) -> list[Invitation]:
    """Say for one or more people of a meeting who comes for the agency, that a deputy does, or why nobody.

    `people` are references of the agency's invitations. Declining ends what each of them gave; accepting after all gives it
    again. Raises ValidationError once the meeting has begun, and where who comes is at another meeting then.
    """
    require(by, Perm.SEND_INFORMATION, on=invitation)
    meeting = keep_open(invitation.item.meeting, by=by)
    if not is_answerable(meeting):
        raise ValidationError(_("This meeting has begun or does not take place. Its attendance says who came."))
    rows = _chosen(invitation, people, meeting, by=by)
    agency = rows[0].agency
    if response == Response.DECLINED:
        representative, deputy_for, reason = None, None, reason_in_words(reason)
    else:
        reason, deputy_for = "", deputy_for if response == Response.DEPUTY else None
        representative = _sent(agency, representative, deputy_for, response)
        _refuse_overlap(rows, representative, meeting, by=by)
    for row in rows:
        _answer(row, meeting, response, representative, deputy_for, reason, by=by)
    if representative is not None:
        _refuse_unseen(rows, representative)
    changed(meeting)
    if response == Response.DECLINED and agency.is_responsible_authority:
        _alert_chair(meeting, agency, rows)
    return rows


def _chosen(invitation: Invitation, people: Collection[str], meeting: Meeting, *, by: User) -> list[Invitation]:
    rows = Invitation.objects.visible_to(by).filter(
        item__meeting=meeting, agency=invitation.agency_id, reference__in=list(people)
    )
    found = list(rows.select_related("agency__kind", "item__offender", "item__meeting").order_by("item", "pk"))
    if not found or len(found) != len(set(people)):
        raise ValidationError({"people": _("Choose for whom your agency answers. Open the page again if it changed.")})
    return found


def _sent(agency: Agency, representative: User | None, deputy_for: User | None, response: str) -> User:
    able = set(colleagues(agency).values_list("user", flat=True))
    if representative is None or representative.pk not in able:
        raise ValidationError({"representative": _("Choose who comes: somebody of %s") % agency.name})
    if response == Response.DEPUTY and (deputy_for is None or deputy_for.pk not in able):
        raise ValidationError({"deputy_for": _("Choose for whom the deputy comes: somebody of %s") % agency.name})
    if deputy_for == representative:
        raise ValidationError({"deputy_for": _("Nobody is his own deputy. Choose “Yes” when the person himself comes")})
    return representative


def _refuse_unseen(rows: list[Invitation], representative: User) -> None:
    """Who comes reads the case: whoever must not see it cannot come for it. Asked when the agency has been let in."""
    if Invitation.objects.visible_to(representative).filter(pk__in=[row.pk for row in rows]).count() < len(rows):
        words = _("%s cannot come for everybody you chose. Choose somebody else, or fewer people")
        raise ValidationError({"representative": words % representative.name})


def _refuse_overlap(rows: list[Invitation], representative: User, meeting: Meeting, *, by: User) -> None:
    """Nobody is at two meetings at a time."""
    begins, _ends = times_of(meeting)
    wanted = [(begins[row.item_id], begins[row.item_id] + timedelta(minutes=row.item.minutes)) for row in rows]
    day = timedelta(days=1)
    others = Invitation.objects.visible_to(representative).filter(
        representative=representative,
        item__meeting__state=Meeting.State.PLANNED,
        item__meeting__starts_at__range=(meeting.starts_at - day, meeting.starts_at + day),
    )
    by_meeting: dict[Meeting, list[Invitation]] = defaultdict(list)
    for row in others.exclude(item__meeting=meeting).select_related("item__meeting"):
        by_meeting[row.item.meeting].append(row)
    for other, theirs in by_meeting.items():
        there, _end = times_of(other)
        for row in theirs:
            begin, end = there[row.item_id], there[row.item_id] + timedelta(minutes=row.item.minutes)
            if any(begin < until and start < end for start, until in wanted):
                raise ValidationError({"representative": _overlap_words(representative, other, begin, end, by=by)})


def _overlap_words(representative: User, other: Meeting, begin: datetime, end: datetime, *, by: User) -> str:
    about = {"who": representative.name, "begin": clock(begin), "end": clock(end), "reference": other.reference}
    if Meeting.objects.visible_to(by).filter(pk=other.pk).exists():
        words = _("%(who)s comes to meeting %(reference)s from %(begin)s to %(end)s that day. Choose somebody else")
        return words % about
    return _("%(who)s is at another meeting from %(begin)s to %(end)s that day. Choose somebody else") % about


def _answer(
    row: Invitation,
    meeting: Meeting,
    response: str,
    representative: User | None,
    deputy_for: User | None,
    reason: str,
    *,
    by: User,
) -> None:
    offender, was_declined = lock(row.item.offender, by=by), row.is_declined
    row.response, row.response_reason = response, reason
    row.representative, row.deputy_for = representative, deputy_for
    row.responded_at, row.responded_by = timezone.now(), by
    row.full_clean()
    row.save(
        update_fields=[
            "response",
            "response_reason",
            "representative",
            "deputy_for",
            "responded_at",
            "responded_by",
        ]
    )
    record("invitation.answered", by=by, about=row, agency=row.agency_id, response=response)
    tell(offender, _("Invitation answered"), f"{row.agency.name}: {row.get_response_display()}", by=by)
    if response == Response.DECLINED:
        grants.end(offender=offender, agency=row.agency, basis=Basis.INVITED, source=row.item.reference, by=by)
    elif was_declined:
        _refuse_handed_over(offender, meeting)
        _let_in(row.agency, offender, row.item, meeting, by=by)


def came_after_all(invitation: Invitation, meeting: Meeting, *, by: User) -> None:
    """Take back that an agency declined, since it came: it sees the case again, and is sent the minutes.

    That it declined stays on the timeline and in the audit trail. A case that was handed to another area since is shared
    by that area alone. The caller holds the meeting.
    """
    offender = lock(invitation.item.offender, by=by)
    invitation.response = invitation.response_reason = ""
    invitation.responded_at = invitation.responded_by = None
    invitation.full_clean()
    invitation.save(update_fields=["response", "response_reason", "responded_at", "responded_by"])
    if offender.area_id == meeting.area_id:
        _let_in(invitation.agency, offender, invitation.item, meeting, by=by)
    record("invitation.came_after_all", by=by, about=invitation, agency=invitation.agency_id)
    tell(offender, _("Came after it declined"), invitation.agency.name, by=by)


def _refuse_handed_over(offender: Offender, meeting: Meeting) -> None:
    if offender.area_id != meeting.area_id:
        words = _("%s manages this case now, and shares it. Ask its co-ordination to share it with the agency")
        raise ValidationError(words % offender.area.name)


def _alert_chair(meeting: Meeting, agency: Agency, rows: list[Invitation]) -> None:
    """A meeting without the Responsible Authority can hardly decide: its chair hears at once. It is in My work too."""
    path = reverse("panels:replies", args=[meeting.reference])
    number = ngettext("%(n)s person", "%(n)s people", len(rows)) % {"n": len(rows)}
    about = {"agency": agency.name, "reference": meeting.reference, "day": long_date(meeting.held_on), "people": number}
    outbox.post(
        key=f"declined:{meeting.reference}:{agency.pk}:{meeting.version}",
        to=meeting.chair,
        about=meeting,
        subject=_("%(agency)s declined: meeting %(reference)s") % {**about, "agency": agency.kind.name},
        body=_(
            "%(agency)s, of the Responsible Authority, does not come to the MAPPA meeting %(reference)s on %(day)s for "
            "%(people)s. Sign in to see why and for whom."
        )
        % about
        + f"\n\n{settings.BASE_URL}{path}",
    )


@transaction.atomic
def chase(*, meeting: Meeting, agencies: Collection[Agency], by: User) -> list[Agency]:
    """Ask agencies again for what they have not sent: one mail an agency, once a day. The agencies that were asked.

    Raises ValidationError when none of them owes anything, or each was asked today.
    """
    require(by, Perm.SCHEDULE, on=meeting)
    meeting = keep_open(meeting, by=by)
    today = dates.today()
    rows = owing(meeting).filter(Q(chased_on__isnull=True) | Q(chased_on__lt=today))
    by_agency: dict[Agency, list[Invitation]] = defaultdict(list)
    for row in rows.filter(agency__in=[a.pk for a in agencies]).select_related("agency"):
        by_agency[row.agency].append(row)
    if not by_agency:
        raise ValidationError(_("Each of them was reminded today already, or has sent everything since."))
    for agency, theirs in by_agency.items():
        for row in theirs:
            row.chased_on, row.chased_by = today, by
            row.save(update_fields=["chased_on", "chased_by"])
            record("agency.chased", by=by, about=row, agency=agency.pk)
        outbox.tell_agency(
            agency,
            about=meeting,
            key=f"chased:{meeting.reference}:{agency.pk}:{today}",
            subject=_("Still wanted for MAPPA meeting %s") % meeting.reference,
            words=_(
                "Your agency has not sent everything for the MAPPA meeting %(reference)s on %(day)s: information about each "
                "person, or who comes. Sign in to see what is missing. Do not reply to this message."
            )
            % {"reference": meeting.reference, "day": long_date(meeting.held_on)},
            path=path_of(meeting),
        )
    return list(by_agency)


def owing(meeting: Meeting) -> InvitationQuerySet:
    """Invitations, to a meeting the caller already holds, whose agency has not answered or sent no information."""
    sent = InformationReturn.objects.filter(invitation=OuterRef("pk"))
    rows = Invitation.objects.of_meeting(meeting).coming()
    return rows.filter(Q(response="", answer_due_on__isnull=False) | ~Q(Exists(sent)))


@transaction.atomic
def tell_invited(*, meeting: Meeting, by: User) -> int:
    """Tell each agency what it is wanted for, as it stands now, and those no longer wanted that they are not. How many.

    Run often: whoever has nothing new to hear hears nothing, so that an agenda that is built for an hour makes one mail.
    """
    require(by, Perm.SCHEDULE, on=meeting)
    rows = Meeting.objects.visible_to(by).select_for_update(of=("self",)).select_related("area")
    meeting = rows.get(pk=meeting.pk)
    told = _readers_told(meeting)
    count = 0
    for notice in notices(meeting) if is_answerable(meeting) else []:
        told.pop((notice.agency.pk, notice.to.pk), None)
        before = outbox.last_of(notice.series)
        subject = notice.subject if before is None or before.sent_at is None else _("Changed: %s") % notice.subject
        count += outbox.follow(
            series=notice.series,
            to=notice.to,
            subject=subject,
            body=notice.body,
            calendar=notice.calendar,
            about=meeting,
        )
    for (agency, _reader), last in told.items():
        count += _call_off(meeting, agency, last)
    meeting.told_version = meeting.version
    meeting.save(update_fields=["told_version"])
    record("meeting.told", by=by, about=meeting, messages=count)
    return count


def tell_change(meeting: Meeting, *, subject: str, words: str, off: bool = False) -> None:
    """Tell the invited agencies at once of what cannot wait: it is moved, or `off`. Then nothing is left to tell of it.

    Of a meeting that is called off before access ends: afterwards nobody sees what it was about. The caller holds it.
    """
    for notice in notices(meeting):
        span = (notice.stretches[0][0], notice.stretches[-1][1])
        entry = calendar(meeting, notice.agency, span, path_of(meeting), off=off)
        body = words if off else f"{words}\n\n{notice.body}"
        outbox.follow(series=notice.series, to=notice.to, subject=outbox.marked(subject), body=body, calendar=entry)
    meeting.told_version = meeting.version
    meeting.save(update_fields=["told_version"])


def ask_again(meeting: Meeting) -> None:
    """At another time who said that he comes may not be free: those that did not decline answer again."""
    Invitation.objects.of_meeting(meeting).coming().update(
        answer_due_on=answer_due(meeting),
        response="",
        representative=None,
        deputy_for=None,
        responded_at=None,
        responded_by=None,
    )


def _readers_told(meeting: Meeting) -> dict[tuple[int, int], OutboxMessage]:
    """The last message to each reader, by agency and reader."""
    found: dict[tuple[int, int], OutboxMessage] = {}
    prefix = f"invited:{meeting.reference}:"
    for message in OutboxMessage.objects.filter(key__startswith=prefix).select_related("to").order_by("pk"):
        agency, reader = message.key.removeprefix(prefix).split(":")[:2]
        found[int(agency), int(reader)] = message
    return found


def _call_off(meeting: Meeting, agency_key: int, last: OutboxMessage) -> int:
    """Tell one who was told that he is wanted; what still waits is taken back instead."""
    series = series_of(meeting, agency_key, last.to_id)
    is_first = last.key == f"{series}:1"
    if last.state == OutboxMessage.State.WITHDRAWN or (is_first and outbox.take_back(last)):
        return 0
    agency = Agency.objects.get(pk=agency_key)
    subject, body = called_off_words(meeting)
    begins, ends = meeting.starts_at, times_of(meeting)[1]
    entry = calendar(meeting, agency, (begins, max(begins, ends)), path_of(meeting), off=True)
    return int(outbox.follow(series=series, to=last.to, subject=outbox.marked(subject), body=body, calendar=entry))


def tell_all() -> int:
    """Tell the agencies of every meeting to come that changed since they were told."""
    by, count = system_user(), 0
    rows = Meeting.objects.visible_to(by).filter(version__gt=F("told_version"), starts_at__gt=timezone.now())
    for meeting in rows.exclude(state__in=[Meeting.State.HELD, Meeting.State.APPROVED]).select_related("area"):
        count += tell_invited(meeting=meeting, by=by)
    return count
