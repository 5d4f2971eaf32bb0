-- +goose Up

-- The ballot box, in a file of its own. Where something lies in it must not tell
-- when it came: all slots of a vote are written before the first is used, one is
-- drawn at random for each ballot, and what lies in it takes the place of zeros
-- of the same length. No index, trigger or second column: each would move rows,
-- or grow in the order of casting.

-- A run of slots that were made at once, for one vote.
CREATE TABLE chunks (
    first INTEGER NOT NULL PRIMARY KEY CHECK (first >= 1),
    count INTEGER NOT NULL CHECK (count >= 1),
    size  INTEGER NOT NULL CHECK (size BETWEEN 1 AND 70000),
    vote  TEXT    NOT NULL CHECK (vote <> '')
) STRICT;

CREATE TABLE slots (
    slot INTEGER NOT NULL PRIMARY KEY CHECK (slot >= 1),
    body BLOB    NOT NULL CHECK (length(body) BETWEEN 1 AND 70000) -- zeros, or a ballot, an unused credential, a spent seal code (slip.go)
) STRICT;
