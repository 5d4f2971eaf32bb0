-- +goose Up

-- What an issuer has signed, in the order in which it did: its own account, of
-- which it publishes a checkpoint (PROTOCOL.md, "Registers of issuers"). In the
-- file of an issuer only. Every number in a row is public in the vote's log.
CREATE TABLE issuer_rows (
    vote  TEXT    NOT NULL REFERENCES votes (id),
    place INTEGER NOT NULL CHECK (place >= 0),
    row   BLOB    NOT NULL CHECK (length(row) = 48),
    PRIMARY KEY (vote, place)
) STRICT, WITHOUT ROWID;

-- The registers of other issuers, as they published them after the close.
CREATE TABLE issuer_registers (
    vote       TEXT    NOT NULL REFERENCES votes (id),
    issuer     INTEGER NOT NULL CHECK (issuer BETWEEN 0 AND 15),
    checkpoint BLOB    NOT NULL,
    entries    BLOB    NOT NULL CHECK (length(entries) % 48 = 0),
    PRIMARY KEY (vote, issuer)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER issuer_rows_update BEFORE UPDATE ON issuer_rows
BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER issuer_rows_delete BEFORE DELETE ON issuer_rows
BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END;
-- +goose StatementEnd
