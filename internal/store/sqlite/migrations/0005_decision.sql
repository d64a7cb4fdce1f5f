-- Decisions by hand, numbered from 1. records is a JSON list of the names that the user gave.
CREATE TABLE decision (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  id BLOB NOT NULL,
  made INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  ruling TEXT NOT NULL,
  records BLOB NOT NULL,
  reason TEXT NOT NULL,
  undone_at INTEGER,
  undone_by TEXT,
  undone_why TEXT,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX decision_id ON decision (workspace, id);
