-- Exceptions, by id. The numbers of runs are those of the table run; cleared is 0 while the exception stands.
-- said is the digest of the content that version number versions holds; state, until and judgements repeat the
-- newest judgement. Contents are long and stand apart, so that lists never read them.
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

CREATE INDEX exception_list ON exception (workspace, day DESC, id, cleared, state, until, kind, side);

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

-- The sums of the standing exceptions, kept up to date by each act, so that a status reads a dozen rows. until
-- is the day of snoozed ones.
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
