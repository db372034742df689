"""Information requests between agencies: within how long. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no period is published"
ROWS = [
    # name, value, unit
    ("information_request_answer_days", 10, "working days"),
    ("information_request_chase_days", 5, "working days"),
    ("information_request_seen_weeks", 12, "weeks"),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": LOCAL, "certainty": "R?"},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0012_keys_contract")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
