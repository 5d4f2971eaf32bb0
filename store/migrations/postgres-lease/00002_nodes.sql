-- +goose Up

-- Which nodes there are, so that one that is away is missed: each writes itself
-- down when it comes. When each was last seen only the leader knows.
CREATE TABLE nodes (
    node TEXT NOT NULL PRIMARY KEY CHECK (node <> '')
);
