-- Files of the lake. Which decisions go into a file is recorded here before the file is written, in the transaction that
-- moves the follower on: so a file is written again, the same, however often that is broken off.

CREATE TABLE lake_files (
    -- Places of the first and the last decision, as in `entries`: a file is of one chain and one day.
    first BIGINT PRIMARY KEY,
    last BIGINT NOT NULL,
    day BIGINT NOT NULL,
    decisions BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    -- 0: takes further decisions; 1: to be written; 2: written; 3: to be written again, for somebody in it was erased.
    state BIGINT NOT NULL,
    bytes BIGINT,
    sha256 BYTEA
);
CREATE INDEX lake_files_by_state ON lake_files (state, first);
CREATE INDEX lake_files_by_day ON lake_files (day);

-- Days whose manifest does not name all files as they are.
CREATE TABLE lake_days (
    day BIGINT PRIMARY KEY
);

-- When retention last erased people as far as the lake has followed, in microseconds: one row.
CREATE TABLE lake_retention (
    name TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);
