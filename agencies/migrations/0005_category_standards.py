"""How categories are recorded and proposals answered. What an administrator has changed is left alone."""

from datetime import date

from django.db import migrations

ROWS = [
    (
        "category_4_rank",
        3,
        "place among 1, 2 and 4",
        "Local practice: category 4 is recorded after 1 and 2 and before 3; the Guidance’s order is not confirmed",
    ),
    ("category_proposal_working_days", 5, "working days", "Local practice: a proposal is answered within a week"),
    (
        "category_proposal_again_months",
        3,
        "months",
        "Local practice: what was declined is proposed again after this time, while the facts stay as they are",
    ),
]


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    for name, value, unit, citation in ROWS:
        Standard.objects.get_or_create(
            name=name,
            area=None,
            from_on=date(2010, 1, 1),
            defaults={"value": value, "unit": unit, "citation": citation, "certainty": "R?"},
        )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0004_tokens_and_keys")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
