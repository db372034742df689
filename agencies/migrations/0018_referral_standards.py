"""The clock of referrals beside the usual screening. What an administrator has changed is left alone.

No checked page of the Guidance states these figures: they are set by this service, and areas may set their own. That the
first meeting at level 3 is sooner than at level 2 is believed of the Guidance; by how much is ours.
"""

from datetime import date

from django.db import migrations

ALWAYS = date(2012, 4, 1)
OURS = "Set by this service; areas may set their own"
ROWS = [
    # name, value, unit, citation, certainty
    ("urgent_screening_working_days", 2, "working days", OURS, "R?"),
    ("referral_agreement_working_days", 2, "working days", OURS, "R?"),
    (
        "level_3_first_meeting_working_days",
        10,
        "working days",
        "MAPPA Guidance, believed: sooner for level 3 than for level 2; the figure is set by this service",
        "R?",
    ),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, citation, certainty in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=ALWAYS,
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": certainty},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0017_agenda_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
