"""Quality audits: drawn at random and again, given to somebody who sees it, written, signed by two others, acted on."""

from datetime import datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import OutboxMessage, Role
from mappa import dates
from offenders.models import Offender
from reviews import audit_trends, auditing, samples, sampling
from reviews.models import Audit, AuditFinding, AuditSample, Board
from tests.conftest import member
from tests.factories import (
    AuditFactory,
    AuditFindingFactory,
    AuditSampleFactory,
    AuditScoreFactory,
    ExclusionFactory,
    LevelPeriodFactory,
    MeetingFactory,
    OffenderFactory,
    in_days,
)

LOGIN = "allauth.account.auth_backends.AuthenticationBackend"
MONTH = samples.last_month(dates.today())


@pytest.fixture
def sign_in(client):
    def as_(user):
        client.force_login(user, backend=LOGIN)
        return client

    return as_


@pytest.fixture
def at_level_2(offender):
    """The case has been at level 2 for a year."""
    Offender._base_manager.filter(pk=offender.pk).update(level=2)
    offender.levels.model._base_manager.filter(offender=offender).update(level=2, from_on=in_days(-365))
    return offender


@pytest.fixture
def audit(at_level_2, chair):
    """Chris audits it."""
    return AuditFactory(offender=at_level_2, sample__offender=at_level_2, auditor=chair)


@pytest.fixture
def other_board_member(board_agency):
    """Ben, another member of the board."""
    return member(board_agency, Role.Code.BOARD_MEMBER, "ben")


def audits(user):
    return Audit.objects.visible_to(user)


def whole(audit, score="3", words=""):
    """Every box scored alike."""
    return {
        question.pk: (score if score in auditing.possible_scores(question) else "3", words)
        for question in audit.sample.form.questions.all()
    }


def typed(audit, score="3", words=""):
    return {
        name: value
        for pk, (one, said) in whole(audit, score, words).items()
        for name, value in ((f"score_{pk}", one), (f"words_{pk}", said))
    }


# Sampling


def test_a_sample_is_drawn_again_from_its_seed_and_no_other_way():
    lines = [(f"stratum {n % 3}", f"MA-{n}") for n in range(50)]
    frame = sampling.framed(lines, "seed")

    drawn = sampling.places(len(frame), 7, "seed")

    assert sampling.framed(reversed(lines), "seed") == frame
    assert drawn == sampling.places(50, 7, "seed") != sampling.places(50, 7, "another")
    assert len(set(drawn)) == 7
    assert max(drawn) < 50


@pytest.mark.parametrize("size", [0, 1, 7, 13, 49])
def test_each_stratum_gets_its_share_rounded_up_or_down(size):
    frame = sampling.framed([("a" if n < 30 else "b", f"MA-{n}") for n in range(50)], "seed")

    shares = sampling.strata(frame, [frame[place][0] for place in sampling.places(50, size, "seed")])

    assert sum(taken for _name, _stock, taken in shares) == size
    assert all(abs(taken - size * stock / 50) < 1 for _name, stock, taken in shares)


def test_over_many_seeds_each_case_is_drawn_as_often_as_another():
    counts = [0] * 11
    for seed in range(2000):
        for place in sampling.places(11, 3, str(seed)):
            counts[place] += 1

    assert all(abs(count - 2000 * 3 / 11) < 90 for count in counts)


def test_the_board_draws_a_month_once_from_every_case_at_level_2_or_3(
    sign_in, board_member, coordinator, at_level_2, probation, practitioner
):
    closed = OffenderFactory(area=at_level_2.area, lead_agency=probation, level=3, restricted=True)
    LevelPeriodFactory(offender=closed, level=3, from_on=in_days(-200))
    OffenderFactory(area=at_level_2.area, lead_agency=probation, level_period=True)  # at level 1

    client = sign_in(board_member)
    client.post("/board/audits/draw/", {"kind": "case", "month": f"{MONTH}"})
    again = client.post("/board/audits/draw/", {"kind": "case", "month": f"{MONTH}"})

    sample = AuditSample.objects.visible_to(board_member).get()
    assert (sample.stock, sample.asked, audits(coordinator).count()) == (2, 5, 2)
    assert samples.is_repeatable(sample)
    assert "The sample of this month is drawn already" in again.text
    page = client.get(f"/board/audits/samples/{sample.reference}/").text
    assert "all there were, fewer than the 5 asked for" in page
    assert "the sample is the same" in page
    assert closed.reference not in page
    assert sign_in(practitioner).post("/board/audits/draw/").status_code == 403


