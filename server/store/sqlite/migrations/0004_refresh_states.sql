CREATE TABLE refresh_states (
  firm      TEXT NOT NULL,
  add_on_id TEXT NOT NULL,
  data      BLOB NOT NULL,
  PRIMARY KEY (firm, add_on_id)
) STRICT, WITHOUT ROWID;
