-- The history of acts: entries, and the hashes of the tree over them (docs/log-format.md). The hashes are the
-- check of the entries, so neither table has another.
CREATE TABLE entry (
  workspace BLOB NOT NULL,
  seq INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  PRIMARY KEY (workspace, seq),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE tree (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  size INTEGER NOT NULL,
  made INTEGER NOT NULL,
  note BLOB NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;
