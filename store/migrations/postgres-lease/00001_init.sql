-- +goose Up

-- Which node leads. epoch is a key because a transaction that holds the row FOR
-- KEY SHARE lets nobody change a key column: whoever takes over waits for it, or
-- ends it.
CREATE TABLE leader (
    epoch   BIGINT   NOT NULL PRIMARY KEY CHECK (epoch >= 0), -- one more at each change of leaders
    token   BYTEA    NOT NULL,                                -- drawn by the leader: no older state of the database lets two have one epoch
    node    TEXT     NOT NULL,                                -- its name
    address TEXT     NOT NULL,                                -- where other nodes reach it
    one     SMALLINT NOT NULL UNIQUE CHECK (one = 1)
);

-- When the leader was last seen, in a row of its own: it is written all the time.
CREATE TABLE beats (
    beat TIMESTAMPTZ NOT NULL,
    one  SMALLINT    NOT NULL PRIMARY KEY CHECK (one = 1)
);

INSERT INTO leader (epoch, token, node, address, one) VALUES (0, '', '', '', 1);
INSERT INTO beats (beat, one) VALUES ('-infinity', 1);