def test_a_sample_says_when_its_record_was_changed(at_level_2, coordinator):
    sample = samples.draw_sample(area=at_level_2.area, kind="case", month=MONTH, by=coordinator)
    sample.frame = [["Level 2, Probation", "MA-2222-2222"]]

    assert not samples.is_repeatable(sample)


def test_a_month_that_is_not_over_is_not_drawn(at_level_2, coordinator):
    with pytest.raises(ValidationError, match="not over"):
        samples.draw_sample(area=at_level_2.area, kind="case", month=dates.today(), by=coordinator)


def test_an_area_without_cases_has_an_empty_sample(area, coordinator, sign_in):
    sample = samples.draw_sample(area=area, kind="case", month=MONTH, by=coordinator)

    assert (sample.stock, sample.audits.visible_to(coordinator).count()) == (0, 0)
    page = sign_in(coordinator).get(f"/board/audits/samples/{sample.reference}/").text
    assert "There was nothing to draw from" in page


def test_meetings_that_were_held_are_drawn_by_level_and_chair(area, chair, coordinator):
    held = MeetingFactory(area=area, chair=chair, state="approved", starts_at=_noon(MONTH), **_approved(chair))
    MeetingFactory(area=area, chair=chair, state="cancelled", starts_at=_noon(MONTH))
    MeetingFactory(area=area, chair=chair)  # to come

    samples.draw_sample(area=area, kind="meeting", month=MONTH, by=coordinator)

    drawn = audits(coordinator).get()
    assert (drawn.meeting, drawn.stratum) == (held, "Level 2, chaired by Police, Bedfordshire")


def _noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def _approved(chair):
    return {"approved_by": chair, "approved_at": _noon(MONTH)}


def test_the_clock_draws_for_every_board_once(at_level_2, coordinator, system):
    Board._base_manager.create(area=at_level_2.area, name="Board")

    assert (samples.draw_samples(by=system), samples.draw_samples(by=system)) == (2, 0)


def test_a_board_whose_sample_is_refused_keeps_no_other_from_being_drawn(area, other_area, system, monkeypatch):
    for each in (area, other_area):
        Board._base_manager.create(area=each, name="Board")
    first = Board.objects.visible_to(system).order_by("pk")[0].area
    asked = samples.size_of

    def size_of(area, kind):
        if area == first:
            raise ValidationError("No standard")
        return asked(area, kind)

    monkeypatch.setattr(samples, "size_of", size_of)
    with pytest.raises(ValidationError, match="No standard"):
        samples.draw_samples(by=system)

    assert {row.area for row in AuditSample.objects.visible_to(system)} == {area, other_area} - {first}


# Who audits


def test_only_who_sees_the_case_is_senior_and_has_no_part_can_audit(
    at_level_2, coordinator, chair, manager, practitioner, board_member, housing, outsider
):
    audit = AuditFactory(offender=at_level_2, auditor=None, state="to-assign")
    ExclusionFactory(offender=at_level_2, user=chair)

    people = {row.user for row in auditing.possible_auditors(audit)}

    assert people == {coordinator, manager}


def test_whoever_chaired_or_arranged_a_meeting_does_not_audit_it(area, chair, coordinator, manager):
    meeting = MeetingFactory(area=area, chair=chair, arranged_by=coordinator)
    audit = AuditFactory(of_meeting=True, meeting=meeting, auditor=None, state="to-assign")

    assert {row.user for row in auditing.possible_auditors(audit)} == {manager}


def test_an_audit_is_assigned_and_the_auditor_told_without_a_name(sign_in, board_member, at_level_2, manager, outsider):
    audit = AuditFactory(offender=at_level_2, auditor=None, state="to-assign")
    url = f"/board/audits/{audit.reference}/assign/"

    assert "Choose an auditor" in sign_in(board_member).post(url, {}).text
    sign_in(board_member).post(url, {"auditor": manager.pk})

    assert audits(manager).get().auditor == manager
    [mail] = OutboxMessage.objects.filter(to=manager)
    assert f"/audits/{audit.reference}/" in mail.body
    assert "Ashdown" not in mail.subject + mail.body
    assert at_level_2.reference not in mail.body
    assert sign_in(outsider).get(url).status_code == 404


