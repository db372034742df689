"""How far ahead of a release a case is proposed for the agenda. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2012, 1, 1)
ROWS = [
    # name, value, unit, citation, certainty
    (
        "agenda_release_weeks",
        12,
        "weeks",
        "Local practice: no period is published; the level itself is set six months before release",
        "R?",
    ),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, citation, certainty in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0016_minutes_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
