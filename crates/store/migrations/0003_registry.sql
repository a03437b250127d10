-- Models and policies, and what of them is in force. Documents stay for good: a score is replayed by their hashes.

CREATE TABLE documents (
    id BYTEA PRIMARY KEY,
    -- 0 a model, 1 a policy.
    kind BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    retired BIGINT,
    -- Compact JSON whose SHA-256 is `hash`, and what was uploaded where that was something else.
    document TEXT NOT NULL,
    original BYTEA,
    UNIQUE (kind, hash),
    UNIQUE (kind, name, label)
);

CREATE TABLE validations (
    id BYTEA PRIMARY KEY,
    model BYTEA NOT NULL REFERENCES documents (id),
    time BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    figures TEXT NOT NULL
);
CREATE INDEX validations_by_model ON validations (model, id);

-- Every state of what is in force; the one of the greatest version is. Two changes at once want the same version, and
-- one of them gets it.
CREATE TABLE deployments (
    version BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    action TEXT NOT NULL,
    body TEXT NOT NULL
);

-- Activations that wait for a second person.
CREATE TABLE proposals (
    id BYTEA PRIMARY KEY,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    proposed BIGINT NOT NULL,
    proposed_by TEXT NOT NULL,
    behind TEXT,
    expires BIGINT NOT NULL,
    decided BIGINT,
    decided_by TEXT,
    outcome TEXT
);