def test_an_auditor_who_is_kept_from_the_case_sees_its_audit_no_more(audit, chair):
    assert audits(chair).exists()
    ExclusionFactory(offender=audit.offender, user=chair)

    assert not audits(chair).exists()


def test_a_board_member_reads_the_audit_and_not_which_case_it_is(sign_in, audit, board_member, coordinator):
    url = f"/board/audits/{audit.reference}/"

    seen, not_seen = sign_in(coordinator).get(url).text, sign_in(board_member).get(url).text

    assert audit.offender.reference in seen
    assert audit.offender.reference not in not_seen
    assert "Not shown to you" in not_seen


@pytest.mark.parametrize("person", ["lay_adviser", "information_officer", "chair", "practitioner"])
def test_audits_are_for_those_who_prepare_and_decide_board_business(request, sign_in, area, person):
    assert sign_in(request.getfixturevalue(person)).get("/board/audits/").status_code == 403


# Writing and signing


def test_an_audit_is_kept_half_done_and_sent_whole(sign_in, audit, chair):
    url = f"/audits/{audit.reference}/"
    first = audit.sample.form.questions.first()

    sign_in(chair).post(url, {f"score_{first.pk}": "1", f"words_{first.pk}": "Six weeks late"})
    kept = sign_in(chair).get(url).text
    early = sign_in(chair).post(url, {f"score_{first.pk}": "1", "send": "1"})

    assert "Six weeks late" in kept
    assert f"Write why: {first.text}" in early.text
    assert "Score this: The minutes are clear" in early.text
    assert audits(chair).get().state == Audit.State.TO_DO
    sign_in(chair).post(url, typed(audit) | {"send": "1"})
    assert audits(chair).get().state == Audit.State.TO_CHECK
    assert audit.scores.visible_to(chair).count() == audit.sample.form.questions.count()


def test_nobody_writes_anothers_audit(sign_in, audit, coordinator, practitioner):
    with pytest.raises(PermissionDenied):
        auditing.write_audit(audit=audit, scores={}, by=coordinator)
    assert sign_in(practitioner).get(f"/audits/{audit.reference}/").status_code == 404


def test_two_people_sign_an_audit_and_neither_wrote_it(
    sign_in, audit, chair, coordinator, board_member, other_board_member
):
    auditing.send_audit(audit=audit, scores=whole(audit), by=chair)
    url = f"/board/audits/{audit.reference}"

    assert sign_in(coordinator).post(f"{url}/sign/").status_code == 403
    sign_in(board_member).post(f"{url}/check/")
    own = sign_in(board_member).post(f"{url}/sign/")
    sign_in(other_board_member).post(f"{url}/sign/")

    assert "nobody agrees to what he wrote or checked himself" in own.text
    row = audits(board_member).get()
    assert (row.state, row.checked_by, row.signed_by) == ("signed", board_member, other_board_member)


def test_an_auditor_does_not_check_his_own(at_level_2, coordinator):
    audit = AuditFactory(offender=at_level_2, sent=True, auditor=coordinator)

    with pytest.raises(ValidationError, match="nobody agrees"):
        auditing.check_audit(audit=audit, by=coordinator)
    with pytest.raises(ValidationError, match="nobody judges"):
        auditing.send_back_audit(audit=audit, reason="x", by=coordinator)


def test_what_is_sent_back_needs_both_signatures_anew(sign_in, at_level_2, chair, coordinator, board_member):
    audit = AuditFactory(offender=at_level_2, checked=True, auditor=chair, checked_by=coordinator)
    url = f"/board/audits/{audit.reference}/send-back/"

    assert "Enter what is missing" in sign_in(board_member).post(url, {}).text
    sign_in(board_member).post(url, {"reason": "Say which agencies"})

    row = audits(chair).get()
    assert (row.state, row.checked_by, row.returned_because) == ("to-do", None, "Say which agencies")
    assert "Say which agencies" in sign_in(chair).get(f"/audits/{audit.reference}/").text


def test_an_audit_set_aside_says_why_and_stays_counted(sign_in, audit, coordinator):
    url = f"/board/audits/{audit.reference}/set-aside/"

    sign_in(coordinator).post(url, {"reason": "Nobody without a part in it sees it"})

    assert audits(coordinator).get().state == Audit.State.SET_ASIDE
    [month] = audit_trends.trend(audit.sample.area, "case", [audit.sample.month])
    assert (month.drawn, month.set_aside, month.share) == (1, 1, None)
    assert "at another step" in sign_in(coordinator).post(url, {"reason": "again"}).text


