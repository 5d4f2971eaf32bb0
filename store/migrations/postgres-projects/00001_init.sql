-- +goose Up

-- The tables of migrations/sqlite-projects, column by column, as PostgreSQL has them.
-- Why each is so stands there.

CREATE TABLE turn (
    n      BIGINT NOT NULL,
    writer TEXT   NOT NULL -- the process that wrote last; with another one n rises
);

INSERT INTO turn (n, writer) VALUES (1, '');

-- +goose StatementBegin
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END
$$;
-- +goose StatementEnd


CREATE TABLE heads (
    vote       TEXT   NOT NULL PRIMARY KEY CHECK (vote = 'projects'),
    size       BIGINT NOT NULL CHECK (size >= 0),
    signed     BIGINT NOT NULL CHECK (signed >= 0),
    checkpoint BYTEA  NOT NULL,
    CHECK (signed <= size)
);

INSERT INTO heads (vote, size, signed, checkpoint) VALUES ('projects', 0, 0, '');

CREATE TABLE entries (
    vote  TEXT   NOT NULL REFERENCES heads (vote),
    idx   BIGINT NOT NULL CHECK (idx >= 0),
    hash  BYTEA  NOT NULL CHECK (length(hash) = 32),
    entry BYTEA  NOT NULL CHECK (length(entry) BETWEEN 1 AND 65000),
    PRIMARY KEY (vote, idx)
);

CREATE INDEX entries_hash ON entries (vote, hash);

CREATE TABLE hashes (
    vote TEXT   NOT NULL REFERENCES heads (vote),
    idx  BIGINT NOT NULL CHECK (idx >= 0),
    hash BYTEA  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (vote, idx)
);

CREATE TABLE checkpoints (
    vote TEXT   NOT NULL REFERENCES heads (vote),
    kind TEXT   NOT NULL CHECK (kind = 'latest'),
    size BIGINT NOT NULL CHECK (size >= 0),
    note BYTEA  NOT NULL,
    PRIMARY KEY (vote, kind)
);

CREATE TABLE blobs (
    hash    BYTEA  NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    preview BYTEA  NOT NULL,
    file    BYTEA  NOT NULL CHECK (length(file) BETWEEN 33 AND 4194304)
);

CREATE TABLE contacts (
    suggestion BIGINT NOT NULL PRIMARY KEY CHECK (suggestion > 0),
    sealed     BYTEA  NOT NULL CHECK (length(sealed) BETWEEN 1 AND 65000)
);

CREATE TABLE codes (
    hash       BYTEA  NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    suggestion BIGINT NOT NULL UNIQUE CHECK (suggestion > 0)
);

CREATE TABLE members (
    person TEXT   NOT NULL PRIMARY KEY CHECK (person <> ''),
    actor  BIGINT NOT NULL CHECK (actor > 0)
);

CREATE TABLE receipts (
    id    BYTEA  NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    actor BIGINT NOT NULL CHECK (actor >= 0),
    entry BIGINT NOT NULL CHECK (entry >= 0)
);

CREATE TABLE grades (
    project BIGINT NOT NULL CHECK (project > 0),
    grade   BIGINT NOT NULL CHECK (grade BETWEEN 1 AND 3),
    count   BIGINT NOT NULL CHECK (count >= 0),
    PRIMARY KEY (project, grade)
);

CREATE TABLE opinions (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project BIGINT NOT NULL CHECK (project > 0),
    grade   BIGINT NOT NULL CHECK (grade BETWEEN 1 AND 3),
    day     BIGINT NOT NULL,
    words   TEXT   NOT NULL,
    shown   BIGINT NOT NULL CHECK (shown IN (0, 1, 2))
);

CREATE INDEX opinions_shown ON opinions (shown, id);

CREATE TRIGGER entries_update BEFORE UPDATE ON entries FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER entries_delete BEFORE DELETE ON entries FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER hashes_update BEFORE UPDATE ON hashes FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER hashes_delete BEFORE DELETE ON hashes FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER heads_back BEFORE UPDATE ON heads FOR EACH ROW
    WHEN (new.size < old.size OR new.signed < old.signed)
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER heads_delete BEFORE DELETE ON heads FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');

CREATE TABLE recipients (
    key  TEXT   NOT NULL PRIMARY KEY CHECK (key LIKE 'age1%'),
    name TEXT   NOT NULL CHECK (name <> '')
);
