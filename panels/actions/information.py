"""What an invited agency sends before a meeting: kept as a draft while it is typed, sent, and put right by another version."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, memberships, require
from agencies.models import Agency, User
from agencies.models.user import system_user
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import clock, long_date
from offenders.actions import Topic, telling
from offenders.actions.case import StaleError
from offenders.models import LegalHold
from panels.actions.meetings import changed, keep_open
from panels.models import Audience, InformationDraft, InformationPart, InformationReturn, Invitation, Meeting

tell = telling(Topic.MEETINGS)

Section = InformationPart.Section


@transaction.atomic
def send_information(
    *,
    invitation: Invitation,
    text: str = "",
    audience: str = Audience.EVERYONE,
    nothing_to_share: bool = False,
    risk: str = "",
    risk_audience: str = Audience.EVERYONE,
    victims: str = "",
    victims_audience: str = Audience.AUTHORITY,
    offer: str = "",
    offer_audience: str = Audience.EVERYONE,
    agencies: Collection[Agency] = (),
    number: int = 0,
    by: User,
) -> InformationReturn:
    """Tell the meeting what the agency holds about the person, or that it has nothing to share.

    Late is better than not at all: it is taken until the minutes are approved. Until then another version puts it right,
    and the earlier one is kept; `number` is the last that was read. `agencies` are those named in an audience by name.
    """
    require(by, Perm.SEND_INFORMATION, on=invitation)
    meeting = keep_open(invitation.item.meeting, by=by)
    last = InformationReturn.objects.visible_to(by).filter(invitation=invitation).select_related("sent_by").first()
    if last is not None and last.number != number:
        raise ValidationError(_sent_already(last), code="stale", params={"number": last.number})
    parts = {
        Section.KNOWN: (text.strip(), audience),
        Section.RISK: (risk.strip(), risk_audience),
        Section.VICTIMS: (victims.strip(), victims_audience),
        Section.OFFER: (offer.strip(), offer_audience),
    }
    _refuse_parts(parts, agencies, invitation, nothing_to_share=nothing_to_share)
    information = InformationReturn(
        item=invitation.item,
        invitation=invitation,
        number=number + 1,
        nothing_to_share=nothing_to_share,
        sent_by=by,
    )
    information.full_clean()
    information.save()
    for section, (words, readers) in parts.items():
        if words or section == Section.KNOWN:
            _write(information, section, words, readers, agencies)
    InformationDraft.objects.visible_to(by).filter(invitation=invitation).delete()
    changed(meeting)
    late = dates.today() > invitation.information_due_on
    record("information.sent", by=by, about=information, late=late, number=information.number)
    title = _("Information for a meeting put right") if number else _("Information sent for a meeting")
    tell(invitation.item.offender, title, invitation.agency.name, by=by)
    return information


def _sent_already(last: InformationReturn) -> str:
    about = {"who": last.sent_by.name, "day": long_date(last.sent_at), "time": clock(last.sent_at)}
    return (
        _("Sent already by %(who)s on %(day)s at %(time)s. Nothing was sent twice. Sending again puts it right.")
        % about
    )


def _refuse_parts(
    parts: Mapping[Section, tuple[str, str]],
    agencies: Collection[Agency],
    invitation: Invitation,
    *,
    nothing_to_share: bool,
) -> None:
    said = [section for section, (words, _readers) in parts.items() if words]
    if said and nothing_to_share:
        raise ValidationError({"text": _("Delete the text, or do not say that there is nothing to share")})
    if not said and not nothing_to_share:
        raise ValidationError({"text": _("Write what the meeting should know, or say that there is nothing to share")})
    if parts[Section.VICTIMS][1] == Audience.EVERYONE:
        raise ValidationError({"victims_audience": _("What is said of victims is not for everyone invited")})
    if any(parts[section][1] == Audience.NAMED for section in said):
        invited = set(Invitation.objects.of_item(invitation.item).values_list("agency", flat=True))
        named = {agency.pk for agency in agencies}
        if not named or not named <= invited:
            raise ValidationError({"agencies": _("Tick the agencies that may read it, of those invited")})


def _write(
    information: InformationReturn, section: Section, words: str, readers: str, agencies: Collection[Agency]
) -> None:
    part = InformationPart(
        item=information.item, information=information, section=section, text=words, audience=readers
    )
    part.full_clean()
    part.save()
    if readers == Audience.NAMED:
        part.agencies.set(agencies)


def is_of_agency(invitation: Invitation, user: User) -> bool:
    """Does the user answer as the invited agency, and not as co-ordination in its place?"""
    return invitation.agency_id in {membership.agency_id for membership in memberships(user)}


@transaction.atomic
def save_draft(*, invitation: Invitation, answers: Mapping[str, Any], version: int, by: User) -> InformationDraft:
    """Keep what is being typed, for those who type it, if nobody else saved it since `version` was read.

    Raises StaleError with the draft as it is now: nothing is overwritten, and nobody's words are lost.
    """
    require(by, Perm.SEND_INFORMATION, on=invitation)
    meeting = Meeting.objects.visible_to(by).filter(pk=invitation.item.meeting_id)
    if meeting.filter(state=Meeting.State.APPROVED).exists():
        raise ValidationError(_("The minutes are approved and can no longer be changed."), code="approved")
    if meeting.filter(state=Meeting.State.CANCELLED).exists():
        raise ValidationError(_("This meeting was cancelled. Nothing needs to be sent for it."))
    sent = InformationReturn.objects.visible_to(by).filter(invitation=invitation)
    if sent.filter(number__gt=int(answers.get("number") or 0)).exists():
        raise ValidationError(_("This was sent meanwhile. Open the page again to put it right."))
    side = is_of_agency(invitation, by)
    new = InformationDraft(item=invitation.item, invitation=invitation, for_agency=side)
    InformationDraft.objects.bulk_create([new], ignore_conflicts=True)
    rows = InformationDraft.objects.visible_to(by).filter(invitation=invitation, for_agency=side)
    saved = rows.filter(version=version).update(
        answers=dict(answers), version=F("version") + 1, saved_at=timezone.now(), saved_by=by
    )
    draft = rows.select_related("saved_by").get()
    if not saved:
        raise StaleError(draft)
    record("information.drafted", by=by, about=draft, version=draft.version)
    return draft


def forget_drafts() -> int:
    """Delete drafts for meetings that were cancelled or whose minutes are approved: nothing can be sent for them any more.

    What is of a record under a legal hold is kept.
    """
    over = [Meeting.State.APPROVED, Meeting.State.CANCELLED]
    drafts = InformationDraft.objects.visible_to(system_user()).filter(item__meeting__state__in=over)
    held = LegalHold.objects.held().values("offender")
    return drafts.exclude(item__offender__in=held).delete()[0]
