"""The rules that keep a developer from forgetting who is looking."""

import asyncio
import re
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.contrib.admin import ModelAdmin, site
from django.core.exceptions import ValidationError
from django.db import models
from django.shortcuts import get_object_or_404
from django.template import Context, Template
from django.test import RequestFactory
from django.views.generic import DetailView
from rest_framework import generics, serializers
from rest_framework.test import APIRequestFactory

from disclosures.models import SchemeApplication, SchemeEntry
from mappa.guard import GuardedQuerySet, ProtectedModel, UnguardedQueryError
from offenders.models import (
    ContactScheme,
    EarlierVictim,
    EmergencyAccess,
    ImportRun,
    LevelPeriod,
    Offender,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
    Review,
    Victim,
    VictimContact,
    VictimRequest,
)
from panels.models import Referral
from tests.factories import (
    FACTORIES,
    OffenderFactory,
    PersonalGrantFactory,
    ReferralFactory,
)

ROOT = Path(__file__).parent.parent
ROOMS = (
    "agencies",
    "assessments",
    "assurance",
    "audit",
    "bench",
    "disclosures",
    "mappa",
    "offenders",
    "panels",
    "reviews",
)
PROTECTED = [m for m in apps.get_models() if issubclass(m, ProtectedModel)]
PUBLIC_MODELS = [m for m in apps.get_models() if m not in PROTECTED]
# Where the guard is passed on purpose, and why:
MAY_LOOK_PAST_VISIBILITY = {
    "mappa/eyes.py",  # where the wall is spoken of
    "mappa/guard.py",  # the guard itself: duplicates and constraints hold whoever looks
    "offenders/unmerging.py",  # undoing a merge puts rows of compartments back, and shows none
    "offenders/merging.py",  # merging moves every row of a record, compartments too, and shows none
    "offenders/visibility.py",  # the deciding query
    "assurance/gathering.py",  # whether a row is there that a colleague decided about, and shows none
    "assurance/carrying_out.py",  # taking away what two people decided, and showing none of it
    "offenders/wall.py",  # builds the wall, as the owner of the tables
    "mappa/health.py",  # asks the connection whether it is there, no table
    "mappa/locks.py",  # a lock, no table
}


def test_there_are_protected_models():
    assert len(PROTECTED) > 15


@pytest.mark.parametrize("model", PROTECTED, ids=lambda m: m.__name__)
def test_every_protected_model_says_who_may_see_it(model):
    queryset = type(model._default_manager.all())

    assert issubclass(queryset, GuardedQuerySet)
    assert queryset.visible_to is not GuardedQuerySet.visible_to


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda m: m._meta.label)
def test_whatever_points_at_a_protected_row_is_protected(model):
    targets = [field.related_model for field in model._meta.get_fields() if field.is_relation and field.concrete]

    if any(target in PROTECTED for target in targets):
        assert model in PROTECTED


@pytest.mark.parametrize("model", PUBLIC_MODELS, ids=lambda m: m._meta.label)
def test_no_public_table_has_a_way_into_a_protected_one(model):
    ways_in = model._meta.related_objects

    assert [way for way in ways_in if way.related_model in PROTECTED and not way.hidden] == []


def row_of(model, offender):
    if model is Offender:
        return offender
    if model in {LevelPeriod, Review}:
        return model._base_manager.get(offender=offender)
    if model in {OffenderGroupObjectPermission, OffenderUserObjectPermission}:
        return FACTORIES[model](content_object=offender)
    if model.__name__ == "Meeting":
        return FACTORIES[model](area=offender.area)
    return FACTORIES[model](offender=offender)


# Of an area and its meetings, and about nobody.
OF_AN_AREA = {"Agreement", "Meeting", "MeetingChange", "MinutesCopy", "Observation", "Panel", "Seat", "Slot"}
# Of a board, and about nobody: those read them who read the board.
OF_A_BOARD = {
    "AnnualReport",
    "Board",
    "BoardAttendance",
    "BoardDecision",
    "BoardItem",
    "BoardMeeting",
    "BoardMember",
    "BoardPaper",
    "BoardQuestion",
    "BusinessPlan",
    "Figure",
    "HoursEntry",
    "LayAdviser",
    "PlanAction",
    "PlanStep",
    "PublishedTotal",
    "Snapshot",
    "SubGroup",
}
# Of the board's business: those who prepare and decide it see them, and by them no case.
OF_THE_BOARD = {
    "Audit",
    "AuditFinding",
    "AuditSample",
    "AuditScore",
    "Recommendation",
    "ReportSection",
    "ReviewFinding",
    "ChronologyEntry",
}
# Of the board's business, and of the case: both see them.
OF_BOTH = {"SeriousCase"}
# Of nobody's case: those who answer for how the record is used see them.
OF_INFORMATION = {"UnusualAccess"}
# Rows that being on the case does not open: only their own readers see them.
COMPARTMENTS = {Victim, EarlierVictim, ContactScheme, VictimContact, VictimRequest}
# Of information assurance, by reference: those who keep retention and approve disposals see them.
OF_ASSURANCE = {"RecordDisposal"}
# These are the police's, and not the case's: what a member of the public asks about the person.
OF_THE_POLICE = {SchemeApplication, SchemeEntry}


