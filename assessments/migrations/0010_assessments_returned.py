"""The index by which those find an assessment who are to answer why it was sent back."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("assessments", "0009_drift")]

    operations = [
        AddIndexConcurrently(
            model_name="assessment",
            index=models.Index(
                condition=models.Q(("returned_at__isnull", False), ("superseded_on__isnull", True)),
                fields=["returned_at"],
                name="assessments_returned",
            ),
        ),
    ]
