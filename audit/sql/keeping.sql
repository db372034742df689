-- What keeps the audit: nobody changes or removes a row; a part for each month; the contents of an erased case are blanked.

-- Two functions of ours may, and no other: they stand in the stack of calls, which a setting cannot forge.
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stack text;
BEGIN
    GET DIAGNOSTICS stack = PG_CONTEXT;
    IF stack ~ 'function (public\.)?audit_(erase|keep_parts)\(' AND current_user = 'mappa_owner' THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit is only added to: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

-- Parts for this month and those ahead, and for whatever lies in the part for the rest. How many were made.
CREATE OR REPLACE FUNCTION audit_keep_parts(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC'
SET lock_timeout = '5s' AS $$
DECLARE
    whole text;
    month date;
    part text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_keep_parts'));
    FOREACH whole IN ARRAY ARRAY['audit_accessevent', 'audit_signinevent', 'audit_change'] LOOP
        FOR month IN EXECUTE format(
            'SELECT date_trunc(''month'', now())::date + make_interval(months => n) FROM generate_series(0, $1) n'
            ' UNION SELECT DISTINCT date_trunc(''month'', at)::date FROM %I ORDER BY 1', whole || '_other') USING ahead
        LOOP
            part := whole || to_char(month, '_YYYY_MM');
            CONTINUE WHEN to_regclass(part) IS NOT NULL;
            EXECUTE format('CREATE TABLE public.%I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, whole);
            EXECUTE format('WITH moved AS (DELETE FROM %I WHERE at >= %L AND at < %L RETURNING *)'
                ' INSERT INTO %I SELECT * FROM moved', whole || '_other', month, month + interval '1 month', part);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                whole, part, month, month + interval '1 month');
            PERFORM audit_shut(part);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION audit_keep_parts(integer) FROM PUBLIC;

-- A part is reached through its whole alone, by whomever, and not emptied. What somebody switched off is switched on again.
CREATE OR REPLACE FUNCTION audit_shut(part text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ours name;
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_refuse_emptying BEFORE TRUNCATE ON %I EXECUTE FUNCTION audit_refuse()', part);
    EXECUTE format('ALTER TABLE %I ENABLE TRIGGER audit_refuse_emptying', part);
    FOR ours IN SELECT rolname FROM pg_roles WHERE rolname IN ('mappa_app', 'mappa_sealer', 'mappa_readonly') LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %I', part, ours);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION audit_shut(text) FROM PUBLIC;

-- Take the contents out of the history of a case, and of rows named beside it: ids by table. What remains of each is who, when,
-- what kind, and the digest of what was there, salted with what is gone too; so the seal still holds, and nothing can be guessed.
-- The act is recorded here too, with the rows beside that it took: whoever verifies holds each blanked row against it. For the owner of
-- the tables alone, whose `dispose_of_case` asks for two people; and a certificate is good for one transaction.
CREATE OR REPLACE FUNCTION audit_erase(subject bigint, under text, beside jsonb) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    acting jsonb := coalesce(nullif(current_setting('mappa.acting', true), ''), '{}')::jsonb;
    gone integer;
    more integer;
    taken jsonb;
BEGIN
    IF coalesce(under, '') = '' OR EXISTS (SELECT FROM audit_accessevent WHERE event = 'audit.erased' AND reference = under
        AND (xid <> pg_current_xact_id() OR epoch <> audit_epoch() OR case_id = subject))
    THEN
        RAISE EXCEPTION 'This certificate was used before' USING ERRCODE = '42501';
    END IF;
    UPDATE audit_change c SET kept = audit_contents(c.old, c.new, c.salt), old = NULL, new = NULL, salt = NULL, certificate = under
    WHERE c.case_id = subject AND c.kept IS NULL;
    GET DIAGNOSTICS gone = ROW_COUNT;
    WITH blanked AS (
        UPDATE audit_change c SET kept = audit_contents(c.old, c.new, c.salt), old = NULL, new = NULL, salt = NULL,
            certificate = under
        FROM jsonb_each(beside) t, jsonb_array_elements_text(t.value) r
        WHERE c.table_name = t.key AND c.row_id = r.value AND c.kept IS NULL
        RETURNING c.table_name, c.row_id
    ), named AS (SELECT table_name, count(*) AS rows, jsonb_agg(DISTINCT row_id) AS ids FROM blanked GROUP BY table_name)
    SELECT coalesce(sum(n.rows), 0), coalesce(jsonb_object_agg(n.table_name, n.ids), '{}') INTO more, taken FROM named n;
    INSERT INTO audit_accessevent (at, event, act, outcome, actor_id, agency_id, kind, case_id, reference, purpose, request_id,
        session, ip, detail)
    VALUES (clock_timestamp(), 'audit.erased', 'Z', 'A', (acting ->> 'actor')::bigint, (acting ->> 'agency')::bigint, '', subject,
        under, '', left(coalesce(acting ->> 'request', '-'), 32), left(coalesce(acting ->> 'session', ''), 16),
        (acting ->> 'ip')::inet, jsonb_build_object('rows', gone + more, 'beside', taken));
    RETURN gone + more;
END $$;
REVOKE ALL ON FUNCTION audit_erase(bigint, text, jsonb) FROM PUBLIC;