@pytest.mark.parametrize("model", PROTECTED, ids=lambda m: m.__name__)
def test_a_row_is_seen_by_those_on_its_case_and_nobody_else(
    model, offender, practitioner, victim_liaison, area_officer, coordinator, board_member, information_officer, outsider,
    uninvited,
):  # fmt: skip
    row = row_of(model, offender)
    if model.__name__ == "Reminder":
        model._base_manager.update(to=practitioner)
    if model.__name__ in {"SavedView", "DisclosureDraft"}:
        model._base_manager.update(user=practitioner)
    if model.__name__ in {"EmergencyAccess", "EmergencyRemark"}:
        EmergencyAccess._base_manager.update(user=practitioner)
    if model.__name__ in {"ImportRun", "ImportRow"}:
        ImportRun._base_manager.update(by=practitioner)
    if model.__name__ == "MergedRow":
        assert not model.objects.visible_to(practitioner).exists()
        return  # whole rows of every compartment: nobody reads them
    named = (
        (model in COMPARTMENTS, victim_liaison),
        (model in OF_THE_POLICE, area_officer),
        (model.__name__ in OF_ASSURANCE, information_officer),
        (model.__name__ in OF_THE_BOARD, coordinator),
        (model.__name__ in OF_A_BOARD, board_member),
        (model.__name__ in OF_INFORMATION, information_officer),
    )
    reader = next((who for holds, who in named if holds), practitioner)

    assert list(model.objects.visible_to(reader)) == [row]
    assert reader is practitioner or not model.objects.visible_to(practitioner).exists()
    assert not model.objects.visible_to(outsider).exists()
    assert not model.objects.visible_to(uninvited).exists()


@pytest.mark.parametrize("model", PROTECTED, ids=lambda m: m.__name__)
def test_a_row_of_a_restricted_case_is_seen_by_nobody_unnamed(
    model, offender, practitioner, victim_liaison, area_officer, coordinator
):
    row_of(model, offender)
    Offender._base_manager.update(restricted=True)
    if model.__name__ in OF_AN_AREA | OF_BOTH | OF_A_BOARD | OF_THE_BOARD - {"ChronologyEntry"}:
        return  # a meeting is of an area; its items are of cases

    assert not model.objects.visible_to(practitioner).exists()
    assert not model.objects.visible_to(victim_liaison).exists()
    assert not model.objects.visible_to(area_officer).exists()
    assert not model.objects.visible_to(coordinator).exists()


class ReferralSerializer(serializers.ModelSerializer):
    class Meta:
        model = Referral
        fields = ["offender", "level", "reason", "made_by"]


class OffenderList(generics.ListAPIView):
    queryset = Offender.objects.all()
    serializer_class = ReferralSerializer
    permission_classes = []
    authentication_classes = []


CARELESS = {
    "all": lambda o: list(Offender.objects.all()),
    "get": lambda o: Offender.objects.get(pk=o.pk),
    "first": lambda o: Offender.objects.first(),
    "last": lambda o: Offender.objects.last(),
    "earliest": lambda o: Referral.objects.earliest("made_at"),
    "latest": lambda o: Referral.objects.latest("made_at"),
    "count": lambda o: Offender.objects.count(),
    "exists": lambda o: Offender.objects.exists(),
    "contains": lambda o: Offender.objects.contains(o),
    "in_bulk": lambda o: Offender.objects.in_bulk([o.pk]),
    "values": lambda o: list(Offender.objects.values("surname")),
    "values_list": lambda o: list(Offender.objects.values_list("surname", flat=True)),
    "dates": lambda o: list(Offender.objects.dates("next_review_on", "day")),
    "datetimes": lambda o: list(Referral.objects.datetimes("made_at", "day")),
    "iterator": lambda o: list(Offender.objects.iterator()),
    "aggregate": lambda o: Offender.objects.aggregate(n=models.Count("*")),
    "explain": lambda o: Offender.objects.all().explain(),
    "update": lambda o: Offender.objects.update(surname="x"),
    "delete": lambda o: Offender.objects.all().delete(),
    "union": lambda o: list(Offender.objects.order_by().union(Offender.objects.order_by())),
    "intersection": lambda o: list(Offender.objects.order_by().intersection(Offender.objects.order_by())),
    "or": lambda o: list(Offender.objects.all() | Offender.objects.all()),
    "xor": lambda o: list(Offender.objects.all() ^ Offender.objects.all()),
    "get_or_create": lambda o: Offender.objects.get_or_create(pk=o.pk),
    "update_or_create": lambda o: Offender.objects.update_or_create(pk=o.pk),
    "select_for_update": lambda o: list(Offender.objects.select_for_update()),
    "shortcut": lambda o: get_object_or_404(Offender, pk=o.pk),
    "reverse": lambda o: list(o.referrals.all()),
    "reverse count": lambda o: o.referrals.count(),
    "prefetch": lambda o: list(Offender._base_manager.all().prefetch_related("referrals")),
    "slice": lambda o: Offender.objects.all()[0],
    "len": lambda o: len(Offender.objects.all()),
    "bool": lambda o: bool(Offender.objects.all()),
    "in": lambda o: o in Offender.objects.all(),
    "template loop": lambda o: Template("{% for r in o.referrals.all %}{{ r }}{% endfor %}").render(Context({"o": o})),
    "admin list": lambda o: list(ModelAdmin(Offender, site).get_queryset(RequestFactory().get("/"))),
    "api list": lambda o: OffenderList.as_view()(APIRequestFactory().get("/")),
    "detail view": lambda o: DetailView(model=Offender, kwargs={"pk": o.pk}).get_object(),
    "serializer": lambda o: ReferralSerializer(
        data={"offender": o.pk, "level": 2, "reason": "x", "made_by": 1}
    ).is_valid(),
    "async": lambda o: asyncio.run(Offender.objects.acount()),
    "form choice": lambda o: forms.modelform_factory(Referral, fields=["offender"])().as_p(),
}


