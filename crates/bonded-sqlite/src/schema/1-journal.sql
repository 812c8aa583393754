-- The journal: what everything else is made of.

-- Which program took which step of the schema.
CREATE TABLE migration (
    step INTEGER PRIMARY KEY,
    program TEXT NOT NULL
);

-- Records that were written together: numbers of the first and the last, the hash of the last, all of
-- them as bytes.
CREATE TABLE batch (
    last INTEGER PRIMARY KEY,
    first INTEGER NOT NULL CHECK (first BETWEEN 1 AND last),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB NOT NULL
);

-- Where the journal ends: said a second time on another page, so that a lost end is noticed.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL CHECK (position >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO head VALUES (1, 0, zeroblob(32));

-- Ledgers as they were at some head. One that is not whole is being written, or is to be swept out; its
-- number is never given again, so that nobody writes on in another's.
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    digest BLOB NOT NULL,
    whole INTEGER NOT NULL CHECK (whole IN (0, 1))
);

CREATE TABLE snapshot_part (
    id INTEGER PRIMARY KEY,
    snapshot INTEGER NOT NULL,
    part INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (snapshot, part)
);
