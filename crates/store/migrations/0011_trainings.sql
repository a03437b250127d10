-- Trainings: a table that was sent is learnt from in the background, by the process that received it. The table itself is
-- kept nowhere; what is left of it is a model and a report.
CREATE TABLE trainings (
    id BYTEA PRIMARY KEY,
    state BIGINT NOT NULL,
    actor TEXT NOT NULL,
    -- Of the scorecard.
    name TEXT NOT NULL,
    -- What was asked for, as JSON.
    settings TEXT NOT NULL,
    created BIGINT NOT NULL,
    finished BIGINT,
    -- Until when the process that has the table is believed to live.
    held_until BIGINT NOT NULL,
    stage TEXT NOT NULL,
    progress DOUBLE PRECISION NOT NULL,
    model BYTEA,
    problem TEXT
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX trainings_by_state ON trainings (state, held_until);
CREATE INDEX trainings_by_model ON trainings (model);

-- The report on a model, as data and compressed; the ledger holds its hash.
CREATE TABLE model_reports (
    model BYTEA PRIMARY KEY REFERENCES documents (id),
    time BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    hash BYTEA NOT NULL,
    report BYTEA NOT NULL
);
