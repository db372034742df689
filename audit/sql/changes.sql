-- The history of changes: one trigger function on every table, whoever writes, by whatever way (ADR 24).
-- Arguments: the column that names the case ('' for none), the columns to withhold, and then the tables over which the case is
-- found, each as table.column.
CREATE OR REPLACE FUNCTION audit_write_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    acting jsonb := coalesce(nullif(current_setting('mappa.acting', true), ''), '{}')::jsonb;
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    whole jsonb := coalesce(after, before);
    subject bigint := nullif(whole ->> TG_ARGV[0], '')::bigint;
    secret text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(n.key, before -> n.key), jsonb_object_agg(n.key, n.value) INTO before, after
        FROM jsonb_each(after) n WHERE n.value IS DISTINCT FROM before -> n.key;
        IF after IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    FOREACH secret IN ARRAY TG_ARGV[1]::text[] LOOP
        IF before ? secret THEN before := before || jsonb_build_object(secret, 'withheld'); END IF;
        IF after ? secret THEN after := after || jsonb_build_object(secret, 'withheld'); END IF;
    END LOOP;
    FOR hop IN 3 .. TG_NARGS - 1 LOOP
        EXIT WHEN subject IS NULL;
        EXECUTE format('SELECT %I FROM %I WHERE id = $1', split_part(TG_ARGV[hop], '.', 2), split_part(TG_ARGV[hop], '.', 1))
            INTO subject USING subject;
    END LOOP;
    INSERT INTO audit_change (operation, table_name, row_id, case_id, old, new, actor_id, agency_id, request_id, session, ip,
        origin, purpose)
    VALUES (left(TG_OP, 1), TG_TABLE_NAME, whole ->> TG_ARGV[2], subject, before, after, (acting ->> 'actor')::bigint,
        (acting ->> 'agency')::bigint, left(coalesce(acting ->> 'request', '-'), 32),
        left(coalesce(acting ->> 'session', ''), 16), (acting ->> 'ip')::inet, left(coalesce(acting ->> 'origin', ''), 120),
        left(coalesce(acting ->> 'purpose', ''), 40));
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION audit_write_change() FROM PUBLIC;
