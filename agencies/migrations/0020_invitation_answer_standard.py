"""Within how long an invited agency says who comes. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no period is published"


def load(apps, schema_editor):
    apps.get_model("agencies", "Standard").objects.get_or_create(
        name="invitation_answer_working_days",
        area=None,
        from_on=SINCE,
        defaults={"value": 5, "unit": "working days", "citation": LOCAL, "certainty": "R?"},
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0019_mail_with_a_calendar")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
