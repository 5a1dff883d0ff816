-- The queue of links that differ. One row for each list that a link is in: of its add-on or of all
-- ('' for all), with a field that differs or any (0), that differs in that state or in any (0). So
-- every filter is one range of the key, in the order of time.
CREATE TABLE differing_links (
  firm        TEXT    NOT NULL,
  add_on_id   TEXT    NOT NULL,
  field       INTEGER NOT NULL,
  state       INTEGER NOT NULL,
  differ_time INTEGER NOT NULL,  -- since when the link differs
  link_id     TEXT    NOT NULL,
  PRIMARY KEY (firm, add_on_id, field, state, differ_time, link_id)
) STRICT, WITHOUT ROWID;

-- How many links each list has. Not kept by triggers: a statement that sets one off costs what its
-- transaction has changed so far.
CREATE TABLE differing_counts (
  firm      TEXT    NOT NULL,
  add_on_id TEXT    NOT NULL,
  field     INTEGER NOT NULL,
  state     INTEGER NOT NULL,
  links     INTEGER NOT NULL,
  PRIMARY KEY (firm, add_on_id, field, state)
) STRICT, WITHOUT ROWID;

-- Which rows of differing_links are the link's.
ALTER TABLE diffs ADD COLUMN add_on_id TEXT NOT NULL DEFAULT '';
ALTER TABLE diffs ADD COLUMN differ_time INTEGER;                 -- NULL: it doesn't differ
ALTER TABLE diffs ADD COLUMN differing TEXT NOT NULL DEFAULT '';  -- "FIELD:STATE FIELD:STATE …"
ALTER TABLE links ADD COLUMN differ_time INTEGER;                 -- as in diffs

DROP TRIGGER diffs_inserted;
DROP TRIGGER diffs_updated;
DROP TRIGGER diffs_deleted;
DROP INDEX diffs_differing;
ALTER TABLE diffs DROP COLUMN differs;
ALTER TABLE firm_counters DROP COLUMN differing_links;

-- All diffs are made anew, which fills the queue.
DELETE FROM meta WHERE key = 'states_version';
