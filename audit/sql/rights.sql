-- Triggers and rights of the audit's own tables. May be run as often as one likes.
DO $$
DECLARE
    whole text;
    part regclass;
BEGIN
    FOREACH whole IN ARRAY ARRAY['audit_accessevent', 'audit_signinevent', 'audit_change', 'audit_seal'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON %I FOR EACH ROW'
            ' EXECUTE FUNCTION audit_refuse()', whole);
        EXECUTE format('CREATE OR REPLACE TRIGGER audit_refuse_emptying BEFORE TRUNCATE ON %I EXECUTE FUNCTION audit_refuse()',
            whole);
        EXECUTE format('ALTER TABLE %1$I ENABLE TRIGGER audit_refuse, ENABLE TRIGGER audit_refuse_emptying', whole);
        FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = whole::regclass LOOP
            PERFORM audit_shut(part::text);
        END LOOP;
    END LOOP;
END $$;
SELECT audit_keep_parts(3);
-- Blanked rows, which are few, for whoever verifies them.
CREATE INDEX IF NOT EXISTS changes_blanked ON audit_change (certificate) WHERE kept IS NOT NULL;
-- Of which there should be none.
CREATE INDEX IF NOT EXISTS changes_half_blanked ON audit_change (id) WHERE kept IS NULL AND certificate <> '';
CREATE INDEX IF NOT EXISTS access_erased ON audit_accessevent (reference) WHERE event = 'audit.erased';
-- The history holds what the case holds: it stands behind the same wall (ADR 25), and what is of no case is the system's.
DO $$ BEGIN
    ALTER TABLE audit_change ENABLE ROW LEVEL SECURITY;
    DROP POLICY IF EXISTS sight ON audit_change;
    IF to_regclass('offenders_offender') IS NOT NULL AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_app') THEN
        CREATE POLICY sight ON audit_change FOR SELECT TO mappa_app USING (
            (SELECT split_part(current_setting('mappa.eyes', true), ';', 1) = 'all')
            OR (SELECT true FROM offenders_offender seen WHERE seen.id = audit_change.case_id));
    END IF;
END $$;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_app') THEN
        REVOKE ALL ON audit_accessevent, audit_signinevent, audit_change, audit_seal FROM mappa_app;
        GRANT SELECT ON audit_accessevent, audit_signinevent, audit_change, audit_seal TO mappa_app;
        -- Which transaction wrote a row, and in which epoch, is Postgres's to say.
        GRANT INSERT (at, event, act, outcome, actor_id, agency_id, kind, object_id, case_id, reference, purpose, request_id,
            session, ip, detail) ON audit_accessevent TO mappa_app;
        GRANT INSERT (at, event, actor_id, agency_id, request_id, session, ip, detail) ON audit_signinevent TO mappa_app;
        REVOKE ALL ON SEQUENCE audit_change_ids FROM mappa_app;
        GRANT USAGE ON SEQUENCE audit_accessevent_ids, audit_signinevent_ids TO mappa_app;
        GRANT EXECUTE ON FUNCTION audit_seal_up(), audit_keep_parts(integer) TO mappa_app;
        REVOKE ALL ON FUNCTION audit_erase(bigint, text, jsonb) FROM mappa_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mappa_sealer') THEN
        GRANT SELECT ON audit_seal TO mappa_sealer;
        GRANT EXECUTE ON FUNCTION audit_seal_up() TO mappa_sealer;
    END IF;
END $$;
