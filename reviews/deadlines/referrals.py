"""What falls due of referrals to a higher level, to the first meeting."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from panels.models import AgendaItem, Meeting, Referral
from reviews.deadlines.kind import Kind, to
from reviews.deadlines.parts import OFFICERS, Holders, LeftBehind, Managers, Person, coordination


def _referrals(user: User) -> QuerySet[Any]:
    return Referral.objects.visible_to(user).awaiting_decision().select_related("offender")


def _agreements(user: User) -> QuerySet[Any]:
    # Nobody agrees to what he wrote.
    rows = Referral.objects.visible_to(user).awaiting_agreement().exclude(written_by__contains=[user.pk])
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _referrals_back(user: User) -> QuerySet[Any]:
    rows = Referral.objects.visible_to(user).being_written().filter(back_on__isnull=False)
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _referral_drafts(user: User) -> QuerySet[Any]:
    rows = Referral.objects.visible_to(user).being_written().filter(kept_until__isnull=False)
    return rows.select_related("offender")


def _first_meetings(user: User) -> QuerySet[Any]:
    # Until the case is on the agenda of a meeting, or at the level no more.
    on_agenda = AgendaItem.objects.visible_to(user).filter(
        offender=OuterRef("offender"), meeting__starts_at__gt=OuterRef("decided_at")
    )
    rows = Referral.objects.visible_to(user).filter(outcome=Referral.Outcome.ACCEPTED, meet_by__isnull=False)
    rows = rows.filter(
        ~Exists(on_agenda.exclude(meeting__state=Meeting.State.CANCELLED)), offender__level__gte=F("level")
    )
    return rows.filter(offender__ended_on__isnull=True).select_related("offender")


def _back_words(referral: Any) -> str:
    if referral.is_agreed:
        return _("Referral to send: a manager agreed")
    return _("Referral returned with questions") if referral.made_at else _("Referral sent back by a manager")


REFERRALS: tuple[Kind, ...] = (
    Kind(
        slug="referral",
        title=gettext_lazy("Referrals to screen"),
        words=lambda referral: _("Referral to screen"),
        open=_referrals,
        due="due_on",
        standard=gettext_lazy("The day on which it was sent, and so many working days"),
        figures=(
            "screening_working_days",
            "urgent_screening_working_days",
        ),
        done=gettext_lazy("Co-ordination answers the referral"),
        area="area_id",
        whose=(coordination("area_id"),),
        next_step=gettext_lazy("Screen referral"),
        url=to("panels:referral"),
        stages=(-2, 0, 1),
    ),
    Kind(
        slug="referral-agreement",
        title=gettext_lazy("Referrals to agree to"),
        words=lambda referral: _("Referral of your agency to agree to"),
        open=_agreements,
        due="agree_due_on",
        standard=gettext_lazy("The day on which the manager was asked, and so many working days"),
        figures=("referral_agreement_working_days",),
        done=gettext_lazy("The manager agrees, or sends it back"),
        area="offender__area_id",
        whose=(Person("asked_id"), LeftBehind((Managers("agency_id"),), "asked_id", _agreements)),
        next_step=gettext_lazy("Read the referral"),
        url=to("panels:agree_referral"),
        stages=(0, 1),
    ),
    Kind(
        slug="referral-back",
        title=gettext_lazy("Referrals sent back"),
        words=_back_words,
        open=_referrals_back,
        due="back_on",
        standard=gettext_lazy("The day on which it came back"),
        done=gettext_lazy("The referral is sent, or withdrawn"),
        area="offender__area_id",
        whose=(
            Person("made_by_id"),
            LeftBehind((Holders("agency_id", OFFICERS),), "made_by_id", _referrals_back),
        ),
        next_step=gettext_lazy("Go on with it"),
        url=to("panels:write_referral"),
        stages=(0, 1, 5),
    ),
    Kind(
        slug="referral-draft",
        title=gettext_lazy("Unfinished referrals"),
        words=lambda referral: _("A referral that you began is deleted soon"),
        open=_referral_drafts,
        due="kept_until",
        standard=gettext_lazy("Four weeks after it was last saved it is deleted"),
        done=gettext_lazy("The referral is sent, or the draft deleted"),
        area="offender__area_id",
        whose=(Person("made_by_id"),),
        next_step=gettext_lazy("Go on with it"),
        url=to("panels:write_referral"),
        stages=(-5, 0),
        climbs=False,
        needs_somebody=False,
    ),
    Kind(
        slug="first-meeting",
        title=gettext_lazy("First meetings"),
        words=lambda referral: _("First level %(level)s meeting to arrange") % {"level": referral.level},
        open=_first_meetings,
        due="meet_by",
        standard=gettext_lazy("The day on which the referral was accepted, and so many working days"),
        figures=(
            "first_meeting_working_days",
            "level_3_first_meeting_working_days",
        ),
        done=gettext_lazy("The case is on the agenda of a meeting"),
        area="offender__area_id",
        whose=(coordination("offender__area_id"),),
        next_step=gettext_lazy("Put on an agenda"),
        url=lambda referral: reverse("panels:meetings"),
        stages=(-5, 0, 1),
    ),
)
