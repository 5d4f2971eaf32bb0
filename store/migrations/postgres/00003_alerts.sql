-- +goose Up

-- As migrations/sqlite/00008_alerts.sql, where it says why.

CREATE TABLE alerts (
    person TEXT   NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    kind   TEXT   NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    times  BIGINT NOT NULL CHECK (times > 0),
    latest BIGINT NOT NULL,
    PRIMARY KEY (person, kind)
);

ALTER TABLE accounts ADD COLUMN device_until BIGINT NOT NULL DEFAULT 0;
