-- +goose Up

-- Public halves of the keys of those who sign, on their way to the manifest and
-- to the list of trustees. One for each person: who makes a new key replaces it.
CREATE TABLE cards (
    vote       TEXT NOT NULL REFERENCES votes (id),
    person     TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('staff', 'presidium', 'scrutineer', 'teller')),
    name       TEXT NOT NULL,
    delegation TEXT NOT NULL,
    role_key   BLOB NOT NULL CHECK (length(role_key) = 32),   -- verifies signatures
    static_key BLOB CHECK (length(static_key) = 32),          -- of a scrutineer's share of the box
    PRIMARY KEY (vote, person),
    UNIQUE (vote, role_key),
    CHECK ((kind = 'scrutineer') = (static_key IS NOT NULL))
) STRICT, WITHOUT ROWID;
