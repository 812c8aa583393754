-- What reports read. The journal is the truth; these tables are written from the ledger's own answers
-- and may be some records behind: the view lag says how many.

-- Up to where the tables are written.
CREATE TABLE tables_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL,
    hash BLOB NOT NULL
);
INSERT INTO tables_state VALUES (1, 0, zeroblob(32));

CREATE TABLE handbook (
    number TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    import_suspended INTEGER NOT NULL,
    export_suspended INTEGER NOT NULL,
    cycle_from TEXT,
    cycle_to TEXT,
    cycle_state TEXT,
    closable INTEGER NOT NULL
) WITHOUT ROWID;

-- Why a handbook is not closable.
CREATE TABLE reason (
    handbook TEXT NOT NULL,
    number INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    difference TEXT,
    PRIMARY KEY (handbook, number)
) WITHOUT ROWID;

-- Goods out at contractors.
CREATE TABLE outside (
    handbook TEXT NOT NULL,
    contractor TEXT NOT NULL,
    goods TEXT NOT NULL,
    seq INTEGER NOT NULL,
    quantity TEXT NOT NULL,
    quantity_e5 INTEGER,
    PRIMARY KEY (handbook, contractor, goods, seq)
) WITHOUT ROWID;

-- Figures stand twice: exact as decimal text, and in 1/100000 of the unit as an integer to add up,
-- which is NULL where 64 bits do not hold it.
CREATE TABLE material (
    handbook TEXT NOT NULL,
    seq INTEGER NOT NULL,
    code TEXT NOT NULL,
    hs TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    approved TEXT,
    approved_e5 INTEGER,
    opening TEXT NOT NULL,
    opening_e5 INTEGER,
    imported TEXT NOT NULL,
    imported_e5 INTEGER,
    carried_in TEXT NOT NULL,
    carried_in_e5 INTEGER,
    leftover_in TEXT NOT NULL,
    leftover_in_e5 INTEGER,
    exchanged_in TEXT NOT NULL,
    exchanged_in_e5 INTEGER,
    adjusted TEXT NOT NULL,
    adjusted_e5 INTEGER,
    exchanged_out TEXT NOT NULL,
    exchanged_out_e5 INTEGER,
    consumed TEXT NOT NULL,
    consumed_e5 INTEGER,
    consumed_net TEXT NOT NULL,
    consumed_net_e5 INTEGER,
    loss_tangible TEXT NOT NULL,
    loss_tangible_e5 INTEGER,
    loss_intangible TEXT NOT NULL,
    loss_intangible_e5 INTEGER,
    chain_out TEXT NOT NULL,
    chain_out_e5 INTEGER,
    leftover_out TEXT NOT NULL,
    leftover_out_e5 INTEGER,
    re_exported TEXT NOT NULL,
    re_exported_e5 INTEGER,
    domestic_sale TEXT NOT NULL,
    domestic_sale_e5 INTEGER,
    destroyed TEXT NOT NULL,
    destroyed_e5 INTEGER,
    remaining TEXT NOT NULL,
    remaining_e5 INTEGER,
    scrap_opening TEXT NOT NULL,
    scrap_opening_e5 INTEGER,
    scrap_sold TEXT NOT NULL,
    scrap_sold_e5 INTEGER,
    scrap_re_exported TEXT NOT NULL,
    scrap_re_exported_e5 INTEGER,
    scrap_destroyed TEXT NOT NULL,
    scrap_destroyed_e5 INTEGER,
    scrap TEXT NOT NULL,
    scrap_e5 INTEGER,
    by_product TEXT NOT NULL,
    by_product_e5 INTEGER,
    pending_in TEXT NOT NULL,
    pending_in_e5 INTEGER,
    pending_out TEXT NOT NULL,
    pending_out_e5 INTEGER,
    counted TEXT,
    counted_e5 INTEGER,
    PRIMARY KEY (handbook, seq)
) WITHOUT ROWID;

CREATE TABLE product (
    handbook TEXT NOT NULL,
    seq INTEGER NOT NULL,
    code TEXT NOT NULL,
    hs TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    approved TEXT,
    approved_e5 INTEGER,
    exported TEXT NOT NULL,
    exported_e5 INTEGER,
    carried_out TEXT NOT NULL,
    carried_out_e5 INTEGER,
    exempted TEXT NOT NULL,
    exempted_e5 INTEGER,
    returned_in TEXT NOT NULL,
    returned_in_e5 INTEGER,
    returned_out TEXT NOT NULL,
    returned_out_e5 INTEGER,
    domestic_sale TEXT NOT NULL,
    domestic_sale_e5 INTEGER,
    destroyed TEXT NOT NULL,
    destroyed_e5 INTEGER,
    pending_out TEXT NOT NULL,
    pending_out_e5 INTEGER,
    PRIMARY KEY (handbook, seq)
) WITHOUT ROWID;

