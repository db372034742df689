"""When the answers that are waited for fall due; and victim contact is told by a warning, not by a flag.

A flag "Victim contact" can be put up by anybody who edits the record, with words that everybody reads. Those that stand
stay until they are reviewed.
"""

from datetime import timedelta

from django.db import migrations
from django.db.models import F

# The national standard `victim_answer_weeks` with which these are loaded.
WEEKS = 4


def load(apps, schema_editor):
    waiting = apps.get_model("offenders", "VictimRequest")._base_manager.filter(answer="", answer_due_on__isnull=True)
    waiting.update(answer_due_on=F("sent_on") + timedelta(weeks=WEEKS))
    apps.get_model("offenders", "FlagKind").objects.filter(code="victim-contact").update(is_active=False)


class Migration(migrations.Migration):
    dependencies = [("offenders", "0036_victims_and_beds"), ("agencies", "0009_victim_contact_since_2001")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
