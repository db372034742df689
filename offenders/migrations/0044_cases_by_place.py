"""The index by which people in one kind of place are listed."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("offenders", "0043_schedule_3_conditions")]

    operations = [
        AddIndexConcurrently(
            model_name="offender",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", True), ("restricted", False)),
                fields=["area", "whereabouts", "search_name", "id"],
                name="cases_by_place",
            ),
        ),
    ]
