"""How long after minutes something is waited for. No guidance has figures for these: they are local practice, to be set by each area.

What an administrator has changed is left alone.
"""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
PRACTICE = "Local practice: no period is published"
ROWS = [
    # name, value, unit
    ("minutes_read_working_days", 5, "working days"),
    ("minutes_amendment_working_days", 5, "working days"),
    ("minutes_sending_on_working_days", 2, "working days"),
    ("minutes_sent_on_months", 6, "months"),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": PRACTICE, "certainty": "R?"},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0015_action_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
