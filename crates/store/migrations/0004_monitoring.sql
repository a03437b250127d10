-- What hangs off the ledger: how far each follower has come, who runs it, and what monitoring has counted.

CREATE TABLE follower_cursors (
    name TEXT NOT NULL,
    chain BIGINT NOT NULL,
    -- The place in the chain that comes next.
    sequence BIGINT NOT NULL,
    PRIMARY KEY (name, chain)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE follower_leases (
    name TEXT PRIMARY KEY,
    holder BYTEA NOT NULL,
    held_until BIGINT NOT NULL
);

-- Sums by day (days since 1970, UTC) and model. `part` says of what, `place` and `bin` where in it.
CREATE TABLE monitoring_sums (
    day BIGINT NOT NULL,
    model BYTEA NOT NULL,
    part BIGINT NOT NULL,
    place BIGINT NOT NULL,
    bin BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (day, model, part, place, bin)
) /*sqlite WITHOUT ROWID*/;

-- What challengers would have answered. A decision is its number as in `scores`; a score that is NULL could not be computed.
CREATE TABLE challenger_scores (
    score_id BYTEA NOT NULL,
    challenger BYTEA NOT NULL,
    policy BYTEA,
    score DOUBLE PRECISION,
    decision BIGINT NOT NULL,
    PRIMARY KEY (score_id, challenger)
) /*sqlite WITHOUT ROWID*/;

-- Challengers beside the champion, by day and pair of decisions.
CREATE TABLE challenger_sums (
    day BIGINT NOT NULL,
    champion BYTEA NOT NULL,
    challenger BYTEA NOT NULL,
    champion_decision BIGINT NOT NULL,
    challenger_decision BIGINT NOT NULL,
    scored BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    difference DOUBLE PRECISION NOT NULL,
    difference_squared DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (day, champion, challenger, champion_decision, challenger_decision)
) /*sqlite WITHOUT ROWID*/;
