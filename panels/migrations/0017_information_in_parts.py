"""What agencies sent so far becomes the first part of it: what the agency knows, for everyone invited or the authority."""

from django.db import migrations

BATCH = 500


def divide(apps, schema_editor):
    InformationReturn = apps.get_model("panels", "InformationReturn")
    InformationPart = apps.get_model("panels", "InformationPart")
    rows = InformationReturn._base_manager.filter(parts__isnull=True).order_by("pk")
    parts = [
        InformationPart(
            item_id=row.item_id,
            information_id=row.pk,
            section="1-known",
            text=row.text,
            audience="everyone" if row.for_all else "authority",
        )
        for row in rows.iterator(BATCH)
    ]
    InformationPart._base_manager.bulk_create(parts, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("panels", "0016_answers_and_information")]

    operations = [migrations.RunPython(divide, migrations.RunPython.noop)]
