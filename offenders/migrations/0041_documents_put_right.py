"""A withdrawn version of a document, or a withdrawn photograph, gives its place back to the one before it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("offenders", "0040_import_turns")]

    operations = [
        migrations.AlterField(
            "document",
            "supersedes",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="offenders.document",
            ),
        ),
        migrations.AlterField(
            "photograph",
            "supersedes",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="offenders.photograph",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                models.F("supersedes"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_document_stands_in_the_place_of_another",
            ),
        ),
        migrations.AddConstraint(
            "photograph",
            models.UniqueConstraint(
                models.F("supersedes"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_photograph_stands_in_the_place_of_another",
            ),
        ),
    ]
