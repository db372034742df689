"""Three months of audits, one of them still under way, and a serious case review, worked on as their people would."""

from datetime import date, timedelta

from mappa import dates
from offenders.models import Offender
from reviews import auditing, samples, serious_cases, serious_reports
from reviews.demo.agencies import Place
from reviews.demo.calendar import ACTIVE
from reviews.models import Audit, AuditSample, ReviewFinding, SeriousCase
from reviews.models.audit import Kind

MONTHS = 3
# Of the months before the last, which is drawn by the standard: enough to show a trend.
SIZES = {Kind.CASE.value: 2, Kind.MEETING.value: 1}
# Below satisfactory, by what the question says; everything else is satisfactory or better.
WEAK = {
    "Agencies that were absent sent a report": "Two agencies sent none.",
    "It started on time": "A quarter of an hour late.",
}


def begin(place: Place, on: date) -> None:
    """What was audited of the last months, and the review of one case."""
    board = place.people["board"]
    for ago in range(MONTHS - 1, -1, -1):
        month = dates.add_months(samples.last_month(on), -ago)
        for kind in Kind.values:
            size = SIZES[kind] if ago else None
            sample = samples.draw_sample(area=place.area, kind=kind, month=month, size=size, by=board)
            _work_on(sample, place, is_last=ago == 0, on=on)
    _review(place, on)


def _work_on(sample: AuditSample, place: Place, *, is_last: bool, on: date) -> None:
    """All of an earlier month is signed off; of the last one, an audit is at each step."""
    coordinator, board = place.people["coordinator"], place.people["board"]
    for number, audit in enumerate(sample.audits.visible_to(board).order_by("place")):
        people = [row.user for row in auditing.possible_auditors(audit) if row.user not in (coordinator, board)]
        if not people or (is_last and number == 0):
            continue
        auditor = people[number % len(people)]
        audit = auditing.assign_audit(audit=audit, auditor=auditor, by=board)
        if is_last and number == 1:
            continue
        if number == 0:
            auditing.add_finding(
                audit=audit,
                words="Reports of absent agencies were asked for late.",
                action="Ask for reports with the invitation",
                owner=place.people["housing"],
                due_on=on + timedelta(days=40),
                by=auditor,
            )
        auditing.send_audit(audit=audit, scores=_scores(audit, number), by=auditor)
        if is_last and number == 2:
            continue
        auditing.check_audit(audit=audit, by=coordinator)
        if not is_last:
            auditing.sign_audit(audit=audit, by=board)


def _scores(audit: Audit, number: int) -> dict[int, tuple[str, str]]:
    found = {}
    for question in audit.sample.form.questions.all():
        weak = WEAK.get(question.text) if number % 2 else None
        best = "4" if "4" in auditing.possible_scores(question) and question.position % 3 == number % 3 else "3"
        found[question.pk] = ("2", weak) if weak else (best, "")
    return found


def _review(place: Place, on: date) -> None:
    """Somebody at level 2 is charged, and the board reviews it."""
    coordinator, board, officer = place.people["coordinator"], place.people["board"], place.people["probation-manager"]
    cases = Offender.objects.visible_to(coordinator).current().filter(area=place.area, level=ACTIVE, restricted=False)
    case = cases.filter(lead_agency=place.agencies["probation"]).order_by("pk").last()
    if case is None:
        return
    serious = serious_cases.record_charge(
        offender=case,
        offence=SeriousCase.Offence.ATTEMPTED_RAPE,
        offence_words="",
        committed_on=on - timedelta(days=12),
        charged_on=on - timedelta(days=6),
        notice="A stranger was attacked at night, near where the person lives. The person was on licence.",
        by=officer,
    )
    serious_cases.notify_board(serious=serious, by=coordinator)
    serious_cases.decide_review(
        serious=serious, review=True, reasons="It is mandatory, and agencies knew of earlier warnings.", by=board
    )
    serious_reports.set_terms(
        serious=serious,
        terms="Was everything done that could reasonably have been done? What did each agency know, and when?",
        reviewer="Dr R. Okoro, independent reviewer",
        adviser=place.people["lay-adviser"],
        for_adviser="The review asks what each agency knew and when it told the others. Ask who was not asked.",
        version=0,
        by=coordinator,
    )
    serious_reports.draw_chronology(serious=serious, since=on - timedelta(days=400), until=on, by=coordinator)
    serious_reports.add_review_finding(
        serious=serious,
        kind=ReviewFinding.Kind.LEARNING,
        words="Two agencies held information that reached the meeting late.",
        by=coordinator,
    )
    serious_reports.recommend(
        serious=serious,
        words="Ask for information ten working days before a meeting",
        how="The standard is changed, and the panel looks at it after a quarter.",
        owner=place.people["housing"],
        due_on=on + timedelta(days=90),
        by=coordinator,
    )
