"""Contact within 8 weeks since the scheme began, and how long the answer to a victim's request is waited for.

What an administrator has changed is left alone.
"""

from datetime import date

from django.db import migrations

# The Victim Contact Scheme began on this day (MAPPA website, Victim Contact Scheme).
BEGAN, LOADED = date(2001, 4, 1), date(2010, 1, 1)


def load(apps, schema_editor):
    Standard = apps.get_model("agencies", "Standard")
    contact = Standard.objects.filter(name="victim_contact_weeks", area=None)
    if not contact.filter(from_on__lt=LOADED).exists():
        contact.filter(from_on=LOADED).update(from_on=BEGAN)
    Standard.objects.get_or_create(
        name="victim_answer_weeks",
        area=None,
        from_on=BEGAN,
        defaults={
            "value": 4,
            "unit": "weeks",
            "citation": "Local practice: no period is published",
            "certainty": "R?",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0008_particular_group_standards")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
