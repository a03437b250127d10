-- Reviews of decisions by people, and notices that were made: which score each belongs to. What they say stands in the
-- ledger; `entry_subjects` finds it by the id.
CREATE TABLE reviews (
    id BYTEA PRIMARY KEY,
    score BYTEA NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX reviews_by_score ON reviews (score, id);

CREATE TABLE notices (
    id BYTEA PRIMARY KEY,
    score BYTEA NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX notices_by_score ON notices (score, id);
