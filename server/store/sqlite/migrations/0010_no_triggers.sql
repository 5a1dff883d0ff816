-- The store counts by itself. A statement that sets off a trigger has a journal of its own, which
-- SQLite cuts short afterwards in a time that grows with all that the transaction has changed: one
-- that moved thousands of links in the queue took minutes, and the only writer with it.
DROP TRIGGER differing_links_inserted;
DROP TRIGGER differing_links_deleted;
