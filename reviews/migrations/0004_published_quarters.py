import django.db.models.deletion
from django.db import migrations, models

# What lay readers have read stays as it was: a second number beside the first would tell what both hide (ADR 0020).
FINAL = """
CREATE FUNCTION refuse_change_of_published_quarter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'mappa_app' THEN
        RAISE EXCEPTION 'A published quarter never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER published_quarters_are_final BEFORE UPDATE OR DELETE ON reviews_publishedquarter FOR EACH ROW
    EXECUTE FUNCTION refuse_change_of_published_quarter();
"""

NOT_FINAL = """
DROP TRIGGER published_quarters_are_final ON reviews_publishedquarter;
DROP FUNCTION refuse_change_of_published_quarter;
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_reference_data"), ("reviews", "0003_figures")]

    operations = [
        migrations.CreateModel(
            name="PublishedQuarter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("figures", models.JSONField()),
                ("published_on", models.DateField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.area"
                    ),
                ),
            ],
            options={
                "ordering": ["-first"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("area"),
                        models.F("first"),
                        name="a_quarter_is_published_once",
                        violation_error_message="Published already.",
                    )
                ],
            },
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
