-- +goose Up

-- Projects, from a citizen's wish to the end of the work. They lie in a file of
-- their own: uploads of citizens never wait for the writer of a vote, nor a vote
-- for them, and nothing from casting can come here. The log says what happened;
-- beside it is what it only commits to, and what nobody but a few may read.

-- The log. Its head advances by compare-and-swap on size. The columns are those
-- of the votes' logs, for the same statements; vote is always 'projects'.
CREATE TABLE heads (
    vote       TEXT    NOT NULL PRIMARY KEY CHECK (vote = 'projects'),
    size       INTEGER NOT NULL CHECK (size >= 0),
    signed     INTEGER NOT NULL CHECK (signed >= 0), -- size of the checkpoint
    checkpoint BLOB    NOT NULL,                     -- the last one signed; empty before the first
    CHECK (signed <= size)
) STRICT, WITHOUT ROWID;

INSERT INTO heads (vote, size, signed, checkpoint) VALUES ('projects', 0, 0, x'');

CREATE TABLE entries (
    vote  TEXT    NOT NULL REFERENCES heads (vote),
    idx   INTEGER NOT NULL CHECK (idx >= 0),
    hash  BLOB    NOT NULL CHECK (length(hash) = 32), -- leaf hash
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

CREATE TABLE checkpoints (
    vote TEXT    NOT NULL REFERENCES heads (vote),
    kind TEXT    NOT NULL CHECK (kind = 'latest'),
    size INTEGER NOT NULL CHECK (size >= 0),
    note BLOB    NOT NULL,
    PRIMARY KEY (vote, kind)
) STRICT, WITHOUT ROWID;

-- Texts and pictures to which entries commit. A row can be erased, salt and all;
-- the commitment in the log then tells nothing.
CREATE TABLE blobs (
    hash    BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    preview BLOB NOT NULL, -- of a picture: a small one; empty: none
    file    BLOB NOT NULL CHECK (length(file) BETWEEN 33 AND 4194304)
) STRICT;

-- Whom to answer. Sealed to the officers of the intake, whose keys are not here.
CREATE TABLE contacts (
    suggestion INTEGER NOT NULL PRIMARY KEY CHECK (suggestion > 0),
    sealed     BLOB    NOT NULL CHECK (length(sealed) BETWEEN 1 AND 65000) -- an age file
) STRICT;

-- The code with which whoever made a suggestion finds it again.
CREATE TABLE codes (
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the code, which is stored nowhere
    suggestion INTEGER NOT NULL UNIQUE CHECK (suggestion > 0)
) STRICT, WITHOUT ROWID;

-- For whom the accounts of the server act here.
CREATE TABLE members (
    person TEXT    NOT NULL PRIMARY KEY CHECK (person <> ''),
    actor  INTEGER NOT NULL CHECK (actor > 0)
) STRICT, WITHOUT ROWID;

-- What was handed in under a name that the sender drew: handed in again, after a
-- lost answer or from a device that was offline, it is the same.
CREATE TABLE receipts (
    id    BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    actor INTEGER NOT NULL CHECK (actor >= 0),
    entry INTEGER NOT NULL CHECK (entry >= 0) -- its index in the log
) STRICT, WITHOUT ROWID;

-- What the public says of a project: how many of each grade, and the words of
-- those who wrote some. It tells no person, address or hour.
CREATE TABLE grades (
    project INTEGER NOT NULL CHECK (project > 0),
    grade   INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3), -- 满意, 基本满意, 不满意
    count   INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (project, grade)
) STRICT, WITHOUT ROWID;

CREATE TABLE opinions (
    id      INTEGER NOT NULL PRIMARY KEY,
    project INTEGER NOT NULL CHECK (project > 0),
    grade   INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 3),
    day     INTEGER NOT NULL, -- as project.Date
    words   TEXT    NOT NULL,
    shown   INTEGER NOT NULL CHECK (shown IN (0, 1, 2)) -- waits, shown, hidden
) STRICT;

CREATE INDEX opinions_shown ON opinions (shown, id);

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
