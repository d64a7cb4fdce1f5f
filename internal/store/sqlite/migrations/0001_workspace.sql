-- What a workspace knows of itself. Each table's key begins with the workspace; times are microseconds of UTC,
-- days are days since 1970-01-01, money is minor units. row_check seals the other columns of its row. The
-- foreign keys let the check of a file find rows that belong to nobody.
CREATE TABLE workspace (
  workspace BLOB NOT NULL,
  made INTEGER NOT NULL,
  policy BLOB,
  row_check BLOB NOT NULL,
  PRIMARY KEY (workspace)
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
