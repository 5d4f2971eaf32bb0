-- +goose Up

-- No column here says in which order or when rows came: there is no time, no
-- sequence, and no rowid but where it is the order of the log (entries). What knows
-- a deputy (roll, register, issuances, seeds) is here; what knows a ballot is in a
-- file of its own (sqlite-box), because the pages of one file would tell which
-- ballot came between which issuances.

CREATE TABLE persons (
    id       TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    name     TEXT NOT NULL CHECK (name <> ''),
    role     TEXT NOT NULL CHECK (role IN (
        'admin', 'staff_lead', 'staff', 'presidium',
        'scrutineer', 'teller', 'gate', 'auditor'
    )),
    key_hash BLOB NOT NULL UNIQUE CHECK (length(key_hash) = 32) -- SHA-256 of the API key, which is stored nowhere
) STRICT, WITHOUT ROWID;

CREATE TABLE votes (
    id       TEXT    NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40 AND id NOT GLOB '*[^a-z0-9-]*'),
    draft    BLOB    NOT NULL,                                            -- what the manifest will be made of; opaque here
    revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0),            -- counts changes of draft, roll and candidates
    frozen   INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),         -- the manifest is logged: draft, roll and candidates stay as they are
    box      INTEGER NOT NULL DEFAULT 0 CHECK (box BETWEEN 0 AND 4),      -- BoxState
    epoch    INTEGER NOT NULL DEFAULT 0 CHECK (epoch BETWEEN 0 AND 4294967295),
    unclean  INTEGER NOT NULL DEFAULT 0 CHECK (unclean IN (0, 1))         -- rows were erased, and the file still has to be rewritten, or the box to be swept
) STRICT, WITHOUT ROWID;

