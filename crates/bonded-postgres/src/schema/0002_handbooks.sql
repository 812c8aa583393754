-- A journal for each handbook, so that many processes post at once, one handbook at a time.

-- What a posting locks. `tick` is a clock after Lamport: it is later than that of everything that was
-- written or read under this row's lock. `position` 0: nothing is written of it, it is only read.
CREATE TABLE bonded.handbook (
    tenant text NOT NULL,
    handbook text NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    head_hash bytea NOT NULL,
    tick bigint NOT NULL CHECK (tick >= 0),
    PRIMARY KEY (tenant, handbook)
) PARTITION BY HASH (handbook);

CREATE TABLE bonded.record_batch (
    tenant text NOT NULL,
    handbook text NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL CHECK (last >= first),
    tick bigint NOT NULL,
    end_hash bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, handbook, first)
) PARTITION BY HASH (handbook);

-- An id is one entry's in all handbooks of a tenant.
CREATE TABLE bonded.entry_id (
    tenant text NOT NULL,
    id uuid NOT NULL,
    handbook text NOT NULL,
    PRIMARY KEY (tenant, id)
) PARTITION BY HASH (id);

-- The number of a list, too, and the number that customs gave it. By its BLAKE3 hash: it may be
-- longer than a key and hold any character.
CREATE TABLE bonded.list_name (
    tenant text NOT NULL,
    name_hash bytea NOT NULL,
    handbook text NOT NULL,
    entry uuid NOT NULL,
    PRIMARY KEY (tenant, name_hash)
) PARTITION BY HASH (name_hash);

CREATE TABLE bonded.ledger_snapshot (
    tenant text NOT NULL,
    entries bigint NOT NULL,
    part integer NOT NULL,
    whole bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, entries, part)
);
ALTER TABLE bonded.ledger_snapshot ALTER COLUMN body SET STORAGE EXTERNAL;

DO $$
DECLARE
    it text;
    part integer;
    tables text[] := ARRAY['ledger_snapshot'];
BEGIN
    FOREACH it IN ARRAY ARRAY['handbook', 'record_batch', 'entry_id', 'list_name'] LOOP
        tables := tables || it;
        FOR part IN 0..7 LOOP
            EXECUTE format(
                'CREATE TABLE bonded.%I PARTITION OF bonded.%I '
                'FOR VALUES WITH (MODULUS 8, REMAINDER %s)%s',
                it || '_' || part, it, part,
                CASE it WHEN 'handbook' THEN ' WITH (fillfactor = 50)' ELSE '' END);
            IF it = 'record_batch' THEN
                EXECUTE format(
                    'ALTER TABLE bonded.%I ALTER COLUMN body SET STORAGE EXTERNAL',
                    it || '_' || part);
            END IF;
            -- A policy of the parent does not hold where a partition is asked directly.
            tables := tables || (it || '_' || part);
        END LOOP;
    END LOOP;
    FOREACH it IN ARRAY tables LOOP
        EXECUTE format('ALTER TABLE bonded.%I ENABLE ROW LEVEL SECURITY', it);
        EXECUTE format('ALTER TABLE bonded.%I FORCE ROW LEVEL SECURITY', it);
        EXECUTE format(
            'CREATE POLICY own_tenant ON bonded.%I '
            'USING (tenant = (SELECT r.tenant FROM bonded.tenant_role r WHERE r.role = current_user)) '
            'WITH CHECK (tenant = (SELECT r.tenant FROM bonded.tenant_role r WHERE r.role = current_user))',
            it);
    END LOOP;
END $$;
