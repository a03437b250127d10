-- Files of applications that are scored in the background. What was uploaded stands in chunks, sealed; a chunk that is
-- done has lost its applications and holds what became of each.
CREATE TABLE batches (
    id BYTEA PRIMARY KEY,
    state BIGINT NOT NULL,
    actor TEXT NOT NULL,
    format TEXT NOT NULL,
    created BIGINT NOT NULL,
    finished BIGINT,
    applications BIGINT NOT NULL,
    scored BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    problem TEXT
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE batch_chunks (
    batch BYTEA NOT NULL REFERENCES batches (id),
    number BIGINT NOT NULL,
    applications BYTEA,
    results BYTEA,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (batch, number)
);
CREATE INDEX batch_chunks_that_wait ON batch_chunks (held_until, batch, number) WHERE results IS NULL;
