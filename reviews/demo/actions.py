"""What became of some invented actions: progress, a document, one sent back, one given on, one withdrawn, some carried over."""

from agencies.models import User
from agencies.models.user import system_user
from offenders.models import Document
from panels import actions
from panels.actions.commitments import reviewing
from panels.actions.followup import carry_over
from panels.models import Action, AgendaItem, Commitment, Meeting, Progress
from reviews.demo.agencies import Place

SENT_BACK = "Say when the visit was, and who was there."
NOT_YET = "Rang twice. They ring back on Monday."
NO_LONGER = "He has moved to another address, so this one needs no visit."
PARTLY = "It began a month late. The agency promises it to the end of the year."
BETTER_PLACED = "Probation meets him each week, and can do it there."


class Doing:
    """Does it with the verbs themselves, once the rows are there."""

    def __init__(self) -> None:
        self.system = system_user()

    def begin(self, place: Place) -> None:
        """Follow up a few actions of a place."""
        self._carry(place)
        settles = place.people["coordinator"]
        rows = Action.objects.visible_to(settles).filter(area=place.area, agency=place.agencies["housing"])
        for action in list(rows.open().order_by("-due_on", "pk")[:2]):
            self._work_on(action, place.people["housing"])
        for action in rows.to_confirm().exclude(done_by=settles).order_by("pk")[:1]:
            actions.send_back_action(action=action, text=SENT_BACK, version=action.version, by=settles)
        self._take_back(place, settles)
        self._look_again(place, settles)

    def _carry(self, place: Place) -> None:
        """The last approved meeting of each level found some actions late."""
        held = Meeting.objects.visible_to(self.system).filter(area=place.area, state=Meeting.State.APPROVED)
        for level in (2, 3):
            meeting = held.filter(level=level).order_by("-starts_at").first()
            if meeting is None or meeting.approved_by is None:
                continue
            for item in AgendaItem.objects.visible_to(self.system).filter(meeting=meeting):
                carry_over(item, by=meeting.approved_by)
            carried = Progress.objects.visible_to(self.system).filter(kind="carried", text=meeting.reference)
            carried.update(at=meeting.approved_at)

    def _work_on(self, action: Action, officer: User) -> None:
        if not Action.objects.visible_to(officer).filter(pk=action.pk).exists():
            return
        actions.assign(action=action, officer=officer, version=action.version, by=officer)
        actions.note_progress(action=action, text=NOT_YET, by=officer)
        document = Document.objects.visible_to(officer).filter(offender=action.offender_id).first()
        if document is not None:
            actions.add_evidence(action=action, document=document, by=officer)

    def _look_again(self, place: Place, settles: User) -> None:
        """One commitment of an earlier meeting is reviewed at the one whose minutes are being written."""
        rows = Commitment.objects.visible_to(settles).filter(item__meeting__area=place.area)
        for row in rows.select_related("item__meeting").order_by("item__meeting__starts_at", "pk"):
            if reviewing(row, settles) is not None:
                actions.review_commitment(commitment=row, finding="partly", words=PARTLY, version=0, by=settles)
                return

    def _take_back(self, place: Place, settles: User) -> None:
        """One action is given to probation, and one is needed no more."""
        rows = Action.objects.visible_to(settles).filter(area=place.area, agency=place.agencies["police"])
        chosen = list(rows.open().order_by("-due_on", "pk")[:2])
        for action in chosen[:1]:
            probation = place.agencies["probation"]
            actions.reassign_action(
                action=action, agency=probation, reason=BETTER_PLACED, version=action.version, by=settles
            )
        for action in chosen[1:]:
            actions.withdraw_action(action=action, reason=NO_LONGER, version=action.version, by=settles)
