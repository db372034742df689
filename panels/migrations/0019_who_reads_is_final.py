from django.db import migrations, models

# As 0008 has it for a paragraph, so for who may read it: opening it to another agency would change what was approved.
FINAL = """
CREATE FUNCTION refuse_change_of_paragraph_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'mappa_app' AND EXISTS (
        SELECT FROM panels_paragraph p
        JOIN panels_agendaitem i ON i.id = p.item_id
        JOIN panels_meeting m ON m.id = i.meeting_id
        WHERE p.id IN (OLD.paragraph_id, NEW.paragraph_id) AND m.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'These minutes are approved: %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER readers_are_final BEFORE INSERT OR UPDATE OR DELETE ON panels_paragraph_agencies FOR EACH ROW
    EXECUTE FUNCTION refuse_change_of_paragraph_readers();
"""

NOT_FINAL = """
DROP TRIGGER readers_are_final ON panels_paragraph_agencies;
DROP FUNCTION refuse_change_of_paragraph_readers;
"""

PARTS = [
    ("paragraph", "A paragraph"),
    ("rationale", "Why this level"),
    ("category_reasons", "Why the category does not hold"),
    ("plan_changes", "Changes of the plan"),
    ("disclosure_reasons", "Why disclosure was decided so"),
    ("against_presumption", "Why the presumption does not hold"),
    ("critical_reasons", "Why this is, or is not, a critical public protection case"),
    ("media_reasons", "Why a media plan is, or is not, needed"),
    ("attendance", "Attendance"),
]


class Migration(migrations.Migration):
    dependencies = [("panels", "0018_information_without_text")]

    operations = [
        migrations.AlterField(
            model_name="amendment", name="part", field=models.CharField(choices=PARTS, max_length=20)
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
