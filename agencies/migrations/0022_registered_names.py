"""The name under which an agency was registered stays, so that renaming it breaks no seal of approved minutes."""

from django.db import migrations, models
from django.db.models import F


def keep_names(apps, schema_editor):
    apps.get_model("agencies", "Agency").objects.update(registered_as=F("name"))


# An agency's first name is what the seals hold: not even by hand is it changed.
KEPT = """
CREATE FUNCTION agencies_registered_name_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the name under which an agency was registered is never changed';
END $$;
CREATE TRIGGER registered_name_is_kept BEFORE UPDATE ON agencies_agency FOR EACH ROW
WHEN (OLD.registered_as IS DISTINCT FROM NEW.registered_as) EXECUTE FUNCTION agencies_registered_name_is_kept();
"""
NOT_KEPT = "DROP TRIGGER registered_name_is_kept ON agencies_agency; DROP FUNCTION agencies_registered_name_is_kept();"


class Migration(migrations.Migration):
    dependencies = [("agencies", "0021_national_role")]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="registered_as",
            field=models.CharField(default="", editable=False, max_length=120),
            preserve_default=False,
        ),
        migrations.RunPython(keep_names, migrations.RunPython.noop),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
