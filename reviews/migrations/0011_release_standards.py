"""How long before a release each step is due. What an administrator has changed is left alone.

The level's six months are `drift_release_months`, and what counts as set `drift_level_set_months`: the prompts read the same.
"""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no figure is published"
MAPPA_J = "MAPPA J: 6 weeks before a planned release, by the lead agency (local guidance, undated)"
STANDARDS = [
    ("release_premises_weeks", 16, "weeks", LOCAL, "R?"),
    ("release_victim_weeks", 14, "weeks", f"{LOCAL}; before the licence is proposed, so that a victim can be heard", "R?"),
    ("release_licence_weeks", 10, "weeks", LOCAL, "R?"),
    ("release_disclosure_weeks", 8, "weeks", LOCAL, "R?"),
    ("release_dwp_weeks", 6, "weeks", MAPPA_J, "V"),
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
    dependencies = [("agencies", "0026_escalation_standards"), ("reviews", "0010_steps_before_release")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
