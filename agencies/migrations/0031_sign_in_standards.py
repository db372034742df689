"""Figures of signing in. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
STANDARDS = [
    ("reauthentication_minutes", 5, "minutes", "Local practice; OWASP ASVS 5.0 7.5.3 asks for it and gives no figure", "R?"),
    ("sessions_at_once", 2, "sessions", "Local practice; OWASP ASVS 5.0 7.1.2 asks for a figure and gives none", "R?"),
    ("recovery_codes", 10, "codes", "Local practice: no figure is published", "R?"),
    ("lost_factor_hours", 24, "hours", "Local practice: no figure is published", "R?"),
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
    dependencies = [("agencies", "0028_mail_on_its_way")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
