-- +goose Up

-- The tables of migrations/sqlite, column by column, as PostgreSQL has them.
-- Why each is so stands there.

CREATE TABLE turn (
    n      BIGINT NOT NULL,
    writer TEXT   NOT NULL -- the process that wrote last; with another one n rises
);

INSERT INTO turn (n, writer) VALUES (1, '');

-- +goose StatementBegin
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END
$$;
-- +goose StatementEnd

CREATE TABLE persons (
    id       TEXT   NOT NULL PRIMARY KEY CHECK (id <> ''),
    name     TEXT   NOT NULL CHECK (name <> ''),
    role     TEXT   NOT NULL CHECK (role IN (
        'admin', 'staff_lead', 'staff', 'presidium',
        'scrutineer', 'teller', 'gate', 'auditor', 'member'
    )),
    key_hash BYTEA  UNIQUE CHECK (length(key_hash) = 32)
);

CREATE TABLE votes (
    id       TEXT   NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 40 AND id !~ '[^a-z0-9-]'),
    draft    BYTEA  NOT NULL,
    revision BIGINT NOT NULL DEFAULT 0 CHECK (revision >= 0),
    frozen   BIGINT NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
    box      BIGINT NOT NULL DEFAULT 0 CHECK (box BETWEEN 0 AND 4),
    epoch    BIGINT NOT NULL DEFAULT 0 CHECK (epoch BETWEEN 0 AND 4294967295),
    unclean  BIGINT NOT NULL DEFAULT 0 CHECK (unclean IN (0, 1))
);

CREATE TABLE roll (
    vote       TEXT   NOT NULL REFERENCES votes (id),
    number     TEXT   NOT NULL CHECK (number <> ''),
    name       TEXT   NOT NULL,
    delegation TEXT   NOT NULL,
    seat       TEXT   NOT NULL,
    sex        TEXT   NOT NULL,
    ethnicity  TEXT   NOT NULL,
    large_type BIGINT NOT NULL CHECK (large_type IN (0, 1)),
    standing   BIGINT NOT NULL CHECK (standing BETWEEN 0 AND 255),
    idx        BIGINT CHECK (idx BETWEEN 0 AND 4294967295),
    salt       BYTEA  CHECK (length(salt) = 32),
    badge      BYTEA  CHECK (length(badge) = 32),
    pin        TEXT   CHECK (pin LIKE '$argon2id$%'),
    PRIMARY KEY (vote, number),
    UNIQUE (vote, idx),
    UNIQUE (vote, badge),
    CHECK ((idx IS NULL) = (salt IS NULL))
);

CREATE TABLE candidates (
    vote          TEXT   NOT NULL REFERENCES votes (id),
    place         BIGINT NOT NULL CHECK (place >= 0),
    id            TEXT   NOT NULL CHECK (id <> ''),
    name          TEXT   NOT NULL CHECK (name <> ''),
    content       TEXT   NOT NULL,
    investment    BIGINT NOT NULL CHECK (investment >= 0),
    fiscal        BIGINT NOT NULL CHECK (fiscal >= 0),
    beneficiaries TEXT   NOT NULL,
    deadline      TEXT   NOT NULL,
    unit          TEXT   NOT NULL,
    suggestions   BIGINT NOT NULL CHECK (suggestions >= 0),
    PRIMARY KEY (vote, place),
    UNIQUE (vote, id)
);

CREATE TABLE register (
    vote    TEXT   NOT NULL,
    idx     BIGINT NOT NULL,
    present BIGINT NOT NULL CHECK (present IN (0, 1)),
    ever    BIGINT NOT NULL CHECK (ever IN (0, 1)),
    reason  TEXT   NOT NULL,
    PRIMARY KEY (vote, idx),
    FOREIGN KEY (vote, idx) REFERENCES roll (vote, idx),
    CHECK (ever >= present)
);

CREATE TABLE heads (
    vote       TEXT   NOT NULL PRIMARY KEY REFERENCES votes (id),
    size       BIGINT NOT NULL CHECK (size >= 0),
    signed     BIGINT NOT NULL CHECK (signed >= 0),
    checkpoint BYTEA  NOT NULL,
    CHECK (signed <= size)
);

