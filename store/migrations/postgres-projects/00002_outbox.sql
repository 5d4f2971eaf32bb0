-- +goose Up

-- As migrations/sqlite-projects/00003_outbox.sql, where it says why.

CREATE TABLE addresses (
    person   TEXT NOT NULL PRIMARY KEY CHECK (person <> ''),
    email    TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    language TEXT NOT NULL CHECK (language IN ('zh', 'en'))
);

CREATE TABLE outbox (
    id      BYTEA  NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    channel TEXT   NOT NULL CHECK (channel IN ('mail', 'webhook')),
    person  TEXT   NOT NULL,
    day     BIGINT NOT NULL,
    since   BIGINT NOT NULL,
    items   TEXT   NOT NULL CHECK (length(items) <= 20000),
    subject TEXT   NOT NULL CHECK (length(subject) <= 200),
    body    TEXT   NOT NULL CHECK (length(body) <= 65000),
    state   BIGINT NOT NULL CHECK (state IN (0, 1, 2)),
    tries   BIGINT NOT NULL CHECK (tries >= 0),
    retry   BIGINT NOT NULL,
    trouble TEXT   NOT NULL CHECK (length(trouble) <= 20),
    UNIQUE (channel, person, day)
);

CREATE INDEX outbox_retry ON outbox (state, channel, retry);
CREATE INDEX outbox_day ON outbox (day);
