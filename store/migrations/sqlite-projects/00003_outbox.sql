-- +goose Up

-- Where members want to be told what waits for them. Not in the log, so that it
-- can be erased.
CREATE TABLE addresses (
    person   TEXT NOT NULL PRIMARY KEY CHECK (person <> ''),
    email    TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    language TEXT NOT NULL CHECK (language IN ('zh', 'en'))
) STRICT, WITHOUT ROWID;

-- What is told to members and to the installation's webhook: facts of the log that
-- are public, made by the server each day anew. A message exists once for a
-- channel, person and day. The address is not here: it is looked up when the
-- message leaves.
CREATE TABLE outbox (
    id      BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- by which a receiver knows a message that comes twice
    channel TEXT    NOT NULL CHECK (channel IN ('mail', 'webhook')),
    person  TEXT    NOT NULL,                                     -- empty: the webhook
    day     INTEGER NOT NULL,                                     -- as project.Date
    since   INTEGER NOT NULL,                                     -- day of the oldest message in whose place it came, or of itself
    items   TEXT    NOT NULL CHECK (length(items) <= 20000),      -- what it tells, for tomorrow to know what is new
    subject TEXT    NOT NULL CHECK (length(subject) <= 200),      -- empty once it is sent
    body    TEXT    NOT NULL CHECK (length(body) <= 65000),       -- empty once it is sent
    state   INTEGER NOT NULL CHECK (state IN (0, 1, 2)),          -- waits, sent, failed
    tries   INTEGER NOT NULL CHECK (tries >= 0),
    retry   INTEGER NOT NULL,                                     -- Unix seconds: not before
    trouble TEXT    NOT NULL CHECK (length(trouble) <= 20),       -- a word of ours: why it did not leave
    UNIQUE (channel, person, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_retry ON outbox (state, channel, retry);
CREATE INDEX outbox_day ON outbox (day);
