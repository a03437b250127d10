-- Webhooks: where events go, and the outbox of what is still to be sent.

-- `secret` and `previous` are sealed. `failing_since` is when calls began to fail without one that succeeded since.
CREATE TABLE webhook_endpoints (
    id BYTEA PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    disabled_because TEXT,
    secret BYTEA NOT NULL,
    previous BYTEA,
    previous_until BIGINT,
    failing_since BIGINT,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL
);

-- `due` is when it is tried next, or, while `claim` names who is trying it, when that claim ends; NULL once it is over.
CREATE TABLE webhook_deliveries (
    id BYTEA PRIMARY KEY,
    endpoint BYTEA NOT NULL,
    event TEXT NOT NULL,
    type TEXT NOT NULL,
    position BIGINT,
    payload TEXT NOT NULL,
    state BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due BIGINT,
    claim BYTEA,
    status BIGINT,
    error TEXT,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    UNIQUE (endpoint, event)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, due) WHERE due IS NOT NULL;
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created);
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint, id);

CREATE TABLE webhook_attempts (
    delivery BYTEA NOT NULL,
    number BIGINT NOT NULL,
    time BIGINT NOT NULL,
    took BIGINT NOT NULL,
    status BIGINT,
    error TEXT,
    PRIMARY KEY (delivery, time, number)
);
