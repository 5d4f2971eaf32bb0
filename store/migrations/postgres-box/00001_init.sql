-- +goose Up

-- The tables of migrations/sqlite-box, column by column, as PostgreSQL has them.
-- Why each is so stands there.

CREATE TABLE turn (
    n      BIGINT NOT NULL,
    writer TEXT   NOT NULL -- the process that wrote last; with another one n rises
);

INSERT INTO turn (n, writer) VALUES (1, '');


CREATE TABLE chunks (
    first BIGINT NOT NULL PRIMARY KEY CHECK (first >= 1),
    count BIGINT NOT NULL CHECK (count >= 1),
    size  BIGINT NOT NULL CHECK (size BETWEEN 1 AND 70000),
    vote  TEXT   NOT NULL CHECK (vote <> '')
);

CREATE TABLE slots (
    slot BIGINT NOT NULL PRIMARY KEY CHECK (slot >= 1),
    body BYTEA  NOT NULL CHECK (length(body) BETWEEN 1 AND 70000)
);
