-- +goose Up

-- A person has an API key, an account, or both.
CREATE TABLE persons_new (
    id       TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    name     TEXT NOT NULL CHECK (name <> ''),
    role     TEXT NOT NULL CHECK (role IN (
        'admin', 'staff_lead', 'staff', 'presidium',
        'scrutineer', 'teller', 'gate', 'auditor'
    )),
    key_hash BLOB UNIQUE CHECK (length(key_hash) = 32) -- SHA-256 of the API key, which is stored nowhere; NULL: none
) STRICT, WITHOUT ROWID;

INSERT INTO persons_new (id, name, role, key_hash)
SELECT id, name, role, key_hash
FROM persons;

DROP TABLE persons;

ALTER TABLE persons_new RENAME TO persons;

CREATE TABLE accounts (
    person       TEXT    NOT NULL PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    staff_number TEXT    UNIQUE CHECK (staff_number <> ''),       -- one human, one account; NULL until the first administrator has said it
    password     TEXT    CHECK (password LIKE '$argon2id$%'),     -- with its salt and costs; NULL: nobody can sign in
    device       BLOB,                                            -- secret of the code device, sealed under a key that is not in this file
    device_next  BLOB,                                            -- of one that is not in force yet
    step         INTEGER NOT NULL DEFAULT 0 CHECK (step >= 0),    -- of the last code: none serves twice
    link         BLOB    UNIQUE CHECK (length(link) = 32),        -- SHA-256 of the one-time link's token, which is stored nowhere
    link_until   INTEGER NOT NULL DEFAULT 0                       -- Unix seconds
) STRICT, WITHOUT ROWID;

-- The times here are those of staff at their desks; deputies have no session.
CREATE TABLE sessions (
    token  BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 32), -- SHA-256 of the cookie's token
    person TEXT    NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    began  INTEGER NOT NULL, -- Unix seconds
    seen   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_person ON sessions (person);

-- Tries to sign in that failed since the last that did not. Names that nobody
-- has are counted as well: otherwise a lock would tell which exist.
CREATE TABLE attempts (
    name         BLOB    NOT NULL PRIMARY KEY CHECK (length(name) = 32), -- a hash: people type passwords here
    failures     INTEGER NOT NULL CHECK (failures >= 0),
    locks        INTEGER NOT NULL CHECK (locks >= 0),
    locked_until INTEGER NOT NULL,
    latest       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_latest ON attempts (latest);

-- Who handed in signatures of which role: two roles are two persons.
CREATE TABLE handed (
    vote   TEXT    NOT NULL,
    hash   BLOB    NOT NULL,
    role   INTEGER NOT NULL CHECK (role BETWEEN 1 AND 255),
    person TEXT    NOT NULL, -- stays when the person is removed
    PRIMARY KEY (vote, hash, role, person),
    FOREIGN KEY (vote, hash) REFERENCES proposals (vote, hash) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
