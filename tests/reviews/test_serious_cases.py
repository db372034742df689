"""A serious further offence: charged, notified, decided on, reviewed, carried out; and the record held whole meanwhile."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import OutboxMessage, Role
from mappa import dates
from reviews import serious_cases, serious_reports
from reviews.models import ReportSection, SeriousCase
from tests.conftest import member
from tests.factories import (
    ExclusionFactory,
    LegalHoldFactory,
    LevelPeriodFactory,
    OffenderFactory,
    RecommendationFactory,
    ReportSectionFactory,
    SeriousCaseFactory,
    TimelineEntryFactory,
    in_days,
)

LOGIN = "allauth.account.auth_backends.AuthenticationBackend"
State = SeriousCase.State


@pytest.fixture
def sign_in(client):
    def as_(user):
        client.force_login(user, backend=LOGIN)
        return client

    return as_


@pytest.fixture
def other_member(board_agency):
    """Ben, another member of the board."""
    return member(board_agency, Role.Code.BOARD_MEMBER, "ben")


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def charge(offence="rape", committed=-10, charged=-3, **more):
    days = boxes("committed_on", in_days(committed)) | boxes("charged_on", in_days(charged))
    return {"offence": offence, "offence_words": "", "notice": "What happened", **days, **more}


def url(case):
    return f"/people/{case.reference}/serious-further-offences/record/"


def step(serious, name=""):
    return f"/board/serious-cases/{serious.reference}/{name}"


def found(user):
    return SeriousCase.objects.visible_to(user)


def set_level(offender, level, since, until=None):
    offender.levels.model._base_manager.filter(offender=offender).delete()
    LevelPeriodFactory(offender=offender, level=level, from_on=in_days(since), until=until and in_days(until))


# The charge and its trigger


def test_a_charge_is_recorded_held_and_told_to_co_ordination(sign_in, practitioner, coordinator, offender):
    set_level(offender, 2, -100)

    sign_in(practitioner).post(url(offender), charge())

    row = found(coordinator).get()
    assert (row.trigger, row.level, row.state, row.due_on) == ("mandatory", 2, State.RECORDED, in_days(5))
    assert serious_cases.is_held(row)
    [mail] = OutboxMessage.objects.filter(to=coordinator)
    assert step(row) in mail.body
    assert offender.reference not in mail.body + mail.subject
    page = sign_in(practitioner).get(f"/people/{offender.reference}/serious-further-offences/").text
    assert "This record is held whole" in page
    assert "A review is mandatory" in page


def test_a_charge_is_refused_in_words(sign_in, practitioner, offender):
    client = sign_in(practitioner)

    assert "Choose the offence" in client.post(url(offender), charge(offence="")).text
    assert "The charge cannot be before the offence" in client.post(url(offender), charge(charged=-11)).text
    assert "must be today or in the past" in client.post(url(offender), charge(charged=1)).text
    assert "Enter which offence it is" in client.post(url(offender), charge(offence="other")).text
    named = client.post(url(offender), charge(notice=f"What {offender.reference} did"))
    assert f"Take out “{offender.reference}”" in named.text
    client.post(url(offender), charge())
    assert "recorded already" in client.post(url(offender), charge()).text
    assert found(practitioner).count() == 1


def test_only_whoever_edits_the_record_records_a_charge(sign_in, offender, victim_liaison, outsider):
    assert sign_in(victim_liaison).post(url(offender), charge()).status_code == 403
    assert sign_in(outsider).post(url(offender), charge()).status_code == 404


@pytest.mark.parametrize(
    ("since", "until", "level"),
    [(-10, None, 3), (-9, None, None), (-100, -38, None), (-100, -37, 3), (-100, -9, 3)],
    ids=["on the day", "a day after", "ended 28 days before", "ended 27 days before", "ended since"],
)
def test_the_level_counts_on_the_day_or_within_28_days_before(offender, practitioner, since, until, level):
    set_level(offender, 3, since, until)

    assert serious_cases.level_then(offender, in_days(-10), by=practitioner) == level


@pytest.mark.parametrize(
    ("offence", "level", "trigger"),
    [
        ("murder", 2, "mandatory"),
        ("attempted-rape", 3, "mandatory"),
        ("manslaughter", 1, "discretionary"),
        ("other", 3, "discretionary"),
        ("other", None, "discretionary"),
    ],
)
def test_five_offences_at_level_2_or_3_make_a_review_mandatory(offence, level, trigger):
    assert serious_cases.trigger_of(offence, level)[0] == trigger


# Who reads what


def test_the_board_reads_the_charge_and_not_whose_it_is(sign_in, offender, board_member, coordinator):
    row = SeriousCaseFactory(offender=offender, reviewed=True)

    seen, not_seen = sign_in(coordinator).get(step(row)).text, sign_in(board_member).get(step(row)).text

    assert offender.reference in seen
    for private in (offender.reference, "Ashdown", "Peter"):
        assert private not in not_seen
    assert "Restricted: it is shown to those who see the case" in not_seen


def test_whoever_is_excluded_from_the_case_sees_no_review_of_it(offender, board_member):
    SeriousCaseFactory(offender=offender)
    ExclusionFactory(offender=offender, user=board_member)

    assert not found(board_member).exists()


def test_a_lay_adviser_reads_only_what_is_written_for_him(sign_in, offender, lay_adviser):
    row = SeriousCaseFactory(
        offender=offender, reviewed=True, adviser=lay_adviser, for_adviser="Ask who was not there", terms="SECRET terms"
    )
    ReportSectionFactory(serious=row, offender=None, text="SECRET report")
    before = SeriousCaseFactory(offender=offender, notified=True, adviser=lay_adviser)

    client = sign_in(lay_adviser)
    page = client.get(step(row)).text

    assert "Ask who was not there" in page
    for private in ("SECRET", offender.reference, "Rape", row.notice):
        assert private not in page
    assert client.get(step(before)).status_code == 404
    assert client.post(step(row, "terms/")).status_code == 403
    listed = client.get("/board/serious-cases/").text
    assert row.reference in listed
    assert "Rape" not in listed


def test_what_the_board_published_is_read_on_its_pages(
    sign_in, offender, coordinator, lay_adviser, board_member, other_member
):
    row = SeriousCaseFactory(offender=offender, accepted=True, reported_by=board_member)
    assert sign_in(lay_adviser).get(step(row)).status_code == 404

    assert "Nothing is proposed" in sign_in(other_member).post(step(row, "publish/"), {"version": "0"}).text
    sign_in(coordinator).post(step(row, "propose/"), {"proposed_words": "We learnt", "version": "0"})
    assert OutboxMessage.objects.filter(to=other_member).count() == 1
    assert sign_in(lay_adviser).get(step(row)).status_code == 404
    own = sign_in(board_member).post(step(row, "publish/"), {"version": "1"})
    assert "We learnt" in sign_in(other_member).get(step(row, "publish/")).text
    sign_in(other_member).post(step(row, "publish/"), {"version": "1"})

    assert "nobody accepts or publishes what he put before the board" in own.text
    assert "We learnt" in sign_in(lay_adviser).get(step(row)).text
    with pytest.raises(ValidationError, match="published already"):
        serious_reports.publish(serious=row, version=1, by=other_member)


def test_nobody_publishes_his_own_words_or_words_he_has_not_read(sign_in, offender, board_member, other_member):
    row = SeriousCaseFactory(offender=offender, accepted=True, proposed_words="First", proposed_by=other_member)
    sign_in(board_member).post(step(row, "propose/"), {"proposed_words": "100% mine", "version": "0"})

    stale = sign_in(other_member).post(step(row, "publish/"), {"version": "0"}).text
    own = sign_in(board_member).post(step(row, "publish/"), {"version": "1"}).text

    assert "Someone else changed this meanwhile. It says now: 100% mine" in stale
    assert "you wrote these words yourself" in own
    assert found(board_member).get().published_at is None


def test_no_text_for_the_board_or_the_lay_adviser_names_the_case(
    sign_in, offender, other_case, coordinator, lay_adviser, board_member, practitioner
):
    row = SeriousCaseFactory(offender=offender, reviewed=True)
    done = SeriousCaseFactory(offender=offender, accepted=True)
    terms = {"terms": "Why", "reviewer": "Dr Ashdown", "adviser": lay_adviser.pk, "version": "0"}

    named = sign_in(coordinator).post(step(row, "terms/"), terms | {"for_adviser": "Ask about Mr ASHDOWN"})
    dashed = other_case.reference.replace("-", "–").lower()
    proposal = {"proposed_words": f"As in {dashed}", "version": "0"}
    published = sign_in(board_member).post(step(done, "propose/"), proposal)
    told = sign_in(practitioner).post(url(offender), charge(notice=f"{offender.reference} was seen"))
    sign_in(coordinator).post(step(row, "write/"), {"1-why": "Ashdown was late", "version": "0"})

    for page, words in ((named, "ASHDOWN"), (published, dashed), (told, offender.reference)):
        assert f"Take out “{words}”: whoever reads this sees no case" in page.text
    assert not found(lay_adviser).exists()
    assert not ReportSection.objects.visible_to(coordinator).exists()
    sign_in(coordinator).post(step(row, "terms/"), terms | {"for_adviser": f"Beside {done.reference}, an ashdown"})
    assert found(lay_adviser).get().for_adviser == f"Beside {done.reference}, an ashdown"


def test_whoever_sees_no_case_is_not_told_that_he_guessed_the_name(offender, board_member):
    row = SeriousCaseFactory(offender=offender, accepted=True)

    serious_reports.propose_publication(serious=row, proposed_words="Ashdown", version=0, by=board_member)

    assert found(board_member).get().proposed_words == "Ashdown"


# Notification and decision


def test_the_board_is_notified_and_decides_with_reasons(sign_in, offender, coordinator, board_member, practitioner):
    row = SeriousCaseFactory(offender=offender)

    sign_in(coordinator).post(step(row, "notify/"))
    mandatory = sign_in(board_member).post(step(row, "decide/"), {"review": "no", "reasons": "x"})
    empty = sign_in(board_member).post(step(row, "decide/"), {"review": "yes", "reasons": ""})

    assert OutboxMessage.objects.filter(to=board_member).count() == 1
    assert "A review is mandatory here" in mandatory.text
    assert "Enter the board’s reasons" in empty.text
    assert sign_in(coordinator).post(step(row, "decide/")).status_code == 403
    sign_in(board_member).post(step(row, "decide/"), {"review": "yes", "reasons": "It is mandatory"})
    row = found(board_member).get()
    assert (row.state, row.due_on) == (State.UNDER_REVIEW, dates.add_months(dates.today(), 3))
    assert "at another step" in sign_in(board_member).post(step(row, "decide/"), {"review": "yes", "reasons": "x"}).text
    assert sign_in(practitioner).get(step(row)).status_code == 403


def test_nobody_decides_on_what_he_notified(offender, board_member):
    row = SeriousCaseFactory(offender=offender, notified=True, notified_by=board_member)

    with pytest.raises(ValidationError, match="Someone else of the board decides"):
        serious_cases.decide_review(serious=row, review=True, reasons="x", by=board_member)


def test_a_review_that_is_not_mandatory_may_be_declined_and_holds_nothing_then(offender, board_member):
    row = SeriousCaseFactory(offender=offender, notified=True, trigger="discretionary")
    LegalHoldFactory(offender=offender, source=row.reference)

    row = serious_cases.decide_review(serious=row, review=False, reasons="Nothing to learn", by=board_member)

    assert row.state == State.REFUSED
    assert not serious_cases.is_held(row)


def test_what_was_recorded_in_error_is_taken_back_and_counts_nowhere(sign_in, offender, coordinator):
    row = SeriousCaseFactory(offender=offender, trigger="discretionary")
    LegalHoldFactory(offender=offender, source=row.reference)

    sign_in(coordinator).post(step(row, "take-back/"), {"reason": "Another person"})

    assert found(coordinator).get().state == State.WITHDRAWN
    assert not serious_cases.is_held(row)
    assert serious_cases.charged_by_level(offender.area, date(2000, 1, 1), dates.today()) == {}


@pytest.mark.parametrize("more", [{}, {"notified": True, "trigger": "discretionary"}], ids=["mandatory", "notified"])
def test_what_is_for_the_board_to_decide_no_co_ordinator_takes_back(sign_in, offender, coordinator, board_member, more):
    row = SeriousCaseFactory(offender=offender, **more)
    sent = {"reason": "Another person"}

    assert "take-back" not in sign_in(coordinator).get(step(row)).text
    assert "a board member takes it back" in sign_in(coordinator).get(step(row, "take-back/")).text
    assert sign_in(coordinator).post(step(row, "take-back/"), sent).status_code == 403
    own = SeriousCaseFactory(offender=offender, recorded_by=board_member, **more)
    assert "you recorded or notified this yourself" in sign_in(board_member).post(step(own, "take-back/"), sent).text
    sign_in(board_member).post(step(row, "take-back/"), sent)

    assert set(found(board_member).values_list("reference", "state")) == {
        (row.reference, "withdrawn"),
        (own.reference, own.state),
    }


def test_a_person_is_counted_once_at_the_highest_level(offender, other_case):
    for level in (1, 3):
        SeriousCaseFactory(offender=offender, level=level)
    SeriousCaseFactory(offender=OffenderFactory(area=offender.area), level=None)
    SeriousCaseFactory(offender=other_case)

    counted = serious_cases.charged_by_level(offender.area, dates.today() - timedelta(days=900), dates.today())

    assert counted == {3: 1, None: 1}


# The review


def test_the_terms_name_a_lay_adviser_who_is_told(sign_in, offender, coordinator, lay_adviser, board_member):
    row = SeriousCaseFactory(offender=offender, reviewed=True)
    answers = {"terms": "Why", "reviewer": "Dr Roe", "adviser": lay_adviser.pk, "for_adviser": "Ask", "version": "0"}

    sign_in(coordinator).post(step(row, "terms/"), answers)
    stale = sign_in(board_member).post(step(row, "terms/"), answers | {"terms": "Mine"})

    assert found(lay_adviser).get().for_adviser == "Ask"
    assert OutboxMessage.objects.filter(to=lay_adviser).count() == 1
    assert "Someone else changed this meanwhile" in stale.text
    assert "Mine" in stale.text
    other = sign_in(coordinator).post(step(row, "terms/"), answers | {"adviser": board_member.pk, "version": "1"})
    assert "Select a valid choice" in other.text


def test_the_chronology_is_drawn_from_the_record_once_and_kept(sign_in, offender, coordinator, board_member):
    row = SeriousCaseFactory(offender=offender, reviewed=True)
    TimelineEntryFactory(offender=offender, title="Moved to a hostel")
    TimelineEntryFactory(offender=offender, title="Hidden", restricted=True)
    days = boxes("since", in_days(-1)) | boxes("until", dates.today())

    first = sign_in(coordinator).post(step(row, "chronology/"), days, follow=True)
    again = sign_in(coordinator).post(step(row, "chronology/"), days, follow=True)

    assert "1 entry is drawn" in first.text
    assert "0 entries are drawn" in again.text
    assert "Moved to a hostel" in first.text
    assert "Hidden" not in first.text
    assert "Ask co-ordination" in sign_in(board_member).post(step(row, "chronology/"), days).text
    assert "Moved to a hostel" not in sign_in(board_member).get(step(row)).text


def test_a_report_is_put_before_the_board_when_it_is_whole(
    sign_in, offender, coordinator, board_member, lay_adviser, housing
):
    row = SeriousCaseFactory(offender=offender, reviewed=True, terms="Why", reviewer="Dr Roe", adviser=lay_adviser)
    early = sign_in(coordinator).post(step(row, "report/"))
    assert "still missing are: Why this review" in early.text

    texts = dict.fromkeys(ReportSection.Heading.values, "Words")
    sign_in(coordinator).post(step(row, "write/"), texts | {"version": "0"})
    sign_in(coordinator).post(step(row, "findings/"), {"kind": "good", "words": "Prisons told early"})
    recommended = {"words": "Ask earlier", "how": "By mail", "owner": housing.pk} | boxes("due_on", in_days(90))
    sign_in(coordinator).post(step(row, "recommendations/"), recommended)
    sign_in(coordinator).post(step(row, "report/"))
    assert found(coordinator).get().state == State.TO_ACCEPT
    assert not OutboxMessage.objects.filter(to=housing).exists()

    sign_in(board_member).post(step(row, "accept/"))
    assert OutboxMessage.objects.filter(to=housing).count() == 1
    page = sign_in(board_member).get(step(row)).text
    assert "Prisons told early" in page
    assert "Ask earlier" in page


def test_nobody_accepts_what_he_reported_and_a_report_sent_back_is_written_on(
    sign_in, offender, board_member, other_member
):
    row = SeriousCaseFactory(offender=offender, reported=True, reported_by=board_member)

    assert "nobody accepts" in sign_in(board_member).post(step(row, "accept/")).text
    sign_in(other_member).post(step(row, "send-back/"), {"reason": "Say more"})

    row = found(board_member).get()
    assert (row.state, row.returned_because) == (State.UNDER_REVIEW, "Say more")


def test_nobody_accepts_a_report_of_which_he_wrote_a_section(sign_in, offender, board_member, other_member):
    row = SeriousCaseFactory(offender=offender, reported=True)
    ReportSectionFactory(serious=row, offender=None, saved_by=board_member)

    assert "accept/" not in sign_in(board_member).get(step(row)).text
    assert "you wrote some of this report yourself" in sign_in(board_member).post(step(row, "accept/")).text
    sign_in(other_member).post(step(row, "accept/"))

    assert found(board_member).get().accepted_by == other_member


def test_whoever_is_kept_from_the_case_is_told_of_no_review(offender, board_member, lay_adviser, practitioner):
    for person in (lay_adviser, practitioner):
        ExclusionFactory(offender=offender, user=person)
    row = SeriousCaseFactory(offender=offender, reviewed=True)
    words = {"terms": "Why", "reviewer": "", "for_adviser": "Ask", "version": 0}
    serious_reports.set_terms(serious=row, adviser=lay_adviser, by=board_member, **words)
    done = SeriousCaseFactory(offender=offender, reported=True)
    RecommendationFactory(serious=done, offender=None, owner=practitioner)

    serious_reports.accept_report(serious=done, by=board_member)

    assert not OutboxMessage.objects.exists()


def test_a_review_is_closed_when_everything_is_carried_out(sign_in, offender, board_member, housing, uninvited):
    row = SeriousCaseFactory(offender=offender, accepted=True)
    LegalHoldFactory(offender=offender, source=row.reference)
    todo = RecommendationFactory(serious=row, offender=None, owner=housing)
    page = f"/recommendations/{todo.reference}/"

    early = sign_in(board_member).post(step(row, "close/"), {"reason": "Done"})
    assert "still to be carried out" in early.text
    assert sign_in(uninvited).get(page).status_code == 404
    assert "Enter what was done" in sign_in(housing).post(page, {}).text
    sign_in(housing).post(page, {"outcome": "Asked"})
    sign_in(board_member).post(step(row, "close/"), {"reason": "Done"})

    assert found(board_member).get().state == State.CLOSED
    assert not serious_cases.is_held(row)


def test_nobody_closes_a_review_of_which_he_reported_or_did_a_part(offender, board_member, other_member):
    own = SeriousCaseFactory(offender=offender, accepted=True, reported_by=board_member)
    row = SeriousCaseFactory(offender=offender, accepted=True)
    todo = RecommendationFactory(serious=row, offender=None)
    serious_reports.carry_out(recommendation=todo, outcome="Done", by=board_member)

    for review in (own, row):
        with pytest.raises(ValidationError, match="Someone else closes it"):
            serious_reports.close_review(serious=review, reason="Done", by=board_member)
    assert serious_reports.close_review(serious=row, reason="Done", by=other_member).state == State.CLOSED


def test_the_list_asks_the_same_however_long_it_is(sign_in, offender, board_member, django_assert_max_num_queries):
    for _each in range(5):
        SeriousCaseFactory(offender=offender)
    client = sign_in(board_member)

    with django_assert_max_num_queries(16):
        assert client.get("/board/serious-cases/").status_code == 200


def test_every_verb_of_a_review_asks_who_may(offender, victim_liaison, lay_adviser):
    row = SeriousCaseFactory(offender=offender, reviewed=True, adviser=lay_adviser)
    by = lay_adviser

    for verb in (
        lambda: serious_cases.notify_board(serious=row, by=by),
        lambda: serious_cases.withdraw_charge(serious=row, reason="x", by=by),
        lambda: serious_cases.decide_review(serious=row, review=True, reasons="x", by=by),
        lambda: serious_reports.draw_chronology(serious=row, since=in_days(-1), until=in_days(0), by=by),
        lambda: serious_reports.write_report(serious=row, texts={}, version=0, by=by),
        lambda: serious_reports.add_review_finding(serious=row, kind="good", words="x", by=by),
        lambda: serious_reports.recommend(serious=row, words="x", how="", owner=by, due_on=in_days(9), by=by),
        lambda: serious_reports.report(serious=row, by=by),
        lambda: serious_reports.return_report(serious=row, reason="x", by=by),
        lambda: serious_reports.accept_report(serious=row, by=by),
        lambda: serious_reports.propose_publication(serious=row, proposed_words="x", version=0, by=by),
        lambda: serious_reports.publish(serious=row, version=0, by=by),
        lambda: serious_reports.close_review(serious=row, reason="x", by=by),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_an_owner_with_a_closed_account_carries_nothing_out(offender, housing):
    row = SeriousCaseFactory(offender=offender, accepted=True)
    todo = RecommendationFactory(serious=row, offender=None, owner=housing)
    housing.is_active = False

    with pytest.raises(PermissionDenied):
        serious_reports.carry_out(recommendation=todo, outcome="Asked", by=housing)
