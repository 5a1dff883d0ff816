-- The firm's rules, one for each field of an add-on that has one.
CREATE TABLE field_rules (
  firm      TEXT NOT NULL,
  add_on_id TEXT NOT NULL,
  field     TEXT NOT NULL,
  data      BLOB NOT NULL,
  PRIMARY KEY (firm, add_on_id, field)
) STRICT;
