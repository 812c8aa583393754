-- The journals of a tenant on several servers.

-- Which of how many servers this one is, for a tenant that has several. None: he has this one.
CREATE TABLE bonded.shard (
    tenant text PRIMARY KEY,
    ledger uuid NOT NULL,
    number integer NOT NULL CHECK (number BETWEEN 1 AND count),
    count integer NOT NULL CHECK (count > 1)
);
ALTER TABLE bonded.shard ENABLE ROW LEVEL SECURITY;
ALTER TABLE bonded.shard FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON bonded.shard
    USING (tenant = (SELECT r.tenant FROM bonded.tenant_role r WHERE r.role = current_user))
    WITH CHECK (tenant = (SELECT r.tenant FROM bonded.tenant_role r WHERE r.role = current_user));

-- What else is to be read before this row is relied on: HANDBOOK:POSITION:TICK, with spaces between.
-- Empty where the tenant has one server: there all is read at one moment.
ALTER TABLE bonded.handbook ADD COLUMN needs text NOT NULL DEFAULT '';
