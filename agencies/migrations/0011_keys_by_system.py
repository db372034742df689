"""Whose each key is. Of one that was used with two tokens of a system, the first use counts."""

from django.db import migrations

FILL = """
UPDATE agencies_sentonce s SET user_id = t.user_id FROM agencies_integrationtoken t
WHERE t.id = s.token_id AND s.user_id IS NULL
"""
ONCE = """
DELETE FROM agencies_sentonce later USING agencies_sentonce first
WHERE first.user_id = later.user_id AND first.key = later.key AND first.id < later.id
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0010_keys_of_a_system")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(ONCE, migrations.RunSQL.noop),
    ]
