from django.db import migrations

# What agencies sent is as final as the minutes, and so is who may read it (0008_amended_minutes).
FINAL = """
CREATE FUNCTION refuse_change_of_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'mappa_app' AND EXISTS (
        SELECT FROM panels_informationpart p JOIN panels_agendaitem i ON i.id = p.item_id
        JOIN panels_meeting m ON m.id = i.meeting_id
        WHERE p.id = COALESCE(NEW.informationpart_id, OLD.informationpart_id) AND m.state = 'approved'
    ) THEN
        RAISE EXCEPTION 'These minutes are approved: %', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER information_part_is_final BEFORE UPDATE ON panels_informationpart FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION refuse_change_of_minutes();
CREATE TRIGGER information_part_stays BEFORE DELETE ON panels_informationpart FOR EACH ROW
    EXECUTE FUNCTION refuse_change_of_minutes();
CREATE TRIGGER readers_are_final BEFORE INSERT OR UPDATE OR DELETE ON panels_informationpart_agencies FOR EACH ROW
    EXECUTE FUNCTION refuse_change_of_readers();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('panels', '0017_information_in_parts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='informationreturn',
            name='something_or_nothing_to_share',
        ),
        migrations.RemoveField(
            model_name='informationreturn',
            name='for_all',
        ),
        migrations.RemoveField(
            model_name='informationreturn',
            name='text',
        ),
        migrations.RunSQL(FINAL, migrations.RunSQL.noop),
    ]
