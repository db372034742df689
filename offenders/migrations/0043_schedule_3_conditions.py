"""Take the conditions of Schedule 3 out of the statute lines of 0002 and 0010, so that they can be asked about.

The lines stay as they are: people know them. It may be run again; what an administrator has written stays.
"""

import re

from django.db import migrations

# "Sexual Offences Act 2003 s.3 (Schedule 3 para 18: victim under 18, or sentence)"
CONDITION = re.compile(r"\(Schedule 3(?: para \d+)?: (?P<words>[^;)]+)")
AS_IT_SAYS = "only with a sentence as it says"


def take_conditions(apps, schema_editor):
    offence_model = apps.get_model("offenders", "Offence")
    for offence in offence_model.objects.filter(schedule_3=True, schedule_3_condition="", statute__contains="(Schedule 3"):
        found = CONDITION.search(offence.statute)
        if found:
            words = found["words"].replace(AS_IT_SAYS, "a sentence as Schedule 3 says")
            offence.schedule_3_condition = words
            offence.save(update_fields=["schedule_3_condition"])


class Migration(migrations.Migration):
    dependencies = [("offenders", "0042_sentences_taken_back")]

    operations = [migrations.RunPython(take_conditions, migrations.RunPython.noop)]
