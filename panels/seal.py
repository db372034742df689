"""Whether minutes still say what was approved and countersigned: each version's seal holds the seal of the one before."""

import hashlib
import json
from dataclasses import dataclass

from agencies.models.user import system_user
from panels.actions.approval import digest
from panels.models import Amendment, Meeting


@dataclass(frozen=True)
class Seal:
    """The newest seal of minutes, of which version, and whether every one of them matches what stands there now."""

    version: int
    digest: str
    holds: bool


def of_amendment(previous: str, amendment: Amendment) -> str:
    """The seal of the version that an amendment makes: SHA-256 over the seal before and what was countersigned."""
    said = [
        previous,
        amendment.reference,
        amendment.item.reference,
        amendment.part,
        (amendment.paragraph.sealed_section or amendment.paragraph.section) if amendment.paragraph else "",
        amendment.invitation.reference if amendment.invitation else "",
        amendment.was,
        amendment.becomes,
        amendment.reason,
        amendment.proposed_by_id,
        amendment.decided_by_id,
        amendment.version,
    ]
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def amendments_of(meeting: Meeting) -> list[Amendment]:
    """The amendments that seal the versions of approved minutes, from version 2 on."""
    return list(Amendment.objects.of_meeting(meeting).select_related("item", "paragraph", "invitation"))


def seal_of(meeting: Meeting) -> Seal:
    """Compute every seal of approved minutes again, and compare. Of all items, whoever asks."""
    last, version = meeting.digest, 1
    holds = digest(meeting) == last
    for amendment in amendments_of(meeting):
        version += 1
        holds &= amendment.version == version and of_amendment(last, amendment) == amendment.digest
        last = amendment.digest
    return Seal(version, last, holds)


def broken() -> list[str]:
    """The references of all approved meetings whose minutes do not match their seals."""
    meetings = Meeting.objects.visible_to(system_user()).filter(state=Meeting.State.APPROVED).order_by("pk")
    return [meeting.reference for meeting in meetings.iterator(chunk_size=200) if not seal_of(meeting).holds]