CREATE TABLE entries (
    vote  TEXT   NOT NULL REFERENCES heads (vote),
    idx   BIGINT NOT NULL CHECK (idx >= 0),
    hash  BYTEA  NOT NULL CHECK (length(hash) = 32),
    entry BYTEA  NOT NULL CHECK (length(entry) BETWEEN 1 AND 65000),
    PRIMARY KEY (vote, idx)
);

CREATE INDEX entries_hash ON entries (vote, hash);

CREATE TABLE hashes (
    vote TEXT   NOT NULL REFERENCES heads (vote),
    idx  BIGINT NOT NULL CHECK (idx >= 0),
    hash BYTEA  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (vote, idx)
);

CREATE TABLE checkpoints (
    vote TEXT   NOT NULL REFERENCES heads (vote),
    kind TEXT   NOT NULL CHECK (kind IN ('latest', 'closing')),
    size BIGINT NOT NULL CHECK (size >= 0),
    note BYTEA  NOT NULL,
    PRIMARY KEY (vote, kind)
);

CREATE TABLE proposals (
    vote TEXT   NOT NULL REFERENCES votes (id),
    hash BYTEA  NOT NULL CHECK (length(hash) = 32),
    kind BIGINT NOT NULL CHECK (kind BETWEEN 1 AND 255),
    body BYTEA  NOT NULL,
    PRIMARY KEY (vote, hash)
);

CREATE TABLE signatures (
    vote TEXT   NOT NULL,
    hash BYTEA  NOT NULL,
    role BIGINT NOT NULL CHECK (role BETWEEN 1 AND 255),
    idx  BIGINT NOT NULL CHECK (idx BETWEEN 0 AND 255),
    sig  BYTEA  NOT NULL CHECK (length(sig) = 64),
    PRIMARY KEY (vote, hash, role, idx),
    FOREIGN KEY (vote, hash) REFERENCES proposals (vote, hash) ON DELETE CASCADE
);

CREATE TABLE issuances (
    vote   TEXT   NOT NULL REFERENCES votes (id),
    epoch  BIGINT NOT NULL CHECK (epoch >= 1),
    idx    BIGINT NOT NULL CHECK (idx BETWEEN 0 AND 4294967295),
    vector BYTEA  NOT NULL CHECK (length(vector) = 32),
    answer BYTEA,
    PRIMARY KEY (vote, epoch, idx)
);

CREATE TABLE seeds (
    vote   TEXT   NOT NULL REFERENCES votes (id),
    epoch  BIGINT NOT NULL CHECK (epoch >= 1),
    idx    BIGINT NOT NULL CHECK (idx BETWEEN 0 AND 4294967295),
    sealed BYTEA  NOT NULL CHECK (length(sealed) = 72),
    PRIMARY KEY (vote, epoch, idx)
);

CREATE TRIGGER entries_update BEFORE UPDATE ON entries FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER entries_delete BEFORE DELETE ON entries FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER hashes_update BEFORE UPDATE ON hashes FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER hashes_delete BEFORE DELETE ON hashes FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER heads_back BEFORE UPDATE ON heads FOR EACH ROW
    WHEN (new.size < old.size OR new.signed < old.signed)
    EXECUTE FUNCTION refuse('the log is append-only');
CREATE TRIGGER heads_delete BEFORE DELETE ON heads FOR EACH ROW
    EXECUTE FUNCTION refuse('the log is append-only');

