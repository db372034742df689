"""The one table of everything that falls due: what, when, whose it is, the next step, and when to remind.

"My work", the reminders and the tests are readings of `KINDS`. Adding a kind of deadline is adding one entry to the room
it belongs to.
"""

from collections.abc import Mapping

from reviews.deadlines.audits import AUDITS
from reviews.deadlines.boards import BOARDS
from reviews.deadlines.kind import Kind, reached_on, stage_name, stage_on
from reviews.deadlines.meetings import MEETINGS
from reviews.deadlines.parts import at
from reviews.deadlines.record import RECORD
from reviews.deadlines.report import REPORT
from reviews.deadlines.risk import RISK
from reviews.deadlines.sharing import SHARING

__all__ = ["BY_SLUG", "KINDS", "WITHOUT_CASES", "Kind", "at", "reached_on", "stage_name", "stage_on"]

KINDS: tuple[Kind, ...] = (*RECORD, *RISK, *SHARING, *MEETINGS, *AUDITS, *BOARDS, *REPORT)
# Those that name no case: whoever sees no case has no others.
WITHOUT_CASES: tuple[Kind, ...] = (*AUDITS, *BOARDS, *REPORT)
BY_SLUG: Mapping[str, Kind] = {kind.slug: kind for kind in KINDS}
