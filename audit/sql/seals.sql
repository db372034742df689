-- Seals: whatever finished transactions wrote, in their order, under one hash over the seal before.
-- The bodies of functions are strings, because Postgres keeps such a text as it is and verification compares it (audit/installing.py).
-- A row's text is a list of its columns: what is added to a table later needs a new text, and so a new epoch.

-- In which epoch rows are written now: the default of the column, so that writing a row asks nothing.
CREATE OR REPLACE FUNCTION audit_epoch() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT pg_get_expr(d.adbin, d.adrelid)::text::integer FROM pg_attrdef d
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.adrelid = 'audit_accessevent'::regclass AND a.attname = 'epoch'
$$;

CREATE OR REPLACE FUNCTION audit_contents(old jsonb, new jsonb, salt uuid) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(old, new, salt::text)::text, 'UTF8'))
$$;

-- What names an epoch that is not is nobody's, and so everybody's: it shows as added wherever it lies.
CREATE OR REPLACE FUNCTION audit_is_of(epoch smallint, of_epoch integer, now_epoch integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT epoch = of_epoch OR epoch NOT BETWEEN 1 AND now_epoch
$$;

-- The rows of transactions from `low` to below `high`, each with its digest.
CREATE OR REPLACE FUNCTION audit_rows(of_epoch integer, low xid8, high xid8)
RETURNS TABLE (kind text, id bigint, xid xid8, digest bytea) LANGUAGE sql STABLE AS $$
    SELECT 'A', e.id, e.xid, sha256(convert_to(jsonb_build_array(e.id, extract(epoch FROM e.at), e.epoch, e.xid::text, e.event, e.act,
        e.outcome, e.actor_id, e.agency_id, e.kind, e.object_id, e.case_id, e.reference, e.purpose, e.request_id, e.session,
        e.ip::text, e.detail)::text, 'UTF8'))
    FROM audit_accessevent e WHERE e.xid >= low AND e.xid < high AND audit_is_of(e.epoch, of_epoch, (SELECT audit_epoch()))
    UNION ALL
    SELECT 'C', c.id, c.xid, sha256(convert_to(jsonb_build_array(c.id, extract(epoch FROM c.at), c.epoch, c.xid::text, c.operation,
        c.table_name, c.row_id, c.case_id, c.actor_id, c.agency_id, c.request_id, c.session, c.ip::text, c.origin, c.purpose,
        c.db_user, c.backend)::text, 'UTF8') || coalesce(c.kept, audit_contents(c.old, c.new, c.salt)))
    FROM audit_change c WHERE c.xid >= low AND c.xid < high AND audit_is_of(c.epoch, of_epoch, (SELECT audit_epoch()))
    UNION ALL
    SELECT 'S', s.id, s.xid, sha256(convert_to(jsonb_build_array(s.id, extract(epoch FROM s.at), s.epoch, s.xid::text, s.event,
        s.actor_id, s.agency_id, s.request_id, s.session, s.ip::text, s.detail)::text, 'UTF8'))
    FROM audit_signinevent s WHERE s.xid >= low AND s.xid < high AND audit_is_of(s.epoch, of_epoch, (SELECT audit_epoch()))
$$;

-- How many they are, one hash over them all, and for each a letter, its id and eight bytes of its digest.
CREATE OR REPLACE FUNCTION audit_gather(of_epoch integer, low xid8, high xid8, OUT rows integer, OUT root bytea, OUT leaves bytea)
LANGUAGE sql STABLE AS $$
    SELECT count(*)::integer, sha256(coalesce(string_agg(r.digest, ''::bytea ORDER BY r.xid, r.kind, r.id), ''::bytea)),
        coalesce(string_agg(convert_to(r.kind, 'UTF8') || int8send(r.id) || substr(r.digest, 1, 8), ''::bytea
            ORDER BY r.xid, r.kind, r.id), ''::bytea)
    FROM audit_rows(of_epoch, low, high) r
$$;

CREATE OR REPLACE FUNCTION audit_hash(previous bytea, number bigint, made_at timestamptz, epoch integer, low bigint, high bigint,
    rows integer, root bytea, leaves bytea) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(number, extract(epoch FROM made_at), epoch, low, high, rows)::text,
        'UTF8') || root || sha256(leaves))
$$;

-- The transaction below which all are finished that could write here. Those of other databases on the same server cannot, however
-- long they run; of whom a transaction is, its lock tells.
CREATE OR REPLACE FUNCTION audit_finished() RETURNS xid8 LANGUAGE plpgsql AS $$
DECLARE
    now_running pg_snapshot := pg_current_snapshot();
BEGIN
    RETURN (SELECT coalesce(min(x.xid), pg_snapshot_xmax(now_running)) FROM pg_snapshot_xip(now_running) x (xid) WHERE NOT EXISTS (
        SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.transactionid = x.xid::xid
            AND a.datname <> current_database()));
END $$;

-- Seal what finished since the last seal, some tens of thousands of rows at a time. How many rows; 0 when there were none.
CREATE OR REPLACE FUNCTION audit_seal_up() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    now_epoch integer := audit_epoch();
    finished xid8;
    low xid8;
    high xid8;
    last audit_seal;
    found record;
    made timestamptz := clock_timestamp();
