"""The orders that replaced the SOPO, RSHO and FTO were made from the day on which those were no longer (domain.md 7.1)."""

from datetime import date

from django.db import migrations

REPLACED_ON = date(2015, 3, 8)


def begin(apps, schema_editor):
    kinds = apps.get_model("offenders", "OrderKind").objects.using(schema_editor.connection.alias)
    kinds.filter(code__in=["shpo", "sro"], first_made_on__isnull=True).update(first_made_on=REPLACED_ON)


class Migration(migrations.Migration):
    dependencies = [("offenders", "0038_order_kinds_begin")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
