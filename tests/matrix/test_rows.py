"""Every table × everybody × whatever is between them and the case: its `visible_to` shows the rows that the small model gives."""

from collections import defaultdict

from django.db import transaction

from offenders.visibility import one_scope
from tests.matrix.readers import is_modelled, sees_row
from tests.matrix.situations import SITUATIONS, put


def by_table(world, sown):
    """Every row there is, of the world and beside it."""
    found = defaultdict(dict)
    for row in [*world.values(), *sown.values()]:
        found[type(row)][row.pk] = row
    return found


def compare(model, person, user, rows):
    """Where the tables show somebody another set of the rows than the model does."""
    for table, kept in rows.items():
        shown = set(table.objects.visible_to(user).filter(pk__in=kept).values_list("pk", flat=True))
        wanted = {pk for pk, row in kept.items() if sees_row(model, person, user, row)}
        if shown != wanted:
            yield table.__name__, person, f"shown {sorted(shown)}, the policy says {sorted(wanted)}"


def test_every_table_shows_everybody_what_the_policy_gives(world, everybody, sown, offender):
    rows, surprises = by_table(world, sown), []
    for situation in SITUATIONS:
        with transaction.atomic():
            offender.refresh_from_db()
            cast = {name: type(user).objects.get(pk=user.pk) for name, user in everybody.items()}
            model = put(offender, cast, situation)
            for person, user in cast.items():
                with one_scope():
                    told = compare(model, person, user, rows)
                    surprises += [(situation.__name__, *surprise) for surprise in told]
            transaction.set_rollback(True)

    assert surprises == []


def test_every_table_has_its_readers_in_the_small_model(world, sown):
    """None is asked itself: a rule of it that is too wide would surprise nobody."""
    assert [table.__name__ for table in by_table(world, sown) if not is_modelled(table)] == []