CREATE TABLE list (
    number TEXT NOT NULL PRIMARY KEY,
    handbook TEXT NOT NULL,
    customs_number TEXT,
    customs_declaration TEXT,
    mode TEXT NOT NULL,
    movement TEXT NOT NULL,
    state TEXT NOT NULL,
    declared TEXT,
    booked TEXT,
    lines INTEGER NOT NULL,
    reference TEXT,
    counterpart TEXT
) WITHOUT ROWID;
CREATE INDEX list_of_handbook ON list (handbook, state);

CREATE TABLE list_line (
    list TEXT NOT NULL,
    line INTEGER NOT NULL,
    goods TEXT NOT NULL,
    seq INTEGER NOT NULL,
    version TEXT,
    quantity TEXT NOT NULL,
    quantity_e5 INTEGER NOT NULL,
    legal_quantity TEXT,
    legal_quantity_e5 INTEGER,
    by_product INTEGER NOT NULL,
    PRIMARY KEY (list, line)
) WITHOUT ROWID;

CREATE VIEW statement AS
SELECT
    m.handbook, m.seq, m.code, m.hs, m.name, m.unit, h.status AS handbook_status, h.valid_until,
    h.closable, m.approved, m.approved_e5, m.opening, m.opening_e5, m.imported, m.imported_e5,
    m.carried_in, m.carried_in_e5, m.leftover_in, m.leftover_in_e5, m.exchanged_in,
    m.exchanged_in_e5, m.adjusted, m.adjusted_e5, m.exchanged_out, m.exchanged_out_e5, m.consumed,
    m.consumed_e5, m.consumed_net, m.consumed_net_e5, m.loss_tangible, m.loss_tangible_e5,
    m.loss_intangible, m.loss_intangible_e5, m.chain_out, m.chain_out_e5, m.leftover_out,
    m.leftover_out_e5, m.re_exported, m.re_exported_e5, m.domestic_sale, m.domestic_sale_e5,
    m.destroyed, m.destroyed_e5, m.remaining, m.remaining_e5, m.scrap_opening, m.scrap_opening_e5,
    m.scrap_sold, m.scrap_sold_e5, m.scrap_re_exported, m.scrap_re_exported_e5, m.scrap_destroyed,
    m.scrap_destroyed_e5, m.scrap, m.scrap_e5, m.by_product, m.by_product_e5, m.pending_in,
    m.pending_in_e5, m.pending_out, m.pending_out_e5, m.counted, m.counted_e5
FROM material m JOIN handbook h ON h.number = m.handbook;

CREATE VIEW statement_product AS
SELECT
    p.handbook, p.seq, p.code, p.hs, p.name, p.unit, h.status AS handbook_status, h.valid_until,
    h.closable, p.approved, p.approved_e5, p.exported, p.exported_e5, p.carried_out,
    p.carried_out_e5, p.exempted, p.exempted_e5, p.returned_in, p.returned_in_e5, p.returned_out,
    p.returned_out_e5, p.domestic_sale, p.domestic_sale_e5, p.destroyed, p.destroyed_e5,
    p.pending_out, p.pending_out_e5
FROM product p JOIN handbook h ON h.number = p.handbook;

CREATE VIEW list_with_lines AS
SELECT
    l.number, l.handbook, l.customs_number, l.customs_declaration, l.mode, l.movement, l.state,
    l.declared, l.booked, l.reference, l.counterpart, n.line, n.goods, n.seq,
    coalesce(m.code, p.code) AS code, coalesce(m.name, p.name) AS name,
    coalesce(m.unit, p.unit) AS unit, n.version, n.quantity, n.quantity_e5, n.legal_quantity,
    n.legal_quantity_e5, n.by_product
FROM list l
JOIN list_line n ON n.list = l.number
LEFT JOIN material m ON n.goods = 'material' AND m.handbook = l.handbook AND m.seq = n.seq
LEFT JOIN product p ON n.goods = 'product' AND p.handbook = l.handbook AND p.seq = n.seq;

CREATE VIEW lag AS
SELECT
    head.position AS journal_position, tables_state.position AS tables_position,
    head.position - tables_state.position AS records_behind
FROM head, tables_state;
