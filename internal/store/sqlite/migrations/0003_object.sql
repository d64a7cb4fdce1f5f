-- What is known of the objects of the vault. keep and remove are days, the least integer where there is none.
CREATE TABLE object (
  workspace BLOB NOT NULL,
  digest BLOB NOT NULL,
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  keep INTEGER NOT NULL,
  remove INTEGER NOT NULL,
  held TEXT NOT NULL,
  purpose TEXT NOT NULL,
  undone_at INTEGER,
  undone_by TEXT,
  undone_why TEXT,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, digest),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;
