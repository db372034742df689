"""What the migrations put there before anybody signs in."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from agencies.models import AgencyKind, Area, Rank, Role, Standard, User
from agencies.models.standard import value
from offenders.law import eligibility
from offenders.models import Offence

pytestmark = pytest.mark.django_db


def test_there_are_42_areas_and_four_of_them_are_in_wales():
    wales = Area.objects.filter(nation="wales").values_list("slug", flat=True)

    assert Area.objects.count() == 42
    assert set(wales) == {"dyfed-powys", "gwent", "north-wales", "south-wales"}


def test_police_probation_and_prison_are_the_responsible_authority():
    authority = AgencyKind.objects.filter(duty="responsible_authority").values_list("code", flat=True)

    assert set(authority) == {"police", "probation", "prison"}


def test_every_role_of_the_policy_is_a_row():
    assert set(Role.objects.values_list("code", flat=True)) == set(Role.Code.values)


def test_a_superintendent_is_of_senior_rank_and_an_inspector_of_manager_rank():
    orders = dict(Rank.objects.values_list("name", "order"))

    assert orders["Superintendent"] >= Rank.SENIOR > orders["Inspector"] >= Rank.MANAGER > orders["Constable"]


@pytest.mark.parametrize(("level", "older", "now"), [(1, 17, 16), (2, 12, 16), (3, 6, 8)])
def test_reviews_follow_the_figure_of_their_day(level, older, now):
    name = f"level_{level}_review_weeks"

    assert value(name, None, date(2015, 1, 1)) == older
    assert value(name, None, date(2019, 6, 30)) == older
    assert value(name, None, date(2019, 7, 1)) == now


def test_every_standard_says_where_it_is_from_and_how_sure_that_is():
    assert not Standard.objects.filter(citation="").exists()
    assert set(Standard.objects.values_list("certainty", flat=True)) <= {"V", "V-old", "D", "R+", "R?"}


def test_the_system_has_a_user_who_cannot_sign_in():
    system = User.objects.get(email="system@mappa.invalid")

    assert system.is_system
    assert not system.check_password("!")


def flags(code):
    row = Offence.objects.get(code=code)
    return eligibility.OffenceFlags(
        row.schedule_3, row.schedule_15_part, row.murder, row.section_327_4a, row.relevant_terrorist
    )


@pytest.mark.parametrize(
    ("code", "schedule_3", "counts_for_2", "terrorist"),
    [
        ("SOA1", True, True, False),
        ("SOA48", True, True, False),
        ("CJA160", True, True, False),
        ("MURDER", False, True, False),
        ("OAPA20", False, True, False),
        ("ROBBERY", False, True, False),
        ("CAA1", False, True, False),
        ("TA5", False, False, True),
        ("STALK2A", False, False, False),
        ("THEFT", False, False, False),
    ],
)
def test_an_offence_counts_by_its_schedules(code, schedule_3, counts_for_2, terrorist):
    found = flags(code)

    assert (found.schedule_3, found.counts_for_category_2, found.relevant_terrorist) == (
        schedule_3,
        counts_for_2,
        terrorist,
    )


def test_loading_again_changes_nothing_an_administrator_has_set():
    Standard.objects.filter(name="kpi_minutes_percent").update(value=95)
    Area.objects.filter(slug="kent").delete()

    for module in ("agencies.migrations.0002_reference_data", "offenders.migrations.0002_offences"):
        import_module(module).load(apps, None)

    assert Area.objects.count() == 42
    assert value("kpi_minutes_percent", None, date(2026, 1, 1)) == 95
