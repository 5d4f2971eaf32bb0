-- +goose Up

-- Devices that may serve deputies. Nothing here is about a person, and what a
-- device is doing is in no table: beside a ballot it would tell whose it is.
CREATE TABLE terminals (
    vote     TEXT NOT NULL REFERENCES votes (id),
    id       TEXT NOT NULL CHECK (id <> ''),
    key_hash BLOB NOT NULL UNIQUE CHECK (length(key_hash) = 32), -- SHA-256 of the terminal's key, which is stored on the terminal only
    kind     TEXT NOT NULL CHECK (kind IN ('seat', 'shared')),
    zone     TEXT NOT NULL,
    label    TEXT NOT NULL CHECK (label <> ''),
    PRIMARY KEY (vote, id),
    UNIQUE (vote, zone, label)
) STRICT, WITHOUT ROWID;

-- Each registers one device.
CREATE TABLE terminal_codes (
    code_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32), -- SHA-256 of the code, which is on a screen for minutes
    vote      TEXT    NOT NULL REFERENCES votes (id),
    good_till INTEGER NOT NULL -- Unix seconds
) STRICT, WITHOUT ROWID;

-- Of a PIN there is only what checks it.
ALTER TABLE roll ADD COLUMN pin TEXT CHECK (pin LIKE '$argon2id$%');

-- Tries of a badge's PIN since the last right one. A try counts from before it
-- is compared: many at once are no more than one after the other.
CREATE TABLE pin_tries (
    vote  TEXT    NOT NULL,
    idx   INTEGER NOT NULL,
    tries INTEGER NOT NULL CHECK (tries BETWEEN 1 AND 5),
    PRIMARY KEY (vote, idx),
    FOREIGN KEY (vote, idx) REFERENCES roll (vote, idx)
) STRICT, WITHOUT ROWID;