-- What the office knows of its deputies. Nothing here enters a ballot.
CREATE TABLE roll (
    vote       TEXT    NOT NULL REFERENCES votes (id),
    number     TEXT    NOT NULL CHECK (number <> ''),
    name       TEXT    NOT NULL,
    delegation TEXT    NOT NULL,
    seat       TEXT    NOT NULL,
    sex        TEXT    NOT NULL,
    ethnicity  TEXT    NOT NULL,
    large_type INTEGER NOT NULL CHECK (large_type IN (0, 1)),
    standing   INTEGER NOT NULL CHECK (standing BETWEEN 0 AND 255),
    idx        INTEGER CHECK (idx BETWEEN 0 AND 4294967295), -- place of the leaf, drawn at random so that it tells nothing; NULL: no leaf
    salt       BLOB    CHECK (length(salt) = 32),            -- hides the roll number in the public leaf
    badge      BLOB    CHECK (length(badge) = 32),           -- public key; its seed is printed on the badge and never stored
    PRIMARY KEY (vote, number),
    UNIQUE (vote, idx),
    UNIQUE (vote, badge),
    CHECK ((idx IS NULL) = (salt IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE candidates (
    vote          TEXT    NOT NULL REFERENCES votes (id),
    place         INTEGER NOT NULL CHECK (place >= 0), -- order on the ballot, from 0
    id            TEXT    NOT NULL CHECK (id <> ''),
    name          TEXT    NOT NULL CHECK (name <> ''),
    content       TEXT    NOT NULL,
    investment    INTEGER NOT NULL CHECK (investment >= 0),
    fiscal        INTEGER NOT NULL CHECK (fiscal >= 0),
    beneficiaries TEXT    NOT NULL,
    deadline      TEXT    NOT NULL,
    unit          TEXT    NOT NULL,
    suggestions   INTEGER NOT NULL CHECK (suggestions >= 0),
    PRIMARY KEY (vote, place),
    UNIQUE (vote, id)
) STRICT, WITHOUT ROWID;

-- Who is in the hall. It keeps no time: gates are slow, and a time of entry
-- beside a time of casting would be a link.
CREATE TABLE register (
    vote    TEXT    NOT NULL,
    idx     INTEGER NOT NULL,
    present INTEGER NOT NULL CHECK (present IN (0, 1)), -- now
    ever    INTEGER NOT NULL CHECK (ever IN (0, 1)),    -- P counts these
    reason  TEXT    NOT NULL,                           -- of a check-in by hand
    PRIMARY KEY (vote, idx),
    FOREIGN KEY (vote, idx) REFERENCES roll (vote, idx),
    CHECK (ever >= present)
) STRICT, WITHOUT ROWID;

-- The log. Its head advances by compare-and-swap on size.
CREATE TABLE heads (
    vote       TEXT    NOT NULL PRIMARY KEY REFERENCES votes (id),
    size       INTEGER NOT NULL CHECK (size >= 0),
    signed     INTEGER NOT NULL CHECK (signed >= 0), -- size of the checkpoint
    checkpoint BLOB    NOT NULL,                     -- the last one signed; empty before the first
    CHECK (signed <= size)
) STRICT, WITHOUT ROWID;

-- With a rowid: a search in a table without one reads the whole of every row it
-- passes, and ballots are long.
CREATE TABLE entries (
    vote  TEXT    NOT NULL REFERENCES heads (vote),
    idx   INTEGER NOT NULL CHECK (idx >= 0),
    hash  BLOB    NOT NULL CHECK (length(hash) = 32), -- leaf hash; not unique, equal entries may follow each other
    entry BLOB    NOT NULL CHECK (length(entry) BETWEEN 1 AND 65000),
    PRIMARY KEY (vote, idx)
) STRICT;

CREATE INDEX entries_hash ON entries (vote, hash);

CREATE TABLE hashes (
    vote TEXT    NOT NULL REFERENCES heads (vote),
    idx  INTEGER NOT NULL CHECK (idx >= 0), -- tlog.StoredHashIndex
    hash BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (vote, idx)
) STRICT, WITHOUT ROWID;

-- Checkpoints with the cosignatures of witnesses.
CREATE TABLE checkpoints (
    vote TEXT    NOT NULL REFERENCES heads (vote),
    kind TEXT    NOT NULL CHECK (kind IN ('latest', 'closing')),
    size INTEGER NOT NULL CHECK (size >= 0),
    note BLOB    NOT NULL,
    PRIMARY KEY (vote, kind)
) STRICT, WITHOUT ROWID;

-- Entries that still wait for signatures.
CREATE TABLE proposals (
    vote TEXT    NOT NULL REFERENCES votes (id),
    hash BLOB    NOT NULL CHECK (length(hash) = 32), -- leaf hash of the entry without signatures
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 255),
    body BLOB    NOT NULL,
    PRIMARY KEY (vote, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE signatures (
    vote TEXT    NOT NULL,
    hash BLOB    NOT NULL,
    role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 255),
    idx  INTEGER NOT NULL CHECK (idx BETWEEN 0 AND 255),
    sig  BLOB    NOT NULL CHECK (length(sig) = 64),
    PRIMARY KEY (vote, hash, role, idx),
    FOREIGN KEY (vote, hash) REFERENCES proposals (vote, hash) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- One credential for each leaf and epoch: the primary key is the rule.
CREATE TABLE issuances (
    vote   TEXT    NOT NULL REFERENCES votes (id),
    epoch  INTEGER NOT NULL CHECK (epoch >= 1),
    idx    INTEGER NOT NULL CHECK (idx BETWEEN 0 AND 4294967295), -- place in the roll; public in the log as well
    vector BLOB    NOT NULL CHECK (length(vector) = 32),          -- hash of the blinded messages
    answer BLOB,                                                  -- blind signature: says nothing about the credential; NULL until it is made
    PRIMARY KEY (vote, epoch, idx)
) STRICT, WITHOUT ROWID;

-- Sealed under the badge seed, which is never here: opaque without the badge.
-- Whoever printed the badges could open them, so they are erased at the close.
CREATE TABLE seeds (
    vote   TEXT    NOT NULL REFERENCES votes (id),
    epoch  INTEGER NOT NULL CHECK (epoch >= 1),
    idx    INTEGER NOT NULL CHECK (idx BETWEEN 0 AND 4294967295),
    sealed BLOB    NOT NULL CHECK (length(sealed) = 72),
    PRIMARY KEY (vote, epoch, idx)
) STRICT, WITHOUT ROWID;

-- What was logged happened.

-- +goose StatementBegin
CREATE TRIGGER entries_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER hashes_update BEFORE UPDATE ON hashes
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER hashes_delete BEFORE DELETE ON hashes
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER heads_back BEFORE UPDATE ON heads
WHEN new.size < old.size OR new.signed < old.signed
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER heads_delete BEFORE DELETE ON heads
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
-- +goose StatementEnd
