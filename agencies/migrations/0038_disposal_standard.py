"""How long an approved disposal may wait to be carried out. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)


def load(apps, schema_editor):
    citation = "Local practice: what was approved is carried out at once; after a month somebody looks again"
    apps.get_model("agencies", "Standard").objects.get_or_create(
        name="disposal_approval_days",
        area=None,
        from_on=SINCE,
        defaults={"value": 30, "unit": "days", "citation": citation, "certainty": "R?"},
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0037_account_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
