"""Close the lines that the timeline had of characteristics, restricted or not, in one statement."""

from django.db import migrations

CLOSE = """
UPDATE offenders_timelineentry SET restricted = true
WHERE title IN ('Recorded: characteristic', 'Ended: characteristic', 'Corrected: characteristic',
                'Withdrawn: characteristic')
"""


class Migration(migrations.Migration):
    dependencies = [("offenders", "0034_identity_corrections")]

    operations = [migrations.RunSQL(CLOSE, migrations.RunSQL.noop)]
