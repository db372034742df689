"""How long records are kept, and by when a person who asks is answered. What an administrator has changed is left alone.

How long MAPPA records are kept is nowhere published as one figure (R?): the longer of what practice knows is taken, and an area
may set another. Nothing is disposed of until somebody sets `disposal_enabled` to 1.
"""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no national figure is published; decide it with your information officer"
STANDARDS = [
    ("disposal_enabled", 0, "1 = on, 0 = off", "Nothing is disposed of until the service's owner decides it", "D"),
    (
        "retention_record_years",
        6,
        "years",
        "The probation service's six-year deletion process under the Data Protection Act; of MAPPA records local practice",
        "R?",
    ),
    ("retention_active_years", 10, "years", LOCAL, "R?"),
    (
        "retention_category_1_age",
        100,
        "years of age",
        "Records of registered sexual offenders are kept to the 100th birthday (ViSOR, Management of Police Information)",
        "R?",
    ),
    ("retention_deceased_years", 6, "years", LOCAL, "R?"),
    (
        "subject_access_months",
        1,
        "months",
        "UK GDPR Article 12(3); Data Protection Act 2018 s.54 (law enforcement processing)",
        "R+",
    ),
    (
        "subject_access_extension_months",
        2,
        "months",
        "UK GDPR Article 12(3); Data Protection Act 2018 s.54(3): only where complex or many",
        "R+",
    ),
    (
        "rectification_months",
        1,
        "months",
        "UK GDPR Articles 12(3) and 16; Data Protection Act 2018 ss.46, 48 and 54",
        "R+",
    ),
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
    dependencies = [("agencies", "0034_access_log_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
