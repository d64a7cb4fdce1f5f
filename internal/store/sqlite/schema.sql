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

CREATE TABLE entry (
  workspace BLOB NOT NULL,
  seq INTEGER NOT NULL,
  leaf BLOB NOT NULL,
  PRIMARY KEY (workspace, seq),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE exception (
  workspace BLOB NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  side TEXT NOT NULL,
  severity INTEGER NOT NULL,
  day INTEGER NOT NULL,
  bucket TEXT NOT NULL,
  part TEXT NOT NULL,
  minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  sentence BLOB NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  cleared INTEGER NOT NULL,
  versions INTEGER NOT NULL,
  said BLOB NOT NULL,
  said_in INTEGER NOT NULL,
  state TEXT NOT NULL,
  until INTEGER NOT NULL,
  judgements INTEGER NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, id),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE exception_content (
  workspace BLOB NOT NULL,
  id TEXT NOT NULL,
  n INTEGER NOT NULL,
  run INTEGER NOT NULL,
  content BLOB NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, id, n),
  FOREIGN KEY (workspace, id) REFERENCES exception (workspace, id)
) STRICT;

CREATE TABLE import (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  id BLOB NOT NULL,
  made INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  sources INTEGER NOT NULL,
  undone_at INTEGER,
  undone_by TEXT,
  undone_why TEXT,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE judgement (
  workspace BLOB NOT NULL,
  id TEXT NOT NULL,
  n INTEGER NOT NULL,
  made INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  state TEXT NOT NULL,
  until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, id, n),
  FOREIGN KEY (workspace, id) REFERENCES exception (workspace, id)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE proof (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  made INTEGER NOT NULL,
  name TEXT NOT NULL,
  digest BLOB NOT NULL,
  size INTEGER NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  id BLOB NOT NULL,
  waiting INTEGER NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_body (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  body BLOB NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace, n) REFERENCES run (workspace, n)
) STRICT;

CREATE TABLE source (
  workspace BLOB NOT NULL,
  import_n INTEGER NOT NULL,
  n INTEGER NOT NULL,
  id BLOB NOT NULL,
  body BLOB NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, import_n, n),
  FOREIGN KEY (workspace, import_n) REFERENCES import (workspace, n)
) STRICT;

CREATE TABLE tally (
  workspace BLOB NOT NULL,
  state TEXT NOT NULL,
  until INTEGER NOT NULL,
  currency TEXT NOT NULL,
  bucket TEXT NOT NULL,
  exceptions INTEGER NOT NULL,
  minor INTEGER NOT NULL,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace, state, until, currency, bucket),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE tree (
  workspace BLOB NOT NULL,
  n INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (workspace, n),
  FOREIGN KEY (workspace) REFERENCES workspace (workspace)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE workspace (
  workspace BLOB NOT NULL,
  made INTEGER NOT NULL,
  policy BLOB,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX decision_id ON decision (workspace, id);

CREATE INDEX exception_list ON exception (workspace, day DESC, id, cleared, state, until, kind, side);

CREATE UNIQUE INDEX import_id ON import (workspace, id);

CREATE INDEX run_id ON run (workspace, id, n);

CREATE INDEX source_id ON source (workspace, id);
