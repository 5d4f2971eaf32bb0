-- +goose NO TRANSACTION
-- +goose Up

-- One more role: who works on projects and has no part in votes. SQLite cannot
-- alter a CHECK; the table is made anew as its documentation says (ALTER TABLE,
-- Section 7), with foreign keys off, so that dropping it erases no account.
PRAGMA foreign_keys = OFF;

BEGIN IMMEDIATE;

CREATE TABLE persons_new (
    id       TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    name     TEXT NOT NULL CHECK (name <> ''),
    role     TEXT NOT NULL CHECK (role IN (
        'admin', 'staff_lead', 'staff', 'presidium',
        'scrutineer', 'teller', 'gate', 'auditor', 'member'
    )),
    key_hash BLOB UNIQUE CHECK (length(key_hash) = 32) -- SHA-256 of the API key, which is stored nowhere; NULL: none
) STRICT, WITHOUT ROWID;

INSERT INTO persons_new (id, name, role, key_hash)
SELECT id, name, role, key_hash
FROM persons;

DROP TABLE persons;

ALTER TABLE persons_new RENAME TO persons;

COMMIT;

PRAGMA foreign_keys = ON;
