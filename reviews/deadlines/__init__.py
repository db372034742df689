"""The one table of everything that falls due: what, when, whose it is, the next step, and when to remind.

"My work", the reminders and the tests are readings of `KINDS`. Adding a kind of deadline is adding one entry to the room
it belongs to.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from reviews.deadlines.access import PEOPLE, SHARES
from reviews.deadlines.audits import AUDITS
from reviews.deadlines.boards import BOARDS
from reviews.deadlines.emergency import EMERGENCY
from reviews.deadlines.kind import Kind, Words, reached_on, stage_name, stage_on
from reviews.deadlines.meetings import MEETINGS
from reviews.deadlines.notification import NOTIFICATION
from reviews.deadlines.parts import at
from reviews.deadlines.person import ASKED
from reviews.deadlines.record import RECORD
from reviews.deadlines.referrals import REFERRALS
from reviews.deadlines.release import RELEASE
from reviews.deadlines.report import REPORT
from reviews.deadlines.risk import RISK
from reviews.deadlines.sharing import SHARING
from reviews.deadlines.use import USE
from reviews.deadlines.victims import VICTIMS

__all__ = [
    "BY_SLUG",
    "KINDS",
    "OF_EVERYBODY",
    "ROOMS",
    "USE",
    "WITHOUT_CASES",
    "Kind",
    "at",
    "reached_on",
    "stage_name",
    "stage_on",
]

# As the page of kinds lists them.
ROOMS: tuple[tuple[Words, tuple[Kind, ...]], ...] = (
    (_("The record"), RECORD),
    (_("Notification requirements"), NOTIFICATION),
    (_("Victim liaison"), VICTIMS),
    (_("Before a release"), RELEASE),
    (_("Risk and plan"), RISK),
    (_("Information and disclosure"), SHARING),
    (_("Referrals"), REFERRALS),
    (_("Meetings"), MEETINGS),
    (_("Who sees a case"), SHARES),
    (_("Requests of the person"), ASKED),
    (_("Emergency access"), EMERGENCY),
    (_("Audits and serious case reviews"), AUDITS),
    (_("The board"), BOARDS),
    (_("Annual report"), REPORT),
    (_("People’s own access"), PEOPLE),
    (_("How the record is used"), USE),
)
KINDS: tuple[Kind, ...] = tuple(kind for _title, kinds in ROOMS for kind in kinds)
# Those that name no case: whoever sees no case has no others.
WITHOUT_CASES: tuple[Kind, ...] = (*EMERGENCY, *AUDITS, *BOARDS, *REPORT, *PEOPLE)
# Of the person himself: whatever his role, and without any.
OF_EVERYBODY: tuple[Kind, ...] = PEOPLE
BY_SLUG: Mapping[str, Kind] = {kind.slug: kind for kind in KINDS}
