"""What was said to be done before anybody was asked to confirm it is settled: nobody is asked about it now."""

from django.db import migrations


def settle(apps, schema_editor):
    Action = apps.get_model("panels", "Action")
    Action.objects.filter(done_on__isnull=False, state="open").update(state="confirmed")


class Migration(migrations.Migration):
    dependencies = [("panels", "0005_action_states")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
