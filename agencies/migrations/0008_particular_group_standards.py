"""When co-ordination is notified of patients, and when transition at 18 is planned. What was changed is left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
GUIDANCE = "MAPPA Guidance ch 26, mentally disordered offenders"
ROWS = [
    # name, value, unit, citation, certainty
    ("mappa_i_admission_days", 3, "days", f"{GUIDANCE}: within days of admission; figure not checked", "R?"),
    ("mappa_i_leave_days", 1, "days", f"{GUIDANCE}: before first unescorted community leave; figure not checked", "R?"),
    ("mappa_i_discharge_months", 6, "months", f"{GUIDANCE}: 6 months before discharge; not checked", "R?"),
    ("transition_months", 6, "months", "Local practice: no period before the 18th birthday is published", "R?"),
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
    dependencies = [("agencies", "0007_victim_and_transfer_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
