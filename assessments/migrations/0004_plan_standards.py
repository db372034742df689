"""Plans: within how long they are countersigned, shared and acknowledged. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no period is published"
ROWS = [("plan_countersign_working_days", 5), ("plan_share_working_days", 5), ("plan_acknowledge_working_days", 10)]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, days in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=SINCE,
            defaults={"value": days, "unit": "working days", "citation": LOCAL, "certainty": "R?"},
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_plans"), ("agencies", "0009_victim_contact_since_2001")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
