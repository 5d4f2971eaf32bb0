-- +goose Up

-- What tellers entered from the sheets of a box, encrypted, while the batch that
-- lists it waits for signatures. Then it goes into the log.
CREATE TABLE papers (
    vote  TEXT    NOT NULL,
    hash  BLOB    NOT NULL, -- of the proposal
    place INTEGER NOT NULL CHECK (place >= 0),
    entry BLOB    NOT NULL,
    PRIMARY KEY (vote, hash, place),
    FOREIGN KEY (vote, hash) REFERENCES proposals (vote, hash) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