# Findings


def finding(audit, owner):
    day = in_days(30)
    return {
        "words": "Two agencies sent no report",
        "action": "Ask for reports a week before",
        "owner": owner.pk,
        "due_on_day": day.day,
        "due_on_month": day.month,
        "due_on_year": day.year,
    }


def test_a_finding_is_acted_on_once_the_audit_is_signed(
    sign_in, audit, chair, coordinator, board_member, housing, outsider
):
    sign_in(chair).post(f"/audits/{audit.reference}/findings/", finding(audit, housing))
    row = AuditFinding.objects.visible_to(chair).get()
    url = f"/audits/findings/{row.reference}/"
    assert sign_in(housing).get(url).status_code == 404

    auditing.send_audit(audit=audit, scores=whole(audit), by=chair)
    auditing.check_audit(audit=audit, by=coordinator)
    auditing.sign_audit(audit=audit, by=board_member)

    assert OutboxMessage.objects.filter(to=housing).count() == 1
    assert "Enter what was done" in sign_in(housing).post(url, {}).text
    sign_in(housing).post(url, {"outcome": "Asked"})
    assert AuditFinding.objects.visible_to(board_member).get().outcome == "Asked"
    assert sign_in(outsider).get(url).status_code == 404


def test_a_finding_has_an_owner_of_the_area_and_a_day_to_come(sign_in, audit, chair, outsider):
    url = f"/audits/{audit.reference}/findings/"
    late = finding(audit, chair) | {"due_on_year": 2020}

    assert "Select a valid choice" in sign_in(chair).post(url, finding(audit, outsider)).text
    assert "The day must be in the future" in sign_in(chair).post(url, late).text
    assert not AuditFinding.objects.visible_to(chair).exists()


def test_a_finding_is_taken_out_by_whoever_added_it_until_the_audit_is_signed(
    sign_in, at_level_2, chair, coordinator, board_member
):
    audit = AuditFactory(offender=at_level_2, sent=True, auditor=chair)
    of_auditor = AuditFindingFactory(audit=audit, offender=None, made_by=chair)
    own = AuditFindingFactory(audit=audit, offender=None, made_by=coordinator)

    def remove(user, row):
        return sign_in(user).post(f"/audits/findings/{row.reference}/remove/").text

    assert "at another step" in remove(chair, of_auditor)
    assert "Only whoever added a finding takes it out" in remove(board_member, of_auditor)
    page = sign_in(coordinator).get(f"/board/audits/{audit.reference}/").text
    assert (own.reference + "/remove" in page, of_auditor.reference + "/remove" in page) == (True, False)
    remove(coordinator, own)

    assert AuditFinding.objects.visible_to(coordinator).get() == of_auditor


def test_whoever_adds_a_finding_does_not_sign(sign_in, at_level_2, board_member, other_board_member):
    audit = AuditFactory(offender=at_level_2, checked=True)
    url = f"/board/audits/{audit.reference}"
    sign_in(board_member).post(f"{url}/findings/", finding(audit, at_level_2.lead_officer))

    own = sign_in(board_member).post(f"{url}/sign/").text
    sign_in(other_board_member).post(f"{url}/sign/")

    assert "Someone else signs: you added a finding" in own
    assert audits(board_member).get().signed_by == other_board_member


def test_whoever_is_kept_from_the_case_sees_no_audit_of_it_and_nothing_it_asks(
    sign_in, at_level_2, coordinator, board_member, practitioner
):
    sample = samples.draw_sample(area=at_level_2.area, kind="case", month=MONTH, by=coordinator)
    audit = audits(coordinator).get()
    signing = AuditFactory(offender=at_level_2, sample__offender=at_level_2, sample__kind="meeting", checked=True)
    row = AuditFindingFactory(audit=signing, offender=None, owner=practitioner)
    for person in (coordinator, practitioner):
        ExclusionFactory(offender=at_level_2, user=person)

    auditing.sign_audit(audit=signing, by=board_member)

    assert not audits(coordinator).exists()
    assert not AuditFinding.objects.visible_to(coordinator).exists()
    assert not OutboxMessage.objects.filter(to=practitioner).exists()
    assert sign_in(practitioner).get(row.get_absolute_url()).status_code == 404
    page = sign_in(coordinator).get(sample.get_absolute_url()).text
    assert audit.reference not in page
    assert "1: all there were" in page


