-- Who may do what. Secrets and tokens are kept as SHA-256, passwords as argon2id.

CREATE TABLE api_keys (
    id BYTEA PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires BIGINT,
    last_used BIGINT,
    revoked BIGINT,
    version BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- A key has one secret; while it is being rotated, the one before it too, which ends.
CREATE TABLE api_key_secrets (
    prefix TEXT PRIMARY KEY,
    api_key BYTEA NOT NULL REFERENCES api_keys (id),
    hash BYTEA NOT NULL,
    created BIGINT NOT NULL,
    ends BIGINT
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX api_key_secrets_by_key ON api_key_secrets (api_key);

CREATE TABLE users (
    id BYTEA PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    last_login BIGINT,
    disabled BIGINT,
    version BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- Failed logins by keyed hash of the login or address: nothing here names anybody.
CREATE TABLE login_attempts (
    mark BYTEA PRIMARY KEY,
    failures BIGINT NOT NULL,
    latest BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX login_attempts_by_age ON login_attempts (latest);

CREATE TABLE sessions (
    hash BYTEA PRIMARY KEY,
    holder BYTEA NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    expires BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX sessions_by_holder ON sessions (holder);
CREATE INDEX sessions_by_expiry ON sessions (expires);
