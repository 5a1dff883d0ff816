-- Whether the journal holds a practice client as it was before and after: it loses these in time. Of
-- the rows that were there nobody knows, for their journals are sealed.
ALTER TABLE sync_operations ADD COLUMN images INTEGER NOT NULL DEFAULT 1;
-- DONE, PARTLY_DONE and FAILED.
CREATE INDEX sync_operations_with_images ON sync_operations (create_time)
  WHERE images = 1 AND state IN (3, 4, 5);
