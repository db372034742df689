"""How long a case may be shared by hand (docs/access.md, rule 3). What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    Standard.objects.get_or_create(
        name="hand_share_months",
        area=None,
        from_on=date(2010, 1, 1),
        defaults={
            "value": 12,
            "unit": "months",
            "citation": "Set by this service: the longest that a case is shared by hand; areas may set their own",
            "certainty": "R?",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_reference_data")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
