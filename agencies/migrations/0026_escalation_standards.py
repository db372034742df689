"""After how long what is late climbs, and how an area is told. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no figure is published"
STANDARDS = [
    ("late_to_manager_working_days", 5, "working days", LOCAL, "R?"),
    ("late_to_coordinator_working_days", 10, "working days", LOCAL, "R?"),
    ("late_to_board_working_days", 20, "working days", LOCAL, "R?"),
]


def load(apps, schema_editor):
    for name, value, unit, citation, certainty in STANDARDS:
        apps.get_model("agencies", "Standard").objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0025_reminders_and_delivery")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
