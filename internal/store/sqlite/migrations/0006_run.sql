-- Runs, numbered from 1. A run made twice from the same has the same id twice. waiting holds the items of the
-- newest run only, as many as it says, numbered in the order of their expected day.
CREATE TABLE run (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  id BLOB NOT NULL,
  waiting INTEGER NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE INDEX run_id ON run (workspace, id, n);

CREATE TABLE run_body (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  body BLOB NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace, n) REFERENCES run (workspace, n)
) STRICT;

CREATE TABLE waiting (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  record BLOB NOT NULL,
  side TEXT NOT NULL,
  day INTEGER NOT NULL,
  expected INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;
