-- +goose Up

-- To whom contacts are sealed: the officers of the intake, each with the public
-- half of a key that this server never has.
CREATE TABLE recipients (
    key  TEXT NOT NULL PRIMARY KEY CHECK (key LIKE 'age1%'),
    name TEXT NOT NULL CHECK (name <> '') -- whose it is
) STRICT, WITHOUT ROWID;
