"""The demo's invented world: how large it is, that its rows agree with each other, and that it touches nothing else."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.test import override_settings

from agencies.access import Perm, allowed
from agencies.models import Agency, AgencyKind, IntegrationToken, Membership, Role, User
from agencies.models.token import SCOPES, digest
from agencies.models.user import system_user
from assessments import validity
from assessments.models import Plan, PlanTerm
from disclosures.models import (
    Disclosure,
    DisclosureDecision,
    InformationAnswer,
    InformationRequest,
    SchemeApplication,
    SchemeEntry,
)
from mappa import dates
from mappa.guard import ProtectedModel
from offenders import names
from offenders.law.identifiers import canonical
from offenders.models import (
    Alias,
    Breach,
    CategoryBasis,
    CategoryPeriod,
    CategoryProposal,
    Flag,
    FlagReview,
    Identifier,
    LevelPeriod,
    Licence,
    LicenceCondition,
    Monitoring,
    NameWord,
    Note,
    Offender,
    OffenderGroupObjectPermission,
    Order,
    OrderTerm,
    PremisesPlace,
    PremisesProposal,
    Review,
    TimelineEntry,
)
from offenders.models.offender import search_key
from offenders.rederivation import rederive_all
from panels.actions.approval import digest as seal_of
from panels.gaps import gaps_of
from panels.models import (
    Action,
    AgendaItem,
    Agreement,
    Decision,
    Dissent,
    InformationReturn,
    Invitation,
    Meeting,
    Paragraph,
    Proposal,
    Referral,
)
from reviews.compliance import checks
from reviews.models import Board, BoardMeeting, BoardQuestion
from tests.factories import OffenderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo, made once for the tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEMO=True):
            call_command("demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _made(demo, db, settings):
    settings.DEMO = True


def rows(model):
    return model._base_manager if issubclass(model, ProtectedModel) else model.objects


def cases(slug="bedfordshire", **more):
    return rows(Offender).filter(area__slug=slug, **more)


def person(start):
    return User.objects.get(email=f"{start}@demo.invalid")


@pytest.mark.parametrize(
    ("slug", "total", "by_category", "by_level"),
    [
        ("bedfordshire", 816, {1: 568, 2: 240, 3: 3, 4: 5}, {1: 801, 2: 12, 3: 3}),
        ("north-wales", 1262, {1: 947, 2: 305, 3: 4, 4: 6}, {1: 1240, 2: 18, 3: 4}),
    ],
)
def test_the_two_areas_have_the_published_totals(slug, total, by_category, by_level):
    assert cases(slug).count() == total
    assert Counter(cases(slug).values_list("category", flat=True)) == by_category
    assert Counter(cases(slug).values_list("level", flat=True)) == by_level


def test_about_98_in_100_are_at_level_1():
    assert 0.975 < rows(Offender).filter(level=1).count() / 2078 < 0.99


def test_every_case_says_that_it_is_invented():
    assert not rows(Offender).filter(is_demo=False).exists()


def test_nobody_of_category_3_is_at_level_1():
    assert not rows(LevelPeriod).filter(offender__category=3, level=1).exists()


@pytest.mark.parametrize(
    "model",
    [
        Offender,
        Alias,
        Identifier,
        CategoryBasis,
        LevelPeriod,
        Review,
        Meeting,
        AgendaItem,
        Paragraph,
        Decision,
        Dissent,
        Proposal,
        Agreement,
        Action,
        Flag,
        FlagReview,
        Note,
        Order,
        OrderTerm,
        Licence,
        LicenceCondition,
        Monitoring,
        Breach,
        PremisesProposal,
        PremisesPlace,
        InformationRequest,
        InformationAnswer,
        SchemeApplication,
        SchemeEntry,
    ],
)
def test_every_row_passes_its_own_checks(model):
    for row in rows(model).order_by("pk")[::60]:
        row.full_clean()


def test_the_name_is_searched_as_a_saved_one_is():
    for surname, forenames, found in cases().values_list("surname", "forenames", "search_name"):
        assert found == search_key(f"{surname} {forenames}")


def test_the_words_of_a_name_are_those_of_a_saved_one_and_the_dictionary_knows_them():
    known = set(NameWord.objects.values_list("word", flat=True))

    for surname, forenames, words in cases().values_list("surname", "forenames", "name_words"):
        assert words == list(names.words_of(surname, forenames))
        assert known.issuperset(names.single_words(surname, forenames))


def test_other_names_are_among_the_words_of_their_case():
    others = rows(Alias).values_list("surname", "forenames", "offender__alias_words")

    assert len(others) == 2078 // 12
    assert all(words == list(names.words_of(surname, forenames)) for surname, forenames, words in others)


def test_every_number_has_its_shape_and_check_letter():
    year = dates.today().year
    for kind, value in rows(Identifier).values_list("kind", "value"):
        assert canonical(kind, value, year) == value


def test_every_case_has_one_level_in_force_and_it_is_the_case_s():
    open_periods = Counter(rows(LevelPeriod).filter(until=None).values_list("offender", flat=True))

    assert set(open_periods.values()) == {1}
    assert len(open_periods) == 2078
    assert not rows(LevelPeriod).filter(until=None).exclude(level=F("offender__level")).exists()


def test_levels_follow_each_other_without_a_gap():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT until, lead(from_on) OVER (PARTITION BY offender_id ORDER BY from_on, id) AS "
            "next_on FROM offenders_levelperiod) p WHERE until IS DISTINCT FROM next_on"
        )
        assert cursor.fetchone() == (0,)


def test_every_case_has_one_open_review_on_the_date_of_the_case():
    open_reviews = rows(Review).filter(held_on=None)

    assert open_reviews.count() == 2078
    assert not open_reviews.exclude(due_on=F("offender__next_review_on"), level=F("offender__level")).exists()
    assert not rows(Review).exclude(area=F("offender__area")).exists()


def test_reviews_of_eighteen_months_were_held_some_of_them_late():
    held = rows(Review).filter(held_on__isnull=False)
    late = held.filter(held_on__gt=F("due_on"))

    assert held.filter(held_on__lte=dates.today()).count() == held.count()
    assert 0.05 < late.count() / held.count() < 0.25
    assert held.earliest("held_on").held_on < dates.today() - timedelta(days=500)


def test_some_reviews_are_overdue():
    overdue = rows(Review).filter(held_on=None, due_on__lt=dates.today()).count()

    assert 0.02 < overdue / 2078 < 0.10


def test_no_open_review_is_later_than_the_standard_allows():
    late = Q(level__lt=3, due_on__gt=dates.today() + timedelta(weeks=16)) | Q(
        level=3, due_on__gt=dates.today() + timedelta(weeks=8)
    )

    assert not rows(Review).filter(late, held_on=None).exists()


def test_the_category_is_the_first_of_the_bases_in_force():
    live = rows(CategoryBasis).filter(Q(ends_on=None) | Q(ends_on__gte=dates.today()))
    first = {}
    for offender, category in live.values_list("offender", "category"):
        first[offender] = min(category, first.get(offender, 9))

    asked = dict(rows(CategoryProposal).filter(outcome="").values_list("offender", "to_category"))
    assert first == dict(rows(Offender).values_list("pk", "category")) | asked
    assert len(asked) == 6


def test_the_nightly_task_finds_that_all_has_been_said():
    assert rederive_all(on=dates.today(), by=system_user()) == 0


def test_every_category_has_its_history_and_category_3_its_decision():
    open_ones = rows(CategoryPeriod).filter(until=None)

    assert dict(open_ones.values_list("offender", "category")) == dict(rows(Offender).values_list("pk", "category"))
    assert rows(CategoryBasis).filter(category=3, decision__kind="dangerous").count() == 7


def test_some_cases_have_flags_and_notes_of_every_sort():
    flags, notes = rows(Flag), rows(Note)

    assert flags.filter(removed_on=None, review_on__lt=dates.today()).exists()
    assert flags.filter(removed_on__isnull=False).exists()
    assert set(notes.values_list("audience", flat=True)) == {"everyone", "authority"}
    assert notes.filter(corrects__isnull=False).exists()
    assert not flags.filter(added_at__lt=F("offender__registered_at")).exists()
    assert not notes.filter(at__lt=F("offender__registered_at")).exists()
    assert not notes.filter(at__date__gt=dates.today()).exists()


def test_nothing_happened_before_the_case_or_in_the_future():
    entries = rows(TimelineEntry)

    assert not entries.filter(at__date__gt=dates.today()).exists()
    assert not entries.filter(at__lt=F("offender__registered_at")).exists()


def test_every_area_has_an_agency_of_every_kind():
    for slug in ("bedfordshire", "north-wales"):
        kinds = Agency.objects.filter(area__slug=slug, group__isnull=False).values_list("kind", flat=True)
        assert set(kinds) == set(AgencyKind.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("prefix", ["", "nw-"])
@pytest.mark.parametrize(
    ("start", "role", "kind"),
    [
        ("coordinator", "coordinator", "police"),
        ("chair", "chair", "police"),
        ("probation", "practitioner", "probation"),
        ("probation-manager", "practitioner", "probation"),
        ("police", "practitioner", "police"),
        ("prison", "practitioner", "prison"),
        ("housing", "contact-point", "housing"),
        ("health", "practitioner", "nhs-trust"),
        ("victim-liaison", "victim-liaison", "probation"),
        ("board", "board-member", "board"),
        ("lay-adviser", "lay-adviser", "board"),
        ("information-officer", "information-officer", "police"),
        ("national", "national", "service"),
        ("admin", "administrator", "service"),
    ],
)
def test_there_is_a_person_of_every_role(prefix, start, role, kind):
    held = Membership.objects.get(user=person(prefix + start))

    assert (held.role_id, held.agency.kind.code) == (role, kind)
    assert held.user.is_staff == (start == "admin")


def test_they_sign_in_with_the_password_of_the_settings():
    assert person("coordinator").check_password(settings.DEMO_PASSWORD)


def test_every_role_is_held_by_somebody():
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.Code.values)


def test_the_chair_may_chair_level_3():
    assert Membership.objects.get(user=person("chair")).rank_order >= 30


def test_the_practitioner_leads_24_cases_some_overdue():
    mine = rows(Offender).filter(lead_officer=person("probation"))

    assert mine.count() == 24
    assert mine.filter(next_review_on__lt=dates.today()).count() >= 3
    assert mine.filter(level=2).count() == 2


def test_the_police_officer_leads_30_registered_people():
    mine = rows(Offender).filter(lead_officer=person("police"))

    assert mine.filter(category=1, lead_agency__kind__code="police").count() == mine.count() == 30


def test_the_manager_may_countersign():
    case = cases(lead_officer=person("probation")).first()

    assert allowed(person("probation-manager"), Perm.COUNTERSIGN, on=case)


def test_the_integration_reads_cases_with_the_token_of_the_settings():
    token = IntegrationToken.objects.get(digest=digest(settings.DEMO_API_TOKEN))

    assert set(token.scopes) == {scope for scope in SCOPES if scope.endswith(":read")}
    assert token.is_in_date(dates.today())
    assert not token.user.has_usable_password()
    assert Offender.objects.visible_to(token.user).count() == 815


def test_the_police_see_their_area_and_not_the_restricted_case():
    assert Offender.objects.visible_to(person("police")).count() == 815
    assert Offender.objects.visible_to(person("coordinator")).count() == 816


def test_housing_sees_only_what_it_was_invited_to():
    seen = set(Offender.objects.visible_to(person("housing")).values_list("pk", flat=True))
    until = dates.today()
    grants = rows(OffenderGroupObjectPermission).filter(group__agency__kind__code="housing", until__gte=until)

    assert seen == set(
        grants.filter(content_object__area__slug="bedfordshire").values_list("content_object", flat=True)
    )
    assert 3 < len(seen) < 30


def test_every_invitation_of_an_agency_without_the_area_is_a_grant():
    invited = rows(Invitation).exclude(agency__kind__duty="responsible_authority")
    granted = rows(OffenderGroupObjectPermission).filter(basis="invited")

    assert set(invited.values_list("item__reference", "agency__group")) == set(granted.values_list("source", "group"))


@pytest.mark.parametrize("slug", ["bedfordshire", "north-wales"])
def test_meetings_were_held_one_waits_for_the_chair_and_some_are_ahead(slug):
    meetings = rows(Meeting).filter(area__slug=slug)
    states = Counter(meetings.values_list("state", flat=True))

    assert states["approved"] > 15
    assert states["held"] == 1
    assert states["planned"] == 5
    assert meetings.filter(state="planned", starts_at__date__lte=dates.today() + timedelta(days=14)).count() >= 2


def test_everybody_at_an_approved_meeting_has_a_decision_with_disclosure():
    items = rows(AgendaItem).filter(meeting__state="approved")

    assert items.filter(decision__isnull=True).count() == 0
    assert rows(Decision).filter(disclosure_reasons="").count() == 0
    assert set(rows(Decision).values_list("disclosure", flat=True)) == {"yes", "no"}


def test_meetings_were_asked_about_children_and_their_answers_pass_their_own_checks():
    found = list(rows(Decision).all())

    for decision in found:
        decision.full_clean(validate_unique=False)
    assert {decision.child_sex_offender for decision in found} == {True, False}
    assert any(decision.is_against_presumption for decision in found)
    entries = rows(DisclosureDecision).exclude(meeting_reference="")
    assert entries.filter(child_sex_offender__isnull=True).count() == 0


def test_disclosures_stand_at_every_stage_in_both_areas_and_pass_their_own_checks():
    found = list(rows(Disclosure).select_related("entry", "offender__area"))

    for row in found:
        row.full_clean()
    for slug in ("bedfordshire", "north-wales"):
        there = [row for row in found if row.offender.area.slug == slug]
        assert sum(row.is_waiting for row in there) == 1
        assert sum(row.is_to_be_delivered for row in there) == 1
        assert sum(row.delivered_on is not None for row in there) == 1
        assert sum(not row.discloses for row in there) == 1


def test_plans_that_are_on_their_way_are_valid_and_answer_everything():
    by = system_user()
    ahead = list(Plan.objects.visible_to(by).open().select_related("offender"))

    assert {plan.state for plan in ahead} == {"draft", "sent", "signed"}
    assert [missing for plan in ahead if (missing := validity.missing(plan, by))] == []
    assert PlanTerm.objects.visible_to(by).filter(heading="").exists()


def test_every_item_has_a_paragraph_under_each_heading_that_is_written():
    assert rows(Paragraph).count() == len(Paragraph.WRITTEN) * rows(AgendaItem).count()


def test_of_a_finished_item_nothing_is_missing():
    done = rows(AgendaItem).filter(finished_at__isnull=False, meeting__level=3).select_related("meeting", "offender")

    assert done
    assert [gap.what for gap in gaps_of(done[:20], system_user())] == []


def test_approved_minutes_carry_their_own_seal():
    meeting = rows(Meeting).filter(state="approved").latest("starts_at")

    assert meeting.digest == seal_of(meeting)


def test_every_open_review_of_a_managed_case_is_what_its_last_meeting_set():
    for case in rows(Offender).filter(level__gte=2):
        last = rows(Decision).filter(item__offender=case, item__meeting__state="approved")
        if found := last.order_by("-item__meeting__starts_at").first():
            assert (found.level, found.next_review_on) == (case.level, case.next_review_on)


def test_actions_are_open_overdue_and_done():
    actions = rows(Action).filter(area__slug="bedfordshire")

    assert actions.filter(done_on=None, due_on__gte=dates.today()).exists()
    assert actions.filter(done_on=None, due_on__lt=dates.today()).exists()
    assert actions.filter(done_on__lte=F("due_on")).count() > actions.filter(done_on__gt=F("due_on")).count() > 0


def test_attendance_is_of_every_kind():
    held = rows(Invitation).exclude(item__meeting__state="planned")

    assert set(held.values_list("attendance", flat=True)) == {"present", "deputy", "apologies", "absent"}


def test_housing_still_has_information_to_send():
    waiting = rows(Invitation).filter(
        agency=person("housing").memberships.get().agency, item__meeting__state="planned", information=None
    )

    assert waiting.exists()
    assert rows(InformationReturn).filter(nothing_to_share=True).exists()


@pytest.mark.parametrize("start", ["housing", "health"])
def test_somebody_asks_housing_and_health_about_a_person_whose_case_they_do_not_see(start):
    user = person(start)
    row = InformationRequest.objects.visible_to(user).sent_to(user).open().get()

    assert not Offender.objects.visible_to(user).filter(pk=row.offender_id).exists()


@pytest.mark.parametrize("slug", ["bedfordshire", "north-wales"])
def test_the_police_have_applications_at_each_stage_one_of_them_about_a_case(slug):
    found = rows(SchemeApplication).filter(agency__area__slug=slug)

    stages = {"checks", "meeting", "assessment", "decision", "closed"}
    assert set(found.values_list("stage", flat=True)) == stages
    assert found.filter(offender__isnull=False).count() == 1


@pytest.mark.parametrize("slug", ["bedfordshire", "north-wales"])
def test_six_referrals_wait_one_of_them_too_long(slug):
    waiting = rows(Referral).filter(area__slug=slug, decided_at=None, made_at__isnull=False)

    assert waiting.count() == 6
    assert waiting.filter(due_on__lt=dates.today()).count() == 1
    assert waiting.filter(offender__rosh__lt=3).count() == 0


def test_whoever_is_managed_was_referred_and_accepted():
    managed = (
        rows(Offender)
        .filter(level__gte=2)
        .annotate(accepted=Count("referrals", filter=Q(referrals__outcome="accepted")))
    )

    assert set(managed.values_list("accepted", flat=True)) == {1}


def test_each_area_has_a_board_that_meets():
    assert rows(Board).count() == 2
    assert rows(BoardMeeting).filter(starts_at__date__lt=dates.today()).count() == 12
    assert rows(BoardMeeting).filter(starts_at__date__gt=dates.today()).count() == 4


def test_each_board_lacks_something_and_is_asked_something():
    lacking = {
        board.area.slug: {check.title for check in checks(board, dates.today(), system_user()) if check.is_missing}
        for board in rows(Board).all()
    }

    assert "Lay advisers" in lacking["bedfordshire"] & lacking["north-wales"]
    assert {"The Responsible Authority", "A business plan"} <= lacking["north-wales"] - lacking["bedfordshire"]
    assert rows(BoardQuestion).filter(answered_at__isnull=True).count() == 4


def test_it_is_made_only_where_a_password_that_everybody_knows_may_be(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="set DEMO=1"):
        call_command("demo")


def test_with_cases_there_it_makes_nothing_when_asked_to_fill_only_what_is_empty():
    said = StringIO()

    call_command("demo", "--if-empty", stdout=said)

    assert "nothing was made" in said.getvalue()
    assert rows(Offender).count() == 2078


def test_a_second_demo_is_refused():
    with pytest.raises(CommandError, match="here already"):
        call_command("demo")


def test_it_refuses_a_database_with_other_people_s_cases():
    OffenderFactory()

    with pytest.raises(CommandError, match="not the demo"):
        call_command("demo")


@pytest.mark.parametrize("number", ["10", "1000001"])
def test_it_refuses_more_or_fewer_cases_than_it_can_make(number):
    with pytest.raises(CommandError, match="from 2,078"):
        call_command("demo", "--cases", number)
