"""How long invitations last, unused accounts stay open, and lists of colleagues wait. An administrator's own are left alone."""

from datetime import date

from django.db import migrations

SINCE = date(2010, 1, 1)
LOCAL = "Local practice: no figure is published"
CAF = "NCSC CAF v4.0, B2.a asks for six months at least; three are local practice"
STANDARDS = [
    ("invitation_hours", 72, "hours", LOCAL, "R?"),
    ("dormant_suspend_days", 45, "days", LOCAL, "R?"),
    ("dormant_disable_days", 90, "days", "After CJIS Security Policy 5.9.5, AC-2(3): disable after 90 days", "R?"),
    ("dormant_warn_days", 7, "days", LOCAL, "R?"),
    ("recertify_months", 3, "months", CAF, "R?"),
    ("recertify_answer_days", 14, "days", LOCAL, "R?"),
    ("recertify_grace_days", 7, "days", LOCAL, "R?"),
    ("administration_minutes", 120, "minutes", LOCAL, "R?"),
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
    dependencies = [("agencies", "0036_accounts_of_people")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
