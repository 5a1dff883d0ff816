-- Ids and keys are TEXT, compared byte by byte. Times are nanoseconds since 1970. `data` is a
-- serialised message; the columns beside it are what rows are found and ordered by.

CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Proves that the store can write: counted up by Health()'s probe.
CREATE TABLE probe (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;
INSERT INTO probe VALUES (1, 0);

CREATE TABLE firms (
  firm TEXT NOT NULL PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

-- What is counted per firm. A row is made when the first of them is needed.
CREATE TABLE firm_counters (
  firm            TEXT    NOT NULL PRIMARY KEY,
  change_revision INTEGER NOT NULL DEFAULT 0,  -- of the newest row in profile_changes
  diff_sequence   INTEGER NOT NULL DEFAULT 0,  -- the last one given out
  differing_links INTEGER NOT NULL DEFAULT 0   -- how many rows of diffs differ; kept by triggers
) STRICT, WITHOUT ROWID;

CREATE TABLE add_ons (
  firm            TEXT NOT NULL,
  add_on_id       TEXT NOT NULL,
  practice_system TEXT NOT NULL,
  tenant_id       TEXT,  -- NULL until it is known
  data            BLOB NOT NULL,
  PRIMARY KEY (firm, add_on_id)
) STRICT;
CREATE UNIQUE INDEX add_ons_by_tenant ON add_ons (firm, practice_system, tenant_id)
  WHERE tenant_id IS NOT NULL;

CREATE TABLE profiles (
  firm          TEXT    NOT NULL,
  profile_id    TEXT    NOT NULL,
  sort_name     TEXT    NOT NULL,  -- the display name, folded
  create_time   INTEGER NOT NULL,
  update_time   INTEGER NOT NULL,
  origin_system TEXT,              -- the origin's columns are NULL together
  origin_tenant TEXT,
  origin_client TEXT,
  data          BLOB    NOT NULL,  -- without sensitive values
  extra         BLOB    NOT NULL,  -- with the sensitive values, sealed
  PRIMARY KEY (firm, profile_id)
) STRICT;
CREATE INDEX profiles_by_name ON profiles (firm, sort_name, profile_id);
CREATE INDEX profiles_by_create_time ON profiles (firm, create_time, profile_id);
CREATE INDEX profiles_by_update_time ON profiles (firm, update_time, profile_id);
CREATE UNIQUE INDEX profiles_by_origin
  ON profiles (firm, origin_system, origin_tenant, origin_client)
  WHERE origin_client IS NOT NULL;

CREATE TABLE links (
  firm                 TEXT    NOT NULL,
  link_id              TEXT    NOT NULL,
  profile_id           TEXT    NOT NULL,
  add_on_id            TEXT    NOT NULL,
  practice_client_id   TEXT    NOT NULL,
  write_sequence       INTEGER NOT NULL,
  refresh_due          INTEGER,           -- NULL: none is due
  unfinished_operation TEXT    NOT NULL,  -- '': none
  normaliser_version   TEXT    NOT NULL,  -- of the bases
  data                 BLOB    NOT NULL,
  bases                BLOB    NOT NULL,
  bases_sealed         INTEGER NOT NULL,
  PRIMARY KEY (firm, link_id)
) STRICT;
CREATE UNIQUE INDEX links_of_profile ON links (firm, profile_id, add_on_id);
CREATE UNIQUE INDEX links_of_client ON links (firm, add_on_id, practice_client_id);
CREATE INDEX links_by_profile ON links (firm, profile_id, link_id);
CREATE INDEX links_by_add_on ON links (firm, add_on_id, link_id);
CREATE INDEX links_by_client ON links (firm, practice_client_id, link_id);
CREATE INDEX links_refresh_due ON links (refresh_due, firm, link_id)
  WHERE refresh_due IS NOT NULL AND unfinished_operation = '';

CREATE TABLE snapshots (
  firm               TEXT    NOT NULL,
  link_id            TEXT    NOT NULL,
  normaliser_version TEXT    NOT NULL,
  data               BLOB    NOT NULL,
  sealed             INTEGER NOT NULL,
  PRIMARY KEY (firm, link_id)
) STRICT;

CREATE TABLE diffs (
  firm     TEXT    NOT NULL,
  link_id  TEXT    NOT NULL,
  sequence INTEGER NOT NULL,
  differs  INTEGER NOT NULL CHECK (differs IN (0, 1)),
  data     BLOB    NOT NULL,
  PRIMARY KEY (firm, link_id)
) STRICT;
CREATE INDEX diffs_differing ON diffs (firm, sequence) WHERE differs = 1;

CREATE TRIGGER diffs_inserted AFTER INSERT ON diffs WHEN NEW.differs = 1 BEGIN
  INSERT INTO firm_counters (firm, differing_links) VALUES (NEW.firm, 1)
    ON CONFLICT (firm) DO UPDATE SET differing_links = differing_links + 1;
END;
CREATE TRIGGER diffs_updated AFTER UPDATE OF differs ON diffs WHEN NEW.differs <> OLD.differs BEGIN
  INSERT INTO firm_counters (firm, differing_links) VALUES (NEW.firm, NEW.differs)
    ON CONFLICT (firm) DO UPDATE SET differing_links = differing_links + NEW.differs - OLD.differs;
END;
CREATE TRIGGER diffs_deleted AFTER DELETE ON diffs WHEN OLD.differs = 1 BEGIN
  UPDATE firm_counters SET differing_links = differing_links - 1 WHERE firm = OLD.firm;
END;

CREATE TABLE sync_operations (
  firm         TEXT    NOT NULL,
  operation_id TEXT    NOT NULL,
  profile_id   TEXT    NOT NULL,
  link_id      TEXT    NOT NULL,
  state        INTEGER NOT NULL,
  create_time  INTEGER NOT NULL,
  fence        INTEGER NOT NULL,
  data         BLOB    NOT NULL,
  journal      BLOB    NOT NULL,  -- sealed
  PRIMARY KEY (firm, operation_id)
) STRICT;
CREATE INDEX sync_operations_by_time ON sync_operations (firm, create_time, operation_id);
CREATE INDEX sync_operations_by_profile
  ON sync_operations (firm, profile_id, create_time, operation_id);
CREATE INDEX sync_operations_by_link ON sync_operations (firm, link_id, create_time, operation_id);
CREATE INDEX sync_operations_by_state ON sync_operations (firm, state, create_time, operation_id);
-- PLANNED, PUSHING and UNKNOWN.
CREATE INDEX sync_operations_unfinished ON sync_operations (firm, operation_id)
  WHERE state IN (1, 2, 6);

CREATE TABLE field_history (
  firm    TEXT    NOT NULL,
  link_id TEXT    NOT NULL,
  entry   INTEGER NOT NULL,  -- 1, 2, 3, … for each link
  data    BLOB    NOT NULL,
  PRIMARY KEY (firm, link_id, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
  service     TEXT    NOT NULL,
  request_id  TEXT    NOT NULL,
  digest      BLOB    NOT NULL,
  answer      BLOB    NOT NULL,
  operation   TEXT    NOT NULL,
  create_time INTEGER NOT NULL,
  PRIMARY KEY (service, request_id)
) STRICT;
CREATE INDEX requests_by_time ON requests (create_time);

CREATE TABLE long_operations (
  firm         TEXT    NOT NULL,
  operation_id TEXT    NOT NULL,
  done         INTEGER NOT NULL,
  update_time  INTEGER NOT NULL,
  data         BLOB    NOT NULL,
  PRIMARY KEY (firm, operation_id)
) STRICT;

CREATE INDEX long_operations_unfinished ON long_operations (firm, operation_id) WHERE done = 0;

CREATE TABLE profile_changes (
  firm     TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  data     BLOB    NOT NULL,
  PRIMARY KEY (firm, revision)
) STRICT;

CREATE TABLE leases (
  key    TEXT    NOT NULL PRIMARY KEY,
  holder TEXT    NOT NULL,
  expiry INTEGER NOT NULL,
  fence  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where fences come from: one counter for all leases, so that a lease's row can be deleted without
-- its fence ever falling.
CREATE TABLE fences (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO fences VALUES (1, 0);