CREATE TABLE accounts (
    person       TEXT   NOT NULL PRIMARY KEY REFERENCES persons (id) ON DELETE CASCADE,
    staff_number TEXT   UNIQUE CHECK (staff_number <> ''),
    password     TEXT   CHECK (password LIKE '$argon2id$%'),
    device       BYTEA,
    device_next  BYTEA,
    step         BIGINT NOT NULL DEFAULT 0 CHECK (step >= 0),
    link         BYTEA  UNIQUE CHECK (length(link) = 32),
    link_until   BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE sessions (
    token  BYTEA  NOT NULL PRIMARY KEY CHECK (length(token) = 32),
    person TEXT   NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    began  BIGINT NOT NULL,
    seen   BIGINT NOT NULL
);

CREATE INDEX sessions_person ON sessions (person);

CREATE TABLE attempts (
    name         BYTEA  NOT NULL PRIMARY KEY CHECK (length(name) = 32),
    failures     BIGINT NOT NULL CHECK (failures >= 0),
    locks        BIGINT NOT NULL CHECK (locks >= 0),
    locked_until BIGINT NOT NULL,
    latest       BIGINT NOT NULL
);

CREATE INDEX attempts_latest ON attempts (latest);

CREATE TABLE handed (
    vote   TEXT   NOT NULL,
    hash   BYTEA  NOT NULL,
    role   BIGINT NOT NULL CHECK (role BETWEEN 1 AND 255),
    person TEXT   NOT NULL,
    PRIMARY KEY (vote, hash, role, person),
    FOREIGN KEY (vote, hash) REFERENCES proposals (vote, hash) ON DELETE CASCADE
);

CREATE TABLE terminals (
    vote     TEXT   NOT NULL REFERENCES votes (id),
    id       TEXT   NOT NULL CHECK (id <> ''),
    key_hash BYTEA  NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    kind     TEXT   NOT NULL CHECK (kind IN ('seat', 'shared')),
    zone     TEXT   NOT NULL,
    label    TEXT   NOT NULL CHECK (label <> ''),
    PRIMARY KEY (vote, id),
    UNIQUE (vote, zone, label)
);

CREATE TABLE terminal_codes (
    code_hash BYTEA  NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
    vote      TEXT   NOT NULL REFERENCES votes (id),
    good_till BIGINT NOT NULL
);

CREATE TABLE pin_tries (
    vote  TEXT   NOT NULL,
    idx   BIGINT NOT NULL,
    tries BIGINT NOT NULL CHECK (tries BETWEEN 1 AND 5),
    PRIMARY KEY (vote, idx),
    FOREIGN KEY (vote, idx) REFERENCES roll (vote, idx)
);

CREATE TABLE cards (
    vote       TEXT   NOT NULL REFERENCES votes (id),
    person     TEXT   NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL CHECK (kind IN ('staff', 'presidium', 'scrutineer', 'teller')),
    name       TEXT   NOT NULL,
    delegation TEXT   NOT NULL,
    role_key   BYTEA  NOT NULL CHECK (length(role_key) = 32),
    static_key BYTEA  CHECK (length(static_key) = 32),
    PRIMARY KEY (vote, person),
    UNIQUE (vote, role_key),
    CHECK ((kind = 'scrutineer') = (static_key IS NOT NULL))
);

CREATE TABLE papers (
    vote  TEXT   NOT NULL,
    hash  BYTEA  NOT NULL,
    place BIGINT NOT NULL CHECK (place >= 0),
    entry BYTEA  NOT NULL,
    PRIMARY KEY (vote, hash, place),
    FOREIGN KEY (vote, hash) REFERENCES proposals (vote, hash) ON DELETE CASCADE
);

CREATE TABLE issuer_rows (
    vote  TEXT   NOT NULL REFERENCES votes (id),
    place BIGINT NOT NULL CHECK (place >= 0),
    row   BYTEA  NOT NULL CHECK (length(row) = 48),
    PRIMARY KEY (vote, place)
);

CREATE TABLE issuer_registers (
    vote       TEXT   NOT NULL REFERENCES votes (id),
    issuer     BIGINT NOT NULL CHECK (issuer BETWEEN 0 AND 15),
    checkpoint BYTEA  NOT NULL,
    entries    BYTEA  NOT NULL CHECK (length(entries) % 48 = 0),
    PRIMARY KEY (vote, issuer)
);

CREATE TRIGGER issuer_rows_update BEFORE UPDATE ON issuer_rows FOR EACH ROW
    EXECUTE FUNCTION refuse('the register is append-only');
CREATE TRIGGER issuer_rows_delete BEFORE DELETE ON issuer_rows FOR EACH ROW
    EXECUTE FUNCTION refuse('the register is append-only');
