"""Blanking the history of a case is part of its disposal in the database too: the application may not ask for it alone."""

from django.db import migrations

# What asked for two people and took the rows away does so still, under a name of its own and for the owner alone; around it the
# history of each case that went is blanked, by the owner's right and under this certificate.
BLANKS = """
ALTER FUNCTION dispose_of_case(text) RENAME TO take_away_case;
CREATE FUNCTION dispose_of_case(certificate text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone jsonb := public.take_away_case(certificate);
BEGIN
    PERFORM public.audit_erase(went::bigint, certificate, gone -> 'ids')
        FROM jsonb_array_elements_text(gone -> 'ids' -> 'offenders_offender') went;
    RETURN gone - 'ids';
END $$;
REVOKE ALL ON FUNCTION take_away_case(text), dispose_of_case(text) FROM PUBLIC;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_app') THEN
        REVOKE ALL ON FUNCTION take_away_case(text) FROM mappa_app;
        GRANT EXECUTE ON FUNCTION dispose_of_case(text) TO mappa_app;
    END IF;
END $$;
"""
NOT_BLANKS = """
DROP FUNCTION dispose_of_case(text);
ALTER FUNCTION take_away_case(text) RENAME TO dispose_of_case;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_app') THEN
        GRANT EXECUTE ON FUNCTION dispose_of_case(text) TO mappa_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("assurance", "0004_access_requests"), ("audit", "0003_partitions_and_changes")]

    operations = [migrations.RunSQL(BLANKS, NOT_BLANKS)]
