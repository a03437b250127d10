-- The ledger and what hangs on it. BYTEA holds ids (16 bytes), hashes (32 bytes) and sealed data; BIGINT holds counts
-- and times in microseconds since 1970 UTC.

-- One chain a writer. `frontier` is the state of the chain's Merkle tree.
CREATE TABLE chains (
    chain BIGINT PRIMARY KEY,
    size BIGINT NOT NULL,
    head BYTEA NOT NULL,
    root BYTEA NOT NULL,
    frontier BYTEA NOT NULL,
    opened BIGINT NOT NULL,
    holder BYTEA NOT NULL,
    held_until BIGINT NOT NULL
);

-- `position` is chain · 2^40 + sequence: entries of a chain lie together, in order.
CREATE TABLE entries (
    position BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL,
    body BYTEA NOT NULL
);

-- Entries that are no scores, by what they are about: the history of an item, a key, a review.
CREATE TABLE entry_subjects (
    subject BYTEA NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (subject, position)
) /*sqlite WITHOUT ROWID*/;

-- Complete subtrees of 256^level entries, so that a proof need not read a whole chain.
CREATE TABLE tiles (
    chain BIGINT NOT NULL,
    level BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (chain, level, number)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE checkpoints (
    number BIGINT PRIMARY KEY,
    time BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    body TEXT NOT NULL
);

-- Keys that wrap applicants' keys, themselves wrapped by the keyring.
CREATE TABLE key_encryption_keys (
    id BYTEA PRIMARY KEY,
    keyring TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    created BIGINT NOT NULL
);

-- An applicant's own key and reference. Deleting the row erases the person: nothing else names or opens anything.
CREATE TABLE applicants (
    id BYTEA PRIMARY KEY,
    lookup BYTEA NOT NULL UNIQUE,
    kek BYTEA NOT NULL REFERENCES key_encryption_keys (id),
    wrapped BYTEA NOT NULL,
    reference BYTEA,
    created BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- What scores are found by. `id` is a UUID of version 7: its order is that of time.
CREATE TABLE scores (
    id BYTEA PRIMARY KEY,
    position BIGINT NOT NULL,
    applicant BYTEA NOT NULL,
    model BYTEA NOT NULL,
    decision BIGINT NOT NULL,
    score DOUBLE PRECISION NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX scores_by_applicant ON scores (applicant, id);

-- Answers by idempotency key: of a score the answer is drawn from its entry, of anything else it is kept.
CREATE TABLE idempotency (
    key BYTEA PRIMARY KEY,
    request BYTEA NOT NULL,
    created BIGINT NOT NULL,
    score BYTEA,
    answer BYTEA
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX idempotency_by_age ON idempotency (created);
