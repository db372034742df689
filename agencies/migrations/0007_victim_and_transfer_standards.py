"""Victim contact and transfer: within how long. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
ROWS = [
    # name, value, unit, citation, certainty
    (
        "victim_contact_weeks",
        8,
        "weeks",
        "MAPPA website, Victim Contact Scheme: contact within 8 weeks of sentence",
        "V",
    ),
    (
        "victim_review_months",
        3,
        "months",
        "Register of the probation case system (INVI, victim contact): default review after 3 months",
        "V",
    ),
    ("transfer_answer_days", 10, "working days", "Local practice: no period is published", "R?"),
    ("transfer_former_lead_weeks", 4, "weeks", "Local practice: no period is published", "R?"),
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
    dependencies = [("agencies", "0006_notification_figures")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
