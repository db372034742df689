"""The application may add to the audit and read it; it may not change or remove anything."""

from django.db import migrations

APPEND_ONLY = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER
            ON audit_accessevent, audit_signinevent FROM mappa_app;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop)]
