CREATE TABLE add_on_credentials (
  firm      TEXT NOT NULL,
  add_on_id TEXT NOT NULL,
  data      BLOB NOT NULL,  -- sealed
  PRIMARY KEY (firm, add_on_id)
) STRICT, WITHOUT ROWID;
