"""Every name and number has its reference by now (0009)."""

import functools

from django.db import migrations, models

import mappa.reference_numbers


def reference():
    return models.CharField(
        default=functools.partial(mappa.reference_numbers.new_reference, "ID"),
        editable=False,
        max_length=12,
        unique=True,
    )


class Migration(migrations.Migration):
    dependencies = [("offenders", "0015_characteristics")]

    operations = [
        migrations.AlterField(model_name="alias", name="reference", field=reference()),
        migrations.AlterField(model_name="identifier", name="reference", field=reference()),
    ]
