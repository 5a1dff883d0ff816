-- Whether somebody has asked that the operation end before it is done.
ALTER TABLE long_operations ADD COLUMN cancel_requested INTEGER NOT NULL DEFAULT 0;
-- How many runs of it in a row were cut off before they had done anything.
ALTER TABLE long_operations ADD COLUMN cut_offs INTEGER NOT NULL DEFAULT 0;

-- What is needed to go on with a long operation that was left: first what was asked for, then what
-- each step of it has done.
CREATE TABLE long_operation_steps (
  firm         TEXT    NOT NULL,
  operation_id TEXT    NOT NULL,
  step         INTEGER NOT NULL,
  data         BLOB    NOT NULL,
  PRIMARY KEY (firm, operation_id, step)
) STRICT;
