"""The index by which an agency finds its cases whose officer has left."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("offenders", "0044_cases_by_place")]

    operations = [
        AddIndexConcurrently(
            model_name="offender",
            index=models.Index(fields=["lead_agency", "lead_officer"], name="cases_by_lead"),
        ),
    ]