@pytest.mark.parametrize("careless", CARELESS.values(), ids=CARELESS)
def test_a_careless_read_fails_loudly(careless, offender):
    ReferralFactory(offender=offender)

    with pytest.raises(UnguardedQueryError):
        careless(offender)


def test_scoped_or_unscoped_is_not_a_leak(offender, outsider):
    with pytest.raises(UnguardedQueryError):
        list(Offender.objects.visible_to(outsider) | Offender.objects.all())


def test_unscoped_or_scoped_is_not_a_leak(offender, outsider):
    with pytest.raises(UnguardedQueryError):
        list(Offender.objects.all() | Offender.objects.visible_to(outsider))


def test_a_union_with_everything_does_not_leak(offender, outsider):
    with pytest.raises(UnguardedQueryError):
        list(Offender.objects.visible_to(outsider).order_by().union(Offender.objects.order_by()))


def test_nothing_is_always_allowed(db):
    assert list(Offender.objects.none()) == []


def test_nothing_or_everything_is_not_a_leak(offender):
    with pytest.raises(UnguardedQueryError):
        list(Offender.objects.none() | Offender.objects.all())


def test_nothing_or_visible_is_visible(offender, practitioner):
    mine = Offender.objects.none() | Offender.objects.visible_to(practitioner)

    assert list(mine) == [offender]


def test_full_clean_still_finds_duplicates(offender):
    twin = OffenderFactory.build(reference=offender.reference, area=offender.area, lead_agency=offender.lead_agency)
    twin.registered_by = offender.registered_by
    twin.search_name = "x"

    with pytest.raises(ValidationError, match="Reference"):
        twin.full_clean()


def test_a_restricted_case_needs_a_personal_grant(offender, practitioner):
    Offender._base_manager.update(restricted=True)
    assert not Offender.objects.visible_to(practitioner).exists()

    PersonalGrantFactory(content_object=offender, user=practitioner)

    assert list(Offender.objects.visible_to(practitioner)) == [offender]


@pytest.mark.parametrize("model", [Offender, Referral], ids=["the case", "its child"])
def test_visibility_costs_the_scope_and_one_query(model, offender, practitioner, django_assert_num_queries):
    ReferralFactory(offender=offender)

    with django_assert_num_queries(2):
        list(model.objects.visible_to(practitioner))


def test_only_listed_files_look_past_visibility():
    banned = re.compile(
        r"\bunguarded\(|_base_manager|\.raw\(|\bcursor\(|\.extra\(|import [^\n]*\bconnection\b|\bconnections?[.\[]"
    )
    files = [p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts]

    uses = {str(p.relative_to(ROOT)) for p in files if banned.search(p.read_text())}

    assert uses - OTHERS_THAT_MAY == MAY_LOOK_PAST_VISIBILITY


# Each of these is a command or a benchmark, or answers with numbers only; none of them answers a request with a case.
OTHERS_THAT_MAY = {
    "audit/management/commands/audit_epoch.py",  # these three ask the audit's own functions, which read no case
    "audit/sealing.py",
    "audit/verifying.py",
    "audit/installing.py",  # the migrator's: makes triggers, reads no row
    "bench/attack.py",
    "bench/audit.py",
    "mappa/encryption.py",  # encrypts anew with the current key, by a command
    "mappa/carried.py",  # says for whom each statement is, reads no row
    "agencies/management/commands/database_roles.py",
    "bench/deadlines.py",
    "bench/figures.py",
    "bench/history.py",
    "bench/my_work.py",
    "bench/pages.py",
    "bench/wall.py",
    "reviews/annual/counting.py",
    "reviews/demo/bulk.py",
    "reviews/management/commands/demo.py",
    "reviews/recount.py",
}


def test_guardian_is_called_only_where_visibility_is_decided():
    files = [p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "migrations" not in p.parts]

    users = {str(p.relative_to(ROOT)) for p in files if re.search(r"(from|import) guardian(?!\.models)", p.read_text())}

    assert users <= {"offenders/visibility.py"}
