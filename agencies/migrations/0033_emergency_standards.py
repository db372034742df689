"""Within how long emergency access is reviewed and explained, and from which opening of a day on it is looked into at once.

What an administrator has changed is left alone. How long it lasts is `break_glass_minutes`, of 0002.
"""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "docs/access.md, rule 5; local practice: no figure is published"
STANDARDS = [
    ("break_glass_review_working_days", 2, "working days", LOCAL, "R?"),
    ("break_glass_answer_working_days", 1, "working days", LOCAL, "R?"),
    ("break_glass_urgent_from", 2, "openings a day", LOCAL, "R?"),
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
    dependencies = [("agencies", "0032_signing_in")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
