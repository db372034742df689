"""Once minutes are approved, the application changes nothing of who came, of dissent and of proposals either.

As 0008 has it for paragraphs and decisions. The answer of a body to a proposal comes later, and is no part of the minutes.
"""

from django.db import migrations

FINAL = """
CREATE TRIGGER who_came_is_final BEFORE UPDATE ON panels_invitation FOR EACH ROW
    WHEN ((OLD.attendance_reason, OLD.attended_by_id, OLD.attended_name, OLD.attended_role, OLD.arrived_at, OLD.left_at)
        IS DISTINCT FROM
        (NEW.attendance_reason, NEW.attended_by_id, NEW.attended_name, NEW.attended_role, NEW.arrived_at, NEW.left_at))
    EXECUTE FUNCTION refuse_change_of_minutes();
CREATE TRIGGER finished_is_final BEFORE UPDATE ON panels_agendaitem FOR EACH ROW
    WHEN ((OLD.started_at, OLD.finished_at, OLD.finished_by_id)
        IS DISTINCT FROM (NEW.started_at, NEW.finished_at, NEW.finished_by_id))
    EXECUTE FUNCTION refuse_change_of_agenda();
CREATE TRIGGER dissent_is_final BEFORE UPDATE OR DELETE ON panels_dissent FOR EACH ROW
    EXECUTE FUNCTION refuse_change_of_minutes();
CREATE TRIGGER proposal_is_final BEFORE UPDATE ON panels_proposal FOR EACH ROW
    WHEN ((OLD.item_id, OLD.kind, OLD.body, OLD.what, OLD.reasons, OLD.due_on)
        IS DISTINCT FROM (NEW.item_id, NEW.kind, NEW.body, NEW.what, NEW.reasons, NEW.due_on))
    EXECUTE FUNCTION refuse_change_of_minutes();
CREATE TRIGGER proposal_stays BEFORE DELETE ON panels_proposal FOR EACH ROW
    EXECUTE FUNCTION refuse_change_of_minutes();
"""
NOT_FINAL = """
DROP TRIGGER who_came_is_final ON panels_invitation;
DROP TRIGGER finished_is_final ON panels_agendaitem;
DROP TRIGGER dissent_is_final ON panels_dissent;
DROP TRIGGER proposal_is_final ON panels_proposal;
DROP TRIGGER proposal_stays ON panels_proposal;
"""


class Migration(migrations.Migration):
    dependencies = [("panels", "0014_paragraph_references")]

    operations = [migrations.RunSQL(FINAL, NOT_FINAL)]
