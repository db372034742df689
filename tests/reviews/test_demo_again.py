"""The demo made twice, and made larger."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from agencies.models import Area
from offenders.models import Offender, Review

pytestmark = pytest.mark.django_db

EVERYTHING = """
SELECT o.reference, o.surname, o.forenames, o.born_on, o.category, o.level, o.rosh, o.next_review_on, i.value,
    (SELECT string_agg(r.due_on || ' ' || coalesce(r.held_on::text, ''), ',' ORDER BY r.due_on)
     FROM offenders_review r WHERE r.offender_id = o.id)
FROM offenders_offender o JOIN offenders_identifier i ON i.offender_id = o.id AND i.kind = 'pnc'
ORDER BY o.id LIMIT 2078
"""


def world(*arguments):
    """What a run makes, and how many cases in how many areas; then it is undone."""
    with transaction.atomic(), override_settings(DEMO=True):
        call_command("demo", *arguments, stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute(EVERYTHING)
            people = cursor.fetchall()
        areas = Area.objects.filter(pk__in=Offender._base_manager.values("area")).count()
        sizes = (Offender._base_manager.count(), Review._base_manager.filter(held_on=None).count(), areas)
        transaction.set_rollback(True)
    return people, sizes


def test_the_same_seed_gives_the_same_people_however_many_more_there_are_and_another_seed_others():
    people, sizes = world()
    again, larger = world("--cases", "4000")

    assert sizes == (2078, 2078, 2)
    assert larger == (4000, 4000, 42)
    assert people == again
    assert people != world("--seed", "7")[0]
