-- The catalogue of credit products, flags, and what the erasure of people leaves behind and is found by.

CREATE TABLE items (
    id BYTEA PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    lowest DOUBLE PRECISION,
    highest DOUBLE PRECISION,
    expression TEXT,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX items_by_category ON items (category, id);

-- Counts the changes of a table, so that other instances see with one row whether they must read it again.
CREATE TABLE revisions (
    name TEXT PRIMARY KEY,
    revision BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
INSERT INTO revisions (name, revision) VALUES ('items', 0);

-- `share` is in hundredths of a per cent: 0 is off, 10000 is on; `state` says what was meant.
CREATE TABLE flags (
    name TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    share BIGINT NOT NULL,
    description TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- Entries about a person that are no scores: reviews, notices.
CREATE TABLE applicant_entries (
    applicant BYTEA NOT NULL,
    position BIGINT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (applicant, position)
) /*sqlite WITHOUT ROWID*/;

CREATE INDEX applicants_by_age ON applicants (created, id);

-- People whose key was destroyed. `destroyed` is when the last trace of it was known to be out of the table's files;
-- 0 while that is pending, a negative mark while somebody is at it.
CREATE TABLE erasures (
    applicant BYTEA PRIMARY KEY,
    erased BIGINT NOT NULL,
    destroyed BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX erasures_pending ON erasures (destroyed) WHERE destroyed <= 0;

-- Work that one instance does at a time. `done` counts within a run, so that a run goes on where an instance ended.
CREATE TABLE housekeeping (
    task TEXT PRIMARY KEY,
    holder BYTEA NOT NULL,
    held_until BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    done BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