def test_the_words_of_an_audit_name_nobody(sign_in, audit, chair, housing):
    first = audit.sample.form.questions.first()
    sent = {f"score_{first.pk}": "1", f"words_{first.pk}": "Ashdown was not discussed"}

    page = sign_in(chair).post(f"/audits/{audit.reference}/", sent).text
    found = (
        sign_in(chair)
        .post(
            f"/audits/{audit.reference}/findings/",
            finding(audit, housing) | {"words": f"Of {audit.offender.reference}"},
        )
        .text
    )

    assert "Take out “Ashdown”" in page
    assert "Ashdown was not discussed" in page
    assert f"Take out “{audit.offender.reference}”" in found
    assert not audit.scores.visible_to(chair).exists()


# What it comes to


def test_trends_count_signed_audits_alone_each_with_its_number(at_level_2):
    sample = AuditSampleFactory(area=at_level_2.area)
    signed = AuditFactory(offender=at_level_2, sample=sample, signed=True)
    waiting = AuditFactory(offender=at_level_2, sample=sample, checked=True)
    questions = list(sample.form.questions.all())
    for question, score in zip(questions, (3, 4, 1, 2, None), strict=False):
        AuditScoreFactory(audit=signed, offender=None, question=question, score=score)
    AuditScoreFactory(audit=waiting, offender=None, question=questions[0], score=1)

    before = dates.add_months(sample.month, -1)
    empty, month = audit_trends.trend(at_level_2.area, "case", [before, sample.month])

    assert (empty.drawn, empty.mean, empty.share) == (0, None, None)
    assert (month.drawn, month.signed, month.scores, month.mean, month.share) == (2, 1, 4, 2.5, 50)
    worst = audit_trends.weakest(at_level_2.area, [sample.month])
    assert [(box.text, box.mean) for box in worst] == [(questions[2].text, 1.0), (questions[3].text, 2.0)]


def test_the_page_shows_what_waits_and_what_was_found(
    sign_in, coordinator, audit, other_area, django_assert_max_num_queries
):
    signed = AuditFactory(offender=audit.offender, sample=audit.sample, signed=True)
    AuditScoreFactory(audit=signed, offender=None, score=1)
    AuditFindingFactory(audit=signed, offender=None, due_on=in_days(-3))
    client = sign_in(coordinator)

    with django_assert_max_num_queries(32):
        page = client.get("/board/audits/").text

    assert "Being audited" in page
    assert "Open: 1. Late: 1." in page
    assert "is not drawn yet" in page
    assert client.get(f"/board/audits/?area={other_area.slug}").status_code == 403


def test_my_audits_shows_what_is_mine(sign_in, audit, chair, coordinator):
    assert audit.offender.reference in sign_in(chair).get("/audits/").text
    assert "You have no audit to write" in sign_in(coordinator).get("/audits/").text


def test_an_auditor_who_has_left_writes_nothing_more(audit, chair, manager):
    row = AuditFindingFactory(audit=audit, offender=None, made_by=chair)
    chair.memberships.update(until=in_days(-1))

    for verb in (
        lambda: auditing.write_audit(audit=audit, scores={}, by=chair),
        lambda: auditing.add_finding(audit=audit, words="x", action="x", owner=manager, due_on=in_days(9), by=chair),
        lambda: auditing.remove_finding(finding=row, by=chair),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_what_was_checked_only_a_board_member_sends_back(at_level_2, chair, coordinator, board_member):
    audit = AuditFactory(offender=at_level_2, checked=True, auditor=chair, checked_by=board_member)

    with pytest.raises(PermissionDenied):
        auditing.send_back_audit(audit=audit, reason="Say which agencies", by=coordinator)


def test_an_owner_with_a_closed_account_finishes_no_finding(at_level_2, housing):
    audit = AuditFactory(offender=at_level_2, signed=True)
    row = AuditFindingFactory(audit=audit, offender=None, owner=housing)
    housing.is_active = False

    with pytest.raises(PermissionDenied):
        auditing.finish_finding(finding=row, outcome="Asked", by=housing)
