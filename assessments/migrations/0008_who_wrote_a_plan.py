"""Everybody who wrote in a version of a plan is remembered, also where another wrote over it since."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


def remember(apps, schema_editor):
    """As far as the rows say it: who saved a heading or a measure last, but whoever countersigned."""
    database = schema_editor.connection.alias
    Plan = apps.get_model("assessments", "Plan")
    writers = {}
    for name in ("PlanSection", "Measure"):
        rows = apps.get_model("assessments", name).objects.using(database).filter(saved_by__isnull=False)
        for plan, person in rows.values_list("plan", "saved_by").distinct().order_by():
            writers.setdefault(plan, set()).add(person)
    for plan in Plan.objects.using(database).filter(pk__in=writers).iterator():
        plan.written_by = sorted(writers[plan.pk] - {plan.signed_by_id})
        plan.save(update_fields=["written_by"])


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_tools"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="written_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.RunPython(remember, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_by__isnull", True),
                    models.Q(("written_by__contains", [models.F("signed_by")]), _negated=True),
                    _connector="OR",
                ),
                name="nobody_countersigns_a_plan_he_wrote",
                violation_error_message="Another person countersigns: you wrote in this plan.",
            ),
        ),
    ]
