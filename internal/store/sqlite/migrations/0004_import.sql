-- Acts of importing, numbered from 1, and their sources, as many as the import says. The body of a source is JSON and may be long, so that
-- table keeps its rows in order of arrival.
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

CREATE UNIQUE INDEX import_id ON import (workspace, id);

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

CREATE INDEX source_id ON source (workspace, id);
