-- Whole journals by name, and who may see them.

CREATE SCHEMA IF NOT EXISTS bonded;

CREATE TABLE bonded.schema_version (
    version integer PRIMARY KEY,
    applied timestamptz NOT NULL DEFAULT now()
);

-- A role belongs to one tenant. It cannot say so itself: it sees its own row and writes none.
CREATE TABLE bonded.tenant_role (
    role name PRIMARY KEY,
    tenant text NOT NULL
);
ALTER TABLE bonded.tenant_role ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_row ON bonded.tenant_role FOR SELECT USING (role = current_user);

CREATE TABLE bonded.stream (
    tenant text NOT NULL,
    stream text NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    head_hash bytea NOT NULL,
    PRIMARY KEY (tenant, stream)
) WITH (fillfactor = 50);

CREATE TABLE bonded.batch (
    tenant text NOT NULL,
    stream text NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL CHECK (last >= first),
    end_hash bytea NOT NULL,
    bytes integer NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, stream, first)
);
-- Compressed already.
ALTER TABLE bonded.batch ALTER COLUMN body SET STORAGE EXTERNAL;

-- In parts, as a value holds a gigabyte at most. `whole` is the hash of all parts together.
CREATE TABLE bonded.snapshot (
    tenant text NOT NULL,
    stream text NOT NULL,
    position bigint NOT NULL,
    part integer NOT NULL,
    head_hash bytea NOT NULL,
    whole bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant, stream, position, part)
);
ALTER TABLE bonded.snapshot ALTER COLUMN body SET STORAGE EXTERNAL;

-- Forced, so that it holds for the owner, too.
DO $$
DECLARE
    it text;
BEGIN
    FOREACH it IN ARRAY ARRAY['stream', 'batch', 'snapshot'] LOOP
        EXECUTE format('ALTER TABLE bonded.%I ENABLE ROW LEVEL SECURITY', it);
        EXECUTE format('ALTER TABLE bonded.%I FORCE ROW LEVEL SECURITY', it);
        EXECUTE format(
            'CREATE POLICY own_tenant ON bonded.%I '
            'USING (tenant = (SELECT r.tenant FROM bonded.tenant_role r WHERE r.role = current_user)) '
            'WITH CHECK (tenant = (SELECT r.tenant FROM bonded.tenant_role r WHERE r.role = current_user))',
            it);
    END LOOP;
END $$;
