CREATE TABLE call_ledgers (
  practice_system TEXT NOT NULL,
  tenant_id       TEXT NOT NULL,
  data            BLOB NOT NULL,
  PRIMARY KEY (practice_system, tenant_id)
) STRICT, WITHOUT ROWID;
