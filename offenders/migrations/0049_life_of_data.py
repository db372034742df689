from django.db import migrations, models

# Until now the application alone was refused. A disposal runs as the owner of the tables, and is refused like anybody.
REFUSED_TO_ALL = """
CREATE OR REPLACE FUNCTION refuse_disposal_of_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.offenders_legalhold h
        WHERE h.offender_id = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint AND h.lifted_at IS NULL
    ) THEN
        RAISE EXCEPTION 'This record is under a legal hold: %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER held_is_kept BEFORE DELETE ON offenders_legalhold FOR EACH ROW
    EXECUTE FUNCTION refuse_disposal_of_held('offender_id');
"""
AS_BEFORE = """
DROP TRIGGER held_is_kept ON offenders_legalhold;
CREATE OR REPLACE FUNCTION refuse_disposal_of_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'mappa_app' AND EXISTS (
        SELECT FROM offenders_legalhold h
        WHERE h.offender_id = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint AND h.lifted_at IS NULL
    ) THEN
        RAISE EXCEPTION 'This record is under a legal hold: %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("offenders", "0048_emergency_access")]

    operations = [
        migrations.AddField(
            model_name="legalhold",
            name="ground",
            field=models.CharField(
                choices=[
                    ("review", "A serious case review"),
                    ("inquiry", "A public inquiry"),
                    ("inquest", "An inquest"),
                    ("court", "A claim or proceedings before a court"),
                    ("complaint", "A complaint, or an investigation by a regulator or ombudsman"),
                    ("person", "A request of the person: access or rectification"),
                    ("other", "Something else"),
                ],
                default="review",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="offender",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", False), ("merged_into__isnull", True)),
                fields=["area", "ended_on", "id"],
                name="cases_ended",
            ),
        ),
        migrations.RunSQL(REFUSED_TO_ALL, AS_BEFORE),
    ]