BEGIN
    LOCK TABLE audit_seal IN EXCLUSIVE MODE;
    SELECT * INTO last FROM audit_seal ORDER BY id DESC LIMIT 1;
    finished := audit_finished();
    low := CASE WHEN last.epoch = now_epoch THEN last.high ELSE 0 END::text::xid8;
    IF pg_snapshot_xmax(pg_current_snapshot()) < low THEN
        RAISE EXCEPTION 'The database was restored from a dump: begin a new epoch (docs/audit.md)';
    END IF;
    IF finished < low THEN
        -- A transaction of another database ended between the snapshot and the look at its lock: nothing tells any more whose it was.
        RETURN 0;
    END IF;
    SELECT max(x.xid) INTO high FROM (
        SELECT xid FROM (
            SELECT xid FROM audit_accessevent WHERE xid >= low AND xid < finished AND epoch = now_epoch
            UNION ALL SELECT xid FROM audit_change WHERE xid >= low AND xid < finished AND epoch = now_epoch
            UNION ALL SELECT xid FROM audit_signinevent WHERE xid >= low AND xid < finished AND epoch = now_epoch
        ) every ORDER BY xid LIMIT 50000) x;
    IF high IS NULL THEN
        RETURN 0;
    END IF;
    high := (high::text::bigint + 1)::text::xid8;
    SELECT * INTO found FROM audit_gather(now_epoch, low, high);
    INSERT INTO audit_seal (id, made_at, epoch, low, high, rows, root, leaves, previous, hash)
    VALUES (coalesce(last.id, 0) + 1, made, now_epoch, low::text::bigint, high::text::bigint, found.rows, found.root,
        found.leaves, coalesce(last.hash, ''), audit_hash(coalesce(last.hash, ''), coalesce(last.id, 0) + 1, made, now_epoch,
        low::text::bigint, high::text::bigint, found.rows, found.root, found.leaves));
    RETURN found.rows;
END $$;
REVOKE ALL ON FUNCTION audit_seal_up() FROM PUBLIC;

-- After a restore from a dump transactions count from the beginning again: what the dump held is sealed to its end, and what comes
-- after is another epoch. For the migrator, who owns the tables.
CREATE OR REPLACE FUNCTION audit_begin_epoch() RETURNS integer LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ending integer := audit_epoch();
    last audit_seal;
    high bigint;
    found record;
    made timestamptz := clock_timestamp();
    whole text;
BEGIN
    LOCK TABLE audit_seal, audit_accessevent, audit_signinevent, audit_change IN EXCLUSIVE MODE;
    SELECT * INTO last FROM audit_seal ORDER BY id DESC LIMIT 1;
    high := 9223372036854775807;
    IF last.epoch IS DISTINCT FROM ending THEN
        last.high := 0;
    END IF;
    SELECT * INTO found FROM audit_gather(ending, last.high::text::xid8, high::text::xid8);
    INSERT INTO audit_seal (id, made_at, epoch, low, high, rows, root, leaves, previous, hash)
    VALUES (coalesce(last.id, 0) + 1, made, ending, last.high, high, found.rows, found.root, found.leaves,
        coalesce(last.hash, ''), audit_hash(coalesce(last.hash, ''), coalesce(last.id, 0) + 1, made, ending, last.high, high,
        found.rows, found.root, found.leaves));
    FOREACH whole IN ARRAY ARRAY['audit_accessevent', 'audit_signinevent', 'audit_change'] LOOP
        EXECUTE format('ALTER TABLE %I ALTER epoch SET DEFAULT %s', whole, ending + 1);
    END LOOP;
    RETURN ending + 1;
END $$;
REVOKE ALL ON FUNCTION audit_begin_epoch() FROM PUBLIC;

-- Rows that no seal will ever cover: finished long ago and under none, of a transaction that has not been, of an epoch that is not.
-- In an epoch before, transactions were counted otherwise: its rows are under its seals, whatever their numbers.
CREATE OR REPLACE FUNCTION audit_loose(within interval, OUT unsealed bigint, OUT from_nowhere bigint, OUT of_no_epoch bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    now_epoch integer := audit_epoch();
    low xid8 := coalesce((SELECT CASE WHEN s.epoch = audit_epoch() THEN s.high ELSE 0 END FROM audit_seal s
        ORDER BY s.id DESC LIMIT 1), 0)::text::xid8;
    high xid8 := audit_finished();
    next xid8 := pg_snapshot_xmax(pg_current_snapshot());
BEGIN
    SELECT count(*) FILTER (WHERE e.xid >= low AND e.xid < high AND e.epoch = now_epoch AND e.at < now() - within),
        count(*) FILTER (WHERE e.xid >= next AND e.epoch = now_epoch),
        count(*) FILTER (WHERE e.epoch NOT BETWEEN 1 AND now_epoch)
    INTO unsealed, from_nowhere, of_no_epoch
    FROM (SELECT xid, epoch, at FROM audit_accessevent WHERE xid >= low AND audit_is_of(epoch, now_epoch, now_epoch)
        UNION ALL SELECT xid, epoch, at FROM audit_change WHERE xid >= low AND audit_is_of(epoch, now_epoch, now_epoch)
        UNION ALL SELECT xid, epoch, at FROM audit_signinevent WHERE xid >= low AND audit_is_of(epoch, now_epoch, now_epoch)) e;
END $$;
