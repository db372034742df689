"""Begin the history of categories with what is recorded now, in one statement whatever the number of cases."""

from django.db import migrations

BEGIN = """
INSERT INTO offenders_categoryperiod (offender_id, category, from_on, until, explanation, decision_id, decided_by_id)
SELECT o.id, o.category, least((o.registered_at AT TIME ZONE 'Europe/London')::date, coalesce(o.ended_on, current_date)),
       o.ended_on, 'Recorded before the history of categories was kept', NULL, o.registered_by_id
FROM offenders_offender o
WHERE o.category IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("offenders", "0012_category_decisions")]

    operations = [migrations.RunSQL(BEGIN, migrations.RunSQL.noop)]
