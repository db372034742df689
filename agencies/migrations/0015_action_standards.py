"""Within how long an action that is said to be done is confirmed. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no period is published"


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    Standard.objects.get_or_create(
        name="action_confirm_working_days",
        area=None,
        from_on=SINCE,
        defaults={"value": 5, "unit": "working days", "citation": LOCAL, "certainty": "R?"},
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0014_scheme_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
