"""Every paragraph has its reference by now (0013)."""

import functools

from django.db import migrations, models

import mappa.reference_numbers


class Migration(migrations.Migration):
    dependencies = [("panels", "0013_headings_and_statement")]

    operations = [
        migrations.AlterField(
            model_name="paragraph",
            name="reference",
            field=models.CharField(
                default=functools.partial(mappa.reference_numbers.new_reference, "PG"),
                editable=False,
                max_length=12,
                unique=True,
            ),
        ),
    ]
