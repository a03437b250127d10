-- How many keys and secrets a key of the service has sealed, so that it is replaced in time; and when it was last wrapped anew
-- (0: never since it was made).
ALTER TABLE key_encryption_keys ADD COLUMN seals BIGINT NOT NULL DEFAULT 0;
ALTER TABLE key_encryption_keys ADD COLUMN rewrapped BIGINT NOT NULL DEFAULT 0;
