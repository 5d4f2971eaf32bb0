-- +goose Up

-- What a person with an account has to hear of, because it may not have been
-- that person: a row for each kind. Of a hundred wrong tries there is one row.
CREATE TABLE alerts (
    person TEXT    NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    kind   TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    times  INTEGER NOT NULL CHECK (times > 0),
    latest INTEGER NOT NULL, -- Unix seconds
    PRIMARY KEY (person, kind)
) STRICT, WITHOUT ROWID;

-- Until when the first code of device_next may come, in Unix seconds.
ALTER TABLE accounts ADD COLUMN device_until INTEGER NOT NULL DEFAULT 0;
