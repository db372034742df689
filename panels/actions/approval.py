"""The chair's approval: the decisions take effect, the minutes are sealed, and the agencies are told."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies import outbox
from agencies.access import Perm, require
from agencies.models import User
from agencies.models.user import system_user
from audit.record import record
from disclosures.actions import record_decision
from disclosures.models import CHILDREN
from mappa.templatetags.mappa import long_date
from offenders.actions import Topic, lock, start_level, telling
from offenders.models import Offender
from panels.actions.distribution import distribute
from panels.actions.followup import carry_over
from panels.actions.meetings import keep_open
from panels.gaps import unfinished
from panels.models import (
    Action,
    AgendaItem,
    Agreement,
    Audience,
    Commitment,
    CommitmentReview,
    Decision,
    Dissent,
    InformationPart,
    Invitation,
    Meeting,
    Paragraph,
    Postponement,
    Progress,
    Proposal,
    Referral,
)

COMMITTED = (
    "item__reference",
    "reference",
    "agency__registered_as",
    "what",
    "how_much",
    "from_on",
    "until_on",
    "committed_by",
)
FOUND = ("item__reference", "commitment__reference", "finding", "words")
CHANGED = gettext_lazy("The minutes changed since you opened this page. Read them again, then approve.")
tell = telling(Topic.LAW)

# Minutes that were sealed before the headings were the Guidance's keep the heading of their seal.
SEALED_HEADING = Coalesce(NullIf("sealed_section", Value("")), "section")
CAME = ("attendance_reason", "attended_name", "attended_role", "arrived_at", "left_at")
BESIDES = (
    "category",
    "category_reasons",
    "plan_changes",
    "is_critical",
    "critical_reasons",
    "needs_media_plan",
    "media_reasons",
)


@transaction.atomic
def send_to_chair(*, meeting: Meeting, by: User) -> Meeting:
    """Tell the chair that the draft is ready to read. What changes afterwards is shown when the chair approves it."""
    require(by, Perm.TAKE_MINUTES, on=meeting)
    meeting = keep_open(meeting, by=by)
    if meeting.starts_at > timezone.now():
        raise ValidationError(_("This meeting has not taken place yet. Send the draft afterwards."))
    if meeting.draft_sent_at and meeting.draft_version == meeting.version:
        raise ValidationError(_("The chair has this draft already: nothing has changed since it was sent."))
    meeting.draft_sent_at, meeting.draft_sent_by, meeting.draft_version = timezone.now(), by, meeting.version
    meeting.save(update_fields=["draft_sent_at", "draft_sent_by", "draft_version"])
    record("minutes.sent_to_chair", by=by, about=meeting)
    outbox.post(
        key=f"draft:{meeting.reference}:{meeting.version}",
        to=meeting.chair,
        about=meeting,
        subject=_("Minutes to read and approve: %s") % meeting.reference,
        body=_("The draft of the minutes is ready. Sign in to read it: %s")
        % f"{settings.BASE_URL}/meetings/{meeting.reference}/approve/",
    )
    return meeting


@transaction.atomic
def approve(*, meeting: Meeting, accurate: bool, may_be_sent: bool, version: int, by: User) -> Meeting:
    """Make the minutes final: levels and reviews change, disclosure decisions are kept, and nothing is edited again.

    Refused when anything changed since the chair read it, and while someone on the agenda has no decision.
    """
    require(by, Perm.APPROVE_MINUTES, on=meeting)
    meeting = keep_open(meeting, by=by)
    if meeting.version != version:
        raise ValidationError(CHANGED)
    if not (accurate and may_be_sent):
        raise ValidationError(_("Tick both boxes to approve the minutes"))
    items = list(meeting.items.visible_to(by).select_related("offender").order_by("offender", "pk"))
    _refuse_approval(meeting, items, by=by)
    meeting.digest = digest(meeting)
    for item in items:
        _take_effect(item, meeting, by=by)
        carry_over(item, by=by)
    meeting.state, meeting.approved_at, meeting.approved_by = Meeting.State.APPROVED, timezone.now(), by
    meeting.version += 1
    meeting.full_clean()
    meeting.save(update_fields=["digest", "state", "approved_at", "approved_by", "version"])
    record("minutes.approved", by=by, about=meeting, digest=meeting.digest)
    distribute(meeting, items, by=by)
    return meeting


def _refuse_approval(meeting: Meeting, items: list[AgendaItem], *, by: User) -> None:
    if len(items) != len(AgendaItem.objects.timetable_of(meeting)):
        words = _(
            "You cannot read every item of this meeting. Ask MAPPA co-ordination; where a case was handed to another area "
            "since, ask that area to name you on it."
        )
        raise ValidationError(words)
    if not items:
        raise ValidationError(_("Nobody is on the agenda of this meeting."))
    if meeting.starts_at > timezone.now():
        raise ValidationError(_("This meeting has not taken place yet. Approve its minutes afterwards."))
    conflict = Invitation.objects.of_meeting(meeting).filter(attended_by=by, attendance=Invitation.Attendance.CONFLICT)
    if conflict.exists():
        words = _("You left for a conflict of interest. Ask MAPPA co-ordination to give the meeting another chair.")
        raise ValidationError(words)
    decided = set(Decision.objects.visible_to(by).filter(item__in=items).values_list("item", flat=True))
    missing = [item.offender.full_name for item in items if item.pk not in decided]
    if missing:
        raise ValidationError(_("Record a decision first for: %s") % "; ".join(missing))
    if left := [gap.name for gap in unfinished(items)]:
        raise ValidationError(_("Finish first what is still open of: %s") % "; ".join(left))


def _take_effect(item: AgendaItem, meeting: Meeting, *, by: User) -> None:
    offender = lock(item.offender, by=by)
    decision = Decision.objects.visible_to(by).get(item=item)
    why_not = _why_not_begun(offender, decision, meeting, by=by)
    title = _("Level %(level)s meeting of %(day)s") % {"level": meeting.level, "day": long_date(meeting.held_on)}
    if why_not:
        tell(offender, title, why_not, by=by)
    else:
        _move(offender, decision, meeting, title, by=by)
    record_decision(
        offender=offender,
        decision=decision.disclosure,
        to_whom=decision.disclosure_to,
        reasons=decision.disclosure_reasons,
        meeting_reference=meeting.reference,
        children=decision,
        on=item,
        by=by,
    )


def _why_not_begun(offender: Offender, decision: Decision, meeting: Meeting, *, by: User) -> str:
    """In words, why the level decided is not begun; empty when it is.

    The area that took the case over since goes its own way: what it has decided, this meeting's chair does not undo.
    """
    if offender.ended_on is not None:
        return _("Its level was not begun: the person had left MAPPA")
    moved_since = _was_referred_since(offender, decision, by=by)
    if offender.area_id == meeting.area_id:
        if moved_since:
            words = _("%(name)s: moved to level %(level)s after the decision was recorded. Record the decision again.")
            raise ValidationError(words % {"name": offender.full_name, "level": offender.level})
        return ""
    if moved_since or offender.reviews.visible_to(by).filter(held_on__gt=meeting.held_on).exists():
        return _("Its level was not begun: %s had decided it since") % offender.area.name
    return ""


def _was_referred_since(offender: Offender, decision: Decision, *, by: User) -> bool:
    """An older decision does not undo a referral that was accepted since. Recorded again, it is the newer one."""
    accepted = offender.referrals.visible_to(by).filter(outcome=Referral.Outcome.ACCEPTED)
    return accepted.filter(decided_at__gt=decision.recorded_at).exists()


def _move(offender: Offender, decision: Decision, meeting: Meeting, title: str, *, by: User) -> None:
    """Begin the level decided. A case that left MAPPA since the meeting is not brought back by its minutes."""
    try:
        start_level(
            offender,
            decision.level,
            f"{title} ({meeting.reference})",
            next_review_on=decision.next_review_on,
            by=by,
            reviewed_on=meeting.held_on,
        )
    except ValidationError as refusal:
        raise ValidationError([f"{offender.full_name}: {text}" for text in refusal.messages]) from refusal
    tell(offender, title, _("Managed at level %s") % decision.level, by=by)


def digest(meeting: Meeting) -> str:
    """SHA-256 over the canonical rows of the minutes: whoever computes it again learns whether a word changed.

    Of all of them, whoever asks: a seal that depended on its reader would break when a case is handed to another area.
    Canonical is JSON with sorted keys and no spaces, of `rows_of`, in UTF-8.
    """
    text = json.dumps(
        rows_of(meeting, by=system_user()), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def rows_of(meeting: Meeting, *, by: User) -> dict[str, Any]:
    """Everything that approval seals, by references and never by database keys.

    An agency by the name it was registered under: renamed, it still is who was there.
    """
    items = list(meeting.items.visible_to(by))
    here = {"item__in": items}
    sealed = {
        "meeting": [meeting.reference, meeting.level, meeting.starts_at.isoformat(), meeting.place, meeting.chair_id],
        "items": [[row.reference, row.position, row.minutes] for row in items],
        "invitations": _rows(
            Invitation.objects.of_meeting(meeting), "item__reference", "agency__registered_as", "attendance"
        ),
        "information": _known(items, by=by),
        "paragraphs": _rows(
            Paragraph.objects.visible_to(by).filter(**here).annotate(heading=SEALED_HEADING),
            "item__reference",
            "heading",
            "audience",
            "text",
        ),
        "decisions": _rows(
            Decision.objects.visible_to(by).filter(**here),
            "item__reference",
            "level",
            "rationale",
            "disclosure",
            "disclosure_reasons",
            "disclosure_to",
            "next_review_on",
        ),
        "actions": _actions(items, by=by),
    }
    if committed := _rows(Commitment.objects.visible_to(by).kept().filter(**here), *COMMITTED):
        sealed["commitments"] = committed
    if found := _rows(CommitmentReview.objects.visible_to(by).filter(**here), *FOUND):
        sealed["commitment_reviews"] = found
    # Minutes of before agencies sent more than one part, or named readers, keep the seal that they have.
    if parts := _other_parts(items, by=by):
        sealed["information_parts"] = parts
    # Minutes of before a meeting was asked keep the seal that they have.
    if asked := Decision.objects.visible_to(by).filter(**here, child_sex_offender__isnull=False):
        sealed["children"] = _rows(asked, "item__reference", *CHILDREN, "presumption", "against_presumption")
    if finished := [row for row in items if row.finished_at is not None]:
        sealed["workspace"] = workspace_rows(finished, by=by)
    return sealed


def workspace_rows(items: list[AgendaItem], *, by: User) -> dict[str, Any]:
    """What the meeting wrote down besides: of minutes since items are finished one by one."""
    here = {"item__in": items}
    named = Paragraph.objects.visible_to(by).filter(**here, audience=Audience.NAMED)
    return {
        "items": [[row.reference, _iso(row.started_at), _iso(row.finished_at)] for row in items],
        "came": _rows(Invitation.objects.visible_to(by).filter(**here), "reference", *CAME),
        "named": _rows(named, "item__reference", "section", "position", "agencies__registered_as"),
        "decisions": _rows(Decision.objects.visible_to(by).filter(**here), "item__reference", *BESIDES),
        "dissent": _rows(
            Dissent.objects.visible_to(by).filter(**here), "reference", "agency__registered_as", "words", "audience"
        ),
        "proposals": _rows(
            Proposal.objects.visible_to(by).filter(**here), "reference", "kind", "body", "what", "reasons", "due_on"
        ),
        "agreed": _rows(
            Agreement.objects.of_meeting(items[0].meeting), "agency__registered_as", "name", "statement__edition"
        ),
    }


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _known(items: list[AgendaItem], *, by: User) -> list[list[Any]]:
    """What each agency knew, version by version, and whether it was for all who were invited."""
    rows = InformationPart.objects.visible_to(by).filter(item__in=items, section=InformationPart.Section.KNOWN)
    fields = ("information__invitation__reference", "text", "information__nothing_to_share", "audience")
    found = [[*row[:3], row[3] == Audience.EVERYONE] for row in rows.values_list(*fields)]
    return sorted(found, key=str)


def _other_parts(items: list[AgendaItem], *, by: User) -> list[list[Any]]:
    parts = InformationPart.objects.visible_to(by).filter(item__in=items)
    rows = parts.exclude(section=InformationPart.Section.KNOWN, audience__in=[Audience.EVERYONE, Audience.AUTHORITY])
    fields = ("information__invitation__reference", "information__number", "section", "text", "audience")
    return _rows(rows, *fields, "agencies__registered_as")


def _rows(queryset: Any, *fields: str) -> list[list[Any]]:
    return sorted([list(row) for row in queryset.values_list(*fields)], key=str)


def _actions(items: list[AgendaItem], *, by: User) -> list[list[Any]]:
    """Each action with the owner and the date that the meeting agreed, whatever became of it later."""
    actions = list(Action.objects.visible_to(by).filter(item__in=items).agreed().select_related("agency"))
    owners, due = agreed_owners(actions, by=by, name="registered_as"), agreed_dates(actions, by=by)
    return sorted([a.reference, a.text, owners[a.pk], due[a.pk].isoformat()] for a in actions)


def agreed_dates(actions: list[Action], *, by: User) -> dict[int, Any]:
    """The first date of each action, by its key."""
    found = {action.pk: action.due_on for action in actions}
    later = Postponement.objects.visible_to(by).filter(action__in=actions).order_by("-at", "-pk")
    return found | dict(later.values_list("action", "from_due_on"))


def agreed_owners(actions: list[Action], *, by: User, name: str = "name") -> dict[int, str]:
    """The agency to which the meeting gave each action, by its key; under the name it has today, or another of its names."""
    found = {action.pk: getattr(action.agency, name) for action in actions}
    later = Progress.objects.visible_to(by).filter(action__in=actions, from_agency__isnull=False)
    return found | dict(later.order_by("-at", "-pk").values_list("action", f"from_agency__{name}"))
